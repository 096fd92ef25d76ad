//! The thresholds that a figure must pass, as data that the manifest repeats.
//!
//! # Rule
//!
//! Applied in this order; the first that suppresses ends the matter.
//!
//! 1. Unweighted n below `minimum_n`: suppressed, and n with it.
//! 2. On a sensitive item, numerator or complement below `minimum_count`
//!    unweighted, zero included, or a mean of answers that are all equal:
//!    suppressed.
//! 3. No degrees of freedom: suppressed.
//! 4. The reliability standard.
//!
//! # References
//!
//! The floor of 25 is the cut of DHS and MICS tables, the count of 10 that of
//! UK LLC and of the ACRO output checker. NCHS: Parker et al. (2017), Vital and
//! Health Statistics 2(175).

use thiserror::Error;

/// The thresholds of a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rules {
    /// Smallest unweighted n of a published figure.
    pub minimum_n: u64,
    /// Smallest unweighted numerator and complement of a sensitive share.
    pub minimum_count: u64,
    /// How reliable a published share must be.
    pub reliability: Reliability,
}

/// A standard of reliability.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reliability {
    /// The presentation standards for proportions of the US National Center for
    /// Health Statistics (2017), on the df-adjusted effective n and the
    /// Korn–Graubard interval at 95 %.
    Nchs2017,
    /// No standard beyond the minimum counts.
    None,
}

impl Reliability {
    /// The words a pipeline may use.
    pub const WORDS: [(&'static str, Self); 2] =
        [("nchs-2017", Self::Nchs2017), ("none", Self::None)];

    /// The stable name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Nchs2017 => "nchs-2017",
            Self::None => "none",
        }
    }
}

impl Default for Rules {
    fn default() -> Self {
        Self { minimum_n: 25, minimum_count: 10, reliability: Reliability::Nchs2017 }
    }
}

/// Thresholds that would not protect anybody.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Error {
    /// A threshold below its floor.
    #[error(
        "`{threshold}` is {got}; it protects nobody below {floor}, raise it to {floor} or more [GKO-D001]"
    )]
    TooLow {
        /// The threshold's name.
        threshold: &'static str,
        /// What was asked for.
        got: u64,
        /// The least that is accepted.
        floor: u64,
    },
}

impl Error {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLow { .. } => "GKO-D001",
        }
    }
}

impl Rules {
    /// The least `minimum_n` that is accepted.
    pub const LEAST_N: u64 = 5;
    /// The least `minimum_count` that is accepted.
    pub const LEAST_COUNT: u64 = 3;

    /// Rules with thresholds of one's own.
    ///
    /// ```
    /// use gko_disclosure::{Reliability, Rules};
    /// assert!(Rules::new(30, 10, Reliability::Nchs2017).is_ok());
    /// assert!(Rules::new(1, 10, Reliability::Nchs2017).is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::TooLow`] below [`LEAST_N`](Self::LEAST_N) and
    /// [`LEAST_COUNT`](Self::LEAST_COUNT).
    pub const fn new(n: u64, count: u64, reliability: Reliability) -> Result<Self, Error> {
        if n < Self::LEAST_N {
            return Err(Error::TooLow { threshold: "minimum_n", got: n, floor: Self::LEAST_N });
        }
        if count < Self::LEAST_COUNT {
            let (threshold, floor) = ("minimum_count", Self::LEAST_COUNT);
            return Err(Error::TooLow { threshold, got: count, floor });
        }
        Ok(Self { minimum_n: n, minimum_count: count, reliability })
    }
}
