//! Log-linear models of a weighted table.
//!
//! # Estimator
//! p the weighted shares of the cells of the table, n the rows. `ln(n pi) = X theta`
//! is fitted to the counts n p as if they were Poisson, with sum contrasts. With
//! `D = X'(diag(pi) - pi pi')X`, X without intercept, and V the design's
//! covariance of p: `Var(theta) = D^-1 X'VX D^-1`; the score of a row in cell c is
//! `u = D^-1 X'(e_c - p) / sum of w`.
//!
//! # Assumptions
//! Every combination of levels is possible. n counts all rows of the domain, those
//! with a missing value included, as in R; it scales deviance and Pearson's
//! statistic alike and the coefficients not at all.
//!
//! # References
//! Rao and Scott (1984), Annals of Statistics 12, 46-60; R survey 4.5 `svyloglin`.

use super::contrast::Contrasts;
use super::error::ModelError;
use super::family::Family;
use super::fit::count;
use super::irls::{Data, Plan, Solution};
use super::iteration::Iteration;
use super::linear::check_rank;
use super::link::Link;
use super::matrix::Layout;
use super::terms::Terms;
use super::variable::{MISSING, Values, Variable, index};
use crate::error::same_length;
use crate::{Columns, Error, EstimatorError, Matrix, Mean, Statistic};

/// More cells than this are a mistake: the model has a matrix of them.
const CELLS: u64 = 4096;

/// A log-linear model; its values are the coefficients without the intercept.
///
/// # Example
/// Shares 1/8 and 7/8: the sum contrast is half of the log ratio.
/// ```
/// use gko_survey::Statistic;
/// use gko_survey::regression::{LogLinear, Terms, Variable};
///
/// let online = Variable::factor("online", &[0, 1, 1], &["no", "yes"])?;
/// let model = LogLinear::new(&[online], &Terms::new().main("online"))?;
/// let theta = model.values(&[1.0, 3.0, 4.0])?;
/// assert!((theta[0] + 0.5 * 7.0_f64.ln()).abs() < 1e-12);
/// # Ok::<(), gko_survey::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct LogLinear {
    pub(super) layout: Layout,
    /// The matrix of the cells, the first variable running fastest.
    pub(super) matrix: Matrix,
    /// The cell of each row, and the names of the cells.
    pub(super) cells: Vec<u32>,
    names: Vec<String>,
}

impl LogLinear {
    /// A model of the table of these factors.
    ///
    /// # Errors
    /// A variable that is no factor; more than 4096 cells; columns of different lengths; a term that
    /// names an unknown variable.
    pub fn new(variables: &[Variable<'_>], terms: &Terms) -> Result<Self, Error> {
        let rows = variables.first().map_or(0, Variable::rows);
        let table = Table::of(variables)?;
        table.check_size()?;
        for variable in variables {
            same_length(variable.name(), rows, variable.rows())?;
        }
        let cells: Vec<u32> = (0..rows).map(|row| table.cell(variables, row)).collect();
        let codes: Vec<Vec<u32>> = (0..variables.len()).map(|at| table.codes(at)).collect();
        let of_cells: Vec<Variable<'_>> =
            variables.iter().zip(&codes).map(|(one, codes)| one.with_codes(codes)).collect();
        let layout = Layout::new(&of_cells, terms, Contrasts::Sum)?;
        let matrix = layout.matrix(&of_cells)?;
        let names = cell_names(&of_cells, table.size());
        Ok(Self { layout, matrix, cells, names })
    }

    /// Names of the cells, such as `boy.no`.
    #[must_use]
    pub fn cells(&self) -> &[String] {
        &self.names
    }

    /// The terms of the model.
    #[must_use]
    pub fn terms_of_model(&self) -> &Terms {
        self.layout.terms()
    }

    /// The shares of the cells, as a statistic.
    pub(super) fn shares(&self) -> Mean<'_> {
        Mean::new(Columns::new().categories("", &self.cells, &self.names))
    }

    /// Fits the model to shares, n rows in all.
    pub(super) fn fit(&self, shares: &[f64], n: f64) -> Result<Solution, Error> {
        check_rank(&self.matrix, &self.layout.names())?;
        let data = Data {
            x: self.matrix.clone(),
            y: shares.iter().map(|share| n * share).collect(),
            offset: vec![0.0; shares.len()],
            weights: vec![1.0; shares.len()],
            labels: self.layout.labels(),
        };
        let iteration = Iteration::default();
        let plan = Plan { family: Family::Poisson, link: Link::Log, iteration };
        Ok(plan.fit(&data, None)?)
    }

