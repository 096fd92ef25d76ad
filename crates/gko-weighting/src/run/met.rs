//! Calibrations of a run, and what became of their figures at its end.

use crate::calibration::Calibration;
use crate::finding::Finding;

/// A calibration that a run made.
pub(super) struct Met {
    record: usize,
    calibration: Calibration,
    /// The sums of the groups' weights right after it.
    sums: Vec<f64>,
}

impl Met {
    /// A calibration that the weights meet; `record` is the place of its step.
    pub(super) fn new(record: usize, calibration: Calibration, weights: &[f64]) -> Self {
        let sums = calibration.sums(weights);
        Self { record, calibration, sums }
    }

    pub(super) fn record(&self) -> usize {
        self.record
    }

    pub(super) fn calibration(&self) -> &Calibration {
        &self.calibration
    }

    /// The figures that the final weights do not meet.
    pub(super) fn lost(&self, weights: &[f64]) -> Vec<Finding> {
        self.calibration.lost(&self.sums, weights)
    }
}
