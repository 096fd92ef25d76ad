//! What calibration keeps for any weights and targets.

use gko_survey::Matrix;
use gko_survey::calibration::{
    Adjustment, CalibrateOptions, Calibrated, Distance, Margin, RakeOptions, TrimOptions,
    calibrate, post_stratify, rake, trim,
};
use proptest::prelude::*;

const ROWS: usize = 3;
const COLUMNS: usize = 2;

/// Persons in a full crossing of two margins, with targets that can be reached.
#[derive(Debug, Clone)]
struct Sample {
    weights: Vec<f64>,
    row: Vec<u32>,
    column: Vec<u32>,
    size: Vec<f64>,
    /// Weights that define the targets.
    truth: Vec<f64>,
}

impl Sample {
    fn total(&self, of: impl Fn(usize) -> bool) -> f64 {
        (0..self.truth.len()).filter(|&i| of(i)).map(|i| self.truth[i]).sum()
    }

    fn row_targets(&self) -> Vec<f64> {
        (0..ROWS).map(|r| self.total(|i| self.row[i] as usize == r)).collect()
    }

    fn column_targets(&self) -> Vec<f64> {
        (0..COLUMNS).map(|c| self.total(|i| self.column[i] as usize == c)).collect()
    }

    fn rake(&self) -> Calibrated {
        let (rows, columns) = (self.row_targets(), self.column_targets());
        let rows = Margin::new("row", &self.row, &rows);
        let columns = Margin::new("column", &self.column, &columns);
        let options = RakeOptions { tolerance: 1e-12, ..RakeOptions::default() };
        rake(&self.weights, &[rows, columns], &options).unwrap()
    }

    /// Ones, rows but the first, columns but the first, size.
    fn auxiliaries(&self) -> Matrix {
        let is = |yes: bool| f64::from(u8::from(yes));
        Matrix::from_fn(self.weights.len(), 5, |i, j| match j {
            0 => 1.0,
            1 => is(self.row[i] == 1),
            2 => is(self.row[i] == 2),
            3 => is(self.column[i] == 1),
            _ => self.size[i],
        })
    }

    fn targets(&self, x: &Matrix) -> Vec<f64> {
        let total = |j: usize| x.column(j).iter().zip(&self.truth).map(|(x, w)| x * w).sum();
        (0..x.ncols()).map(total).collect()
    }

    fn calibrate(&self, options: &CalibrateOptions<'_>) -> Calibrated {
        let x = self.auxiliaries();
        calibrate(&self.weights, &x, &self.targets(&x), options).unwrap()
    }
}

/// Weights within a factor of 20; targets are those of weights within 0.7 to 1.4 of them.
fn sample() -> impl Strategy<Value = Sample> {
    let person = (1.0..20.0_f64, 0.7..1.4_f64, -3.0..9.0_f64);
    proptest::collection::vec(person, 18..60).prop_map(|all| {
        let code = |code: usize| u32::try_from(code).unwrap();
        let row = (0..all.len()).map(|i| code(i % ROWS)).collect();
        let column = (0..all.len()).map(|i| code(i / ROWS % COLUMNS)).collect();
        let weights: Vec<f64> = all.iter().map(|one| one.0).collect();
        let truth = all.iter().map(|one| one.0 * one.1).collect();
        Sample { weights, row, column, size: all.iter().map(|one| one.2).collect(), truth }
    })
}

fn near(one: &[f64], two: &[f64], tolerance: f64) -> bool {
    let size = two.iter().map(|x| x.abs()).fold(0.0, f64::max);
    one.iter().zip(two).all(|(one, two)| (one - two).abs() <= tolerance * size)
}

fn residual(adjustment: &Adjustment, scores: &Matrix) -> Matrix {
    let mut scores = scores.clone();
    adjustment.residualise(&mut scores);
    scores
}

