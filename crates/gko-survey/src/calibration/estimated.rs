//! Targets that are themselves estimates.
//!
//! # Estimator
//! Targets t from another survey, or from a register that was projected, have a
//! covariance V. The weights do not change by it. A calibrated estimate moves with the
//! targets by its regression coefficients B on the auxiliaries, so that its variance is
//! the one with known targets plus `B'·V·B`; between two estimates it is `B_1'·V·B_2`.
//! In post-strata B has the mean of each cell; for a total of an auxiliary B is 1 there
//! and 0 elsewhere, its residual is 0, and its variance is exactly that of its target.
//!
//! # Rule
//! In a chain of calibrations the weights of the last one hold its targets, whatever came
//! before. So B of the last is that of the scores as they are, B of the one before it
//! that of the residuals which the last one leaves, and so on back to the first: a target
//! that two calibrations share counts with the V of the later one.
//!
//! # Assumptions
//! The targets were estimated from another sample, independent of this one, without bias.
//! Degrees of freedom are those of this sample. Raked margins overlap, so that no B
//! belongs to them alone: give their categories to [`calibrate`](super::calibrate) with
//! the raking distance, which finds the same weights. Of standard errors alone V is the
//! diagonal of their squares, which says too much where categories add up to a total.
//!
//! # References
//! Dever, Valliant (2010) *Survey Methodology* 36, 45-56; Dever, Valliant (2016) *J. Surv.
//! Stat. Methodol.* 4, 289-318; for replicates [`crate::ReplicateTargets`].

use nalgebra::SymmetricEigen;

use super::adjustment::{Adjustment, Projection, rows_of};
use super::result::Calibrated;
use crate::Matrix;
use crate::error::Error;

/// The part of an eigenvalue of correlations that counts as nothing.
const NOTHING: f64 = 1e-12;
/// The part below 0 that rounding of a covariance explains.
const ROUNDING: f64 = 1e-6;

impl Calibrated {
    /// States the covariance of the targets, in their order; the weights stay.
    ///
    /// # Errors
    /// A covariance of another size, that is not symmetric or has a negative variance;
    /// raked margins; groups calibrated apart, of which each states its own.
    ///
    /// # Example
    /// A count of 10, with standard error 2, of rows whose mean is 3: the total is 30, and
    /// the count alone gives it a variance of `3²·2²`.
    /// ```
    /// use gko_survey::calibration::post_stratify;
    /// use gko_survey::{Columns, Design, Domain, Matrix, Survey, Total};
    ///
    /// let design = Design::builder(2).weights(&[1.0; 2]).build()?;
    /// let done = post_stratify(&[1.0; 2], &[0_u8, 0], &[10.0], &Default::default())?;
    /// let done = done.with_estimated_targets(&Matrix::from_element(1, 1, 4.0))?;
    /// let survey = Survey::new(design).calibrated(done)?;
    /// let total = Total::new(Columns::new().number("x", &[3.0, 3.0]));
    /// let total = survey.estimate(&total, &Domain::all(2))?;
    /// assert_eq!((total.values()[0], total.covariance()[(0, 0)]), (30.0, 36.0));
    /// # Ok::<(), gko_survey::Error>(())
    /// ```
    pub fn with_estimated_targets(self, covariance: &Matrix) -> Result<Self, Error> {
        let adjustment = self.adjustment.with_estimated_targets(covariance)?;
        Ok(Self { adjustment, ..self })
    }
}

impl Adjustment {
    /// The same adjustment, to targets with a covariance.
    ///
    /// # Errors
    /// As [`Calibrated::with_estimated_targets`].
    pub fn with_estimated_targets(self, covariance: &Matrix) -> Result<Self, Error> {
        let loads = match &self.projection {
            Projection::Cells { targets, .. } => root(covariance, *targets)?.transpose(),
            Projection::Margins { .. } => return Err(Error::MarginsEstimated),
            Projection::Groups { .. } => return Err(Error::GroupsEstimated),
            Projection::Regression(fit) => {
                let root = root(covariance, fit.auxiliaries)?.select_rows(&fit.names);
                let solved = fit.triangle.tr_solve_upper_triangular(&root);
                solved.unwrap_or(root).transpose()
            }
        };
        Ok(Self { loads: Some(loads), ..self })
    }

    /// Whether the targets are estimates.
    #[must_use]
    pub fn has_estimated_targets(&self) -> bool {
        match &self.projection {
            Projection::Groups { parts, .. } => {
                parts.iter().any(|(_, part)| part.has_estimated_targets())
            }
            _ => self.loads.is_some(),
        }
    }

    /// What scores owe to the uncertainty of the targets: a column for each column of
    /// scores, whose cross products are their covariances; no row where targets are known.
    ///
    /// Scores are those of [`Self::residualise`], before it; of another number of rows
    /// they give NaN.
    #[must_use]
    pub fn uncertainty(&self, scores: &Matrix) -> Matrix {
        if let Projection::Groups { parts, .. } = &self.projection {
            let is_theirs = scores.nrows() == self.rows();
            let own = |(rows, part): &(Vec<u32>, Self)| match is_theirs {
                true => part.uncertainty(&rows_of(scores, rows)),
                false => part.uncertainty(&Matrix::zeros(0, scores.ncols())),
            };
            return stacked(parts.iter().map(own), scores.ncols());
        }
        let Some(loads) = &self.loads else { return Matrix::zeros(0, scores.ncols()) };
        let mut all = Matrix::from_element(loads.nrows(), scores.ncols(), f64::NAN);
        if scores.nrows() == self.rows() {
            let columns = scores.as_slice().chunks_exact(self.rows().max(1));
            for (mut own, column) in all.column_iter_mut().zip(columns) {
                own.copy_from(&(loads * self.projection.coordinates(column)));
            }
        }
        all
    }
}

