//! Raking made ready once, for any weights of the same rows.
//!
//! # Estimator
//! As of [`rake`](super::rake()). The margins are crossed when the raking is made; for
//! each vector of weights one pass over the rows adds up the cells, the sweeps
//! run on the cells, and one pass multiplies each row by its cell's factor.
//!
//! # Assumptions
//! As of [`rake`](super::rake()). Which cells have weight may differ between vectors
//! of weights, as it does between replicates.
//!
//! # References
//! As of [`rake`](super::rake()); Bishop, Fienberg, Holland (1975) *Discrete
//! Multivariate Analysis*, ch. 3 (sweeps over a table).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::adjustment::Adjustment;
use super::checks;
use super::crossing::Crossing;
use super::rake::{Margin, RakeOptions};
use super::result::{Calibrated, CalibrationReport};
use super::sweeps::Sweeps;
use super::targets::Targets;
use crate::error::{Error, same_length};

/// The crossing of some margins, with their targets.
///
/// It keeps two bytes a row, or four where more than 65 534 crossings occur.
///
/// # Example
/// One raking for the full sample and a replicate in which the last person counts
/// twice: both are scaled to a total of 8.
/// ```
/// use gko_survey::calibration::{Margin, RakeOptions, Raking};
///
/// let age = Margin::new("age", &[0_u8, 0, 1], &[6.0, 2.0]);
/// let sex = Margin::new("sex", &[0_u8, 1, 0], &[5.0, 3.0]);
/// let raking = Raking::new(3, &[age, sex], &RakeOptions::default())?;
/// assert_eq!(raking.apply(&[1.0, 1.0, 1.0])?, [3.0, 3.0, 2.0]);
///
/// let mut replicate = [1.0, 1.0, 2.0];
/// let raked = raking.apply_in_place(&mut replicate)?;
/// assert_eq!(replicate, [3.0, 3.0, 2.0]);
/// assert_eq!(raked.factors[raking.cell(2).unwrap()], 1.0);
/// # Ok::<(), gko_survey::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Raking {
    margins: Vec<Targets>,
    crossing: Arc<Crossing>,
    options: RakeOptions,
}

/// What a raking found for a vector of weights.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Raked {
    /// The factor of each cell, a position of [`Raking::cell`]; 1 where no row of the
    /// cell has weight.
    pub factors: Vec<f64>,
    /// How far and how fast.
    pub report: CalibrationReport,
}

impl Raking {
    /// Crosses the margins of a number of rows.
    ///
    /// # Errors
    /// No row or no margin, settings that cannot be, codes of another number of rows,
    /// targets that are negative or no numbers, and margins whose totals differ.
    pub fn new(rows: usize, margins: &[Margin<'_>], options: &RakeOptions) -> Result<Self, Error> {
        if rows == 0 {
            return Err(Error::NoRows);
        }
        checks::steps(options.tolerance, options.max_iterations)?;
        let targets = margins.iter().map(|margin| known(margin, rows));
        let targets = targets.collect::<Result<Vec<_>, _>>()?;
        check_totals(&targets, options.tolerance)?;
        let classified: Vec<_> = margins.iter().map(Margin::classified).collect();
        let crossing = Arc::new(Crossing::new(rows, &classified));
        Ok(Self { margins: targets, crossing, options: *options })
    }

    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.crossing.rows()
    }

    /// Number of cells.
    #[must_use]
    pub fn cells(&self) -> usize {
        self.crossing.cells()
    }

    /// The cell of a row; none if one of its codes has no target, or beyond the last row.
    #[must_use]
    pub fn cell(&self, row: usize) -> Option<usize> {
        self.crossing.cell(row)
    }

    /// The factors of the cells that make all margins hold.
    ///
    /// # Errors
    /// Another number of rows, weights that are negative or no numbers, a row of
    /// positive weight whose code has no target, a target that no row has, rows whose
    /// target is 0, and no convergence.
    pub fn rake(&self, weights: &[f64]) -> Result<Raked, Error> {
        same_length("weights", self.rows(), weights.len())?;
        let given = self.tally(weights)?;
        let used: Vec<usize> = (0..self.cells()).filter(|&cell| given[cell] != 0.0).collect();
        let start = used.iter().map(|&cell| given[cell]).collect();
        let sweeps = Sweeps::new(&self.margins, &self.crossing, &used, start);
        sweeps.check_reachable()?;
        let (raked, trace) = sweeps.run(&self.options)?;
        let total = |all: &[f64]| all.iter().sum::<f64>();
        let mean = total(&raked) / total(&given);
        let mut factors = vec![1.0; self.cells()];
        for (&cell, weight) in used.iter().zip(raked) {
            factors[cell] = weight / given[cell];
        }
        let of_rows = used.iter().map(|&cell| factors[cell]);
        let report = CalibrationReport::new(of_rows, trace, mean);
        Ok(Raked { factors, report })
    }

    /// The raked weights.
    ///
    /// # Errors
    /// As [`Self::rake`].
    pub fn apply(&self, weights: &[f64]) -> Result<Vec<f64>, Error> {
        let factors = of_places(&self.rake(weights)?);
        Ok(self.crossing.values(|place, row| weights[row] * factors[place]))
    }

    /// Rakes weights where they stand; on an error they stay as they are.
    ///
    /// # Errors
    /// As [`Self::rake`].
    pub fn apply_in_place(&self, weights: &mut [f64]) -> Result<Raked, Error> {
        let raked = self.rake(weights)?;
        let factors = of_places(&raked);
        self.crossing.change(weights, |place, _, weight| *weight *= factors[place]);
        Ok(raked)
    }

