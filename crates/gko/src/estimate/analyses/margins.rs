//! Margins, predictive means and predictions of a model.

use std::collections::BTreeMap;

use gko_survey::Domain;
use gko_survey::regression::{Glm, GlmFit, Margin, Margins, Model, Prediction, Scale, Variable};

use crate::estimate::analyses::regression::{ModelLines, PLACE, present};
use crate::estimate::answer::Numbers;
use crate::estimate::error::Error;
use crate::estimate::frame::{Column, Factor, text_of};
use crate::estimate::models::{self, ModelColumns};
use crate::estimate::request::{RegressionOf, Scalar};
use crate::estimate::task::Task;

/// Adds what the request wants of a fitted model.
pub(crate) fn add(
    task: &Task<'_>,
    of: &RegressionOf,
    glm: &Glm<'_>,
    fit: &GlmFit<'_>,
    columns: &ModelColumns<'_>,
    lines: &mut ModelLines<'_>,
    domain: &Domain,
) -> Result<(), Error> {
    let means = of.margins.means.iter().map(|name| Margin::Means(name));
    let effects = of.margins.effects.iter().map(|name| Margin::Effect(name));
    let wanted: Vec<Margin<'_>> = means.chain(effects).collect();
    if !wanted.is_empty() {
        let margins = Margins::new(glm.clone(), &wanted)?;
        let got = task.survey.estimate(&margins, domain)?;
        for (numbers, entry) in task.numbers(&got)?.into_iter().zip(got.entries()) {
            lines.estimate(&format!("margin:{}", entry.term), numbers);
        }
    }
    for name in &of.margins.predictive_means {
        let (levels, got) = predictive_means(task, of, glm, name, domain)?;
        add_prediction(
            &got,
            levels.iter().map(|level| format!("predictive_mean:{name}={level}")),
            lines,
        );
    }
    if !of.predict.is_empty() {
        let got = predict(of, fit, columns)?;
        let names = (1..=of.predict.len()).map(|at| format!("predict:{at}"));
        add_prediction(&got, names, lines);
    }
    Ok(())
}

fn add_prediction(
    got: &Prediction,
    names: impl Iterator<Item = String>,
    lines: &mut ModelLines<'_>,
) {
    for ((value, se), name) in got.values().iter().zip(got.se()).zip(names) {
        let numbers = Numbers {
            estimate: *value,
            se,
            df: f64::NAN,
            sum_weights: f64::NAN,
            kish_n: f64::NAN,
            ..Numbers::default()
        };
        lines.estimate(&name, numbers);
    }
}

/// Predictive means of a factor, which is added to the model where it is no term.
fn predictive_means(
    task: &Task<'_>,
    of: &RegressionOf,
    glm: &Glm<'_>,
    name: &str,
    domain: &Domain,
) -> Result<(Vec<String>, Prediction), Error> {
    let place = format!("{PLACE}/margins/predictive_means");
    let levels = task.frame.factor(name, &place)?.levels;
    let over = glm.model().observed(domain)?;
    let mut variables = glm.model().variables().to_vec();
    let mut terms = glm.model().layout().terms().clone();
    if !models::names(&of.terms.of).iter().any(|other| other == name) {
        let column = task.frame.get(name, &place)?;
        let own = models::variable(name, column, &BTreeMap::new(), &place)?;
        variables.extend(present(vec![own], task, domain)?);
        terms = terms.main(name);
    }
    let model = Model::new(glm.model().response().clone(), variables, &terms)?;
    let fit = Glm::new(model, glm.family(), glm.link())?.estimate(task.survey, domain)?;
    Ok((levels, fit.predictive_means(task.survey, &over, name)?))
}

/// Predictions of new rows.
fn predict(
    of: &RegressionOf,
    fit: &GlmFit<'_>,
    columns: &ModelColumns<'_>,
) -> Result<Prediction, Error> {
    let rows: Vec<Column> = columns
        .all
        .iter()
        .map(|(name, column)| new_column(&of.predict, name, column))
        .collect::<Result<_, _>>()?;
    let place = format!("{PLACE}/predict");
    let pairs = columns.all.iter().zip(&rows);
    let variables: Vec<Variable<'_>> = pairs
        .map(|((name, _), column)| models::variable(name, column, &of.terms.references, &place))
        .collect::<Result<_, _>>()?;
    let scale = if of.predict_link { Scale::Link } else { Scale::Response };
    Ok(fit.predict(&variables, None, scale)?)
}

/// The values of a variable in new rows.
fn new_column(
    rows: &[BTreeMap<String, Scalar>],
    name: &str,
    column: &Column,
) -> Result<Column, Error> {
    let mut numbers = Vec::new();
    let mut codes = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        let place = format!("{PLACE}/predict/{at}");
        let value = row.get(name).ok_or_else(|| {
            Error::invalid(&place, format!("the row lacks `{name}`, a variable of the model"))
        })?;
        match (column, value) {
            (Column::Number(_), Scalar::Number(number)) => numbers.push(*number),
            (Column::Number(_), Scalar::Text(text)) => {
                let message = format!("`{name}` is a number and `{text}` is none");
                return Err(Error::invalid(&place, message));
            }
            (Column::Factor(factor), value) => {
                codes.push(factor.code_of(name, &text_of(value), &place)?);
            }
        }
    }
    Ok(match column {
        Column::Number(_) => Column::Number(numbers),
        Column::Factor(factor) => Column::Factor(Factor { codes, levels: factor.levels.clone() }),
    })
}
