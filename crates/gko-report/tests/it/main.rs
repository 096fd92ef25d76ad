//! The ways out: what they hold, what they never hold, and how files get in place.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod demo;
mod manifest;
mod secrecy;
mod terminal;
mod tidy;
mod weighting;
mod write;
