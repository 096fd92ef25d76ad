//! Calibration to population figures, group by group, in one call.
//!
//! # Rule
//! A step names its margins (columns of the sample) or numbers; the figures come from
//! a [`Population`](crate::population::Population). Before anything is iterated, what
//! cannot hold is found and named: categories without a target, targets without
//! respondents, empty margins, respondents without a value, margins whose totals or
//! whose common parts differ. Small categories are collapsed by the rule that the plan
//! declares, and by no other. What is settled on the full sample (codes, collapsed
//! categories, targets) is then applied to its weights and to those of every replicate.
//!
//! Margins that are shares are scaled to the total of the first margin of counts; if
//! all are shares, to what the weights add up to.
//!
//! # References
//! The calibrations themselves are [`gko_survey::calibration`]. Little, Wu (1991)
//! *JASA* 86, 87-95 on raking; Kalton, Flores-Cervantes (2003) *J. Official Statistics*
//! 19, 81-97 on collapsing and bounds.

mod collapse;
mod contradiction;
mod kept;
mod margin;
mod problem;
mod settle;
mod spec;

pub use margin::GroupMargin;
pub(crate) use problem::Number;
pub(crate) use settle::CalibratedGroup;
pub use settle::{Calibration, Ground};
pub use spec::{
    CalibrateStep, Collapse, DistanceName, Into, MarginSpec, MissingCategory, NumberSpec,
    PostStratifyStep, RakeStep, Totals,
};
