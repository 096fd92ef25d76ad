//! Quantiles and distribution functions.

use gko_disclosure::{Line, Rest};
use gko_survey::{Cdf, QuantileEstimate, QuantileEstimates, Quantiles};

use crate::estimate::analyses::share;
use crate::estimate::answer::{Content, Numbers};
use crate::estimate::error::Error;
use crate::estimate::frame::place_of;
use crate::estimate::request::{CdfOf, QuantileOf};
use crate::estimate::support::Facet;
use crate::estimate::task::{Outcome, Task};

pub(crate) fn run(task: &Task<'_>, of: &QuantileOf) -> Result<Outcome, Error> {
    let mut support = task.support(Vec::new());
    for group in &task.groups.parts {
        let base = support.cell(&group.place, &[]);
        let weights = group.domain.weights(task.survey.weights());
        for (at, name) in of.of.iter().enumerate() {
            let values = task.frame.number(name, &format!("/analysis/quantile/of/{at}"))?;
            let quantiles = Quantiles {
                rule: of.rule.0,
                interval: of.interval.0,
                level: task.request.options.level,
                df: task.df(),
                ..Quantiles::new(name, values, &of.probabilities)
            };
            let got = quantiles.estimate(task.survey, &group.domain)?;
            for one in &got.quantiles {
                let beyond = Rest::Alone(beyond(values, &weights, one));
                let line = Line::new(Content::Numbers(numbers(&got, one)), base);
                let term = format!("{name}:{}", one.probability);
                support.line(task.key(&group.labels, &term), line.rests_on([beyond]));
            }
        }
    }
    Ok(task.outcome(support, None))
}

fn numbers(all: &QuantileEstimates, one: &QuantileEstimate) -> Numbers {
    Numbers {
        estimate: one.value.unwrap_or(f64::NAN),
        se: one.se.unwrap_or(f64::NAN),
        interval: one.low.zip(one.high),
        method: all.interval.as_str(),
        df: all.df,
        sum_weights: all.basis.sum_weights,
        kish_n: all.basis.kish_n,
        absent: all.absent.map(gko_survey::Absent::as_str),
        ..Numbers::default()
    }
}

/// The fewest rows at or beyond a quantile or an end of its interval, either side.
fn beyond(values: &[f64], weights: &[f64], one: &QuantileEstimate) -> u64 {
    let used = || values.iter().zip(weights).filter(|(_, weight)| **weight > 0.0);
    let least = |limit: f64| {
        let below = used().filter(|(x, _)| **x <= limit).count();
        let above = used().filter(|(x, _)| **x >= limit).count();
        below.min(above) as u64
    };
    [one.value, one.low, one.high].into_iter().flatten().map(least).min().unwrap_or(0)
}

pub(crate) fn cdf(task: &Task<'_>, of: &CdfOf) -> Result<Outcome, Error> {
    let values = task.frame.number(&of.of, "/analysis/cdf/of")?;
    let mut sorted = of.points.clone();
    sorted.sort_by(f64::total_cmp);
    sorted.dedup();
    let codes = values.iter().map(|x| place_of(sorted.partition_point(|point| point < x)));
    let facet = Facet::of_codes(codes.collect(), sorted.len() + 1);
    let mut support = task.support(vec![facet]);
    for group in &task.groups.parts {
        let base = support.cell(&group.place, &[]);
        let function = Cdf {
            method: of.interval.0,
            level: task.request.options.level,
            df: task.df(),
            ..Cdf::new(&of.of, values)
        };
        let got = function.at(task.survey, &group.domain, &of.points)?;
        let bins = support.levels(&group.place, 0);
        for (share, point) in got.iter().zip(&of.points) {
            // Two neighbouring points differ by the bin between them.
            let at = sorted.partition_point(|other| other < point);
            let rests = bins.iter().skip(at).take(2).map(|bin| Rest::Group(*bin));
            let line = Line::new(Content::Numbers(share::numbers(share)), base).rests_on(rests);
            let term = format!("{}<={point}", of.of);
            support.line(task.key(&group.labels, &term), line);
        }
    }
    Ok(task.outcome(support, None))
}
