//! What calibration on auxiliaries refuses before it begins.
//!
//! # Rule
//! A total can come from `sum of D·x·L` to `sum of D·x·U` where x is positive, with the
//! bounds L and U of the factors exchanged where it is negative. A target beyond that is
//! out of reach; at the end of it as well if factors never get to their bound (raking,
//! which would send all weights to 0).

use super::distance::Link;
use super::greg::CalibrateOptions;
use super::soft::is_soft;
use super::units::Units;
use super::{blocks, checks, soft};
use crate::Matrix;
use crate::error::{Error, same_length};

pub(super) fn check(
    weights: &[f64],
    x: &Matrix,
    targets: &[f64],
    options: &CalibrateOptions<'_>,
) -> Result<(), Error> {
    checks::weights(weights)?;
    checks::steps(options.tolerance, options.max_iterations)?;
    same_length("auxiliaries", weights.len(), x.nrows())?;
    same_length("targets", x.ncols(), targets.len())?;
    if targets.is_empty() {
        return Err(Error::NothingToCalibrate);
    }
    check_targets(targets)?;
    soft::check(options.costs, targets)?;
    check_auxiliaries(weights, x)?;
    if let Some(variance) = options.heteroscedasticity {
        same_length("heteroscedasticity", weights.len(), variance.len())?;
        check_variance(weights, variance)?;
    }
    options.cluster.map_or(Ok(()), |codes| same_length("cluster", weights.len(), codes.len()))
}

fn check_targets(targets: &[f64]) -> Result<(), Error> {
    let Some(at) = targets.iter().position(|target| !target.is_finite()) else {
        return Ok(());
    };
    let (margin, expected) = (format!("auxiliary {at}"), "a finite number");
    Err(Error::InvalidTarget { margin, target: targets[at], expected })
}

fn check_auxiliaries(weights: &[f64], x: &Matrix) -> Result<(), Error> {
    for (auxiliary, column) in x.as_slice().chunks_exact(x.nrows().max(1)).enumerate() {
        let wrong = |row: &usize| weights[*row] > 0.0 && !column[*row].is_finite();
        let first = blocks::each(column.len(), |mut block| block.find(wrong));
        if let Some(row) = first.into_iter().flatten().next() {
            return Err(Error::InvalidAuxiliary { row, auxiliary, value: column[row] });
        }
    }
    Ok(())
}

fn check_variance(weights: &[f64], variance: &[f64]) -> Result<(), Error> {
    let wrong = |row: usize| !(variance[row].is_finite() && variance[row] > 0.0);
    match (0..weights.len()).find(|&row| weights[row] > 0.0 && wrong(row)) {
        Some(row) => Err(Error::InvalidHeteroscedasticity { row, value: variance[row] }),
        None => Ok(()),
    }
}

/// Refuses a hard target beyond what factors at their bounds would give.
pub(super) fn check_reach(
    units: &Units<'_>,
    targets: &[f64],
    link: Link,
    options: &CalibrateOptions<'_>,
) -> Result<(), Error> {
    for (auxiliary, &target) in targets.iter().enumerate() {
        if is_soft(options.costs, auxiliary) {
            continue;
        }
        let (lowest, highest) = reach(units, auxiliary, link);
        let slack = options.tolerance * target.abs();
        let beyond = target < lowest - slack || target > highest + slack;
        let at_the_end = target == 0.0 && (lowest == 0.0) != (highest == 0.0);
        if beyond || at_the_end && !link.reaches_its_bounds() {
            return Err(Error::TargetOutOfReach { auxiliary, target, lowest, highest });
        }
    }
    Ok(())
}

/// The least and the largest total.
fn reach(units: &Units<'_>, auxiliary: usize, link: Link) -> (f64, f64) {
    let (least, most) = link.range();
    let column = &units.x.as_slice()[auxiliary * units.count()..(auxiliary + 1) * units.count()];
    let of_block = blocks::each(column.len(), |block| {
        let (mut below, mut above) = (0.0, 0.0);
        for (d, x) in units.weight[block.clone()].iter().zip(&column[block]) {
            let term = d * x;
            below += term.min(0.0);
            above += term.max(0.0);
        }
        (below, above)
    });
    let sum = |all: (f64, f64), one: (f64, f64)| (all.0 + one.0, all.1 + one.1);
    let (below, above) = of_block.into_iter().fold((0.0, 0.0), sum);
    let times = |sum: f64, factor: f64| if sum == 0.0 { 0.0 } else { sum * factor };
    (times(below, most) + times(above, least), times(below, least) + times(above, most))
}
