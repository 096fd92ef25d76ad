//! A key indicator: what weights are judged by.

use gko_survey::Error;

use crate::numbers::same_length;

/// A key indicator or outcome: one number a row, and the rows in which it is known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Indicator<'a> {
    /// The name that messages and tables use.
    pub name: &'a str,
    /// The value of each row: 0 and 1 for a share.
    pub values: &'a [f64],
    /// Whether it is known in each row; without it, everywhere.
    pub known: Option<&'a [bool]>,
}

impl<'a> Indicator<'a> {
    /// An indicator that is known in every row.
    #[must_use]
    pub fn new(name: &'a str, values: &'a [f64]) -> Self {
        Self { name, values, known: None }
    }

    /// States the rows in which it is known; the values of the others are not looked at.
    #[must_use]
    pub fn known(self, known: &'a [bool]) -> Self {
        Self { known: Some(known), ..self }
    }

    /// Columns as long as the table.
    pub(crate) fn check_length(&self, table: usize) -> Result<(), Error> {
        same_length(self.name, table, self.values.len())?;
        same_length(self.name, table, self.known.map_or(table, <[bool]>::len))
    }

    /// Whether it is known in a row.
    pub(crate) fn is_known(&self, row: usize) -> bool {
        self.known.is_none_or(|known| known[row])
    }
}
