//! Running a plan: from the columns of a sample to weights, replicates and history.
//!
//! # Rule
//! Each step is settled on the full sample (classes are collapsed, limits found,
//! figures looked up) and then applied to its weights and to those of every replicate:
//!
//! | step | in a replicate |
//! |---|---|
//! | nonresponse, calibration | worked out again at the replicate's weights |
//! | selection, smoothing, scaling | the factors of the full sample, row by row |
//! | trimming | the factors of the full sample, then recalibrated where the plan says so |
//!
//! At the end the final weights are held against the figures of every calibration; what
//! they do not meet any more is a finding of that step.
//!
//! Limits of trimming are not looked for in replicates: a unit that a replicate counts
//! twice is no extreme weight.
//!
//! Linearisation ([`Weighted::survey`]) knows of the calibrations that the final
//! weights still meet: scaling by group keeps them, and trimming, smoothing,
//! another selection and adjusting for nonresponse after a calibration undo it, unless it
//! is repeated. That
//! nonresponse was adjusted for is in replicates alone.
//!
//! # References
//! Valliant, Dever, Kreuter (2018) *Practical Tools for Designing and Weighting Survey
//! Samples*, ch. 13 to 15, 18.

mod adjust;
mod derive;
mod design;
mod engine;
mod history;
mod keys;
mod met;
mod select;
mod settled;
mod weighted;

pub use engine::{Progress, run};
pub use history::{
    Detail, FileStamp, GroupMargins, GroupRecord, History, HistoryFormat, MarginRecord,
    NumberRecord, ReplicateRecord, StepRecord,
};
pub use weighted::Weighted;
