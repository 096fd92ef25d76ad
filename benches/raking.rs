//! Raking 10 million rows to 4 margins, beside plain passes over the same columns.
//!
//! `cargo bench -p gko-survey --bench raking`; `GKO_BENCH_ROWS` sets the rows. With
//! `GKO_BENCH_DATA=folder` the columns are written there, and `raking.py folder` rakes
//! them with NumPy and other packages.
//!
//! - one pass: every code and every weight is read once, in order, in one thread; the
//!   weights are summed by one margin and the other codes are added up;
//! - tabulation: the same with the weights summed by all four margins, which is what
//!   any raking needs before its first step;
//! - raking: margins crossed, cells summed, sweeps, weights multiplied where they
//!   stand; all threads;
//! - `rake`: the same into new columns of weights and factors, with what the variance
//!   needs.

#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout)]

use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use gko_survey::calibration::{Margin, RakeOptions, Raking, rake};
use gko_survey::{Design, Jackknife, Replicates};

const CATEGORIES: [u8; 4] = [2, 3, 17, 12];
const RUNS: usize = 7;
const REPLICATES: usize = 100;

struct Data {
    codes: [Vec<u8>; 4],
    weights: Vec<f64>,
    targets: Vec<Vec<f64>>,
}

/// splitmix64, as in the other benches, as a number from 0 to 1.
fn draw(row: usize, salt: u64) -> f64 {
    let seed = (row as u64).wrapping_mul(64).wrapping_add(salt);
    let z = seed.wrapping_add(0x9E37_79B9_7F4A_7C15).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}

/// A category of `count`: one's own, or with chance `shared` that of the row's place.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "below count")]
fn code(row: usize, margin: u64, count: u8, shared: f64) -> u8 {
    let own = draw(row, 10 + margin) >= shared;
    let at = if own { draw(row, 20 + margin) } else { draw(row, 30) };
    (at * f64::from(count)) as u8
}

/// About log-normal around 50, from 6 to 400.
fn weight(row: usize) -> f64 {
    let sum: f64 = (0..4).map(|salt| draw(row, salt)).sum();
    50.0 * (sum - 2.0).exp()
}

/// Counts that are up to 30 % off those of the weights, with the same total.
fn targets(codes: &[u8], count: u8, weights: &[f64]) -> Vec<f64> {
    let mut sums = vec![0.0; usize::from(count)];
    codes.iter().zip(weights).for_each(|(&code, weight)| sums[usize::from(code)] += weight);
    let total: f64 = sums.iter().sum();
    let off = |(at, sum): (u32, &f64)| sum * (1.0 + 0.3 * f64::from(at * 7 + 1).sin());
    let moved: Vec<f64> = (0..).zip(&sums).map(off).collect();
    let all: f64 = moved.iter().sum();
    moved.iter().map(|target| target * total / all).collect()
}

impl Data {
    fn new(rows: usize, shared: f64) -> Self {
        let margin = |at: u8| {
            let count = CATEGORIES[usize::from(at)];
            (0..rows).map(|row| code(row, u64::from(at), count, shared)).collect()
        };
        let codes = [0, 1, 2, 3].map(margin);
        let weights: Vec<f64> = (0..rows).map(weight).collect();
        let of = |(codes, count): (&Vec<u8>, u8)| targets(codes, count, &weights);
        let targets = codes.iter().zip(CATEGORIES).map(of).collect();
        Self { codes, weights, targets }
    }

    fn margins(&self) -> Vec<Margin<'_>> {
        let name = |at: usize| ["sex", "age", "country", "region"][at];
        let all = self.codes.iter().zip(&self.targets).enumerate();
        all.map(|(at, (codes, targets))| Margin::new(name(at), codes, targets)).collect()
    }

    /// The largest relative gap of any margin, measured by rows.
    fn gap(&self, weights: &[f64]) -> f64 {
        let mut largest = 0.0_f64;
        for (codes, targets) in self.codes.iter().zip(&self.targets) {
            let mut sums = vec![0.0; targets.len()];
            codes.iter().zip(weights).for_each(|(&code, w)| sums[usize::from(code)] += w);
            let gaps = sums.iter().zip(targets).map(|(sum, target)| (sum / target - 1.0).abs());
            largest = gaps.fold(largest, f64::max);
        }
        largest
    }

    fn write(&self, folder: &Path) {
        fs::create_dir_all(folder).unwrap();
        let bytes = |numbers: &[f64]| numbers.iter().flat_map(|x| x.to_le_bytes()).collect();
        let save = |name: String, bytes: Vec<u8>| fs::write(folder.join(name), bytes).unwrap();
        save("weights.f64".to_owned(), bytes(&self.weights));
        for (at, (codes, targets)) in self.codes.iter().zip(&self.targets).enumerate() {
            save(format!("codes{at}.u8"), codes.clone());
            save(format!("targets{at}.f64"), bytes(targets));
        }
    }
}

