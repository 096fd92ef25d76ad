//! The maximum of a proportional odds likelihood, by Newton's method.
//!
//! # Rule
//! The log-likelihood is concave in (b, zeta). Each step solves `H s = gradient`
//! and is halved while the thresholds would not rise or the likelihood would fall.
//!
//! # References
//! Pratt (1981), JASA 76, 103-106 (concavity).

use nalgebra::{Cholesky, DVector};

use super::error::ModelError;
use super::linear::times;
use super::ordinal_rows::Row;
use super::separation;
use crate::Matrix;

const LIMIT: u32 = 100;
const HALVINGS: u32 = 40;
const EPSILON: f64 = 1e-12;
/// A fall of the likelihood that rounding may make.
const FALL: f64 = 1e-10;
/// A probability this close to 1 is at its edge.
const EDGE: f64 = 1e-8;

/// Rows of positive weight with their level, counted from 0.
pub(super) struct Ordered {
    pub x: Matrix,
    pub y: Vec<usize>,
    pub offset: Vec<f64>,
    pub weights: Vec<f64>,
    pub thresholds: usize,
    pub labels: Vec<String>,
}

/// Derivatives of the log-likelihood by (b, zeta).
pub(super) struct Derivatives {
    /// A row per row, not weighted.
    pub gradients: Matrix,
    /// The weighted negative second derivative.
    pub information: Matrix,
}

impl Ordered {
    /// The coefficients, then the thresholds.
    pub fn solve(&self) -> Result<Vec<f64>, ModelError> {
        let mut place = self.start();
        let mut change = f64::NAN;
        for iteration in 1..=LIMIT {
            let step = self.step(&place).ok_or(not_converged(iteration, change))?;
            let (next, share) = self.halved(&place, &step, iteration)?;
            change = self.change(&step);
            if iteration >= separation::EARLIEST {
                self.check_edge(&next, &step, iteration)?;
            }
            place = next;
            if share >= 1.0 && change <= EPSILON * self.reach(&place) {
                return Ok(place);
            }
        }
        Err(not_converged(LIMIT, change))
    }

    /// No effect, and thresholds at the logits of the cumulative shares.
    fn start(&self) -> Vec<f64> {
        let all: f64 = self.weights.iter().sum();
        let below = |k: usize| -> f64 {
            let rows = self.y.iter().zip(&self.weights).filter(|(y, _)| **y <= k);
            rows.map(|(_, weight)| weight).sum()
        };
        let zeta = (0..self.thresholds).map(|k| (below(k) / (all - below(k))).ln());
        std::iter::repeat_n(0.0, self.x.ncols()).chain(zeta).collect()
    }

    fn step(&self, place: &[f64]) -> Option<Vec<f64>> {
        let Derivatives { gradients, information } = derivatives(self, place);
        let gradient = gradients.tr_mul(&DVector::from_column_slice(&self.weights));
        let step = Cholesky::new(information)?.solve(&gradient);
        Some(step.iter().copied().collect())
    }

    /// The place after a step, and the share of it that was taken.
    fn halved(
        &self,
        from: &[f64],
        step: &[f64],
        iteration: u32,
    ) -> Result<(Vec<f64>, f64), ModelError> {
        let before = self.likelihood(from);
        let mut share = 1.0;
        for _ in 0..HALVINGS {
            let next: Vec<f64> = from.iter().zip(step).map(|(b, step)| b + share * step).collect();
            if self.likelihood(&next) >= before - FALL * before.abs() {
                return Ok((next, share));
            }
            share /= 2.0;
        }
        Err(not_converged(iteration, share))
    }

    /// The log-likelihood; no number where the thresholds do not rise.
    pub fn likelihood(&self, place: &[f64]) -> f64 {
        let rows = self.rows(place);
        rows.iter().zip(&self.weights).map(|(row, weight)| weight * row.log).sum()
    }

