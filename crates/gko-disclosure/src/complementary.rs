//! Hiding a second cell where one alone could be found by subtraction.
//!
//! # Rule
//!
//! A line is a set of cells of one group that differ in one breakdown only; its
//! margin is the cell with the total there. Where the margin can be known and
//! exactly one cell of the line is hidden for confidentiality, the visible cell
//! with the smallest n is hidden too, its n included. This is repeated until no
//! line has a single hidden cell, since a cell lies on a line of each of its
//! breakdowns. A line with nothing left to hide gives up its margin.
//!
//! # Assumptions
//!
//! Every breakdown is a partition. Rows without a value in a breakdown count in
//! the margin only, which makes subtraction inexact but not safe. Protection
//! against linear combinations of several tables is the audit's, not this rule's.
//!
//! # References
//!
//! Hundepool et al., Handbook on Statistical Disclosure Control, 2nd ed. (2024), 4.4.

use std::collections::{BTreeMap, BTreeSet};

use crate::figure::{Mark, ProtectedFigure, Reason};

/// Where a cell stands: its group, and for each breakdown a category or the total.
pub(crate) type Cell<'a> = (u32, &'a [Option<u8>]);

/// A set of cells that add up to a margin.
struct Line {
    cells: Vec<usize>,
    margin: usize,
}

/// Suppresses until no line gives a hidden cell away.
pub(crate) fn suppress(cells: &[Cell<'_>], sizes: &[u64], figures: &mut [ProtectedFigure]) {
    let lines = lines(cells);
    loop {
        let weak: BTreeSet<usize> =
            lines.iter().filter_map(|line| victim(line, sizes, figures)).collect();
        if weak.is_empty() {
            return;
        }
        for place in weak {
            figures[place] = ProtectedFigure::suppressed(None, Reason::Complementary);
        }
    }
}

/// The cell to hide so that a line gives nothing away, if it does.
fn victim(line: &Line, sizes: &[u64], figures: &[ProtectedFigure]) -> Option<usize> {
    let hidden = line.cells.iter().filter(|&&place| is_hidden(&figures[place])).count();
    let margin = &figures[line.margin];
    if hidden != 1 || is_hidden(margin) || margin.n().is_none() {
        return None;
    }
    let open = line.cells.iter().copied().filter(|&place| can_hide(&figures[place]));
    Some(open.min_by_key(|&place| (sizes[place], place)).unwrap_or(line.margin))
}

fn is_hidden(figure: &ProtectedFigure) -> bool {
    figure.mark() == Mark::Suppressed && figure.reasons().iter().any(|r| r.is_confidential())
}

/// A cell whose n or value is still known; one with neither helps nobody.
fn can_hide(figure: &ProtectedFigure) -> bool {
    !is_hidden(figure) && figure.n().is_some()
}

fn lines(cells: &[Cell<'_>]) -> Vec<Line> {
    let mut places: BTreeMap<(u32, Vec<Option<u8>>), usize> = BTreeMap::new();
    let mut members: BTreeMap<(u32, Vec<Option<u8>>, usize), Vec<usize>> = BTreeMap::new();
    for (place, (group, cell)) in cells.iter().enumerate() {
        places.insert((*group, cell.to_vec()), place);
        for breakdown in (0..cell.len()).filter(|&breakdown| cell[breakdown].is_some()) {
            let mut margin = cell.to_vec();
            margin[breakdown] = None;
            members.entry((*group, margin, breakdown)).or_default().push(place);
        }
    }
    let lines = members.into_iter().filter_map(|((group, margin, _), cells)| {
        let margin = *places.get(&(group, margin))?;
        Some(Line { cells, margin })
    });
    lines.collect()
}
