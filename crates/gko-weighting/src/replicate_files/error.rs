//! What files of replicate weights refuse, where it stands, and the way out.

/// Everything that files of replicate weights refuse.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ReplicateFileError {
    /// Another number of columns than declared.
    #[error("{code}: {full} has {got} columns of replicate weights, expected {expected} as declared; find the columns that are missing or too many, or correct the declaration", code = self.code())]
    CountDiffers {
        /// Name of the full-sample weight.
        full: String,
        /// Columns declared.
        expected: usize,
        /// Columns found.
        got: usize,
    },
    /// Gaps in the numbering.
    #[error("{code}: {count} columns named {prefix} and a number are missing, the first with number {first}; a variance without them is wrong: get the complete file", code = self.code())]
    Missing {
        /// What stands in front of the number.
        prefix: String,
        /// How many are missing.
        count: usize,
        /// The first number that is missing.
        first: usize,
    },
    /// Too few replicates for a variance.
    #[error("{code}: {got} replicates, expected at least 2; a variance needs more than one", code = self.code())]
    TooFew {
        /// Replicates found.
        got: usize,
    },
    /// A name that statistical programs do not take.
    #[error("{code}: {name:?} is no name of a column, expected 1 to 32 letters, digits and underscores, no digit first; choose another prefix or weight name", code = self.code())]
    InvalidName {
        /// The name as it stands.
        name: String,
    },
    /// A full-sample weight that is named as one of the replicates.
    #[error("{code}: the full-sample weight {name} is also the name of a replicate; begin the numbers elsewhere or name the weight differently", code = self.code())]
    NameTaken {
        /// The name.
        name: String,
    },
    /// Columns that cannot be what they were declared to be.
    #[error("{code}: columns declared as {declared} have a mean of {mean}, expected about {expected}; declare combined = {instead}", code = self.code())]
    NotAsDeclared {
        /// What they were declared to be.
        declared: &'static str,
        /// Their mean over all replicates and rows.
        mean: f64,
        /// The mean of what they were declared to be.
        expected: f64,
        /// The setting that may be right.
        instead: bool,
    },
    /// Weights that the declared method never gives.
    #[error("{code}: replicate {replicate} has weight 0 in row {at} of the data, which Fay's factors never give; declare BRR (rho = 0), or the method of the file's documentation", code = self.code(), at = row + 1)]
    WrongMethod {
        /// Name of the column.
        replicate: String,
        /// Row, counted from 0.
        row: usize,
    },
    /// A replicate without any weight.
    #[error("{code}: all weights of replicate {replicate} are 0; drop the column with its scale, or get the complete file", code = self.code())]
    EmptyReplicate {
        /// Name of the column.
        replicate: String,
    },
    /// A preset that is not known.
    #[error("{code}: no preset is called {name:?}, expected one of: {known}; take one, or state naming and method", code = self.code())]
    UnknownPreset {
        /// The name as it stands.
        name: String,
        /// The names there are.
        known: String,
    },
    /// What the engine of estimation refuses.
    #[error(transparent)]
    Survey(#[from] gko_survey::Error),
}

impl ReplicateFileError {
    /// The stable code, for example `GKO-W601`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::CountDiffers { .. } => "GKO-W601",
            Self::Missing { .. } => "GKO-W602",
            Self::TooFew { .. } => "GKO-W603",
            Self::InvalidName { .. } => "GKO-W604",
            Self::NameTaken { .. } => "GKO-W605",
            Self::NotAsDeclared { .. } => "GKO-W606",
            Self::WrongMethod { .. } => "GKO-W607",
            Self::EmptyReplicate { .. } => "GKO-W608",
            Self::UnknownPreset { .. } => "GKO-W609",
            Self::Survey(error) => error.code(),
        }
    }
}
