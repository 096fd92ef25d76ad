//! Newton's method for the factors of a calibration.
//!
//! # Rule
//! Find λ such that `sum of D·F(u)·x = t` with `u = x'λ / v`: D and v are the units'
//! weights and variances, x their auxiliaries, t the targets, F the link. The solution
//! is the minimum of a convex function of λ, so a step that overshoots (the slope
//! along it ends reversed and above half of what it was) is halved.
//!
//! Targets with a price (the module `soft`) ask for `sum of D·F(u)·x + λ/c = t`.
//!
//! The step is solved in auxiliaries `z = R⁻ᵀx` that are orthonormal under `D / v` (R
//! from their QR; soft targets add rows of `c^(-1/2)` to it), so that neither scales nor
//! large means matter. Where bounds leave a direction without curvature, the step along
//! it is that of F without bounds, and doubled while the slope stays. One pass over the
//! units serves a step (the module `pass`).
//! The method stops when the largest relative gap `|sum of w·x - t| / |t|` is at most
//! the tolerance and the last step moved no factor by more than 1e-5, whose square the
//! next one would move. A target far below the size of its terms is measured against
//! 1e-4 of `sum of |w·x|`, as no sum of rounded numbers comes nearer.
//!
//! Where v is a combination of auxiliaries with hard targets and there are no bounds, the
//! scale of the weights does not matter to the solution: it is first set to that of the
//! targets, since factors far from 1 would lose digits.
//!
//! # References
//! Deville, Särndal (1992), sec. 2; R survey 4.5, `grake`, which halves steps only
//! where a factor is no number, and first rescales the weights where all targets are
//! above 20 times the weighted totals.

use nalgebra::{DVector, SymmetricEigen};

use super::distance::Link;
use super::pass::{Found, Pass};
use super::sums::worst;
use super::units::Units;
use super::{basis, soft};
use crate::Matrix;
use crate::error::Error;

/// The largest move of a factor in the last step.
const SETTLED: f64 = 1e-5;
const HALVINGS: usize = 60;
const DOUBLINGS: usize = 10;
/// The part of the slope at the end of a step above which nothing has bent.
const STRAIGHT: f64 = 0.9;

/// Units, targets and link of one calibration, and when to stop.
pub(super) struct Problem<'a> {
    pub(super) units: &'a Units<'a>,
    pub(super) targets: &'a [f64],
    /// What a miss of each target costs, if it may be missed.
    pub(super) costs: Option<&'a [f64]>,
    pub(super) link: Link,
    pub(super) tolerance: f64,
    pub(super) max_iterations: usize,
    /// The auxiliaries' position in the caller's matrix, for messages.
    pub(super) names: &'a [usize],
    /// How many auxiliaries the caller has.
    pub(super) auxiliaries: usize,
}

/// What was found.
pub(super) struct Solved {
    /// Of the units.
    pub(super) factors: Vec<f64>,
    /// The largest gap before and after each step.
    pub(super) trace: Vec<f64>,
    /// Totals of the auxiliaries.
    pub(super) totals: Vec<f64>,
    pub(super) white: Whitened,
}

/// What makes the auxiliaries orthonormal, and the scale of the weights.
pub(super) struct Whitened {
    pub(super) triangle: Matrix,
    /// `1/c` of each target.
    pub(super) inverse_prices: Vec<f64>,
    /// The weights begin as this times the given ones.
    pub(super) level: f64,
    /// What soft targets add to the curvature.
    ridge: Matrix,
}

/// Where the search stands.
struct State {
    position: DVector<f64>,
    factors: Vec<f64>,
    /// What the equations lack, in z.
    misfit: DVector<f64>,
    curvature: Matrix,
    /// Targets less totals.
    missed: Vec<f64>,
    /// The auxiliary with the largest relative gap, and the gap.
    gap: (usize, f64),
    /// The largest move of a factor in the last step.
    moved: f64,
}

