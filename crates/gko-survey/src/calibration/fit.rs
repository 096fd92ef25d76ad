//! The regression on the auxiliaries whose residual varies.
//!
//! # Estimator
//! `B = (X'DX + C⁻¹)⁻¹·X'D·u` with the influence values u, the auxiliaries X, `D = d/v`
//! as [`adjustment`](super::adjustment) says, and 1/c of each soft target on the diagonal
//! of C⁻¹ (none: least squares). The residual is `u - x'B`. With the triangle R of
//! `R'R = X'DX + C⁻¹` and the basis `Q = D^(1/2)·X·R⁻¹`, the coordinates of u are
//! `q = Q'·D^(1/2)·u`; the fit is `Q·q` and `B = R⁻¹q`.
//!
//! # Assumptions
//! Soft targets: the fit is penalised by the same 1/c as the weights were, and weighted
//! by d/v for every distance, since all of them are linear near 1. Auxiliaries that
//! depend on others once rows of factor 0 are out are left out.
//!
//! # References
//! Deville, Särndal (1992), sec. 3; Rao, Singh (1997), sec. 4.

use std::borrow::Cow;

use nalgebra::DVector;
use rayon::prelude::*;

use super::distance::Link;
use super::greg::Used;
use super::newton::{Solved, Whitened};
use super::units::{NONE, Units};
use super::{basis, blocks, soft};
use crate::Matrix;

/// A basis by unit, and what turns a row's score into the fit's left-hand side.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Regression {
    /// The unit of each row, or [`NONE`].
    of_row: Vec<u32>,
    /// Units by basis, block by block; repeated over the rows of each unit it is
    /// orthonormal (with the rows of soft targets, which are not kept).
    basis: Vec<Matrix>,
    /// By unit: a score is this times the left-hand side; 0 leaves the unit out.
    scale: Vec<f64>,
    /// What leads from the basis to the auxiliaries.
    pub(super) triangle: Matrix,
    /// The auxiliaries that are used, by their position in the caller's matrix.
    pub(super) names: Vec<usize>,
    /// How many auxiliaries the caller has.
    pub(super) auxiliaries: usize,
}

impl Regression {
    /// The residual on the auxiliaries; units whose factor is 0 are left out.
    pub(super) fn new(used: &Used<'_>, solved: &Solved, link: Link) -> Self {
        let weighing = Weighing::new(&used.units, solved, link);
        let columns = Columns::new(&weighing);
        let root = |unit: usize| weighing.root(unit);
        let (mut basis, triangle) =
            basis::orthonormal(&columns.x, &columns.triangle, &columns.more, root);
        share(&mut basis, &used.units.size);
        Self {
            of_row: used.units.of_row.clone(),
            basis,
            scale: (0..used.units.count()).map(|unit| weighing.scale(unit)).collect(),
            triangle,
            names: columns.kept.iter().map(|&at| used.names[at]).collect(),
            auxiliaries: used.auxiliaries,
        }
    }

    pub(super) fn rows(&self) -> usize {
        self.of_row.len()
    }

    /// The coordinates of u in the basis, from scores `w·u`.
    pub(super) fn coordinates(&self, scores: &[f64]) -> DVector<f64> {
        let mut sides = vec![0.0; self.scale.len()];
        for (&unit, &score) in self.of_row.iter().zip(scores).filter(|(u, _)| self.uses(**u)) {
            sides[unit as usize] += score / self.scale[unit as usize];
        }
        let length = blocks::length(sides.len());
        let blocks = self.basis.par_iter().zip(sides.par_chunks(length));
        let dot = |column: usize, rows: &Matrix, sides: &[f64]| {
            blocks::dot(basis::part_of(rows, column, &(0..rows.nrows())), sides)
        };
        let parts = blocks.map(|(rows, sides)| {
            DVector::from_fn(rows.ncols(), |column, _| dot(column, rows, sides))
        });
        let parts: Vec<DVector<f64>> = parts.collect();
        parts.into_iter().fold(DVector::zeros(self.triangle.ncols()), |all, part| all + part)
    }

