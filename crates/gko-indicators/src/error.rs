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
        source: Box<gko_microdata::Error>,
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
    /// A country in which nobody counts.
    #[error(
        "every weight of {country} is 0; weight the country, or leave its rows out of the file [GKO-I004]"
    )]
    NoWeight {
        /// The country and wave.
        country: String,
    },
    /// A PSU that was declared unique and stands in two strata.
    #[error(
        "{country}: PSU `{psu}` stands in the strata `{first}` and `{second}`; correct the labels, or declare them local to the stratum: psu_labels = \"nested\" [GKO-I005]"
    )]
    PsuInTwoStrata {
        /// The country and wave.
        country: String,
        /// The PSU's label.
        psu: String,
        /// The label of the first stratum.
        first: String,
        /// The label of the second stratum.
        second: String,
    },
    /// A breakdown with more groups than a table has room for.
    #[error(
        "breakdown `{breakdown}` has {got} groups, at most {limit} are possible; join categories into `groups` [GKO-I003]"
    )]
    TooManyGroups {
        /// The breakdown.
        breakdown: String,
        /// How many groups it has.
        got: usize,
        /// How many there may be.
        limit: usize,
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
            Self::TooManyGroups { .. } => "GKO-I003",
            Self::NoWeight { .. } => "GKO-I004",
            Self::PsuInTwoStrata { .. } => "GKO-I005",
        }
    }
}
