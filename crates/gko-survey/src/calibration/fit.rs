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
        let (units, white) = (&used.units, &solved.white);
        let is_soft = white.inverse_prices.iter().any(|&inverse| inverse > 0.0);
        let with_variance = link.is_unbounded_linear() || is_soft;
        let counts = |unit: usize| {
            let variance = if with_variance { units.variance[unit] } else { 1.0 };
            if solved.factors[unit] == 0.0 { 0.0 } else { 1.0 / variance }
        };
        let root = |unit: usize| (white.level * units.weight[unit] * counts(unit)).sqrt();
        let is_whitened = |unit: usize| counts(unit) == 1.0 / units.variance[unit];
        let known = blocks::each(units.count(), |mut block| block.all(is_whitened));
        let known = known.into_iter().all(|known| known).then_some(white);
        let columns = Columns::new(units, white, known, root);
        let (mut basis, triangle) =
            basis::orthonormal(&columns.x, &columns.triangle, &columns.more, root);
        share(&mut basis, &units.size);
        let scale = |unit: usize| match counts(unit) {
            0.0 => 0.0,
            counts => {
                let mean = white.level * units.weight[unit] / units.size[unit];
                solved.factors[unit] / white.level * (mean / counts).sqrt()
            }
        };
        Self {
            of_row: units.of_row.clone(),
            basis,
            scale: (0..units.count()).map(scale).collect(),
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

/// Auxiliaries that do not depend on each other, and their triangle.
struct Columns<'a> {
    x: Cow<'a, Matrix>,
    triangle: Matrix,
    /// The rows of soft targets.
    more: Matrix,
    kept: Vec<usize>,
}

impl<'a> Columns<'a> {
    /// Those of the units, whose triangle may be `known`.
    fn new(
        units: &'a Units<'_>,
        white: &Whitened,
        known: Option<&Whitened>,
        root: impl Fn(usize) -> f64 + Sync,
    ) -> Self {
        let more = soft::rows(&white.inverse_prices);
        let triangle = match known {
            Some(white) => white.triangle.clone(),
            None => {
                let own = basis::triangle(&units.x, root);
                basis::joined(vec![own, more.clone()])
            }
        };
        let kept = (0..units.x.ncols()).collect();
        let mut all = Self { x: Cow::Borrowed(units.x.as_ref()), triangle, more, kept };
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
