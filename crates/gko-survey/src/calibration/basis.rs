//! The triangle of what is known, and which columns depend on others.
//!
//! # Rule
//! Householder QR, whose error is relative to each column's own length: neither the
//! scale of an auxiliary nor a large mean in it loses another one's digits. Each tile of
//! rows is reflected into the triangle of those before it, each block's triangle into
//! that of the blocks before it (a QR of many rows in parallel, TSQR), so that the rows
//! are read once. A column depends on those before it if no more than 1e-12 of its
//! length stands outside of their span.
//!
//! # References
//! Higham (2002) *Accuracy and Stability of Numerical Algorithms*, sec. 19.3; Demmel,
//! Grigori, Hoemmen, Langou (2012) *SIAM J. Sci. Comput.* 34, A206-A239.

use std::ops::Range;

use rayon::prelude::*;

use super::blocks::{self, TILE, add_multiple, dot};
use crate::Matrix;

/// The part of a column outside of the span of others that counts as nothing.
const NOTHING: f64 = 1e-12;
/// The part above which an inverse triangle leaves nothing but the last digits.
const PLAIN: f64 = 1e-2;

/// The upper triangle of the columns' QR, each row times a root of its own.
pub(super) fn triangle(x: &Matrix, root: impl Fn(usize) -> f64 + Sync) -> Matrix {
    joined(blocks::each(x.nrows(), |block| triangle_of_block(x, block, &root)))
}

fn triangle_of_block(x: &Matrix, block: Range<usize>, root: impl Fn(usize) -> f64) -> Matrix {
    let mut all = Matrix::zeros(x.ncols(), x.ncols());
    let mut tile = vec![0.0; TILE * x.ncols()];
    for rows in blocks::tiles(block) {
        let part = &mut tile[..rows.len() * x.ncols()];
        weigh(x, &rows, &root, part);
        reflect(&mut all, part, rows.len());
    }
    all
}

/// The triangle of all rows from those of parts of them.
pub(super) fn joined(triangles: Vec<Matrix>) -> Matrix {
    let join = |mut all: Matrix, mut one: Matrix| {
        let rows = one.nrows();
        reflect(&mut all, one.as_mut_slice(), rows);
        all
    };
    triangles.into_iter().reduce(join).unwrap_or_else(|| Matrix::zeros(0, 0))
}

/// Copies rows of the columns, each row times its root.
fn weigh(x: &Matrix, rows: &Range<usize>, root: impl Fn(usize) -> f64, tile: &mut [f64]) {
    let mut roots = [0.0; TILE];
    roots.iter_mut().zip(rows.clone()).for_each(|(one, row)| *one = root(row));
    for (column, own) in tile.chunks_exact_mut(rows.len()).enumerate() {
        let values = own.iter_mut().zip(part_of(x, column, rows)).zip(&roots);
        values.for_each(|((own, x), root)| *own = root * x);
    }
}

/// Rows of one column.
pub(super) fn part_of<'a>(x: &'a Matrix, column: usize, rows: &Range<usize>) -> &'a [f64] {
    let start = column * x.nrows();
    &x.as_slice()[start + rows.start..start + rows.end]
}

/// Makes the triangle that of its own rows and of the tile's, whose columns are spent.
pub(super) fn reflect(triangle: &mut Matrix, tile: &mut [f64], rows: usize) {
    for j in 0..triangle.ncols() {
        let (before, after) = tile.split_at_mut((j + 1) * rows);
        let below = &before[j * rows..];
        let square = dot(below, below);
        if square == 0.0 {
            continue;
        }
        let top = triangle[(j, j)];
        let length = top.hypot(square.sqrt()).copysign(top);
        let head = top + length;
        triangle[(j, j)] = -length;
        for (k, column) in (j + 1..).zip(after.chunks_exact_mut(rows)) {
            let along = head * triangle[(j, k)] + dot(below, column);
            let part = 2.0 * along / (head * head + square);
            triangle[(j, k)] -= part * head;
            add_multiple(column, -part, below);
        }
    }
}

/// The first column that depends on those before it.
pub(super) fn dependent(triangle: &Matrix) -> Option<usize> {
    (0..triangle.ncols()).find(|&j| triangle[(j, j)].abs() <= NOTHING * triangle.column(j).norm())
}

/// The least part of a column that stands outside of the span of those before it.
fn outside(triangle: &Matrix) -> f64 {
    let part = |j: usize| triangle[(j, j)].abs() / triangle.column(j).norm();
    (0..triangle.ncols()).map(part).fold(1.0, f64::min)
}

/// Replaces each row of a tile by the one whose product with the triangle it is.
pub(super) fn whiten(triangle: &Matrix, tile: &mut [f64], rows: usize) {
    for j in 0..triangle.ncols() {
        let (solved, rest) = tile.split_at_mut(j * rows);
        let column = &mut rest[..rows];
        for (k, solved) in solved.chunks_exact(rows.max(1)).enumerate() {
            add_multiple(column, -triangle[(k, j)], solved);
        }
        let inverse = 1.0 / triangle[(j, j)];
        column.iter_mut().for_each(|one| *one *= inverse);
    }
}

