//! What can go wrong with a plan.

/// Everything that a plan is refused for.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PlanError {
    /// No TOML, or a field that is missing, unknown or of another type.
    #[error("{code}: {file}, line {line}, column {column}: {message}", code = self.code())]
    Malformed {
        /// The file.
        file: String,
        /// The line, counted from 1.
        line: usize,
        /// The column, counted from 1.
        column: usize,
        /// What is wrong.
        message: String,
    },
    /// Steps or settings that do not go together.
    #[error("{code}: {place}: {message}", code = self.code())]
    Contradiction {
        /// The step or table.
        place: String,
        /// What is wrong, and what to do.
        message: String,
    },
}

impl PlanError {
    /// The stable code of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed { .. } => "GKO-W800",
            Self::Contradiction { .. } => "GKO-W801",
        }
    }
}
