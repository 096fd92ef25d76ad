//! From candidates to a protected table.

use gko_survey::Estimate;

use crate::complementary;
use crate::figure::{ProtectedFigure, Reason};
use crate::judge;
use crate::rules::Rules;

/// An estimate on its way to disclosure control.
///
/// Cells that add up to one another are told so: cells of one `group` (one
/// indicator of one country) whose `cell` differs in one place are a line, and
/// the cell with `None` there is their margin.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Candidate<K> {
    /// What the figure is; comes out unchanged.
    pub key: K,
    /// The estimate, `None` where the question was not asked.
    pub estimate: Option<Estimate>,
    /// Whether small numerators and complements are hidden.
    pub sensitive: bool,
    /// Which cells add up to one another.
    pub group: u32,
    /// For each breakdown the category, `None` for the total.
    pub cell: Vec<Option<u8>>,
}

impl<K> Candidate<K> {
    /// A figure that stands alone and is not sensitive.
    #[must_use]
    pub const fn new(key: K, estimate: Estimate) -> Self {
        Self { key, estimate: Some(estimate), sensitive: false, group: 0, cell: Vec::new() }
    }

    /// A figure that cannot exist, since a question was not asked.
    #[must_use]
    pub const fn not_asked(key: K) -> Self {
        Self { key, estimate: None, sensitive: false, group: 0, cell: Vec::new() }
    }

    /// Whether small numerators and complements are hidden.
    #[must_use]
    pub const fn sensitive(mut self, sensitive: bool) -> Self {
        self.sensitive = sensitive;
        self
    }

    /// The place among cells that add up to one another.
    #[must_use]
    pub fn cell(mut self, group: u32, cell: Vec<Option<u8>>) -> Self {
        self.group = group;
        self.cell = cell;
        self
    }
}

/// Figures that may leave, with their keys, in the order of the candidates.
#[derive(Clone, Debug, PartialEq)]
pub struct ProtectedTable<K> {
    rows: Vec<(K, ProtectedFigure)>,
    rules: Rules,
}

impl<K> ProtectedTable<K> {
    /// The rows.
    #[must_use]
    pub fn rows(&self) -> &[(K, ProtectedFigure)] {
        &self.rows
    }

    /// The rules under which it was protected.
    #[must_use]
    pub const fn rules(&self) -> &Rules {
        &self.rules
    }
}

/// Protects all figures of a release together.
///
/// Each figure is judged by itself first; then, within every group, cells that
/// could be found by subtracting the others from their margin are hidden too.
#[must_use]
pub fn protect<K>(candidates: Vec<Candidate<K>>, rules: &Rules) -> ProtectedTable<K> {
    let mut figures: Vec<ProtectedFigure> = candidates
        .iter()
        .map(|candidate| match &candidate.estimate {
            Some(estimate) => judge::figure(estimate, candidate.sensitive, rules),
            None => ProtectedFigure::unavailable(Reason::NotAsked),
        })
        .collect();
    let sizes =
        candidates.iter().map(|c| c.estimate.as_ref().map_or(0, |e| e.n)).collect::<Vec<_>>();
    let cells: Vec<(u32, &[Option<u8>])> =
        candidates.iter().map(|c| (c.group, c.cell.as_slice())).collect();
    complementary::suppress(&cells, &sizes, &mut figures);
    let keys = candidates.into_iter().map(|candidate| candidate.key);
    ProtectedTable { rows: keys.zip(figures).collect(), rules: *rules }
}
