//! How the indicators of a catalogue speak of one another.
//!
//! # Rule
//!
//! An indicator counts the conjunction of its base and its numerator. It is a
//! *follow-up* of those whose conjunction is its base (harm among those upset,
//! and the share of those upset), and the *product* of such a pair is the
//! indicator with the parent's base that counts what the follow-up counts.
//! Conjunctions are compared term by term, in any order.
//!
//! A follow-up of a sensitive indicator is sensitive itself, whether or not its
//! definition says so: its n is the other's numerator.

use std::collections::BTreeSet;

use gko_codebook::{Expr, Indicator, Measure};
use gko_disclosure::Links;

/// The relations of one indicator, by places in the list of indicators.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Relations {
    parents: Vec<usize>,
    products: Vec<usize>,
    pub(crate) sensitive: bool,
}

/// Finds the relations of each indicator.
pub(crate) fn relations(indicators: &[&Indicator]) -> Vec<Relations> {
    let terms: Vec<Terms> = indicators.iter().map(|indicator| Terms::of(indicator)).collect();
    let related = (0..indicators.len()).map(|own| Relations {
        parents: terms[own].parents(&terms),
        products: terms[own].products(&terms),
        sensitive: is_sensitive(indicators[own], indicators),
    });
    related.collect()
}

impl Relations {
    /// The same as groups of figures, where an indicator's group is known.
    pub(crate) fn links(&self, group: impl Fn(usize) -> u32) -> Links {
        let groups = |places: &[usize]| places.iter().map(|&place| group(place)).collect();
        Links { parents: groups(&self.parents), products: groups(&self.products) }
    }
}

/// The terms of an indicator's base, and of what it counts; none for a mean.
struct Terms {
    base: BTreeSet<String>,
    counted: Option<BTreeSet<String>>,
}

impl Terms {
    fn of(indicator: &Indicator) -> Self {
        let base = terms(&indicator.base);
        let counted = match &indicator.measure {
            Measure::Share { numerator } => Some(base.union(&terms(numerator)).cloned().collect()),
            _ => None,
        };
        Self { base, counted }
    }

    fn parents(&self, all: &[Self]) -> Vec<usize> {
        let is_parent =
            |other: &Self| other.counted.as_ref() == Some(&self.base) && other.base != self.base;
        (0..all.len()).filter(|&other| is_parent(&all[other])).collect()
    }

    fn products(&self, all: &[Self]) -> Vec<usize> {
        let parents = self.parents(all);
        let is_product = |other: &Self| {
            let counts_the_same = self.counted.is_some() && other.counted == self.counted;
            counts_the_same && parents.iter().any(|&parent| all[parent].base == other.base)
        };
        (0..all.len()).filter(|&other| is_product(&all[other])).collect()
    }
}

fn terms(expression: &Expr) -> BTreeSet<String> {
    match expression {
        Expr::All => BTreeSet::new(),
        Expr::And(parts) => parts.iter().flat_map(terms).collect(),
        single => BTreeSet::from([single.to_string()]),
    }
}

fn is_sensitive(indicator: &Indicator, all: &[&Indicator]) -> bool {
    let asked_about = indicator.base.variables();
    let counts_them = |other: &&&Indicator| {
        other.sensitive && other.measure.variables().iter().any(|name| asked_about.contains(name))
    };
    indicator.sensitive || all.iter().any(|other| counts_them(&other))
}
