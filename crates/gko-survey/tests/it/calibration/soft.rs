//! Targets that may be missed: NumPy's minimum, algebra, limits.

use gko_survey::Matrix;
use gko_survey::calibration::{CalibrateOptions, Distance, calibrate};
use serde_json::Value;

use crate::oracle::flat;

const COSTS: [f64; 3] = [f64::INFINITY, 2.0, 0.5];

/// What NumPy was given and found.
struct Fixture(Value);

impl Fixture {
    fn read() -> Self {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(path.join("tests/fixtures/soft_targets.json")).unwrap();
        Self(serde_json::from_str(&text).unwrap())
    }

    fn column(&self, name: &str) -> Vec<f64> {
        flat(&self.0[name])
    }

    fn x(&self) -> Matrix {
        let rows: Vec<f64> = self.0["x"].as_array().unwrap().iter().flat_map(flat).collect();
        Matrix::from_row_slice(rows.len() / 3, 3, &rows)
    }
}

fn near(got: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(got.len(), expected.len());
    let size = expected.iter().map(|x| x.abs()).fold(0.0, f64::max);
    let off = |(got, expected): (&f64, &f64)| (got - expected).abs() > tolerance * size;
    assert!(!got.iter().zip(expected).any(off), "{got:?}, expected {expected:?}");
}

#[test]
fn weights_minimise_what_numpy_minimises() {
    let data = Fixture::read();
    let v = data.column("v");
    let bounds = Some((0.4, 2.5));
    for (name, distance, bounds, heteroscedasticity) in [
        ("linear", Distance::Linear, None, None),
        ("linear_variance", Distance::Linear, None, Some(&v[..])),
        ("raking", Distance::Raking, None, None),
        ("logit", Distance::Logit, bounds, None),
        ("logit_variance", Distance::Logit, bounds, Some(&v[..])),
    ] {
        let costs = Some(&COSTS[..]);
        let options =
            CalibrateOptions { distance, bounds, heteroscedasticity, costs, ..Default::default() };
        let (x, targets) = (data.x(), data.column("targets"));
        let done = calibrate(&data.column("d"), &x, &targets, &options).unwrap();
        near(&done.weights, &flat(&data.0["weights"][name]), 1e-10);
        let totals = x.tr_mul(&Matrix::from_column_slice(12, 1, &done.weights));
        assert!((totals[0] / targets[0] - 1.0).abs() < 1e-12);
        let said: Vec<f64> = done.report.soft_targets.iter().map(|soft| soft.total).collect();
        near(&said, &totals.as_slice()[1..], 1e-12);
        assert!(done.report.soft_targets[0].relative_miss() < -0.1);
    }
}

/// The residual that the variance takes is that of the penalised fit.
#[test]
fn the_residual_is_that_of_the_penalised_fit() {
    let data = Fixture::read();
    let (y, residual) = (data.column("y"), data.column("residual"));
    for (distance, bounds) in [(Distance::Linear, None), (Distance::Raking, Some((0.3, 3.0)))] {
        let costs = Some(&COSTS[..]);
        let options = CalibrateOptions { distance, bounds, costs, ..Default::default() };
        let done =
            calibrate(&data.column("d"), &data.x(), &data.column("targets"), &options).unwrap();
        let mut scores = Matrix::from_fn(12, 1, |row, _| done.weights[row] * y[row]);
        done.adjustment.residualise(&mut scores);
        let found: Vec<f64> = scores.iter().zip(&done.weights).map(|(s, w)| s / w).collect();
        near(&found, &residual, 1e-11);
    }
}

fn ones(costs: &[f64], columns: usize) -> Vec<f64> {
    let x = Matrix::from_element(2, columns, 1.0);
    let options = CalibrateOptions { costs: Some(costs), ..Default::default() };
    calibrate(&[1.0; 2], &x, &vec![4.0; columns], &options).unwrap().factors
}

/// Of a total of 2 that is to be r = 2 times as large, all weights move by δ with
/// `δ = k²(r - 1)/(r² + k²)`.
#[test]
fn a_single_total_is_missed_as_its_cost_says() {
    near(&ones(&[1.0], 1), &[1.2; 2], 1e-14);
    near(&ones(&[2.0], 1), &[1.5; 2], 1e-14);
    near(&ones(&[1e7], 1), &[2.0; 2], 1e-13);
    near(&ones(&[1e-6], 1), &[1.0; 2], 1e-12);
}

