//! Weighted least squares: the step of every iteration, and the rank of its matrix.
//!
//! # Rule
//! `b = argmin sum of w_i (z_i - x_i b)²` by Householder QR of `sqrt(w) X = QR`;
//! `(X'WX)^-1 = R^-1 R^-T`. A column is aliased if, after taking out what the
//! earlier independent columns hold of it, less than 1e-10 of its length is left.
//!
//! # References
//! Golub and Van Loan (2013), Matrix Computations, sections 5.2 and 5.3.

use nalgebra::{DVector, QR};

use super::error::ModelError;
use crate::Matrix;

/// What is left of a column that counts as independent, against its length.
const INDEPENDENT: f64 = 1e-10;

/// The answer of one weighted least squares problem.
pub(super) struct Least {
    /// The coefficients.
    pub solution: Vec<f64>,
    /// The inverse of X'WX.
    pub inverse: Matrix,
}

/// Solves for the target by weighted least squares; `None` if the weighted
/// matrix has lost its rank.
pub(super) fn least_squares(x: &Matrix, weights: &[f64], target: &[f64]) -> Option<Least> {
    let roots = DVector::from_iterator(weights.len(), weights.iter().map(|w| w.sqrt()));
    let mut scaled = x.clone();
    scaled.column_iter_mut().for_each(|mut column| column.component_mul_assign(&roots));
    let mut right = DVector::from_column_slice(target).component_mul(&roots);
    let qr = QR::new(scaled);
    qr.q_tr_mul(&mut right);
    let r = qr.r();
    let solution = r.solve_upper_triangular(&right.rows(0, x.ncols()))?;
    let inverse = r.solve_upper_triangular(&Matrix::identity(x.ncols(), x.ncols()))?;
    let solution: Vec<f64> = solution.iter().copied().collect();
    let finite = solution.iter().all(|value| value.is_finite());
    finite.then(|| Least { solution, inverse: &inverse * inverse.transpose() })
}

/// Refuses a matrix whose columns determine one another.
pub(super) fn check_rank(x: &Matrix, names: &[String]) -> Result<(), ModelError> {
    let aliased = dependent(x);
    if aliased.is_empty() {
        let (rows, columns) = (x.nrows(), x.ncols());
        return if rows >= columns {
            Ok(())
        } else {
            Err(ModelError::TooFewRows { rows, columns })
        };
    }
    let name = |at: usize| names.get(at).cloned().unwrap_or_default();
    Err(ModelError::Aliased { columns: aliased.into_iter().map(name).collect() })
}

/// The columns that earlier independent columns determine.
pub(super) fn dependent(x: &Matrix) -> Vec<usize> {
    let mut basis: Vec<DVector<f64>> = Vec::new();
    let mut found = Vec::new();
    for (at, column) in x.column_iter().enumerate() {
        let mut rest = column.clone_owned();
        let length = rest.norm();
        // Twice is enough: the second pass takes out what rounding left.
        for one in basis.iter().chain(&basis) {
            let share = one.dot(&rest);
            rest.axpy(-share, one, 1.0);
        }
        let left = rest.norm();
        if left > INDEPENDENT * length {
            basis.push(rest / left);
        } else {
            found.push(at);
        }
    }
    found
}

/// X b.
pub(super) fn times(x: &Matrix, b: &[f64]) -> Vec<f64> {
    (x * DVector::from_column_slice(b)).iter().copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weighted_line_is_found_with_its_inverse() {
        // Weights 1, 2, 1 at x = 0, 1, 2: X'WX = [[4, 4], [4, 6]].
        let x = Matrix::from_row_slice(3, 2, &[1.0, 0.0, 1.0, 1.0, 1.0, 2.0]);
        let least = least_squares(&x, &[1.0, 2.0, 1.0], &[1.0, 3.0, 5.0]).unwrap();
        assert!((least.solution[0] - 1.0).abs() < 1e-14);
        assert!((least.solution[1] - 2.0).abs() < 1e-14);
        let expected = Matrix::from_row_slice(2, 2, &[0.75, -0.5, -0.5, 0.5]);
        assert!((least.inverse - expected).norm() < 1e-14);
    }

    #[test]
    fn only_the_later_of_two_equal_columns_is_aliased() {
        let x = Matrix::from_row_slice(3, 3, &[1.0, 2.0, 0.0, 1.0, 2.0, 1.0, 1.0, 2.0, 5.0]);
        assert_eq!(dependent(&x), [1]);
        let names = ["a", "b", "c"].map(str::to_owned);
        let refused = check_rank(&x, &names).unwrap_err();
        assert_eq!(refused, ModelError::Aliased { columns: vec!["b".to_owned()] });
    }

    #[test]
    fn fewer_rows_than_columns_alias_the_last() {
        let x = Matrix::from_row_slice(1, 2, &[1.0, 2.0]);
        assert_eq!(dependent(&x), [1]);
    }
}
