//! Newton's method for the factors of a calibration.
//!
//! # Rule
//! Find λ such that `sum of D·F(u)·x = t` with `u = x'λ / v`: D and v are the units'
//! weights and variances, x their auxiliaries, t the targets, F the link. The solution
//! is the minimum of a convex function of λ, so a step that overshoots (the slope
//! along it ends reversed and above half of what it was) is halved.
//!
//! The step is solved in auxiliaries `z = R⁻ᵀx` that are orthonormal under `D / v`
//! (R from their QR), so that neither scales nor large means matter. Where bounds
//! leave a direction without curvature, the step along it is that of F without bounds.
//! The method stops when the largest relative gap `|sum of w·x - t| / |t|` is at most
//! the tolerance and the last step moved no factor by more than 1e-5, whose square the
//! next one would move. A target far below the size of its terms is measured against
//! 1e-4 of `sum of |w·x|`, as no sum of rounded numbers comes nearer.
//!
//! Where v is a combination of the auxiliaries and there are no bounds, the scale of
//! the weights does not matter to the solution: it is first set to that of the
//! targets, since factors far from 1 would lose digits.
//!
//! # References
//! Deville, Särndal (1992), sec. 2; R survey 4.5, `grake`, which halves steps only
//! where a factor is no number, and first rescales the weights where all targets are
//! above 20 times the weighted totals.

use nalgebra::{DVector, SymmetricEigen};

use super::distance::Link;
use super::sums::{Sum, worst};
use super::units::Units;
use crate::Matrix;
use crate::error::Error;

/// The largest move of a factor in the last step.
const SETTLED: f64 = 1e-5;
const HALVINGS: usize = 60;

/// Units, targets and link of one calibration, and when to stop.
pub(super) struct Problem<'a> {
    pub(super) units: &'a Units,
    pub(super) targets: &'a [f64],
    pub(super) link: Link,
    pub(super) tolerance: f64,
    pub(super) max_iterations: usize,
    /// The auxiliaries' position in the caller's matrix, for messages.
    pub(super) names: &'a [usize],
}

/// The auxiliaries as orthonormal columns, and the scale of the weights.
struct Whitened {
    /// Auxiliaries by units.
    z: Matrix,
    triangle: Matrix,
    /// The weights begin as this times the given ones.
    level: f64,
}

/// Where the search stands.
struct State {
    position: DVector<f64>,
    form: Vec<f64>,
    factors: Vec<f64>,
    /// Targets less totals, in z.
    misfit: DVector<f64>,
    /// The auxiliary with the largest relative gap, and the gap.
    gap: (usize, f64),
}

