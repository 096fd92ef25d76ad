//! What base weights refuse, where it stands, and the way out.

use crate::error::{nth, shown};
use crate::sample::MISSING;

/// Everything that base weights refuse. Rows are counted from 0.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SelectionError {
    /// A chance that is none.
    #[error("{code}: stage {stage}, row {at} of the data: the chance is {got}, expected a number above 0 and at most 1; correct it, or leave the row out", code = self.code(), got = shown(*chance), at = row + 1)]
    InvalidChance {
        /// The stage.
        stage: String,
        /// Row in the caller's order.
        row: usize,
        /// The chance as it stands.
        chance: f64,
    },
    /// A count or size from which no chance follows.
    #[error("{code}: stage {stage}, row {at} of the data: {what} is {found}, expected {expected}; correct it, or leave the row out", code = self.code(), found = shown(*got), at = row + 1)]
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
    #[error("{code}: stage {stage}, row {at} of the data: the size gives a chance of {chance}; if the unit was taken with certainty say so (above_one = \"certain\"), and count it neither in the total nor among the taken of the others", code = self.code(), at = row + 1)]
    ChanceAboveOne {
        /// The stage.
        stage: String,
        /// Row in the caller's order.
        row: usize,
        /// The chance as worked out.
        chance: f64,
    },
    /// Two rows of one unit with different chances.
    #[error("{code}: stage {stage}: rows {first_at} and {at} of the data are of one unit, with the chances {first} and {chance}; a unit is drawn once, so correct its chance, or its code if it stands for two units", code = self.code(), at = row + 1, first_at = first_row + 1)]
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
    #[error("{code}: row {at} of the data: {place} has no count of people; add it to the figures, or complete the row", code = self.code(), place = stratum_of(*stratum), at = row + 1)]
    StratumWithoutCount {
        /// The stratum's code.
        stratum: u32,
        /// Its first row.
        row: usize,
    },
    /// A count that is none.
    #[error("{code}: the count of the {place} is {got}, expected a positive number; correct it, or leave out a stratum of nobody", code = self.code(), place = ordinal(*stratum))]
    InvalidPopulation {
        /// The stratum's code.
        stratum: u32,
        /// The count as it stands.
        got: f64,
    },
    /// Fewer people than respondents.
    #[error("{code}: the {place} has {population} people and {sample} respondents; correct the count or the strata", code = self.code(), place = ordinal(*stratum))]
    FewerThanSample {
        /// The stratum's code.
        stratum: u32,
        /// People counted.
        population: f64,
        /// Respondents.
        sample: usize,
    },
    /// Strata with people of whom none is in the sample.
    #[error("{code}: {count} strata have people and no respondent (the first: the {place}), so the weights would miss {missed} people; join them with a neighbour, or leave them out openly (empty = \"leave_out\")", code = self.code(), place = ordinal(*first))]
    EmptyStrata {
        /// How many.
        count: usize,
        /// The code of the first.
        first: u32,
        /// People in them.
        missed: f64,
    },
    /// Weights with which the squares of variances cannot be calculated.
    #[error("{code}: row {at} of the data has weight {weight}: the sum of the weights or of their squares is beyond the numbers of a computer; correct the weight, or divide all by a power of ten", code = self.code(), at = row + 1)]
    WeightsTooLarge {
        /// The row of the largest weight, in the caller's order.
        row: usize,
        /// That weight.
        weight: f64,
    },
    /// A quota sample that does not say why it is one.
    #[error("{code}: a quota sample needs a reason in words, which is printed beside its figures", code = self.code())]
    NoReason,
    /// A weight of the draw that is none.
    #[error("{code}: the weight in row {at} of the data is {found}, expected a finite number of at least 0; complete it, or give a row that was not drawn the weight 0", code = self.code(), at = row + 1, found = shown(*weight))]
    InvalidWeight {
        /// Row in the caller's order.
        row: usize,
        /// The weight as it stands.
        weight: f64,
    },
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
            Self::WeightsTooLarge { .. } => "GKO-W116",
            Self::InvalidWeight { .. } => "GKO-W115",
            Self::Survey(error) => error.code(),
        }
    }
}

/// The stratum of a row; a row without one is in none.
fn stratum_of(code: u32) -> String {
    match code {
        MISSING => "its stratum (or what it lacks to be in one)".to_owned(),
        code => format!("the {}", ordinal(code)),
    }
}

/// A stratum by its code.
fn ordinal(code: u32) -> String {
    format!("{} stratum (in the order of the figures, group by group)", nth(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_use_the_words_of_a_plan() {
        let stage = || "school".to_owned();
        let blank = SelectionError::InvalidChance { stage: stage(), row: 4, chance: f64::NAN };
        let said = "GKO-W101: stage school, row 5 of the data: the chance is missing,";
        assert!(blank.to_string().starts_with(said), "{blank}");
        let above = SelectionError::ChanceAboveOne { stage: stage(), row: 0, chance: 1.5 };
        assert!(above.to_string().contains("(above_one = \"certain\")"), "{above}");
        let empty = SelectionError::EmptyStrata { count: 2, first: 0, missed: 9.0 };
        assert!(empty.to_string().contains("(empty = \"leave_out\")"), "{empty}");
        assert!(empty.to_string().contains("the first: the 1st stratum (in the order"), "{empty}");
        let few = SelectionError::FewerThanSample { stratum: 11, population: 3.0, sample: 4 };
        assert!(few.to_string().contains("the 12th stratum (in the order"), "{few}");
        let none = SelectionError::StratumWithoutCount { stratum: MISSING, row: 0 };
        assert!(none.to_string().contains("row 1 of the data: its stratum"), "{none}");
    }
}
