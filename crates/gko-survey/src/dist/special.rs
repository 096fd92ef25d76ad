//! Differences of elementary functions that keep their digits where they cancel.
//!
//! # Rule
//! - `stirling_error(z) = ln Γ(z + 1) - ((z + 1/2) ln z - z + ln(2π)/2)`
//! - `ln_1p_minus(u) = ln(1 + u) - u`
//! - `exp_m1_minus(s) = e^s - 1 - s`
//! - `deviance(z, m) = z ln(z / m) + m - z`, half the deviance of a Poisson count.
//!
//! Three log-gammas of 60 000 would lose four digits when subtracted; these lose none.
//!
//! # Assumptions
//! z > 0, m >= 0, u > -1.
//!
//! # References
//! Loader (2000) sections 3 and 5; DLMF 4.6.4, 5.11.1.

/// ln Γ(z + 1) minus Stirling's approximation of it: the series from 16 on,
/// below that stepped down by `(z + 1/2)·ln(1 + 1/z) - 1`.
pub(super) fn stirling_error(z: f64) -> f64 {
    let (mut z, mut steps) = (z, 0.0);
    while z < 16.0 {
        steps += (z + 0.5) * (1.0 / z).ln_1p() - 1.0;
        z += 1.0;
    }
    let q = 1.0 / (z * z);
    let terms = [1.0 / 12.0, -1.0 / 360.0, 1.0 / 1260.0, -1.0 / 1680.0, 1.0 / 1188.0];
    steps + terms.iter().rev().fold(0.0, |sum, term| sum * q + term) / z
}

/// ln(1 + u) - u: from v = u / (2 + u), since ln(1 + u) is twice artanh v.
pub(super) fn ln_1p_minus(u: f64) -> f64 {
    const WIDEST: f64 = 0.4;
    let v = u / (2.0 + u);
    if v.abs() >= WIDEST {
        return u.ln_1p() - u;
    }
    let square = v * v;
    let mut sum = -u * v;
    let mut power = 2.0 * v;
    for odd in (3..100).step_by(2) {
        power *= square;
        let next = sum + power / f64::from(odd);
        if next == sum {
            break;
        }
        sum = next;
    }
    sum
}

/// e^s - 1 - s.
pub(super) fn exp_m1_minus(s: f64) -> f64 {
    if s.abs() >= 0.5 {
        return s.exp_m1() - s;
    }
    let mut term = 0.5 * s * s;
    let mut sum = term;
    for k in 3..30 {
        term *= s / f64::from(k);
        let next = sum + term;
        if next == sum {
            break;
        }
        sum = next;
    }
    sum
}

/// z ln(z / m) + m - z, where `gap` is z - m to full precision.
pub(super) fn deviance(z: f64, m: f64, gap: f64) -> f64 {
    // Where m is far below z, 1 + u would have lost the digits of m.
    if gap > 0.5 * z {
        return z * (z / m).ln() - gap;
    }
    -z * ln_1p_minus(-gap / z)
}

#[cfg(test)]
#[allow(clippy::excessive_precision, reason = "digits as the program printed them")]
mod tests {
    use super::*;

    fn assert_close(got: f64, wanted: f64) {
        let gap = (got / wanted - 1.0).abs();
        assert!(gap <= 1e-15, "{got:e}, expected {wanted:e}, gap {gap:e}");
    }

    /// mpmath 1.3.0 at 50 digits, the formulas of the module's header.
    #[test]
    fn differences_agree_with_mpmath() {
        assert_close(ln_1p_minus(1e-9), -4.999999996666667292e-19);
        assert_close(ln_1p_minus(0.3), -0.037635735532508945);
        assert_close(ln_1p_minus(-0.3), -0.056674943938732372);
        assert_close(exp_m1_minus(1e-9), 5.000000001666667290e-19);
        assert_close(exp_m1_minus(-0.4), 0.070320046035639308);
    }

    /// Stirling's error of n is ln n! - ((n + 1/2) ln n - n + ln(2π)/2).
    #[test]
    fn stirling_error_of_whole_numbers() {
        let of_one = 1.0 - 0.5 * (2.0 * std::f64::consts::PI).ln();
        assert!((stirling_error(1.0) - of_one).abs() < 1e-15);
        // ln Γ(3/2) = ln(sqrt(π)/2), and (1/2 + 1/2) ln(1/2) - 1/2 + ln(2π)/2.
        let of_half = 0.5 - 0.5 * std::f64::consts::LN_2;
        assert!((stirling_error(0.5) - of_half).abs() < 1e-15);
    }

    #[test]
    fn deviance_is_zero_only_at_equality() {
        assert_eq!(deviance(3.0, 3.0, 0.0), 0.0);
        assert_close(deviance(2.0, 1.0, 1.0), 4.0_f64.ln() - 1.0);
        assert_close(deviance(1.0, 8.0, -7.0), 7.0 - 8.0_f64.ln());
    }
}