impl Problem<'_> {
    /// The factors of the units, and the largest gap before and after each step.
    pub(super) fn solve(&self, triangle: Matrix) -> Result<(Vec<f64>, Vec<f64>), Error> {
        let white = self.whiten(triangle);
        let mut state = self.state(&white, DVector::zeros(self.targets.len()));
        let given = vec![1.0; self.units.count()];
        let gaps = (0..self.targets.len()).map(|column| self.misfit(&given, column).1);
        let (mut trace, mut moved) = (vec![worst(gaps).1], f64::INFINITY);
        while !(state.gap.1 <= self.tolerance && moved <= SETTLED) {
            if trace.len() > self.max_iterations {
                break;
            }
            let next = self.step(&white, &state);
            let moves = next.factors.iter().zip(&state.factors).map(|(a, b)| (a - b).abs());
            moved = worst(moves).1 / white.level;
            state = next;
            trace.push(state.gap.1);
        }
        self.judge(state, trace)
    }

    fn whiten(&self, triangle: Matrix) -> Whitened {
        let x = self.units.x.transpose();
        // The triangle has no zero on its diagonal, or a column would depend on others.
        let z = triangle.tr_solve_upper_triangular(&x).unwrap_or(x);
        let mut white = Whitened { z, triangle, level: 1.0 };
        white.level = if self.link.is_unbounded() { self.level(&white) } else { 1.0 };
        white
    }

    /// The scale that brings the total of v to what the targets say it is, if v is a
    /// combination of the auxiliaries.
    fn level(&self, white: &Whitened) -> f64 {
        let v = DVector::from_column_slice(&self.units.variance);
        let weight = DVector::from_column_slice(&self.units.weight);
        let combination = &white.z * &weight;
        let misses = white.z.tr_mul(&combination) - &v;
        let relative = misses.component_div(&v).amax();
        let targets = DVector::from_column_slice(self.targets);
        let total = white.triangle.tr_solve_upper_triangular(&targets);
        let level = total.map_or(1.0, |t| t.dot(&combination)) / weight.dot(&v);
        if relative < 1e-6 && level.is_normal() && level > 0.0 { level } else { 1.0 }
    }

    fn judge(&self, state: State, trace: Vec<f64>) -> Result<(Vec<f64>, Vec<f64>), Error> {
        let (at, gap) = state.gap;
        if gap <= self.tolerance {
            return Ok((state.factors, trace));
        }
        let (margin, tolerance) = (format!("auxiliary {}", self.names[at]), self.tolerance);
        let iterations = trace.len() - 1;
        Err(Error::NotCalibrated { margin, gap, tolerance, iterations, trace })
    }

    /// One Newton step, halved while it overshoots.
    fn step(&self, white: &Whitened, state: &State) -> State {
        let step = newton_step(&self.curvature(white, state), &state.misfit, white.level);
        let slope = step.dot(&state.misfit);
        // A factor that is no number overshoots as well.
        let holds = |next: &State| step.dot(&next.misfit) >= -0.5 * slope.abs();
        let mut part = 1.0;
        let mut next = self.state(white, &state.position + &step);
        for _ in 0..HALVINGS {
            if holds(&next) {
                break;
            }
            part /= 2.0;
            next = self.state(white, &state.position + &step * part);
        }
        next
    }

    fn state(&self, white: &Whitened, position: DVector<f64>) -> State {
        let form = white.z.tr_mul(&position);
        let form: Vec<f64> = form.iter().zip(&self.units.variance).map(|(u, v)| u / v).collect();
        let factors: Vec<f64> = form.iter().map(|&u| white.level * self.link.factor(u)).collect();
        let (misfit, gaps): (Vec<_>, Vec<_>) =
            (0..self.targets.len()).map(|column| self.misfit(&factors, column)).unzip();
        let misfit = DVector::from_vec(misfit);
        let solved = white.triangle.tr_solve_upper_triangular(&misfit);
        State { position, form, factors, misfit: solved.unwrap_or(misfit), gap: worst(gaps) }
    }

    /// Target less total of one auxiliary, and its relative gap.
    fn misfit(&self, factors: &[f64], column: usize) -> (f64, f64) {
        let (mut misfit, mut size) = (Sum::default(), Sum::default());
        misfit.add(self.targets[column]);
        let weights = self.units.weight.iter().zip(factors).map(|(d, g)| d * g);
        for (weight, x) in weights.zip(self.units.x.column(column).iter()) {
            misfit.add(-(weight * x));
            size.add((weight * x).abs());
        }
        let scale = self.targets[column].abs().max(1e-4 * size.value());
        let misfit = misfit.value();
        (misfit, if misfit == 0.0 { 0.0 } else { misfit.abs() / scale })
    }

    /// `sum of D·F'(u) / v · z·z'`.
    fn curvature(&self, white: &Whitened, state: &State) -> Matrix {
        let units = self.units.weight.iter().zip(&self.units.variance).zip(&state.form);
        let mut scaled = white.z.clone();
        for (mut z, ((d, v), &u)) in scaled.column_iter_mut().zip(units) {
            z *= (white.level * d * self.link.slope(u) / v).sqrt();
        }
        &scaled * scaled.transpose()
    }
}

/// The solution of a symmetric system: by Cholesky, or with `natural` for eigenvalues
/// that are nothing.
fn newton_step(system: &Matrix, side: &DVector<f64>, natural: f64) -> DVector<f64> {
    const FULL: f64 = 1e-6;
    const NOTHING: f64 = 1e-12;
    if let Some(cholesky) = system.clone().cholesky() {
        let diagonal = cholesky.l_dirty().diagonal();
        if diagonal.min() > FULL * diagonal.max() {
            return cholesky.solve(side);
        }
    }
    let eigen = SymmetricEigen::new(system.clone());
    let limit = NOTHING * eigen.eigenvalues.amax();
    let mut parts = eigen.eigenvectors.tr_mul(side);
    for (part, value) in parts.iter_mut().zip(eigen.eigenvalues.iter()) {
        *part /= if *value > limit { *value } else { natural };
    }
    &eigen.eigenvectors * parts
}

#[cfg(test)]
mod tests {
    use super::*;

    /// x + y = 2 twice has the eigenvalues 2 and 0; (1, -1) has no part in the side.
    #[test]
    fn a_singular_system_has_a_step() {
        let system = Matrix::from_row_slice(2, 2, &[1.0, 1.0, 1.0, 1.0]);
        let found = newton_step(&system, &DVector::from_vec(vec![2.0, 2.0]), 4.0);
        assert!((found[0] - 1.0).abs() < 1e-12 && (found[1] - 1.0).abs() < 1e-12);
        let found = newton_step(&Matrix::zeros(2, 2), &DVector::from_vec(vec![2.0, 8.0]), 4.0);
        assert!((found[0] - 0.5).abs() < 1e-15 && (found[1] - 2.0).abs() < 1e-15);
    }

    #[test]
    fn a_regular_system_is_solved() {
        let system = Matrix::from_row_slice(2, 2, &[2.0, 1.0, 1.0, 3.0]);
        let found = newton_step(&system, &DVector::from_vec(vec![5.0, 10.0]), 1.0);
        assert!((found[0] - 1.0).abs() < 1e-14 && (found[1] - 3.0).abs() < 1e-14);
    }
}
