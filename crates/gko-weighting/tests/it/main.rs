//! Integration tests.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::result_large_err,
    reason = "a test that cannot go on should stop"
)]

mod diagnostics;
mod nonresponse;
mod oracle;
mod replicate_files;
mod run;
mod scaling;
mod selection;
mod trimming;
