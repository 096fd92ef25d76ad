//! What can go wrong with a weighting, where it stands, and the way out.

use crate::finding::Finding;

/// Everything that a weighting refuses.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A column of another length than the file.
    #[error("{code}: column `{column}` has {got} rows, expected {expected}", code = self.code())]
    Rows {
        /// The column.
        column: String,
        /// Rows of the file.
        expected: usize,
        /// Rows of the column.
        got: usize,
    },
    /// A column that is there already.
    #[error("{code}: there is a column `{column}` already; give the new one another name", code = self.code())]
    ColumnTwice {
        /// The column.
        column: String,
    },
    /// A column that the file does not have.
    #[error("{code}: no column `{column}`; there are {valid}", code = self.code(), valid = list(valid))]
    NoColumn {
        /// The column.
        column: String,
        /// The columns that there are.
        valid: Vec<String>,
    },
    /// A column of texts where numbers are needed.
    #[error("{code}: column `{column}` holds texts, expected numbers; declare its missing codes under [data] missing, or recode it", code = self.code())]
    NotNumbers {
        /// The column.
        column: String,
    },
    /// A code beyond the levels.
    #[error("{code}: column `{column}` has in row {at} of the data a code beyond its {levels} levels", code = self.code(), at = row + 1)]
    CodeWithoutLevel {
        /// The column.
        column: String,
        /// The row, counted from 0.
        row: usize,
        /// How many levels there are.
        levels: usize,
    },
    /// Bands that overlap.
    #[error("{code}: the bands of `{column}` overlap or end before they begin; both ends belong to a band, as in 9 to 11, 12 to 14", code = self.code())]
    Bands {
        /// The column that was to be made.
        column: String,
    },
    /// A category that a column does not have.
    #[error("{code}: `{column}` has no category `{category}`; it has {valid}", code = self.code(), valid = list(valid))]
    NoCategory {
        /// The column.
        column: String,
        /// The category.
        category: String,
        /// The categories that there are.
        valid: Vec<String>,
    },
    /// A category that a declared order leaves out.
    #[error("{code}: the order of `{column}` does not name its category `{category}`; name all of them", code = self.code())]
    NotNamed {
        /// The column.
        column: String,
        /// The category.
        category: String,
    },
    /// A crossing of no column.
    #[error("{code}: a margin needs at least one column", code = self.code())]
    NothingCrossed,
    /// Rows without a group.
    #[error("{code}: {rows} rows have no value of `{column}`, which every row needs (groups, strata and PSUs are told apart by it); complete it", code = self.code())]
    NoGroup {
        /// The column.
        column: String,
        /// How many rows.
        rows: usize,
    },
    /// A group that the data do not have.
    #[error("{code}: there is no group `{group}`; there are {valid}", code = self.code(), valid = list(valid))]
    UnknownGroup {
        /// The group.
        group: String,
        /// The groups that there are.
        valid: Vec<String>,
    },
    /// Targets and data that do not fit; found before anything was iterated.
    #[error("{code}: the step cannot be taken:{lines}", code = self.code(), lines = lines(findings))]
    Unfit {
        /// Everything that was found.
        findings: Vec<Finding>,
    },
    /// A number whose figure is no single count.
    #[error("{code}: the figures of the number `{column}` for {group} are not one count; give one figure, a count, with the category `total`", code = self.code())]
    NoTotal {
        /// The column.
        column: String,
        /// The group.
        group: String,
    },
    /// Shares where numbers of people are needed.
    #[error("{code}: the figures of `{margin}` for {group} are shares, expected counts; name a margin of counts", code = self.code())]
    NotCounts {
        /// The margin.
        margin: String,
        /// The group, in words.
        group: String,
    },
    /// A refusal of the engine, with the name of the auxiliary or category.
    #[error("{source}; that is `{name}`")]
    Auxiliary {
        /// The name.
        name: String,
        /// The refusal.
        source: gko_survey::Error,
    },
    /// A refusal, with the group that it happened in.
    #[error("{source} (in {group})")]
    InGroup {
        /// The group.
        group: String,
        /// The refusal.
        source: Box<Error>,
    },
    /// A step, with its number and name.
    #[error("{source} (step {number}, {name})")]
    InStep {
        /// The number, from 1.
        number: usize,
        /// The name.
        name: &'static str,
        /// The refusal.
        source: Box<Error>,
    },
    /// A replicate in which a step cannot be taken.
    #[error(
        "{source} (in replicate {replicate}); collapse what is small, or make replicates that keep more units, such as the generalised bootstrap or Fay's"
    )]
    InReplicate {
        /// The replicate, counted from 1.
        replicate: usize,
        /// The refusal.
        source: Box<Error>,
    },
    /// Population figures that a step needs and the run was not given.
    #[error("{code}: this step needs population figures, and none were given", code = self.code())]
    NoPopulation,
    /// Trimming and calibrating in turn.
    #[error("{message}")]
    Unsettled {
        /// The code.
        code: &'static str,
        /// The refusal in words.
        message: String,
    },
    /// A plan.
    #[error(transparent)]
    Plan(#[from] crate::plan::PlanError),
    /// Selection.
    #[error(transparent)]
    Selection(#[from] crate::selection::SelectionError),
    /// Nonresponse.
    #[error(transparent)]
    Nonresponse(#[from] crate::nonresponse::NonresponseError),
    /// Trimming.
    #[error(transparent)]
    Trim(#[from] crate::trimming::TrimError),
    /// Files of replicate weights.
    #[error(transparent)]
    ReplicateFile(#[from] crate::replicate_files::ReplicateFileError),
    /// Diagnostics.
    #[error(transparent)]
    Diagnostics(#[from] crate::diagnostics::DiagnosticsError),
    /// Scaling.
    #[error(transparent)]
    Scaling(#[from] crate::scaling::ScalingError),
    /// Population figures.
    #[error(transparent)]
    Population(#[from] crate::population::PopulationError),
    /// The engine.
    #[error(transparent)]
    Survey(#[from] gko_survey::Error),
}

impl Error {
    /// The stable code of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Rows { .. } => "GKO-W700",
            Self::ColumnTwice { .. } => "GKO-W701",
            Self::NoColumn { .. } => "GKO-W702",
            Self::NotNumbers { .. } => "GKO-W703",
            Self::CodeWithoutLevel { .. } => "GKO-W704",
            Self::Bands { .. } => "GKO-W705",
            Self::NoCategory { .. } => "GKO-W706",
            Self::NothingCrossed => "GKO-W707",
            Self::NoGroup { .. } => "GKO-W708",
            Self::UnknownGroup { .. } => "GKO-W709",
            Self::Unfit { .. } => "GKO-W710",
            Self::NoTotal { .. } => "GKO-W711",
            Self::NotNamed { .. } => "GKO-W712",
            Self::NoPopulation => "GKO-W713",
            Self::NotCounts { .. } => "GKO-W714",
            Self::Unsettled { code, .. } => code,
            Self::Plan(error) => error.code(),
            Self::Selection(error) => error.code(),
            Self::Nonresponse(error) => error.code(),
            Self::Trim(error) => error.code(),
            Self::Scaling(error) => error.code(),
            Self::ReplicateFile(error) => error.code(),
            Self::Diagnostics(error) => error.code(),
            Self::InStep { source, .. } | Self::InReplicate { source, .. } => source.code(),
            Self::Auxiliary { source, .. } => source.code(),
            Self::InGroup { source, .. } => source.code(),
            Self::Population(error) => error.code(),
            Self::Survey(error) => error.code(),
        }
    }

    /// The error with its group; a file without groups has none to name.
    pub(crate) fn in_group(group: &str, error: Self) -> Self {
        match group {
            "" => error,
            group => Self::InGroup { group: group.to_owned(), source: Box::new(error) },
        }
    }
}

fn lines(findings: &[Finding]) -> String {
    findings.iter().map(|finding| format!("\n  {finding}")).collect()
}

/// Names in a message, the first twenty of them.
pub(crate) fn list(names: &[String]) -> String {
    const SHOWN: usize = 20;
    let shown = names.iter().take(SHOWN).map(|name| format!("`{name}`"));
    let shown = shown.collect::<Vec<_>>().join(", ");
    match names.len() {
        0 => "none".to_owned(),
        n if n > SHOWN => format!("{shown} and {} more", n - SHOWN),
        _ => shown,
    }
}

/// A number in a message; NaN stands for a blank.
pub(crate) fn shown(got: f64) -> String {
    if got.is_nan() { "missing".to_owned() } else { got.to_string() }
}

/// The place of a code that is counted from 0, in words.
pub(crate) fn nth(code: u32) -> String {
    let place = u64::from(code) + 1;
    let ending = match (place % 100, place % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    };
    format!("{place}{ending}")
}

/// A group whose name is not known where it is refused.
pub(crate) fn nth_group(code: u32) -> String {
    format!("the {} group (in alphabetical order)", nth(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_in_words() {
        let all = [0, 1, 2, 3, 10, 11, 12, 20, 110, 121].map(nth);
        let want = ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "111th", "122nd"];
        assert_eq!(all, want);
        assert_eq!((shown(f64::NAN), shown(0.5)), ("missing".to_owned(), "0.5".to_owned()));
    }
}
