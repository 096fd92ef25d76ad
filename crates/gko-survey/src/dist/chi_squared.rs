//! The chi-squared distribution for any positive degrees of freedom.
//!
//! # Rule
//! The incomplete gamma functions of a = df/2 at x/2.
//!
//! # Assumptions
//! df > 0 and finite. 1e-12 relative from df 0.1 on; an `upper` at df below 0.1 is
//! good to 1e-16 absolute. A quantile below the smallest number is 0.
//!
//! # References
//! Abramowitz & Stegun (1964) 26.4.19; R `pchisq`, `qchisq`.

use super::incomplete_gamma::{Point, Shape};
use super::{Side, number, positive_finite, probability, smaller_tail};
use crate::error::Error;

const DF: &str = "degrees of freedom";

/// P(X <= x) with `df` degrees of freedom.
///
/// # Example
/// With 2 degrees of freedom it is `1 - exp(-x/2)`.
/// ```
/// use gko_survey::dist::chi_squared;
///
/// let p = chi_squared::cdf(1e-20, 2.0)?;
/// assert!((p / 0.5e-20 - 1.0).abs() < 1e-14);
/// # Ok::<(), gko_survey::Error>(())
/// ```
///
/// # Errors
/// x is not a number, or df is not above 0.
pub fn cdf(x: f64, df: f64) -> Result<f64, Error> {
    tail(x, df, Side::Lower)
}

/// P(X > x) with `df` degrees of freedom.
///
/// # Example
/// R: `pchisq(7.879438576622417, 1, lower.tail = FALSE)`, published as 0.005.
/// ```
/// use gko_survey::dist::chi_squared;
///
/// let p = chi_squared::upper(7.879438576622417, 1.0)?;
/// assert!((p / 0.005 - 1.0).abs() < 1e-13);
/// # Ok::<(), gko_survey::Error>(())
/// ```
///
/// # Errors
/// x is not a number, or df is not above 0.
pub fn upper(x: f64, df: f64) -> Result<f64, Error> {
    tail(x, df, Side::Upper)
}

/// The x with P(X <= x) = p.
///
/// # Example
/// With 2 degrees of freedom it is `-2 ln(1 - p)`.
/// ```
/// use gko_survey::dist::chi_squared;
///
/// let median = chi_squared::quantile(0.5, 2.0)?;
/// assert!((median / 4.0_f64.ln() - 1.0).abs() < 1e-14);
/// assert_eq!(chi_squared::quantile(0.0, 2.0)?, 0.0);
/// # Ok::<(), gko_survey::Error>(())
/// ```
///
/// # Errors
/// p is outside 0 to 1, or df is not above 0.
pub fn quantile(p: f64, df: f64) -> Result<f64, Error> {
    let (tail, side) = smaller_tail(probability(p)?);
    Ok(quantile_of(tail, side, positive_finite(DF, df)?))
}

fn tail(x: f64, df: f64, side: Side) -> Result<f64, Error> {
    let (x, df) = (number("x", x)?, positive_finite(DF, df)?);
    Ok(tail_at(0.5 * x, 0.5 * (df - x), df, side))
}

/// The tail at twice `half`, where `delta` is (df - x)/2 to full precision.
pub(super) fn tail_at(half: f64, delta: f64, df: f64, side: Side) -> f64 {
    if half <= 0.0 || half == f64::INFINITY {
        return if (half <= 0.0) == (side == Side::Upper) { 1.0 } else { 0.0 };
    }
    Shape::new(0.5 * df).tails(Point { x: half, delta }).on(side)
}

/// The x with `tail`, from 0 to 0.5, on one side.
pub(super) fn quantile_of(tail: f64, side: Side, df: f64) -> f64 {
    if tail == 0.0 {
        return if side == Side::Lower { 0.0 } else { f64::INFINITY };
    }
    2.0 * Shape::new(0.5 * df).quantile(tail, side)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dist::testing::assert_close;

    /// Degrees of freedom 2 and 4: `exp(-h)` and `exp(-h) (1 + h)` at h = x/2.
    #[test]
    fn closed_forms_hold() {
        for x in [1e-3, 0.5, 2.0, 3.99, 4.01, 10.0, 100.0, 1300.0] {
            let half: f64 = 0.5 * x;
            assert_close("df 2", upper(x, 2.0).unwrap(), (-half).exp(), 1e-13);
            let four = (-half).exp() * (1.0 + half);
            assert_close("df 4", upper(x, 4.0).unwrap(), four, 1e-13);
            assert_close("lower", cdf(x, 2.0).unwrap(), -(-half).exp_m1(), 1e-13);
        }
        for tail in [1e-300_f64, 1e-12, 0.05, 0.5] {
            let found = quantile_of(tail, Side::Upper, 2.0);
            assert_close("quantile, df 2", found, -2.0 * tail.ln(), 1e-13);
            let low = quantile_of(tail, Side::Lower, 2.0);
            assert_close("low quantile, df 2", low, -2.0 * (-tail).ln_1p(), 1e-13);
        }
    }

    /// Across the change from series and fraction to the integral, in steps of 2:
    /// `Q(df + 2) - Q(df) = h^(df/2) e^-h / Γ(df/2 + 1)`, the Poisson probability.
    #[test]
    fn the_recurrence_holds_where_the_method_changes() {
        let df: f64 = 798.0;
        for x in [700.0, 798.0, 900.0] {
            let ln_factorial: f64 = (1..=399).map(|k| f64::from(k).ln()).sum();
            let poisson = (399.0 * f64::ln(0.5 * x) - 0.5 * x - ln_factorial).exp();
            let step = upper(x, df + 2.0).unwrap() - upper(x, df).unwrap();
            assert_close("recurrence", step, poisson, 1e-11);
        }
    }

    #[test]
    fn the_ends_of_the_support_are_met() {
        assert_eq!((cdf(-1.0, 3.0), upper(0.0, 3.0)), (Ok(0.0), Ok(1.0)));
        assert_eq!((upper(f64::INFINITY, 3.0), quantile(1.0, 3.0)), (Ok(0.0), Ok(f64::INFINITY)));
        assert_eq!(quantile(1e-300, 0.5), Ok(0.0));
        assert_eq!(upper(1.0, f64::INFINITY).unwrap_err().code(), "GKO-S130");
    }
}
