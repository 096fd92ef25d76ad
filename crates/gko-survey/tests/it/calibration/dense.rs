//! The same calibration by a plain dense Newton method, and the same bits at any number
//! of threads.

use gko_survey::Matrix;
use gko_survey::calibration::{CalibrateOptions, Calibrated, Distance, calibrate};
use nalgebra::DVector;
use proptest::prelude::*;

/// Enough for several blocks.
const ROWS: usize = 20_000;

struct Data {
    d: Vec<f64>,
    v: Vec<f64>,
    x: Matrix,
    targets: Vec<f64>,
}

/// Numbers without a pattern; targets lean on the auxiliaries, and those beyond the first
/// have a scale and a mean of their own.
fn data(rows: usize, seed: u64) -> Data {
    let mut state = seed;
    let mut next = move || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f64 / f64::from(1 << 24)
    };
    let mut column = || -> Vec<f64> { (0..rows).map(|_| next()).collect() };
    let (d, v) = (column(), column());
    let columns = [column(), column(), column()];
    let (mean, scale) = ([3.0, -100.0, 1e4], [2.0, 30.0, 500.0]);
    let x = Matrix::from_fn(rows, 4, |row, j| match j {
        0 => 1.0,
        _ => mean[j - 1] + scale[j - 1] * columns[j - 1][row],
    });
    let lean = |row: usize| 0.9 + 0.2 * columns[0][row] * columns[1][row] + 0.1 * columns[2][row];
    let d: Vec<f64> = d.iter().map(|d| 1.0 + 9.0 * d).collect();
    let truth = DVector::from_fn(rows, |row, _| d[row] * lean(row));
    let targets = x.tr_mul(&truth).as_slice().to_vec();
    Data { d, v: v.iter().map(|v| 0.5 + v).collect(), x, targets }
}

fn factor(distance: Distance, (lower, upper): (f64, f64), u: f64) -> (f64, f64) {
    let steep = (upper - lower) / ((1.0 - lower) * (upper - 1.0));
    let (plain, slope) = match distance {
        Distance::Linear => (1.0 + u, 1.0),
        Distance::Raking => (u.exp(), u.exp()),
        _ => {
            let e = (steep * u).exp();
            let below = (upper - 1.0) + (1.0 - lower) * e;
            let g = (lower * (upper - 1.0) + upper * (1.0 - lower) * e) / below;
            (g, (g - lower) * (upper - g) / ((1.0 - lower) * (upper - 1.0)))
        }
    };
    let inside = lower <= plain && plain <= upper;
    (plain.clamp(lower, upper), if inside { slope } else { 0.0 })
}

/// Where the hard targets fix the sum of the weights and there are no bounds, the given
/// ones are scaled to it.
fn level(data: &Data, options: &CalibrateOptions<'_>) -> f64 {
    let is_hard = options.costs.is_none_or(|costs| costs[0].is_infinite());
    if options.bounds.is_none() && options.heteroscedasticity.is_none() && is_hard {
        return data.targets[0] / data.d.iter().sum::<f64>();
    }
    1.0
}

/// Forty plain Newton steps in columns of mean 0 and size 1, beside the constant.
fn dense(data: &Data, options: &CalibrateOptions<'_>) -> Vec<f64> {
    let bounds = options.bounds.unwrap_or((f64::NEG_INFINITY, f64::INFINITY));
    let rows = data.d.len();
    let one = vec![1.0; rows];
    let v = options.heteroscedasticity.unwrap_or(&one);
    let level = level(data, options);
    let d: Vec<f64> = data.d.iter().map(|d| d * level).collect();
    let size: f64 = d.iter().zip(v).map(|(d, v)| d * v).sum();
    let inverse = DVector::from_fn(4, |j, _| match options.costs {
        Some(costs) if costs[j].is_finite() => (data.targets[j] / costs[j]).powi(2) / size,
        _ => 0.0,
    });
    let scale = DVector::from_fn(4, |j, _| 1.0 / data.x.column(j).amax());
    let x = &data.x * Matrix::from_diagonal(&scale);
    let targets = DVector::from_fn(4, |j, _| data.targets[j] * scale[j]);
    let inverse = inverse.component_mul(&scale).component_mul(&scale);
    let mut l = DVector::zeros(4);
    let at = |l: &DVector<f64>| -> Vec<(f64, f64)> {
        let form = &x * l;
        form.iter().zip(v).map(|(u, v)| factor(options.distance, bounds, u / v)).collect()
    };
    for _ in 0..40 {
        let now = at(&l);
        let weights = DVector::from_fn(rows, |row, _| d[row] * now[row].0);
        let bend = DVector::from_fn(rows, |row, _| d[row] * now[row].1 / v[row]);
        let scaled = Matrix::from_fn(rows, 4, |row, j| bend[row] * x[(row, j)]);
        let curvature = x.tr_mul(&scaled) + Matrix::from_diagonal(&inverse);
        let lacks = &targets - x.tr_mul(&weights) - inverse.component_mul(&l);
        l += curvature.lu().solve(&lacks).unwrap();
    }
    at(&l).iter().zip(&d).map(|((g, _), d)| g * d).collect()
}

