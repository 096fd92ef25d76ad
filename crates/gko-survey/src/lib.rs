#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]
//! Design-based estimation: designs, PSU totals, variance, intervals.
//!
//! Slices in, numbers out: this crate knows no file, no codebook and no
//! suppression, and returns the truth with its n, degrees of freedom and design
//! effect. Whoever comes from R survey, srvyr, Stata or SAS finds their calls,
//! task by task and with R's numbers, in [`mapping`].
//!
//! # Two engines
//! A [`Design`] says how the sample was drawn. Two engines take it; where both
//! answer, they answer alike.
//!
//! - [`Survey`]: any statistic, any design, any way to the variance. Several stages,
//!   unequal probabilities, calibrated and replicate weights; covariances between
//!   all figures; tests, quantiles and models. It keeps every row.
//! - [`PsuTotals`]: shares and means of many items in many domains, read in one
//!   pass over the rows. One stage. Totals of parts of the rows are summed by
//!   [`PsuTotals::merge`], so that a sample need not fit into memory;
//!   [`Estimates`] with intervals, design effects and effective n are read off them.
//!
//! # Which type answers which question
//!
//! | question | type |
//! |---|---|
//! | How was the sample drawn? | [`DesignBuilder`], [`Stage`], [`Population`], [`Pps`] |
//! | What of strata with one PSU? | [`Taylor`], [`SinglePsu`], [`DesignBuilder::collapse`] |
//! | Who is the figure about, and who did not answer? | [`Domain`]; [`Domains`] of the one pass |
//! | How large, how many, which share? | [`Mean`], [`Total`], [`Ratio`], [`SeparateRatios`], [`Table`] |
//! | How far apart, how alike? | [`Covariances`], [`Correlations`], [`Kappa`], [`CronbachAlpha`] |
//! | Where is the middle, the upper tenth? | [`Quantiles`], [`Cdf`] |
//! | How sure is it? | [`Estimation::intervals`], [`ShareInterval`], [`DesignEffects`] |
//! | Do groups differ, are answers related? | [`Estimation::contrast`], [`hypothesis`], [`adjust_p`] |
//! | And a function of several figures? | [`Estimation::transform`] |
//! | And if groups had one make-up? | [`Survey::standardized`] |
//! | What explains an answer? | [`regression`] |
//! | Which weights reproduce what is known? | [`calibration`], [`Survey::calibrated`] |
//! | And if that is itself an estimate? | [`calibration::Calibrated::with_estimated_targets`], [`Replicates::targets`] |
//! | Which replicate weights? | [`Replicates`], [`Scales`], [`Survey::replicated`] |
//! | What of imputed data and plausible values? | [`combine_imputations`] |
//! | And a statistic that is not here? | implement [`Statistic`] |
//! | Tail probabilities and quantiles | [`dist`] |
//!
//! A figure comes as an [`Estimation`]: values, their covariance, and for each domain
//! a [`Basis`] (n, rows left out, degrees of freedom, why there is no value). An
//! [`Error`] says where, what was expected, what was there, and the way out; its
//! [`code`](Error::code) stays.
//!
//! # Example
//! A survey: two strata of two schools each, five answers.
//! ```
//! use gko_survey::{Design, Df, Domain, Mean, Stage, Survey};
//!
//! let schools = Stage::units(&[1, 1, 2, 1, 2]).strata(&[1, 1, 1, 2, 2]);
//! let design = Design::builder(5).stage(schools).weights(&[2.0, 1.0, 3.0, 2.0, 4.0]).build()?;
//! let survey = Survey::new(design);
//! let yes = [1.0, 0.0, 1.0, 0.0, 1.0];
//! let share = survey.estimate(&Mean::of("yes", &yes), &Domain::all(5))?;
//! assert_eq!(share.values(), [0.75]);
//! assert!((share.se()[0] - (7.25_f64 / 144.0).sqrt()).abs() < 1e-15);
//! assert_eq!(share.df(0, Df::Domain), 2.0);
//! # Ok::<(), gko_survey::Error>(())
//! ```
//!
//! # Example
//! The same figure in one pass, and how it comes about:
//!
//! | stratum | school | weight | answer | W | Y | z = (Y - p·W) / 12 |
//! |---|---|---|---|---|---|---|
//! | 1 | 1 | 2, 1 | yes, no | 3 | 2 | (2 - 2.25) / 12 |
//! | 1 | 2 | 3 | yes | 3 | 3 | (3 - 2.25) / 12 |
//! | 2 | 1 | 2 | no | 2 | 0 | (0 - 1.5) / 12 |
//! | 2 | 2 | 4 | yes | 4 | 4 | (4 - 3) / 12 |
//!
//! `p = 9/12`. In stratum 1 the scores differ by 1/12, in stratum 2 by 2.5/12;
//! of two PSUs `n_h/(n_h - 1) · sum of (z - mean)²` is the difference squared, so
//! `Var = (1 + 6.25)/144` with 4 - 2 degrees of freedom.
//! ```
//! use gko_survey::{Design, DesignColumns, Domains, Item, Options, PsuLabels, PsuTotals};
//!
//! let design = Design::new(DesignColumns {
//!     sample: &[1; 5],
//!     stratum: &[1, 1, 1, 2, 2],
//!     psu: &[1, 1, 2, 1, 2],
//!     weight: &[2.0, 1.0, 3.0, 2.0, 4.0],
//!     psu_labels: PsuLabels::NestedInStratum,
//! })?;
//! let total = Domains::new(5, &[], &[vec![]])?;
//! let answers = Item::Share(&[1, 0, 1, 0, 1]);
//! let totals = PsuTotals::accumulate(&design, &total, &[answers])?;
//! let estimates = totals.estimates(&Options::default())?;
//! let share = estimates.get(0, 0, 0);
//! assert_eq!(share.value, Some(0.75));
//! assert_eq!((share.n, share.hits, share.df), (5, 3, 2));
//! let se = share.se.unwrap_or(f64::NAN);
//! assert!((se - (7.25_f64 / 144.0).sqrt()).abs() < 1e-15);
//! # Ok::<(), gko_survey::Error>(())
//! ```

