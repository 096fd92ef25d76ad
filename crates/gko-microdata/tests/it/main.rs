//! What comes out of an export, and what a damaged one is refused for.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod accounts;
mod blanks;
mod demo;
mod design;
mod evaluation;
mod findings;
mod formats;
mod malformed_csv;
mod plain;
mod properties;
mod redaction;
mod sav;
mod sav_texts;
mod sets;
mod truncated;
