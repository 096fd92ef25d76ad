//! Base weights from the number of people in each stratum.
//!
//! # Estimator
//! `w = N_h / n_h` for every row of stratum h, with N_h people and n_h rows in use.
//!
//! # Assumptions
//! Within a stratum all people had the same chance. Then this is the inverse chance;
//! after nonresponse it also takes those who did not answer to be like those who did.
//!
//! # References
//! Cochran (1977) *Sampling Techniques*, section 5.3; R survey 4.5:
//! `svydesign(strata =, fpc =)` without weights.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::error::SelectionError;
use super::inference::Inference;
use super::weights::{BaseWeights, used_rows};
use crate::numbers::sum;

/// What to do with a stratum that has people and no row in use.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum EmptyStrata {
    /// Refuse, and name the first.
    #[default]
    Refuse,
    /// Leave its people out, and list it in the report.
    LeaveOut,
}

/// People over rows in each stratum.
///
/// `strata` has a code for each row; `people` the count for each code; `used` says
/// which rows count (all without it).
///
/// # Errors
/// No row, a mask of another length, a stratum without a count, a count that is no
/// positive number or below the number of rows, empty strata unless they are left out.
///
/// # Example
/// ```
/// use std::collections::BTreeMap;
/// use gko_weighting::selection::{EmptyStrata, from_counts};
///
/// let people = BTreeMap::from([(1, 300.0), (2, 50.0)]);
/// let base = from_counts(&[1, 2, 1], &people, EmptyStrata::Refuse, None)?;
/// assert_eq!(base.weights, [150.0, 50.0, 150.0]);
/// # Ok::<(), gko_weighting::selection::SelectionError>(())
/// ```
pub fn from_counts(
    strata: &[u32],
    people: &BTreeMap<u32, f64>,
    empty: EmptyStrata,
    used: Option<&[bool]>,
) -> Result<BaseWeights, SelectionError> {
    let table = strata.len();
    let rows = used_rows(table, used)?;
    let samples = count(strata, &rows, people)?;
    check(&samples, people)?;
    let empty_strata = empties(&samples, people, empty)?;
    let share = |(code, &n): (&u32, &usize)| Some((*code, people.get(code)? / n as f64));
    let by_stratum: BTreeMap<u32, f64> = samples.iter().filter_map(share).collect();
    let mut weights = vec![0.0; table];
    for row in rows {
        weights[row] = by_stratum.get(&strata[row]).copied().unwrap_or(0.0);
    }
    let mut base = BaseWeights::new(weights, Inference::DesignBased, vec![]);
    base.report.empty_strata = empty_strata;
    Ok(base)
}

/// The rows of each stratum; each has a count of people.
fn count(
    strata: &[u32],
    rows: &[usize],
    people: &BTreeMap<u32, f64>,
) -> Result<BTreeMap<u32, usize>, SelectionError> {
    let mut samples = BTreeMap::new();
    for &row in rows {
        let stratum = strata[row];
        if !people.contains_key(&stratum) {
            return Err(SelectionError::StratumWithoutCount { stratum, row });
        }
        *samples.entry(stratum).or_insert(0) += 1;
    }
    Ok(samples)
}

fn check(
    samples: &BTreeMap<u32, usize>,
    people: &BTreeMap<u32, f64>,
) -> Result<(), SelectionError> {
    for (&stratum, &population) in people {
        if !(population.is_finite() && population > 0.0) {
            return Err(SelectionError::InvalidPopulation { stratum, got: population });
        }
        let sample = samples.get(&stratum).copied().unwrap_or(0);
        if population < sample as f64 {
            return Err(SelectionError::FewerThanSample { stratum, population, sample });
        }
    }
    Ok(())
}

fn empties(
    samples: &BTreeMap<u32, usize>,
    people: &BTreeMap<u32, f64>,
    empty: EmptyStrata,
) -> Result<Vec<u32>, SelectionError> {
    let codes: Vec<u32> =
        people.keys().copied().filter(|code| !samples.contains_key(code)).collect();
    match (empty, codes.first()) {
        (EmptyStrata::Refuse, Some(&first)) => {
            let missed = sum(codes.iter().filter_map(|code| people.get(code)).copied());
            Err(SelectionError::EmptyStrata { count: codes.len(), first, missed })
        }
        _ => Ok(codes),
    }
}
