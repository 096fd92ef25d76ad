//! Estimators: each says its value and its influence scores, and no more.

mod alpha;
mod covariances;
mod effects;
mod error;
mod kappa;
mod linear;
mod separate;
mod standard;
mod table;

pub use alpha::CronbachAlpha;
pub use covariances::{Correlations, Covariances};
pub use effects::{Comparison, DesignEffects};
pub use error::EstimatorError;
pub use kappa::{Agreement, Kappa};
pub use linear::{Mean, Ratio, Total};
pub use separate::SeparateRatios;
pub use standard::Standard;
pub use table::{Table, Way};
