//! Rao and Scott's corrections of statistics that assume simple random sampling.
//!
//! # Estimator
//! With p the shares of the cells, V their covariance, `D = diag(p)`, C a basis of
//! the interactions and N the rows, the design effects of the table are the
//! eigenvalues `delta` of `(C'D⁻¹C / N)⁻¹ (C'D⁻¹ V D⁻¹C)`. Pearson's X² is then
//! distributed as `sum of delta·chi²(1)`. First order: `X²/mean(delta)` against
//! chi-square. Second order: `X²/sum(delta)` against F with `d = (sum delta)² /
//! sum delta²` and `d·nu` degrees of freedom, nu those of the design.
//!
//! # Assumptions
//! An empty cell adds nothing to the sums over cells, as in R. The deviance
//! `G² = 2N sum p·log(p/(row·column))` has the same distribution as X².
//!
//! # References
//! Rao & Scott (1981) *JASA* 76, 221; (1984) *Ann. Statist.* 12, 46; Thomas & Rao
//! (1987) *JASA* 82, 630; R survey 4.5 `svychisq`, `anova.svyloglin`; Stata
//! `svy: tabulate`.

use crate::Matrix;
use crate::dist::mixture::Method;
use crate::error::Error;
use crate::hypothesis::algebra::relative_eigenvalues;
use crate::hypothesis::error::HypothesisError;
use crate::hypothesis::result::{NoPValue, TestResult};
use crate::hypothesis::table::Table;
use crate::hypothesis::table_statistic::TableStatistic;
use crate::hypothesis::tails;

/// Design effects below this count as 0.
const NO_SPREAD: f64 = 1e-12;

/// Statistic and p-value by shares of the cells.
pub(crate) fn test(table: &Table<'_>, kind: TableStatistic) -> Result<TestResult, Error> {
    let estimation = table.shares()?;
    let shares = estimation.values();
    let deltas = deltas(table, shares, estimation.covariance())?;
    let expected = table.expected(shares);
    let distance = if kind.is_deviance() { deviance } else { pearson };
    let statistic = table.asked * distance(shares, &expected);
    Ok(table.describe(judge(table, kind, statistic, &deltas)?, shares))
}

fn pearson(shares: &[f64], expected: &[f64]) -> f64 {
    shares.iter().zip(expected).map(|(p, e)| (p - e) * (p - e) / e).sum()
}

fn deviance(shares: &[f64], expected: &[f64]) -> f64 {
    let cells = shares.iter().zip(expected).filter(|(p, _)| **p > 0.0);
    2.0 * cells.map(|(p, e)| p * (p / e).ln()).sum::<f64>()
}

/// Design effects of the interactions.
fn deltas(table: &Table<'_>, shares: &[f64], covariance: &Matrix) -> Result<Vec<f64>, Error> {
    let mut over_p = interactions(table);
    for (mut cell, &p) in over_p.row_iter_mut().zip(shares) {
        cell *= if p > 0.0 { 1.0 / p } else { 0.0 };
    }
    let simple = interactions(table).transpose() * &over_p / table.asked;
    let design = over_p.transpose() * covariance * &over_p;
    let singular = |_| {
        let empty = shares.iter().position(|&p| p <= 0.0).unwrap_or(0);
        HypothesisError::SingularCovariance { at: table.labels[empty].clone() }.into()
    };
    relative_eigenvalues(&simple, &design).map_err(singular)
}

/// Contrasts of rows times contrasts of columns, each level against the first.
fn interactions(table: &Table<'_>) -> Matrix {
    let contrast = |level: usize, against: usize| match level {
        0 => -1.0,
        level if level == against + 1 => 1.0,
        _ => 0.0,
    };
    let rows = table.rows - 1;
    Matrix::from_fn(table.labels.len(), rows * (table.columns - 1), |cell, at| {
        let row = contrast(cell % table.rows, at % rows);
        row * contrast(cell / table.rows, at / rows)
    })
}

fn judge(
    table: &Table<'_>,
    kind: TableStatistic,
    statistic: f64,
    deltas: &[f64],
) -> Result<TestResult, Error> {
    let name = kind.name_of_statistic();
    let result = TestResult::new(kind.in_words().to_owned(), name, statistic);
    let (sum, d) = moments(deltas);
    if let Some(why) = refused(table.df, sum) {
        return Ok(TestResult { statistic: f64::NAN, ..result }.judged(Err(why)));
    }
    // R takes the uncertainty of V into account under a design, not with replicates.
    let ddf = if table.is_replicated() { f64::INFINITY } else { d * table.df };
    let mixture = |method| tails::mixture(statistic, deltas, ddf, method);
    match kind {
        TableStatistic::Saddlepoint => Ok(result.judged(mixture(Method::Saddlepoint)?)),
        TableStatistic::LinearCombination => Ok(result.judged(mixture(Method::Integration)?)),
        TableStatistic::RaoScottChiSquared | TableStatistic::LikelihoodRatioChiSquared => {
            let df = table.interactions();
            Ok(result.with("df", df).judged(tails::chi_squared(statistic * df / sum, df)?))
        }
        _ => second_order(result, sum, d, table.df),
    }
}

/// Sum of the design effects, and the second-order degrees of freedom.
fn moments(deltas: &[f64]) -> (f64, f64) {
    let sum: f64 = deltas.iter().sum();
    (sum, sum * sum / deltas.iter().map(|delta| delta * delta).sum::<f64>())
}

/// Why nothing can be said, if so.
fn refused(df: f64, sum: f64) -> Option<NoPValue> {
    if df <= 0.0 {
        return Some(NoPValue::NoDegreesOfFreedom { df });
    }
    // Of cells that the weights are calibrated to rounding is left.
    (sum <= NO_SPREAD).then_some(NoPValue::NoVariance)
}

/// Against F with d and d·nu degrees of freedom.
fn second_order(result: TestResult, sum: f64, d: f64, nu: f64) -> Result<TestResult, Error> {
    let f = result.statistic / sum;
    let judged = tails::f(f, d, d * nu)?;
    let result = TestResult { statistic: f, ..result };
    Ok(result.with("ndf", d).with("ddf", d * nu).judged(judged))
}
