//! The fieldwork of four invented countries, and small samples.

use std::path::Path;

use gko_weighting::plan::Plan;
use gko_weighting::population::Population;
use gko_weighting::run::{Weighted, run};
use gko_weighting::{Error, Finding, FindingKind, Sample};

const NUMBERS: [&str; 6] = ["p_psu", "hh_listed", "hh_taken", "eligible", "harm", "age"];

fn text(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

fn read(path: &str) -> (Vec<String>, Vec<Vec<String>>) {
    let text = text(path);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let names = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let row = |row: csv::StringRecord| row.iter().map(str::to_owned).collect();
    (names, reader.records().map(|record| row(record.unwrap())).collect())
}

/// The rows of the fieldwork for which a test wants them, in an order of its choice.
pub fn children(pick: impl Fn(usize) -> Vec<usize>) -> Sample {
    let (names, rows) = read("../../fixtures/weighting/children.csv");
    let order = pick(rows.len());
    let mut sample = Sample::new(order.len());
    for (at, name) in names.iter().enumerate() {
        let cells: Vec<&str> = order.iter().map(|&row| rows[row][at].as_str()).collect();
        sample = if NUMBERS.contains(&name.as_str()) {
            let number = |cell: &&str| cell.parse().unwrap_or(f64::NAN);
            sample.numbers(name, cells.iter().map(number).collect()).unwrap()
        } else {
            let filled = |cell: &&'_ str| (!cell.is_empty()).then(|| (*cell).to_owned());
            sample.texts(name, &cells.iter().map(filled).collect::<Vec<_>>()).unwrap()
        };
    }
    sample
}

pub fn population() -> Population {
    let text = text("../../fixtures/weighting/population.csv");
    Population::parse_csv(&text, "population.csv").unwrap()
}

/// The plan of `children.toml`.
pub fn plan() -> Plan {
    Plan::parse(&text("tests/fixtures/run/children.toml"), "children.toml").unwrap()
}

/// A column of a result of R.
pub fn r(file: &str, column: &str) -> Vec<f64> {
    let (names, rows) = read(&format!("tests/fixtures/run/{file}"));
    let at = names.iter().position(|name| name == column).unwrap();
    rows.iter().map(|row| row[at].parse().unwrap()).collect()
}

#[track_caller]
pub fn close(got: &[f64], want: &[f64], tolerance: f64) {
    assert_eq!(got.len(), want.len());
    for (row, (got, want)) in got.iter().zip(want).enumerate() {
        let gap = (got - want).abs();
        assert!(gap <= tolerance * want.abs(), "{row}: got {got}, expected {want}");
    }
}

/// Eight children of two countries: weights `w`, `sex`, `age`, `area`, `x`, `hh`.
pub fn small() -> Sample {
    let texts =
        |all: &str| all.split(' ').map(|one| (one != "-").then_some(one.to_owned())).collect();
    let column = |sample: Sample, name: &str, all: &str| {
        let all: Vec<Option<String>> = texts(all);
        sample.texts(name, &all).unwrap()
    };
    let sample = Sample::new(8)
        .numbers("w", vec![2.0, 1.0, 3.0, 2.0, 1.0, 4.0, 2.0, 3.0])
        .unwrap()
        .numbers("x", vec![1.0, 4.0, 2.0, 5.0, 3.0, 1.0, 2.0, 6.0])
        .unwrap();
    let sample = column(sample, "country", "A A A A B B B B");
    let sample = column(sample, "sex", "boy girl boy girl boy girl boy girl");
    let sample = column(sample, "area", "rural rural urban urban rural rural urban urban");
    let sample = column(sample, "gap", "a - a b a b b -");
    column(sample, "hh", "1 1 2 2 3 3 4 4")
}

const HEAD: &str = r#"format = "gko-weighting/1"
title = "Small"
year = 2026
universe = { unit = "children", ages = [9, 17], who = "all" }
population = "p.csv"
group = "country"
data = { file = "d.csv" }
[[steps]]
selection.given.weights = "w"
"#;

/// The text of a plan for [`small`] with these tables after its selection.
pub fn text_of(steps: &str) -> String {
    format!("{HEAD}{steps}")
}

/// A plan for [`small`].
pub fn small_plan(steps: &str) -> Plan {
    Plan::parse(&text_of(steps), "plan.toml").unwrap()
}

/// Figures as `group,margin,category,count`, a line each.
pub fn figures(lines: &str) -> Population {
    let rows: String = lines
        .split_whitespace()
        .map(|line| format!("{line},children,9,17,all,2025,census\n"))
        .collect();
    let head = "group,margin,category,count,unit,age_min,age_max,universe,year,source\n";
    Population::parse_csv(&format!("{head}{rows}"), "p.csv").unwrap()
}

pub fn run_small(steps: &str, lines: &str) -> Result<Weighted, Error> {
    run(&small_plan(steps), small(), Some(&figures(lines)), &mut |_| ())
}

/// What a refused step had found.
#[track_caller]
pub fn found(result: Result<Weighted, Error>) -> Vec<Finding> {
    match result.map(|done| done.weights) {
        Err(Error::InStep { source, .. }) => match *source {
            Error::Unfit { findings } => findings,
            other => panic!("{other}"),
        },
        other => panic!("{other:?}"),
    }
}

/// Groups and kinds of findings.
pub fn kinds(findings: &[Finding]) -> Vec<(&str, FindingKind)> {
    findings.iter().map(|one| (one.group.as_str(), one.kind)).collect()
}
