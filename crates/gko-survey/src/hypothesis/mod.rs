//! Hypothesis tests that know of the design.
//!
//! Two-way tables ([`ChiSquared`]), given shares ([`GoodnessOfFit`]), means
//! ([`TTest`]), ranks ([`RankTest`]) and all pairs of domains ([`Comparisons`]). The
//! covariance comes from [`Survey::estimate`](crate::Survey::estimate), so each test
//! works for linearised, calibrated and replicated samples alike. The result is a
//! [`TestResult`]; where there is no p-value it says why.

mod algebra;
mod chi_squared;
mod comparisons;
mod error;
mod factor;
mod goodness;
mod rank_score;
mod rank_test;
mod rao_scott;
mod result;
mod t_test;
mod table;
mod table_statistic;
mod tails;
mod wald;

pub use chi_squared::ChiSquared;
pub use comparisons::{Comparison, Comparisons};
pub use error::HypothesisError;
pub use factor::{EmptyLevels, Factor};
pub use goodness::{GoodnessOfFit, GoodnessStatistic};
pub use rank_score::{RankScore, Ties};
pub use rank_test::RankTest;
pub use result::{NoPValue, TestResult, TestWarning};
pub use t_test::TTest;
pub use table_statistic::TableStatistic;
