//! Tests of terms: Wald, working Wald and working likelihood ratio.
//!
//! # Estimator
//! For the q coefficients b of the terms, V their covariance under the design and
//! V0 the naive one. Wald: `b' V^-1 b / q` against F(q, ddf), or `b' V^-1 b`
//! against chi-squared(q). Working Wald: `b' V0^-1 b`, and working likelihood
//! ratio: the rise of the deviance without the terms; both against `sum of
//! lambda_j Z_j²`, over an independent chi-squared(ddf)/ddf where ddf is finite,
//! lambda the eigenvalues of `V0^-1 V`.
//!
//! # Assumptions
//! Many PSUs against q: with few degrees of freedom the Wald test is too liberal
//! and the working tests are to be preferred.
//!
//! # References
//! Rao and Scott (1984), Annals of Statistics 12, 46-60; Lumley and Scott (2014),
//! Australian and New Zealand Journal of Statistics 56, 1-14; R survey 4.5 `regTermTest`, `anova.svyglm`;
//! Stata `testparm`.

use nalgebra::{Cholesky, DVector, Dyn, SymmetricEigen};

use super::error::ModelError;
use super::fit::{GlmFit, count};
use super::glm::Glm;
use super::matrix::INTERCEPT;
use super::ordinal_fit::OrdinalFit;
use crate::dist::f;
use crate::dist::mixture::{self, Method};
use crate::{Domain, Error, Matrix, Survey};

/// Below this share of its variance a coefficient is determined by the others.
const SINGULAR: f64 = 1e-12;

/// How terms are tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TestMethod {
    /// Against the design's covariance.
    #[default]
    Wald,
    /// Against the naive covariance, corrected in its distribution.
    WorkingWald,
    /// By the deviance, corrected in its distribution.
    WorkingLikelihoodRatio,
}

named!(TestMethod, "test of terms", {
    Wald => "wald",
    WorkingWald => "working-wald",
    WorkingLikelihoodRatio => "working-lrt",
});

/// The denominator's degrees of freedom.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum DenominatorDf {
    /// The model's residual degrees of freedom, as R's `df = NULL`.
    #[default]
    Residual,
    /// None: a chi-squared test.
    Infinite,
    /// These.
    Given(f64),
}

/// The settings of a test.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[non_exhaustive]
pub struct TestOptions {
    /// Which test.
    pub method: TestMethod,
    /// Against which denominator.
    pub df: DenominatorDf,
    /// How the tail of a weighted sum of chi-squared variables is worked out.
    pub mixture: Method,
}

impl TestOptions {
    /// A test by this method, with what is usual otherwise.
    #[must_use]
    pub fn by(method: TestMethod) -> Self {
        Self { method, ..Self::default() }
    }

    /// The same test against other degrees of freedom.
    #[must_use]
    pub fn with_df(self, df: DenominatorDf) -> Self {
        Self { df, ..self }
    }

    /// The same test with another way to the tail.
    #[must_use]
    pub fn with_mixture(self, mixture: Method) -> Self {
        Self { mixture, ..self }
    }
}

/// What a test of terms says.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct TermTest {
    /// The terms under test.
    pub terms: Vec<String>,
    /// Which test.
    pub method: TestMethod,
    /// The quadratic form, or the rise of the deviance.
    pub chi_squared: f64,
    /// Coefficients under test.
    pub df: usize,
    /// The denominator's degrees of freedom; infinite for a chi-squared test.
    pub ddf: f64,
    /// The p-value; none where the denominator has no degrees of freedom.
    pub p: Option<f64>,
    /// The weights of the chi-squared variables, largest first; none for Wald.
    pub lambda: Vec<f64>,
}

impl TermTest {
    /// The quadratic form per coefficient: the F statistic of a Wald test.
    #[must_use]
    pub fn f(&self) -> f64 {
        self.chi_squared / count(self.df)
    }
}

/// Coefficients, and the two covariances that a test weighs.
struct Tested<'m> {
    names: Vec<String>,
    coefficients: &'m [f64],
    covariance: &'m Matrix,
    naive: &'m Matrix,
    columns: Vec<usize>,
    df_residual: f64,
}

