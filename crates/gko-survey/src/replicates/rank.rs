//! The rank of replicate weights, which gives their degrees of freedom.
//!
//! # Rule
//! Columns are taken in order; one whose part orthogonal to those kept before is
//! shorter than 1e-5 of itself is left out; the rank is the number of those kept.
//! With A the weights, the squared length of that part is a pivot of the Cholesky
//! factor of A'A. Rows that share their multipliers enter A'A as one row of weight
//! `sqrt(sum of w²)`, so a design has as many rows here as it has sampling units.
//!
//! # Assumptions
//! Pivots of A'A carry rounding errors of about 1e-8 of a column's length, far
//! below 1e-5.
//!
//! # References
//! R 4 `qr(tol = 1e-5)` (LINPACK `dqrdc2`), as R survey 4.5 `degf.svyrep.design`
//! calls it.

use rayon::prelude::*;

use crate::Matrix;

/// Part of its length that a column must have beside those before it.
const TOLERANCE: f64 = 1e-5;

/// Rank of a matrix of weights.
pub(super) fn rank(weights: &Matrix) -> usize {
    let mut gram = gram(weights);
    let lengths: Vec<f64> = gram.diagonal().iter().copied().collect();
    let mut kept: Vec<usize> = Vec::new();
    for column in 0..gram.ncols() {
        if kept.len() == weights.nrows() {
            break;
        }
        let left = eliminate(&mut gram, &kept, column);
        if left > TOLERANCE * TOLERANCE * lengths[column] {
            gram[(column, column)] = left.sqrt();
            kept.push(column);
        }
    }
    kept.len()
}

/// A'A on and below the diagonal, block by block of rows that fit a cache.
fn gram(weights: &Matrix) -> Matrix {
    const BLOCK: usize = 512;
    let mut gram = Matrix::zeros(weights.ncols(), weights.ncols());
    for start in (0..weights.nrows()).step_by(BLOCK) {
        let block = weights.rows(start, BLOCK.min(weights.nrows() - start));
        let products = |one: usize| -> Vec<f64> {
            (0..=one).map(|two| block.column(one).dot(&block.column(two))).collect()
        };
        let all: Vec<Vec<f64>> = (0..weights.ncols()).into_par_iter().map(products).collect();
        for (row, products) in all.into_iter().enumerate() {
            products.into_iter().enumerate().for_each(|(at, one)| gram[(row, at)] += one);
        }
    }
    gram
}

/// Writes the column's coefficients on those kept, below the diagonal, and gives
/// the square of what is left of its length.
fn eliminate(gram: &mut Matrix, kept: &[usize], column: usize) -> f64 {
    let mut left = gram[(column, column)];
    for (at, &pivot) in kept.iter().enumerate() {
        let before = kept[..at].iter();
        let known: f64 = before.map(|&k| gram[(column, k)] * gram[(pivot, k)]).sum();
        let coefficient = (gram[(column, pivot)] - known) / gram[(pivot, pivot)];
        gram[(column, pivot)] = coefficient;
        left -= coefficient * coefficient;
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;

    /// R: `qr(cbind(c(1,1,1), c(2,2,2), c(1,2,3), c(3,4,5)), tol = 1e-5)$rank` is 2.
    #[test]
    fn dependent_columns_do_not_count() {
        let columns = [1.0, 1.0, 1.0, 2.0, 2.0, 2.0, 1.0, 2.0, 3.0, 3.0, 4.0, 5.0];
        assert_eq!(rank(&Matrix::from_column_slice(3, 4, &columns)), 2);
    }

    /// R: `qr(cbind(c(1,0), c(1,1e-4)), tol = 1e-5)$rank` is 2, and 1 with 1e-6.
    #[test]
    fn a_column_counts_from_a_hundred_thousandth_of_its_length() {
        assert_eq!(rank(&Matrix::from_column_slice(2, 2, &[1.0, 0.0, 1.0, 1e-4])), 2);
        assert_eq!(rank(&Matrix::from_column_slice(2, 2, &[1.0, 0.0, 1.0, 1e-6])), 1);
    }

    #[test]
    fn nothing_has_no_rank() {
        assert_eq!(rank(&Matrix::zeros(3, 2)), 0);
        assert_eq!(rank(&Matrix::zeros(0, 2)), 0);
    }
}
