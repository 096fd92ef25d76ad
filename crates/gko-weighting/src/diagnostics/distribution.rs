//! How uneven the weights of each group are, and what that costs.
//!
//! # Estimator
//! Over the n positive weights of a group: sum, mean, smallest, largest, quantiles
//! (R's type 7, each weight counted once); `cv` with n in its denominator; Kish's
//! effect `1 + cv²`; effective n, `n` over the effect; and the share of the sum that
//! the `⌈n/100⌉` and `⌈n/20⌉` largest weights hold.
//!
//! # References
//! Kish (1965) *Survey Sampling*, section 11.7; R `quantile`.

use serde::Serialize;

use super::error::DiagnosticsError;
use super::kish::kish_effect;
use crate::numbers::{check_grouped, positive_at, quantile, rows_by_group, sorted, sum};

/// The probabilities of the quantiles.
const LEVELS: [f64; 7] = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99];

/// A quantile.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct QuantilePoint {
    /// The probability.
    pub p: f64,
    /// The value.
    pub value: f64,
}

/// The weights of one group. What needs a positive weight is absent without one, and
/// [`public`](Self::public) leaves out what stands for few.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Distribution {
    /// The group's code.
    pub group: u32,
    /// Rows; absent only where they are too few to be public.
    pub rows: Option<usize>,
    /// Rows with a positive weight.
    pub positive: Option<usize>,
    /// Rows of weight 0.
    pub zero: Option<usize>,
    /// The sum of the weights.
    pub sum: Option<f64>,
    /// Their mean.
    pub mean: Option<f64>,
    /// The smallest positive weight.
    pub smallest: Option<f64>,
    /// The largest weight.
    pub largest: Option<f64>,
    /// Largest over smallest.
    pub ratio: Option<f64>,
    /// Quantiles at 1, 5, 25, 50, 75, 95 and 99 percent.
    pub quantiles: Vec<QuantilePoint>,
    /// Coefficient of variation.
    pub cv: Option<f64>,
    /// Kish's design effect.
    pub kish: Option<f64>,
    /// Positive weights over the design effect.
    pub effective_n: Option<f64>,
    /// The share of the sum that the largest hundredth of the weights holds.
    pub top_1_percent: Option<f64>,
    /// The share of the sum that the largest twentieth of the weights holds.
    pub top_5_percent: Option<f64>,
}

/// The weights of each group, groups ascending.
///
/// # Errors
/// Weights that are none, groups of another length.
///
/// # Example
/// ```
/// use gko_weighting::diagnostics::distribution;
///
/// let of_group = &distribution(&[1.0, 3.0, 0.0], &[7; 3])?[0];
/// assert_eq!((of_group.positive, of_group.zero), (Some(2), Some(1)));
/// assert_eq!((of_group.kish, of_group.effective_n), (Some(1.25), Some(1.6)));
/// assert_eq!((of_group.cv, of_group.ratio), (Some(0.5), Some(3.0)));
/// # Ok::<(), gko_weighting::diagnostics::DiagnosticsError>(())
/// ```
pub fn distribution(
    weights: &[f64],
    groups: &[u32],
) -> Result<Vec<Distribution>, DiagnosticsError> {
    check_grouped(weights, groups)?;
    let of_group = |(group, rows): (u32, Vec<usize>)| {
        Distribution::new(group, rows.len(), &sorted(&positive_at(weights, &rows)))
    };
    Ok(rows_by_group(groups).into_iter().map(of_group).collect())
}

impl Distribution {
    fn new(group: u32, rows: usize, ascending: &[f64]) -> Self {
        let positive = ascending.len();
        let total = sum(ascending.iter().copied());
        let (smallest, largest) = (ascending.first().copied(), ascending.last().copied());
        let kish = kish_effect(ascending);
        let (top_1_percent, top_5_percent) =
            (top(ascending, total, 100), top(ascending, total, 20));
        Self {
            group,
            rows: Some(rows),
            positive: Some(positive),
            zero: Some(rows - positive),
            sum: Some(total),
            mean: (positive > 0).then(|| total / positive as f64),
            smallest,
            largest,
            ratio: largest.zip(smallest).map(|(most, least)| most / least),
            quantiles: quantiles(ascending),
            cv: kish.map(|kish| (kish - 1.0).sqrt()),
            kish,
            effective_n: kish.map(|kish| positive as f64 / kish),
            top_1_percent,
            top_5_percent,
        }
    }
}

/// The quantiles of ascending values; none of none.
pub(super) fn quantiles(ascending: &[f64]) -> Vec<QuantilePoint> {
    let point = |p| QuantilePoint { p, value: quantile(ascending, p) };
    if ascending.is_empty() { vec![] } else { LEVELS.map(point).to_vec() }
}

/// The share that the largest part of the weights holds: one in so many, rounded up.
fn top(ascending: &[f64], total: f64, one_in: usize) -> Option<f64> {
    let held = ascending.iter().rev().take(ascending.len().div_ceil(one_in));
    (total > 0.0).then(|| sum(held.copied()) / total)
}
