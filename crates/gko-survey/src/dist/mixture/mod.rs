//! Weighted sums of independent chi-squared variables, over a chi-squared or not.
//!
//! # Rule
//! With weights λ_j, X_j chi-squared with 1 degree of freedom and Y with `ddf`:
//! [`upper`] is P(Σ λ_j X_j > x), [`upper_f`] is P(Σ λ_j X_j > x · Y/ddf), which is
//! P(Σ λ_j X_j - (x/ddf)·Y > 0): the denominator is one more, negative weight.
//! - Satterthwaite: the chi-squared (F) with the same mean and variance, `df = (Σλ)²/Σλ²`.
//! - Saddlepoint: Lugannani and Rice in Barndorff-Nielsen's form, `Q(w + ln(v/w)/w)`
//!   where `w = sign(ζ) sqrt(2 (ζx - K(ζ)))`, `v = ζ sqrt(K''(ζ))`, `K'(ζ) = x`,
//!   `K(z) = -Σ ln(1 - 2zλ_j)/2`, Q the normal's tail. It is singular at the mean:
//!   where |ζ| < 1e-4, weights scaled to a largest of 1, Satterthwaite stands in.
//! - Integration: exact, the inversion integral through the saddlepoint.
//!
//! # Assumptions
//! Weights are finite and one is above 0; Satterthwaite also needs a sum above 0.
//! The saddlepoint is off by some percent with one or two weights, and better the
//! more there are; by up to half where all but tiny weights are negative. The
//! integral is good to 1e-11 relative, far tails included, or refuses.
//!
//! # References
//! Satterthwaite (1946) *Biometrics Bull.* 2, 110; Kuonen (1999) *Biometrika* 86, 929;
//! Rice (1980) *SIAM J. Sci. Statist. Comput.* 1, 438; Rao & Scott (1984) for its use.
//! R survey 4.5 `pchisqsum` and `pFsum`, upper tails, `df` all 1. Ours differ where R's
//! `uniroot` stops with an error (x beyond 10^5 largest weights), where R cuts
//! a fractional `ddf` to a whole number, and at `ddf = Inf`, where `pFsum` always
//! is Satterthwaite.

mod contour;
mod cumulant;

use self::cumulant::Cumulant;
use super::{chi_squared, f, number, positive};
use crate::error::Error;

/// How the tail of a weighted sum of chi-squared variables is worked out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Method {
    /// Two moments: rough in the tails.
    Satterthwaite,
    /// Three digits or so everywhere, at the cost of a root.
    #[default]
    Saddlepoint,
    /// Exact.
    Integration,
}

named!(Method, "method for weighted chi-squared", {
    Satterthwaite => "satterthwaite",
    Saddlepoint => "saddlepoint",
    Integration => "integration",
});

/// P(Σ λ_j X_j > x).
///
/// # Example
/// Weights 2, 2, 1, 1 are 4 and 2 times two exponentials, so the tail is
/// `2 exp(-x/4) - exp(-x/2)`. R: `pchisqsum(10, rep(1, 4), c(2, 2, 1, 1), FALSE,
/// "saddlepoint")` is 0.1565.
/// ```
/// use gko_survey::dist::mixture::{Method, upper};
///
/// let weights = [2.0, 2.0, 1.0, 1.0];
/// let exact = upper(10.0, &weights, Method::Integration)?;
/// assert!((exact / (2.0 * (-2.5_f64).exp() - (-5.0_f64).exp()) - 1.0).abs() < 1e-11);
/// let near = upper(10.0, &weights, Method::Saddlepoint)?;
/// assert!((near / 0.15646040491570154 - 1.0).abs() < 1e-6);
/// # Ok::<(), gko_survey::Error>(())
/// ```
///
/// # Errors
/// x is not a number; a weight is not finite; none, or for Satterthwaite not their
/// sum, is above 0; or the integral does not settle.
pub fn upper(x: f64, lambda: &[f64], method: Method) -> Result<f64, Error> {
    let (x, moments) = (number("x", x)?, Moments::of(lambda)?);
    if let Some(end) = moments.end_of_support(x) {
        return Ok(end);
    }
    let x = x / moments.largest;
    let rough = || chi_squared::upper(x * moments.df() / moments.positive_sum()?, moments.df());
    by(method, || Cumulant::new(moments.scaled(lambda).collect(), x), rough)
}

