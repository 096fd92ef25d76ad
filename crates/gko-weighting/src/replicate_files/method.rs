//! The way in which replicate weights of a file were made, and their scales.
//!
//! # Rule
//! `V = scale · sum over r of rscale_r · (T_r - c)²`; a method says scale and rscales
//! for any number of replicates, or states them.
//!
//! # References
//! R survey 4.5 `svrepdesign(type = )`; [`gko_survey::Scales`].

use gko_survey::{ReplicateKind, Scales};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ReplicateFileError;

/// How the replicate weights of a file were made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Method {
    /// One PSU left out of all: scale (R - 1)/R.
    Jk1,
    /// One PSU left out of a stratum: a scale for each replicate.
    Jkn {
        /// The scale of each replicate.
        rscales: Vec<f64>,
    },
    /// One replicate a pair of PSUs: scale 1.
    Jk2,
    /// Balanced half samples: 1/R.
    Brr,
    /// Fay's form of them: `1/(R·(1 - rho)²)`.
    Fay {
        /// The smaller of the two factors.
        rho: f64,
    },
    /// A bootstrap: 1/(R - 1).
    Bootstrap,
    /// Successive differences: 4/R.
    SuccessiveDifference,
    /// The generalised bootstrap: tau²/R.
    GeneralisedBootstrap {
        /// What deviations of factors from 1 were divided by.
        tau: f64,
    },
    /// Another way.
    Other {
        /// The scale of all replicates.
        scale: f64,
        /// The scale of each replicate; 1 without.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rscales: Option<Vec<f64>>,
    },
}

impl Method {
    /// The number of replicates for which scales are stated.
    #[must_use]
    pub fn replicates(&self) -> Option<usize> {
        match self {
            Self::Jkn { rscales } | Self::Other { rscales: Some(rscales), .. } => {
                Some(rscales.len())
            }
            _ => None,
        }
    }

    /// The scales of so many replicates.
    ///
    /// # Example
    /// ```
    /// use gko_weighting::replicate_files::Method;
    ///
    /// assert_eq!(Method::Fay { rho: 0.5 }.scales(80)?.scale(), 0.05);
    /// assert_eq!(Method::Jk1.scales(80)?.scale(), 79.0 / 80.0);
    /// # Ok::<(), gko_weighting::replicate_files::ReplicateFileError>(())
    /// ```
    ///
    /// # Errors
    /// A rho or tau that cannot be; more than a million replicates.
    pub fn scales(&self, replicates: usize) -> Result<Scales, ReplicateFileError> {
        let standard = |kind| Ok(Scales::standard(kind, replicates)?);
        match self {
            Self::Jk1 => standard(ReplicateKind::Jk1),
            Self::Jk2 => standard(ReplicateKind::Jk2),
            Self::Brr => standard(ReplicateKind::Brr),
            Self::Bootstrap => standard(ReplicateKind::Bootstrap),
            Self::SuccessiveDifference => standard(ReplicateKind::SuccessiveDifference),
            Self::Jkn { rscales } => Ok(Scales::jkn(rscales.clone())),
            Self::Fay { rho } => Ok(Scales::fay(*rho, replicates)?),
            Self::GeneralisedBootstrap { tau } => Ok(Scales::generalised(*tau, replicates)?),
            Self::Other { scale, rscales } => {
                let rscales = rscales.clone().unwrap_or_else(|| vec![1.0; replicates]);
                Ok(Scales::new(ReplicateKind::Other, *scale, rscales))
            }
        }
    }
}
