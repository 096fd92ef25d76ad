//! Estimators beside what R gives by other ways than one call, and at the edges.

use gko_survey::{
    Absent, Agreement, Columns, Comparison, Correlations, Covariances, CronbachAlpha, Design,
    DesignEffects, Domain, Estimation, Gradient, Jackknife, Kappa, Mean, Ratio, Replicates,
    SeparateRatios, Stage, Standard, Statistic, Survey, Table, Total, Way,
};
use serde_json::Value;

use super::schools::Schools;

fn expected(field: &str) -> Vec<f64> {
    let text = include_str!("../fixtures/estimators/expected.json");
    let all: Value = serde_json::from_str(text).unwrap();
    all[field].as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect()
}

#[track_caller]
fn close(got: &[f64], field: &str, tolerance: f64) {
    let expected = expected(field);
    assert_eq!(got.len(), expected.len(), "{field}");
    for (got, expected) in got.iter().zip(expected) {
        assert!((got / expected - 1.0).abs() < tolerance, "{field}: {got} is not R's {expected}");
    }
}

/// Values, then standard errors.
#[track_caller]
fn both(got: &Estimation, field: &str) {
    let all: Vec<f64> = got.values().iter().copied().chain(got.se()).collect();
    close(&all, field, 1e-8);
}

fn types(schools: &Schools) -> Vec<u32> {
    schools.codes("stype", &["E", "H", "M"])
}

fn by_type(schools: &Schools) -> Vec<Domain> {
    let codes = types(schools);
    (0..3).map(|at| Domain::of(codes.iter().map(|&code| code == at).collect())).collect()
}

#[test]
fn correlations_variances_and_alpha_agree_with_r() {
    let schools = Schools::read("apiclus1.csv");
    let survey = Survey::new(schools.clusters());
    let [after, before, enroll] = ["api00", "api99", "enroll"].map(|name| schools.numbers(name));
    let (all, first) = (Domain::all(survey.rows()), by_type(&schools).swap_remove(0));
    let two = || Columns::new().number("api00", &after).number("enroll", &enroll);
    let correlations = Correlations::new(two());
    both(&survey.estimate(&correlations, &all).unwrap(), "correlation");
    both(&survey.estimate(&correlations, &first).unwrap(), "correlation_domain");
    let got = survey.estimate(&Covariances::new(two()), &first).unwrap();
    close(got.values(), "variance_domain", 1e-10);
    close(&got.se(), "variance_domain_se", 1e-8);
    let items = two().number("api99", &before);
    both(&survey.estimate(&CronbachAlpha::new(items).unwrap(), &all).unwrap(), "alpha");
}

#[test]
fn design_effects_of_ratios_and_shares_agree_with_r() {
    let schools = Schools::read("apiclus1.csv");
    let survey = Survey::new(schools.clusters());
    let [students, enroll] = ["api.stu", "enroll"].map(|name| schools.numbers(name));
    let all = Domain::all(survey.rows());
    let one = |name, values| Columns::new().number(name, values);
    let ratio = Ratio::new(one("api.stu", &students), one("enroll", &enroll)).unwrap();
    let effect = |statistic: &dyn Statistic, comparison| {
        DesignEffects::of(&survey, statistic, &all, comparison).unwrap().values()
    };
    close(&effect(&ratio, Comparison::WithoutReplacement), "ratio_deff", 1e-8);
    close(&effect(&ratio, Comparison::WithReplacement), "ratio_deff_replace", 1e-8);
    let codes = types(&schools);
    let shares = Mean::new(Columns::new().categories("stype", &codes, &["E", "H", "M"]));
    close(&effect(&shares, Comparison::WithoutReplacement), "share_deff", 1e-8);
}

