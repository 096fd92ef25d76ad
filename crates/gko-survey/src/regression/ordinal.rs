//! Proportional odds models of ordered responses.
//!
//! # Estimator
//! `logit P(Y <= k) = zeta_k - eta`, `eta = offset + x b`, thresholds zeta rising.
//! b and zeta maximise the weighted log-likelihood; the score of row i is
//! `u_i = H^-1 d log P(y_i) / d(b, zeta)`, H the negative second derivative.
//!
//! # Assumptions
//! One b for all thresholds. Every level has rows.
//!
//! # References
//! McCullagh (1980), JRSS B 42, 109-142; R survey 4.5 `svyolr`, `MASS::polr`;
//! Stata `svy: ologit`. R stops its optimiser at 1e-8 of the likelihood and takes
//! the second derivative by differences: about 1e-5 of its figures are noise.

use nalgebra::Cholesky;

use super::error::ModelError;
use super::glm::spread;
use super::linear::check_rank;
use super::matrix::INTERCEPT;
use super::model::Model;
use super::ordinal_newton::{Ordered, derivatives};
use super::variable::{Values, Variable, index};
use crate::{Error, Matrix, Statistic};

/// A proportional odds model; its values are the coefficients, then the thresholds.
///
/// # Example
/// Without variables the thresholds are the logits of the cumulative shares, 1/4 and 3/4.
/// ```
/// use gko_survey::Statistic;
/// use gko_survey::regression::{Model, ProportionalOdds, Terms, Variable};
///
/// let skill = Variable::factor("skill", &[0, 1, 2], &["low", "some", "high"])?;
/// let odds = ProportionalOdds::new(Model::new(skill, vec![], &Terms::new())?)?;
/// let zeta = odds.values(&[1.0, 2.0, 1.0])?;
/// assert_eq!(odds.terms(), ["low|some", "some|high"]);
/// assert!((zeta[0] + 3.0_f64.ln()).abs() < 1e-12 && (zeta[1] - 3.0_f64.ln()).abs() < 1e-12);
/// # Ok::<(), gko_survey::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct ProportionalOdds<'a> {
    model: Model<'a>,
    /// Positions of the columns that are not the intercept.
    columns: Vec<usize>,
    levels: Vec<String>,
    /// The rank of each level among those that are present.
    rank: Vec<Option<usize>>,
}

impl<'a> ProportionalOdds<'a> {
    /// A model of a factor, whose levels are in order. The model's intercept, if
    /// there is one, is left to the thresholds.
    ///
    /// # Errors
    /// A response that is no factor of at least three levels.
    pub fn new(model: Model<'a>) -> Result<Self, Error> {
        let Values::Factor { levels, present, .. } = &model.response.values else {
            return Err(ModelError::OrderedLevels { levels: 0, empty: Vec::new() }.into());
        };
        let kept = levels.iter().zip(present).filter(|(_, present)| **present);
        let names: Vec<String> = kept.map(|(level, _)| level.clone()).collect();
        if names.len() < 3 {
            let (levels, empty) = (names.len(), Vec::new());
            return Err(ModelError::OrderedLevels { levels, empty }.into());
        }
        let rank = ranks(present);
        let terms = model.layout.term_of();
        let columns = (0..terms.len()).filter(|&at| terms.get(at) != Some(&0)).collect();
        Ok(Self { model, columns, levels: names, rank })
    }

