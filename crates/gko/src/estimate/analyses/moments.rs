//! Variances, covariances and correlations of the population.

use gko_disclosure::Line;
use gko_survey::{Correlations, Covariances, Statistic};

use crate::estimate::analyses::linear;
use crate::estimate::answer::Content;
use crate::estimate::error::Error;
use crate::estimate::request::Of;
use crate::estimate::support::facets;
use crate::estimate::task::{Outcome, Task};

pub(crate) fn variance(task: &Task<'_>, of: &Of) -> Result<Outcome, Error> {
    let columns = linear::columns(task, &of.of, numeric(task, of, "/analysis/variance/of")?)?;
    let covariances = Covariances::new(columns);
    let pairs = covariances.pairs();
    lines(task, of, &covariances, &pairs)
}

pub(crate) fn correlation(task: &Task<'_>, of: &Of) -> Result<Outcome, Error> {
    let columns = linear::columns(task, &of.of, numeric(task, of, "/analysis/correlation/of")?)?;
    let correlations = Correlations::new(columns);
    let pairs = correlations.pairs();
    lines(task, of, &correlations, &pairs)
}

/// Refuses columns that hold no numbers.
fn numeric(task: &Task<'_>, of: &Of, place: &'static str) -> Result<&'static str, Error> {
    for (at, name) in of.of.iter().enumerate() {
        task.frame.number(name, &format!("{place}/{at}"))?;
    }
    Ok(place)
}

fn lines(
    task: &Task<'_>,
    of: &Of,
    statistic: &dyn Statistic,
    pairs: &[(usize, usize)],
) -> Result<Outcome, Error> {
    let (got, numbers) = linear::estimate(task, statistic)?;
    let (facets, places) = facets(task.frame, &of.of);
    let mut support = task.support(facets);
    let mut lines = numbers.into_iter().zip(got.entries());
    for group in &task.groups.parts {
        let base = support.cell(&group.place, &[]);
        let weights = group.domain.weights(task.survey.weights());
        for &(a, b) in pairs {
            let names = [(&of.of[a], places[a]), (&of.of[b], places[b])];
            let rests =
                linear::joint_rests(task, &mut support, &names, (&group.place, base), &weights)?;
            let Some((numbers, entry)) = lines.next() else { break };
            let line = Line::new(Content::Numbers(numbers), base).rests_on(rests);
            support.line(task.key(&group.labels, &entry.term), line);
        }
    }
    Ok(task.outcome(support, task.covariance(&got)))
}
