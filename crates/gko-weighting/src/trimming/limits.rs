//! Settled limits, and weights cut to them.
//!
//! # Rule
//! In each group every weight beyond a limit is set to it, and what was cut is spread
//! over the weights of the group that were not, round after round until no weight is
//! outside: the total of the group stays.
//!
//! # Assumptions
//! Rows of weight 0 stay. The limits of the full sample serve its replicates too: the
//! trimming is then a function of the weights alone, as the variance needs it.
//!
//! # References
//! Potter (1990) *Proc. ASA Survey Res. Methods*, 225-230; R survey 4.5,
//! `trimWeights(strict = TRUE)` within each group.

use std::collections::BTreeMap;

use gko_survey::calibration::{self, TrimOptions};
use serde::{Deserialize, Serialize};

use super::error::TrimError;
use super::limit::Spreading;
use super::potter::PotterPoint;
use crate::numbers::{at, check_grouped, used_by_group};

/// The limits of all groups.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Limits {
    /// Who takes how much of what is cut.
    pub spread: Spreading,
    /// The limits of each group, groups ascending.
    pub groups: Vec<GroupLimits>,
}

/// The limits of one group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GroupLimits {
    /// The group's code.
    pub group: u32,
    /// The smallest weight that is left alone.
    pub lower: Option<f64>,
    /// The largest weight that is left alone.
    pub upper: Option<f64>,
    /// Rows with a positive weight when the limits were found.
    pub rows: usize,
    /// Rows below the lower limit then.
    pub below: usize,
    /// Rows above the upper limit then.
    pub above: usize,
    /// The limits that Potter's rule tried; empty for other rules.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub potter: Vec<PotterPoint>,
}

/// Trimmed weights, and what was done to them.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Trimmed {
    /// The weights, in the caller's row order; each group has the same total as before.
    pub weights: Vec<f64>,
    /// What was done in each group, groups ascending.
    pub groups: Vec<GroupTrimmed>,
}

/// What trimming did in one group.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct GroupTrimmed {
    /// The group's code.
    pub group: u32,
    /// Rows that were set to a limit.
    pub trimmed: usize,
    /// What was spread over the other rows: what was cut less what was filled up.
    pub excess: f64,
    /// Rounds that cut something.
    pub rounds: usize,
}

impl GroupLimits {
    fn options(&self, spread: Spreading) -> TrimOptions {
        TrimOptions {
            lower: self.lower.unwrap_or(0.0),
            upper: self.upper.unwrap_or(f64::INFINITY),
            spread: spread.into(),
            ..TrimOptions::default()
        }
    }

    /// How far a positive weight is outside, relative to the limit, and that limit.
    fn excess(&self, weight: f64) -> (f64, f64) {
        let above = self.upper.map_or((f64::NEG_INFINITY, 0.0), |top| (weight / top - 1.0, top));
        match self.lower {
            Some(low) if 1.0 - weight / low > above.0 => (1.0 - weight / low, low),
            _ => above,
        }
    }
}

/// The weight that is farthest outside.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Outside {
    pub(super) row: usize,
    pub(super) weight: f64,
    pub(super) limit: f64,
    /// Relative to the limit; 0 if nothing is outside.
    pub(super) excess: f64,
}

impl Limits {
    /// The limits of a group.
    #[must_use]
    pub fn of(&self, group: u32) -> Option<&GroupLimits> {
        self.groups.iter().find(|limits| limits.group == group)
    }

    /// Cuts the weights to the limits and spreads the excess within each group.
    ///
    /// # Errors
    /// Weights that are none, a group without limits, limits that leave no row to take
    /// the excess.
    pub fn trim(&self, weights: &[f64], groups: &[u32]) -> Result<Trimmed, TrimError> {
        check_grouped(weights, groups)?;
        let mut trimmed = Trimmed { weights: weights.to_vec(), groups: vec![] };
        for (group, rows) in used_by_group(weights, groups) {
            let unknown = TrimError::UnknownGroup { group, row: rows[0] };
            let options = self.of(group).ok_or(unknown)?.options(self.spread);
            let done = calibration::trim(&at(weights, &rows), &options)
                .map_err(|source| TrimError::NotTrimmed { group, source })?;
            let (trimmed_rows, excess, rounds) = (done.trimmed.len(), done.excess, done.rounds);
            trimmed.groups.push(GroupTrimmed { group, trimmed: trimmed_rows, excess, rounds });
            for (&row, &weight) in rows.iter().zip(&done.weights) {
                trimmed.weights[row] = weight;
            }
        }
        Ok(trimmed)
    }

    /// The weight that is farthest outside of the limits of its group.
    pub(super) fn worst(&self, weights: &[f64], groups: &[u32]) -> Outside {
        let by_group: BTreeMap<u32, &GroupLimits> =
            self.groups.iter().map(|limits| (limits.group, limits)).collect();
        let mut worst = Outside { row: 0, weight: 0.0, limit: 0.0, excess: 0.0 };
        for (row, (&weight, &group)) in weights.iter().zip(groups).enumerate() {
            let Some(limits) = by_group.get(&group).filter(|_| weight > 0.0) else { continue };
            let (excess, limit) = limits.excess(weight);
            if excess > worst.excess {
                worst = Outside { row, weight, limit, excess };
            }
        }
        worst
    }
}
