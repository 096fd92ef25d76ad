//! What a plan says about a calibration.

use std::collections::BTreeMap;

use gko_survey::calibration::Distance;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::population::Bridge;

/// One margin: columns of the sample whose figures are known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct MarginSpec {
    /// One column, or several that are crossed.
    pub of: Vec<String>,
    /// The margin's name among the figures, where it is not that of the columns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub figures: Option<String>,
    /// What makes figures of another universe fit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub universe: Option<Bridge>,
    /// When and how categories are collapsed; never without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collapse: Option<Collapse>,
    /// What becomes of respondents without a value.
    #[serde(default)]
    pub missing: MissingCategory,
    /// A soft margin: what a miss of it costs. To miss a target by a part of it is as
    /// bad as to move all weights by the cost times that part. Only for `calibrate`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<f64>,
    /// Whether the standard errors of the figures go into the variance. Only for
    /// `calibrate`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub estimated: bool,
}

impl MarginSpec {
    /// The margin of some columns, with all else at its default.
    #[must_use]
    pub fn of<N: AsRef<str>>(columns: &[N]) -> Self {
        Self {
            of: columns.iter().map(|column| column.as_ref().to_owned()).collect(),
            figures: None,
            universe: None,
            collapse: None,
            missing: MissingCategory::default(),
            cost: None,
            estimated: false,
        }
    }

    /// The margin's name among the figures, and in messages.
    #[must_use]
    pub fn name(&self) -> String {
        self.figures.clone().unwrap_or_else(|| self.of.join(crate::sample::CROSSED))
    }
}

/// When and how categories of a margin are collapsed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Collapse {
    /// A category with fewer respondents is collapsed.
    pub min_respondents: u64,
    /// Into which other.
    pub into: Into,
}

/// Into which other category one is collapsed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Into {
    /// The next one in the order of the figures, for the last one that before it.
    Next,
    /// The one that is named for it.
    Named(BTreeMap<String, String>),
}

/// What becomes of respondents without a value of a margin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum MissingCategory {
    /// They are refused.
    #[default]
    Refuse,
    /// They are a category of their own, which keeps its share of the weights; the
    /// targets of the others are scaled to what is left.
    KeepShare,
}

/// What becomes of margins of counts whose totals differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Totals {
    /// They are refused.
    #[default]
    Refuse,
    /// All are scaled to the total of the first margin of counts.
    First,
}

/// Post-stratification: the cells of one margin.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct PostStratifyStep {
    /// The margin, as a rule of crossed columns.
    pub margin: MarginSpec,
    /// Margins of groups that have others.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub schemes: BTreeMap<String, MarginSpec>,
}

/// Raking: several margins in turn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct RakeStep {
    /// The margins.
    pub margins: Vec<MarginSpec>,
    /// Margins of groups that have others.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub schemes: BTreeMap<String, Vec<MarginSpec>>,
    /// Margins of counts whose totals differ.
    #[serde(default)]
    pub totals: Totals,
    /// The largest relative gap of any category that is good enough.
    #[serde(default = "tolerance")]
    pub tolerance: f64,
    /// Sweeps after which to give up.
    #[serde(default = "sweeps")]
    pub max_iterations: usize,
}

/// Regression calibration: margins and numbers at once, under a distance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct CalibrateStep {
    /// Margins of categories.
    #[serde(default)]
    pub margins: Vec<MarginSpec>,
    /// Columns of numbers whose totals are known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub numbers: Vec<NumberSpec>,
    /// Margins of groups that have others.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub schemes: BTreeMap<String, Vec<MarginSpec>>,
    /// The distance between given and final weights.
    #[serde(default)]
    pub distance: DistanceName,
    /// The least and the largest factor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bounds: Option<[f64; 2]>,
    /// The column of households, or PSUs, all of whose members share one factor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster: Option<String>,
    /// Margins of counts whose totals differ.
    #[serde(default)]
    pub totals: Totals,
    /// The largest relative gap of any total that is good enough.
    #[serde(default = "tolerance")]
    pub tolerance: f64,
    /// Steps after which to give up.
    #[serde(default = "steps")]
    pub max_iterations: usize,
}

/// A column of numbers whose population total is known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct NumberSpec {
    /// The column.
    pub of: String,
    /// The name of its total among the figures, a margin with the one category
    /// `total`; the column's own without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub figures: Option<String>,
    /// What makes figures of another universe fit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub universe: Option<Bridge>,
    /// A soft total: what a miss of it costs, as of a margin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<f64>,
    /// Whether the standard error of the figure goes into the variance.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub estimated: bool,
}

/// Distances by the names that statisticians use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DistanceName {
    /// Squared differences: the generalised regression estimator.
    #[default]
    Linear,
    /// The same, cut off at bounds, which it needs.
    Truncated,
    /// Multiplicative.
    Raking,
    /// Between two bounds, which it needs.
    Logit,
}

impl DistanceName {
    /// The distance of the engine.
    #[must_use]
    pub fn distance(self) -> Distance {
        match self {
            Self::Linear | Self::Truncated => Distance::Linear,
            Self::Raking => Distance::Raking,
            Self::Logit => Distance::Logit,
        }
    }
}

fn tolerance() -> f64 {
    1e-10
}

fn sweeps() -> usize {
    1000
}

fn steps() -> usize {
    100
}
