//! The point at which a tail has a given probability.
//!
//! # Rule
//! With u the logarithm of the argument (or of its odds), `h(u) = ln tail(u) -
//! ln wanted` is increasing and concave, `h' = w = power / tail`, and
//! `h'' = w (δ - w)`, where power is the density of u and δ the slope of its logarithm. So Halley's step costs
//! no more than Newton's: `(h/w) / (1 - h (δ - w) / (2 w))`.
//!
//! # Assumptions
//! The density of u is log-concave: true of ln χ², ln F and the logit of a beta
//! for all parameters.
//!
//! # References
//! Halley's method: Gander (1985) *Amer. Math. Monthly* 92, 131.

/// A tail at one u.
pub(super) struct Tangent {
    /// ln of the tail.
    pub(super) ln_tail: f64,
    /// d ln tail / du.
    pub(super) slope: f64,
    /// d ln density / du.
    pub(super) delta: f64,
}

/// The u at which the tail is `ln_wanted`; `start` may be anywhere.
pub(super) fn solve(start: f64, ln_wanted: f64, tangent: impl Fn(f64) -> Tangent) -> f64 {
    const STEPS: usize = 100;
    /// Convergence is cubic: the next step would be below rounding.
    const CLOSE: f64 = 3e-6;
    const LONGEST: f64 = 50.0;
    let mut at = start;
    for _ in 0..STEPS {
        let Tangent { ln_tail, slope, delta } = tangent(at);
        let gap = ln_tail - ln_wanted;
        let bend = (1.0 - 0.5 * gap * (delta - slope) / slope).clamp(0.5, 2.0);
        let step = gap / (slope * bend);
        if step.is_nan() {
            break;
        }
        at -= step.clamp(-LONGEST, LONGEST);
        if gap.abs() < CLOSE {
            break;
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The logistic distribution: ln of 1 / (1 + e^-u), whose quantile is the logit.
    fn logistic(u: f64) -> Tangent {
        let (tail, rest) = (1.0 / (1.0 + (-u).exp()), 1.0 / (1.0 + u.exp()));
        Tangent { ln_tail: tail.ln(), slope: rest, delta: rest - tail }
    }

    #[test]
    fn the_logit_is_found_from_far_off() {
        for wanted in [1e-12_f64, 0.01, 0.3, 0.5] {
            let logit = wanted.ln() - (-wanted).ln_1p();
            for start in [-60.0, -3.0, 0.0, 5.0, 30.0] {
                let found = solve(start, wanted.ln(), logistic);
                assert!((found - logit).abs() < 1e-13, "{wanted} from {start}: {found}");
            }
        }
    }

    #[test]
    fn a_flat_start_stays_where_it_is() {
        let flat = |_| Tangent { ln_tail: f64::NEG_INFINITY, slope: 0.0, delta: 0.0 };
        assert_eq!(solve(3.0, -1.0, flat), 3.0);
    }
}
