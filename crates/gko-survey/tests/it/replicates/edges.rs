//! What replicates refuse, and what they do at the edges.

use gko_survey::{
    Columns, Design, Df, Domain, Error, GivenWeights, Jackknife, Mean, Population, ReplicateKind,
    Replicates, Scales, Stage, Survey, VarianceBasis,
};

use super::stratified;

fn refused(result: Result<Replicates, Error>, code: &str, text: &str) {
    let error = result.unwrap_err();
    assert_eq!(error.code(), code, "{error}");
    let message = error.to_string();
    assert!(message.contains(code) && message.contains(text), "{message}");
}

fn brr_of(columns: &[Vec<f64>], full: &[f64]) -> Result<Replicates, Error> {
    let scales = Scales::standard(ReplicateKind::Brr, 2)?;
    Replicates::given(full, GivenWeights::Analysis(columns), scales)
}

#[test]
fn given_weights_that_cannot_be_are_refused() {
    let full = [1.0, 1.0];
    refused(brr_of(&[vec![2.0, 0.0], vec![1.0]], &full), "GKO-S063", "replicate 1 has 1");
    refused(brr_of(&[vec![2.0, 0.0]], &full), "GKO-S063", "rscales has 2");
    let bad = [vec![2.0, 0.0], vec![1.0, -1.0]];
    refused(brr_of(&bad, &full), "GKO-S064", "replicate 1 has weight -1 in row 1");
    refused(brr_of(&[vec![2.0, f64::NAN], vec![1.0; 2]], &full), "GKO-S064", "NaN in row 1");
    refused(brr_of(&[vec![1.0; 2], vec![1.0; 2]], &[1.0, f64::INFINITY]), "GKO-S004", "row 1");
    refused(brr_of(&[vec![], vec![]], &[]), "GKO-S002", "no rows");
    let columns = [vec![2.0, 0.0], vec![0.0, 2.0]];
    let given = |scale: f64, rscales: [f64; 2]| {
        let scales = Scales::new(ReplicateKind::Other, scale, rscales.to_vec());
        Replicates::given(&full, GivenWeights::Factors(&columns), scales)
    };
    refused(given(0.0, [1.0; 2]), "GKO-S065", "scale is 0");
    refused(given(f64::NAN, [1.0; 2]), "GKO-S065", "scale is NaN");
    refused(given(1.0, [1.0, -1.0]), "GKO-S065", "an rscale is -1");
    refused(given(1.0, [0.0; 2]), "GKO-S065", "at least one above 0");
    let none = Scales::new(ReplicateKind::Other, 1.0, Vec::new());
    refused(Replicates::given(&full, GivenWeights::Analysis(&[]), none), "GKO-S065", "rscale");
}

#[test]
fn scales_that_do_not_follow_are_asked_for() {
    for (kind, text) in [("JKn", "Scales::jkn"), ("Fay", "rho"), ("other", "rscales")] {
        let error = Scales::standard(kind.parse().unwrap(), 4).unwrap_err();
        assert_eq!(error.code(), "GKO-S172");
        assert!(error.to_string().contains(text), "{error}");
    }
    assert_eq!(Scales::fay(1.0, 4).unwrap_err().code(), "GKO-S065");
    let brr = Scales::standard(ReplicateKind::Brr, 2).unwrap();
    assert_eq!(brr.with_fractions(&[0.1, 0.1]).unwrap_err().code(), "GKO-S173");
    let jkn = Scales::jkn(vec![0.5; 2]);
    assert_eq!(jkn.clone().with_fractions(&[0.1]).unwrap_err().code(), "GKO-S063");
    assert_eq!(jkn.with_fractions(&[0.1, 1.1]).unwrap_err().code(), "GKO-S065");
}

#[test]
fn strata_that_do_not_fit_are_refused_with_the_ways_out() {
    let lonely = stratified(&[1, 1, 2], &[1.0; 3]);
    let plain = Jackknife::default();
    refused(Replicates::jkn(&lonely, plain), "GKO-S040", "stratum 2");
    refused(Replicates::jk1(&lonely, plain), "GKO-S068", "use JKn");
    refused(Replicates::rao_wu(&lonely, 9, 1), "GKO-S066", "collapse");
    let plain_correction = plain.correction;
    refused(Replicates::canty_davison(&lonely, 9, 1, plain_correction), "GKO-S066", "stratum 2");
    refused(Replicates::multistage_bootstrap(&lonely, 9, 1), "GKO-S066", "mrbbootstrap");
    refused(Replicates::successive_differences(&lonely, 9), "GKO-S066", "stratum 2");
    refused(Replicates::brr(&lonely), "GKO-S067", "stratum 2 has 1");
    refused(Replicates::fay(&lonely, 0.3), "GKO-S067", "Fay");
    refused(Replicates::jk2(&stratified(&[1; 3], &[1.0; 3]), None), "GKO-S067", "has 3");
    let pair = stratified(&[1, 1], &[1.0; 2]);
    refused(Replicates::fay(&pair, 1.0), "GKO-S065", "rho is 1");
    refused(Replicates::rao_wu(&pair, 1, 1), "GKO-S065", "at least 2");
    refused(Replicates::successive_differences(&pair, 5000), "GKO-S170", "4096");
}

