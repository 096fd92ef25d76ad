//! The account of rows: what came in, what was left out and why, what remains.

use std::collections::BTreeMap;

use serde::Serialize;

/// The account of one run of [`read`](crate::read).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Accounting {
    /// One entry a file, in the order of reading.
    pub files: Vec<FileAccount>,
}

/// The account of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FileAccount {
    /// The input's name.
    pub name: String,
    /// Its format.
    pub format: &'static str,
    /// SHA-256 of the bytes, where the input is a file.
    pub sha256: Option<String>,
    /// Rows in the file.
    pub rows_in: u64,
    /// Rows left out, by reason.
    pub excluded: BTreeMap<&'static str, u64>,
    /// Rows that remain.
    pub rows_out: u64,
    /// Rows that remain with a weight of zero: in the design, outside n.
    pub zero_weight: u64,
}

impl Accounting {
    /// Rows in all files together.
    #[must_use]
    pub fn rows_in(&self) -> u64 {
        self.files.iter().map(|file| file.rows_in).sum()
    }

    /// Rows that remain of all files together.
    #[must_use]
    pub fn rows_out(&self) -> u64 {
        self.files.iter().map(|file| file.rows_out).sum()
    }

    /// Rows left out of all files together.
    #[must_use]
    pub fn excluded(&self) -> u64 {
        self.files.iter().flat_map(|file| file.excluded.values()).sum()
    }
}
