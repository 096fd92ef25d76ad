//! Diagnostics without what stands for few respondents.
//!
//! # Rule
//! With `least` the fewest respondents that a number may stand for:
//!
//! | number | shown if |
//! |---|---|
//! | anything of a group | the group has `least` rows of positive weight |
//! | smallest and largest weight or factor, and their ratio | never |
//! | quantile at p of n | at least `least` of the n lie on either side: `n·min(p, 1 - p)` |
//! | share held by the largest part | the part has `least` rows |
//! | rows without a weight | there are none, or `least` |
//! | bins of a histogram | they are joined with the next until they have `least` rows |
//! | indicator of 0 and 1 | the rarer answer has none or `least` rows |
//! | category of a margin | it is empty, or has `least` rows and is not hidden to protect another |
//!
//! Names of groups and categories, and known shares, are of the population and stay.
//! Shares of a margin add up to 1, so where a category is hidden the next smallest is
//! hidden too, until two are and they have `least` rows together.
//!
//! # Assumptions
//! One table is made public once: two that differ by few respondents tell about these.
//! Margins that cross protect each other only if the full protection of tables looks at
//! them together.
//!
//! # References
//! Hundepool et al. (2012) *Statistical Disclosure Control*, ch. 5 (minimum frequency,
//! secondary suppression).

use super::distribution::{Distribution, QuantilePoint};
use super::factors::Factors;
use super::histogram::{Bin, Histogram};
use super::indicators::IndicatorEffect;
use super::margins::{MarginShare, MarginTable};

impl Distribution {
    /// The same without what stands for fewer than `least` respondents.
    #[must_use]
    pub fn public(&self, least: usize) -> Self {
        let n = self.positive.unwrap_or(0);
        let mut shown = self.clone();
        (shown.smallest, shown.largest, shown.ratio) = (None, None, None);
        shown.quantiles = inner(&self.quantiles, n, least);
        shown.top_1_percent = self.top_1_percent.filter(|_| n.div_ceil(100) >= least);
        shown.top_5_percent = self.top_5_percent.filter(|_| n.div_ceil(20) >= least);
        if self.zero.is_some_and(|zero| 0 < zero && zero < least) {
            (shown.zero, shown.rows) = (None, None);
        }
        if n < least { shown.hidden() } else { shown }
    }

    fn hidden(&self) -> Self {
        Self {
            group: self.group,
            rows: None,
            positive: None,
            zero: None,
            sum: None,
            mean: None,
            smallest: None,
            largest: None,
            ratio: None,
            quantiles: vec![],
            cv: None,
            kish: None,
            effective_n: None,
            top_1_percent: None,
            top_5_percent: None,
        }
    }
}

/// The quantiles with enough values on either side.
fn inner(quantiles: &[QuantilePoint], n: usize, least: usize) -> Vec<QuantilePoint> {
    let enough = |point: &&QuantilePoint| n as f64 * point.p.min(1.0 - point.p) >= least as f64;
    quantiles.iter().filter(enough).copied().collect()
}

impl Factors {
    /// The same without what stands for fewer than `least` respondents.
    #[must_use]
    pub fn public(&self, least: usize) -> Self {
        let n = self.rows.unwrap_or(0);
        let dropped = self.dropped.filter(|&dropped| dropped == 0 || dropped >= least);
        Self {
            group: self.group,
            rows: self.rows.filter(|_| n >= least),
            dropped: dropped.filter(|_| n >= least),
            smallest: None,
            largest: None,
            quantiles: inner(&self.quantiles, n, least),
        }
    }
}

impl Histogram {
    /// The same with bins joined until each has `least` rows; none if all have fewer.
    #[must_use]
    pub fn public(&self, least: usize) -> Self {
        let mut joined: Vec<Bin> = Vec::new();
        for bin in &self.bins {
            match joined.last_mut().filter(|last| last.rows < least) {
                Some(last) => join(last, bin),
                None => joined.push(*bin),
            }
        }
        // What is left at the end goes into the last bin that is full.
        if joined.last().is_some_and(|last| last.rows < least) {
            let rest = joined.pop();
            if let (Some(last), Some(rest)) = (joined.last_mut(), rest) {
                join(last, &rest);
            }
        }
        Self { group: self.group, bins: joined }
    }
}

fn join(last: &mut Bin, next: &Bin) {
    (last.to, last.rows) = (next.to, last.rows + next.rows);
}

impl MarginTable {
    /// The same without categories that stand for fewer than `least` respondents, and
    /// without those that would give them away.
    #[must_use]
    pub fn public(&self, least: usize) -> Self {
        let hidden = hidden(&self.categories, least);
        let category = |share: &MarginShare| {
            if hidden.contains(&share.category) { share.hidden() } else { share.clone() }
        };
        let categories = self.categories.iter().map(category).collect();
        Self { group: self.group.clone(), ..Self::new(self.margin.clone(), categories) }
    }
}

impl MarginShare {
    fn hidden(&self) -> Self {
        let (rows, before, after, gap_before, gap_after) = (None, None, None, None, None);
        Self { rows, before, after, gap_before, gap_after, ..self.clone() }
    }
}

/// The categories to hide: the small ones, and the next smallest until two are hidden
/// that have enough rows together.
fn hidden(categories: &[MarginShare], least: usize) -> Vec<usize> {
    let mut by_rows: Vec<(usize, usize)> = categories
        .iter()
        .map(|share| (share.rows.unwrap_or(0), share.category))
        .filter(|&(rows, _)| rows > 0)
        .collect();
    by_rows.sort_unstable();
    let small = by_rows.iter().filter(|&&(rows, _)| rows < least).count();
    let together = |count: usize| by_rows.iter().take(count).map(|&(rows, _)| rows).sum::<usize>();
    let enough = |&count: &usize| count >= 2 && together(count) >= least;
    let count = match small {
        0 => 0,
        _ => (small..by_rows.len()).find(enough).unwrap_or(by_rows.len()),
    };
    by_rows.into_iter().take(count).map(|(_, category)| category).collect()
}

impl IndicatorEffect {
    /// The same, empty if it, or its rarer answer, stands for fewer than `least`
    /// respondents.
    #[must_use]
    pub fn public(&self, least: usize) -> Self {
        let rare = self.rarer.is_some_and(|rarer| 0 < rarer && rarer < least);
        if !rare && self.rows.is_some_and(|rows| rows >= least) {
            return self.clone();
        }
        Self {
            indicator: self.indicator.clone(),
            group: self.group,
            rows: None,
            rarer: None,
            unweighted: None,
            before: None,
            after: None,
            change: None,
            correlation: None,
            spencer: None,
        }
    }
}