/// P(Σ λ_j X_j > x · Y/ddf), Y chi-squared with `ddf` degrees of freedom.
///
/// # Example
/// Equal weights are an F: `P(F(3, 20) > x / (3λ))`.
/// ```
/// use gko_survey::dist::{f, mixture};
///
/// let p = mixture::upper_f(12.0, &[2.0; 3], 20.0, mixture::Method::Integration)?;
/// assert!((p / f::upper(2.0, 3.0, 20.0)? - 1.0).abs() < 1e-11);
/// # Ok::<(), gko_survey::Error>(())
/// ```
///
/// # Errors
/// As [`upper`]; and `ddf` is not above 0. An infinite `ddf` is [`upper`].
pub fn upper_f(x: f64, lambda: &[f64], ddf: f64, method: Method) -> Result<f64, Error> {
    if positive("denominator degrees of freedom", ddf)?.is_infinite() {
        return upper(x, lambda, method);
    }
    let (x, moments) = (number("x", x)?, Moments::of(lambda)?);
    if let Some(end) = moments.end_of_support(x) {
        return Ok(end);
    }
    let x = x / moments.largest;
    let rough = || f::upper(x / moments.positive_sum()?, moments.df(), ddf);
    by(method, || Cumulant::over(moments.scaled(lambda).collect(), x, ddf), rough)
}

fn by(
    method: Method,
    cumulant: impl FnOnce() -> Cumulant,
    rough: impl FnOnce() -> Result<f64, Error>,
) -> Result<f64, Error> {
    match method {
        Method::Satterthwaite => rough(),
        Method::Saddlepoint => cumulant().saddlepoint().map_or_else(rough, Ok),
        Method::Integration => contour::upper(&cumulant()),
    }
}

/// Sums of the weights, scaled to a largest of 1.
struct Moments {
    largest: f64,
    sum: f64,
    squares: f64,
    any_negative: bool,
}

impl Moments {
    fn of(lambda: &[f64]) -> Result<Self, Error> {
        let what = "weight of a chi-squared";
        if let Some(&got) = lambda.iter().find(|weight| !weight.is_finite()) {
            return Err(Error::InvalidParameter { what, got, expected: "a finite number" });
        }
        let largest = lambda.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if largest <= 0.0 {
            let (what, expected) = ("largest weight of a chi-squared", "a number above 0");
            return Err(Error::InvalidParameter { what, got: largest, expected });
        }
        let scaled = || lambda.iter().map(|weight| weight / largest);
        Ok(Self {
            largest,
            sum: scaled().sum(),
            squares: scaled().map(|weight| weight * weight).sum(),
            any_negative: lambda.iter().any(|weight| *weight < 0.0),
        })
    }

    fn df(&self) -> f64 {
        self.sum * self.sum / self.squares
    }

    fn positive_sum(&self) -> Result<f64, Error> {
        let (what, expected) = ("sum of the weights", "a number above 0");
        let got = self.sum * self.largest;
        if got > 0.0 { Ok(self.sum) } else { Err(Error::InvalidParameter { what, got, expected }) }
    }

    /// The tail where it needs no method.
    fn end_of_support(&self, x: f64) -> Option<f64> {
        if x.is_infinite() {
            return Some(if x > 0.0 { 0.0 } else { 1.0 });
        }
        (x <= 0.0 && !self.any_negative).then_some(1.0)
    }

