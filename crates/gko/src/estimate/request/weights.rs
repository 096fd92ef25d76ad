//! What is done to the weights: replicates, trimming, calibration.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::estimate::request::words::{DistanceWord, EmptyCellsWord, ReplicateWord};

/// Replicate weights: made from the design, or given with the data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ReplicatesSpec {
    /// How they are, or were, made.
    pub method: ReplicateWord,
    /// How many, for bootstraps and successive differences.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<usize>,
    /// Seed of bootstraps and JK2: the same seed gives the same weights.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// Fay's rho.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rho: Option<f64>,
    /// Whether the jackknife has the finite population correction of the design.
    #[serde(default = "yes")]
    pub population_correction: bool,
    /// Squares about the full-sample value (true) or the replicates' mean; as the
    /// method has it without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mse: Option<bool>,
    /// Degrees of freedom; the rank of the weights less 1 without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub df: Option<f64>,
    /// The weights, where they are given and not made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given: Option<GivenSpec>,
}

fn yes() -> bool {
    true
}

/// Replicate weights that come with the data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct GivenSpec {
    /// A file of its own with the same rows, below the folder of the request; the
    /// data file without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The columns; all of them where a file of its own is named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
    /// The columns are this text and a number that counts from 1, such as `rep1`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
    /// How many columns begin with the prefix.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<usize>,
    /// Whether they are weights, and not factors of the weights.
    #[serde(default = "yes")]
    pub combined: bool,
    /// Factor of the variance; that of the method without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scale: Option<f64>,
    /// Factors of the replicates' squares; 1 without.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rscales: Vec<f64>,
}

impl GivenSpec {
    /// The columns that are named, or numbered behind a prefix.
    pub(crate) fn names(&self) -> Vec<String> {
        let count = self.count.unwrap_or(0);
        let numbered = self
            .prefix
            .iter()
            .flat_map(|prefix| (1..=count).map(move |at| format!("{prefix}{at}")));
        self.columns.iter().cloned().chain(numbered).collect()
    }
}

/// A step that changes the weights; steps are done in their order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CalibrationStep {
    /// Cuts extreme weights and spreads what was cut; only before other steps.
    Trim(TrimSpec),
    /// Scales the weights of each cell to a known count.
    PostStratify(PostStratifySpec),
    /// Scales the weights to several known margins in turn.
    Rake(RakeSpec),
    /// Weights near the given ones that give known totals.
    Calibrate(CalibrateSpec),
    /// Gives every group the same composition: R's `svystandardize`.
    Standardise(StandardiseSpec),
}

/// Limits of the weights.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct TrimSpec {
    /// The smallest weight that is left alone.
    #[serde(default)]
    pub lower: f64,
    /// The largest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upper: Option<f64>,
    /// Whether to go on until no weight is outside.
    #[serde(default = "yes")]
    pub strict: bool,
}

/// Known counts of the cells of columns.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct PostStratifySpec {
    /// The columns; cells are their combinations.
    pub columns: Vec<String>,
    /// The count of each cell, by its level; levels of several columns are joined
    /// with a point.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub targets: BTreeMap<String, f64>,
    /// A CSV file of the targets instead, below the folder of the request, with the
    /// columns `category` and `target`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub targets_file: Option<String>,
    /// Cells that have a target and no row.
    #[serde(default)]
    pub empty: EmptyCellsWord,
}

/// Known margins.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct RakeSpec {
    /// The margins.
    pub margins: Vec<MarginSpec>,
    /// The largest relative gap that is good enough.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tolerance: Option<f64>,
    /// Sweeps after which to give up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_iterations: Option<usize>,
}

/// Known counts of a column's levels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct MarginSpec {
    /// The column.
    pub column: String,
    /// The count of each level.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub targets: BTreeMap<String, f64>,
    /// A CSV file of the targets instead, below the folder of the request, with the
    /// columns `category` and `target`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub targets_file: Option<String>,
}

/// Known totals of the columns of a model matrix.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct CalibrateSpec {
    /// The terms, such as `stype` or `sex*age`.
    pub terms: Vec<String>,
    /// The total of each column, by its name: `(Intercept)` is the size of the
    /// population, a level of a factor stands behind the factor's name.
    pub totals: BTreeMap<String, f64>,
    /// The distance.
    #[serde(default)]
    pub distance: DistanceWord,
    /// The least and the largest factor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bounds: Option<[f64; 2]>,
    /// The column to which the residual variance is proportional.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variance: Option<String>,
    /// The column of clusters, all of whose rows get one factor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster: Option<String>,
}

/// A composition that every group gets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct StandardiseSpec {
    /// The columns of the composition.
    pub columns: Vec<String>,
    /// The groups that get it; the whole sample without.
    #[serde(default)]
    pub over: Vec<String>,
    /// The part of each cell of the composition, on any scale.
    pub population: BTreeMap<String, f64>,
    /// Rows that lack one of these leave the sample before.
    #[serde(default)]
    pub excluding_missing: Vec<String>,
}