fn distances() -> [CalibrateOptions<'static>; 5] {
    let with = |distance, bounds| CalibrateOptions { distance, bounds, ..Default::default() };
    [
        with(Distance::Linear, None),
        with(Distance::Raking, None),
        with(Distance::Linear, Some((0.6, 1.6))),
        with(Distance::Raking, Some((0.6, 1.6))),
        with(Distance::Logit, Some((0.6, 1.6))),
    ]
}

proptest! {
    #[test]
    fn raking_is_calibration_with_the_raking_distance(sample in sample()) {
        let x = sample.auxiliaries().columns(0, 4).into_owned();
        let options = CalibrateOptions { distance: Distance::Raking, ..Default::default() };
        let one = calibrate(&sample.weights, &x, &sample.targets(&x), &options).unwrap();
        let two = sample.rake();
        prop_assert!(near(&one.weights, &two.weights, 1e-8));
        prop_assert!(near(&one.factors, &two.factors, 1e-8));
    }

    #[test]
    fn post_stratification_is_raking_on_one_margin(sample in sample()) {
        let targets = sample.row_targets();
        let margin = Margin::new("row", &sample.row, &targets);
        let one = rake(&sample.weights, &[margin], &RakeOptions::default()).unwrap();
        let options = Default::default();
        let two = post_stratify(&sample.weights, &sample.row, &targets, &options).unwrap();
        prop_assert!(near(&one.weights, &two.weights, 1e-14));
    }

    #[test]
    fn all_margins_hold(sample in sample()) {
        let done = sample.rake();
        let sum = |codes: &[u32], code: usize| -> f64 {
            let rows = codes.iter().zip(&done.weights).filter(|(c, _)| **c as usize == code);
            rows.map(|(_, w)| w).sum()
        };
        for (code, target) in sample.row_targets().into_iter().enumerate() {
            prop_assert!((sum(&sample.row, code) / target - 1.0).abs() < 1e-9);
        }
        for (code, target) in sample.column_targets().into_iter().enumerate() {
            prop_assert!((sum(&sample.column, code) / target - 1.0).abs() < 1e-9);
        }
    }

    #[test]
    fn totals_and_bounds_hold_for_every_distance(sample in sample()) {
        let x = sample.auxiliaries();
        for options in distances() {
            let done = sample.calibrate(&options);
            let weights = Matrix::from_column_slice(done.weights.len(), 1, &done.weights);
            let totals = x.tr_mul(&weights);
            prop_assert!(near(totals.as_slice(), &sample.targets(&x), 1e-9));
            let (least, most) = options.bounds.unwrap_or((f64::NEG_INFINITY, f64::INFINITY));
            prop_assert!(done.factors.iter().all(|g| least <= *g && *g <= most));
            prop_assert!(done.report.largest_gap <= 1e-10);
        }
    }

    #[test]
    fn without_bounds_the_scale_of_the_weights_does_not_matter(
        sample in sample(),
        scale in prop_oneof![1e-9..1e-8_f64, 0.5..2.0_f64, 1e8..1e9_f64],
    ) {
        let scaled = Sample {
            weights: sample.weights.iter().map(|w| w * scale).collect(),
            ..sample.clone()
        };
        for options in &distances()[..2] {
            let (one, two) = (sample.calibrate(options), scaled.calibrate(options));
            prop_assert!(near(&one.weights, &two.weights, 1e-8), "{options:?}");
        }
        prop_assert!(near(&sample.rake().weights, &scaled.rake().weights, 1e-9));
    }

    /// Auxiliaries that span the same space give the same weights: here size is
    /// moved by 1e9, which leaves it about seven digits, so the gap cannot close as far.
    #[test]
    fn a_large_mean_of_an_auxiliary_does_not_matter(sample in sample()) {
        let mut moved = sample.auxiliaries();
        moved.column_mut(4).add_scalar_mut(1e9);
        for options in distances() {
            let targets = sample.targets(&moved);
            let coarse = CalibrateOptions { tolerance: 1e-8, ..options };
            let one = calibrate(&sample.weights, &moved, &targets, &coarse).unwrap();
            prop_assert!(near(&one.weights, &sample.calibrate(&options).weights, 1e-5));
        }
    }

    #[test]
    fn residuals_know_nothing_of_the_auxiliaries_and_stay(sample in sample()) {
        let x = sample.auxiliaries();
        let done = distances().map(|options| sample.calibrate(&options));
        for done in &done {
            let scores = Matrix::from_fn(x.nrows(), 5, |i, j| x[(i, j)] * done.weights[i]);
            let size = scores.amax();
            prop_assert!(residual(&done.adjustment, &scores).amax() < 1e-12 * size);
        }
        let raked = sample.rake();
        let known = x.columns(0, 4);
        let scores = Matrix::from_fn(x.nrows(), 4, |i, j| known[(i, j)] * raked.weights[i]);
        prop_assert!(residual(&raked.adjustment, &scores).amax() < 1e-11 * scores.amax());
        for done in done.iter().chain([&raked]) {
            let scores = Matrix::from_fn(x.nrows(), 1, |i, _| sample.size[i].powi(2));
            let once = residual(&done.adjustment, &scores);
            let twice = residual(&done.adjustment, &once);
            prop_assert!((&twice - &once).amax() < 1e-11 * scores.amax());
        }
    }

    /// Weights differ inside of the clusters, and still the totals hold.
    #[test]
    fn clusters_have_one_factor_and_totals_hold(sample in sample()) {
        let cluster: Vec<u32> = (0..9).map(|c| c * 100).cycle().take(sample.weights.len()).collect();
        let x = sample.auxiliaries().columns(0, 3).into_owned();
        let options = CalibrateOptions { cluster: Some(&cluster), ..Default::default() };
        let done = calibrate(&sample.weights, &x, &sample.targets(&x), &options).unwrap();
        for (i, factor) in done.factors.iter().enumerate() {
            prop_assert_eq!(*factor, done.factors[i % 9]);
        }
        let weights = Matrix::from_column_slice(done.weights.len(), 1, &done.weights);
        prop_assert!(near(x.tr_mul(&weights).as_slice(), &sample.targets(&x), 1e-9));
    }

    #[test]
    fn trimming_keeps_the_total_and_the_limits(
        weights in proptest::collection::vec(0.5..20.0_f64, 5..60),
    ) {
        let total: f64 = weights.iter().sum();
        let mean = total / weights.len() as f64;
        let options = TrimOptions { lower: mean * 0.5, upper: mean * 2.0, ..Default::default() };
        let done = trim(&weights, &options).unwrap();
        prop_assert!((done.weights.iter().sum::<f64>() / total - 1.0).abs() < 1e-12);
        prop_assert!(done.weights.iter().all(|w| options.lower <= *w && *w <= options.upper));
    }

    /// Each category has weights of all sizes.
    #[test]
    fn weights_from_1e_minus_9_to_1e9_are_calibrated(
        all in proptest::collection::vec((0.7..1.4_f64, -3.0..9.0_f64), 42..80),
    ) {
        let code = |code: usize| u32::try_from(code).unwrap();
        let weights: Vec<f64> = (0_i32..).take(all.len()).map(|i| 10_f64.powi(i % 7 * 3 - 9)).collect();
        let sample = Sample {
            row: (0..all.len()).map(|i| code(i % ROWS)).collect(),
            column: (0..all.len()).map(|i| code(i / ROWS % COLUMNS)).collect(),
            size: all.iter().map(|one| one.1).collect(),
            truth: weights.iter().zip(&all).map(|(w, one)| w * one.0).collect(),
            weights,
        };
        for options in distances() {
            let done = sample.calibrate(&options);
            prop_assert!(done.report.largest_gap <= 1e-10);
        }
        prop_assert!(sample.rake().report.largest_gap <= 1e-12);
    }
}