impl Problem<'_> {
    /// The factors, from the triangle of the units under `D / v`.
    pub(super) fn solve(&self, triangle: &Matrix) -> Result<Solved, Error> {
        let mut white = self.whiten(triangle, 1.0)?;
        let mut state = self.start(&white, Vec::new());
        let mut trace = vec![state.gap.1];
        let level = if self.link.is_unbounded() { self.level(&white, &state) } else { 1.0 };
        if level != 1.0 {
            white = self.whiten(triangle, level)?;
            state = self.start(&white, state.factors);
        }
        let mut spare = Vec::new();
        while !(state.gap.1 <= self.tolerance && state.moved <= SETTLED) {
            if trace.len() > self.max_iterations {
                break;
            }
            let next = self.step(&white, &state, spare);
            spare = std::mem::replace(&mut state, next).factors;
            trace.push(state.gap.1);
        }
        self.judge(state, trace, white)
    }

    fn whiten(&self, units: &Matrix, level: f64) -> Result<Whitened, Error> {
        let inverse_prices = soft::inverse_prices(self.costs, self.targets, self.units, level);
        let mut rows = soft::rows(&inverse_prices);
        let (mut triangle, count) = (units * level.sqrt(), rows.nrows());
        basis::reflect(&mut triangle, rows.clone().as_mut_slice(), count);
        if let Some(column) = basis::dependent(&triangle) {
            let auxiliary = self.names[column];
            return Err(Error::DependentAuxiliary { auxiliary, auxiliaries: self.auxiliaries });
        }
        basis::whiten(&triangle, rows.as_mut_slice(), count);
        let ridge = rows.tr_mul(&rows);
        Ok(Whitened { triangle, inverse_prices, level, ridge })
    }

    /// The scale that brings the total of v to what the targets say it is, if v is a
    /// combination of auxiliaries with hard targets. Near 1 it is worth no pass, unless
    /// there are prices, which are relative to it.
    fn level(&self, white: &Whitened, start: &State) -> f64 {
        let (v, weight) = (&self.units.variance, &self.units.weight);
        let size: f64 = weight.iter().zip(v).map(|(d, v)| d * v).sum();
        let totals = self.targets.iter().zip(&start.missed).map(|(target, missed)| target - missed);
        let combination = white.to_z(DVector::from_iterator(self.targets.len(), totals));
        let parts = white.multipliers_at(&combination);
        let soft = parts.iter().zip(&white.inverse_prices).map(|(b, inverse)| b * b * inverse);
        if soft.sum::<f64>() > 1e-12 * size {
            return 1.0;
        }
        let said = parts.dot(&DVector::from_column_slice(self.targets));
        let level = said / size;
        let is_soft = white.inverse_prices.iter().any(|&inverse| inverse > 0.0);
        let is_near = !is_soft && (0.5..2.0).contains(&level);
        let is_level = level.is_normal() && level > 0.0 && !is_near;
        if is_level && self.pass(white).farthest_from_variance(&combination) < 1e-6 {
            level
        } else {
            1.0
        }
    }

    fn judge(&self, state: State, trace: Vec<f64>, white: Whitened) -> Result<Solved, Error> {
        let (at, gap) = state.gap;
        if gap > self.tolerance || gap.is_nan() {
            let (margin, tolerance) = (format!("auxiliary {}", self.names[at]), self.tolerance);
            let iterations = trace.len() - 1;
            return Err(Error::NotCalibrated { margin, gap, tolerance, iterations, trace });
        }
        let totals = self.targets.iter().zip(&state.missed).map(|(target, missed)| target - missed);
        let totals = totals.collect();
        let mut factors = state.factors;
        factors.iter_mut().for_each(|factor| *factor *= white.level);
        self.refuse_vanished(&factors)?;
        Ok(Solved { factors, trace, totals, white })
    }

    /// Exponentials are above 0, unless they are too small to be told from it.
    fn refuse_vanished(&self, factors: &[f64]) -> Result<(), Error> {
        if self.link.reaches_its_bounds() || self.link.range().0 != 0.0 {
            return Ok(());
        }
        let weights = factors.iter().zip(&self.units.weight).map(|(g, d)| g.min(g * d));
        match weights.filter(|&least| least < f64::MIN_POSITIVE).count() {
            0 => Ok(()),
            units => Err(Error::WeightsVanish { units, of: factors.len() }),
        }
    }

    /// One Newton step, halved while it overshoots, doubled while nothing bends.
    fn step(&self, white: &Whitened, from: &State, spare: Vec<f64>) -> State {
        let step = newton_step(&from.curvature, &from.misfit);
        let slope = step.dot(&from.misfit);
        let line = Line { problem: self, white, from, step, slope };
        let next = line.at(1.0, spare);
        if line.holds(&next) { line.doubled(next) } else { line.halved(next) }
    }

    fn pass<'a>(&'a self, white: &'a Whitened) -> Pass<'a> {
        let (triangle, level) = (&white.triangle, white.level);
        Pass { units: self.units, link: self.link, triangle, level }
    }

    /// All factors of the link 1.
    fn start(&self, white: &Whitened, spare: Vec<f64>) -> State {
        let ones = vec![1.0; self.units.count()];
        let start = self.state(white, DVector::zeros(self.targets.len()), &ones, spare);
        State { moved: f64::INFINITY, ..start }
    }

    /// What there is at a position, with the factors in the place of spare ones.
    fn state(
        &self,
        white: &Whitened,
        position: DVector<f64>,
        before: &[f64],
        mut factors: Vec<f64>,
    ) -> State {
        factors.resize(self.units.count(), 0.0);
        let found = self.pass(white).run(&position, self.targets, &mut factors, before);
        let multipliers = white.multipliers_at(&position);
        let prices = multipliers.iter().zip(&white.inverse_prices);
        let lacks = found.missed.iter().zip(prices);
        let lacks: Vec<f64> = lacks.map(|(missed, (l, inverse))| missed - l * inverse).collect();
        let gap = self.gap(&lacks, &found);
        let Found { missed, curvature, moved, .. } = found;
        let (curvature, misfit) = (curvature + &white.ridge, white.to_z(DVector::from_vec(lacks)));
        State { position, factors, misfit, curvature, missed, gap, moved }
    }

    /// The largest relative gap.
    fn gap(&self, lacks: &[f64], found: &Found) -> (usize, f64) {
        let gap = |(&lack, (target, size)): (&f64, (&f64, &f64))| {
            let scale = target.abs().max(1e-4 * size);
            if lack == 0.0 { 0.0 } else { lack.abs() / scale }
        };
        worst(lacks.iter().zip(self.targets.iter().zip(&found.size)).map(gap))
    }
}

