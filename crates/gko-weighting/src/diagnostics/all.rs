//! All diagnostics of one weighting step, or of the whole of a plan.
//!
//! # Rule
//! Each part is what the function of its name returns for the same columns.
//!
//! # References
//! See the parts.

use gko_survey::calibration::Margin;
use serde::Serialize;

use super::distribution::{Distribution, distribution};
use super::error::DiagnosticsError;
use super::factors::{Factors, factors};
use super::histogram::{Bins, Histogram, histogram};
use super::indicators::{IndicatorEffect, effects};
use super::margins::{MarginTable, margins};
use crate::Indicator;

/// A weighting to look at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weighting<'a> {
    /// The weights before.
    pub before: &'a [f64],
    /// The weights after.
    pub after: &'a [f64],
    /// The group (country) of each row.
    pub groups: &'a [u32],
    /// What is known, over all groups together.
    pub margins: &'a [Margin<'a>],
    /// Key indicators.
    pub indicators: &'a [Indicator<'a>],
    /// The bins of the histograms.
    pub bins: Bins,
}

/// All diagnostics of a weighting.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Diagnostics {
    /// Names of the groups, in the order of their codes; empty where they are not known.
    pub group_names: Vec<String>,
    /// The weights before, by group.
    pub before: Vec<Distribution>,
    /// The weights after, by group.
    pub after: Vec<Distribution>,
    /// How the weights after are spread, by group.
    pub histograms: Vec<Histogram>,
    /// By how much they changed, by group.
    pub factors: Vec<Factors>,
    /// Known shares before and after.
    pub margins: Vec<MarginTable>,
    /// Key indicators before and after, by group.
    pub indicators: Vec<IndicatorEffect>,
}

impl Diagnostics {
    /// Looks at a weighting.
    ///
    /// # Errors
    /// What the functions of the parts refuse.
    ///
    /// # Example
    /// ```
    /// use gko_weighting::diagnostics::{Bins, Diagnostics, Weighting};
    ///
    /// let all = Diagnostics::of(&Weighting {
    ///     before: &[1.0, 1.0],
    ///     after: &[1.0, 3.0],
    ///     groups: &[1, 1],
    ///     margins: &[],
    ///     indicators: &[],
    ///     bins: Bins::default(),
    /// })?;
    /// assert_eq!((all.before[0].kish, all.after[0].kish), (Some(1.0), Some(1.25)));
    /// assert_eq!(all.public(10).after[0].largest, None);
    /// # Ok::<(), gko_weighting::diagnostics::DiagnosticsError>(())
    /// ```
    pub fn of(of: &Weighting<'_>) -> Result<Self, DiagnosticsError> {
        Ok(Self {
            group_names: Vec::new(),
            before: distribution(of.before, of.groups)?,
            after: distribution(of.after, of.groups)?,
            histograms: histogram(of.after, of.groups, of.bins)?,
            factors: factors(of.before, of.after, of.groups)?,
            margins: margins(of.before, of.after, of.margins)?,
            indicators: effects(of.before, of.after, of.groups, of.indicators)?,
        })
    }

    /// The same without what stands for fewer than `least` respondents.
    #[must_use]
    pub fn public(&self, least: usize) -> Self {
        let shown = |parts: &[Distribution]| parts.iter().map(|part| part.public(least)).collect();
        Self {
            group_names: self.group_names.clone(),
            before: shown(&self.before),
            after: shown(&self.after),
            histograms: self.histograms.iter().map(|part| part.public(least)).collect(),
            factors: self.factors.iter().map(|part| part.public(least)).collect(),
            margins: self.margins.iter().map(|part| part.public(least)).collect(),
            indicators: self.indicators.iter().map(|part| part.public(least)).collect(),
        }
    }
}
