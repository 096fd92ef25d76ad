//! Predictions of a fitted model for new rows, with their covariance.
//!
//! # Estimator
//! On the scale of the link `eta = offset + x b` with covariance `X V X'`; on the
//! scale of the response `g^-1(eta)` with `D X V X' D`, D the slopes `d mu / d eta`
//! (delta method).
//!
//! # Assumptions
//! The new rows are fixed. R's `predict.svyglm` leaves the offset out; here it is
//! what the caller passes, so that passing none gives R's figures.
//!
//! # References
//! R survey 4.5 `predict.svyglm(vcov = TRUE)`; Stata `predictnl`.

use super::error::ModelError;
use super::fit::GlmFit;
use super::linear::times;
use super::variable::Variable;
use crate::error::same_length;
use crate::{Error, Matrix};

/// The scale of a prediction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scale {
    /// That of the response.
    #[default]
    Response,
    /// That of the link.
    Link,
}

/// Predicted values and what their covariance is made of.
#[derive(Debug, Clone, PartialEq)]
pub struct Prediction {
    values: Vec<f64>,
    /// Values by coefficients: the derivatives G.
    gradient: Matrix,
    /// Covariance V of the coefficients.
    inner: Matrix,
}

impl Prediction {
    /// Values whose covariance is G V G'.
    pub(super) fn new(values: Vec<f64>, gradient: Matrix, inner: Matrix) -> Self {
        Self { values, gradient, inner }
    }

    /// A value per new row, or per level.
    #[must_use]
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// Standard errors.
    #[must_use]
    pub fn se(&self) -> Vec<f64> {
        let spread = &self.gradient * &self.inner;
        let rows = spread.row_iter().zip(self.gradient.row_iter());
        rows.map(|(one, two)| one.dot(&two).sqrt()).collect()
    }

    /// The covariance of all values: as many rows and columns as values.
    #[must_use]
    pub fn covariance(&self) -> Matrix {
        &self.gradient * &self.inner * self.gradient.transpose()
    }
}

impl GlmFit<'_> {
    /// Predicts new rows, which must hold every variable of the model by name.
    ///
    /// # Example
    /// ```
    /// use gko_survey::regression::{Family, Glm, Link, Model, Scale, Terms, Variable};
    /// use gko_survey::{Design, Domain, Survey};
    ///
    /// let (hours, age) = ([1.0, 2.0, 2.0, 5.0], [0.0, 1.0, 2.0, 3.0]);
    /// let hours = Variable::numeric("hours", &hours);
    /// let age = vec![Variable::numeric("age", &age)];
    /// let model = Model::new(hours, age, &Terms::new().main("age"))?;
    /// let survey = Survey::new(Design::builder(4).weights(&[1.0; 4]).build()?);
    /// let fit = Glm::new(model, Family::Gaussian, Link::Identity)?.estimate(&survey, &Domain::all(4))?;
    /// let at_ten = fit.predict(&[Variable::numeric("age", &[10.0])], None, Scale::Response)?;
    /// assert!((at_ten.values()[0] - 12.7).abs() < 1e-10);
    /// # Ok::<(), gko_survey::Error>(())
    /// ```
    ///
    /// # Errors
    /// A variable that is not there or that has other levels; a missing value; an
    /// offset of another length.
    pub fn predict(
        &self,
        variables: &[Variable<'_>],
        offset: Option<&[f64]>,
        scale: Scale,
    ) -> Result<Prediction, Error> {
        let mut x = self.model().layout().matrix(variables)?;
        let offset = offset.map_or_else(|| vec![0.0; x.nrows()], <[f64]>::to_vec);
        same_length("offset", x.nrows(), offset.len())?;
        self.check_new(&x)?;
        let mut values = times(&x, self.coefficients());
        values.iter_mut().zip(&offset).for_each(|(eta, offset)| *eta += offset);
        if scale == Scale::Response {
            for (mut row, value) in x.row_iter_mut().zip(&mut values) {
                let mean = self.glm.link().mean(*value);
                row *= mean.slope;
                *value = mean.mu;
            }
        }
        Ok(Prediction::new(values, x, self.covariance().clone()))
    }

    fn check_new(&self, x: &Matrix) -> Result<(), ModelError> {
        for (at, column) in x.column_iter().enumerate() {
            if let Some(row) = column.iter().position(|cell| !cell.is_finite()) {
                let column = self.names().into_iter().nth(at).unwrap_or_default();
                return Err(ModelError::Missing { row, column });
            }
        }
        Ok(())
    }
}
