//! Estimates of all items in all domains, with what their reliability is judged by.
//!
//! # Estimator
//! `R = Y / W`; its variance as in the [PSU totals](crate::PsuTotals) by Taylor
//! linearisation; `deff = Var / (n/(n-1) · p(1-p)/n)`, for a mean with the
//! weighted population variance instead of p(1-p); `n_eff = min(n, p(1-p)/Var)`;
//! Kish's `n · sum of w² / (sum of w)²`.
//!
//! # Assumptions
//! Simple random sampling with replacement is what the design effect compares
//! with. A share that is exactly 0 or 1 in the data, and a mean of equal values,
//! have a variance of exactly 0.
//!
//! # References
//! R survey 4.5: `svymean(deff = "replace")`, `degf`, `svyvar`; Kish (1965) 8.2.

use rayon::prelude::*;

use crate::error::Error;
use crate::interval::{Interval, ShareFacts, Students, around};
use crate::items::Quantity;
use crate::moments::{MeanMoment, Moments};
use crate::options::{IntervalMethod, Options, SinglePsu};
use crate::totals::PsuTotals;
use crate::variance::{Ratio, Spread, View};

/// Why a value, a standard error or an interval is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Absent {
    /// No row of positive weight is in the base: there is no estimate.
    EmptyBase,
    /// No degrees of freedom: there is no interval. A standard error may be
    /// there and mean little: 0 where the base lies in a single PSU.
    NoDf,
}

impl Absent {
    /// The name used in results.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::EmptyBase => "empty-base",
            Self::NoDf => "no-df",
        }
    }
}

/// One number and what it rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimate {
    /// Whether it is a share or a mean.
    pub quantity: Quantity,
    /// The share or mean.
    pub value: Option<f64>,
    /// Its standard error.
    pub se: Option<f64>,
    /// Its confidence interval.
    pub interval: Option<Interval>,
    /// Degrees of freedom: PSUs in the base minus strata in it.
    pub df: u32,
    /// Rows in the base with a positive weight.
    pub n: u64,
    /// Those of them that count (y = 1); 0 for a mean.
    pub hits: u64,
    /// Sum of the weights in the base.
    pub n_weighted: f64,
    /// Effective sample size, at most n.
    pub n_eff: Option<f64>,
    /// n* of Korn and Graubard as NCHS has it, at 95 %; shares only.
    pub kg_n: Option<f64>,
    /// The interval on n* at 95 %, whatever interval was asked for: what the
    /// presentation standards judge; shares only.
    pub nchs_interval: Option<Interval>,
    /// Design effect against simple random sampling with replacement.
    pub deff: Option<f64>,
    /// Design effect of unequal weights alone.
    pub kish_deff: Option<f64>,
    /// The rule for strata with one PSU under which this was computed.
    pub single_psu: SinglePsu,
    /// Why something is missing.
    pub absent: Option<Absent>,
}

/// All estimates of a call, by sample, domain and item.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimates {
    samples: usize,
    domains: usize,
    items: usize,
    all: Vec<Estimate>,
}

impl Estimates {
    /// The estimate of an item in a domain of a sample, by position.
    ///
    /// # Panics
    /// When a position is out of range.
    #[must_use]
    pub fn get(&self, sample: usize, domain: usize, item: usize) -> &Estimate {
        let there = sample < self.samples && domain < self.domains && item < self.items;
        assert!(there, "no estimate at ({sample}, {domain}, {item})");
        &self.all[(sample * self.domains + domain) * self.items + item]
    }

    /// Number of samples.
    #[must_use]
    pub fn samples(&self) -> usize {
        self.samples
    }

    /// Number of domains.
    #[must_use]
    pub fn domains(&self) -> usize {
        self.domains
    }

    /// Number of items.
    #[must_use]
    pub fn items(&self) -> usize {
        self.items
    }

    /// All estimates, item fastest, sample slowest.
    pub fn iter(&self) -> std::slice::Iter<'_, Estimate> {
        self.all.iter()
    }
}

