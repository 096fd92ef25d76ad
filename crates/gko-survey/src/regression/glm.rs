//! Generalized linear models of weighted rows.
//!
//! # Estimator
//! b solves `sum of w_i x_i (y_i - mu_i) m_i / V(mu_i) = 0` with `mu_i = g^-1(x_i b
//! + offset_i)` and slope `m_i = d mu_i / d eta_i`. The score of row i is
//! `u_i = A^-1 x_i (y_i - mu_i) m_i / V(mu_i)`, `A = sum of w_i m_i² / V(mu_i) x_i x_i'`.
//!
//! # Assumptions
//! b describes the finite population to which the weights refer. A is the expected
//! information (Fisher), which is the observed one for canonical links.
//!
//! # References
//! Binder (1983), International Statistical Review 51, 279-292; Lumley and Scott
//! (2017), Statistical Science 32, 265-278; R survey `svyglm`; Stata `svy: glm`.

use super::family::Family;
use super::fit::count;
use super::irls::{Data, Plan, Solution};
use super::iteration::{Iteration, Stop};
use super::linear::check_rank;
use super::link::Link;
use super::model::Model;
use crate::{Error, Matrix, Statistic};

/// A generalized linear model; its values are the coefficients.
///
/// # Example
/// A logit of two groups is saturated: its coefficients are the logits of the
/// weighted shares, 2/4 and 3/4.
/// ```
/// use gko_survey::Statistic;
/// use gko_survey::regression::{Family, Glm, Link, Model, Terms, Variable};
///
/// let harm = [1.0, 0.0, 1.0, 0.0];
/// let sex = Variable::factor("sex", &[0, 0, 1, 1], &["boy", "girl"])?;
/// let harm = Variable::numeric("harm", &harm);
/// let model = Model::new(harm, vec![sex], &Terms::new().main("sex"))?;
/// let glm = Glm::new(model, Family::Binomial, Link::Logit)?;
/// let b = glm.values(&[2.0, 2.0, 3.0, 1.0])?;
/// assert!(b[0].abs() < 1e-12 && (b[1] - 3.0_f64.ln()).abs() < 1e-12);
/// # Ok::<(), gko_survey::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Glm<'a> {
    pub(super) model: Model<'a>,
    pub(super) plan: Plan,
    pub(super) unit: Option<f64>,
}

impl<'a> Glm<'a> {
    /// A model of this family and link, fitted to the limit of the machine.
    ///
    /// # Errors
    /// A link that does not go with the family.
    pub fn new(model: Model<'a>, family: Family, link: Link) -> Result<Self, Error> {
        family.check_link(link)?;
        let plan = Plan { family, link, iteration: Iteration::default() };
        Ok(Self { model, plan, unit: None })
    }

    /// The same model with another rule for the end of its iteration.
    #[must_use]
    pub fn with_iteration(mut self, iteration: Iteration) -> Self {
        self.plan.iteration = iteration;
        self
    }

    /// The same model with weights counted in units of `unit`, which scales the
    /// deviance and nothing else; without it, in units of their mean.
    #[must_use]
    pub(super) fn in_units_of(mut self, unit: f64) -> Self {
        self.unit = Some(unit);
        self
    }

