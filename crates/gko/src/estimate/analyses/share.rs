//! Shares with an interval made for shares.

use gko_survey::{Columns, IntervalMethod, Quantity, ShareEstimate, ShareInterval};

use crate::estimate::analyses::linear;
use crate::estimate::answer::Numbers;
use crate::estimate::error::Error;
use crate::estimate::frame::Column;
use crate::estimate::judge::{Facts, share_line, standard_intervals};
use crate::estimate::request::ShareOf;
use crate::estimate::support::facets;
use crate::estimate::task::{Outcome, Task};

pub(crate) fn run(task: &Task<'_>, of: &ShareOf) -> Result<Outcome, Error> {
    let place = "/analysis/share/of";
    let columns = linear::columns(task, &of.of, place)?;
    let (facets, places) = facets(task.frame, &of.of);
    let mut cells = Vec::new();
    for (at, (name, facet)) in of.of.iter().zip(&places).enumerate() {
        let facet = facet.ok_or_else(|| {
            let message = format!("`{name}` is no factor and holds other numbers than 0 and 1; a share needs one of both");
            Error::invalid(&format!("{place}/{at}"), message)
        })?;
        match task.frame.get(name, "")? {
            Column::Number(_) => cells.push((facet, 1)),
            Column::Factor(factor) => {
                cells.extend((0..factor.levels.len()).map(|level| (facet, level)));
            }
        }
    }
    let mut support = task.support(facets);
    for group in &task.groups.parts {
        let base = support.cell(&group.place, &[]);
        let shares = estimate(task, columns.clone(), of.interval.0, &group.domain)?;
        let intervals = standard_intervals(task.survey, &columns, &group.domain)?;
        for ((share, (facet, level)), interval) in shares.into_iter().zip(&cells).zip(intervals) {
            let level_cells = support.levels(&group.place, *facet);
            let Some(cell) = level_cells.get(*level).copied() else { continue };
            let value = share.value.unwrap_or(f64::NAN);
            let facts = Facts {
                quantity: Quantity::Share,
                value,
                se: share.se.unwrap_or(f64::NAN),
                n: share.basis.n,
                hits: share.hits,
                spread: value * (1.0 - value),
                basis: share.basis.clone(),
                interval,
            };
            let line = share_line(numbers(&share), (cell, base), &facts);
            support.line(task.key(&group.labels, &share.term), line);
        }
    }
    Ok(task.outcome(support, None))
}

fn estimate(
    task: &Task<'_>,
    columns: Columns<'_>,
    method: IntervalMethod,
    domain: &gko_survey::Domain,
) -> Result<Vec<ShareEstimate>, Error> {
    let level = task.request.options.level;
    let shares = ShareInterval { method, level, df: task.df(), ..ShareInterval::new(columns) };
    Ok(shares.estimate(task.survey, domain)?)
}

/// The numbers of a share.
pub(crate) fn numbers(share: &ShareEstimate) -> Numbers {
    Numbers {
        estimate: share.value.unwrap_or(f64::NAN),
        se: share.se.unwrap_or(f64::NAN),
        interval: share.interval.map(|interval| (interval.low, interval.high)),
        method: share.interval.map_or("", |interval| interval.method.as_str()),
        df: share.df,
        sum_weights: share.basis.sum_weights,
        kish_n: share.basis.kish_n,
        absent: share.absent.map(gko_survey::Absent::as_str),
        ..Numbers::default()
    }
}
