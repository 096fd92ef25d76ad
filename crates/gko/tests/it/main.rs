//! Tests of the whole from outside: pipelines, and the fixture's figures against R survey.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on should stop"
)]
#![allow(clippy::print_stdout, reason = "the comparison says what it compared")]

mod estimate;
mod oracle;
mod pipeline;
mod readme;
mod reference;
mod weighting;
