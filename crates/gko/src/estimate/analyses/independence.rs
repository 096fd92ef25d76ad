//! Chi-squared tests of independence and of fit.

use gko_disclosure::{Line, Rest};
use gko_survey::hypothesis::{ChiSquared, EmptyLevels, Factor, GoodnessOfFit};

use crate::estimate::analyses::{table, tests};
use crate::estimate::answer::Content;
use crate::estimate::error::Error;
use crate::estimate::frame::named;
use crate::estimate::request::{ChiSquaredOf, GoodnessOf};
use crate::estimate::support::Facet;
use crate::estimate::task::{Outcome, Task};

pub(crate) fn chi_squared(task: &Task<'_>, of: &ChiSquaredOf) -> Result<Outcome, Error> {
    let names = [of.rows.clone(), of.columns.clone()];
    let factors = table::factors(task, &names, "/analysis/chi_squared")?;
    let factor = |at: usize| Factor::new(&names[at], &factors[at].codes, &factors[at].levels);
    let test = ChiSquared::new(factor(0), factor(1))
        .statistic(of.statistic.0)
        .empty_levels(of.empty_levels.0);
    let mut support = task.support(factors.iter().map(Facet::of_factor).collect());
    let mut warnings = Vec::new();
    for group in &task.groups.parts {
        let result = test.test(task.survey, &group.domain)?;
        warnings.extend(tests::warnings(&result));
        let base = support.cell(&group.place, &[]);
        let mut rests = Vec::new();
        let dropped = of.empty_levels.0 == EmptyLevels::Drop;
        let kept: Vec<Vec<u8>> =
            (0..2).map(|facet| support.filled(&group.place, facet, dropped)).collect();
        for facet in 0..2 {
            support.levels(&group.place, facet);
        }
        for &row in &kept[0] {
            for &column in &kept[1] {
                rests.push(Rest::Group(support.cell(&group.place, &[(0, row), (1, column)])));
            }
        }
        let line = Line::new(Content::Test(tests::numbers(&result)), base).rests_on(rests);
        support.line(task.test(&group.labels, &names.join(":")), line);
    }
    Ok(task.outcome(support, None).warned(warnings))
}

pub(crate) fn goodness(task: &Task<'_>, of: &GoodnessOf) -> Result<Outcome, Error> {
    let place = "/analysis/goodness_of_fit";
    let factors = table::factors(task, std::slice::from_ref(&of.of), place)?;
    let [factor] = factors.as_slice() else {
        return Err(Error::invalid(place, "name one factor"));
    };
    if let Some(got) = of.probabilities.keys().find(|key| !factor.levels.contains(key)) {
        factor.code_of(&of.of, got, &format!("{place}/probabilities"))?;
    }
    let given = |level: &String| {
        of.probabilities.get(level).copied().ok_or_else(|| {
            let level = named(level, &factor.public_levels());
            let message = format!("{level} of `{}` has no probability", of.of);
            Error::invalid(&format!("{place}/probabilities"), message)
        })
    };
    let probabilities: Vec<f64> = factor.levels.iter().map(given).collect::<Result<_, _>>()?;
    let variable = Factor::new(&of.of, &factor.codes, &factor.levels);
    let test = GoodnessOfFit::new(variable, &probabilities).statistic(of.statistic.0);
    let mut support = task.support(vec![Facet::of_factor(factor)]);
    let mut warnings = Vec::new();
    for group in &task.groups.parts {
        let result = test.test(task.survey, &group.domain)?;
        warnings.extend(tests::warnings(&result));
        let base = support.cell(&group.place, &[]);
        let cells = support.levels(&group.place, 0);
        let rests = cells.into_iter().map(Rest::Group);
        let line = Line::new(Content::Test(tests::numbers(&result)), base).rests_on(rests);
        support.line(task.test(&group.labels, &of.of), line);
    }
    Ok(task.outcome(support, None).warned(warnings))
}
