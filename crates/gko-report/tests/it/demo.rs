//! A small release with every mark in it, and the candidates it was made from.

use std::fs;
use std::path::Path;

use gko_codebook::{Catalogue, Codebook};
use gko_disclosure::{Candidate, Reliability, Rules, protect};
use gko_indicators::{BaseAccount, FigureKey, Settings, compute};
use gko_microdata::{Input, Layout, Microdata, read};
use gko_report::{Manifest, Release};

const CODEBOOK: &str = r#"
format = "gko-codebook/1"
study = "gko-v1-synthetic"
title = "Demo"
synthetic = true
wave = [{ id = "2018", label = "2018" }, { id = "2020", label = "2020" }]
[response_set.yn]
categories = [{ id = "no", code = 0 }, { id = "yes", code = 1 }]
missing = [{ code = 888, reason = "prefer-not-to-say" }]
[[variable]]
id = "GROUP"
label = "Group"
module = "A"
status = "core"
unit = "child"
categories = [
  { id = "=cmd()", code = 1 },
  { id = "@x", code = 2 },
  { id = "one, \"two\"", code = 3 },
  { id = "\u0645\u0631\u062d\u0628\u0627", code = 4 },
]
[[variable]]
id = "AGE"
label = "Age"
module = "A"
status = "core"
unit = "child"
type = "number"
range = [0, 2000000]
[[variable]]
id = "SKILL"
label = "Skill"
module = "E"
status = "core"
unit = "child"
responses = "yn"
[[variable]]
id = "HURT"
label = "Hurt"
module = "F"
status = "core"
unit = "child"
responses = "yn"
[[variable]]
id = "TOLD"
label = "Told"
module = "F"
status = "core"
unit = "child"
responses = "yn"
universe = "HURT = yes"
[[variable]]
id = "LATER"
label = "Not asked in these files"
module = "E"
status = "core"
unit = "child"
responses = "yn"
"#;

const CATALOGUE: &str = r#"
format = "gko-indicators/1"
title = "Demo"
[[breakdown]]
id = "group"
label = "Group"
variable = "GROUP"
[default_missing]
share = { prefer-not-to-say = "no" }
[[indicator]]
id = "skill"
label = "Can check \u00fcberall whether \u4fe1\u606f\u662f\u5426\u5c5e\u5b9e is true, \u0645\u0631\u062d\u0628\u0627 with a label that is far too long for one line of any table"
class = "skill"
module = "E"
unit = "child"
numerator = "SKILL = yes"
breakdowns = ["group"]
[[indicator]]
id = "age"
label = "Age,\n  mean"
class = "access"
module = "A"
unit = "child"
mean = "AGE"
[[indicator]]
id = "all"
label = "Of any age"
class = "access"
module = "A"
unit = "child"
numerator = "AGE >= 0"
[[indicator]]
id = "later"
label = "Not asked"
class = "skill"
module = "E"
unit = "child"
numerator = "LATER = yes"
[[indicator]]
id = "hurt"
label = "Hurt"
class = "risk"
module = "F"
unit = "child"
numerator = "HURT = yes"
missing = { prefer-not-to-say = "category" }
breakdowns = ["group"]
sensitive = true
[[indicator]]
id = "told"
label = "Told somebody, of those hurt"
class = "mediation"
module = "F"
unit = "child"
numerator = "TOLD = yes"
base = "HURT = yes"
sensitive = true
"#;

/// A release and everything that it was made from.
pub(crate) struct Demo {
    pub(crate) release: Release,
    pub(crate) candidates: Vec<Candidate<FigureKey>>,
    pub(crate) data: Microdata,
    pub(crate) bases: Vec<BaseAccount>,
}

impl Demo {
    /// Three countries in one wave.
    pub(crate) fn new() -> Self {
        Self::of(&[("XAA", "2018"), ("XAB", "2018"), ("XAK", "2018")])
    }

    /// Countries and waves, a file each.
    pub(crate) fn of(samples: &[(&str, &str)]) -> Self {
        let codebook = Codebook::parse(CODEBOOK, "codebook").unwrap();
        let catalogue = Catalogue::parse(CATALOGUE, "catalogue", &codebook).unwrap();
        let inputs = samples.iter().enumerate().map(|(place, (country, wave))| {
            Input::csv_text(&format!("{country}.csv"), &rows(place), country, wave)
        });
        let layout = Layout::design("id", "stratum", "psu", "weight");
        let data = read(&inputs.collect::<Vec<_>>(), &layout, &codebook).unwrap();
        let computed = compute(&data, &catalogue, &codebook, &Settings::default()).unwrap();
        let rules = Rules::new(25, 10, Reliability::Nchs2017).unwrap();
        let table = protect(computed.candidates.clone(), &rules);
        let breakdowns = vec!["group".to_owned()];
        let release = Release::new("Demo of a release".into(), true, breakdowns, table);
        Self { release, candidates: computed.candidates, data, bases: computed.bases }
    }

    /// The release without groups, in which no figure is hidden for another's sake.
    pub(crate) fn totals(&self) -> Release {
        let totals = self.candidates.iter().filter(|c| c.key.groups.iter().all(Option::is_none));
        let table = protect(totals.cloned().collect(), self.release.table.rules());
        let Release { title, synthetic, breakdowns, .. } = self.release.clone();
        Release::new(title, synthetic, breakdowns, table)
    }

    pub(crate) fn manifest(&self) -> Manifest {
        let settings = serde_json::json!({ "level": 0.95 });
        let created = "2024-01-01T00:00:00+00:00".to_owned();
        let mut manifest = Manifest::new(&self.release, settings, created, 2);
        manifest.document("codebook.toml", CODEBOOK);
        manifest.inputs(self.data.unit(), self.data.accounting());
        manifest.bases(&self.bases, &self.release);
        manifest.findings(self.data.findings());
        manifest
    }
}

/// 240 children: 2 strata of 10 PSUs of 12; few are hurt in the third file.
fn rows(place: usize) -> String {
    let mut text = String::from("id,stratum,psu,weight,GROUP,AGE,SKILL,HURT,TOLD\n");
    for child in 0..240_usize {
        let mixed = (child * 7919 + place * 104_729) % 1000;
        let weight = 0.5 + f64::from(u32::try_from(mixed).unwrap()) / 997.0;
        let group = [1, 1, 1, 2, 2, 2, 3, 3, 3, 4][mixed % 10];
        let age = if place == 1 { 1_000_000 + mixed } else { 9 + mixed % 9 };
        let skill = usize::from(mixed % 13 < 7);
        let hurt = if mixed.is_multiple_of(17) {
            888
        } else {
            usize::from(mixed % 31 < 12 - (place % 3) * 5)
        };
        let told = if hurt == 1 { (mixed % 2).to_string() } else { String::new() };
        let (stratum, psu) = (child / 120, child / 12);
        text += &format!("{child},{stratum},{psu},{weight},{group},{age},{skill},{hurt},{told}\n");
    }
    // A code that the codebook does not have, and a weight of zero.
    text.replacen(",1,\n", ",7,\n", 1).replacen("239,1,19,", "239,1,19,0.0,2,9,1,0,\n240,1,19,", 1)
}

/// Compares a text with the one kept under `tests/snapshots`; after a change
/// that is meant, `UPDATE_SNAPSHOTS=1 cargo test -p gko-report` writes it anew.
pub(crate) fn same_as_kept(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots").join(name);
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        fs::write(&path, text).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(text, kept, "{} differs", path.display());
}