impl GlmFit<'_> {
    /// Tests terms, named by label; `(Intercept)` names the intercept.
    ///
    /// # Example
    /// The square of t is the F of a single coefficient.
    /// ```
    /// use gko_survey::regression::{Family, Glm, Link, Model, TestOptions, Terms, Variable};
    /// use gko_survey::{Design, Domain, Survey};
    ///
    /// let (hours, age) = ([1.0, 2.0, 2.0, 5.0], [0.0, 1.0, 2.0, 3.0]);
    /// let age = vec![Variable::numeric("age", &age)];
    /// let model = Model::new(Variable::numeric("hours", &hours), age, &Terms::new().main("age"))?;
    /// let survey = Survey::new(Design::builder(4).weights(&[1.0; 4]).build()?);
    /// let fit = Glm::new(model, Family::Gaussian, Link::Identity)?.estimate(&survey, &Domain::all(4))?;
    /// let test = fit.test(&["age"], TestOptions::default())?;
    /// let t = fit.table(0.95)?[1].t;
    /// assert!((test.f() - t * t).abs() < 1e-9);
    /// # Ok::<(), gko_survey::Error>(())
    /// ```
    ///
    /// # Errors
    /// A label that is no term; a covariance that cannot be inverted; for the
    /// likelihood ratio, what the model without the terms refuses.
    pub fn test(&self, labels: &[&str], options: TestOptions) -> Result<TermTest, Error> {
        let tested = Tested {
            names: self.names(),
            coefficients: self.coefficients(),
            covariance: self.covariance(),
            naive: self.naive_covariance(),
            columns: self.model().layout().columns_of(labels)?,
            df_residual: self.df_residual(),
        };
        let rise = match options.method {
            TestMethod::WorkingLikelihoodRatio => {
                Some(self.deviance_without(labels)? - self.deviance())
            }
            _ => None,
        };
        tested.test(labels, options, rise)
    }

    /// The deviance in the same rows without some terms.
    fn deviance_without(&self, labels: &[&str]) -> Result<f64, Error> {
        let terms = self.model().layout().terms().without(labels);
        let terms = if labels.contains(&INTERCEPT) { terms.without_intercept() } else { terms };
        let glm = Glm { model: self.model().with_terms(&terms)?, ..self.glm.clone() };
        Ok(glm.solve(&self.weights)?.0.deviance)
    }
}

impl<'a> Glm<'a> {
    /// Tests the terms one after the other: each against the terms before it, in
    /// the rows that the model up to it has.
    ///
    /// # Errors
    /// As [`Glm::estimate`] and [`GlmFit::test`].
    pub fn anova(
        &self,
        survey: &Survey,
        domain: &Domain,
        options: TestOptions,
    ) -> Result<Vec<TermTest>, Error> {
        let terms = self.model.layout().terms().clone();
        let test = |at: usize, label: &String| {
            let model = self.model.with_terms(&terms.first(at + 1))?;
            let fit = Self { model, ..self.clone() }.estimate(survey, domain)?;
            fit.test(&[label], options)
        };
        terms.labels().iter().enumerate().map(|(at, label)| test(at, label)).collect()
    }
}

impl OrdinalFit<'_> {
    /// Tests terms, named by label, by Wald or working Wald.
    ///
    /// # Errors
    /// A label that is no term; a covariance that cannot be inverted; the
    /// likelihood ratio, which this model does not have.
    pub fn test(&self, labels: &[&str], options: TestOptions) -> Result<TermTest, Error> {
        if options.method == TestMethod::WorkingLikelihoodRatio {
            let (setting, got) = ("test of a proportional odds model", options.method.to_string());
            return Err(Error::UnknownName { setting, got, valid: "wald, working-wald" });
        }
        let tested = Tested {
            names: self.names(),
            coefficients: self.values(),
            covariance: self.covariance(),
            naive: self.naive_covariance(),
            columns: self.columns_of(labels)?,
            df_residual: self.df_residual(),
        };
        tested.test(labels, options, None)
    }
}

impl Tested<'_> {
    fn test(
        &self,
        labels: &[&str],
        options: TestOptions,
        rise: Option<f64>,
    ) -> Result<TermTest, Error> {
        let b: Vec<f64> =
            self.columns.iter().filter_map(|&at| self.coefficients.get(at).copied()).collect();
        let b = DVector::from_vec(b);
        let under_design = self.part(self.covariance);
        let naive = self.part(self.naive);
        let wald = options.method == TestMethod::Wald;
        let root = self.root(if wald { &under_design } else { &naive })?;
        let chi_squared = rise.unwrap_or_else(|| b.dot(&root.solve(&b)));
        let lambda = if wald { Vec::new() } else { eigenvalues(&root, &under_design) };
        let df = self.columns.len();
        let ddf = match options.df {
            DenominatorDf::Residual => self.df_residual,
            DenominatorDf::Infinite => f64::INFINITY,
            DenominatorDf::Given(df) => df,
        };
        let p = tail(chi_squared, count(df), ddf, &lambda, options)?;
        let terms = labels.iter().map(|&label| label.to_owned()).collect();
        Ok(TermTest { terms, method: options.method, chi_squared, df, ddf, p, lambda })
    }

    fn part(&self, all: &Matrix) -> Matrix {
        all.select_rows(&self.columns).select_columns(&self.columns)
    }

    /// The Cholesky root of a covariance that has its full rank.
    fn root(&self, matrix: &Matrix) -> Result<Cholesky<f64, Dyn>, Error> {
        let spread: Vec<f64> = matrix.diagonal().iter().copied().collect();
        let full = |root: &Cholesky<f64, Dyn>| {
            let left = root.l_dirty().diagonal();
            left.iter().zip(&spread).all(|(left, all)| left * left > SINGULAR * all)
        };
        Cholesky::new(matrix.clone()).filter(full).ok_or_else(|| {
            let name = |&at: &usize| self.names.get(at).cloned().unwrap_or_default();
            let columns = self.columns.iter().map(name).collect();
            ModelError::SingularCovariance { columns, df: self.df_residual }.into()
        })
    }
}

