//! How far a factor may move from 1: the distance that calibration minimises.
//!
//! # Rule
//! The factor is `g = F(u)` of a linear form u in the auxiliaries, with F(0) = 1
//! and F'(0) = 1:
//!
//! | distance | F(u) | without bounds |
//! |---|---|---|
//! | linear | 1 + u | factors may be negative |
//! | raking | exp(u) | factors are positive |
//! | logit | (L(U-1) + U(1-L)·e) / (U-1 + (1-L)·e), e = exp(A·u) | has bounds |
//!
//! with A = (U - L) / ((1 - L)(U - 1)) and bounds L <= 1 <= U. Linear and raking
//! with bounds are cut off at L and U, where their slope is 0; logit comes near its
//! bounds and never reaches them.
//!
//! *Truncated linear* is no distance of its own: it is linear with bounds. A plan that
//! names four methods stands for:
//!
//! | name in the plan | distance | bounds |
//! |---|---|---|
//! | linear (GREG) | [`Distance::Linear`] | none |
//! | raking (exponential) | [`Distance::Raking`] | none, or cut off |
//! | logit | [`Distance::Logit`] | needed |
//! | truncated linear | [`Distance::Linear`] | needed |
//!
//! # References
//! Deville, Särndal (1992), sec. 2, cases 1, 2, 6 and 7; R survey 4.5,
//! `cal.linear`, `cal.raking`, `cal.logit`.

use crate::error::Error;

/// The distance between given and final weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Distance {
    /// Squared differences: the generalised regression estimator; with bounds, truncated
    /// linear.
    #[default]
    Linear,
    /// Multiplicative: raking, when the auxiliaries are margins.
    Raking,
    /// Between two bounds, which it needs.
    Logit,
}

named!(Distance, "calibration distance", {
    Linear => "linear",
    Raking => "raking",
    Logit => "logit",
});

/// A distance with its bounds: what gives a factor.
#[derive(Debug, Clone, Copy)]
pub(super) struct Link {
    distance: Distance,
    pub(super) lower: f64,
    pub(super) upper: f64,
}

impl Link {
    /// Refuses bounds without a 1 in them, or that logit cannot have.
    pub(super) fn new(distance: Distance, bounds: Option<(f64, f64)>) -> Result<Self, Error> {
        let (lower, upper) = bounds.unwrap_or((f64::NEG_INFINITY, f64::INFINITY));
        let refuse = |expected| Err(Error::InvalidBounds { lower, upper, expected });
        if !(lower <= 1.0 && 1.0 <= upper && lower < upper) {
            return refuse("a lower bound of at most 1 and an upper one of at least 1");
        }
        let strict = lower < 1.0 && 1.0 < upper && (upper - lower).is_finite();
        if distance == Distance::Logit && !strict {
            return refuse("for logit, two finite bounds with 1 strictly between them");
        }
        Ok(Self { distance, lower, upper })
    }

    /// Whether this is plain linear calibration: R's `regcalibrate`.
    pub(super) fn is_unbounded_linear(&self) -> bool {
        self.distance == Distance::Linear && self.is_unbounded()
    }

    /// Whether factors may be as far from 1 as the distance lets them.
    pub(super) fn is_unbounded(&self) -> bool {
        !self.lower.is_finite() && !self.upper.is_finite()
    }

    /// The least and the largest factor there can be.
    pub(super) fn range(&self) -> (f64, f64) {
        match self.distance {
            Distance::Raking => (self.lower.max(0.0), self.upper),
            Distance::Linear | Distance::Logit => (self.lower, self.upper),
        }
    }

    /// Whether factors can be at the bounds, and not only near them.
    pub(super) fn reaches_its_bounds(&self) -> bool {
        match self.distance {
            Distance::Linear => true,
            Distance::Raking => self.lower > 0.0,
            Distance::Logit => false,
        }
    }