#[test]
fn one_row_has_no_replicates() {
    let one = Design::builder(1).weights(&[2.0]).build().unwrap();
    let plain = Jackknife::default();
    refused(Replicates::jk1(&one, plain), "GKO-S066", "JK1");
    refused(Replicates::jkn(&one, plain), "GKO-S040", "single PSU");
    let adjust = Jackknife { single_psu: gko_survey::SinglePsu::Adjust, ..plain };
    refused(Replicates::jkn(&one, adjust), "GKO-S044", "single");
    let removed = Jackknife { single_psu: gko_survey::SinglePsu::Remove, ..plain };
    refused(Replicates::jkn(&one, removed), "GKO-S044", "single");
}

#[test]
fn a_population_drawn_completely_has_no_replicates() {
    let stage = Stage::elements().population(Population::Counts(&[3.0; 3]));
    let whole = Design::builder(3).stage(stage).build().unwrap();
    refused(Replicates::jk1(&whole, Jackknife::default()), "GKO-S171", "completely");
    refused(Replicates::jkn(&whole, Jackknife::default()), "GKO-S171", "completely");
}

#[test]
fn a_unit_drawn_alone_at_a_later_stage_is_refused() {
    let first = Stage::units(&[1, 1, 2]).population(Population::Counts(&[9.0; 3]));
    let build = |counts: &[f64]| {
        let second = Stage::elements().population(Population::Counts(counts));
        let design = Design::builder(3).stage(first).stage(second).build().unwrap();
        Replicates::multistage_bootstrap(&design, 9, 1)
    };
    refused(build(&[5.0, 5.0, 2.0]), "GKO-S069", "stage 2");
    assert!(build(&[5.0, 5.0, 1.0]).is_ok());
}

/// Two of 2.1 PSUs with two of 100 within: the kept half of a kept PSU gets more
/// than 2, the other `1 + sqrt(1 - f) - sqrt(2·f·0.98)` < 0, f = 2/2.1.
#[test]
fn a_negative_factor_of_the_multistage_bootstrap_is_refused() {
    let first = Stage::units(&[1, 1, 2, 2]).population(Population::Counts(&[2.1; 4]));
    let second = Stage::elements().population(Population::Counts(&[100.0; 4]));
    let design = Design::builder(4).stage(first).stage(second).build().unwrap();
    refused(Replicates::multistage_bootstrap(&design, 9, 1), "GKO-S175", "-0.148");
}

#[test]
fn a_replicate_without_the_domain_is_dropped_and_counted() {
    let design = Design::builder(4).weights(&[1.0; 4]).build().unwrap();
    let x = [4.0, 1.0, 2.0, 3.0];
    let units = Replicates::jk1(&design, Jackknife::default()).unwrap();
    let columns: Vec<Vec<f64>> = (0..4).map(|at| units.analysis_weights(at)).collect();
    let analysis = GivenWeights::Analysis(&columns);
    let rows = Replicates::given(&[1.0; 4], analysis, units.scales().clone()).unwrap();
    for replicates in [units, rows] {
        let survey = Survey::replicated(replicates);
        let first = Domain::of(vec![true, false, false, false]);
        let rest = Domain::of(vec![false, true, true, true]);
        let mean = Mean::of("x", &x);
        let both = survey.estimate_by(&mean, &[first, rest.clone()]).unwrap();
        let VarianceBasis::Replicates { dropped, .. } = both.variance() else { panic!() };
        assert_eq!((*dropped, both.values()), (1, &[4.0, 2.0][..]));
        // What a domain lacks does not touch another: the jackknife of three rows.
        let alone = survey.estimate(&mean, &rest).unwrap();
        assert_eq!(both.covariance()[(1, 1)], alone.covariance()[(0, 0)]);
        assert_eq!(both.covariance()[(0, 0)], 0.0);
    }
}

