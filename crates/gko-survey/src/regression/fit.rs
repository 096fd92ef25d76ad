//! A fitted generalized linear model: coefficients with their design-based covariance.
//!
//! # Estimator
//! The covariance is the design's, from the scores of [`Glm`] or from replicates.
//! Weights are counted in units of their mean over all rows of the domain, so that
//! the deviance has the size of one of n rows. Dispersion: with Pearson residuals
//! `e = (y - mu)/sqrt(V(mu))`, the weighted variance of e, times n/(n - 1); with
//! replicates the weighted mean of e². Null deviance: of the intercept and offset.
//!
//! # Assumptions
//! Rows of the domain with a missing value are left out and counted. They stay in
//! the mean to which weights are scaled, as in R; so where rows were left out,
//! deviance and dispersion are multiplied by (mean weight used) / (mean weight).
//!
//! # References
//! R survey 4.5 `svyglm`, `summary.svyglm`, `confint.svyglm`, `summary.svrepglm`.

use super::coefficients::{Coefficient, table};
use super::glm::Glm;
use super::irls::{Data, Solution};
use super::model::Model;
use crate::{Domain, Error, Estimation, Matrix, Statistic, Survey};

/// A fitted generalized linear model.
#[derive(Debug, Clone)]
pub struct GlmFit<'a> {
    pub(super) glm: Glm<'a>,
    /// Weights of the rows used, 0 elsewhere.
    pub(super) weights: Vec<f64>,
    pub(super) estimation: Estimation,
    naive: Matrix,
    df_residual: f64,
    dispersion: f64,
    deviance: f64,
    null_deviance: f64,
    iterations: u32,
}

impl<'a> Glm<'a> {
    /// Fits the model in a domain; rows with a missing value are left out and counted.
    ///
    /// # Example
    /// ```
    /// use gko_survey::regression::{Family, Glm, Link, Model, Terms, Variable};
    /// use gko_survey::{Design, Domain, Survey};
    ///
    /// let (hours, age) = ([1.0, 2.0, 2.0, 5.0], [0.0, 1.0, 2.0, 3.0]);
    /// let hours = Variable::numeric("hours", &hours);
    /// let age = vec![Variable::numeric("age", &age)];
    /// let model = Model::new(hours, age, &Terms::new().main("age"))?;
    /// let survey = Survey::new(Design::builder(4).weights(&[1.0; 4]).build()?);
    /// let glm = Glm::new(model, Family::Gaussian, Link::Identity)?;
    /// let fit = glm.estimate(&survey, &Domain::all(4))?;
    /// // The line 0.7 + 1.2 x; three degrees of freedom of four rows, + 1 - 2.
    /// assert!((fit.coefficients()[1] - 1.2).abs() < 1e-12);
    /// assert_eq!(fit.df_residual(), 2.0);
    /// assert!((fit.deviance() - 1.8).abs() < 1e-12);
    /// # Ok::<(), gko_survey::Error>(())
    /// ```
    ///
    /// # Errors
    /// What the model refuses (aliased columns, separation, no convergence), an
    /// empty domain, and what the design refuses.
    pub fn estimate(&self, survey: &Survey, domain: &Domain) -> Result<GlmFit<'a>, Error> {
        let observed = self.model.observed(domain)?;
        let weights = observed.weights(survey.weights());
        let glm = self.clone().in_units_of(mean_weight(survey, domain));
        let (solution, data, _) = glm.solve(&weights)?;
        let replicated = survey.design().is_none();
        let warm = Warm { glm: &glm, full: &weights, coefficients: &solution.coefficients };
        let estimation = survey.estimate(&warm, &observed)?;
        // R counts the degrees of freedom of replicates before it drops rows.
        let df = survey.df(if replicated { domain } else { &observed });
        let columns = count(solution.coefficients.len());
        Ok(GlmFit {
            estimation,
            df_residual: df + 1.0 - columns,
            dispersion: dispersion(&glm, &data, &solution, replicated),
            deviance: solution.deviance,
            null_deviance: glm.null_deviance(&data)?,
            iterations: solution.iterations,
            naive: solution.inverse,
            glm,
            weights,
        })
    }
}

