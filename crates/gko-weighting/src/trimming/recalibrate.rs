//! Trimming and calibrating in turn, until limits and targets both hold.
//!
//! # Rule
//! A round cuts the weights to the limits and then calibrates them. Rounds go on until
//! no weight is outside of its limit by more than the tolerance, relative to the
//! limit. The calibration comes last, so the targets hold as well as it makes them.
//!
//! # Assumptions
//! Some weights satisfy limits and targets together. The limits are on the scale of the
//! calibrated weights: calibrate first, settle the limits, then call this. A plan's run
//! does not repeat it in replicates: they get the full sample's factors and are calibrated
//! again ([`crate::run`]).
//!
//! # References
//! Deville, Särndal, Sautory (1993) *JASA* 88, 1013-1020; Valliant, Dever, Kreuter
//! (2018) *Practical Tools for Designing and Weighting Survey Samples*, section 14.4.

use serde::{Deserialize, Serialize};

use super::error::{TrimError, UnsettledError};
use super::limits::{GroupTrimmed, Limits, Outside};
use crate::numbers::check_weights;

/// When to stop trimming and calibrating in turn.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RecalibrateOptions {
    /// How far a weight may be outside of its limit, relative to the limit.
    pub tolerance: f64,
    /// Rounds after which to give up.
    pub max_rounds: usize,
}

impl Default for RecalibrateOptions {
    /// A millionth of the limit, 200 rounds.
    fn default() -> Self {
        Self { tolerance: 1e-6, max_rounds: 200 }
    }
}

/// Weights for which limits and targets hold.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Recalibrated {
    /// The weights, in the caller's row order.
    pub weights: Vec<f64>,
    /// Rounds made, at least 1.
    pub rounds: usize,
    /// How far the worst weight was outside after each round, relative to its limit.
    pub trace: Vec<f64>,
    /// What the first trimming did in each group.
    pub first: Vec<GroupTrimmed>,
}

/// Cuts to the limits and calibrates, until both hold.
///
/// `calibrate` gets the trimmed weights and returns calibrated ones.
///
/// # Errors
/// Options that are none, what [`Limits::trim`] refuses, what `calibrate` refuses, and
/// no end within the rounds: the message names the worst row and how the excess moved.
///
/// # Example
/// Two cells of 10 and 8 people; no weight may be above 6. The end is 6, 4, 4, 4.
/// ```
/// use gko_survey::calibration::{PostStratifyOptions, post_stratify};
/// use gko_weighting::trimming::{
///     Evidence, Limit, Limits, RecalibrateOptions, TrimRule, trim_and_calibrate,
/// };
///
/// let weights = [7.0, 3.0, 4.0, 4.0];
/// let cells = |weights: &[f64]| {
///     let options = PostStratifyOptions::default();
///     post_stratify(weights, &[0_u8, 0, 1, 1], &[10.0, 8.0], &options).map(|done| done.weights)
/// };
/// let rule = TrimRule::upper(Limit::Fixed(6.0));
/// let limits = Limits::settle(&rule, &weights, &[1; 4], &Evidence::default())?;
/// let options = RecalibrateOptions::default();
/// let done = trim_and_calibrate(&weights, &[1; 4], &limits, cells, &options)?;
/// let want = [6.0, 4.0, 4.0, 4.0];
/// assert!(done.weights.iter().zip(want).all(|(weight, want)| (weight - want).abs() < 1e-5));
/// assert!((done.weights[0] + done.weights[1] - 10.0).abs() < 1e-12);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn trim_and_calibrate<E>(
    weights: &[f64],
    groups: &[u32],
    limits: &Limits,
    calibrate: impl Fn(&[f64]) -> Result<Vec<f64>, E>,
    options: &RecalibrateOptions,
) -> Result<Recalibrated, UnsettledError<E>> {
    let mut done =
        Recalibrated { weights: weights.to_vec(), rounds: 0, trace: vec![], first: vec![] };
    check(options).map_err(|source| done.stopped(source))?;
    loop {
        let worst = done.round(groups, limits, &calibrate)?;
        if worst.excess <= options.tolerance {
            return Ok(done);
        }
        if done.rounds == options.max_rounds {
            let (rounds, trace) = (done.rounds, done.trace);
            let Outside { row, weight, limit, .. } = worst;
            return Err(UnsettledError::Unsettled { rounds, row, weight, limit, trace });
        }
    }
}

fn check(options: &RecalibrateOptions) -> Result<(), TrimError> {
    let (tolerance, rounds) = (options.tolerance, options.max_rounds);
    if !(tolerance.is_finite() && tolerance > 0.0) {
        let (setting, expected) = ("tolerance", "a positive number such as 1e-6");
        return Err(TrimError::InvalidSetting { setting, expected, got: tolerance });
    }
    if rounds == 0 {
        let (setting, expected) = ("max_rounds", "at least 1");
        return Err(TrimError::InvalidSetting { setting, expected, got: 0.0 });
    }
    Ok(())
}

impl Recalibrated {
    /// Trims and calibrates once, and returns the weight that is farthest outside.
    fn round<E>(
        &mut self,
        groups: &[u32],
        limits: &Limits,
        calibrate: &impl Fn(&[f64]) -> Result<Vec<f64>, E>,
    ) -> Result<Outside, UnsettledError<E>> {
        self.rounds += 1;
        let round = self.rounds;
        let trimmed = limits.trim(&self.weights, groups).map_err(|source| self.stopped(source))?;
        if round == 1 {
            self.first = trimmed.groups;
        }
        let new = calibrate(&trimmed.weights)
            .map_err(|source| UnsettledError::Calibrate { round, source })?;
        let (expected, got) = (self.weights.len(), new.len());
        if got != expected {
            return Err(UnsettledError::WrongCount { expected, got });
        }
        check_weights(&new).map_err(|source| self.stopped(source.into()))?;
        let worst = limits.worst(&new, groups);
        self.weights = new;
        self.trace.push(worst.excess);
        Ok(worst)
    }

    /// What ends the rounds where they are.
    fn stopped<E>(&self, source: TrimError) -> UnsettledError<E> {
        UnsettledError::Trim { round: self.rounds, trace: self.trace.clone(), source }
    }
}