#[test]
fn a_figure_in_no_replicate_has_no_variance() {
    let columns = [vec![0.0, 2.0], vec![0.0, 2.0]];
    let survey = Survey::replicated(brr_of(&columns, &[1.0, 1.0]).unwrap());
    let first = Domain::of(vec![true, false]);
    let refused = survey.estimate(&Mean::of("x", &[1.0, 2.0]), &first).unwrap_err();
    assert_eq!(refused.code(), "GKO-S062");
    let empty = survey.estimate(&Mean::of("x", &[1.0, 2.0]), &Domain::of(vec![false; 2])).unwrap();
    assert!(empty.values()[0].is_nan() && empty.se()[0].is_nan());
    assert_eq!(empty.bases()[0].df, 0.0);
}

#[test]
fn replicates_that_do_not_vary_have_no_degrees_of_freedom() {
    let columns = [vec![1.0, 2.0], vec![1.0, 2.0]];
    let made = brr_of(&columns, &[1.0, 2.0]).unwrap();
    let survey = Survey::replicated(made.clone());
    let got = survey.estimate(&Mean::of("x", &[1.0, 3.0]), &Domain::all(2)).unwrap();
    assert_eq!((got.design_df(), got.se()[0]), (0.0, 0.0));
    assert_eq!(got.intervals(0.95, Df::Design).unwrap(), [None]);
    let stated = made.clone().with_df(7.0).unwrap();
    assert_eq!(stated.df(&Domain::of(vec![true, false])), 7.0);
    refused(made.with_df(f64::NAN), "GKO-S065", "df is NaN");
}

#[test]
fn a_replicate_that_cannot_be_calibrated_is_named() {
    let design = Design::builder(3).weights(&[1.0; 3]).build().unwrap();
    let made = Replicates::jk1(&design, Jackknife::default()).unwrap();
    let fail = |weights: &[f64]| {
        if weights[1] == 0.0 { Err(Error::EmptyDomain) } else { Ok(weights.to_vec()) }
    };
    refused(made.recalibrated(fail), "GKO-S174", "replicate 1");
    refused(made.recalibrated(|w| Ok(w[1..].to_vec())), "GKO-S063", "full-sample");
    let negative = |w: &[f64]| Ok(w.iter().map(|w| if *w == 0.0 { -1.0 } else { *w }).collect());
    refused(made.recalibrated(negative), "GKO-S064", "calibrate with bounds");
    let kept = made.with_mse(true).with_df(2.0).unwrap();
    let same = kept.recalibrated(|w| Ok(w.to_vec())).unwrap();
    assert_eq!((same.mse(), same.df(&Domain::all(3))), (true, 2.0));
    assert_eq!(same.analysis_weights(2), kept.analysis_weights(2));
    assert!(same.analysis_weights(3).is_empty());
}

#[test]
fn values_that_are_missing_do_not_count_where_the_weight_is_zero() {
    let design = Design::builder(3).weights(&[1.0, 1.0, 0.0]).build().unwrap();
    let made = Replicates::jk1(&design, Jackknife::default()).unwrap();
    let survey = Survey::replicated(made);
    let columns = Columns::new().number("x", &[1.0, 3.0, f64::NAN]);
    let got = survey.estimate(&Mean::new(columns), &Domain::all(3)).unwrap();
    // Three PSUs: (1, 3, 3 and 1 without a row): replicate means 3, 1 and 2.
    assert_eq!(got.values(), [2.0]);
    assert!((got.covariance()[(0, 0)] - 4.0 / 3.0).abs() < 1e-15);
}

#[test]
fn tables_of_weights_that_no_memory_holds_are_refused() {
    let design = Design::builder(3).weights(&[1.0; 3]).build().unwrap();
    for replicates in [usize::MAX, 2_000_000] {
        refused(Replicates::rao_wu(&design, replicates, 1), "GKO-S065", "replicates");
        let scales = Scales::standard(ReplicateKind::Brr, replicates);
        assert_eq!(scales.unwrap_err().code(), "GKO-S065");
        assert_eq!(Scales::fay(0.3, replicates).unwrap_err().code(), "GKO-S065");
    }
    // A replicate for each of 30 000 elements would be a table of 9e8 numbers.
    let many = Design::builder(30_000).weights(&vec![1.0; 30_000]).build().unwrap();
    for made in [Replicates::jk1, Replicates::jkn] {
        refused(made(&many, Jackknife::default()), "GKO-S065", "linearise");
    }
}
