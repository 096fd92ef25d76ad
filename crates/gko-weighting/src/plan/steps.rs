//! The steps of a plan.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::error::PlanError;
use crate::calibration::{CalibrateStep, PostStratifyStep, RakeStep};
use crate::nonresponse::{ClassOptions, PropensityOptions, StatusMap};
use crate::population::Bridge;
use crate::scaling::Scale;
use crate::selection::{AboveOne, EmptyStrata};
use crate::trimming::{RecalibrateOptions, TrimRule};

/// A column that is made of another one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct DeriveSpec {
    /// The new column.
    pub name: String,
    /// The column that it is made of.
    pub of: String,
    /// Bands of numbers, both ends included: `{ "9-11" = [9, 11] }`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub bands: BTreeMap<String, [f64; 2]>,
    /// New names of categories; several may get one: `{ "1" = "boy", "2" = "girl" }`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub recode: BTreeMap<String, String>,
}

/// What is done to the weights.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Step {
    /// The chance of the draw, or of one of its stages. Steps of selection may stand
    /// apart: children are chosen in the households that could be screened.
    Selection(SelectionStep),
    /// Respondents stand for those who did not respond.
    Nonresponse(NonresponseStep),
    /// The cells of one margin add up to their figures.
    PostStratify(PostStratifyStep),
    /// Several margins add up to their figures, in turn.
    Rake(RakeStep),
    /// Margins and totals add up to their figures, at the least distance.
    Calibrate(CalibrateStep),
    /// Extreme weights are cut.
    Trim(TrimStep),
    /// Weights move to the mean of their class.
    Smooth(SmoothStep),
    /// The weights of each group add up to what is wanted.
    Scale(ScaleStep),
}

impl Step {
    /// The name of the step.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Selection(_) => "selection",
            Self::Nonresponse(_) => "nonresponse",
            Self::PostStratify(_) => "post_stratify",
            Self::Rake(_) => "rake",
            Self::Calibrate(_) => "calibrate",
            Self::Trim(_) => "trim",
            Self::Smooth(_) => "smooth",
            Self::Scale(_) => "scale",
        }
    }
}

/// Where a weight of the draw comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum SelectionStep {
    /// One over the product of the chances of these stages. Rows of weight 0 are
    /// left out.
    Stages(Vec<StageSpec>),
    /// People of each stratum over rows of it, by the figures of a margin.
    Counts {
        /// The columns whose crossing is the strata.
        of: Vec<String>,
        /// The margin's name among the figures, where it is not that of the columns.
        #[serde(default)]
        figures: Option<String>,
        /// Strata without a row.
        #[serde(default)]
        empty: EmptyStrata,
        /// What makes figures of another universe fit.
        #[serde(default)]
        universe: Option<Bridge>,
    },
    /// A column of weights.
    Given {
        /// The column.
        weights: String,
    },
    /// Nobody's chance is known: weights of 1, and inference rests on a model.
    Quota {
        /// Which quotas, and why they are believed in.
        reason: String,
    },
}

/// One stage of the draw: `probability`; or `taken` and `of`; or `eligible`; or `size`,
/// `total` and `taken`. All are names of columns.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct StageSpec {
    /// Its name, in messages and in the history.
    pub name: String,
    /// Its units; all rows of one must have one chance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// The probability itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<String>,
    /// Units taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken: Option<String>,
    /// Units that were there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    /// Eligible children of the household, one of whom was taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eligible: Option<String>,
    /// More eligible children than this count as this many; a number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap: Option<u32>,
    /// The unit's size, to which its chance is proportional.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<String>,
    /// The sum of sizes in the stratum.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<String>,
    /// What is done with units too large for one draw.
    #[serde(default)]
    pub above_one: AboveOne,
}

/// The one way of a stage to its chance, as names of columns.
pub(crate) enum StageChance<'a> {
    Probability(&'a String),
    TakenOf { taken: &'a String, of: &'a String },
    OneOf(&'a String),
    SizeProportional { size: &'a String, total: &'a String, taken: &'a String },
}

impl StageSpec {
    /// The columns of the chance; refused where they say none, or two.
    pub(crate) fn chance(&self, place: &str) -> Result<StageChance<'_>, PlanError> {
        let columns =
            (&self.probability, &self.taken, &self.of, &self.eligible, &self.size, &self.total);
        Ok(match columns {
            (Some(probability), None, None, None, None, None) => {
                StageChance::Probability(probability)
            }
            (None, Some(taken), Some(of), None, None, None) => StageChance::TakenOf { taken, of },
            (None, None, None, Some(eligible), None, None) => StageChance::OneOf(eligible),
            (None, Some(taken), None, None, Some(size), Some(total)) => {
                StageChance::SizeProportional { size, total, taken }
            }
            _ => {
                let message = "give `probability`; or `taken` and `of`; or `eligible`; or `size`, `total` and `taken`".to_owned();
                return Err(PlanError::Contradiction { place: place.to_owned(), message });
            }
        })
    }
}

/// Respondents stand for those who did not respond.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct NonresponseStep {
    /// The column of statuses.
    pub status: String,
    /// What each of its values means.
    pub codes: StatusMap,
    /// How the weights are adjusted.
    pub method: NonresponseMethod,
}

/// How weights are adjusted for nonresponse.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum NonresponseMethod {
    /// In weighting classes.
    Classes(ClassesSpec),
    /// By a model of who responds.
    Propensity(PropensitySpec),
}

/// Weighting classes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ClassesSpec {
    /// The columns that are crossed, the one that is given up first at the end.
    pub by: Vec<String>,
    /// Respondents a class needs, its largest factor, rules.
    #[serde(default)]
    pub options: ClassOptions,
}

/// A model of who responds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct PropensitySpec {
    /// Columns that enter as categories.
    #[serde(default)]
    pub categories: Vec<String>,
    /// Columns that enter as numbers.
    #[serde(default)]
    pub numbers: Vec<String>,
    /// What the propensities are used for, and how.
    #[serde(default)]
    pub options: PropensityOptions,
}

/// Extreme weights are cut, and what was cut is spread over the others.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct TrimStep {
    /// The limits; four times the median without them.
    pub rule: TrimRule,
    /// Whether the calibration before is repeated until limits and targets hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recalibrate: Option<RecalibrateOptions>,
}

/// Weights move to the mean of their class.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct SmoothStep {
    /// The columns that are crossed to classes.
    pub by: Vec<String>,
    /// How far they move, from 0 to 1.
    pub share: f64,
}

/// The weights of each group add up to what is wanted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ScaleStep {
    /// What they add up to.
    pub to: Scale,
    /// The margin of figures whose sum is a group's people, for the scales that need
    /// them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub people: Option<String>,
    /// What makes figures of another universe fit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub universe: Option<Bridge>,
}
