//! A domain: the rows that an estimate is about, seen from the whole sample.
//!
//! # Rule
//! A domain says of every row whether it belongs; no row is ever dropped, so the
//! design stays what it was. Rows with a missing value are taken out by name and
//! counted.
//!
//! # Example
//! ```
//! use gko_survey::Domain;
//!
//! let girls = Domain::of(vec![true, true, false]);
//! let hours = [2.0, f64::NAN, 1.0];
//! let base = girls.observed(&hours)?;
//! assert_eq!((base.rows_inside(), base.excluded()), (1, 1));
//! # Ok::<(), gko_survey::Error>(())
//! ```

use crate::error::{Error, same_length};

/// Which rows an estimate is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Domain {
    members: Vec<bool>,
    excluded: u64,
}

impl Domain {
    /// All rows.
    #[must_use]
    pub fn all(rows: usize) -> Self {
        Self::of(vec![true; rows])
    }

    /// The rows that are marked.
    #[must_use]
    pub fn of(members: Vec<bool>) -> Self {
        Self { members, excluded: 0 }
    }

    /// The rows of this domain that are marked too.
    ///
    /// # Errors
    /// Another number of rows.
    pub fn and(&self, members: &[bool]) -> Result<Self, Error> {
        same_length("domain", self.members.len(), members.len())?;
        let both = self.members.iter().zip(members).map(|(one, two)| *one && *two);
        Ok(Self { members: both.collect(), excluded: self.excluded })
    }

    /// The rows with a value: those where it is NaN are taken out and counted.
    ///
    /// # Errors
    /// Another number of rows.
    pub fn observed(&self, values: &[f64]) -> Result<Self, Error> {
        let present: Vec<bool> = values.iter().map(|value| !value.is_nan()).collect();
        self.observed_where(&present)
    }

    /// The rows that are marked as observed: the others are taken out and counted.
    ///
    /// # Errors
    /// Another number of rows.
    pub fn observed_where(&self, present: &[bool]) -> Result<Self, Error> {
        let base = self.and(present)?;
        let excluded = self.excluded + (self.rows_inside() - base.rows_inside());
        Ok(Self { excluded, ..base })
    }

    /// Rows of the table.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.members.len()
    }

    /// Rows in the domain, whatever their weight.
    #[must_use]
    pub fn rows_inside(&self) -> u64 {
        self.members.iter().filter(|&&inside| inside).count() as u64
    }

    /// Rows taken out since a value was missing.
    #[must_use]
    pub fn excluded(&self) -> u64 {
        self.excluded
    }

    /// Whether a row is in the domain.
    #[must_use]
    pub fn contains(&self, row: usize) -> bool {
        self.members.get(row).copied().unwrap_or(false)
    }

    /// Weights inside, 0 outside.
    #[must_use]
    pub fn weights(&self, weights: &[f64]) -> Vec<f64> {
        let pairs = weights.iter().zip(&self.members);
        pairs.map(|(&weight, &inside)| if inside { weight } else { 0.0 }).collect()
    }
}
