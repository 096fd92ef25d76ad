//! P-values of statistics, or why there are none.
//!
//! # Rule
//! Upper tails of F, chi-square and their mixtures; both tails of t. Without degrees
//! of freedom or without a variance there is no p-value.

use crate::dist::mixture::{self, Method};
use crate::dist::{chi_squared as chi_squared_tail, f as f_tail, student as student_tail};
use crate::error::Error;
use crate::hypothesis::result::{Judged, NoPValue};

/// What keeps a p-value from existing.
fn refused(statistic: f64, df: f64) -> Option<NoPValue> {
    if df.is_nan() || df <= 0.0 {
        return Some(NoPValue::NoDegreesOfFreedom { df });
    }
    (!statistic.is_finite()).then_some(NoPValue::NoVariance)
}

fn judge(statistic: f64, df: f64, p: impl FnOnce() -> Result<f64, Error>) -> Result<Judged, Error> {
    refused(statistic, df).map_or_else(|| p().map(Ok), |why| Ok(Err(why)))
}

/// Beyond an F statistic.
pub(crate) fn f(statistic: f64, ndf: f64, ddf: f64) -> Result<Judged, Error> {
    judge(statistic, ddf, || f_tail::upper(statistic, ndf, ddf))
}

/// Beyond a chi-square statistic.
pub(crate) fn chi_squared(statistic: f64, df: f64) -> Result<Judged, Error> {
    judge(statistic, df, || chi_squared_tail::upper(statistic, df))
}

/// Beyond a t statistic on both sides.
pub(crate) fn student(statistic: f64, df: f64) -> Result<Judged, Error> {
    judge(statistic, df, || Ok(2.0 * student_tail::upper(statistic.abs(), df)?))
}

/// Beyond a sum of chi-squares, or with finite ddf of their ratio to a chi-square.
pub(crate) fn mixture(x: f64, lambda: &[f64], ddf: f64, method: Method) -> Result<Judged, Error> {
    judge(x, ddf, || match method {
        Method::Saddlepoint if ddf.is_finite() && ddf >= 1.0 => {
            // R's `pFsum` writes the denominator as `trunc(ddf)` terms of weight x/ddf.
            let terms = ddf.trunc();
            mixture::upper_f(x * terms / ddf, lambda, terms, method)
        }
        _ => mixture::upper_f(x, lambda, ddf, method),
    })
}

/// `estimate ± t·SE`; none without degrees of freedom.
pub(crate) fn student_interval(
    estimate: f64,
    se: f64,
    level: f64,
    df: f64,
) -> Result<Option<(f64, f64)>, Error> {
    if refused(estimate, df).is_some() {
        return Ok(None);
    }
    let half = se * student_tail::quantile(0.5 + level / 2.0, df)?;
    Ok(Some((estimate - half, estimate + half)))
}
