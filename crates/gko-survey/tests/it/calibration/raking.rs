//! Raking on cells against raking row by row, at any width, order and thread count.

use gko_survey::calibration::{
    Calibrated, Codes, Margin, RakeOptions, Raking, post_stratify, rake,
};
use gko_survey::{Design, Jackknife, Replicates};
use proptest::prelude::*;

/// Rows with three classifications, and targets of other weights of the same rows.
#[derive(Debug, Clone)]
struct People {
    weights: Vec<f64>,
    codes: [Vec<u32>; 3],
    targets: [Vec<f64>; 3],
}

impl People {
    /// From `draw(row, salt)`, numbers from 0 to 1; `skew` decades of weights.
    fn new(rows: usize, counts: [u32; 3], skew: f64, draw: impl Fn(usize, u32) -> f64) -> Self {
        let code = |row: usize, at: u32, count: u32| match row < count as usize {
            true => u32::try_from(row).unwrap(),
            false => {
                (0..count).find(|&c| draw(row, at) * f64::from(count) < f64::from(c + 1)).unwrap()
            }
        };
        let column =
            |(at, &count): (u32, &u32)| (0..rows).map(|row| code(row, at, count)).collect();
        let columns: Vec<Vec<u32>> = (0..).zip(&counts).map(column).collect();
        let codes: [Vec<u32>; 3] = columns.try_into().unwrap();
        let weights: Vec<f64> =
            (0..rows).map(|row| 10_f64.powf(skew * (draw(row, 5) - 0.5))).collect();
        let truth = |row: usize| weights[row] * (0.7 + 0.6 * draw(row, 6));
        let sums = |codes: &Vec<u32>| {
            let count = *codes.iter().max().unwrap() as usize + 1;
            let mut sums = vec![0.0; count];
            (0..rows).for_each(|row| sums[codes[row] as usize] += truth(row));
            sums
        };
        let targets = [sums(&codes[0]), sums(&codes[1]), sums(&codes[2])];
        Self { weights, codes, targets }
    }

    fn margins(&self) -> Vec<Margin<'_>> {
        let all = self.codes.iter().zip(&self.targets);
        all.map(|(codes, targets)| Margin::new("m", codes, targets)).collect()
    }

    fn rake(&self) -> Calibrated {
        rake(&self.weights, &self.margins(), &RakeOptions::default()).unwrap()
    }

    /// Sweeps over the rows, as slow as it looks: weights and gaps.
    fn row_by_row(&self, tolerance: f64) -> (Vec<f64>, Vec<f64>) {
        let (mut weights, mut trace) = (self.weights.clone(), Vec::new());
        loop {
            trace.push(self.gap(&weights));
            if *trace.last().unwrap() <= tolerance {
                return (weights, trace);
            }
            for (codes, targets) in self.codes.iter().zip(&self.targets) {
                let sums = sums(codes, targets.len(), &weights);
                for (weight, &code) in weights.iter_mut().zip(codes).filter(|(w, _)| **w > 0.0) {
                    *weight *= targets[code as usize] / sums[code as usize];
                }
            }
        }
    }

    /// The largest relative gap of any margin, measured by rows.
    fn gap(&self, weights: &[f64]) -> f64 {
        let mut largest = 0.0_f64;
        for (codes, targets) in self.codes.iter().zip(&self.targets) {
            let sums = sums(codes, targets.len(), weights);
            let gap = |(sum, target): (&f64, &f64)| ((sum - target) / target).abs();
            largest = sums.iter().zip(targets).map(gap).fold(largest, f64::max);
        }
        largest
    }
}

/// Sums by code; each of all terms in ascending order, which is as exact as it gets
/// without compensation.
fn sums(codes: &[u32], count: usize, weights: &[f64]) -> Vec<f64> {
    let mut terms = vec![Vec::new(); count];
    let used = codes.iter().zip(weights).filter(|(_, weight)| **weight > 0.0);
    used.for_each(|(&code, &weight)| terms[code as usize].push(weight));
    let sum = |mut terms: Vec<f64>| -> f64 {
        terms.sort_by(f64::total_cmp);
        terms.chunks(100).map(|some| some.iter().sum::<f64>()).sum()
    };
    terms.into_iter().map(sum).collect()
}