/// Two soft targets that say the same count as one with the sum of their squared costs;
/// beside a hard one they have no say.
#[test]
fn soft_targets_may_depend_on_others() {
    near(&ones(&[1.0, 3.0_f64.sqrt()], 2), &ones(&[2.0], 1), 1e-13);
    near(&ones(&[f64::INFINITY, 1.0], 2), &[2.0; 2], 1e-13);
    let hard = CalibrateOptions { costs: Some(&[f64::INFINITY; 2]), ..Default::default() };
    let refused = calibrate(&[1.0; 2], &Matrix::from_element(2, 2, 1.0), &[4.0; 2], &hard);
    assert_eq!(refused.unwrap_err().code(), "GKO-S076");
}

#[test]
fn costs_of_infinity_are_hard_targets() {
    let data = Fixture::read();
    let targets = data.column("targets");
    let run = |costs| {
        let options = CalibrateOptions { costs, ..Default::default() };
        calibrate(&data.column("d"), &data.x(), &targets, &options).unwrap()
    };
    let (one, two) = (run(None), run(Some(&[f64::INFINITY; 3][..])));
    assert_eq!(one, two);
    assert!(one.report.soft_targets.is_empty());
}

/// Hard targets fix the total: the scale of the given weights does not matter.
#[test]
fn where_hard_targets_fix_the_total_the_scale_of_the_weights_does_not_matter() {
    let (data, costs) = (Fixture::read(), Some(&COSTS[..]));
    for distance in [Distance::Linear, Distance::Raking] {
        let options = CalibrateOptions { distance, costs, ..Default::default() };
        let run = |scale: f64| {
            let d: Vec<f64> = data.column("d").iter().map(|d| d * scale).collect();
            calibrate(&d, &data.x(), &data.column("targets"), &options).unwrap()
        };
        let one = run(1.0);
        for scale in [1e-6, 0.7, 1e6] {
            let other = run(scale);
            near(&other.weights, &one.weights, 1e-11);
            let mut scores = [&one, &other]
                .map(|done| Matrix::from_fn(12, 1, |row, _| done.weights[row] * (row % 5) as f64));
            one.adjustment.residualise(&mut scores[0]);
            other.adjustment.residualise(&mut scores[1]);
            near(scores[1].as_slice(), scores[0].as_slice(), 1e-9);
        }
    }
}

/// A soft target far beyond the bounds is missed; the bounds hold.
#[test]
fn bounds_hold_before_soft_targets() {
    let x = Matrix::from_row_slice(3, 2, &[1.0, 0.0, 1.0, 1.0, 1.0, 5.0]);
    for distance in Distance::ALL {
        let options = CalibrateOptions {
            distance,
            bounds: Some((0.5, 1.5)),
            costs: Some(&[f64::INFINITY, 50.0]),
            ..Default::default()
        };
        let done = calibrate(&[1.0; 3], &x, &[3.0, 60.0], &options).unwrap();
        assert!(done.factors.iter().all(|g| (0.5..=1.5).contains(g)), "{distance}");
        assert!((done.weights.iter().sum::<f64>() - 3.0).abs() < 1e-9);
        assert!(done.report.soft_targets[0].relative_miss() < -0.8);
    }
}

#[test]
fn an_auxiliary_of_zeros_may_be_missed() {
    let x = Matrix::from_row_slice(2, 2, &[1.0, 0.0, 1.0, 0.0]);
    let options =
        CalibrateOptions { costs: Some(&[f64::INFINITY, 1.0]), ..CalibrateOptions::default() };
    let done = calibrate(&[1.0; 2], &x, &[3.0, 7.0], &options).unwrap();
    near(&done.weights, &[1.5; 2], 1e-14);
    let soft = done.report.soft_targets[0];
    assert_eq!((soft.auxiliary, soft.total, soft.relative_miss()), (1, 0.0, -1.0));
}

#[test]
fn costs_that_are_none_are_refused() {
    let code = |costs: &[f64], target: f64| {
        let options = CalibrateOptions { costs: Some(costs), ..Default::default() };
        let x = Matrix::from_row_slice(2, 1, &[1.0, -1.0]);
        calibrate(&[1.0; 2], &x, &[target], &options).unwrap_err().code()
    };
    for cost in [0.0, -1.0, 1e-9, f64::NAN] {
        assert_eq!(code(&[cost], 1.0), "GKO-S146");
    }
    assert_eq!(code(&[1.0], 0.0), "GKO-S070");
    assert_eq!(code(&[], 1.0), "GKO-S001");
}
