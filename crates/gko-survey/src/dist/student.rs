//! Student's t distribution for any positive degrees of freedom.
//!
//! # Rule
//! For t >= 0 the upper tail is half of I_x(df/2, 1/2) at `x = df/(df + t²)`, where
//! `δ = df (t - 1)(t + 1) / (2 (df + t²))`; far out it is half of
//! `x^(df/2) / (df/2 · B)`. Quantiles solve for the logit of x; between the
//! quartiles for that of 1 - x at the probability between -t and t, so that a t
//! near 0 keeps its digits. First guesses: the expansion about the normal
//! quantile, Wallace's square root, or the power law of the tail.
//!
//! # Assumptions
//! df > 0; infinite df is the normal, and so is any above 1e24, which differs from
//! it by less than rounding even at 1e-300. 1e-12 relative from df 0.1 on. A
//! quantile beyond 1.8e308 is infinite.
//!
//! # References
//! Abramowitz & Stegun (1964) 26.5.27, 26.7.5; Wallace (1959) *Ann. Math. Statist.*
//! 30, 1124; R `pt`, `qt`.

use super::incomplete_beta::{Point, Shapes};
use super::{Side, normal, number, positive, probability, smaller_tail};
use crate::error::Error;

const DF: &str = "degrees of freedom";
/// From here on the distribution is the normal.
const NORMAL_DF: f64 = 1e24;
/// From this multiple of sqrt(df) on the tail is a power of t.
const FAR: f64 = 1e10;

/// P(T <= x) with `df` degrees of freedom.
///
/// # Example
/// With 1 degree of freedom it is `1/2 + atan(x)/π`.
/// ```
/// use gko_survey::dist::student;
///
/// assert!((student::cdf(-1.0, 1.0)? / 0.25 - 1.0).abs() < 1e-14);
/// # Ok::<(), gko_survey::Error>(())
/// ```
///
/// # Errors
/// x is not a number, or df is not above 0.
pub fn cdf(x: f64, df: f64) -> Result<f64, Error> {
    upper(-x, df)
}

/// P(T > x) with `df` degrees of freedom.
///
/// # Example
/// R: `pt(2.5, 31, lower.tail = FALSE)`
/// ```
/// use gko_survey::dist::student;
///
/// let p = student::upper(2.5, 31.0)?;
/// assert!((p / 0.0089601134066931085 - 1.0).abs() < 1e-12);
/// # Ok::<(), gko_survey::Error>(())
/// ```
///
/// # Errors
/// x is not a number, or df is not above 0.
pub fn upper(x: f64, df: f64) -> Result<f64, Error> {
    let (x, df) = (number("x", x)?, positive(DF, df)?);
    let tail = tail_beyond(x.abs(), df);
    Ok(if x < 0.0 { 1.0 - tail } else { tail })
}

/// The x with P(T <= x) = p.
///
/// # Example
/// R: `qt(0.975, 14)`
/// ```
/// use gko_survey::dist::student;
///
/// let t = student::quantile(0.975, 14.0)?;
/// assert!((t / 2.1447866879178044 - 1.0).abs() < 1e-13);
/// assert_eq!(student::quantile(0.5, 14.0)?, 0.0);
/// # Ok::<(), gko_survey::Error>(())
/// ```
///
/// # Errors
/// p is outside 0 to 1, or df is not above 0.
pub fn quantile(p: f64, df: f64) -> Result<f64, Error> {
    let (tail, side) = smaller_tail(probability(p)?);
    let t = upper_quantile(tail, positive(DF, df)?);
    Ok(if side == Side::Lower { -t } else { t })
}

/// The upper tail at t >= 0.
fn tail_beyond(t: f64, df: f64) -> f64 {
    if df > NORMAL_DF {
        return normal::upper_tail(t);
    }
    if t == 0.0 || t == f64::INFINITY {
        return if t == 0.0 { 0.5 } else { 0.0 };
    }
    let shapes = Shapes::new(0.5 * df, 0.5);
    if t > FAR * df.sqrt() {
        let ln_odds = df.ln() - 2.0 * t.ln();
        return 0.5 * (0.5 * df * ln_odds - shapes.ln_edge()).exp();
    }
    let square = t * t;
    let sum = df + square;
    let delta = 0.5 * df * ((t - 1.0) * (t + 1.0) / sum);
    0.5 * shapes.tails(Point { x: df / sum, y: square / sum, delta }).lower()
}

/// Student t with upper tail `tail`, from 0 to 0.5; df > 0.
pub(crate) fn upper_quantile(tail: f64, df: f64) -> f64 {
    if df > NORMAL_DF {
        return normal::upper_quantile(tail);
    }
    if tail <= 0.0 || tail >= 0.5 {
        return if tail <= 0.0 { f64::INFINITY } else { 0.0 };
    }
    let start = guess(tail, df);
    let shapes = Shapes::new(0.5 * df, 0.5);
    let ln_odds = if tail >= 0.25 {
        shapes.swapped().logit_of_lower(1.0 - 2.0 * tail, start)
    } else {
        -shapes.logit_of_lower(2.0 * tail, -start)
    };
    (0.5 * (ln_odds + df.ln())).exp()
}

