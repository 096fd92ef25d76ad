//! What weights add up to.
//!
//! # Rule
//! A scaling multiplies all weights of a group (country) by one factor. It changes no
//! share and no mean within a group; across groups it decides who counts how much:
//!
//! | scale | sum of a group | a pooled mean is about |
//! |---|---|---|
//! | [`Scale::Population`] | its people | all people of all countries |
//! | [`Scale::MeanOne`] | its respondents | respondents, countries as large as their samples |
//! | [`Scale::Senate`] | the same everywhere | the average country |
//! | [`Scale::Proportional`] | its share of all people, of a stated total | all people of all countries |
//!
//! [`Scaling`] finds and applies the factors, [`Pool`] makes totals over several files
//! and does not exist unless their scale is one and has a name, and [`looks_like`]
//! recognises the scale of given weights by their sums.
//!
//! # Assumptions
//! A scaling is a fixed number, also in the replicates: unlike a calibration it takes
//! nothing off the variance of a total.
//!
//! # References
//! OECD (2009) *PISA Data Analysis Manual*, ch. 3 (senate weights); European Social
//! Survey (2014) *Weighting European Social Survey Data* (population size weights);
//! Pfeffermann et al. (1998) *JRSS B* 60, 23-40 (mean one).

mod detect;
mod error;
mod pool;
mod scale;

pub use detect::{GroupSum, LooksLike, looks_like, mixed};
pub use error::ScalingError;
pub use pool::{Pool, PoolFile, PooledTotal};
pub use scale::{GroupFactor, Scale, ScaleName, Scaling};
