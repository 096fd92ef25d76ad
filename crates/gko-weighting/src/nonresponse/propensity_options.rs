//! Settings of an adjustment by response propensities.
//!
//! # Rule
//! A propensity is used case by case (`inverse`), or cases of like propensity form
//! classes with one factor each, which is less at the mercy of the model and of a
//! few small propensities.
//!
//! # References
//! Valliant, Dever, Kreuter (2018) *Practical Tools for Designing and Weighting
//! Survey Samples*, 2nd ed., ch. 13 (the five class factors); Rosenbaum, Rubin (1984)
//! *JASA* 79, 516-524 (five classes).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::dispositions::{Counting, EligibleShare};
use super::error::NonresponseError;

/// The factor of a propensity class is one over this figure of its cases. A case
/// of unknown eligibility counts as e cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClassFactor {
    /// The mean propensity.
    MeanPropensity,
    /// The weighted mean propensity.
    WeightedMeanPropensity,
    /// The share of cases that responded.
    ResponseRate,
    /// The share of weights that responded: the sum of weights is kept.
    #[default]
    WeightedResponseRate,
    /// The median propensity.
    MedianPropensity,
}

/// Classes of cases with like propensities.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PropensityClasses {
    /// How many classes, as far as propensities differ.
    pub count: u32,
    /// Whether classes have like numbers of cases, or like sums of weights.
    pub cut: Counting,
    /// The figure that their factor is made of.
    pub factor: ClassFactor,
}

impl Default for PropensityClasses {
    /// Fifths of the cases, with the weighted response rate.
    fn default() -> Self {
        Self { count: 5, cut: Counting::Unweighted, factor: ClassFactor::default() }
    }
}

/// What a propensity is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PropensityUse {
    /// The factor of a respondent is one over its propensity.
    Inverse,
    /// The factor is that of its class.
    Classes(PropensityClasses),
}

impl Default for PropensityUse {
    fn default() -> Self {
        Self::Classes(PropensityClasses::default())
    }
}

/// What is done again in each replicate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReplicateModel {
    /// All: the model is fitted and the classes are cut at the replicate's weights,
    /// so that the variance holds what the model adds to it.
    #[default]
    Refit,
    /// Propensities and classes stay those of the full sample; the factors of
    /// classes are worked out at the replicate's weights.
    Fixed,
}

/// Settings of response propensities.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PropensityOptions {
    /// Whether partial interviews are respondents.
    pub partials_respond: bool,
    /// The eligible share e of the cases of unknown eligibility; if computed, from
    /// weights or from numbers of cases as they enter the model.
    pub eligible: EligibleShare,
    /// Whether cases enter the model with their weights.
    pub model: Counting,
    /// What propensities are used for.
    pub adjustment: PropensityUse,
    /// What is done again in each replicate.
    pub replicates: ReplicateModel,
}

impl Default for PropensityOptions {
    /// Partial interviews respond, e is computed, a weighted model, fifths, and a
    /// model of its own for each replicate.
    fn default() -> Self {
        Self {
            partials_respond: true,
            eligible: EligibleShare::Computed,
            model: Counting::Weighted,
            adjustment: PropensityUse::default(),
            replicates: ReplicateModel::Refit,
        }
    }
}

impl PropensityOptions {
    pub(super) fn check(&self) -> Result<(), NonresponseError> {
        self.eligible.check()?;
        match self.adjustment {
            PropensityUse::Classes(PropensityClasses { count: 0, .. }) => {
                let (setting, expected) = ("the count of propensity classes", "at least 1");
                Err(NonresponseError::InvalidSetting { setting, expected, got: 0.0 })
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_read_from_a_plan() {
        let options: PropensityOptions = toml::from_str("adjustment = \"inverse\"").unwrap();
        assert_eq!(options.adjustment, PropensityUse::Inverse);
        let plan = "adjustment = { classes = { count = 4, factor = \"median_propensity\" } }";
        let options: PropensityOptions = toml::from_str(plan).unwrap();
        let classes = PropensityClasses {
            count: 4,
            cut: Counting::Unweighted,
            factor: ClassFactor::MedianPropensity,
        };
        assert_eq!(options.adjustment, PropensityUse::Classes(classes));
    }

    #[test]
    fn no_class_is_refused() {
        let none = PropensityClasses { count: 0, ..PropensityClasses::default() };
        let adjustment = PropensityUse::Classes(none);
        let refused = PropensityOptions { adjustment, ..PropensityOptions::default() }.check();
        assert_eq!(refused.unwrap_err().code(), "GKO-W205");
    }
}
