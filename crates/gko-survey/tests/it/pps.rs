//! Unequal probabilities without replacement, beside R, algebra and enumeration.

use std::collections::BTreeMap;

use gko_survey::{
    Columns, Design, Domain, Estimation, Item, Matrix, Mean, Population, Pps, PpsVariance,
    PsuTotals, Ratio, Stage, Statistic, Survey, Total,
};
use serde_json::Value;

const HT: PpsVariance = PpsVariance::HorvitzThompson;
const YG: PpsVariance = PpsVariance::YatesGrundy;

fn file(name: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/pps/");
    std::fs::read_to_string(format!("{folder}{name}")).unwrap()
}

fn columns(name: &str) -> BTreeMap<String, Vec<f64>> {
    let text = file(name);
    let mut lines = text.lines().map(|line| line.split(',').map(|cell| cell.trim_matches('"')));
    let names: Vec<String> = lines.next().unwrap().map(str::to_owned).collect();
    let rows: Vec<Vec<f64>> = lines.map(|row| row.map(|x| x.parse().unwrap()).collect()).collect();
    let column = |at: usize| rows.iter().map(|row| row[at]).collect();
    names.into_iter().enumerate().map(|(at, name)| (name, column(at))).collect()
}

fn codes(values: &[f64]) -> Vec<u32> {
    values.iter().map(|value| format!("{value:.0}").parse().unwrap()).collect()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect()
}

#[track_caller]
fn close(got: &[f64], expected: &Value, tolerance: f64) {
    for (got, expected) in got.iter().zip(numbers(expected)) {
        assert!((got / expected - 1.0).abs() < tolerance, "{got} is not R's {expected}");
    }
}

#[track_caller]
fn same(got: &Estimation, expected: &Value, values: &str, variance: &str) {
    close(got.values(), &expected[values], 1e-10);
    close(got.covariance().as_slice(), &expected[variance], 1e-8);
}

#[test]
fn single_stage_designs_agree_with_r() {
    let data = columns("election.csv");
    let rows = data["p"].len();
    let joint: Vec<f64> =
        file("joint.csv").split([',', '\n']).filter_map(|cell| cell.trim().parse().ok()).collect();
    let joint = Matrix::from_row_slice(rows, rows, &joint);
    let places: Vec<u32> = (0..40).collect();
    let squares = [expected_squares(); 40];
    let known = |variance| Pps::Joint { probabilities: &joint, unit: &places, variance };
    let sampled = |variance| Pps::HartleyRao { squares: None, variance };
    let strata = codes(&data["stratum"]);
    let designs = [
        ("brewer", Pps::Brewer, false),
        ("brewer_strata", Pps::Brewer, true),
        ("overton_ht", Pps::Overton(HT), false),
        ("overton_yg", Pps::Overton(YG), false),
        ("overton_strata", Pps::Overton(HT), true),
        ("hr_sample_ht", sampled(HT), false),
        ("hr_sample_yg", sampled(YG), false),
        ("hr_population", Pps::HartleyRao { squares: Some(&squares), variance: HT }, false),
        ("joint_ht", known(HT), false),
        ("joint_yg", known(YG), false),
    ];
    let expected: Value = serde_json::from_str(&file("expected.json")).unwrap();
    for (name, pps, stratified) in designs {
        let stage = Stage::elements().population(Population::Fractions(&data["p"]));
        let stage = if stratified { stage.strata(&strata) } else { stage };
        let survey = Survey::new(Design::builder(rows).stage(stage).pps(pps).build().unwrap());
        election(&survey, &data, &expected[name], matches!(pps, Pps::Brewer));
    }
}

/// `sum(election$p^2)/40` over all counties of R's `data(election)`.
fn expected_squares() -> f64 {
    let expected: Value = serde_json::from_str(&file("expected.json")).unwrap();
    expected["squares"].as_f64().unwrap()
}

