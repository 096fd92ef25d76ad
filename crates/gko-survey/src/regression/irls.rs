//! Generalized linear models by iteratively reweighted least squares.
//!
//! # Rule
//! At linear predictor eta: working weight `k_i = w_i m_i² / V(mu_i)` with slope
//! `m_i = d mu / d eta`, working residual `r_i = (y_i - mu_i) / m_i`. The step is
//! the least squares answer to r under k; it is halved while the mean leaves its
//! range or the deviance rises. The answer solves `sum of w_i x_i (y_i - mu_i) m_i
//! / V(mu_i) = 0`.
//!
//! # Assumptions
//! Columns are independent in the rows used. Fitted means that run to the edge of
//! their range while the predictor keeps moving are separation, not an answer.
//!
//! # References
//! McCullagh and Nelder (1989), section 2.5; Albert and Anderson (1984),
//! Biometrika 71, 1-10 (separation); R `glm.fit`.

use super::error::ModelError;
use super::family::Family;
use super::iteration::{Iteration, Stop};
use super::linear::{Least, least_squares, times};
use super::link::{Link, Mean};
use super::matrix::INTERCEPT;
use super::separation;
use crate::Matrix;

/// Halvings of one step.
const HALVINGS: u32 = 40;
/// A rise of the deviance that rounding may make.
const RISE: f64 = 1e-7;

/// The rows that a fit looks at, in order, with scaled weights.
pub(super) struct Data {
    pub x: Matrix,
    pub y: Vec<f64>,
    pub offset: Vec<f64>,
    pub weights: Vec<f64>,
    /// The term of each column, for messages.
    pub labels: Vec<String>,
}

/// Which model is fitted, and how far.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plan {
    pub family: Family,
    pub link: Link,
    pub iteration: Iteration,
}

/// An answer, with what its covariance is made of.
pub(super) struct Solution {
    pub coefficients: Vec<f64>,
    pub means: Vec<Mean>,
    /// Working weights of the last step.
    pub working: Vec<f64>,
    /// Working residuals at the answer.
    pub residuals: Vec<f64>,
    /// Inverse of X'KX of the last step.
    pub inverse: Matrix,
    pub deviance: f64,
    pub iterations: u32,
}

/// A place on the way: coefficients and what follows from them.
struct Place {
    coefficients: Vec<f64>,
    eta: Vec<f64>,
    means: Vec<Mean>,
    deviance: f64,
}

/// A step: where it leads, which share of it was taken, and what it was made of.
struct Step {
    to: Place,
    share: f64,
    least: Least,
    working: Vec<f64>,
}

impl Step {
    /// What the whole step would move each linear predictor by.
    fn moves(&self, from: &Place) -> Vec<f64> {
        from.eta.iter().zip(&self.to.eta).map(|(a, b)| (b - a) / self.share).collect()
    }

    /// The largest of these moves.
    fn change(&self, from: &Place) -> f64 {
        self.moves(from).iter().map(|step| step.abs()).fold(0.0, f64::max)
    }
}

impl Plan {
    /// Fits the model, from coefficients if there are any, else from the response,
    /// and if that way is blocked, from its mean.
    pub fn fit(&self, data: &Data, start: Option<&[f64]>) -> Result<Solution, ModelError> {
        if let Some(start) = start {
            return self.run(data, self.place(data, start.to_vec()));
        }
        match self.run(data, self.guess(data)) {
            Err(ModelError::NotConverged { .. }) => self.run(data, self.mean_place(data)?),
            other => other,
        }
    }

    fn run(&self, data: &Data, mut place: Place) -> Result<Solution, ModelError> {
        let mut last = f64::NAN;
        for iteration in 1..=self.iteration.limit {
            let step = self.step(data, &place, iteration)?;
            last = step.change(&place);
            let done = self.is_done(data, &place, &step);
            if done || iteration >= separation::EARLIEST {
                self.check_edge(data, &place, &step, iteration)?;
            }
            if done {
                return Ok(self.solution(data, step.to, step.least, step.working, iteration));
            }
            place = step.to;
        }
        let (what, iterations) = ("regression", self.iteration.limit);
        Err(ModelError::NotConverged { what, iterations, change: last })
    }

    /// The solution at coefficients that are known to solve.
    pub fn at(&self, data: &Data, coefficients: &[f64]) -> Result<Solution, ModelError> {
        let place = self.place(data, coefficients.to_vec());
        let (working, residuals) = self.working(data, &place);
        let least = least_squares(&data.x, &working, &residuals).ok_or_else(|| lost(0))?;
        Ok(self.solution(data, place, least, working, 0))
    }

    /// Deviance of fitted means that need no iteration.
    pub fn deviance(&self, data: &Data, means: &[Mean]) -> f64 {
        let rows = data.y.iter().zip(&data.weights).zip(means);
        rows.map(|((&y, w), &mean)| w * self.family.deviance(y, mean)).sum()
    }

    /// Means guessed row by row from the response; coefficients not yet known.
    fn guess(&self, data: &Data) -> Place {
        let guess = |(&y, &w): (&f64, &f64)| self.link.linear(self.family.first_mean(y, w));
        let eta: Vec<f64> = data.y.iter().zip(&data.weights).map(guess).collect();
        self.at_predictor(data, vec![0.0; data.x.ncols()], eta)
    }

