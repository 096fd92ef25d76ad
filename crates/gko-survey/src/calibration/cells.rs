//! One classification of the rows with a target a cell.

use super::sums::{Sum, worst};
use crate::error::{Error, same_length};

/// Codes of the rows, counted from 0, and the target of each code.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cells<'a> {
    pub(super) name: &'a str,
    pub(super) codes: &'a [u32],
    pub(super) targets: &'a [f64],
}

impl<'a> Cells<'a> {
    /// Codes and targets that fit the weights and are numbers.
    pub(super) fn new(
        name: &'a str,
        codes: &'a [u32],
        targets: &'a [f64],
        weights: &[f64],
    ) -> Result<Self, Error> {
        same_length(&format!("codes of {name}"), weights.len(), codes.len())?;
        let cells = Self { name, codes, targets };
        cells.check_targets()?;
        cells.check_codes(weights)?;
        Ok(cells)
    }

    fn check_targets(&self) -> Result<(), Error> {
        let fits = |target: f64| target.is_finite() && target >= 0.0;
        let Some(at) = self.targets.iter().position(|&target| !fits(target)) else {
            return Ok(());
        };
        let expected = "a finite number of at least 0";
        Err(Error::InvalidTarget { margin: self.label(at), target: self.targets[at], expected })
    }

    fn check_codes(&self, weights: &[f64]) -> Result<(), Error> {
        let categories = self.targets.len();
        let beyond = |(&code, &weight): (&u32, &f64)| weight > 0.0 && code as usize >= categories;
        let Some(row) = self.codes.iter().zip(weights).position(beyond) else {
            return Ok(());
        };
        let (margin, category) = (self.name.to_owned(), self.codes[row]);
        Err(Error::CodeWithoutTarget { margin, row, category, categories })
    }

    /// Refuses a target that no row can take, and rows that no target allows.
    pub(super) fn check_reachable(&self, sums: &[f64], allow_empty: bool) -> Result<(), Error> {
        for (category, (&weight, &target)) in sums.iter().zip(self.targets).enumerate() {
            let margin = self.name.to_owned();
            if weight == 0.0 && target > 0.0 && !allow_empty {
                return Err(Error::EmptyCell { margin, category, target });
            }
            if weight > 0.0 && target == 0.0 {
                return Err(Error::TargetOfZero { margin, category, weight });
            }
        }
        Ok(())
    }

    /// The weighted count of each cell.
    pub(super) fn sums(&self, weights: &[f64]) -> Vec<f64> {
        let mut sums = vec![Sum::default(); self.targets.len()];
        for (&code, &weight) in self.codes.iter().zip(weights).filter(|(_, w)| **w > 0.0) {
            sums[code as usize].add(weight);
        }
        sums.into_iter().map(Sum::value).collect()
    }

    /// Target over weighted count of each cell, 1 where there is no row.
    pub(super) fn factors(&self, sums: &[f64]) -> Vec<f64> {
        let factor = |(&sum, &target): (&f64, &f64)| if sum > 0.0 { target / sum } else { 1.0 };
        sums.iter().zip(self.targets).map(factor).collect()
    }

    /// Multiplies each row by the factor of its cell.
    pub(super) fn scale(&self, weights: &mut [f64], factors: &[f64]) {
        for (&code, weight) in self.codes.iter().zip(weights).filter(|(_, w)| **w > 0.0) {
            *weight *= factors[code as usize];
        }
    }

    /// The cell with the largest relative gap; empty cells have none.
    pub(super) fn gap(&self, sums: &[f64]) -> (usize, f64) {
        let gap = |(&sum, &target): (&f64, &f64)| {
            if sum == 0.0 { 0.0 } else { (sum - target).abs() / target }
        };
        worst(sums.iter().zip(self.targets).map(gap))
    }

    /// A cell in words.
    pub(super) fn label(&self, category: usize) -> String {
        format!("category {category} of {}", self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WEIGHTS: [f64; 4] = [1.0, 2.0, 3.0, 0.0];

    #[test]
    fn rows_of_weight_zero_may_have_any_code() {
        let cells = Cells::new("sex", &[0, 1, 1, 9], &[4.0, 10.0], &WEIGHTS).unwrap();
        assert_eq!(cells.sums(&WEIGHTS), [1.0, 5.0]);
        assert_eq!(cells.factors(&[1.0, 5.0]), [4.0, 2.0]);
        assert_eq!(cells.gap(&[1.0, 5.0]), (0, 0.75));
    }

    #[test]
    fn codes_and_targets_that_do_not_fit_are_refused() {
        let code = |codes: &[u32], targets: &[f64]| {
            Cells::new("sex", codes, targets, &WEIGHTS).unwrap_err()
        };
        let beyond = code(&[0, 1, 2, 0], &[4.0, 10.0]);
        let (margin, row, category, categories) = ("sex".to_owned(), 2, 2, 2);
        let want = Error::CodeWithoutTarget { margin, row, category, categories };
        assert_eq!(beyond, want);
        for target in [-1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(code(&[0; 4], &[1.0, target]).code(), "GKO-S070");
        }
        assert_eq!(code(&[0; 3], &[1.0]).code(), "GKO-S001");
    }

    #[test]
    fn targets_out_of_reach_are_refused_by_cell() {
        let cells = Cells::new("sex", &[0, 0, 0, 0], &[4.0, 5.0], &WEIGHTS).unwrap();
        let sums = cells.sums(&WEIGHTS);
        let margin = "sex".to_owned();
        let empty = Error::EmptyCell { margin, category: 1, target: 5.0 };
        assert_eq!(cells.check_reachable(&sums, false), Err(empty));
        assert_eq!(cells.check_reachable(&sums, true), Ok(()));
        let none = Cells::new("sex", &[0; 4], &[0.0], &WEIGHTS).unwrap();
        let refused = none.check_reachable(&[6.0], true).unwrap_err();
        assert_eq!(refused.code(), "GKO-S073");
    }
}
