//! The counted cells that lines rest on: groups crossed with the factors of an analysis.

use std::collections::BTreeMap;

use gko_disclosure::{CellId, Line, Rest, Sheet};

use crate::estimate::answer::{Content, Key};
use crate::estimate::domains::{Group, Groups};
use crate::estimate::frame::{Column, Factor, Frame, MISSING};

/// The part of a column's departures that its carriers make up.
const NEARLY_ALL: f64 = 0.95;

/// The level of each column of `by`.
type Labels = BTreeMap<String, String>;

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
    floors: Vec<(Labels, u64)>,
}

impl Support {
    /// Counts the rows of the domain by groups and facets; all lines depend on the
    /// shared numbers.
    pub(crate) fn new(
        groups: &Groups,
        facets: Vec<Facet>,
        weights: &[f64],
        shared: &[&[f64]],
    ) -> Self {
        let mut counts: BTreeMap<Vec<u32>, u64> = BTreeMap::new();
        let used = |&row: &usize| groups.all.contains(row) && weights[row] > 0.0;
        for row in (0..weights.len()).filter(used) {
            let by = groups.factors.iter().map(|factor| factor.codes[row]);
            let key = by.chain(facets.iter().map(|facet| facet.codes[row])).collect();
            *counts.entry(key).or_default() += 1;
        }
        let by = groups.factors.len();
        let floors = floors(groups, weights, shared);
        let (sheet, keys) = (Sheet::new(), Vec::new());
        let mut support = Self { sheet, keys, counts, groups: by, facets, floors };
        // The whole is known wherever its parts are.
        support.cell(&vec![None; by], &[]);
        for (at, group) in groups.parts.iter().enumerate() {
            support.cell(&group.place, &[]);
            let nested = support.nested(&group.place);
            if let (Some(rows), Some((_, floor))) = (nested, support.floors.get_mut(at)) {
                *floor = rows.min(*floor);
            }
        }
        support
    }

    /// The fewest rows that lie between two columns of 0 and 1 one of which holds
    /// the other: the difference of their figures is a figure of those rows.
    fn nested(&self, group: &[Option<u8>]) -> Option<u64> {
        let binary: Vec<usize> =
            (0..self.facets.len()).filter(|&at| self.facets[at].levels == 2).collect();
        let mut fewest = None;
        for (at, &a) in binary.iter().enumerate() {
            for &b in &binary[at + 1..] {
                let apart = [[(a, 1), (b, 0)], [(a, 0), (b, 1)]]
                    .map(|levels| self.rows_at(&self.place(group, &levels)));
                let between = apart[0].max(apart[1]);
                if apart.contains(&0) && between > 0 {
                    fewest = Some(fewest.map_or(between, |least: u64| least.min(between)));
                }
            }
        }
        fewest
    }

    fn place(&self, group: &[Option<u8>], levels: &[(usize, u8)]) -> Vec<Option<u8>> {
        let mut place: Vec<Option<u8>> = group.to_vec();
        place.resize(self.groups + self.facets.len(), None);
        for &(facet, level) in levels {
            place[self.groups + facet] = Some(level);
        }
        place
    }

    fn rows_at(&self, place: &[Option<u8>]) -> u64 {
        let inside = |key: &[u32]| {
            let mut pairs = place.iter().zip(key);
            pairs.all(|(level, &code)| level.is_none_or(|level| u32::from(level) == code))
        };
        self.counts.iter().filter(|(key, _)| inside(key)).map(|(_, n)| n).sum()
    }

    /// The cell of a group, within these levels of facets.
    pub(crate) fn cell(&mut self, group: &[Option<u8>], levels: &[(usize, u8)]) -> CellId {
        let place = self.place(group, levels);
        let n = self.rows_at(&place);
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

    /// Adds a line; one of no single group rests on all of them.
    pub(crate) fn line(&mut self, key: Key, line: Line<Content>) {
        let own = self.floors.iter().find(|(labels, _)| *labels == key.domain);
        let all = || self.floors.iter().map(|(_, floor)| *floor).min();
        let floor = own.map(|(_, floor)| *floor).or_else(all);
        self.keys.push(key);
        self.sheet.line(line.rests_on(floor.map(Rest::Alone)));
    }

    /// The lines, their keys beside them.
    pub(crate) fn finish(self) -> (Vec<Key>, Sheet<Content>) {
        (self.keys, self.sheet)
    }
}

/// The fewest rows that carry nearly all of how far a column departs from its median:
/// none where all values are one, which would tell what everybody answered, and one
/// where a derived column is 0 for everybody else, so that its total is this person's.
pub(crate) fn carriers(values: &[f64], weights: &[f64]) -> u64 {
    let pairs = values.iter().zip(weights).filter(|(_, weight)| **weight > 0.0);
    let used: Vec<(f64, f64)> = pairs.map(|(&value, &weight)| (value, weight)).collect();
    let mut sorted: Vec<f64> = used.iter().map(|(value, _)| *value).collect();
    sorted.sort_by(f64::total_cmp);
    let Some(&median) = sorted.get(sorted.len() / 2) else { return 0 };
    let mut parts: Vec<f64> = used.iter().map(|(x, w)| w * (x - median).abs()).collect();
    parts.sort_by(|a, b| b.total_cmp(a));
    let enough = NEARLY_ALL * parts.iter().sum::<f64>();
    let mut carried = 0.0;
    let needed = parts.iter().take_while(|part| {
        let short = **part > 0.0 && carried < enough;
        carried += **part;
        short
    });
    needed.count() as u64
}

/// Kish's effective number of the rows with these weights: weights that leave one
/// person, given, derived or calibrated, leave this person's answers.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "an effective number is positive and at most the number of rows"
)]
fn effective(weights: &[f64]) -> u64 {
    let sum: f64 = weights.iter().sum();
    let squares: f64 = weights.iter().map(|weight| weight * weight).sum();
    if squares > 0.0 { (sum * sum / squares).round() as u64 } else { 0 }
}

/// For each group the least that any of its lines rests on: effective rows, and
/// carriers of the numbers that all lines depend on.
fn floors(groups: &Groups, weights: &[f64], shared: &[&[f64]]) -> Vec<(Labels, u64)> {
    let least = |weights: Vec<f64>| {
        let carried = shared.iter().map(|values| carriers(values, &weights));
        carried.chain([effective(&weights)]).min().unwrap_or(0)
    };
    let group = |group: &Group| (group.labels.clone(), least(group.domain.weights(weights)));
    groups.parts.iter().map(group).collect()
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
