//! Groups of rows that are calibrated apart, as one calibration.
//!
//! # Rule
//! The rows of each group are calibrated by themselves, to targets of their own; rows
//! in no group keep their weights. The residuals that the variance needs are taken in
//! each group by its own adjustment.
//!
//! # References
//! Särndal, Swensson, Wretman (1992) *Model Assisted Survey Sampling*, sec. 7.6: the
//! separate regression estimator.

use rayon::prelude::*;

use super::adjustment::Adjustment;
use super::checks;
use super::result::{Calibrated, CalibrationReport};
use crate::error::Error;

/// Calibrates each group of rows by itself.
///
/// `groups` has the rows of each group; `calibrate` gets a group's number and the
/// weights of its rows, in the order of `groups`. The report is of the group whose
/// largest gap is the largest, with the iterations, factors and soft targets of all. If
/// targets are estimates, state their covariance in each group's own calibration; between
/// groups it is taken as 0.
///
/// # Errors
/// Weights that are negative or no numbers, a row that is not there, and what the
/// calibration of a group refuses, the first group first.
///
/// # Example
/// Two countries of two rows each, post-stratified to 8 and to 30.
/// ```
/// use gko_survey::calibration::{by_group, post_stratify};
///
/// let totals = [[8.0], [30.0]];
/// let done = by_group(&[1.0, 1.0, 2.0, 1.0], &[vec![0, 2], vec![1, 3]], |group, weights| {
///     post_stratify(weights, &[0_u8, 0], &totals[group], &Default::default())
/// })?;
/// assert_eq!(done.weights, [8.0 / 3.0, 15.0, 16.0 / 3.0, 15.0]);
/// # Ok::<(), gko_survey::Error>(())
/// ```
pub fn by_group<E: From<Error> + Send>(
    weights: &[f64],
    groups: &[Vec<u32>],
    calibrate: impl Fn(usize, &[f64]) -> Result<Calibrated, E> + Sync,
) -> Result<Calibrated, E> {
    checks::weights(weights)?;
    let one = |(group, rows): (usize, &Vec<u32>)| {
        let given: Option<Vec<f64>> =
            rows.iter().map(|&row| weights.get(row as usize).copied()).collect();
        let given = given.ok_or(Error::NoRows)?;
        calibrate(group, &given)
    };
    let all: Vec<Result<Calibrated, E>> = groups.par_iter().enumerate().map(one).collect();
    let all: Vec<Calibrated> = all.into_iter().collect::<Result<_, _>>()?;
    Ok(joined(weights, groups, all))
}

fn joined(weights: &[f64], groups: &[Vec<u32>], all: Vec<Calibrated>) -> Calibrated {
    let (mut new, mut factors) = (weights.to_vec(), vec![1.0; weights.len()]);
    for (rows, part) in groups.iter().zip(&all) {
        for ((&row, &weight), &factor) in rows.iter().zip(&part.weights).zip(&part.factors) {
            (new[row as usize], factors[row as usize]) = (weight, factor);
        }
    }
    let report = report(all.iter().map(|part| &part.report));
    let parts = groups.iter().cloned().zip(all.into_iter().map(|part| part.adjustment));
    let adjustment = Adjustment::groups(parts.collect(), weights.len());
    Calibrated { weights: new, factors, report, adjustment }
}

fn report<'a>(all: impl Iterator<Item = &'a CalibrationReport> + Clone) -> CalibrationReport {
    let worst = all.clone().max_by(|one, two| one.largest_gap.total_cmp(&two.largest_gap));
    CalibrationReport {
        iterations: all.clone().map(|one| one.iterations).max().unwrap_or(0),
        largest_gap: worst.map_or(0.0, |one| one.largest_gap),
        trace: worst.map_or_else(Vec::new, |one| one.trace.clone()),
        vanished: all.clone().map(|one| one.vanished).sum(),
        soft_targets: all.clone().flat_map(|one| one.soft_targets.clone()).collect(),
        smallest_factor: all.clone().map(|one| one.smallest_factor).fold(f64::INFINITY, f64::min),
        largest_factor: all.map(|one| one.largest_factor).fold(f64::NEG_INFINITY, f64::max),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Margin, RakeOptions, post_stratify, rake};
    use super::*;
    use crate::Matrix;

    /// Post-strata of two groups are the post-strata of their crossing.
    #[test]
    fn groups_apart_are_the_crossing() {
        let weights = [1.0, 2.0, 3.0, 4.0, 0.0, 5.0];
        let groups = [vec![0, 2, 5], vec![1, 3]];
        let (codes, targets) = ([vec![0_u32, 1, 1], vec![0, 0]], [vec![4.0, 9.0], vec![7.0]]);
        let apart = by_group(&weights, &groups, |at, given| {
            post_stratify(given, &codes[at], &targets[at], &Default::default())
        });
        let apart = apart.unwrap();
        let cells = [0_u8, 2, 1, 2, 0, 1];
        let whole = post_stratify(&weights, &cells, &[4.0, 9.0, 7.0], &Default::default()).unwrap();
        assert_eq!((&apart.weights, &apart.factors), (&whole.weights, &whole.factors));
        let mut scores = [apart, whole].map(|done| {
            let scores = [3.0, 1.0, -2.0, 5.0, 0.0, 0.5];
            let mut scores = Matrix::from_column_slice(6, 1, &scores);
            done.adjustment.residualise(&mut scores);
            scores
        });
        scores[0] -= scores[1].clone();
        assert!(scores[0].amax() < 1e-14);
    }

    #[test]
    fn rows_in_no_group_stay_and_faults_come_through() {
        let done = by_group(&[1.0, 2.0], &[vec![1]], |_, given| {
            post_stratify(given, &[0_u8], &[7.0], &Default::default())
        });
        assert_eq!(done.unwrap().weights, [1.0, 7.0]);
        let none = by_group(&[1.0], &[vec![3]], |_, given| {
            post_stratify(given, &[0_u8], &[7.0], &Default::default())
        });
        assert_eq!(none, Err(Error::NoRows));
        let refused = by_group(&[1.0, 1.0], &[vec![0], vec![1]], |_, given| {
            rake(given, &[] as &[Margin<'_>], &RakeOptions::default())
        });
        assert_eq!(refused, Err(Error::NothingToCalibrate));
    }
}