    /// The place where the intercept alone gives the weighted mean of the response.
    fn mean_place(&self, data: &Data) -> Result<Place, ModelError> {
        let weight: f64 = data.weights.iter().sum();
        let total: f64 = data.weights.iter().zip(&data.y).map(|(w, y)| w * y).sum();
        let eta = self.link.linear(total / weight);
        if !eta.is_finite() {
            let terms = vec![INTERCEPT.to_owned()];
            return Err(ModelError::Separation { terms, iterations: 0 });
        }
        let first = data.labels.first().is_some_and(|label| label == INTERCEPT);
        let mut coefficients = vec![0.0; data.x.ncols()];
        if let (true, Some(intercept)) = (first, coefficients.first_mut()) {
            *intercept = eta;
            return Ok(self.place(data, coefficients));
        }
        Ok(self.at_predictor(data, coefficients, vec![eta; data.y.len()]))
    }

    fn place(&self, data: &Data, coefficients: Vec<f64>) -> Place {
        let mut eta = times(&data.x, &coefficients);
        eta.iter_mut().zip(&data.offset).for_each(|(eta, offset)| *eta += offset);
        self.at_predictor(data, coefficients, eta)
    }

    fn at_predictor(&self, data: &Data, coefficients: Vec<f64>, eta: Vec<f64>) -> Place {
        let means: Vec<Mean> = eta.iter().map(|&eta| self.link.mean(eta)).collect();
        let deviance = self.deviance(data, &means);
        Place { coefficients, eta, means, deviance }
    }

    /// Working weights and working residuals.
    fn working(&self, data: &Data, place: &Place) -> (Vec<f64>, Vec<f64>) {
        let rows = data.y.iter().zip(&data.weights).zip(&place.means);
        let one = |((&y, w), &mean): ((&f64, &f64), &Mean)| {
            let weight = w * mean.slope * mean.slope / self.family.variance(mean);
            (weight, self.family.residual(y, mean) / mean.slope)
        };
        rows.map(one).unzip()
    }

    /// One step, halved until it lands on means that can be.
    fn step(&self, data: &Data, from: &Place, iteration: u32) -> Result<Step, ModelError> {
        let (working, mut target) = self.working(data, from);
        // The first eta is guessed per row; every later one is X b + offset.
        let base = times(&data.x, &from.coefficients);
        let guessed = from.eta.iter().zip(&data.offset).zip(&base);
        for (target, ((eta, offset), base)) in target.iter_mut().zip(guessed) {
            *target += eta - offset - base;
        }
        let least = least_squares(&data.x, &working, &target).ok_or_else(|| lost(iteration))?;
        let (to, share) = self.halved(data, from, &least.solution, iteration)?;
        Ok(Step { to, share, least, working })
    }

    fn halved(
        &self,
        data: &Data,
        from: &Place,
        step: &[f64],
        iteration: u32,
    ) -> Result<(Place, f64), ModelError> {
        let mut share = 1.0;
        let limit = from.deviance + RISE * (from.deviance.abs() + 0.1);
        for _ in 0..HALVINGS {
            let moved = from.coefficients.iter().zip(step).map(|(b, step)| b + share * step);
            let next = self.place(data, moved.collect());
            // The guess before the first step is closer than any model: it sets no limit.
            let lower = iteration == 1 || next.deviance <= limit;
            if lower && self.is_possible(&next) {
                return Ok((next, share));
            }
            share /= 2.0;
        }
        let (what, change) = ("step of the regression", share);
        Err(ModelError::NotConverged { what, iterations: iteration, change })
    }

    fn is_possible(&self, place: &Place) -> bool {
        let fine = |&mean: &Mean| {
            let varies = self.family.variance(mean) > 0.0 && mean.slope != 0.0;
            self.family.allows(mean) && varies && mean.slope.is_finite()
        };
        place.deviance.is_finite() && place.means.iter().all(fine)
    }

    /// Whether this was the last step; a step that had to be halved is not.
    fn is_done(&self, data: &Data, from: &Place, step: &Step) -> bool {
        let small = match self.iteration.stop {
            Stop::Step(epsilon) => {
                step.change(from) <= epsilon * (1.0 + reach(data, &step.to.coefficients))
            }
            Stop::Deviance(epsilon) => {
                let moved = (step.to.deviance - from.deviance).abs();
                moved / (step.to.deviance.abs() + 0.1) < epsilon
            }
        };
        small && step.share >= 1.0
    }

    fn check_edge(
        &self,
        data: &Data,
        from: &Place,
        step: &Step,
        iterations: u32,
    ) -> Result<(), ModelError> {
        let moves = step.moves(from);
        let runs = moves
            .iter()
            .zip(&step.to.means)
            .any(|(moved, &mean)| self.family.at_edge(mean) && moved.abs() > separation::MOVE);
        if !runs {
            return Ok(());
        }
        let terms = separation::growing(&data.x, &step.least.solution, &data.labels);
        Err(ModelError::Separation { terms, iterations })
    }

    fn solution(
        &self,
        data: &Data,
        place: Place,
        least: Least,
        working: Vec<f64>,
        iterations: u32,
    ) -> Solution {
        let (_, residuals) = self.working(data, &place);
        let Place { coefficients, means, deviance, .. } = place;
        let inverse = least.inverse;
        Solution { coefficients, means, working, residuals, inverse, deviance, iterations }
    }
}

/// The largest part that a column has in a linear predictor: what its rounding scales with.
fn reach(data: &Data, coefficients: &[f64]) -> f64 {
    let columns = data.x.column_iter().zip(coefficients);
    columns.map(|(column, b)| column.amax() * b.abs()).fold(0.0, f64::max)
}

fn lost(iterations: u32) -> ModelError {
    ModelError::NotConverged {
        what: "weighted matrix of the regression",
        iterations,
        change: f64::NAN,
    }
}
