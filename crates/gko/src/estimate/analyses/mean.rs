//! Means of numbers and shares of levels, each judged by the reliability standard.

use gko_disclosure::{Line, Rest};
use gko_survey::{Basis, Columns, Interval, Mean, Quantity};

use crate::estimate::analyses::linear;
use crate::estimate::answer::{Content, Numbers};
use crate::estimate::domains::Group;
use crate::estimate::error::Error;
use crate::estimate::frame::Column;
use crate::estimate::judge::{Facts, share_line, standard_intervals};
use crate::estimate::request::Of;
use crate::estimate::support::{Support, carriers, facets};
use crate::estimate::task::{Outcome, Task};

pub(crate) fn run(task: &Task<'_>, of: &Of) -> Result<Outcome, Error> {
    let columns = linear::columns(task, &of.of, "/analysis/mean/of")?;
    let (got, numbers) = linear::estimate(task, &Mean::new(columns))?;
    let (facets, places) = facets(task.frame, &of.of);
    let mut support = task.support(facets);
    let mut numbers = numbers.into_iter();
    let names: Vec<String> = got.entries().iter().map(|entry| entry.term.clone()).collect();
    let mut terms = names.iter();
    for (group, basis) in task.groups.parts.iter().zip(got.bases()) {
        let mut intervals = intervals(task, of, &places, group)?.into_iter();
        for (name, facet) in of.of.iter().zip(&places) {
            let column = task.frame.get(name, "")?;
            let lines = match (column, facet) {
                (Column::Number(values), None) => numbers
                    .next()
                    .map(|one| mean_line(task, &mut support, values, (group, basis), one))
                    .into_iter()
                    .collect(),
                (Column::Number(_), Some(facet)) => {
                    let own: Vec<Numbers> = numbers.by_ref().take(1).collect();
                    share_lines(&mut support, (group, basis), (*facet, 1), own, &mut intervals)
                }
                (Column::Factor(factor), facet) => {
                    let own = numbers.by_ref().take(factor.levels.len()).collect();
                    let facet = (facet.unwrap_or_default(), 0);
                    share_lines(&mut support, (group, basis), facet, own, &mut intervals)
                }
            };
            for (line, term) in lines.into_iter().zip(terms.by_ref()) {
                support.line(task.key(&group.labels, term), line);
            }
        }
    }
    Ok(task.outcome(support, task.covariance(&got)))
}

/// The intervals that the standard judges, for the columns that are shares.
fn intervals(
    task: &Task<'_>,
    of: &Of,
    places: &[Option<usize>],
    group: &Group,
) -> Result<Vec<Option<Interval>>, Error> {
    let shares: Vec<String> = of
        .of
        .iter()
        .zip(places)
        .filter(|(_, facet)| facet.is_some())
        .map(|(n, _)| n.clone())
        .collect();
    if shares.is_empty() {
        return Ok(Vec::new());
    }
    let columns: Columns<'_> = linear::columns(task, &shares, "/analysis/mean/of")?;
    standard_intervals(task.survey, &columns, &group.domain)
}

fn mean_line(
    task: &Task<'_>,
    support: &mut Support,
    values: &[f64],
    (group, basis): (&Group, &Basis),
    numbers: Numbers,
) -> Line<Content> {
    let base = support.cell(&group.place, &[]);
    let weights = group.domain.weights(task.survey.weights());
    let mean = numbers.estimate;
    let used = values.iter().zip(&weights).filter(|(_, weight)| **weight > 0.0);
    let squares: f64 = used.map(|(x, w)| w * (x - mean) * (x - mean)).sum();
    let facts = Facts {
        quantity: Quantity::Mean,
        value: mean,
        se: numbers.se,
        n: support.count(base),
        hits: 0,
        spread: squares / basis.sum_weights,
        basis: basis.clone(),
        interval: None,
    };
    Line::new(Content::Numbers(numbers), base)
        .rests_on([Rest::Alone(carriers(values, &weights))])
        .judged_as(facts.estimate())
}

/// A line for each level from the first that is estimated.
fn share_lines(
    support: &mut Support,
    (group, basis): (&Group, &Basis),
    (facet, first): (usize, usize),
    numbers: Vec<Numbers>,
    intervals: &mut impl Iterator<Item = Option<Interval>>,
) -> Vec<Line<Content>> {
    let base = support.cell(&group.place, &[]);
    let cells = support.levels(&group.place, facet);
    let mut lines = Vec::new();
    for (cell, numbers) in cells.into_iter().skip(first).zip(numbers) {
        let p = numbers.estimate;
        let facts = Facts {
            quantity: Quantity::Share,
            value: p,
            se: numbers.se,
            n: support.count(base),
            hits: support.count(cell),
            spread: p * (1.0 - p),
            basis: basis.clone(),
            interval: intervals.next().flatten(),
        };
        lines.push(share_line(numbers, (cell, base), &facts));
    }
    lines
}
