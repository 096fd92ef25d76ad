//! The exact tail of a weighted sum of chi-squared variables.
//!
//! # Rule
//! `P(> x) = 1/(2πi) ∫ exp(K(z) - zx)/z dz` along any path from -i∞ to i∞ that
//! crosses the real line between 0 and the pole above; between the pole below and
//! 0 it is `-P(<= x)`. The path is the hyperbola
//! `z = c + r sin θ (cosh v - 1) + i r cos θ sinh v`, where c is the saddlepoint (so
//! nothing cancels and far tails keep their digits) held off 0, r the distance
//! to the nearest pole or the width of the saddle, and θ gives the hyperbola the
//! curvature `K'''/(6 K'')` of the path of steepest descent. In v the
//! trapezoidal rule converges geometrically; its step is halved until it has.
//!
//! # Assumptions
//! As those of the cumulant function.
//!
//! # References
//! Rice (1980) *SIAM J. Sci. Statist. Comput.* 1, 438; Helstrom (1983) *IEEE Trans.
//! AES* 19, 428; Trefethen & Weideman (2014) *SIAM Review* 56, 385, section 15.

use std::f64::consts::PI;

use nalgebra::Complex;

use super::cumulant::Cumulant;
use crate::error::Error;

/// Agreement of two steps; the error squares with each halving.
const AGREED: f64 = 1e-8;
/// Step of the first sum.
const FIRST_STEP: f64 = 0.25;

/// P(> x).
pub(super) fn upper(cumulant: &Cumulant) -> Result<f64, Error> {
    let path = Hyperbola::through_saddle(cumulant);
    let integral = path.integral(cumulant)?;
    Ok(if path.crossing > 0.0 { integral } else { 1.0 + integral })
}

struct Hyperbola {
    /// Where the path crosses the real line.
    crossing: f64,
    /// r sin θ.
    right: f64,
    /// r cos θ.
    up: f64,
}

impl Hyperbola {
    fn through_saddle(cumulant: &Cumulant) -> Self {
        let (low, high) = cumulant.poles();
        let saddle = cumulant.saddle();
        let width = 1.0 / cumulant.slopes(saddle).second.sqrt();
        let crossing = if saddle >= 0.0 {
            saddle.max(width.min(0.5 * high))
        } else {
            saddle.min((-width).max(0.5 * low))
        };
        let slopes = cumulant.slopes(crossing);
        let room = crossing.abs().min(high - crossing).min(crossing - low);
        let radius = room.min(1.0 / slopes.second.sqrt());
        let bend = 4.0 * radius * slopes.third / (6.0 * slopes.second);
        // The root of bend·(1 - s²) = 2s, which is curvature·2r·cos² = sin.
        let steepest = bend / (1.0 + (1.0 + bend * bend).sqrt());
        let sine = steered(steepest, cumulant);
        Self { crossing, right: radius * sine, up: radius * (1.0 - sine * sine).sqrt() }
    }

    fn integral(&self, cumulant: &Cumulant) -> Result<f64, Error> {
        const HALVINGS: u32 = 10;
        let scale = cumulant.exponent_at(Complex::new(self.crossing, 0.0)).re;
        if scale.exp() == 0.0 {
            return Ok(0.0);
        }
        let integrand = |v: f64| self.integrand(cumulant, scale, v);
        let end = end_of(integrand);
        let mut step = FIRST_STEP;
        let mut sum = 0.5 * integrand(0.0) + grid(step, step, end).map(integrand).sum::<f64>();
        for _ in 0..HALVINGS {
            let before = sum * step;
            sum += grid(0.5 * step, step, end).map(integrand).sum::<f64>();
            step *= 0.5;
            if (sum * step - before).abs() <= AGREED * before.abs() {
                return Ok(sum * step / PI * scale.exp());
            }
        }
        Err(Error::IntegralUnsettled { x: cumulant.x, steps: HALVINGS })
    }

    /// Imaginary part of exp(K(z) - zx - scale) / z · dz/dv.
    fn integrand(&self, cumulant: &Cumulant, scale: f64, v: f64) -> f64 {
        let (sinh, cosh) = (v.sinh(), v.cosh());
        // cosh v - 1 without cancellation.
        let rise = 2.0 * (0.5 * v).sinh().powi(2);
        let z = Complex::new(self.crossing + self.right * rise, self.up * sinh);
        let slope = Complex::new(self.right * sinh, self.up * cosh);
        ((cumulant.exponent_at(z) - scale).exp() / z * slope).im
    }
}

/// A path on which exp(-zx), or the factor of a denominator with many degrees of
/// freedom, decays in the end, whatever the curvature at the saddle.
/// With many terms it decays before, and a path bent far would first climb.
fn steered(sine: f64, cumulant: &Cumulant) -> f64 {
    let least = (1.0 / cumulant.df().sqrt()).min(0.2);
    match cumulant.lean {
        x if x > 0.0 => sine.max(least),
        x if x < 0.0 => sine.min(-least),
        _ => sine,
    }
}

/// start, start + step, ... up to the end.
fn grid(start: f64, step: f64, end: f64) -> impl Iterator<Item = f64> {
    (0..u32::MAX).map(move |k| start + step * f64::from(k)).take_while(move |v| *v <= end)
}

/// Where the integrand has become too small to matter, and stays so.
fn end_of(integrand: impl Fn(f64) -> f64) -> f64 {
    const NEGLIGIBLE: f64 = 1e-18;
    const IN_A_ROW: u32 = 6;
    const FURTHEST: f64 = 300.0;
    let (mut peak, mut small) = (0.0_f64, 0);
    for v in grid(0.0, FIRST_STEP, FURTHEST) {
        let size = integrand(v).abs();
        peak = peak.max(size);
        small = if size <= NEGLIGIBLE * peak { small + 1 } else { 0 };
        if small == IN_A_ROW {
            return v;
        }
    }
    FURTHEST
}
