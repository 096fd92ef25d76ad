//! A fitted proportional odds model, and the shares of levels that it predicts.
//!
//! # Estimator
//! Covariance of (b, zeta) under the design. Residual degrees of freedom are the
//! design's less the number of coefficients; thresholds are not counted. Deviance:
//! -2 log-likelihood with weights in units of their mean.
//!
//! # References
//! R survey 4.5 `svyolr`, `predict.svyolr`.

use super::coefficients::{Coefficient, table};
use super::error::ModelError;
use super::fit::count;
use super::linear::times;
use super::ordinal::ProportionalOdds;
use super::ordinal_newton::{derivatives, probabilities};
use super::variable::Variable;
use crate::{Domain, Error, Estimation, Matrix, Statistic, Survey};

/// A fitted proportional odds model.
#[derive(Debug, Clone)]
pub struct OrdinalFit<'a> {
    odds: ProportionalOdds<'a>,
    estimation: Estimation,
    naive: Matrix,
    deviance: f64,
    df_residual: f64,
}

impl<'a> ProportionalOdds<'a> {
    /// Fits the model in a domain; rows with a missing value are left out and counted.
    ///
    /// # Errors
    /// What the model refuses (aliased columns, separation, levels without rows),
    /// an empty domain, and what the design refuses.
    pub fn estimate(&self, survey: &Survey, domain: &Domain) -> Result<OrdinalFit<'a>, Error> {
        let observed = self.model().observed(domain)?;
        let (data, _) = self.data(&observed.weights(survey.weights()))?;
        let estimation = survey.estimate(self, &observed)?;
        let values = estimation.values();
        let total: f64 = data.weights.iter().sum();
        let mean = total / count(data.weights.len());
        let inverse = derivatives(&data, values).information.try_inverse();
        let naive = inverse.ok_or(ModelError::NotConverged {
            what: "information of the proportional odds model",
            iterations: 0,
            change: f64::NAN,
        })?;
        let df = survey.df(if survey.design().is_none() { domain } else { &observed });
        Ok(OrdinalFit {
            deviance: -2.0 * data.likelihood(values) / mean,
            df_residual: df - count(self.coefficients()),
            odds: self.clone(),
            naive,
            estimation,
        })
    }
}

impl OrdinalFit<'_> {
    /// Names of the coefficients, then of the thresholds.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        self.odds.terms()
    }

    /// The coefficients, then the thresholds.
    #[must_use]
    pub fn values(&self) -> &[f64] {
        self.estimation.values()
    }

    /// Their covariance under the design.
    #[must_use]
    pub fn covariance(&self) -> &Matrix {
        self.estimation.covariance()
    }

    /// The inverse of the weighted information: R's `solve(model$Hess)`.
    #[must_use]
    pub fn naive_covariance(&self) -> &Matrix {
        &self.naive
    }

    /// Degrees of freedom of the design less the number of coefficients.
    #[must_use]
    pub fn df_residual(&self) -> f64 {
        self.df_residual
    }

    /// Deviance.
    #[must_use]
    pub fn deviance(&self) -> f64 {
        self.deviance
    }

    /// Coefficients and thresholds with standard error, t, p and interval.
    ///
    /// # Errors
    /// A level outside (0, 1).
    pub fn table(&self, level: f64) -> Result<Vec<Coefficient>, Error> {
        table(&self.names(), self.values(), self.covariance(), self.df_residual, level)
    }

    /// Values and covariance with what they rest on.
    #[must_use]
    pub fn estimation(&self) -> &Estimation {
        &self.estimation
    }

    /// Shares of the levels for new rows: rows by levels.
    ///
    /// # Errors
    /// A variable of the model that is not there, or that has other levels.
    pub fn probabilities(&self, variables: &[Variable<'_>]) -> Result<Matrix, Error> {
        let rows = variables.first().map_or(1, Variable::rows);
        let x = self.odds.own_columns(variables)?;
        let (b, zeta) = self.values().split_at(self.odds.coefficients());
        let eta = if b.is_empty() { vec![0.0; rows] } else { times(&x, b) };
        let cells = eta.iter().flat_map(|&eta| probabilities(zeta, eta));
        Ok(Matrix::from_row_iterator(rows, zeta.len() + 1, cells))
    }

    /// The positions of the coefficients of some terms.
    pub(super) fn columns_of(&self, labels: &[&str]) -> Result<Vec<usize>, Error> {
        self.odds.coefficients_of(labels)
    }
}
