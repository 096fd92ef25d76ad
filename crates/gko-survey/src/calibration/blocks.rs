//! Blocks of rows: the same ones for any number of threads.
//!
//! # Rule
//! The number of rows alone says where a block ends. Blocks run in parallel, each from
//! its first row to its last, and their results come back in the order of the rows: who
//! merges them in that order gets the same bits from one thread as from many. A block
//! is worked on in tiles of [`TILE`] rows, whose columns stay in the fastest memory.

use std::ops::Range;

use rayon::prelude::*;

/// Rows that are worked on at a time.
pub(super) const TILE: usize = 256;
/// A block has at least so many tiles, so that few rows make one block.
const LEAST: usize = 16;
/// At most so many blocks: each hands back a matrix of all auxiliaries.
const MOST: usize = 64;

/// Rows in a block, of so many in all.
pub(super) fn length(rows: usize) -> usize {
    rows.div_ceil(MOST).next_multiple_of(TILE).max(LEAST * TILE)
}

/// One result for each block, in their order.
pub(super) fn each<T: Send>(rows: usize, one: impl Fn(Range<usize>) -> T + Sync) -> Vec<T> {
    let length = length(rows);
    let range = |block: usize| block * length..((block + 1) * length).min(rows);
    match rows.div_ceil(length) {
        0 | 1 => vec![one(0..rows)],
        blocks => (0..blocks).into_par_iter().map(|block| one(range(block))).collect(),
    }
}

/// One result for each block, which writes its own rows of a column.
pub(super) fn each_of<T: Send>(
    column: &mut [f64],
    one: impl Fn(Range<usize>, &mut [f64]) -> T + Sync,
) -> Vec<T> {
    let length = length(column.len());
    let at =
        |(block, rows): (usize, &mut [f64])| one(block * length..block * length + rows.len(), rows);
    if column.len() <= length {
        return vec![at((0, column))];
    }
    column.par_chunks_mut(length).enumerate().map(at).collect()
}

/// The tiles of a block.
pub(super) fn tiles(block: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let end = block.end;
    block.step_by(TILE).map(move |start| start..(start + TILE).min(end))
}

/// The sum of products, in eight sums side by side.
pub(super) fn dot(one: &[f64], two: &[f64]) -> f64 {
    let mut lanes = [0.0; 8];
    let ((one, one_rest), (two, two_rest)) = (one.as_chunks::<8>(), two.as_chunks::<8>());
    for (one, two) in one.iter().zip(two) {
        for lane in 0..8 {
            lanes[lane] += one[lane] * two[lane];
        }
    }
    let rest: f64 = one_rest.iter().zip(two_rest).map(|(one, two)| one * two).sum();
    lanes.iter().sum::<f64>() + rest
}

/// Adds a multiple of one column to another.
pub(super) fn add_multiple(to: &mut [f64], multiple: f64, column: &[f64]) {
    to.iter_mut().zip(column).for_each(|(to, one)| *to += multiple * one);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_and_tiles_cover_every_row_once() {
        for rows in [0, 1, 255, 256, 4096, 4097, 300_001, 1_000_000] {
            let covered = each(rows, |block| tiles(block).flatten().collect::<Vec<_>>()).concat();
            assert!(covered.iter().copied().eq(0..rows), "{rows}");
            let mut column = vec![0.0; rows];
            let blocks = each_of(&mut column, |block, own| {
                own.iter_mut().zip(block).for_each(|(own, row)| *own = row as f64);
            });
            assert!(column.iter().enumerate().all(|(row, own)| *own == row as f64), "{rows}");
            assert!(blocks.len() <= MOST);
        }
    }

    #[test]
    fn products_are_summed_to_the_last_row() {
        let one: Vec<f64> = (1_u8..=19).map(f64::from).collect();
        // The sum of squares up to n is n(n + 1)(2n + 1)/6.
        assert_eq!(dot(&one, &one), 19.0 * 20.0 * 39.0 / 6.0);
        assert_eq!(dot(&[], &[]), 0.0);
    }
}
