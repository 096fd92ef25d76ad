//! Merging weighting classes that may not stand by themselves.
//!
//! # Rule
//! [`CollapseRule`](super::CollapseRule) says what is merged with what, and in
//! which order. Here the cells of a group are taken variable by variable: the
//! classes of each level are settled first, and stand side by side as a block of
//! one or more classes. A block of several classes has none that fails.
//!
//! # References
//! As [`super::rule`].

use std::ops::{Range, RangeInclusive};

use serde::Serialize;

use super::cells::Cells;
use super::dispositions::Dispositions;
use super::error::NonresponseError;
use super::rule::{ClassOptions, CollapseRule, Reason};

/// A merger of classes, and why it was made.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Merge {
    /// The class that failed.
    pub class: String,
    /// What it was merged with.
    pub with: String,
    /// The variable across whose levels they were merged.
    pub variable: String,
    /// Why the class failed.
    pub reason: Reason,
}

/// A class on its way: its cells and cases.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Class {
    pub(super) cells: Vec<usize>,
    pub(super) cases: Dispositions,
}

impl Class {
    fn union(classes: impl IntoIterator<Item = Self>) -> Self {
        classes.into_iter().fold(Self::default(), |mut all, one| {
            all.cells.extend(one.cells);
            all.cases.merge(&one.cases);
            all
        })
    }
}

/// The classes of one group, settled variable by variable.
pub(super) struct Collapse<'a> {
    cells: &'a Cells<'a>,
    options: &'a ClassOptions,
    group: Dispositions,
    merges: Vec<Merge>,
}

/// Classes with one level of the variable at hand.
type Block = Vec<Class>;

impl<'a> Collapse<'a> {
    /// The classes of the cells of one group, with the mergers that led to them.
    pub(super) fn settle(
        cells: &'a Cells<'a>,
        range: Range<usize>,
        options: &'a ClassOptions,
    ) -> Result<(Vec<Class>, Vec<Merge>), NonresponseError> {
        let mut group = Dispositions::default();
        cells.cells[range.clone()].iter().for_each(|cell| group.merge(&cell.cases));
        let mut work = Self { cells, options, group, merges: Vec::new() };
        let classes = work.classes(range, cells.fixed);
        match classes.iter().find_map(|class| Some((class, work.failing(class)?))) {
            Some((class, reason)) => {
                let (class, collapse) = (cells.label(&class.cells), options.collapse);
                Err(NonresponseError::ClassFails { class, reason, collapse })
            }
            None => Ok((classes, work.merges)),
        }
    }

    /// The classes of cells that agree in all variables before `depth`.
    fn classes(&mut self, range: Range<usize>, depth: usize) -> Block {
        if depth == self.cells.variables.len() {
            let class = |cell| Class { cells: vec![cell], cases: self.cells.cells[cell].cases };
            return range.map(class).collect();
        }
        let runs = self.cells.runs(range, depth);
        let blocks = runs.into_iter().map(|run| self.classes(run, depth + 1)).collect();
        self.joined(blocks, depth)
    }

    /// Merges blocks across the levels of a variable until no class fails alone.
    fn joined(&mut self, mut blocks: Vec<Block>, depth: usize) -> Block {
        while let Some((at, reason)) = self.worst(&blocks) {
            let Some(range) = self.partners(&blocks, at) else { break };
            self.record(&blocks, at, &range, depth, reason);
            let start = *range.start();
            let united = Class::union(blocks.drain(range).flatten());
            blocks.insert(start, vec![united]);
        }
        blocks.into_iter().flatten().collect()
    }

    /// The failing class with the fewest respondents. In a block of several classes
    /// none fails.
    fn worst(&self, blocks: &[Block]) -> Option<(usize, Reason)> {
        let failing = blocks.iter().enumerate().filter_map(|(at, block)| match block.as_slice() {
            [class] => Some((at, self.failing(class)?)),
            _ => None,
        });
        failing.min_by_key(|&(at, _)| (self.respondents(&blocks[at]), at))
    }

    /// The blocks that become one; none where there is nothing to merge with.
    fn partners(&self, blocks: &[Block], at: usize) -> Option<RangeInclusive<usize>> {
        let last = blocks.len().checked_sub(1).filter(|&last| last > 0)?;
        match self.options.collapse {
            CollapseRule::Refuse => None,
            CollapseRule::Siblings => Some(0..=last),
            CollapseRule::Neighbour => {
                let beside = [at.checked_sub(1), Some(at + 1).filter(|&next| next <= last)];
                let size = |&other: &usize| (self.respondents(&blocks[other]), other);
                let other = beside.into_iter().flatten().min_by_key(size)?;
                Some(at.min(other)..=at.max(other))
            }
        }
    }

    fn record(
        &mut self,
        blocks: &[Block],
        at: usize,
        range: &RangeInclusive<usize>,
        depth: usize,
        reason: Reason,
    ) {
        let cells = |of: &mut dyn Iterator<Item = usize>| {
            let classes = of.flat_map(|block| &blocks[block]);
            let cells: Vec<usize> = classes.flat_map(|class| class.cells.clone()).collect();
            self.cells.label(&cells)
        };
        let merge = Merge {
            class: cells(&mut std::iter::once(at)),
            with: cells(&mut range.clone().filter(|&other| other != at)),
            variable: self.cells.variables[depth].name.to_owned(),
            reason,
        };
        self.merges.push(merge);
    }

