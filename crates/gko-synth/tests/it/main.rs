//! The invented files keep what they promise.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod coverage;
mod fieldwork;
mod files;
mod routing;
mod scale;
mod truth;

use gko_synth::{Plan, Synthetic, generate};
use polars::prelude::DataFrame;

/// The fixture plan's data, made once.
fn global() -> &'static Synthetic {
    static DATA: std::sync::OnceLock<Synthetic> = std::sync::OnceLock::new();
    DATA.get_or_init(|| generate(&Plan::global()).unwrap())
}

/// A column of codes, blanks as `None`.
fn codes(frame: &DataFrame, column: &str) -> Vec<Option<i16>> {
    frame.column(column).unwrap().i16().unwrap().iter().collect()
}

fn texts<'a>(frame: &'a DataFrame, column: &str) -> Vec<&'a str> {
    frame.column(column).unwrap().str().unwrap().iter().map(|text| text.unwrap()).collect()
}

fn weights(frame: &DataFrame) -> Vec<f64> {
    frame.column("weight").unwrap().f64().unwrap().iter().map(|weight| weight.unwrap()).collect()
}

/// The rows of one country.
fn country(frame: &DataFrame, code: &str) -> DataFrame {
    let countries = texts(frame, "country");
    let first = countries.iter().position(|found| *found == code).unwrap();
    let rows = countries.iter().filter(|found| **found == code).count();
    frame.slice(i64::try_from(first).unwrap(), rows)
}