/// The way along one step.
struct Line<'a> {
    problem: &'a Problem<'a>,
    white: &'a Whitened,
    from: &'a State,
    step: DVector<f64>,
    slope: f64,
}

impl Line<'_> {
    fn at(&self, part: f64, spare: Vec<f64>) -> State {
        let position = &self.from.position + &self.step * part;
        self.problem.state(self.white, position, &self.from.factors, spare)
    }

    /// Whether a step does not overshoot; to a factor that is no number it does.
    fn holds(&self, next: &State) -> bool {
        self.step.dot(&next.misfit) >= -0.5 * self.slope.abs()
    }

    fn halved(&self, mut next: State) -> State {
        let mut part = 1.0;
        for _ in 0..HALVINGS {
            part /= 2.0;
            next = self.at(part, next.factors);
            if self.holds(&next) {
                break;
            }
        }
        next
    }

    fn doubled(&self, mut next: State) -> State {
        let (mut part, mut spare) = (1.0, Vec::new());
        for _ in 0..DOUBLINGS {
            let bends = self.step.dot(&next.misfit) <= STRAIGHT * self.slope;
            if bends || next.gap.1 <= self.problem.tolerance {
                break;
            }
            part *= 2.0;
            let farther = self.at(part, spare);
            if !self.holds(&farther) {
                break;
            }
            spare = std::mem::replace(&mut next, farther).factors;
        }
        next
    }
}

impl Whitened {
    /// `R⁻ᵀ` times a sum of auxiliaries. The triangle has no zero on its diagonal, or a
    /// column would depend on others.
    fn to_z(&self, x: DVector<f64>) -> DVector<f64> {
        self.triangle.tr_solve_upper_triangular(&x).unwrap_or(x)
    }

    /// `R⁻¹` times a position: the multipliers of the auxiliaries.
    fn multipliers_at(&self, position: &DVector<f64>) -> DVector<f64> {
        let solved = self.triangle.solve_upper_triangular(position);
        solved.unwrap_or_else(|| position.clone())
    }
}

/// The solution of a symmetric system: by Cholesky, or with 1, the curvature of F without
/// bounds, for eigenvalues that are nothing.
fn newton_step(system: &Matrix, side: &DVector<f64>) -> DVector<f64> {
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
        *part /= if *value > limit { *value } else { 1.0 };
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
        let found = newton_step(&system, &DVector::from_vec(vec![2.0, 2.0]));
        assert!((found[0] - 1.0).abs() < 1e-12 && (found[1] - 1.0).abs() < 1e-12);
        let found = newton_step(&Matrix::zeros(2, 2), &DVector::from_vec(vec![2.0, 8.0]));
        assert!((found[0] - 2.0).abs() < 1e-15 && (found[1] - 8.0).abs() < 1e-15);
    }

    #[test]
    fn a_regular_system_is_solved() {
        let system = Matrix::from_row_slice(2, 2, &[2.0, 1.0, 1.0, 3.0]);
        let found = newton_step(&system, &DVector::from_vec(vec![5.0, 10.0]));
        assert!((found[0] - 1.0).abs() < 1e-14 && (found[1] - 3.0).abs() < 1e-14);
    }
}
