//! Weights that were made, with all that belongs to them.

use std::sync::Arc;

use gko_survey::calibration::Calibrated;
use gko_survey::{Replicates, Survey};

use super::design::{design, taylor};
use super::history::History;
use super::keys::{KeyIndicator, key_indicators};
use super::met::{Met, margin_tables};
use crate::Indicator;
use crate::diagnostics::{Bins, Diagnostics, Weighting};
use crate::error::Error;
use crate::groups::Groups;
use crate::plan::Plan;
use crate::sample::Sample;
use crate::scaling::{PoolFile, ScaleName};
use crate::selection::Inference;

/// The weights of a plan.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Weighted {
    /// The columns, with those that the plan derives.
    pub sample: Sample,
    /// The groups.
    pub groups: Groups,
    /// Weights of the draw alone.
    pub base: Vec<f64>,
    /// Final weights; 0 for those who did not respond.
    pub weights: Vec<f64>,
    /// Replicate weights, taken through every step.
    pub replicates: Option<Replicates>,
    /// How all that came about.
    pub history: History,
    pub(super) plan: Plan,
    pub(super) calibrations: Vec<Calibrated>,
    pub(super) met: Vec<Met>,
}

impl Weighted {
    /// On what conclusions from the weights rest.
    #[must_use]
    pub fn inference(&self) -> &Inference {
        &self.history.inference
    }

    /// What the weights add up to, where a step of the plan says so.
    #[must_use]
    pub fn scale(&self) -> Option<ScaleName> {
        self.history.scale
    }

    /// The weights as a file to be pooled with others.
    #[must_use]
    pub fn pool_file<'a>(&'a self, name: &'a str) -> PoolFile<'a> {
        let (weights, groups) = (&self.weights[..], &self.groups.codes[..]);
        PoolFile { name, weights, groups, scale: self.scale() }
    }

    /// The sample with its final weights and a variance by linearisation, which knows
    /// of the calibrations that these weights meet.
    ///
    /// # Errors
    /// Weights that the engine refuses.
    pub fn survey(&self) -> Result<Survey, Error> {
        let mut survey = self.naive_survey()?;
        for calibrated in &self.calibrations {
            let mut done = calibrated.clone();
            done.weights.clone_from(&self.weights);
            survey = survey.calibrated(done)?;
        }
        Ok(survey)
    }

    /// The same with the final weights taken for weights of the draw: what a user gets
    /// who knows of no calibration.
    ///
    /// # Errors
    /// Weights that the engine refuses.
    pub fn naive_survey(&self) -> Result<Survey, Error> {
        let design = design(&self.plan, &self.sample, &self.groups, &self.weights)?;
        Ok(Survey::linearised(Arc::new(design), taylor(&self.plan)?))
    }

    /// The sample with its replicate weights, where the plan made some.
    #[must_use]
    pub fn replicated_survey(&self) -> Option<Survey> {
        self.replicates.clone().map(Survey::replicated)
    }

    /// What weighting did to the respondents: from the weights of the draw to the final
    /// ones, by group; and how far the figures of the last calibration of each margin were
    /// and are from the weights.
    ///
    /// # Errors
    /// Columns of key indicators that are not there.
    pub fn diagnostics(&self) -> Result<Diagnostics, Error> {
        let keys = key_indicators(&self.plan, &self.sample)?;
        let indicators: Vec<Indicator<'_>> = keys.iter().map(KeyIndicator::indicator).collect();
        let drawn = |(base, weight): (&f64, &f64)| if *weight > 0.0 { *base } else { 0.0 };
        let before: Vec<f64> = self.base.iter().zip(&self.weights).map(drawn).collect();
        let named = self.plan.group.is_some();
        let of_all = Diagnostics::of(&Weighting {
            before: &before,
            after: &self.weights,
            groups: &self.groups.codes,
            margins: &[],
            indicators: &indicators,
            bins: Bins::default(),
        })?;
        Ok(Diagnostics {
            group_names: if named { self.groups.names.clone() } else { Vec::new() },
            margins: margin_tables(&self.met, &self.groups, &self.base, &self.weights)?,
            ..of_all
        })
    }
}
