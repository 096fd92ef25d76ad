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
//! A follow-up and its product count the same people: what must stay hidden of one
//! numerator must of the other, so each is protected within its own group, too.
//!
//! What is hidden here may open a cell of its own group, and the other way round,
//! so both rules are repeated until neither hides more.
//!
//! # Assumptions
//!
//! The links are told by the caller, who knows the definitions; differences
//! between indicators that are linked in other ways are the audit's matter.

use std::collections::BTreeMap;

use crate::complementary::{Own, Part, is_confidential};
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

/// Makes a follow-up's secret numerator its product's, and the other way round.
pub(crate) fn share_secrets(parts: &mut [Part<'_>], links: &[Links], index: &Index<'_>) {
    let secret: Vec<bool> = parts.iter().map(Part::has_secret_numerator).collect();
    for (place, links) in links.iter().enumerate() {
        let products = links.products.iter().filter_map(|&group| index.get(group, &parts[place]));
        for product in products.collect::<Vec<usize>>() {
            for (to, from) in [(place, product), (product, place)] {
                if secret[from] && parts[to].own == Own::Other {
                    parts[to].own = Own::SmallCount;
                }
            }
        }
    }
}

/// Hides what the links give away once; whether anything was hidden.
pub(crate) fn suppress(
    parts: &[Part<'_>],
    links: &[Links],
    index: &Index<'_>,
    figures: &mut [ProtectedFigure],
) -> bool {
    let mut places: Vec<usize> = (0..parts.len()).collect();
    // The result must not depend on the order of the candidates.
    places.sort_by_key(|&place| (parts[place].group, parts[place].cell));
    let mut changed = false;
    for place in places {
        let find = |group| index.get(group, &parts[place]);
        let parents: Vec<usize> = links[place].parents.iter().copied().filter_map(find).collect();
        let is_hidden = |&parent: &usize| is_confidential(&figures[parent]);
        let (any, all) = (parents.iter().any(is_hidden), parents.iter().all(is_hidden));
        changed |= any && hide(&mut figures[place], false);
        // One parent that is shown, beside one that is not, still makes a third share.
        let shown = !(any && all);
        for product in links[place].products.iter().copied().filter_map(find).filter(|_| shown) {
            changed |= hide_third(place, product, figures);
        }
    }
    changed
}

/// Hides the product of a hidden follow-up, or the follow-up of a hidden product.
fn hide_third(follow_up: usize, product: usize, figures: &mut [ProtectedFigure]) -> bool {
    let hidden = (is_confidential(&figures[follow_up]), is_confidential(&figures[product]));
    let of_product = hidden.0 && hide(&mut figures[product], true);
    let of_follow_up = hidden.1 && hide(&mut figures[follow_up], true);
    of_product || of_follow_up
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
