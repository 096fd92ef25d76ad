//! Names of the ways to make replicate weights.
//!
//! # References
//! The names are those of R survey 4.5: `svrepdesign(type = )`, `as.svrepdesign(type = )`.

use std::fmt;
use std::str::FromStr;

use crate::error::Error;

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
    /// Another way, with scales that are given.
    Other,
}

impl ReplicateKind {
    const NAMES: &'static str = "JK1, JKn, JK2, BRR, Fay, bootstrap, subbootstrap, mrbbootstrap, \
                                 successive-difference (or ACS), other";
    const ALL: [Self; 10] = [
        Self::Jk1,
        Self::Jkn,
        Self::Jk2,
        Self::Brr,
        Self::Fay,
        Self::Bootstrap,
        Self::Subbootstrap,
        Self::MultistageBootstrap,
        Self::SuccessiveDifference,
        Self::Other,
    ];

    /// The name used in settings and results.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Jk1 => "JK1",
            Self::Jkn => "JKn",
            Self::Jk2 => "JK2",
            Self::Brr => "BRR",
            Self::Fay => "Fay",
            Self::Bootstrap => "bootstrap",
            Self::Subbootstrap => "subbootstrap",
            Self::MultistageBootstrap => "mrbbootstrap",
            Self::SuccessiveDifference => "successive-difference",
            Self::Other => "other",
        }
    }

    /// Whether the squares are about the full-sample value unless one asks for
    /// the mean of the replicates: there the two differ even for a total.
    #[must_use]
    pub(crate) fn mse_by_default(self) -> bool {
        matches!(self, Self::Jk2 | Self::SuccessiveDifference)
    }
}

impl fmt::Display for ReplicateKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for ReplicateKind {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        if name == "ACS" {
            return Ok(Self::SuccessiveDifference);
        }
        let found = Self::ALL.into_iter().find(|one| one.as_str() == name);
        let unknown = || Error::UnknownName {
            setting: "kind of replicate weights",
            got: name.to_owned(),
            valid: Self::NAMES,
        };
        found.ok_or_else(unknown)
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
