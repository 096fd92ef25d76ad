//! Base weights from the chances of all stages, or of a quota sample.
//!
//! # Estimator
//! `w_i = 1 / product over the stages s of p_si`. A row that is not in use has
//! weight 0, and nothing of it is looked at.
//!
//! # Assumptions
//! See the module above: the chances are those of the draw as it was made.
//!
//! # References
//! Horvitz, Thompson (1952) *JASA* 47, 663-685; R survey 4.5: `svydesign(probs =)`
//! of several stages multiplies alike.

use serde::Serialize;

use super::error::SelectionError;
use super::inference::Inference;
use super::stage::{Stage, StageReport};
use crate::numbers::{same_length, squares, sum};

/// Base weights, and on what conclusions from them rest.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct BaseWeights {
    /// The weights, in the caller's row order; 0 for rows not in use.
    pub weights: Vec<f64>,
    /// On what conclusions rest: it belongs beside every figure made with the weights.
    pub inference: Inference,
    /// How the weights came about.
    pub report: SelectionReport,
}

/// How base weights came about.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct SelectionReport {
    /// Rows with a weight.
    pub rows: usize,
    /// The sum of the weights: an estimate of the population where chances are known.
    pub total: f64,
    /// The smallest weight.
    pub smallest: f64,
    /// The largest weight.
    pub largest: f64,
    /// What each stage did; empty without stages.
    pub stages: Vec<StageReport>,
    /// Strata with people and no respondent, left out as the caller wished.
    pub empty_strata: Vec<u32>,
}

impl BaseWeights {
    pub(super) fn new(weights: Vec<f64>, inference: Inference, stages: Vec<StageReport>) -> Self {
        let used = || weights.iter().copied().filter(|&weight| weight > 0.0);
        let report = SelectionReport {
            rows: used().count(),
            total: sum(used()),
            smallest: used().fold(f64::INFINITY, f64::min),
            largest: used().fold(0.0, f64::max),
            stages,
            empty_strata: vec![],
        };
        Self { weights, inference, report }
    }
}

/// The rows in use of a table; all without a mask.
pub(super) fn used_rows(table: usize, used: Option<&[bool]>) -> Result<Vec<usize>, SelectionError> {
    same_length("rows in use", table, used.map_or(table, <[bool]>::len))?;
    let rows: Vec<usize> = (0..table).filter(|&row| used.is_none_or(|used| used[row])).collect();
    if rows.is_empty() { Err(SelectionError::NoRows) } else { Ok(rows) }
}

/// Refuses weights whose sum, its square or sum of squares times rows overflows: Kish's
/// design effect is the one over the other.
pub(crate) fn check_size(weights: &[f64]) -> Result<(), SelectionError> {
    let total = sum(weights.iter().copied());
    let squares = squares(weights) * weights.len() as f64;
    if (total * total).is_finite() && squares.is_finite() {
        return Ok(());
    }
    let largest = weights.iter().copied().enumerate().max_by(|one, two| one.1.total_cmp(&two.1));
    let (row, weight) = largest.unwrap_or_default();
    Err(SelectionError::WeightsTooLarge { row, weight })
}