#[test]
fn tables_agree_with_r() {
    let schools = Schools::read("apiclus1.csv");
    let survey = Survey::new(schools.clusters());
    let (wide, stype) = (schools.codes("sch.wide", &["No", "Yes"]), types(&schools));
    let ways =
        [Way::new("sch.wide", &wide, &["No", "Yes"]), Way::new("stype", &stype, &["E", "H", "M"])];
    let all = Domain::all(survey.rows());
    let counts = Table::new(&ways).unwrap();
    let got = survey.estimate(&counts, &all).unwrap();
    close(got.values(), "counts", 1e-10);
    close(&got.se(), "counts_se", 1e-8);
    let got = survey.estimate(&counts.clone().shares(&[0]).unwrap(), &all).unwrap();
    close(got.values(), "row_shares", 1e-10);
    close(&got.se(), "row_shares_se", 1e-8);
    // Shares of the column are those of the row of the table with its ways exchanged.
    let [first, second] = ways;
    let turned = Table::new(&[second, first]).unwrap().shares(&[1]).unwrap();
    let turned = survey.estimate(&turned, &all).unwrap();
    for cell in 0..6 {
        let (row, column) = (cell % 2, cell / 2);
        assert_eq!(got.values()[cell], turned.values()[column + 3 * row]);
        assert!((got.se()[cell] - turned.se()[column + 3 * row]).abs() < 1e-14);
    }
}

#[test]
fn kappas_of_three_categories_agree_with_r() {
    let schools = Schools::read("apiclus1.csv");
    let survey = Survey::new(schools.clusters());
    let third = |x: f64| u32::from(x > 600.0) + u32::from(x > 700.0);
    let cut = |name| schools.numbers(name).into_iter().map(third).collect::<Vec<u32>>();
    let (a, b) = (cut("api00"), cut("api99"));
    let kappa = Kappa::new(&a, &b, 3).unwrap();
    let all = Domain::all(survey.rows());
    both(&survey.estimate(&kappa, &all).unwrap(), "kappa");
    let linear = kappa.clone().agreement(Agreement::Linear);
    both(&survey.estimate(&linear, &all).unwrap(), "kappa_linear");
    let quadratic = kappa.agreement(Agreement::Quadratic);
    both(&survey.estimate(&quadratic, &all).unwrap(), "kappa_quadratic");
}

#[test]
fn totals_of_separate_ratios_agree_with_r() {
    let schools = Schools::read("apistrat.csv");
    let survey = Survey::new(schools.strata());
    let [students, enroll] = ["api.stu", "enroll"].map(|name| schools.numbers(name));
    let one = |name, values| Columns::new().number(name, values);
    let ratio = Ratio::new(one("api.stu", &students), one("enroll", &enroll)).unwrap();
    let all = Domain::all(survey.rows());
    let ratios = SeparateRatios::of(&survey, &ratio, &all).unwrap();
    both(&ratios.total(&[1_877_350.0, 1_013_824.0, 920_298.0]).unwrap(), "separate_total");
    assert_eq!(ratios.total(&[1.0]).unwrap_err().code(), "GKO-S181");
}

#[test]
fn functions_of_estimates_agree_with_r() {
    let schools = Schools::read("apistrat.csv");
    let survey = Survey::new(schools.strata());
    let api = schools.numbers("api00");
    let means = survey.estimate_by(&Mean::of("api00", &api), &by_type(&schools)).unwrap();
    let function = |x: &[f64]| vec![(x[0] / x[1]).ln(), (x[2] / (1000.0 - x[2])).ln()];
    let got = means.transform(&["log", "logit"], &function, Gradient::Numeric).unwrap();
    both(&got, "functions");
    let schools = Schools::read("apiclus1.csv");
    let replicates = Replicates::jk1(&schools.clusters(), Jackknife::default()).unwrap();
    let survey = Survey::replicated(replicates.clone());
    let api = schools.numbers("api00");
    let means = survey.estimate_by(&Mean::of("api00", &api), &by_type(&schools)).unwrap();
    let ratio = |x: &[f64]| vec![x[0] / x[1]];
    both(&means.transform_replicates(&replicates, &["E/H"], &ratio).unwrap(), "replicate_function");
}

/// Ten rows in five PSUs; the figure and the rating of the last two never vary.
fn small() -> (Survey, [f64; 10], [f64; 10], [u32; 10]) {
    let psu = [1, 1, 2, 2, 3, 3, 4, 4, 5, 5];
    let design = Design::builder(10).stage(Stage::units(&psu)).weights(&[2.0; 10]).build();
    let x = [1.0, 2.0, 4.0, 3.0, 2.0, 6.0, 5.0, 1.0, 7.0, 7.0];
    let y = [2.0, 1.0, 3.0, 5.0, 1.0, 4.0, 6.0, 2.0, 3.0, 3.0];
    (Survey::new(design.unwrap()), x, y, [0, 1, 0, 1, 1, 0, 0, 1, 1, 1])
}

