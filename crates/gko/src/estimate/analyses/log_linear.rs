//! Log-linear models of tables.

use std::collections::BTreeMap;

use gko_survey::regression::{Correction, LogLinear, LogLinearFit, Variable};

use crate::estimate::analyses::regression::{ModelLines, coefficient};
use crate::estimate::analyses::table;
use crate::estimate::answer::TestNumbers;
use crate::estimate::error::Error;
use crate::estimate::frame::Column;
use crate::estimate::models::{self, ModelColumns};
use crate::estimate::request::LogLinearOf;
use crate::estimate::task::{Outcome, Task};

pub(crate) fn run(task: &Task<'_>, of: &LogLinearOf) -> Result<Outcome, Error> {
    let place = "/analysis/log_linear";
    let factors = table::factors(task, &of.of, &format!("{place}/of"))?;
    let owned: Vec<Column> = factors.into_iter().map(Column::Factor).collect();
    let all = of.of.iter().cloned().zip(&owned).collect();
    let columns = ModelColumns { all };
    let variables = columns.variables(&BTreeMap::new(), place)?;
    // The model is fitted to every cell of the table.
    let whole = [of.of.join("*")];
    let mut lines = ModelLines::new(task, &columns, &whole, None);
    let mut covariance = Vec::new();
    for group in &task.groups.parts {
        let fit = fit(task, &variables, &of.terms, group)?;
        lines.begin(group, fit.coefficients().len());
        let df = fit.shares().design_df();
        for one in fit.table(task.request.options.level)? {
            lines.estimate(&one.name, coefficient(&one, df));
        }
        covariance.push(fit.covariance().clone());
    }
    for group in task.groups.parts.iter().filter(|_| of.against.is_some()) {
        let one = fit(task, &variables, &of.terms, group)?;
        let other = fit(task, &variables, of.against.as_deref().unwrap_or_default(), group)?;
        lines.begin(group, one.coefficients().len());
        let test = one.compare(&other)?;
        let numbers = |statistic: f64, p: f64, method: &str| TestNumbers {
            method: method.to_owned(),
            statistic,
            #[expect(clippy::cast_precision_loss, reason = "coefficients are few")]
            df: Some(test.df as f64),
            ddf: Some(test.design_df),
            p,
            details: BTreeMap::new(),
        };
        let (deviance, pearson) =
            (test.p_of_deviance(Correction::F)?, test.p_of_pearson(Correction::F)?);
        lines.test("deviance", numbers(test.deviance, deviance, "Rao-Scott, second order"));
        lines.test("score", numbers(test.pearson, pearson, "Rao-Scott, second order"));
    }
    Ok(lines.finish(task, &covariance))
}

fn fit(
    task: &Task<'_>,
    variables: &[Variable<'_>],
    terms: &[String],
    group: &crate::estimate::domains::Group,
) -> Result<LogLinearFit, Error> {
    let model = LogLinear::new(variables, &models::terms(terms))?;
    Ok(model.estimate(task.survey, &group.domain)?)
}
