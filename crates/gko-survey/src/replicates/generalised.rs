//! Replicates from the quadratic form of a variance: the generalised bootstrap, and
//! Fay's generalised replication.
//!
//! # Estimator
//! With S the quadratic form of a variance estimator and `M M' = S`, the factor of a
//! sampling unit in replicate r is `1 + (M e_r)/tau`, and
//! `V = (tau²/R)·sum of (T_r - T)²`. Bootstrap: e_r standard normal, so V is the
//! variance estimator on average over the draws. Fay: e_r the signs of an orthogonal
//! matrix in column r, a row for each column of M, so V of a total is the variance
//! estimator itself; R is the smallest order above the columns of M.
//!
//! # Assumptions
//! tau draws factors towards 1 so that none is negative and cancels for totals; for
//! other figures the replicates lie nearer to the full sample. The smallest tau is
//! rounded up to hundredths. Joint probabilities cost n³ for n PSUs of a block.
//!
//! # References
//! Bertail & Combris (1997) *Ann. Écon. Stat.* 46, 49; Beaumont & Patak (2012) *Int.
//! Stat. Rev.* 80, 127; Dippo, Fay & Morganstein (1984) *Proc. Surv. Res. Meth., ASA*,
//! 489; Fay (1989) *Proc. Surv. Res. Meth., ASA*, 212. The draws are ours.

use rayon::prelude::*;

use super::bootstrap::check_replicates;
use super::draws::Draws;
use super::hadamard::Hadamard;
use super::quadratic::Root;
use super::scales::{check_share, check_size};
use super::{
    ReplicateError, ReplicateKind, ReplicateWeights, Replicates, Scales, carried, units_of_rows,
};
use crate::design::Design;
use crate::error::Error;

/// The variance estimator whose quadratic form is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum QuadraticForm {
    /// The design's own: that of linearisation, all stages, joint probabilities.
    #[default]
    Design,
    /// Successive differences along each stratum, in the order of the PSU codes.
    Sd1,
    /// Successive differences round each stratum as a closed chain.
    Sd2,
}

named!(QuadraticForm, "quadratic form", { Design => "design", Sd1 => "SD1", Sd2 => "SD2" });

/// What deviations of factors from 1 are divided by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Tau {
    /// The smallest, at least 1, with which no factor is below this one.
    Smallest {
        /// The smallest factor, from 0 to below 1.
        factor: f64,
    },
    /// This one.
    Given(f64),
}

impl Default for Tau {
    fn default() -> Self {
        Self::Smallest { factor: 0.01 }
    }
}

/// Choices of generalised replicates.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Generalised {
    /// The variance estimator that is followed.
    pub form: QuadraticForm,
    /// What keeps factors from being negative.
    pub tau: Tau,
}

impl Replicates {
    /// The generalised bootstrap: normal factors with the covariance of the design's
    /// variance estimator.
    ///
    /// # Example
    /// ```
    /// use gko_survey::{Design, Generalised, Population, Replicates, Stage};
    ///
    /// let rows = Stage::elements().population(Population::Counts(&[10.0; 5]));
    /// let design = Design::builder(5).stage(rows).build()?;
    /// let replicates = Replicates::generalised(&design, 500, 1, Generalised::default())?;
    /// // Factors of a simple random sample add up to n in every replicate.
    /// assert!((replicates.factors(3).iter().sum::<f64>() - 5.0).abs() < 1e-12);
    /// let tau = replicates.scales().tau().unwrap_or(0.0);
    /// assert!(tau > 1.0);
    /// assert_eq!(replicates.scales().scale(), tau * tau / 500.0);
    /// # Ok::<(), gko_survey::Error>(())
    /// ```
    ///
    /// # Errors
    /// A stratum with one unit that was drawn from several; a population drawn
    /// completely; a variance estimator that can be negative; fewer than two
    /// replicates; a given tau that leaves factors below 0.
    pub fn generalised(
        design: &Design,
        replicates: usize,
        seed: u64,
        choices: Generalised,
    ) -> Result<Self, Error> {
        check_replicates(replicates)?;
        let kind = ReplicateKind::GeneralisedBootstrap;
        let root = Root::new(design, choices.form, kind)?;
        let columns = root.columns();
        let normal = |replicate: usize| {
            let mut draws = Draws::new(seed, replicate as u64);
            (0..columns).map(|_| draws.normal()).collect()
        };
        made(design, &root, replicates, normal, choices.tau, (kind, Some(seed)))
    }

