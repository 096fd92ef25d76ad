//! The projection that the variance of a calibrated estimate needs.
//!
//! # Estimator
//! An estimate has influence values u and scores `s = w·u` with final weights w.
//! Its variance is that of the scores of the residuals of u on what is known:
//!
//! - post-strata: `u - (mean of u in the cell, weighted by the given d)`;
//! - raking: u less its mean in each category, in turn over all margins until it
//!   stands still: the residual on the sum of all margins, *each row counting once*;
//! - regression: `u - x'B` with `B` the least-squares fit of u on the auxiliaries,
//!   weighted by `d / v` for linear calibration without bounds (v the variance that
//!   was given, 1 without) and by `d` otherwise. In clusters of one factor x is the
//!   cluster's mean and d its mean weight.
//!
//! # Assumptions
//! Scores of rows outside of a domain are 0, not missing: such rows still carry
//! what is known. A row whose final weight is 0 is left out of every mean and fit.
//!
//! # References
//! Deville, Särndal (1992), sec. 3; R survey 4.5, `svyrecvar`, part by part. R takes
//! ten turns over the margins, which is the limit but for strongly associated ones;
//! counting each row once there, and leaving v out of bounded calibration, are R's.

use std::sync::Arc;

use nalgebra::DVector;

use super::crossing::Crossing;
use super::fit::Regression;
use super::means;
use crate::Matrix;

/// What is known of the population, as the variance sees it.
///
/// # Example
/// Two post-strata of two rows each, weight 1 before and after: the residual of the
/// scores 1, 3, 5, 5 are their distances to the means 2 and 5.
/// ```
/// use gko_survey::Matrix;
/// use gko_survey::calibration::post_stratify;
///
/// let done = post_stratify(&[1.0; 4], &[0_u8, 0, 1, 1], &[2.0, 2.0], &Default::default())?;
/// let mut scores = Matrix::from_column_slice(4, 1, &[1.0, 3.0, 5.0, 5.0]);
/// done.adjustment.residualise(&mut scores);
/// assert_eq!(scores.as_slice(), [-1.0, 1.0, 0.0, 0.0]);
/// # Ok::<(), gko_survey::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Adjustment {
    pub(super) projection: Projection,
    /// By direction in which the targets are uncertain: what a coordinate moves by it.
    pub(super) loads: Option<Matrix>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Projection {
    /// Post-strata: given weights count.
    Cells { cells: Arc<Crossing>, targets: usize, given: Vec<f64>, weights: Vec<f64> },
    /// Raking: rows count.
    Margins { cells: Arc<Crossing>, weights: Vec<f64> },
    /// Regression on an orthonormal basis.
    Regression(Regression),
    /// Groups of rows apart; rows in none keep their scores.
    Groups { parts: Vec<(Vec<u32>, Adjustment)>, rows: usize },
}

impl Adjustment {
    pub(super) fn cells(
        cells: Arc<Crossing>,
        targets: usize,
        given: &[f64],
        weights: &[f64],
    ) -> Self {
        let (given, weights) = (given.to_vec(), weights.to_vec());
        Self::to_known(Projection::Cells { cells, targets, given, weights })
    }

    pub(super) fn margins(cells: Arc<Crossing>, weights: &[f64]) -> Self {
        // Copied by all threads: fetching the memory is what takes time.
        let weights = cells.values(|_, row| weights[row]);
        Self::to_known(Projection::Margins { cells, weights })
    }

    pub(super) fn regression(regression: Regression) -> Self {
        Self::to_known(Projection::Regression(regression))
    }

    fn to_known(projection: Projection) -> Self {
        Self { projection, loads: None }
    }

    pub(super) fn groups(parts: Vec<(Vec<u32>, Self)>, rows: usize) -> Self {
        Self::to_known(Projection::Groups { parts, rows })
    }

    /// How many rows the calibration had.
    #[must_use]
    pub fn rows(&self) -> usize {
        match &self.projection {
            Projection::Cells { weights, .. } | Projection::Margins { weights, .. } => {
                weights.len()
            }
            Projection::Regression(regression) => regression.rows(),
            Projection::Groups { rows, .. } => *rows,
        }
    }

