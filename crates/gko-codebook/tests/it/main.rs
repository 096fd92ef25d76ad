//! What codebooks and catalogues promise, and that the fixtures keep it.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod content;
mod demo;
mod faults;
mod fixtures;
mod identity;
mod mutation;
