//! The chance with which a respondent was drawn, and its inverse.
//!
//! # Estimator
//! A respondent reached through stages 1, …, S, with chance `p_s` at stage s given
//! the stages before, has the base weight `1 / (p_1·…·p_S)`:
//!
//! | function | known | weight |
//! |---|---|---|
//! | [`from_stages`] | the chance at each [`Stage`] | inverse of the product |
//! | [`from_counts`] | people N_h in each stratum | `N_h / n_h` |
//! | [`quota`] | nothing | 1, marked [`Inference::ModelBased`] |
//!
//! # Assumptions
//! The chances are those of the draw as it was made; a replacement of a household
//! that was not at home is not in them. In a quota sample nobody has a known chance:
//! what is concluded rests on a model, and [`BaseWeights::inference`] says so.
//!
//! # References
//! Horvitz, Thompson (1952) *JASA* 47, 663-685; Valliant, Dever, Kreuter (2018)
//! *Practical Tools for Designing and Weighting Survey Samples*, ch. 13; Kish (1949)
//! *JASA* 44, 380-387.

mod chance;
mod counts;
mod error;
mod inference;
mod stage;
mod weights;

pub use chance::{AboveOne, Chance};
pub use counts::{EmptyStrata, from_counts};
pub use error::SelectionError;
pub use inference::Inference;
pub use stage::{Stage, StageReport};
pub(crate) use weights::check_size;
pub use weights::{BaseWeights, SelectionReport, from_stages, given, quota};