    /// The model of the mean.
    #[must_use]
    pub fn model(&self) -> &Model<'a> {
        &self.model
    }

    /// The family.
    #[must_use]
    pub fn family(&self) -> Family {
        self.plan.family
    }

    /// The link.
    #[must_use]
    pub fn link(&self) -> Link {
        self.plan.link
    }

    /// The rows used, with weights counted in units.
    fn data(&self, weights: &[f64], unit: Option<f64>) -> Result<(Data, Vec<usize>), Error> {
        let model = &self.model;
        let rows = model.used(weights)?;
        let y: Vec<f64> = rows.iter().map(|&row| self.response(row)).collect();
        for (&row, &value) in rows.iter().zip(&y) {
            self.plan.family.check_response(row, value)?;
        }
        let x = model.matrix.select_rows(&rows);
        check_rank(&x, &model.layout.names())?;
        let offset = rows.iter().map(|&row| model.offset_of(row)).collect();
        let raw: Vec<f64> = rows.iter().filter_map(|&row| weights.get(row).copied()).collect();
        let unit = unit.unwrap_or_else(|| mean(&raw));
        let weights = raw.iter().map(|weight| weight / unit).collect();
        Ok((Data { x, y, offset, weights, labels: model.layout.labels() }, rows))
    }

    /// The response of a row; of a factor, whether it is at any level but the first.
    fn response(&self, row: usize) -> f64 {
        let value = self.model.response.at(row);
        let event = self.plan.family == Family::Binomial && self.model.response.is_factor();
        if event { value.min(1.0) } else { value }
    }

    /// The answer at the weights.
    pub(super) fn solve(&self, weights: &[f64]) -> Result<(Solution, Data, Vec<usize>), Error> {
        let (data, rows) = self.data(weights, self.unit)?;
        let solution = self.plan.fit(&data, None)?;
        Ok((solution, data, rows))
    }

    /// The coefficients at replicate weights, from those of the full sample.
    pub(super) fn replicate(&self, weights: &[f64], start: &[f64]) -> Result<Vec<f64>, Error> {
        let (data, _) = self.data(weights, Some(weights.iter().sum()))?;
        Ok(self.plan.fit(&data, Some(start))?.coefficients)
    }

    /// Deviance of the model that has an intercept, or nothing, and the offset.
    pub(super) fn null_deviance(&self, data: &Data) -> Result<f64, Error> {
        let Plan { link, .. } = self.plan;
        if !self.model.layout.terms().has_intercept() {
            let means: Vec<_> = data.offset.iter().map(|&offset| link.mean(offset)).collect();
            return Ok(self.plan.deviance(data, &means));
        }
        let null = Data {
            x: Matrix::from_element(data.y.len(), 1, 1.0),
            y: data.y.clone(),
            offset: data.offset.clone(),
            weights: data.weights.clone(),
            labels: vec![super::matrix::INTERCEPT.to_owned()],
        };
        Ok(self.plan.fit(&null, None)?.deviance)
    }
}

impl Statistic for Glm<'_> {
    fn terms(&self) -> Vec<String> {
        self.model.layout.names()
    }

    fn values(&self, weights: &[f64]) -> Result<Vec<f64>, Error> {
        Ok(self.solve(weights)?.0.coefficients)
    }

    fn scores(&self, weights: &[f64], values: &[f64]) -> Result<Matrix, Error> {
        let (data, rows) = self.data(weights, self.unit)?;
        // Where R stops early, its covariance is made of the weights of the step before.
        let solution = match self.plan.iteration.stop {
            Stop::Step(_) => self.plan.at(&data, values)?,
            Stop::Deviance(_) => self.plan.fit(&data, None)?,
        };
        Ok(influence(&solution, &data, &rows, weights))
    }
}

/// Influence scores of all rows, 0 where a row is not used.
pub(super) fn influence(
    solution: &Solution,
    data: &Data,
    rows: &[usize],
    weights: &[f64],
) -> Matrix {
    let mut scores = &data.x * &solution.inverse;
    let factors = solution.working.iter().zip(&solution.residuals).zip(rows);
    for (mut score, ((working, residual), &row)) in scores.row_iter_mut().zip(factors) {
        score *= working * residual / weights.get(row).copied().unwrap_or(f64::NAN);
    }
    spread(&scores, rows, weights.len())
}

/// Scores of the rows used, written to the places of all rows.
pub(super) fn spread(used: &Matrix, rows: &[usize], all: usize) -> Matrix {
    let mut spread = Matrix::zeros(all, used.ncols());
    for (score, &row) in used.row_iter().zip(rows) {
        spread.row_mut(row).copy_from(&score);
    }
    spread
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / count(values.len())
}
