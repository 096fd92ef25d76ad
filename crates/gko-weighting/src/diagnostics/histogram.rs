//! How weights are spread, in bins that are the same for every group.
//!
//! # Rule
//! Weights count relative to the mean of the positive weights of their group. Linear
//! bins of a stated width begin at 0, logarithmic ones divide each doubling from 1/32
//! to 32 into equal parts; a weight at an edge is in the bin above, and the last bin
//! is open (the first logarithmic one begins at 0).
//!
//! # Assumptions
//! Edges depend on the mean alone, so that groups compare and no edge is a respondent's
//! weight.
//!
//! # References
//! R `cut(w / mean(w), breaks, right = FALSE)`.

use serde::{Deserialize, Serialize};

use super::error::DiagnosticsError;
use crate::numbers::{check_grouped, mean, positive_at, rows_by_group};

/// The bins of a histogram, in units of the mean weight.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Bins {
    /// Bins of one width.
    Linear {
        /// Width of a bin.
        width: f64,
        /// Number of bins, the open one included.
        bins: u32,
    },
    /// Bins of one ratio.
    Log {
        /// Bins for each doubling, at most 16.
        per_doubling: u32,
    },
}

impl Default for Bins {
    /// Two bins a doubling.
    fn default() -> Self {
        Self::Log { per_doubling: 2 }
    }
}

/// A bin: from `from`, inclusive, up to `to`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Bin {
    /// The lower edge, relative to the mean weight.
    pub from: f64,
    /// The upper edge; none for the open bin.
    pub to: Option<f64>,
    /// Rows in it.
    pub rows: usize,
}

/// The histogram of one group.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Histogram {
    /// The group's code.
    pub group: u32,
    /// The bins, ascending; none for a group without a positive weight.
    pub bins: Vec<Bin>,
}

/// Doublings below and above the mean that logarithmic bins cover.
const DOUBLINGS: u32 = 5;

impl Bins {
    /// The lower edges, ascending.
    fn edges(self) -> Result<Vec<f64>, DiagnosticsError> {
        match self {
            Self::Linear { width, bins } => {
                if !(width.is_finite() && width > 0.0) {
                    return Err(refused("width", "a positive number", width));
                }
                within("bins", "from 1 to 1000", bins, 1000)?;
                Ok((0..bins).map(|bin| f64::from(bin) * width).collect())
            }
            Self::Log { per_doubling } => {
                within("per_doubling", "from 1 to 16", per_doubling, 16)?;
                let part = |step: u32| f64::from(step) / f64::from(per_doubling);
                let steps = 0..=2 * DOUBLINGS * per_doubling;
                let edges = steps.map(|step| (part(step) - f64::from(DOUBLINGS)).exp2());
                Ok(std::iter::once(0.0).chain(edges).collect())
            }
        }
    }
}

fn within(
    setting: &'static str,
    expected: &'static str,
    got: u32,
    most: u32,
) -> Result<(), DiagnosticsError> {
    if (1..=most).contains(&got) { Ok(()) } else { Err(refused(setting, expected, f64::from(got))) }
}

fn refused(setting: &'static str, expected: &'static str, got: f64) -> DiagnosticsError {
    DiagnosticsError::InvalidBins { setting, expected, got }
}

/// The histogram of the positive weights of each group, groups ascending.
///
/// # Errors
/// Weights that are none, groups of another length, bins that are none.
///
/// # Example
/// The mean is 2: relative weights 0.5, 1 and 1.5.
/// ```
/// use gko_weighting::diagnostics::{Bins, histogram};
///
/// let bins = Bins::Linear { width: 1.0, bins: 2 };
/// let of_group = &histogram(&[1.0, 2.0, 3.0], &[1; 3], bins)?[0];
/// let counts: Vec<usize> = of_group.bins.iter().map(|bin| bin.rows).collect();
/// assert_eq!(counts, [1, 2]);
/// # Ok::<(), gko_weighting::diagnostics::DiagnosticsError>(())
/// ```
pub fn histogram(
    weights: &[f64],
    groups: &[u32],
    bins: Bins,
) -> Result<Vec<Histogram>, DiagnosticsError> {
    check_grouped(weights, groups)?;
    let edges = bins.edges()?;
    let of_group = |(group, rows): (u32, Vec<usize>)| Histogram {
        group,
        bins: fill(&edges, &positive_at(weights, &rows)),
    };
    Ok(rows_by_group(groups).into_iter().map(of_group).collect())
}

fn fill(edges: &[f64], weights: &[f64]) -> Vec<Bin> {
    if weights.is_empty() {
        return vec![];
    }
    let upper = edges.iter().skip(1).map(|&edge| Some(edge)).chain([None]);
    let bin = |(&from, to): (&f64, Option<f64>)| Bin { from, to, rows: 0 };
    let mut bins: Vec<Bin> = edges.iter().zip(upper).map(bin).collect();
    let middle = mean(weights);
    for weight in weights {
        // Edges begin at 0, so at least one is not above the weight.
        let at = edges.partition_point(|&edge| edge <= weight / middle).saturating_sub(1);
        bins[at].rows += 1;
    }
    bins
}
