//! When a weighting class may stand, and what was done with one that may not.
//!
//! # Rule
//! A class fails if it has eligible cases and no respondent, fewer respondents
//! than the minimum, or a factor above the maximum. A class in which nobody is
//! missing (factor 1) and one without eligible cases never fail: there is nothing
//! to hand over.
//!
//! # Assumptions
//! The defaults, 20 respondents and a factor of at most 3, are this crate's:
//! agencies choose their own. Raise the minimum where classes carry much weight.
//!
//! # References
//! Kalton, Flores-Cervantes (2003) *Journal of Official Statistics* 19, 81-97, on
//! collapsing by size and factor; NAEP technical documentation 2000-2001,
//! "Construction of the Final Nonresponse Adjustment Classes" (at least 6 sessions,
//! factor at most 1.35, no action where all responded).

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::dispositions::{Counting, Dispositions, EligibleShare};
use super::error::NonresponseError;
use super::ratio::{Outcome, Ratio};

/// The cases over which e is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ShareScope {
    /// All cases of the group, or of the sample where there are no groups.
    #[default]
    Group,
    /// Each class its own.
    Class,
}

/// With what a failing class is merged.
///
/// Classes are the combinations of variables v1, ..., vk, in this order, within a
/// group. For the last variable, and within each combination of the others:
///
/// 1. As long as a class fails and is not alone, the failing class with the fewest
///    respondents (of several the first) is merged: under `neighbour` with that of
///    the two classes beside it, in the declared order of the variable's levels,
///    which has fewer respondents (of two the first); under `siblings` with all.
///    Levels without cases are passed over: neighbours are those that are present.
/// 2. A class that fails and is alone has lost the variable. It goes to the variable
///    before, where step 1 is done again within each combination of those before
///    that. What stands beside it there is all that has the neighbouring level: if
///    that is several classes, they all become one with it.
///
/// After v1 a group is left with classes that all stand, or with one that fails,
/// which is refused; so no class fails wherever the group as a whole stands. Groups
/// are never merged. A map of levels to parents (regions to zones) is declared by
/// putting the parent before its level, with `siblings`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CollapseRule {
    /// With the neighbour in the declared order of the last variable.
    #[default]
    Neighbour,
    /// With all classes that differ in the last variable alone: a hierarchy, in
    /// which each variable is the parent of the next one.
    Siblings,
    /// With nothing: a failing class is refused.
    Refuse,
}

/// Settings of weighting classes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ClassOptions {
    /// Whether partial interviews are respondents (true), or are spoken for by the
    /// complete ones.
    pub partials_respond: bool,
    /// The eligible share of the cases of unknown eligibility.
    pub eligible: EligibleShare,
    /// The cases over which it is computed.
    pub eligible_within: ShareScope,
    /// Whether the factor is a ratio of weights, which keeps their sum, or of cases.
    pub ratio: Counting,
    /// Respondents that a class needs.
    pub minimum_respondents: u64,
    /// The largest factor that a class may have; `inf` for no limit.
    pub maximum_factor: Option<f64>,
    /// What is done with a class that fails.
    pub collapse: CollapseRule,
}

impl Default for ClassOptions {
    /// Partial interviews respond, e is computed by group, ratios of weights, at
    /// least 20 respondents, a factor of at most 3, merging with neighbours.
    fn default() -> Self {
        Self {
            partials_respond: true,
            eligible: EligibleShare::Computed,
            eligible_within: ShareScope::Group,
            ratio: Counting::Weighted,
            minimum_respondents: 20,
            maximum_factor: Some(3.0),
            collapse: CollapseRule::Neighbour,
        }
    }
}

impl ClassOptions {
    pub(super) fn check(&self) -> Result<(), NonresponseError> {
        self.eligible.check()?;
        match self.maximum_factor {
            Some(got) if got.is_nan() || got < 1.0 => {
                let (setting, expected) =
                    ("maximum_factor", "a number of at least 1, or inf for no limit");
                Err(NonresponseError::InvalidSetting { setting, expected, got })
            }
            _ => Ok(()),
        }
    }

    pub(super) fn counted(&self) -> Ratio {
        Ratio { counting: self.ratio, partials_respond: self.partials_respond }
    }

