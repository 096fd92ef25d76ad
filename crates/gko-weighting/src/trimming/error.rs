//! What trimming refuses, where it stands, and the way out.

use crate::error::nth_group;

/// Everything that trimming and smoothing refuse. Rows are counted from 0.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TrimError {
    /// A setting that is none.
    #[error("{code}: {setting} is {got}, expected {expected}", code = self.code())]
    InvalidSetting {
        /// The setting.
        setting: &'static str,
        /// What it may be.
        expected: &'static str,
        /// What it is.
        got: f64,
    },
    /// A rule with no limit at all.
    #[error("{code}: the rule states neither an upper nor a lower limit; state one", code = self.code())]
    NoLimit,
    /// A rule that finds no lower limit.
    #[error("{code}: {rule} finds an upper limit and no lower one; state the lower limit as a multiple, a quantile or a number", code = self.code())]
    NotALowerLimit {
        /// The rule's name.
        rule: &'static str,
    },
    /// No row has a positive weight.
    #[error("{code}: every weight is 0, so there is nothing to trim; weight the rows", code = self.code())]
    NoWeight,
    /// Limits that cross.
    #[error("{code}: in {place} the lower limit is {lower} and the upper {upper}; widen the rule", code = self.code(), place = nth_group(*group))]
    LimitsCross {
        /// The group's code.
        group: u32,
        /// The lower limit.
        lower: f64,
        /// The upper limit.
        upper: f64,
    },
    /// A group for which no limits were settled.
    #[error("{code}: row {at} of the data is in {place}, for which no limits were settled; settle them on all groups", code = self.code(), at = row + 1, place = nth_group(*group))]
    UnknownGroup {
        /// The group's code.
        group: u32,
        /// Its first row.
        row: usize,
    },
    /// Potter's rule without outcomes to judge by.
    #[error("{code}: Potter's rule judges a limit by the error of key outcomes, and {place} has none that varies; pass outcomes, or state another rule", code = self.code(), place = nth_group(*group))]
    NoOutcome {
        /// The group's code.
        group: u32,
    },
    /// An outcome that is no number in a row in use.
    #[error("{code}: outcome {outcome} is not finite in row {at} of the data; mark the row as not known for this outcome", code = self.code(), at = row + 1)]
    OutcomeNotFinite {
        /// The outcome's name.
        outcome: String,
        /// Row in the caller's order.
        row: usize,
    },
    /// Weights whose distribution the rule cannot describe.
    #[error("{code}: the weights of {place} ({why}) have no inverse beta distribution; state another rule", code = self.code(), place = nth_group(*group))]
    NoDistribution {
        /// The group's code.
        group: u32,
        /// What is in the way.
        why: &'static str,
    },
    /// A group whose weights could not be cut.
    #[error("{code}: {place} could not be trimmed: {source}", code = self.code(), place = nth_group(*group))]
    NotTrimmed {
        /// The group's code.
        group: u32,
        /// What went wrong.
        source: gko_survey::Error,
    },
    /// Columns that do not belong together, or weights that are none.
    #[error(transparent)]
    Survey(#[from] gko_survey::Error),
}

impl TrimError {
    /// The stable code, for example `GKO-W301`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::InvalidSetting { .. } => "GKO-W301",
            Self::NoLimit => "GKO-W302",
            Self::NotALowerLimit { .. } => "GKO-W303",
            Self::NoWeight => "GKO-W304",
            Self::LimitsCross { .. } => "GKO-W305",
            Self::UnknownGroup { .. } => "GKO-W306",
            Self::NoOutcome { .. } => "GKO-W307",
            Self::OutcomeNotFinite { .. } => "GKO-W308",
            Self::NoDistribution { .. } => "GKO-W309",
            Self::NotTrimmed { .. } => "GKO-W310",
            Self::Survey(error) => error.code(),
        }
    }
}

/// Why trimming and calibrating in turn came to no end; `E` is the calibration's error.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum UnsettledError<E> {
    /// Trimming failed: often the limits leave no room for the calibrated total.
    #[error("{source} (round {round}; relative excess by round before: {})", last_of(trace))]
    Trim {
        /// The round, counted from 1.
        round: usize,
        /// How far the worst weight was outside after each round before, relative to
        /// its limit.
        trace: Vec<f64>,
        /// What went wrong.
        source: TrimError,
    },
    /// Calibrating failed.
    #[error(
        "{code}: in round {round} the trimmed weights could not be calibrated: {source}",
        code = "GKO-W320"
    )]
    Calibrate {
        /// The round, counted from 1.
        round: usize,
        /// What went wrong.
        source: E,
    },
    /// The calibration handed back another number of weights.
    #[error(
        "{code}: the calibration returned {got} weights, expected {expected}",
        code = "GKO-W321"
    )]
    WrongCount {
        /// Weights expected.
        expected: usize,
        /// Weights found.
        got: usize,
    },
    /// Limits and targets do not hold together after the last round.
    #[error("{code}: after {rounds} rounds row {at} of the data has weight {weight} and its limit is {limit}, so limits and targets do not hold together; widen the limits, allow more rounds, or calibrate to fewer targets (relative excess by round: {shown})", code = "GKO-W322", shown = last_of(trace), at = row + 1)]
    Unsettled {
        /// Rounds made.
        rounds: usize,
        /// The row that is farthest outside.
        row: usize,
        /// Its weight.
        weight: f64,
        /// The limit it breaks.
        limit: f64,
        /// How far the worst weight was outside after each round, relative to its limit.
        trace: Vec<f64>,
    },
}

impl<E> UnsettledError<E> {
    /// The same where the weights were those of some rows: the row is named in the whole.
    pub(crate) fn of_rows(self, rows: &[u32]) -> Self {
        match self {
            Self::Unsettled { rounds, row, weight, limit, trace } => {
                let row = rows.get(row).map_or(row, |&row| row as usize);
                Self::Unsettled { rounds, row, weight, limit, trace }
            }
            other => other,
        }
    }
}

/// The first excess and the last few.
fn last_of(trace: &[f64]) -> String {
    const SHOWN: usize = 4;
    let shown: Vec<String> = trace.iter().map(|excess| format!("{excess:.1e}")).collect();
    if shown.is_empty() {
        return "none".to_owned();
    }
    let late = shown.len().saturating_sub(SHOWN).max(1);
    let first = shown.get(..1).unwrap_or_default();
    let dots = if late > 1 { vec!["...".to_owned()] } else { vec![] };
    [first, &dots, shown.get(late..).unwrap_or_default()].concat().join(", ")
}

impl<E> UnsettledError<E> {
    /// The stable code of what went wrong here; a failed calibration has its own beside.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Trim { source, .. } => source.code(),
            Self::Calibrate { .. } => "GKO-W320",
            Self::WrongCount { .. } => "GKO-W321",
            Self::Unsettled { .. } => "GKO-W322",
        }
    }
}
