//! Calibration against R survey 4.5: weights, residual scores, standard errors.

mod dense;
mod estimated;
mod households;
mod properties;
mod raking;
mod soft;

use gko_survey::Matrix;
use gko_survey::calibration::{
    CalibrateOptions, Calibrated, Distance, EmptyCells, Margin, PostStratifyOptions, RakeOptions,
    TrimOptions, calibrate, post_stratify, rake, trim,
};
use gko_survey::{Columns, Design, Domain, Mean, Population, Stage, Survey, Total};
use serde_json::Value;

use crate::oracle::{Case, Table, cases, flat};

const TYPES: [f64; 3] = [4421.0, 755.0, 1018.0];
const WIDE: [f64; 2] = [1072.0, 5122.0];
const SCHOOLS: f64 = 6194.0;
const API99: f64 = 3_914_069.0;

const DESIGNS: [&str; 10] = [
    "ps1",
    "rk1",
    "cal_lin",
    "cal_rak",
    "cal_log",
    "cal_linb",
    "cal_strat",
    "cal_ratio",
    "cal_agg",
    "rk_gko",
];

/// Columns of ones, of each level of a factor but the first, of numbers.
fn columns(data: &Table, terms: &[&str]) -> Matrix {
    let mut columns: Vec<Vec<f64>> = Vec::new();
    for term in terms {
        if *term == "1" {
            columns.push(vec![1.0; data.rows()]);
        } else if data.is_number(term) {
            columns.push(data.numbers(term));
        } else {
            let codes = data.codes(term);
            for level in 1..data.levels(term).len() {
                let is = |code: &u32| f64::from(u8::from(*code as usize == level));
                columns.push(codes.iter().map(is).collect());
            }
        }
    }
    Matrix::from_fn(data.rows(), columns.len(), |row, column| columns[column][row])
}

/// The calibrations of the reference designs.
pub(crate) fn calibrated(name: &str, data: &Table) -> Calibrated {
    calibrated_from(name, data, &given(data))
}

/// The same ones, from other weights where the design has replicates.
pub(crate) fn calibrated_from(name: &str, data: &Table, weights: &[f64]) -> Calibrated {
    let to = |terms: &[&str], targets: &[f64], options: CalibrateOptions<'_>| {
        calibrate(weights, &columns(data, terms), targets, &options).unwrap()
    };
    let with = |distance, bounds| CalibrateOptions { distance, bounds, ..Default::default() };
    let linear = CalibrateOptions::default();
    let size = [SCHOOLS, TYPES[1], TYPES[2], API99];
    let wide = [SCHOOLS, TYPES[1], TYPES[2], WIDE[1]];
    let (logit, cut) = (with(Distance::Logit, Some((0.5, 2.0))), Some((0.6, 1.6)));
    match name {
        "ps1" => post_stratify(weights, &data.codes("stype"), &TYPES, &Default::default()).unwrap(),
        "rk1" => raked(data, weights, &[("stype", &TYPES), ("sch.wide", &WIDE)]),
        "rk_gko" => rake_gko(data),
        "cal_lin" => to(&["1", "stype", "api99"], &size, linear),
        "cal_rak" => to(&["1", "stype", "sch.wide"], &wide, with(Distance::Raking, None)),
        "cal_log" => to(&["1", "stype", "api99"], &size, logit),
        "cal_linb" => to(&["1", "stype", "api99"], &size, with(Distance::Linear, cut)),
        "cal_strat" => to(&["1", "api99", "sch.wide"], &[SCHOOLS, API99, WIDE[1]], linear),
        "cal_ratio" => ratio(data),
        "cal_agg" => {
            let cluster = data.codes("dnum");
            let options = CalibrateOptions { cluster: Some(&cluster), ..linear };
            to(&["1", "stype"], &size[..3], options)
        }
        _ => panic!("no calibration {name}"),
    }
}

fn given(data: &Table) -> Vec<f64> {
    data.numbers(if data.rows() == 552 { "weight" } else { "pw" })
}

fn ratio(data: &Table) -> Calibrated {
    let x = data.numbers("api99");
    let options = CalibrateOptions { heteroscedasticity: Some(&x), ..Default::default() };
    calibrate(&given(data), &columns(data, &["api99"]), &[API99], &options).unwrap()
}

fn rake_gko(data: &Table) -> Calibrated {
    let countries = [20_000.0, 30_000.0, 40_000.0, 55_000.0];
    let (ages, sexes) = ([50_000.0, 48_000.0, 47_000.0], [74_000.0, 71_000.0]);
    raked(data, &given(data), &[("country", &countries), ("agegrp", &ages), ("sex", &sexes)])
}

