//! What base weights refuse, where it stands, and the way out.

/// Everything that base weights refuse. Rows are counted from 0.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SelectionError {
    /// A chance that is none.
    #[error("{code}: stage {stage}, row {at} of the data: the chance is {chance}, expected a number above 0 and at most 1; correct it, or leave the row out", code = self.code(), at = row + 1)]
    InvalidChance {
        /// The stage.
        stage: String,
        /// Row in the caller's order.
        row: usize,
        /// The chance as it stands.
        chance: f64,
    },
    /// A count or size from which no chance follows.
    #[error("{code}: stage {stage}, row {at} of the data: {what} is {got}, expected {expected}; correct it, or leave the row out", code = self.code(), at = row + 1)]
    InvalidCount {
        /// The stage.
        stage: String,
        /// Row in the caller's order.
        row: usize,
        /// Which count or size.
        what: &'static str,
        /// What it may be.
        expected: &'static str,
        /// What it is.
        got: f64,
    },
    /// More units drawn than there were.
    #[error("{code}: stage {stage}, row {at} of the data: {taken} were taken of {of}; correct the counts", code = self.code(), at = row + 1)]
    TakenOfFewer {
        /// The stage.
        stage: String,
        /// Row in the caller's order.
        row: usize,
        /// Units taken.
        taken: f64,
        /// Units that were there.
        of: f64,
    },
    /// A unit so large that it is drawn more than once on average.
    #[error("{code}: stage {stage}, row {at} of the data: the size gives a chance of {chance}; if the unit was taken with certainty say so (AboveOne::Certain), and count it neither in the total nor among the taken of the others", code = self.code(), at = row + 1)]
    ChanceAboveOne {
        /// The stage.
        stage: String,
        /// Row in the caller's order.
        row: usize,
        /// The chance as worked out.
        chance: f64,
    },
    /// Two rows of one unit with different chances.
    #[error("{code}: stage {stage}: unit {unit} has chance {first} in row {first_at} of the data and {chance} in row {at} of the data; a unit is drawn once, so correct its chance, or its code if it stands for two units", code = self.code(), at = row + 1, first_at = first_row + 1)]
    ChanceVaries {
        /// The stage.
        stage: String,
        /// The unit's code.
        unit: u32,
        /// The first row of the unit.
        first_row: usize,
        /// Its chance.
        first: f64,
        /// The row that differs.
        row: usize,
        /// Its chance.
        chance: f64,
    },
    /// A setting that is none.
    #[error("{code}: stage {stage}: {setting} is {got}, expected {expected}", code = self.code())]
    InvalidSetting {
        /// The stage.
        stage: String,
        /// The setting.
        setting: &'static str,
        /// What it may be.
        expected: &'static str,
        /// What it is.
        got: f64,
    },
    /// No stage.
    #[error("{code}: no stage was passed; name at least one, or declare a quota sample", code = self.code())]
    NoStages,
    /// No row to weight.
    #[error("{code}: there is no row to weight; check the filter that stands before", code = self.code())]
    NoRows,
    /// A product of chances without a finite inverse.
    #[error("{code}: row {at} of the data: the product of the chances of all stages is {chance}, which has no finite inverse; check the stages", code = self.code(), at = row + 1)]
    ChanceTooSmall {
        /// Row in the caller's order.
        row: usize,
        /// The product.
        chance: f64,
    },
    /// A stratum with rows and no count.
    #[error("{code}: row {at} of the data: stratum {stratum} has no count of people; add it to the counts", code = self.code(), at = row + 1)]
    StratumWithoutCount {
        /// The stratum's code.
        stratum: u32,
        /// Its first row.
        row: usize,
    },
    /// A count that is none.
    #[error("{code}: the count of stratum {stratum} is {got}, expected a positive number", code = self.code())]
    InvalidPopulation {
        /// The stratum's code.
        stratum: u32,
        /// The count as it stands.
        got: f64,
    },
    /// Fewer people than respondents.
    #[error("{code}: stratum {stratum} has {population} people and {sample} respondents; correct the count or the strata", code = self.code())]
    FewerThanSample {
        /// The stratum's code.
        stratum: u32,
        /// People counted.
        population: f64,
        /// Respondents.
        sample: usize,
    },
    /// Strata with people of whom none is in the sample.
    #[error("{code}: {count} strata have people and no respondent (the first: {first}), so the weights would miss {missed} people; join them with a neighbour, or leave them out openly (EmptyStrata::LeaveOut)", code = self.code())]
    EmptyStrata {
        /// How many.
        count: usize,
        /// The code of the first.
        first: u32,
        /// People in them.
        missed: f64,
    },
    /// A quota sample that does not say why it is one.
    #[error("{code}: a quota sample needs a reason in words, which is printed beside its figures", code = self.code())]
    NoReason,
    /// Columns that do not belong together.
    #[error(transparent)]
    Survey(#[from] gko_survey::Error),
}

impl SelectionError {
    /// The stable code, for example `GKO-W101`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::InvalidChance { .. } => "GKO-W101",
            Self::InvalidCount { .. } => "GKO-W102",
            Self::TakenOfFewer { .. } => "GKO-W103",
            Self::ChanceAboveOne { .. } => "GKO-W104",
            Self::ChanceVaries { .. } => "GKO-W105",
            Self::InvalidSetting { .. } => "GKO-W106",
            Self::NoStages => "GKO-W107",
            Self::NoRows => "GKO-W108",
            Self::ChanceTooSmall { .. } => "GKO-W109",
            Self::StratumWithoutCount { .. } => "GKO-W110",
            Self::InvalidPopulation { .. } => "GKO-W111",
            Self::FewerThanSample { .. } => "GKO-W112",
            Self::EmptyStrata { .. } => "GKO-W113",
            Self::NoReason => "GKO-W114",
            Self::Survey(error) => error.code(),
        }
    }
}
