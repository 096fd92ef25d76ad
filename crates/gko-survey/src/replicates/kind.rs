//! Names of the ways to make replicate weights.
//!
//! # References
//! The names are those of R survey 4.5: `svrepdesign(type = )`, `as.svrepdesign(type = )`;
//! the generalised ones have none there and go by `type = "other"`.

/// How replicate weights were made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ReplicateKind {
    /// Jackknife that leaves out one PSU of an unstratified design.
    Jk1,
    /// Jackknife that leaves out one PSU of a stratum.
    Jkn,
    /// Jackknife of pairs: one replicate a stratum.
    Jk2,
    /// Balanced repeated replication.
    Brr,
    /// Balanced repeated replication with Fay's factor.
    Fay,
    /// Canty and Davison's bootstrap.
    Bootstrap,
    /// Rao and Wu's bootstrap of n - 1 PSUs.
    Subbootstrap,
    /// Preston's rescaled bootstrap of several stages.
    MultistageBootstrap,
    /// Successive differences; R and the U.S. Census Bureau also say ACS.
    SuccessiveDifference,
    /// Bootstrap with factors drawn from the quadratic form of a variance.
    GeneralisedBootstrap,
    /// Fay's method of replicates from the quadratic form of a variance.
    GeneralisedReplication,
    /// Another way, with scales that are given.
    Other,
}

named!(ReplicateKind, "kind of replicate weights", {
    Jk1 => "JK1",
    Jkn => "JKn",
    Jk2 => "JK2",
    Brr => "BRR",
    Fay => "Fay",
    Bootstrap => "bootstrap",
    Subbootstrap => "subbootstrap",
    MultistageBootstrap => "mrbbootstrap",
    SuccessiveDifference => "successive-difference" | "ACS",
    GeneralisedBootstrap => "generalised-bootstrap" | "generalized-bootstrap",
    GeneralisedReplication => "generalised-replication" | "generalized-replication",
    Other => "other",
});

impl ReplicateKind {
    /// Whether the squares are about the full-sample value unless one asks for
    /// the mean of the replicates: there the two differ even for a total.
    #[must_use]
    pub(crate) fn mse_by_default(self) -> bool {
        matches!(
            self,
            Self::Jk2
                | Self::SuccessiveDifference
                | Self::GeneralisedBootstrap
                | Self::GeneralisedReplication
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_back_and_listed() {
        for one in ReplicateKind::ALL {
            assert_eq!(one.as_str().parse(), Ok(one));
            assert!(ReplicateKind::NAMES.contains(one.as_str()));
        }
        assert_eq!("ACS".parse(), Ok(ReplicateKind::SuccessiveDifference));
        assert_eq!("jk9".parse::<ReplicateKind>().unwrap_err().code(), "GKO-S042");
    }
}
