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
    /// Rows taken out since a value was missing.
    missing: Vec<bool>,
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
        let missing = vec![false; members.len()];
        Self { members, missing }
    }

    /// This domain split by a classification: a domain for each of the codes below
    /// `levels`, in their order; rows with another code are in none.
    ///
    /// # Example
    /// ```
    /// use gko_survey::Domain;
    ///
    /// let by_sex = Domain::all(3).by(&[0, 1, 0], 2)?;
    /// assert_eq!(by_sex[0].rows_inside(), 2);
    /// # Ok::<(), gko_survey::Error>(())
    /// ```
    ///
    /// # Errors
    /// Another number of rows.
    pub fn by(&self, codes: &[u32], levels: u32) -> Result<Vec<Self>, Error> {
        let one = |level: u32| {
            let members: Vec<bool> = codes.iter().map(|&code| code == level).collect();
            self.and(&members)
        };
        (0..levels).map(one).collect()
    }

    /// The rows of this domain that are marked too.
    ///
    /// # Errors
    /// Another number of rows.
    pub fn and(&self, members: &[bool]) -> Result<Self, Error> {
        same_length("domain", self.members.len(), members.len())?;
        Ok(Self { members: both(&self.members, members), missing: both(&self.missing, members) })
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
        same_length("domain", self.members.len(), present.len())?;
        let taken = self.members.iter().zip(present).map(|(inside, there)| *inside && !there);
        let missing = self.missing.iter().zip(taken).map(|(before, now)| *before || now);
        Ok(Self { members: both(&self.members, present), missing: missing.collect() })
    }

    /// Rows of the table.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.members.len()
    }

    /// Rows in the domain, whatever their weight.
    #[must_use]
    pub fn rows_inside(&self) -> u64 {
        count(&self.members)
    }

    /// Rows taken out since a value was missing.
    #[must_use]
    pub fn excluded(&self) -> u64 {
        count(&self.missing)
    }

    /// Rows inside, together with those taken out since a value was missing.
    pub(crate) fn with_missing(&self) -> Self {
        let all = self.members.iter().zip(&self.missing).map(|(inside, out)| *inside || *out);
        Self::of(all.collect())
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

fn both(one: &[bool], two: &[bool]) -> Vec<bool> {
    one.iter().zip(two).map(|(one, two)| *one && *two).collect()
}

fn count(marks: &[bool]) -> u64 {
    marks.iter().filter(|&&mark| mark).count() as u64
}
