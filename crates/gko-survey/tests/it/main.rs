//! Tests of the crate from outside: R survey's numbers, identities, bits.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on should stop"
)]
#![allow(clippy::print_stdout, reason = "the conformance test says what it ran")]

mod calibration;
mod codes;
mod designs;
mod distributions;
mod edges;
mod estimators;
mod hypothesis;
mod identities;
mod imputed;
mod mapping;
mod merging;
mod one_pass;
mod oracle;
mod pps;
mod quantiles;
mod reference;
mod replicates;
mod schools;
mod table;
mod threads;
