//! Whether shares are those that a hypothesis gives.
//!
//! # Estimator
//! With O the weighted counts, N their sum, p the hypothetical shares and `E = pN`:
//! `X² = sum of (O - E)²/E`, or the deviance `G² = 2·sum of O·log(O/E)`. Both are
//! distributed as `sum of lambda·chi²(1)`, lambda the eigenvalues of the covariance
//! of `(O - E)/sqrt(E)`. Satterthwaite: with m and s the means of lambda and of its
//! square, X²/scale is chi-square with df: `scale = s/m`, `df = levels·m²/s`.
//!
//! # Assumptions
//! The lambda are taken at the estimate and not at the hypothesis, as R does. X² and
//! its scale are counts of people: they grow with the weights, the p-value does not.
//!
//! # References
//! Rao & Scott (1981) *JASA* 76, 221; R survey 4.5 `svygofchisq`,
//! which takes the probabilities in alphabetical order of the levels for its
//! p-value; ours are in the order of the levels.

use crate::Matrix;
use crate::columns::Columns;
use crate::domain::Domain;
use crate::error::Error;
use crate::estimation::Estimation;
use crate::estimators::Total;
use crate::hypothesis::algebra::eigenvalues;
use crate::hypothesis::error::HypothesisError;
use crate::hypothesis::factor::Factor;
use crate::hypothesis::result::{NoPValue, TestResult};
use crate::hypothesis::table::used_rows;
use crate::hypothesis::tails;
use crate::survey::Survey;

/// A variance of the counts below this part of their square counts as 0.
const NO_SPREAD: f64 = 1e-18;

/// How far counts are from what a hypothesis expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum GoodnessStatistic {
    /// Pearson's X², as R has it.
    #[default]
    Pearson,
    /// The deviance G².
    LikelihoodRatio,
}

named!(GoodnessStatistic, "statistic of fit", {
    Pearson => "pearson",
    LikelihoodRatio => "likelihood-ratio",
});

impl GoodnessStatistic {
    /// Name of the statistic, and the test in words.
    fn in_words(self) -> (&'static str, &'static str) {
        match self {
            Self::Pearson => ("X-squared", "chi-square test of given shares"),
            Self::LikelihoodRatio => ("G-squared", "likelihood ratio test of given shares"),
        }
    }

    fn distance(self, observed: &[f64], expected: &[f64]) -> f64 {
        let cells = observed.iter().zip(expected);
        match self {
            Self::Pearson => cells.map(|(o, e)| (o - e) * (o - e) / e).sum(),
            Self::LikelihoodRatio => {
                2.0 * cells.filter(|(o, _)| **o > 0.0).map(|(o, e)| o * (o / e).ln()).sum::<f64>()
            }
        }
    }
}

/// A test of shares against given ones.
///
/// # Example
/// Of 4 pupils drawn one by one 3 are online; the hypothesis is one half:
/// ```
/// use gko_survey::hypothesis::{Factor, GoodnessOfFit};
/// use gko_survey::{Design, Domain, Survey};
///
/// let survey = Survey::new(Design::builder(4).weights(&[1.0; 4]).build()?);
/// let online = Factor::new("online", &[0, 1, 1, 1], &["no", "yes"]);
/// let got = GoodnessOfFit::new(online, &[1.0, 1.0]).test(&survey, &Domain::all(4))?;
/// // X² = 1/2 + 1/2. Var(O) = 1 in both, opposite: the one lambda is (1 + 1) / 2.
/// assert!((got.statistic - 1.0).abs() < 1e-12);
/// assert!(got.parameter("df").is_some_and(|df| (df - 1.0).abs() < 1e-12));
/// # Ok::<(), gko_survey::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct GoodnessOfFit<'a> {
    variable: Factor<'a>,
    probabilities: Vec<f64>,
    statistic: GoodnessStatistic,
}

impl<'a> GoodnessOfFit<'a> {
    /// A variable and the share of each of its levels; they are scaled to a sum of 1.
    #[must_use]
    pub fn new(variable: Factor<'a>, probabilities: &[f64]) -> Self {
        let (probabilities, statistic) = (probabilities.to_vec(), GoodnessStatistic::default());
        Self { variable, probabilities, statistic }
    }

