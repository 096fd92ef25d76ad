//! The likelihood interval of a share.
//!
//! # Estimator
//! A logistic model with nothing but an intercept β has deviance
//! `D(β) - D(logit p) = 2n·KL(p, expit β)`, `KL(p, q) = p·ln(p/q) +
//! (1-p)·ln((1-p)/(1-q))`. The ends are the β with `sign · √((D(β) - D) / φ) =
//! ± t·√λ`: φ the dispersion, n/(n-1), or 1 with replicates; λ the design effect
//! of β, its variance times the working information of `working.rs`.
//!
//! # Rule
//! R reads the ends off a profile in steps of `zmax/5 · SE(β)`, made three times as
//! dense by a cubic spline with straight lines between its points. So do we, to
//! give R's ends: beside the roots of the equation they are off by up to 3e-3 of
//! an end at 4 hits of 183, and by 1e-5 in usual samples. Where R's profile ends
//! before the limit and R has no answer, the equation is solved.
//!
//! # References
//! Rao & Scott (1984) *Ann. Statist.* 12, 46; R survey 4.5 `confint.svyglm(method
//! = "likelihood")`; Forsythe, Malcolm & Moler (1977) ch. 4 for the spline.

use super::{ShareFacts, expit};
use crate::dist::{normal, student};

/// R's steps to either side are fewer than this.
const MAX_STEPS: u32 = 10;

/// The signed root of the scaled deviance as a function of β.
pub(super) struct Profile {
    p: f64,
    /// logit p.
    centre: f64,
    /// SE of β.
    se: f64,
    /// Twice the deviance's weight over the dispersion.
    scale: f64,
    /// √λ.
    design: f64,
    n: f64,
}

impl Profile {
    /// None where the variance or a degree of freedom is missing.
    pub(super) fn new(facts: &ShareFacts) -> Option<Self> {
        let (n, working) = (facts.n as f64, facts.working?);
        let variance = facts.logit_variance();
        let usable = variance.is_finite() && variance > 0.0 && facts.n > 1;
        usable.then(|| Self {
            p: facts.p,
            centre: (facts.p / (1.0 - facts.p)).ln(),
            se: variance.sqrt(),
            scale: 2.0 * if working.corrected { n - 1.0 } else { n },
            design: (variance * working.information).sqrt(),
            n,
        })
    }

    /// Ends of the interval, as shares.
    pub(super) fn ends(&self, t: f64) -> Option<(f64, f64)> {
        let limit = t * self.design;
        let read = self.as_r_reads(limit);
        let end = |at: usize, sign: f64| {
            let beta = read.and_then(|ends| ends[at]);
            beta.map_or_else(|| self.solve(sign * limit), expit)
        };
        Some((end(0, -1.0), end(1, 1.0)))
    }

    /// Signed root of the scaled deviance at β.
    fn z(&self, beta: f64) -> f64 {
        let (ln_q, ln_rest) = (-ln_1p_exp(-beta), -ln_1p_exp(beta));
        let yes = self.p * (self.p.ln() - ln_q);
        let no = (1.0 - self.p) * ((1.0 - self.p).ln() - ln_rest);
        (self.scale * (yes + no).max(0.0)).sqrt().copysign(beta - self.centre)
    }

    /// The share at which z is `target`, by bisection of β.
    fn solve(&self, target: f64) -> f64 {
        const HALVINGS: u32 = 200;
        const FAR: f64 = 700.0;
        let (mut low, mut high) = (-FAR, FAR);
        for _ in 0..HALVINGS {
            let middle = f64::midpoint(low, high);
            *(if self.z(middle) < target { &mut low } else { &mut high }) = middle;
        }
        expit(f64::midpoint(low, high))
    }

