//! Two-way tables, given shares, t tests and rank tests.
//!
//! R's rank test of several groups returns the chi-square as "parameter" and its
//! degrees of freedom as "statistic": the case names them as R does. R's "lincom"
//! without the package CompQuadForm is the saddlepoint approximation, as its warning
//! says; the case is held against that. The integral itself is held against Imhof's in
//! `fixtures/hypothesis.json`; with two or three terms and few degrees of freedom R's
//! approximation is off by up to a fifth, and that near it must lie here.

use gko_survey::hypothesis::{
    ChiSquared, Factor, GoodnessOfFit, NoPValue, RankScore, RankTest, TTest, TableStatistic,
    TestResult,
};
use gko_survey::{Domain, Survey};
use serde_json::Value;

use super::{Case, Ran, Table, designs};

const STATISTIC: f64 = 1e-8;

pub(crate) fn run(case: &Case) -> Ran {
    let calls = ["svychisq(", "svygofchisq(", "svyttest(", "svyranktest("];
    let Some(call) = calls.iter().find(|call| case.call.contains(*call)) else {
        return false;
    };
    if !["chisq", "ttest", "ranktest", "replicate_test"].contains(&case.group.as_str()) {
        return false;
    }
    compare_call(case, call);
    true
}

fn compare_call(case: &Case, call: &str) {
    let (survey, data) = designs::survey(case);
    match call {
        "svychisq(" => table(case, &survey, &data),
        "svygofchisq(" => goodness(case, &survey, &data),
        "svyttest(" => t_test(case, &survey, &data),
        _ => rank_test(case, &survey, &data),
    }
}

/// Tests under calibrated designs and replicates, made by `hypothesis_designs.R`.
#[test]
fn cases_of_other_designs_agree_with_r_survey() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/hypothesis_designs.json");
    let all: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let cases = all["cases"].as_array().unwrap();
    assert_eq!(cases.iter().filter(|case| run(&Case::new(case))).count(), 75);
}

fn statistic(case: &Case) -> TableStatistic {
    match case.between("statistic=\"", "\"").unwrap_or("F") {
        "F" => TableStatistic::RaoScottF,
        "Chisq" => TableStatistic::RaoScottChiSquared,
        "Wald" => TableStatistic::Wald,
        "adjWald" => TableStatistic::AdjustedWald,
        "wls-score" => TableStatistic::WlsScore,
        "saddlepoint" | "lincom" => TableStatistic::Saddlepoint,
        other => panic!("no statistic {other}"),
    }
}

fn table(case: &Case, survey: &Survey, data: &Table) {
    let names = case.variables();
    let (one, two) = (data.codes(names[0]), data.codes(names[1]));
    let rows = Factor::new(names[0], &one, &data.levels(names[0]));
    let columns = Factor::new(names[1], &two, &data.levels(names[1]));
    let test = ChiSquared::new(rows, columns).statistic(statistic(case));
    let domain = Domain::all(data.rows());
    let got = test.test(survey, &domain).unwrap();
    let approximate = statistic(case) == TableStatistic::Saddlepoint;
    compare(case, &got, if approximate { 1e-6 } else { 1e-8 });
    if case.call.contains("lincom") {
        let exact = test.statistic(TableStatistic::LinearCombination);
        let exact = exact.test(survey, &domain).unwrap();
        case.same("lincom", &[exact.p_value.unwrap()], &case.numbers("p_value"), 0.2);
    }
}

fn goodness(case: &Case, survey: &Survey, data: &Table) {
    let name = case.variables()[0].to_owned();
    let codes = data.codes(&name);
    let variable = Factor::new(&name, &codes, &data.levels(&name));
    assert!(case.call.contains("p=c(1/3,1/3,1/3)"));
    let test = GoodnessOfFit::new(variable, &[1.0 / 3.0; 3]);
    compare(case, &test.test(survey, &Domain::all(data.rows())).unwrap(), 1e-8);
}

/// Both sides of the formula of a call.
fn sides<'a>(case: &'a Case, call: &str) -> (&'a str, &'a str) {
    let formula = case.between(call, ",").unwrap();
    formula.split_once('~').unwrap()
}

fn t_test(case: &Case, survey: &Survey, data: &Table) {
    let (left, right) = sides(case, "svyttest(");
    let domain = Domain::all(data.rows());
    if let Some((one, two)) = left.trim_start_matches("I(").trim_end_matches(')').split_once('-') {
        let test = TTest::paired(left, &data.numbers(one), &data.numbers(two)).unwrap();
        return compare(case, &test.test(survey, &domain).unwrap(), 1e-8);
    }
    let (values, codes) = (data.numbers(left), data.codes(right));
    let groups = Factor::new(right, &codes, &data.levels(right));
    let got = TTest::two_groups(left, &values, groups).test(survey, &domain).unwrap();
    compare(case, &got, 1e-8);
}

fn rank_test(case: &Case, survey: &Survey, data: &Table) {
    let (left, right) = sides(case, "svyranktest(");
    let right = right.trim_end_matches(')');
    let (values, codes) = (data.numbers(left), data.codes(right));
    let groups = Factor::new(right, &codes, &data.levels(right));
    let score = match case.between("test=\"", "\"").unwrap_or("wilcoxon") {
        "vanderWaerden" => RankScore::VanDerWaerden,
        "median" => RankScore::Median,
        _ => RankScore::Wilcoxon,
    };
    let got = RankTest::new(left, &values, groups).score(score);
    let got = got.test(survey, &Domain::all(data.rows())).unwrap();
    if !case.has("F") {
        return compare(case, &got, 1e-8);
    }
    case.close("df", &[got.statistic], STATISTIC);
    case.close("F", &[got.parameter("df").unwrap()], 0.0);
    case.close("p", &[got.p_value.unwrap()], 1e-8);
}

fn compare(case: &Case, got: &TestResult, p_tolerance: f64) {
    case.close("statistic", &[got.statistic], STATISTIC);
    assert_eq!(case.result["statistic_name"].as_str(), Some(got.statistic_name), "{}", case.id);
    if case.has("parameter") && got.p_value.is_some() {
        let parameters: Vec<f64> = got.parameters.iter().map(|(_, value)| *value).collect();
        case.close("parameter", &parameters, STATISTIC);
    }
    if case.has("estimate") {
        case.close("estimate", &[got.estimate.unwrap().1], 1e-10);
    }
    if case.has("conf_int") {
        let (lower, upper) = got.interval.unwrap();
        case.close("conf_int", &[lower, upper], 1e-8);
    }
    let p = case.numbers("p_value");
    if p[0].is_nan() {
        return assert_eq!(got.no_p_value, Some(NoPValue::NoVariance), "{}", case.id);
    }
    let got = got.p_value.unwrap_or_else(|| panic!("{}: {:?}", case.id, got));
    case.close("p_value", &[got], p_tolerance);
}
