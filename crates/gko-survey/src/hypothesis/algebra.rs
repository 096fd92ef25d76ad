//! Cholesky factors that say where a matrix has no inverse.
//!
//! # Rule
//! Rows and columns are scaled to a diagonal of 1; a pivot of less than 1e-12 then
//! means that the row is determined by those before it, whatever the units.

use crate::Matrix;

/// A scaled pivot below this counts as 0.
const NO_PIVOT: f64 = 1e-12;

/// Lower factor L of a covariance, `V = LL'`; else the first row without a pivot.
pub(crate) fn cholesky(matrix: &Matrix) -> Result<Matrix, usize> {
    let size = matrix.nrows();
    let mut lower = Matrix::zeros(size, size);
    for row in 0..size {
        for column in 0..=row {
            let done: f64 = (0..column).map(|k| lower[(row, k)] * lower[(column, k)]).sum();
            let left = matrix[(row, column)] - done;
            if row > column {
                lower[(row, column)] = left / lower[(column, column)];
            } else if left > NO_PIVOT * matrix[(row, row)] {
                lower[(row, row)] = left.sqrt();
            } else {
                return Err(row);
            }
        }
    }
    Ok(lower)
}

/// `y' V⁻¹ y`; else the first row of V without a pivot.
pub(crate) fn quadratic_form(y: &[f64], covariance: &Matrix) -> Result<f64, usize> {
    let lower = cholesky(covariance)?;
    let y = nalgebra::DVector::from_row_slice(y);
    let solved = lower.solve_lower_triangular(&y).ok_or(y.len() - 1)?;
    Ok(solved.norm_squared())
}

/// Eigenvalues of `A⁻¹B`, A positive definite and B symmetric, the largest first.
pub(crate) fn relative_eigenvalues(a: &Matrix, b: &Matrix) -> Result<Vec<f64>, usize> {
    let lower = cholesky(a)?;
    let last = a.nrows().saturating_sub(1);
    let half = lower.solve_lower_triangular(b).ok_or(last)?;
    let both = lower.solve_lower_triangular(&half.transpose()).ok_or(last)?;
    Ok(eigenvalues(&both))
}

/// Eigenvalues of a matrix that is symmetric but for rounding, the largest first.
pub(crate) fn eigenvalues(matrix: &Matrix) -> Vec<f64> {
    let symmetric = (matrix + matrix.transpose()) * 0.5;
    let mut values: Vec<f64> = symmetric.symmetric_eigenvalues().iter().copied().collect();
    values.sort_by(|one, two| two.total_cmp(one));
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_that_others_determine_is_named() {
        let v = Matrix::from_row_slice(3, 3, &[1.0, 0.0, 1e3, 0.0, 4.0, 2e3, 1e3, 2e3, 2e6]);
        assert_eq!(cholesky(&v), Err(2));
        assert_eq!(cholesky(&Matrix::zeros(2, 2)), Err(0));
    }

    #[test]
    fn a_quadratic_form_of_two() {
        let v = Matrix::from_row_slice(2, 2, &[2.0, 1.0, 1.0, 2.0]);
        // V⁻¹ = [2, -1; -1, 2] / 3, so (1, 3) gives (2 - 6 + 18) / 3.
        assert!((quadratic_form(&[1.0, 3.0], &v).unwrap() - 14.0 / 3.0).abs() < 1e-14);
    }

    #[test]
    fn relative_eigenvalues_of_diagonal_matrices_are_ratios() {
        let a = Matrix::from_diagonal(&nalgebra::DVector::from_vec(vec![2.0, 4.0]));
        let b = Matrix::from_diagonal(&nalgebra::DVector::from_vec(vec![2.0, 12.0]));
        let values = relative_eigenvalues(&a, &b).unwrap();
        assert!((values[0] - 3.0).abs() < 1e-14 && (values[1] - 1.0).abs() < 1e-14);
    }
}
