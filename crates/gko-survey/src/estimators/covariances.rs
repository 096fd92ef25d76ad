//! Variances, covariances and correlations in the population.
//!
//! # Estimator
//! With weights w, W their sum, n rows and d the distance from the weighted mean:
//! `S_ab = n/(n - 1) · sum of w·d_a·d_b / W`, score `(n/(n - 1)·d_a·d_b - S_ab) / W`.
//! The correlation `r = S_ab / sqrt(S_aa·S_bb)` has with standardised distances z
//! the score `(z_a·z_b - r·(z_a² + z_b²)/2) / W`.
//!
//! # Assumptions
//! n is that of the full sample also in replicates. One row has no variance: NaN.
//! A column that does not vary has no correlation: NaN.
//!
//! # References
//! R survey 4.5 `svyvar`; Deville (1999) *Survey Methodology* 25, 193.

use crate::Matrix;
use crate::columns::{Columns, total_weight, used};
use crate::error::Error;
use crate::statistic::Statistic;

/// Variances and covariances of columns, each pair once: `var(a)`, `cov(a,b)`, ...
///
/// # Example
/// ```
/// use gko_survey::{Columns, Covariances, Design, Domain, Survey};
///
/// let (x, y) = ([1.0, 2.0, 3.0], [2.0, 4.0, 9.0]);
/// let survey = Survey::new(Design::builder(3).weights(&[1.0; 3]).build()?);
/// let both = Columns::new().number("x", &x).number("y", &y);
/// let got = survey.estimate(&Covariances::new(both), &Domain::all(3))?;
/// let terms: Vec<&str> = got.entries().iter().map(|entry| entry.term.as_str()).collect();
/// assert_eq!(terms, ["var(x)", "cov(x,y)", "var(y)"]);
/// assert_eq!(got.values(), [1.0, 3.5, 13.0]);
/// # Ok::<(), gko_survey::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Covariances<'a> {
    columns: Columns<'a>,
}

impl<'a> Covariances<'a> {
    /// Of all pairs of columns.
    #[must_use]
    pub fn new(columns: Columns<'a>) -> Self {
        Self { columns }
    }

    /// The variance of one column.
    #[must_use]
    pub fn variance(name: &str, values: &'a [f64]) -> Self {
        Self::new(Columns::new().number(name, values))
    }

    /// Pairs of columns, value by value.
    #[must_use]
    pub fn pairs(&self) -> Vec<(usize, usize)> {
        let columns = self.columns.len();
        (0..columns).flat_map(|a| (a..columns).map(move |b| (a, b))).collect()
    }
}

impl Statistic for Covariances<'_> {
    fn terms(&self) -> Vec<String> {
        let names = self.columns.names();
        let term = |(a, b): (usize, usize)| match a == b {
            true => format!("var({})", names[a]),
            false => format!("cov({},{})", names[a], names[b]),
        };
        self.pairs().into_iter().map(term).collect()
    }

    fn values(&self, weights: &[f64]) -> Result<Vec<f64>, Error> {
        let moments = Moments::new(&self.columns, weights)?;
        Ok(self.pairs().into_iter().map(|pair| moments.products[pair]).collect())
    }

    fn scores(&self, weights: &[f64], values: &[f64]) -> Result<Matrix, Error> {
        let moments = Moments::new(&self.columns, weights)?;
        let mut scores = Matrix::zeros(weights.len(), values.len());
        for (at, (a, b)) in self.pairs().into_iter().enumerate() {
            for (row, _) in used(weights) {
                let product = moments.distance(a, row) * moments.distance(b, row);
                scores[(row, at)] = (product - values[at]) / moments.all;
            }
        }
        Ok(scores)
    }

    fn multiplier(&self, n: u64) -> f64 {
        n as f64 / (n as f64 - 1.0)
    }
}

