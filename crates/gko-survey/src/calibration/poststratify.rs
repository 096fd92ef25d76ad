//! Post-stratification: the weights of each cell add up to its known count.
//!
//! # Estimator
//! `w_i = d_i·T_c / sum over the rows of cell c of d`, with d_i the given weight of
//! row i in cell c and T_c the cell's target.
//!
//! # Assumptions
//! Every row is in one cell and every cell with a target has rows, unless empty
//! cells are left out: the weights then add up to less than the population.
//!
//! # References
//! Holt, Smith (1979) *JRSS A* 142, 33-46; R survey 4.5, `postStratify` (whose
//! `partial = TRUE` is [`EmptyCells::LeaveOut`]).

use std::sync::Arc;

use super::adjustment::Adjustment;
use super::checks;
use super::codes::Codes;
use super::crossing::{Classified, Crossing};
use super::result::{Calibrated, CalibrationReport};
use super::targets::Targets;
use crate::error::{Error, same_length};

/// What to do with a cell that has a target and no row of positive weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum EmptyCells {
    /// Refuse, and name the cell.
    #[default]
    Refuse,
    /// Leave its target out: the weights add up to the other targets.
    LeaveOut,
}

named!(EmptyCells, "rule for empty cells", {
    Refuse => "refuse",
    LeaveOut => "leave-out",
});

/// Settings of [`post_stratify`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PostStratifyOptions {
    /// Cells that have a target and no row.
    pub empty: EmptyCells,
}

/// Scales the weights of each cell to its target.
///
/// `cell` has the code of each row's cell, a position in `targets`.
///
/// # Errors
/// Lengths that differ, weights or targets that are negative or no numbers, a code
/// without a target, an empty cell with a target (unless left out), and rows in a
/// cell whose target is 0.
///
/// # Example
/// Weights 1 and 3 in a cell of 8 double; weight 5 in a cell of 2 shrinks to 2.
/// ```
/// use gko_survey::calibration::{PostStratifyOptions, post_stratify};
///
/// let options = PostStratifyOptions::default();
/// let done = post_stratify(&[1.0, 3.0, 5.0], &[0_u8, 0, 1], &[8.0, 2.0], &options)?;
/// assert_eq!(done.weights, [2.0, 6.0, 2.0]);
/// assert_eq!((done.report.smallest_factor, done.report.largest_factor), (0.4, 2.0));
/// # Ok::<(), gko_survey::Error>(())
/// ```
pub fn post_stratify<'a>(
    weights: &[f64],
    cell: impl Into<Codes<'a>>,
    targets: &[f64],
    options: &PostStratifyOptions,
) -> Result<Calibrated, Error> {
    checks::weights(weights)?;
    let strata = Strata::new(weights, cell.into(), targets)?;
    let sums = strata.sums(weights);
    strata.targets.check_reachable(&sums, options.empty == EmptyCells::LeaveOut)?;
    let by_stratum = strata.targets.factors(&sums);
    let factors = strata.of_rows(weights, &by_stratum);
    let new = strata.crossing.values(|_, row| weights[row] * factors[row]);
    let before = strata.targets.gap(&sums).1;
    let trace = vec![before, gap_left(&strata, &new, before)?];
    let used = by_stratum.iter().zip(&sums).filter(|(_, sum)| **sum > 0.0).map(|(&g, _)| g);
    let total = |all: &[f64]| all.iter().sum::<f64>();
    let report = CalibrationReport::new(used, trace, total(&new) / total(&sums));
    let adjustment = Adjustment::cells(Arc::new(strata.crossing), targets.len(), weights, &new);
    Ok(Calibrated { weights: new, factors, report, adjustment })
}

/// The post-strata of the rows and their targets.
struct Strata {
    targets: Targets,
    crossing: Crossing,
}

impl Strata {
    /// Codes that fit the weights.
    fn new(weights: &[f64], codes: Codes<'_>, targets: &[f64]) -> Result<Self, Error> {
        const NAME: &str = "the post-strata";
        same_length(&format!("codes of {NAME}"), weights.len(), codes.len())?;
        let known = Targets::new(NAME, targets)?;
        let categories = targets.len();
        let crossing = Crossing::new(weights.len(), &[Classified { codes, categories }]);
        let Some((row, _, category)) = crossing.first_outside(weights) else {
            return Ok(Self { targets: known, crossing });
        };
        Err(Error::CodeWithoutTarget { margin: known.name, row, category, categories })
    }

    /// The weighted count of each post-stratum.
    fn sums(&self, weights: &[f64]) -> Vec<f64> {
        let mut sums = vec![0.0; self.targets.counts.len()];
        let cells = self.crossing.tally(|rows| weights[rows].iter().copied());
        for (&stratum, cell) in self.crossing.categories().iter().flatten().zip(cells) {
            sums[stratum as usize] = cell;
        }
        sums
    }

    /// The factor of each row; 1 where the weight is 0.
    fn of_rows(&self, weights: &[f64], factors: &[f64]) -> Vec<f64> {
        let stratum: Vec<u32> = self.crossing.categories().concat();
        let factor = |cell: usize| stratum.get(cell).map_or(1.0, |&at| factors[at as usize]);
        self.crossing.values(|cell, row| if weights[row] > 0.0 { factor(cell) } else { 1.0 })
    }
}

/// The gap that rounding leaves; weights near the ends of the range leave more.
fn gap_left(strata: &Strata, weights: &[f64], before: f64) -> Result<f64, Error> {
    let tolerance = 1e-9;
    let (at, gap) = strata.targets.gap(&strata.sums(weights));
    if gap <= tolerance {
        return Ok(gap);
    }
    let (margin, trace) = (strata.targets.label(at), vec![before, gap]);
    Err(Error::NotCalibrated { margin, gap, tolerance, iterations: 1, trace })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_back_and_listed() {
        for one in EmptyCells::ALL {
            assert_eq!(one.as_str().parse(), Ok(one));
            assert!(EmptyCells::NAMES.contains(one.as_str()));
        }
        assert_eq!("drop".parse::<EmptyCells>().unwrap_err().code(), "GKO-S042");
    }

    #[test]
    fn rows_of_weight_zero_keep_it() {
        let options = PostStratifyOptions::default();
        let done = post_stratify(&[0.0, 4.0], &[7_u8, 0], &[6.0], &options).unwrap();
        assert_eq!((done.weights, done.factors), (vec![0.0, 6.0], vec![1.0, 1.5]));
        assert_eq!(done.report.trace, [1.0 / 3.0, 0.0]);
    }

    #[test]
    fn an_empty_cell_is_refused_or_left_out() {
        let run =
            |empty| post_stratify(&[2.0], &[0_u8], &[6.0, 3.0], &PostStratifyOptions { empty });
        assert_eq!(run(EmptyCells::Refuse).unwrap_err().code(), "GKO-S072");
        assert_eq!(run(EmptyCells::LeaveOut).unwrap().weights, [6.0]);
    }

    #[test]
    fn without_rows_or_weight_there_is_nothing_to_scale() {
        let run = |w: &[f64]| post_stratify(w, &vec![0_u32; w.len()], &[6.0], &Default::default());
        assert_eq!(run(&[]), Err(Error::NoRows));
        assert_eq!(run(&[0.0, 0.0]).unwrap_err().code(), "GKO-S072");
        assert_eq!(run(&[1e-9]).unwrap().weights, [6.0]);
        assert_eq!(run(&[f64::MAX, f64::MAX]).unwrap_err().code(), "GKO-S075");
    }
}