    /// The raked weights with what the variance needs.
    ///
    /// # Errors
    /// As [`Self::rake`].
    pub fn calibrate(&self, weights: &[f64]) -> Result<Calibrated, Error> {
        let raked = self.rake(weights)?;
        let factors = of_places(&raked);
        let of_row =
            |place: usize, row: usize| if weights[row] > 0.0 { factors[place] } else { 1.0 };
        let factors = self.crossing.values(of_row);
        let new = self.crossing.values(|_, row| weights[row] * factors[row]);
        let adjustment = Adjustment::margins(Arc::clone(&self.crossing), &new);
        Ok(Calibrated { weights: new, factors, report: raked.report, adjustment })
    }

    /// The weight of each cell, once weights and codes are as they must be.
    fn tally(&self, weights: &[f64]) -> Result<Vec<f64>, Error> {
        let negative = AtomicBool::new(false);
        let sums = self.crossing.tally(|rows| {
            let part = &weights[rows];
            negative.fetch_or(checks::some_negative(part), Ordering::Relaxed);
            part.iter().copied()
        });
        if negative.into_inner() || !sums.iter().all(|sum| sum.is_finite()) {
            checks::weights(weights)?;
        }
        if sums.last().is_some_and(|&outside| outside != 0.0) {
            self.refuse_outside(weights)?;
        }
        Ok(sums)
    }

    /// Names the row that has a code without a target.
    fn refuse_outside(&self, weights: &[f64]) -> Result<(), Error> {
        let Some((row, margin, category)) = self.crossing.first_outside(weights) else {
            return Ok(());
        };
        let Targets { name, counts } = &self.margins[margin];
        let (margin, categories) = (name.clone(), counts.len());
        Err(Error::CodeWithoutTarget { margin, row, category, categories })
    }
}

/// The factors of the cells and, after them, of rows outside: those have weight 0.
fn of_places(raked: &Raked) -> Vec<f64> {
    [&raked.factors[..], &[1.0]].concat()
}

/// The targets of a margin that fits the rows.
fn known(margin: &Margin<'_>, rows: usize) -> Result<Targets, Error> {
    same_length(&format!("codes of {}", margin.name), rows, margin.codes.len())?;
    Targets::new(&margin.name, margin.targets)
}

/// Refuses margins that cannot all hold, since their totals differ.
fn check_totals(margins: &[Targets], tolerance: f64) -> Result<(), Error> {
    let mut all = margins.iter().map(|margin| (&margin.name, margin.total()));
    let Some((first, first_total)) = all.next() else {
        return Err(Error::NothingToCalibrate);
    };
    let differs = |other: f64| (other - first_total).abs() > tolerance * other.max(first_total);
    match all.find(|&(_, total)| differs(total)) {
        None => Ok(()),
        Some((second, second_total)) => {
            let (first, second) = (first.clone(), second.clone());
            Err(Error::MarginsDisagree { first, first_total, second, second_total })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raking(codes: &[u8], targets: &[f64]) -> Raking {
        let margin = Margin::new("a", codes, targets);
        Raking::new(codes.len(), &[margin], &RakeOptions::default()).unwrap()
    }

    #[test]
    fn rows_of_weight_zero_may_have_any_code_and_keep_their_weight() {
        let raking = raking(&[0, 1, 7], &[3.0, 5.0]);
        assert_eq!((raking.rows(), raking.cells(), raking.cell(2)), (3, 2, None));
        assert_eq!(raking.apply(&[1.0, 1.0, 0.0]).unwrap(), [3.0, 5.0, 0.0]);
        let done = raking.calibrate(&[1.0, 1.0, 0.0]).unwrap();
        assert_eq!(done.factors, [3.0, 5.0, 1.0]);
        assert_eq!((done.report.smallest_factor, done.report.largest_factor), (3.0, 5.0));
        let refused = raking.rake(&[1.0; 3]).unwrap_err();
        let (margin, row, category, categories) = ("a".to_owned(), 2, 7, 2);
        assert_eq!(refused, Error::CodeWithoutTarget { margin, row, category, categories });
    }

    #[test]
    fn weights_that_do_not_fit_are_refused_and_stay() {
        let raking = raking(&[0, 1], &[3.0, 5.0]);
        assert_eq!(raking.rake(&[1.0; 3]).unwrap_err().code(), "GKO-S001");
        assert_eq!(raking.rake(&[0.0; 2]).unwrap_err().code(), "GKO-S072");
        for weight in [-1.0, f64::INFINITY] {
            let refused = raking.rake(&[0.5, weight]).unwrap_err();
            assert_eq!(refused, Error::InvalidWeight { row: 1, weight });
        }
        let mut weights = [f64::NAN, 1.0];
        assert_eq!(raking.apply_in_place(&mut weights).unwrap_err().code(), "GKO-S004");
        assert_eq!(weights[1], 1.0);
        let too_large = self::raking(&[0, 0], &[3.0]).rake(&[f64::MAX; 2]);
        assert_eq!(too_large.unwrap_err().code(), "GKO-S075");
    }

    #[test]
    fn without_rows_or_margins_there_is_no_raking() {
        let options = RakeOptions::default();
        assert_eq!(Raking::new(0, &[], &options), Err(Error::NoRows));
        assert_eq!(Raking::new(1, &[], &options), Err(Error::NothingToCalibrate));
        let short = Margin::new("a", &[0_u16], &[1.0]);
        assert_eq!(Raking::new(2, &[short], &options).unwrap_err().code(), "GKO-S001");
    }
}
