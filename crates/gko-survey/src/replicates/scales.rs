//! The scales of a replicate variance, by the kind of the weights.
//!
//! # Rule
//! `V = scale · sum over r of rscale_r · (T_r - c)²`, R replicates: BRR 1/R; Fay
//! `1/(R·(1 - rho)²)`; JK1 `(R - 1)/R`; bootstraps `1/(R - 1)`; successive
//! differences 4/R; JK2 1; generalised `tau²/R`; all rscales 1. JKn has the rscale `(n_h - 1)/n_h` of the
//! stratum of the PSU that is left out, times `1 - f_h`.
//!
//! # References
//! R survey 4.5 `svrepdesign`; Wolter (2007) ch. 3, 4; Ash (2014) *Survey
//! Methodology* 40, 47.

use crate::error::Error;
use crate::replicates::{ReplicateError, ReplicateKind};

/// Scales of a replicate variance, and where its squares are centred.
#[derive(Debug, Clone, PartialEq)]
pub struct Scales {
    pub(crate) kind: ReplicateKind,
    pub(crate) scale: f64,
    pub(crate) rscales: Vec<f64>,
    pub(crate) mse: bool,
    pub(crate) tau: Option<f64>,
}

impl Scales {
    /// A scale for all replicates and one for each.
    #[must_use]
    pub fn new(kind: ReplicateKind, scale: f64, rscales: Vec<f64>) -> Self {
        Self { kind, scale, rscales, mse: kind.mse_by_default(), tau: None }
    }

    /// The scales that a kind has with this number of replicates.
    ///
    /// # Example
    /// ```
    /// use gko_survey::{ReplicateKind, Scales};
    ///
    /// assert_eq!(Scales::standard(ReplicateKind::Brr, 4)?.scale(), 0.25);
    /// assert_eq!(Scales::standard(ReplicateKind::SuccessiveDifference, 80)?.scale(), 0.05);
    /// assert!(Scales::standard(ReplicateKind::Fay, 80).is_err());
    /// # Ok::<(), gko_survey::Error>(())
    /// ```
    ///
    /// # Errors
    /// More than a million replicates; a kind that has none: JKn ([`Scales::jkn`]), Fay ([`Scales::fay`]), others
    /// ([`Scales::new`]).
    pub fn standard(kind: ReplicateKind, replicates: usize) -> Result<Self, Error> {
        check_count(replicates)?;
        let count = replicates as f64;
        let needed = |needed| Err(ReplicateError::ScalesNeeded { kind, needed }.into());
        let scale = match kind {
            ReplicateKind::Jk1 => (count - 1.0) / count,
            ReplicateKind::Jk2 => 1.0,
            ReplicateKind::Brr => 1.0 / count,
            ReplicateKind::SuccessiveDifference => 4.0 / count,
            ReplicateKind::Bootstrap
            | ReplicateKind::Subbootstrap
            | ReplicateKind::MultistageBootstrap => 1.0 / (count - 1.0),
            ReplicateKind::Jkn => return needed("the scale of each replicate (Scales::jkn)"),
            ReplicateKind::Fay => return needed("rho (Scales::fay)"),
            ReplicateKind::GeneralisedBootstrap | ReplicateKind::GeneralisedReplication => {
                return needed("tau (Scales::generalised)");
            }
            ReplicateKind::Other => return needed("scale and rscales (Scales::new)"),
        };
        Ok(Self::new(kind, scale, vec![1.0; replicates]))
    }

    /// The scales of a stratified jackknife, one for each replicate.
    #[must_use]
    pub fn jkn(rscales: Vec<f64>) -> Self {
        Self::new(ReplicateKind::Jkn, 1.0, rscales)
    }

    /// The scale of Fay's weights, whose factors are rho and 2 - rho.
    ///
    /// # Errors
    /// A rho outside of [0, 1); more than a million replicates.
    pub fn fay(rho: f64, replicates: usize) -> Result<Self, Error> {
        check_rho(rho)?;
        check_count(replicates)?;
        let scale = 1.0 / (replicates as f64 * (1.0 - rho) * (1.0 - rho));
        Ok(Self::new(ReplicateKind::Fay, scale, vec![1.0; replicates]))
    }

    /// The scale `tau²/R` of a generalised bootstrap whose factors were drawn towards
    /// 1 by tau.
    ///
    /// # Errors
    /// A tau that is not a finite number above 0; more than a million replicates.
    pub fn generalised(tau: f64, replicates: usize) -> Result<Self, Error> {
        check_count(replicates)?;
        if !(tau > 0.0 && tau.is_finite()) {
            let expected = "a finite number above 0";
            return Err(ReplicateError::InvalidSetting { what: "tau", expected, got: tau }.into());
        }
        let scale = tau * tau / replicates as f64;
        let kind = ReplicateKind::GeneralisedBootstrap;
        Ok(Self { tau: Some(tau), ..Self::new(kind, scale, vec![1.0; replicates]) })
    }