/// R gives all units of a subset the first one's `1 - p` where PSUs are missing from
/// it, so that its Brewer variance in a domain is not compared.
fn election(survey: &Survey, data: &BTreeMap<String, Vec<f64>>, expected: &Value, brewer: bool) {
    let all = Domain::all(survey.rows());
    let column = |name: &str| Columns::new().number(name, Vec::leak(data[name].clone()));
    let names = ["Bush", "Kerry", "Nader"];
    let three =
        names.iter().fold(Columns::new(), |columns, name| columns.number(name, &data[*name]));
    same(&survey.estimate(&Total::new(three), &all).unwrap(), expected, "total", "vcov");
    let mean = survey.estimate(&Mean::new(column("Bush")), &all).unwrap();
    same(&mean, expected, "mean", "mean_var");
    let ratio = Ratio::new(column("Bush"), column("Kerry")).unwrap();
    same(&survey.estimate(&ratio, &all).unwrap(), expected, "ratio", "ratio_var");
    let nader = Domain::of(data["Nader"].iter().map(|&votes| votes > 0.0).collect());
    let inside = survey.estimate(&Total::new(column("Bush")), &nader).unwrap();
    if brewer {
        close(inside.values(), &expected["domain"], 1e-10);
    } else {
        same(&inside, expected, "domain", "domain_var");
    }
}

#[test]
fn two_stages_of_brewer_agree_with_r() {
    let data = columns("clusters.csv");
    let (district, school) = (codes(&data["dnum"]), codes(&data["snum"]));
    let design = Design::builder(district.len())
        .stage(Stage::units(&district).population(Population::Fractions(&data["p1"])))
        .stage(Stage::units(&school).population(Population::Fractions(&data["p2"])))
        .pps(Pps::Brewer)
        .build()
        .unwrap();
    let survey = Survey::new(design);
    let expected: Value = serde_json::from_str(&file("expected.json")).unwrap();
    let two = Columns::new().number("api00", &data["api00"]).number("meals", &data["meals"]);
    let all = Domain::all(survey.rows());
    let total = survey.estimate(&Total::new(two), &all).unwrap();
    same(&total, &expected["two_stages"], "total", "vcov");
    let mean = survey.estimate(&Mean::of("api00", &data["api00"]), &all).unwrap();
    same(&mean, &expected["two_stages"], "mean", "mean_var");
}

fn variance(pps: Pps<'_>, p: &[f64], x: &[f64]) -> f64 {
    let stage = Stage::elements().population(Population::Fractions(p));
    let survey = Survey::new(Design::builder(p.len()).stage(stage).pps(pps).build().unwrap());
    let total = Total::new(Columns::new().number("x", x));
    survey.estimate(&total as &dyn Statistic, &Domain::all(p.len())).unwrap().covariance()[(0, 0)]
}

/// With equal probabilities p_ij is n(n - 1)/(N(N - 1)), and every method is that of a
/// simple random sample, here 3 of 5: 5²·(1 - 3/5)·s²/3 with s² = 7.
#[test]
fn equal_probabilities_are_simple_random_sampling() {
    let (p, x) = ([0.6; 3], [1.0, 2.0, 6.0]);
    let joint = Matrix::from_fn(3, 3, |a, b| if a == b { 0.6 } else { 0.3 });
    let places = [0, 1, 2];
    let known = |variance| Pps::Joint { probabilities: &joint, unit: &places, variance };
    let sampled = |variance| Pps::HartleyRao { squares: None, variance };
    let all = [Pps::Brewer, Pps::Overton(HT), Pps::Overton(YG), sampled(HT), sampled(YG)];
    for pps in all.into_iter().chain([known(HT), known(YG)]) {
        let got = variance(pps, &p, &x);
        assert!((got - 25.0 * 0.4 * 7.0 / 3.0).abs() < 1e-12, "{pps:?} gives {got}");
    }
}

