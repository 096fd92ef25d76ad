//! Confidence intervals of shares and means.
//!
//! # Estimator
//! p the share, V its variance, n rows in the base, t the Student quantile of the
//! upper tail α/2 at df. With an effective sample size n*, `L = qbeta(α/2, n*·p,
//! n*·(1-p) + 1)` and `U = qbeta(1 - α/2, n*·p + 1, n*·(1-p))`:
//! - `korn-graubard-nchs`: `n* = min(n, p(1-p)/V · (t[n-1] / t[df])²)`;
//! - `korn-graubard` (R's beta): without the cap, and with t at rows - 1, rows
//!   with a missing value included;
//! - `logit`: `logit p ± t·SE(logit p)`, back-transformed; the SE by linearisation
//!   `SE / (p(1-p))`, or from the replicates of logit p;
//! - `xlogit`: the same, always with the linearised SE;
//! - `asin`: `sin²(asin √p ± t·SE / (2·√(p(1-p))))`;
//! - `wilson`: `(p + r/2 ± √(r·p(1-p) + r²/4)) / (1 + r)`, `r = t²·V / (p(1-p))`;
//! - `likelihood`: the profile of the working likelihood, in `profile.rs`;
//! - `t`: `p ± t·SE`.
//!
//! # Assumptions
//! No interval where df is 0. At p = 0 or 1 every method of a share becomes
//! Clopper-Pearson on n, and the interval says so by naming the NCHS method;
//! the same where a variance of 0 leaves R's n* infinite. As in R, an end of
//! `asin` beyond 0 or 1 is folded back, unless it would fold over p: it is 0 or
//! 1 then.
//!
//! # References
//! Korn & Graubard (1998) *Survey Methodology* 24, 193; Parker et al. (2017)
//! Vital Health Stat 2(175); R survey 4.5 `svyciprop`, whose methods beta and
//! mean are `korn-graubard` and `t`.

mod error;
mod profile;
mod share;
mod working;

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::dist::{beta, student};
use crate::options::IntervalMethod;

pub use error::IntervalError;
pub use share::{ShareEstimate, ShareInterval};
use working::Working;

/// A confidence interval, with the method that made it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Confidence level.
    pub level: f64,
    /// The method in fact used, which at p = 0 and 1 is not always the chosen one.
    pub method: IntervalMethod,
}

/// Student quantiles of one tail, each worked out once: domains share their df.
pub(crate) struct Students {
    pub(crate) tail: f64,
    known: RefCell<BTreeMap<u64, f64>>,
}

impl Students {
    pub(crate) fn new(tail: f64) -> Self {
        let known = RefCell::default();
        Self { tail, known }
    }

    pub(crate) fn get(&self, df: f64) -> f64 {
        let mut known = self.known.borrow_mut();
        let fresh = || student::upper_quantile(self.tail, df);
        *known.entry(df.to_bits()).or_insert_with(fresh)
    }
}

/// What an interval of a share is made from.
pub(crate) struct ShareFacts {
    pub(crate) p: f64,
    pub(crate) variance: f64,
    pub(crate) n: u64,
    /// Rows of the domain, those out of the base included.
    pub(crate) rows: u64,
    pub(crate) df: f64,
    /// What a logistic model adds; without it a logit is linearised.
    pub(crate) working: Option<Working>,
}

impl ShareFacts {
    fn is_extreme(&self) -> bool {
        self.p == 0.0 || self.p == 1.0
    }

    /// n* as NCHS has it.
    pub(crate) fn nchs_n(&self, students: &Students) -> f64 {
        let n = self.n as f64;
        if self.is_extreme() {
            return n;
        }
        if self.df <= 0.0 {
            return 0.0;
        }
        self.adjusted(students, self.n).min(n)
    }

    /// p(1-p)/Var, adjusted by the ratio of the t quantiles.
    fn adjusted(&self, students: &Students, rows: u64) -> f64 {
        let factor = students.get(rows.saturating_sub(1).max(1) as f64) / students.get(self.df);
        self.spread() / self.variance * factor * factor
    }

