//! From survey exports of many countries to comparable, protected indicators.
//!
//! This crate is the facade over the workspace: `use gko::prelude::*` gives the
//! types of every stage, and [`Pipeline`] runs the stages that a TOML file
//! names. Each stage is a function of a crate of its own and can be called
//! without the others:
//!
//! | stage (GSBPM) | function |
//! |---|---|
//! | integrate, classify and code, review | [`gko_microdata::read`] |
//! | derive, aggregate | [`gko_indicators::compute`] |
//! | disclosure control | [`gko_disclosure::protect`] |
//! | disseminate | [`gko_report::write`](gko_report::write()) |
//!
//! Before all of them comes weighting, where a survey brings no final weights:
//! [`weighting`], by a plan on files, and [`weights`], the same on columns.
//!
//! # Example
//!
//! ```no_run
//! use gko::prelude::*;
//!
//! let outcome = Pipeline::open("fixtures/global/pipeline.toml".as_ref())?.run(&mut |_| ())?;
//! println!("{}", terminal_table(&outcome.release, 120));
//! outcome.write("out".as_ref())?;
//! # Ok::<(), gko::Error>(())
//! ```

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod error;
pub mod estimate;
mod outcome;
mod pipeline;
mod pipeline_toml;
mod run;
pub mod weighting;

pub use error::Error;
pub use outcome::Outcome;
pub use pipeline::{InputPlan, Pipeline, Sources, UnitPlan};
pub use run::{Stage, Step};

pub use gko_codebook as codebook;
pub use gko_disclosure as disclosure;
pub use gko_indicators as indicators;
pub use gko_microdata as microdata;
pub use gko_report as report;
pub use gko_survey as survey;
pub use gko_synth as synth;
pub use gko_weighting as weights;

/// What a pipeline in Rust needs.
pub mod prelude {
    pub use crate::{Error, Outcome, Pipeline, Stage, Step};
    pub use gko_codebook::{Catalogue, Codebook, Country, MissingReason, Unit};
    pub use gko_disclosure::{Mark, ProtectedTable, Rules, protect};
    pub use gko_indicators::{FigureKey, Settings, compute};

    /// A figure on its way to disclosure control.
    pub type Candidate = gko_disclosure::Candidate<FigureKey>;
    pub use gko_microdata::{
        CsvDialect, Format, Input, Layout, Microdata, Origin, PsuLabels, WeightScale, read,
        read_text,
    };
    pub use gko_report::{OutputFile, Release, TidyTable, terminal_table, write};
    pub use gko_survey::{IntervalMethod, Options, SinglePsu};
}

/// The README's Rust, compiled with the tests.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
