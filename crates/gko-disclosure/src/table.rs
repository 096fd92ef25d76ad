//! From candidates to a protected table.

use gko_survey::{Estimate, Quantity};

use crate::complementary::{self, Own, Part};
use crate::figure::{ProtectedFigure, Reason};
use crate::judge;
use crate::links::{self, Index};
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
    /// Groups whose figures speak of this one's, cell by cell.
    pub links: Links,
}

/// The groups that a follow-up question is linked with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Links {
    /// The groups whose numerator is this one's base.
    pub parents: Vec<u32>,
    /// The groups that count in a parent's base those whom this one counts: the
    /// parent's share times this one's.
    pub products: Vec<u32>,
}

impl Links {
    /// The same links where groups count on from `next`.
    fn shifted(self, next: u32) -> Self {
        let shift = |groups: Vec<u32>| groups.into_iter().map(|group| group + next).collect();
        Self { parents: shift(self.parents), products: shift(self.products) }
    }
}

impl<K> Candidate<K> {
    /// A figure that stands alone and is not sensitive.
    #[must_use]
    pub const fn new(key: K, estimate: Estimate) -> Self {
        Self::with(key, Some(estimate))
    }

    /// A figure that cannot exist, since a question was not asked.
    #[must_use]
    pub const fn not_asked(key: K) -> Self {
        Self::with(key, None)
    }

    const fn with(key: K, estimate: Option<Estimate>) -> Self {
        let links = Links { parents: Vec::new(), products: Vec::new() };
        Self { key, estimate, sensitive: false, group: 0, cell: Vec::new(), links }
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

    /// The groups whose figures speak of this one's.
    #[must_use]
    pub fn links(mut self, links: Links) -> Self {
        self.links = links;
        self
    }

    /// The same where the groups of this table count on from `next`: for tables
    /// of several units that are protected together.
    #[must_use]
    pub fn shifted(mut self, next: u32) -> Self {
        self.group += next;
        self.links = self.links.shifted(next);
        self
    }

    fn part(&self, figure: &ProtectedFigure) -> Part<'_> {
        let estimate = self.estimate.as_ref();
        let (n, hits) = estimate.map_or((0, 0), |estimate| (estimate.n, estimate.hits));
        let is_share = estimate.is_some_and(|estimate| estimate.quantity == Quantity::Share);
        Part {
            group: self.group,
            cell: &self.cell,
            n,
            hits,
            own: Own::of(figure),
            sensitive_share: self.sensitive && is_share,
        }
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
/// Each figure is judged by itself first; then further cells are hidden until no
/// hidden one can be found by subtraction within its group, or from the figures
/// of the groups that it is linked with.
#[must_use]
pub fn protect<K>(candidates: Vec<Candidate<K>>, rules: &Rules) -> ProtectedTable<K> {
    let mut figures: Vec<ProtectedFigure> = candidates
        .iter()
        .map(|candidate| match &candidate.estimate {
            Some(estimate) => judge::figure(estimate, candidate.sensitive, rules),
            None => ProtectedFigure::unavailable(Reason::NotAsked),
        })
        .collect();
    let pairs = candidates.iter().zip(&figures);
    let mut parts: Vec<Part<'_>> =
        pairs.map(|(candidate, figure)| candidate.part(figure)).collect();
    let links: Vec<Links> = candidates.iter().map(|candidate| candidate.links.clone()).collect();
    let index = Index::new(&parts);
    links::share_secrets(&mut parts, &links, &index);
    complementary::suppress(&parts, &mut figures);
    while links::suppress(&parts, &links, &index, &mut figures) {
        complementary::suppress(&parts, &mut figures);
    }
    let keys = candidates.into_iter().map(|candidate| candidate.key);
    ProtectedTable { rows: keys.zip(figures).collect(), rules: *rules }
}
