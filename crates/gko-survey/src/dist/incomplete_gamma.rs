//! The incomplete gamma function, both tails, and its inverse on the log scale.
//!
//! # Rule
//! With `power = x^a e^-x / Γ(a) = sqrt(a / 2π) exp(-s(a) - D(a, x))`, s Stirling's
//! error and D the deviance:
//! - lower: `power/a · (1 + x/(a+1) + x²/((a+1)(a+2)) + ...)` for x < a + 1,
//! - upper: `power · 1/(x+1-a - 1(1-a)/(x+3-a - ...))` beyond,
//! - for large a `power · ∫ exp(-|δ|s - x(e^±s - 1 ∓ s)) ds`, δ = a - x.
//!
//! # Assumptions
//! a > 0 and finite.
//!
//! # References
//! DLMF 8.7.1, 8.9.2; Loader (2000); Wilson & Hilferty (1931) for the first guess.

use std::f64::consts::PI;

use super::invert::{Tangent, solve};
use super::quadrature::tail_integral;
use super::special::{deviance, exp_m1_minus, stirling_error};
use super::{Side, normal};

/// From here on the integral beats series and fraction.
const LARGE: f64 = 400.0;

/// The shape of a gamma distribution, with what depends on nothing else.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    a: f64,
    /// ln of what is left of the power term where the deviance is 0.
    ln_scale: f64,
}

/// One argument: x and δ = a - x, both to full relative precision.
#[derive(Debug, Clone, Copy)]
pub(super) struct Point {
    pub(super) x: f64,
    pub(super) delta: f64,
}

/// Both tails at one point.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tails {
    /// ln of the density of ln x.
    ln_power: f64,
    /// The tail that was worked out, over the density.
    ratio: f64,
    is_lower: bool,
}

impl Tails {
    pub(super) fn on(&self, side: Side) -> f64 {
        if self.is_on(side) { self.tail() } else { 1.0 - self.tail() }
    }

    fn tail(&self) -> f64 {
        (self.ln_power.exp() * self.ratio).min(1.0)
    }

    /// ln of a tail and its slope, also where the tail itself underflows.
    fn ln_on(&self, side: Side) -> (f64, f64) {
        if self.is_on(side) {
            return (self.ln_power + self.ratio.ln(), 1.0 / self.ratio);
        }
        let tail = self.tail();
        ((-tail).ln_1p(), self.ln_power.exp() / (1.0 - tail))
    }

    fn is_on(&self, side: Side) -> bool {
        self.is_lower == (side == Side::Lower)
    }
}

impl Shape {
    pub(super) fn new(a: f64) -> Self {
        Self { a, ln_scale: 0.5 * (a / (2.0 * PI)).ln() - stirling_error(a) }
    }

    pub(super) fn tails(&self, at: Point) -> Tails {
        let ln_power = self.ln_scale - deviance(self.a, at.x, at.delta);
        let is_lower = at.delta > -1.0;
        let ratio = match (self.a >= LARGE, is_lower) {
            (true, _) => integral(at),
            (false, true) => self.series(at.x),
            (false, false) => self.fraction(at),
        };
        Tails { ln_power, ratio, is_lower }
    }

    /// The lower tail over the power term.
    fn series(&self, x: f64) -> f64 {
        const TERMS: u32 = 10_000;
        let (mut term, mut sum) = (1.0, 1.0);
        for k in (1..TERMS).map(f64::from) {
            term *= x / (self.a + k);
            sum += term;
            if term < sum * 0.1 * f64::EPSILON {
                break;
            }
        }
        sum / self.a
    }

    /// The upper tail over the power term, by Lentz.
    fn fraction(&self, at: Point) -> f64 {
        const TERMS: u32 = 10_000;
        let mut result = 1.0 - at.delta;
        let (mut c, mut d) = (result, 0.0);
        for k in (1..TERMS).map(f64::from) {
            let alpha = k * (self.a - k);
            let beta = 2.0 * k + 1.0 - at.delta;
            d = 1.0 / (beta + alpha * d);
            c = beta + alpha / c;
            let factor = c * d;
            result *= factor;
            if (factor - 1.0).abs() <= f64::EPSILON {
                break;
            }
        }
        1.0 / result
    }

    /// The x whose tail on one side is `tail`, from 0 to 0.5 exclusive.
    pub(super) fn quantile(&self, tail: f64, side: Side) -> f64 {
        // x^a / Γ(a + 1) is above the lower tail, by less than rounding from here on.
        const EDGE: f64 = -41.0;
        let lower_ln = if side == Side::Lower { tail.ln() } else { (-tail).ln_1p() };
        let low = (lower_ln + self.ln_edge()) / self.a;
        if low < EDGE {
            return low.exp();
        }
        let start = self.guess(tail, side).ln().max(low);
        // The upper tail increases in -ln x, the lower in ln x.
        let sign = if side == Side::Lower { 1.0 } else { -1.0 };
        let found = solve(sign * start, tail.ln(), |u| self.tangent(sign * u, side, sign));
        (sign * found).exp()
    }

    fn tangent(&self, ln_x: f64, side: Side, sign: f64) -> Tangent {
        let x = ln_x.exp();
        let delta = self.a - x;
        let (ln_tail, slope) = self.tails(Point { x, delta }).ln_on(side);
        Tangent { ln_tail, slope, delta: sign * delta }
    }

    /// ln Γ(a + 1).
    fn ln_edge(&self) -> f64 {
        // ln_scale is ln of a^a e^-a / Γ(a).
        self.a.ln() + self.a * self.a.ln() - self.a - self.ln_scale
    }

    /// A first guess: Wilson and Hilferty's cube, or the exponential's tail.
    fn guess(&self, tail: f64, side: Side) -> f64 {
        let z = normal::rough_upper_quantile(tail);
        let z = if side == Side::Lower { -z } else { z };
        let r = 1.0 / (9.0 * self.a);
        let root = 1.0 - r + z * r.sqrt();
        let cube = if root > 0.0 { self.a * root * root * root } else { 0.0 };
        if side == Side::Upper && self.a < 1.0 { -tail.ln() } else { cube }
    }
}

/// The tail away from the mean over the power term, for large a.
fn integral(at: Point) -> f64 {
    let Point { x, delta } = at;
    let sign = if delta > -1.0 { -1.0 } else { 1.0 };
    let slope = -sign * delta;
    tail_integral(slope, x, |s| -slope * s - x * exp_m1_minus(sign * s))
}
