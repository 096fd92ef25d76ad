//! A fitted log-linear model, and the comparison of two of them.
//!
//! # Estimator
//! Of a smaller model (pi0) inside a larger one (pi1): deviance `G² = D0 - D1` and
//! Pearson's `X² = n sum of (pi1 - pi0)²/pi0`. With W the columns of the larger
//! model's X freed of the smaller one's in the metric of pi1, q of them
//! independent, `P = (diag(p) - p p')/n` and V the design's covariance of p, the
//! eigenvalues lambda of `(W'PW)^-1 W'VW` are the design effects. p-values: first
//! order `q X²/sum(lambda)` against chi-squared(q); F: `X²/sum(lambda)` against
//! F(d, d nu), `d = sum(lambda)²/sum(lambda²)`, nu the design's degrees of freedom;
//! mixture: `sum of lambda_j Z_j²`.
//!
//! # Assumptions
//! Both models are fitted to one table. R survey 4.5 has other p-values in three
//! places: in d of the F it adds up all entries of the quotient where Rao and Scott
//! have the trace of its square; for Pearson's statistic it multiplies d once more by
//! q; and in that statistic's mixture it takes the quotient for a symmetric matrix.
//! Here both statistics have one F and one lambda.
//!
//! # References
//! Rao and Scott (1984), Annals of Statistics 12, 46-60; R survey 4.5 `anova.svyloglin`.

use nalgebra::Cholesky;

use super::coefficients::{Coefficient, table};
use super::error::ModelError;
use super::fit::count;
use super::linear::dependent;
use super::loglinear::{LogLinear, fitted, multinomial};
use super::term_test::eigenvalues;
use crate::dist::mixture::{self, Method};
use crate::dist::{chi_squared, f};
use crate::{Domain, Error, Estimation, Matrix, Statistic, Survey};

/// A fitted log-linear model.
#[derive(Debug, Clone)]
pub struct LogLinearFit {
    model: LogLinear,
    shares: Estimation,
    coefficients: Vec<f64>,
    covariance: Matrix,
    fitted: Vec<f64>,
    deviance: f64,
    n: f64,
    design_df: f64,
}

impl LogLinear {
    /// Fits the model in a domain; rows with a missing value are left out and counted.
    ///
    /// # Errors
    /// Columns that the table cannot tell apart, empty cells that the model would
    /// fit as 0, an empty domain, and what the design refuses.
    pub fn estimate(&self, survey: &Survey, domain: &Domain) -> Result<LogLinearFit, Error> {
        let known: Vec<bool> = self.cells.iter().map(|&cell| cell != super::MISSING).collect();
        let observed = domain.observed_where(&known)?;
        if observed.weights(survey.weights()).iter().all(|&weight| weight <= 0.0) {
            return Err(Error::EmptyDomain);
        }
        let shares = survey.estimate(&self.shares(), &observed)?;
        let n = rows(domain);
        let solution = self.fit(shares.values(), n)?;
        let fitted = fitted(&solution, n);
        let slopes = self.slopes(&fitted)?;
        Ok(LogLinearFit {
            model: self.clone(),
            coefficients: solution.coefficients.iter().skip(1).copied().collect(),
            covariance: slopes.tr_mul(&(shares.covariance() * &slopes)),
            fitted,
            deviance: solution.deviance,
            n,
            design_df: survey.df(domain),
            shares,
        })
    }
}

