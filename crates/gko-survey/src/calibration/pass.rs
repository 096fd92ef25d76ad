//! One pass over the units: all that a Newton step asks of them.
//!
//! # Estimator
//! At a position p: the form `u = z'p / v` of each unit, its factor F(u); by column the
//! total `sum of D·F·x` less its target, the size `sum of |D·F·x|`; and the curvature
//! `sum of D·F'(u) / v · z·z'`. D and v are the units' weights and variances, x their
//! auxiliaries, `z = R⁻ᵀx` the same ones whitened by the triangle R, F the link.
//!
//! # Rule
//! The auxiliaries are read once, in tiles of rows that are whitened on the way: nothing
//! of their size is kept. Totals are compensated sums, so that the gap to a target is
//! known to the last digits. Blocks run in parallel and are merged in the order of the
//! rows ([`blocks`]).
//!
//! # References
//! Knuth (1997) *The Art of Computer Programming* 2, sec. 4.2.2, theorem B, for the part
//! that an addition lost.

use std::ops::Range;

use nalgebra::DVector;

use super::basis::{part_of, whiten};
use super::blocks::{self, TILE, add_multiple, dot};
use super::distance::Link;
use super::sums::Sum;
use super::units::Units;
use crate::Matrix;

/// What every pass reads.
pub(super) struct Pass<'a> {
    pub(super) units: &'a Units<'a>,
    pub(super) link: Link,
    pub(super) triangle: &'a Matrix,
    /// The weights begin as this times the given ones.
    pub(super) level: f64,
}

/// What a pass found.
pub(super) struct Found {
    /// By column the target less the total.
    pub(super) missed: Vec<f64>,
    /// By column the sum of what the total is made of, without signs.
    pub(super) size: Vec<f64>,
    pub(super) curvature: Matrix,
    /// The largest move of a factor from where it was.
    pub(super) moved: f64,
}

/// The sums of one block.
struct Part {
    totals: Vec<Lanes>,
    size: Vec<f64>,
    curvature: Matrix,
    moved: f64,
}

/// Columns of one tile: `z` and `one` of them, then what belongs to each unit.
struct Tile {
    z: Vec<f64>,
    scaled: Vec<f64>,
    form: Vec<f64>,
    weight: Vec<f64>,
    bend: Vec<f64>,
}

impl Pass<'_> {
    /// Factors at a position take the place of those before it.
    pub(super) fn run(
        &self,
        position: &DVector<f64>,
        targets: &[f64],
        factors: &mut [f64],
        before: &[f64],
    ) -> Found {
        let parts = blocks::each_of(factors, |block, own| {
            self.block(position, block.clone(), own, &before[block])
        });
        merged(&parts, targets)
    }

    fn block(
        &self,
        position: &DVector<f64>,
        block: Range<usize>,
        factors: &mut [f64],
        before: &[f64],
    ) -> Part {
        let columns = self.units.x.ncols();
        let (totals, size) = (vec![Lanes::default(); columns], vec![0.0; columns]);
        let mut part =
            Part { totals, size, curvature: Matrix::zeros(columns, columns), moved: 0.0 };
        let mut tile = Tile::new(columns);
        for rows in blocks::tiles(block.clone()) {
            let own = rows.start - block.start..rows.end - block.start;
            self.whiten(&mut tile, &rows);
            tile.form(position, rows.len());
            self.weigh(&mut tile, &rows, &mut factors[own.clone()]);
            part.moved = farthest(part.moved, &factors[own.clone()], &before[own]);
            self.add_totals(&mut part, &tile, &rows);
            tile.add_curvature(&mut part.curvature, rows.len());
        }
        part
    }

    fn whiten(&self, tile: &mut Tile, rows: &Range<usize>) {
        let z = &mut tile.z[..rows.len() * self.units.x.ncols()];
        for (column, own) in z.chunks_exact_mut(rows.len()).enumerate() {
            own.copy_from_slice(part_of(&self.units.x, column, rows));
        }
        whiten(self.triangle, z, rows.len());
    }

    /// Factors, weights, and what the curvature counts each unit with.
    fn weigh(&self, tile: &mut Tile, rows: &Range<usize>, factors: &mut [f64]) {
        let given = &self.units.weight[rows.clone()];
        let variance = &self.units.variance[rows.clone()];
        for (at, factor) in factors.iter_mut().enumerate() {
            let (weight, slope) = (self.level * given[at], tile.form[at] / variance[at]);
            let (own, slope) = self.link.factor_and_slope(slope);
            *factor = own;
            tile.weight[at] = weight * own;
            tile.bend[at] = weight * slope / variance[at];
        }
    }

    fn add_totals(&self, part: &mut Part, tile: &Tile, rows: &Range<usize>) {
        let weight = &tile.weight[..rows.len()];
        for column in 0..self.units.x.ncols() {
            let x = part_of(&self.units.x, column, rows);
            part.size[column] += part.totals[column].add_products(weight, x);
        }
    }

    /// The largest `|z'p - v| / v` of a unit.
    pub(super) fn farthest_from_variance(&self, position: &DVector<f64>) -> f64 {
        let parts = blocks::each(self.units.count(), |block| {
            let mut tile = Tile::new(self.units.x.ncols());
            let mut most = 0.0;
            for rows in blocks::tiles(block) {
                self.whiten(&mut tile, &rows);
                tile.form(position, rows.len());
                let variance = &self.units.variance[rows];
                tile.form.iter_mut().zip(variance).for_each(|(form, v)| *form /= v);
                most = farthest(most, &tile.form[..variance.len()], &[1.0; TILE]);
            }
            most
        });
        parts.into_iter().fold(0.0, larger)
    }
}

