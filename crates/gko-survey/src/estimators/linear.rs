//! Means, shares, totals and ratios.
//!
//! # Estimator
//! Total `T = sum of w·x`, score x. Mean `T(x)/T(1)`, score `(x - mean)/T(1)`; the
//! share of a category is the mean of its 0/1 column. Ratio `T(y)/T(x)`, score
//! `(y - R·x)/T(x)`.
//!
//! # Assumptions
//! A total of a domain is a total of the values inside it: those outside are 0.
//!
//! # References
//! Särndal, Swensson & Wretman (1992) ch. 5; R survey 4.5 `svymean`, `svytotal`,
//! `svyratio`; Stata `svy: mean`, `total`, `proportion`, `ratio`.

use crate::Matrix;
use crate::columns::{Columns, total_weight, used};
use crate::error::Error;
use crate::statistic::{OfTotals, Statistic};

/// Means of columns; of categories, their shares.
///
/// # Example
/// ```
/// use gko_survey::{Columns, Design, Domain, Mean, Survey};
///
/// let survey = Survey::new(Design::builder(4).weights(&[1.0; 4]).build()?);
/// let shares = Mean::new(Columns::new().categories("online", &[0, 1, 1, 1], &["no", "yes"]));
/// let got = survey.estimate(&shares, &Domain::all(4))?;
/// assert_eq!(got.values(), [0.25, 0.75]);
/// # Ok::<(), gko_survey::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Mean<'a> {
    columns: Columns<'a>,
}

impl<'a> Mean<'a> {
    /// Means of columns.
    #[must_use]
    pub fn new(columns: Columns<'a>) -> Self {
        Self { columns }
    }

    /// The mean of one column.
    #[must_use]
    pub fn of(name: &str, values: &'a [f64]) -> Self {
        Self::new(Columns::new().number(name, values))
    }
}

impl Statistic for Mean<'_> {
    fn terms(&self) -> Vec<String> {
        self.columns.names()
    }

    fn values(&self, weights: &[f64]) -> Result<Vec<f64>, Error> {
        self.columns.check(weights)?;
        let all = total_weight(weights)?;
        Ok(self.columns.means(weights, all))
    }

    fn scores(&self, weights: &[f64], values: &[f64]) -> Result<Matrix, Error> {
        Ok(self.columns.centred(weights, values, total_weight(weights)?))
    }

    fn of_totals(&self) -> Option<&dyn OfTotals> {
        Some(self)
    }
}

impl OfTotals for Mean<'_> {
    fn columns(&self) -> usize {
        self.columns.len() + 1
    }

    fn row(&self, row: usize, from: usize, columns: &mut [f64]) {
        columns[0] = 1.0;
        for (at, column) in columns[1..].iter_mut().enumerate() {
            *column = self.columns.at(at, row) - self.columns.origin(at, from);
        }
    }

    fn at_totals(&self, totals: &[f64], from: usize) -> Result<Vec<f64>, Error> {
        if totals[0] <= 0.0 {
            return Err(Error::EmptyDomain);
        }
        let columns = totals[1..].iter().enumerate();
        Ok(columns.map(|(at, sum)| self.columns.origin(at, from) + sum / totals[0]).collect())
    }
}

/// Totals of columns; of categories, their weighted counts.
///
/// # Example
/// ```
/// use gko_survey::{Columns, Design, Domain, Survey, Total};
///
/// let survey = Survey::new(Design::builder(2).weights(&[10.0, 20.0]).build()?);
/// let total = Total::new(Columns::new().number("children", &[1.0, 3.0]));
/// let got = survey.estimate(&total, &Domain::all(2))?;
/// assert_eq!((got.values()[0], got.se()[0]), (70.0, 50.0));
/// # Ok::<(), gko_survey::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Total<'a> {
    columns: Columns<'a>,
}

impl<'a> Total<'a> {
    /// Totals of columns.
    #[must_use]
    pub fn new(columns: Columns<'a>) -> Self {
        Self { columns }
    }

    /// The total of one column.
    #[must_use]
    pub fn of(name: &str, values: &'a [f64]) -> Self {
        Self::new(Columns::new().number(name, values))
    }
}

impl Statistic for Total<'_> {
    fn terms(&self) -> Vec<String> {
        self.columns.names()
    }

    fn values(&self, weights: &[f64]) -> Result<Vec<f64>, Error> {
        self.columns.check(weights)?;
        let total =
            |column: usize| used(weights).map(|(row, w)| w * self.columns.at(column, row)).sum();
        Ok((0..self.columns.len()).map(total).collect())
    }

    fn scores(&self, weights: &[f64], _: &[f64]) -> Result<Matrix, Error> {
        Ok(self.columns.centred(weights, &vec![0.0; self.columns.len()], 1.0))
    }

    fn of_totals(&self) -> Option<&dyn OfTotals> {
        Some(self)
    }
}

