//! Confidence intervals of shares and means.
//!
//! # Estimator
//! With n* an effective sample size, `L = qbeta(α/2, n*·p, n*·(1-p) + 1)` and
//! `U = qbeta(1 - α/2, n*·p + 1, n*·(1-p))`. NCHS: `n* = min(n, p(1-p)/Var ·
//! (t[α/2, n-1] / t[α/2, df])²)`. R: without the cap, and with t at rows - 1.
//! Logit: `logit p ± t[α/2, df] · SE / (p(1-p))`, back-transformed.
//!
//! # Assumptions
//! No interval where df is 0. At p = 0 or 1 every method of a share becomes
//! Clopper-Pearson on n, and the interval says so by naming the NCHS method;
//! the same where a variance of 0 leaves R's n* infinite.
//!
//! # References
//! Korn & Graubard (1998) *Survey Methodology* 24, 193; Parker et al. (2017)
//! Vital Health Stat 2(175); R survey 4.5 `svyciprop`.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::dist::{beta, student};
use crate::options::IntervalMethod;

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
    tail: f64,
    known: RefCell<BTreeMap<u64, f64>>,
}

impl Students {
    pub(crate) fn new(tail: f64) -> Self {
        let known = RefCell::default();
        Self { tail, known }
    }

    pub(crate) fn get(&self, df: u64) -> f64 {
        let mut known = self.known.borrow_mut();
        let fresh = || student::upper_quantile(self.tail, df as f64);
        *known.entry(df).or_insert_with(fresh)
    }
}

/// What an interval of a share is made from.
pub(crate) struct ShareFacts {
    pub(crate) p: f64,
    pub(crate) variance: f64,
    pub(crate) n: u64,
    /// Rows of the domain, those out of the base included.
    pub(crate) rows: u64,
    pub(crate) df: u64,
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
        if self.df == 0 {
            return 0.0;
        }
        self.adjusted(students, self.n).min(n)
    }

    /// p(1-p)/Var, adjusted by the ratio of the t quantiles.
    fn adjusted(&self, students: &Students, rows: u64) -> f64 {
        let factor = students.get(rows.saturating_sub(1).max(1)) / students.get(self.df);
        self.p * (1.0 - self.p) / self.variance * factor * factor
    }

    /// Ends of the interval and the method in fact used. `df` must not be 0.
    pub(crate) fn interval(
        &self,
        method: IntervalMethod,
        students: &Students,
    ) -> (f64, f64, IntervalMethod) {
        let n = self.n as f64;
        let exact = || {
            let (low, high) = clopper_pearson(self.p, n, students.tail);
            (low, high, IntervalMethod::KornGraubardNchs)
        };
        if self.is_extreme() {
            return exact();
        }
        let size = match method {
            IntervalMethod::KornGraubardNchs => self.nchs_n(students),
            IntervalMethod::KornGraubard => self.adjusted(students, self.rows),
            IntervalMethod::Logit => return self.logit(students),
            IntervalMethod::T => {
                let (low, high) = around(self.p, self.variance.sqrt(), students.get(self.df));
                return (low, high, method);
            }
        };
        if !size.is_finite() {
            return exact();
        }
        let (low, high) = clopper_pearson(self.p, size, students.tail);
        (low, high, method)
    }

    fn logit(&self, students: &Students) -> (f64, f64, IntervalMethod) {
        let scale = self.p * (1.0 - self.p);
        let centre = (self.p / (1.0 - self.p)).ln();
        let (low, high) = around(centre, self.variance.sqrt() / scale, students.get(self.df));
        (expit(low), expit(high), IntervalMethod::Logit)
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
