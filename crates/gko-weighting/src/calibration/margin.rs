//! One margin of one group: the category of each row, and what is known of each.

use serde::Serialize;

use super::collapse::{Merged, collapse};
use super::spec::{MarginSpec, MissingCategory};
use crate::finding::{Finding, FindingKind};
use crate::population::{Targets, in_words};
use crate::sample::{Categories, MISSING, place};

/// The name of the category of those without a value.
const WITHOUT: &str = "(missing)";

/// A margin as it is calibrated to in one group.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct GroupMargin {
    /// The margin's name.
    pub name: String,
    /// Categories, after collapsing.
    pub categories: Vec<String>,
    /// Respondents of each category.
    pub respondents: Vec<u64>,
    /// The known count of each category.
    pub targets: Vec<f64>,
    /// Standard errors of the counts, where they are used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub se: Option<Vec<f64>>,
    /// What a miss costs, where the margin is soft.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<f64>,
    /// The figures, at the total that all margins were brought to.
    pub figures: Targets,
    /// The category of each row of the group.
    #[serde(skip)]
    pub(crate) codes: Vec<u32>,
}

/// A group's rows as a margin sees them.
pub(super) struct Rows<'a> {
    pub(super) group: &'a str,
    pub(super) rows: &'a [u32],
    /// Weights of the group's rows.
    pub(super) weights: &'a [f64],
}

impl GroupMargin {
    /// Joins the figures to the rows; what cannot hold becomes a finding.
    pub(super) fn new(
        spec: &MarginSpec,
        figures: Targets,
        categories: &Categories,
        rows: &Rows<'_>,
        findings: &mut Vec<Finding>,
    ) -> Self {
        let name = spec.name();
        let mut find = |kind, message| {
            findings.push(Finding::new(kind, rows.group, &name, message));
        };
        let positions = positions(&figures, categories, rows, &mut find);
        let joined = Joined { positions, figures: &figures, rows };
        let merged = joined.merged(spec, &mut find);
        joined.check(spec, &merged, &mut find);
        let mut margin = joined.margin(spec, merged, figures.clone());
        joined.without_value(spec, categories, &mut margin, &mut find);
        margin
    }

    /// The weighted count of each category, by weights of the group's rows.
    pub(crate) fn weighted(&self, weights: &[f64]) -> Vec<f64> {
        let mut counts = vec![0.0; self.categories.len()];
        for (&code, &weight) in self.codes.iter().zip(weights).filter(|(_, w)| **w != 0.0) {
            counts[code as usize] += weight;
        }
        counts
    }

    /// How many categories have figures: respondents without a value come last.
    pub(crate) fn known(&self) -> usize {
        let without = |name: &String| name == WITHOUT && !self.figures.categories.contains(name);
        self.categories.len() - usize::from(self.categories.last().is_some_and(without))
    }

    /// Scales the counts, and their errors with them.
    pub(super) fn scale(&mut self, factor: f64) {
        self.targets.iter_mut().for_each(|target| *target *= factor);
        self.se.iter_mut().flatten().for_each(|se| *se *= factor);
    }

    /// What the counts add up to.
    pub(super) fn total(&self) -> f64 {
        self.targets.iter().sum()
    }
}

/// The target that each row of the group belongs to, [`MISSING`] for none.
fn positions(
    figures: &Targets,
    categories: &Categories,
    rows: &Rows<'_>,
    find: &mut impl FnMut(FindingKind, String),
) -> Vec<u32> {
    let target = |level: &String| {
        figures.categories.iter().position(|category| category == level).map_or(MISSING, place)
    };
    let by_level: Vec<u32> = categories.levels.iter().map(target).collect();
    let mut without = vec![0_u64; categories.levels.len()];
    let mut position = |(&row, &weight): (&u32, &f64)| {
        let code = categories.codes.get(row as usize).copied().unwrap_or(MISSING);
        let target = by_level.get(code as usize).copied().unwrap_or(MISSING);
        if weight > 0.0 && code != MISSING && target == MISSING {
            without[code as usize] += 1;
        }
        target
    };
    let all = rows.rows.iter().zip(rows.weights).map(&mut position).collect();
    for (level, respondents) in categories.levels.iter().zip(without).filter(|(_, n)| *n > 0) {
        find(
            FindingKind::CategoryWithoutTarget,
            format!(
                "{respondents} respondents are in `{level}`, for which there is no figure; recode them, or add the figure"
            ),
        );
    }
    all
}

