//! Cronbach's alpha: how far the items of a scale go together.
//!
//! # Estimator
//! Of K items with variances v_k in the population, v the variance of their sum:
//! `alpha = K/(K - 1) · (1 - sum of v_k / v)`. With d the distances from the means
//! and W the sum of weights, a row's score is
//! `K/(K - 1) · (d²·sum of v_k / v - sum of d_k²) / (v·W)`, d that of the sum.
//!
//! # Assumptions
//! All items are answered: rows with a missing item are not in the domain. Where
//! the sum does not vary there is no alpha: NaN.
//!
//! # References
//! Cronbach (1951) *Psychometrika* 16, 297; R survey 4.5 `svycralpha` (without a
//! standard error).

use crate::Matrix;
use crate::columns::{Columns, total_weight, used, weighted_mean};
use crate::error::Error;
use crate::estimators::EstimatorError;
use crate::statistic::Statistic;

/// Alpha of the items of a scale.
///
/// # Example
/// Two items with the same values agree in everything:
/// ```
/// use gko_survey::{Columns, CronbachAlpha, Design, Domain, Survey};
///
/// let survey = Survey::new(Design::builder(3).weights(&[1.0; 3]).build()?);
/// let x = [1.0, 2.0, 4.0];
/// let items = Columns::new().number("a", &x).number("b", &x);
/// let got = survey.estimate(&CronbachAlpha::new(items)?, &Domain::all(3))?;
/// assert!((got.values()[0] - 1.0).abs() < 1e-15);
/// assert!(got.se()[0] < 1e-15);
/// # Ok::<(), gko_survey::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct CronbachAlpha<'a> {
    items: Columns<'a>,
}

impl<'a> CronbachAlpha<'a> {
    /// Of these items.
    ///
    /// # Errors
    /// Fewer than two items.
    pub fn new(items: Columns<'a>) -> Result<Self, Error> {
        if items.len() < 2 {
            return Err(EstimatorError::TooFewItems { items: items.len() }.into());
        }
        Ok(Self { items })
    }

    fn sum(&self, row: usize) -> f64 {
        (0..self.items.len()).map(|item| self.items.at(item, row)).sum()
    }

    fn spread(&self, weights: &[f64]) -> Result<Spread, Error> {
        let all = total_weight(weights)?;
        let means = self.items.means(weights, all);
        let mean = weighted_mean(weights, all, |row| self.sum(row));
        let mut spread = Spread { all, means, mean, items: 0.0, sum: 0.0 };
        let (mut items, mut sum) = (0.0, 0.0);
        for (row, w) in used(weights) {
            let (of_items, of_sum) = spread.squares(self, row);
            items += w * of_items / all;
            sum += w * of_sum / all;
        }
        spread.items = items;
        spread.sum = sum;
        Ok(spread)
    }

    fn factor(&self) -> f64 {
        let items = self.items.len() as f64;
        items / (items - 1.0)
    }
}

/// Variances of the items, added up, and of their sum.
struct Spread {
    all: f64,
    means: Vec<f64>,
    mean: f64,
    items: f64,
    sum: f64,
}

impl Spread {
    /// Squared distances of a row: those of the items added up, and that of the sum.
    fn squares(&self, alpha: &CronbachAlpha<'_>, row: usize) -> (f64, f64) {
        let item = |(at, mean): (usize, &f64)| (alpha.items.at(at, row) - mean).powi(2);
        let items = self.means.iter().enumerate().map(item).sum();
        (items, (alpha.sum(row) - self.mean).powi(2))
    }
}

impl Statistic for CronbachAlpha<'_> {
    fn terms(&self) -> Vec<String> {
        vec!["alpha".to_owned()]
    }

    fn values(&self, weights: &[f64]) -> Result<Vec<f64>, Error> {
        self.items.check(weights)?;
        let spread = self.spread(weights)?;
        let alpha = self.factor() * (1.0 - spread.items / spread.sum);
        Ok(vec![if spread.sum > 0.0 { alpha } else { f64::NAN }])
    }

    fn scores(&self, weights: &[f64], _: &[f64]) -> Result<Matrix, Error> {
        let spread = self.spread(weights)?;
        let ratio = spread.items / spread.sum;
        let mut scores = Matrix::zeros(weights.len(), 1);
        for (row, _) in used(weights) {
            let (items, sum) = spread.squares(self, row);
            scores[row] = self.factor() * (sum * ratio - items) / (spread.sum * spread.all);
        }
        Ok(scores)
    }
}
