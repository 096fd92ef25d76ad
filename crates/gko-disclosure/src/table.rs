//! From candidates to a protected table.

use gko_survey::Estimate;

use crate::complementary::{self, Part};
use crate::figure::{ProtectedFigure, Reason};
use crate::judge;
use crate::rules::Rules;

/// An estimate on its way to disclosure control.
///
/// Cells that add up to one another are told so: within one `group` (one
/// indicator of one country) a `cell` with `None` in some places is the sum of
/// the cells that have a category there and are like it elsewhere.
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

    fn part(&self) -> Part<'_> {
        let estimate = self.estimate.as_ref();
        let (n, hits) = estimate.map_or((0, 0), |estimate| (estimate.n, estimate.hits));
        Part { group: self.group, cell: &self.cell, n, hits }
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
/// Each figure is judged by itself first; then, within every group, further cells
/// are hidden until no hidden one can be found by subtraction.
#[must_use]
pub fn protect<K>(candidates: Vec<Candidate<K>>, rules: &Rules) -> ProtectedTable<K> {
    let mut figures: Vec<ProtectedFigure> = candidates
        .iter()
        .map(|candidate| match &candidate.estimate {
            Some(estimate) => judge::figure(estimate, candidate.sensitive, rules),
            None => ProtectedFigure::unavailable(Reason::NotAsked),
        })
        .collect();
    let parts: Vec<Part<'_>> = candidates.iter().map(Candidate::part).collect();
    complementary::suppress(&parts, &mut figures);
    let keys = candidates.into_iter().map(|candidate| candidate.key);
    ProtectedTable { rows: keys.zip(figures).collect(), rules: *rules }
}
