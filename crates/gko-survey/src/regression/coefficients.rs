//! Coefficients with standard error, t, p and interval.
//!
//! # Estimator
//! `t = b / SE`, p two-sided from Student's t on the residual degrees of freedom,
//! interval `b ± t_df(1 - (1 - level)/2) SE`. Residual degrees of freedom are
//! those of the design + 1 - the number of coefficients.
//!
//! # Assumptions
//! With no degrees of freedom left there is neither p nor interval.
//!
//! # References
//! Korn and Graubard (1990), American Statistician 44, 270-276; R
//! `summary.svyglm`, `confint.svyglm`.

use crate::dist::student;
use crate::{Error, Matrix};

/// One coefficient.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Coefficient {
    /// Its name, as R names it.
    pub name: String,
    /// The estimate.
    pub estimate: f64,
    /// Standard error.
    pub se: f64,
    /// Estimate over standard error.
    pub t: f64,
    /// Two-sided p-value; none without degrees of freedom.
    pub p: Option<f64>,
    /// Confidence interval; none without degrees of freedom.
    pub interval: Option<(f64, f64)>,
}

/// The table of coefficients.
pub(super) fn table(
    names: &[String],
    estimates: &[f64],
    covariance: &Matrix,
    df: f64,
    level: f64,
) -> Result<Vec<Coefficient>, Error> {
    if !(level > 0.0 && level < 1.0) {
        return Err(Error::InvalidLevel { level });
    }
    let factor = if df > 0.0 { Some(student::quantile(0.5 + level / 2.0, df)?) } else { None };
    let variances = covariance.diagonal();
    let rows = names.iter().zip(estimates).zip(variances.iter());
    let one = |((name, &estimate), variance): ((&String, &f64), &f64)| {
        let se = variance.sqrt();
        let t = estimate / se;
        let usable = factor.filter(|_| t.is_finite());
        let p = usable.map(|_| student::upper(t.abs(), df)).transpose()?;
        let interval = usable.map(|factor| (estimate - factor * se, estimate + factor * se));
        Ok(Coefficient { name: name.clone(), estimate, se, t, p: p.map(|p| 2.0 * p), interval })
    };
    rows.map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(df: f64) -> Coefficient {
        let covariance = Matrix::from_element(1, 1, 4.0);
        table(&["b".to_owned()], &[3.0], &covariance, df, 0.95).unwrap().remove(0)
    }

    #[test]
    fn p_and_interval_are_those_of_t() {
        // R 4.2: 2 * pt(-1.5, 10), qt(0.975, 10).
        let b = one(10.0);
        assert!((b.p.unwrap() / 0.16450732644544017 - 1.0).abs() < 1e-12);
        let (low, high) = b.interval.unwrap();
        assert!((high - 3.0 - 2.0 * 2.228138851986274).abs() < 1e-12);
        assert!((low + high - 6.0).abs() < 1e-12);
    }

    #[test]
    fn without_degrees_of_freedom_there_is_no_p() {
        assert_eq!((one(0.0).p, one(-1.0).interval), (None, None));
        assert_eq!(one(0.0).t, 1.5);
    }

    #[test]
    fn a_level_that_is_none_is_refused() {
        let refused = table(&[], &[], &Matrix::zeros(0, 0), 1.0, 95.0).unwrap_err();
        assert_eq!(refused.code(), "GKO-S041");
    }
}