    /// e of a class in a group.
    pub(super) fn share(&self, class: &Dispositions, group: &Dispositions) -> Option<f64> {
        let over = match self.eligible_within {
            ShareScope::Group => group,
            ShareScope::Class => class,
        };
        self.eligible.of(over, self.ratio)
    }

    pub(super) fn outcome(&self, class: &Dispositions, group: &Dispositions) -> Outcome {
        self.counted().of(class, self.share(class, group))
    }

    /// Why a class fails; none if it may stand.
    pub(super) fn failing(&self, class: &Dispositions, group: &Dispositions) -> Option<Reason> {
        let factor = match self.outcome(class, group) {
            Outcome::Nobody => return None,
            Outcome::NoRespondents(_) => return Some(Reason::NoRespondents),
            Outcome::Factor(factor) => factor,
        };
        let (respondents, minimum) = (self.counted().respondents(class), self.minimum_respondents);
        if factor > 1.0 && respondents < minimum {
            return Some(Reason::TooFewRespondents { respondents, minimum });
        }
        let maximum = self.maximum_factor.filter(|&maximum| factor > maximum)?;
        Some(Reason::FactorTooLarge { factor, maximum })
    }
}

/// Why a class may not stand by itself.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Reason {
    /// It has eligible cases and nobody who responded.
    NoRespondents,
    /// It has fewer respondents than it needs.
    TooFewRespondents {
        /// Its respondents.
        respondents: u64,
        /// Respondents that it needs.
        minimum: u64,
    },
    /// Its respondents would stand for too many.
    FactorTooLarge {
        /// Its factor.
        factor: f64,
        /// The largest that is allowed.
        maximum: f64,
    },
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoRespondents => write!(f, "has no respondents"),
            Self::TooFewRespondents { respondents, minimum } => {
                write!(f, "has {respondents} respondents, expected at least {minimum}")
            }
            Self::FactorTooLarge { factor, maximum } => {
                write!(f, "has the factor {factor:.4}, expected at most {maximum}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nonresponse::Status;

    fn failing(complete: usize, refusals: usize, options: &ClassOptions) -> Option<Reason> {
        let statuses = [vec![Status::Complete; complete], vec![Status::Refusal; refusals]].concat();
        let cases = Dispositions::tally(&statuses, &vec![1.0; statuses.len()]).unwrap();
        options.failing(&cases, &cases)
    }

    #[test]
    fn size_and_factor_are_looked_at_in_this_order() {
        let options = ClassOptions::default();
        let few = Reason::TooFewRespondents { respondents: 19, minimum: 20 };
        assert_eq!(failing(19, 100, &options), Some(few));
        let large = Reason::FactorTooLarge { factor: 3.05, maximum: 3.0 };
        assert_eq!(failing(20, 41, &options), Some(large));
        assert_eq!(failing(20, 40, &options), None);
        assert_eq!(failing(0, 1, &options), Some(Reason::NoRespondents));
        let open = ClassOptions { maximum_factor: None, ..options };
        assert_eq!(failing(20, 4000, &open), None);
    }

    #[test]
    fn where_nobody_is_missing_a_class_may_be_small() {
        assert_eq!(failing(1, 0, &ClassOptions::default()), None);
        assert_eq!(failing(0, 0, &ClassOptions::default()), None);
    }

    #[test]
    fn settings_are_read_from_a_plan() {
        let plan = "minimum_respondents = 30\neligible = { stated = 0.8 }\nratio = \"unweighted\"";
        let options: ClassOptions = toml::from_str(plan).unwrap();
        assert_eq!(options.eligible, EligibleShare::Stated(0.8));
        assert_eq!((options.minimum_respondents, options.ratio), (30, Counting::Unweighted));
        assert_eq!(options.maximum_factor, Some(3.0));
        assert!(toml::from_str::<ClassOptions>("minimum = 3").is_err());
        let open: ClassOptions = toml::from_str("maximum_factor = inf").unwrap();
        assert_eq!(open.check(), Ok(()));
        assert_eq!(failing(20, 4000, &open), None);
        for bad in [0.5, f64::NAN, f64::NEG_INFINITY] {
            let options = ClassOptions { maximum_factor: Some(bad), ..options };
            assert_eq!(options.check().unwrap_err().code(), "GKO-W205");
        }
    }
}