fn raked(data: &Table, weights: &[f64], margins: &[(&str, &[f64])]) -> Calibrated {
    let codes: Vec<Vec<u32>> = margins.iter().map(|(name, _)| data.codes(name)).collect();
    let all = margins.iter().zip(&codes);
    let margins: Vec<_> =
        all.map(|(&(name, targets), codes)| Margin::new(name, codes, targets)).collect();
    rake(weights, &margins, &RakeOptions::default()).unwrap()
}

fn data_of(name: &str) -> Table {
    Table::read(match name {
        "cal_strat" => "apistrat.csv",
        "rk_gko" => "gko_pub.csv",
        _ => "apiclus1.csv",
    })
}

fn survey(name: &str, data: &Table) -> Survey {
    let (weights, codes) = (given(data), |column: &str| data.codes(column));
    let build = |stage: Stage<'_>| {
        Survey::new(Design::builder(data.rows()).stage(stage).weights(&weights).build().unwrap())
    };
    let counts = || data.numbers("fpc");
    match name {
        "cal_strat" => build(
            Stage::elements().strata(&codes("stype")).population(Population::Counts(&counts())),
        ),
        "rk_gko" => build(Stage::units(&codes("psu")).strata(&codes("cs"))),
        _ => build(Stage::units(&codes("dnum")).population(Population::Counts(&counts()))),
    }
}

fn case<'a>(cases: &'a [Case], id: &str) -> &'a Case {
    cases.iter().find(|case| case.id == id).unwrap()
}

#[test]
fn weights_agree_with_r() {
    let cases = cases();
    for name in DESIGNS {
        let done = calibrated(name, &data_of(name));
        let case = case(&cases, &format!("{name}/weights"));
        case.close("weights", &done.weights, 1e-9);
        assert!(done.report.largest_gap <= 1e-10, "{name}");
    }
}

#[test]
fn standard_errors_of_means_and_totals_agree_with_r() {
    let cases = cases();
    for name in DESIGNS.into_iter().filter(|name| *name != "rk_gko") {
        let data = data_of(name);
        let survey = survey(name, &data).calibrated(calibrated(name, &data)).unwrap();
        let (api00, enroll) = (data.numbers("api00"), data.numbers("enroll"));
        let all = Domain::all(data.rows());
        let means = Mean::new(Columns::new().number("api00", &api00).number("enroll", &enroll));
        let totals = Total::new(Columns::new().number("enroll", &enroll).number("api00", &api00));
        let got = survey.estimate(&means, &all).unwrap();
        let case_of = |what: &str| case(&cases, &format!("{name}/{what}"));
        case_of("mean_total").close("estimate", got.values(), 1e-9);
        case_of("mean_total").close("se", &got.se(), 1e-8);
        let got = survey.estimate(&totals, &all).unwrap();
        case_of("total").close("estimate", got.values(), 1e-9);
        case_of("total").close("se", &got.se(), 1e-8);
    }
}

fn domain_means(id: &str, name: &str, item: &str, by: &str) {
    let (cases, data) = (cases(), data_of(name));
    let survey = survey(name, &data).calibrated(calibrated(name, &data)).unwrap();
    let (value, codes) = (data.numbers(item), data.codes(by));
    let (mut means, mut errors) = (Vec::new(), Vec::new());
    for level in 0..data.levels(by).len() {
        let members = codes.iter().map(|&code| code as usize == level).collect();
        let domain = Domain::of(members).observed(&value).unwrap();
        let got = survey.estimate(&Mean::of(item, &value), &domain).unwrap();
        means.push(got.values()[0]);
        errors.push(got.se()[0]);
    }
    case(&cases, id).close("estimate", &means, 1e-9);
    case(&cases, id).close("se", &errors, 1e-8);
}

#[test]
fn standard_errors_of_domains_agree_with_r() {
    for name in DESIGNS.into_iter().filter(|name| *name != "rk_gko") {
        domain_means(&format!("{name}/by"), name, "api00", "comp.imp");
    }
    domain_means("rk_gko/by_country", "rk_gko", "harm", "country");
}

#[test]
fn the_standard_error_of_a_raked_mean_agrees_with_r() {
    let (cases, data) = (cases(), data_of("rk_gko"));
    let survey = survey("rk_gko", &data).calibrated(calibrated("rk_gko", &data)).unwrap();
    let hours = data.numbers("hours");
    let domain = Domain::all(data.rows()).observed(&hours).unwrap();
    let got = survey.estimate(&Mean::of("hours", &hours), &domain).unwrap();
    case(&cases, "rk_gko/mean").close("estimate", got.values(), 1e-9);
    case(&cases, "rk_gko/mean").close("se", &got.se(), 1e-8);
}

#[test]
fn trimmed_weights_agree_with_r() {
    let (cases, data) = (cases(), data_of("rk_gko"));
    for (id, strict) in [("dgko/trim", true), ("dgko/trim_nostrict", false)] {
        let options = TrimOptions { lower: 20.0, upper: 300.0, strict, ..Default::default() };
        let done = trim(&given(&data), &options).unwrap();
        case(&cases, id).close("weights", &done.weights, 1e-12);
    }
}