    /// Fay's generalised replication: nothing is drawn, and the variance of a total is
    /// that of the design's variance estimator.
    ///
    /// # Example
    /// Three rows of nine: `(1 - 1/3)·3/2·((1 - 2)² + 1²)`.
    /// ```
    /// use gko_survey::{
    ///     Columns, Design, Domain, Generalised, Population, Replicates, Stage, Survey, Total,
    /// };
    ///
    /// let rows = Stage::elements().population(Population::Counts(&[9.0; 3]));
    /// let design = Design::builder(3).stage(rows).weights(&[1.0; 3]).build()?;
    /// let replicates = Replicates::generalised_replication(&design, Generalised::default())?;
    /// assert_eq!(replicates.len(), 4);
    /// let total = Total::new(Columns::new().number("x", &[1.0, 2.0, 3.0]));
    /// let got = Survey::replicated(replicates).estimate(&total, &Domain::all(3))?;
    /// assert!((got.covariance()[(0, 0)] - 2.0).abs() < 1e-14);
    /// # Ok::<(), gko_survey::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Replicates::generalised`]; more units than there are orthogonal matrices
    /// for.
    pub fn generalised_replication(design: &Design, choices: Generalised) -> Result<Self, Error> {
        let kind = ReplicateKind::GeneralisedReplication;
        let root = Root::new(design, choices.form, kind)?;
        let columns = root.columns();
        let signs = Hadamard::at_least(columns + 1)?;
        // The first row is constant: without it the factors' mean is 1.
        let column = |replicate: usize| (1..=columns).map(|row| signs.at(row, replicate)).collect();
        made(design, &root, signs.order(), column, choices.tau, (kind, None))
    }
}

fn made(
    design: &Design,
    root: &Root,
    replicates: usize,
    e: impl Fn(usize) -> Vec<f64> + Sync,
    tau: Tau,
    (kind, seed): (ReplicateKind, Option<u64>),
) -> Result<Replicates, Error> {
    let starts = root.unit_starts(design);
    let units = starts.len() - 1;
    check_size(units, replicates)?;
    let one = |replicate: usize| root.deviations(&e(replicate));
    let columns: Vec<Vec<f64>> = (0..replicates).into_par_iter().map(one).collect();
    let lowest = columns.iter().flatten().copied().fold(0.0, f64::min);
    let tau = tau.settled(lowest)?;
    let mut multipliers = carried::table(units, columns);
    // Rounding alone can put the lowest factor below 0.
    multipliers.iter_mut().for_each(|one| *one = (1.0 + *one / tau).max(0.0));
    let scales = Scales { kind, ..Scales::generalised(tau, replicates)? };
    let weights = ReplicateWeights::Units { unit: units_of_rows(design, starts), multipliers };
    Replicates::new(design.row_weights(), weights, scales, seed)
}

impl Tau {
    /// tau for the lowest deviation of a factor from 1.
    fn settled(self, lowest: f64) -> Result<f64, Error> {
        const ROUNDING: f64 = 1e-12;
        match self {
            Self::Smallest { factor } => {
                let factor = check_share("the smallest factor", factor)?;
                let left = 1.0 - factor;
                if left == 0.0 {
                    let (what, expected) = ("the smallest factor", "a number below 1");
                    return Err(
                        ReplicateError::InvalidSetting { what, expected, got: factor }.into()
                    );
                }
                Ok((-lowest / left * 100.0).ceil().max(100.0) / 100.0)
            }
            Self::Given(tau) if tau > 0.0 && 1.0 + lowest / tau < -ROUNDING => {
                Err(ReplicateError::TauTooSmall { tau, needed: -lowest }.into())
            }
            Self::Given(tau) => Ok(tau),
        }
    }
}
