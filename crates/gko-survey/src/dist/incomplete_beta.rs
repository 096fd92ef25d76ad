//! The incomplete beta function, both tails, and its inverse on the logit scale.
//!
//! # Rule
//! With n = a + b, y = 1 - x and `power = x^a y^b / B(a, b)`:
//! - `ln power = s(n) - s(a) - s(b) + ln(ab / 2πn)/2 - D(a, nx) - D(b, ny)`,
//!   s Stirling's error, D the deviance;
//! - `I_x(a, b) = power · (1/β1 + α2/β2 + ...)`, the even part of the continued
//!   fraction, on the side where it converges fast;
//! - where both shapes are large, `power · ∫ exp(g(s)) ds` over the logit.
//!
//! All of them take `δ = ay - bx = a - nx`, which callers know without
//! cancellation: at n = 1e9 a rounded x would cost seven digits.
//!
//! # Assumptions
//! a, b > 0 and finite.
//!
//! # References
//! Loader (2000); DiDonato & Morris (1992) *ACM TOMS* 18, 360, section 5; DLMF 8.17.22;
//! Abramowitz & Stegun (1964) 26.5.22 for the first guess.

use std::f64::consts::PI;

use super::invert::{Tangent, solve};
use super::normal;
use super::quadrature::tail_integral;
use super::special::{deviance, exp_m1_minus, ln_1p_minus, stirling_error};

/// From here on, for both shapes, the integral beats the continued fraction.
const LARGE: f64 = 400.0;

/// The shapes of a beta distribution, with what depends on nothing else.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shapes {
    a: f64,
    b: f64,
    /// ln of what is left of the power term where the deviances are 0.
    ln_scale: f64,
}

/// One argument: x, y = 1 - x and δ = ay - bx, each to full relative precision.
#[derive(Debug, Clone, Copy)]
pub(super) struct Point {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) delta: f64,
}

impl Point {
    fn swapped(self) -> Self {
        Self { x: self.y, y: self.x, delta: -self.delta }
    }
}

/// Both tails at one point.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tails {
    /// ln of the density of the logit.
    ln_power: f64,
    /// The tail that was worked out, over the density.
    ratio: f64,
    is_lower: bool,
}

impl Tails {
    pub(super) fn lower(&self) -> f64 {
        if self.is_lower { self.tail() } else { 1.0 - self.tail() }
    }

    pub(super) fn upper(&self) -> f64 {
        if self.is_lower { 1.0 - self.tail() } else { self.tail() }
    }

    fn tail(&self) -> f64 {
        (self.ln_power.exp() * self.ratio).min(1.0)
    }

    /// ln of the lower tail and its slope, also where the tail itself underflows.
    fn ln_lower(&self) -> (f64, f64) {
        if self.is_lower {
            return (self.ln_power + self.ratio.ln(), 1.0 / self.ratio);
        }
        let tail = self.tail();
        ((-tail).ln_1p(), self.ln_power.exp() / (1.0 - tail))
    }
}

impl Shapes {
    pub(super) fn new(a: f64, b: f64) -> Self {
        let n = a + b;
        let errors = stirling_error(n) - stirling_error(a) - stirling_error(b);
        let ln_scale = errors + 0.5 * (a * (b / n) / (2.0 * PI)).ln();
        Self { a, b, ln_scale }
    }

    pub(super) fn swapped(self) -> Self {
        Self { a: self.b, b: self.a, ..self }
    }

    /// ln of a · B(a, b): as x goes to 0, I goes to x^a over this.
    pub(super) fn ln_edge(&self) -> f64 {
        let Self { a, b, ln_scale } = *self;
        a.ln() - (ln_scale + a * (b / a).ln_1p() + b * (a / b).ln_1p())
    }

    fn ln_power(&self, at: Point) -> f64 {
        let n = self.a + self.b;
        let first = deviance(self.a, n * at.x, at.delta);
        self.ln_scale - first - deviance(self.b, n * at.y, -at.delta)
    }

