//! Collapsing small categories of a margin by the rule that a plan declares.
//!
//! # Rule
//! As long as a category has fewer respondents than the rule wants, the one with the
//! fewest (the first of these) goes into another: the one that is named for it, or its
//! neighbour in the order of the figures. Respondents and targets add up; the merged
//! category has both names, joined by `+`.

use super::spec::{Collapse, Into};

/// Categories in the making.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Merged {
    pub(super) name: String,
    /// Positions of the categories that it was made of.
    pub(super) parts: Vec<usize>,
    pub(super) respondents: u64,
}

/// What is left of the categories, and a line for each that went into another.
pub(super) fn collapse(
    names: &[String],
    respondents: &[u64],
    rule: &Collapse,
) -> (Vec<Merged>, Vec<String>) {
    let category = |(at, (name, &respondents)): (usize, (&String, &u64))| Merged {
        name: name.clone(),
        parts: vec![at],
        respondents,
    };
    let mut all: Vec<Merged> = names.iter().zip(respondents).enumerate().map(category).collect();
    let mut lines = Vec::new();
    while let Some((small, into)) = next(&all, names, rule) {
        let gone = all[small].clone();
        lines.push(format!(
            "`{}` with {} respondents went into `{}` with {}",
            gone.name, gone.respondents, all[into].name, all[into].respondents
        ));
        let kept = &mut all[into];
        kept.parts.extend(&gone.parts);
        kept.parts.sort_unstable();
        kept.respondents += gone.respondents;
        kept.name = kept.parts.iter().map(|&at| names[at].as_str()).collect::<Vec<_>>().join("+");
        all.remove(small);
    }
    (all, lines)
}

/// The smallest category that has too few respondents, and where it goes.
fn next(all: &[Merged], names: &[String], rule: &Collapse) -> Option<(usize, usize)> {
    let small = |at: &usize| all[*at].respondents < rule.min_respondents;
    let mut candidates: Vec<usize> = (0..all.len()).filter(small).collect();
    candidates.sort_by_key(|&at| all[at].respondents);
    candidates.into_iter().find_map(|at| Some((at, target(all, names, rule, at)?)))
}

/// Where a category goes; nowhere, if it is the last or nothing is named for it.
fn target(all: &[Merged], names: &[String], rule: &Collapse, at: usize) -> Option<usize> {
    match &rule.into {
        Into::Next if all.len() < 2 => None,
        Into::Next => Some(if at + 1 < all.len() { at + 1 } else { at - 1 }),
        Into::Named(into) => {
            let wanted = all[at].parts.iter().filter_map(|&part| into.get(&names[part]));
            let holder = |name: &String| {
                let has = |one: &Merged| one.parts.iter().any(|&part| names[part] == *name);
                all.iter().position(has).filter(|&other| other != at)
            };
            wanted.filter_map(holder).next()
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn names(all: &[&str]) -> Vec<String> {
        all.iter().map(|&name| name.to_owned()).collect()
    }

    fn left(respondents: &[u64], into: Into) -> Vec<(String, u64)> {
        let rule = Collapse { min_respondents: 5, into };
        let (merged, _) = collapse(&names(&["a", "b", "c", "d"]), respondents, &rule);
        merged.into_iter().map(|one| (one.name, one.respondents)).collect()
    }

    #[test]
    fn small_categories_go_into_their_neighbour() {
        let got = left(&[9, 1, 3, 2], Into::Next);
        // b goes into c (4), d then into that (6).
        assert_eq!(got, [("a".to_owned(), 9), ("b+c+d".to_owned(), 6)]);
        assert_eq!(left(&[1, 0, 1, 0], Into::Next), [("a+b+c+d".to_owned(), 2)]);
    }

    #[test]
    fn named_categories_go_where_they_are_told_and_others_stay() {
        let into = BTreeMap::from([("d".to_owned(), "a".to_owned())]);
        let got = left(&[9, 1, 8, 2], Into::Named(into));
        let expected = [("a+d".to_owned(), 11), ("b".to_owned(), 1), ("c".to_owned(), 8)];
        assert_eq!(got, expected);
    }

    #[test]
    fn categories_that_are_named_for_each_other_become_one() {
        let pairs = [("a".to_owned(), "b".to_owned()), ("b".to_owned(), "a".to_owned())];
        let got = left(&[1, 2, 9, 9], Into::Named(pairs.into()));
        assert_eq!(got[0], ("a+b".to_owned(), 3));
    }
}
