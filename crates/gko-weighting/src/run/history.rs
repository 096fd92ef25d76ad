//! The history of weights: who adjusted what, to which figures, and what it did.
//!
//! # Rule
//! It is written beside the weights and can be read by a machine: the plan and the
//! files by their SHA-256, each step as it stands in the plan, with what it found, what
//! it used, and what it did to the weights of each group.

use gko_survey::Replicates;
use serde::Serialize;

use crate::calibration::{CalibratedGroup, Calibration, GroupMargin, Number};
use crate::finding::Finding;
use crate::groups::{Groups, pick};
use crate::nonresponse::{ClassReport, Merge, PropensityReport, ResponseReport};
use crate::plan::{ReplicateSpec, Step};
use crate::population::{Targets, Universe};
use crate::scaling::{ScaleName, Scaling};
use crate::selection::{Inference, SelectionReport};
use crate::trimming::{GroupTrimmed, Limits, SmoothedClass};

/// The history of a set of weights.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct History {
    /// The version of this format.
    pub format: HistoryFormat,
    /// What the weights are called.
    pub title: String,
    /// Who made the plan.
    pub author: Option<String>,
    /// The program.
    pub software: String,
    /// The plan.
    pub plan: Option<FileStamp>,
    /// The data.
    pub data: Option<FileStamp>,
    /// The population figures.
    pub population: Option<FileStamp>,
    /// The file of weights.
    pub weights: Option<FileStamp>,
    /// When the run was made, as the runner says.
    pub created: Option<String>,
    /// Whom the survey is about.
    pub universe: Universe,
    /// When it was taken.
    pub year: u16,
    /// The column of groups.
    pub group: Option<String>,
    /// On what conclusions from the weights rest.
    pub inference: Inference,
    /// What the weights add up to, where a step says so.
    pub scale: Option<ScaleName>,
    /// Response rates of the survey as a whole, by group; none where the plan names no
    /// statuses.
    pub response: Vec<ResponseReport>,
    /// The steps, in their order.
    pub steps: Vec<StepRecord>,
    /// The replicate weights.
    pub replicates: Option<ReplicateRecord>,
}

/// Versions of the history.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub enum HistoryFormat {
    /// The first.
    #[default]
    #[serde(rename = "gko-weighting-history/1")]
    V1,
}

/// A file by its name and its bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FileStamp {
    /// The name, as the plan has it.
    pub file: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
}

/// What one step did.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct StepRecord {
    /// Its number, from 1.
    pub number: usize,
    /// Its name.
    pub name: &'static str,
    /// The step as the plan has it.
    pub spec: Step,
    /// What it did to the weights, group by group.
    pub groups: Vec<GroupRecord>,
    /// What it found.
    pub findings: Vec<Finding>,
    /// What it used and made.
    pub detail: Detail,
}

/// What a step did to the weights of one group.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct GroupRecord {
    /// The group; empty where there are none.
    pub group: String,
    /// Rows with a positive weight before.
    pub rows_before: u64,
    /// And after.
    pub rows_after: u64,
    /// The sum of the weights before.
    pub sum_before: f64,
    /// And after.
    pub sum_after: f64,
    /// Kish's design effect, `n·Σw²/(Σw)²`, before; none without rows.
    pub deff_before: Option<f64>,
    /// And after.
    pub deff_after: Option<f64>,
    /// The smallest factor of a row that has a weight before and after.
    pub smallest_factor: Option<f64>,
    /// The largest.
    pub largest_factor: Option<f64>,
}

/// What a step used and made.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Detail {
    /// Chances.
    Selection(SelectionReport),
    /// Who answered, and the classes or models.
    Nonresponse {
        /// Cases by status and AAPOR rates, by group.
        response: Vec<ResponseReport>,
        /// Classes.
        classes: Vec<ClassReport>,
        /// What was merged with what.
        merges: Vec<Merge>,
        /// Models.
        models: Vec<PropensityReport>,
    },
    /// Figures, and how near the weights came.
    Calibration {
        /// Margins by group.
        groups: Vec<GroupMargins>,
        /// Iterations of the group that needed most.
        iterations: usize,
        /// The largest relative gap that is left.
        largest_gap: f64,
        /// How the gap moved in that group.
        trace: Vec<f64>,
    },
    /// Limits, and what was cut.
    Trim {
        /// Limits by group.
        limits: Limits,
        /// What was cut at first, by group.
        trimmed: Vec<GroupTrimmed>,
        /// Rounds of trimming and recalibrating of the group that needed most; none where
        /// it is not repeated.
        rounds: Option<usize>,
    },
    /// Classes and their means.
    Smooth {
        /// Classes.
        classes: Vec<SmoothedClass>,
    },
    /// Factors.
    Scale(Scaling),
}