    pub(super) fn tails(&self, at: Point) -> Tails {
        // The same as x < (a + 1) / (n + 2).
        let is_lower = at.delta > at.x - at.y;
        let ratio = if is_lower { self.ratio(at) } else { self.swapped().ratio(at.swapped()) };
        Tails { ln_power: self.ln_power(at), ratio, is_lower }
    }

    /// The lower tail over the power term.
    fn ratio(&self, at: Point) -> f64 {
        if self.a.min(self.b) >= LARGE { self.integral(at) } else { self.fraction(at) }
    }

    /// The even part of the continued fraction, by Lentz.
    fn fraction(&self, at: Point) -> f64 {
        const TERMS: u32 = 1_000_000;
        let Self { a, b, .. } = *self;
        let Point { x, y, delta } = at;
        let mut result = a / (a + 1.0) * (delta + 1.0);
        let (mut c, mut d) = (result, 0.0);
        let mut before = 1.0 / (a + 1.0);
        for m in (1..TERMS).map(f64::from) {
            let after = 1.0 / (a + 2.0 * m + 1.0);
            let first = (a + m - 1.0) * before * ((a + b + m - 1.0) * before);
            let alpha = first * m * (b - m) * x * x;
            let beta = m + m * (b - m) * x * before;
            let beta = beta + (a + m) * after * (delta + 1.0 + m * (1.0 + y));
            d = 1.0 / (beta + alpha * d);
            c = beta + alpha / c;
            let factor = c * d;
            result *= factor;
            if (factor - 1.0).abs() <= f64::EPSILON {
                break;
            }
            before = after;
        }
        1.0 / result
    }

    /// The integral over s = logit(x) - logit, in x or y, whichever is smaller.
    fn integral(&self, at: Point) -> f64 {
        let n = self.a + self.b;
        let Point { x, y, delta } = at;
        tail_integral(delta, n * x * y, |s| {
            let (small, s_signed) = if x <= y { (x, -s) } else { (y, s) };
            let curve = n * small * exp_m1_minus(s_signed);
            -delta * s - curve - n * ln_1p_minus(small * s_signed.exp_m1())
        })
    }

    /// The logit of the x whose lower tail is `tail`, from 0 to 0.5 exclusive.
    /// `start` is a first guess.
    pub(super) fn logit_of_lower(&self, tail: f64, start: f64) -> f64 {
        // From here on the power law of an end is exact to rounding.
        let edge = -41.0 - (self.a + self.b).ln_1p();
        let low = (tail.ln() + self.ln_edge()) / self.a;
        if low < edge {
            return low;
        }
        let high = ((-tail).ln_1p() + self.swapped().ln_edge()) / self.b;
        if high < edge {
            return -high;
        }
        // The power law is never above the root.
        solve(start.max(low), tail.ln(), |logit| self.tangent(logit))
    }

    fn tangent(&self, logit: f64) -> Tangent {
        let at = self.at_logit(logit);
        let (ln_tail, slope) = self.tails(at).ln_lower();
        Tangent { ln_tail, slope, delta: at.delta }
    }

    fn at_logit(&self, logit: f64) -> Point {
        let odds = (-logit.abs()).exp();
        let (small, large) = (odds / (1.0 + odds), 1.0 / (1.0 + odds));
        let (x, y) = if logit < 0.0 { (small, large) } else { (large, small) };
        Point { x, y, delta: self.a * y - self.b * x }
    }

    /// A first guess for [`Shapes::logit_of_lower`]: A&S 26.5.22 where it holds.
    pub(super) fn guess(&self, tail: f64) -> f64 {
        let Self { a, b, .. } = *self;
        if a <= 1.0 || b < 1.0 {
            return f64::NEG_INFINITY;
        }
        let z = normal::rough_upper_quantile(tail);
        let (r, s) = (1.0 / (2.0 * a - 1.0), 1.0 / (2.0 * b - 1.0));
        let h = 2.0 / (r + s);
        let lambda = (z * z - 3.0) / 6.0;
        let root = (h + lambda).max(0.0).sqrt();
        let w = z * root / h - (s - r) * (lambda + 5.0 / 6.0 - 2.0 / (3.0 * h));
        (a / b).ln() - 2.0 * w
    }
}
