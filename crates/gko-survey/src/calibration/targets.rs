//! The known counts of one classification.

use super::sums::{sum, worst};
use crate::error::Error;

/// The target of each category, and the name that messages use.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Targets {
    pub(super) name: String,
    pub(super) counts: Vec<f64>,
}

impl Targets {
    /// Targets that are counts.
    pub(super) fn new(name: &str, counts: &[f64]) -> Result<Self, Error> {
        let targets = Self { name: name.to_owned(), counts: counts.to_vec() };
        let fits = |target: f64| target.is_finite() && target >= 0.0;
        let Some(at) = counts.iter().position(|&target| !fits(target)) else {
            return Ok(targets);
        };
        let expected = "a finite number of at least 0";
        Err(Error::InvalidTarget { margin: targets.label(at), target: counts[at], expected })
    }

    pub(super) fn total(&self) -> f64 {
        sum(self.counts.iter().copied())
    }

    /// Refuses a target that no row can take, and rows that no target allows.
    pub(super) fn check_reachable(&self, sums: &[f64], allow_empty: bool) -> Result<(), Error> {
        for (category, (&weight, &target)) in sums.iter().zip(&self.counts).enumerate() {
            let margin = self.name.clone();
            if weight == 0.0 && target > 0.0 && !allow_empty {
                return Err(Error::EmptyCell { margin, category, target });
            }
            if weight > 0.0 && target == 0.0 {
                return Err(Error::TargetOfZero { margin, category, weight });
            }
        }
        Ok(())
    }

    /// Target over weighted count of each category, 1 where there is no row.
    pub(super) fn factors(&self, sums: &[f64]) -> Vec<f64> {
        let factor = |(&sum, &target): (&f64, &f64)| if sum > 0.0 { target / sum } else { 1.0 };
        sums.iter().zip(&self.counts).map(factor).collect()
    }

    /// The category with the largest relative gap; empty ones have none.
    pub(super) fn gap(&self, sums: &[f64]) -> (usize, f64) {
        let gap = |(&sum, &target): (&f64, &f64)| {
            if sum == 0.0 { 0.0 } else { (sum - target).abs() / target }
        };
        worst(sums.iter().zip(&self.counts).map(gap))
    }

    /// A category in words.
    pub(super) fn label(&self, category: usize) -> String {
        format!("category {category} of {}", self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factors_and_gaps_are_target_over_count() {
        let sex = Targets::new("sex", &[4.0, 10.0]).unwrap();
        assert_eq!(sex.factors(&[1.0, 5.0]), [4.0, 2.0]);
        assert_eq!((sex.gap(&[1.0, 5.0]), sex.total()), ((0, 0.75), 14.0));
        assert_eq!((sex.factors(&[0.0, 5.0])[0], sex.gap(&[0.0, 10.0]).1), (1.0, 0.0));
    }

    #[test]
    fn targets_that_are_no_counts_are_refused() {
        for target in [-1.0, f64::NAN, f64::INFINITY] {
            let refused = Targets::new("sex", &[1.0, target]).unwrap_err();
            assert_eq!(refused.code(), "GKO-S070");
            assert!(refused.to_string().contains("category 1 of sex"));
        }
    }

    #[test]
    fn targets_without_rows_and_rows_without_targets_are_refused() {
        let sex = Targets::new("sex", &[4.0, 5.0]).unwrap();
        let empty = Error::EmptyCell { margin: "sex".to_owned(), category: 1, target: 5.0 };
        assert_eq!(sex.check_reachable(&[1.0, 0.0], false), Err(empty));
        assert_eq!(sex.check_reachable(&[1.0, 0.0], true), Ok(()));
        let none = Targets::new("sex", &[0.0]).unwrap();
        assert_eq!(none.check_reachable(&[6.0], true).unwrap_err().code(), "GKO-S073");
    }
}
