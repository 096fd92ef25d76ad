//! A file as large as benches need.

use std::time::Instant;

use gko_synth::{Plan, generate};

#[test]
fn a_scaled_plan_has_as_many_rows_as_asked_for_and_large_psus() {
    let data = generate(&Plan::scaled(50_000)).unwrap();
    assert_eq!(data.children.height(), 50_000);
    let weights = crate::weights(&crate::country(&data.children, "XAC"));
    assert_eq!(weights.len(), 2_942);
}

/// `cargo test -p gko-synth --test it -- --ignored --nocapture million`
#[test]
#[ignore = "a minute and a gigabyte: run it when the generator changes"]
#[expect(clippy::print_stdout, reason = "the figures are the evidence")]
fn a_million_children() {
    let start = Instant::now();
    let data = generate(&Plan::scaled(1_000_000)).unwrap();
    let (rows, columns) = data.children.shape();
    let parents = data.parents.shape();
    let bytes = data.children.estimated_size();
    println!("{rows} x {columns}, parents {parents:?}: {:?}, {bytes} bytes", start.elapsed());
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    println!("{:?}", status.lines().find(|line| line.starts_with("VmHWM")));
    assert_eq!(rows, 1_000_000);
}
