//! How the sample was drawn.

use gko_survey::{MissingWeights, PpsVariance, PsuLabels, SinglePsu, VarianceStages};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Samples, stages, weights, and the rules of the variance.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct DesignSpec {
    /// The column that tells combined samples (countries, waves) apart: strata
    /// and PSUs of different samples are different.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sample: Option<String>,
    /// The stages of sampling, the first drawn first; rows drawn one by one without any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub stages: Vec<StageSpec>,
    /// The column of weights; without weights and probabilities they are the
    /// product of N/n over the stages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weights: Option<String>,
    /// The column of probabilities of selection, instead of weights.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub probabilities: Option<String>,
    /// How far the code of a PSU reaches.
    pub psu_labels: PsuLabelsSpec,
    /// What becomes of rows without a weight.
    pub missing_weights: MissingWeightsSpec,
    /// Rule for strata with one PSU.
    pub single_psu: SinglePsuSpec,
    /// Rule for strata that a domain reduces to one PSU; without it they count as they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domain_single_psu: Option<SinglePsuSpec>,
    /// Which stages enter the variance.
    pub variance_stages: VarianceStagesSpec,
    /// How units were drawn with unequal probabilities without replacement; the
    /// stages state their probabilities as `fractions`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pps: Option<PpsSpec>,
    /// Strata that are put into a neighbour, as a way out where they have one PSU.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub collapse: Vec<CollapseSpec>,
}

/// One stage of sampling.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct StageSpec {
    /// The column of units; the rows themselves without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// The column of strata.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stratum: Option<String>,
    /// How many units a stratum has in the population; with replacement without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub population: Option<PopulationSpec>,
}

/// A column that tells the size of the population.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PopulationSpec {
    /// Units of the stratum in the population.
    Counts(String),
    /// The share of them that was drawn.
    Fractions(String),
}

/// How units were drawn with unequal probabilities.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PpsSpec {
    /// Brewer's approximation, for any number of stages.
    Brewer,
    /// Overton's approximation of joint probabilities.
    Overton(PpsVarianceSpec),
    /// Hartley and Rao's approximation of joint probabilities.
    HartleyRao {
        /// The column of the sum of p²/n over the population of the stratum; the
        /// mean of p in the sample without.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        squares: Option<String>,
        /// The estimator.
        #[serde(default)]
        variance: PpsVarianceSpec,
    },
    /// Joint probabilities that are known; the stage needs no `fractions`.
    Joint {
        /// A CSV file of the matrix without a header, below the folder of the request.
        file: String,
        /// The column of the line of each row's unit in the matrix, counted from 1;
        /// the row's own number without.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unit: Option<String>,
        /// The estimator.
        #[serde(default)]
        variance: PpsVarianceSpec,
    },
}

/// The estimator that takes joint probabilities.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum PpsVarianceSpec {
    /// Unbiased for any design; may be negative.
    #[default]
    HorvitzThompson,
    /// For designs of a fixed number of units.
    YatesGrundy,
}

impl From<PpsVarianceSpec> for PpsVariance {
    fn from(spec: PpsVarianceSpec) -> Self {
        match spec {
            PpsVarianceSpec::HorvitzThompson => Self::HorvitzThompson,
            PpsVarianceSpec::YatesGrundy => Self::YatesGrundy,
        }
    }
}

/// A stratum and the neighbour it is put into.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct CollapseSpec {
    /// The sample, where samples are combined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sample: Option<String>,
    /// The stratum.
    pub stratum: String,
    /// The neighbour.
    pub into: String,
}

/// How far the code of a PSU reaches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PsuLabelsSpec {
    /// Into its stratum.
    #[default]
    NestedInStratum,
    /// Through the whole sample.
    Unique,
}

/// What becomes of rows without a weight.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MissingWeightsSpec {
    /// The request fails.
    #[default]
    Refuse,
    /// They are left out of the design and counted.
    Exclude,
}

/// Rule for strata with one PSU.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SinglePsuSpec {
    /// The request fails and lists them.
    #[default]
    Fail,
    /// They contribute no variance.
    Remove,
    /// The PSU was in the sample with certainty.
    Certainty,
    /// The PSU is compared with the grand mean.
    Adjust,
    /// They contribute what the others do on average.
    Average,
}

/// Which stages enter the variance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum VarianceStagesSpec {
    /// All.
    #[default]
    All,
    /// The first: the ultimate cluster.
    First,
}

impl From<PsuLabelsSpec> for PsuLabels {
    fn from(spec: PsuLabelsSpec) -> Self {
        match spec {
            PsuLabelsSpec::NestedInStratum => Self::NestedInStratum,
            PsuLabelsSpec::Unique => Self::Unique,
        }
    }
}

impl From<MissingWeightsSpec> for MissingWeights {
    fn from(spec: MissingWeightsSpec) -> Self {
        match spec {
            MissingWeightsSpec::Refuse => Self::Refuse,
            MissingWeightsSpec::Exclude => Self::Exclude,
        }
    }
}

impl From<SinglePsuSpec> for SinglePsu {
    fn from(spec: SinglePsuSpec) -> Self {
        match spec {
            SinglePsuSpec::Fail => Self::Fail,
            SinglePsuSpec::Remove => Self::Remove,
            SinglePsuSpec::Certainty => Self::Certainty,
            SinglePsuSpec::Adjust => Self::Adjust,
            SinglePsuSpec::Average => Self::Average,
        }
    }
}

impl From<VarianceStagesSpec> for VarianceStages {
    fn from(spec: VarianceStagesSpec) -> Self {
        match spec {
            VarianceStagesSpec::All => Self::All,
            VarianceStagesSpec::First => Self::First,
        }
    }
}