    fn failing(&self, class: &Class) -> Option<Reason> {
        self.options.failing(&class.cases, &self.group)
    }

    fn respondents(&self, block: &Block) -> u64 {
        block.iter().map(|class| self.options.counted().respondents(&class.cases)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nonresponse::{Category, Sampled, Status};

    /// Cells of region by age with so many complete interviews and refusals each.
    fn settle(
        counts: &[(u32, u32, usize, usize)],
        minimum_respondents: u64,
        collapse: CollapseRule,
    ) -> Result<(Vec<String>, Vec<Merge>), NonresponseError> {
        let (mut statuses, mut region, mut age) = (Vec::new(), Vec::new(), Vec::new());
        for &(r, a, complete, refusals) in counts {
            statuses.extend(vec![Status::Complete; complete]);
            statuses.extend(vec![Status::Refusal; refusals]);
            region.resize(statuses.len(), r);
            age.resize(statuses.len(), a);
        }
        let weights = vec![1.0; statuses.len()];
        let sample = Sampled { statuses: &statuses, weights: &weights, group: None };
        let (regions, ages) = (["N", "C", "S"], ["9", "12", "15"]);
        let (regions, ages) = (regions.map(str::to_owned), ages.map(str::to_owned));
        let region = Category { name: "region", codes: &region, levels: &regions };
        let age = Category { name: "age", codes: &age, levels: &ages };
        let cells = Cells::cross(&sample, &[region, age]).unwrap();
        let options = ClassOptions { minimum_respondents, collapse, ..ClassOptions::default() };
        let (classes, merges) = Collapse::settle(&cells, 0..cells.cells.len(), &options)?;
        Ok((classes.iter().map(|class| cells.label(&class.cells)).collect(), merges))
    }

    #[test]
    fn the_smaller_neighbour_takes_the_class_in() {
        let counts = [(0, 0, 9, 1), (0, 1, 3, 1), (0, 2, 8, 1), (1, 0, 9, 2)];
        let (classes, merges) = settle(&counts, 5, CollapseRule::Neighbour).unwrap();
        assert_eq!(classes, ["region=N, age=9", "region=N, age=12+15", "region=C, age=9"]);
        let reason = Reason::TooFewRespondents { respondents: 3, minimum: 5 };
        let (class, with) = ("region=N, age=12".to_owned(), "region=N, age=15".to_owned());
        assert_eq!(merges, [Merge { class, with, variable: "age".to_owned(), reason }]);
    }

    #[test]
    fn a_class_that_lost_its_last_variable_goes_to_the_one_before() {
        // The north is too small in all; the centre is split and whole, the south beyond.
        let counts =
            [(0, 0, 1, 1), (0, 1, 2, 1), (1, 0, 6, 1), (1, 1, 6, 1), (2, 0, 7, 1), (2, 1, 7, 1)];
        let (classes, merges) = settle(&counts, 5, CollapseRule::Neighbour).unwrap();
        let south = ["region=S, age=9", "region=S, age=12"];
        assert_eq!(classes, ["region=N+C, age=9+12", south[0], south[1]]);
        let variables: Vec<&str> = merges.iter().map(|merge| merge.variable.as_str()).collect();
        assert_eq!(variables, ["age", "region"]);
        assert_eq!(merges[1].with, "region=C, age=9+12");
    }

    #[test]
    fn siblings_lose_the_variable_together() {
        let counts = [(0, 0, 9, 1), (0, 1, 3, 1), (0, 2, 8, 1), (1, 0, 9, 2), (1, 2, 9, 2)];
        let (classes, merges) = settle(&counts, 5, CollapseRule::Siblings).unwrap();
        assert_eq!(classes, ["region=N, age=9+12+15", "region=C, age=9", "region=C, age=15"]);
        assert_eq!(merges[0].with, "region=N, age=9+15");
    }

    #[test]
    fn what_cannot_be_merged_is_refused() {
        let refused = settle(&[(0, 0, 9, 1), (1, 0, 3, 1)], 5, CollapseRule::Refuse).unwrap_err();
        assert_eq!(refused.code(), "GKO-W206");
        let whole = settle(&[(0, 0, 2, 1), (1, 0, 2, 1)], 5, CollapseRule::Neighbour).unwrap_err();
        assert!(whole.to_string().contains("region=N+C, age=9 has 4 respondents"), "{whole}");
        assert!(whole.to_string().contains("set minimum_respondents to at most 4"), "{whole}");
        assert!(!whole.to_string().contains("collapse ="), "{whole}");
        let way_out = "allow merging (collapse = \"neighbour\" or \"siblings\"), or set";
        assert!(refused.to_string().contains(way_out), "{refused}");
        let nobody = settle(&[(0, 0, 0, 9), (1, 0, 0, 3)], 5, CollapseRule::Neighbour).unwrap_err();
        assert!(nobody.to_string().contains("check the statuses under `codes`"), "{nobody}");
        assert!(!nobody.to_string().contains("minimum_respondents"), "{nobody}");
    }

    #[test]
    fn a_factor_that_is_too_large_is_merged_too() {
        let counts = [(0, 0, 6, 18), (0, 1, 6, 0), (0, 2, 9, 9)];
        let (classes, merges) = settle(&counts, 5, CollapseRule::Neighbour).unwrap();
        assert_eq!(classes, ["region=N, age=9+12", "region=N, age=15"]);
        assert_eq!(merges[0].reason, Reason::FactorTooLarge { factor: 4.0, maximum: 3.0 });
    }
}
