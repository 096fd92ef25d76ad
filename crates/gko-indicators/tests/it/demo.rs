//! A questionnaire of a few questions, and what is computed from rows of it.

use std::collections::BTreeMap;

use gko_codebook::{Catalogue, Codebook};
use gko_indicators::{BaseAccount, Computed, Error, Settings, compute};
use gko_microdata::{Input, Layout, Microdata, read};
use gko_survey::Estimate;

const CODEBOOK: &str = r#"format = "gko-codebook/1"
study = "demo"
title = "Demo"
wave = [{ id = "w1", label = "First" }]

[response_set.yn]
categories = [{ id = "no", code = 0 }, { id = "yes", code = 1 }]
missing = [
  { code = 666, reason = "not-asked" },
  { code = 777, reason = "not-understood" },
  { code = 888, reason = "prefer-not-to-say" },
  { code = 999, reason = "dont-know" },
]

[response_set.true4]
ordered = true
categories = [
  { id = "not", code = 1, value = 1 },
  { id = "bit", code = 2, value = 2 },
  { id = "fairly", code = 3, value = 3 },
  { id = "very", code = 4, value = 4 },
]
missing = [{ code = 888, reason = "prefer-not-to-say" }, { code = 999, reason = "dont-know" }]

[[variable]]
id = "sex"
label = "Sex"
module = "A"
status = "core"
unit = "child"
categories = [{ id = "boy", code = 1 }, { id = "girl", code = 2 }]
missing = [{ code = 888, reason = "prefer-not-to-say" }]

[[variable]]
id = "age"
label = "Age"
module = "A"
status = "core"
unit = "child"
type = "number"
range = [9, 17]

[[variable]]
id = "Q1"
label = "Upset"
module = "F"
status = "core"
unit = "child"
responses = "yn"

[[variable]]
id = "Q2"
label = "How upset"
module = "F"
status = "core"
unit = "child"
universe = "Q1 = yes"
responses = "true4"

[[variable]]
id = "Q3"
label = "Something else"
module = "F"
status = "core"
unit = "child"
responses = "yn"

[[variable]]
id = "ladder"
label = "Ladder"
module = "H"
status = "core"
unit = "child"
type = "number"
range = [0, 10]
missing = [{ code = 888, reason = "prefer-not-to-say" }, { code = 999, reason = "dont-know" }]

[[variable]]
id = "skill"
label = "Skill"
module = "E"
status = "core"
unit = "child"
responses = "true4"

[[set]]
id = "told"
label = "Whom the child told"
module = "F"
status = "core"
unit = "child"
universe = "Q1 = yes"
options = [
  { id = "parent", column = "told_1", label = "Parent" },
  { id = "friend", column = "told_2", label = "Friend" },
  { id = "nobody", column = "told_3", label = "Nobody", exclusive = true },
]
missing = [{ column = "told_888", reason = "prefer-not-to-say" }]
"#;

const CATALOGUE: &str = r#"format = "gko-indicators/1"
title = "Demo"

[[breakdown]]
id = "sex"
label = "Sex"
variable = "sex"

[[breakdown]]
id = "age_group"
label = "Age"
variable = "age"
groups = [
  { id = "9-11", label = "9 to 11", from = 9, to = 11 },
  { id = "12-14", label = "12 to 14", from = 12, to = 14 },
  { id = "16-17", label = "16 and 17", from = 16, to = 17 },
]

[[breakdown]]
id = "skilled"
label = "Skilled"
variable = "skill"
groups = [
  { id = "low", label = "Low", categories = ["not", "bit"] },
  { id = "high", label = "High", categories = ["very"] },
]
"#;

pub fn codebook() -> Codebook {
    Codebook::parse(CODEBOOK, "codebook.toml").unwrap()
}

/// A child's indicator called `x`; `rest` says what it measures.
pub fn indicator(rest: &str) -> String {
    let head = "[[indicator]]\nid = \"x\"\nlabel = \"X\"\nclass = \"risk\"\nmodule = \"F\"";
    format!("{head}\nunit = \"child\"\n{rest}\n")
}

pub fn catalogue(indicators: &str) -> Catalogue {
    let text = format!("{CATALOGUE}\n{indicators}");
    Catalogue::parse(&text, "indicators.toml", &codebook()).unwrap()
}

/// Rows of a country, the columns named by the first.
pub fn country(country: &str, csv: &str) -> Input {
    Input::csv_text(&format!("{country}.csv"), csv, country, "w1")
}

pub fn unweighted(inputs: &[Input]) -> Microdata {
    read(inputs, &Layout::unweighted("id"), &codebook()).unwrap()
}

/// Stratum, PSU and weight in the columns of these names.
pub fn designed(inputs: &[Input]) -> Microdata {
    let name = |name: &str| Some(name.to_owned());
    let layout = Layout {
        stratum: name("stratum"),
        psu: name("psu"),
        weight: name("weight"),
        ..Layout::unweighted("id")
    };
    read(inputs, &layout, &codebook()).unwrap()
}

pub fn computed(data: &Microdata, indicators: &str) -> Result<Computed, Error> {
    compute(data, &catalogue(indicators), &codebook(), &Settings::default())
}

/// Country, indicator, and the groups of sex, age group and skilled.
pub type Place = (String, String, [String; 3]);

/// All figures by place; `None` where a question was not asked.
pub fn figures(computed: &Computed) -> BTreeMap<Place, Option<Estimate>> {
    let place = |at: usize| {
        let key = &computed.candidates[at].key;
        let groups = [0, 1, 2].map(|breakdown| key.group(breakdown).to_owned());
        (key.sample.country.to_string(), key.indicator_id(), groups)
    };
    let candidates = computed.candidates.iter().enumerate();
    candidates.map(|(at, candidate)| (place(at), candidate.estimate.clone())).collect()
}

/// One country, without a design, one indicator: its figures by id, the total.
pub fn totals(csv: &str, rest: &str) -> (BTreeMap<String, Estimate>, BaseAccount) {
    let mut computed = computed(&unweighted(&[country("XAA", csv)]), &indicator(rest)).unwrap();
    let figures = figures(&computed).into_iter();
    let totals = figures.filter(|((_, _, groups), _)| groups.iter().all(|group| group == "_T"));
    let totals = totals.map(|((_, id, _), estimate)| (id, estimate.unwrap())).collect();
    (totals, computed.bases.remove(0))
}
