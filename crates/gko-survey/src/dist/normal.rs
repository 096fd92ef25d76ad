//! The standard normal distribution.
//!
//! # Rule
//! Upper tail Q(x) for x >= 0: `1/2 - φ(x) (x + x³/3 + x⁵/(3·5) + ...)` below 2,
//! `φ(x) / (x + 1/(x + 2/(x + ...)))` beyond, φ the density. The square in φ is
//! kept to twice the precision, so that tails of 1e-300 keep theirs. Quantiles
//! are `statrs`' (good to 1e-10) and one Newton step on the tail; near the
//! median the step is on p - 1/2, which has more digits there.
//!
//! # Assumptions
//! None. 4e-15 relative, quantiles near the median included.
//!
//! # References
//! Abramowitz & Stegun (1964) 26.2.11, 26.2.14; R `pnorm`, `qnorm`, `dnorm`.

use std::f64::consts::{PI, SQRT_2};

use statrs::function::erf::{erf_inv, erfc_inv};

use super::{Side, number, probability, smaller_tail};
use crate::error::Error;

/// P(X <= x).
///
/// # Example
/// R: `pnorm(-1.96)`
/// ```
/// use gko_survey::dist::normal;
///
/// let p = normal::cdf(-1.96)?;
/// assert!((p / 0.024997895148220435 - 1.0).abs() < 1e-14);
/// # Ok::<(), gko_survey::Error>(())
/// ```
///
/// # Errors
/// x is not a number.
pub fn cdf(x: f64) -> Result<f64, Error> {
    Ok(upper_tail(-number("x", x)?))
}

/// P(X > x).
///
/// # Example
/// R: `pnorm(37, lower.tail = FALSE)`
/// ```
/// use gko_survey::dist::normal;
///
/// let p = normal::upper(37.0)?;
/// assert!((p / 5.7255712225245768e-300 - 1.0).abs() < 1e-12);
/// # Ok::<(), gko_survey::Error>(())
/// ```
///
/// # Errors
/// x is not a number.
pub fn upper(x: f64) -> Result<f64, Error> {
    Ok(upper_tail(number("x", x)?))
}

/// The x with P(X <= x) = p.
///
/// # Example
/// R: `qnorm(0.975)`
/// ```
/// use gko_survey::dist::normal;
///
/// assert!((normal::quantile(0.975)? / 1.959963984540054 - 1.0).abs() < 1e-14);
/// assert_eq!(normal::quantile(0.5)?, 0.0);
/// assert_eq!(normal::quantile(1.0)?, f64::INFINITY);
/// # Ok::<(), gko_survey::Error>(())
/// ```
///
/// # Errors
/// p is outside 0 to 1.
pub fn quantile(p: f64) -> Result<f64, Error> {
    let (tail, side) = smaller_tail(probability(p)?);
    let z = upper_quantile(tail);
    Ok(if side == Side::Lower { -z } else { z })
}

/// The density at x.
///
/// # Example
/// At 0 it is 1/sqrt(2π).
/// ```
/// use gko_survey::dist::normal;
///
/// let at_zero = normal::density(0.0)?;
/// assert!((at_zero * (2.0 * std::f64::consts::PI).sqrt() - 1.0).abs() < 1e-15);
/// # Ok::<(), gko_survey::Error>(())
/// ```
///
/// # Errors
/// x is not a number.
pub fn density(x: f64) -> Result<f64, Error> {
    Ok(density_at(number("x", x)?))
}

fn density_at(x: f64) -> f64 {
    let square = x * x;
    if square == f64::INFINITY {
        return 0.0;
    }
    let lost = x.mul_add(x, -square);
    (-0.5 * square).exp() * (1.0 - 0.5 * lost) / (2.0 * PI).sqrt()
}

/// P(X > x), for any x but NaN.
pub(super) fn upper_tail(x: f64) -> f64 {
    if x < 0.0 {
        return 1.0 - upper_tail(-x);
    }
    if x < 2.0 { 0.5 - central(x) } else { density_at(x) / laplace(x) }
}