/// Eigenvalues of V0^-1 V, largest first.
pub(super) fn eigenvalues(naive: &Cholesky<f64, Dyn>, under_design: &Matrix) -> Vec<f64> {
    let l = naive.l();
    let half = l.solve_lower_triangular(under_design).unwrap_or_else(|| under_design.clone());
    let both = l.solve_lower_triangular(&half.transpose()).unwrap_or(half);
    let symmetric = (&both + both.transpose()) / 2.0;
    let mut values: Vec<f64> = SymmetricEigen::new(symmetric).eigenvalues.iter().copied().collect();
    values.sort_by(|one, two| two.total_cmp(one));
    values
}

fn tail(
    chi_squared: f64,
    df: f64,
    ddf: f64,
    lambda: &[f64],
    options: TestOptions,
) -> Result<Option<f64>, Error> {
    if !(ddf > 0.0 && df > 0.0) {
        return Ok(None);
    }
    let p = match options.method {
        TestMethod::Wald => f::upper(chi_squared / df, df, ddf)?,
        _ => mixture::upper_f(chi_squared, lambda, ddf, options.mixture)?,
    };
    Ok(Some(p))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tested<'m>(b: &'m [f64], covariance: &'m Matrix, naive: &'m Matrix) -> Tested<'m> {
        let names = ["b", "c"].map(str::to_owned).to_vec();
        let columns = (0..b.len()).collect();
        Tested { names, coefficients: b, covariance, naive, columns, df_residual: 10.0 }
    }

    #[test]
    fn every_name_is_read_back_and_listed() {
        for one in TestMethod::ALL {
            assert_eq!(one.as_str().parse(), Ok(one));
            assert!(TestMethod::NAMES.contains(one.as_str()));
        }
        assert!("score".parse::<TestMethod>().is_err());
    }

    #[test]
    fn where_the_naive_covariance_is_right_the_working_test_is_an_f_test() {
        let v = Matrix::from_row_slice(2, 2, &[2.0, 0.5, 0.5, 1.0]);
        let one = tested(&[1.0, 2.0], &v, &v);
        let wald = one.test(&["x"], TestOptions::default(), None).unwrap();
        let exact = TestOptions::by(TestMethod::WorkingWald).with_mixture(Method::Integration);
        let working = one.test(&["x"], exact, None).unwrap();
        assert!(working.lambda.iter().all(|lambda| (lambda - 1.0).abs() < 1e-14));
        assert!((working.chi_squared - wald.chi_squared).abs() < 1e-13);
        assert!((working.p.unwrap() / wald.p.unwrap() - 1.0).abs() < 1e-9);
    }

    #[test]
    fn lambda_are_the_eigenvalues_of_the_quotient() {
        let v = Matrix::from_row_slice(2, 2, &[3.0, 0.0, 0.0, 8.0]);
        let naive = Matrix::from_row_slice(2, 2, &[1.0, 0.0, 0.0, 4.0]);
        let options = TestOptions::by(TestMethod::WorkingWald);
        let test = tested(&[1.0, 2.0], &v, &naive).test(&["x"], options, None).unwrap();
        assert_eq!(test.lambda, [3.0, 2.0]);
        assert!((test.chi_squared - 2.0).abs() < 1e-15);
    }

    #[test]
    fn a_singular_covariance_is_refused_with_its_coefficients() {
        let v = Matrix::from_row_slice(2, 2, &[1.0, 1.0, 1.0, 1.0]);
        let refused = tested(&[1.0, 2.0], &v, &v).test(&["x"], TestOptions::default(), None);
        let refused = refused.unwrap_err();
        assert_eq!(refused.code(), "GKO-S112");
        assert!(refused.to_string().contains("b, c"));
    }

    #[test]
    fn without_degrees_of_freedom_there_is_no_p() {
        let v = Matrix::identity(1, 1);
        let options = TestOptions::default().with_df(DenominatorDf::Given(0.0));
        assert_eq!(tested(&[1.0], &v, &v).test(&["x"], options, None).unwrap().p, None);
    }
}
