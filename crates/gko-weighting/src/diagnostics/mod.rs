//! What weighting did to a sample.
//!
//! # Rule
//! Numbers alone, by group (country):
//!
//! | function | answers |
//! |---|---|
//! | [`distribution`] | How uneven are the weights, and what does that cost? |
//! | [`histogram`] | How are they spread? |
//! | [`factors`] | By how much did a respondent's weight change at most? |
//! | [`margins`] | How far were known shares off, before and after? |
//! | [`effects`] | Do weights go with key indicators, and did these move? |
//!
//! [`Diagnostics`] holds all of it for one step or for the whole of a plan.
//!
//! # Assumptions
//! The largest weight is one respondent's, so these numbers are for those who may see
//! the microdata. [`Diagnostics::public`] leaves out what stands for few.
//!
//! # References
//! Kish (1965) *Survey Sampling*, section 11.7; Valliant, Dever, Kreuter (2018)
//! *Practical Tools for Designing and Weighting Survey Samples*, section 14.4.

mod all;
mod distribution;
mod error;
mod factors;
mod histogram;
mod indicators;
mod kish;
mod margins;
mod public;

pub use all::{Diagnostics, Weighting};
pub use distribution::{Distribution, QuantilePoint, distribution};
pub use error::DiagnosticsError;
pub use factors::{Factors, factors};
pub use histogram::{Bin, Bins, Histogram, histogram};
pub use indicators::{IndicatorEffect, effects};
pub use kish::{kish_effect, spencer_effect};
pub use margins::{MarginShare, MarginTable, margins};
