//! What is doubtful in the answers: counted and reported, never an end of the run.

use std::fmt;

/// One kind of doubt about one variable of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// What is doubtful.
    pub kind: FindingKind,
    /// The file (or `all files` where the sample as a whole is judged).
    pub file: String,
    /// The variable, set or column.
    pub variable: String,
    /// How many cells or rows.
    pub count: u64,
    /// Data record of the first, from 1; `None` where the whole column is meant.
    pub first_record: Option<u64>,
    /// At most five of the codes, never a respondent's words.
    pub examples: Vec<String>,
}

/// The kinds of finding, each with a stable code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum FindingKind {
    /// A code or value that the codebook does not have; kept as the reason `invalid`.
    UnknownCode,
    /// A number outside the codebook's range; kept as `invalid`.
    OutOfRange,
    /// An answer although the universe is false; the answer is kept.
    OutOfUniverse,
    /// A blank whose universe is itself unknown.
    UniverseUnknown,
    /// A column of the codebook that the file lacks: not asked there.
    ColumnAbsent,
    /// A variable without one answer in a country: taken as not asked there.
    NotAsked,
    /// A column of the file that the codebook does not know; ignored.
    ColumnIgnored,
    /// An option that excludes all others, ticked beside others.
    ExclusiveOption,
    /// A code that the file declares missing and the codebook holds valid; the codebook decides.
    DeclaredMissing,
    /// A code that only the file declares missing; its reason comes from its label, if at all.
    FileMissing,
    /// Rows with weight zero: in the design, outside n.
    ZeroWeight,
    /// Rows excluded because they have no weight, as the pipeline asked.
    MissingWeightExcluded,
    /// Weights that do not have the declared scale.
    WeightScale,
    /// No weight was declared: every row counts alike.
    Unweighted,
    /// No id was declared: copies of a row cannot be found.
    NoId,
    /// Weights of one country so unequal that few rows decide.
    UnequalWeights,
    /// A tick beside a code that says there is no answer; the tick is kept.
    ReasonBesideTick,
    /// Answers that no group of a breakdown holds; they count in the total only.
    NoGroup,
    /// A parent whose child is not among the children.
    LinkBroken,
}

impl FindingKind {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::UnknownCode => "GKO-F001",
            Self::OutOfRange => "GKO-F002",
            Self::OutOfUniverse => "GKO-F003",
            Self::UniverseUnknown => "GKO-F004",
            Self::ColumnAbsent => "GKO-F005",
            Self::NotAsked => "GKO-F006",
            Self::ColumnIgnored => "GKO-F007",
            Self::ExclusiveOption => "GKO-F008",
            Self::DeclaredMissing => "GKO-F009",
            Self::FileMissing => "GKO-F010",
            Self::ZeroWeight => "GKO-F011",
            Self::MissingWeightExcluded => "GKO-F012",
            Self::WeightScale => "GKO-F013",
            Self::Unweighted => "GKO-F014",
            Self::LinkBroken => "GKO-F015",
            Self::NoId => "GKO-F016",
            Self::UnequalWeights => "GKO-F017",
            Self::NoGroup => "GKO-F019",
            Self::ReasonBesideTick => "GKO-F018",
        }
    }

    /// What it means, in a few words.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::UnknownCode => "codes not in the codebook (kept as invalid)",
            Self::OutOfRange => "numbers outside the range (kept as invalid)",
            Self::OutOfUniverse => "answers although the universe is false (kept)",
            Self::UniverseUnknown => "blanks whose universe is unknown",
            Self::ColumnAbsent => "column absent: not asked here",
            Self::NotAsked => "no answer in this country: taken as not asked",
            Self::ColumnIgnored => "column not in the codebook (ignored)",
            Self::ExclusiveOption => "exclusive option ticked beside others (kept)",
            Self::DeclaredMissing => {
                "declared missing by the file, valid in the codebook (kept as valid)"
            }
            Self::FileMissing => "declared missing by the file alone",
            Self::ZeroWeight => "rows of weight zero (in the design, outside n)",
            Self::MissingWeightExcluded => "rows without weight (excluded)",
            Self::WeightScale => "weights not of the declared scale",
            Self::Unweighted => "no weight declared: every row counts alike",
            Self::NoGroup => "answers in no group of a breakdown (in the total only)",
            Self::UnequalWeights => "very unequal weights",
            Self::ReasonBesideTick => "ticks beside a missing code (the tick is kept)",
            Self::NoId => "no id declared: repeated rows cannot be found",
            Self::LinkBroken => "parents whose child is not in the child file",
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {}: {}, {}",
            self.kind.code(),
            self.file,
            self.variable,
            self.kind.meaning()
        )?;
        write!(f, ", {} times", self.count)?;
        if let Some(record) = self.first_record {
            write!(f, ", first in record {record}")?;
        }
        if !self.examples.is_empty() {
            write!(f, ", e.g. {}", self.examples.join(", "))?;
        }
        Ok(())
    }
}

/// Counts doubts about one column while it is read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) count: u64,
    first: Option<u64>,
    examples: Vec<String>,
}

/// How many codes a finding shows.
const EXAMPLES: usize = 5;

impl Tally {
    pub(crate) fn add(&mut self, row: usize, example: impl FnOnce() -> String) {
        self.count += 1;
        self.first.get_or_insert(row as u64 + 1);
        if self.examples.len() < EXAMPLES {
            let example = example();
            if !example.is_empty() && !self.examples.contains(&example) {
                self.examples.push(example);
            }
        }
    }

    pub(crate) fn finding(self, kind: FindingKind, file: &str, variable: &str) -> Option<Finding> {
        (self.count > 0).then(|| Finding {
            kind,
            file: file.to_owned(),
            variable: variable.to_owned(),
            count: self.count,
            first_record: self.first,
            examples: self.examples,
        })
    }
}

impl Finding {
    /// The same without a record: for rows of several files, which no record
    /// number of one file can name.
    pub(crate) fn of_all_files(self) -> Self {
        Self { first_record: None, ..self }
    }

    /// A doubt about many rows at once, found by a later stage.
    #[must_use]
    pub fn counted(kind: FindingKind, file: &str, variable: &str, count: u64) -> Self {
        Self::whole(kind, file, variable, count)
    }

    pub(crate) fn whole(kind: FindingKind, file: &str, variable: &str, count: u64) -> Self {
        let (file, variable) = (file.to_owned(), variable.to_owned());
        Self { kind, file, variable, count, first_record: None, examples: Vec::new() }
    }
}
