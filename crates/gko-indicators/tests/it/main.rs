//! Tests of the crate from outside: rules worked out by hand, accounts that add
//! up, the same figures whatever the order, the files and the threads.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on should stop"
)]

mod account;
mod demo;
mod design;
mod groups;
mod missing;
mod not_asked;
mod relations;
mod same;
