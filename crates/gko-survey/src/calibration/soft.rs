//! Soft targets: a miss is allowed and has a price.
//!
//! # Estimator
//! With a cost k_j for some of the targets t_j, the weights `w = d·g` minimise
//! `sum of d·v·G(g) + sum over soft j of c_j/2·(t_j - sum of w·x_j)²`, while the other
//! targets hold. G is the distance (`G(g) = (g - 1)²/2` near 1, its slope is the inverse
//! of F), d the given weights, v the variances, x the auxiliaries. The price is
//! `c_j = k_j²·(sum of d·v) / t_j²`, so that neither the unit of an auxiliary nor the
//! number of rows matters: *to miss the target by a part of it is as bad as to move all
//! weights by k_j times that part*. With k = 1, a miss of 2 % weighs as much as a move of
//! every weight by 2 %; with k = 100, as a move by 200 %; an infinite k is a hard target,
//! and with k near 0 a target is not heard.
//!
//! At the minimum `g = F(x'λ/v)` and `t_j - sum of w·x_j = λ_j/c_j`, with `1/c_j = 0` for
//! hard targets. For the linear distance that is ridge regression:
//! `g = 1 + x'(X'DX + C⁻¹)⁻¹(t - sum of d·x)/v` with `D = d/v`.
//!
//! # Assumptions
//! A soft target is not 0, as its cost is relative to it. Where the hard targets fix the
//! total of v and there are no bounds, d are the given weights scaled to that total.
//!
//! # References
//! Rao, Singh (1997) *Proc. ASA Survey Res. Methods*, 57-65 (ridge calibration); Bocci,
//! Beaumont (2008) *Pak. J. Statist.* 24, 235-256; R package icarus, `calibration` with
//! `costs` (penalised calibration), whose costs are multiples of the c above.

use super::units::Units;
use crate::Matrix;
use crate::error::{Error, same_length};

/// Below this no target is heard, and squares of it lose digits.
const LEAST: f64 = 1e-6;

/// A target that may be missed, and where its total came to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SoftTarget {
    /// Position of the auxiliary.
    pub auxiliary: usize,
    /// The target.
    pub target: f64,
    /// The total of the auxiliary with the final weights.
    pub total: f64,
}

impl SoftTarget {
    /// How far the total is above (or below) the target, as a part of the target.
    #[must_use]
    pub fn relative_miss(&self) -> f64 {
        (self.total - self.target) / self.target.abs()
    }
}

pub(super) fn is_soft(costs: Option<&[f64]>, auxiliary: usize) -> bool {
    costs.is_some_and(|costs| costs[auxiliary].is_finite())
}

/// Refuses costs that are none, and soft targets of 0.
pub(super) fn check(costs: Option<&[f64]>, targets: &[f64]) -> Result<(), Error> {
    let Some(all) = costs else { return Ok(()) };
    same_length("costs", targets.len(), all.len())?;
    for (auxiliary, (&cost, &target)) in all.iter().zip(targets).enumerate() {
        if cost.is_nan() || cost < LEAST {
            return Err(Error::InvalidCost { auxiliary, cost });
        }
        if cost.is_finite() && target == 0.0 {
            let (margin, expected) = (format!("auxiliary {auxiliary}"), "not 0 if it has a cost");
            return Err(Error::InvalidTarget { margin, target, expected });
        }
    }
    Ok(())
}

/// `1/c_j` of each target; 0 for hard ones.
pub(super) fn inverse_prices(
    costs: Option<&[f64]>,
    targets: &[f64],
    units: &Units<'_>,
    level: f64,
) -> Vec<f64> {
    let size: f64 = units.weight.iter().zip(&units.variance).map(|(d, v)| d * v).sum();
    let inverse = |(auxiliary, &target): (usize, &f64)| match costs {
        Some(costs) if costs[auxiliary].is_finite() => {
            (target / costs[auxiliary]).powi(2) / (level * size)
        }
        _ => 0.0,
    };
    targets.iter().enumerate().map(inverse).collect()
}

/// The rows that soft targets add to those of the units: roots of `1/c_j`.
pub(super) fn rows(inverse_prices: &[f64]) -> Matrix {
    let soft: Vec<usize> = (0..inverse_prices.len()).filter(|&j| inverse_prices[j] > 0.0).collect();
    Matrix::from_fn(soft.len(), inverse_prices.len(), |row, j| {
        if soft[row] == j { inverse_prices[j].sqrt() } else { 0.0 }
    })
}
