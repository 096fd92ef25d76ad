//! Bootstraps of PSUs.
//!
//! # Estimator
//! Rao and Wu: of the n_h PSUs of a stratum, n_h - 1 are drawn with replacement; a
//! PSU drawn m times gets `m·n_h/(n_h - 1)`; `V = sum of (T_r - c)²/(R - 1)`. Canty
//! and Davison: n_h are drawn, with replacement, or without from a population of
//! N_h that repeats the PSUs; the factor is m, and V has the factor `k/(k - 1)`
//! besides, k the harmonic mean of the n_h.
//!
//! # Assumptions
//! Rao and Wu's has no finite population correction. A stratum whose only PSU is
//! its whole population does not vary.
//!
//! # References
//! Rao & Wu (1988) *JASA* 83, 231; Canty & Davison (1999) *The Statistician* 48,
//! 379; R survey 4.5 `subbootweights`, `bootweights`. The draws are ours.

use rayon::prelude::*;

use super::draws::Draws;
use super::jackknife::refuse_single;
use super::scales::check_size;
use super::{FiniteCorrection, ReplicateError, ReplicateKind, Replicates, Scales};
use crate::Matrix;
use crate::design::Design;
use crate::error::Error;

/// Larger populations are as good as infinite, and their counts stay exact.
const ENDLESS: f64 = 1e15;

impl Replicates {
    /// Rao and Wu's bootstrap of n - 1 PSUs a stratum: R's "subbootstrap".
    ///
    /// # Example
    /// ```
    /// use gko_survey::{Design, Replicates};
    ///
    /// let design = Design::builder(2).weights(&[1.0, 1.0]).build()?;
    /// let replicates = Replicates::rao_wu(&design, 50, 1)?;
    /// // One of two is drawn, and counts twice.
    /// assert_eq!(replicates.analysis_weights(0).iter().sum::<f64>(), 2.0);
    /// assert_eq!((replicates.seed(), replicates.scales().scale()), (Some(1), 1.0 / 49.0));
    /// # Ok::<(), gko_survey::Error>(())
    /// ```
    ///
    /// # Errors
    /// A stratum with one PSU; fewer than two replicates.
    pub fn rao_wu(design: &Design, replicates: usize, seed: u64) -> Result<Self, Error> {
        refuse_single(design, ReplicateKind::Subbootstrap)?;
        let draw = |draws: &mut Draws, stratum: usize| {
            let psus = design.frame.psus_of(stratum).len();
            if psus == 1 {
                return vec![1.0];
            }
            let raise = psus as f64 / (psus - 1) as f64;
            let counts = draws.with_replacement(psus, psus - 1);
            counts.into_iter().map(|count| count * raise).collect()
        };
        let multipliers = drawn(design, replicates, seed, draw)?;
        let scales = Scales::standard(ReplicateKind::Subbootstrap, replicates)?;
        Self::of_psus(design, multipliers, scales, Some(seed))
    }

    /// Canty and Davison's bootstrap of n PSUs a stratum: R's "bootstrap".
    ///
    /// # Errors
    /// A stratum with one PSU; fewer than two replicates; a finite population
    /// correction that does not fit the design.
    pub fn canty_davison(
        design: &Design,
        replicates: usize,
        seed: u64,
        correction: FiniteCorrection<'_>,
    ) -> Result<Self, Error> {
        refuse_single(design, ReplicateKind::Bootstrap)?;
        let corrections = correction.of(design)?;
        let draw = |draws: &mut Draws, stratum: usize| {
            let psus = design.frame.psus_of(stratum).len();
            // 1e-6 mends a population that came out of a division.
            let population = (psus as f64 / (1.0 - corrections[stratum]) + 1e-6).floor();
            if population > ENDLESS {
                return draws.with_replacement(psus, psus);
            }
            from_population(draws, psus, population)
        };
        let multipliers = drawn(design, replicates, seed, draw)?;
        let inverse: f64 =
            (0..design.strata()).map(|h| 1.0 / design.frame.psus_of(h).len() as f64).sum();
        let psus = design.strata() as f64 / inverse;
        if psus <= 1.0 {
            return Err(ReplicateError::WholePopulation.into());
        }
        let scale = psus / ((psus - 1.0) * (replicates as f64 - 1.0));
        let scales = Scales::new(ReplicateKind::Bootstrap, scale, vec![1.0; replicates]);
        Self::of_psus(design, multipliers, scales, Some(seed))
    }
}

/// How often each PSU is drawn from a population in which they repeat, those that
/// come once more chosen by chance.
fn from_population(draws: &mut Draws, psus: usize, population: f64) -> Vec<f64> {
    let order = draws.permutation(psus);
    let mut counts = vec![0.0; psus];
    for one in draws.without_replacement(whole(population), psus) {
        let place = usize::try_from(one % psus as u64).unwrap_or(0);
        counts[order[place]] += 1.0;
    }
    counts
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a whole number between 1 and 1e15"
)]
fn whole(population: f64) -> u64 {
    population as u64
}

/// Multipliers of all PSUs: a stratum's factors are drawn after those of the
/// stratum before, each replicate from a stream of its own.
fn drawn(
    design: &Design,
    replicates: usize,
    seed: u64,
    draw: impl Fn(&mut Draws, usize) -> Vec<f64> + Sync,
) -> Result<Matrix, Error> {
    check_replicates(replicates)?;
    check_size(design.psus(), replicates)?;
    let one = |replicate: usize| -> Vec<f64> {
        let mut draws = Draws::new(seed, replicate as u64);
        (0..design.strata()).flat_map(|stratum| draw(&mut draws, stratum)).collect()
    };
    let columns: Vec<Vec<f64>> = (0..replicates).into_par_iter().map(one).collect();
    let values = columns.into_iter().flatten();
    Ok(Matrix::from_iterator(design.psus(), replicates, values))
}

/// Refuses fewer replicates than a variance needs.
pub(super) fn check_replicates(replicates: usize) -> Result<(), Error> {
    if replicates >= 2 {
        return Ok(());
    }
    let got = replicates as f64;
    let (what, expected) = ("the number of replicates", "at least 2");
    Err(ReplicateError::InvalidSetting { what, expected, got }.into())
}
