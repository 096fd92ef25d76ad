//! One file a kind of analysis: from a request's columns to lines with their support.

mod agreement;
mod compare;
mod contrast;
mod imputed;
mod imputed_model;
mod independence;
mod linear;
mod log_linear;
mod margins;
mod mean;
mod means_tests;
mod moments;
mod ordinal;
mod quantile;
mod regression;
mod share;
mod table;
mod tests;

use crate::estimate::error::Error;
use crate::estimate::models;
use crate::estimate::request::{Analysis, Contrasted, RatioOf, RegressionOf, Repeated};
use crate::estimate::task::{Outcome, Task};

/// The columns that an analysis needs, each with its place in the request.
pub(crate) fn columns(analysis: &Analysis) -> Vec<(String, String)> {
    let place = format!("/analysis/{}", analysis.kind());
    let of = |names: &[String]| named(names, &format!("{place}/of"));
    let one = |name: &String, what: &str| (name.clone(), format!("{place}/{what}"));
    match analysis {
        Analysis::Mean(spec)
        | Analysis::Total(spec)
        | Analysis::Variance(spec)
        | Analysis::Correlation(spec)
        | Analysis::Alpha(spec) => of(&spec.of),
        Analysis::Ratio(spec) => ratio_columns(spec, &place),
        Analysis::Share(spec) => of(&spec.of),
        Analysis::Quantile(spec) => of(&spec.of),
        Analysis::Table(spec) => of(&spec.of),
        Analysis::LogLinear(spec) => of(&spec.of),
        Analysis::Cdf(spec) => vec![one(&spec.of, "of")],
        Analysis::Compare(spec) => vec![one(&spec.of, "of")],
        Analysis::GoodnessOfFit(spec) => vec![one(&spec.of, "of")],
        Analysis::Contrast(spec) => contrasted(&spec.of, &place),
        Analysis::Imputed(spec) => {
            let mut all = repeated(&spec.of, &place);
            all.retain(|(name, _)| !spec.columns.contains_key(name));
            for (name, columns) in &spec.columns {
                all.extend(named(columns, &format!("{place}/columns/{name}")));
            }
            all
        }
        Analysis::ChiSquared(spec) => {
            vec![one(&spec.rows, "rows"), one(&spec.columns, "columns")]
        }
        Analysis::TTest(spec) => {
            let groups = spec.groups.iter().map(|name| one(name, "groups"));
            std::iter::once(one(&spec.of, "of")).chain(groups).collect()
        }
        Analysis::RankTest(spec) => vec![one(&spec.of, "of"), one(&spec.groups, "groups")],
        Analysis::Kappa(spec) => vec![one(&spec.first, "first"), one(&spec.second, "second")],
        Analysis::Regression(spec) => model_columns(spec, &place),
        Analysis::Ordinal(spec) => {
            let mut all = vec![one(&spec.response, "response")];
            all.extend(named(&models::names(&spec.terms.of), &format!("{place}/terms/of")));
            all
        }
    }
}

fn contrasted(of: &Contrasted, place: &str) -> Vec<(String, String)> {
    match of {
        Contrasted::Mean(inner) => named(&inner.of, &format!("{place}/of/mean/of")),
        Contrasted::Total(inner) => named(&inner.of, &format!("{place}/of/total/of")),
        Contrasted::Ratio(inner) => ratio_columns(inner, &format!("{place}/of/ratio")),
    }
}

fn repeated(of: &Repeated, place: &str) -> Vec<(String, String)> {
    match of {
        Repeated::Mean(inner) => named(&inner.of, &format!("{place}/of/mean/of")),
        Repeated::Total(inner) => named(&inner.of, &format!("{place}/of/total/of")),
        Repeated::Ratio(inner) => ratio_columns(inner, &format!("{place}/of/ratio")),
        Repeated::Regression(inner) => model_columns(inner, &format!("{place}/of/regression")),
    }
}

fn model_columns(spec: &RegressionOf, place: &str) -> Vec<(String, String)> {
    let mut all = vec![(spec.response.clone(), format!("{place}/response"))];
    all.extend(named(&models::names(&spec.terms.of), &format!("{place}/terms/of")));
    all.extend(spec.offset.iter().map(|name| (name.clone(), format!("{place}/offset"))));
    all
}

fn ratio_columns(spec: &RatioOf, place: &str) -> Vec<(String, String)> {
    let mut all = named(&spec.numerators, &format!("{place}/numerators"));
    all.extend(named(&spec.denominators, &format!("{place}/denominators")));
    all
}

fn named(names: &[String], place: &str) -> Vec<(String, String)> {
    let one = |(at, name): (usize, &String)| (name.clone(), format!("{place}/{at}"));
    names.iter().enumerate().map(one).collect()
}

/// Runs an analysis.
pub(crate) fn run(task: &Task<'_>) -> Result<Outcome, Error> {
    match &task.request.analysis {
        Analysis::Mean(spec) => mean::run(task, spec),
        Analysis::Total(spec) => linear::total(task, spec),
        Analysis::Ratio(spec) => linear::ratio(task, spec),
        Analysis::Share(spec) => share::run(task, spec),
        Analysis::Quantile(spec) => quantile::run(task, spec),
        Analysis::Cdf(spec) => quantile::cdf(task, spec),
        Analysis::Variance(spec) => moments::variance(task, spec),
        Analysis::Correlation(spec) => moments::correlation(task, spec),
        Analysis::Table(spec) => table::run(task, spec),
        Analysis::Contrast(spec) => contrast::run(task, spec),
        Analysis::Imputed(spec) => imputed::run(task, spec),
        Analysis::Compare(spec) => compare::run(task, spec),
        Analysis::ChiSquared(spec) => independence::chi_squared(task, spec),
        Analysis::GoodnessOfFit(spec) => independence::goodness(task, spec),
        Analysis::TTest(spec) => means_tests::t_test(task, spec),
        Analysis::RankTest(spec) => means_tests::rank_test(task, spec),
        Analysis::Regression(spec) => regression::run(task, spec),
        Analysis::Ordinal(spec) => ordinal::run(task, spec),
        Analysis::LogLinear(spec) => log_linear::run(task, spec),
        Analysis::Alpha(spec) => agreement::alpha(task, spec),
        Analysis::Kappa(spec) => agreement::kappa(task, spec),
    }
}
