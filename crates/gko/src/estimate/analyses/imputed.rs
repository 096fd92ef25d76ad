//! Estimates of imputed columns, combined by Rubin's rules.

use gko_disclosure::Line;
use gko_survey::{Estimation, Imputed, Matrix, combine_imputations};

use crate::estimate::analyses::{contrast, imputed_model, linear};
use crate::estimate::answer::{Content, Numbers};
use crate::estimate::error::Error;
use crate::estimate::frame::Frame;
use crate::estimate::request::{Contrasted, ImputedOf, Repeated};
use crate::estimate::support::facets;
use crate::estimate::task::{Outcome, Task};

const PLACE: &str = "/analysis/imputed";

pub(crate) fn run(task: &Task<'_>, of: &ImputedOf) -> Result<Outcome, Error> {
    let frames = frames(task, of)?;
    let inner = match &of.of {
        Repeated::Mean(inner) => Contrasted::Mean(inner.clone()),
        Repeated::Total(inner) => Contrasted::Total(inner.clone()),
        Repeated::Ratio(inner) => Contrasted::Ratio(inner.clone()),
        Repeated::Regression(inner) => return imputed_model::run(task, inner, &frames),
    };
    figures(task, &inner, &frames)
}

/// Figures of columns.
fn figures(task: &Task<'_>, of: &Contrasted, frames: &[Frame]) -> Result<Outcome, Error> {
    let mut each: Vec<Estimation> = Vec::new();
    let mut columns = Vec::new();
    for frame in frames {
        let (got, names) = contrast::estimate(&task.with_frame(frame), of, &format!("{PLACE}/of"))?;
        each.push(got);
        columns = names;
    }
    let combined = combine_imputations(&each, task.df())?;
    let (Some(first), Some(frame)) = (each.first(), frames.first()) else {
        return Err(nothing());
    };
    let inner = task.with_frame(frame);
    let (facets, places) = facets(frame, &columns);
    let mut support = task.support(facets);
    for (numbers, entry) in numbers(task, &combined, first)?.into_iter().zip(combined.entries()) {
        let group = &task.groups.parts[entry.domain];
        let base = support.cell(&group.place, &[]);
        let weights = group.domain.weights(task.survey.weights());
        let named: Vec<(&String, Option<usize>)> =
            columns.iter().zip(places.iter().copied()).collect();
        let rests =
            linear::joint_rests(&inner, &mut support, &named, (&group.place, base), &weights)?;
        let line = Line::new(Content::Numbers(numbers), base).rests_on(rests);
        support.line(task.key(&group.labels, &entry.term), line);
    }
    let rows =
        |matrix: Matrix| matrix.row_iter().map(|row| row.iter().copied().collect()).collect();
    let wanted = task.request.options.covariance;
    Ok(task.outcome(support, wanted.then(|| rows(combined.covariance()))))
}

/// No column is imputed.
pub(crate) fn nothing() -> Error {
    Error::invalid(&format!("{PLACE}/columns"), "name imputed columns")
}

/// One frame an imputation: the new names stand for its columns.
fn frames(task: &Task<'_>, of: &ImputedOf) -> Result<Vec<Frame>, Error> {
    let count = of.columns.values().map(Vec::len).max().unwrap_or(0);
    if let Some((name, columns)) = of.columns.iter().find(|(_, columns)| columns.len() != count) {
        let message = format!("`{name}` has {} imputations and another has {count}", columns.len());
        return Err(Error::invalid(&format!("{PLACE}/columns/{name}"), message));
    }
    let frame = |at: usize| {
        of.columns.iter().try_fold(task.frame.clone(), |frame, (name, columns)| {
            let place = format!("{PLACE}/columns/{name}/{at}");
            frame.with_copy(name, &columns[at], &place)
        })
    };
    (0..count).map(frame).collect()
}

/// The numbers of combined values.
pub(crate) fn numbers(
    task: &Task<'_>,
    all: &Imputed,
    first: &Estimation,
) -> Result<Vec<Numbers>, Error> {
    let intervals = all.intervals(task.request.options.level)?;
    let (se, df, missing) = (all.se(), all.df(), all.missing_information());
    let one = |(at, interval): (usize, Option<(f64, f64)>)| {
        let basis = &first.bases()[all.entries()[at].domain];
        Numbers {
            estimate: all.values()[at],
            se: se[at],
            interval,
            method: "t",
            df: df[at],
            sum_weights: basis.sum_weights,
            kish_n: basis.kish_n,
            missing_information: Some(missing[at]),
            absent: basis.absent.map(gko_survey::Absent::as_str),
            ..Numbers::default()
        }
    };
    Ok(intervals.into_iter().enumerate().map(one).collect())
}
