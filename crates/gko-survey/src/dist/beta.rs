//! The beta distribution.
//!
//! # Rule
//! Lower tail I_x(a, b), with `δ = a - (a + b)x` worked out to twice the precision
//! of its terms; quantiles solve for the logit of x.
//!
//! # Assumptions
//! a, b > 0 and finite. 1e-12 relative from 0.1 on, where the argument is taken as
//! the exact number it is: near x = 1 use `upper(1 - x, b, a)` for `cdf` if 1 - x is
//! what is known. A quantile near 1 is good to rounding in 1, not in 1 - x.
//!
//! # References
//! Abramowitz & Stegun (1964) 26.5.1; R `pbeta`, `qbeta`.

use super::incomplete_beta::{Point, Shapes};
use super::{Side, number, positive_finite, probability, smaller_tail};
use crate::error::Error;

/// P(X <= x) with shapes `a` and `b`.
///
/// # Example
/// With b = 1 it is x^a.
/// ```
/// use gko_survey::dist::beta;
///
/// assert!((beta::cdf(0.5, 3.0, 1.0)? / 0.125 - 1.0).abs() < 1e-14);
/// # Ok::<(), gko_survey::Error>(())
/// ```
///
/// # Errors
/// x is not a number, or a shape is not above 0 and finite.
pub fn cdf(x: f64, a: f64, b: f64) -> Result<f64, Error> {
    tail(x, a, b, Side::Lower)
}

/// P(X > x) with shapes `a` and `b`.
///
/// # Example
/// With a = 1 it is (1 - x)^b.
/// ```
/// use gko_survey::dist::beta;
///
/// assert!((beta::upper(0.75, 1.0, 50.0)? * 4.0_f64.powi(50) - 1.0).abs() < 1e-13);
/// # Ok::<(), gko_survey::Error>(())
/// ```
///
/// # Errors
/// x is not a number, or a shape is not above 0 and finite.
pub fn upper(x: f64, a: f64, b: f64) -> Result<f64, Error> {
    tail(x, a, b, Side::Upper)
}

/// The x with P(X <= x) = p.
///
/// # Example
/// Clopper and Pearson's upper end of no hits in 10 is `1 - 0.025^(1/10)`.
/// ```
/// use gko_survey::dist::beta;
///
/// let end = beta::quantile(0.975, 1.0, 10.0)?;
/// assert!((end / (1.0 - 0.025_f64.powf(0.1)) - 1.0).abs() < 1e-13);
/// # Ok::<(), gko_survey::Error>(())
/// ```
///
/// # Errors
/// p is outside 0 to 1, or a shape is not above 0 and finite.
pub fn quantile(p: f64, a: f64, b: f64) -> Result<f64, Error> {
    let (tail, side) = smaller_tail(probability(p)?);
    let (a, b) = (positive_finite("shape a", a)?, positive_finite("shape b", b)?);
    Ok(match side {
        Side::Lower => lower_quantile(tail, a, b),
        Side::Upper => upper_quantile(tail, a, b),
    })
}

/// Beta x with lower tail `tail`, from 0 to 0.5.
pub(crate) fn lower_quantile(tail: f64, a: f64, b: f64) -> f64 {
    1.0 / (1.0 + (-logit_of(tail, a, b)).exp())
}

/// Beta x with upper tail `tail`, from 0 to 0.5.
pub(crate) fn upper_quantile(tail: f64, a: f64, b: f64) -> f64 {
    1.0 / (1.0 + logit_of(tail, b, a).exp())
}

fn logit_of(tail: f64, a: f64, b: f64) -> f64 {
    if tail == 0.0 {
        return f64::NEG_INFINITY;
    }
    let shapes = Shapes::new(a, b);
    shapes.logit_of_lower(tail, shapes.guess(tail))
}

fn tail(x: f64, a: f64, b: f64, side: Side) -> Result<f64, Error> {
    let x = number("x", x)?;
    let (a, b) = (positive_finite("shape a", a)?, positive_finite("shape b", b)?);
    if x <= 0.0 || x >= 1.0 {
        return Ok(if (x <= 0.0) == (side == Side::Upper) { 1.0 } else { 0.0 });
    }
    let tails = Shapes::new(a, b).tails(Point { x, y: 1.0 - x, delta: delta(x, a, b) });
    Ok(if side == Side::Lower { tails.lower() } else { tails.upper() })
}

