//! A step that is settled, and what it does to any weights.

use gko_survey::Replicates;
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
    /// Figures that are met, and the full sample that meets them.
    Calibration(Calibration, Box<Calibrated>),
    /// Factors of the rows, after which figures are met again.
    Recalibrated(Vec<f64>, Calibration),
}

impl Settled {
    /// The weights of the full sample after the step.
    pub(super) fn full(&self, weights: &[f64]) -> Result<Vec<f64>, Error> {
        match self {
            // What was settled is where trimming and calibrating in turn came to.
            Self::Recalibrated(factors, _) => Ok(times(weights, factors)),
            Self::Calibration(_, done) => Ok(done.weights.clone()),
            _ => self.apply(weights, None),
        }
    }

    /// All replicates after the step; the full sample goes to the weights given.
    pub(super) fn replicates(
        &self,
        replicates: &Replicates,
        full: &[f64],
    ) -> Result<Replicates, Error> {
        if let Self::Factors(factors) = self {
            return Ok(replicates.multiplied(factors)?);
        }
        let targets = match self {
            Self::Calibration(calibration, _) | Self::Recalibrated(_, calibration) => {
                calibration.replicate_targets(replicates)?
            }
            _ => None,
        };
        replicates.recalibrated_each(|replicate, weights| {
            let Some(at) = replicate else { return Ok(full.to_vec()) };
            let targets = targets.as_ref().map(|targets| targets.of(replicate));
            self.apply(weights, targets).map_err(|source| {
                let source = Box::new(source);
                Error::InReplicate { replicate: at + 1, source }
            })
        })
    }

    /// The weights of a replicate after the step.
    fn apply(&self, weights: &[f64], targets: Option<&[f64]>) -> Result<Vec<f64>, Error> {
        Ok(match self {
            Self::Factors(factors) => times(weights, factors),
            Self::Classes(classes) => classes.apply(weights)?,
            Self::Propensity(propensity) => propensity.apply(weights)?,
            Self::Calibration(calibration, _) => calibration.apply_to(weights, targets)?.weights,
            Self::Recalibrated(factors, calibration) => {
                calibration.apply_to(&times(weights, factors), targets)?.weights
            }
        })
    }
}

fn times(weights: &[f64], factors: &[f64]) -> Vec<f64> {
    weights.iter().zip(factors).map(|(weight, factor)| weight * factor).collect()
}