    /// β at both limits, from R's profile; none where the limit is beyond it.
    fn as_r_reads(&self, limit: f64) -> Option<[Option<f64>; 2]> {
        let tail = normal::upper(limit).ok()? / 4.0;
        let farthest = student::upper_quantile((tail > 0.0).then_some(tail)?, self.n - 1.0);
        let width = farthest / 5.0 * self.se;
        let mut z = self.walk(-width, farthest);
        z.reverse();
        let below = z.len() as f64;
        z.push(0.0);
        z.extend(self.walk(width, farthest));
        let dense = Spline::new(&z).dense(3 * z.len());
        let beta = |z: f64| between(&dense, z).map(|step| self.centre + (step - below) * width);
        Some([beta(-limit), beta(limit)])
    }

    fn walk(&self, width: f64, farthest: f64) -> Vec<f64> {
        let mut z = Vec::new();
        for step in 1..MAX_STEPS {
            let last = self.z(self.centre + f64::from(step) * width);
            z.push(last);
            if last.abs() >= farthest {
                break;
            }
        }
        z
    }
}

/// ln(1 + eˣ), exact to rounding on both sides.
fn ln_1p_exp(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

/// Where `y` lies on straight lines between points that rise.
fn between(points: &[(f64, f64)], y: f64) -> Option<f64> {
    let pair = points.windows(2).find(|pair| pair[0].1 <= y && y <= pair[1].1)?;
    let ((from, low), (to, high)) = (pair[0], pair[1]);
    Some(if high > low { from + (to - from) * (y - low) / (high - low) } else { from })
}

/// A cubic spline through values at 0, 1, 2, …; at either end it has the third
/// difference of the four points there.
struct Spline<'a> {
    y: &'a [f64],
    /// Sixths of the second derivatives.
    bend: Vec<f64>,
}

impl<'a> Spline<'a> {
    /// Of at least three values.
    fn new(y: &'a [f64]) -> Self {
        let n = y.len();
        let second = |at: usize| y[at + 1] - 2.0 * y[at] + y[at - 1];
        let third = |at: usize| if n > 3 { (second(at + 1) - second(at)) / 6.0 } else { 0.0 };
        let (mut diagonal, mut bend) = (vec![4.0; n], vec![0.0; n]);
        (diagonal[0], diagonal[n - 1]) = (-1.0, -1.0);
        (bend[0], bend[n - 1]) = (third(1), -third(n - 3));
        (1..n - 1).for_each(|at| bend[at] = second(at));
        for at in 1..n {
            let factor = 1.0 / diagonal[at - 1];
            diagonal[at] -= factor;
            bend[at] -= factor * bend[at - 1];
        }
        bend[n - 1] /= diagonal[n - 1];
        for at in (0..n - 1).rev() {
            bend[at] = (bend[at] - bend[at + 1]) / diagonal[at];
        }
        Self { y, bend }
    }

    fn at(&self, x: f64) -> f64 {
        let piece = (0..self.y.len() - 1).take_while(|&piece| piece as f64 <= x).last();
        let piece = piece.unwrap_or(0);
        let (dx, one, two) = (x - piece as f64, self.bend[piece], self.bend[piece + 1]);
        let slope = self.y[piece + 1] - self.y[piece] - (two + 2.0 * one);
        self.y[piece] + dx * (slope + dx * (3.0 * one + dx * (two - one)))
    }

    /// Points at equal distances from the first value to the last.
    fn dense(&self, points: usize) -> Vec<(f64, f64)> {
        let width = (self.y.len() - 1) as f64 / (points - 1) as f64;
        (0..points).map(|point| point as f64 * width).map(|x| (x, self.at(x))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cubic_is_its_own_spline() {
        let cubic = |x: f64| 2.0 - x + 0.5 * x * x + 0.25 * x * x * x;
        let y: Vec<f64> = (0..6).map(|x| cubic(f64::from(x))).collect();
        for (x, y) in Spline::new(&y).dense(18) {
            assert!((y - cubic(x)).abs() < 1e-12, "{x}");
        }
    }

    #[test]
    fn three_points_make_a_parabola() {
        let y = [1.0, 2.0, 5.0];
        assert!((Spline::new(&y).at(0.5) - 1.25).abs() < 1e-15);
    }
}
