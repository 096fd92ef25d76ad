//! Hiding what follows from figures of other groups.
//!
//! # Rule
//!
//! Two links between indicators let one figure speak of another, cell by cell:
//!
//! - A *follow-up* is put to those whom a *parent* indicator counts, so its n and
//!   the sum of its weights are the parent's numerator. Where the parent's cell is
//!   hidden for confidentiality, the follow-up's cell is hidden, its n included.
//! - A *product* counts, among all, those whom the follow-up counts: parent times
//!   follow-up. Of three such shares two give the third. Where the follow-up's or
//!   the product's cell is hidden for confidentiality and the other two are
//!   shown, the product or the follow-up is hidden too.
//!
//! What is hidden here may open a cell of its own group, and the other way round,
//! so both rules are repeated until neither hides more.
//!
//! # Assumptions
//!
//! The links are told by the caller, who knows the definitions; differences
//! between indicators that are linked in other ways are the audit's matter.

use std::collections::BTreeMap;

use crate::complementary::{Part, is_confidential};
use crate::figure::{ProtectedFigure, Reason};
use crate::table::Links;

/// The places of cells by group and cell.
pub(crate) struct Index<'a>(BTreeMap<(u32, &'a [Option<u8>]), usize>);

impl<'a> Index<'a> {
    pub(crate) fn new(parts: &[Part<'a>]) -> Self {
        let cells = parts.iter().enumerate();
        Self(cells.map(|(place, part)| ((part.group, part.cell), place)).collect())
    }

    fn get(&self, group: u32, part: &Part<'_>) -> Option<usize> {
        self.0.get(&(group, part.cell)).copied()
    }
}

/// Hides what the links give away once; whether anything was hidden.
pub(crate) fn suppress(
    parts: &[Part<'_>],
    links: &[Links],
    index: &Index<'_>,
    figures: &mut [ProtectedFigure],
) -> bool {
    let mut changed = false;
    for (place, part) in parts.iter().enumerate() {
        let Links { parents, product } = &links[place];
        let mut parents = parents.iter().filter_map(|&parent| index.get(parent, part));
        let product = product.and_then(|product| index.get(product, part));
        if parents.any(|parent| is_confidential(&figures[parent])) {
            changed |= hide(&mut figures[place], false);
        } else if let Some(product) = product {
            let hidden = (is_confidential(&figures[place]), is_confidential(&figures[product]));
            changed |= hidden.0 && hide(&mut figures[product], true);
            changed |= hidden.1 && hide(&mut figures[place], true);
        }
    }
    changed
}

/// Hides a figure, with or without its n; whether something was left to hide.
fn hide(figure: &mut ProtectedFigure, keep_n: bool) -> bool {
    let n = figure.n().zip(figure.n_weighted());
    let nothing_left = if keep_n { is_confidential(figure) || n.is_none() } else { n.is_none() };
    if nothing_left {
        return false;
    }
    *figure = ProtectedFigure::suppressed(n.filter(|_| keep_n), Reason::Complementary);
    true
}
