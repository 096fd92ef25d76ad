//! The command from outside: what it prints, writes, refuses, and how it exits.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod data;
mod documents;
mod draft;
mod estimate;
mod formats;
mod help;
mod output;
mod threads;
mod tiny;
mod weight;
