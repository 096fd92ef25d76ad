//! What an adjustment for nonresponse refuses, where it stands, and the way out.

use super::rule::{CollapseRule, Reason};

/// What has eligible cases and no respondent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Lacking {
    /// A whole group.
    Group,
    /// A class of like propensities.
    PropensityClass,
    /// A weighting class, at weights of a replicate.
    WeightingClass,
}

impl Lacking {
    fn advice(self) -> &'static str {
        match self {
            Self::Group => {
                "nobody can stand for its cases: check the statuses under `codes`, or leave it out of the data; where only a replicate empties it, make replicates that keep more units, such as the generalised bootstrap or Fay's"
            }
            Self::PropensityClass => {
                "cut fewer classes (`count`), or use the inverse of the propensities (adjustment = \"inverse\")"
            }
            Self::WeightingClass => {
                "raise minimum_respondents so that no replicate empties it, cross fewer columns, or make replicates that keep more units, such as the generalised bootstrap or Fay's"
            }
        }
    }
}

/// Everything that this area refuses; codes `GKO-W200` to `GKO-W299`.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum NonresponseError {
    /// Two columns of one table have different lengths.
    #[error("{code}: column {column} has {got} rows, expected {expected}; pass columns of one table", code = self.code())]
    LengthDiffers {
        /// The column that does not fit.
        column: String,
        /// Rows of the table.
        expected: usize,
        /// Rows of this column.
        got: usize,
    },
    /// A weight that is negative, infinite or not a number, given or adjusted.
    #[error("{code}: row {at} of the data has weight {weight}, expected a finite number of at least 0 and a finite sum; correct it or rescale the weights, or give the row weight 0 and count it", code = self.code(), at = row + 1)]
    InvalidWeight {
        /// Row in the caller's order.
        row: usize,
        /// The weight as it stands.
        weight: f64,
    },
    /// A code that is no level in a row that takes part.
    #[error("{code}: row {at} of the data has code {value} of `{variable}`, which has {levels} levels; pass codes of its levels", code = self.code(), at = row + 1)]
    UnknownCode {
        /// Name of the variable.
        variable: String,
        /// Row in the caller's order.
        row: usize,
        /// The code as it stands.
        value: u32,
        /// How many levels there are.
        levels: usize,
    },
    /// Cases without a value of a variable that must be known of all.
    #[error("{code}: {rows} {cases} no value of `{variable}` (the first: row {at} of the data); weighting for nonresponse needs values that are known of every case, respondents or not: give the blanks a value in the data, such as a category `unknown` of their own, or leave `{variable}` out of the step", code = self.code(), at = row + 1, cases = if *rows == 1 { "case has" } else { "cases have" })]
    NoValue {
        /// Name of the variable.
        variable: String,
        /// The first such row in the caller's order.
        row: usize,
        /// How many there are.
        rows: usize,
    },
    /// An infinite number in a row that takes part.
    #[error("{code}: row {at} of the data has {value} as its `{variable}`, expected a finite number; correct it, or leave `{variable}` out of the step", code = self.code(), at = row + 1)]
    NotFinite {
        /// Name of the variable.
        variable: String,
        /// Row in the caller's order.
        row: usize,
        /// The number as it stands.
        value: f64,
    },
    /// A value of the file that no status was declared for.
    #[error("{code}: row {at} of the data has {found}, for which no status was declared; expected one of: {known}; declare its status under `codes`, and check that `status` names the column of dispositions", code = self.code(), at = row + 1, found = disposition(value))]
    UnmappedStatus {
        /// Row in the caller's order.
        row: usize,
        /// The value as it stands.
        value: String,
        /// The values that have a status.
        known: String,
    },
    /// A setting that has no meaning.
    #[error("{code}: {setting} is {got}, expected {expected}; correct the setting", code = self.code())]
    InvalidSetting {
        /// The setting.
        setting: &'static str,
        /// What it may be.
        expected: &'static str,
        /// What it is.
        got: f64,
    },
    /// A weighting class that breaks its rule and cannot be merged further.
    #[error("{code}: weighting class {class} {reason}, and {advice}", code = self.code(), advice = class_advice(reason, *collapse))]
    ClassFails {
        /// The class in words.
        class: String,
        /// What it breaks.
        reason: Reason,
        /// The rule of merging that came to its end.
        collapse: CollapseRule,
    },
    /// Eligible cases without a respondent who could stand for them.
    #[error("{code}: {place} has eligible weight {weight} but no respondent with a positive weight; {advice}", code = self.code(), advice = lacking.advice())]
    NoRespondents {
        /// The class or group in words.
        place: String,
        /// The eligible weight, or number of cases, without a respondent.
        weight: f64,
        /// What it is that has no respondent.
        lacking: Lacking,
    },
    /// A row that gained a weight after the classes were settled.
    #[error("{code}: row {at} of the data has weight {weight}, but had weight 0 when the step was settled; settle it at weights that are positive wherever a replicate's are", code = self.code(), at = row + 1)]
    RowOutside {
        /// Row in the caller's order.
        row: usize,
        /// Its weight.
        weight: f64,
    },
    /// A model of responding that has no answer.
    #[error("{code}: the response model of {place} has no answer: {source}", code = self.code())]
    Model {
        /// The group in words.
        place: String,
        /// What the regression refuses.
        source: gko_survey::Error,
    },
}

impl NonresponseError {
    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::LengthDiffers { .. } => "GKO-W200",
            Self::InvalidWeight { .. } => "GKO-W201",
            Self::UnknownCode { .. } => "GKO-W202",
            Self::NotFinite { .. } => "GKO-W203",
            Self::UnmappedStatus { .. } => "GKO-W204",
            Self::InvalidSetting { .. } => "GKO-W205",
            Self::ClassFails { .. } => "GKO-W206",
            Self::NoRespondents { .. } => "GKO-W207",
            Self::RowOutside { .. } => "GKO-W208",
            Self::Model { .. } => "GKO-W209",
            Self::NoValue { .. } => "GKO-W210",
        }
    }
}

/// A disposition in a message: cut, since a column of answers may stand in its place.
fn disposition(value: &str) -> String {
    const SHOWN: usize = 20;
    let cut: String = value.chars().take(SHOWN).collect();
    match value.chars().count() {
        0 => "no disposition (\"\")".to_owned(),
        n if n > SHOWN => format!("a disposition that begins with {cut:?}"),
        _ => format!("the disposition {cut:?}"),
    }
}

/// The way out for a class that fails: merging, where it was not allowed, or another limit.
fn class_advice(reason: &Reason, collapse: CollapseRule) -> String {
    let limit = match reason {
        Reason::NoRespondents => {
            "check the statuses under `codes`, or leave these cases out of the data".to_owned()
        }
        Reason::TooFewRespondents { respondents, .. } => {
            format!("set minimum_respondents to at most {respondents}")
        }
        Reason::FactorTooLarge { factor, .. } => {
            format!("set maximum_factor above {factor:.4} (inf for no limit)")
        }
    };
    match collapse {
        CollapseRule::Refuse => format!(
            "merging is not allowed; allow merging (collapse = \"neighbour\" or \"siblings\"), or {limit}"
        ),
        _ => {
            format!("its whole group has been merged into it, so nothing is left to merge; {limit}")
        }
    }
}
