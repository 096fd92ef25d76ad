//! Separation: coefficients that have no finite value, and which terms they belong to.
//!
//! # Rule
//! Where a combination of the columns tells apart responses 0 and 1 (or counts 0
//! from others), the likelihood rises for ever along it. Every step then moves the
//! predictor on by about the same amount, while the fitted means of those rows are
//! at the edge of their range. The columns that take part in the last step name
//! the terms.
//!
//! # References
//! Albert and Anderson (1984), Biometrika 71, 1-10; Heinze and Schemper (2002),
//! Statistics in Medicine 21, 2409-2419.

use super::matrix::INTERCEPT;
use crate::Matrix;

/// A move of the predictor that is no longer the tail of a convergence.
pub(super) const MOVE: f64 = 0.01;
/// The iteration from which such a move is taken as a sign.
pub(super) const EARLIEST: u32 = 12;
/// The share of the largest contribution that counts as taking part.
const SHARE: f64 = 0.05;

/// The terms whose columns take part in the step; the intercept only if alone.
pub(super) fn growing(x: &Matrix, step: &[f64], labels: &[String]) -> Vec<String> {
    let part: Vec<f64> =
        x.column_iter().zip(step).map(|(column, step)| column.amax() * step.abs()).collect();
    let largest = part.iter().copied().fold(0.0, f64::max);
    let grows = part.iter().zip(labels).filter(|(part, _)| **part > SHARE * largest);
    let mut terms: Vec<String> = grows.map(|(_, label)| label.clone()).collect();
    terms.dedup();
    if terms.len() > 1 {
        terms.retain(|term| term != INTERCEPT);
    }
    terms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_is_named_once_and_the_intercept_only_alone() {
        let x = Matrix::from_element(2, 4, 1.0);
        let labels = ["(Intercept)", "a", "a", "b"].map(str::to_owned);
        assert_eq!(growing(&x, &[-1.0, 1.0, 1.0, 1e-6], &labels), ["a"]);
        assert_eq!(growing(&x, &[1.0, 0.0, 0.0, 1e-6], &labels), ["(Intercept)"]);
    }
}