    pub(super) fn subtract_fit(&self, scores: &mut [f64]) {
        let coordinates = self.coordinates(scores);
        let fit: Vec<DVector<f64>> =
            self.basis.par_iter().map(|rows| rows * &coordinates).collect();
        let length = blocks::length(self.scale.len());
        for (&unit, score) in self.of_row.iter().zip(scores).filter(|(u, _)| self.uses(**u)) {
            let unit = unit as usize;
            *score -= fit[unit / length][unit % length] * self.scale[unit];
        }
    }

    fn uses(&self, unit: u32) -> bool {
        unit != NONE && self.scale[unit as usize] != 0.0
    }
}

/// What the fit weighs units with.
struct Weighing<'a> {
    units: &'a Units<'a>,
    factors: &'a [f64],
    white: &'a Whitened,
    with_variance: bool,
}

impl<'a> Weighing<'a> {
    fn new(units: &'a Units<'a>, solved: &'a Solved, link: Link) -> Self {
        let (factors, white) = (&solved.factors[..], &solved.white);
        let is_soft = white.inverse_prices.iter().any(|&inverse| inverse > 0.0);
        Self { units, factors, white, with_variance: link.is_unbounded_linear() || is_soft }
    }

    /// What a unit counts for each weight of 1: nothing if its factor is 0.
    fn counts(&self, unit: usize) -> f64 {
        match self.factors[unit] {
            0.0 => 0.0,
            _ if self.with_variance => 1.0 / self.units.variance[unit],
            _ => 1.0,
        }
    }

    fn root(&self, unit: usize) -> f64 {
        (self.white.level * self.units.weight[unit] * self.counts(unit)).sqrt()
    }

    /// What a row's score is, divided by its side of the fit.
    fn scale(&self, unit: usize) -> f64 {
        let counts = self.counts(unit);
        if counts == 0.0 {
            return 0.0;
        }
        let mean = self.white.level * self.units.weight[unit] / self.units.size[unit];
        self.factors[unit] / self.white.level * (mean / counts).sqrt()
    }

    /// Whether this is what the weights were found with.
    fn is_that_of_the_solution(&self) -> bool {
        let same = |unit| self.counts(unit) == 1.0 / self.units.variance[unit];
        let blocks = blocks::each(self.units.count(), |mut block| block.all(same));
        blocks.into_iter().all(|same| same)
    }
}

/// Auxiliaries that do not depend on each other, and their triangle.
struct Columns<'a> {
    x: Cow<'a, Matrix>,
    triangle: Matrix,
    /// The rows of soft targets.
    more: Matrix,
    kept: Vec<usize>,
}

impl<'a> Columns<'a> {
    fn new(weighing: &Weighing<'a>) -> Self {
        let (x, white) = (weighing.units.x.as_ref(), weighing.white);
        let more = soft::rows(&white.inverse_prices);
        let triangle = if weighing.is_that_of_the_solution() {
            white.triangle.clone()
        } else {
            let own = basis::triangle(x, |unit| weighing.root(unit));
            basis::joined(vec![own, more.clone()])
        };
        let mut all = Self { x: Cow::Borrowed(x), triangle, more, kept: (0..x.ncols()).collect() };
        while let Some(column) = basis::dependent(&all.triangle) {
            all.leave_out(column);
        }
        all
    }

    fn leave_out(&mut self, column: usize) {
        self.kept.remove(column);
        self.x = Cow::Owned(self.x.clone().into_owned().remove_column(column));
        self.more = self.more.clone().remove_column(column);
        let mut rest = self.triangle.clone().remove_column(column);
        let (rows, columns) = rest.shape();
        self.triangle = Matrix::zeros(columns, columns);
        basis::reflect(&mut self.triangle, rest.as_mut_slice(), rows);
    }
}

/// Shares each unit's row of the basis among the rows of the table that it has.
fn share(basis: &mut [Matrix], sizes: &[f64]) {
    let mut sizes = sizes.iter();
    for block in basis {
        for (mut row, size) in block.row_iter_mut().zip(&mut sizes) {
            if *size > 1.0 {
                row /= size.sqrt();
            }
        }
    }
}