    /// Replaces scores by the scores of the residuals, column by column.
    ///
    /// A column has `w_i·u_i` for each row in the caller's order, with the final
    /// weights of the whole chain of calibrations, and 0 outside of a domain. Rows out
    /// of the domain come back with scores of their own: they carry what is known.
    /// Scores of another number of rows than [`Self::rows`] become NaN, so that
    /// nothing of them is taken for a variance.
    pub fn residualise(&self, scores: &mut Matrix) {
        if scores.nrows() != self.rows() {
            return scores.fill(f64::NAN);
        }
        if let Projection::Groups { parts, .. } = &self.projection {
            return parts.iter().for_each(|(rows, part)| part.residualise_rows(scores, rows));
        }
        for column in scores.as_mut_slice().chunks_exact_mut(self.rows().max(1)) {
            match &self.projection {
                Projection::Cells { cells, given, weights, .. } => {
                    means::subtract_of_cells(cells, column, given, weights);
                }
                Projection::Margins { cells, weights } => {
                    means::subtract_of_margins(cells, column, weights);
                }
                Projection::Regression(regression) => regression.subtract_fit(column),
                Projection::Groups { .. } => {}
            }
        }
    }

    /// The same for some rows, which are all that this calibration had.
    fn residualise_rows(&self, scores: &mut Matrix, rows: &[u32]) {
        let mut part = rows_of(scores, rows);
        self.residualise(&mut part);
        for (&row, values) in rows.iter().zip(part.row_iter()) {
            scores.row_mut(row as usize).copy_from(&values);
        }
    }
}

/// Some rows of scores.
pub(super) fn rows_of(scores: &Matrix, rows: &[u32]) -> Matrix {
    let entry = |row: usize, column| scores[(rows[row] as usize, column)];
    Matrix::from_fn(rows.len(), scores.ncols(), entry)
}

impl Projection {
    /// What the fit is made of: the means of the cells, or places in the basis.
    pub(super) fn coordinates(&self, scores: &[f64]) -> DVector<f64> {
        match self {
            Self::Cells { cells, targets, given, weights } => {
                means::of_categories(cells, *targets, scores, given, weights).into()
            }
            Self::Margins { .. } | Self::Groups { .. } => DVector::zeros(0),
            Self::Regression(regression) => regression.coordinates(scores),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Margin, RakeOptions, post_stratify, rake};
    use super::*;

    fn residual(adjustment: &Adjustment, scores: &[f64]) -> Vec<f64> {
        let mut scores = Matrix::from_column_slice(scores.len(), 1, scores);
        adjustment.residualise(&mut scores);
        scores.as_slice().to_vec()
    }

    /// Given weights 1 and 3 in one cell of 8: u = 4 and 0 have the mean 1, so that
    /// the scores 2·4 and 6·0 become 2·3 and 6·(-1).
    #[test]
    fn the_mean_of_a_cell_counts_the_given_weights() {
        let done = post_stratify(&[1.0, 3.0, 0.0], &[0_u8, 0, 5], &[8.0], &Default::default());
        assert_eq!(residual(&done.unwrap().adjustment, &[8.0, 0.0, 0.0]), [6.0, -6.0, 0.0]);
    }

    /// In a full crossing the residual is the interaction: u = 1, 0, 0, 0 has
    /// 1/4, -1/4, -1/4, 1/4, whatever the weights.
    #[test]
    fn raking_leaves_the_interaction() {
        let targets = [6.0, 2.0];
        let margin = |codes: &'static [u8; 4]| Margin::new("m", codes, &targets);
        let margins = [margin(&[0, 0, 1, 1]), margin(&[0, 1, 0, 1])];
        let done = rake(&[1.0; 4], &margins, &RakeOptions::default()).unwrap();
        let found = residual(&done.adjustment, &[done.weights[0], 0.0, 0.0, 0.0]);
        let expected = [0.25, -0.25, -0.25, 0.25];
        for ((found, weight), expected) in found.iter().zip(&done.weights).zip(expected) {
            assert!((found / weight - expected).abs() < 1e-15);
        }
    }

    #[test]
    fn another_number_of_rows_gives_no_number() {
        let done = post_stratify(&[1.0], &[0_u8], &[8.0], &Default::default()).unwrap();
        let mut scores = Matrix::zeros(2, 1);
        done.adjustment.residualise(&mut scores);
        assert!(done.adjustment.rows() == 1 && scores.iter().all(|score| score.is_nan()));
        done.adjustment.residualise(&mut Matrix::zeros(1, 0));
    }
}
