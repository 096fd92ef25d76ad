//! Synthetic microdata with known truth, for fixtures, benches and training.
//!
//! Seventeen fictional countries answer the Global Kids Online questionnaire.
//! Their codes are user-assigned (XAA to XAQ), their names invented; shares
//! follow published figures, so that tables look like tables, and the truth
//! behind the samples is known, so that an estimate can be held against it.
//! Nothing here is derived from a record of a real child.
//!
//! [`generate`] gives files with all that real deliveries have: strata, PSUs,
//! unequal weights, routing, every missing reason. [`population`] is one finite
//! population to be sampled again and again, for the coverage of intervals.
//!
//! # Example
//!
//! ```
//! use gko_synth::{Group, Plan, generate};
//!
//! let data = generate(&Plan::global())?;
//! assert_eq!(data.children.height(), 17_452);
//! let truth = data.truth.share("XAA", "F11", &["yes"], Group::Total).unwrap();
//! assert!((truth - 0.138).abs() < 0.001);
//! # Ok::<(), gko_synth::Error>(())
//! ```

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod cells;
mod error;
pub mod fieldwork;
mod model;
mod plan;
pub mod population;
mod profile;
mod random;
mod respond;
mod sample;
mod sets;
mod synthetic;
mod targets;
mod truth;
mod universe;

pub use cells::Group;
pub use error::Error;
pub use plan::{CountryPlan, Plan};
pub use synthetic::{CODEBOOK, File, Synthetic, generate};
pub use truth::Truth;
