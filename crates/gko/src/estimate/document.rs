//! The answer as a document: one JSON object.

use std::collections::BTreeMap;

use gko_disclosure::{Mark, Reason, Rules};
use gko_report::CountOrFew;
use gko_survey::{Design, Survey};
use schemars::JsonSchema;
use serde::Serialize;

use crate::estimate::answer::{Content, Key, Numbers, TestNumbers};
use crate::estimate::domains::Account;

/// The answer to a request.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Document {
    /// Everything that is not an estimate.
    #[serde(flatten)]
    pub head: Head,
    /// The estimates, domain by domain.
    pub estimates: Vec<EstimateEntry>,
    /// Covariance between all estimates, in their order, by rows; null where an
    /// estimate is hidden or does not exist.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub covariance: Option<Vec<Vec<Option<f64>>>>,
    /// Tests.
    pub tests: Vec<TestEntry>,
}

/// What an answer is about and what it rests on.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Head {
    /// Version of this format.
    pub format: &'static str,
    /// The analysis.
    pub kind: String,
    /// Whether the answer has passed disclosure control.
    pub protected: bool,
    /// Thresholds of disclosure control; null without it.
    pub rules: Option<RulesEntry>,
    /// SHA-256 over the RFC 8785 form of the request.
    pub request_sha256: String,
    /// The engine's name.
    pub engine: &'static str,
    /// The engine's version.
    pub engine_version: &'static str,
    /// The data file.
    pub data: DataEntry,
    /// Rows read, left out and used.
    pub rows: RowsEntry,
    /// The design.
    pub design: DesignEntry,
    /// What a reader should know.
    pub warnings: Vec<Warning>,
}

/// The data file.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct DataEntry {
    /// Its path as the request has it.
    pub file: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
}

/// Thresholds of disclosure control.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct RulesEntry {
    /// Smallest n of a figure.
    pub minimum_n: u64,
    /// Smallest count within a base, and of its complement.
    pub minimum_count: u64,
    /// Standard of reliability.
    pub reliability: &'static str,
}

/// Rows by what became of them: read = the sum of the others. In a protected
/// answer counts are rounded to 5, and those below 10 are `"<10"`.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct RowsEntry {
    /// Rows of the file.
    pub read: Count,
    /// Without a weight, left out of the design.
    pub without_weight: Count,
    /// Outside of the domain.
    pub outside_domain: Count,
    /// Without a value in a column of `by`.
    pub without_group: Count,
    /// Without a value that the analysis needs.
    pub missing_values: Count,
    /// In the domain with weight 0.
    pub weight_zero: Count,
    /// In the domain and used.
    pub used: Count,
}

/// A count of rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Count {
    /// A number: exact, or rounded to 5 in a protected answer.
    Rows(u64),
    /// `"<10"`.
    Few(&'static str),
}

impl Count {
    fn protected(&self) -> Self {
        match self {
            Self::Rows(count) => match CountOrFew::of(*count) {
                CountOrFew::Count(count) => Self::Rows(count),
                CountOrFew::Few | CountOrFew::Hidden => Self::Few("<10"),
            },
            Self::Few(_) => self.clone(),
        }
    }
}

/// What the variance rests on.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct DesignEntry {
    /// Stages of sampling; null with replicate weights alone.
    pub stages: Option<usize>,
    /// Samples that are combined.
    pub samples: Option<usize>,
    /// Strata of the first stage.
    pub strata: Option<usize>,
    /// Primary sampling units.
    pub psus: Option<usize>,
    /// Degrees of freedom of the full design.
    pub df: f64,
    /// How the variance is worked out.
    pub variance: String,
    /// Rule for strata with one PSU.
    pub single_psu: Option<String>,
    /// Strata with one PSU, to which the rule was applied.
    pub single_psu_strata: Option<usize>,
    /// Strata that were put into a neighbour.
    pub collapsed: usize,
    /// Replicates.
    pub replicates: Option<usize>,
}

