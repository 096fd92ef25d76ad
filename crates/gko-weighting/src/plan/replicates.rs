//! Which replicate weights a plan asks for.

use gko_survey::{Design, Generalised, Jackknife, Replicates, SinglePsu};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Replicate weights of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ReplicateSpec {
    /// How they are made.
    pub method: ReplicatePlan,
    /// Whether squares are about the full-sample value, which estimated targets need, or
    /// about the mean of the replicates; as the method has it without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mse: Option<bool>,
}

impl ReplicateSpec {
    /// Makes the replicates of a design; `rule` is what JKn does with strata of one PSU.
    ///
    /// # Errors
    /// What the method refuses of the design.
    pub fn make(self, design: &Design, rule: SinglePsu) -> Result<Replicates, gko_survey::Error> {
        let made = self.method.make(design, rule)?;
        Ok(match self.mse {
            Some(mse) => made.with_mse(mse),
            None => made,
        })
    }
}

/// Ways to make replicate weights from the design.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum ReplicatePlan {
    /// Leaves out one PSU of an unstratified design.
    Jk1 {},
    /// Leaves out one PSU of a stratum; strata of one PSU as `design.single_psu` says.
    Jkn {},
    /// Pairs: one replicate a stratum.
    Jk2 {
        /// Chooses at random which of a pair is left out; the first without it.
        seed: Option<u64>,
    },
    /// Balanced half samples.
    Brr {},
    /// Balanced half samples with Fay's factor.
    Fay {
        /// The smaller factor, from 0 to below 1; the larger is 2 less it.
        rho: f64,
    },
    /// Rao and Wu's bootstrap of n - 1 PSUs.
    RaoWu {
        /// How many replicates.
        count: usize,
        /// Seed of the draws.
        seed: u64,
    },
    /// Canty and Davison's bootstrap of n PSUs, with the design's finite populations.
    CantyDavison {
        /// How many replicates.
        count: usize,
        /// Seed of the draws.
        seed: u64,
    },
    /// Preston's rescaled bootstrap of all stages.
    Preston {
        /// How many replicates.
        count: usize,
        /// Seed of the draws.
        seed: u64,
    },
    /// Successive differences, in the order of the file.
    SuccessiveDifferences {
        /// How many replicates at least.
        count: usize,
    },
    /// The generalised bootstrap.
    Generalised {
        /// How many replicates.
        count: usize,
        /// Seed of the draws.
        seed: u64,
    },
    /// Fay's generalised replication, which draws nothing.
    GeneralisedReplication {},
}

impl ReplicatePlan {
    fn make(self, design: &Design, rule: SinglePsu) -> Result<Replicates, gko_survey::Error> {
        match self {
            Self::Jk1 {} => Replicates::jk1(design, Jackknife::default()),
            Self::Jkn {} => {
                Replicates::jkn(design, Jackknife { single_psu: rule, ..Jackknife::default() })
            }
            Self::Jk2 { seed } => Replicates::jk2(design, seed),
            Self::Brr {} => Replicates::brr(design),
            Self::Fay { rho } => Replicates::fay(design, rho),
            Self::RaoWu { count, seed } => Replicates::rao_wu(design, count, seed),
            Self::CantyDavison { count, seed } => {
                Replicates::canty_davison(design, count, seed, Default::default())
            }
            Self::Preston { count, seed } => Replicates::multistage_bootstrap(design, count, seed),
            Self::SuccessiveDifferences { count } => {
                Replicates::successive_differences(design, count)
            }
            Self::Generalised { count, seed } => {
                Replicates::generalised(design, count, seed, Generalised::default())
            }
            Self::GeneralisedReplication {} => {
                Replicates::generalised_replication(design, Generalised::default())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use gko_survey::Stage;

    /// The rule of the plan reaches the jackknife: two PSUs in one stratum, one in the other.
    #[test]
    fn a_stratum_of_one_psu_follows_the_rule_of_the_plan() {
        let stage = Stage::elements().strata(&[1, 1, 2]);
        let design = Design::builder(3).stage(stage).weights(&[1.0; 3]).build().unwrap();
        let spec = ReplicateSpec { method: ReplicatePlan::Jkn {}, mse: None };
        let refused = spec.make(&design, SinglePsu::Fail).unwrap_err();
        assert_eq!(refused.code(), "GKO-S040");
        assert!(refused.to_string().contains("design.single_psu = \"adjust\""), "{refused}");
        assert_eq!(spec.make(&design, SinglePsu::Certainty).unwrap().len(), 2);
        assert_eq!(spec.make(&design, SinglePsu::Adjust).unwrap().len(), 3);
    }
}
