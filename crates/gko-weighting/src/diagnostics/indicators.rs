//! Whether weights go with key indicators, and whether these moved.
//!
//! # Estimator
//! In each group, over the rows with a weight before in which the indicator is known:
//! the unweighted mean, the weighted means before and after, after less before; and
//! over those with a weight after, Pearson's correlation of indicator and weight
//! (each row counted once), and Spencer's design effect.
//!
//! # Assumptions
//! A correlation near 0 is what Kish's design effect takes for granted; one far from 0
//! says that weighting matters for the indicator.
//!
//! # References
//! Kish (1992) *J. Official Statistics* 8, 183-200; R `cor`, `weighted.mean`.

use serde::Serialize;

use super::error::DiagnosticsError;
use super::factors::check_both;
use super::kish::{Moments, spencer_effect};
use crate::Indicator;
use crate::numbers::{at, mean, rows_by_group, sum};

/// An indicator in one group, before and after weighting.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct IndicatorEffect {
    /// The indicator's name.
    pub indicator: String,
    /// The group's code.
    pub group: u32,
    /// Rows with a weight before in which it is known; absent only where too few to be
    /// public.
    pub rows: Option<usize>,
    /// Of an indicator of 0 and 1, those of these rows that have the rarer answer.
    pub rarer: Option<usize>,
    /// The mean without weights.
    pub unweighted: Option<f64>,
    /// The weighted mean before.
    pub before: Option<f64>,
    /// The weighted mean after.
    pub after: Option<f64>,
    /// After less before.
    pub change: Option<f64>,
    /// Correlation with the weights after; absent if one of the two does not vary.
    pub correlation: Option<f64>,
    /// Spencer's design effect of the weights after, for the total.
    pub spencer: Option<f64>,
}

/// Each indicator in each group: indicators as passed, groups ascending.
///
/// # Errors
/// Weights that are none, columns of other lengths, a weight from nothing, an indicator
/// that is no number in a row where it is known.
///
/// # Example
/// ```
/// use gko_weighting::Indicator;
/// use gko_weighting::diagnostics::effects;
///
/// let online = Indicator::new("online", &[1.0, 0.0, 0.0]);
/// let effect = &effects(&[1.0; 3], &[2.0, 1.0, 1.0], &[1; 3], &[online])?[0];
/// assert_eq!((effect.after, effect.correlation), (Some(0.5), Some(1.0)));
/// # Ok::<(), gko_weighting::diagnostics::DiagnosticsError>(())
/// ```
pub fn effects(
    before: &[f64],
    after: &[f64],
    groups: &[u32],
    indicators: &[Indicator<'_>],
) -> Result<Vec<IndicatorEffect>, DiagnosticsError> {
    check_both(before, after, groups)?;
    indicators.iter().try_for_each(|indicator| check(indicator, before))?;
    let by_group = rows_by_group(groups);
    let effect = |indicator: &Indicator<'_>, group: u32, rows: &[usize]| {
        let known = |row: &usize| before[*row] > 0.0 && indicator.is_known(*row);
        let rows: Vec<usize> = rows.iter().copied().filter(known).collect();
        let y = at(indicator.values, &rows);
        IndicatorEffect::new(indicator.name, group, &y, &at(before, &rows), &at(after, &rows))
    };
    let of = |indicator| by_group.iter().map(move |(group, rows)| effect(indicator, *group, rows));
    Ok(indicators.iter().flat_map(of).collect())
}

fn check(indicator: &Indicator<'_>, before: &[f64]) -> Result<(), DiagnosticsError> {
    indicator.check_length(before.len())?;
    let wrong = |&row: &usize| {
        before[row] > 0.0 && indicator.is_known(row) && !indicator.values[row].is_finite()
    };
    match (0..before.len()).find(wrong) {
        Some(row) => {
            let indicator = indicator.name.to_owned();
            Err(DiagnosticsError::IndicatorNotFinite { indicator, row })
        }
        None => Ok(()),
    }
}

impl IndicatorEffect {
    fn new(name: &str, group: u32, y: &[f64], before: &[f64], after: &[f64]) -> Self {
        let (was, is) = (weighted(before, y), weighted(after, y));
        let kept = after.iter().zip(y).filter(|(weight, _)| **weight > 0.0);
        let (weights, values): (Vec<f64>, Vec<f64>) = kept.unzip();
        let plain = Moments::new(&vec![1.0; values.len()], &weights, &values);
        Self {
            indicator: name.to_owned(),
            group,
            rows: Some(y.len()),
            rarer: rarer(y),
            unweighted: (!y.is_empty()).then(|| mean(y)),
            before: was,
            after: is,
            change: is.zip(was).map(|(is, was)| is - was),
            correlation: plain.correlation(),
            spencer: spencer_effect(&weights, &values),
        }
    }
}

/// The rows with the rarer of the answers 0 and 1; none if there are other values.
fn rarer(y: &[f64]) -> Option<usize> {
    let count = |value: f64| y.iter().filter(|&&other| other == value).count();
    let (no, yes) = (count(0.0), count(1.0));
    (no + yes == y.len()).then(|| no.min(yes))
}

/// The weighted mean; none without weight.
fn weighted(weights: &[f64], y: &[f64]) -> Option<f64> {
    let total = sum(weights.iter().copied());
    (total > 0.0).then(|| sum(weights.iter().zip(y).map(|(w, y)| w * y)) / total)
}
