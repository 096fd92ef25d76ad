//! The columns that means, totals and tables are made of: numbers, or one 0/1
//! column for each category.
//!
//! # Example
//! ```
//! use gko_survey::Columns;
//!
//! let columns = Columns::new()
//!     .number("hours", &[2.0, 4.0])
//!     .categories("sex", &[0, 1], &["boy", "girl"]);
//! assert_eq!(columns.names(), ["hours", "sexboy", "sexgirl"]);
//! ```

use crate::Matrix;
use crate::error::{Error, same_length};

/// Named columns of one table.
#[derive(Debug, Clone, Default)]
pub struct Columns<'a> {
    all: Vec<Column<'a>>,
}

#[derive(Debug, Clone)]
struct Column<'a> {
    name: String,
    source: Source<'a>,
}

#[derive(Debug, Clone, Copy)]
enum Source<'a> {
    Number(&'a [f64]),
    Category { codes: &'a [u32], level: u32, levels: u32 },
}

impl<'a> Columns<'a> {
    /// No column yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a column of numbers.
    #[must_use]
    pub fn number(mut self, name: &str, values: &'a [f64]) -> Self {
        self.all.push(Column { name: name.to_owned(), source: Source::Number(values) });
        self
    }

    /// Adds a 0/1 column for each level; codes count from 0 in the order of the levels.
    #[must_use]
    pub fn categories<L: AsRef<str>>(mut self, name: &str, codes: &'a [u32], labels: &[L]) -> Self {
        let levels = u32::try_from(labels.len()).unwrap_or(u32::MAX);
        for (level, label) in (0..levels).zip(labels) {
            let name = format!("{name}{}", label.as_ref());
            self.all.push(Column { name, source: Source::Category { codes, level, levels } });
        }
        self
    }

    /// Names of the columns.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        self.all.iter().map(|column| column.name.clone()).collect()
    }

    /// Number of columns.
    #[must_use]
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there is no column.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The value of a column in a row.
    pub(crate) fn at(&self, column: usize, row: usize) -> f64 {
        match self.all[column].source {
            Source::Number(values) => values[row],
            Source::Category { codes, level, .. } => f64::from(u8::from(codes[row] == level)),
        }
    }

    /// What a column's values are seen from: that of a row, 0 for a category.
    pub(crate) fn origin(&self, column: usize, row: usize) -> f64 {
        match self.all[column].source {
            Source::Number(values) => values[row],
            Source::Category { .. } => 0.0,
        }
    }

    /// Checks lengths, and the values of all rows of positive weight.
    pub(crate) fn check(&self, weights: &[f64]) -> Result<(), Error> {
        if self.all.is_empty() {
            return Err(Error::NoItems);
        }
        self.all.iter().enumerate().try_for_each(|(at, column)| column.check(at, weights))
    }

    /// Weighted means of all columns.
    pub(crate) fn means(&self, weights: &[f64], all: f64) -> Vec<f64> {
        let first = used(weights).next().map(|(row, _)| row);
        let mean = |column| {
            let from = first.map_or(0.0, |row| self.origin(column, row));
            mean_from(from, weights, all, |row| self.at(column, row))
        };
        (0..self.len()).map(mean).collect()
    }

    /// Scores `(x - centre) / scale` of all columns.
    pub(crate) fn centred(&self, weights: &[f64], centre: &[f64], scale: f64) -> Matrix {
        let mut scores = Matrix::zeros(weights.len(), self.len());
        for (column, &centre) in centre.iter().enumerate() {
            for (row, _) in used(weights) {
                scores[(row, column)] = (self.at(column, row) - centre) / scale;
            }
        }
        scores
    }
}

impl Column<'_> {
    fn check(&self, item: usize, weights: &[f64]) -> Result<(), Error> {
        match self.source {
            Source::Number(values) => {
                same_length(&self.name, weights.len(), values.len())?;
                let bad = used(weights).find(|(row, _)| !values[*row].is_finite());
                bad.map_or(Ok(()), |(row, _)| Err(Error::NotFinite { item, row }))
            }
            Source::Category { codes, levels, .. } => {
                same_length(&self.name, weights.len(), codes.len())?;
                let bad = used(weights).find(|(row, _)| codes[*row] >= levels);
                bad.map_or(Ok(()), |(row, _)| {
                    let column = self.name.clone();
                    Err(Error::UnknownCode { column, row, code: codes[row], levels })
                })
            }
        }
    }
}

/// Rows of positive weight, with it.
pub(crate) fn used(weights: &[f64]) -> impl Iterator<Item = (usize, f64)> + '_ {
    weights.iter().copied().enumerate().filter(|(_, weight)| *weight > 0.0)
}

/// Sum of the weights; none used is an empty domain.
pub(crate) fn total_weight(weights: &[f64]) -> Result<f64, Error> {
    let total: f64 = weights.iter().sum();
    if total > 0.0 { Ok(total) } else { Err(Error::EmptyDomain) }
}

/// Weighted mean, seen from one of the values: data far from 0 keep their digits,
/// and equal values give themselves.
pub(crate) fn weighted_mean(weights: &[f64], all: f64, at: impl Fn(usize) -> f64) -> f64 {
    let from = used(weights).next().map_or(0.0, |(row, _)| at(row));
    mean_from(from, weights, all, at)
}

fn mean_from(from: f64, weights: &[f64], all: f64, at: impl Fn(usize) -> f64) -> f64 {
    let sum: f64 = used(weights).map(|(row, w)| w * (at(row) - from)).sum();
    from + sum / all
}
