//! Smoothing: weights are drawn towards the mean of their class.
//!
//! # Estimator
//! `w'_i = (1 - λ)·w_i + λ·W_c / n_c`, with W_c the sum and n_c the number of the
//! positive weights of class c, and λ the share of the way (1: all the way). The total
//! of each class stays.
//!
//! # Assumptions
//! Within a class the weight says nothing about the answers, so that its mean given
//! the answers is the mean of the class. Classes made of key outcomes (or of what
//! predicts them) come near to that. The function has no settled part: replicate
//! weights are smoothed by it as they are.
//!
//! # References
//! Beaumont (2008) *Biometrika* 95, 539-553, with class indicators as the model of the
//! weights; R `lm(w ~ factor(class))$fitted`.

use serde::Serialize;

use super::error::TrimError;
use crate::numbers::{at, check_grouped, mean, used_by_group};

/// Smoothed weights, and what was done to them.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Smoothed {
    /// The weights, in the caller's row order; each class has the same total as before.
    pub weights: Vec<f64>,
    /// The classes with a positive weight, ascending.
    pub classes: Vec<SmoothedClass>,
}

/// A class of smoothed weights.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct SmoothedClass {
    /// The class's code.
    pub class: u32,
    /// Rows with a positive weight.
    pub rows: usize,
    /// Their mean weight, before and after.
    pub mean: f64,
}

/// Draws each positive weight to the mean of its class, by a share of the way.
///
/// # Errors
/// Weights that are none, classes of another length, a share outside of 0 to 1.
///
/// # Example
/// Half the way to the mean of 4.
/// ```
/// use gko_weighting::trimming::smooth;
///
/// let done = smooth(&[2.0, 6.0, 5.0], &[1, 1, 2], 0.5)?;
/// assert_eq!(done.weights, [3.0, 5.0, 5.0]);
/// # Ok::<(), gko_weighting::trimming::TrimError>(())
/// ```
pub fn smooth(weights: &[f64], classes: &[u32], share: f64) -> Result<Smoothed, TrimError> {
    check_grouped(weights, classes)?;
    if !(0.0..=1.0).contains(&share) {
        let (setting, expected) = ("share", "a number from 0 to 1");
        return Err(TrimError::InvalidSetting { setting, expected, got: share });
    }
    let mut smoothed = Smoothed { weights: weights.to_vec(), classes: vec![] };
    for (class, rows) in used_by_group(weights, classes) {
        let mean = mean(&at(weights, &rows));
        for &row in &rows {
            smoothed.weights[row] = (1.0 - share) * weights[row] + share * mean;
        }
        smoothed.classes.push(SmoothedClass { class, rows: rows.len(), mean });
    }
    Ok(smoothed)
}
