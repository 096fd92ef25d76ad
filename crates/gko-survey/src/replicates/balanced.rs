//! Balanced repeated replication: half samples, and Fay's softer form.
//!
//! # Estimator
//! Two PSUs a stratum, h of an orthogonal matrix of signs of order R, its first
//! row left out: in replicate r one PSU of stratum h gets `2 - rho` and the other
//! rho, which one the sign says; `V = sum of (T_r - c)² / (R·(1 - rho)²)`. BRR has
//! rho = 0. R is the smallest order above the number of strata, so each stratum
//! has a row of its own and cross products between strata cancel.
//!
//! # Assumptions
//! PSUs were drawn with replacement: finite population corrections are dropped.
//!
//! # References
//! McCarthy (1969) *Rev. Int. Stat. Inst.* 37, 239; Judkins (1990) *J. Off. Stat.*
//! 6, 223; R survey 4.5 `brrweights`; Stata `svy brr`.

use super::hadamard::Hadamard;
use super::jackknife::refuse_unpaired;
use super::scales::{check_rho, check_size};
use super::{ReplicateKind, Replicates, Scales};
use crate::Matrix;
use crate::design::Design;
use crate::error::Error;

impl Replicates {
    /// Balanced repeated replication of a design with two PSUs a stratum.
    ///
    /// # Example
    /// The BRR variance of a total is the sum of squared differences in the pairs.
    /// ```
    /// use gko_survey::{Columns, Design, Domain, Replicates, Stage, Survey, Total};
    ///
    /// let design = Design::builder(4)
    ///     .stage(Stage::elements().strata(&[1, 1, 2, 2]))
    ///     .weights(&[1.0; 4])
    ///     .build()?;
    /// let replicates = Replicates::brr(&design)?;
    /// assert_eq!(replicates.len(), 4);
    /// let total = Total::new(Columns::new().number("x", &[1.0, 3.0, 2.0, 6.0]));
    /// let got = Survey::replicated(replicates).estimate(&total, &Domain::all(4))?;
    /// assert_eq!(got.covariance()[(0, 0)], 20.0);
    /// # Ok::<(), gko_survey::Error>(())
    /// ```
    ///
    /// # Errors
    /// A stratum with another number of PSUs than two; more strata than there are
    /// orthogonal matrices for.
    pub fn brr(design: &Design) -> Result<Self, Error> {
        let (multipliers, replicates) = halves(design, ReplicateKind::Brr, 0.0)?;
        let scales = Scales::standard(ReplicateKind::Brr, replicates)?;
        Self::of_psus(design, multipliers, scales, None)
    }

    /// Balanced repeated replication in which no PSU is left out: factors rho and
    /// 2 - rho. With rho 0 it is [`Replicates::brr`].
    ///
    /// # Errors
    /// As [`Replicates::brr`]; a rho outside of [0, 1).
    pub fn fay(design: &Design, rho: f64) -> Result<Self, Error> {
        check_rho(rho)?;
        let (multipliers, replicates) = halves(design, ReplicateKind::Fay, rho)?;
        Self::of_psus(design, multipliers, Scales::fay(rho, replicates)?, None)
    }
}

fn halves(design: &Design, kind: ReplicateKind, rho: f64) -> Result<(Matrix, usize), Error> {
    refuse_unpaired(design, kind)?;
    let signs = Hadamard::at_least(design.strata() + 1)?;
    check_size(design.psus(), signs.order())?;
    let mut multipliers = Matrix::zeros(design.psus(), signs.order());
    for stratum in 0..design.strata() {
        let pair = design.frame.psus_of(stratum);
        for replicate in 0..signs.order() {
            let lean = (1.0 - rho) * signs.at(stratum + 1, replicate);
            multipliers[(pair.start, replicate)] = 1.0 + lean;
            multipliers[(pair.end - 1, replicate)] = 1.0 - lean;
        }
    }
    Ok((multipliers, signs.order()))
}
