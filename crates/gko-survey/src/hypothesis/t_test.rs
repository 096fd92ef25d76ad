//! Whether a mean is a given number, or two means are the same.
//!
//! # Estimator
//! One sample: `t = (mean - null)/SE`. Two groups: the mean of the second less that
//! of the first, `D`, with influence scores `±(y - group mean)/group weight`;
//! `t = (D - null)/SE(D)`, which is the slope of a regression on the group. Paired
//! values are one sample of their differences.
//!
//! # Assumptions
//! Degrees of freedom are those of the design minus 1, of the rows with a value in
//! the test of two groups, and of the domain as passed otherwise: that is R's choice.
//! Stata takes none off for one sample; [`TTest::degrees_of_freedom`] does that.
//!
//! # References
//! R survey 4.5 `svyttest`; Stata `svy: regress`, `lincom`.

use std::borrow::Cow;

use crate::Matrix;
use crate::columns::used;
use crate::domain::Domain;
use crate::error::{Error, same_length};
use crate::estimators::Mean;
use crate::hypothesis::error::HypothesisError;
use crate::hypothesis::factor::{EmptyLevels, Factor};
use crate::hypothesis::result::{NoPValue, TestResult};
use crate::hypothesis::table::used_rows;
use crate::hypothesis::tails;
use crate::statistic::Statistic;
use crate::survey::Survey;

/// A t test of one mean or of two.
///
/// # Example
/// Of 4 pupils drawn one by one, two boys (1, 3) and two girls (4, 6):
/// ```
/// use gko_survey::hypothesis::{Factor, TTest};
/// use gko_survey::{Design, Domain, Survey};
///
/// let survey = Survey::new(Design::builder(4).weights(&[1.0; 4]).build()?);
/// let hours = [1.0, 3.0, 4.0, 6.0];
/// let sex = Factor::new("sex", &[0, 0, 1, 1], &["boy", "girl"]);
/// let got = TTest::two_groups("hours", &hours, sex).test(&survey, &Domain::all(4))?;
/// // Scores are ±1/2: Var = 4/3 · 4 · 1/4.
/// assert_eq!(got.estimate, Some(("difference in mean", 3.0)));
/// assert!((got.statistic - 3.0 / (4.0_f64 / 3.0).sqrt()).abs() < 1e-12);
/// assert_eq!(got.parameter("df"), Some(2.0));
/// # Ok::<(), gko_survey::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct TTest<'a> {
    name: String,
    values: Cow<'a, [f64]>,
    groups: Option<Factor<'a>>,
    null: f64,
    level: f64,
    df: Option<f64>,
}

impl<'a> TTest<'a> {
    /// Whether the mean of a column is 0, or [`TTest::null`].
    #[must_use]
    pub fn one_sample(name: &str, values: &'a [f64]) -> Self {
        Self::new(name, Cow::Borrowed(values), None)
    }

    /// Whether the mean of `first - second` is 0; a row with one of them missing is left out.
    ///
    /// # Errors
    /// Columns of different lengths.
    pub fn paired(name: &str, first: &[f64], second: &[f64]) -> Result<Self, Error> {
        same_length(name, first.len(), second.len())?;
        let differences = first.iter().zip(second).map(|(one, two)| one - two).collect();
        Ok(Self::new(name, Cow::Owned(differences), None))
    }

    /// Whether two groups have the same mean: the second level less the first.
    #[must_use]
    pub fn two_groups(name: &str, values: &'a [f64], groups: Factor<'a>) -> Self {
        Self::new(name, Cow::Borrowed(values), Some(groups))
    }

    fn new(name: &str, values: Cow<'a, [f64]>, groups: Option<Factor<'a>>) -> Self {
        Self { name: name.to_owned(), values, groups, null: 0.0, level: 0.95, df: None }
    }

    /// The mean or difference under the hypothesis.
    #[must_use]
    pub fn null(mut self, null: f64) -> Self {
        self.null = null;
        self
    }

    /// Level of the confidence interval.
    #[must_use]
    pub fn level(mut self, level: f64) -> Self {
        self.level = level;
        self
    }

    /// Degrees of freedom in place of the design's.
    #[must_use]
    pub fn degrees_of_freedom(mut self, df: f64) -> Self {
        self.df = Some(df);
        self
    }

    /// Tests in a domain; rows where the value is NaN or the group is missing are
    /// left out and counted.
    ///
    /// # Errors
    /// A column of another length, an infinite value, another number of groups than
    /// two, a group without respondents, an empty domain, a level outside (0, 1), and
    /// what [`Survey::estimate`] refuses.
    pub fn test(&self, survey: &Survey, domain: &Domain) -> Result<TestResult, Error> {
        if !(self.level > 0.0 && self.level < 1.0) {
            return Err(Error::InvalidLevel { level: self.level });
        }
        same_length(&self.name, domain.rows(), self.values.len())?;
        let observed = domain.observed(&self.values)?;
        match &self.groups {
            None => self.one(survey, domain, &observed),
            Some(groups) => self.two(groups, survey, domain, &groups.observed(&observed)?),
        }
    }

