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

/// The contradictions between margins; shares are compared as shares.
pub(super) fn contradictions(group: &str, margins: &[(&MarginSpec, &Targets)]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (at, one) in margins.iter().enumerate() {
        for two in &margins[at + 1..] {
            let shared: Vec<&String> = one.0.of.iter().filter(|c| two.0.of.contains(c)).collect();
            if shared.is_empty() || one.0.cost.is_some() || two.0.cost.is_some() {
                continue;
            }
            let (first, second) = (sums(one, &shared), sums(two, &shared));
            findings.extend(differing(group, (one, &first), (two, &second)));
        }
    }
    findings
}

type Sums = BTreeMap<String, f64>;
type Margin<'a> = (&'a MarginSpec, &'a Targets);

fn differing(
    group: &str,
    (one, first): (&Margin<'_>, &Sums),
    (two, second): (&Margin<'_>, &Sums),
) -> Vec<Finding> {
    let categories: BTreeSet<&String> = first.keys().chain(second.keys()).collect();
    let finding = |category: &String| {
        let at = |sums: &Sums| sums.get(category).copied().unwrap_or(0.0);
        let (a, b) = (at(first), at(second));
        ((a - b).abs() > APART * a.max(b)).then(|| {
            let (kind, other) = (FindingKind::TargetsContradict, two.0.name());
            let message = format!(
                "says {a} of `{category}`, while `{other}` says {b}; leave one of the two margins out, or use figures of one source"
            );
            Finding::new(kind, group, &one.0.name(), message)
        })
    };
    categories.into_iter().filter_map(finding).collect()
}

/// The figures of a margin added up over the columns that are shared, as shares of
/// the margin's total where it is one of shares.
fn sums((spec, targets): &Margin<'_>, shared: &[&String]) -> Sums {
    let places: Vec<usize> =
        shared.iter().filter_map(|column| spec.of.iter().position(|c| c == *column)).collect();
    let mut sums = Sums::new();
    for (category, value) in targets.categories.iter().zip(&targets.values) {
        let parts: Vec<&str> = category.split(CROSSED).collect();
        let kept: Vec<&str> = places.iter().filter_map(|&at| parts.get(at).copied()).collect();
        *sums.entry(kept.join(CROSSED)).or_default() += value;
    }
    sums
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
        let targets = [of(&specs[0]), of(&specs[1])];
        let all: Vec<_> = specs.iter().zip(&targets).collect();
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
}
