//! The manifest: what went in, what was decided, what came out.
//!
//! # Rule
//!
//! The manifest is released with the table, so its counts of respondents are
//! protected too: a count below 10, none included, is written `"<10"`, every
//! other is rounded to the nearest 5 (the 10-5 rule of the UK's Office for
//! National Statistics). Where the table does not show the n of an indicator's
//! total, the account of its base is hidden as a whole.
//! Rows of files are exact. Exact counts for those who may see the microdata
//! stand in the folder `for_checking`.

use std::collections::{BTreeMap, BTreeSet};

use gko_disclosure::Mark;
use gko_indicators::BaseAccount;
use gko_microdata::{Accounting, FileAccount, Finding, Sample};
use serde::Serialize;
use serde_json::Value;

use crate::release::Release;

/// Everything that a reader needs to trust or repeat a release.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Manifest {
    /// `gko-manifest`.
    pub kind: &'static str,
    /// Version of this layout; a later minor version only adds.
    pub schema_version: &'static str,
    /// The release's title.
    pub title: String,
    /// Whether the data are invented.
    pub synthetic: bool,
    /// When it was made, RFC 3339 in UTC, from `SOURCE_DATE_EPOCH` where that is set.
    pub created: String,
    /// What made it.
    pub tool: ToolEntry,
    /// The settings of all stages, as they were resolved.
    pub settings: Value,
    /// Documents that define the figures, by name, with the SHA-256 of each.
    pub documents: BTreeMap<String, String>,
    /// The map from codes to categories, by study and wave.
    pub code_maps: Vec<CodeMapEntry>,
    /// The account of rows of each input.
    pub inputs: Vec<InputEntry>,
    /// The account of the base of each indicator in each country.
    pub bases: Vec<BaseEntry>,
    /// How `bases` and `findings` are protected.
    pub count_rule: &'static str,
    /// What was doubtful in the answers.
    pub findings: Vec<FindingEntry>,
    /// How many figures have which mark.
    pub figures: FigureCounts,
    /// The files, each with the SHA-256 of its bytes.
    pub outputs: Vec<OutputEntry>,
}

/// What made a release.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ToolEntry {
    /// The program.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
    /// Threads it ran on; the figures do not depend on it.
    pub threads: usize,
}

/// The identity of a code map.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct CodeMapEntry {
    /// The study.
    pub study: String,
    /// The wave.
    pub wave: String,
    /// SHA-256 of the map.
    pub sha256: String,
}

/// The account of one input.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct InputEntry {
    /// The unit.
    pub unit: String,
    /// Name, format, hash and rows, as the reader counted them.
    #[serde(flatten)]
    pub account: FileAccount,
}

/// A protected count of respondents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CountOrFew {
    /// At least 10, rounded to the nearest 5.
    Count(u64),
    /// Below 10; that there is none is not told either.
    Few,
    /// Not to be known, since the table hides it.
    Hidden,
}

impl CountOrFew {
    /// Protects a count.
    ///
    /// ```
    /// use gko_report::CountOrFew;
    /// assert_eq!(CountOrFew::of(9), CountOrFew::Few);
    /// assert_eq!(CountOrFew::of(993), CountOrFew::Count(995));
    /// ```
    #[must_use]
    pub const fn of(count: u64) -> Self {
        if count < 10 { Self::Few } else { Self::Count(count.saturating_add(2) / 5 * 5) }
    }
}

impl Serialize for CountOrFew {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Count(count) => serializer.serialize_u64(*count),
            Self::Few => serializer.serialize_str("<10"),
            Self::Hidden => serializer.serialize_str("hidden"),
        }
    }
}

/// The account of one indicator in one country, protected.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct BaseEntry {
    /// The country.
    pub country: String,
    /// The wave.
    pub wave: String,
    /// The indicator.
    pub indicator: String,
    /// Rows of the sample.
    pub rows: CountOrFew,
    /// Rows for which the base is false.
    pub out_of_base: CountOrFew,
    /// Rows for which the base is unknown, by reason.
    pub base_unknown: BTreeMap<&'static str, CountOrFew>,
    /// Missing answers excluded, by reason.
    pub excluded: BTreeMap<&'static str, CountOrFew>,
    /// Missing answers that count as no, by reason.
    pub counted_as_no: BTreeMap<&'static str, CountOrFew>,
    /// Rows in the base.
    pub in_base: CountOrFew,
    /// Whether a question was not asked there.
    pub not_asked: bool,
}

/// A finding, protected.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct FindingEntry {
    /// The stable code.
    pub code: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// The file or country.
    pub file: String,
    /// The variable or column.
    pub variable: String,
    /// How often.
    pub count: CountOrFew,
}