    /// Scaled weights that are not 0, each with its degree of freedom.
    fn scaled<'a>(&self, lambda: &'a [f64]) -> impl Iterator<Item = (f64, f64)> + use<'a> {
        let largest = self.largest;
        lambda.iter().filter(|weight| **weight != 0.0).map(move |weight| (weight / largest, 1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dist::testing::assert_close;

    /// A weight in pairs is an exponential with mean 2λ: partial fractions.
    fn of_pairs(x: f64, weights: &[f64], tail: impl Fn(f64, f64) -> f64) -> f64 {
        let part = |(at, weight): (usize, &f64)| {
            let others = weights.iter().enumerate().filter(|(other, _)| *other != at);
            let share: f64 = others.map(|(_, other)| weight / (weight - other)).product();
            share * tail(x, *weight)
        };
        weights.iter().enumerate().map(part).sum()
    }

    fn doubled(weights: &[f64]) -> Vec<f64> {
        weights.iter().chain(weights).copied().collect()
    }

    const PAIRS: [&[f64]; 6] = [
        &[1.0],
        &[3.0, 1.0],
        &[5.0, 2.0, 0.1],
        &[1.0, 1e-4],
        &[2.0, -1.0],
        &[4.0, 1.5, -0.25, -7.0],
    ];

    #[test]
    fn the_integral_of_pairs_is_their_closed_form() {
        for weights in PAIRS {
            for x in [1e-3, 0.4, 2.0, 9.0, 60.0, 700.0] {
                // Negative weights never reach above 0.
                let exponential = |x: f64, w: f64| if w > 0.0 { (-0.5 * x / w).exp() } else { 0.0 };
                let wanted = of_pairs(x, weights, exponential);
                let got = upper(x, &doubled(weights), Method::Integration).unwrap();
                assert_close(&format!("{weights:?} at {x}"), got, wanted, 1e-11);
            }
        }
    }

    /// The exponential over a chi-squared: `(1 + x/(λ ddf))^(-ddf/2)`.
    #[test]
    fn the_integral_over_a_chi_squared_is_its_closed_form() {
        for weights in PAIRS.into_iter().take(4) {
            for ddf in [0.7, 1.0, 5.0, 31.5, 400.0, 1e6] {
                for x in [1e-3, 0.4, 2.0, 9.0, 60.0, 700.0] {
                    let part = |x: f64, w: f64| (-0.5 * ddf * f64::ln_1p(x / (w * ddf))).exp();
                    let wanted = of_pairs(x, weights, part);
                    let got = upper_f(x, &doubled(weights), ddf, Method::Integration).unwrap();
                    assert_close(&format!("{weights:?} at {x}, {ddf}"), got, wanted, 1e-11);
                }
            }
        }
    }

    #[test]
    fn the_integral_of_equal_weights_is_chi_squared_or_f() {
        for count in [1_u16, 2, 3, 7, 40, 1000] {
            let (weights, df) = (vec![0.5; usize::from(count)], f64::from(count));
            for times in [0.01, 0.3, 0.999, 1.0, 1.2, 3.0] {
                let what = format!("{count} weights at {times}");
                let x = 0.5 * df * times;
                let got = upper(x, &weights, Method::Integration).unwrap();
                assert_close(&what, got, chi_squared::upper(df * times, df).unwrap(), 1e-11);
                let got = upper_f(x, &weights, 13.0, Method::Integration).unwrap();
                assert_close(&what, got, f::upper(times, df, 13.0).unwrap(), 1e-11);
            }
        }
    }

    #[test]
    fn satterthwaite_has_mean_and_variance() {
        let weights = [3.0, 1.0, 0.0];
        let wanted = chi_squared::upper(5.0 * 4.0 / 10.0, 1.6).unwrap();
        let got = upper(5.0, &weights, Method::Satterthwaite).unwrap();
        assert_close("chi-squared", got, wanted, 1e-14);
        let got = upper_f(5.0, &weights, 9.0, Method::Satterthwaite).unwrap();
        assert_close("F", got, f::upper(5.0 / 4.0, 1.6, 9.0).unwrap(), 1e-14);
        let limit = upper_f(5.0, &weights, f64::INFINITY, Method::Satterthwaite).unwrap();
        assert_close("infinite ddf", limit, wanted, 1e-14);
    }

    #[test]
    fn at_the_mean_satterthwaite_stands_in_for_the_saddlepoint() {
        let weights = [3.0, 1.0];
        let at_mean = upper(4.0, &weights, Method::Saddlepoint);
        assert_eq!(at_mean, upper(4.0, &weights, Method::Satterthwaite));
        assert_ne!(
            upper(4.1, &weights, Method::Saddlepoint),
            upper(4.1, &weights, Method::Satterthwaite)
        );
    }

    #[test]
    fn the_ends_of_the_support_are_met() {
        for method in Method::ALL {
            assert_eq!(upper(0.0, &[1.0, 0.0], method), Ok(1.0));
            assert_eq!(upper_f(-3.0, &[1.0], 5.0, method), Ok(1.0));
            assert_eq!(upper(f64::INFINITY, &[1.0], method), Ok(0.0));
            assert_eq!(method.to_string().parse(), Ok(method));
            assert!(Method::NAMES.contains(method.as_str()));
        }
    }

    #[test]
    fn what_is_no_mixture_is_refused() {
        for weights in [&[][..], &[0.0], &[-1.0, 0.0], &[1.0, f64::NAN], &[f64::INFINITY]] {
            let refused = upper(1.0, weights, Method::default()).unwrap_err();
            assert_eq!(refused.code(), "GKO-S130", "{weights:?}");
        }
        assert!(upper(1.0, &[1.0, -2.0], Method::Satterthwaite).is_err());
        assert!(upper_f(1.0, &[1.0], 0.0, Method::default()).is_err());
        assert!("davies".parse::<Method>().is_err());
    }
}
