//! Bound data of one unit: columns, design, findings, account of rows.

use std::collections::BTreeMap;
use std::fmt;

use gko_codebook::{Country, Unit};

use crate::account::Accounting;
use crate::column::Column;
use crate::finding::{Finding, FindingKind, Tally};
use crate::fingerprint::Respondents;
use crate::layout::PsuLabels;

/// One study, wave and country: a sample with a design of its own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct Sample {
    /// The study.
    pub study: String,
    /// The wave.
    pub wave: String,
    /// The country.
    pub country: Country,
}

/// Survey data of one unit, bound to a codebook.
///
/// Rows stand in the order of the inputs; samples are sorted by study, wave and
/// country. Nothing in here shows a row when it is printed.
pub struct Microdata {
    pub(crate) unit: Unit,
    pub(crate) samples: Vec<Sample>,
    pub(crate) sample: Vec<u32>,
    pub(crate) stratum: Vec<u32>,
    pub(crate) psu: Vec<u32>,
    pub(crate) psu_labels: PsuLabels,
    pub(crate) psu_names: Vec<String>,
    pub(crate) stratum_names: Vec<String>,
    pub(crate) weight: Vec<f64>,
    pub(crate) columns: BTreeMap<String, Column>,
    /// For each variable or set the samples in which it was not asked.
    pub(crate) not_asked: BTreeMap<String, Vec<bool>>,
    pub(crate) findings: Vec<Finding>,
    pub(crate) accounting: Accounting,
    pub(crate) respondents: Respondents,
    pub(crate) links: Vec<u128>,
}

impl Microdata {
    /// Who the rows are.
    #[must_use]
    pub const fn unit(&self) -> Unit {
        self.unit
    }

    /// How many rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.sample.len()
    }

    /// The samples, sorted.
    #[must_use]
    pub fn samples(&self) -> &[Sample] {
        &self.samples
    }

    /// For each row the place of its sample in [`samples`](Self::samples).
    #[must_use]
    pub fn sample_of_row(&self) -> &[u32] {
        &self.sample
    }

    /// For each row the code of its stratum, local to the sample.
    #[must_use]
    pub fn strata(&self) -> &[u32] {
        &self.stratum
    }

    /// The label behind a stratum code.
    #[must_use]
    pub fn stratum_name(&self, code: u32) -> Option<&str> {
        self.stratum_names.get(usize::try_from(code).ok()?).map(String::as_str)
    }

    /// For each row the code of its PSU; see [`psu_labels`](Self::psu_labels).
    #[must_use]
    pub fn psus(&self) -> &[u32] {
        &self.psu
    }

    /// The label behind a PSU code; `None` where no PSU was declared.
    #[must_use]
    pub fn psu_name(&self, code: u32) -> Option<&str> {
        self.psu_names.get(usize::try_from(code).ok()?).map(String::as_str)
    }

    /// Whether PSU codes are local to the stratum.
    #[must_use]
    pub const fn psu_labels(&self) -> PsuLabels {
        self.psu_labels
    }

    /// For each row its weight, zero or positive.
    #[must_use]
    pub fn weights(&self) -> &[f64] {
        &self.weight
    }

    /// The column of a variable or set.
    #[must_use]
    pub fn column(&self, id: &str) -> Option<&Column> {
        self.columns.get(id)
    }

    /// Whether a variable or set was not asked in a sample.
    #[must_use]
    pub fn not_asked(&self, id: &str, sample: usize) -> bool {
        self.not_asked.get(id).and_then(|samples| samples.get(sample)).copied().unwrap_or(false)
    }

    /// Everything doubtful, by file and variable.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The account of rows.
    #[must_use]
    pub const fn accounting(&self) -> &Accounting {
        &self.accounting
    }

    /// Adds a finding where a parent's child is not among the children.
    ///
    /// Nothing is dropped: a parent counts in figures about parents all the same.
    pub fn check_links(&mut self, children: &Self) {
        let mut tally = Tally::default();
        for (row, link) in self.links.iter().enumerate() {
            if !children.respondents.contains(link) {
                tally.add(row, String::new);
            }
        }
        let unit = self.unit.as_str();
        let finding = tally.finding(FindingKind::LinkBroken, "all files", unit);
        self.findings.extend(finding.map(Finding::of_all_files));
    }
}

impl fmt::Debug for Microdata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Microdata")
            .field("unit", &self.unit)
            .field("rows", &self.rows())
            .field("samples", &self.samples.len())
            .field("columns", &self.columns.len())
            .field("findings", &self.findings.len())
            .finish_non_exhaustive()
    }
}
