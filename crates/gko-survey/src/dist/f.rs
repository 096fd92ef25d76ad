//! The F distribution for any positive degrees of freedom.
//!
//! # Rule
//! Lower tail I_x(df1/2, df2/2) with odds `x/(1-x) = df1·f/df2`, where
//! `δ = df1 (1 - x)(1 - f)/2`. With df2 infinite, df1·F is chi-squared with df1;
//! with df1 infinite, df2/F is chi-squared with df2; with both, F is 1.
//!
//! # Assumptions
//! df1, df2 > 0. 1e-12 relative from 0.1 on, as long as df1·f/df2 neither
//! overflows nor underflows.
//!
//! # References
//! Abramowitz & Stegun (1964) 26.6.2, 26.6.11; R `pf`, `qf`.

use super::chi_squared::{quantile_of as chi_quantile, tail_at as chi_tail};
use super::incomplete_beta::{Point, Shapes};
use super::{Side, number, positive, probability, smaller_tail};
use crate::error::Error;

/// P(F <= x) with `df1` and `df2` degrees of freedom.
///
/// # Example
/// With 2 and 2 it is `x / (1 + x)`.
/// ```
/// use gko_survey::dist::f;
///
/// assert!((f::cdf(3.0, 2.0, 2.0)? / 0.75 - 1.0).abs() < 1e-14);
/// # Ok::<(), gko_survey::Error>(())
/// ```
///
/// # Errors
/// x is not a number, or degrees of freedom are not above 0.
pub fn cdf(x: f64, df1: f64, df2: f64) -> Result<f64, Error> {
    tail(x, df1, df2, Side::Lower)
}

/// P(F > x) with `df1` and `df2` degrees of freedom.
///
/// # Example
/// R: `pf(4.2, 3, 31, lower.tail = FALSE)`
/// ```
/// use gko_survey::dist::f;
///
/// let p = f::upper(4.2, 3.0, 31.0)?;
/// assert!((p / 0.013238807411518165 - 1.0).abs() < 1e-12);
/// # Ok::<(), gko_survey::Error>(())
/// ```
///
/// # Errors
/// x is not a number, or degrees of freedom are not above 0.
pub fn upper(x: f64, df1: f64, df2: f64) -> Result<f64, Error> {
    tail(x, df1, df2, Side::Upper)
}

/// The x with P(F <= x) = p.
///
/// # Example
/// With 2 and 2 it is `p / (1 - p)`.
/// ```
/// use gko_survey::dist::f;
///
/// assert!((f::quantile(0.75, 2.0, 2.0)? / 3.0 - 1.0).abs() < 1e-14);
/// assert_eq!(f::quantile(1.0, 2.0, 2.0)?, f64::INFINITY);
/// # Ok::<(), gko_survey::Error>(())
/// ```
///
/// # Errors
/// p is outside 0 to 1, or degrees of freedom are not above 0.
pub fn quantile(p: f64, df1: f64, df2: f64) -> Result<f64, Error> {
    let (tail, side) = smaller_tail(probability(p)?);
    let (df1, df2) = (positive("df1", df1)?, positive("df2", df2)?);
    match (df1.is_finite(), df2.is_finite()) {
        (false, false) => Ok(1.0),
        (true, false) => Ok(chi_quantile(tail, side, df1) / df1),
        (false, true) => Ok(df2 / chi_quantile(tail, side.other(), df2)),
        (true, true) => Ok(quantile_of(tail, side, df1, df2)),
    }
}

fn tail(x: f64, df1: f64, df2: f64, side: Side) -> Result<f64, Error> {
    let x = number("x", x)?;
    let (df1, df2) = (positive("df1", df1)?, positive("df2", df2)?);
    if x <= 0.0 || x == f64::INFINITY {
        return Ok(if (x <= 0.0) == (side == Side::Upper) { 1.0 } else { 0.0 });
    }
    Ok(tail_at(x, df1, df2, side))
}