/// Figures and rows side by side.
struct Joined<'a> {
    positions: Vec<u32>,
    figures: &'a Targets,
    rows: &'a Rows<'a>,
}

impl Joined<'_> {
    fn respondents(&self) -> impl Iterator<Item = (u32, f64)> {
        let all = self.positions.iter().copied().zip(self.rows.weights.iter().copied());
        all.filter(|(_, weight)| *weight > 0.0)
    }

    fn counts(&self) -> Vec<u64> {
        let mut counts = vec![0; self.figures.categories.len()];
        for (position, _) in self.respondents().filter(|(position, _)| *position != MISSING) {
            counts[position as usize] += 1;
        }
        counts
    }

    /// The categories after collapsing; those of nobody, of whom there are none in
    /// the population either, are left out.
    fn merged(&self, spec: &MarginSpec, find: &mut impl FnMut(FindingKind, String)) -> Vec<Merged> {
        let counts = self.counts();
        if counts.iter().all(|&count| count == 0) {
            let group = in_words(self.rows.group);
            find(FindingKind::EmptyMargin, format!("no respondent of {group} is in any category"));
        }
        let none = (0..counts.len()).filter(|&at| counts[at] > 0 || self.figures.values[at] > 0.0);
        let kept: Vec<usize> = none.collect();
        let names: Vec<String> =
            kept.iter().map(|&at| self.figures.categories[at].clone()).collect();
        let counts: Vec<u64> = kept.iter().map(|&at| counts[at]).collect();
        let Some(rule) = &spec.collapse else {
            let plain = |((name, &respondents), &at): ((&String, &u64), &usize)| Merged {
                name: name.clone(),
                parts: vec![at],
                respondents,
            };
            return names.iter().zip(&counts).zip(&kept).map(plain).collect();
        };
        let (mut merged, lines) = collapse(&names, &counts, rule);
        merged.iter_mut().flat_map(|one| &mut one.parts).for_each(|part| *part = kept[*part]);
        lines.into_iter().for_each(|line| find(FindingKind::Collapsed, line));
        merged
    }

    fn check(
        &self,
        spec: &MarginSpec,
        merged: &[Merged],
        find: &mut impl FnMut(FindingKind, String),
    ) {
        let wanted = spec.collapse.as_ref().map_or(0, |rule| rule.min_respondents);
        for one in merged {
            let (name, target) = (&one.name, self.target(one));
            if one.respondents == 0 && target > 0.0 {
                find(
                    FindingKind::TargetWithoutRespondents,
                    format!(
                        "`{name}` has the figure {target} and no respondent; collapse it into another category"
                    ),
                );
            } else if one.respondents > 0 && target == 0.0 {
                let respondents = one.respondents;
                find(
                    FindingKind::CategoryWithoutTarget,
                    format!(
                        "`{name}` has {respondents} respondents and the figure 0; recode them, or correct the figure"
                    ),
                );
            } else if one.respondents < wanted {
                let respondents = one.respondents;
                find(
                    FindingKind::FewRespondents,
                    format!(
                        "`{name}` has {respondents} respondents, fewer than the {wanted} that the plan wants, and no category to go into; name one"
                    ),
                );
            }
        }
    }

    fn target(&self, one: &Merged) -> f64 {
        one.parts.iter().map(|&part| self.figures.values[part]).sum()
    }

    fn margin(&self, spec: &MarginSpec, merged: Vec<Merged>, figures: Targets) -> GroupMargin {
        let mut of_target = vec![MISSING; figures.categories.len()];
        for (at, one) in merged.iter().enumerate() {
            one.parts.iter().for_each(|&part| of_target[part] = place(at));
        }
        let code = |position: &u32| of_target.get(*position as usize).copied().unwrap_or(MISSING);
        let variance = |one: &Merged| -> Option<f64> {
            let se = figures.se.as_ref()?;
            Some(one.parts.iter().map(|&part| se[part] * se[part]).sum())
        };
        let se = merged.iter().map(|one| variance(one).map(f64::sqrt)).collect();
        GroupMargin {
            name: spec.name(),
            categories: merged.iter().map(|one| one.name.clone()).collect(),
            respondents: merged.iter().map(|one| one.respondents).collect(),
            targets: merged.iter().map(|one| self.target(one)).collect(),
            se: if spec.estimated { se } else { None },
            cost: spec.cost,
            codes: self.positions.iter().map(code).collect(),
            figures,
        }
    }

    /// Respondents without a value are refused, or keep their share of the weights.
    fn without_value(
        &self,
        spec: &MarginSpec,
        categories: &Categories,
        margin: &mut GroupMargin,
        find: &mut impl FnMut(FindingKind, String),
    ) {
        let rows = self.rows.rows.iter().zip(self.rows.weights);
        let missing = rows.filter(|(row, weight)| {
            **weight > 0.0 && categories.codes.get(**row as usize) == Some(&MISSING)
        });
        let (n, weight) = missing.fold((0, 0.0), |(n, sum), (_, weight)| (n + 1, sum + weight));
        if n == 0 {
            return;
        }
        if spec.missing == MissingCategory::Refuse {
            let message = format!(
                "{n} respondents have no value; complete it, or let them keep their share (missing = \"keep_share\")"
            );
            return find(FindingKind::MissingValues, message);
        }
        let share = weight / self.rows.weights.iter().sum::<f64>();
        let total = margin.total();
        margin.scale(1.0 - share);
        margin.categories.push(WITHOUT.to_owned());
        margin.respondents.push(n);
        margin.targets.push(share * total);
        margin.se.iter_mut().for_each(|se| se.push(0.0));
        let last = place(margin.categories.len() - 1);
        let missing = margin.codes.iter_mut().filter(|code| **code == MISSING);
        missing.for_each(|code| *code = last);
        let message = format!("{n} respondents have no value and keep their share of {share:.4}");
        find(FindingKind::Note, message);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::population::{Population, Universe};

    /// Of five respondents one has no value and two have one without a figure.
    #[test]
    fn only_blanks_have_no_value() {
        let text = "margin,category,count,unit,age_min,age_max,universe,year,source\n\
            sex,boy,30,children,9,17,all,2025,census\n";
        let survey = Universe { unit: "children".into(), ages: [9, 17], who: "all".into() };
        let population = Population::parse_csv(text, "p.csv").unwrap();
        let figures = population.targets("sex", "", &survey, None).unwrap();
        let levels = vec!["boy".to_owned(), "girl".to_owned()];
        let categories = Categories { codes: vec![0, 1, MISSING, 1, 0], levels };
        let rows = Rows { group: "", rows: &[0, 1, 2, 3, 4], weights: &[1.0; 5] };
        let mut findings = Vec::new();
        GroupMargin::new(&MarginSpec::of(&["sex"]), figures, &categories, &rows, &mut findings);
        let said: Vec<String> = findings.iter().map(ToString::to_string).collect();
        assert_eq!(said.len(), 2, "{said:?}");
        assert!(said[0].contains("2 respondents are in `girl`, for which there is no figure"));
        assert!(said[1].contains("sex: 1 respondents have no value"), "{said:?}");
    }
}