/// The residual scores of `adjustments`, one after the other.
fn residual(chain: &[Calibrated], u: &[f64]) -> Vec<f64> {
    let weights = &chain.last().unwrap().weights;
    let scores: Vec<f64> = u.iter().zip(weights).map(|(u, w)| u * w).collect();
    let mut scores = Matrix::from_vec(u.len(), 1, scores);
    chain.iter().for_each(|done| done.adjustment.residualise(&mut scores));
    scores.as_slice().to_vec()
}

fn check(name: &str, data: &Table, chain: &[Calibrated]) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path.join("tests/fixtures/calibration.json")).unwrap();
    let all: Value = serde_json::from_str(&text).unwrap();
    let yes = data.codes("comp.imp");
    let enroll = data.numbers("enroll");
    let inside = enroll.iter().zip(&yes).map(|(u, &code)| u * f64::from(code));
    near(name, &chain.last().unwrap().weights, &flat(&all[name]["weights"]));
    near(name, &residual(chain, &enroll), &flat(&all[name]["all"]));
    near(name, &residual(chain, &inside.collect::<Vec<_>>()), &flat(&all[name]["domain"]));
}

/// Equal to 1e-8 of the largest.
fn near(name: &str, got: &[f64], expected: &[f64]) {
    let size = expected.iter().map(|x| x.abs()).fold(0.0, f64::max);
    assert_eq!(got.len(), expected.len());
    for (row, (got, expected)) in got.iter().zip(expected).enumerate() {
        assert!((got - expected).abs() <= 1e-8 * size, "{name} row {row}: {got}, R {expected}");
    }
}

#[test]
fn residual_scores_agree_with_r_within_bounds() {
    let data = Table::read("apiclus1.csv");
    let (x, targets) =
        (columns(&data, &["1", "stype", "sch.wide"]), [SCHOOLS, TYPES[1], TYPES[2], WIDE[1]]);
    for (name, distance) in [("raking_bounds", Distance::Raking), ("logit_bounds", Distance::Logit)]
    {
        let bounds = Some((0.8, 1.6));
        let options = CalibrateOptions { distance, bounds, ..Default::default() };
        check(name, &data, &[calibrate(&given(&data), &x, &targets, &options).unwrap()]);
    }
}

#[test]
fn residual_scores_agree_with_r_with_variances() {
    let data = Table::read("apistrat.csv");
    let enroll = data.numbers("enroll");
    let small: Vec<f64> = enroll.iter().map(|x| x / 500.0).collect();
    let x = columns(&data, &["1", "api99"]);
    for (name, distance, v) in [
        ("linear_variance", Distance::Linear, &enroll),
        ("raking_variance", Distance::Raking, &small),
    ] {
        let heteroscedasticity = Some(&v[..]);
        let options = CalibrateOptions { distance, heteroscedasticity, ..Default::default() };
        let done = calibrate(&given(&data), &x, &[SCHOOLS, API99], &options).unwrap();
        check(name, &data, &[done]);
    }
}

#[test]
fn residual_scores_agree_with_r_in_clusters() {
    let data = Table::read("apiclus1.csv");
    let (weights, cluster, enroll) = (given(&data), data.codes("dnum"), data.numbers("enroll"));
    let options = CalibrateOptions { cluster: Some(&cluster), ..Default::default() };
    let linear = CalibrateOptions { heteroscedasticity: Some(&enroll), ..options };
    let x = columns(&data, &["1", "stype"]);
    let done = calibrate(&weights, &x, &[SCHOOLS, TYPES[1], TYPES[2]], &linear).unwrap();
    check("linear_clusters", &data, &[done]);
    let raking = CalibrateOptions { distance: Distance::Raking, ..options };
    let x = columns(&data, &["1", "api99"]);
    let done = calibrate(&weights, &x, &[SCHOOLS, API99], &raking).unwrap();
    check("raking_clusters", &data, &[done]);
}

#[test]
fn residual_scores_agree_with_r_in_a_chain_and_with_empty_cells() {
    let data = Table::read("apiclus1.csv");
    let (types, weights) = (data.codes("stype"), given(&data));
    let partial = PostStratifyOptions { empty: EmptyCells::LeaveOut };
    let targets = [TYPES[0], TYPES[1], TYPES[2], 9.0];
    check("partial", &data, &[post_stratify(&weights, &types, &targets, &partial).unwrap()]);
    let first = post_stratify(&weights, &types, &TYPES, &Default::default()).unwrap();
    let second = raked(&data, &first.weights, &[("stype", &TYPES), ("sch.wide", &WIDE)]);
    let x = columns(&data, &["1", "api99"]);
    let targets = [SCHOOLS, API99];
    let third = calibrate(&second.weights, &x, &targets, &CalibrateOptions::default()).unwrap();
    check("chain", &data, &[first, second, third]);
}
