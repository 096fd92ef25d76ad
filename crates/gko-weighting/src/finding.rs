//! What a statistician should know of a step before its numbers are used.

use serde::Serialize;

/// One finding.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// What was found.
    pub kind: FindingKind,
    /// The group, as a rule the country; empty for the whole file.
    pub group: String,
    /// The margin, step or column.
    pub subject: String,
    /// In words, with the numbers and the way out.
    pub message: String,
}

/// What can be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FindingKind {
    /// Figures that are not there, or are of another universe without a bridge.
    NoFigures,
    /// A category of the data for which there is no target.
    CategoryWithoutTarget,
    /// A target that no respondent can take.
    TargetWithoutRespondents,
    /// A margin none of whose categories has a respondent.
    EmptyMargin,
    /// Respondents without a value of a margin.
    MissingValues,
    /// Margins that add up to different totals.
    TotalsDiffer,
    /// Two margins that say different things of what they share.
    TargetsContradict,
    /// Categories with fewer respondents than the plan wants.
    FewRespondents,
    /// Categories that were collapsed by the plan's rule.
    Collapsed,
    /// Figures that are much older than the survey.
    OldFigures,
    /// Figures of another universe, used as the plan says.
    OtherUniverse,
    /// Figures that a calibration met and the final weights do not.
    FiguresLost,
    /// Weights of 0, or many times the median.
    Weights,
    /// Something that a step reports of itself.
    Note,
}

impl FindingKind {
    /// Whether the step cannot go on.
    #[must_use]
    pub fn is_fatal(self) -> bool {
        matches!(
            self,
            Self::NoFigures
                | Self::CategoryWithoutTarget
                | Self::TargetWithoutRespondents
                | Self::EmptyMargin
                | Self::MissingValues
                | Self::TotalsDiffer
                | Self::TargetsContradict
                | Self::FewRespondents
        )
    }
}

impl Finding {
    /// A finding.
    #[must_use]
    pub fn new(kind: FindingKind, group: &str, subject: &str, message: String) -> Self {
        Self { kind, group: group.to_owned(), subject: subject.to_owned(), message }
    }
}

/// A finding in one line.
impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if !self.group.is_empty() {
            write!(f, "{}: ", self.group)?;
        }
        write!(f, "{}: {}", self.subject, self.message)
    }
}
