//! Coefficients of models of imputed columns, combined by Rubin's rules.
//!
//! # Rule
//! The model is fitted once an imputation. Degrees of freedom of complete data are
//! those that the fit has left, unless the request gives others.

use gko_survey::{Df, Estimation, Imputed, combine_imputations};

use crate::estimate::analyses::imputed::{nothing, numbers};
use crate::estimate::analyses::regression::{ModelLines, model, response};
use crate::estimate::domains::Group;
use crate::estimate::error::Error;
use crate::estimate::frame::Frame;
use crate::estimate::models;
use crate::estimate::request::{DfSpec, RegressionOf};
use crate::estimate::support::Facet;
use crate::estimate::task::{Outcome, Task};

const PLACE: &str = "/analysis/imputed/of/regression";

pub(crate) fn run(task: &Task<'_>, of: &RegressionOf, frames: &[Frame]) -> Result<Outcome, Error> {
    alone(of)?;
    let tasks: Vec<Task<'_>> = frames.iter().map(|frame| task.with_frame(frame)).collect();
    let first = tasks.first().ok_or_else(nothing)?;
    let responses: Vec<Vec<f64>> =
        tasks.iter().map(|task| response(task, &of.response)).collect::<Result<_, _>>()?;
    let columns = models::columns(first.frame, &of.terms.of, &format!("{PLACE}/terms/of"))?;
    let binary = responses.first().and_then(|values| Facet::of_numbers(values));
    let mut lines = ModelLines::new(first, &columns, &of.terms.of, binary);
    let mut covariance = Vec::new();
    for group in &task.groups.parts {
        let (all, basis) = combined(&tasks, of, &responses, group)?;
        lines.begin(group, all.values().len());
        for (numbers, entry) in numbers(task, &all, &basis)?.into_iter().zip(all.entries()) {
            lines.estimate(&entry.term, numbers);
        }
        covariance.push(all.covariance());
    }
    Ok(lines.finish(task, &covariance))
}

/// The coefficients of a domain, and those of the first imputation.
fn combined(
    tasks: &[Task<'_>],
    of: &RegressionOf,
    responses: &[Vec<f64>],
    group: &Group,
) -> Result<(Imputed, Estimation), Error> {
    let mut each = Vec::new();
    let mut df = Df::Design;
    for (task, response) in tasks.iter().zip(responses) {
        let columns = models::columns(task.frame, &of.terms.of, &format!("{PLACE}/terms/of"))?;
        let fit =
            model(task, of, &columns, response, group)?.estimate(task.survey, &group.domain)?;
        df = match task.request.options.df {
            DfSpec::Design => Df::Given(fit.df_residual()),
            _ => task.df(),
        };
        each.push(fit.estimation().clone());
    }
    let all = combine_imputations(&each, df)?;
    let first = each.into_iter().next().ok_or_else(nothing)?;
    Ok((all, first))
}

/// Refuses what is not combined.
fn alone(of: &RegressionOf) -> Result<(), Error> {
    let margins = &of.margins;
    let margins = [&margins.means, &margins.effects, &margins.predictive_means];
    let more = margins.iter().any(|all| !all.is_empty());
    match more || !of.tests.is_empty() || !of.predict.is_empty() {
        false => Ok(()),
        true => {
            let message = "imputations combine coefficients alone; leave `tests`, `margins` and `predict` out";
            Err(Error::invalid(PLACE, message))
        }
    }
}
