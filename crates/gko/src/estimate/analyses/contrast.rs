//! Sums, differences and ratios of estimates in domains.

use gko_disclosure::{Line, Rest};
use gko_survey::{Estimation, Gradient, Matrix, Mean, Total};

use crate::estimate::analyses::linear;
use crate::estimate::answer::Content;
use crate::estimate::error::Error;
use crate::estimate::request::{ContrastFrom, ContrastOf, ContrastSpec, Contrasted};
use crate::estimate::support::{Support, facets};
use crate::estimate::task::{Outcome, Task};

pub(crate) fn run(task: &Task<'_>, of: &ContrastOf) -> Result<Outcome, Error> {
    let (got, columns) = estimate(task, &of.of, "/analysis/contrast/of")?;
    let names = names(task, &got);
    let (facets, places) = facets(task.frame, &columns);
    let mut support = task.support(facets);
    for (at, spec) in of.contrasts.iter().enumerate() {
        let place = format!("/analysis/contrast/contrasts/{at}/from");
        let coefficients = coefficients(spec, &names, &place)?;
        let result = contrast(&got, spec, &names)?;
        let used: Vec<usize> = (0..names.len()).filter(|&at| coefficients[at] != 0.0).collect();
        let rests = rests(task, &mut support, (&columns, &places), &got, &used)?;
        let base = support.cell(&vec![None; task.request.by.len()], &[]);
        for numbers in task.numbers(&result)? {
            let line = Line::new(Content::Numbers(numbers), base).rests_on(rests.clone());
            support.line(task.key(&Default::default(), &spec.name), line);
        }
    }
    Ok(task.outcome(support, None))
}

/// Estimates in all domains, and the columns that they are made of.
pub(crate) fn estimate(
    task: &Task<'_>,
    of: &Contrasted,
    place: &str,
) -> Result<(Estimation, Vec<String>), Error> {
    let domains = task.domains();
    match of {
        Contrasted::Mean(inner) => {
            let columns = linear::columns(task, &inner.of, &format!("{place}/mean/of"))?;
            Ok((task.survey.estimate_by(&Mean::new(columns), &domains)?, inner.of.clone()))
        }
        Contrasted::Total(inner) => {
            let columns = linear::columns(task, &inner.of, &format!("{place}/total/of"))?;
            Ok((task.survey.estimate_by(&Total::new(columns), &domains)?, inner.of.clone()))
        }
        Contrasted::Ratio(inner) => {
            let (ratio, _) = linear::ratio_of(task, inner, &format!("{place}/ratio"))?;
            let names = inner.numerators.iter().chain(&inner.denominators).cloned().collect();
            Ok((task.survey.estimate_by(&ratio, &domains)?, names))
        }
    }
}

/// The names by which contrasts call the estimates.
fn names(task: &Task<'_>, got: &Estimation) -> Vec<String> {
    let terms = got.entries().iter().filter(|entry| entry.domain == 0).count();
    let name = |entry: &gko_survey::Entry| {
        let group = &task.groups.parts[entry.domain];
        let levels = task.request.by.iter().filter_map(|column| group.labels.get(column));
        let domain = levels.map(String::as_str).collect::<Vec<_>>().join(".");
        match (domain.is_empty(), terms) {
            (true, _) => entry.term.clone(),
            (false, 1) => domain,
            (false, _) => format!("{domain}:{}", entry.term),
        }
    };
    got.entries().iter().map(name).collect()
}

/// Which estimates a contrast uses, and how; a ratio has 1 for both of its parts.
fn coefficients(spec: &ContrastSpec, names: &[String], place: &str) -> Result<Vec<f64>, Error> {
    let mut all = vec![0.0; names.len()];
    let mut set = |name: &String, value: f64| {
        let at = names.iter().position(|other| other == name);
        let at = at.ok_or_else(|| {
            let message = format!(
                "there is no estimate `{name}`; estimates are named by the levels of their domain, joined with a point, and with several columns by `:` and the term behind them"
            );
            Error::invalid(place, message)
        })?;
        all[at] = value;
        Ok::<(), Error>(())
    };
    match &spec.from {
        ContrastFrom::Sum(parts) => {
            parts.iter().try_for_each(|(name, value)| set(name, *value))?;
        }
        ContrastFrom::Ratio(over, under) => {
            set(over, 1.0)?;
            set(under, 1.0)?;
        }
    }
    Ok(all)
}

fn contrast(got: &Estimation, spec: &ContrastSpec, names: &[String]) -> Result<Estimation, Error> {
    let at = |name: &String| names.iter().position(|other| other == name).unwrap_or_default();
    match &spec.from {
        ContrastFrom::Sum(_) => {
            let coefficients = coefficients(spec, names, "")?;
            Ok(got.contrast(&[(&spec.name, coefficients)])?)
        }
        ContrastFrom::Ratio(over, under) => {
            let (over, under, size) = (at(over), at(under), names.len());
            let slopes = |values: &[f64]| {
                let mut row = Matrix::zeros(1, size);
                row[(0, over)] = 1.0 / values[under];
                row[(0, under)] = -values[over] / (values[under] * values[under]);
                row
            };
            let ratio = |values: &[f64]| vec![values[over] / values[under]];
            Ok(got.transform(&[&spec.name], &ratio, Gradient::Given(&slopes))?)
        }
    }
}

/// The domains of the estimates that are used, as bases, and the counts within them.
fn rests(
    task: &Task<'_>,
    support: &mut Support,
    (columns, places): (&[String], &[Option<usize>]),
    got: &Estimation,
    used: &[usize],
) -> Result<Vec<Rest>, Error> {
    let mut all = Vec::new();
    for &at in used {
        let group = &task.groups.parts[got.entries()[at].domain];
        let base = support.cell(&group.place, &[]);
        let weights = group.domain.weights(task.survey.weights());
        let named: Vec<(&String, Option<usize>)> =
            columns.iter().zip(places.iter().copied()).collect();
        all.push(Rest::Base(base));
        all.extend(linear::joint_rests(task, support, &named, (&group.place, base), &weights)?);
    }
    Ok(all)
}