/// The median of the runs' milliseconds; `prepare` is not counted.
fn median<S, T>(mut prepare: impl FnMut() -> S, mut run: impl FnMut(&mut S) -> T) -> f64 {
    let mut times: Vec<f64> = Vec::new();
    for _ in 0..RUNS {
        let mut state = prepare();
        let start = Instant::now();
        black_box(run(&mut state));
        times.push(start.elapsed().as_secs_f64() * 1e3);
    }
    times.sort_by(f64::total_cmp);
    times[RUNS / 2]
}

/// Every code and every weight, read once.
fn one_pass(data: &Data) -> (Vec<f64>, u64) {
    let [sex, age, country, region] = &data.codes;
    let (mut sums, mut codes) = (vec![0.0; 256], 0_u64);
    let rows = sex.iter().zip(age).zip(country).zip(region).zip(&data.weights);
    for ((((sex, age), country), region), weight) in rows {
        sums[usize::from(*country)] += weight;
        codes += u64::from(*sex) + u64::from(*age) + u64::from(*region);
    }
    (sums, codes)
}

/// The weights by each margin.
fn tabulation(data: &Data) -> [[f64; 256]; 4] {
    let [sex, age, country, region] = &data.codes;
    let mut sums = [[0.0; 256]; 4];
    let rows = sex.iter().zip(age).zip(country).zip(region).zip(&data.weights);
    for ((((sex, age), country), region), weight) in rows {
        sums[0][usize::from(*sex)] += weight;
        sums[1][usize::from(*age)] += weight;
        sums[2][usize::from(*country)] += weight;
        sums[3][usize::from(*region)] += weight;
    }
    sums
}

fn raked(data: &Data, weights: &mut [f64]) -> usize {
    let raking = Raking::new(weights.len(), &data.margins(), &RakeOptions::default()).unwrap();
    raking.apply_in_place(weights).unwrap().report.iterations
}

fn compare(name: &str, data: &Data) {
    let nothing = || ();
    let pass = median(nothing, |()| one_pass(black_box(data)));
    let table = median(nothing, |()| tabulation(black_box(data)));
    let own = || data.weights.clone();
    let in_place = median(own, |weights| raked(data, weights));
    let new = median(nothing, |()| {
        rake(&data.weights, &data.margins(), &RakeOptions::default()).unwrap()
    });
    let mut weights = data.weights.clone();
    let sweeps = raked(data, &mut weights);
    println!("{name}: {} rows, {} threads", weights.len(), rayon::current_num_threads());
    let line = |what: &str, time: f64| println!("  {what:24}{time:8.1} ms{:8.2}", time / pass);
    line("one pass", pass);
    line("tabulation", table);
    line("raking", in_place);
    line("rake", new);
    println!("  {sweeps} sweeps; largest gap by rows {:.1e}", data.gap(&weights));
}

/// A settled raking for every replicate, alone and with the table of the replicates.
fn replicates(data: &Data) {
    let rows = data.weights.len();
    let raking = Raking::new(rows, &data.margins(), &RakeOptions::default()).unwrap();
    let mut weights = data.weights.clone();
    let own = median(|| (), |()| raking.apply_in_place(&mut weights).unwrap());
    println!("{rows} rows, one replicate: {own:.2} ms");
    let units: Vec<u32> = (0..).take(rows).map(|row: u32| row % 100).collect();
    let schools = gko_survey::Stage::units(&units);
    let design = Design::builder(rows).stage(schools).weights(&data.weights).build().unwrap();
    let all = Replicates::jk1(&design, Jackknife::default()).unwrap();
    assert_eq!(all.len(), REPLICATES);
    let start = Instant::now();
    let applied: f64 =
        (0..REPLICATES).map(|at| raking.apply(&all.analysis_weights(at)).unwrap()[rows - 1]).sum();
    println!("  {REPLICATES} made and raked, one by one: {:.0} ms", millis(start, applied));
    let start = Instant::now();
    let done = all.recalibrated(|weights| raking.apply(weights)).unwrap();
    let time = millis(start, done.analysis_weights(0)[0]);
    println!("  {REPLICATES} through `recalibrated`, with the rank of the table: {time:.0} ms");
}

fn millis<T>(start: Instant, result: T) -> f64 {
    black_box(result);
    start.elapsed().as_secs_f64() * 1e3
}

fn main() {
    let rows = std::env::var("GKO_BENCH_ROWS").map_or(10_000_000, |rows| rows.parse().unwrap());
    let folder = std::env::var("GKO_BENCH_DATA").ok();
    for (name, shared) in [("independent", 0.0), ("correlated", 0.9)] {
        let data = Data::new(rows, shared);
        if let Some(folder) = &folder {
            data.write(&Path::new(folder).join(name));
        }
        compare(name, &data);
    }
    replicates(&Data::new(rows / 10, 0.0));
}
