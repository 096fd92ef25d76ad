//! Plausible values and multiple imputation: one result out of several.
//!
//! # Estimator
//! Of M completed data sets with values Q_m and covariances U_m: the value is the
//! mean of Q_m, the variance within the mean of U_m, that between
//! `B = sum of (Q_m - Q)(Q_m - Q)' / (M - 1)`, the total `T = U + (1 + 1/M)·B`.
//! With `r = (1 + 1/M)·B/U` the degrees of freedom are `(M - 1)·(1 + 1/r)²`, and
//! from complete data with v of them `1/(1/that + 1/v_obs)`,
//! `v_obs = (v + 1)/(v + 3)·v·(1 - (1 + 1/M)·B/T)`. The share of information that is
//! missing is `(r + 2/(df + 3))/(r + 1)`.
//!
//! # Assumptions
//! Values are imputed properly: drawn with the uncertainty of the model. Plausible
//! values of a test are. All estimations are of the same figures.
//!
//! # References
//! Rubin (1987) *Multiple Imputation for Nonresponse in Surveys*, ch. 3; Barnard &
//! Rubin (1999) *Biometrika* 86, 948; R mitools `MIcombine` (whose v_obs has B for
//! `(1 + 1/M)·B`), R survey 4.5 `withPV`.

use crate::Matrix;
use crate::dist::student;
use crate::error::Error;
use crate::estimation::{Df, Entry, Estimation};
use crate::estimators::EstimatorError;

/// The combined result.
#[derive(Debug, Clone, PartialEq)]
pub struct Imputed {
    entries: Vec<Entry>,
    imputations: usize,
    values: Vec<f64>,
    within: Matrix,
    between: Matrix,
    complete: Vec<f64>,
}

/// Combines the estimations of completed data sets, or of plausible values. The
/// degrees of freedom are those that the data would give if nothing were missing:
/// Barnard and Rubin's rule; infinitely many give Rubin's of 1987.
///
/// # Example
/// Rubin's rules by hand, three imputations of one mean:
/// ```
/// use gko_survey::{Design, Df, Domain, Mean, Survey, combine_imputations};
///
/// let survey = Survey::new(Design::builder(2).weights(&[1.0, 1.0]).build()?);
/// let all = Domain::all(2);
/// let sets = [[0.0, 2.0], [1.0, 3.0], [2.0, 4.0]];
/// let each = sets.map(|x| survey.estimate(&Mean::of("x", &x), &all));
/// let each = each.into_iter().collect::<Result<Vec<_>, _>>()?;
/// let got = combine_imputations(&each, Df::Infinite)?;
/// // Means 1, 2, 3, each with variance 1: T = 1 + 4/3, r = 4/3, df = 2·(7/4)².
/// assert_eq!(got.values(), [2.0]);
/// assert!((got.covariance()[(0, 0)] - 7.0 / 3.0).abs() < 1e-14);
/// assert!((got.df()[0] - 6.125).abs() < 1e-12);
/// # Ok::<(), gko_survey::Error>(())
/// ```
///
/// # Errors
/// Fewer than two estimations, or some of other figures.
pub fn combine_imputations(each: &[Estimation], complete: Df) -> Result<Imputed, Error> {
    let [first, _, ..] = each else {
        return Err(EstimatorError::TooFewImputations { got: each.len() }.into());
    };
    if let Some(at) = each.iter().position(|one| one.entries() != first.entries()) {
        return Err(EstimatorError::OtherFigures { at }.into());
    }
    let m = each.len() as f64;
    let size = first.values().len();
    let value = |at: usize| each.iter().map(|one| one.values()[at]).sum::<f64>() / m;
    let values: Vec<f64> = (0..size).map(value).collect();
    let mut within = Matrix::zeros(size, size);
    each.iter().for_each(|one| within += one.covariance() / m);
    let distance = |one: &Estimation, at: usize| one.values()[at] - values[at];
    let between = Matrix::from_fn(size, size, |a, b| {
        each.iter().map(|one| distance(one, a) * distance(one, b)).sum::<f64>() / (m - 1.0)
    });
    let df = |at: usize| first.df(at, complete);
    let complete = (0..size).map(df).collect();
    let entries = first.entries().to_vec();
    Ok(Imputed { entries, imputations: each.len(), values, within, between, complete })
}

impl Imputed {
    /// What each value is.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Number of imputations.
    #[must_use]
    pub fn imputations(&self) -> usize {
        self.imputations
    }

    /// The values.
    #[must_use]
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// Mean covariance of the completed data sets: the error of sampling.
    #[must_use]
    pub fn within(&self) -> &Matrix {
        &self.within
    }

    /// Covariance between the data sets: the error of imputation, or of the test.
    #[must_use]
    pub fn between(&self) -> &Matrix {
        &self.between
    }

    /// Total covariance.
    #[must_use]
    pub fn covariance(&self) -> Matrix {
        &self.within + &self.between * self.inflation()
    }

    /// Standard errors.
    #[must_use]
    pub fn se(&self) -> Vec<f64> {
        self.covariance().diagonal().iter().map(|variance| variance.sqrt()).collect()
    }

