//! Weights that are too large, cut by a stated rule.
//!
//! # Rule
//! A trimming is first settled and then applied:
//!
//! 1. [`Limits::settle`] finds the limits of each group (country) from the weights of
//!    the full sample, by a [`TrimRule`].
//! 2. [`Limits::trim`] cuts the weights of the sample, or of a replicate, to these
//!    limits and spreads what was cut over the rest of the group.
//! 3. [`trim_and_calibrate`] cuts and calibrates in turn until the limits hold and
//!    the targets too.
//!
//! [`smooth`] is the milder way: weights are drawn to the mean of their class.
//!
//! # Assumptions
//! Trimming buys a smaller variance with some bias: worth it for few, very large
//! weights that have little to do with the answers. [`Limit::Potter`] weighs the two.
//!
//! # References
//! Potter (1990) *Proc. ASA Survey Res. Methods*, 225-230; Valliant, Dever, Kreuter
//! (2018) *Practical Tools for Designing and Weighting Survey Samples*, section 14.4.

mod error;
mod inverse_beta;
mod limit;
mod limits;
mod potter;
mod recalibrate;
mod settle;
mod smooth;

pub use error::{TrimError, UnsettledError};
pub use limit::{Limit, Spreading, TrimRule};
pub use limits::{GroupLimits, GroupTrimmed, Limits, Trimmed};
pub use potter::{Evidence, PotterPoint};
pub use recalibrate::{RecalibrateOptions, Recalibrated, trim_and_calibrate};
pub use smooth::{Smoothed, SmoothedClass, smooth};