/// The rows `x·triangle⁻¹` by block, each row of x times its root.
fn whitened(x: &Matrix, triangle: &Matrix, root: impl Fn(usize) -> f64 + Sync) -> Vec<Matrix> {
    blocks::each(x.nrows(), |block| {
        let mut all = Matrix::zeros(block.len(), x.ncols());
        let mut tile = vec![0.0; TILE * x.ncols()];
        for rows in blocks::tiles(block.clone()) {
            let part = &mut tile[..rows.len() * x.ncols()];
            weigh(x, &rows, &root, part);
            whiten(triangle, part, rows.len());
            let own = Matrix::from_column_slice(rows.len(), x.ncols(), part);
            all.rows_mut(rows.start - block.start, rows.len()).copy_from(&own);
        }
        all
    })
}

/// An orthonormal basis by block, and the triangle that leads from it to the columns.
///
/// `triangle` is that of the columns, each row times its root, over the rows of `more`
/// (times no root), which count as rows of the basis and are not handed back. What an
/// inverse triangle leaves of angles between columns that nearly depend on each other, a
/// second one takes.
pub(super) fn orthonormal(
    x: &Matrix,
    triangle: &Matrix,
    more: &Matrix,
    root: impl Fn(usize) -> f64 + Sync,
) -> (Vec<Matrix>, Matrix) {
    let mut basis = whitened(x, triangle, root);
    if outside(triangle) > PLAIN {
        return (basis, triangle.clone());
    }
    let of_block = |block: &Matrix| triangle_of_block(block, 0..block.nrows(), |_| 1.0);
    let mut triangles: Vec<Matrix> = basis.par_iter().map(of_block).collect();
    let mut more = more.clone();
    let rows = more.nrows();
    whiten(triangle, more.as_mut_slice(), rows);
    triangles.push(more);
    let second = joined(triangles);
    basis.par_iter_mut().for_each(|block| {
        let rows = block.nrows();
        whiten(&second, block.as_mut_slice(), rows);
    });
    (basis, second * triangle)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(columns: &Matrix) -> Matrix {
        triangle(columns, |_| 1.0)
    }

    #[test]
    fn the_first_dependent_column_is_named() {
        // The third is the sum of the first two.
        let columns = Matrix::from_row_slice(3, 3, &[1., 0., 1., 1., 2., 3., 1., 5., 6.]);
        assert_eq!(dependent(&plain(&columns)), Some(2));
        assert_eq!(dependent(&plain(&columns.columns(0, 2).into_owned())), None);
    }

    #[test]
    fn more_columns_than_rows_depend() {
        assert_eq!(dependent(&plain(&Matrix::from_row_slice(1, 2, &[1.0, 2.0]))), Some(1));
        assert_eq!(dependent(&plain(&Matrix::from_row_slice(2, 1, &[0.0, 0.0]))), Some(0));
        assert_eq!(dependent(&plain(&Matrix::zeros(0, 1))), Some(0));
    }

    #[test]
    fn a_large_mean_does_not_hide_a_column() {
        let column = |i: usize| [1.0, 1e9 + [0.0, 1.0, 3.0, 7.0][i]];
        let columns = Matrix::from_fn(4, 2, |i, j| column(i)[j]);
        assert_eq!(dependent(&plain(&columns)), None);
    }

    /// Against nalgebra's QR of the whole: the same but for the signs of its rows.
    #[test]
    fn the_triangle_of_many_blocks_is_that_of_the_whole() {
        let value = |i: usize, j: usize| ((i * 37 + j * 101) % 257) as f64 + (i * j % 11) as f64;
        let columns = Matrix::from_fn(9000, 4, |i, j| value(i, j) * [1.0, 1e3, 1e6, 1e9][j]);
        let (own, whole) = (plain(&columns), columns.clone().qr().r());
        for (own, whole) in own.iter().zip(whole.iter()) {
            assert!((own.abs() - whole.abs()).abs() <= 1e-12 * whole.abs().max(1e-3));
        }
    }

    #[test]
    fn the_basis_is_orthonormal_and_spans_the_columns() {
        let columns = Matrix::from_fn(5000, 2, |i, j| [1.0, 1e8 + (i * 37 % 257) as f64][j]);
        let none = Matrix::zeros(0, 2);
        let (basis, leads) = orthonormal(&columns, &plain(&columns), &none, |_| 1.0);
        let mut all = Matrix::zeros(5000, 2);
        let mut at = 0;
        for block in &basis {
            all.rows_mut(at, block.nrows()).copy_from(block);
            at += block.nrows();
        }
        assert!((all.tr_mul(&all) - Matrix::identity(2, 2)).amax() < 1e-13);
        assert!((&all * leads - &columns).amax() < 1e-6);
    }
}
