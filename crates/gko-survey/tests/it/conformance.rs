//! R survey 4.5 gives the same numbers: every case of the fixture is run.
//!
//! Tolerances, relative: estimates 1e-10, standard errors, design effects and
//! interval ends 1e-8. R's logit method has its estimate from a regression that
//! stops iterating at 1e-8 of the deviance: there 1e-9.

use std::collections::BTreeMap;

use gko_survey::Estimate;
use serde_json::Value;

use crate::fixture::{Answer, reference, run};

const VALUE: f64 = 1e-10;
const ITERATED_VALUE: f64 = 1e-9;
const SPREAD: f64 = 1e-8;

/// One number of one case that does not agree.
fn compare(what: &str, got: Option<f64>, wanted: &Value, tolerance: f64) -> Result<(), String> {
    let agree = match (got, wanted.as_f64()) {
        (Some(got), Some(wanted)) => (got - wanted).abs() <= tolerance * wanted.abs(),
        (got, wanted) => got.is_none() && wanted.is_none(),
    };
    if agree {
        return Ok(());
    }
    Err(format!("{what}: got {got:?}, R has {wanted}"))
}

fn check(case: &Value, expected: &Value, estimate: &Estimate) -> Result<(), String> {
    if let Some(df) = expected["df"].as_u64() {
        return same_df(estimate, df);
    }
    let iterated = case["method"] == "logit";
    let tolerance = if iterated { ITERATED_VALUE } else { VALUE };
    compare("value", estimate.value, &expected["value"], tolerance)?;
    if expected["no_se"] != true {
        compare("se", estimate.se, &expected["se"], SPREAD)?;
    }
    if !expected["deff"].is_null() {
        compare("deff", deff(case, estimate), &expected["deff"], SPREAD)?;
    }
    check_interval(expected, estimate)
}

fn same_df(estimate: &Estimate, df: u64) -> Result<(), String> {
    if u64::from(estimate.df) == df {
        return Ok(());
    }
    Err(format!("df: got {}, R has {df}", estimate.df))
}

/// The design effect against what R compared with.
fn deff(case: &Value, estimate: &Estimate) -> Option<f64> {
    let (n, population) = (estimate.n as f64, estimate.n_weighted);
    let factor = match case["deff"].as_str().unwrap() {
        "without-replacement" => population / (population - n),
        _ => 1.0,
    };
    estimate.deff.map(|deff| deff * factor)
}

/// R's `confint(df = degf(design))` ignores which PSUs the base has; ours does
/// not, so that interval is compared where both have the same df.
fn check_interval(expected: &Value, estimate: &Estimate) -> Result<(), String> {
    let other_df = expected["ci_df"].as_u64().is_some_and(|df| df != u64::from(estimate.df));
    if expected["low"].is_null() || other_df {
        return Ok(());
    }
    let interval = estimate.interval;
    compare("low", interval.map(|i| i.low), &expected["low"], SPREAD)?;
    compare("high", interval.map(|i| i.high), &expected["high"], SPREAD)
}

fn check_all(case: &Value, answer: &Answer) -> Vec<String> {
    let expected = case["expect"].as_array().unwrap();
    let estimate = |expected: &Value| {
        let sample = answer.sample(expected["sample"].as_str());
        let domain = answer.domain(&expected["group"]);
        let item = usize::try_from(expected["item"].as_u64().unwrap()).unwrap();
        answer.estimates.get(sample, domain, item).clone()
    };
    let faults = expected.iter().filter_map(|e| check(case, e, &estimate(e)).err());
    faults.map(|fault| format!("{}: {fault}", case["id"])).collect()
}

fn faults(reference: &Value, case: &Value) -> Vec<String> {
    match (run(reference, case), case["error"].as_str()) {
        (Ok(answer), None) => check_all(case, &answer),
        (Err(error), Some(code)) if error.code() == code => vec![],
        (Err(error), _) => vec![format!("{}: {error}", case["id"])],
        (Ok(_), Some(code)) => vec![format!("{}: no error {code}", case["id"])],
    }
}

#[test]
fn r_survey_gives_the_same_numbers() {
    let reference = reference();
    let mut groups: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut all = Vec::new();
    for case in reference["cases"].as_array().unwrap() {
        let faults = faults(&reference, case);
        let group = groups.entry(case["group"].as_str().unwrap()).or_default();
        group.0 += 1;
        group.1 += usize::from(faults.is_empty());
        all.extend(faults);
    }
    for (group, (run, passed)) in &groups {
        println!("{group}: {passed} of {run} agree");
    }
    let not_run = reference["not_run"].as_array().unwrap();
    for case in not_run {
        println!("not run: {} ({})", case["id"], case["reason"]);
    }
    assert!(all.is_empty(), "{}", all.join("\n"));
    assert!(groups.values().map(|group| group.0).sum::<usize>() >= 50);
}