/// The inverse of the product of the chances of all stages.
///
/// `table` is the number of rows; `used` says which of them were drawn this way
/// (all without it), and the others get weight 0.
///
/// # Errors
/// No stage or no row, columns of another length, a count or probability that is
/// none, units taken from fewer, a chance above 1 of a unit drawn in proportion to
/// size, two chances in one unit, a product without a finite inverse, weights whose
/// squares overflow.
///
/// # Example
/// Two of 20 schools in proportion to their pupils, 3 of 12 households, one of the
/// household's children: `1 / (2·100/1000 · 3/12 · 1/2) = 40`, and 20 for an only
/// child.
/// ```
/// use gko_weighting::selection::{AboveOne, Chance, Stage, from_stages};
///
/// let schools = Chance::SizeProportional {
///     size: &[100.0; 2],
///     total: &[1000.0; 2],
///     taken: &[2.0; 2],
///     above_one: AboveOne::Refuse,
/// };
/// let households = Chance::TakenOf { taken: &[3.0; 2], of: &[12.0; 2] };
/// let children = Chance::OneOf { eligible: &[2.0, 1.0], cap: None };
/// let stages = [
///     Stage::new("school", schools).within(&[7, 7]),
///     Stage::new("household", households),
///     Stage::new("child", children),
/// ];
/// let base = from_stages(2, &stages, None)?;
/// assert!((base.weights[0] - 40.0).abs() < 1e-12);
/// assert!((base.weights[1] - 20.0).abs() < 1e-12);
/// assert!(base.inference.is_design_based());
/// # Ok::<(), gko_weighting::selection::SelectionError>(())
/// ```
pub fn from_stages(
    table: usize,
    stages: &[Stage<'_>],
    used: Option<&[bool]>,
) -> Result<BaseWeights, SelectionError> {
    if stages.is_empty() {
        return Err(SelectionError::NoStages);
    }
    let rows = used_rows(table, used)?;
    let mut product = vec![1.0; rows.len()];
    let mut reports = Vec::with_capacity(stages.len());
    for stage in stages {
        let (chances, report) = stage.chances(table, &rows)?;
        product.iter_mut().zip(&chances).for_each(|(all, chance)| *all *= chance);
        reports.push(report);
    }
    let mut weights = vec![0.0; table];
    for (&row, &chance) in rows.iter().zip(&product) {
        weights[row] = inverse(row, chance)?;
    }
    check_size(&weights)?;
    Ok(BaseWeights::new(weights, Inference::DesignBased, reports))
}

fn inverse(row: usize, chance: f64) -> Result<f64, SelectionError> {
    let weight = 1.0 / chance;
    if weight.is_finite() {
        Ok(weight)
    } else {
        Err(SelectionError::ChanceTooSmall { row, chance })
    }
}

/// Weights of the draw that come with the data.
///
/// # Errors
/// No row, a weight that is missing, negative or infinite, none above 0, weights whose squares
/// overflow.
///
/// # Example
/// ```
/// use gko_weighting::selection::given;
///
/// assert_eq!(given(&[3.0, 0.0])?.weights, [3.0, 0.0]);
/// assert_eq!(given(&[3.0, f64::NAN]).unwrap_err().code(), "GKO-W115");
/// # Ok::<(), gko_weighting::selection::SelectionError>(())
/// ```
pub fn given(weights: &[f64]) -> Result<BaseWeights, SelectionError> {
    let is_none = |weight: &f64| !(weight.is_finite() && *weight >= 0.0);
    if let Some(row) = weights.iter().position(is_none) {
        return Err(SelectionError::InvalidWeight { row, weight: weights[row] });
    }
    if weights.iter().all(|&weight| weight == 0.0) {
        return Err(SelectionError::NoRows);
    }
    check_size(weights)?;
    Ok(BaseWeights::new(weights.to_vec(), Inference::DesignBased, vec![]))
}

/// Weight 1 for each row in use of a quota sample, marked as model-based.
///
/// # Errors
/// No row, a mask of another length, a blank reason.
///
/// # Example
/// ```
/// use gko_weighting::selection::quota;
///
/// let base = quota(2, "quotas of age and gender", None)?;
/// assert_eq!(base.weights, [1.0, 1.0]);
/// assert!(!base.inference.is_design_based());
/// # Ok::<(), gko_weighting::selection::SelectionError>(())
/// ```
pub fn quota(
    table: usize,
    reason: &str,
    used: Option<&[bool]>,
) -> Result<BaseWeights, SelectionError> {
    if reason.trim().is_empty() {
        return Err(SelectionError::NoReason);
    }
    let mut weights = vec![0.0; table];
    for row in used_rows(table, used)? {
        weights[row] = 1.0;
    }
    let inference = Inference::ModelBased { reason: reason.trim().to_owned() };
    Ok(BaseWeights::new(weights, inference, vec![]))
}
