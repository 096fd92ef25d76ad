//! The limit that a fitted inverse beta distribution of the weights exceeds rarely.
//!
//! # Estimator
//! A weight w of n is the inverse of n chances p: `w = 1 / (n·p)`, and p has a beta
//! distribution with shapes a and b. With `m = n·mean(w)` and `v = n²·var(w)`, the
//! moments give `a = 2 + m(m - 1)/v` and `b = (m - 1)(a - 1)`. The limit of
//! probability q is `1 / (n·B)`, B the quantile at q of the beta distribution: a
//! weight is above it with probability q.
//!
//! # Assumptions
//! The weights differ and are on a scale on which `n·mean(w) > 1`: mean one and
//! population sums both are. The variance has n - 1 in its denominator.
//!
//! # References
//! Potter (1990) *Proc. ASA Survey Res. Methods*, 225-230, "weight distribution"
//! procedure; R `1 / (n * qbeta(q, a, b))`.

use gko_survey::dist::beta;

use super::error::TrimError;
use crate::numbers::{mean, sum};

/// The limit that the positive weights of a group exceed with probability `q`.
pub(super) fn limit(group: u32, weights: &[f64], q: f64) -> Result<f64, TrimError> {
    let n = weights.len() as f64;
    let middle = mean(weights);
    let (m, v) = (n * middle, n * n * variance(weights, middle));
    let refused = |why| Err(TrimError::NoDistribution { group, why });
    if v.is_nan() || v <= 0.0 {
        return refused("all alike");
    }
    if m <= 1.0 {
        return refused("which add up to 1 or less");
    }
    let a = 2.0 + m * (m - 1.0) / v;
    let b = (m - 1.0) * (a - 1.0);
    Ok(1.0 / (n * beta::quantile(q, a, b)?))
}

fn variance(weights: &[f64], middle: f64) -> f64 {
    sum(weights.iter().map(|w| (w - middle).powi(2))) / (weights.len() as f64 - 1.0)
}
