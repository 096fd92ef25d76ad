//! Regression with weighted rows: models, their fits, tests, margins and predictions.
//!
//! # Estimator
//! Every model is a [`Statistic`](crate::Statistic): its values are coefficients
//! that solve weighted estimating equations, its scores are their influence
//! functions, so that any design gives their covariance. [`Glm`] holds generalized
//! linear models, [`ProportionalOdds`] ordered responses, [`LogLinear`] tables.
//!
//! # Assumptions
//! Standard errors hold whether or not the variance function or the independence
//! of rows is right (sandwich); the model of the mean is the caller's claim.
//!
//! # References
//! Binder (1983), International Statistical Review 51, 279-292; Lumley (2010),
//! Complex Surveys, chapters 5 and 6; R survey 4.5 `svyglm`, `svyolr`, `svyloglin`,
//! `regTermTest`, `svypredmeans`.

mod coefficients;
mod contrast;
mod error;
mod family;
mod fit;
mod glm;
mod irls;
mod iteration;
mod linear;
mod link;
mod loglinear;
mod loglinear_fit;
mod margins;
mod matrix;
mod model;
mod ordinal;
mod ordinal_fit;
mod ordinal_newton;
mod ordinal_rows;
mod predict;
mod predictive_means;
mod separation;
mod term_test;
mod terms;
mod variable;

pub use coefficients::Coefficient;
pub use contrast::Contrasts;
pub use error::ModelError;
pub use family::Family;
pub use fit::GlmFit;
pub use glm::Glm;
pub use iteration::{Iteration, Stop};
pub use link::Link;
pub use loglinear::LogLinear;
pub use loglinear_fit::{Correction, LogLinearFit, LogLinearTest};
pub use margins::{Margin, Margins};
pub use matrix::{INTERCEPT, Layout};
pub use model::Model;
pub use ordinal::ProportionalOdds;
pub use ordinal_fit::OrdinalFit;
pub use predict::{Prediction, Scale};
pub use term_test::{DenominatorDf, TermTest, TestMethod, TestOptions};
pub use terms::Terms;
pub use variable::{MISSING, Variable};

#[cfg(test)]
mod properties;
#[cfg(test)]
mod refusals;
