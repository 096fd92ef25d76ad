//! Totals and ratios, and what their lines rest on.

use gko_disclosure::{CellId, Line, Rest};
use gko_survey::{Columns, Comparison, DesignEffects, Estimation, Ratio, Statistic, Total};

use crate::estimate::answer::{Content, Numbers};
use crate::estimate::error::Error;
use crate::estimate::frame::Column;
use crate::estimate::request::{DeffSpec, Of, RatioOf};
use crate::estimate::support::{Support, carriers, facets};
use crate::estimate::task::{Outcome, Task};

pub(crate) fn total(task: &Task<'_>, of: &Of) -> Result<Outcome, Error> {
    let columns = columns(task, &of.of, "/analysis/total/of")?;
    let (got, numbers) = estimate(task, &Total::new(columns))?;
    let (facets, places) = facets(task.frame, &of.of);
    let mut support = task.support(facets);
    let mut lines = numbers.into_iter().zip(got.entries());
    for group in &task.groups.parts {
        let base = support.cell(&group.place, &[]);
        let weights = group.domain.weights(task.survey.weights());
        for (name, facet) in of.of.iter().zip(&places) {
            let column = task.frame.get(name, "")?;
            for rests in rests(&mut support, column, *facet, (&group.place, base), &weights) {
                let Some((numbers, entry)) = lines.next() else { break };
                let line = Line::new(Content::Numbers(numbers), base).rests_on(rests);
                support.line(task.key(&group.labels, &entry.term), line);
            }
        }
    }
    Ok(task.outcome(support, task.covariance(&got)))
}

/// Numbers as they are, factors as one column a level.
pub(crate) fn columns<'a>(
    task: &Task<'a>,
    names: &[String],
    place: &str,
) -> Result<Columns<'a>, Error> {
    if names.is_empty() {
        return Err(Error::invalid(place, "no column is named; name at least one"));
    }
    let mut columns = Columns::new();
    for (at, name) in names.iter().enumerate() {
        columns = match task.frame.get(name, &format!("{place}/{at}"))? {
            Column::Number(values) => columns.number(name, values),
            Column::Factor(factor) => columns.categories(name, &factor.codes, &factor.levels),
        };
    }
    Ok(columns)
}

/// Estimates in all domains, with design effects where they are wanted.
pub(crate) fn estimate(
    task: &Task<'_>,
    statistic: &dyn Statistic,
) -> Result<(Estimation, Vec<Numbers>), Error> {
    let comparison = match task.request.options.deff {
        DeffSpec::None => None,
        DeffSpec::WithoutReplacement => Some(Comparison::WithoutReplacement),
        DeffSpec::WithReplacement => Some(Comparison::WithReplacement),
    };
    let Some(comparison) = comparison else {
        let got = task.survey.estimate_by(statistic, &task.domains())?;
        let numbers = task.numbers(&got)?;
        return Ok((got, numbers));
    };
    let effects = DesignEffects::by(task.survey, statistic, &task.domains(), comparison)?;
    let mut numbers = task.numbers(effects.estimation())?;
    for (numbers, effect) in numbers.iter_mut().zip(effects.values()) {
        numbers.deff = Some(effect);
    }
    Ok((effects.estimation().clone(), numbers))
}

/// For each line of a column what it rests on besides its base.
pub(crate) fn rests(
    support: &mut Support,
    column: &Column,
    facet: Option<usize>,
    (group, base): (&[Option<u8>], CellId),
    weights: &[f64],
) -> Vec<Vec<Rest>> {
    let cells = facet.map(|facet| support.levels(group, facet)).unwrap_or_default();
    let count = |cell: &CellId| vec![Rest::Count(*cell, base)];
    match column {
        Column::Factor(_) => cells.iter().map(count).collect(),
        Column::Number(values) => match cells.get(1) {
            Some(yes) => vec![count(yes)],
            None => vec![vec![Rest::Alone(carriers(values, weights))]],
        },
    }
}

/// What a line rests on that is made of several columns together.
pub(crate) fn joint_rests(
    task: &Task<'_>,
    support: &mut Support,
    names: &[(&String, Option<usize>)],
    group: (&[Option<u8>], CellId),
    weights: &[f64],
) -> Result<Vec<Rest>, Error> {
    let mut all = Vec::new();
    for (name, facet) in names {
        let column = task.frame.get(name, "")?;
        all.extend(rests(support, column, *facet, group, weights).concat());
    }
    let mut facets: Vec<usize> = names.iter().filter_map(|(_, facet)| *facet).collect();
    facets.dedup();
    if facets.len() > 1 {
        // A covariance of two columns of 0 and 1 tells how many rows have both.
        for cell in support.crossed(group.0, &facets) {
            if support.count(cell) > 0 {
                all.push(Rest::Count(cell, group.1));
            }
        }
    }
    Ok(all)
}

/// Numerators and denominators, pair by pair.
pub(crate) fn ratio_of<'a>(
    task: &Task<'a>,
    of: &RatioOf,
    place: &str,
) -> Result<(Ratio<'a>, Vec<[String; 2]>), Error> {
    let (mut over, mut under) = (Columns::new(), Columns::new());
    let mut pairs = Vec::new();
    for (at, bottom) in of.denominators.iter().enumerate() {
        let bottoms = task.frame.number(bottom, &format!("{place}/denominators/{at}"))?;
        for (at, top) in of.numerators.iter().enumerate() {
            let tops = task.frame.number(top, &format!("{place}/numerators/{at}"))?;
            over = over.number(top, tops);
            under = under.number(bottom, bottoms);
            pairs.push([top.clone(), bottom.clone()]);
        }
    }
    Ok((Ratio::new(over, under)?, pairs))
}

pub(crate) fn ratio(task: &Task<'_>, of: &RatioOf) -> Result<Outcome, Error> {
    let (ratio, pairs) = ratio_of(task, of, "/analysis/ratio")?;
    let (got, numbers) = estimate(task, &ratio)?;
    let names: Vec<String> = pairs.iter().flatten().cloned().collect();
    let (facets, places) = facets(task.frame, &names);
    let mut support = task.support(facets);
    let mut lines = numbers.into_iter().zip(got.entries());
    for group in &task.groups.parts {
        let base = support.cell(&group.place, &[]);
        let weights = group.domain.weights(task.survey.weights());
        for (pair, places) in pairs.iter().zip(places.chunks(2)) {
            let names: Vec<(&String, Option<usize>)> =
                pair.iter().zip(places.iter().copied()).collect();
            let rests = joint_rests(task, &mut support, &names, (&group.place, base), &weights)?;
            let Some((numbers, entry)) = lines.next() else { break };
            let line = Line::new(Content::Numbers(numbers), base).rests_on(rests);
            support.line(task.key(&group.labels, &entry.term), line);
        }
    }
    Ok(task.outcome(support, task.covariance(&got)))
}
