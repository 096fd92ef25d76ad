//! What replicates give where algebra says it.

use std::sync::Arc;

use gko_survey::{
    Columns, Design, Domain, GivenWeights, Jackknife, Mean, Population, Ratio, Replicates, Scales,
    Stage, Statistic, Survey, Taylor, Total,
};
use proptest::prelude::*;

use super::{near, stratified, total, variance};

/// Rows of a clustered sample: stratum, PSU in it, weight, two values, a domain.
type Row = (u32, u32, f64, f64, f64, bool);

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let row = (1..5_u32, 0..3_u32, 0.5..9.0, -5.0..5.0, 1.0..3.0, any::<bool>());
    proptest::collection::vec(row, 1..40).prop_map(|mut rows| {
        // Each stratum has two PSUs at least.
        let strata =
            (1..5).flat_map(|h| [(h, 0, 1.0, 1.0, 2.0, true), (h, 1, 2.0, -1.0, 1.0, true)]);
        rows.extend(strata);
        rows
    })
}

struct Sample {
    design: Design,
    x: Vec<f64>,
    y: Vec<f64>,
    inside: Vec<bool>,
}

fn sample(rows: &[Row], finite: bool) -> Sample {
    let stratum: Vec<u32> = rows.iter().map(|row| row.0).collect();
    let psu: Vec<u32> = rows.iter().map(|row| row.1).collect();
    let weights: Vec<f64> = rows.iter().map(|row| row.2).collect();
    let counts: Vec<f64> = rows.iter().map(|row| f64::from(3 + row.0)).collect();
    let mut stage = Stage::units(&psu).strata(&stratum);
    if finite {
        stage = stage.population(Population::Counts(&counts));
    }
    Sample {
        design: Design::builder(rows.len()).stage(stage).weights(&weights).build().unwrap(),
        x: rows.iter().map(|row| row.3).collect(),
        y: rows.iter().map(|row| row.4).collect(),
        inside: rows.iter().map(|row| row.5).collect(),
    }
}

fn taylor(design: &Design, x: &[f64]) -> f64 {
    let survey = Survey::linearised(Arc::new(design.clone()), Taylor::default());
    total(&survey, x).covariance()[(0, 0)]
}

/// The same weights kept row by row.
fn by_rows(units: &Replicates) -> Replicates {
    let columns: Vec<Vec<f64>> = (0..units.len()).map(|at| units.analysis_weights(at)).collect();
    let scales = Scales::clone(units.scales());
    let analysis = GivenWeights::Analysis(&columns);
    Replicates::given(units.full_sample_weights(), analysis, scales).unwrap()
}

proptest! {
    #[test]
    fn a_stratified_jackknife_of_a_total_is_its_taylor_variance(rows in rows(), finite: bool) {
        let sample = sample(&rows, finite);
        let made = Replicates::jkn(&sample.design, Jackknife::default()).unwrap();
        near(variance(made.clone(), &sample.x), taylor(&sample.design, &sample.x), 1e-10);
        near(variance(made.with_mse(true), &sample.x), taylor(&sample.design, &sample.x), 1e-10);
    }

    #[test]
    fn units_and_rows_give_the_same(rows in rows(), mse: bool) {
        let sample = sample(&rows, false);
        let units = Replicates::rao_wu(&sample.design, 12, 9).unwrap().with_mse(mse);
        let (one, two) = (Survey::replicated(units.clone()), Survey::replicated(by_rows(&units)));
        let both = || Columns::new().number("x", &sample.x).number("y", &sample.y);
        let alone = |x| Columns::new().number("x", x);
        let ratio = Ratio::new(alone(&sample.x), alone(&sample.y)).unwrap();
        let (mean, total) = (Mean::new(both()), Total::new(both()));
        let domain = Domain::of(sample.inside.clone());
        for statistic in [&mean as &dyn Statistic, &total, &ratio] {
            let one = one.estimate(statistic, &domain).unwrap();
            let two = two.estimate(statistic, &domain).unwrap();
            let size = two.covariance().diagonal().max().max(1e-3);
            prop_assert!((one.covariance() - two.covariance()).abs().max() <= 1e-12 * size);
            prop_assert_eq!(one.bases(), two.bases());
            prop_assert_eq!(one.variance(), two.variance());
            prop_assert_eq!(one.design_df(), two.design_df());
        }
    }

    #[test]
    fn pairs_have_one_variance_of_a_total(
        x in proptest::collection::vec(-9.0..9.0_f64, 2..50),
        rho in 0.0..0.9_f64,
        seed: u64,
    ) {
        let x = &x[..x.len() / 2 * 2];
        let strata: Vec<u32> = (0..x.len()).map(|at| u32::try_from(at / 2).unwrap()).collect();
        let design = stratified(&strata, &vec![2.0; x.len()]);
        let expected: f64 = x.chunks(2).map(|pair| (2.0 * (pair[0] - pair[1])).powi(2)).sum();
        near(taylor(&design, x), expected, 1e-10);
        near(variance(Replicates::brr(&design).unwrap(), x), expected, 1e-10);
        near(variance(Replicates::fay(&design, rho).unwrap(), x), expected, 1e-10);
        near(variance(Replicates::jk2(&design, None).unwrap(), x), expected, 1e-10);
        near(variance(Replicates::jk2(&design, Some(seed)).unwrap(), x), expected, 1e-10);
    }

    #[test]
    fn successive_differences_of_a_total(x in proptest::collection::vec(-9.0..9.0_f64, 4..40)) {
        let first = x.len() / 2;
        let strata: Vec<u32> = (0..x.len()).map(|at| u32::from(at >= first)).collect();
        let design = stratified(&strata, &vec![1.0; x.len()]);
        let made = Replicates::successive_differences(&design, x.len() + 1).unwrap();
        let chain = |x: &[f64]| -> f64 {
            let next = x.iter().skip(1).chain(&x[..1]);
            x.iter().zip(next).map(|(a, b)| (a - b).powi(2) / 2.0).sum()
        };
        near(variance(made, &x), chain(&x[..first]) + chain(&x[first..]), 1e-10);
    }
}