    fn rows(&self, place: &[f64]) -> Vec<Row> {
        let (b, zeta) = place.split_at(self.x.ncols());
        let eta = times(&self.x, b);
        let rows = self.y.iter().zip(&eta).zip(&self.offset);
        let one = |((&y, eta), offset): ((&usize, &f64), &f64)| {
            let less = |threshold: Option<&f64>| threshold.map(|zeta| zeta - (eta + offset));
            let lower = y.checked_sub(1).and_then(|below| zeta.get(below));
            Row::between(less(lower), less(zeta.get(y)))
        };
        rows.map(one).collect()
    }

    /// The largest move of a predictor or threshold.
    fn change(&self, step: &[f64]) -> f64 {
        let (b, zeta) = step.split_at(self.x.ncols());
        let moved = times(&self.x, b);
        moved.iter().chain(zeta).map(|step| step.abs()).fold(0.0, f64::max)
    }

    /// The largest part that a column has in a predictor, or a threshold: what
    /// rounding scales with.
    fn reach(&self, place: &[f64]) -> f64 {
        let (b, zeta) = place.split_at(self.x.ncols());
        let columns = self.x.column_iter().zip(b).map(|(column, b)| column.amax() * b.abs());
        columns.chain(zeta.iter().map(|zeta| zeta.abs())).fold(1.0, f64::max)
    }

    fn check_edge(&self, to: &[f64], step: &[f64], iterations: u32) -> Result<(), ModelError> {
        let certain = self.rows(to).iter().any(|row| row.log > -EDGE);
        if !certain || self.change(step) <= separation::MOVE {
            return Ok(());
        }
        let terms = separation::growing(&self.x, step, &self.labels);
        Err(ModelError::Separation { terms, iterations })
    }
}

/// The derivatives at (b, zeta).
pub(super) fn derivatives(data: &Ordered, place: &[f64]) -> Derivatives {
    let (p, all) = (data.x.ncols(), place.len());
    let mut gradients = Matrix::zeros(data.y.len(), all);
    let mut information = Matrix::zeros(all, all);
    for (at, row) in data.rows(place).iter().enumerate() {
        let y = data.y.get(at).copied().unwrap_or_default();
        let weight = data.weights.get(at).copied().unwrap_or_default();
        // d a/d(b, zeta) and d b/d(b, zeta): -x, and 1 at the threshold.
        let upper = direction(data, at, (y < data.thresholds).then_some(p + y), all);
        let lower = direction(data, at, y.checked_sub(1).map(|below| p + below), all);
        let gradient = &upper * row.first[0] + &lower * row.first[1];
        gradients.row_mut(at).tr_copy_from(&gradient);
        information.ger(-weight * row.second[0], &upper, &upper, 1.0);
        information.ger(-weight * row.second[1], &upper, &lower, 1.0);
        information.ger(-weight * row.second[1], &lower, &upper, 1.0);
        information.ger(-weight * row.second[2], &lower, &lower, 1.0);
    }
    Derivatives { gradients, information }
}

fn direction(data: &Ordered, row: usize, threshold: Option<usize>, all: usize) -> DVector<f64> {
    let mut direction = DVector::zeros(all);
    let Some(at) = threshold else { return direction };
    direction.rows_mut(0, data.x.ncols()).copy_from(&-data.x.row(row).transpose());
    if let Some(cell) = direction.get_mut(at) {
        *cell = 1.0;
    }
    direction
}

/// Probabilities of the levels at one linear predictor.
pub(super) fn probabilities(zeta: &[f64], eta: f64) -> Vec<f64> {
    let less = |at: usize| zeta.get(at).map(|zeta| zeta - eta);
    let lower = |at: usize| at.checked_sub(1).and_then(less);
    (0..=zeta.len()).map(|at| Row::between(lower(at), less(at)).log.exp()).collect()
}

fn not_converged(iterations: u32, change: f64) -> ModelError {
    ModelError::NotConverged { what: "proportional odds model", iterations, change }
}