    /// F(u) and F'(u).
    pub(super) fn factor_and_slope(&self, u: f64) -> (f64, f64) {
        match self.distance {
            Distance::Linear => self.cut(1.0 + u, 1.0),
            Distance::Raking => {
                let factor = u.exp();
                self.cut(factor, factor)
            }
            // The logistic curve's own equation: F' = A (F - L)(U - F) / (U - L).
            Distance::Logit => {
                let factor = self.logit(u);
                let room = (factor - self.lower) * (self.upper - factor);
                (factor, room / ((1.0 - self.lower) * (self.upper - 1.0)))
            }
        }
    }

    /// A factor within the bounds; cut off, it has no slope.
    fn cut(&self, factor: f64, slope: f64) -> (f64, f64) {
        let inside = self.lower <= factor && factor <= self.upper;
        (factor.clamp(self.lower, self.upper), if inside { slope } else { 0.0 })
    }

    /// The logit factor, written so that no exponential overflows.
    fn logit(&self, u: f64) -> f64 {
        let (below, above) = (1.0 - self.lower, self.upper - 1.0);
        let steep = (self.upper - self.lower) / (below * above);
        let small = (-(steep * u).abs()).exp();
        let (low, high) = if u < 0.0 { (above, below * small) } else { (above * small, below) };
        let factor = (self.lower * low + self.upper * high) / (low + high);
        factor.clamp(self.lower, self.upper)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_back_and_listed() {
        for one in Distance::ALL {
            assert_eq!(one.as_str().parse(), Ok(one));
            assert!(Distance::NAMES.contains(one.as_str()));
        }
        assert_eq!("chi".parse::<Distance>().unwrap_err().code(), "GKO-S042");
    }

    #[test]
    fn every_distance_begins_at_one_with_slope_one() {
        for distance in Distance::ALL {
            let link = Link::new(distance, Some((0.4, 3.0))).unwrap();
            assert!((link.factor_and_slope(0.0).0 - 1.0).abs() < 1e-15);
            assert!((link.factor_and_slope(0.0).1 - 1.0).abs() < 1e-15);
        }
    }

    #[test]
    fn the_slope_is_the_derivative() {
        for distance in Distance::ALL {
            let link = Link::new(distance, Some((0.4, 3.0))).unwrap();
            for u in [-2.0, -0.5, 0.3, 0.9, 2.5] {
                let at = |u| link.factor_and_slope(u).0;
                let step = (at(u + 1e-6) - at(u - 1e-6)) / 2e-6;
                assert!((step - link.factor_and_slope(u).1).abs() < 1e-8, "{distance} {u}");
            }
        }
    }

    /// By the formula of the table: L = 0.5, U = 2 give A = 3, and with e = exp(3)
    /// F(1) = (0.5 + e) / (1 + 0.5 e).
    #[test]
    fn logit_follows_its_formula_and_keeps_its_bounds() {
        let link = Link::new(Distance::Logit, Some((0.5, 2.0))).unwrap();
        let (e, at) = (3.0_f64.exp(), |u| link.factor_and_slope(u).0);
        assert!((at(1.0) - (0.5 + e) / (1.0 + 0.5 * e)).abs() < 1e-15);
        assert_eq!((at(-1e300), at(1e300)), (0.5, 2.0));
    }

    #[test]
    fn bounds_without_a_one_between_are_refused() {
        let code = |distance, bounds| Link::new(distance, Some(bounds)).unwrap_err().code();
        for bounds in [(1.1, 2.0), (0.5, 0.9), (1.0, 1.0), (f64::NAN, 2.0)] {
            assert_eq!(code(Distance::Linear, bounds), "GKO-S078");
        }
        for bounds in [(1.0, 2.0), (0.5, f64::INFINITY)] {
            assert_eq!(code(Distance::Logit, bounds), "GKO-S078");
        }
        assert_eq!(Link::new(Distance::Logit, None).unwrap_err().code(), "GKO-S078");
        assert!(Link::new(Distance::Raking, Some((1.0, 2.0))).is_ok());
    }
}
