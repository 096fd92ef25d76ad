//! The model of responding in one group.
//!
//! # Estimator
//! `p_i = 1 / (1 + exp(-x_i b))`, b the weighted maximum likelihood of responding
//! ([`gko_survey::regression::Glm`], binomial, logit) over the cases that are or
//! may be eligible. The weight in the model is `d_i m_i`, or `m_i` in an unweighted
//! one: `m_i = 1` for a case known to be eligible, `e` for one of unknown
//! eligibility, which counts as not responding.
//!
//! # Assumptions
//! Where all eligible cases responded there is nothing to explain: p = 1.
//!
//! # References
//! Valliant, Dever, Kreuter (2018), ch. 13; R survey `svyglm(family =
//! quasibinomial)`, and `glm` for the unweighted model.

use gko_survey::Statistic;
use gko_survey::regression::{Family, Glm, Link, Model, Terms, Variable};

use super::error::{Lacking, NonresponseError};
use super::sampled::{Category, check_known, check_length};
use crate::sample::MISSING;

/// What may explain who responds: a number or a category per row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Predictor<'a> {
    /// A number per row.
    Number {
        /// Its name, as terms use it.
        name: &'a str,
        /// Its values.
        values: &'a [f64],
    },
    /// A category; the first level that a group has is its reference.
    Category(Category<'a>),
}

impl Predictor<'_> {
    pub(super) fn check_rows(&self, rows: usize) -> Result<(), NonresponseError> {
        match self {
            Self::Number { name, values } => check_length(name, rows, values.len()),
            Self::Category(one) => check_length(one.name, rows, one.codes.len()),
        }
    }

    /// Refuses rows, among those that enter a model, that lack a value.
    pub(super) fn check_known(&self, rows: &[usize]) -> Result<(), NonresponseError> {
        let rows = rows.iter().copied();
        match self {
            Self::Number { name, values } => {
                check_known(name, rows.filter(|&row| values[row].is_nan()))
            }
            Self::Category(one) => {
                check_known(one.name, rows.filter(|&row| one.codes[row] == MISSING))
            }
        }
    }

    /// The values of some rows, all of which must be known.
    fn gather(&self, rows: &[usize]) -> Result<Column, NonresponseError> {
        match self {
            Self::Number { name, values } => {
                let value = |&row: &usize| {
                    let value = values.get(row).copied().unwrap_or(f64::NAN);
                    let refused =
                        || NonresponseError::NotFinite { variable: (*name).to_owned(), row, value };
                    value.is_finite().then_some(value).ok_or_else(refused)
                };
                let values = rows.iter().map(value).collect::<Result<_, _>>()?;
                Ok(Column::Number { name: (*name).to_owned(), values })
            }
            Self::Category(one) => Ok(Column::Category {
                name: one.name.to_owned(),
                codes: rows.iter().map(|&row| one.code(row)).collect::<Result<_, _>>()?,
                levels: one.levels.to_vec(),
            }),
        }
    }
}

/// A predictor's values in one group.
#[derive(Debug, Clone, PartialEq)]
enum Column {
    Number { name: String, values: Vec<f64> },
    Category { name: String, codes: Vec<u32>, levels: Vec<String> },
}

impl Column {
    fn variable(&self) -> Result<Variable<'_>, gko_survey::Error> {
        match self {
            Self::Number { name, values } => Ok(Variable::numeric(name, values)),
            Self::Category { name, codes, levels } => {
                let levels: Vec<&str> = levels.iter().map(String::as_str).collect();
                let used = vec![true; codes.len()];
                Ok(Variable::factor(name, codes, &levels)?.without_empty_levels(&used)?)
            }
        }
    }
}

/// The cases of a group that are or may be eligible, and what explains them.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ResponseModel {
    /// The group in words.
    pub(super) place: String,
    /// The rows of its cases.
    pub(super) rows: Vec<usize>,
    /// 1 where a case responded, 0 where not.
    pub(super) responded: Vec<f64>,
    columns: Vec<Column>,
    terms: Terms,
}

/// Coefficients with their names, and the propensities that they give.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Propensities {
    pub(super) coefficients: Vec<(String, f64)>,
    pub(super) values: Vec<f64>,
}

impl ResponseModel {
    pub(super) fn new(
        place: String,
        rows: Vec<usize>,
        responded: Vec<f64>,
        predictors: &[Predictor<'_>],
        terms: &Terms,
    ) -> Result<Self, NonresponseError> {
        let columns = predictors.iter().map(|one| one.gather(&rows)).collect::<Result<_, _>>()?;
        Ok(Self { place, rows, responded, columns, terms: terms.clone() })
    }

    /// Whether at these weights some cases responded and some did not, so that
    /// there is something to explain.
    pub(super) fn explains(&self, weights: &[f64]) -> Result<bool, NonresponseError> {
        let sum = |response: f64| -> f64 {
            let cases = self.responded.iter().zip(weights).filter(|(one, _)| **one == response);
            cases.map(|(_, weight)| weight).sum()
        };
        let (silent, responded) = (sum(0.0), sum(1.0));
        if silent > 0.0 && responded == 0.0 {
            let place = self.place.clone();
            return Err(NonresponseError::NoRespondents {
                place,
                weight: silent,
                lacking: Lacking::Group,
            });
        }
        Ok(silent > 0.0)
    }

    /// The propensities at weights of the group's cases.
    pub(super) fn fit(&self, weights: &[f64]) -> Result<Propensities, NonresponseError> {
        if !self.explains(weights)? {
            return Ok(Propensities { coefficients: vec![], values: vec![1.0; weights.len()] });
        }
        self.regress(weights)
            .map_err(|source| NonresponseError::Model { place: self.place.clone(), source })
    }

    fn regress(&self, weights: &[f64]) -> Result<Propensities, gko_survey::Error> {
        let response = Variable::numeric("response", &self.responded);
        let variables = self.columns.iter().map(Column::variable).collect::<Result<_, _>>()?;
        let model = Model::new(response, variables, &self.terms)?;
        let glm = Glm::new(model, Family::Binomial, Link::Logit)?;
        let b = glm.values(weights)?;
        let rows = glm.model().matrix().row_iter();
        let predictor = rows.map(|row| row.iter().zip(&b).map(|(x, b)| x * b).sum::<f64>());
        let values = predictor.map(|eta| 1.0 / (1.0 + (-eta).exp())).collect();
        Ok(Propensities { coefficients: glm.terms().into_iter().zip(b).collect(), values })
    }
}
