//! Raking: several margins hold at once.
//!
//! # Estimator
//! One sweep scales the weights to the targets of the first margin, then of the
//! second, and so on. Sweeps go on until the largest relative gap
//! `|weighted count - target| / target` of any category of any margin is at most
//! the tolerance. The factors are products of one factor a margin.
//!
//! # Assumptions
//! All margins add up to the same total (within the tolerance) and some positive
//! weights satisfy them all; a pattern of empty crossings can make that impossible,
//! which shows as a gap that stays.
//!
//! # References
//! Deming, Stephan (1940) *Ann. Math. Stat.* 11, 427-444; R survey 4.5, `rake`
//! (which stops on the change of the counts, by default of one person).

use super::codes::Codes;
use super::crossing::Classified;
use super::raking::Raking;
use super::result::Calibrated;
use crate::error::Error;

/// One margin: a classification of the rows with the known count of each category.
#[derive(Debug, Clone, PartialEq)]
pub struct Margin<'a> {
    /// The name that messages use.
    pub name: String,
    /// The category of each row, a position in `targets`.
    pub codes: Codes<'a>,
    /// The known count of each category.
    pub targets: &'a [f64],
}

impl<'a> Margin<'a> {
    /// A margin by name, codes of the rows and targets of the codes.
    pub fn new(name: &str, codes: impl Into<Codes<'a>>, targets: &'a [f64]) -> Self {
        Self { name: name.to_owned(), codes: codes.into(), targets }
    }

    pub(super) fn classified(&self) -> Classified<'a> {
        Classified { codes: self.codes, categories: self.targets.len() }
    }
}

/// Settings of [`rake`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RakeOptions {
    /// The largest relative gap of any margin that is good enough.
    pub tolerance: f64,
    /// Sweeps after which to give up.
    pub max_iterations: usize,
}

impl Default for RakeOptions {
    /// A gap of 1e-10 within 1000 sweeps.
    fn default() -> Self {
        Self { tolerance: 1e-10, max_iterations: 1000 }
    }
}

/// Scales the weights to all margins in turn until all hold.
///
/// For several vectors of weights make a [`Raking`] once.
///
/// # Errors
/// What [`post_stratify`](super::post_stratify) refuses of each margin, margins
/// whose totals differ, no margin, and no convergence: the message names the worst
/// category, its gap, and how the gap moved.
///
/// # Example
/// One person in each crossing of two margins of 3:1 and 1:1, out of 8: the
/// crossings are independent, so they get 8 · 3/4 · 1/2 = 3, 3, 1 and 1.
/// ```
/// use gko_survey::calibration::{Margin, RakeOptions, rake};
///
/// let age = Margin::new("age", &[0_u8, 0, 1, 1], &[6.0, 2.0]);
/// let sex = Margin::new("sex", &[0_u8, 1, 0, 1], &[4.0, 4.0]);
/// let done = rake(&[1.0; 4], &[age, sex], &RakeOptions::default())?;
/// assert_eq!(done.weights, [3.0, 3.0, 1.0, 1.0]);
/// # Ok::<(), gko_survey::Error>(())
/// ```
pub fn rake(
    weights: &[f64],
    margins: &[Margin<'_>],
    options: &RakeOptions,
) -> Result<Calibrated, Error> {
    Raking::new(weights.len(), margins, options)?.calibrate(weights)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn margin<'a>(name: &str, codes: &'a [u32], targets: &'a [f64]) -> Margin<'a> {
        Margin::new(name, codes, targets)
    }

    /// With three people and one empty crossing the table is fixed by its margins:
    /// rows 3 and 5, columns 6 and 2, nobody in (0, 1): 3, 3, 2.
    #[test]
    fn an_empty_crossing_leaves_one_solution() {
        let margins = [margin("a", &[0, 1, 1], &[3.0, 5.0]), margin("b", &[0, 0, 1], &[6.0, 2.0])];
        let done = rake(&[1.0; 3], &margins, &RakeOptions::default()).unwrap();
        let off = |(w, want): (&f64, f64)| (w - want).abs() > 1e-9;
        assert!(!done.weights.iter().zip([3.0, 3.0, 2.0]).any(off));
        assert_eq!(done.report.trace.len(), done.report.iterations + 1);
        assert!(done.report.largest_gap <= 1e-10);
    }

    #[test]
    fn totals_that_differ_are_refused_with_both_names() {
        let margins = [margin("a", &[0, 1], &[3.0, 5.0]), margin("b", &[0, 1], &[3.0, 6.0])];
        let refused = rake(&[1.0; 2], &margins, &RakeOptions::default()).unwrap_err();
        let (first, second) = ("a".to_owned(), "b".to_owned());
        let want = Error::MarginsDisagree { first, first_total: 8.0, second, second_total: 9.0 };
        assert_eq!(refused, want);
    }

    #[test]
    fn margins_that_cannot_both_hold_are_reported_with_their_trace() {
        let margins = [margin("a", &[0, 1], &[3.0, 5.0]), margin("b", &[0, 1], &[5.0, 3.0])];
        let options = RakeOptions { max_iterations: 4, ..RakeOptions::default() };
        let refused = rake(&[1.0; 2], &margins, &options).unwrap_err();
        let Error::NotCalibrated { margin, gap, iterations, trace, .. } = refused else {
            panic!("{refused}");
        };
        assert_eq!((margin.as_str(), iterations, trace.len()), ("category 0 of a", 4, 5));
        assert!((gap - 2.0 / 3.0).abs() < 1e-15);
    }

    #[test]
    fn margins_that_hold_already_need_no_sweep() {
        let done = rake(
            &[3.0, 5.0, 0.0],
            &[margin("a", &[0, 1, 4], &[3.0, 5.0])],
            &RakeOptions::default(),
        );
        let done = done.unwrap();
        assert_eq!((done.report.iterations, done.weights), (0, vec![3.0, 5.0, 0.0]));
        assert_eq!(rake(&[1.0], &[], &RakeOptions::default()), Err(Error::NothingToCalibrate));
    }

    #[test]
    fn what_a_margin_cannot_reach_is_refused() {
        let code = |targets: &[f64]| {
            rake(&[1.0; 2], &[margin("a", &[0, 1], targets)], &RakeOptions::default())
                .unwrap_err()
                .code()
        };
        assert_eq!(code(&[1.0, 2.0, 3.0]), "GKO-S072");
        assert_eq!(code(&[1.0, 0.0]), "GKO-S073");
        assert_eq!(code(&[1.0]), "GKO-S071");
    }
}