/// Correlations of all pairs of different columns.
///
/// # Example
/// ```
/// use gko_survey::{Columns, Correlations, Design, Domain, Survey};
///
/// let (x, y) = ([1.0, 2.0, 3.0, 4.0], [1.0, 3.0, 2.0, 4.0]);
/// let survey = Survey::new(Design::builder(4).weights(&[1.0; 4]).build()?);
/// let both = Columns::new().number("x", &x).number("y", &y);
/// let got = survey.estimate(&Correlations::new(both), &Domain::all(4))?;
/// assert!((got.values()[0] - 0.8).abs() < 1e-15);
/// # Ok::<(), gko_survey::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Correlations<'a> {
    columns: Columns<'a>,
}

impl<'a> Correlations<'a> {
    /// Of all pairs of columns.
    #[must_use]
    pub fn new(columns: Columns<'a>) -> Self {
        Self { columns }
    }

    /// Pairs of columns, value by value.
    #[must_use]
    pub fn pairs(&self) -> Vec<(usize, usize)> {
        let columns = self.columns.len();
        (0..columns).flat_map(|a| (a + 1..columns).map(move |b| (a, b))).collect()
    }
}

impl Statistic for Correlations<'_> {
    fn terms(&self) -> Vec<String> {
        let names = self.columns.names();
        let term = |(a, b): (usize, usize)| format!("cor({},{})", names[a], names[b]);
        self.pairs().into_iter().map(term).collect()
    }

    fn values(&self, weights: &[f64]) -> Result<Vec<f64>, Error> {
        let moments = Moments::new(&self.columns, weights)?;
        Ok(self.pairs().into_iter().map(|(a, b)| moments.correlation(a, b)).collect())
    }

    fn scores(&self, weights: &[f64], values: &[f64]) -> Result<Matrix, Error> {
        let moments = Moments::new(&self.columns, weights)?;
        let mut scores = Matrix::zeros(weights.len(), values.len());
        for (at, (a, b)) in self.pairs().into_iter().enumerate() {
            for (row, _) in used(weights) {
                let (one, two) = (moments.standardised(a, row), moments.standardised(b, row));
                let both = 0.5 * values[at] * (one * one + two * two);
                scores[(row, at)] = (one * two - both) / moments.all;
            }
        }
        Ok(scores)
    }
}

/// Weighted means and mean products about them.
struct Moments<'c, 'a> {
    columns: &'c Columns<'a>,
    all: f64,
    means: Vec<f64>,
    products: Matrix,
}

impl<'c, 'a> Moments<'c, 'a> {
    fn new(columns: &'c Columns<'a>, weights: &[f64]) -> Result<Self, Error> {
        columns.check(weights)?;
        let all = total_weight(weights)?;
        let means = columns.means(weights, all);
        let mut moments = Self { columns, all, means, products: Matrix::zeros(0, 0) };
        moments.products = moments.mean_products(weights);
        Ok(moments)
    }

    fn mean_products(&self, weights: &[f64]) -> Matrix {
        let columns = self.columns.len();
        let mut sums = Matrix::zeros(columns, columns);
        for b in 0..columns {
            for a in 0..=b {
                let product =
                    |(row, w): (usize, f64)| w * self.distance(a, row) * self.distance(b, row);
                sums[(a, b)] = used(weights).map(product).sum::<f64>() / self.all;
                sums[(b, a)] = sums[(a, b)];
            }
        }
        sums
    }

    fn distance(&self, column: usize, row: usize) -> f64 {
        self.columns.at(column, row) - self.means[column]
    }

    fn standardised(&self, column: usize, row: usize) -> f64 {
        self.distance(column, row) / self.products[(column, column)].sqrt()
    }

    fn correlation(&self, a: usize, b: usize) -> f64 {
        let scale = self.products[(a, a)].sqrt() * self.products[(b, b)].sqrt();
        if scale > 0.0 { self.products[(a, b)] / scale } else { f64::NAN }
    }
}
