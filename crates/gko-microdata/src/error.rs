//! Why a file cannot be read; each error says where, what, and the way out.

use std::path::PathBuf;

use thiserror::Error;

/// An input that cannot be used. A bad *answer* is no error but a
/// [`Finding`](crate::Finding); these are faults that would make every figure wrong.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// The file cannot be opened or read.
    #[error("cannot read {}: {source} [GKO-M001]", path.display())]
    Io {
        /// The path as given.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A column that was to be added, under a name that is taken.
    #[error("there is a column `{column}` already; give the new one another name [GKO-M017]")]
    ColumnTaken {
        /// The name.
        column: String,
    },
    /// A column that was to be added, of another length than the table.
    #[error("the new column `{column}` has {got} rows, the table has {expected} [GKO-M019]")]
    ColumnLength {
        /// The name.
        column: String,
        /// Rows of the table.
        expected: usize,
        /// Rows of the column.
        got: usize,
    },
    /// A table that cannot be written.
    #[error("the table cannot be written as {format}: {message}; choose another format [GKO-M018]")]
    Unwritable {
        /// The format.
        format: &'static str,
        /// Why.
        message: String,
    },
    /// A file without rows.
    #[error("{file} has no rows; an export of a survey has one row a respondent [GKO-M002]")]
    Empty {
        /// The file.
        file: String,
    },
    /// The file is damaged, cut off, or not of the declared format.
    #[error(
        "{file} is no readable {format} file: {message}; fetch it again, or correct `format` in the pipeline [GKO-M003]"
    )]
    Malformed {
        /// The file.
        file: String,
        /// The declared format.
        format: &'static str,
        /// What the reader met.
        message: String,
    },
    /// A line of a CSV file that does not fit the header.
    #[error("{file}, record {record} (line {line}): {message} [GKO-M004]")]
    Record {
        /// The file.
        file: String,
        /// Data record, from 1.
        record: u64,
        /// Line of the file, from 1.
        line: u64,
        /// What is wrong.
        message: String,
    },
    /// Bytes that are not in the declared encoding.
    #[error(
        "{file} is not {encoding}: byte {offset}{}; declare the encoding of the file (for example `encoding = \"windows-1252\"`) [GKO-M005]",
        at(record, column)
    )]
    Encoding {
        /// The file.
        file: String,
        /// The declared encoding.
        encoding: String,
        /// Offset of the first wrong byte in the file.
        offset: u64,
        /// Data record, from 1, where known.
        record: Option<u64>,
        /// Column, where known.
        column: Option<String>,
    },
    /// An encoding that nobody knows.
    #[error(
        "`{got}` is no encoding; use a name such as utf-8, latin-1, windows-1252, utf-16le [GKO-M006]"
    )]
    UnknownEncoding {
        /// The name as written.
        got: String,
    },
    /// Blank, repeated or nearly repeated column names.
    #[error("{file}: {}; rename the columns [GKO-M007]", faults.join("; "))]
    Header {
        /// The file.
        file: String,
        /// Every fault of the header.
        faults: Vec<String>,
    },
    /// A column that the layout names and the file lacks.
    #[error(
        "{file} has no column `{column}`, which the pipeline names as {role}{} [GKO-M008]",
        hint(nearest)
    )]
    NoColumn {
        /// The file.
        file: String,
        /// The column.
        column: String,
        /// What the layout needs it for.
        role: &'static str,
        /// The column that is spelled most alike.
        nearest: Option<String>,
    },
    /// Not one column of the codebook is in the file.
    #[error(
        "{file} has none of the {expected} columns that the codebook knows for the {unit}; is it the right file and unit? [GKO-M009]"
    )]
    NothingBound {
        /// The file.
        file: String,
        /// How many columns were looked for.
        expected: usize,
        /// The unit.
        unit: gko_codebook::Unit,
    },
    /// Weights that are no weights.
    #[error(
        "{file}, column `{column}`: {count} weights are {what} (first in record {record}); {way_out} [GKO-M010]"
    )]
    Weight {
        /// The file.
        file: String,
        /// The weight's column.
        column: String,
        /// Data record of the first, from 1.
        record: usize,
        /// How many.
        count: usize,
        /// Missing, negative, infinite, not a number.
        what: &'static str,
        /// What the caller can do.
        way_out: &'static str,
    },
    /// A row without id, stratum, PSU, country or wave.
    #[error(
        "{file}, column `{column}`: {count} rows lack {role} (first in record {record}); a design needs one for each row [GKO-M011]"
    )]
    NoLabel {
        /// The file.
        file: String,
        /// The column.
        column: String,
        /// What it is needed for.
        role: &'static str,
        /// Data record of the first, from 1.
        record: usize,
        /// How many.
        count: usize,
    },
    /// Respondents that appear twice.
    #[error(
        "{file}: {count} rows repeat an id of the same country and wave (first: record {record}); if they are different respondents give them ids of their own, else drop the copies [GKO-M012]"
    )]
    DuplicateId {
        /// The file of the first repetition.
        file: String,
        /// Data record of the first repetition, from 1.
        record: usize,
        /// How many rows repeat an id.
        count: usize,
    },
    /// A wave that the codebook does not have.
    #[error("{file}: wave `{got}` is not in the codebook; it has {valid} [GKO-M013]")]
    UnknownWave {
        /// The file.
        file: String,
        /// The wave as found.
        got: String,
        /// The waves of the codebook.
        valid: String,
    },
    /// A country code that ISO 3166-1 does not have.
    #[error("{file}: {source}")]
    Country {
        /// The file.
        file: String,
        /// What is wrong.
        source: gko_codebook::Error,
    },
    /// No row is left.
    #[error(
        "no row is left after the exclusions ({excluded} excluded); see the account of rows [GKO-M014]"
    )]
    NothingLeft {
        /// How many rows were excluded.
        excluded: u64,
    },
    /// A path that leaves the folder it belongs to.
    #[error("path `{path}` leaves {}: give a path below it, without `..`, links that lead out, or a URL [GKO-M016]", root.display())]
    PathOutsideRoot {
        /// The path as written.
        path: String,
        /// The folder.
        root: PathBuf,
    },
    /// An expression over columns, categories or options that the data do not have.
    #[error(
        "`{name}` does not fit the data; the codebook of this unit has no such variable, category or option [GKO-M015]"
    )]
    Unbound {
        /// The variable or set, or the comparison that names a category it does not have.
        name: String,
    },
}

