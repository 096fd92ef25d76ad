//! An orthonormal basis of what is known, and which columns depend on others.
//!
//! # Rule
//! Householder QR of the columns, whose error is relative to each column's own
//! length: neither the scale of an auxiliary nor a large mean in it loses another
//! one's digits. A column depends on those before it if no more than 1e-12 of its
//! length stands outside of their span.
//!
//! # References
//! Higham (2002) *Accuracy and Stability of Numerical Algorithms*, sec. 19.3.

use crate::Matrix;

/// The part of a column outside of the span of others that counts as nothing.
const NOTHING: f64 = 1e-12;

/// The upper triangle of the columns' QR, or the first column that depends on others.
pub(super) fn triangle(columns: &Matrix) -> Result<Matrix, usize> {
    let triangle = columns.clone().qr().r();
    match dependent(columns, &triangle) {
        Some(column) => Err(column),
        None => Ok(triangle),
    }
}

/// An orthonormal basis of the columns' span.
pub(super) fn orthonormal(mut columns: Matrix) -> Matrix {
    loop {
        let qr = columns.clone().qr();
        match dependent(&columns, &qr.r()) {
            Some(column) => columns = columns.remove_column(column),
            None => return qr.q(),
        }
    }
}

fn dependent(columns: &Matrix, triangle: &Matrix) -> Option<usize> {
    let rows = triangle.nrows();
    let outside = |j: usize| if j < rows { triangle[(j, j)].abs() } else { 0.0 };
    (0..columns.ncols()).find(|&j| outside(j) <= NOTHING * columns.column(j).norm())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_dependent_column_is_named() {
        // The third is the sum of the first two.
        let columns = Matrix::from_row_slice(3, 3, &[1., 0., 1., 1., 2., 3., 1., 5., 6.]);
        assert_eq!(triangle(&columns), Err(2));
        assert_eq!(orthonormal(columns).ncols(), 2);
    }

    #[test]
    fn more_columns_than_rows_depend() {
        assert_eq!(triangle(&Matrix::from_row_slice(1, 2, &[1.0, 2.0])), Err(1));
        assert_eq!(triangle(&Matrix::from_row_slice(2, 1, &[0.0, 0.0])), Err(0));
        assert_eq!(orthonormal(Matrix::zeros(3, 2)).shape(), (3, 0));
    }

    #[test]
    fn a_large_mean_does_not_hide_a_column() {
        let column = |i: usize| [1.0, 1e9 + [0.0, 1.0, 3.0, 7.0][i]];
        let columns = Matrix::from_fn(4, 2, |i, j| column(i)[j]);
        assert!(triangle(&columns).is_ok());
    }
}
