//! The weighted cumulative distribution function.
//!
//! # Estimator
//! `F(x) = sum of w over rows with value ≤ x, over the sum of w`.
//!
//! # Assumptions
//! F is 0 below the smallest value and 1 from the largest on. Its intervals are
//! those of the share of rows at or below one x, point by point: they do not
//! hold for all x at once.
//!
//! # References
//! R survey 4.5 `svycdf`.

use super::sorted::Sorted;
use crate::columns::{Columns, total_weight};
use crate::domain::Domain;
use crate::error::Error;
use crate::interval::{ShareEstimate, ShareInterval};
use crate::options::IntervalMethod;
use crate::survey::Survey;

use super::at_most;

/// The distribution function of a column.
///
/// # Example
/// ```
/// use gko_survey::{Cdf, Design, Domain, Survey};
///
/// let survey = Survey::new(Design::builder(3).weights(&[1.0, 2.0, 1.0]).build()?);
/// let steps = Cdf::new("hours", &[4.0, 2.0, 2.0]).steps(&survey, &Domain::all(3))?;
/// assert_eq!((steps.points(), steps.shares()), (&[2.0, 4.0][..], &[0.75, 1.0][..]));
/// assert_eq!([1.9, 2.0, 3.0, 4.0].map(|x| steps.evaluate(x)), [0.0, 0.75, 0.75, 1.0]);
/// # Ok::<(), gko_survey::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cdf<'a> {
    /// Name of the column.
    pub name: &'a str,
    /// Its values, one a row.
    pub values: &'a [f64],
    /// How the intervals at single points are made.
    pub method: IntervalMethod,
    /// Their confidence level.
    pub level: f64,
    /// Their degrees of freedom.
    pub df: crate::Df,
}

/// A distribution function as its steps.
#[derive(Debug, Clone, PartialEq)]
pub struct CdfSteps {
    points: Vec<f64>,
    shares: Vec<f64>,
}

impl<'a> Cdf<'a> {
    /// The settings of [`ShareInterval::new`].
    #[must_use]
    pub fn new(name: &'a str, values: &'a [f64]) -> Self {
        let ShareInterval { method, level, df, .. } = ShareInterval::new(Columns::new());
        Self { name, values, method, level, df }
    }

    /// The steps of the function in a domain, without rows that have no value.
    ///
    /// # Errors
    /// Another number of rows, values that are not finite, an empty domain.
    pub fn steps(&self, survey: &Survey, domain: &Domain) -> Result<CdfSteps, Error> {
        let weights = domain.weights(survey.weights());
        Columns::new().number(self.name, self.values).check(&weights)?;
        total_weight(&weights)?;
        let data = Sorted::new(self.values, &weights).distinct();
        let shares = data.cumulative.iter().map(|sum| sum / data.total).collect();
        Ok(CdfSteps { points: data.x, shares })
    }

    /// The function at single points, with its intervals there.
    ///
    /// # Errors
    /// As [`ShareInterval::estimate`]; values that are not finite; no point.
    pub fn at(
        &self,
        survey: &Survey,
        domain: &Domain,
        points: &[f64],
    ) -> Result<Vec<ShareEstimate>, Error> {
        let weights = domain.weights(survey.weights());
        Columns::new().number(self.name, self.values).check(&weights)?;
        let marks: Vec<Vec<f64>> =
            points.iter().map(|&point| at_most(self.values, point)).collect();
        let pairs = points.iter().zip(&marks);
        let columns = pairs.fold(Columns::new(), |columns, (point, mark)| {
            columns.number(&format!("{}<={point}", self.name), mark)
        });
        let (method, level, df) = (self.method, self.level, self.df);
        ShareInterval { columns, method, level, df }.estimate(survey, domain)
    }
}

impl CdfSteps {
    /// Where the function rises, ascending.
    #[must_use]
    pub fn points(&self) -> &[f64] {
        &self.points
    }

    /// Its values there.
    #[must_use]
    pub fn shares(&self) -> &[f64] {
        &self.shares
    }

    /// Its value at x.
    #[must_use]
    pub fn evaluate(&self, x: f64) -> f64 {
        let upto = self.points.partition_point(|&point| point <= x);
        upto.checked_sub(1).map_or(0.0, |at| self.shares[at])
    }
}
