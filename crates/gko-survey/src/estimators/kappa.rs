//! Cohen's kappa: how far two ratings agree beyond chance.
//!
//! # Estimator
//! With p_ij the share of rows rated i and j, r and c their margins and a_ij the
//! agreement of two categories: `P = sum of a_ij·p_ij`, `E = sum of a_ij·r_i·c_j`,
//! `kappa = (P - E) / (1 - E)`. The score of a row rated i and j is
//! `(a_ij - P)/(1 - E) - (sum over k of a_ik·c_k + sum over k of a_kj·r_k - 2E)·(1 - P)/(1 - E)²`
//! over the sum of weights.
//!
//! # Assumptions
//! The two ratings have the same categories. Where chance alone would agree always
//! (one category), kappa does not exist: NaN.
//!
//! # References
//! Cohen (1960) *Educ. Psychol. Meas.* 20, 37; (1968) *Psychol. Bull.* 70, 213;
//! R survey 4.5 `svykappa`.

use crate::Matrix;
use crate::columns::{total_weight, used};
use crate::error::{Error, same_length};
use crate::estimators::EstimatorError;
use crate::statistic::Statistic;

/// How far two different categories agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Agreement {
    /// Not at all: Cohen's kappa.
    #[default]
    Exact,
    /// Less with each step between them: `1 - |i - j|/(K - 1)`.
    Linear,
    /// Less with the square of the steps: `1 - (i - j)²/(K - 1)²`.
    Quadratic,
}

/// Kappa of two ratings of each row.
///
/// # Example
/// ```
/// use gko_survey::{Design, Domain, Kappa, Survey};
///
/// let survey = Survey::new(Design::builder(4).weights(&[1.0; 4]).build()?);
/// let kappa = Kappa::new(&[0, 0, 1, 1], &[0, 0, 1, 0], 2)?;
/// let got = survey.estimate(&kappa, &Domain::all(4))?;
/// // They agree in 3/4, by chance in 1/2·3/4 + 1/2·1/4.
/// assert_eq!(got.values(), [0.5]);
/// # Ok::<(), gko_survey::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Kappa<'a> {
    first: &'a [u32],
    second: &'a [u32],
    categories: usize,
    agreement: Agreement,
}

/// More categories than this are a mistake: the table of two ratings has their square.
const CATEGORIES: usize = 1024;

impl<'a> Kappa<'a> {
    /// Of two ratings; codes count from 0.
    ///
    /// # Errors
    /// Fewer than two categories, or more than 1024.
    pub fn new(first: &'a [u32], second: &'a [u32], categories: usize) -> Result<Self, Error> {
        if categories < 2 {
            return Err(EstimatorError::TooFewCategories { categories }.into());
        }
        if categories > CATEGORIES {
            let cells = (categories as u64).saturating_mul(categories as u64);
            let limit = (CATEGORIES * CATEGORIES) as u64;
            return Err(EstimatorError::TooManyCells { cells, limit }.into());
        }
        Ok(Self { first, second, categories, agreement: Agreement::Exact })
    }

    /// Weighted kappa.
    #[must_use]
    pub fn agreement(self, agreement: Agreement) -> Self {
        Self { agreement, ..self }
    }

    fn check(&self, weights: &[f64]) -> Result<(), Error> {
        let levels = u32::try_from(self.categories).unwrap_or(u32::MAX);
        for (name, codes) in [("first rating", self.first), ("second rating", self.second)] {
            same_length(name, weights.len(), codes.len())?;
            if let Some((row, _)) = used(weights).find(|(row, _)| codes[*row] >= levels) {
                let (column, code) = (name.to_owned(), codes[row]);
                return Err(Error::UnknownCode { column, row, code, levels });
            }
        }
        Ok(())
    }

    fn pair(&self, row: usize) -> (usize, usize) {
        (self.first[row] as usize, self.second[row] as usize)
    }

    fn agree(&self, i: usize, j: usize) -> f64 {
        let steps = i.abs_diff(j) as f64 / (self.categories - 1) as f64;
        match self.agreement {
            Agreement::Exact => f64::from(u8::from(i == j)),
            Agreement::Linear => 1.0 - steps,
            Agreement::Quadratic => 1.0 - steps * steps,
        }
    }

    fn shares(&self, weights: &[f64]) -> Result<Shares, Error> {
        let all = total_weight(weights)?;
        let mut joint = Matrix::zeros(self.categories, self.categories);
        used(weights).for_each(|(row, w)| joint[self.pair(row)] += w / all);
        let agree = Matrix::from_fn(self.categories, self.categories, |i, j| self.agree(i, j));
        let rows: Vec<f64> = joint.row_iter().map(|row| row.sum()).collect();
        let columns: Vec<f64> = joint.column_iter().map(|column| column.sum()).collect();
        let (rows, columns) =
            (Matrix::from_vec(rows.len(), 1, rows), Matrix::from_vec(columns.len(), 1, columns));
        let by_first = &agree * columns;
        let by_second = agree.transpose() * &rows;
        let expected = rows.dot(&by_first);
        Ok(Shares { all, observed: agree.dot(&joint), expected, by_first, by_second })
    }
}

/// What kappa is made of.
struct Shares {
    all: f64,
    observed: f64,
    expected: f64,
    by_first: Matrix,
    by_second: Matrix,
}

impl Statistic for Kappa<'_> {
    fn terms(&self) -> Vec<String> {
        vec!["kappa".to_owned()]
    }

    fn values(&self, weights: &[f64]) -> Result<Vec<f64>, Error> {
        self.check(weights)?;
        let shares = self.shares(weights)?;
        let room = 1.0 - shares.expected;
        Ok(vec![if room > 0.0 { (shares.observed - shares.expected) / room } else { f64::NAN }])
    }

    fn scores(&self, weights: &[f64], _: &[f64]) -> Result<Matrix, Error> {
        let Shares { all, observed, expected, by_first, by_second } = self.shares(weights)?;
        let room = 1.0 - expected;
        let mut scores = Matrix::zeros(weights.len(), 1);
        for (row, _) in used(weights) {
            let (i, j) = self.pair(row);
            let chance = by_first[i] + by_second[j] - 2.0 * expected;
            let score = self.agree(i, j) - observed - chance * (1.0 - observed) / room;
            scores[row] = score / (room * all);
        }
        Ok(scores)
    }
}