/// How many figures have which mark.
#[derive(Clone, Copy, Debug, Serialize)]
#[non_exhaustive]
pub struct FigureCounts {
    /// Shown.
    pub shown: usize,
    /// Shown, to be reviewed.
    pub review: usize,
    /// Suppressed.
    pub suppressed: usize,
    /// Never there.
    pub unavailable: usize,
}

/// One output file.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct OutputEntry {
    /// The file's name in the output folder.
    pub name: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
}

impl OutputEntry {
    /// The entry of a file that is about to be written.
    #[must_use]
    pub fn of(file: &crate::OutputFile) -> Self {
        Self { name: file.name.clone(), sha256: gko_codebook::sha256_hex(&file.bytes) }
    }
}

impl Manifest {
    /// A manifest of a release, to be filled with inputs and documents.
    #[must_use]
    pub fn new(release: &Release, settings: Value, created: String, threads: usize) -> Self {
        let version = env!("CARGO_PKG_VERSION");
        Self {
            kind: "gko-manifest",
            schema_version: "1.0",
            title: release.title.clone(),
            synthetic: release.synthetic,
            created,
            tool: ToolEntry { name: "gko", version, threads },
            settings,
            documents: BTreeMap::new(),
            code_maps: Vec::new(),
            inputs: Vec::new(),
            bases: Vec::new(),
            count_rule: "counts of respondents below 10 are \"<10\", others rounded to the nearest 5",
            findings: Vec::new(),
            figures: FigureCounts {
                shown: release.count(Mark::Shown),
                review: release.count(Mark::Review),
                suppressed: release.count(Mark::Suppressed),
                unavailable: release.count(Mark::Unavailable),
            },
            outputs: Vec::new(),
        }
    }

    /// Records a document by the hash of its text.
    pub fn document(&mut self, name: &str, text: &str) {
        self.documents.insert(name.to_owned(), gko_codebook::sha256_hex(text.as_bytes()));
    }

    /// Records the code map of a wave.
    pub fn code_map(&mut self, study: &str, wave: &str, hash: &gko_codebook::CodeMapHash) {
        let (study, wave, sha256) = (study.to_owned(), wave.to_owned(), hash.as_str().to_owned());
        self.code_maps.push(CodeMapEntry { study, wave, sha256 });
    }

    /// Records the account of rows of one unit.
    pub fn inputs(&mut self, unit: gko_codebook::Unit, accounting: &Accounting) {
        let entry = |account: &FileAccount| {
            let (unit, account) = (unit.to_string(), account.clone());
            InputEntry { unit, account }
        };
        self.inputs.extend(accounting.files.iter().map(entry));
    }

    /// Records the bases of the indicators of a release.
    pub fn bases(&mut self, bases: &[BaseAccount], release: &Release) {
        let hidden = without_n(release);
        let entries = bases.iter().map(|base| {
            let is_hidden = hidden.contains(&(base.sample.as_ref(), base.indicator.as_ref()));
            base_entry(base, is_hidden)
        });
        self.bases.extend(entries);
    }

    /// Records the findings of one unit.
    pub fn findings(&mut self, findings: &[Finding]) {
        self.findings.extend(findings.iter().map(|finding| FindingEntry {
            code: finding.kind.code(),
            meaning: finding.kind.meaning(),
            file: finding.file.clone(),
            variable: finding.variable.clone(),
            count: CountOrFew::of(finding.count),
        }));
    }
}

/// The indicators of which some sample's total has no n in the table.
fn without_n(release: &Release) -> BTreeSet<(&Sample, &str)> {
    let rows = release.table.rows().iter();
    let hidden = rows.filter(|(key, figure)| {
        let is_total = key.groups.iter().all(Option::is_none);
        is_total && figure.n().is_none() && figure.mark() == Mark::Suppressed
    });
    hidden.map(|(key, _)| (key.sample.as_ref(), key.indicator.as_ref())).collect()
}

fn base_entry(base: &BaseAccount, hidden: bool) -> BaseEntry {
    let count = |count| if hidden { CountOrFew::Hidden } else { CountOrFew::of(count) };
    let protect = |counts: &BTreeMap<&'static str, u64>| {
        counts.iter().map(|(reason, n)| (*reason, count(*n))).collect()
    };
    BaseEntry {
        country: base.sample.country.to_string(),
        wave: base.sample.wave.clone(),
        indicator: base.indicator.to_string(),
        rows: CountOrFew::of(base.rows),
        out_of_base: count(base.out_of_base),
        base_unknown: protect(&base.base_unknown),
        excluded: protect(&base.excluded),
        counted_as_no: protect(&base.counted_as_no),
        in_base: count(base.in_base),
        not_asked: base.not_asked,
    }
}