/// P(0 < X < z), for z up to about 2.
fn central(z: f64) -> f64 {
    const TERMS: u32 = 200;
    let (mut term, mut sum) = (z, z);
    for k in (3..TERMS).step_by(2).map(f64::from) {
        term *= z * z / k;
        let next = sum + term;
        if next == sum {
            break;
        }
        sum = next;
    }
    density_at(z) * sum
}

/// Laplace's continued fraction, with as many terms as z needs.
fn laplace(z: f64) -> f64 {
    const NEEDED: [(f64, u32); 5] = [(9.0, 10), (6.0, 18), (4.0, 26), (3.0, 40), (0.0, 75)];
    let terms = NEEDED.iter().find(|(from, _)| z >= *from).map_or(75, |(_, terms)| *terms);
    // What all further terms would come to if k did not change.
    let rest = 0.5 * (z + (z * z + 4.0 * f64::from(terms + 1)).sqrt());
    (1..=terms).rev().map(f64::from).fold(rest, |below, k| z + k / below)
}

/// The z whose upper tail is `tail`, from 0 to 0.5.
pub(super) fn upper_quantile(tail: f64) -> f64 {
    if tail <= 0.0 {
        return f64::INFINITY;
    }
    // Both differences are exact, so that a z close to 0 keeps its digits.
    if tail >= 0.25 {
        let half = 0.5 - tail;
        let first = SQRT_2 * erf_inv(2.0 * half);
        return first - (central(first) - half) / density_at(first);
    }
    let first = rough_upper_quantile(tail);
    let gap = upper_tail(first) / tail - 1.0;
    first + gap * (tail / density_at(first))
}

/// Good to 1e-10: enough to start from.
pub(super) fn rough_upper_quantile(tail: f64) -> f64 {
    SQRT_2 * erfc_inv(2.0 * tail)
}

#[cfg(test)]
#[allow(clippy::excessive_precision, reason = "digits as the program printed them")]
mod tests {
    use super::*;
    use crate::dist::testing::assert_close;

    /// mpmath 1.4.1 (Python 3.11) at 40 digits, `findroot` on the tail.
    #[test]
    fn quantiles_agree_with_mpmath() {
        let known = [
            (0.025, 1.9599639845400542118),
            (0.05, 1.644853626951472688),
            (0.005, 2.5758293035489007538),
            (0.4, 0.25334710313579974132),
            (1e-9, 5.9978070150076868614),
        ];
        for (tail, wanted) in known {
            assert_close(&format!("z({tail})"), upper_quantile(tail), wanted, 1e-14);
        }
    }

    #[test]
    fn pieces_meet_where_the_method_changes() {
        assert_close("at 2", 0.5 - central(2.0), upper_tail(2.0), 1e-14);
        for z in [2.0, 3.0, 4.0, 6.0, 9.0, 30.0] {
            let long = (1..=400).rev().map(f64::from).fold(z, |below, k| z + k / below);
            assert_close(&format!("fraction at {z}"), laplace(z), long, 5e-16);
        }
    }

    #[test]
    fn the_ends_of_the_line_are_met() {
        assert_eq!((cdf(f64::NEG_INFINITY), cdf(f64::INFINITY)), (Ok(0.0), Ok(1.0)));
        assert_eq!((upper(f64::INFINITY), density(f64::INFINITY)), (Ok(0.0), Ok(0.0)));
        assert_eq!(quantile(0.0), Ok(f64::NEG_INFINITY));
        assert_eq!(cdf(f64::NAN).unwrap_err().code(), "GKO-S130");
    }

    /// Close to 0 the quantile is sqrt(2π)·(p - 1/2).
    #[test]
    fn a_quantile_near_the_median_keeps_its_digits() {
        let p = 0.5 + 2.0_f64.powi(-40);
        let wanted = 2.0_f64.powi(-40) * (2.0 * PI).sqrt();
        assert_close("z near 0", quantile(p).unwrap(), wanted, 1e-14);
    }
}