impl Error {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Io { .. } => "GKO-M001",
            Self::Empty { .. } => "GKO-M002",
            Self::Malformed { .. } => "GKO-M003",
            Self::Record { .. } => "GKO-M004",
            Self::Encoding { .. } => "GKO-M005",
            Self::UnknownEncoding { .. } => "GKO-M006",
            Self::Header { .. } => "GKO-M007",
            Self::NoColumn { .. } => "GKO-M008",
            Self::NothingBound { .. } => "GKO-M009",
            Self::Weight { .. } => "GKO-M010",
            Self::NoLabel { .. } => "GKO-M011",
            Self::DuplicateId { .. } => "GKO-M012",
            Self::UnknownWave { .. } => "GKO-M013",
            Self::Country { source, .. } => source.code(),
            Self::NothingLeft { .. } => "GKO-M014",
            Self::Unbound { .. } => "GKO-M015",
            Self::PathOutsideRoot { .. } => "GKO-M016",
            Self::ColumnTaken { .. } => "GKO-M017",
            Self::Unwritable { .. } => "GKO-M018",
            Self::ColumnLength { .. } => "GKO-M019",
        }
    }
}

fn hint(nearest: &Option<String>) -> String {
    nearest.as_ref().map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
}

fn at(record: &Option<u64>, column: &Option<String>) -> String {
    match (record, column) {
        (Some(record), Some(column)) => format!(" in record {record}, column `{column}`"),
        _ => String::new(),
    }
}
