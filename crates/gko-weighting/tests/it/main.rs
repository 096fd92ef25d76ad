//! Integration tests.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on should stop"
)]

mod diagnostics;
mod oracle;
mod scaling;
mod selection;
mod trimming;