    /// Measures by another statistic.
    #[must_use]
    pub fn statistic(mut self, statistic: GoodnessStatistic) -> Self {
        self.statistic = statistic;
        self
    }

    /// Tests the shares in a domain. A level that nobody has is no error: its count is 0.
    ///
    /// # Errors
    /// Another number of probabilities than of levels, one that is not above 0, fewer
    /// than two levels, an empty domain, and what [`Survey::estimate`] refuses.
    pub fn test(&self, survey: &Survey, domain: &Domain) -> Result<TestResult, Error> {
        self.check()?;
        let used = self.variable.observed(domain)?;
        let weights = used.weights(survey.weights());
        if !self.variable.seen(&weights)?.contains(&true) {
            return Err(Error::EmptyDomain);
        }
        let labels = self.variable.labels();
        let counts = Columns::new().categories("", self.variable.codes(), labels);
        let totals = survey.estimate(&Total::new(counts), &used)?;
        let mut result = self.judge(&totals)?;
        (result.n, result.excluded) = (used_rows(&weights), used.excluded());
        result.df = survey.df(domain);
        Ok(result)
    }

    fn check(&self) -> Result<(), Error> {
        let (variable, labels) = (self.variable.name().to_owned(), self.variable.labels());
        let (expected, got) = (labels.len(), self.probabilities.len());
        if expected < 2 {
            return Err(HypothesisError::TooFewLevels { variable, levels: expected }.into());
        }
        if expected != got {
            return Err(HypothesisError::ProbabilitiesDiffer { variable, expected, got }.into());
        }
        let fits = |p: f64| p > 0.0 && p.is_finite();
        match self.probabilities.iter().zip(labels).find(|(p, _)| !fits(**p)) {
            None => Ok(()),
            Some((&probability, level)) => {
                let level = level.clone();
                Err(HypothesisError::InvalidProbability { variable, level, probability }.into())
            }
        }
    }

    fn judge(&self, totals: &Estimation) -> Result<TestResult, Error> {
        let observed = totals.values();
        let (sum, all): (f64, f64) = (self.probabilities.iter().sum(), observed.iter().sum());
        let shares: Vec<f64> = self.probabilities.iter().map(|p| p / sum).collect();
        let expected: Vec<f64> = shares.iter().map(|p| p * all).collect();
        let lambda = eigenvalues(&spread(&shares, observed, &expected, totals.covariance()));
        let statistic = self.statistic.distance(observed, &expected);
        let (name, method) = self.statistic.in_words();
        let result = TestResult::new(method.to_owned(), name, statistic);
        let mean = lambda.iter().sum::<f64>() / lambda.len() as f64;
        let square = lambda.iter().map(|one| one * one).sum::<f64>() / lambda.len() as f64;
        // Of calibrated counts rounding is left: an SE of 1e-9 of the counts is none.
        if mean <= NO_SPREAD * observed.iter().sum::<f64>() {
            return Ok(result.judged(Err(NoPValue::NoVariance)));
        }
        let (scale, df) = (square / mean, lambda.len() as f64 * mean * mean / square);
        let judged = tails::chi_squared(statistic / scale, df)?;
        Ok(result.with("scale", scale).with("df", df).judged(judged))
    }
}

/// Covariance of `(O - E)/sqrt(E)` from that of O; E depends on the sum of all O.
fn spread(shares: &[f64], observed: &[f64], expected: &[f64], covariance: &Matrix) -> Matrix {
    let slope = Matrix::from_fn(shares.len(), shares.len(), |i, j| {
        let e = expected[i];
        let by_total = shares[i] * (1.0 + 0.5 * (observed[i] - e) / e);
        (f64::from(u8::from(i == j)) - by_total) / e.sqrt()
    });
    &slope * covariance * slope.transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_back() {
        for one in GoodnessStatistic::ALL {
            assert_eq!(one.as_str().parse(), Ok(one));
            assert!(GoodnessStatistic::NAMES.contains(one.as_str()));
        }
        assert_eq!("g".parse::<GoodnessStatistic>().unwrap_err().code(), "GKO-S042");
    }
}