/// The margins of one group, before and after.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct GroupMargins {
    /// The group.
    pub group: String,
    /// Its margins.
    pub margins: Vec<MarginRecord>,
    /// Its totals of numbers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub numbers: Vec<NumberRecord>,
}

/// A total of a column before and after.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct NumberRecord {
    /// The column.
    pub name: String,
    /// The total that is known.
    pub target: f64,
    /// The weighted sum before.
    pub before: f64,
    /// The weighted sum after.
    pub after: f64,
    /// What a miss costs, where the total is soft.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<f64>,
    /// The figure as it was found.
    pub figures: Targets,
}

/// A margin before and after.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct MarginRecord {
    /// What is known.
    #[serde(flatten)]
    pub margin: GroupMargin,
    /// Weighted counts before.
    pub before: Vec<f64>,
    /// Weighted counts after.
    pub after: Vec<f64>,
}

/// The replicate weights.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ReplicateRecord {
    /// How they were made.
    pub made: ReplicateSpec,
    /// Their kind, by R's name.
    pub kind: String,
    /// How many.
    pub count: usize,
    /// Factor of the variance.
    pub scale: f64,
    /// Factors of the replicates' squares.
    pub rscales: Vec<f64>,
    /// Whether squares are about the full-sample value.
    pub mse: bool,
    /// Seed of the draws (ChaCha20, one stream a replicate).
    pub seed: Option<u64>,
}

impl ReplicateRecord {
    pub(super) fn new(made: ReplicateSpec, replicates: &Replicates) -> Self {
        let scales = replicates.scales();
        Self {
            made,
            kind: replicates.kind().to_string(),
            count: replicates.len(),
            scale: scales.scale(),
            rscales: scales.rscales().to_vec(),
            mse: replicates.mse(),
            seed: replicates.seed(),
        }
    }
}

/// What a step did to the weights, group by group.
pub(super) fn groups(groups: &Groups, before: &[f64], after: &[f64]) -> Vec<GroupRecord> {
    let one = |(group, rows): (&str, &[u32])| {
        let (old, new) = (pick(before, rows), pick(after, rows));
        let both = old.iter().zip(&new).filter(|(old, new)| **old > 0.0 && **new > 0.0);
        let factors = || both.clone().map(|(old, new)| new / old);
        GroupRecord {
            group: group.to_owned(),
            rows_before: positive(&old),
            rows_after: positive(&new),
            sum_before: old.iter().sum(),
            sum_after: new.iter().sum(),
            deff_before: kish(&old),
            deff_after: kish(&new),
            smallest_factor: factors().reduce(f64::min),
            largest_factor: factors().reduce(f64::max),
        }
    };
    groups.iter().map(one).collect()
}

fn positive(weights: &[f64]) -> u64 {
    weights.iter().filter(|&&weight| weight > 0.0).count() as u64
}

fn kish(weights: &[f64]) -> Option<f64> {
    let (sum, squares) = (weights.iter().sum::<f64>(), weights.iter().map(|w| w * w).sum::<f64>());
    (sum > 0.0).then(|| positive(weights) as f64 * squares / (sum * sum))
}

/// The margins and numbers of a calibration, by the weights before and after.
pub(super) fn margins(
    calibration: &Calibration,
    before: &[f64],
    after: &[f64],
) -> Vec<GroupMargins> {
    let one = |group: CalibratedGroup<'_>| {
        let (old, new) = (pick(before, group.rows), pick(after, group.rows));
        let margin = |margin: &GroupMargin| MarginRecord {
            before: margin.weighted(&old),
            after: margin.weighted(&new),
            margin: margin.clone(),
        };
        let number = |number: &Number| NumberRecord {
            name: number.name.clone(),
            target: number.target(),
            before: number.weighted(&old),
            after: number.weighted(&new),
            cost: number.cost,
            figures: number.target.clone(),
        };
        GroupMargins {
            group: group.name.to_owned(),
            margins: group.margins.iter().map(margin).collect(),
            numbers: group.numbers.iter().map(number).collect(),
        }
    };
    calibration.groups().map(one).collect()
}
