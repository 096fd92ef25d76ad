//! What is left of an estimate after disclosure control.

use std::fmt;

use gko_survey::{Estimate, Interval};

/// What became of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Mark {
    /// Published as it is.
    Shown,
    /// Published, and to be looked at by a statistician first.
    Review,
    /// Gone.
    Suppressed,
    /// There never was a figure.
    Unavailable,
}

impl Mark {
    /// The stable name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Shown => "shown",
            Self::Review => "review",
            Self::Suppressed => "suppressed",
            Self::Unavailable => "unavailable",
        }
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why a figure has its mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// Unweighted n below the minimum.
    SmallBase,
    /// Numerator or complement of a sensitive share below the minimum.
    SmallCount,
    /// Hidden so that another cell cannot be found by subtraction.
    Complementary,
    /// No degrees of freedom.
    NoDf,
    /// Effective n below 30.
    EffectiveN,
    /// Interval at least 0.30 wide.
    WideInterval,
    /// Interval wider than 1.30 times the share.
    RelativeWidth,
    /// Interval wider than 1.30 times the complement of the share.
    ComplementWidth,
    /// Fewer than 8 degrees of freedom.
    FewDf,
    /// The share is 0 or 1 in the sample.
    Extreme,
    /// Nobody is in the base.
    EmptyBase,
    /// A question that the figure needs was not asked in this country or wave.
    NotAsked,
}

impl Reason {
    /// The stable name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SmallBase => "n-below-minimum",
            Self::SmallCount => "count-below-minimum",
            Self::Complementary => "complementary",
            Self::NoDf => "no-df",
            Self::EffectiveN => "n-eff-below-30",
            Self::WideInterval => "ci-width-0.30",
            Self::RelativeWidth => "relative-ci-width-1.30",
            Self::ComplementWidth => "complement-relative-ci-width-1.30",
            Self::FewDf => "df-below-8",
            Self::Extreme => "share-0-or-1",
            Self::EmptyBase => "empty-base",
            Self::NotAsked => "not-asked",
        }
    }

    /// Whether a figure that is suppressed for this reason must stay unknowable,
    /// not only unpublished.
    #[must_use]
    pub const fn is_confidential(self) -> bool {
        matches!(self, Self::SmallBase | Self::SmallCount | Self::Complementary)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A figure that may leave.
///
/// Fields are private and there is no public constructor: the only way to one
/// is [`protect`](crate::protect). A suppressed figure holds no number that
/// could be read by a debugger, a serializer or a later version.
#[derive(Clone, Debug, PartialEq)]
pub struct ProtectedFigure {
    numbers: Option<Numbers>,
    n: Option<(u64, f64)>,
    mark: Mark,
    reasons: Vec<Reason>,
}

/// The numbers of a figure that is shown.
#[derive(Clone, Debug, PartialEq)]
struct Numbers {
    value: f64,
    se: Option<f64>,
    interval: Option<Interval>,
    df: u32,
    n_eff: Option<f64>,
    deff: Option<f64>,
}

impl ProtectedFigure {
    pub(crate) fn shown(estimate: &Estimate, value: f64, reasons: Vec<Reason>) -> Self {
        let numbers = Numbers {
            value,
            se: estimate.se,
            interval: estimate.interval,
            df: estimate.df,
            n_eff: estimate.n_eff,
            deff: estimate.deff,
        };
        let mark = if reasons.is_empty() { Mark::Shown } else { Mark::Review };
        let n = Some((estimate.n, estimate.n_weighted));
        Self { numbers: Some(numbers), n, mark, reasons }
    }

    /// A suppressed figure; its n stays only where n itself tells nothing.
    pub(crate) fn suppressed(n: Option<(u64, f64)>, reason: Reason) -> Self {
        Self { numbers: None, n, mark: Mark::Suppressed, reasons: vec![reason] }
    }

    pub(crate) fn unavailable(reason: Reason) -> Self {
        Self { numbers: None, n: None, mark: Mark::Unavailable, reasons: vec![reason] }
    }

    /// The share or mean.
    #[must_use]
    pub fn value(&self) -> Option<f64> {
        self.numbers.as_ref().map(|numbers| numbers.value)
    }

    /// Its standard error.
    #[must_use]
    pub fn se(&self) -> Option<f64> {
        self.numbers.as_ref().and_then(|numbers| numbers.se)
    }

    /// Its confidence interval.
    #[must_use]
    pub fn interval(&self) -> Option<&Interval> {
        self.numbers.as_ref().and_then(|numbers| numbers.interval.as_ref())
    }

    /// Degrees of freedom.
    #[must_use]
    pub fn df(&self) -> Option<u32> {
        self.numbers.as_ref().map(|numbers| numbers.df)
    }

    /// Unweighted n of the base, where it may be known.
    #[must_use]
    pub fn n(&self) -> Option<u64> {
        self.n.map(|(n, _)| n)
    }

    /// Sum of the weights in the base, where it may be known.
    #[must_use]
    pub fn n_weighted(&self) -> Option<f64> {
        self.n.map(|(_, weighted)| weighted)
    }

    /// Effective n.
    #[must_use]
    pub fn n_eff(&self) -> Option<f64> {
        self.numbers.as_ref().and_then(|numbers| numbers.n_eff)
    }

    /// Design effect against simple random sampling with replacement.
    #[must_use]
    pub fn deff(&self) -> Option<f64> {
        self.numbers.as_ref().and_then(|numbers| numbers.deff)
    }

    /// What became of the figure.
    #[must_use]
    pub const fn mark(&self) -> Mark {
        self.mark
    }

    /// Why; empty for a figure shown without reserve.
    #[must_use]
    pub fn reasons(&self) -> &[Reason] {
        &self.reasons
    }
}
