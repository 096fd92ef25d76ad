//! What quantiles and intervals of shares refuse.
//!
//! # Rule
//! Each variant has a stable code; [`crate::Error`] carries them all.

/// What quantiles and intervals of shares refuse.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum IntervalError {
    /// A share of a column that is not 0/1.
    #[error("{code}: column {column} is {value} in row {row}, expected 0 or 1; pass categories as categories, or a 0/1 column", code = self.code())]
    NotBinary {
        /// Name of the column.
        column: String,
        /// Row in the caller's order.
        row: usize,
        /// The value as it stands.
        value: f64,
    },
    /// A probability of a quantile outside [0, 1].
    #[error("{code}: a quantile was asked for at probability {probability}, expected a number from 0 to 1; divide per cent by 100", code = self.code())]
    InvalidQuantile {
        /// The probability as it stands.
        probability: f64,
    },
    /// An interval from the replicates of a quantile, without replicates.
    #[error("{code}: the interval quantile is made of a quantile's replicates, but the survey has none; choose mean, beta, xlogit, asin or score, or make replicates", code = self.code())]
    NeedsReplicates,
    /// A likelihood interval of PSU totals.
    #[error("{code}: PSU totals do not keep what the interval likelihood is made of; choose another method, or take ShareInterval", code = self.code())]
    LikelihoodOfTotals,
}

impl IntervalError {
    /// The stable code, for example `GKO-S160`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotBinary { .. } => "GKO-S160",
            Self::InvalidQuantile { .. } => "GKO-S161",
            Self::NeedsReplicates => "GKO-S162",
            Self::LikelihoodOfTotals => "GKO-S163",
        }
    }
}
