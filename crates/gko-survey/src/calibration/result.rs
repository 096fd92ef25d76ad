//! What a calibration hands back.

use super::adjustment::Adjustment;
use super::soft::SoftTarget;

/// Calibrated weights, how they came about, and what the variance needs.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Calibrated {
    /// Final weights, in the caller's row order.
    pub weights: Vec<f64>,
    /// Final over given weight; 1 where the given weight is 0.
    pub factors: Vec<f64>,
    /// How far and how fast.
    pub report: CalibrationReport,
    /// The projection that the variance of a calibrated estimate needs.
    pub adjustment: Adjustment,
}

/// How far and how fast a calibration came to its targets.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct CalibrationReport {
    /// Steps taken: 1 for post-stratification, sweeps of raking, Newton steps.
    pub iterations: usize,
    /// The largest relative gap that is left; of a soft target the gap to where its price
    /// and the move of the weights balance.
    pub largest_gap: f64,
    /// The largest relative gap before the first step and after each.
    pub trace: Vec<f64>,
    /// The smallest factor of a row with a positive weight.
    pub smallest_factor: f64,
    /// The largest factor of a row with a positive weight.
    pub largest_factor: f64,
    /// Rows, and in a [`Raked`](super::Raked) cells, that as good as lost their weight:
    /// their factor is below a millionth of the mean one. A target far from what the sample
    /// holds does that to a distance without bounds.
    pub vanished: usize,
    /// The targets that may be missed, and where their totals came to.
    pub soft_targets: Vec<SoftTarget>,
}

impl Calibrated {
    /// From the given weights, the factors and the gaps; `given` has a positive weight.
    pub(super) fn new(
        given: &[f64],
        factors: Vec<f64>,
        trace: Vec<f64>,
        adjustment: Adjustment,
    ) -> Self {
        let used = given.iter().zip(&factors).filter(|(d, _)| **d > 0.0).map(|(_, &g)| g);
        let weights: Vec<f64> = given.iter().zip(&factors).map(|(d, g)| d * g).collect();
        let mean = weights.iter().sum::<f64>() / given.iter().sum::<f64>();
        let report = CalibrationReport::new(used, trace, mean);
        Self { weights, factors, report, adjustment }
    }
}

impl CalibrationReport {
    /// From the factors of rows with a positive weight, the gaps, and the factor that
    /// brings the sum of the weights to where it went.
    pub(super) fn new(
        factors: impl Iterator<Item = f64> + Clone,
        trace: Vec<f64>,
        mean: f64,
    ) -> Self {
        Self {
            iterations: trace.len().saturating_sub(1),
            largest_gap: trace.last().copied().unwrap_or(0.0),
            smallest_factor: factors.clone().fold(f64::INFINITY, f64::min),
            largest_factor: factors.clone().fold(f64::NEG_INFINITY, f64::max),
            vanished: factors.filter(|factor| factor.abs() < 1e-6 * mean).count(),
            soft_targets: Vec::new(),
            trace,
        }
    }
}