    /// Ends of the interval and the method in fact used. `df` must not be 0.
    pub(crate) fn interval(
        &self,
        method: IntervalMethod,
        students: &Students,
    ) -> (f64, f64, IntervalMethod) {
        let ends = if self.is_extreme() { None } else { self.ends(method, students) };
        if let Some((low, high)) = ends {
            return (low, high, method);
        }
        let (low, high) = clopper_pearson(self.p, self.n as f64, students.tail);
        (low, high, IntervalMethod::KornGraubardNchs)
    }

    /// Ends by a method; none where its formula has no value.
    pub(crate) fn ends(&self, method: IntervalMethod, students: &Students) -> Option<(f64, f64)> {
        let t = || students.get(self.df);
        let (low, high) = match method {
            IntervalMethod::KornGraubardNchs => self.beta(self.nchs_n(students), students)?,
            IntervalMethod::KornGraubard => {
                self.beta(self.adjusted(students, self.rows), students)?
            }
            IntervalMethod::Logit => self.logit(self.logit_variance(), t()),
            IntervalMethod::XLogit => self.logit(self.linearised_logit_variance(), t()),
            IntervalMethod::Likelihood => profile::Profile::new(self)?.ends(t())?,
            IntervalMethod::Wilson => self.wilson(t()),
            IntervalMethod::Asin => self.asin(t()),
            IntervalMethod::T => around(self.p, self.variance.sqrt(), t()),
        };
        (low.is_finite() && high.is_finite()).then_some((low, high))
    }

    /// p(1-p).
    fn spread(&self) -> f64 {
        self.p * (1.0 - self.p)
    }

    fn linearised_logit_variance(&self) -> f64 {
        self.variance / self.spread() / self.spread()
    }

    fn logit_variance(&self) -> f64 {
        let replicated = self.working.and_then(|working| working.logit_variance);
        replicated.unwrap_or_else(|| self.linearised_logit_variance())
    }

    fn beta(&self, size: f64, students: &Students) -> Option<(f64, f64)> {
        let usable = size.is_finite() && size > 0.0;
        usable.then(|| clopper_pearson(self.p, size, students.tail))
    }

    fn logit(&self, variance: f64, t: f64) -> (f64, f64) {
        let (low, high) = around((self.p / (1.0 - self.p)).ln(), variance.sqrt(), t);
        (expit(low), expit(high))
    }

    fn wilson(&self, t: f64) -> (f64, f64) {
        let r = t * t * self.variance / self.spread();
        let (centre, half) = (self.p + r / 2.0, (r * self.spread() + r * r / 4.0).sqrt());
        (((centre - half) / (1.0 + r)).max(0.0), ((centre + half) / (1.0 + r)).min(1.0))
    }

    fn asin(&self, t: f64) -> (f64, f64) {
        let se = self.variance.sqrt() / (2.0 * self.spread().sqrt());
        let (low, high) = around(self.p.sqrt().asin(), se, t);
        let (low, high) = (low.sin().powi(2), high.sin().powi(2));
        (if low > self.p { 0.0 } else { low }, if high < self.p { 1.0 } else { high })
    }
}

/// Centre ± t·se.
pub(crate) fn around(centre: f64, se: f64, t: f64) -> (f64, f64) {
    (centre - t * se, centre + t * se)
}

/// Clopper-Pearson with a number of trials that need not be whole.
pub(crate) fn clopper_pearson(p: f64, n: f64, tail: f64) -> (f64, f64) {
    let (hits, misses) = (n * p, n * (1.0 - p));
    let low = if hits > 0.0 { beta::lower_quantile(tail, hits, misses + 1.0) } else { 0.0 };
    let high = if misses > 0.0 { beta::upper_quantile(tail, hits + 1.0, misses) } else { 1.0 };
    (low, high)
}

fn expit(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}
