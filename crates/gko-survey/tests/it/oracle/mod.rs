//! Every case of `fixtures/oracle/public.json`: what R survey 4.5 gave, and what we give.
//!
//! A group of cases has a module; its `run` compares one case and panics where it
//! differs. A case that fails or that nobody runs must stand in [`EXCEPTIONS`].

mod basic;
mod by;
mod contrasts;
mod data;
pub(crate) mod designs;
mod estimators;
mod formula;
mod hypothesis;
mod quantiles;
mod regression;
mod replicates;
mod standard;
mod weights;

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use serde_json::Value;

pub(crate) use data::Table;

/// Cases that are not met, each with its reason.
const EXCEPTIONS: [(&str, &str); 1] = [(
    "dsrs/ciprop/zero",
    "R has no interval at 0 %; ours is Clopper-Pearson on n, as NCHS has it",
)];

/// What a module says of a case: whether it is one of its own.
pub(crate) type Ran = bool;

/// One reference result.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub(crate) id: String,
    pub(crate) group: String,
    pub(crate) design: String,
    /// The literal R call.
    pub(crate) call: String,
    pub(crate) options: Value,
    pub(crate) result: Value,
}

impl Case {
    pub(crate) fn new(value: &Value) -> Self {
        let text = |key: &str| value[key].as_str().unwrap_or_default().to_owned();
        Self {
            id: text("id"),
            group: text("group"),
            design: text("design"),
            call: text("r_call"),
            options: value["r_options"].clone(),
            result: value["result"].clone(),
        }
    }

    /// Numbers of a field, row by row where it is a matrix; "NaN" and null are NaN.
    pub(crate) fn numbers(&self, field: &str) -> Vec<f64> {
        flat(&self.result[field])
    }

    pub(crate) fn has(&self, field: &str) -> bool {
        !self.result[field].is_null()
    }

    /// Asserts that numbers agree to a relative tolerance (absolute below 1e-12);
    /// NaN agrees with NaN alone.
    pub(crate) fn close(&self, what: &str, got: &[f64], tolerance: f64) {
        self.same(what, got, &self.numbers(what), tolerance);
    }

    /// The same against numbers that are given.
    pub(crate) fn same(&self, what: &str, got: &[f64], expected: &[f64], tolerance: f64) {
        assert_eq!(got.len(), expected.len(), "{}: {what} has another length", self.id);
        for (at, (got, expected)) in got.iter().zip(expected).enumerate() {
            let near = (got - expected).abs()
                <= tolerance * expected.abs().max(1e-12 / tolerance.min(1.0));
            let both = got.is_nan() && expected.is_nan() || got == expected;
            assert!(
                near || both,
                "{}: {what}[{at}] is {got}, R has {expected} (relative {:e})\n  {}",
                self.id,
                (got - expected).abs() / expected.abs(),
                self.call,
            );
        }
    }

    /// The text between `start` and the next `end` in the call.
    pub(crate) fn between(&self, start: &str, end: &str) -> Option<&str> {
        let from = self.call.find(start)? + start.len();
        let rest = &self.call[from..];
        rest.find(end).map(|to| &rest[..to])
    }

    /// Variables of the first formula of the call, as in `~a+b`.
    pub(crate) fn variables(&self) -> Vec<&str> {
        let formula = self.between("~", ",").unwrap_or_default();
        formula.trim_end_matches(')').split('+').map(str::trim).collect()
    }
}

/// All numbers below a value, in order.
pub(crate) fn flat(value: &Value) -> Vec<f64> {
    match value {
        Value::Number(number) => vec![number.as_f64().unwrap()],
        Value::String(text) if text == "Inf" => vec![f64::INFINITY],
        Value::String(text) if text == "-Inf" => vec![f64::NEG_INFINITY],
        Value::Array(all) => all.iter().flat_map(flat).collect(),
        _ => vec![f64::NAN],
    }
}

/// The folder of the reference results.
pub(crate) fn folder() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/oracle")
}

pub(crate) fn cases() -> Vec<Case> {
    let text = std::fs::read_to_string(folder().join("public.json")).unwrap();
    let all: Value = serde_json::from_str(&text).unwrap();
    all["cases"].as_array().unwrap().iter().map(Case::new).collect()
}

/// Runs a case; false where no module knows it.
fn run(case: &Case) -> Ran {
    estimators::run(case)
        || basic::run(case)
        || by::run(case)
        || contrasts::run(case)
        || hypothesis::run(case)
        || quantiles::run(case)
        || regression::run(case)
        || replicates::run(case)
        || standard::run(case)
        || weights::run(case)
}

#[test]
fn every_case_agrees_with_r_survey() {
    let only = std::env::var("ORACLE_ONLY").unwrap_or_default();
    let mut groups: BTreeMap<String, (u32, u32)> = BTreeMap::new();
    let mut open = BTreeSet::new();
    for case in cases().iter().filter(|case| case.id.contains(&only)) {
        let ran = catch_unwind(AssertUnwindSafe(|| run(case)));
        let good = matches!(ran, Ok(true));
        let count = groups.entry(case.group.clone()).or_default();
        count.0 += u32::from(good);
        count.1 += 1;
        if !good {
            println!("{}: {}", if ran.is_ok() { "not run" } else { "differs" }, case.id);
            open.insert(case.id.clone());
        }
    }
    for (group, (good, all)) in &groups {
        println!("{group}: {good} of {all}");
    }
    let listed: BTreeSet<String> = EXCEPTIONS.iter().map(|(id, _)| (*id).to_owned()).collect();
    if only.is_empty() {
        assert_eq!(open, listed, "cases that differ or were not run");
    } else {
        assert!(open.is_subset(&listed), "cases that differ or were not run: {open:?}");
    }
}
