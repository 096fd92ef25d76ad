//! Families and links: what varies around the mean, and on which scale it is linear.
//!
//! # Rule
//! `g(mu) = eta`, `Var(y) = phi V(mu)`. Gaussian: V = 1; binomial: mu (1 - mu);
//! Poisson: mu; gamma: mu². The design's covariance holds whatever phi is and
//! whether or not V is right, so the quasi families are the same fits and their
//! names are read as such (`quasibinomial` is `binomial`).
//!
//! # Assumptions
//! The mean model is right; V decides about precision, not about validity.
//!
//! # References
//! McCullagh and Nelder (1989), Generalized Linear Models, chapter 2; R `family`.

use super::error::ModelError;
use super::link::{Link, Mean};

/// How a response varies around its mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// Any number; links identity, log, inverse.
    Gaussian,
    /// A share between 0 and 1; links logit, probit, cloglog, log, identity.
    Binomial,
    /// A count, or any number of at least 0; links log, identity.
    Poisson,
    /// A positive number; links inverse, log, identity.
    Gamma,
}

named!(Family, "family", {
    Gaussian => "gaussian",
    Binomial => "binomial" | "quasibinomial",
    Poisson => "poisson" | "quasipoisson",
    Gamma => "gamma",
});

impl Family {
    /// The link that is taken unless another is asked for.
    #[must_use]
    pub fn canonical(self) -> Link {
        match self {
            Self::Gaussian => Link::Identity,
            Self::Binomial => Link::Logit,
            Self::Poisson => Link::Log,
            Self::Gamma => Link::Inverse,
        }
    }

    /// The links that go with the family.
    #[must_use]
    pub fn links(self) -> &'static [Link] {
        match self {
            Self::Gaussian => &[Link::Identity, Link::Log, Link::Inverse],
            Self::Binomial => {
                &[Link::Logit, Link::Probit, Link::Cloglog, Link::Log, Link::Identity]
            }
            Self::Poisson => &[Link::Log, Link::Identity],
            Self::Gamma => &[Link::Inverse, Link::Log, Link::Identity],
        }
    }

    pub(super) fn check_link(self, link: Link) -> Result<(), ModelError> {
        if self.links().contains(&link) {
            return Ok(());
        }
        let valid: Vec<&str> = self.links().iter().map(|one| one.as_str()).collect();
        let (family, link, valid) = (self.as_str(), link.as_str(), valid.join(", "));
        Err(ModelError::Link { family, link, valid })
    }

    pub(super) fn check_response(self, row: usize, value: f64) -> Result<(), ModelError> {
        let (right, expected) = match self {
            Self::Gaussian => (true, "any number"),
            Self::Binomial => ((0.0..=1.0).contains(&value), "a number between 0 and 1"),
            Self::Poisson => (value >= 0.0, "a number of at least 0"),
            Self::Gamma => (value > 0.0, "a number above 0"),
        };
        let family = self.as_str();
        if right { Ok(()) } else { Err(ModelError::ResponseRange { row, value, family, expected }) }
    }

    /// A first guess of the mean from the response alone, at scaled weight w.
    pub(super) fn first_mean(self, y: f64, w: f64) -> f64 {
        match self {
            Self::Gaussian | Self::Gamma => y,
            Self::Binomial => (w * y + 0.5) / (w + 1.0),
            Self::Poisson => y + 0.1,
        }
    }

    /// Whether the mean can be one of this family.
    pub(super) fn allows(self, mean: Mean) -> bool {
        let mu = mean.mu;
        match self {
            Self::Gaussian => mu.is_finite(),
            Self::Binomial => mu >= 0.0 && mean.rest >= 0.0,
            Self::Poisson => mu.is_finite() && mu >= 0.0,
            Self::Gamma => mu.is_finite() && mu > 0.0,
        }
    }

    /// Whether the mean stands at the edge of its range, where nothing is left to vary.
    pub(super) fn at_edge(self, mean: Mean) -> bool {
        const EDGE: f64 = 1e-8;
        match self {
            Self::Gaussian | Self::Gamma => false,
            Self::Binomial => mean.mu < EDGE || mean.rest < EDGE,
            Self::Poisson => mean.mu < EDGE,
        }
    }

    /// V(mu).
    pub(super) fn variance(self, mean: Mean) -> f64 {
        match self {
            Self::Gaussian => 1.0,
            Self::Binomial => mean.mu * mean.rest,
            Self::Poisson => mean.mu,
            Self::Gamma => mean.mu * mean.mu,
        }
    }

    /// y - mu, without cancellation at the edges.
    pub(super) fn residual(self, y: f64, mean: Mean) -> f64 {
        match self {
            Self::Binomial => y * mean.rest - (1.0 - y) * mean.mu,
            _ => y - mean.mu,
        }
    }

    /// Twice the log-likelihood ratio of a row against a perfect fit, at weight 1.
    pub(super) fn deviance(self, y: f64, mean: Mean) -> f64 {
        let mu = mean.mu;
        match self {
            Self::Gaussian => (y - mu) * (y - mu),
            Self::Binomial => 2.0 * (times_log(y, mu) + times_log(1.0 - y, mean.rest)),
            Self::Poisson => 2.0 * (times_log(y, mu) - (y - mu)),
            Self::Gamma => -2.0 * ((y / mu).ln() - (y - mu) / mu),
        }
    }
}

/// y ln(y / mu), which is 0 at y = 0.
fn times_log(y: f64, mu: f64) -> f64 {
    if y > 0.0 { y * (y / mu).ln() } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_back_and_the_quasi_names_are_the_same_fits() {
        for one in Family::ALL {
            assert_eq!(one.as_str().parse(), Ok(one));
            assert!(Family::NAMES.contains(one.as_str()));
            assert!(one.links().contains(&one.canonical()));
        }
        assert_eq!("quasibinomial".parse(), Ok(Family::Binomial));
        assert_eq!("quasipoisson".parse(), Ok(Family::Poisson));
        assert!("tweedie".parse::<Family>().is_err());
    }

    #[test]
    fn a_perfect_fit_has_no_deviance() {
        for (family, y) in [
            (Family::Gaussian, -2.0),
            (Family::Binomial, 0.25),
            (Family::Poisson, 3.0),
            (Family::Gamma, 0.5),
        ] {
            assert!(family.deviance(y, Mean { mu: y, rest: 1.0 - y, slope: 1.0 }).abs() < 1e-15);
        }
    }

    #[test]
    fn responses_out_of_range_are_refused() {
        assert!(Family::Binomial.check_response(3, 1.5).is_err());
        assert!(Family::Poisson.check_response(3, -1.0).is_err());
        assert!(Family::Gamma.check_response(3, 0.0).is_err());
        assert_eq!(Family::Poisson.check_link(Link::Probit).unwrap_err().code(), "GKO-S105");
    }
}