/// All three samples of 2 out of 3, with chances 0.5, 0.3 and 0.2: the mean of both
/// estimators is the true variance of the total.
#[test]
fn both_estimators_are_unbiased_over_all_samples() {
    let x = [3.0, 5.0, 4.0];
    let samples = [([0, 1], 0.5), ([0, 2], 0.3), ([1, 2], 0.2)];
    let joint = Matrix::from_row_slice(3, 3, &[0.8, 0.5, 0.3, 0.5, 0.7, 0.2, 0.3, 0.2, 0.5]);
    let own = joint.diagonal();
    let total = |units: &[usize; 2]| units.iter().map(|&at| x[at] / own[at]).sum::<f64>();
    let truth: f64 =
        samples.iter().map(|(units, chance)| chance * (total(units) - 12.0).powi(2)).sum();
    for estimator in [HT, YG] {
        let of = |units: &[usize; 2]| {
            let places = units.map(|at| u32::try_from(at).unwrap());
            let pps = Pps::Joint { probabilities: &joint, unit: &places, variance: estimator };
            variance(pps, &units.map(|at| own[at]), &units.map(|at| x[at]))
        };
        let mean: f64 = samples.iter().map(|(units, chance)| chance * of(units)).sum();
        assert!((mean - truth).abs() < 1e-12, "{estimator:?}: {mean} is not {truth}");
    }
}

#[test]
fn units_that_are_certain_vary_in_nothing() {
    for pps in [Pps::Brewer, Pps::Overton(HT), Pps::Overton(YG)] {
        assert_eq!(variance(pps, &[1.0; 3], &[1.0, 5.0, 9.0]), 0.0);
    }
    // One unit of a larger draw: only its own (1 - p)·z² is left.
    assert!((variance(Pps::Overton(HT), &[0.5], &[3.0]) - 0.5 * 36.0).abs() < 1e-12);
}

#[test]
fn designs_that_cannot_be_are_refused() {
    let code = |builder: gko_survey::DesignBuilder<'_>| builder.build().unwrap_err().code();
    let p = [0.5, 0.4];
    let stage = Stage::units(&[1, 1]).population(Population::Fractions(&p));
    assert_eq!(code(Design::builder(2).stage(stage).pps(Pps::Brewer)), "GKO-S201");
    let units = Stage::units(&[1, 2]);
    assert_eq!(code(Design::builder(2).stage(units).pps(Pps::Brewer)), "GKO-S200");
    let first = units.population(Population::Fractions(&p));
    let two = Design::builder(2).stage(first).stage(Stage::elements());
    assert_eq!(code(two.weights(&[1.0, 1.0]).pps(Pps::Overton(HT))), "GKO-S202");
    let bad = [0.5, 1.4];
    let bad = units.population(Population::Fractions(&bad));
    assert_eq!(code(Design::builder(2).stage(bad).pps(Pps::Brewer)), "GKO-S050");
    let known = |probabilities, unit| Pps::Joint { probabilities, unit, variance: HT };
    let joint = Matrix::from_row_slice(2, 2, &[0.5, 0.0, 0.0, 0.5]);
    assert_eq!(code(Design::builder(2).pps(known(&joint, &[0, 1]))), "GKO-S204");
    assert_eq!(code(Design::builder(2).pps(known(&joint, &[0, 2]))), "GKO-S203");
    assert_eq!(code(Design::builder(2).pps(known(&joint, &[0]))), "GKO-S001");
    let short = Design::builder(2).weights(&[1.0, 1.0]).pps(known(&joint, &[0]));
    assert_eq!(code(short), "GKO-S001");
    let squares = Pps::HartleyRao { squares: Some(&[f64::NAN; 2]), variance: HT };
    assert_eq!(code(Design::builder(2).stage(first).pps(squares)), "GKO-S206");
    let design = Design::builder(2).stage(first).pps(Pps::Brewer).build().unwrap();
    let all = gko_survey::Domains::new(2, &[], &[vec![]]).unwrap();
    let refused = PsuTotals::accumulate(&design, &all, &[Item::Share(&[1, 0])]);
    assert_eq!(refused.unwrap_err().code(), "GKO-S205");
}
