//! `fixtures/replicates/replicates.json`, the output of `replicates.R` with R survey 4.5.

use std::collections::BTreeMap;

use gko_survey::{
    Columns, Design, Domain, FiniteCorrection, GivenWeights, Jackknife, Mean, Ratio, Replicates,
    Scales, SinglePsu, Statistic, Survey, Total,
};
use serde_json::Value;

use super::{near, stratified};

const STRATA: [u32; 6] = [1, 1, 2, 2, 2, 3];
const Y: [f64; 6] = [3.0, 5.0, 4.0, 8.0, 9.0, 7.0];
const WEIGHTS: [f64; 6] = [10.0, 11.0, 12.0, 13.0, 14.0, 15.0];

fn results() -> BTreeMap<String, Value> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/replicates");
    let text = std::fs::read_to_string(folder.join("replicates.json")).unwrap();
    let all: Value = serde_json::from_str(&text).unwrap();
    let all = all["results"].as_array().unwrap().clone();
    all.into_iter().map(|one| (one["name"].as_str().unwrap().to_owned(), one)).collect()
}

fn same(name: &str, replicates: &Replicates, statistic: &dyn Statistic) {
    let expected = &results()[name];
    let survey = Survey::replicated(replicates.clone());
    let got = survey.estimate(statistic, &Domain::all(survey.rows())).unwrap();
    let numbers = |field: &str| expected[field].as_array().unwrap().clone();
    for (got, expected) in got.values().iter().zip(numbers("estimate")) {
        near(*got, expected.as_f64().unwrap(), 1e-12);
    }
    for (got, expected) in got.se().iter().zip(numbers("se")) {
        near(*got, expected.as_f64().unwrap(), 1e-11);
    }
    assert_eq!(Some(got.design_df()), expected["degf"][0].as_f64(), "{name}");
}

#[test]
fn jk2_of_three_pairs() {
    let arrests = [120.0, 78.0, 185.0, 228.0, 670.0, 530.0];
    let alive = [25.0, 24.0, 30.0, 49.0, 80.0, 70.0];
    let one = |name: &'static str, x| Columns::new().number(name, x);
    let both = || one("alive", &alive).number("arrests", &arrests);
    let design = stratified(&[1, 1, 2, 2, 3, 3], &[1.0; 6]);
    let made = Replicates::jk2(&design, None).unwrap();
    assert!(made.mse());
    for (mse, label) in [(true, "TRUE"), (false, "FALSE")] {
        let made = made.clone().with_mse(mse);
        same(&format!("jk2_total_mse_{label}"), &made, &Total::new(both()));
        same(&format!("jk2_mean_mse_{label}"), &made, &Mean::new(both()));
        let ratio = Ratio::new(one("alive", &alive), one("arrests", &arrests)).unwrap();
        same(&format!("jk2_ratio_mse_{label}"), &made, &ratio);
    }
}

#[test]
fn successive_differences_of_seven_rows() {
    let y = [3.0, 5.0, 4.0, 8.0, 9.0, 7.0, 2.0];
    let x = [2.0, 3.0, 3.0, 5.0, 4.0, 6.0, 1.0];
    let weights = [10.0, 12.0, 11.0, 10.0, 9.0, 14.0, 8.0];
    let one = |name: &'static str, x| Columns::new().number(name, x);
    let design = Design::builder(7).weights(&weights).build().unwrap();
    let made = Replicates::successive_differences(&design, 8).unwrap();
    same("sdr_total", &made, &Total::new(one("y", &y).number("x", &x)));
    same("sdr_mean", &made, &Mean::new(one("y", &y).number("x", &x)));
    same("sdr_ratio", &made, &Ratio::new(one("y", &y), one("x", &x)).unwrap());
}

#[test]
fn rules_for_single_psus() {
    let design = stratified(&STRATA, &WEIGHTS);
    for rule in [SinglePsu::Certainty, SinglePsu::Average, SinglePsu::Adjust] {
        let choices = Jackknife { single_psu: rule, ..Jackknife::default() };
        let made = Replicates::jkn(&design, choices).unwrap();
        same(&format!("jkn_{rule}"), &made, &Mean::of("y", &Y));
    }
}

#[test]
fn finite_population_corrections() {
    let design = stratified(&STRATA[..5], &WEIGHTS[..5]);
    for (name, correction) in [
        ("jkn_fpc_population", FiniteCorrection::Populations(&[4.0, 12.0])),
        ("jkn_fpc_fraction", FiniteCorrection::Fractions(&[0.5, 0.25])),
        ("jkn_fpc_correction", FiniteCorrection::Corrections(&[0.5, 0.75])),
        ("jkn_whole_stratum", FiniteCorrection::Populations(&[2.0, 12.0])),
    ] {
        let choices = Jackknife { correction, ..Jackknife::default() };
        let made = Replicates::jkn(&design, choices).unwrap();
        same(name, &made, &Mean::of("y", &Y[..5]));
    }
}

#[test]
fn given_factors_with_sampling_fractions() {
    let factors = [
        vec![0.0, 2.0, 1.0, 1.0, 1.0],
        vec![2.0, 0.0, 1.0, 1.0, 1.0],
        vec![1.0, 1.0, 0.0, 1.5, 1.5],
        vec![1.0, 1.0, 1.5, 0.0, 1.5],
        vec![1.0, 1.0, 1.5, 1.5, 0.0],
    ];
    let third = 2.0 / 3.0;
    let scales = Scales::jkn(vec![0.5, 0.5, third, third, third]);
    let scales = scales.with_fractions(&[0.5, 0.5, 0.25, 0.25, 0.25]).unwrap();
    let made = Replicates::given(&WEIGHTS[..5], GivenWeights::Factors(&factors), scales).unwrap();
    same("given_fractions", &made, &Mean::of("y", &Y[..5]));
}
