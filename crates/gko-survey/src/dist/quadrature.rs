//! The integral of a log-concave tail, as a multiple of the density at its edge.
//!
//! # Rule
//! `∫[0, ∞) exp(g(s)) ds` with `g(0) = 0`, `g'(0) = -slope`, `g''(0) = -bend`:
//! Gauss-Legendre on [0, T], where T is the point at which the parabola through
//! these has fallen to -60. Large shapes are near the normal, and then 50 nodes
//! are exact to rounding in the centre as in the far tail, where continued
//! fractions would need thousands of terms.
//!
//! # Assumptions
//! g is concave and close to its parabola until -40: shapes from 400 on.
//!
//! # References
//! DLMF 3.5(v); Golub & Welsch (1969) for what the nodes are. They are found by
//! Newton's method on the Legendre polynomial, once.

use std::f64::consts::PI;
use std::sync::LazyLock;

/// Number of nodes.
const NODES: u32 = 50;
/// Where the integrand is cut off: exp(-60) is 1e-26, and skewness takes its share.
const DEPTH: f64 = 60.0;

static RULE: LazyLock<Vec<(f64, f64)>> = LazyLock::new(|| (0..NODES).map(node).collect());

/// One node of the rule on [0, 1] and its weight.
fn node(at: u32) -> (f64, f64) {
    const STEPS: u32 = 8;
    let mut x = (PI * (f64::from(at) + 0.75) / (f64::from(NODES) + 0.5)).cos();
    for _ in 0..STEPS {
        let (value, slope) = legendre(x);
        x -= value / slope;
    }
    let (_, slope) = legendre(x);
    (0.5 * (1.0 + x), 1.0 / ((1.0 - x * x) * slope * slope))
}

/// The Legendre polynomial of degree [`NODES`] and its slope.
fn legendre(x: f64) -> (f64, f64) {
    let (mut before, mut value) = (1.0, x);
    for k in (2..=NODES).map(f64::from) {
        (before, value) = (value, ((2.0 * k - 1.0) * x * value - (k - 1.0) * before) / k);
    }
    (value, f64::from(NODES) * (before - x * value) / (1.0 - x * x))
}

/// The integral of exp(g) from 0, given how g leaves 0.
pub(super) fn tail_integral(slope: f64, bend: f64, g: impl Fn(f64) -> f64) -> f64 {
    let end = 2.0 * DEPTH / (slope + (slope * slope + 2.0 * DEPTH * bend).sqrt());
    let sum: f64 = RULE.iter().map(|(at, weight)| weight * g(end * at).exp()).sum();
    end * sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rule_is_exact_for_powers() {
        for power in [0, 1, 2, 7, 20, 99] {
            let sum: f64 = RULE.iter().map(|(at, weight)| weight * at.powi(power)).sum();
            assert!((sum * f64::from(power + 1) - 1.0).abs() < 1e-14, "power {power}: {sum}");
        }
    }

    /// Half of the normal's integral, and the exponential's.
    #[test]
    fn known_tails_are_met() {
        let half = tail_integral(0.0, 4.0, |s| -2.0 * s * s);
        assert!((half / (PI / 8.0).sqrt() - 1.0).abs() < 1e-14, "{half}");
        let steep = tail_integral(1e4, 1.0, |s| -1e4 * s);
        assert!((steep * 1e4 - 1.0).abs() < 1e-14, "{steep}");
    }
}