impl PsuTotals {
    /// Reads all estimates off the totals.
    ///
    /// # Errors
    /// A level outside (0, 1); the interval [`IntervalMethod::Likelihood`], which
    /// [`crate::ShareInterval`] makes; strata with one PSU under [`SinglePsu::Fail`].
    pub fn estimates(&self, options: &Options) -> Result<Estimates, Error> {
        options.check()?;
        self.check_single_psus(options)?;
        let (samples, domains, items) = (self.samples(), self.domains(), self.items());
        let all = (0..samples * domains)
            .into_par_iter()
            .flat_map_iter(|at| self.domain_estimates(at / domains, at % domains, options))
            .collect();
        Ok(Estimates { samples, domains, items, all })
    }

    fn check_single_psus(&self, options: &Options) -> Result<(), Error> {
        let strata = self.frame.single_psu_strata();
        if options.single_psu == SinglePsu::Fail && !strata.is_empty() {
            return Err(Error::SinglePsuStrata { strata });
        }
        Ok(())
    }

    /// Estimates of all items in one domain of one sample.
    fn domain_estimates(&self, sample: usize, domain: usize, options: &Options) -> Vec<Estimate> {
        let view = View::new(self, sample, domain);
        let ratio = view.ratio();
        let spread = view.spread(&ratio, options.single_psu);
        let moments = self.domain_moments(&view, sample);
        let students = Students::new(options.tail());
        let students_95 = Students::new(STANDARD_TAIL);
        let reader =
            Reader { totals: self, sample, options, ratio, spread, moments, students, students_95 };
        (0..self.items()).map(|item| reader.read(item)).collect()
    }

    /// Moments of the domain: one entry.
    fn domain_moments(&self, view: &View<'_>, sample: usize) -> Moments {
        let mut sum = Moments::zeros(&self.layout, vec![(0, 0)]);
        for entry in self.moments.of_sample(sample) {
            if view.contains(self.moments.keys[entry].1) {
                sum.rows[0] += self.moments.rows[entry];
                sum.add_entry(0, &self.moments, entry);
            }
        }
        sum
    }
}

/// Probability beyond each end of the interval that presentation standards judge.
const STANDARD_TAIL: f64 = 0.025;

/// What the estimates of one domain are read from.
struct Reader<'a> {
    totals: &'a PsuTotals,
    sample: usize,
    options: &'a Options,
    ratio: Ratio,
    spread: Spread,
    moments: Moments,
    students: Students,
    students_95: Students,
}

/// What both quantities come to before an interval is made.
struct Core {
    value: f64,
    /// `None` where no stratum allows an estimate.
    variance: Option<f64>,
    /// Weighted population variance of y, 0 where y does not vary.
    population: f64,
    hits: u64,
}

