//! Targets that are estimates, in replicates: some are calibrated to shifted ones.
//!
//! # Estimator
//! With targets t of covariance `V = sum over k of s_k·s_k'`, each direction s_k is given
//! to a replicate r(k) of its own, whose targets are
//! `t + s_k / sqrt(scale · rscale_r(k))`; all others keep t. The squares about the
//! full-sample value then add up to V for the total of the auxiliaries, and to `B'·V·B`
//! for an estimate with the coefficients B on them.
//!
//! # Assumptions
//! The replicates are about the full-sample value (MSE), and there is one with a positive
//! scale for each direction. Which one takes which direction is drawn by chance, so that
//! no part of the sample is tied to it; another seed gives another variance, with the
//! same mean. The targets were estimated from an independent sample.
//!
//! # References
//! Fuller (1998) *Statistica Sinica* 8, 1153-1164, sec. 4; Opsomer, Erciulescu (2021)
//! *Survey Methodology* 47; R package svrep, `calibrate_to_estimate`. There s_k are
//! eigenvectors of V times the root of their eigenvalue, here those of the correlations
//! times the standard errors: small variances keep their digits, and the sum is V as well.

use super::draws::Draws;
use super::{ReplicateError, Replicates};
use crate::Matrix;
use crate::calibration::root;
use crate::error::Error;

/// No replicate draws from this stream.
const STREAM: u64 = u64::MAX;

/// Targets of the full sample and of every replicate.
#[derive(Debug, Clone, PartialEq)]
pub struct ReplicateTargets {
    full: Vec<f64>,
    /// The replicates whose targets are shifted, and their targets.
    shifts: Vec<(usize, Vec<f64>)>,
}

impl Replicates {
    /// The targets to which each replicate is to be calibrated, if `targets` are estimates
    /// with this covariance.
    ///
    /// # Errors
    /// What is no covariance of the targets; replicates about their mean; fewer replicates
    /// than the covariance has dimensions.
    ///
    /// # Example
    /// Weights scaled to a total of 60 with standard error 6: the variance of the total is 36.
    /// ```
    /// use gko_survey::{Columns, Design, Domain, Jackknife, Matrix, Replicates, Survey, Total};
    ///
    /// let design = Design::builder(3).build()?;
    /// let made = Replicates::jk1(&design, Jackknife::default())?.with_mse(true);
    /// let targets = made.targets(&[60.0], &Matrix::from_element(1, 1, 36.0), 1)?;
    /// let made = made.recalibrated_each::<gko_survey::Error>(|replicate, weights| {
    ///     let factor = targets.of(replicate)[0] / weights.iter().sum::<f64>();
    ///     Ok(weights.iter().map(|weight| weight * factor).collect())
    /// })?;
    /// let count = Total::new(Columns::new().number("one", &[1.0; 3]));
    /// let count = Survey::replicated(made).estimate(&count, &Domain::all(3))?;
    /// assert!((count.covariance()[(0, 0)] - 36.0).abs() < 1e-11);
    /// # Ok::<(), gko_survey::Error>(())
    /// ```
    pub fn targets(
        &self,
        targets: &[f64],
        covariance: &Matrix,
        seed: u64,
    ) -> Result<ReplicateTargets, Error> {
        let root = root(covariance, targets.len())?;
        if !self.mse() {
            return Err(ReplicateError::MseNeeded.into());
        }
        let scale = |replicate: usize| self.scales.scale * self.scales.rscales[replicate];
        let usable: Vec<usize> = (0..self.len()).filter(|&one| scale(one) > 0.0).collect();
        let (needed, order) = (root.ncols(), Draws::new(seed, STREAM).permutation(usable.len()));
        if needed > usable.len() {
            return Err(ReplicateError::TooFewForTargets { needed, usable: usable.len() }.into());
        }
        let shift = |(direction, &at): (nalgebra::DVectorView<'_, f64>, &usize)| {
            let replicate = usable[at];
            let by = targets.iter().zip(direction.iter());
            let size = scale(replicate).sqrt();
            (replicate, by.map(|(target, part)| target + part / size).collect())
        };
        let mut shifts: Vec<_> = root.column_iter().zip(&order).map(shift).collect();
        shifts.sort_by_key(|(replicate, _)| *replicate);
        Ok(ReplicateTargets { full: targets.to_vec(), shifts })
    }
}

impl ReplicateTargets {
    /// The targets of a replicate, counted from 0, or of the full sample.
    #[must_use]
    pub fn of(&self, replicate: Option<usize>) -> &[f64] {
        let own = |one: usize| self.shifts.binary_search_by_key(&one, |(at, _)| *at).ok();
        replicate.and_then(own).map_or(&self.full, |at| &self.shifts[at].1)
    }

    /// The replicates whose targets are not those of the full sample, ascending.
    pub fn shifted(&self) -> impl Iterator<Item = usize> {
        self.shifts.iter().map(|(replicate, _)| *replicate)
    }
}
