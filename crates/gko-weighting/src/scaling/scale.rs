//! The factors that bring the weights of each group to a scale.
//!
//! # Estimator
//! With W_c the sum and n_c the number of the positive weights of group c of G, N_c its
//! people, and T a stated total (without one: n, the number of all of them):
//!
//! | scale | factor of group c |
//! |---|---|
//! | population | `N_c / W_c` |
//! | given | 1: the weights add up to the population as they are |
//! | mean one | `n_c / W_c` |
//! | senate | `(T / G) / W_c` |
//! | proportional | `T · (N_c / sum of N) / W_c` |
//!
//! # Assumptions
//! Groups are those with a positive weight: people of other countries do not count.
//!
//! # References
//! OECD (2009) *PISA Data Analysis Manual*, ch. 3; ESS (2014) *Weighting European
//! Social Survey Data*.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::error::ScalingError;
use crate::numbers::{at, check_grouped, sum, used_by_group};

/// What the weights of each group shall add up to.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Scale {
    /// The group's people.
    Population,
    /// What they add up to already, declared to be the group's people.
    Given,
    /// The group's respondents: the mean weight is 1.
    MeanOne,
    /// The same in every group.
    Senate {
        /// What all groups together add up to; without it, the number of respondents.
        total: Option<f64>,
    },
    /// The group's share of the people of all groups.
    Proportional {
        /// What all groups together add up to; without it, the number of respondents.
        total: Option<f64>,
    },
}

/// The name of a scale, as it travels with the weights.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ScaleName {
    /// Weights add up to the people of each country.
    Population,
    /// Weights add up to the respondents of each country.
    MeanOne,
    /// Weights add up to the same in every country.
    Senate,
    /// Weights are proportional to the people of each country.
    Proportional,
}

impl fmt::Display for ScaleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Population => "population",
            Self::MeanOne => "mean one",
            Self::Senate => "senate",
            Self::Proportional => "proportional",
        })
    }
}

impl Scale {
    /// The name under which weights of this scale travel.
    #[must_use]
    pub fn name(self) -> ScaleName {
        match self {
            Self::Population | Self::Given => ScaleName::Population,
            Self::MeanOne => ScaleName::MeanOne,
            Self::Senate { .. } => ScaleName::Senate,
            Self::Proportional { .. } => ScaleName::Proportional,
        }
    }

    fn check(self) -> Result<(), ScalingError> {
        match self {
            Self::Senate { total: Some(got) } | Self::Proportional { total: Some(got) }
                if !(got.is_finite() && got > 0.0) =>
            {
                Err(ScalingError::InvalidTotal { got })
            }
            _ => Ok(()),
        }
    }
}

/// A settled scaling: one factor a group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Scaling {
    /// What the weights add up to.
    pub scale: Scale,
    /// The factor of each group, groups ascending.
    pub groups: Vec<GroupFactor>,
}

/// The factor of one group.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct GroupFactor {
    /// The group's code.
    pub group: u32,
    /// Rows with a positive weight.
    pub rows: usize,
    /// The sum of the weights before.
    pub before: f64,
    /// The sum that they are scaled to.
    pub after: f64,
    /// After over before.
    pub factor: f64,
}

impl Scaling {
    /// Finds the factor of each group.
    ///
    /// `groups` has the group of each row; `people` the population of each group, which
    /// the scales by population need and the others do not look at.
    ///
    /// # Errors
    /// Weights that are none or all 0, a group without a population that is needed, a
    /// total that is no positive number.
    ///
    /// # Example
    /// Two countries count the same: 4 respondents make 2 each.
    /// ```
    /// use std::collections::BTreeMap;
    /// use gko_weighting::scaling::{Scale, Scaling};
    ///
    /// let weights = [1.0, 3.0, 4.0, 50.0];
    /// let country = [1, 1, 1, 2];
    /// let senate = Scale::Senate { total: None };
    /// let scaling = Scaling::settle(senate, &weights, &country, &BTreeMap::new())?;
    /// assert_eq!(scaling.apply(&weights, &country)?, [0.25, 0.75, 1.0, 2.0]);
    /// # Ok::<(), gko_weighting::scaling::ScalingError>(())
    /// ```
    pub fn settle(
        scale: Scale,
        weights: &[f64],
        groups: &[u32],
        people: &BTreeMap<u32, f64>,
    ) -> Result<Self, ScalingError> {
        scale.check()?;
        check_grouped(weights, groups)?;
        let groups: Vec<Group> = used_by_group(weights, groups)
            .into_iter()
            .map(|(code, rows)| Group { code, rows: rows.len(), sum: sum(at(weights, &rows)) })
            .collect();
        if groups.is_empty() {
            return Err(ScalingError::NoWeight);
        }
        let sums = sums_after(scale, &groups, people)?;
        let factor = |(group, after): (&Group, f64)| {
            let (rows, before) = (group.rows, group.sum);
            GroupFactor { group: group.code, rows, before, after, factor: after / before }
        };
        Ok(Self { scale, groups: groups.iter().zip(sums).map(factor).collect() })
    }

    /// Multiplies each weight by the factor of its group.
    ///
    /// # Errors
    /// Weights that are none, a positive weight in a group without a factor.
    pub fn apply(&self, weights: &[f64], groups: &[u32]) -> Result<Vec<f64>, ScalingError> {
        check_grouped(weights, groups)?;
        let factors: BTreeMap<u32, f64> =
            self.groups.iter().map(|group| (group.group, group.factor)).collect();
        let scaled = |(row, (&weight, &group)): (usize, (&f64, &u32))| match factors.get(&group) {
            Some(factor) => Ok(weight * factor),
            None if weight == 0.0 => Ok(0.0),
            None => Err(ScalingError::UnknownGroup { group, row }),
        };
        weights.iter().zip(groups).enumerate().map(scaled).collect()
    }
}

/// A group as it was found.
struct Group {
    code: u32,
    rows: usize,
    sum: f64,
}

impl Group {
    fn people(&self, people: &BTreeMap<u32, f64>) -> Result<f64, ScalingError> {
        let group = self.code;
        let got = *people.get(&group).ok_or(ScalingError::NoPopulation { group })?;
        if got.is_finite() && got > 0.0 {
            return Ok(got);
        }
        Err(ScalingError::InvalidPopulation { group, got })
    }
}

/// What each group adds up to afterwards.
fn sums_after(
    scale: Scale,
    groups: &[Group],
    people: &BTreeMap<u32, f64>,
) -> Result<Vec<f64>, ScalingError> {
    let each = |of: &dyn Fn(&Group) -> f64| groups.iter().map(of).collect::<Vec<f64>>();
    let respondents = sum(groups.iter().map(|group| group.rows as f64));
    let populations = || groups.iter().map(|group| group.people(people)).collect();
    match scale {
        Scale::Population => populations(),
        Scale::Given => Ok(each(&|group| group.sum)),
        Scale::MeanOne => Ok(each(&|group| group.rows as f64)),
        Scale::Senate { total } => {
            let same = total.unwrap_or(respondents) / groups.len() as f64;
            Ok(each(&|_| same))
        }
        Scale::Proportional { total } => {
            let people: Vec<f64> = populations()?;
            let (all, total) = (sum(people.iter().copied()), total.unwrap_or(respondents));
            Ok(people.into_iter().map(|one| total * (one / all)).collect())
        }
    }
}