/// A fixed number from 0 to 1.
fn noise(row: usize, salt: u32) -> f64 {
    let mut z = (row as u64 * 8 + u64::from(salt)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}

fn near(one: &[f64], two: &[f64], tolerance: f64) -> bool {
    let close = |(one, two): (&f64, &f64)| (one - two).abs() <= tolerance * two.abs();
    one.len() == two.len() && one.iter().zip(two).all(close)
}

fn people() -> impl Strategy<Value = People> {
    let draws = proptest::collection::vec(0.0..1.0_f64, 8 * 120);
    (draws, 40..120_usize, 0.0..3.0_f64).prop_map(|(draws, rows, skew)| {
        People::new(rows, [2, 3, 4], skew, |row, salt| draws[row * 8 + salt as usize])
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn cells_give_what_rows_give(people in people()) {
        let done = people.rake();
        let (weights, trace) = people.row_by_row(1e-10);
        prop_assert!(near(&done.weights, &weights, 1e-12));
        prop_assert_eq!(done.report.trace.len(), trace.len());
        prop_assert!(people.gap(&done.weights) <= 1.0001e-10);
    }

    #[test]
    fn the_order_of_the_rows_does_not_matter(people in people(), turn in 1..40_usize) {
        let mut turned = people.clone();
        turned.weights.rotate_left(turn);
        turned.codes.iter_mut().for_each(|codes| codes.rotate_left(turn));
        let mut weights = turned.rake().weights;
        weights.rotate_right(turn);
        prop_assert!(near(&weights, &people.rake().weights, 1e-12));
    }

    #[test]
    fn a_constant_times_the_weights_does_not_matter(people in people(), times in 1e-6..1e6_f64) {
        let mut scaled = people.clone();
        scaled.weights.iter_mut().for_each(|weight| *weight *= times);
        prop_assert!(near(&scaled.rake().weights, &people.rake().weights, 1e-12));
    }

    #[test]
    fn one_full_margin_is_post_stratification(people in people()) {
        let cell: Vec<u32> = (0..people.weights.len())
            .map(|row| people.codes[0][row] * 3 + people.codes[1][row])
            .collect();
        let sums = sums(&cell, 6, &people.weights);
        let targets: Vec<f64> = sums.iter().map(|sum| sum.sqrt()).collect();
        let margin = Margin::new("full", &cell, &targets);
        let one = rake(&people.weights, &[margin], &RakeOptions::default()).unwrap();
        let two = post_stratify(&people.weights, &cell, &targets, &Default::default()).unwrap();
        prop_assert!(near(&one.weights, &two.weights, 1e-14));
    }
}

/// Weights from 1e-9 to 1e9, and a tolerance near the last digits.
#[test]
fn margins_hold_by_rows_when_weights_differ_by_18_decades() {
    let people = People::new(5000, [2, 3, 4], 18.0, noise);
    let options = RakeOptions { tolerance: 1e-13, max_iterations: 10_000 };
    let done = rake(&people.weights, &people.margins(), &options).unwrap();
    assert!(people.gap(&done.weights) <= 1.1e-13);
}

/// 60 · 50 · 40 crossings are too many for two bytes; rows of weight 0 have codes
/// without a target.
#[test]
fn many_crossings_give_what_rows_give() {
    let mut people = People::new(3000, [60, 50, 40], 1.0, noise);
    let (expected, _) = people.row_by_row(1e-10);
    assert!(near(&people.rake().weights, &expected, 1e-12));
    people.codes.iter_mut().for_each(|codes| codes.splice(0..0, [99, 1]).for_each(drop));
    people.weights.splice(0..0, [0.0, 0.0]);
    let done = people.rake();
    assert!(done.weights[..2] == [0.0; 2] && done.factors[..2] == [1.0; 2]);
    assert!(near(&done.weights[2..], &expected, 1e-12));
}

#[test]
fn codes_of_every_width_give_the_same_bits() {
    let people = People::new(2000, [5, 6, 7], 1.0, noise);
    let bytes: Vec<u8> = people.codes[0].iter().map(|&c| u8::try_from(c).unwrap()).collect();
    let pairs: Vec<u16> = people.codes[1].iter().map(|&c| u16::try_from(c).unwrap()).collect();
    let codes: [Codes<'_>; 3] = [(&bytes).into(), (&pairs).into(), (&people.codes[2]).into()];
    let margins: Vec<_> = codes
        .into_iter()
        .zip(&people.targets)
        .map(|(codes, targets)| Margin::new("m", codes, targets))
        .collect();
    let done = rake(&people.weights, &margins, &RakeOptions::default()).unwrap();
    assert_eq!(done.weights, people.rake().weights);
}

#[test]
fn every_way_to_apply_gives_the_same_bits() {
    let people = People::new(700, [2, 3, 4], 1.0, noise);
    let raking = Raking::new(700, &people.margins(), &RakeOptions::default()).unwrap();
    let done = raking.calibrate(&people.weights).unwrap();
    let mut weights = people.weights.clone();
    let raked = raking.apply_in_place(&mut weights).unwrap();
    assert_eq!((&weights, &raked.report), (&done.weights, &done.report));
    assert_eq!(raking.apply(&people.weights).unwrap(), weights);
    let of_row = |row| raked.factors[raking.cell(row).unwrap()];
    assert!((0..700).all(|row| of_row(row) == done.factors[row]));
    assert_eq!(people.rake(), done);
}

#[test]
fn one_raking_serves_the_sample_and_its_replicates() {
    let people = People::new(600, [2, 3, 4], 1.0, noise);
    let unit: Vec<u32> = (0..600).map(|row| row % 20).collect();
    let schools = gko_survey::Stage::units(&unit);
    let design = Design::builder(600).stage(schools).weights(&people.weights).build().unwrap();
    let replicates = Replicates::jk1(&design, Jackknife::default()).unwrap();
    let raking = Raking::new(600, &people.margins(), &RakeOptions::default()).unwrap();
    let done = replicates.recalibrated(|weights| raking.apply(weights)).unwrap();
    for replicate in 0..done.len() {
        let weights = done.analysis_weights(replicate);
        let alone = People { weights: replicates.analysis_weights(replicate), ..people.clone() };
        assert_eq!(weights, alone.rake().weights);
        assert!(people.gap(&weights) <= 1.0001e-10);
        assert_eq!(weights.iter().filter(|weight| **weight == 0.0).count(), 30);
    }
}

fn bits_at(threads: usize, people: &People) -> Vec<u64> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
    let done = pool.build().unwrap().install(|| people.rake());
    let mut scores = gko_survey::Matrix::from_vec(done.factors.len(), 1, done.factors.clone());
    done.adjustment.residualise(&mut scores);
    let all = done.weights.iter().chain(&done.factors).chain(scores.iter());
    all.chain(&done.report.trace).map(|number| number.to_bits()).collect()
}

/// Several blocks of rows, with few and with very many crossings.
#[test]
fn bits_do_not_depend_on_the_number_of_threads() {
    for counts in [[2, 3, 17], [60, 50, 40]] {
        let people = People::new(200_000, counts, 4.0, noise);
        let one = bits_at(1, &people);
        for threads in [2, 3] {
            assert!(one == bits_at(threads, &people), "{threads} threads, {counts:?}");
        }
    }
}