/// The tail at an x above 0.
fn tail_at(x: f64, df1: f64, df2: f64, side: Side) -> f64 {
    if df1.is_infinite() && df2.is_infinite() {
        return if (x >= 1.0) == (side == Side::Lower) { 1.0 } else { 0.0 };
    }
    if df2.is_infinite() {
        return chi_tail(0.5 * df1 * x, 0.5 * df1 * (1.0 - x), df1, side);
    }
    if df1.is_infinite() {
        let half = 0.5 * df2 / x;
        return chi_tail(half, half * (x - 1.0), df2, side.other());
    }
    let odds = x * (df1 / df2);
    let (low, high) = (1.0 / (1.0 + 1.0 / odds), 1.0 / (1.0 + odds));
    let delta = 0.5 * df1 * high * (1.0 - x);
    let tails = Shapes::new(0.5 * df1, 0.5 * df2).tails(Point { x: low, y: high, delta });
    if side == Side::Lower { tails.lower() } else { tails.upper() }
}

/// The x with `tail`, from 0 to 0.5, on one side.
fn quantile_of(tail: f64, side: Side, df1: f64, df2: f64) -> f64 {
    if side == Side::Upper {
        return 1.0 / quantile_of(tail, Side::Lower, df2, df1);
    }
    if tail == 0.0 {
        return 0.0;
    }
    let shapes = Shapes::new(0.5 * df1, 0.5 * df2);
    let ln_odds = shapes.logit_of_lower(tail, shapes.guess(tail));
    (ln_odds + df2.ln() - df1.ln()).exp()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dist::testing::assert_close;

    const INF: f64 = f64::INFINITY;

    /// df1 = 2: `(1 + 2x/df2)^(-df2/2)`.
    #[test]
    fn closed_forms_hold() {
        for df2 in [0.5, 3.0, 40.0, 1e4, 1e9] {
            for x in [1e-3, 0.4, 1.0, 2.0, 30.0, 600.0] {
                let wanted = (-0.5 * df2 * f64::ln_1p(2.0 * x / df2)).exp();
                assert_close("df1 2", upper(x, 2.0, df2).unwrap(), wanted, 1e-12);
            }
        }
    }

    #[test]
    fn infinite_degrees_of_freedom_are_limits() {
        for x in [0.3, 1.0, 2.5] {
            let limit = upper(x, 7.0, INF).unwrap();
            assert_close("df2", upper(x, 7.0, 1e16).unwrap(), limit, 1e-13);
            let limit = cdf(x, INF, 7.0).unwrap();
            assert_close("df1", cdf(x, 1e16, 7.0).unwrap(), limit, 1e-13);
        }
        for p in [0.01, 0.5, 0.99] {
            let limit = quantile(p, 7.0, INF).unwrap();
            assert_close("df2", quantile(p, 7.0, 1e16).unwrap(), limit, 1e-13);
            let limit = quantile(p, INF, 7.0).unwrap();
            assert_close("df1", quantile(p, 1e16, 7.0).unwrap(), limit, 1e-13);
        }
    }

    #[test]
    fn both_infinite_is_a_step_at_one() {
        assert_eq!((cdf(0.999, INF, INF), cdf(1.0, INF, INF)), (Ok(0.0), Ok(1.0)));
        assert_eq!((upper(1.0, INF, INF), upper(0.999, INF, INF)), (Ok(0.0), Ok(1.0)));
        assert_eq!(quantile(0.3, INF, INF), Ok(1.0));
    }

    #[test]
    fn the_ends_of_the_support_are_met() {
        assert_eq!((cdf(-1.0, 3.0, 4.0), upper(0.0, 3.0, 4.0)), (Ok(0.0), Ok(1.0)));
        assert_eq!((upper(INF, 3.0, 4.0), cdf(INF, INF, 4.0)), (Ok(0.0), Ok(1.0)));
        for (df1, df2) in [(3.0, 4.0), (INF, 4.0), (3.0, INF)] {
            assert_eq!(quantile(0.0, df1, df2), Ok(0.0));
            assert_eq!(quantile(1.0, df1, df2), Ok(INF));
        }
        assert_eq!(cdf(1.0, 0.0, 4.0).unwrap_err().code(), "GKO-S130");
    }
}