    /// The model of the mean.
    #[must_use]
    pub fn model(&self) -> &Model<'a> {
        &self.model
    }

    /// The levels, in order.
    #[must_use]
    pub fn levels(&self) -> &[String] {
        &self.levels
    }

    /// How many of the values are coefficients; the others are thresholds.
    #[must_use]
    pub fn coefficients(&self) -> usize {
        self.columns.len()
    }

    /// The positions of the coefficients of some terms.
    pub(super) fn coefficients_of(&self, labels: &[&str]) -> Result<Vec<usize>, Error> {
        let wanted = self.model.layout.columns_of(labels)?;
        let own = self.columns.iter().enumerate().filter(|(_, column)| wanted.contains(column));
        Ok(own.map(|(at, _)| at).collect())
    }

    /// The columns of new rows, without the intercept.
    pub(super) fn own_columns(&self, variables: &[Variable<'_>]) -> Result<Matrix, Error> {
        Ok(self.model.layout.matrix(variables)?.select_columns(&self.columns))
    }

    pub(super) fn data(&self, weights: &[f64]) -> Result<(Ordered, Vec<usize>), Error> {
        let rows = self.model.used(weights)?;
        let x = self.model.matrix.select_rows(&rows);
        self.check_columns(&x)?;
        let raw: Vec<f64> = rows.iter().filter_map(|&row| weights.get(row).copied()).collect();
        let y = rows.iter().map(|&row| self.level(row)).collect::<Result<Vec<_>, _>>()?;
        let all = self.model.layout.labels();
        let data = Ordered {
            x: x.select_columns(&self.columns),
            offset: rows.iter().map(|&row| self.model.offset_of(row)).collect(),
            labels: self.columns.iter().filter_map(|&at| all.get(at).cloned()).collect(),
            thresholds: self.levels.len() - 1,
            weights: raw,
            y,
        };
        self.check_levels(&data)?;
        Ok((data, rows))
    }

    /// The thresholds stand for the intercept, so it takes part in the rank.
    fn check_columns(&self, x: &Matrix) -> Result<(), ModelError> {
        let names = self.model.layout.names();
        let own = self.columns.iter().filter_map(|&at| names.get(at).cloned());
        let names: Vec<String> = std::iter::once(INTERCEPT.to_owned()).chain(own).collect();
        check_rank(&x.select_columns(&self.columns).insert_column(0, 1.0), &names)
    }

    fn level(&self, row: usize) -> Result<usize, ModelError> {
        let Values::Factor { codes, .. } = &self.model.response.values else { return Ok(0) };
        let code = codes.get(row).copied().unwrap_or(u32::MAX);
        self.rank.get(index(code)).copied().flatten().ok_or_else(|| ModelError::UnknownLevel {
            variable: self.model.response.name().to_owned(),
            row,
            value: code,
            levels: self.levels.len(),
        })
    }

    fn check_levels(&self, data: &Ordered) -> Result<(), ModelError> {
        let levels = self.levels.iter().enumerate();
        let without = levels.filter(|(at, _)| !data.y.contains(at));
        let empty: Vec<String> = without.map(|(_, level)| level.clone()).collect();
        if empty.is_empty() {
            return Ok(());
        }
        Err(ModelError::OrderedLevels { levels: self.levels.len(), empty })
    }
}

impl Statistic for ProportionalOdds<'_> {
    fn terms(&self) -> Vec<String> {
        let names = self.model.layout.names();
        let coefficients = self.columns.iter().filter_map(|&at| names.get(at).cloned());
        let pairs = self.levels.iter().zip(self.levels.iter().skip(1));
        coefficients.chain(pairs.map(|(low, high)| format!("{low}|{high}"))).collect()
    }

    fn values(&self, weights: &[f64]) -> Result<Vec<f64>, Error> {
        let (data, _) = self.data(weights)?;
        Ok(data.solve()?)
    }

    fn scores(&self, weights: &[f64], values: &[f64]) -> Result<Matrix, Error> {
        let (data, rows) = self.data(weights)?;
        let derivatives = derivatives(&data, values);
        let inverse = Cholesky::new(derivatives.information).ok_or(ModelError::NotConverged {
            what: "information of the proportional odds model",
            iterations: 0,
            change: f64::NAN,
        })?;
        let scores = derivatives.gradients * inverse.inverse();
        Ok(spread(&scores, &rows, weights.len()))
    }
}

/// Consecutive numbers for the levels that are present.
fn ranks(present: &[bool]) -> Vec<Option<usize>> {
    let mut next = 0..;
    present.iter().map(|&here| if here { next.next() } else { None }).collect()
}