/// First guess of ln(t² / df).
fn guess(tail: f64, df: f64) -> f64 {
    let z = normal::rough_upper_quantile(tail);
    let square = z * z;
    if square < df && df >= 3.0 {
        return 2.0 * expansion(z, df).ln() - df.ln();
    }
    let factor = (8.0 * df + 3.0) / (8.0 * df + 1.0);
    let exponent = square / df * factor * factor;
    // ln of e^x - 1 is x where e^x would overflow.
    if exponent > 40.0 { exponent } else { exponent.exp_m1().ln() }
}

/// Expansion about the normal quantile (A&S 26.7.5).
fn expansion(z: f64, df: f64) -> f64 {
    let q = z * z;
    let terms = [
        (q + 1.0) / 4.0,
        ((5.0 * q + 16.0) * q + 3.0) / 96.0,
        (((3.0 * q + 19.0) * q + 17.0) * q - 15.0) / 384.0,
        ((((79.0 * q + 776.0) * q + 1482.0) * q - 1920.0) * q - 945.0) / 92160.0,
    ];
    let sum = terms.iter().rev().fold(0.0, |sum, term| (sum + term) / df);
    z * (1.0 + sum)
}

#[cfg(test)]
#[allow(clippy::excessive_precision, reason = "digits as the program printed them")]
mod tests {
    use crate::dist::testing::assert_close;
    use std::f64::consts::PI;

    use super::*;

    /// Roots of the incomplete beta function at 40 digits: mpmath 1.4.1 (Python
    /// 3.11), `findroot` on `log betainc(regularized=True)`; scipy 1.17.1 agrees.
    #[test]
    fn quantiles_agree_with_mpmath() {
        let known = [
            (0.025, 1.0, 12.706204736174703938),
            (0.025, 2.0, 4.3026527297494637234),
            (0.025, 3.0, 3.1824463052837095204),
            (0.025, 5.0, 2.570581835636315469),
            (0.05, 14.0, 1.7613101357748920588),
            (0.005, 43.0, 2.6951020791576752816),
            (0.025, 168.0, 1.9741851911433254696),
            (0.025, 999.0, 1.9623414611334499548),
            (0.025, 1999.0, 1.9611514201705619522),
            (0.025, 2001.0, 1.9611502326224414135),
            (0.025, 60000.0, 1.9600035231779317472),
            (0.025, 1000000.0, 1.9599663568141070115),
            (0.0005, 3.0, 12.923978636687482975),
            (0.0005, 2500.0, 3.2944228084453351901),
            (0.4, 7.0, 0.26316686135202275215),
        ];
        for (tail, df, wanted) in known {
            assert_close(&format!("t({tail}, {df})"), upper_quantile(tail, df), wanted, 2e-14);
        }
    }

    #[test]
    fn closed_forms_hold() {
        for tail in [1e-300, 1e-100, 1e-20, 1e-6, 0.005, 0.025, 0.05, 0.1, 0.2] {
            let cauchy = 1.0 / (PI * tail).tan();
            assert_close("t, df 1", upper_quantile(tail, 1.0), cauchy, 1e-12);
            let two = (1.0 - 2.0 * tail) / (2.0 * tail * (1.0 - tail)).sqrt();
            assert_close("t, df 2", upper_quantile(tail, 2.0), two, 1e-12);
            assert_close("tail, df 1", tail_beyond(cauchy, 1.0), tail, 1e-12);
            assert_close("tail, df 2", tail_beyond(two, 2.0), tail, 1e-12);
        }
    }

    #[test]
    fn pieces_meet_where_the_method_changes() {
        for df in [0.3, 1.0, 4.5, 30.0] {
            let edge = FAR * f64::sqrt(df);
            let (near, far) = (tail_beyond(edge, df), tail_beyond(edge * (1.0 + 1e-15), df));
            assert_close("power law", far, near, 1e-12);
        }
        for tail in [1e-300, 1e-9, 0.025, 0.3] {
            let (t, z) = (upper_quantile(tail, NORMAL_DF), normal::upper_quantile(tail));
            assert_close("normal", t, z, 1e-13);
        }
    }

    #[test]
    fn the_ends_of_the_line_are_met() {
        assert_eq!(quantile(0.0, 3.0), Ok(f64::NEG_INFINITY));
        assert_eq!(quantile(1.0, 0.5), Ok(f64::INFINITY));
        assert_eq!((upper(f64::INFINITY, 2.0), upper(0.0, 2.0)), (Ok(0.0), Ok(0.5)));
        // About 1e600, more than a number can hold.
        assert_eq!(quantile(1e-300, 0.5), Ok(f64::NEG_INFINITY));
        assert_eq!(upper(1.0, 0.0).unwrap_err().code(), "GKO-S130");
    }
}
