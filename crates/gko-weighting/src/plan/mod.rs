//! The plan: everything that is done to the weights, as a document.
//!
//! # Rule
//! A plan names the data, whom the survey is about, the figures, the design, and the
//! steps in their order. It is TOML that a person writes; unknown fields are refused.
//! [`run`](crate::run::run()) takes it, a [`Sample`](crate::Sample) and a
//! [`Population`](crate::population::Population) to weights.

mod check;
mod document;
mod error;
mod replicates;
mod steps;
mod values;
mod words;

pub use document::{
    DataSpec, DesignSpec, FileFormat, OutputFormat, OutputSpec, Plan, PlanFormat, ResponseSpec,
};
pub use error::PlanError;
pub use replicates::{ReplicatePlan, ReplicateSpec};
pub(crate) use steps::StageChance;
pub use steps::{
    ClassesSpec, DeriveSpec, NonresponseMethod, NonresponseStep, PropensitySpec, ScaleStep,
    SelectionStep, SmoothStep, StageSpec, Step, TrimStep,
};
