//! Hiding further cells where one could be found by subtraction.
//!
//! # Rule
//!
//! The cells of a group obey equations: a cell is the sum of the cells of a finer
//! crossing inside it. With what is published put in, the equations either leave
//! a hidden amount one value, and it is found, or not. They do not exactly where
//! the cell is on a circuit of hidden cells: amounts can then be shifted around
//! the circuit and every sum stays. So each cell that is hidden for a small base
//! must be on a circuit of cells without n, and each that is hidden for a small
//! base or count on a circuit of cells hidden for confidentiality; a circuit around which
//! nothing can be shifted without an amount below 0, or a numerator above its
//! base, does not count where another can be had.
//!
//! What is hidden for that comes from the cells in this order: the finest
//! crossing first, totals last; among them the smallest n. For a small count
//! those go first that have no value any more and lose their n only; for a small
//! base n alone decides, since many indicators have the same base, and one must
//! not publish the n that another hides. The first cell that closes a circuit
//! ends the search, which makes the largest cell lost as small as it can be, and
//! in a table of one breakdown means one cell.
//!
//! # Assumptions
//!
//! Every breakdown is a partition. Rows without a value in a breakdown count in
//! the margin only, which makes subtraction inexact but not safe. A figure that
//! is hidden as unreliable is taken for known. Protection against combinations
//! of several groups, and against narrow bounds, is the audit's, not this rule's.
//!
//! # References
//!
//! Hundepool et al., Handbook on Statistical Disclosure Control, 2nd ed. (2024),
//! 4.4; Gusfield (1988) *SIAM J. Comput.* 17, 552, for circuits in two-way tables.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::figure::{Mark, ProtectedFigure, Reason};
use crate::span::{Span, Sparse};

/// Where a cell stands, and how many are in it.
pub(crate) struct Part<'a> {
    pub(crate) group: u32,
    /// For each breakdown a category or the total.
    pub(crate) cell: &'a [Option<u8>],
    pub(crate) n: u64,
    pub(crate) hits: u64,
    pub(crate) own: Own,
    pub(crate) sensitive_share: bool,
}

impl Part<'_> {
    /// Whether its numerator must not be found.
    pub(crate) fn has_secret_numerator(&self) -> bool {
        Amount::Numerator.must_stay_hidden(self)
    }
}

/// Suppresses until no group gives a hidden cell away.
pub(crate) fn suppress(parts: &[Part<'_>], figures: &mut [ProtectedFigure]) {
    let mut groups: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (place, part) in parts.iter().enumerate() {
        groups.entry(part.group).or_default().push(place);
    }
    for mut places in groups.into_values() {
        if places.iter().any(|&place| is_confidential(&figures[place])) {
            // The result must not depend on the order of the candidates.
            places.sort_by_key(|&place| parts[place].cell);
            Group::new(parts, places).protect(figures);
        }
    }
}

/// What a reader would compute.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Amount {
    /// Unweighted n, or the sum of the weights.
    Base,
    /// n or the sum of the weights, times the share.
    Numerator,
}

impl Amount {
    fn is_hidden(self, figure: &ProtectedFigure) -> bool {
        is_confidential(figure) && (self == Self::Numerator || figure.n().is_none())
    }

    /// Whether this amount of a cell was hidden for its own sake. The small base
    /// of a sensitive share holds a small numerator.
    fn must_stay_hidden(self, part: &Part<'_>) -> bool {
        match (self, part.own) {
            (Self::Base, own) => own == Own::SmallBase,
            (Self::Numerator, Own::SmallBase) => part.sensitive_share,
            (Self::Numerator, own) => own == Own::SmallCount,
        }
    }

    fn can_fall(self, part: &Part<'_>) -> bool {
        match self {
            Self::Base => part.n > 0,
            Self::Numerator => part.hits > 0,
        }
    }

    fn can_rise(self, part: &Part<'_>) -> bool {
        self == Self::Base || part.n == 0 || part.hits < part.n
    }
}

/// Why a cell was hidden before any other was looked at. A cell that loses its n
/// for the sake of another keeps its own reason here.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Own {
    SmallBase,
    SmallCount,
    /// Not hidden, or not for confidentiality.
    Other,
}

impl Own {
    pub(crate) fn of(figure: &ProtectedFigure) -> Self {
        match figure.reasons() {
            [Reason::SmallBase] => Self::SmallBase,
            [Reason::SmallCount] => Self::SmallCount,
            _ => Self::Other,
        }
    }
}

pub(crate) fn is_confidential(figure: &ProtectedFigure) -> bool {
    figure.mark() == Mark::Suppressed && figure.reasons().iter().any(|r| r.is_confidential())
}

/// The cells of one group and the equations between them.
struct Group<'a> {
    parts: &'a [Part<'a>],
    places: Vec<usize>,
    /// For each cell its column of the equations.
    columns: BTreeMap<usize, Sparse>,
}