    fn one(&self, survey: &Survey, domain: &Domain, used: &Domain) -> Result<TestResult, Error> {
        check_finite(&self.name, &self.values, &used.weights(survey.weights()))?;
        let mean = Mean::of(&self.name, &self.values);
        let result = TestResult::new("t test of one mean".to_owned(), "t", f64::NAN);
        self.judge(result, ("mean", &mean), survey, used, survey.df(domain))
    }

    fn two(
        &self,
        groups: &Factor<'_>,
        survey: &Survey,
        domain: &Domain,
        used: &Domain,
    ) -> Result<TestResult, Error> {
        let levels = groups.labels().len();
        if levels != 2 {
            let variable = groups.name().to_owned();
            return Err(HypothesisError::NotTwoGroups { variable, levels }.into());
        }
        let weights = used.weights(survey.weights());
        groups.levels(&weights, EmptyLevels::Refuse)?;
        check_finite(&self.name, &self.values, &weights)?;
        let difference = MeanDifference { values: &self.values, codes: groups.codes() };
        // R takes rows out of a design before it counts, but not out of replicates.
        let df = survey.df(if survey.replicates().is_some() { domain } else { used });
        let result = TestResult::new("t test of two means".to_owned(), "t", f64::NAN);
        self.judge(result, ("difference in mean", &difference), survey, used, df)
    }

    /// The estimate, and what it rests on.
    fn judge(
        &self,
        mut result: TestResult,
        (name, statistic): (&'static str, &dyn Statistic),
        survey: &Survey,
        used: &Domain,
        design_df: f64,
    ) -> Result<TestResult, Error> {
        let estimation = survey.estimate(statistic, used)?;
        if estimation.bases().iter().any(|basis| basis.absent.is_some()) {
            return Err(Error::EmptyDomain);
        }
        (result.estimate, result.se) =
            (Some((name, estimation.values()[0])), Some(estimation.se()[0]));
        result.n = used_rows(&used.weights(survey.weights()));
        (result.excluded, result.df) = (used.excluded(), design_df);
        self.compare(result, estimation.values()[0], estimation.se()[0])
    }

    /// Statistic, p-value and interval.
    fn compare(&self, result: TestResult, estimate: f64, se: f64) -> Result<TestResult, Error> {
        let df = self.df.unwrap_or(result.df - 1.0);
        let mut result = result.with("df", df);
        if se <= 0.0 {
            return Ok(result.judged(Err(NoPValue::NoVariance)));
        }
        result.statistic = (estimate - self.null) / se;
        result.interval = tails::student_interval(estimate, se, self.level, df)?;
        let judged = tails::student(result.statistic, df)?;
        Ok(result.judged(judged))
    }
}

/// Refuses infinite values in rows of positive weight.
pub(crate) fn check_finite(name: &str, values: &[f64], weights: &[f64]) -> Result<(), Error> {
    match used(weights).find(|(row, _)| !values[*row].is_finite()) {
        None => Ok(()),
        Some((row, _)) => {
            let (variable, value) = (name.to_owned(), values[row]);
            Err(HypothesisError::NotFinite { variable, row, value }.into())
        }
    }
}

/// The mean where the code is 1 less the mean where it is 0.
struct MeanDifference<'a> {
    values: &'a [f64],
    codes: &'a [u32],
}

impl MeanDifference<'_> {
    /// Weight and mean of a group; a replicate may leave nobody in it.
    fn group(&self, code: u32, weights: &[f64]) -> Result<(f64, f64), Error> {
        let members = || used(weights).filter(|(row, _)| self.codes[*row] == code);
        let weight: f64 = members().map(|(_, w)| w).sum();
        let Some((first, _)) = members().next() else {
            return Err(Error::EmptyDomain);
        };
        // Seen from one of the values, so that data far from 0 keep their digits.
        let from = self.values[first];
        let sum: f64 = members().map(|(row, w)| w * (self.values[row] - from)).sum();
        Ok((weight, from + sum / weight))
    }
}

impl Statistic for MeanDifference<'_> {
    fn terms(&self) -> Vec<String> {
        vec!["difference".to_owned()]
    }

    fn values(&self, weights: &[f64]) -> Result<Vec<f64>, Error> {
        let (_, first) = self.group(0, weights)?;
        let (_, second) = self.group(1, weights)?;
        Ok(vec![second - first])
    }

    fn scores(&self, weights: &[f64], _: &[f64]) -> Result<Matrix, Error> {
        let (first, second) = (self.group(0, weights)?, self.group(1, weights)?);
        let mut scores = Matrix::zeros(weights.len(), 1);
        for (row, _) in used(weights) {
            let (sign, (weight, mean)) =
                if self.codes[row] == 1 { (1.0, second) } else { (-1.0, first) };
            scores[(row, 0)] = sign * (self.values[row] - mean) / weight;
        }
        Ok(scores)
    }
}
