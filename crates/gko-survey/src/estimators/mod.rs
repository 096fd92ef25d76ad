//! Estimators: each says its value and its influence scores, and no more.

mod covariances;
mod effects;
mod error;
mod linear;
mod separate;

pub use covariances::{Correlations, Covariances};
pub use effects::{Comparison, DesignEffects};
pub use error::EstimatorError;
pub use linear::{Mean, Ratio, Total};
pub use separate::SeparateRatios;
