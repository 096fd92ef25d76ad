//! Links between the mean and the linear predictor.
//!
//! # Rule
//! identity eta = mu; logit ln(mu / (1 - mu)); probit, the normal quantile of
//! mu; log ln mu; inverse 1 / mu; cloglog ln(-ln(1 - mu)).
//!
//! # Assumptions
//! 1 - mu is computed by itself, so that a fitted probability near 1 keeps its
//! digits.
//!
//! # References
//! McCullagh and Nelder (1989), Generalized Linear Models, section 2.2; R `make.link`.

use crate::dist::normal;
use crate::error::Error;

/// The scale on which the mean is linear in the coefficients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// The mean itself: differences.
    Identity,
    /// Log odds: odds ratios.
    Logit,
    /// Normal quantile.
    Probit,
    /// Logarithm: ratios.
    Log,
    /// Reciprocal.
    Inverse,
    /// Complementary log-log: hazard ratios of grouped times.
    Cloglog,
}

/// A mean, what is left of it to 1, and its slope d mu / d eta.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Mean {
    pub mu: f64,
    pub rest: f64,
    pub slope: f64,
}

named!(Link, "link", {
    Identity => "identity",
    Logit => "logit",
    Probit => "probit",
    Log => "log",
    Inverse => "inverse",
    Cloglog => "cloglog",
});

impl Link {
    /// eta of a mean.
    pub(super) fn linear(self, mu: f64) -> f64 {
        match self {
            Self::Identity => mu,
            Self::Logit => (mu / (1.0 - mu)).ln(),
            Self::Probit => normal::quantile(mu).unwrap_or(f64::NAN),
            Self::Log => mu.ln(),
            Self::Inverse => 1.0 / mu,
            Self::Cloglog => (-(-mu).ln_1p()).ln(),
        }
    }

    /// The mean at eta.
    pub(super) fn mean(self, eta: f64) -> Mean {
        let made = |mu: f64, rest: f64, slope: f64| Mean { mu, rest, slope };
        match self {
            Self::Identity => made(eta, 1.0 - eta, 1.0),
            Self::Logit => {
                let (mu, rest) = (1.0 / (1.0 + (-eta).exp()), 1.0 / (1.0 + eta.exp()));
                made(mu, rest, mu * rest)
            }
            Self::Probit => {
                // eta is not a number only where the step before went astray.
                let of = |value: Result<f64, Error>| value.unwrap_or(f64::NAN);
                made(of(normal::cdf(eta)), of(normal::upper(eta)), of(normal::density(eta)))
            }
            Self::Log => made(eta.exp(), -eta.exp_m1(), eta.exp()),
            Self::Inverse => made(1.0 / eta, 1.0 - 1.0 / eta, -1.0 / (eta * eta)),
            Self::Cloglog => {
                let hazard = eta.exp();
                made(-(-hazard).exp_m1(), (-hazard).exp(), (eta - hazard).exp())
            }
        }
    }
}

impl Link {
    /// d² mu / d eta².
    pub(super) fn bend(self, eta: f64) -> f64 {
        let Mean { mu, rest, slope } = self.mean(eta);
        match self {
            Self::Identity => 0.0,
            Self::Logit => slope * (rest - mu),
            Self::Probit => -eta * slope,
            Self::Log => mu,
            Self::Inverse => 2.0 / (eta * eta * eta),
            Self::Cloglog => slope * (1.0 - eta.exp()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_link_is_undone_by_its_mean_and_has_its_slope() {
        for link in Link::ALL {
            for mu in [0.02, 0.3, 0.5, 0.9] {
                let eta = link.linear(mu);
                let here = link.mean(eta);
                assert!((here.mu - mu).abs() < 1e-14, "{link} {mu}");
                assert!((here.mu + here.rest - 1.0).abs() < 1e-14, "{link} {mu}");
                let step = 1e-5;
                let rise = (link.mean(eta + step).mu - link.mean(eta - step).mu) / (2.0 * step);
                assert!((rise / here.slope - 1.0).abs() < 1e-6, "{link} {mu}");
                let slopes = link.mean(eta + step).slope - link.mean(eta - step).slope;
                let bend = link.bend(eta);
                assert!(
                    (slopes / (2.0 * step) - bend).abs() < 1e-5 * (1.0 + bend.abs()),
                    "{link} {mu}"
                );
            }
        }
    }

    #[test]
    fn what_is_left_to_one_keeps_its_digits() {
        // plogis(-40), pnorm(-9) of R 4.2.
        assert!((Link::Logit.mean(40.0).rest / 4.248354255291589e-18 - 1.0).abs() < 1e-14);
        assert!((Link::Probit.mean(9.0).rest / 1.128588405953839e-19 - 1.0).abs() < 1e-13);
    }

    #[test]
    fn every_name_is_read_back_and_listed() {
        for one in Link::ALL {
            assert_eq!(one.as_str().parse(), Ok(one));
            assert!(Link::NAMES.contains(one.as_str()));
        }
        assert!("cauchit".parse::<Link>().is_err());
    }
}
