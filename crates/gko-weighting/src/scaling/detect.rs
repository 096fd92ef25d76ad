//! The scale of given weights, by their sums.
//!
//! # Rule
//! A group's weights look like the sample size if their sum is within the tolerance of
//! the number of its positive weights, relative to it; like the population if the sum is
//! within the tolerance of its people. Groups that look different have no common total.
//!
//! # Assumptions
//! Where the population is as large as the sample, both look alike, and the sample size
//! is named: a pooled total is then the same either way.
//!
//! # References
//! ESS (2014) *Weighting European Social Survey Data*: both scales are in use.

use std::collections::BTreeMap;

use serde::Serialize;

use super::error::ScalingError;
use crate::numbers::{at, check_grouped, sum, used_by_group};

/// What a sum of weights looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum LooksLike {
    /// The number of respondents.
    SampleSize,
    /// The number of people.
    Population,
    /// Neither.
    Neither,
}

/// The sum of a group's weights, and what it looks like.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct GroupSum {
    /// The group's code.
    pub group: u32,
    /// Rows with a positive weight.
    pub rows: usize,
    /// The sum of the weights.
    pub sum: f64,
    /// The group's people, if known.
    pub people: Option<f64>,
    /// What the sum looks like.
    pub looks_like: LooksLike,
}

/// Recognises the scale of the positive weights of each group that has any; `people`
/// may lack groups.
///
/// # Errors
/// Weights that are none, a tolerance that is no number of at least 0.
///
/// # Example
/// Weights that add up to the sample in one country and to the people in another.
/// ```
/// use std::collections::BTreeMap;
/// use gko_weighting::scaling::{LooksLike, looks_like, mixed};
///
/// let people = BTreeMap::from([(1, 900.0), (2, 500.0)]);
/// let sums = looks_like(&[1.5, 0.5, 300.0, 200.0], &[1, 1, 2, 2], &people, 0.01)?;
/// assert_eq!(sums[0].looks_like, LooksLike::SampleSize);
/// assert_eq!(sums[1].looks_like, LooksLike::Population);
/// assert!(mixed(&sums));
/// # Ok::<(), gko_weighting::scaling::ScalingError>(())
/// ```
pub fn looks_like(
    weights: &[f64],
    groups: &[u32],
    people: &BTreeMap<u32, f64>,
    tolerance: f64,
) -> Result<Vec<GroupSum>, ScalingError> {
    check_grouped(weights, groups)?;
    if !(tolerance.is_finite() && tolerance >= 0.0) {
        return Err(ScalingError::InvalidTolerance { got: tolerance });
    }
    let group = |(group, rows): (u32, Vec<usize>)| {
        let (rows, sum) = (rows.len(), sum(at(weights, &rows)));
        let people = people.get(&group).copied();
        let near = |target: f64| (sum - target).abs() <= tolerance * target;
        let looks_like = match people {
            _ if near(rows as f64) => LooksLike::SampleSize,
            Some(people) if near(people) => LooksLike::Population,
            _ => LooksLike::Neither,
        };
        GroupSum { group, rows, sum, people, looks_like }
    };
    Ok(used_by_group(weights, groups).into_iter().map(group).collect())
}

/// Whether groups look different, so that a total over them means nothing.
#[must_use]
pub fn mixed(sums: &[GroupSum]) -> bool {
    sums.windows(2).any(|pair| pair[0].looks_like != pair[1].looks_like)
}