impl Reader<'_> {
    fn read(&self, item: usize) -> Estimate {
        let (quantity, column) = self.totals.layout.get(item);
        if self.moments.n[column] == 0 {
            return self.empty(quantity);
        }
        let core = match quantity {
            Quantity::Share => self.share(column),
            Quantity::Mean => self.mean(column),
        };
        self.finish(quantity, column, &core)
    }

    fn empty(&self, quantity: Quantity) -> Estimate {
        Estimate {
            quantity,
            value: None,
            se: None,
            interval: None,
            df: 0,
            n: 0,
            hits: 0,
            n_weighted: 0.0,
            n_eff: None,
            kg_n: None,
            nchs_interval: None,
            deff: None,
            kish_deff: None,
            single_psu: self.options.single_psu,
            absent: Some(Absent::EmptyBase),
        }
    }

    fn share(&self, column: usize) -> Core {
        let hits = self.moments.hits[column];
        let extreme = hits == 0 || hits == self.moments.n[column];
        // Not Y / W: a weight may be lost beside a much larger one.
        let value = match hits {
            0 => 0.0,
            _ if extreme => 1.0,
            _ => self.ratio.value(column),
        };
        Core {
            value,
            variance: self.variance(column, extreme),
            population: value * (1.0 - value),
            hits,
        }
    }

    fn mean(&self, column: usize) -> Core {
        let mean = column - self.totals.layout.shares();
        let moment: MeanMoment = self.moments.means[mean];
        let shift = self.totals.shifts[self.sample * self.totals.layout.means() + mean];
        let constant = moment.constant();
        let value =
            if constant { moment.low } else { shift.unwrap_or(0.0) + self.ratio.value(column) };
        Core {
            value,
            variance: self.variance(column, constant),
            population: if constant { 0.0 } else { moment.variance() },
            hits: 0,
        }
    }

    /// The variance; exactly 0 where algebra says so and rounding would not.
    fn variance(&self, column: usize, constant: bool) -> Option<f64> {
        let psus = self.spread.psus[column];
        let adjusted = self.options.single_psu == SinglePsu::Adjust && psus > 1;
        if self.spread.strata_judged[column] == 0 && !adjusted {
            return None;
        }
        let zero = constant || psus == 1;
        Some(if zero { 0.0 } else { self.spread.variance[column] })
    }

    fn finish(&self, quantity: Quantity, column: usize, core: &Core) -> Estimate {
        let n = self.moments.n[column];
        let w = self.ratio.w[column];
        let df = self.spread.psus[column] - self.spread.strata[column];
        let facts = ShareFacts {
            p: core.value,
            variance: core.variance.unwrap_or(0.0),
            n,
            rows: self.moments.rows[0],
            df: f64::from(df),
            working: None,
        };
        let kg_n = (quantity == Quantity::Share).then(|| facts.nchs_n(&self.students_95));
        let nchs_interval = kg_n.and(core.variance).and_then(|_| self.nchs_interval(&facts));
        let interval = if self.asks_for_nchs() && nchs_interval.is_some() {
            nchs_interval
        } else {
            core.variance.and_then(|_| self.interval(quantity, &facts))
        };
        Estimate {
            quantity,
            value: Some(core.value),
            se: core.variance.map(f64::sqrt),
            interval,
            df,
            n,
            hits: core.hits,
            n_weighted: w,
            n_eff: n_eff(quantity, core, n),
            kg_n,
            nchs_interval,
            deff: deff(core, n),
            kish_deff: finite(n as f64 * (self.moments.ww[column] / w / w)),
            single_psu: self.options.single_psu,
            absent: (df == 0).then_some(Absent::NoDf),
        }
    }

    /// Whether the interval of a share is the one that the standards judge: beta
    /// quantiles are dear, so it is made once.
    fn asks_for_nchs(&self) -> bool {
        let level = 1.0 - 2.0 * STANDARD_TAIL;
        self.options.interval == IntervalMethod::KornGraubardNchs && self.options.level == level
    }

    fn nchs_interval(&self, facts: &ShareFacts) -> Option<Interval> {
        if facts.df <= 0.0 {
            return None;
        }
        let method = IntervalMethod::KornGraubardNchs;
        let (low, high, method) = facts.interval(method, &self.students_95);
        Some(Interval { low, high, level: 1.0 - 2.0 * STANDARD_TAIL, method })
    }

    fn interval(&self, quantity: Quantity, facts: &ShareFacts) -> Option<Interval> {
        if facts.df <= 0.0 {
            return None;
        }
        let (low, high, method) = match quantity {
            Quantity::Share => facts.interval(self.options.interval, &self.students),
            Quantity::Mean => {
                let t = self.students.get(facts.df);
                let (low, high) = around(facts.p, facts.variance.sqrt(), t);
                (low, high, IntervalMethod::T)
            }
        };
        let level = self.options.level;
        Some(Interval { low, high, level, method })
    }
}

/// Variance against that of a simple random sample of the same n.
fn deff(core: &Core, n: u64) -> Option<f64> {
    if n < 2 || core.population <= 0.0 {
        return None;
    }
    finite(core.variance? * (n - 1) as f64 / core.population)
}

/// The size of a simple random sample with this variance, at most n.
fn n_eff(quantity: Quantity, core: &Core, n: u64) -> Option<f64> {
    let size = n as f64;
    let variance = core.variance?;
    if core.population <= 0.0 || variance == 0.0 {
        return Some(size);
    }
    let effective = match quantity {
        Quantity::Share => core.population / variance,
        Quantity::Mean => size / deff(core, n)?,
    };
    Some(effective.min(size))
}

fn finite(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}
