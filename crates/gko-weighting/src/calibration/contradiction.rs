//! What two margins say of the columns that they share.
//!
//! # Rule
//! Figures of `sex` and of `sex*age_group` both say how many boys there are. Over the
//! columns that two margins have in common their figures are added up; sums that
//! differ by more than [`APART`] of the larger contradict each other, and no weights
//! can reach both. Margins without a common column have one sum, the total. A soft
//! margin may be missed, and contradicts nobody.

use std::collections::{BTreeMap, BTreeSet};

use super::spec::MarginSpec;
use crate::finding::{Finding, FindingKind};
use crate::population::Targets;
use crate::sample::CROSSED;

/// Figures that are published in whole persons differ by less.
const APART: f64 = 1e-6;

/// A margin with its figures at the total of all margins, and as they were written.
pub(super) struct Stated<'a> {
    pub(super) spec: &'a MarginSpec,
    pub(super) scaled: &'a Targets,
    pub(super) written: &'a Targets,
}

/// The contradictions between margins. Figures are compared at the total of all margins,
/// and printed as they were written, with their shares where those differ.
pub(super) fn contradictions(group: &str, margins: &[Stated<'_>]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (at, one) in margins.iter().enumerate() {
        for two in &margins[at + 1..] {
            let shared: Vec<&String> =
                one.spec.of.iter().filter(|c| two.spec.of.contains(c)).collect();
            if shared.is_empty() || one.spec.cost.is_some() || two.spec.cost.is_some() {
                continue;
            }
            findings.extend(differing(group, one, two, &shared));
        }
    }
    findings
}

type Sums = BTreeMap<String, f64>;

fn differing(group: &str, one: &Stated<'_>, two: &Stated<'_>, shared: &[&String]) -> Vec<Finding> {
    let (first, second) = (one.sums(one.scaled, shared), two.sums(two.scaled, shared));
    let shares = one.is_scaled() || two.is_scaled();
    let (mine, other) = (one.said(shared, shares), two.said(shared, shares));
    let categories: BTreeSet<&String> = first.keys().chain(second.keys()).collect();
    let finding = |category: &String| {
        let at = |sums: &Sums| sums.get(category).copied().unwrap_or(0.0);
        let (a, b) = (at(&first), at(&second));
        ((a - b).abs() > APART * a.max(b)).then(|| {
            let (kind, name) = (FindingKind::TargetsContradict, two.spec.name());
            let (a, b) = (mine(category), other(category));
            let message = format!(
                "says {a} of `{category}`, while `{name}` says {b}; leave one of the two margins out, or use figures of one source"
            );
            Finding::new(kind, group, &one.spec.name(), message)
        })
    };
    categories.into_iter().filter_map(finding).collect()
}

impl Stated<'_> {
    /// Figures added up over the columns that are shared.
    fn sums(&self, targets: &Targets, shared: &[&String]) -> Sums {
        let places: Vec<usize> =
            shared.iter().filter_map(|one| self.spec.of.iter().position(|c| c == *one)).collect();
        let mut sums = Sums::new();
        for (category, value) in targets.categories.iter().zip(&targets.values) {
            let parts: Vec<&str> = category.split(CROSSED).collect();
            let kept: Vec<&str> = places.iter().filter_map(|&at| parts.get(at).copied()).collect();
            *sums.entry(kept.join(CROSSED)).or_default() += value;
        }
        sums
    }

    fn is_scaled(&self) -> bool {
        let (written, scaled) = (self.written.total(), self.scaled.total());
        (written - scaled).abs() > APART * scaled
    }

    /// What the margin says of a category as it was written, perhaps with its share.
    fn said(&self, shared: &[&String], shares: bool) -> impl Fn(&String) -> String {
        let (sums, total) = (self.sums(self.written, shared), self.written.total());
        move |category| {
            let value = sums.get(category).copied().unwrap_or(0.0);
            match shares {
                true => format!("{value} of {total} ({:.2} %)", 100.0 * value / total),
                false => value.to_string(),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::population::{Population, Universe};

    fn found(rows: &str) -> Vec<Finding> {
        let about = "children,9,17,all,2025,census";
        let rows: String = rows.split(' ').map(|row| format!("{row},{about}\n")).collect();
        let text =
            format!("margin,category,count,unit,age_min,age_max,universe,year,source\n{rows}");
        let population = Population::parse_csv(&text, "p.csv").unwrap();
        let survey = Universe { unit: "children".into(), ages: [9, 17], who: "all".into() };
        let specs = [MarginSpec::of(&["sex"]), MarginSpec::of(&["age", "sex"])];
        let of = |spec: &MarginSpec| population.targets(&spec.name(), "", &survey, None).unwrap();
        let mut targets = [of(&specs[0]), of(&specs[1])];
        let written = targets.clone();
        let total = targets[0].total();
        targets.iter_mut().for_each(|one| one.multiply(total / one.total()));
        let all = specs.iter().zip(&targets).zip(&written);
        let all: Vec<Stated<'_>> =
            all.map(|((spec, scaled), written)| Stated { spec, scaled, written }).collect();
        contradictions("XAA", &all)
    }

    #[test]
    fn what_two_margins_share_must_agree() {
        let good = "sex,boy,3 sex,girl,4 age*sex,9*boy,1 age*sex,10*boy,2 age*sex,9*girl,4";
        assert_eq!(found(good), []);
        let bad = "sex,boy,3 sex,girl,4 age*sex,9*boy,2 age*sex,10*boy,2 age*sex,9*girl,3";
        let findings = found(bad);
        assert_eq!(findings.len(), 2);
        assert!(
            findings[0].to_string().contains("XAA: sex: says 3 of `boy`, while `age*sex` says 4")
        );
    }

    #[test]
    fn figures_are_printed_as_they_were_written() {
        let twice = "sex,boy,3 sex,girl,4 age*sex,9*boy,6 age*sex,10*boy,2 age*sex,9*girl,6";
        let said = found(twice)[0].to_string();
        let want = "says 3 of 7 (42.86 %) of `boy`, while `age*sex` says 8 of 14 (57.14 %);";
        assert!(said.contains(want), "{said}");
    }
}
