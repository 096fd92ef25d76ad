//! What diagnostics refuse, where it stands, and the way out.

/// Everything that diagnostics refuse. Rows are counted from 0.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum DiagnosticsError {
    /// A weight from nothing.
    #[error("{code}: row {at} of the data has weight 0 before and {after} after; a weighting step gives no weight to a row that had none, so check the order of the columns", code = self.code(), at = row + 1)]
    WeightFromNothing {
        /// Row in the caller's order.
        row: usize,
        /// Its weight afterwards.
        after: f64,
    },
    /// A category without a target.
    #[error("{code}: row {at} of the data is in category {category} of margin {margin}, which has {targets} targets; add the target, or correct the code", code = self.code(), at = row + 1)]
    CategoryWithoutTarget {
        /// The margin's name.
        margin: String,
        /// Row in the caller's order.
        row: usize,
        /// The row's category.
        category: u32,
        /// Targets of the margin.
        targets: usize,
    },
    /// A target that is none.
    #[error("{code}: the target of category {category} of margin {margin} is {got}, expected a finite number of at least 0, and not all 0", code = self.code())]
    InvalidTarget {
        /// The margin's name.
        margin: String,
        /// The category.
        category: usize,
        /// The target as it stands.
        got: f64,
    },
    /// No weight to make shares of.
    #[error("{code}: every weight is 0 {when} weighting, so there are no shares; weight the rows", code = self.code())]
    NoWeight {
        /// Before or after.
        when: &'static str,
    },
    /// An indicator that is no number in a row in use.
    #[error("{code}: indicator {indicator} is not finite in row {at} of the data; mark the row as not known for this indicator", code = self.code(), at = row + 1)]
    IndicatorNotFinite {
        /// The indicator's name.
        indicator: String,
        /// Row in the caller's order.
        row: usize,
    },
    /// Bins that are none.
    #[error("{code}: {setting} of the histogram is {got}, expected {expected}", code = self.code())]
    InvalidBins {
        /// The setting.
        setting: &'static str,
        /// What it may be.
        expected: &'static str,
        /// What it is.
        got: f64,
    },
    /// Columns that do not belong together, or weights that are none.
    #[error(transparent)]
    Survey(#[from] gko_survey::Error),
}

impl DiagnosticsError {
    /// The stable code, for example `GKO-W501`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::WeightFromNothing { .. } => "GKO-W501",
            Self::CategoryWithoutTarget { .. } => "GKO-W502",
            Self::InvalidTarget { .. } => "GKO-W503",
            Self::NoWeight { .. } => "GKO-W504",
            Self::IndicatorNotFinite { .. } => "GKO-W505",
            Self::InvalidBins { .. } => "GKO-W506",
            Self::Survey(error) => error.code(),
        }
    }
}
