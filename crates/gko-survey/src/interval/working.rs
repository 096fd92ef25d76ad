//! What the working logistic model of one share says beyond the share.
//!
//! # Estimator
//! The model has nothing but an intercept β = logit p. Its variance is linearised,
//! or that of the replicates of β. Its working information is `sum of v_i·m(1-m)`,
//! v the weights over their mean, m the share.
//!
//! # Rule
//! As R: the mean of the weights is that of the domain with the rows that have no
//! value, and m is the share at the last step but one of the iteration, which
//! starts at `(v_i·y_i + 1/2) / (v_i + 1)` and ends once the deviance changes by
//! less than 1e-8 of itself. The interval of `likelihood` takes the information;
//! with p in place of m its ends would differ by up to 2e-4.
//!
//! # Assumptions
//! 0 < p < 1. A replicate with a share of 0 or 1 has no β; there is no variance of
//! replicates then.
//!
//! # References
//! McCullagh & Nelder (1989) ch. 4; R survey 4.5 `svyglm`, R 4.2 `glm.fit`.

use crate::Matrix;
use crate::columns::{Columns, total_weight, used};
use crate::domain::Domain;
use crate::error::Error;
use crate::estimation::{Estimation, VarianceBasis};
use crate::statistic::Statistic;
use crate::survey::Survey;

use super::expit;

/// What the working model knows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Working {
    /// Variance of logit p, where replicates gave one.
    pub(crate) logit_variance: Option<f64>,
    /// Working information of the intercept.
    pub(crate) information: f64,
    /// Whether the dispersion has the factor n/(n-1): R's has, but for replicates.
    pub(crate) corrected: bool,
}

/// The logit of one share.
pub(super) struct Logit<'a> {
    pub(super) columns: &'a Columns<'a>,
    pub(super) at: usize,
}

impl Logit<'_> {
    /// Fits the model in a domain whose shares are known.
    pub(super) fn working(
        &self,
        survey: &Survey,
        domain: &Domain,
        means: &Estimation,
    ) -> Result<Working, Error> {
        let weights = domain.weights(survey.weights());
        let scale = mean_weight(&domain.with_missing().weights(survey.weights()));
        let information = self.information(&weights, scale, means.values()[self.at]);
        let corrected = survey.replicates().is_none();
        let logit_variance =
            if corrected { None } else { variance(survey.estimate(self, domain), means)? };
        Ok(Working { logit_variance, information, corrected })
    }

    /// Information at the last step but one of R's iteration.
    fn information(&self, weights: &[f64], scale: f64, p: f64) -> f64 {
        const STEPS: usize = 25;
        const CLOSE: f64 = 1e-8;
        let all = weights.iter().sum::<f64>() / scale;
        let deviance = |m: f64| -2.0 * all * (p * m.ln() + (1.0 - p) * (-m).ln_1p());
        let mut beta = self.first_step(weights, scale);
        let mut m = expit(beta);
        for _ in 0..STEPS {
            let now = deviance(m);
            let spread = m * (1.0 - m);
            beta += (p - m) / spread;
            m = expit(beta);
            let next = deviance(m);
            if (next - now).abs() / (next.abs() + 0.1) < CLOSE {
                return all * spread;
            }
        }
        all * p * (1.0 - p)
    }

    /// The intercept after the first step.
    fn first_step(&self, weights: &[f64], scale: f64) -> f64 {
        let (mut over, mut under) = (0.0, 0.0);
        for (row, weight) in used(weights) {
            let (v, y) = (weight / scale, self.columns.at(self.at, row));
            let m = (v * y + 0.5) / (v + 1.0);
            let spread = m * (1.0 - m);
            over += v * (spread * (m / (1.0 - m)).ln() + y - m);
            under += v * spread;
        }
        over / under
    }

    fn share(&self, weights: &[f64]) -> Result<f64, Error> {
        let all = total_weight(weights)?;
        let of = used(weights).map(|(row, weight)| weight * self.columns.at(self.at, row));
        Ok(of.sum::<f64>() / all)
    }
}

impl Statistic for Logit<'_> {
    fn terms(&self) -> Vec<String> {
        vec![format!("logit({})", self.columns.names()[self.at])]
    }

    fn values(&self, weights: &[f64]) -> Result<Vec<f64>, Error> {
        let p = self.share(weights)?;
        Ok(vec![(p / (1.0 - p)).ln()])
    }

    fn scores(&self, weights: &[f64], _: &[f64]) -> Result<Matrix, Error> {
        let (p, all) = (self.share(weights)?, total_weight(weights)?);
        let mut scores = Matrix::zeros(weights.len(), 1);
        for (row, _) in used(weights) {
            scores[(row, 0)] = (self.columns.at(self.at, row) - p) / (p * (1.0 - p) * all);
        }
        Ok(scores)
    }
}

/// Mean of the positive weights.
fn mean_weight(weights: &[f64]) -> f64 {
    weights.iter().sum::<f64>() / used(weights).count() as f64
}

/// Variance of a logit; none where a replicate of the share has no logit.
fn variance(logits: Result<Estimation, Error>, means: &Estimation) -> Result<Option<f64>, Error> {
    let dropped = |of: &Estimation| match of.variance() {
        VarianceBasis::Replicates { dropped, .. } => *dropped,
        VarianceBasis::Taylor { .. } => 0,
    };
    match logits {
        Ok(logits) if dropped(&logits) == dropped(means) => Ok(Some(logits.covariance()[(0, 0)])),
        Ok(_) | Err(Error::NoReplicate { .. }) => Ok(None),
        Err(other) => Err(other),
    }
}
