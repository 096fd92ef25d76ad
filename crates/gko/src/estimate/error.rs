//! Why a request cannot be answered: where, what was found, what is valid.

use thiserror::Error;

/// A request that cannot be answered.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// The request is no JSON, or has fields or values that are not known.
    #[error(
        "{name}, {place}: {message}; `gko schema estimate` prints all that is valid [GKO-E001]"
    )]
    Request {
        /// The request's file.
        name: String,
        /// JSON pointer to the fault.
        place: String,
        /// What was found, with line and column, and what is valid.
        message: String,
    },
    /// A column that is not there.
    #[error(
        "{place}: the data have no column `{column}`{}; they have {} [GKO-E002]",
        hint(nearest),
        list(valid)
    )]
    NoColumn {
        /// JSON pointer to the name.
        place: String,
        /// The column.
        column: String,
        /// The column that is spelled most alike.
        nearest: Option<String>,
        /// All columns.
        valid: Vec<String>,
    },
    /// Texts where numbers are needed.
    #[error(
        "{place}: column `{column}` holds texts and numbers are needed; derive a number with `is_in`, or list its missing codes under `data.missing` [GKO-E003]"
    )]
    NotNumber {
        /// JSON pointer to the name.
        place: String,
        /// The column.
        column: String,
    },
    /// A value that is no level.
    #[error(
        "{place}: `{got}` is no level of `{column}`; levels that ten rows or more have are {} [GKO-E004]",
        list(valid)
    )]
    UnknownLevel {
        /// JSON pointer.
        place: String,
        /// The column.
        column: String,
        /// What was found.
        got: String,
        /// Its levels, without those that few rows have.
        valid: Vec<String>,
    },
    /// Values that the analysis needs and some rows lack.
    #[error(
        "rows of the domain lack values of {}; set `missing` to `exclude` to leave such rows out of the domain and count them [GKO-E005]",
        list(columns)
    )]
    MissingValues {
        /// The columns.
        columns: Vec<String>,
    },
    /// Parts that contradict each other.
    #[error("{place}: {message} [GKO-E006]")]
    Invalid {
        /// JSON pointer.
        place: String,
        /// What is wrong, and what is valid.
        message: String,
    },
    /// More categories than can be protected together.
    #[error(
        "{place}: `{column}` has {got} categories; at most {limit} can be crossed, group them or filter the domain [GKO-E007]"
    )]
    TooManyCategories {
        /// JSON pointer.
        place: String,
        /// The column.
        column: String,
        /// How many it has.
        got: usize,
        /// How many are possible.
        limit: usize,
    },
    /// The file cannot be read.
    #[error(transparent)]
    Microdata(#[from] gko_microdata::Error),
    /// The engine refuses.
    #[error("{}", quiet(.0))]
    Survey(#[from] gko_survey::Error),
}

impl Error {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Request { .. } => "GKO-E001",
            Self::NoColumn { .. } => "GKO-E002",
            Self::NotNumber { .. } => "GKO-E003",
            Self::UnknownLevel { .. } => "GKO-E004",
            Self::MissingValues { .. } => "GKO-E005",
            Self::Invalid { .. } => "GKO-E006",
            Self::TooManyCategories { .. } => "GKO-E007",
            Self::Microdata(error) => error.code(),
            Self::Survey(error) => error.code(),
        }
    }

    pub(crate) fn invalid(place: &str, message: impl Into<String>) -> Self {
        Self::Invalid { place: place.to_owned(), message: message.into() }
    }
}

fn hint(nearest: &Option<String>) -> String {
    nearest.as_ref().map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
}

/// What the engine says, without the value of a row: any column may be named as
/// weight, probability or response, and a message passes no disclosure control.
fn quiet(error: &gko_survey::Error) -> String {
    let code = error.code();
    let what = match code {
        "GKO-S004" => "a row has a weight that is negative or not finite",
        "GKO-S050" => "a row has a probability that is not above 0 and at most 1",
        "GKO-S064" => "a row has a replicate weight that is negative or not finite",
        "GKO-S093" => {
            "the covariance of the cells or groups has no inverse; join small levels, or use a Rao-Scott statistic"
        }
        "GKO-S104" => {
            "a row has a response that the family cannot have; recode it, or choose another family"
        }
        "GKO-S140" => "a row has a heteroscedasticity that is not finite and above 0",
        _ => return error.to_string(),
    };
    format!("{what} [{code}]")
}

/// Names in a message: all of a few, the first of many.
fn list(names: &[String]) -> String {
    const MANY: usize = 40;
    let shown: Vec<String> = names.iter().take(MANY).map(|name| format!("`{name}`")).collect();
    let rest = names.len().saturating_sub(MANY);
    let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
    shown.join(", ") + &more
}
