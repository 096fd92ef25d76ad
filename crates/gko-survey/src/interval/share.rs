//! Shares with their intervals, under any design or replicates.
//!
//! # Estimator
//! The share and its variance are those of [`crate::Mean`]; the interval is one of
//! [`IntervalMethod`]. `logit` and `likelihood` take the variance of logit p: from
//! the replicates of logit p where there are replicates, else linearised.
//!
//! # Assumptions
//! A base with no degrees of freedom has no interval. Where a replicate has a
//! share of 0 or 1 its logit does not exist: the variance of the logit is
//! linearised then, and the interval of `logit` says `xlogit`.
//!
//! # References
//! R survey 4.5 `svyciprop`. Two deliberate differences: R's methods `logit` and
//! `likelihood` report a share that was iterated to about 1e-9, ours is exact; R's
//! `beta` ignores `df`, ours takes it.

use crate::columns::{Columns, used};
use crate::domain::Domain;
use crate::error::Error;
use crate::estimate::Absent;
use crate::estimation::{Basis, Df, Estimation, VarianceBasis};
use crate::estimators::Mean;
use crate::options::{IntervalMethod, tail};
use crate::survey::Survey;

use super::working::{Logit, Working};
use super::{Interval, IntervalError, ShareFacts, Students};

/// Shares of 0/1 columns, or of categories, and how their intervals are made.
///
/// # Example
/// Four of ten rows, drawn with replacement: Wilson's interval has n* = 10 - 1.
/// ```
/// use gko_survey::{Columns, Design, Df, Domain, IntervalMethod, ShareInterval, Survey};
///
/// let survey = Survey::new(Design::builder(10).weights(&[1.0; 10]).build()?);
/// let smoker = [1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0];
/// let shares = ShareInterval {
///     method: IntervalMethod::Wilson,
///     df: Df::Infinite,
///     ..ShareInterval::new(Columns::new().number("smoker", &smoker))
/// };
/// let got = &shares.estimate(&survey, &Domain::all(10))?[0];
/// assert_eq!(got.value, Some(0.4));
/// // z = 1.959964: (0.4·9 + z²/2 ± z·√(9·0.24 + z²/4)) / (9 + z²).
/// let interval = got.interval.unwrap();
/// assert!((interval.low - 0.16337_91758).abs() < 1e-9);
/// assert!((interval.high - 0.69649_34563).abs() < 1e-9);
/// # Ok::<(), gko_survey::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct ShareInterval<'a> {
    /// 0/1 columns and categories.
    pub columns: Columns<'a>,
    /// How the interval is made.
    pub method: IntervalMethod,
    /// Confidence level.
    pub level: f64,
    /// Degrees of freedom.
    pub df: Df,
}

/// A share, its standard error and interval, and what they rest on.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ShareEstimate {
    /// Name of the column, with the category.
    pub term: String,
    /// The share.
    pub value: Option<f64>,
    /// Its standard error.
    pub se: Option<f64>,
    /// Its interval, with the method in fact used.
    pub interval: Option<Interval>,
    /// Rows of the base with the value 1.
    pub hits: u64,
    /// Degrees of freedom in fact used.
    pub df: f64,
    /// What the share rests on.
    pub basis: Basis,
    /// How the variance was worked out.
    pub variance: VarianceBasis,
    /// Why something is missing.
    pub absent: Option<Absent>,
}

impl<'a> ShareInterval<'a> {
    /// Korn and Graubard's interval as NCHS has it, 95 %, the domain's degrees of freedom.
    #[must_use]
    pub fn new(columns: Columns<'a>) -> Self {
        Self { columns, method: IntervalMethod::default(), level: 0.95, df: Df::Domain }
    }

    /// Estimates the shares in a domain, from which rows without a value were
    /// taken out ([`Domain::observed`]); each category is a share.
    ///
    /// # Errors
    /// A level outside (0, 1), a number that is neither 0 nor 1, and what
    /// [`Survey::estimate`] refuses.
    pub fn estimate(&self, survey: &Survey, domain: &Domain) -> Result<Vec<ShareEstimate>, Error> {
        let students = Students::new(tail(self.level)?);
        let means = survey.estimate(&Mean::new(self.columns.clone()), domain)?;
        let weights = domain.weights(survey.weights());
        let all = (0..self.columns.len()).map(|at| {
            let hits = self.hits(at, &weights)?;
            self.one(survey, domain, &means, (at, hits), &students)
        });
        all.collect()
    }

    /// Used rows where a column is 1.
    fn hits(&self, column: usize, weights: &[f64]) -> Result<u64, Error> {
        let mut hits = 0;
        for (row, _) in used(weights) {
            let value = self.columns.at(column, row);
            if value != 0.0 && value != 1.0 {
                let column = self.columns.names().swap_remove(column);
                return Err(Error::Interval(IntervalError::NotBinary { column, row, value }));
            }
            hits += u64::from(value == 1.0);
        }
        Ok(hits)
    }

    fn one(
        &self,
        survey: &Survey,
        domain: &Domain,
        means: &Estimation,
        (at, hits): (usize, u64),
        students: &Students,
    ) -> Result<ShareEstimate, Error> {
        let (basis, df) = (means.bases()[0].clone(), means.df(at, self.df));
        let variance = means.covariance()[(at, at)];
        let value = value(hits, basis.n, means.values()[at]);
        let absent = basis.absent.or_else(|| (df.is_nan() || df <= 0.0).then_some(Absent::NoDf));
        let interval = match absent {
            Some(_) => None,
            None => {
                let (working, method) = self.working(survey, domain, means, (at, hits))?;
                let rows = domain.rows_inside() + domain.excluded();
                let facts = ShareFacts { p: value, variance, n: basis.n, rows, df, working };
                let (low, high, method) = facts.interval(method, students);
                Some(Interval { low, high, level: self.level, method })
            }
        };
        let there = basis.absent.is_none();
        Ok(ShareEstimate {
            term: means.entries()[at].term.clone(),
            value: there.then_some(value),
            se: there.then_some(variance.sqrt()),
            interval,
            hits,
            df,
            basis,
            variance: means.variance().clone(),
            absent,
        })
    }

    /// What the logistic model adds, and the method that it leaves possible.
    fn working(
        &self,
        survey: &Survey,
        domain: &Domain,
        means: &Estimation,
        (at, hits): (usize, u64),
    ) -> Result<(Option<Working>, IntervalMethod), Error> {
        let logistic = matches!(self.method, IntervalMethod::Logit | IntervalMethod::Likelihood);
        if !logistic || hits == 0 || hits == means.bases()[0].n {
            return Ok((None, self.method));
        }
        let working = Logit { columns: &self.columns, at }.working(survey, domain, means)?;
        let replicated = survey.replicates().is_none() || working.logit_variance.is_some();
        let lost = self.method == IntervalMethod::Logit && !replicated;
        Ok((Some(working), if lost { IntervalMethod::XLogit } else { self.method }))
    }
}

/// The share; 0 and 1 by the rows, as a weight may be lost beside a much larger one.
fn value(hits: u64, n: u64, mean: f64) -> f64 {
    match hits {
        0 if n > 0 => 0.0,
        _ if n > 0 && hits == n => 1.0,
        _ => mean,
    }
}
