//! What is released: protected figures and what must be said beside them.

use gko_disclosure::{Mark, ProtectedTable};
use gko_indicators::FigureKey;

/// A protected table with its title and its warnings.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Release {
    /// Title.
    pub title: String,
    /// Whether the data are invented; said on every face of the release.
    pub synthetic: bool,
    /// Ids of the breakdowns, in the order of the columns.
    pub breakdowns: Vec<String>,
    /// The figures.
    pub table: ProtectedTable<FigureKey>,
}

impl Release {
    /// A release of one protected table.
    #[must_use]
    pub const fn new(
        title: String,
        synthetic: bool,
        breakdowns: Vec<String>,
        table: ProtectedTable<FigureKey>,
    ) -> Self {
        Self { title, synthetic, breakdowns, table }
    }

    /// How many figures have a mark.
    #[must_use]
    pub fn count(&self, mark: Mark) -> usize {
        self.table.rows().iter().filter(|(_, figure)| figure.mark() == mark).count()
    }
}
