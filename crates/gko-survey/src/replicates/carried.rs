//! Replicate weights between the steps of weighting: what stays compact, and what
//! others read of them.
//!
//! # Rule
//! A step that multiplies each row by a factor that is the same for the full sample
//! and for every replicate (base weights, a fixed scaling of groups) leaves the
//! multipliers of the sampling units as they are: only the full-sample weights
//! change. A step that answers to the weights (nonresponse, calibration) gives every
//! replicate weights of its own: [`Replicates::recalibrated`].
//!
//! # Assumptions
//! A row of weight 0 is not looked at and keeps weight 0.
//!
//! # References
//! R survey 4.5 `compressWeights`, `weights.svyrep.design(type = "replication")`.

use super::scales::same_count;
use super::{ReplicateWeights, Replicates, check_full};
use crate::Matrix;
use crate::error::Error;

impl Replicates {
    /// The same replicates with every row's weights multiplied by its factor.
    ///
    /// # Example
    /// ```
    /// use gko_survey::{Design, Jackknife, Replicates};
    ///
    /// let design = Design::builder(3).weights(&[1.0, 1.0, 2.0]).build()?;
    /// let base = Replicates::jk1(&design, Jackknife::default())?;
    /// let scaled = base.multiplied(&[10.0, 10.0, 5.0])?;
    /// assert_eq!(scaled.full_sample_weights(), [10.0; 3]);
    /// assert_eq!(scaled.analysis_weights(0), [0.0, 15.0, 15.0]);
    /// assert_eq!(scaled.unit_multipliers(), base.unit_multipliers());
    /// # Ok::<(), gko_survey::Error>(())
    /// ```
    ///
    /// # Errors
    /// Another number of factors than of rows; a weight that becomes negative or not
    /// finite.
    pub fn multiplied(&self, factors: &[f64]) -> Result<Self, Error> {
        same_count("the factor", "rows", self.full.len(), factors.len())?;
        let times = |weight: f64, row: usize| match weight {
            0.0 => 0.0,
            weight => weight * factors[row],
        };
        let full: Vec<f64> =
            self.full.iter().enumerate().map(|(row, &weight)| times(weight, row)).collect();
        check_full(&full, full.len())?;
        let weights = match &self.weights {
            units @ ReplicateWeights::Units { .. } => units.clone(),
            ReplicateWeights::Rows(all) => {
                let mut all = all.clone();
                for mut column in all.column_iter_mut() {
                    column.iter_mut().enumerate().for_each(|(row, one)| *one = times(*one, row));
                }
                ReplicateWeights::Rows(all)
            }
        };
        let made = Self::new(full, weights, self.scales.clone(), self.seed)?;
        Ok(Self { stated_df: self.stated_df, ..made })
    }

    /// What the full-sample weights are multiplied by in a replicate, counted from 0;
    /// 0 in rows of weight 0, and nothing where there is no such replicate.
    ///
    /// # Example
    /// ```
    /// use gko_survey::{Design, Jackknife, Replicates};
    ///
    /// let design = Design::builder(3).weights(&[4.0, 5.0, 6.0]).build()?;
    /// let replicates = Replicates::jk1(&design, Jackknife::default())?;
    /// assert_eq!(replicates.factors(1), [1.5, 0.0, 1.5]);
    /// # Ok::<(), gko_survey::Error>(())
    /// ```
    #[must_use]
    pub fn factors(&self, replicate: usize) -> Vec<f64> {
        let weights = self.analysis_weights(replicate);
        let rows = self.full.iter().zip(weights).enumerate();
        let factor = |(row, (&full, weight)): (usize, (&f64, f64))| match &self.weights {
            _ if full == 0.0 => 0.0,
            ReplicateWeights::Rows(_) => weight / full,
            ReplicateWeights::Units { unit, multipliers } => {
                multipliers[(unit[row] as usize, replicate)]
            }
        };
        rows.map(factor).collect()
    }

    /// Each row's sampling unit, counted from 0, and the multipliers, units by
    /// replicates; none where a step gave rows weights of their own.
    #[must_use]
    pub fn unit_multipliers(&self) -> Option<(&[u32], &Matrix)> {
        match &self.weights {
            ReplicateWeights::Units { unit, multipliers } => Some((unit, multipliers)),
            ReplicateWeights::Rows(_) => None,
        }
    }
}

/// Columns side by side; each is given back as soon as it is copied, so that the
/// table is in memory about once.
pub(super) fn table(rows: usize, columns: Vec<Vec<f64>>) -> Matrix {
    let replicates = columns.len();
    let mut values = Vec::with_capacity(rows * replicates);
    for column in columns {
        values.extend_from_slice(&column);
    }
    Matrix::from_vec(rows, replicates, values)
}
