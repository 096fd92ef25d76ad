//! A model of a response: its variables, its matrix, its offset, and the rows it can use.
//!
//! # Rule
//! `eta_i = offset_i + x_i b`. A row is complete if its response, its offset and
//! every variable of the model are there.

use super::contrast::Contrasts;
use super::error::ModelError;
use super::matrix::Layout;
use super::terms::Terms;
use super::variable::Variable;
use crate::domain::Domain;
use crate::error::same_length;
use crate::{Error, Matrix};

/// A response, the variables that explain it, and how.
///
/// # Example
/// ```
/// use gko_survey::Domain;
/// use gko_survey::regression::{Model, Terms, Variable};
///
/// let harm = [1.0, 0.0, f64::NAN];
/// let age = [9.0, 10.0, 11.0];
/// let harm = Variable::numeric("harm", &harm);
/// let age = vec![Variable::numeric("age", &age)];
/// let model = Model::new(harm, age, &Terms::new().main("age"))?;
/// let observed = model.observed(&Domain::all(3))?;
/// assert_eq!((observed.rows_inside(), observed.excluded()), (2, 1));
/// # Ok::<(), gko_survey::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Model<'a> {
    pub(super) response: Variable<'a>,
    pub(super) offset: Option<&'a [f64]>,
    pub(super) variables: Vec<Variable<'a>>,
    pub(super) layout: Layout,
    pub(super) matrix: Matrix,
}

impl<'a> Model<'a> {
    /// A model with treatment contrasts. A factor as the response is ordered, or
    /// for a binomial model an event at any level but the first.
    ///
    /// # Errors
    /// Columns of different lengths; a term that names an unknown variable.
    pub fn new(
        response: Variable<'a>,
        variables: Vec<Variable<'a>>,
        terms: &Terms,
    ) -> Result<Self, Error> {
        for variable in &variables {
            same_length(variable.name(), response.rows(), variable.rows())?;
        }
        let layout = Layout::new(&variables, terms, Contrasts::Treatment)?;
        let matrix = filled(&layout, &variables, response.rows())?;
        Ok(Self { response, offset: None, variables, layout, matrix })
    }

    /// The same model with a known part of the linear predictor.
    ///
    /// # Errors
    /// Another number of rows.
    pub fn with_offset(mut self, offset: &'a [f64]) -> Result<Self, Error> {
        same_length("offset", self.response.rows(), offset.len())?;
        self.offset = Some(offset);
        Ok(self)
    }

    /// The same response and variables with other terms.
    ///
    /// # Errors
    /// A term that names an unknown variable.
    pub fn with_terms(&self, terms: &Terms) -> Result<Self, Error> {
        let layout = Layout::new(&self.variables, terms, Contrasts::Treatment)?;
        let matrix = filled(&layout, &self.variables, self.response.rows())?;
        Ok(Self { layout, matrix, ..self.clone() })
    }

    /// The response.
    #[must_use]
    pub fn response(&self) -> &Variable<'a> {
        &self.response
    }

    /// Which column stands for what.
    #[must_use]
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// The model matrix; rows with a missing value hold NaN.
    #[must_use]
    pub fn matrix(&self) -> &Matrix {
        &self.matrix
    }

    /// The variables.
    #[must_use]
    pub fn variables(&self) -> &[Variable<'a>] {
        &self.variables
    }

    /// The complete rows of a domain: the others are taken out and counted.
    ///
    /// # Errors
    /// A domain of another number of rows.
    pub fn observed(&self, domain: &Domain) -> Result<Domain, Error> {
        let complete: Vec<bool> =
            (0..self.response.rows()).map(|row| self.first_missing(row).is_none()).collect();
        domain.observed_where(&complete)
    }

    /// The rows of positive weight, all of which must be complete.
    pub(super) fn used(&self, weights: &[f64]) -> Result<Vec<usize>, Error> {
        same_length("weights", self.response.rows(), weights.len())?;
        let positive = weights.iter().enumerate().filter(|(_, weight)| **weight > 0.0);
        let rows: Vec<usize> = positive.map(|(row, _)| row).collect();
        if rows.is_empty() {
            return Err(Error::EmptyDomain);
        }
        for &row in &rows {
            if let Some(column) = self.first_missing(row) {
                return Err(ModelError::Missing { row, column }.into());
            }
        }
        Ok(rows)
    }

    fn first_missing(&self, row: usize) -> Option<String> {
        if !self.response.is_known(row) {
            return Some(self.response.name().to_owned());
        }
        if !self.offset_of(row).is_finite() {
            return Some("offset".to_owned());
        }
        let at = self.matrix.row(row).iter().position(|cell| !cell.is_finite())?;
        self.layout.names().into_iter().nth(at)
    }

    /// The offset of a row, 0 where there is none.
    pub(super) fn offset_of(&self, row: usize) -> f64 {
        self.offset.and_then(|offset| offset.get(row)).copied().unwrap_or(0.0)
    }
}

/// The matrix, with as many rows as the response even if there is no variable.
fn filled(layout: &Layout, variables: &[Variable<'_>], rows: usize) -> Result<Matrix, ModelError> {
    if variables.is_empty() {
        return Ok(Matrix::from_element(rows, layout.names().len(), 1.0));
    }
    layout.matrix(variables)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model<'a>(y: &'a [f64], age: &'a [f64]) -> Result<Model<'a>, Error> {
        Model::new(
            Variable::numeric("y", y),
            vec![Variable::numeric("age", age)],
            &Terms::new().main("age"),
        )
    }

    #[test]
    fn missing_values_are_refused_by_row_and_column_where_they_are_used() {
        let model = model(&[1.0, 2.0, f64::NAN], &[1.0, f64::NAN, 3.0]).unwrap();
        assert_eq!(model.used(&[1.0, 0.0, 0.0]), Ok(vec![0]));
        let age = model.used(&[1.0, 1.0, 0.0]).unwrap_err();
        assert_eq!(age, ModelError::Missing { row: 1, column: "age".to_owned() }.into());
        let y = model.used(&[1.0, 0.0, 1.0]).unwrap_err();
        assert_eq!(y, ModelError::Missing { row: 2, column: "y".to_owned() }.into());
    }

    #[test]
    fn no_row_and_unequal_columns_are_refused() {
        assert_eq!(model(&[1.0], &[1.0]).unwrap().used(&[0.0]), Err(Error::EmptyDomain));
        assert_eq!(model(&[1.0], &[]).unwrap_err().code(), "GKO-S001");
        let offset = model(&[1.0], &[1.0]).unwrap().with_offset(&[]).unwrap_err();
        assert_eq!(offset.code(), "GKO-S001");
    }

    #[test]
    fn a_model_of_the_intercept_alone_has_its_rows() {
        let model =
            Model::new(Variable::numeric("y", &[1.0, 2.0]), Vec::new(), &Terms::new()).unwrap();
        assert_eq!(model.matrix().shape(), (2, 1));
    }
}