impl OfTotals for Total<'_> {
    fn columns(&self) -> usize {
        self.columns.len()
    }

    fn row(&self, row: usize, _: usize, columns: &mut [f64]) {
        let all = columns.iter_mut().enumerate();
        all.for_each(|(at, column)| *column = self.columns.at(at, row));
    }

    fn at_totals(&self, totals: &[f64], _: usize) -> Result<Vec<f64>, Error> {
        Ok(totals.to_vec())
    }
}

/// Ratios of totals: each numerator over the denominator beside it.
///
/// # Example
/// ```
/// use gko_survey::{Columns, Design, Domain, Ratio, Survey};
///
/// let survey = Survey::new(Design::builder(2).weights(&[1.0, 1.0]).build()?);
/// let tested = Columns::new().number("tested", &[90.0, 70.0]);
/// let enrolled = Columns::new().number("enrolled", &[100.0, 100.0]);
/// let got = survey.estimate(&Ratio::new(tested, enrolled)?, &Domain::all(2))?;
/// assert_eq!(got.values(), [0.8]);
/// assert_eq!(got.entries()[0].term, "tested/enrolled");
/// # Ok::<(), gko_survey::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Ratio<'a> {
    over: Columns<'a>,
    under: Columns<'a>,
}

impl<'a> Ratio<'a> {
    /// Ratios of columns, pair by pair.
    ///
    /// # Errors
    /// Another number of numerators than of denominators.
    pub fn new(numerators: Columns<'a>, denominators: Columns<'a>) -> Result<Self, Error> {
        let (expected, got) = (numerators.len(), denominators.len());
        if expected != got {
            return Err(Error::LengthDiffers { column: "denominators".to_owned(), expected, got });
        }
        Ok(Self { over: numerators, under: denominators })
    }

    /// The ratio of two columns.
    #[must_use]
    pub fn of(over: (&str, &'a [f64]), under: (&str, &'a [f64])) -> Self {
        let column = |(name, values)| Columns::new().number(name, values);
        Self { over: column(over), under: column(under) }
    }

    fn ratio(over: f64, under: f64, term: &str) -> Result<f64, Error> {
        let ratio = over / under;
        if under != 0.0 && ratio.is_finite() {
            return Ok(ratio);
        }
        Err(Error::ZeroDenominator { term: term.to_owned() })
    }

    fn at_pairs(&self, totals: impl Fn(usize) -> (f64, f64)) -> Result<Vec<f64>, Error> {
        let names = self.terms();
        let pairs = names.iter().enumerate().map(|(at, name)| {
            let (over, under) = totals(at);
            Self::ratio(over, under, name)
        });
        pairs.collect()
    }
}

impl Statistic for Ratio<'_> {
    fn terms(&self) -> Vec<String> {
        let pairs = self.over.names().into_iter().zip(self.under.names());
        pairs.map(|(over, under)| format!("{over}/{under}")).collect()
    }

    fn values(&self, weights: &[f64]) -> Result<Vec<f64>, Error> {
        self.over.check(weights)?;
        self.under.check(weights)?;
        total_weight(weights)?;
        let total = |columns: &Columns<'_>, at: usize| -> f64 {
            used(weights).map(|(row, w)| w * columns.at(at, row)).sum()
        };
        self.at_pairs(|at| (total(&self.over, at), total(&self.under, at)))
    }

    fn scores(&self, weights: &[f64], values: &[f64]) -> Result<Matrix, Error> {
        let mut scores = Matrix::zeros(weights.len(), values.len());
        for (at, &ratio) in values.iter().enumerate() {
            let under: f64 = used(weights).map(|(row, w)| w * self.under.at(at, row)).sum();
            for (row, _) in used(weights) {
                let rest = self.over.at(at, row) - ratio * self.under.at(at, row);
                scores[(row, at)] = rest / under;
            }
        }
        Ok(scores)
    }

    fn of_totals(&self) -> Option<&dyn OfTotals> {
        Some(self)
    }
}

impl OfTotals for Ratio<'_> {
    fn columns(&self) -> usize {
        2 * self.over.len()
    }

    fn row(&self, row: usize, _: usize, columns: &mut [f64]) {
        let pairs = self.over.len();
        for at in 0..pairs {
            columns[at] = self.over.at(at, row);
            columns[pairs + at] = self.under.at(at, row);
        }
    }

    fn at_totals(&self, totals: &[f64], _: usize) -> Result<Vec<f64>, Error> {
        let pairs = self.over.len();
        self.at_pairs(|at| (totals[at], totals[pairs + at]))
    }
}
