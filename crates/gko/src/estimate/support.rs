//! The counted cells that lines rest on: groups crossed with the factors of an analysis.

use std::collections::BTreeMap;

use gko_disclosure::{CellId, Line, Rest, Sheet};

use crate::estimate::answer::{Content, Key};
use crate::estimate::domains::Groups;
use crate::estimate::frame::{Column, Factor, Frame, MISSING};

/// A factor whose levels are counted, or a number that takes few values.
#[derive(Clone, Debug)]
pub(crate) struct Facet {
    codes: Vec<u32>,
    levels: u8,
}

impl Facet {
    /// The levels of a factor.
    pub(crate) fn of_factor(factor: &Factor) -> Self {
        let levels = u8::try_from(factor.levels.len()).unwrap_or(u8::MAX);
        Self { codes: factor.codes.clone(), levels }
    }

    /// Codes below a number of levels.
    pub(crate) fn of_codes(codes: Vec<u32>, levels: usize) -> Self {
        Self { codes, levels: u8::try_from(levels).unwrap_or(u8::MAX) }
    }

    /// No and yes of a column of 0 and 1; other numbers have no levels.
    pub(crate) fn of_numbers(values: &[f64]) -> Option<Self> {
        let binary = values.iter().all(|&x| x == 0.0 || x == 1.0 || x.is_nan());
        let code = |x: &f64| if x.is_nan() { MISSING } else { u32::from(*x == 1.0) };
        binary.then(|| Self { codes: values.iter().map(code).collect(), levels: 2 })
    }

    /// The levels of a column, where it has any.
    pub(crate) fn of_column(column: &Column) -> Option<Self> {
        match column {
            Column::Factor(factor) => Some(Self::of_factor(factor)),
            Column::Number(values) => Self::of_numbers(values),
        }
    }
}

/// Lines with their keys, and the counts of the rows that they rest on.
pub(crate) struct Support {
    sheet: Sheet<Content>,
    keys: Vec<Key>,
    counts: BTreeMap<Vec<u32>, u64>,
    groups: usize,
    facets: Vec<Facet>,
}

impl Support {
    /// Counts the rows of the domain by groups and facets.
    pub(crate) fn new(groups: &Groups, facets: Vec<Facet>, weights: &[f64]) -> Self {
        let mut counts: BTreeMap<Vec<u32>, u64> = BTreeMap::new();
        let used = |&row: &usize| groups.all.contains(row) && weights[row] > 0.0;
        for row in (0..weights.len()).filter(used) {
            let by = groups.factors.iter().map(|factor| factor.codes[row]);
            let key = by.chain(facets.iter().map(|facet| facet.codes[row])).collect();
            *counts.entry(key).or_default() += 1;
        }
        let by = groups.factors.len();
        let mut support =
            Self { sheet: Sheet::new(), keys: Vec::new(), counts, groups: by, facets };
        // The whole is known wherever its parts are.
        support.cell(&vec![None; by], &[]);
        for group in &groups.parts {
            support.cell(&group.place, &[]);
        }
        support
    }

    /// The cell of a group, within these levels of facets.
    pub(crate) fn cell(&mut self, group: &[Option<u8>], levels: &[(usize, u8)]) -> CellId {
        let mut place: Vec<Option<u8>> = group.to_vec();
        place.resize(self.groups + self.facets.len(), None);
        for &(facet, level) in levels {
            place[self.groups + facet] = Some(level);
        }
        let inside = |key: &[u32]| {
            let pairs = place.iter().zip(key);
            pairs
                .into_iter()
                .all(|(level, &code)| level.is_none_or(|level| u32::from(level) == code))
        };
        let n = self.counts.iter().filter(|(key, _)| inside(key)).map(|(_, n)| n).sum();
        self.sheet.cell(place, n)
    }

    /// The cells of all levels of a facet within a group.
    pub(crate) fn levels(&mut self, group: &[Option<u8>], facet: usize) -> Vec<CellId> {
        let levels = self.facets.get(facet).map_or(0, |facet| facet.levels);
        (0..levels).map(|level| self.cell(group, &[(facet, level)])).collect()
    }

    /// The cells of all combinations of levels of facets within a group.
    pub(crate) fn crossed(&mut self, group: &[Option<u8>], facets: &[usize]) -> Vec<CellId> {
        let mut places: Vec<Vec<(usize, u8)>> = vec![Vec::new()];
        for &facet in facets {
            let levels = self.facets.get(facet).map_or(0, |facet| facet.levels);
            let longer = |place: &Vec<(usize, u8)>| {
                let place = place.clone();
                (0..levels).map(move |level| {
                    place.iter().copied().chain([(facet, level)]).collect::<Vec<_>>()
                })
            };
            places = places.iter().flat_map(longer).collect();
        }
        places.iter().map(|place| self.cell(group, place)).collect()
    }

    /// The levels of a facet within a group, without those that nobody has where
    /// they are dropped.
    pub(crate) fn filled(&mut self, group: &[Option<u8>], facet: usize, drop: bool) -> Vec<u8> {
        let cells: Vec<(u8, CellId)> = (0..).zip(self.levels(group, facet)).collect();
        let kept = cells.into_iter().filter(|(_, cell)| !drop || self.count(*cell) > 0);
        kept.map(|(level, _)| level).collect()
    }

    /// The count of a cell.
    pub(crate) fn count(&self, cell: CellId) -> u64 {
        self.sheet.count(cell)
    }

    /// Adds a line.
    pub(crate) fn line(&mut self, key: Key, line: Line<Content>) {
        self.keys.push(key);
        self.sheet.line(line);
    }

    /// The lines, their keys beside them.
    pub(crate) fn finish(self) -> (Vec<Key>, Sheet<Content>) {
        (self.keys, self.sheet)
    }
}

/// Whether all values in a domain are one: a mean of them tells what everybody answered.
pub(crate) fn constant(values: &[f64], weights: &[f64]) -> Option<Rest> {
    let used = values.iter().zip(weights).filter(|(_, weight)| **weight > 0.0);
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    for (&value, _) in used {
        low = low.min(value);
        high = high.max(value);
    }
    (low == high).then_some(Rest::Alone(0))
}

/// The facets of columns that have levels, and for each column its facet.
pub(crate) fn facets(frame: &Frame, names: &[String]) -> (Vec<Facet>, Vec<Option<usize>>) {
    let mut facets = Vec::new();
    let mut places = Vec::new();
    for name in names {
        let facet = frame.get(name, "").ok().and_then(Facet::of_column);
        places.push(facet.map(|facet| {
            facets.push(facet);
            facets.len() - 1
        }));
    }
    (facets, places)
}
