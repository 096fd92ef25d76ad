//! Population quantiles with their intervals.
//!
//! # Estimator
//! The quantile at p is read off the weighted values by a [`QuantileRule`]. Its
//! interval, with q the quantile and F the weighted CDF:
//! - `mean`, `beta`, `xlogit`, `asin` (Woodruff): an interval (L, U) of the share
//!   F(q) by the method of that name of [`crate::IntervalMethod`]; the ends are the
//!   quantiles at L and U, by the same rule;
//! - `score`: the test of `F(θ) = p` inverted (see `score.rs`);
//! - `quantile`, with replicates alone: `q ± t·SE`, SE from the quantile's replicates.
//!
//! The standard error is the interval's length over 2t.
//!
//! # Assumptions
//! An end is missing where it would be a quantile at a probability outside [0, 1],
//! which happens to `mean`; so is then the standard error. R's NaN. `beta` takes
//! the chosen degrees of freedom throughout; R's always those of the design.
//!
//! # References
//! Woodruff (1952) *JASA* 47, 635; Francisco & Fuller (1991) *Ann. Statist.* 19,
//! 454; Dorfman & Valliant (1993); R survey 4.5 `svyquantile`.

mod cdf;
mod rule;
mod score;
mod sorted;

use crate::Matrix;
use crate::columns::{Columns, total_weight};
use crate::domain::Domain;
use crate::error::Error;
use crate::estimate::Absent;
use crate::estimation::{Basis, Df, Estimation, VarianceBasis};
use crate::estimators::Mean;
use crate::interval::{IntervalError, ShareFacts, Students, around};
use crate::options::{IntervalMethod, tail};
use crate::statistic::Statistic;
use crate::survey::Survey;

pub use cdf::{Cdf, CdfSteps};
pub use rule::QuantileRule;
use score::Score;
use sorted::Sorted;

/// How the interval of a quantile is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum QuantileInterval {
    /// Woodruff's: F(q) ± t·SE.
    #[default]
    Mean,
    /// Woodruff's, with Korn and Graubard's interval of F(q).
    Beta,
    /// Woodruff's, with F(q) on the logit scale.
    XLogit,
    /// Woodruff's, with F(q) on the arcsine scale.
    Asin,
    /// Francisco and Fuller's: the score test inverted.
    Score,
    /// q ± t·SE, by the replicates of q.
    Quantile,
}

named!(QuantileInterval, "interval of a quantile", {
    Mean => "mean",
    Beta => "beta",
    XLogit => "xlogit",
    Asin => "asin",
    Score => "score",
    Quantile => "quantile",
});

/// Quantiles of a column, and how they and their intervals are made.
///
/// # Example
/// ```
/// use gko_survey::{Design, Domain, QuantileRule, Quantiles, Survey};
///
/// let survey = Survey::new(Design::builder(5).weights(&[1.0, 1.0, 1.0, 1.0, 4.0]).build()?);
/// let hours = [1.0, 2.0, 3.0, 4.0, 5.0];
/// let median = Quantiles::new("hours", &hours, &[0.5]);
/// let got = median.estimate(&survey, &Domain::all(5))?;
/// // Half of the weight lies at 4 or below; with `school` it is the mean of 4 and 5.
/// assert_eq!(got.quantiles[0].value, Some(4.0));
/// let school = Quantiles { rule: QuantileRule::School, ..median };
/// let got = school.estimate(&survey, &Domain::all(5))?;
/// assert_eq!(got.quantiles[0].value, Some(4.5));
/// # Ok::<(), gko_survey::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quantiles<'a> {
    /// Name of the column.
    pub name: &'a str,
    /// Its values, one a row.
    pub values: &'a [f64],
    /// Probabilities from 0 to 1.
    pub probabilities: &'a [f64],
    /// How a quantile is read off.
    pub rule: QuantileRule,
    /// How its interval is made.
    pub interval: QuantileInterval,
    /// Confidence level, 1 - α.
    pub level: f64,
    /// Degrees of freedom.
    pub df: Df,
}