/// An estimate.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct EstimateEntry {
    /// Level of each column of `by`.
    pub domain: BTreeMap<String, String>,
    /// What is estimated.
    pub term: String,
    /// The estimate.
    pub estimate: Option<f64>,
    /// Its standard error.
    pub se: Option<f64>,
    /// Lower and upper end of its confidence interval.
    pub ci: Option<[f64; 2]>,
    /// How the interval was made.
    pub ci_method: Option<&'static str>,
    /// Confidence level.
    pub level: f64,
    /// Degrees of freedom of the interval; null for infinitely many.
    pub df: Option<f64>,
    /// Design effect, where it was asked for.
    pub deff: Option<f64>,
    /// Coefficient of variation.
    pub cv: Option<f64>,
    /// Test statistic of a coefficient or contrast.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub statistic: Option<f64>,
    /// Its p-value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p: Option<f64>,
    /// The p-value adjusted for several comparisons.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p_adjusted: Option<f64>,
    /// Share of the information that the imputed values lack.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing_information: Option<f64>,
    /// Unweighted rows that it rests on.
    pub n: Option<u64>,
    /// Sum of their weights.
    pub sum_weights: Option<f64>,
    /// Kish's effective n.
    pub kish_n: Option<f64>,
    /// What became of it: shown, review, suppressed, unavailable, not-judged.
    pub status: &'static str,
    /// Why, and why a number is null.
    pub reasons: Vec<&'static str>,
}

/// A test.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct TestEntry {
    /// Level of each column of `by`.
    pub domain: BTreeMap<String, String>,
    /// What is tested.
    pub term: String,
    /// The method.
    pub method: Option<String>,
    /// The test statistic.
    pub statistic: Option<f64>,
    /// Its degrees of freedom.
    pub df: Option<f64>,
    /// Degrees of freedom of the denominator; null for infinitely many or none.
    pub ddf: Option<f64>,
    /// The p-value.
    pub p: Option<f64>,
    /// Further numbers of the method.
    pub details: BTreeMap<&'static str, Option<f64>>,
    /// Unweighted rows that it rests on.
    pub n: Option<u64>,
    /// What became of it.
    pub status: &'static str,
    /// Why.
    pub reasons: Vec<&'static str>,
}

/// Something that a reader should know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Warning {
    /// The stable code.
    pub code: &'static str,
    /// What it means.
    pub message: String,
}

impl Warning {
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}

/// What became of a line, and why.
pub(crate) struct Status {
    name: &'static str,
    reasons: Vec<&'static str>,
}

impl Status {
    pub(crate) fn of(mark: Mark, reasons: &[Reason]) -> Self {
        Self { name: mark.as_str(), reasons: reasons.iter().map(|r| r.as_str()).collect() }
    }

    pub(crate) fn not_judged() -> Self {
        Self { name: "not-judged", reasons: Vec::new() }
    }
}

impl RowsEntry {
    pub(crate) fn new(rows: usize, account: &Account) -> Self {
        Self {
            read: Count::Rows(rows as u64),
            without_weight: Count::Rows(account.without_weight),
            outside_domain: Count::Rows(account.outside),
            without_group: Count::Rows(account.no_group),
            missing_values: Count::Rows(account.missing),
            weight_zero: Count::Rows(account.weight_zero),
            used: Count::Rows(account.inside),
        }
    }

    fn protected(&self) -> Self {
        Self {
            read: self.read.protected(),
            without_weight: self.without_weight.protected(),
            outside_domain: self.outside_domain.protected(),
            without_group: self.without_group.protected(),
            missing_values: self.missing_values.protected(),
            weight_zero: self.weight_zero.protected(),
            used: self.used.protected(),
        }
    }
}

impl DesignEntry {
    pub(crate) fn new(survey: &Survey, single_psu: &str) -> Self {
        let design = survey.design();
        let replicates = survey.replicates();
        let variance = match replicates {
            Some(_) => "replicates".to_owned(),
            None => "taylor".to_owned(),
        };
        Self {
            stages: design.map(Design::stages),
            samples: design.map(Design::samples),
            strata: design.map(Design::strata),
            psus: design.map(Design::psus),
            df: survey.full_df(),
            variance,
            single_psu: design.map(|_| single_psu.to_owned()),
            single_psu_strata: design.map(|design| design.single_psu_strata().len()),
            collapsed: design.map_or(0, |design| design.collapsed().len()),
            replicates: replicates.map(gko_survey::Replicates::len),
        }
    }
}