fn rows(of: impl Fn(usize) -> bool) -> Domain {
    Domain::of((0..10).map(of).collect())
}

#[test]
fn empty_domains_have_no_figure_and_say_why() {
    let (survey, x, y, codes) = small();
    let two = Columns::new().number("x", &x).number("y", &y);
    let ways = [Way::new("a", &codes, &["no", "yes"])];
    let statistics: [&dyn Statistic; 6] = [
        &Covariances::new(two.clone()),
        &Correlations::new(two.clone()),
        &CronbachAlpha::new(two).unwrap(),
        &Kappa::new(&codes, &codes, 2).unwrap(),
        &Table::new(&ways).unwrap(),
        &Table::new(&ways).unwrap().shares(&[]).unwrap(),
    ];
    for statistic in statistics {
        for comparison in [Comparison::WithReplacement, Comparison::WithoutReplacement] {
            let none = rows(|_| false);
            let got = DesignEffects::of(&survey, statistic, &none, comparison).unwrap();
            assert_eq!(got.estimation().bases()[0].absent, Some(Absent::EmptyBase));
            let se = got.estimation().se();
            let all = got.estimation().values().iter().chain(&se);
            assert!(all.chain(&got.values()).all(|value| value.is_nan()));
            assert!(got.kish()[0].is_nan());
        }
    }
}

/// One row, and rows that are all alike: what needs a spread does not exist.
#[test]
fn without_a_spread_there_is_no_variance_ratio() {
    let (survey, x, y, codes) = small();
    let two = Columns::new().number("x", &x).number("y", &y);
    for domain in [rows(|row| row == 0), rows(|row| row > 7)] {
        let is_nan = |statistic: &dyn Statistic| {
            let got = survey.estimate(statistic, &domain).unwrap();
            assert!(got.values().iter().chain(&got.se()).all(|value| value.is_nan()));
        };
        is_nan(&Correlations::new(two.clone()));
        is_nan(&CronbachAlpha::new(two.clone()).unwrap());
        is_nan(&Kappa::new(&codes, &codes, 2).unwrap());
        let mean = Mean::new(two.clone());
        let with = Comparison::WithReplacement;
        let effects = DesignEffects::of(&survey, &mean, &domain, with).unwrap();
        assert!(effects.values().iter().all(|value| value.is_nan()));
    }
    let covariances = Covariances::new(two);
    let one = survey.estimate(&covariances, &rows(|row| row == 0)).unwrap();
    assert!(one.values().iter().all(|value| value.is_nan()));
    let alike = survey.estimate(&covariances, &rows(|row| row > 7)).unwrap();
    assert_eq!((alike.values(), alike.se()), ([0.0; 3].as_slice(), vec![0.0; 3]));
}

/// All weights 2: Kish's effect is 1, and one PSU alone has no variance.
#[test]
fn equal_weights_have_no_effect_of_their_own() {
    let (survey, x, ..) = small();
    let (mean, with) = (Mean::of("x", &x), Comparison::WithReplacement);
    let effects = DesignEffects::of(&survey, &mean, &rows(|_| true), with).unwrap();
    assert_eq!(effects.kish(), [1.0]);
    let effect = effects.values()[0];
    assert_eq!((effects.effective_n()[0], effects.roots()[0]), (10.0 / effect, effect.sqrt()));
    let one_psu = DesignEffects::of(&survey, &mean, &rows(|row| row < 2), with).unwrap();
    assert_eq!(one_psu.values(), [0.0]);
}

#[test]
fn weights_that_are_no_population_have_no_effect_without_replacement() {
    let survey = Survey::new(Design::builder(4).weights(&[1.0; 4]).build().unwrap());
    let mean = Mean::of("x", &[1.0, 2.0, 3.0, 4.0]);
    let refused =
        DesignEffects::of(&survey, &mean, &Domain::all(4), Comparison::WithoutReplacement);
    assert_eq!(refused.unwrap_err().code(), "GKO-S180");
}

