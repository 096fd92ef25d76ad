//! Calibration on ten continuous auxiliaries: linear, raking, and logit with bounds.
//!
//! `cargo bench -p gko-survey --bench calibrate`. One million rows (`GKO_BENCH_ROWS`
//! for another number): the median seconds of a calibration, and those of one of its
//! Newton steps over those of reading the matrix once (the weighted totals of all
//! columns). Beside it the same Newton in NumPy, and at a tenth of the rows R's
//! `survey::calibrate`; the weights must agree to 1e-6 (R stops at that gap). A side
//! whose program is missing is reported as not run.

#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout)]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use gko_survey::Matrix;
use gko_survey::calibration::{CalibrateOptions, Calibrated, Distance, calibrate};

const AUXILIARIES: usize = 10;
const RUNS: usize = 5;
const BOUNDS: (f64, f64) = (0.5, 2.0);
const CASES: [(Distance, Option<(f64, f64)>); 3] =
    [(Distance::Linear, None), (Distance::Raking, None), (Distance::Logit, Some(BOUNDS))];

/// splitmix64, as in the other benches, from 0 to 1.
fn unit(seed: u64) -> f64 {
    let z = (seed.wrapping_add(0x9E37_79B9_7F4A_7C15) ^ (seed >> 30))
        .wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}

struct Data {
    weights: Vec<f64>,
    x: Matrix,
    targets: Vec<f64>,
}

impl Data {
    /// A constant and auxiliaries that share a part; targets are those of weights
    /// that lean on them.
    fn new(rows: usize) -> Self {
        let draw = |row: usize, salt: u64| unit(row as u64 * 131 + salt);
        let x = Matrix::from_fn(rows, AUXILIARIES, |row, j| match j {
            0 => 1.0,
            _ => 10.0 * draw(row, j as u64) + 5.0 * draw(row, 99),
        });
        let weights: Vec<f64> = (0..rows).map(|row| 1.0 + 9.0 * draw(row, 50)).collect();
        let lean = |row: usize| 0.9 + 0.02 * x[(row, 1)] - 0.01 * x[(row, 2)];
        let truth: Vec<f64> = (0..rows).map(|row| weights[row] * lean(row)).collect();
        let targets = totals(&x, &truth);
        Self { weights, x, targets }
    }

    fn run(&self, (distance, bounds): (Distance, Option<(f64, f64)>)) -> Calibrated {
        let options = CalibrateOptions { distance, bounds, ..Default::default() };
        calibrate(&self.weights, &self.x, &self.targets, &options).unwrap()
    }

    /// Little-endian doubles: rows, columns, weights, columns of x, targets.
    fn write(&self, file: &Path) {
        let shape = [self.weights.len() as f64, AUXILIARIES as f64];
        let numbers = shape.iter().chain(&self.weights).chain(self.x.iter()).chain(&self.targets);
        let bytes: Vec<u8> = numbers.flat_map(|number| number.to_le_bytes()).collect();
        std::fs::write(file, bytes).unwrap();
    }
}

fn totals(x: &Matrix, weights: &[f64]) -> Vec<f64> {
    x.column_iter().map(|c| c.iter().zip(weights).map(|(x, w)| x * w).sum()).collect()
}

/// Median seconds, and the last result.
fn timed<T>(run: impl Fn() -> T) -> (f64, T) {
    let one = || {
        let start = Instant::now();
        let result = run();
        (start.elapsed().as_secs_f64(), result)
    };
    let mut seconds = Vec::new();
    let mut last = one();
    for _ in 1..RUNS {
        seconds.push(last.0);
        last = one();
    }
    seconds.push(last.0);
    seconds.sort_by(f64::total_cmp);
    (seconds[RUNS / 2], last.1)
}

/// Seconds and the first weights of each case, by another program.
fn other(program: &str, script: &str, file: &Path) -> Option<Vec<Vec<f64>>> {
    let script: PathBuf =
        [env!("CARGO_MANIFEST_DIR"), "..", "..", "benches", script].iter().collect();
    let output = Command::new(program).arg(script).arg(file).output().ok()?;
    let text = String::from_utf8(output.stdout).ok().filter(|_| output.status.success())?;
    let line = |line: &str| line.split(' ').map(|number| number.parse().unwrap()).collect();
    Some(text.lines().map(line).collect())
}

fn beside(program: &str, script: &str, data: &Data, ours: &[(f64, Calibrated)]) {
    let name = format!("gko-calibrate-{}.bin", std::process::id());
    let file = std::env::temp_dir().join(name);
    data.write(&file);
    let theirs = other(program, script, &file);
    std::fs::remove_file(&file).unwrap();
    let Some(theirs) = theirs else {
        return println!("{script}: NOT RUN, {program} or its package is missing");
    };
    for ((theirs, (seconds, done)), (distance, _)) in theirs.iter().zip(ours).zip(CASES) {
        for (one, two) in theirs[1..].iter().zip(&done.weights) {
            assert!((one / two - 1.0).abs() < 1e-6, "{script} {distance}: {one} and {two}");
        }
        println!("{script} {distance}: {:.3} s, {:.1} times ours", theirs[0], theirs[0] / seconds);
    }
}

fn all(data: &Data) -> Vec<(f64, Calibrated)> {
    let (pass, _) = timed(|| totals(&data.x, &data.weights));
    println!("{} rows: one read of the matrix {pass:.4} s", data.weights.len());
    let run = |case| {
        let (seconds, done) = timed(|| data.run(case));
        let steps = done.report.iterations;
        let each = seconds / steps as f64;
        println!(
            "{}: {seconds:.3} s, {steps} steps, {each:.3} s each, {:.1} reads",
            case.0,
            each / pass
        );
        (seconds, done)
    };
    CASES.map(run).into()
}

fn main() {
    let rows = std::env::var("GKO_BENCH_ROWS").ok().and_then(|rows| rows.parse().ok());
    let rows = rows.unwrap_or(1_000_000);
    let large = Data::new(rows);
    beside("python3", "calibrate.py", &large, &all(&large));
    let small = Data::new(rows / 10);
    beside("Rscript", "calibrate.R", &small, &all(&small));
}
