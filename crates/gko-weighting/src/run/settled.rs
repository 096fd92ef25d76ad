//! A step that is settled, and what it does to any weights.

use gko_survey::calibration::Calibrated;

use crate::calibration::Calibration;
use crate::error::Error;
use crate::nonresponse::{Classes, Propensity};

/// A settled step.
pub(super) enum Settled {
    /// Factors of the rows, the same for all replicates.
    Factors(Vec<f64>),
    /// Weighting classes.
    Classes(Classes),
    /// Response propensities.
    Propensity(Box<Propensity>),
    /// Figures that are met.
    Calibration(Calibration),
    /// Factors of the rows, after which figures are met again.
    Recalibrated(Vec<f64>, Calibration),
}

impl Settled {
    /// The weights of a replicate after the step.
    pub(super) fn apply(&self, weights: &[f64]) -> Result<Vec<f64>, Error> {
        Ok(match self {
            Self::Factors(factors) => times(weights, factors),
            Self::Classes(classes) => classes.apply(weights)?,
            Self::Propensity(propensity) => propensity.apply(weights)?,
            Self::Calibration(calibration) => calibration.apply(weights)?.weights,
            Self::Recalibrated(factors, calibration) => {
                calibration.apply(&times(weights, factors))?.weights
            }
        })
    }

    /// The calibration of the full sample, where the step is one.
    pub(super) fn calibrated(&self, weights: &[f64]) -> Result<Option<Calibrated>, Error> {
        match self {
            Self::Calibration(calibration) => calibration.apply(weights).map(Some),
            _ => Ok(None),
        }
    }
}

fn times(weights: &[f64], factors: &[f64]) -> Vec<f64> {
    weights.iter().zip(factors).map(|(weight, factor)| weight * factor).collect()
}