/// A contrast leaves out what it does not use, an empty domain too.
#[test]
fn contrasts_skip_what_they_do_not_use() {
    let (survey, x, ..) = small();
    let domains = [rows(|row| row < 4), rows(|_| false), rows(|row| row > 3)];
    let means = survey.estimate_by(&Mean::of("x", &x), &domains).unwrap();
    let contrasts = [("gap", vec![1.0, 0.0, -1.0]), ("none", vec![0.0, 1.0, 0.0])];
    let got = means.contrast(&contrasts).unwrap();
    assert!((got.values()[0] - (10.0 / 4.0 - 28.0 / 6.0)).abs() < 1e-14);
    assert!(got.se()[0] > 0.0 && got.values()[1].is_nan() && got.se()[1].is_nan());
    assert_eq!((got.bases()[0].n, got.bases()[0].absent), (10, None));
    assert_eq!(got.bases()[1].absent, Some(Absent::EmptyBase));
    let gap = |x: &[f64]| vec![x[0] - x[2]];
    let same = means.transform(&["gap"], &gap, Gradient::Numeric).unwrap();
    assert!((same.se()[0] / got.se()[0] - 1.0).abs() < 1e-10);
    let refused = means.contrast(&[("short", vec![1.0])]).unwrap_err();
    assert_eq!(refused.code(), "GKO-S181");
}

#[test]
fn functions_that_have_no_slope_are_refused() {
    let survey = Survey::new(Design::builder(2).weights(&[1.0; 2]).build().unwrap());
    let total = Total::new(Columns::new().number("x", &[-1.0, 1.0]));
    let got = survey.estimate(&total, &Domain::all(2)).unwrap();
    let root = |x: &[f64]| vec![x[0].sqrt()];
    let refused = got.transform(&["root"], &root, Gradient::Numeric).unwrap_err();
    assert_eq!(refused.code(), "GKO-S182");
    let two = |x: &[f64]| vec![x[0], x[0]];
    assert_eq!(got.transform(&["one"], &two, Gradient::Numeric).unwrap_err().code(), "GKO-S181");
}

#[test]
fn standards_that_cannot_be_are_refused() {
    let (survey, _, _, codes) = small();
    let all = rows(|_| true);
    let code = |standard: Standard<'_>, domain: &Domain| {
        survey.standardized(&standard, domain).unwrap_err().code()
    };
    assert_eq!(code(Standard::new(&codes, &[1.0, -1.0]), &all), "GKO-S188");
    assert_eq!(code(Standard::new(&codes, &[0.0, 0.0]), &all), "GKO-S188");
    assert_eq!(code(Standard::new(&codes, &[1.0]), &all), "GKO-S082");
    assert_eq!(code(Standard::new(&codes, &[1.0, 1.0]), &rows(|row| row > 7)), "GKO-S189");
    assert_eq!(code(Standard::new(&codes, &[1.0, 1.0]), &rows(|_| false)), "GKO-S080");
    let leave = gko_survey::calibration::EmptyCells::LeaveOut;
    let some = Standard::new(&codes, &[1.0, 3.0]).empty_cells(leave);
    let got = survey.standardized(&some, &rows(|row| row > 7)).unwrap();
    assert_eq!(&got.weights()[7..], [0.0, 1.5, 1.5]);
}

/// Standardised replicates have the standard's make-up each.
#[test]
fn replicates_are_standardised_one_by_one() {
    let (_, x, _, codes) = small();
    let psu = [1, 1, 2, 2, 3, 3, 4, 4, 5, 5];
    let design = Design::builder(10).stage(Stage::units(&psu)).weights(&[2.0; 10]).build().unwrap();
    let replicates = Replicates::jk1(&design, Jackknife::default()).unwrap();
    let standard = Standard::new(&codes, &[1.0, 3.0]);
    let all = rows(|_| true);
    let even = Survey::replicated(replicates).standardized(&standard, &all).unwrap();
    let shares = Mean::new(Columns::new().categories("code", &codes, &["no", "yes"]));
    let got = even.estimate(&shares, &all).unwrap();
    assert!((got.values()[1] - 0.75).abs() < 1e-15 && got.se()[1] < 1e-15);
    assert!(even.estimate(&Mean::of("x", &x), &all).unwrap().se()[0] > 0.0);
}

#[test]
fn a_table_of_two_ratings_has_a_limit() {
    for categories in [1025, usize::MAX] {
        assert_eq!(Kappa::new(&[0], &[0], categories).unwrap_err().code(), "GKO-S185");
    }
}
