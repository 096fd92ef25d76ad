//! What scaling and pooling refuse, where it stands, and the way out.

use super::scale::ScaleName;
use crate::error::nth_group;

/// Everything that scaling and pooling refuse. Rows are counted from 0.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ScalingError {
    /// A number of people that is none.
    #[error("{code}: the population of {place} is {got}, expected a positive number", code = self.code(), place = nth_group(*group))]
    InvalidPopulation {
        /// The group's code.
        group: u32,
        /// The number as it stands.
        got: f64,
    },
    /// A group without a number of people.
    #[error("{code}: {place} has no population; add it, or use a scale that needs none", code = self.code(), place = nth_group(*group))]
    NoPopulation {
        /// The group's code.
        group: u32,
    },
    /// No row has a positive weight.
    #[error("{code}: every weight is 0, so there is nothing to scale; weight the rows", code = self.code())]
    NoWeight,
    /// A total that is none.
    #[error("{code}: the total is {got}, expected a positive number", code = self.code())]
    InvalidTotal {
        /// The total as it stands.
        got: f64,
    },
    /// A group for which no factor was settled.
    #[error("{code}: row {at} of the data is in {place}, for which no factor was settled; settle the scaling on all groups", code = self.code(), at = row + 1, place = nth_group(*group))]
    UnknownGroup {
        /// The group's code.
        group: u32,
        /// Its first row.
        row: usize,
    },
    /// Files whose weights are scaled differently, or nobody knows how.
    #[error("{code}: no total over files whose weights are scaled differently ({}); name the scale of each file, or state one for all (Pool::rescaled)", list(files), code = self.code())]
    ScalesDiffer {
        /// Each file with the scale that it names.
        files: Vec<(String, Option<ScaleName>)>,
    },
    /// Weights that do not add up as their scale says.
    #[error("{code}: the files name their scale {scale}, but the weights of group {group} add up to {sum}, expected {expected}; correct the name, or state one scale for all (Pool::rescaled)", code = self.code())]
    SumDiffers {
        /// The scale that the files name.
        scale: ScaleName,
        /// The group's code.
        group: u32,
        /// The sum of its weights.
        sum: f64,
        /// What the scale makes it.
        expected: f64,
    },
    /// Weights that are said to add up to the population, and add up to the sample.
    #[error("{code}: the files name their scale population, but the weights of group {group} add up to {sum}, the number of its respondents; correct the name, or state one scale for all with the people of each group (Pool::rescaled)", code = self.code())]
    LooksLikeSample {
        /// The group's code.
        group: u32,
        /// The sum of its weights.
        sum: f64,
    },
    /// A file that stands in a pool twice.
    #[error("{code}: file {file} stands in the pool twice; pass it once", code = self.code())]
    RepeatedFile {
        /// The file.
        file: String,
    },
    /// No file.
    #[error("{code}: the pool has no file; pass at least one", code = self.code())]
    NoFiles,
    /// Another number of columns than files.
    #[error("{code}: {got} columns of values for {expected} files; pass one a file, in the order of the pool", code = self.code())]
    WrongColumns {
        /// Files in the pool.
        expected: usize,
        /// Columns found.
        got: usize,
    },
    /// A value that is no number in a row in use.
    #[error("{code}: file {file} has a value that is not finite in row {at} of the data; give the row a value, or weight 0", code = self.code(), at = row + 1)]
    NotFinite {
        /// The file.
        file: String,
        /// Row of the file.
        row: usize,
    },
    /// A tolerance that is none.
    #[error("{code}: the tolerance is {got}, expected a number of at least 0 such as 0.01", code = self.code())]
    InvalidTolerance {
        /// The tolerance as it stands.
        got: f64,
    },
    /// Columns that do not belong together, or weights that are none.
    #[error(transparent)]
    Survey(#[from] gko_survey::Error),
}

/// Each file with its scale.
fn list(files: &[(String, Option<ScaleName>)]) -> String {
    let shown = |(file, scale): &(String, Option<ScaleName>)| match scale {
        Some(scale) => format!("{file}: {scale}"),
        None => format!("{file}: not named"),
    };
    files.iter().map(shown).collect::<Vec<_>>().join(", ")
}

impl ScalingError {
    /// The stable code, for example `GKO-W401`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::InvalidPopulation { .. } => "GKO-W401",
            Self::NoPopulation { .. } => "GKO-W402",
            Self::NoWeight => "GKO-W403",
            Self::InvalidTotal { .. } => "GKO-W404",
            Self::UnknownGroup { .. } => "GKO-W405",
            Self::ScalesDiffer { .. } => "GKO-W406",
            Self::SumDiffers { .. } => "GKO-W407",
            Self::RepeatedFile { .. } => "GKO-W408",
            Self::NoFiles => "GKO-W409",
            Self::WrongColumns { .. } => "GKO-W410",
            Self::NotFinite { .. } => "GKO-W411",
            Self::InvalidTolerance { .. } => "GKO-W412",
            Self::LooksLikeSample { .. } => "GKO-W413",
            Self::Survey(error) => error.code(),
        }
    }
}