fn cases() -> Vec<(Distance, Option<(f64, f64)>)> {
    let bounds = Some((0.75, 1.4));
    let both = Distance::ALL.into_iter().map(|distance| (distance, bounds));
    both.chain([(Distance::Linear, None), (Distance::Raking, None)]).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn blocks_find_what_the_plain_method_finds(
        seed in any::<u64>(),
        rows in 300..9000_usize,
        costs in proptest::collection::vec(prop_oneof![Just(f64::INFINITY), 0.5..50.0_f64], 4),
        with_variance in any::<bool>(),
    ) {
        let data = data(rows, seed);
        let variance = with_variance.then_some(&data.v[..]);
        for (distance, bounds) in cases() {
            let options = CalibrateOptions {
                distance,
                bounds,
                heteroscedasticity: variance,
                costs: Some(&costs),
                ..Default::default()
            };
            let done = calibrate(&data.d, &data.x, &data.targets, &options).unwrap();
            let plain = dense(&data, &options);
            for (own, plain) in done.weights.iter().zip(&plain) {
                prop_assert!((own / plain - 1.0).abs() < 1e-8, "{distance:?} {own} {plain}");
            }
        }
    }
}

/// The GREG's factors by the normal equations.
#[test]
fn linear_weights_are_those_of_the_closed_form() {
    let data = data(ROWS, 3);
    let done = calibrate(&data.d, &data.x, &data.targets, &Default::default()).unwrap();
    let d = DVector::from_column_slice(&data.d);
    let scaled = Matrix::from_fn(ROWS, 4, |row, j| d[row] * data.x[(row, j)]);
    let lacks = DVector::from_column_slice(&data.targets) - data.x.tr_mul(&d);
    let l = data.x.tr_mul(&scaled).lu().solve(&lacks).unwrap();
    let expected = &data.x * l;
    for (own, expected) in done.factors.iter().zip(expected.iter()) {
        assert!((own - 1.0 - expected).abs() < 1e-9);
    }
}

fn run(threads: usize, data: &Data, options: &CalibrateOptions<'_>) -> (Calibrated, Matrix) {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    pool.install(|| {
        let done = calibrate(&data.d, &data.x, &data.targets, options).unwrap();
        let mut scores = Matrix::from_fn(ROWS, 2, |row, j| ((row + j) % 17) as f64);
        done.adjustment.residualise(&mut scores);
        (done, scores)
    })
}

#[test]
fn bits_do_not_depend_on_the_number_of_threads() {
    let data = data(ROWS, 11);
    let cluster: Vec<u32> = (0..20_000).map(|row| row / 2).collect();
    let bits = |all: &[f64]| all.iter().map(|one| one.to_bits()).collect::<Vec<_>>();
    for (distance, bounds) in cases() {
        for (costs, cluster) in [(None, None), (Some(&[3.0; 4][..]), Some(&cluster[..]))] {
            let options =
                CalibrateOptions { distance, bounds, costs, cluster, ..Default::default() };
            let one = run(1, &data, &options);
            for threads in [2, 3] {
                let other = run(threads, &data, &options);
                assert_eq!(bits(&one.0.weights), bits(&other.0.weights), "{distance}");
                assert_eq!(bits(one.1.as_slice()), bits(other.1.as_slice()), "{distance}");
                assert_eq!(one.0.report, other.0.report);
            }
        }
    }
}