impl<'a> Group<'a> {
    fn new(parts: &'a [Part<'a>], places: Vec<usize>) -> Self {
        let columns = columns(parts, &places);
        Self { parts, places, columns }
    }

    fn protect(&self, figures: &mut [ProtectedFigure]) {
        for amount in [Amount::Base, Amount::Numerator] {
            for bounded in [true, false] {
                while let Some(more) = self.exposed(amount, bounded, figures) {
                    for place in more {
                        figures[place] = ProtectedFigure::suppressed(None, Reason::Complementary);
                    }
                }
            }
        }
    }

    /// The cells to hide next, where some hidden amount can be found.
    fn exposed(
        &self,
        amount: Amount,
        bounded: bool,
        figures: &[ProtectedFigure],
    ) -> Option<Vec<usize>> {
        let hidden = self.hidden(amount, figures);
        let needs = |&place: &usize| amount.must_stay_hidden(&self.parts[place]);
        let mut found: BTreeSet<usize> = hidden.iter().copied().filter(needs).collect();
        let mut span = Span::default();
        let mut circuit = |place: usize| {
            let circuit = span.insert(place, &self.columns[&place])?;
            (!bounded || self.can_shift(amount, &circuit)).then_some(circuit)
        };
        for circuit in hidden.iter().filter_map(|&place| circuit(place)) {
            found.retain(|place| !circuit.contains_key(place));
        }
        if found.is_empty() {
            return None;
        }
        let mut closed = self.visible(amount, figures).into_iter().filter_map(circuit);
        let circuit = closed.find(|circuit| found.iter().any(|p| circuit.contains_key(p)))?;
        Some(circuit.into_keys().filter(|place| !hidden.contains(place)).collect())
    }

    /// Hidden cells, those first that can give and take.
    fn hidden(&self, amount: Amount, figures: &[ProtectedFigure]) -> Vec<usize> {
        let places = self.places.iter().copied();
        let mut hidden: Vec<usize> =
            places.filter(|&place| amount.is_hidden(&figures[place])).collect();
        let both = |part| amount.can_fall(part) && amount.can_rise(part);
        hidden.sort_by_key(|&place| !both(&self.parts[place]));
        hidden
    }

    /// Cells that could be hidden too, the cheapest first.
    fn visible(&self, amount: Amount, figures: &[ProtectedFigure]) -> Vec<usize> {
        let can_hide = |place: &usize| {
            let figure = &figures[*place];
            figure.n().is_some() && !amount.is_hidden(figure)
        };
        let mut visible: Vec<usize> = self.places.iter().copied().filter(can_hide).collect();
        visible.sort_by_key(|&place| {
            let part = &self.parts[place];
            let finest = Reverse(part.cell.iter().flatten().count());
            let has_more_to_lose = amount == Amount::Numerator && figures[place].value().is_some();
            (finest, has_more_to_lose, part.n)
        });
        visible
    }

    /// Whether amounts can move around a circuit, one way or the other.
    fn can_shift(&self, amount: Amount, circuit: &Sparse) -> bool {
        let moves = |place: &usize, up: bool| {
            let part = &self.parts[*place];
            if up { amount.can_rise(part) } else { amount.can_fall(part) }
        };
        let mut ways = [true, false].into_iter();
        ways.any(|way| circuit.iter().all(|(place, sign)| moves(place, (*sign > 0.0) == way)))
    }
}

/// For each cell its column: -1 in the equations of which it is the sum, 1 in
/// those to whose sum it adds.
fn columns(parts: &[Part<'_>], places: &[usize]) -> BTreeMap<usize, Sparse> {
    let mut columns: BTreeMap<usize, Sparse> =
        places.iter().map(|&place| (place, Sparse::new())).collect();
    let mut enter = |equation, place, sign| {
        columns.entry(place).or_default().insert(equation, sign);
    };
    for (equation, (sum, terms)) in equations(parts, places).into_iter().enumerate() {
        enter(equation, sum, -1.0);
        terms.into_iter().for_each(|place| enter(equation, place, 1.0));
    }
    columns
}

/// For each cell and each crossing that divides it next, the cells of that crossing in it.
fn equations(parts: &[Part<'_>], places: &[usize]) -> Vec<(usize, Vec<usize>)> {
    let mut crossings: BTreeMap<Vec<bool>, Vec<usize>> = BTreeMap::new();
    for &place in places {
        let crossing = parts[place].cell.iter().map(Option::is_some).collect();
        crossings.entry(crossing).or_default().push(place);
    }
    let mut equations = Vec::new();
    for (coarse, fine) in next_to_one_another(&crossings) {
        for &sum in coarse {
            let terms: Vec<usize> =
                fine.iter().copied().filter(|&cell| adds(parts, cell, sum)).collect();
            equations.push((sum, terms));
        }
    }
    equations.retain(|(_, terms)| !terms.is_empty());
    equations
}

/// The cells of each crossing and of a finer one with no third between them.
fn next_to_one_another(
    crossings: &BTreeMap<Vec<bool>, Vec<usize>>,
) -> impl Iterator<Item = (&Vec<usize>, &Vec<usize>)> {
    let pairs =
        crossings.iter().flat_map(|coarse| crossings.iter().map(move |fine| (coarse, fine)));
    let next = pairs.filter(|((coarse, _), (fine, _))| {
        let mut between = crossings.keys();
        is_finer(fine, coarse) && !between.any(|b| is_finer(b, coarse) && is_finer(fine, b))
    });
    next.map(|((_, sums), (_, cells))| (sums, cells))
}

/// Whether a crossing has all breakdowns of another, and more.
fn is_finer(fine: &[bool], coarse: &[bool]) -> bool {
    fine.len() == coarse.len()
        && fine != coarse
        && fine.iter().zip(coarse).all(|(fine, coarse)| *fine || !coarse)
}

/// Whether a cell of a finer crossing lies in another cell.
fn adds(parts: &[Part<'_>], cell: usize, sum: usize) -> bool {
    let pairs = parts[cell].cell.iter().zip(parts[sum].cell);
    pairs.into_iter().all(|(own, of_sum)| of_sum.is_none() || own == of_sum)
}
