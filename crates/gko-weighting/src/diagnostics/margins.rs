//! How far known shares are off, before and after weighting.
//!
//! # Estimator
//! Of each category of a margin: its target share, target over the sum of all targets;
//! its weighted share before and after; and the gaps, weighted less target share.
//!
//! # Assumptions
//! Rows of weight 0 before weighting are not looked at.
//!
//! # References
//! Valliant, Dever, Kreuter (2018) *Practical Tools for Designing and Weighting Survey
//! Samples*, section 14.3; R survey 4.5 `svymean(~factor(x))` less the targets.

use gko_survey::calibration::{Codes, Margin};
use serde::Serialize;

use super::error::DiagnosticsError;
use super::factors::check_both;
use crate::numbers::{same_length, sum};

/// A margin before and after.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct MarginTable {
    /// The group that it is of, where it is of one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// The margin's name.
    pub margin: String,
    /// Its categories, in the order of the targets.
    pub categories: Vec<MarginShare>,
    /// The largest gap before, without sign.
    pub largest_gap_before: Option<f64>,
    /// The largest gap after, without sign.
    pub largest_gap_after: Option<f64>,
}

/// A category before and after; what stands for few is absent in a public table.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct MarginShare {
    /// The category, a position in the targets.
    pub category: usize,
    /// What it is called, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Rows with a weight before.
    pub rows: Option<usize>,
    /// The share that is known.
    pub target: f64,
    /// The weighted share before.
    pub before: Option<f64>,
    /// The weighted share after.
    pub after: Option<f64>,
    /// Before less target.
    pub gap_before: Option<f64>,
    /// After less target.
    pub gap_after: Option<f64>,
}

/// Each margin before and after weighting.
///
/// # Errors
/// Weights that are none or all 0, columns of other lengths, a weight from nothing, a
/// category without a target, targets that are none.
///
/// # Example
/// ```
/// use gko_survey::calibration::{Codes, Margin};
/// use gko_weighting::diagnostics::margins;
///
/// let sex = Margin::new("sex", &[0_u8, 1, 1, 1], &[5.0, 5.0]);
/// let table = &margins(&[1.0; 4], &[3.0, 1.0, 1.0, 1.0], &[sex])?[0];
/// assert_eq!(table.categories[0].gap_before, Some(-0.25));
/// assert_eq!((table.largest_gap_before, table.largest_gap_after), (Some(0.25), Some(0.0)));
/// # Ok::<(), gko_weighting::diagnostics::DiagnosticsError>(())
/// ```
pub fn margins(
    before: &[f64],
    after: &[f64],
    margins: &[Margin<'_>],
) -> Result<Vec<MarginTable>, DiagnosticsError> {
    check_both(before, after, &vec![0; before.len()])?;
    for (when, weights) in [("before", before), ("after", after)] {
        if weights.iter().all(|&weight| weight == 0.0) {
            return Err(DiagnosticsError::NoWeight { when });
        }
    }
    margins.iter().map(|margin| table(before, after, margin)).collect()
}

fn table(
    before: &[f64],
    after: &[f64],
    margin: &Margin<'_>,
) -> Result<MarginTable, DiagnosticsError> {
    check(before, margin)?;
    let targets = sum(margin.targets.iter().copied());
    let (shares_before, shares_after) = (shares(before, margin), shares(after, margin));
    let category = |category: usize| {
        let target = margin.targets[category] / targets;
        let (before_share, after_share) = (shares_before[category], shares_after[category]);
        MarginShare {
            category,
            label: None,
            rows: Some(rows(before, margin.codes, category)),
            target,
            before: Some(before_share),
            after: Some(after_share),
            gap_before: Some(before_share - target),
            gap_after: Some(after_share - target),
        }
    };
    let categories: Vec<MarginShare> = (0..margin.targets.len()).map(category).collect();
    Ok(MarginTable::new(margin.name.clone(), categories))
}

impl MarginTable {
    /// A table with the largest of the gaps that are shown.
    pub(super) fn new(margin: String, categories: Vec<MarginShare>) -> Self {
        let largest = |of: &dyn Fn(&MarginShare) -> Option<f64>| {
            categories.iter().filter_map(of).map(f64::abs).reduce(f64::max)
        };
        let largest_gap_before = largest(&|share| share.gap_before);
        let largest_gap_after = largest(&|share| share.gap_after);
        Self { group: None, margin, categories, largest_gap_before, largest_gap_after }
    }

    /// The same with the name of its group (none if it is empty) and of its categories.
    pub(crate) fn named(mut self, group: &str, labels: &[String]) -> Self {
        self.group = (!group.is_empty()).then(|| group.to_owned());
        for (share, label) in self.categories.iter_mut().zip(labels) {
            share.label = Some(label.clone());
        }
        self
    }
}

fn check(before: &[f64], margin: &Margin<'_>) -> Result<(), DiagnosticsError> {
    same_length(&margin.name, before.len(), margin.codes.len())?;
    let wrong = |&target: &f64| !(target.is_finite() && target >= 0.0);
    let all_zero = margin.targets.iter().all(|&target| target == 0.0);
    let category = margin.targets.iter().position(wrong).or(all_zero.then_some(0));
    let name = || margin.name.clone();
    if let Some(category) = category {
        let got = margin.targets.get(category).copied().unwrap_or(0.0);
        return Err(DiagnosticsError::InvalidTarget { margin: name(), category, got });
    }
    let targets = margin.targets.len();
    let unknown =
        |(_, (weight, code)): &(usize, (&f64, u32))| **weight > 0.0 && *code as usize >= targets;
    match before.iter().zip(margin.codes.iter()).enumerate().find(unknown) {
        Some((row, (_, category))) => {
            let margin = name();
            Err(DiagnosticsError::CategoryWithoutTarget { margin, row, category, targets })
        }
        None => Ok(()),
    }
}

/// The weighted share of each category; the weights are not all 0.
fn shares(weights: &[f64], margin: &Margin<'_>) -> Vec<f64> {
    let total = sum(weights.iter().copied());
    let of = |category: usize| {
        let own =
            weights.iter().zip(margin.codes.iter()).filter(|(_, code)| *code as usize == category);
        sum(own.map(|(&weight, _)| weight)) / total
    };
    (0..margin.targets.len()).map(of).collect()
}

fn rows(weights: &[f64], codes: Codes<'_>, category: usize) -> usize {
    let own = |&(weight, code): &(&f64, u32)| *weight > 0.0 && code as usize == category;
    weights.iter().zip(codes.iter()).filter(own).count()
}