/// What scores owe to the uncertainty of the targets of a chain of calibrations.
pub(crate) fn uncertainty_of_chain(chain: &[Adjustment], scores: &Matrix) -> Matrix {
    if !chain.iter().any(Adjustment::has_estimated_targets) {
        return Matrix::zeros(0, scores.ncols());
    }
    let (mut scores, columns) = (scores.clone(), scores.ncols());
    let own = |adjustment: &Adjustment| {
        let own = adjustment.uncertainty(&scores);
        adjustment.residualise(&mut scores);
        own
    };
    stacked(chain.iter().rev().map(own), columns)
}

/// The rows of all parts.
fn stacked(parts: impl Iterator<Item = Matrix>, columns: usize) -> Matrix {
    let rows: Vec<_> = parts
        .flat_map(|part| part.row_iter().map(|row| row.into_owned()).collect::<Vec<_>>())
        .collect();
    if rows.is_empty() { Matrix::zeros(0, columns) } else { Matrix::from_rows(&rows) }
}

/// A root S of a covariance, `S·S' = V`, of as few columns as it has dimensions.
///
/// Of the eigenvalues of the correlations, so that a target of small numbers keeps its
/// digits beside one of large numbers.
pub(crate) fn root(covariance: &Matrix, targets: usize) -> Result<Matrix, Error> {
    check(covariance, targets)?;
    let errors: Vec<f64> = covariance.diagonal().iter().map(|variance| variance.sqrt()).collect();
    let part = |value: f64, by: f64| if by > 0.0 { value / by } else { 0.0 };
    let correlation = Matrix::from_fn(targets, targets, |i, j| {
        let (above, below) = (covariance[(i, j)], covariance[(j, i)]);
        part(part(f64::midpoint(above, below), errors[i]), errors[j])
    });
    let eigen = SymmetricEigen::new(correlation);
    let values = &eigen.eigenvalues;
    if values.iter().any(|&value| value < -ROUNDING) {
        return Err(invalid("no combination of targets with a negative variance", covariance));
    }
    let mut kept: Vec<usize> = (0..targets).filter(|&at| values[at] > NOTHING).collect();
    kept.sort_by(|&one, &two| values[two].total_cmp(&values[one]));
    let entry = |i: usize, at: usize| errors[i] * eigen.eigenvectors[(i, at)] * values[at].sqrt();
    Ok(Matrix::from_fn(targets, kept.len(), |i, column| entry(i, kept[column])))
}

fn check(covariance: &Matrix, targets: usize) -> Result<(), Error> {
    if covariance.shape() != (targets, targets) {
        return Err(invalid("a row and a column for each target", covariance));
    }
    let variances = covariance.diagonal();
    if covariance.iter().any(|one| !one.is_finite()) || variances.iter().any(|&one| one < 0.0) {
        return Err(invalid("finite numbers, variances of at least 0", covariance));
    }
    let fits = |i: usize, j: usize| {
        let size = (variances[i] * variances[j]).sqrt();
        let (one, two) = (covariance[(i, j)], covariance[(j, i)]);
        (one - two).abs() <= ROUNDING * size && one.abs() <= (1.0 + ROUNDING) * size
    };
    if (0..targets).any(|i| (0..i).any(|j| !fits(i, j))) {
        return Err(invalid("symmetry, and correlations from -1 to 1", covariance));
    }
    Ok(())
}

fn invalid(expected: &'static str, covariance: &Matrix) -> Error {
    let (rows, columns) = covariance.shape();
    Error::InvalidTargetCovariance { expected, rows, columns }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_gives_the_covariance_back() {
        // Three categories of 100 in all: shares of a multinomial, of rank 2.
        let p = [0.2, 0.3, 0.5];
        let v = Matrix::from_fn(3, 3, |i, j| 1e8 * (if i == j { p[i] } else { 0.0 } - p[i] * p[j]));
        let found = root(&v, 3).unwrap();
        assert_eq!(found.ncols(), 2);
        assert!((&found * found.transpose() - &v).amax() < 1e-12 * v.amax());
        assert_eq!(root(&Matrix::zeros(2, 2), 2).unwrap().ncols(), 0);
    }

    /// Beside a variance of 1e24 one of 1e-6 is kept.
    #[test]
    fn small_variances_are_kept() {
        let v = Matrix::from_diagonal(&vec![1e24, 0.0, 1e-6].into());
        let found = root(&v, 3).unwrap();
        let again = &found * found.transpose();
        assert!((again[(2, 2)] - 1e-6).abs() < 1e-18 && again[(1, 1)] == 0.0);
    }

    #[test]
    fn what_is_no_covariance_is_refused() {
        let code = |numbers: [f64; 4]| {
            root(&Matrix::from_row_slice(2, 2, &numbers), 2).unwrap_err().code()
        };
        for numbers in [
            [1.0, 0.5, 0.4, 1.0],
            [1.0, 2.0, 2.0, 1.0],
            [-1.0, 0.0, 0.0, 1.0],
            [1.0, f64::NAN, f64::NAN, 1.0],
            [0.0, 1.0, 1.0, 1.0],
        ] {
            assert_eq!(code(numbers), "GKO-S147", "{numbers:?}");
        }
        assert!(root(&Matrix::identity(2, 2), 3).is_err());
        // Each pair may be, the three cannot.
        let three = [1.0, 0.9, -0.9, 0.9, 1.0, 0.9, -0.9, 0.9, 1.0];
        assert!(root(&Matrix::from_row_slice(3, 3, &three), 3).is_err());
    }
}
