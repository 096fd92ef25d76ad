//! Wald tests of independence.
//!
//! # Estimator
//! `Y = N_rc - N_r·N_c/N`, the cells less what independence expects; its covariance
//! W comes from that of the cells by the derivatives of Y. Over the cells beyond the
//! first row and column `Q = Y'W⁻¹Y`, with k = (R - 1)(C - 1) and nu degrees of
//! freedom of the design:
//! - Wald: `F = Q/k` against F(k, nu);
//! - adjusted Wald: `F = Q·(nu - k + 1)/(k·nu)` against F(k, nu - k + 1);
//! - score of working least squares: the score of the interactions in a regression
//!   of the row indicators is Y, so its form is Q too. R 4.5 states `Q/R²` against
//!   F(k, nu + 2 - R - C), and so do we; it favours the hypothesis where R² > k and
//!   changes when rows and columns are exchanged.
//!
//! # Assumptions
//! W needs an inverse: at least k degrees of freedom, and no empty row or column.
//! Where no denominator degrees of freedom are left there is no p-value; R's score
//! test takes 1 in their place.
//!
//! # References
//! Koch, Freeman & Freeman (1975) *Int. Stat. Rev.* 43, 59; Fellegi (1980) *JASA* 75,
//! 261; Thomas, Singh & Roberts (1996) *Int. Stat. Rev.* 64, 295; R survey 4.5
//! `svychisq`.

use crate::Matrix;
use crate::error::Error;
use crate::hypothesis::algebra::quadratic_form;
use crate::hypothesis::error::HypothesisError;
use crate::hypothesis::result::TestResult;
use crate::hypothesis::table::Table;
use crate::hypothesis::table_statistic::TableStatistic;
use crate::hypothesis::tails;

/// A variance of a cell below this part of the squared sum of cells counts as 0.
const NO_SPREAD: f64 = 1e-18;

/// Statistic and p-value by weighted counts of the cells.
pub(crate) fn test(table: &Table<'_>, kind: TableStatistic) -> Result<TestResult, Error> {
    let estimation = table.totals()?;
    let cells = estimation.values();
    let (k, nu) = (table.interactions(), table.df);
    let ddf = match kind {
        TableStatistic::WlsScore => nu + 2.0 - (table.rows + table.columns) as f64,
        TableStatistic::AdjustedWald => nu - k + 1.0,
        _ => nu,
    };
    let f = match kind {
        _ if ddf <= 0.0 => f64::NAN,
        TableStatistic::WlsScore => {
            form(table, cells, estimation.covariance())? / (table.rows * table.rows) as f64
        }
        // ddf / nu is 1 without the correction.
        _ => form(table, cells, estimation.covariance())? * ddf / (k * nu),
    };
    let result = TestResult::new(kind.in_words().to_owned(), "F", f);
    let result = result.with("ndf", k).with("ddf", ddf).judged(tails::f(f, k, ddf)?);
    Ok(table.describe(result, cells))
}

/// `Y'W⁻¹Y` over the cells beyond the first row and column.
fn form(table: &Table<'_>, cells: &[f64], covariance: &Matrix) -> Result<f64, Error> {
    let inner: Vec<usize> =
        (table.rows..cells.len()).filter(|cell| cell % table.rows > 0).collect();
    let jacobian = jacobian(table, cells, &inner);
    let expected = table.expected(cells);
    let y: Vec<f64> = inner.iter().map(|&cell| cells[cell] - expected[cell]).collect();
    let w = &jacobian * covariance * jacobian.transpose();
    let singular = |at: usize| {
        HypothesisError::SingularCovariance { at: table.labels[inner[at]].clone() }.into()
    };
    let all: f64 = cells.iter().sum();
    // Of cells that the weights are calibrated to rounding is left.
    match w.diagonal().iter().position(|&v| v <= NO_SPREAD * all * all) {
        Some(at) => Err(singular(at)),
        None => quadratic_form(&y, &w).map_err(singular),
    }
}

/// Derivatives of Y in all cells.
fn jacobian(table: &Table<'_>, cells: &[f64], inner: &[usize]) -> Matrix {
    let (rows, columns) = table.margins(cells);
    let all: f64 = cells.iter().sum();
    Matrix::from_fn(inner.len(), cells.len(), |at, cell| {
        let (row, column) = (inner[at] % table.rows, inner[at] / table.rows);
        let same = |yes: bool| f64::from(u8::from(yes));
        let in_row = same(cell % table.rows == row) * columns[column] / all;
        let in_column = same(cell / table.rows == column) * rows[row] / all;
        let both = rows[row] * columns[column] / (all * all);
        same(cell == inner[at]) - in_row - in_column + both
    })
}