#[macro_use]
mod names;

pub mod adjust_p;
pub mod calibration;
mod columns;
mod contrasts;
mod design;
mod design_builder;
pub mod dist;
mod domain;
mod domains;
mod error;
mod estimate;
mod estimation;
mod estimators;
mod frame;
pub mod hypothesis;
mod imputed;
mod interval;
mod items;
mod kernel;
mod merge;
mod moments;
mod options;
mod pps;
mod quantile;
pub mod regression;
mod replicates;
mod stages;
mod statistic;
mod survey;
mod taylor;
mod totals;
mod variance;

#[doc = include_str!("../docs/mapping.md")]
#[doc = "```text"]
#[doc = include_str!("../docs/mapping_data.rs")]
#[doc = "```"]
pub mod mapping {}

/// A dense matrix of numbers.
pub type Matrix = nalgebra::DMatrix<f64>;

pub use adjust_p::PAdjust;
pub use columns::Columns;
pub use contrasts::{Function, Gradient};
pub use design::{Design, DesignColumns, PsuLabels};
pub use design_builder::{DesignBuilder, MissingWeights};
pub use domain::Domain;
pub use domains::{Classifier, Domains};
pub use error::{Error, StratumId};
pub use estimate::{Absent, Estimate, Estimates};
pub use estimation::{Basis, Df, Entry, Estimation, VarianceBasis};
pub use estimators::{
    Agreement, Comparison, Correlations, Covariances, CronbachAlpha, DesignEffects, EstimatorError,
    Kappa, Mean, Ratio, SeparateRatios, Standard, Table, Total, Way,
};
pub use imputed::{Imputed, combine_imputations};
pub use interval::{Interval, IntervalError, ShareEstimate, ShareInterval};
pub use items::{Item, Quantity};
pub use options::{IntervalMethod, Options, SinglePsu};
pub use pps::{Pps, PpsError, PpsVariance};
pub use quantile::{
    Cdf, CdfSteps, QuantileEstimate, QuantileEstimates, QuantileInterval, QuantileRule, Quantiles,
};
pub use replicates::{
    FiniteCorrection, Generalised, GivenWeights, Jackknife, QuadraticForm, ReplicateError,
    ReplicateKind, ReplicateTargets, Replicates, Scales, Tau,
};
pub use stages::{Population, Stage};
pub use statistic::{OfTotals, Replicable, Statistic};
pub use survey::Survey;
pub use taylor::{Taylor, VarianceStages};
pub use totals::PsuTotals;
