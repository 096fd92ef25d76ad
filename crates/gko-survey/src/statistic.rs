//! What an estimator must say to get its variance from any design.
//!
//! # Estimator
//! A statistic is a function T of weighted rows. Its influence score of row i is
//! `u_i = dT/dw_i`: to first order `T(w + d) = T(w) + sum of d_i·u_i`, so the
//! Taylor variance of T is the variance of the total `sum of w_i·u_i`. With
//! replicate weights T is worked out again for each of them and needs no score.
//!
//! # References
//! Deville (1999) *Survey Methodology* 25, 193; Lumley & Scott (2017)
//! *Statist. Sci.* 32, 265, sec. 2.

use crate::Matrix;
use crate::error::Error;

/// A figure, or several, made of weighted rows.
///
/// # Example
/// The weighted total of squares, written by a user:
/// ```
/// use gko_survey::{Design, Domain, Error, Matrix, Statistic, Survey};
///
/// struct Squares<'a>(&'a [f64]);
///
/// impl Statistic for Squares<'_> {
///     fn terms(&self) -> Vec<String> {
///         vec!["squares".to_owned()]
///     }
///     fn values(&self, weights: &[f64]) -> Result<Vec<f64>, Error> {
///         Ok(vec![self.0.iter().zip(weights).map(|(x, w)| w * x * x).sum()])
///     }
///     fn scores(&self, _: &[f64], _: &[f64]) -> Result<Matrix, Error> {
///         Ok(Matrix::from_iterator(self.0.len(), 1, self.0.iter().map(|x| x * x)))
///     }
/// }
///
/// let survey = Survey::new(Design::builder(3).weights(&[1.0, 1.0, 2.0]).build()?);
/// let got = survey.estimate(&Squares(&[1.0, 2.0, 1.0]), &Domain::all(3))?;
/// assert_eq!(got.values(), [7.0]);
/// // Three rows drawn with replacement: 3/2 · ((1 - 7/3)² + (4 - 7/3)² + (2 - 7/3)²).
/// assert!((got.covariance()[(0, 0)] - 7.0).abs() < 1e-12);
/// # Ok::<(), gko_survey::Error>(())
/// ```
pub trait Statistic: Sync {
    /// Names of the values, in order.
    fn terms(&self) -> Vec<String>;

    /// The values at these weights. A row of weight 0 must not be looked at.
    ///
    /// # Errors
    /// Whatever keeps the values from existing, such as [`Error::EmptyDomain`].
    fn values(&self, weights: &[f64]) -> Result<Vec<f64>, Error>;

    /// Influence scores at these weights, rows by terms, not yet weighted. What
    /// stands in rows of weight 0 is not looked at.
    ///
    /// # Errors
    /// Whatever keeps the scores from existing.
    fn scores(&self, weights: &[f64], values: &[f64]) -> Result<Matrix, Error>;

    /// What values, scores and replicates are multiplied by where n rows of the full
    /// sample have a positive weight, such as `n / (n - 1)`. Replicates, which may
    /// have fewer rows, take that of the full sample too.
    fn multiplier(&self, _n: u64) -> f64 {
        1.0
    }

    /// The same figure as a function of weighted totals, where it is one: its
    /// replicates are then made from PSU totals and not from rows.
    fn of_totals(&self) -> Option<&dyn OfTotals> {
        None
    }
}

/// A figure that is a function of weighted totals of columns.
///
/// `from` is a row with a value, the same in all calls for one domain. A figure
/// such as a mean totals distances from that row's values and adds them again in
/// the end: data far from 0 keep their digits.
pub trait OfTotals: Sync {
    /// Number of columns that are totalled.
    fn columns(&self) -> usize;

    /// Writes a row's columns, which may be seen from the values of row `from`.
    fn row(&self, row: usize, from: usize, columns: &mut [f64]);

    /// The values at these totals.
    ///
    /// # Errors
    /// As [`Statistic::values`].
    fn at_totals(&self, totals: &[f64], from: usize) -> Result<Vec<f64>, Error>;
}

/// A figure for replicate weights alone, written as a function of the weights.
///
/// It has no influence scores, so a survey with a design refuses it.
///
/// # Example
/// R's `withReplicates(design, quote(sum(.weights * x)))`:
/// ```
/// use gko_survey::{Design, Domain, Jackknife, Replicable, Replicates, Survey};
///
/// let design = Design::builder(3).weights(&[1.0; 3]).build()?;
/// let survey = Survey::replicated(Replicates::jk1(&design, Jackknife::default())?);
/// let x = [1.0, 2.0, 6.0];
/// let total = |weights: &[f64]| vec![weights.iter().zip(&x).map(|(w, x)| w * x).sum()];
/// let got = survey.estimate(&Replicable::new(&["total"], total), &Domain::all(3))?;
/// assert_eq!(got.values(), [9.0]);
/// // Three rows drawn with replacement: 3/2 · ((1 - 3)² + (2 - 3)² + (6 - 3)²).
/// assert!((got.covariance()[(0, 0)] - 21.0).abs() < 1e-12);
/// # Ok::<(), gko_survey::Error>(())
/// ```
pub struct Replicable<F> {
    terms: Vec<String>,
    values: F,
}

impl<F: Fn(&[f64]) -> Vec<f64> + Sync> Replicable<F> {
    /// A figure with these terms.
    #[must_use]
    pub fn new(terms: &[&str], values: F) -> Self {
        Self { terms: terms.iter().map(|&term| term.to_owned()).collect(), values }
    }
}

impl<F: Fn(&[f64]) -> Vec<f64> + Sync> Statistic for Replicable<F> {
    fn terms(&self) -> Vec<String> {
        self.terms.clone()
    }

    fn values(&self, weights: &[f64]) -> Result<Vec<f64>, Error> {
        let values = (self.values)(weights);
        crate::error::same_length("values", self.terms.len(), values.len())?;
        Ok(values)
    }

    fn scores(&self, _: &[f64], _: &[f64]) -> Result<Matrix, Error> {
        Err(Error::NoScores)
    }
}
