#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]
//! Survey weights from the draw of the sample to the final weight, step by step.
//!
//! Columns in, weights out: this crate opens no file. Each area is usable by itself:
//!
//! | question | module |
//! |---|---|
//! | With which chance was this child drawn? | [`selection`] |
//! | Who answered, and who stands for those who did not? | [`nonresponse`] |
//! | Which weights are too large? | [`trimming`] |
//! | What do the weights add up to? | [`scaling`] |
//! | What did weighting cost, and whom did it move? | [`diagnostics`] |
//! | How do agencies name replicate weights? | [`replicate_files`] |
//!
//! The calibrations themselves (post-stratification, raking, regression) and the
//! making of replicates are [`gko_survey::calibration`] and [`gko_survey::Replicates`].

pub mod diagnostics;
mod indicator;
pub mod nonresponse;
mod numbers;
pub mod replicate_files;
pub mod scaling;
pub mod selection;
pub mod trimming;

pub use indicator::Indicator;
