//! The cumulant function of a weighted sum of chi-squared variables, and its saddle.
//!
//! # Rule
//! With weights w of counts m: `K(z) = -Σ m ln(1 - 2zw)/2`,
//! `K'(z) = Σ m w/(1 - 2zw)`, `K'' = 2 Σ m (w/(1 - 2zw))²`, `K''' = 8 Σ m (w/(1 - 2zw))³`.
//! K' increases from one pole to the next, so that `K'(ζ) = x` has one root between
//! the poles around 0; with no negative weight there is none on the left, and
//! `-Σm/(2x)` is below the root.
//!
//! # Assumptions
//! The largest weight is 1; x > 0 where no weight is negative.
//!
//! # References
//! Kuonen (1999) *Biometrika* 86, 929; R survey 4.5 `saddle`.

use nalgebra::Complex;

use crate::dist::normal;

/// Closer to the mean than this the approximation is singular (R's threshold).
const NEAR_MEAN: f64 = 1e-4;

/// K of `Σ w χ²_m` and the x at which the tail is wanted.
pub(super) struct Cumulant {
    /// Weights that are not 0, with their counts.
    terms: Vec<(f64, f64)>,
    pub(super) x: f64,
    /// To which side of the plane the tail leans: the sign of x, also of one that
    /// stands in the weight of a denominator.
    pub(super) lean: f64,
}

/// K'(z) - x and its derivatives.
pub(super) struct Slopes {
    gap: f64,
    pub(super) second: f64,
    pub(super) third: f64,
}

impl Cumulant {
    pub(super) fn new(terms: Vec<(f64, f64)>, x: f64) -> Self {
        Self { terms, x, lean: x }
    }

    /// With x/ddf times a chi-squared of `ddf` taken away, at 0.
    pub(super) fn over(mut terms: Vec<(f64, f64)>, x: f64, ddf: f64) -> Self {
        if x != 0.0 {
            terms.push((-x / ddf, ddf));
        }
        Self { terms, x: 0.0, lean: x }
    }

    /// Degrees of freedom of all terms.
    pub(super) fn df(&self) -> f64 {
        self.terms.iter().map(|(_, count)| count).sum()
    }

    /// K(z) - zx.
    fn exponent(&self, z: f64) -> f64 {
        let part = |(weight, count): &(f64, f64)| count * (-2.0 * z * weight).ln_1p();
        -0.5 * self.terms.iter().map(part).sum::<f64>() - z * self.x
    }

    /// K(z) - zx off the real line.
    pub(super) fn exponent_at(&self, z: Complex<f64>) -> Complex<f64> {
        let part = |(weight, count): &(f64, f64)| ln_1p(z * (-2.0 * weight)) * *count;
        let sum: Complex<f64> = self.terms.iter().map(part).sum();
        sum * -0.5 - z * self.x
    }

    pub(super) fn slopes(&self, z: f64) -> Slopes {
        let mut slopes = Slopes { gap: -self.x, second: 0.0, third: 0.0 };
        for (weight, count) in &self.terms {
            let ratio = weight / (1.0 - 2.0 * z * weight);
            slopes.gap += count * ratio;
            slopes.second += 2.0 * count * ratio * ratio;
            slopes.third += 8.0 * count * ratio * ratio * ratio;
        }
        slopes
    }

    /// The poles around 0.
    pub(super) fn poles(&self) -> (f64, f64) {
        let weights = || self.terms.iter().map(|(weight, _)| *weight);
        let high = weights().fold(0.0, f64::max);
        let low = weights().fold(0.0, f64::min);
        let pole = |weight: f64, none: f64| if weight == 0.0 { none } else { 0.5 / weight };
        (pole(low, f64::NEG_INFINITY), pole(high, f64::INFINITY))
    }

    /// The root of K'(ζ) = x, by Newton with bisection where it leaves the bracket.
    pub(super) fn saddle(&self) -> f64 {
        const STEPS: usize = 300;
        let (mut low, mut high) = self.poles();
        if low.is_infinite() {
            low = -0.5 * self.df() / self.x;
        }
        let mut at = 0.0;
        for _ in 0..STEPS {
            let slopes = self.slopes(at);
            if slopes.gap > 0.0 {
                high = at
            } else {
                low = at
            }
            let newton = at - slopes.gap / slopes.second;
            let inside = newton > low && newton < high;
            let next = if inside { newton } else { 0.5 * (low + high) };
            if (next - at).abs() <= f64::EPSILON * at.abs() {
                return next;
            }
            at = next;
        }
        at
    }

    /// The approximation of the upper tail, unless it is singular here.
    pub(super) fn saddlepoint(&self) -> Option<f64> {
        let saddle = self.saddle();
        if saddle.abs() < NEAR_MEAN {
            return None;
        }
        let w = saddle.signum() * (-2.0 * self.exponent(saddle)).sqrt();
        let v = saddle * self.slopes(saddle).second.sqrt();
        let z = w + (v / w).ln() / w;
        (!z.is_nan()).then(|| normal::upper_tail(z))
    }
}

/// ln(1 + w), which keeps the digits of a small w.
fn ln_1p(w: Complex<f64>) -> Complex<f64> {
    let modulus = 0.5 * (w.re * (2.0 + w.re) + w.im * w.im).ln_1p();
    Complex::new(modulus, w.im.atan2(1.0 + w.re))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of one weight K' is 1/(1 - 2z), so the root is (1 - 1/x)/2.
    #[test]
    fn the_saddle_of_one_weight_is_known() {
        for x in [1e-6, 0.3, 0.999, 1.0, 1.5, 40.0, 1e7] {
            let saddle = Cumulant::new(vec![(1.0, 1.0)], x).saddle();
            assert!((saddle - 0.5 * (1.0 - 1.0 / x)).abs() <= 1e-15 * (1.0 + 1.0 / x), "{x}");
        }
    }

    /// 1/(1 - 2z) - r/(1 + 2zr) = 0 at z = (r - 1)/(4r), r = x/ddf, counts 1 and 1.
    #[test]
    fn the_saddle_between_two_poles_is_known() {
        for r in [1e-3, 0.5, 2.0, 300.0] {
            let saddle = Cumulant::new(vec![(1.0, 1.0), (-r, 1.0)], 0.0).saddle();
            assert!((saddle * 4.0 * r / (r - 1.0) - 1.0).abs() < 1e-13, "{r}: {saddle}");
        }
    }

    #[test]
    fn the_exponent_is_one_function_on_and_off_the_line() {
        let cumulant = Cumulant::new(vec![(1.0, 1.0), (0.2, 3.0), (-0.7, 2.5)], 1.3);
        let (real, complex) =
            (cumulant.exponent(0.11), cumulant.exponent_at(Complex::new(0.11, 0.0)));
        assert!((real - complex.re).abs() < 1e-15 && complex.im == 0.0);
    }
}
