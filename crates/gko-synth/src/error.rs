//! What can go wrong when microdata are invented, and the way out.

/// Everything that this crate refuses.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A number of the plan that cannot be.
    #[error("{code}: plan of {country}: {field} is {got}, expected {expected}; change the plan", code = self.code())]
    Plan {
        /// The country.
        country: String,
        /// The field of the plan.
        field: &'static str,
        /// What is admissible.
        expected: String,
        /// What the plan says.
        got: u32,
    },
    /// A country stands in the plan twice and would repeat its respondents.
    #[error("{code}: country {country} stands in the plan twice; list each country once", code = self.code())]
    CountryTwice {
        /// The country.
        country: String,
    },
    /// The codebook behind the data does not parse.
    #[error("{code}: the codebook of the synthetic data is at fault: {source}", code = self.code())]
    Codebook {
        /// What the codebook's reader says.
        #[from]
        source: gko_codebook::Error,
    },
    /// A code of the codebook that a narrow integer column cannot hold.
    #[error("{code}: variable {variable} has code {got}, expected an integer from -32767 to 32767; recode it", code = self.code())]
    Code {
        /// The variable.
        variable: String,
        /// The code.
        got: String,
    },
    /// Question whose universe cannot be resolved in any order.
    #[error("{code}: the universe of {variable} names a question that the file does not have; correct the codebook", code = self.code())]
    Universe {
        /// The question.
        variable: String,
    },
    /// The data frame could not be put together.
    #[error("{code}: the data frame could not be built: {source}", code = self.code())]
    Frame {
        /// What polars says.
        #[from]
        source: polars::error::PolarsError,
    },
}

impl Error {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Plan { .. } => "GKO-Y001",
            Self::CountryTwice { .. } => "GKO-Y002",
            Self::Codebook { .. } => "GKO-Y003",
            Self::Code { .. } => "GKO-Y004",
            Self::Universe { .. } => "GKO-Y005",
            Self::Frame { .. } => "GKO-Y006",
        }
    }
}
