//! Replicate weights that come with the data.
//!
//! # Rule
//! Analysis weights are taken as they are; factors are multiplied with the weight
//! of the full sample. Rows with the same factors are kept as one unit.
//!
//! # References
//! R survey 4.5 `svrepdesign(combined.weights = TRUE)` and `FALSE`, `compressWeights`.

use std::collections::BTreeMap;

use super::scales::same_count;
use super::{ReplicateWeights, Replicates, Scales, check_full};
use crate::Matrix;
use crate::error::Error;

/// Replicate weights as they were handed over, a column for each replicate.
#[derive(Debug, Clone, Copy)]
pub enum GivenWeights<'a> {
    /// Analysis weights: they stand in the place of the full-sample weights.
    Analysis(&'a [Vec<f64>]),
    /// Factors of the full-sample weights.
    Factors(&'a [Vec<f64>]),
}

impl Replicates {
    /// Replicate weights that come with the data.
    ///
    /// # Example
    /// ```
    /// use gko_survey::{Domain, GivenWeights, Mean, ReplicateKind, Replicates, Scales, Survey};
    ///
    /// let half = [vec![2.0, 0.0], vec![0.0, 2.0]];
    /// let scales = Scales::standard(ReplicateKind::Brr, 2)?;
    /// let replicates = Replicates::given(&[5.0, 5.0], GivenWeights::Factors(&half), scales)?;
    /// let got = Survey::replicated(replicates)
    ///     .estimate(&Mean::of("x", &[1.0, 3.0]), &Domain::all(2))?;
    /// assert_eq!((got.values()[0], got.se()[0]), (2.0, 1.0));
    /// # Ok::<(), gko_survey::Error>(())
    /// ```
    ///
    /// # Errors
    /// A column of another number of rows, a weight that is negative or not
    /// finite, another number of scales than of columns, a scale that is not
    /// positive.
    pub fn given(full: &[f64], weights: GivenWeights<'_>, scales: Scales) -> Result<Self, Error> {
        check_full(full, full.len())?;
        let (GivenWeights::Analysis(columns) | GivenWeights::Factors(columns)) = weights;
        for (at, column) in columns.iter().enumerate() {
            same_count(&format!("replicate {at}"), "rows", full.len(), column.len())?;
        }
        let values = columns.iter().flatten().copied();
        let table = Matrix::from_iterator(full.len(), columns.len(), values);
        let weights = match weights {
            GivenWeights::Analysis(_) => ReplicateWeights::Rows(table),
            GivenWeights::Factors(_) => {
                super::check_weights(&table)?;
                compressed(&table)
            }
        };
        Self::new(full.to_vec(), weights, scales, None)
    }
}

/// One unit for all rows with the same factors, in the order of the first of each.
fn compressed(table: &Matrix) -> ReplicateWeights {
    let mut known: BTreeMap<Vec<u64>, u32> = BTreeMap::new();
    let (mut unit, mut first) = (Vec::with_capacity(table.nrows()), Vec::new());
    for (at, row) in table.row_iter().enumerate() {
        // Adding 0 makes -0 equal to 0 to the bit.
        let bits: Vec<u64> = row.iter().map(|factor| (factor + 0.0).to_bits()).collect();
        let next = u32::try_from(known.len()).unwrap_or(u32::MAX);
        let place = *known.entry(bits).or_insert(next);
        if place == next {
            first.push(at);
        }
        unit.push(place);
    }
    ReplicateWeights::Units { unit, multipliers: table.select_rows(&first) }
}
