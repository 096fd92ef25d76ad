//! Rules that find the largest, or smallest, weight that is left alone.
//!
//! # Rule
//! Over the n positive weights w of a group:
//!
//! | rule | limit | used with |
//! |---|---|---|
//! | [`Limit::MedianMultiple`] | k · median | 4: PISA, within school strata |
//! | [`Limit::MeanMultiple`] | k · mean | 4: European Social Survey, design weights |
//! | [`Limit::Quantile`] | quantile at q | 0.95 to 0.99 |
//! | [`Limit::IqrMultiple`] | median + k · (third - first quartile); for a lower limit, minus | 6: US National Immunization Survey |
//! | [`Limit::MeanSquare`] | square root of `k · sum of w² / n` | 10: NAEP |
//! | [`Limit::Fixed`] | the number itself | |
//! | [`Limit::InverseBeta`] | what a fitted distribution exceeds with chance p | 0.01: Potter |
//! | [`Limit::Potter`] | the one of least error of key outcomes | |
//!
//! # Assumptions
//! Median and quantiles count each weight once (R's type 7). A limit found from the
//! weights moves with them: settle it on weights of the scale that it will cut.
//!
//! # References
//! Potter (1990) *Proc. ASA Survey Res. Methods*, 225-230; OECD (2020) *PISA 2018
//! Technical Report*, ch. 8; Chowdhury, Khare, Wolter (2007) *Proc. ASA Survey Res.
//! Methods*, 2651-2658; R `quantile`, `median`.

use gko_survey::calibration::Spread;
use serde::{Deserialize, Serialize};

use super::error::TrimError;
use crate::numbers::{mean, quantile, squares};

/// A rule for a limit.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Limit {
    /// This many times the median.
    MedianMultiple(f64),
    /// This many times the mean.
    MeanMultiple(f64),
    /// The quantile at this probability.
    Quantile(f64),
    /// This many interquartile ranges from the median.
    IqrMultiple(f64),
    /// The square root of this many times the mean squared weight.
    MeanSquare(f64),
    /// This weight.
    Fixed(f64),
    /// The weight that an inverse beta distribution of the same mean and variance
    /// exceeds with this probability.
    InverseBeta(f64),
    /// The limit of least mean squared error of key outcomes, among so many.
    Potter {
        /// Limits to try, at equally spaced quantiles of the weights up to the largest.
        candidates: u32,
        /// The probability of the quantile at which they begin.
        from: f64,
    },
}

/// Who takes how much of what was cut.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Spreading {
    /// Every weight of the group that was not cut takes the same, as in R.
    #[default]
    Equal,
    /// Each takes in proportion to itself: the ratios among them stay.
    Proportional,
}

impl From<Spreading> for Spread {
    fn from(spread: Spreading) -> Self {
        match spread {
            Spreading::Equal => Self::Equal,
            Spreading::Proportional => Self::Proportional,
        }
    }
}

/// What a trimming observes: an upper limit, a lower one, or both.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TrimRule {
    /// The rule for the largest weight that is left alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upper: Option<Limit>,
    /// The rule for the smallest weight that is left alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lower: Option<Limit>,
    /// Who takes how much of what was cut.
    #[serde(default)]
    pub spread: Spreading,
}

impl Default for TrimRule {
    /// Four times the median, no lower limit, equal parts.
    fn default() -> Self {
        Self::upper(Limit::MedianMultiple(4.0))
    }
}

impl TrimRule {
    /// A rule for the largest weight alone; what was cut is spread in equal parts.
    #[must_use]
    pub fn upper(limit: Limit) -> Self {
        Self { upper: Some(limit), lower: None, spread: Spreading::Equal }
    }

    /// Refuses settings that are none.
    pub(super) fn check(&self) -> Result<(), TrimError> {
        if self.upper.is_none() && self.lower.is_none() {
            return Err(TrimError::NoLimit);
        }
        match self.lower {
            Some(Limit::Potter { .. }) => Err(TrimError::NotALowerLimit { rule: "potter" }),
            Some(Limit::InverseBeta(_)) => Err(TrimError::NotALowerLimit { rule: "inverse_beta" }),
            _ => self.upper.iter().chain(&self.lower).try_for_each(Limit::check),
        }
    }
}

impl Limit {
    fn check(&self) -> Result<(), TrimError> {
        match *self {
            Self::MedianMultiple(k)
            | Self::MeanMultiple(k)
            | Self::IqrMultiple(k)
            | Self::MeanSquare(k)
            | Self::Fixed(k) => positive(self.name(), k),
            Self::Quantile(q) => inside(self.name(), q),
            Self::InverseBeta(p) => inside(self.name(), p),
            Self::Potter { candidates, from } => {
                inside("from", from)?;
                at_least_two(candidates)
            }
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Self::MedianMultiple(_) => "median_multiple",
            Self::MeanMultiple(_) => "mean_multiple",
            Self::Quantile(_) => "quantile",
            Self::IqrMultiple(_) => "iqr_multiple",
            Self::MeanSquare(_) => "mean_square",
            Self::Fixed(_) => "fixed",
            Self::InverseBeta(_) => "inverse_beta",
            Self::Potter { .. } => "potter",
        }
    }

    /// The limit from the ascending positive weights alone; `side` is 1 for an upper
    /// and -1 for a lower limit. None for rules that need more.
    pub(super) fn of_weights(&self, ascending: &[f64], side: f64) -> Option<f64> {
        let median = quantile(ascending, 0.5);
        match *self {
            Self::MedianMultiple(k) => Some(k * median),
            Self::MeanMultiple(k) => Some(k * mean(ascending)),
            Self::Quantile(q) => Some(quantile(ascending, q)),
            Self::IqrMultiple(k) => {
                let range = quantile(ascending, 0.75) - quantile(ascending, 0.25);
                Some((median + side * k * range).max(0.0))
            }
            Self::MeanSquare(k) => Some((k * squares(ascending) / ascending.len() as f64).sqrt()),
            Self::Fixed(limit) => Some(limit),
            Self::InverseBeta(_) | Self::Potter { .. } => None,
        }
    }
}

fn positive(setting: &'static str, got: f64) -> Result<(), TrimError> {
    let expected = "a positive number";
    if got.is_finite() && got > 0.0 {
        return Ok(());
    }
    Err(TrimError::InvalidSetting { setting, expected, got })
}

fn inside(setting: &'static str, got: f64) -> Result<(), TrimError> {
    let expected = "a number above 0 and below 1";
    if got > 0.0 && got < 1.0 {
        return Ok(());
    }
    Err(TrimError::InvalidSetting { setting, expected, got })
}

fn at_least_two(candidates: u32) -> Result<(), TrimError> {
    let (setting, expected) = ("candidates", "at least 2 and at most 1000");
    match candidates {
        2..=1000 => Ok(()),
        got => Err(TrimError::InvalidSetting { setting, expected, got: f64::from(got) }),
    }
}
