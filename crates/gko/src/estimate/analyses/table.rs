//! Tables of counts and shares.

use gko_disclosure::{Line, Rest};
use gko_survey::{Table, Way};

use crate::estimate::analyses::linear;
use crate::estimate::answer::Content;
use crate::estimate::domains::limited;
use crate::estimate::error::Error;
use crate::estimate::frame::Factor;
use crate::estimate::request::TableOf;
use crate::estimate::support::Facet;
use crate::estimate::task::{Outcome, Task};

pub(crate) fn run(task: &Task<'_>, of: &TableOf) -> Result<Outcome, Error> {
    let factors = factors(task, &of.of, "/analysis/table/of")?;
    let ways: Vec<Way<'_>> = of
        .of
        .iter()
        .zip(&factors)
        .map(|(name, factor)| Way::new(name, &factor.codes, &factor.levels))
        .collect();
    let mut table = Table::new(&ways)?;
    let mut within = Vec::new();
    for name in of.shares_within.iter().flatten() {
        let at = of.of.iter().position(|other| other == name);
        within.push(at.ok_or_else(|| {
            let message =
                format!("`{name}` is no factor of the table; it has {}", of.of.join(", "));
            Error::invalid("/analysis/table/shares_within", message)
        })?);
    }
    match (&of.shares_within, of.total) {
        (Some(_), Some(_)) => {
            let message = "give either `shares_within` or `total`";
            return Err(Error::invalid("/analysis/table", message));
        }
        (Some(_), None) => table = table.shares(&within)?,
        (None, Some(total)) => table = table.scaled_to(total),
        (None, None) => {}
    }
    let (got, numbers) = linear::estimate(task, &table)?;
    let mut support = task.support(factors.iter().map(Facet::of_factor).collect());
    let mut lines = numbers.into_iter().zip(got.entries());
    let shape: Vec<usize> = factors.iter().map(|factor| factor.levels.len()).collect();
    for group in &task.groups.parts {
        let base = support.cell(&group.place, &[]);
        margins(&mut support, &group.place, shape.len());
        for at in 0..table.len() {
            let levels = levels(at, &shape);
            let cell = support.cell(&group.place, &levels);
            let own: Vec<(usize, u8)> =
                levels.iter().copied().filter(|(way, _)| within.contains(way)).collect();
            let of = support.cell(&group.place, &own);
            let Some((numbers, entry)) = lines.next() else { break };
            let rests = [Rest::Count(cell, base), Rest::Count(cell, of)];
            let line = Line::new(Content::Numbers(numbers), base).rests_on(rests);
            support.line(task.key(&group.labels, &entry.term), line);
        }
    }
    Ok(task.outcome(support, task.covariance(&got)))
}

/// The one-way margins: a reader has them from other tables.
fn margins(support: &mut crate::estimate::support::Support, group: &[Option<u8>], ways: usize) {
    for way in (0..ways).filter(|_| ways > 1) {
        support.levels(group, way);
    }
}

/// Columns as factors with few enough levels.
pub(crate) fn factors(
    task: &Task<'_>,
    names: &[String],
    place: &str,
) -> Result<Vec<Factor>, Error> {
    let one = |(at, name): (usize, &String)| {
        let place = format!("{place}/{at}");
        limited(name, task.frame.factor(name, &place)?, &place)
    };
    names.iter().enumerate().map(one).collect()
}

/// The level of each way in a cell; the first way runs fastest.
fn levels(mut cell: usize, shape: &[usize]) -> Vec<(usize, u8)> {
    let level = |(way, &size): (usize, &usize)| {
        let level = cell % size;
        cell /= size;
        (way, u8::try_from(level).unwrap_or(u8::MAX))
    };
    shape.iter().enumerate().map(level).collect()
}
