//! Potter's rule: the limit of least mean squared error of key outcomes.
//!
//! # Estimator
//! Candidates L are the quantiles of the n positive weights of a group at
//! `1, 1 - s, 1 - 2s, …, from`; the first, the largest weight, cuts nothing. With w_i
//! the weights cut at L and spread, and for each outcome y
//!
//! - `θ_L = sum of w_i·y_i / sum of w_i`, over the rows in which y is known,
//! - `V_L = c/(c - 1) · sum over the c units with such rows of z²`, z the sum over these
//!   rows of `w_i·(y_i - θ_L) / sum of w`,
//! - `MSE_L = V_L + (θ_L - θ)²`, θ without cutting,
//!
//! the rule takes the L with the smallest mean over the outcomes of `MSE_L / V`, V the
//! variance without cutting; of equal ones the largest.
//!
//! # Assumptions
//! The uncut estimate is unbiased, so that what cutting moves is bias. Its own error
//! is in that difference too, which favours little cutting. Rows are the units unless
//! PSU codes are given; strata do not count. Outcomes that do not vary in a group, or
//! are known in one unit, have no voice there.
//!
//! # References
//! Potter (1988) *Proc. ASA Survey Res. Methods*, 453-458; Potter (1990) the same,
//! 225-230, "estimated MSE" procedure; R survey 4.5, `svymean` for θ and V.

use std::collections::BTreeMap;

use gko_survey::calibration::{TrimOptions, trim};
use serde::{Deserialize, Serialize};

use super::error::TrimError;
use super::limit::Spreading;
use crate::Indicator;
use crate::numbers::{at, quantile, same_length, sorted, sum};

/// What Potter's rule judges by; other rules look at none of it.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Evidence<'a> {
    /// Key outcomes.
    pub outcomes: &'a [Indicator<'a>],
    /// The unit (PSU) of each row; without it each row is one.
    pub units: Option<&'a [u32]>,
}

/// A limit that was tried.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PotterPoint {
    /// The limit.
    pub limit: f64,
    /// Mean over the outcomes of the squared error over the variance without cutting.
    pub relative_mse: f64,
}

impl Evidence<'_> {
    /// Columns as long as the table, finite values where known.
    pub(super) fn check(&self, weights: &[f64]) -> Result<(), TrimError> {
        same_length("units", weights.len(), self.units.map_or(weights.len(), <[u32]>::len))?;
        for outcome in self.outcomes {
            outcome.check_length(weights.len())?;
            let wrong = |&row: &usize| {
                weights[row] > 0.0 && outcome.is_known(row) && !outcome.values[row].is_finite()
            };
            if let Some(row) = (0..weights.len()).find(wrong) {
                let outcome = outcome.name.to_owned();
                return Err(TrimError::OutcomeNotFinite { outcome, row });
            }
        }
        Ok(())
    }
}

/// How candidates are made.
#[derive(Debug, Clone, Copy)]
pub(super) struct Grid {
    pub(super) candidates: u32,
    pub(super) from: f64,
    pub(super) spread: Spreading,
}

/// The rows of one group with a positive weight.
#[derive(Debug, Clone, Copy)]
pub(super) struct GroupRows<'a> {
    pub(super) group: u32,
    pub(super) rows: &'a [usize],
    pub(super) weights: &'a [f64],
}

/// All limits that could be tried, the largest first.
pub(super) fn points(
    group: GroupRows<'_>,
    evidence: &Evidence<'_>,
    grid: Grid,
) -> Result<Vec<PotterPoint>, TrimError> {
    let own = at(group.weights, group.rows);
    let outcomes: Vec<Outcome> = evidence
        .outcomes
        .iter()
        .filter_map(|y| Outcome::new(y, group.rows, evidence, &own))
        .collect();
    if outcomes.is_empty() {
        return Err(TrimError::NoOutcome { group: group.group });
    }
    let ascending = sorted(&own);
    let step = (1.0 - grid.from) / f64::from(grid.candidates - 1);
    let limits = (0..grid.candidates).map(|at| quantile(&ascending, 1.0 - f64::from(at) * step));
    let mut limits: Vec<f64> = limits.collect();
    limits.dedup();
    Ok(limits.into_iter().filter_map(|limit| point(limit, &own, &outcomes, grid.spread)).collect())
}

/// The point of least error; of equal ones the one that stands first.
pub(super) fn best(points: &[PotterPoint]) -> Option<f64> {
    let better = |best: PotterPoint, next: &PotterPoint| {
        if next.relative_mse < best.relative_mse { *next } else { best }
    };
    let first = *points.first()?;
    Some(points.iter().fold(first, better).limit)
}

/// A limit and its error; none if the limit leaves no room for what is cut.
fn point(limit: f64, own: &[f64], outcomes: &[Outcome], spread: Spreading) -> Option<PotterPoint> {
    let options = TrimOptions { upper: limit, spread: spread.into(), ..TrimOptions::default() };
    let cut = trim(own, &options).ok()?.weights;
    let total = sum(outcomes.iter().map(|outcome| outcome.relative_mse(&cut)));
    Some(PotterPoint { limit, relative_mse: total / outcomes.len() as f64 })
}

/// An outcome that varies among the rows of a group.
struct Outcome {
    /// Position among the group's rows, value, unit.
    known: Vec<(usize, f64, usize)>,
    units: usize,
    mean: f64,
    variance: f64,
}

impl Outcome {
    fn new(
        indicator: &Indicator<'_>,
        rows: &[usize],
        evidence: &Evidence<'_>,
        own: &[f64],
    ) -> Option<Self> {
        let mut codes = BTreeMap::new();
        let mut known = Vec::new();
        for (position, &row) in rows.iter().enumerate().filter(|(_, row)| indicator.is_known(**row))
        {
            let next = codes.len();
            let code = evidence.units.map_or(row, |units| units[row] as usize);
            let unit = *codes.entry(code).or_insert(next);
            known.push((position, indicator.values[row], unit));
        }
        let first = known.first()?.1;
        let varies = codes.len() > 1 && known.iter().any(|&(_, value, _)| value != first);
        let plain = Self { known, units: codes.len(), mean: 0.0, variance: 1.0 };
        let (mean, variance) = plain.moments(own);
        (varies && variance > 0.0).then_some(Self { mean, variance, ..plain })
    }

    /// The weighted mean and its variance.
    fn moments(&self, weights: &[f64]) -> (f64, f64) {
        let total = sum(self.known.iter().map(|&(at, _, _)| weights[at]));
        let mean = sum(self.known.iter().map(|&(at, y, _)| weights[at] * y)) / total;
        let mut scores = vec![0.0; self.units];
        for &(at, y, unit) in &self.known {
            scores[unit] += weights[at] * (y - mean) / total;
        }
        let units = self.units as f64;
        (mean, units / (units - 1.0) * sum(scores.iter().map(|z| z * z)))
    }

    fn relative_mse(&self, weights: &[f64]) -> f64 {
        let (mean, variance) = self.moments(weights);
        (variance + (mean - self.mean).powi(2)) / self.variance
    }
}