impl Head {
    pub(crate) fn protected(self, rules: &Rules) -> Self {
        let rows = self.rows.protected();
        let rules = RulesEntry {
            minimum_n: rules.minimum_n,
            minimum_count: rules.minimum_count,
            reliability: rules.reliability.as_str(),
        };
        Self { protected: true, rules: Some(rules), rows, ..self }
    }
}

fn finite(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}

impl Document {
    pub(crate) fn new(head: Head) -> Self {
        Self { head, estimates: Vec::new(), covariance: None, tests: Vec::new() }
    }

    pub(crate) fn push(
        &mut self,
        key: Key,
        content: Option<&Content>,
        n: Option<u64>,
        status: Status,
    ) {
        match (content, key.test) {
            (Some(Content::Numbers(numbers)), _) => {
                self.estimates.push(EstimateEntry::new(key, Some(numbers), n, status));
            }
            (Some(Content::Test(test)), _) => {
                self.tests.push(TestEntry::new(key, Some(test), n, status));
            }
            (None, false) => self.estimates.push(EstimateEntry::new(key, None, n, status)),
            (None, true) => self.tests.push(TestEntry::new(key, None, n, status)),
        }
    }

    /// Says how many figures are hidden or to be looked at.
    pub(crate) fn warn(&mut self) {
        let statuses = || {
            let estimates = self.estimates.iter().map(|one| one.status);
            estimates.chain(self.tests.iter().map(|one| one.status))
        };
        let suppressed = statuses().filter(|status| *status == "suppressed").count();
        let review = statuses().filter(|status| *status == "review").count();
        let mut warn = |code, message: String| self.head.warnings.push(Warning { code, message });
        if suppressed > 0 {
            let message = format!(
                "{suppressed} figures are hidden to protect respondents or as too imprecise; `reasons` says which"
            );
            warn("suppressed", message);
        }
        if review > 0 {
            warn("review", format!("{review} figures are to be looked at by a statistician first"));
        }
    }
}

impl EstimateEntry {
    fn new(key: Key, numbers: Option<&Numbers>, n: Option<u64>, status: Status) -> Self {
        let mut reasons = status.reasons;
        let known = numbers.cloned().unwrap_or(Numbers::absent());
        if numbers.is_some() {
            reasons.extend(known.absent);
            if known.estimate.is_finite() && !known.se.is_finite() && known.absent.is_none() {
                reasons.push("se-not-finite");
            }
        }
        Self {
            domain: key.domain,
            term: key.term,
            estimate: finite(known.estimate),
            se: finite(known.se),
            ci: known.interval.map(|(low, high)| [low, high]),
            ci_method: known.interval.map(|_| known.method),
            level: key.level,
            df: finite(known.df),
            deff: known.deff.and_then(finite),
            cv: finite(known.se / known.estimate),
            statistic: known.statistic.and_then(finite),
            p: known.p.and_then(finite),
            missing_information: known.missing_information.and_then(finite),
            p_adjusted: known.p_adjusted.and_then(finite),
            n,
            sum_weights: numbers.and_then(|numbers| finite(numbers.sum_weights)),
            kish_n: numbers.and_then(|numbers| finite(numbers.kish_n)),
            status: status.name,
            reasons,
        }
    }
}

impl Numbers {
    /// The numbers of a figure that is gone.
    fn absent() -> Self {
        Self { estimate: f64::NAN, se: f64::NAN, df: f64::NAN, ..Self::default() }
    }
}

impl TestEntry {
    fn new(key: Key, test: Option<&TestNumbers>, n: Option<u64>, status: Status) -> Self {
        let known = |get: fn(&TestNumbers) -> f64| test.map(get).and_then(finite);
        let details = test.map(|test| test.details.clone()).unwrap_or_default();
        Self {
            domain: key.domain,
            term: key.term,
            method: test.map(|test| test.method.clone()),
            statistic: known(|test| test.statistic),
            df: test.and_then(|test| test.df).and_then(finite),
            ddf: test.and_then(|test| test.ddf).and_then(finite),
            p: known(|test| test.p),
            details: details.into_iter().map(|(name, value)| (name, finite(value))).collect(),
            n,
            status: status.name,
            reasons: status.reasons,
        }
    }
}
