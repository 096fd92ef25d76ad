//! Weights that reproduce known population totals, and what their variance needs.
//!
//! # Rule
//! A row has a weight `d` and gets a factor `g`, so that its final weight is
//! `w = d·g` and the weighted totals of known quantities equal their targets:
//!
//! | function | known | factor |
//! |---|---|---|
//! | [`post_stratify`] | counts of the cells of one classification | target over weighted count of the row's cell |
//! | [`rake`] | counts of several margins | a product of one factor a margin |
//! | [`calibrate`] | totals of any auxiliaries `x` | `F(x'λ)`, with F the [`Distance`] |
//!
//! A [`Raking`] has crossed its margins once and takes any weights of the same rows,
//! such as those of replicates. Codes of classifications are borrowed as they lie, in
//! one, two or four bytes ([`Codes`]).
//! Truncated linear calibration is linear with bounds. Targets of [`calibrate`] may have a
//! cost at which they are missed ([`SoftTarget`]).
//!
//! [`trim`] cuts extreme weights and spreads what was cut. Each calibration hands
//! back an [`Adjustment`]: a projection that turns the scores `w·u` of an estimate
//! (u its influence values) into those of the residuals of u on what is known, since
//! only they vary once the totals are fixed. Apply the adjustments of a chain of
//! calibrations in the order in which they were made, each to what the last one left.
//!
//! # Assumptions
//! Targets are known without error, unless their covariance is stated
//! ([`Calibrated::with_estimated_targets`]). Rows of weight 0 are never looked at: they
//! keep weight 0 and factor 1, and no mean or regression counts them. (R's
//! `svyrecvar` lets a row of weight 0 take a part in the residual of a post-stratum.)
//!
//! # References
//! Deville, Särndal (1992) *JASA* 87, 376-382; Lumley (2010) *Complex Surveys*,
//! ch. 7; R survey 4.5: `postStratify`, `rake`, `calibrate`, `trimWeights` and the
//! first part of `svyrecvar`.

mod adjustment;
mod auxiliaries;
mod basis;
mod blocks;
mod checks;
mod codes;
mod crossing;
mod distance;
mod estimated;
mod fit;
mod greg;
mod groups;
mod means;
mod newton;
mod pass;
mod poststratify;
mod rake;
mod raking;
mod result;
mod soft;
mod sums;
mod sweeps;
mod targets;
mod trim;
mod units;

pub use adjustment::Adjustment;
pub use codes::Codes;
pub use distance::Distance;
pub(crate) use estimated::{root, uncertainty_of_chain};
pub use greg::{CalibrateOptions, calibrate};
pub use groups::by_group;
pub use poststratify::{EmptyCells, PostStratifyOptions, post_stratify};
pub use rake::{Margin, RakeOptions, rake};
pub use raking::{Raked, Raking};
pub use result::{Calibrated, CalibrationReport};
pub use soft::SoftTarget;
pub use sums::sum;
pub use trim::{Spread, TrimOptions, Trimmed, trim};