impl LogLinearFit {
    /// Names of the coefficients, the intercept left out.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        self.model.terms()
    }

    /// The coefficients, the intercept left out.
    #[must_use]
    pub fn coefficients(&self) -> &[f64] {
        &self.coefficients
    }

    /// Their covariance under the design.
    #[must_use]
    pub fn covariance(&self) -> &Matrix {
        &self.covariance
    }

    /// Coefficients with standard error, t, p and interval; t on the design's
    /// degrees of freedom.
    ///
    /// # Errors
    /// A level outside (0, 1).
    pub fn table(&self, level: f64) -> Result<Vec<Coefficient>, Error> {
        table(&self.names(), &self.coefficients, &self.covariance, self.design_df, level)
    }

    /// Weighted shares of the cells, with their covariance.
    #[must_use]
    pub fn shares(&self) -> &Estimation {
        &self.shares
    }

    /// Fitted shares of the cells.
    #[must_use]
    pub fn fitted(&self) -> &[f64] {
        &self.fitted
    }

    /// Deviance of the table, whose counts add up to n.
    #[must_use]
    pub fn deviance(&self) -> f64 {
        self.deviance
    }

    /// Compares two models of one table, in any order.
    ///
    /// # Errors
    /// Neither contains the other; they were fitted to different tables.
    pub fn compare(&self, other: &Self) -> Result<LogLinearTest, Error> {
        let self_larger = self.coefficients.len() >= other.coefficients.len();
        let (large, small) = if self_larger { (self, other) } else { (other, self) };
        let (all, some) = (large.model.terms_of_model(), small.model.terms_of_model());
        let inside = some.labels().iter().all(|label| all.find(label).is_some());
        let same = large.shares.values() == small.shares.values();
        if !(inside && same && all.len() > some.len()) {
            let (first, second) = (self.labels(), other.labels());
            return Err(ModelError::NotNested { first, second }.into());
        }
        large.against(small)
    }

    fn labels(&self) -> String {
        self.model.terms_of_model().labels().join(" + ")
    }

    fn against(&self, small: &Self) -> Result<LogLinearTest, Error> {
        let w = self.beyond(small)?;
        let naive = w.tr_mul(&(multinomial(self.shares.values()) * &w)) / self.n;
        let under_design = w.tr_mul(&(self.shares.covariance() * &w));
        let root = Cholesky::new(naive).ok_or_else(|| self.singular())?;
        let pairs = self.fitted.iter().zip(&small.fitted);
        let distance: f64 = pairs.map(|(one, none)| (one - none).powi(2) / none).sum();
        Ok(LogLinearTest {
            deviance: small.deviance - self.deviance,
            pearson: self.n * distance,
            df: w.ncols(),
            lambda: eigenvalues(&root, &under_design),
            design_df: self.design_df,
        })
    }

    /// The independent columns of this model, freed of those of the smaller one.
    fn beyond(&self, small: &Self) -> Result<Matrix, Error> {
        let (x, base) = (self.model.design(), small.model.design());
        let metric = multinomial(&self.fitted);
        let inner = base.tr_mul(&(&metric * &base));
        let root = Cholesky::new(inner).ok_or_else(|| self.singular())?;
        let share = root.solve(&base.tr_mul(&(metric * &x)));
        let freed = x - base * share;
        // Columns of the smaller model leave rounding, which is no direction.
        let rounded = freed.map(|cell| (cell * 1e11).round() / 1e11);
        let gone = dependent(&rounded);
        let kept: Vec<usize> = (0..freed.ncols()).filter(|at| !gone.contains(at)).collect();
        Ok(freed.select_columns(&kept))
    }

    fn singular(&self) -> Error {
        ModelError::SingularCovariance { columns: self.names(), df: self.design_df }.into()
    }
}

/// How the p-value of a comparison is worked out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Correction {
    /// Rao and Scott's second order, against F.
    #[default]
    F,
    /// Rao and Scott's first order, against chi-squared.
    FirstOrder,
    /// The distribution itself, worked out by a method.
    Mixture(Method),
}

/// The comparison of two log-linear models.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct LogLinearTest {
    /// The fall of the deviance.
    pub deviance: f64,
    /// Pearson's distance between the two: R's score statistic.
    pub pearson: f64,
    /// Coefficients that the larger model has more.
    pub df: usize,
    /// Design effects, largest first.
    pub lambda: Vec<f64>,
    /// Degrees of freedom of the design.
    pub design_df: f64,
}

impl LogLinearTest {
    /// The p-value of the deviance.
    ///
    /// # Errors
    /// No degrees of freedom; a mixture that does not settle.
    pub fn p_of_deviance(&self, correction: Correction) -> Result<f64, Error> {
        self.p(self.deviance, correction)
    }

    /// The p-value of Pearson's distance.
    ///
    /// # Errors
    /// No degrees of freedom; a mixture that does not settle.
    pub fn p_of_pearson(&self, correction: Correction) -> Result<f64, Error> {
        self.p(self.pearson, correction)
    }

    fn p(&self, statistic: f64, correction: Correction) -> Result<f64, Error> {
        let sum: f64 = self.lambda.iter().sum();
        let squares: f64 = self.lambda.iter().map(|lambda| lambda * lambda).sum();
        let (q, d) = (count(self.df), sum * sum / squares);
        match correction {
            Correction::F => f::upper(statistic / sum, d, d * self.design_df),
            Correction::FirstOrder => chi_squared::upper(statistic * q / sum, q),
            Correction::Mixture(method) => mixture::upper(statistic, &self.lambda, method),
        }
    }
}

#[allow(clippy::cast_precision_loss, reason = "rows are far below 2^52")]
fn rows(domain: &Domain) -> f64 {
    domain.rows_inside() as f64
}
