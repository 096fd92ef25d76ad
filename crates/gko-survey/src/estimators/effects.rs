//! Design effects: the variance under the design over that of a simple random sample.
//!
//! # Estimator
//! `deff = V / V_srs`. With influence scores u of the figure, weights w of the n
//! rows of the domain and N their sum, `S = n/(n - 1) · sum of w·(u - mean of u)² / N`
//! and `V_srs = N²·S/n`, times `1 - n/N` where the simple random sample is drawn
//! without replacement from a population of N. The effective size is `n / deff`.
//! Kish's effect of the weights alone is `n · sum of w² / (sum of w)²`.
//!
//! # Assumptions
//! The domain is compared with a simple random sample of its own n rows. Where the
//! score does not vary, or n is 1, there is no comparison: the effect is NaN.
//!
//! # References
//! Kish (1965) *Survey Sampling*, sec. 8.2 and 11.7; R survey 4.5 `svymean`,
//! `svytotal`, `svyratio` with `deff = TRUE` and `deff = "replace"`.

use crate::Matrix;
use crate::columns::{used, weighted_mean};
use crate::domain::Domain;
use crate::error::Error;
use crate::estimation::Estimation;
use crate::estimators::error::EstimatorError;
use crate::statistic::Statistic;
use crate::survey::Survey;

/// The simple random sample that a design is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Comparison {
    /// Drawn without replacement from a population of as many as the weights sum
    /// to: R's `deff = TRUE`.
    #[default]
    WithoutReplacement,
    /// Drawn with replacement: R's `deff = "replace"`.
    WithReplacement,
}

/// An estimation beside the variance of a simple random sample of the same size.
///
/// # Example
/// Schools are drawn whole, and pupils of a school answer alike:
/// ```
/// use gko_survey::{Comparison, Design, DesignEffects, Domain, Mean, Stage, Survey};
///
/// let design = Design::builder(4).stage(Stage::units(&[1, 1, 2, 2])).weights(&[5.0; 4]).build()?;
/// let survey = Survey::new(design);
/// let x = [1.0, 1.0, 3.0, 3.0];
/// let mean = Mean::of("x", &x);
/// let got = DesignEffects::of(&survey, &mean, &Domain::all(4), Comparison::WithReplacement)?;
/// // V = 1; S = 4/3, so that V_srs = 1/3.
/// assert!((got.values()[0] - 3.0).abs() < 1e-14);
/// assert!((got.effective_n()[0] - 4.0 / 3.0).abs() < 1e-14);
/// # Ok::<(), gko_survey::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct DesignEffects {
    estimation: Estimation,
    simple: Vec<Matrix>,
    comparison: Comparison,
}

impl DesignEffects {
    /// Estimates a statistic in a domain, with its design effects.
    ///
    /// # Errors
    /// As [`Survey::estimate`]; a comparison without replacement where the weights
    /// sum to no more than the rows.
    pub fn of(
        survey: &Survey,
        statistic: &dyn Statistic,
        domain: &Domain,
        comparison: Comparison,
    ) -> Result<Self, Error> {
        Self::by(survey, statistic, std::slice::from_ref(domain), comparison)
    }

    /// Estimates a statistic in several domains, with its design effects.
    ///
    /// # Errors
    /// As [`DesignEffects::of`].
    pub fn by(
        survey: &Survey,
        statistic: &dyn Statistic,
        domains: &[Domain],
        comparison: Comparison,
    ) -> Result<Self, Error> {
        let estimation = survey.estimate_by(statistic, domains)?;
        let simple = domains.iter().enumerate().map(|(at, domain)| {
            let sample = Simple { at, weights: domain.weights(survey.weights()), comparison };
            sample.covariance(statistic)
        });
        let simple = simple.collect::<Result<_, _>>()?;
        Ok(Self { estimation, simple, comparison })
    }

    /// The values with their covariance under the design.
    #[must_use]
    pub fn estimation(&self) -> &Estimation {
        &self.estimation
    }

    /// What the design was compared with.
    #[must_use]
    pub fn comparison(&self) -> Comparison {
        self.comparison
    }

    /// Covariance of a domain's values in a simple random sample.
    #[must_use]
    pub fn simple_covariance(&self, domain: usize) -> Option<&Matrix> {
        self.simple.get(domain)
    }

    /// The design effects, value by value.
    #[must_use]
    pub fn values(&self) -> Vec<f64> {
        let simple =
            self.simple.iter().flat_map(|one| one.diagonal().iter().copied().collect::<Vec<_>>());
        let design = self.estimation.covariance().diagonal();
        let effect = |(v, simple): (&f64, f64)| if simple > 0.0 { v / simple } else { f64::NAN };
        design.iter().zip(simple).map(effect).collect()
    }

    /// Factors by which standard errors grow: the square roots.
    #[must_use]
    pub fn roots(&self) -> Vec<f64> {
        self.values().into_iter().map(f64::sqrt).collect()
    }

    /// Rows of a simple random sample with the same variance.
    #[must_use]
    pub fn effective_n(&self) -> Vec<f64> {
        let bases = self.estimation.bases();
        let n = self.estimation.entries().iter().map(|entry| bases[entry.domain].n as f64);
        n.zip(self.values()).map(|(n, effect)| n / effect).collect()
    }

    /// Kish's effect of unequal weights, domain by domain; NaN in an empty one.
    #[must_use]
    pub fn kish(&self) -> Vec<f64> {
        let bases = self.estimation.bases().iter();
        bases.map(|basis| basis.n as f64 / basis.kish_n).collect()
    }
}

/// A simple random sample of a domain's rows.
struct Simple {
    at: usize,
    weights: Vec<f64>,
    comparison: Comparison,
}

impl Simple {
    fn covariance(&self, statistic: &dyn Statistic) -> Result<Matrix, Error> {
        let terms = statistic.terms().len();
        let n = used(&self.weights).count();
        if n == 0 {
            return Ok(Matrix::from_element(terms, terms, f64::NAN));
        }
        let values = statistic.values(&self.weights)?;
        let scores = statistic.scores(&self.weights, &values)?;
        let multiplier = statistic.multiplier(n as u64);
        Ok(self.spread(&scores) * (multiplier * multiplier * self.scale(n as u64)?))
    }

    /// `sum of w·(u - mean)(u - mean)'`.
    fn spread(&self, scores: &Matrix) -> Matrix {
        let all: f64 = self.weights.iter().sum();
        let mean = |at: usize| weighted_mean(&self.weights, all, |row| scores[(row, at)]);
        let mean: Vec<f64> = (0..scores.ncols()).map(mean).collect();
        let mut spread = Matrix::zeros(mean.len(), mean.len());
        for (row, w) in used(&self.weights) {
            for (b, mean_b) in mean.iter().enumerate() {
                let distance = w * (scores[(row, b)] - mean_b);
                for (a, mean_a) in mean.iter().enumerate() {
                    spread[(a, b)] += (scores[(row, a)] - mean_a) * distance;
                }
            }
        }
        spread
    }

    /// What turns the spread into the variance of n rows.
    fn scale(&self, n: u64) -> Result<f64, Error> {
        let sum_weights: f64 = self.weights.iter().sum();
        let rows = n as f64;
        let with = sum_weights / (rows - 1.0);
        if self.comparison == Comparison::WithReplacement {
            return Ok(with);
        }
        if sum_weights <= rows {
            return Err(EstimatorError::NoPopulation { domain: self.at, sum_weights, n }.into());
        }
        Ok(with * (1.0 - rows / sum_weights))
    }
}