    /// X without the intercept.
    pub(super) fn design(&self) -> Matrix {
        self.matrix.columns(1, self.matrix.ncols() - 1).clone_owned()
    }

    /// X D^-1 at fitted shares: what the coefficients make of the shares.
    pub(super) fn slopes(&self, fitted: &[f64]) -> Result<Matrix, Error> {
        let x = self.design();
        let information = x.tr_mul(&(multinomial(fitted) * &x));
        let inverse = information.try_inverse().ok_or(ModelError::NotConverged {
            what: "information of the log-linear model",
            iterations: 0,
            change: f64::NAN,
        })?;
        Ok(x * inverse)
    }
}

/// diag(p) - p p'.
pub(super) fn multinomial(shares: &[f64]) -> Matrix {
    let p = nalgebra::DVector::from_column_slice(shares);
    Matrix::from_diagonal(&p) - &p * p.transpose()
}

/// Fitted shares of a solution.
pub(super) fn fitted(solution: &Solution, n: f64) -> Vec<f64> {
    solution.means.iter().map(|mean| mean.mu / n).collect()
}

impl Statistic for LogLinear {
    fn terms(&self) -> Vec<String> {
        self.layout.names().into_iter().skip(1).collect()
    }

    fn values(&self, weights: &[f64]) -> Result<Vec<f64>, Error> {
        let shares = self.shares().values(weights)?;
        let solution = self.fit(&shares, count(weights.len()))?;
        Ok(solution.coefficients.into_iter().skip(1).collect())
    }

    fn scores(&self, weights: &[f64], _: &[f64]) -> Result<Matrix, Error> {
        let shares = self.shares();
        let values = shares.values(weights)?;
        let n = count(weights.len());
        let slopes = self.slopes(&fitted(&self.fit(&values, n)?, n))?;
        Ok(shares.scores(weights, &values)? * slopes)
    }
}

fn cell_names(of_cells: &[Variable<'_>], cells: usize) -> Vec<String> {
    let level = |one: &Variable<'_>, cell: usize| {
        let at = one.code(cell).map(index);
        at.and_then(|at| one.levels().get(at).cloned()).unwrap_or_default()
    };
    let name = |cell| of_cells.iter().map(|one| level(one, cell)).collect::<Vec<_>>().join(".");
    (0..cells).map(name).collect()
}

/// The sizes of a table's factors, empty levels left out.
struct Table {
    levels: Vec<Vec<u32>>,
}

impl Table {
    fn of(variables: &[Variable<'_>]) -> Result<Self, ModelError> {
        let kept = |one: &Variable<'_>| match &one.values {
            Values::Factor { present, .. } => Ok((0..)
                .zip(present)
                .filter_map(|(level, present)| present.then_some(level))
                .collect()),
            Values::Numeric(_) => Err(ModelError::NotInModel {
                what: "factor",
                name: one.name().to_owned(),
                known: "factors".to_owned(),
            }),
        };
        Ok(Self { levels: variables.iter().map(kept).collect::<Result<_, _>>()? })
    }

    /// Refuses a table that is too large for a matrix of its cells.
    fn check_size(&self) -> Result<(), Error> {
        let sizes = self.levels.iter().map(|levels| levels.len() as u64);
        let cells = sizes.fold(1, u64::saturating_mul);
        if cells <= CELLS {
            return Ok(());
        }
        Err(EstimatorError::TooManyCells { cells, limit: CELLS }.into())
    }

    fn size(&self) -> usize {
        self.levels.iter().map(Vec::len).product()
    }

    /// The position of a row's cell; missing if one of its values is.
    fn cell(&self, variables: &[Variable<'_>], row: usize) -> u32 {
        let mut at = 0_usize;
        for (variable, levels) in variables.iter().zip(&self.levels).rev() {
            let Some(level) = levels.iter().position(|&level| variable.code(row) == Some(level))
            else {
                return MISSING;
            };
            at = at * levels.len() + level;
        }
        u32::try_from(at).unwrap_or(MISSING)
    }

    /// The code of a variable in each cell.
    fn codes(&self, variable: usize) -> Vec<u32> {
        let before: usize = self.levels.iter().take(variable).map(Vec::len).product();
        let levels = self.levels.get(variable).map_or(&[][..], Vec::as_slice);
        let each = levels.iter().flat_map(|&level| std::iter::repeat_n(level, before));
        each.cycle().take(self.size()).collect()
    }
}
