#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]
//! Design-based estimation: designs, PSU totals, variance, intervals.
//!
//! Slices in, numbers out: this crate knows no file, no codebook and no
//! suppression, and returns the truth with its n, degrees of freedom and design
//! effect. One pass over the rows builds [`PsuTotals`] of all items in all
//! domains; [`Estimates`] are read off them; totals of parts are summed by
//! [`PsuTotals::merge`].
//!
//! # Example
//! Two strata of two schools each, five answers:
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
    FiniteCorrection, GivenWeights, Jackknife, ReplicateError, ReplicateKind, Replicates, Scales,
};
pub use stages::{Population, Stage};
pub use statistic::{OfTotals, Statistic};
pub use survey::Survey;
pub use taylor::{Taylor, VarianceStages};
pub use totals::PsuTotals;