    /// Growth of the variance by what is missing, `r = (1 + 1/M)·B/U`; 0 where there
    /// is no variance between the data sets.
    #[must_use]
    pub fn growth(&self) -> Vec<f64> {
        let one = |(between, within): (&f64, &f64)| match *between == 0.0 {
            true => 0.0,
            false => self.inflation() * between / within,
        };
        self.between.diagonal().iter().zip(&self.within.diagonal()).map(one).collect()
    }

    /// Degrees of freedom; those of complete data where nothing is missing.
    #[must_use]
    pub fn df(&self) -> Vec<f64> {
        let one = |(&r, &complete): (&f64, &f64)| {
            let imputation = (self.imputations as f64 - 1.0) * (1.0 + 1.0 / r).powi(2);
            if complete.is_infinite() {
                return imputation;
            }
            let observed = (complete + 1.0) / (complete + 3.0) * complete / (1.0 + r);
            1.0 / (1.0 / imputation + 1.0 / observed)
        };
        self.growth().iter().zip(&self.complete).map(one).collect()
    }

    /// Share of the information that is missing.
    #[must_use]
    pub fn missing_information(&self) -> Vec<f64> {
        let one = |(r, df): (f64, f64)| match r.is_infinite() {
            true => 1.0,
            false => (r + 2.0 / (df + 3.0)) / (r + 1.0),
        };
        self.growth().into_iter().zip(self.df()).map(one).collect()
    }

    /// Intervals `value ± t·SE`; none where a value or its error does not exist.
    ///
    /// # Errors
    /// A level outside (0, 1).
    pub fn intervals(&self, level: f64) -> Result<Vec<Option<(f64, f64)>>, Error> {
        if !(level > 0.0 && level < 1.0) {
            return Err(Error::InvalidLevel { level });
        }
        let all = self.values.iter().zip(self.se()).zip(self.df());
        let interval = |((&value, se), df): ((&f64, f64), f64)| {
            if !(df > 0.0 && value.is_finite() && se.is_finite()) {
                return None;
            }
            let t = student::upper_quantile(0.5 - level / 2.0, df);
            Some((value - t * se, value + t * se))
        };
        Ok(all.map(interval).collect())
    }

    fn inflation(&self) -> f64 {
        1.0 + 1.0 / self.imputations as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Columns, Design, Domain, Mean, Survey};

    fn means(sets: &[[f64; 4]]) -> Vec<Estimation> {
        let survey = Survey::new(Design::builder(4).weights(&[1.0; 4]).build().unwrap());
        let domain = Domain::all(4);
        let one = |x: &[f64; 4]| survey.estimate(&Mean::of("x", x), &domain).unwrap();
        sets.iter().map(one).collect()
    }

    /// Small-sample degrees of freedom worked out by hand: M = 2, means 1 and 2, each
    /// with variance 1/2 and 3 degrees of freedom. B = 1/2, r = 3/2, Rubin's df is
    /// (1 + 2/3)² = 25/9, v_obs = 4/6·3·2/5 = 4/5.
    #[test]
    fn small_samples_follow_barnard_and_rubin() {
        let a = 1.5_f64.sqrt();
        let around = |mean: f64| [mean - a, mean - a, mean + a, mean + a];
        let got = combine_imputations(&means(&[around(1.0), around(2.0)]), Df::Design).unwrap();
        assert!((got.within()[(0, 0)] - 0.5).abs() < 1e-14);
        assert!((got.growth()[0] - 1.5).abs() < 1e-13);
        let df = 1.0 / (9.0 / 25.0 + 5.0 / 4.0);
        assert!((got.df()[0] - df).abs() < 1e-12);
        let missing = (1.5 + 2.0 / (df + 3.0)) / 2.5;
        assert!((got.missing_information()[0] - missing).abs() < 1e-12);
    }

    #[test]
    fn equal_data_sets_miss_nothing() {
        let one = [1.0, 2.0, 3.0, 6.0];
        let got = combine_imputations(&means(&[one, one, one]), Df::Infinite).unwrap();
        assert_eq!(got.growth(), [0.0]);
        assert_eq!(got.df(), [f64::INFINITY]);
        assert_eq!(got.missing_information(), [0.0]);
        assert_eq!(got.covariance(), *means(&[one])[0].covariance());
        let interval = got.intervals(0.95).unwrap()[0].unwrap();
        assert!((interval.1 - 3.0 - 1.959_963_984_540_054 * got.se()[0]).abs() < 1e-12);
    }

    #[test]
    fn other_figures_and_single_sets_are_refused() {
        let one = means(&[[1.0, 2.0, 3.0, 4.0]]);
        let few = combine_imputations(&one, Df::Design).unwrap_err();
        assert_eq!(few.code(), "GKO-S191");
        let survey = Survey::new(Design::builder(4).weights(&[1.0; 4]).build().unwrap());
        let y = [1.0; 4];
        let other = Mean::new(Columns::new().number("y", &y));
        let other = survey.estimate(&other, &Domain::all(4)).unwrap();
        let both = [one[0].clone(), other];
        let refused = combine_imputations(&both, Df::Design).unwrap_err();
        assert_eq!(refused.code(), "GKO-S190");
    }
}