#[test]
fn fay_without_a_factor_is_brr() {
    let design = stratified(&[1, 1, 2, 2, 3, 3], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    let (brr, fay) = (Replicates::brr(&design).unwrap(), Replicates::fay(&design, 0.0).unwrap());
    assert_eq!(brr.len(), fay.len());
    assert_eq!(brr.scales().scale(), fay.scales().scale());
    assert!((0..4).all(|at| brr.analysis_weights(at) == fay.analysis_weights(at)));
}

/// The jackknife of a mean of equal weights in PSUs of one row is Taylor's; of PSUs
/// that differ in size it is close.
#[test]
fn the_jackknife_of_a_mean_is_close_to_taylor() {
    let psu: Vec<u32> = (0..60_u32).map(|row| row % 20).collect();
    let x: Vec<f64> = (0..60_u32).map(|row| f64::from(row * row % 17 + row % 20)).collect();
    let design = Design::builder(60).stage(Stage::units(&psu)).weights(&[1.0; 60]).build().unwrap();
    let mean = Mean::of("x", &x);
    let exact = Replicates::jk1(&design, Jackknife::default()).unwrap();
    let all = Domain::all(60);
    let got = Survey::replicated(exact.clone()).estimate(&mean, &all).unwrap();
    let taylor = Survey::new(design).estimate(&mean, &all).unwrap();
    near(got.se()[0], taylor.se()[0], 1e-12);
    let half = Domain::of((0..60).map(|row| row % 7 < 4).collect());
    let got = Survey::replicated(exact).estimate(&mean, &half).unwrap();
    let design = Design::builder(60).stage(Stage::units(&psu)).weights(&[1.0; 60]).build().unwrap();
    let taylor = Survey::new(design).estimate(&mean, &half).unwrap();
    near(got.se()[0], taylor.se()[0], 0.1);
}

/// With more units than rows of the matrix each unit keeps its own variance.
#[test]
fn long_chains_share_rows() {
    let rows = 500;
    let design = Design::builder(rows).weights(&vec![1.0; rows]).build().unwrap();
    let made = Replicates::successive_differences(&design, 80).unwrap();
    assert_eq!((made.len(), made.scales().scale()), (80, 0.05));
    for row in [0, 77, 250, 499] {
        let squares = (0..80).map(|at| (made.analysis_weights(at)[row] - 1.0).powi(2));
        near(squares.sum::<f64>() * 4.0 / 80.0, 1.0, 1e-12);
    }
}

/// A mean is worked out from totals of units as if it were from rows: data near
/// 1e12 have the variance of the same data near 0.
#[test]
fn values_far_from_zero_keep_their_digits() {
    let rows: Vec<Row> = (0..40_u32)
        .map(|at| {
            (1 + at % 4, at % 3, 1.0 + f64::from(at % 5) / 3.0, f64::from(at % 7), 1.0, at != 5)
        })
        .collect();
    let sample = sample(&rows, false);
    let far: Vec<f64> = sample.x.iter().map(|x| x + 1e12).collect();
    let survey = Survey::replicated(Replicates::jkn(&sample.design, Jackknife::default()).unwrap());
    let inside = Domain::of(sample.inside.clone());
    let se = |values: &[f64]| survey.estimate(&Mean::of("x", values), &inside).unwrap().se()[0];
    // The scores are seen from a mean that is rounded to 1e-4.
    assert!((se(&far) / se(&sample.x) - 1.0).abs() < 1e-3, "{} {}", se(&far), se(&sample.x));
    let far: Vec<f64> = sample.x.iter().map(|x| x + 1e6).collect();
    assert!((se(&far) / se(&sample.x) - 1.0).abs() < 1e-9, "{} {}", se(&far), se(&sample.x));
}
