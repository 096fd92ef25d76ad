//! Tests of means and ranks.

use gko_disclosure::{CellId, Line, Rest};
use gko_survey::hypothesis::{Factor, RankTest, TTest, TestResult};

use crate::estimate::analyses::{table, tests};
use crate::estimate::answer::Content;
use crate::estimate::domains::Group;
use crate::estimate::error::Error;
use crate::estimate::request::{RankTestOf, TTestOf};
use crate::estimate::support::{Facet, Support, carriers};
use crate::estimate::task::{Outcome, Task};

pub(crate) fn t_test(task: &Task<'_>, of: &TTestOf) -> Result<Outcome, Error> {
    let values = task.frame.number(&of.of, "/analysis/t_test/of")?;
    let groups: Vec<String> = of.groups.iter().cloned().collect();
    let factors = table::factors(task, &groups, "/analysis/t_test/groups")?;
    let mut test = match factors.first() {
        None => TTest::one_sample(&of.of, values),
        Some(factor) => {
            let name = groups.first().map_or("", String::as_str);
            let groups = Factor::new(name, &factor.codes, &factor.levels);
            TTest::two_groups(&of.of, values, groups)
        }
    };
    test = test.null(of.null).level(task.request.options.level);
    let mut lines =
        Lines::new(task, &of.of, values, factors.iter().map(Facet::of_factor).collect());
    for group in &task.groups.parts {
        let mut test = test.clone();
        let df = match task.df() {
            gko_survey::Df::Design => None,
            gko_survey::Df::Domain => Some(task.survey.df(&group.domain)),
            gko_survey::Df::Infinite => Some(f64::INFINITY),
            gko_survey::Df::Given(df) => Some(df),
        };
        if let Some(df) = df {
            test = test.degrees_of_freedom(df);
        }
        lines.add(group, &test.test(task.survey, &group.domain)?);
    }
    Ok(lines.finish())
}

pub(crate) fn rank_test(task: &Task<'_>, of: &RankTestOf) -> Result<Outcome, Error> {
    let values = task.frame.number(&of.of, "/analysis/rank_test/of")?;
    let names = std::slice::from_ref(&of.groups);
    let factors = table::factors(task, names, "/analysis/rank_test/groups")?;
    let mut lines =
        Lines::new(task, &of.of, values, factors.iter().map(Facet::of_factor).collect());
    for factor in &factors {
        let groups = Factor::new(&of.groups, &factor.codes, &factor.levels);
        let test = RankTest::new(&of.of, values, groups)
            .score(of.score.0)
            .ties(of.ties.0)
            .empty_levels(of.empty_levels.0);
        for group in &task.groups.parts {
            lines.add(group, &test.test(task.survey, &group.domain)?);
        }
    }
    Ok(lines.finish())
}

/// The lines of tests that compare a column between groups.
struct Lines<'t, 'a> {
    task: &'t Task<'a>,
    name: &'t str,
    values: &'t [f64],
    support: Support,
    warnings: Vec<crate::estimate::document::Warning>,
    grouped: bool,
}

impl<'t, 'a> Lines<'t, 'a> {
    fn new(task: &'t Task<'a>, name: &'t str, values: &'t [f64], facets: Vec<Facet>) -> Self {
        let grouped = !facets.is_empty();
        let support = task.support(facets);
        Self { task, name, values, support, warnings: Vec::new(), grouped }
    }

    /// A test of a column of 0 and 1 tells the counts of its groups, so these are bases.
    fn add(&mut self, group: &Group, result: &TestResult) {
        self.warnings.extend(tests::warnings(result));
        let base = self.support.cell(&group.place, &[]);
        let mut cells: Vec<CellId> = Vec::new();
        if self.grouped {
            self.support.levels(&group.place, 0);
            for level in self.support.filled(&group.place, 0, true) {
                cells.push(self.support.cell(&group.place, &[(0, level)]));
            }
        }
        let weights = group.domain.weights(self.task.survey.weights());
        let rests =
            cells.into_iter().map(Rest::Base).chain([Rest::Alone(carriers(self.values, &weights))]);
        let line = Line::new(Content::Test(tests::numbers(result)), base).rests_on(rests);
        self.support.line(self.task.test(&group.labels, self.name), line);
    }

    fn finish(self) -> Outcome {
        self.task.outcome(self.support, None).warned(self.warnings)
    }
}
