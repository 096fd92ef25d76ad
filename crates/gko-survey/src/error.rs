//! What can go wrong, where it stands, and the way out.
//!
//! Every variant has a stable code (`GKO-S…`), typed fields and a message that
//! says what was expected, what was found and what to do. Rows are counted from
//! zero in the order in which the caller handed them over.

use std::fmt;

/// A stratum of one sample, by the codes that the caller gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct StratumId {
    /// Code of the sample (one study, wave and country).
    pub sample: u32,
    /// Code of the stratum inside the sample.
    pub stratum: u32,
}

impl fmt::Display for StratumId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sample {} stratum {}", self.sample, self.stratum)
    }
}

/// Everything that this crate refuses.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Two columns of one table have different lengths.
    #[error("{code}: column {column} has {got} rows, expected {expected}; pass columns of one table", code = self.code())]
    LengthDiffers {
        /// The column that does not fit.
        column: String,
        /// Rows of the table.
        expected: usize,
        /// Rows of this column.
        got: usize,
    },
    /// A design without rows.
    #[error("{code}: the design has no rows; check the filter that stands before it", code = self.code())]
    NoRows,
    /// More rows than one table may have.
    #[error("{code}: {rows} rows are more than one table may have ({limit}); accumulate parts and merge their totals", code = self.code())]
    TooManyRows {
        /// Rows that were passed.
        rows: usize,
        /// Rows that are allowed.
        limit: u32,
    },
    /// A weight that is negative, infinite or not a number.
    #[error("{code}: row {row} has weight {weight}, expected a finite number of at least 0; correct it, or leave the row out and count it", code = self.code())]
    InvalidWeight {
        /// Row in the caller's order.
        row: usize,
        /// The weight as it stands.
        weight: f64,
    },
    /// No row of a sample has a positive weight.
    #[error("{code}: every weight of sample {sample} is 0; weight the sample or leave it out", code = self.code())]
    NoWeight {
        /// Code of the sample.
        sample: u32,
    },
    /// The squares of a sample's weights have no finite sum.
    #[error("{code}: the squared weights of sample {sample} have no finite sum; rescale the weights", code = self.code())]
    WeightsTooLarge {
        /// Code of the sample.
        sample: u32,
    },
    /// A PSU code that was declared unique stands in two strata.
    #[error("{code}: PSU {psu} of sample {sample} stands in strata {first} and {second}; declare the labels nested in the stratum, or correct them", code = self.code())]
    PsuInTwoStrata {
        /// Code of the sample.
        sample: u32,
        /// Code of the PSU.
        psu: u32,
        /// The first stratum with it.
        first: u32,
        /// The second stratum with it.
        second: u32,
    },
    /// A breakdown names a variable that does not exist.
    #[error("{code}: breakdown {breakdown} names variable {variable}, but there are {variables} variables, counted from 0", code = self.code())]
    UnknownVariable {
        /// Position of the breakdown.
        breakdown: usize,
        /// The variable it names.
        variable: usize,
        /// How many variables there are.
        variables: usize,
    },
    /// A breakdown names a variable twice.
    #[error("{code}: breakdown {breakdown} names variable {variable} twice; name it once", code = self.code())]
    RepeatedVariable {
        /// Position of the breakdown.
        breakdown: usize,
        /// The variable it repeats.
        variable: usize,
    },
    /// The crossing of all variables, or the list of domains, is too long.
    #[error("{code}: {got} {what} are more than {limit}; cross fewer variables, or ask in several calls", code = self.code())]
    TooManyDomains {
        /// What there is too much of.
        what: &'static str,
        /// How many there would be.
        got: usize,
        /// How many may be.
        limit: usize,
    },
    /// No item to total.
    #[error("{code}: no item was passed; pass at least one share or mean", code = self.code())]
    NoItems,
    /// A value that is in the base and is not a finite number.
    #[error("{code}: item {item} has a value that is not finite in row {row}; take the row out of the item's base", code = self.code())]
    NotFinite {
        /// Position of the item.
        item: usize,
        /// Row in the caller's order.
        row: usize,
    },
    /// The values of an item lie so far apart that their squares overflow.
    #[error("{code}: the values of item {item} in sample {sample} lie too far apart for their squares; rescale the item", code = self.code())]
    ValuesTooFarApart {
        /// Position of the item.
        item: usize,
        /// Code of the sample.
        sample: u32,
    },
    /// Two tables of totals that do not belong together.
    #[error("{code}: the two tables of totals differ in their {what}; merge only what was accumulated alike", code = self.code())]
    ShapeDiffers {
        /// In what they differ.
        what: &'static str,
    },
    /// Strata with one PSU, and no rule for them.
    #[error("{code}: {count} strata have a single PSU ({list}), so their variance cannot be estimated; merge them with a neighbour in the design, or choose remove, certainty, adjust or average", code = self.code(), count = strata.len(), list = first_of(strata))]
    SinglePsuStrata {
        /// All such strata, in order.
        strata: Vec<StratumId>,
    },
    /// A confidence level outside (0, 1).
    #[error("{code}: the confidence level is {level}, expected a number between 0 and 1 such as 0.95", code = self.code())]
    InvalidLevel {
        /// The level as it stands.
        level: f64,
    },
    /// A name that no setting has.
    #[error("{code}: {got:?} is no {setting}, expected one of: {valid}", code = self.code())]
    UnknownName {
        /// The setting that was to be read.
        setting: &'static str,
        /// The name that was found.
        got: String,
        /// The names that exist.
        valid: &'static str,
    },
}

impl Error {
    /// The stable code, for example `GKO-S004`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::LengthDiffers { .. } => "GKO-S001",
            Self::NoRows => "GKO-S002",
            Self::TooManyRows { .. } => "GKO-S003",
            Self::InvalidWeight { .. } => "GKO-S004",
            Self::NoWeight { .. } => "GKO-S005",
            Self::WeightsTooLarge { .. } => "GKO-S006",
            Self::PsuInTwoStrata { .. } => "GKO-S007",
            Self::UnknownVariable { .. } => "GKO-S010",
            Self::RepeatedVariable { .. } => "GKO-S011",
            Self::TooManyDomains { .. } => "GKO-S012",
            Self::NoItems => "GKO-S020",
            Self::NotFinite { .. } => "GKO-S021",
            Self::ValuesTooFarApart { .. } => "GKO-S022",
            Self::ShapeDiffers { .. } => "GKO-S030",
            Self::SinglePsuStrata { .. } => "GKO-S040",
            Self::InvalidLevel { .. } => "GKO-S041",
            Self::UnknownName { .. } => "GKO-S042",
        }
    }
}

/// The first few strata in words: a message with ten thousand helps nobody.
fn first_of(strata: &[StratumId]) -> String {
    const SHOWN: usize = 5;
    let shown: Vec<String> = strata.iter().take(SHOWN).map(ToString::to_string).collect();
    match strata.len().saturating_sub(SHOWN) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// `Ok` when a column is as long as its table.
pub(crate) fn same_length(column: &str, expected: usize, got: usize) -> Result<(), Error> {
    if got == expected {
        return Ok(());
    }
    let column = column.to_owned();
    Err(Error::LengthDiffers { column, expected, got })
}