impl Tile {
    fn new(columns: usize) -> Self {
        let column = || vec![0.0; TILE];
        let z = vec![0.0; TILE * columns];
        Self { z, scaled: column(), form: column(), weight: column(), bend: column() }
    }

    /// `z'p` of each unit.
    fn form(&mut self, position: &DVector<f64>, rows: usize) {
        let form = &mut self.form[..rows];
        form.fill(0.0);
        for (z, &part) in self.z.chunks_exact(rows).zip(position.iter()) {
            add_multiple(form, part, z);
        }
    }

    fn add_curvature(&mut self, curvature: &mut Matrix, rows: usize) {
        let column = |j: usize| j * rows..(j + 1) * rows;
        for j in 0..curvature.ncols() {
            let scaled = self.scaled.iter_mut().zip(&self.z[column(j)]).zip(&self.bend);
            scaled.for_each(|((scaled, z), bend)| *scaled = z * bend);
            for k in 0..=j {
                curvature[(j, k)] += dot(&self.scaled[..rows], &self.z[column(k)]);
            }
        }
    }
}

/// The sums of all blocks, in the order of the rows.
fn merged(parts: &[Part], targets: &[f64]) -> Found {
    let missed = |(column, &target): (usize, &f64)| {
        let mut sum = Sum::default();
        sum.add(target);
        parts.iter().for_each(|part| part.totals[column].take_from(&mut sum));
        sum.value()
    };
    let size = |column: usize| parts.iter().map(|part| part.size[column]).sum();
    let columns = targets.len();
    let lower =
        parts.iter().fold(Matrix::zeros(columns, columns), |all, part| all + &part.curvature);
    Found {
        missed: targets.iter().enumerate().map(missed).collect(),
        size: (0..columns).map(size).collect(),
        curvature: Matrix::from_fn(columns, columns, |j, k| lower[(j.max(k), j.min(k))]),
        moved: parts.iter().map(|part| part.moved).fold(0.0, larger),
    }
}

/// The larger one; what is no number is larger than all.
fn larger(one: f64, two: f64) -> f64 {
    if one.is_nan() || one > two { one } else { two }
}

fn farthest(most: f64, one: &[f64], two: &[f64]) -> f64 {
    one.iter().zip(two).map(|(one, two)| (one - two).abs()).fold(most, larger)
}

const LANES: usize = 4;

/// Sums side by side, each with what its additions lost.
#[derive(Debug, Clone, Copy, Default)]
struct Lanes {
    total: [f64; LANES],
    lost: [f64; LANES],
}

impl Lanes {
    /// Adds all products, and returns the sum of their sizes.
    fn add_products(&mut self, one: &[f64], two: &[f64]) -> f64 {
        let ((one, one_rest), (two, two_rest)) =
            (one.as_chunks::<LANES>(), two.as_chunks::<LANES>());
        let mut size = [0.0; LANES];
        for (one, two) in one.iter().zip(two) {
            for lane in 0..LANES {
                let term = one[lane] * two[lane];
                self.add(lane, term);
                size[lane] += term.abs();
            }
        }
        for (lane, (one, two)) in one_rest.iter().zip(two_rest).enumerate() {
            self.add(lane, one * two);
            size[lane] += (one * two).abs();
        }
        size.iter().sum()
    }

    fn add(&mut self, lane: usize, term: f64) {
        let before = self.total[lane];
        let after = before + term;
        let added = after - before;
        self.lost[lane] += (before - (after - added)) + (term - added);
        self.total[lane] = after;
    }

    /// Subtracts the whole from a sum.
    fn take_from(&self, sum: &mut Sum) {
        self.total.iter().chain(&self.lost).for_each(|part| sum.add(-part));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_terms_survive_beside_large_ones() {
        let mut lanes = Lanes::default();
        let mut one = vec![1.0; 12];
        (one[0], one[8]) = (1e100, -1e100);
        let size = lanes.add_products(&one, &[1.0; 12]);
        let mut sum = Sum::default();
        lanes.take_from(&mut sum);
        assert_eq!((sum.value(), size), (-10.0, 2e100));
    }

    #[test]
    fn the_products_at_the_end_count() {
        let mut lanes = Lanes::default();
        assert_eq!(lanes.add_products(&[2.0; 7], &[-3.0; 7]), 42.0);
        let mut sum = Sum::default();
        lanes.take_from(&mut sum);
        assert_eq!(sum.value(), 42.0);
    }
}