/// a - ax - bx, where the products' rounding errors are taken along.
fn delta(x: f64, a: f64, b: f64) -> f64 {
    let (ax, bx) = (a * x, b * x);
    let lost = a.mul_add(x, -ax) + b.mul_add(x, -bx);
    let (first, error) = difference(a, ax);
    let (second, more) = difference(first, bx);
    second + (error + more - lost)
}

/// x - y and what rounding took from it.
fn difference(x: f64, y: f64) -> (f64, f64) {
    let rounded = x - y;
    let back = rounded - x;
    (rounded, (x - (rounded - back)) - (y + back))
}

#[cfg(test)]
#[allow(clippy::excessive_precision, reason = "digits as the program printed them")]
mod tests {
    use super::*;
    use crate::dist::testing::assert_close;

    /// Roots of the incomplete beta function at 40 digits: mpmath 1.4.1 (Python
    /// 3.11), `findroot` on `log betainc(regularized=True)`; scipy 1.17.1 agrees.
    /// Logarithms of 1e-81 lose three digits.
    #[test]
    fn quantiles_agree_with_mpmath() {
        let known = [
            (0.025, 0.02, 1.98, 2.9688880021652783447e-81),
            (0.025, 0.5, 30.5, 0.000016231861223464335083),
            (0.025, 3.7, 9.1, 0.086584884412589773162),
            (0.05, 12.25, 188.75, 0.03594984635679015449),
            (0.025, 188.75, 12.25, 0.90217043270619421342),
            (0.025, 1.0, 41.0, 0.00061731689328651887163),
            (0.025, 199.5, 801.5, 0.17514528525879844597),
            (0.025, 801.5, 200.5, 0.7745840330471004987),
            (0.005, 30000.3, 29999.7, 0.49474723358593912766),
            (0.025, 59990.5, 10.5, 0.99970436300101136321),
            (0.025, 10.5, 59990.5, 0.00008569392747008519822),
            (0.025, 0.9, 2.3, 0.0070856971371390162902),
            (0.025, 2.5, 0.4, 0.37029139717987051532),
            (0.4, 5.5, 5.5, 0.46098975807056294984),
            (1e-6, 7.5, 20.5, 0.025385265591329792175),
        ];
        for (tail, a, b, wanted) in known {
            let name = format!("beta({tail}, {a}, {b})");
            assert_close(&name, lower_quantile(tail, a, b), wanted, 1e-13);
        }
    }

    #[test]
    fn closed_forms_hold() {
        for tail in [1e-6, 0.005, 0.025, 0.05, 0.1, 0.3, 0.45] {
            for shape in [0.3, 1.0, 2.5, 40.0, 5000.0] {
                let power = f64::powf(tail, 1.0 / shape);
                assert_close("beta(a, 1)", lower_quantile(tail, shape, 1.0), power, 1e-12);
                let other = -((-tail).ln_1p() / shape).exp_m1();
                assert_close("beta(1, b)", lower_quantile(tail, 1.0, shape), other, 1e-12);
                // Near 1 an end is known to an absolute error.
                let gap = 1.0 - upper_quantile(tail, shape, 1.0) - other_end(tail, shape);
                assert!(gap.abs() < 1e-15, "1 - upper beta(a, 1): {gap:e}");
            }
        }
    }

    fn other_end(tail: f64, shape: f64) -> f64 {
        -((-tail).ln_1p() / shape).exp_m1()
    }

    /// x = 1/3 is not a binary number: what 3x lacks of 1 is exactly 2^-54.
    #[test]
    fn delta_has_the_digits_that_cancel() {
        let (x, a) = (1.0_f64 / 3.0, 1e9);
        let lack = 2.0_f64.powi(-54);
        assert_close("delta", delta(x, a, 2.0 * a), a * lack, 1e-15);
    }

    #[test]
    fn the_ends_of_the_support_are_met() {
        assert_eq!((cdf(0.0, 2.0, 3.0), upper(1.0, 2.0, 3.0)), (Ok(0.0), Ok(0.0)));
        assert_eq!((quantile(0.0, 2.0, 3.0), quantile(1.0, 2.0, 3.0)), (Ok(0.0), Ok(1.0)));
        assert_eq!(cdf(0.5, f64::INFINITY, 1.0).unwrap_err().code(), "GKO-S130");
    }

    #[test]
    fn an_argument_below_the_smallest_number_is_zero() {
        assert_eq!(lower_quantile(0.025, 1e-4, 2.0), 0.0);
        assert_eq!(upper_quantile(0.025, 2.0, 1e-4), 1.0);
    }
}
