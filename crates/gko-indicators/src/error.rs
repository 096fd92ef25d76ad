//! Why indicators cannot be computed.

use thiserror::Error;

/// A fault between data, definitions and design.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// An expression that does not fit the data.
    #[error("indicator `{indicator}`: {source}")]
    Expression {
        /// The indicator.
        indicator: String,
        /// What is wrong.
        source: gko_microdata::Error,
    },
    /// The design does not allow an estimate.
    #[error("{0}")]
    Design(#[from] gko_survey::Error),
    /// Strata with one PSU, and no rule for them.
    #[error(
        "{count} strata have one PSU, so that their variance cannot be estimated: {strata}; choose a rule: single_psu = \"remove\" (no variance from them), \"certainty\" (the PSU was certain to be drawn), \"adjust\" (deviation from the grand mean, conservative) or \"average\" (the mean of the other strata) [GKO-I002]"
    )]
    SinglePsu {
        /// How many strata.
        count: usize,
        /// The first of them, by country and label.
        strata: String,
    },
}

impl Error {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Expression { source, .. } => source.code(),
            Self::Design(source) => source.code(),
            Self::SinglePsu { .. } => "GKO-I002",
        }
    }
}
