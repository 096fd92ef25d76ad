//! Probability distributions to 1e-12 relative, far tails included.
//!
//! # Rule
//! Each distribution has `cdf` = P(X <= x), `upper` = P(X > x) and `quantile`,
//! the x with `cdf(x) = p`. `upper` is worked out as such, never as `1 - cdf`
//! where that would lose digits: a p-value of 1e-300 has as many right digits
//! as one of 0.3. `quantile(0)` and `quantile(1)` are the ends of the support.
//! For a quantile of a small upper tail use the symmetry of the distribution
//! (`-quantile(tail)` for [`normal`] and [`student`], `1 / quantile(tail, df2,
//! df1)` for [`f`], `1 - quantile(tail, b, a)` for [`beta`]): 1 - 1e-20 is 1.
//!
//! | module | distribution | built on |
//! |---|---|---|
//! | [`normal`] | standard normal | series and continued fraction |
//! | [`student`] | Student t | incomplete beta function |
//! | [`f`] | F | incomplete beta function |
//! | [`beta`] | beta | incomplete beta function |
//! | [`chi_squared`] | chi-squared | incomplete gamma function |
//! | [`mixture`] | weighted sum of chi-squared, over a chi-squared or not | saddlepoint, contour integral |
//!
//! # Assumptions
//! Degrees of freedom from 0.1 on and shapes from 0.1 on keep the stated
//! precision; smaller ones are accepted and lose digits where a tail is the
//! complement of a number close to 1. A tail below 1e-300 loses digits to the
//! smallest number that can be written, and is 0 below 5e-324.
//!
//! # References
//! Loader (2000) *Fast and accurate computation of binomial probabilities*;
//! DiDonato & Morris (1992) *ACM TOMS* 18, 360 (algorithm 708); R `pnorm`, `pt`,
//! `pchisq`, `pf`, `pbeta` and their quantiles.

pub mod beta;
pub mod chi_squared;
pub mod f;
mod incomplete_beta;
mod incomplete_gamma;
mod invert;
pub mod mixture;
pub mod normal;
mod quadrature;
mod special;
pub mod student;

use crate::error::Error;

/// `Ok` when an argument is a number; infinite ones are the ends of the line.
fn number(what: &'static str, got: f64) -> Result<f64, Error> {
    let expected = "a number";
    if got.is_nan() { Err(Error::InvalidParameter { what, got, expected }) } else { Ok(got) }
}

fn probability(got: f64) -> Result<f64, Error> {
    let (what, expected) = ("probability", "a number from 0 to 1");
    if (0.0..=1.0).contains(&got) {
        return Ok(got);
    }
    Err(Error::InvalidParameter { what, got, expected })
}

/// `Ok` when a parameter is above 0; `f64::INFINITY` is.
fn positive(what: &'static str, got: f64) -> Result<f64, Error> {
    let expected = "a number above 0, or infinity";
    if got > 0.0 { Ok(got) } else { Err(Error::InvalidParameter { what, got, expected }) }
}

/// `Ok` when a parameter is above 0 and finite.
fn positive_finite(what: &'static str, got: f64) -> Result<f64, Error> {
    let expected = "a finite number above 0";
    if got > 0.0 && got.is_finite() {
        return Ok(got);
    }
    Err(Error::InvalidParameter { what, got, expected })
}

/// The side of a distribution on which a tail lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Lower,
    Upper,
}

impl Side {
    fn other(self) -> Self {
        match self {
            Self::Lower => Self::Upper,
            Self::Upper => Self::Lower,
        }
    }
}

/// A probability as the smaller tail and its side: 1 - p is exact from 0.5 on.
fn smaller_tail(p: f64) -> (f64, Side) {
    if p <= 0.5 { (p, Side::Lower) } else { (1.0 - p, Side::Upper) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_parameter_is_refused() {
        assert_eq!(number("x", f64::NAN).unwrap_err().code(), "GKO-S130");
        for p in [-1e-9, 1.0 + 1e-9, f64::NAN] {
            let refused = probability(p).unwrap_err();
            assert_eq!(refused.code(), "GKO-S130");
            assert!(refused.to_string().contains("from 0 to 1"), "{refused}");
        }
        for df in [0.0, -1.0, f64::NAN, f64::NEG_INFINITY] {
            assert_eq!(positive("df", df).unwrap_err().code(), "GKO-S130");
            assert_eq!(positive_finite("df", df).unwrap_err().code(), "GKO-S130");
        }
        assert!(positive_finite("df", f64::INFINITY).is_err());
        assert_eq!(positive("df", f64::INFINITY), Ok(f64::INFINITY));
    }

    #[test]
    fn the_smaller_tail_is_exact() {
        assert_eq!(smaller_tail(0.25), (0.25, Side::Lower));
        assert_eq!(smaller_tail(0.75), (0.25, Side::Upper));
        assert_eq!(smaller_tail(1.0 - f64::EPSILON), (f64::EPSILON, Side::Upper));
    }
}

#[cfg(test)]
mod testing {
    /// Agreement relative to the number wanted.
    pub(super) fn assert_close(what: &str, got: f64, wanted: f64, tolerance: f64) {
        let gap = (got / wanted - 1.0).abs();
        assert!(gap <= tolerance, "{what}: {got:e}, expected {wanted:e}, gap {gap:e}");
    }
}
