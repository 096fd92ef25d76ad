//! Tests of disclosure control from outside: thresholds, what is left of a
//! hidden figure, and whether anything hidden can be computed from the rest.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on should stop"
)]

mod audit;
mod by_hand;
mod complementary;
mod hidden;
mod links;
mod minimums;
mod nchs;
mod sheet;