    /// Squares about the full-sample value (true), or about the mean of the replicates.
    #[must_use]
    pub fn with_mse(self, mse: bool) -> Self {
        Self { mse, ..self }
    }

    /// Multiplies the scale of each replicate by 1 - f, f the sampling fraction of
    /// the stratum that it varies.
    ///
    /// # Errors
    /// A kind without finite population correction, another number of fractions
    /// than of replicates, a fraction outside of [0, 1].
    pub fn with_fractions(mut self, fractions: &[f64]) -> Result<Self, Error> {
        let kind = self.kind;
        if !matches!(kind, ReplicateKind::Jk1 | ReplicateKind::Jkn | ReplicateKind::Other) {
            return Err(ReplicateError::NoCorrection { kind }.into());
        }
        same_count("sampling fractions", "replicates", self.rscales.len(), fractions.len())?;
        for (rscale, fraction) in self.rscales.iter_mut().zip(fractions) {
            *rscale *= 1.0 - check_share("sampling fraction", *fraction)?;
        }
        Ok(self)
    }

    /// The scale of all replicates.
    #[must_use]
    pub fn scale(&self) -> f64 {
        self.scale
    }

    /// The scale of each replicate.
    #[must_use]
    pub fn rscales(&self) -> &[f64] {
        &self.rscales
    }

    /// What deviations of generalised factors from 1 were divided by.
    #[must_use]
    pub fn tau(&self) -> Option<f64> {
        self.tau
    }

    /// The kind of the weights.
    #[must_use]
    pub fn kind(&self) -> ReplicateKind {
        self.kind
    }

    /// Whether squares are about the full-sample value.
    #[must_use]
    pub fn mse(&self) -> bool {
        self.mse
    }

    pub(crate) fn check(&self, replicates: usize) -> Result<(), Error> {
        same_count("rscales", "replicates", replicates, self.rscales.len())?;
        let refused = |what, expected, got| {
            Err(ReplicateError::InvalidSetting { what, expected, got }.into())
        };
        if !(self.scale > 0.0 && self.scale.is_finite()) {
            return refused("scale", "a finite number above 0", self.scale);
        }
        let bad = self.rscales.iter().find(|one| !(one.is_finite() && **one >= 0.0));
        if let Some(&got) = bad {
            return refused("an rscale", "a finite number of at least 0", got);
        }
        if self.rscales.iter().all(|&rscale| rscale == 0.0) {
            return refused("the largest rscale", "at least one above 0", 0.0);
        }
        Ok(())
    }
}

/// More replicates than this are a mistake.
const COUNT: usize = 1_000_000;
/// Multipliers that a table may have: 4 GiB.
const MULTIPLIERS: usize = 1 << 29;

fn check_count(replicates: usize) -> Result<(), Error> {
    if replicates <= COUNT {
        return Ok(());
    }
    let (what, expected) = ("the number of replicates", "at most 1000000");
    Err(ReplicateError::InvalidSetting { what, expected, got: replicates as f64 }.into())
}

/// Refuses a table of multipliers that no memory holds, before it is made.
pub(super) fn check_size(units: usize, replicates: usize) -> Result<(), Error> {
    check_count(replicates)?;
    let size = units.saturating_mul(replicates);
    if size <= MULTIPLIERS {
        return Ok(());
    }
    let what = "the number of sampling units times that of replicates";
    let expected = "at most 2^29; draw fewer replicates, or linearise";
    Err(ReplicateError::InvalidSetting { what, expected, got: size as f64 }.into())
}

pub(super) fn check_rho(rho: f64) -> Result<(), Error> {
    if (0.0..1.0).contains(&rho) {
        return Ok(());
    }
    let expected = "a number of at least 0 and below 1, such as 0.3";
    Err(ReplicateError::InvalidSetting { what: "rho", expected, got: rho }.into())
}

/// A share, checked.
pub(super) fn check_share(what: &'static str, share: f64) -> Result<f64, Error> {
    if (0.0..=1.0).contains(&share) {
        return Ok(share);
    }
    let expected = "a number from 0 to 1";
    Err(ReplicateError::InvalidSetting { what, expected, got: share }.into())
}

pub(super) fn same_count(
    what: &str,
    of: &'static str,
    expected: usize,
    got: usize,
) -> Result<(), Error> {
    if got == expected {
        return Ok(());
    }
    Err(ReplicateError::WrongCount { what: what.to_owned(), of, expected, got }.into())
}
