#![allow(
    clippy::result_large_err,
    reason = "an error carries what a person needs, and no error is made in a loop over rows"
)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]
//! Survey weights from the draw of the sample to the final weight, step by step.
//!
//! Columns in, weights out: this crate opens no file. Each area is usable by itself:
//!
//! | question | module |
//! |---|---|
//! | With which chance was this child drawn? | [`selection`] |
//! | Who answered, and who stands for those who did not? | [`nonresponse`] |
//! | Which weights add up to what is known? | [`calibration`] |
//! | Which weights are too large? | [`trimming`] |
//! | What do the weights add up to? | [`scaling`] |
//! | What did weighting cost, and whom did it move? | [`diagnostics`] |
//! | Which figures are known, and of whom? | [`population`] |
//! | All of it, as one document | [`plan`], [`run`] |
//! | How do agencies name replicate weights? | [`replicate_files`] |
//!
//! The arithmetic of calibrations and the making of replicates are
//! [`gko_survey::calibration`] and [`gko_survey::Replicates`].

pub mod calibration;
pub mod diagnostics;
mod error;
mod finding;
mod groups;
mod indicator;
pub mod nonresponse;
mod numbers;
pub mod plan;
pub mod population;
pub mod replicate_files;
pub mod run;
mod sample;
pub mod scaling;
pub mod selection;
pub mod trimming;

pub use error::Error;
pub use finding::{Finding, FindingKind};
pub use groups::Groups;
pub use indicator::Indicator;
pub use sample::{CROSSED, Categories, MISSING, Sample};
