//! What can go wrong with population figures.

use crate::error::list;

/// Everything that population figures refuse.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PopulationError {
    /// A file that cannot be read as what it should be.
    #[error("{code}: {file}, {place}: {message}", code = self.code())]
    Malformed {
        /// The file.
        file: String,
        /// Line, or key, in the file.
        place: String,
        /// What is wrong, and what to do.
        message: String,
    },
    /// A figure that is negative or no number.
    #[error("{code}: {file}, {place}: {what} is {got}, expected {expected}", code = self.code())]
    InvalidFigure {
        /// The file.
        file: String,
        /// Line, or key, in the file.
        place: String,
        /// What has the value.
        what: &'static str,
        /// What it may be.
        expected: &'static str,
        /// The value as it stands.
        got: String,
    },
    /// The same figure twice.
    #[error("{code}: {file}, {place}: category `{category}` of `{margin}` stands there twice for {group} and {universe}; leave one", code = self.code())]
    Twice {
        /// The file.
        file: String,
        /// Line, or key, of the second.
        place: String,
        /// The group, in words.
        group: String,
        /// The margin.
        margin: String,
        /// The category.
        category: String,
        /// The universe, in words.
        universe: String,
    },
    /// A margin that the figures do not have.
    #[error("{code}: no figures of `{margin}` for {group}; there are {valid}", code = self.code(), valid = list(valid))]
    NoMargin {
        /// The margin.
        margin: String,
        /// The group, in words.
        group: String,
        /// Margins that there are.
        valid: Vec<String>,
    },
    /// Figures of another universe than the survey's.
    #[error("{code}: the figures of `{margin}` for {group} are of {found}, but the survey is of {expected}; find figures of the same universe, or state in the plan what makes these fit and why (universe = {{ figures = \"…\", fit = …, because = \"…\" }}){hint}", code = self.code(), found = list(found), hint = case_hint(found, expected))]
    OtherUniverse {
        /// The margin.
        margin: String,
        /// The group, in words.
        group: String,
        /// The survey's universe, in words.
        expected: String,
        /// The figures' universes, in words.
        found: Vec<String>,
    },
    /// Shares and counts in one margin, or shares that do not add up.
    #[error("{code}: the figures of `{margin}` for {group} {message}", code = self.code())]
    Shares {
        /// The margin.
        margin: String,
        /// The group, in words.
        group: String,
        /// What is wrong, and what to do.
        message: String,
    },
    /// A bridge that cannot be used.
    #[error("{code}: the bridge of `{margin}` {message}", code = self.code())]
    Bridge {
        /// The margin.
        margin: String,
        /// What is wrong, and what to do.
        message: String,
    },
}

impl PopulationError {
    /// The stable code of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed { .. } => "GKO-W720",
            Self::InvalidFigure { .. } => "GKO-W721",
            Self::Twice { .. } => "GKO-W722",
            Self::NoMargin { .. } => "GKO-W723",
            Self::OtherUniverse { .. } => "GKO-W724",
            Self::Shares { .. } => "GKO-W725",
            Self::Bridge { .. } => "GKO-W726",
        }
    }
}

/// A hint where two universes are written alike but for upper and lower case.
fn case_hint(found: &[String], expected: &str) -> &'static str {
    let expected = expected.to_lowercase();
    match found.iter().any(|one| one.to_lowercase() == expected) {
        true => "; they differ in upper and lower case only: write both alike",
        false => "",
    }
}
