//! What keeps a test from being made, where it stands, and the way out.

/// Everything that a hypothesis test refuses.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum HypothesisError {
    /// A variable whose respondents are all of one level.
    #[error("{code}: variable {variable} has {levels} levels with respondents, a test needs at least 2; join fewer levels, or widen the domain", code = self.code())]
    TooFewLevels {
        /// The variable.
        variable: String,
        /// Its levels.
        levels: usize,
    },
    /// A level without a respondent: an empty margin, or an empty group.
    #[error("{code}: level {level} of {variable} has no row of positive weight; leave the level out, join it with another, or drop empty levels", code = self.code())]
    EmptyLevel {
        /// The variable.
        variable: String,
        /// The level.
        level: String,
    },
    /// A test of two groups with another number of them.
    #[error("{code}: variable {variable} has {levels} levels, a t test compares exactly 2; take the others out of the domain, or use a test of several groups", code = self.code())]
    NotTwoGroups {
        /// The variable.
        variable: String,
        /// Its levels.
        levels: usize,
    },
    /// A covariance that has no inverse.
    #[error("{code}: the covariance of the cells or groups has no inverse: {at} does not vary, or others determine it; join it with another, or use a Rao-Scott statistic", code = self.code())]
    SingularCovariance {
        /// The first cell or group that those before it determine.
        at: String,
    },
    /// Another number of probabilities than of levels.
    #[error("{code}: {got} probabilities were given for {variable}, which has {expected} levels; give one for each level", code = self.code())]
    ProbabilitiesDiffer {
        /// The variable.
        variable: String,
        /// Levels of the variable.
        expected: usize,
        /// Probabilities that were given.
        got: usize,
    },
    /// A probability that is not above 0.
    #[error("{code}: level {level} of {variable} has probability {probability}, expected a finite number above 0; leave the level out, or correct it", code = self.code())]
    InvalidProbability {
        /// The variable.
        variable: String,
        /// The level.
        level: String,
        /// The probability as it stands.
        probability: f64,
    },
    /// A score function that gave no number.
    #[error("{code}: the score of rank {rank} among {total} is {score}, expected a finite number; correct the score function", code = self.code())]
    InvalidScore {
        /// The estimated population rank.
        rank: f64,
        /// The estimated population.
        total: f64,
        /// What the function gave.
        score: f64,
    },
    /// An infinite answer.
    #[error("{code}: {variable} is {value} in row {row}, expected a finite number; recode it, or set it to NaN to leave the row out", code = self.code())]
    NotFinite {
        /// The variable.
        variable: String,
        /// Row in the caller's order.
        row: usize,
        /// The value as it stands.
        value: f64,
    },
    /// A term that the estimation does not have.
    #[error("{code}: the estimation has no term {term}; its terms are {terms}", code = self.code())]
    UnknownTerm {
        /// The term that was asked for.
        term: String,
        /// The terms there are.
        terms: String,
    },
    /// A comparison between fewer than two domains.
    #[error("{code}: the estimation has {domains} domains, comparing needs at least 2; estimate with Survey::estimate_by", code = self.code())]
    TooFewDomains {
        /// Domains of the estimation.
        domains: usize,
    },
}

impl HypothesisError {
    /// The stable code, for example `GKO-S090`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooFewLevels { .. } => "GKO-S090",
            Self::EmptyLevel { .. } => "GKO-S091",
            Self::NotTwoGroups { .. } => "GKO-S092",
            Self::SingularCovariance { .. } => "GKO-S093",
            Self::ProbabilitiesDiffer { .. } => "GKO-S094",
            Self::InvalidProbability { .. } => "GKO-S095",
            Self::InvalidScore { .. } => "GKO-S096",
            Self::NotFinite { .. } => "GKO-S097",
            Self::UnknownTerm { .. } => "GKO-S098",
            Self::TooFewDomains { .. } => "GKO-S099",
        }
    }
}
