//! By how much weighting changed the weight of a respondent.
//!
//! # Estimator
//! `g = w_after / w_before` of each row that had a weight and kept one; rows that lost
//! theirs are counted. Quantiles count each factor once (R's type 7).
//!
//! # References
//! Deville, Särndal (1992) *JASA* 87, 376-382, on the range of g; R `quantile`.

use serde::Serialize;

use super::distribution::{QuantilePoint, quantiles};
use super::error::DiagnosticsError;
use crate::numbers::{check_grouped, check_weights, rows_by_group, same_length, sorted};

/// The factors of one group.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Factors {
    /// The group's code.
    pub group: u32,
    /// Rows with a weight before and after; absent only where too few to be public.
    pub rows: Option<usize>,
    /// Rows with a weight before and none after.
    pub dropped: Option<usize>,
    /// The smallest factor.
    pub smallest: Option<f64>,
    /// The largest factor.
    pub largest: Option<f64>,
    /// Quantiles at 1, 5, 25, 50, 75, 95 and 99 percent.
    pub quantiles: Vec<QuantilePoint>,
}

/// The factors of each group, groups ascending.
///
/// # Errors
/// Weights that are none, columns of other lengths, a weight from nothing.
///
/// # Example
/// ```
/// use gko_weighting::diagnostics::factors;
///
/// let done = &factors(&[1.0, 2.0, 4.0], &[2.0, 1.0, 0.0], &[1; 3])?[0];
/// assert_eq!((done.smallest, done.largest), (Some(0.5), Some(2.0)));
/// assert_eq!((done.rows, done.dropped), (Some(2), Some(1)));
/// # Ok::<(), gko_weighting::diagnostics::DiagnosticsError>(())
/// ```
pub fn factors(
    before: &[f64],
    after: &[f64],
    groups: &[u32],
) -> Result<Vec<Factors>, DiagnosticsError> {
    check_both(before, after, groups)?;
    let of_group = |(group, rows): (u32, Vec<usize>)| {
        let had = rows.into_iter().filter(|&row| before[row] > 0.0);
        let all: Vec<f64> = had.map(|row| after[row] / before[row]).collect();
        let kept: Vec<f64> = all.iter().copied().filter(|&factor| factor > 0.0).collect();
        let ascending = sorted(&kept);
        Factors {
            group,
            rows: Some(kept.len()),
            dropped: Some(all.len() - kept.len()),
            smallest: ascending.first().copied(),
            largest: ascending.last().copied(),
            quantiles: quantiles(&ascending),
        }
    };
    Ok(rows_by_group(groups).into_iter().map(of_group).collect())
}

/// Valid weights before and after, none of them from nothing.
pub(super) fn check_both(
    before: &[f64],
    after: &[f64],
    groups: &[u32],
) -> Result<(), DiagnosticsError> {
    check_grouped(before, groups)?;
    check_weights(after)?;
    same_length("weights after", before.len(), after.len())?;
    match (0..before.len()).find(|&row| before[row] == 0.0 && after[row] > 0.0) {
        Some(row) => Err(DiagnosticsError::WeightFromNothing { row, after: after[row] }),
        None => Ok(()),
    }
}
