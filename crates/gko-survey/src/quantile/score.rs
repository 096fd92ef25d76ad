//! The interval of a quantile by inverting a test.
//!
//! # Estimator
//! `s(θ) = (G(θ) - (1-p)) / SE(G(θ))`, G the weighted share of rows above θ. The
//! ends are the quantiles at the shares of rows up to the roots of `s(θ) = t` and
//! `s(θ) = -t`.
//!
//! # Rule
//! As R: s is a step function, its root is sought between the extremes less a
//! hundredth of the interquartile range, to `1 / (100·√n)`; the share of rows up to
//! the root is not weighted. To stop on the same side of a step as R, the root is
//! sought by the same algorithm.
//!
//! # Assumptions
//! An end is missing where s has the same sign at both extremes, which R refuses.
//!
//! # References
//! Francisco & Fuller (1991) *Ann. Statist.* 19, 454; Brent (1973) *Algorithms for
//! Minimization without Derivatives* ch. 4; R survey 4.5 `svyquantile(interval.type
//! = "score")`.

use super::sorted::Sorted;
use crate::domain::Domain;
use crate::error::Error;
use crate::estimators::Mean;
use crate::survey::Survey;

/// The test, for any probability.
pub(super) struct Score<'a> {
    pub(super) survey: &'a Survey,
    pub(super) domain: &'a Domain,
    pub(super) values: &'a [f64],
    pub(super) t: f64,
}

impl Score<'_> {
    /// Shares of rows up to the lower and the upper root.
    pub(super) fn shares(
        &self,
        data: &Sorted,
        p: f64,
    ) -> Result<(Option<f64>, Option<f64>), Error> {
        let n = data.len() as f64;
        let margin = (plain_quantile(&data.x, 0.75) - plain_quantile(&data.x, 0.25)) / 100.0;
        let ends = (data.x[0] + margin, data.x[data.len() - 1] - margin);
        let share = |limit: f64| -> Result<Option<f64>, Error> {
            let root = root(|theta| self.excess(theta, p, limit), ends, 1.0 / (100.0 * n.sqrt()))?;
            Ok(root.map(|root| data.x.partition_point(|&x| x <= root) as f64 / n))
        };
        Ok((share(self.t)?, share(-self.t)?))
    }

    /// `s(θ)` less a limit.
    fn excess(&self, theta: f64, p: f64, limit: f64) -> Result<f64, Error> {
        let above: Vec<f64> =
            self.values.iter().map(|&value| f64::from(u8::from(value > theta))).collect();
        let share = self.survey.estimate(&Mean::of("above", &above), self.domain)?;
        Ok((share.values()[0] - (1.0 - p)) / share.se()[0] - limit)
    }
}

/// The quantile of sorted values without weights, Hyndman and Fan's seventh.
fn plain_quantile(x: &[f64], p: f64) -> f64 {
    let at = (x.len() - 1) as f64 * p;
    let low = at.floor();
    let next = x.iter().skip(low as usize);
    let mut pair = next.take(2);
    let first = pair.next().copied().unwrap_or(f64::NAN);
    first + (at - low) * (pair.next().copied().unwrap_or(first) - first)
}

#[derive(Clone, Copy)]
struct Point {
    x: f64,
    y: f64,
}

impl Point {
    fn same_side(self, other: Self) -> bool {
        self.y > 0.0 && other.y > 0.0 || self.y < 0.0 && other.y < 0.0
    }
}

/// Brent's root between two ends; none where f has one sign there, or no value.
fn root(
    f: impl Fn(f64) -> Result<f64, Error>,
    (low, high): (f64, f64),
    tolerance: f64,
) -> Result<Option<f64>, Error> {
    const STEPS: usize = 1000;
    let point = |x: f64| {
        let y = f(x)?.clamp(-f64::MAX, f64::MAX);
        Ok::<Point, Error>(Point { x, y })
    };
    let (mut a, mut b) = (point(low)?, point(high)?);
    let ordered = a.x < b.x && !a.y.is_nan() && !b.y.is_nan();
    if !ordered || a.same_side(b) {
        return Ok(None);
    }
    if a.y == 0.0 {
        return Ok(Some(a.x));
    }
    let mut c = a;
    for _ in 0..STEPS {
        let last = b.x - a.x;
        if c.y.abs() < b.y.abs() {
            (a, b, c) = (b, c, b);
        }
        let near = 2.0 * f64::EPSILON * b.x.abs() + tolerance / 2.0;
        let half = (c.x - b.x) / 2.0;
        if half.abs() <= near || b.y == 0.0 {
            break;
        }
        let tried = last.abs() >= near && a.y.abs() > b.y.abs();
        let step = tried.then(|| interpolated([a, b, c], last, near)).flatten().unwrap_or(half);
        a = b;
        b = point(b.x + if step.abs() < near { near.copysign(step) } else { step })?;
        if b.same_side(c) {
            c = a;
        }
    }
    Ok(Some(b.x))
}

/// The step by a line, or by an inverse parabola, where it is short enough.
fn interpolated([a, b, c]: [Point; 3], last: f64, near: f64) -> Option<f64> {
    let across = c.x - b.x;
    let (over, under) = if a.x == c.x {
        let t = b.y / a.y;
        (across * t, 1.0 - t)
    } else {
        let (q, t, u) = (a.y / c.y, b.y / c.y, b.y / a.y);
        let over = u * (across * q * (q - t) - (b.x - a.x) * (t - 1.0));
        (over, (q - 1.0) * (t - 1.0) * (u - 1.0))
    };
    let (over, under) = if over > 0.0 { (over, -under) } else { (-over, under) };
    let inside = over < 0.75 * across * under - (near * under).abs() / 2.0;
    (inside && over < (last * under / 2.0).abs()).then(|| over / under)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_root_is_found_to_the_tolerance() {
        let found = root(|x| Ok(x * x - 2.0), (0.0, 2.0), 1e-12).unwrap().unwrap();
        assert!((found - 2.0_f64.sqrt()).abs() < 1e-12);
        assert_eq!(root(|x| Ok(x * x + 1.0), (0.0, 2.0), 1e-12), Ok(None));
    }

    #[test]
    fn quartiles_without_weights_are_r_default() {
        // R: quantile(c(1, 2, 4, 8), c(.25, .75)) is 1.75 and 5.
        let x = [1.0, 2.0, 4.0, 8.0];
        assert_eq!((plain_quantile(&x, 0.25), plain_quantile(&x, 0.75)), (1.75, 5.0));
    }
}
