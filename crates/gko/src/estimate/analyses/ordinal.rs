//! Proportional odds models.

use gko_survey::regression::{Model, ProportionalOdds, Variable};

use crate::estimate::analyses::regression::{
    ModelLines, coefficient, options, present, term_numbers,
};
use crate::estimate::answer::Numbers;
use crate::estimate::error::Error;
use crate::estimate::models;
use crate::estimate::request::OrdinalOf;
use crate::estimate::support::Facet;
use crate::estimate::task::{Outcome, Task};

pub(crate) fn run(task: &Task<'_>, of: &OrdinalOf) -> Result<Outcome, Error> {
    let place = "/analysis/ordinal";
    let columns = models::columns(task.frame, &of.terms.of, &format!("{place}/terms/of"))?;
    let factor = task.frame.factor(&of.response, &format!("{place}/response"))?;
    let levels: Vec<&str> = factor.levels.iter().map(String::as_str).collect();
    let mut lines = ModelLines::new(task, &columns, &of.terms.of, Some(Facet::of_factor(&factor)));
    let mut covariance = Vec::new();
    let mut fits = Vec::new();
    for group in &task.groups.parts {
        let response = Variable::factor(&of.response, &factor.codes, &levels);
        let response = response.map_err(gko_survey::Error::from)?;
        let variables =
            columns.variables(&of.terms.references, &format!("{place}/terms/references"))?;
        let all = present([vec![response], variables].concat(), task, &group.domain)?;
        let Some((response, variables)) = all.split_first() else { continue };
        let terms = models::terms(&of.terms.of);
        let model = Model::new(response.clone(), variables.to_vec(), &terms)?;
        let fit = ProportionalOdds::new(model)?.estimate(task.survey, &group.domain)?;
        lines.begin(group, fit.values().len());
        let basis = fit.estimation().bases().first().cloned();
        for one in fit.table(task.request.options.level)? {
            let numbers = Numbers {
                sum_weights: basis.as_ref().map_or(f64::NAN, |basis| basis.sum_weights),
                kish_n: basis.as_ref().map_or(f64::NAN, |basis| basis.kish_n),
                ..coefficient(&one, fit.df_residual())
            };
            lines.estimate(&one.name, numbers);
        }
        covariance.push(fit.covariance().clone());
        fits.push((group, fit));
    }
    for (group, fit) in &fits {
        lines.begin(group, fit.values().len());
        for spec in &of.tests {
            let labels: Vec<&str> = spec.of.iter().map(String::as_str).collect();
            let test = fit.test(&labels, options(spec))?;
            lines.test(&spec.of.join(" + "), term_numbers(&test));
        }
    }
    Ok(lines.finish(task, &covariance))
}
