//! Everything that can end a pipeline, under one type.

use thiserror::Error;

/// Why a pipeline ended; the message of each stage says what to do.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// A pipeline, codebook or catalogue has faults.
    #[error(transparent)]
    Document(#[from] gko_codebook::Error),
    /// An input cannot be used.
    #[error(transparent)]
    Microdata(#[from] gko_microdata::Error),
    /// Figures cannot be computed.
    #[error(transparent)]
    Indicators(#[from] gko_indicators::Error),
    /// A request cannot be answered.
    #[error(transparent)]
    Estimate(#[from] crate::estimate::Error),
    /// A weighting plan cannot be run.
    #[error(transparent)]
    Weighting(#[from] Box<gko_weighting::Error>),
    /// Output cannot be written.
    #[error(transparent)]
    Report(#[from] gko_report::Error),
    /// Invented data under the name of a real country.
    #[error(
        "the codebook says that the data are synthetic, and they stand under the real country {country}; invented figures go under user-assigned codes such as XAA [GKO-P001]"
    )]
    SyntheticCountry {
        /// The country.
        country: String,
    },
    /// An output that would take the place of an input.
    #[error(
        "`{file}` in the folder for the output is a file that the plan reads; give another folder with --out [GKO-P003]"
    )]
    OverInput {
        /// The file.
        file: String,
    },
    /// A data file that changed between two readings.
    #[error(
        "`{file}` changed while the plan was run, so that its weights are those of other rows; run the plan again [GKO-P004]"
    )]
    DataChanged {
        /// The file.
        file: String,
    },
    /// A time for the manifest that is none.
    #[error(
        "`{variable}` is no time; set it to whole seconds since 1970-01-01 00:00 UTC, or unset it [GKO-P002]"
    )]
    NoTime {
        /// The environment variable.
        variable: &'static str,
    },
}

impl From<gko_weighting::Error> for Error {
    fn from(error: gko_weighting::Error) -> Self {
        Self::Weighting(Box::new(error))
    }
}

impl Error {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Document(error) => error.code(),
            Self::Microdata(error) => error.code(),
            Self::Indicators(error) => error.code(),
            Self::Estimate(error) => error.code(),
            Self::Weighting(error) => error.code(),
            Self::Report(error) => error.code(),
            Self::SyntheticCountry { .. } => "GKO-P001",
            Self::NoTime { .. } => "GKO-P002",
            Self::OverInput { .. } => "GKO-P003",
            Self::DataChanged { .. } => "GKO-P004",
        }
    }

    /// Whether output could not be written, as opposed to input that is wrong.
    #[must_use]
    pub const fn is_output(&self) -> bool {
        matches!(self, Self::Report(_) | Self::OverInput { .. })
    }
}