/// One quantile.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct QuantileEstimate {
    /// Its probability.
    pub probability: f64,
    /// Its value.
    pub value: Option<f64>,
    /// Lower end of its interval.
    pub low: Option<f64>,
    /// Upper end of its interval.
    pub high: Option<f64>,
    /// Its standard error, where there are both ends.
    pub se: Option<f64>,
}

/// Quantiles of a column in a domain, and what they rest on.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct QuantileEstimates {
    /// Name of the column.
    pub name: String,
    /// In the order of the probabilities.
    pub quantiles: Vec<QuantileEstimate>,
    /// The rule in fact used.
    pub rule: QuantileRule,
    /// How the intervals were made.
    pub interval: QuantileInterval,
    /// Confidence level.
    pub level: f64,
    /// Degrees of freedom in fact used.
    pub df: f64,
    /// What the quantiles rest on.
    pub basis: Basis,
    /// How the variance was worked out.
    pub variance: VarianceBasis,
    /// Why values or intervals are missing.
    pub absent: Option<Absent>,
}

impl<'a> Quantiles<'a> {
    /// As R's default: the rule `math`, the interval `mean`, 95 %, the domain's
    /// degrees of freedom.
    #[must_use]
    pub fn new(name: &'a str, values: &'a [f64], probabilities: &'a [f64]) -> Self {
        let (rule, interval) = (QuantileRule::default(), QuantileInterval::default());
        Self { name, values, probabilities, rule, interval, level: 0.95, df: Df::Domain }
    }

    /// Estimates the quantiles in a domain, from which rows without a value were
    /// taken out ([`Domain::observed`]).
    ///
    /// # Errors
    /// No probability or one outside [0, 1], a level outside (0, 1), values that are
    /// not finite, the interval `quantile` without replicates, and what
    /// [`Survey::estimate`] refuses.
    pub fn estimate(&self, survey: &Survey, domain: &Domain) -> Result<QuantileEstimates, Error> {
        let students = Students::new(tail(self.level)?);
        let weights = domain.weights(survey.weights());
        self.check(survey, &weights)?;
        let data = Sorted::new(self.values, &weights);
        let values = self.read(&data);
        let shares = self.shares(survey, domain, &values)?;
        let df = shares.df(0, self.df);
        let empty = shares.bases()[0].absent;
        let absent = empty.or_else(|| (df.is_nan() || df <= 0.0).then_some(Absent::NoDf));
        let ends = match absent {
            Some(_) => vec![(None, None); values.len()],
            None => {
                let found = Found { survey, domain, data, values: &values, shares: &shares };
                self.ends(&found, df, &students)?
            }
        };
        let value = |at: usize| empty.is_none().then_some(values[at]);
        let width = |(low, high): Ends| Some((high? - low?) / (2.0 * students.get(df)));
        let quantile = |(at, (low, high)): (usize, Ends)| QuantileEstimate {
            probability: self.probabilities[at],
            value: value(at),
            low,
            high,
            se: width((low, high)),
        };
        let quantiles = ends.into_iter().enumerate().map(quantile).collect();
        Ok(self.result(quantiles, &shares, df, absent))
    }

    fn result(
        &self,
        quantiles: Vec<QuantileEstimate>,
        shares: &Estimation,
        df: f64,
        absent: Option<Absent>,
    ) -> QuantileEstimates {
        QuantileEstimates {
            name: self.name.to_owned(),
            quantiles,
            rule: self.rule,
            interval: self.interval,
            level: self.level,
            df,
            basis: shares.bases()[0].clone(),
            variance: shares.variance().clone(),
            absent,
        }
    }

    fn check(&self, survey: &Survey, weights: &[f64]) -> Result<(), Error> {
        Columns::new().number(self.name, self.values).check(weights)?;
        let outside = |p: &&f64| !(0.0..=1.0).contains(*p);
        if let Some(&probability) = self.probabilities.iter().find(outside) {
            return Err(Error::Interval(IntervalError::InvalidQuantile { probability }));
        }
        if self.interval == QuantileInterval::Quantile && survey.replicates().is_none() {
            return Err(Error::Interval(IntervalError::NeedsReplicates));
        }
        Ok(())
    }

