//! What can go wrong with replicate weights, where it stands, and the way out.

use crate::error::{Error, StratumId};
use crate::replicates::ReplicateKind;

/// Everything that replicate weights refuse.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ReplicateError {
    /// Columns of replicate weights or scales of the wrong length.
    #[error("{code}: {what} has {got} values, expected {expected}; pass one for each of the {of}", code = self.code())]
    WrongCount {
        /// What has the wrong length.
        what: String,
        /// What there should be one value for.
        of: &'static str,
        /// Values expected.
        expected: usize,
        /// Values found.
        got: usize,
    },
    /// A replicate weight that is negative or not finite.
    #[error("{code}: replicate {replicate} has weight {weight} in row {row}, expected a finite number of at least 0; correct it, or calibrate with bounds", code = self.code())]
    InvalidWeight {
        /// The replicate, counted from 0.
        replicate: usize,
        /// Row, or sampling unit, in the caller's order.
        row: usize,
        /// The weight as it stands.
        weight: f64,
    },
    /// A scale that no variance can have.
    #[error("{code}: {what} is {got}, expected {expected}", code = self.code())]
    InvalidSetting {
        /// The setting.
        what: &'static str,
        /// What it may be.
        expected: &'static str,
        /// What it is.
        got: f64,
    },
    /// Strata from which a replicate could not be made, since they have one PSU.
    #[error("{code}: {kind} weights need two PSUs a stratum, but {count} strata have one (the first: {first}); collapse them with a neighbour in the design (DesignBuilder::collapse, or a coarser column of strata), state the PSU as drawn with certainty by its population, or use JKn with a rule for single PSUs (in a weighting plan: method = {{ jkn = {{}} }} and design.single_psu = \"adjust\")", code = self.code())]
    SinglePsu {
        /// The kind of replicate weights.
        kind: ReplicateKind,
        /// How many strata have one PSU.
        count: usize,
        /// The first of them.
        first: StratumId,
    },
    /// A stratum that is no pair.
    #[error("{code}: {kind} weights need exactly two PSUs a stratum, but {stratum} has {psus}; split or collapse strata into pairs, or use JKn or a bootstrap", code = self.code())]
    NotPaired {
        /// The kind of replicate weights.
        kind: ReplicateKind,
        /// The stratum.
        stratum: StratumId,
        /// Its PSUs.
        psus: usize,
    },
    /// A jackknife without strata for a design with strata.
    #[error("{code}: JK1 leaves strata out of view, and the design has {strata}; use JKn", code = self.code())]
    Stratified {
        /// Strata of the design.
        strata: usize,
    },
    /// A unit of a later stage that stands alone.
    #[error("{code}: at stage {stage} a unit was drawn alone from more than one, so its variance cannot be estimated; draw two, join it with a neighbour, or state the first stage alone", code = self.code())]
    SingleUnit {
        /// Stage, counted from 1.
        stage: usize,
    },
    /// A factor of the multistage bootstrap below 0.
    #[error("{code}: a factor of replicate {replicate} is {factor}: few of many units were drawn within units of which nearly all were; state the outer stage as drawn completely, or use JKn", code = self.code())]
    NegativeFactor {
        /// The replicate, counted from 0.
        replicate: usize,
        /// The smallest factor.
        factor: f64,
    },
    /// A tau that leaves factors below 0.
    #[error("{code}: tau is {tau}, and the smallest factor would be below 0; pass a tau of at least {needed}, or let the smallest be found", code = self.code())]
    TauTooSmall {
        /// The tau that was given.
        tau: f64,
        /// The smallest without a negative factor.
        needed: f64,
    },
    /// A variance estimator that can be negative.
    #[error("{code}: the variance estimator has the eigenvalue {eigenvalue} for {units} units, so it can be negative and has no replicates; estimate after Yates and Grundy, or take Brewer's approximation", code = self.code())]
    NotPositive {
        /// The smallest eigenvalue of its quadratic form.
        eigenvalue: f64,
        /// Units of the block that has it.
        units: usize,
    },
    /// More units than a Hadamard matrix is made for.
    #[error("{code}: a Hadamard matrix of at least {order} rows would be needed, and the limit is {limit}; use JKn or a bootstrap", code = self.code())]
    NoHadamardMatrix {
        /// Rows that are needed.
        order: usize,
        /// Rows at most.
        limit: usize,
    },
    /// All strata were drawn completely.
    #[error("{code}: all strata were drawn completely, so nothing varies and there is no replicate; report the figure without a standard error", code = self.code())]
    WholePopulation,
    /// A kind whose scales do not follow from the number of replicates.
    #[error("{code}: the scales of {kind} weights do not follow from the number of replicates; pass {needed}", code = self.code())]
    ScalesNeeded {
        /// The kind of replicate weights.
        kind: ReplicateKind,
        /// What is needed.
        needed: &'static str,
    },
    /// A finite population correction for weights that have none.
    #[error("{code}: {kind} weights take no finite population correction; leave it out", code = self.code())]
    NoCorrection {
        /// The kind of replicate weights.
        kind: ReplicateKind,
    },
    /// Fewer replicates than directions in which targets are uncertain.
    #[error("{code}: targets that vary in {needed} directions need as many replicates with a positive scale, and there are {usable}; make more replicates, or calibrate to fewer estimated targets", code = self.code())]
    TooFewForTargets {
        /// Directions of the targets' covariance.
        needed: usize,
        /// Replicates that count.
        usable: usize,
    },
    /// Squares about the replicates' mean, where the targets vary.
    #[error("{code}: the squares are about the mean of the replicates, which shifted targets move; take those about the full-sample value (with_mse(true), in a weighting plan `mse = true` under [replicates])", code = self.code())]
    MseNeeded,
    /// What went wrong while a replicate was calibrated.
    #[error("{code}: replicate {replicate} could not be calibrated: {source}", code = self.code())]
    NotCalibrated {
        /// The replicate, counted from 0.
        replicate: usize,
        /// What went wrong.
        source: Box<Error>,
    },
}

impl ReplicateError {
    /// The stable code, for example `GKO-S063`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::WrongCount { .. } => "GKO-S063",
            Self::InvalidWeight { .. } => "GKO-S064",
            Self::InvalidSetting { .. } => "GKO-S065",
            Self::SinglePsu { .. } => "GKO-S066",
            Self::NotPaired { .. } => "GKO-S067",
            Self::Stratified { .. } => "GKO-S068",
            Self::SingleUnit { .. } => "GKO-S069",
            Self::NoHadamardMatrix { .. } => "GKO-S170",
            Self::WholePopulation => "GKO-S171",
            Self::ScalesNeeded { .. } => "GKO-S172",
            Self::NoCorrection { .. } => "GKO-S173",
            Self::NotCalibrated { .. } => "GKO-S174",
            Self::NegativeFactor { .. } => "GKO-S175",
            Self::TauTooSmall { .. } => "GKO-S176",
            Self::NotPositive { .. } => "GKO-S177",
            Self::TooFewForTargets { .. } => "GKO-S178",
            Self::MseNeeded => "GKO-S179",
        }
    }
}
