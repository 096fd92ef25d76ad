//! Who answered, and who stands for those who did not.
//!
//! | question | type |
//! |---|---|
//! | What became of each case? | [`Status`], [`StatusMap`], [`Dispositions`] |
//! | How many answered, by AAPOR's definitions? | [`Rates`], [`ResponseReport`] |
//! | Who stands for whom, by what is known of all? | [`Classes`] |
//! | And by how likely a case was to answer? | [`Propensity`] |
//!
//! [`Classes`] and [`Propensity`] are first settled on the full sample: classes are
//! merged, models fitted. What is settled is then applied, to the weights of the
//! full sample and to those of every replicate alike, and gives adjusted weights:
//! those of respondents are multiplied by their factor, all others become 0.
//!
//! # Assumptions
//! Cases of unknown eligibility are eligible to a share e, which is stated or
//! computed ([`EligibleShare`]). Each group (country) is a sample of its own.

mod cells;
mod classes;
mod collapse;
mod dispositions;
mod error;
mod propensity;
mod propensity_classes;
mod propensity_options;
mod propensity_report;
mod quality;
mod rates;
mod ratio;
mod response_model;
mod rule;
mod sampled;
mod status;

pub use classes::{ClassReport, Classes};
pub use collapse::Merge;
pub use dispositions::{Counting, Dispositions, EligibleShare, Tally};
pub use error::{Lacking, NonresponseError};
pub use propensity::Propensity;
pub use propensity_options::{
    ClassFactor, PropensityClasses, PropensityOptions, PropensityUse, ReplicateModel,
};
pub use propensity_report::{PropensityClassReport, PropensityReport, PropensitySummary};
pub use rates::{AaporRate, Rate, Rates, ResponseReport, Undefined};
pub use response_model::Predictor;
pub use rule::{ClassOptions, CollapseRule, Reason, ShareScope};
pub use sampled::{Category, Sampled};
pub use status::{Status, StatusMap};