    /// The quantiles of sorted values; NaN without rows.
    fn read(&self, data: &Sorted) -> Vec<f64> {
        let one = |&p: &f64| if data.len() == 0 { f64::NAN } else { self.rule.read(data, p) };
        self.probabilities.iter().map(one).collect()
    }

    /// The shares of rows at or below each quantile.
    fn shares(
        &self,
        survey: &Survey,
        domain: &Domain,
        values: &[f64],
    ) -> Result<Estimation, Error> {
        let marks: Vec<Vec<f64>> =
            values.iter().map(|&value| at_most(self.values, value)).collect();
        let columns =
            marks.iter().fold(Columns::new(), |columns, mark| columns.number(self.name, mark));
        survey.estimate(&Mean::new(columns), domain)
    }

    fn ends(&self, found: &Found<'_>, df: f64, students: &Students) -> Result<Vec<Ends>, Error> {
        let t = students.get(df);
        let method = match self.interval {
            QuantileInterval::Mean => IntervalMethod::T,
            QuantileInterval::Beta => IntervalMethod::KornGraubard,
            QuantileInterval::XLogit => IntervalMethod::XLogit,
            QuantileInterval::Asin => IntervalMethod::Asin,
            QuantileInterval::Score => return self.score(found, t),
            QuantileInterval::Quantile => return self.replicated(found, t),
        };
        let woodruff = |at: usize| {
            let ends = found.share(at, df).ends(method, students);
            let end = |p: f64| (0.0..=1.0).contains(&p).then(|| self.rule.read(&found.data, p));
            ends.map_or((None, None), |(low, high)| (end(low), end(high)))
        };
        Ok((0..found.values.len()).map(woodruff).collect())
    }

    fn score(&self, found: &Found<'_>, t: f64) -> Result<Vec<Ends>, Error> {
        let score = Score { survey: found.survey, domain: found.domain, values: self.values, t };
        let end = |share: Option<f64>| share.map(|share| self.rule.read(&found.data, share));
        let one = |&p: &f64| {
            let (low, high) = score.shares(&found.data, p)?;
            Ok((end(low), end(high)))
        };
        self.probabilities.iter().map(one).collect()
    }

    fn replicated(&self, found: &Found<'_>, t: f64) -> Result<Vec<Ends>, Error> {
        let se = found.survey.estimate(self, found.domain)?.se();
        let pairs = found.values.iter().zip(se).map(|(value, se)| around(*value, se, t));
        Ok(pairs.map(|(low, high)| (Some(low), Some(high))).collect())
    }
}

/// The two ends of an interval, where there are any.
type Ends = (Option<f64>, Option<f64>);

/// Quantiles that were found, and the shares of rows at or below them.
struct Found<'a> {
    survey: &'a Survey,
    domain: &'a Domain,
    data: Sorted,
    values: &'a [f64],
    shares: &'a Estimation,
}

impl Found<'_> {
    /// The share of rows at or below a quantile.
    fn share(&self, at: usize, df: f64) -> ShareFacts {
        let (p, variance) = (self.shares.values()[at], self.shares.covariance()[(at, at)]);
        let (n, rows) = (self.shares.bases()[0].n, self.domain.rows_inside());
        ShareFacts { p, variance, n, rows, df, working: None }
    }
}

/// 1 where a value is at most `limit`.
fn at_most(values: &[f64], limit: f64) -> Vec<f64> {
    values.iter().map(|&value| f64::from(u8::from(value <= limit))).collect()
}

/// The quantiles themselves: what their replicates are made of.
impl Statistic for Quantiles<'_> {
    fn terms(&self) -> Vec<String> {
        self.probabilities.iter().map(|p| format!("{}.{p}", self.name)).collect()
    }

    fn values(&self, weights: &[f64]) -> Result<Vec<f64>, Error> {
        total_weight(weights)?;
        Ok(self.read(&Sorted::new(self.values, weights)))
    }

    /// A quantile is no smooth function of the weights.
    fn scores(&self, _: &[f64], _: &[f64]) -> Result<Matrix, Error> {
        Err(Error::Interval(IntervalError::NeedsReplicates))
    }
}