impl<'a> GlmFit<'a> {
    /// Names of the coefficients.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        self.glm.terms()
    }

    /// The coefficients.
    #[must_use]
    pub fn coefficients(&self) -> &[f64] {
        self.estimation.values()
    }

    /// Their covariance under the design.
    #[must_use]
    pub fn covariance(&self) -> &Matrix {
        self.estimation.covariance()
    }

    /// The covariance as if rows were independent and the weights counted rows,
    /// at dispersion 1: R's `naive.cov`.
    #[must_use]
    pub fn naive_covariance(&self) -> &Matrix {
        &self.naive
    }

    /// Coefficients with standard error, t, p and interval at a level.
    ///
    /// # Errors
    /// A level outside (0, 1).
    pub fn table(&self, level: f64) -> Result<Vec<Coefficient>, Error> {
        table(&self.names(), self.coefficients(), self.covariance(), self.df_residual, level)
    }

    /// Degrees of freedom of the design + 1 - the number of coefficients.
    #[must_use]
    pub fn df_residual(&self) -> f64 {
        self.df_residual
    }

    /// Estimated dispersion.
    #[must_use]
    pub fn dispersion(&self) -> f64 {
        self.dispersion
    }

    /// Deviance.
    #[must_use]
    pub fn deviance(&self) -> f64 {
        self.deviance
    }

    /// Deviance of the intercept and the offset alone.
    #[must_use]
    pub fn null_deviance(&self) -> f64 {
        self.null_deviance
    }

    /// Iterations that the full sample took.
    #[must_use]
    pub fn iterations(&self) -> u32 {
        self.iterations
    }

    /// Values and covariance with what they rest on: rows, rows left out, replicates.
    #[must_use]
    pub fn estimation(&self) -> &Estimation {
        &self.estimation
    }

    /// The model of the mean.
    #[must_use]
    pub fn model(&self) -> &Model<'a> {
        self.glm.model()
    }
}

/// The model whose replicates start where the full sample ended.
struct Warm<'m, 'a> {
    glm: &'m Glm<'a>,
    full: &'m [f64],
    coefficients: &'m [f64],
}

impl Statistic for Warm<'_, '_> {
    fn terms(&self) -> Vec<String> {
        self.glm.terms()
    }

    fn values(&self, weights: &[f64]) -> Result<Vec<f64>, Error> {
        if weights == self.full {
            return Ok(self.coefficients.to_vec());
        }
        self.glm.replicate(weights, self.coefficients)
    }

    fn scores(&self, weights: &[f64], values: &[f64]) -> Result<Matrix, Error> {
        self.glm.scores(weights, values)
    }
}

/// The mean weight of the domain's rows; 1 where it has none, which is refused later.
fn mean_weight(survey: &Survey, domain: &Domain) -> f64 {
    let inside = survey.weights().iter().enumerate().filter(|(row, _)| domain.contains(*row));
    let (rows, sum) = inside.fold((0.0, 0.0), |(rows, sum), (_, w)| (rows + 1.0, sum + w));
    if sum > 0.0 { sum / rows } else { 1.0 }
}

fn dispersion(glm: &Glm<'_>, data: &Data, solution: &Solution, replicated: bool) -> f64 {
    let family = glm.family();
    let residual = |(&y, &mean)| family.residual(y, mean) / family.variance(mean).sqrt();
    let residuals: Vec<f64> = data.y.iter().zip(&solution.means).map(residual).collect();
    let weight: f64 = data.weights.iter().sum();
    let average = |centre: f64, power: i32| -> f64 {
        let rows = data.weights.iter().zip(&residuals);
        rows.map(|(w, e)| w * (e - centre).powi(power)).sum::<f64>() / weight
    };
    let rows = count(residuals.len());
    let scale = weight / rows;
    if replicated {
        scale * average(0.0, 2)
    } else {
        scale * average(average(0.0, 1), 2) * rows / (rows - 1.0)
    }
}

/// A count as a number.
#[allow(clippy::cast_precision_loss, reason = "rows and columns are far below 2^52")]
pub(super) fn count(count: usize) -> f64 {
    count as f64
}
