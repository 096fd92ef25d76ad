//! Totals that are needed a sample and domain, but not a PSU.
//!
//! # Rule
//! For each sample and atom with a row: rows (those of weight 0 and those out
//! of an item's base included), and for each item n, the sum of squared weights,
//! the unweighted hits of a share, and a mean's weighted moments about the
//! sample's shift with its smallest and largest value. Variance needs no more
//! than W and Y by PSU, so keeping these here takes less than half the memory
//! where PSUs are many.

use crate::items::Layout;

/// A sample's position and an atom.
pub(crate) type MomentKey = (u32, u32);

/// A mean's weighted moments, centred at each step (West 1979), and its exact
/// range: a group of near-equal values far from the shift keeps its variance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct MeanMoment {
    w: f64,
    /// Weighted mean, seen from the shift.
    mean: f64,
    /// Weighted squares about the mean.
    squares: f64,
    pub(crate) low: f64,
    high: f64,
}

impl MeanMoment {
    pub(crate) const EMPTY: Self =
        Self { w: 0.0, mean: 0.0, squares: 0.0, low: f64::INFINITY, high: f64::NEG_INFINITY };

    /// Adds a value with its positive weight, seen from the shift.
    pub(crate) fn push(&mut self, weight: f64, value: f64, shift: f64) {
        let seen = value - shift;
        let distance = seen - self.mean;
        self.w += weight;
        self.mean += distance * (weight / self.w);
        self.squares += weight * distance * (seen - self.mean);
        self.low = self.low.min(value);
        self.high = self.high.max(value);
    }

    /// Adds the moments of other rows about the same shift (Chan et al. 1979).
    pub(crate) fn add(&mut self, other: &Self) {
        if other.w == 0.0 {
            return;
        }
        if self.w == 0.0 {
            *self = *other;
            return;
        }
        let (w, distance) = (self.w + other.w, other.mean - self.mean);
        self.squares += other.squares + distance * distance * (self.w * (other.w / w));
        self.mean = (self.mean * self.w + other.mean * other.w) / w;
        self.w = w;
        self.low = self.low.min(other.low);
        self.high = self.high.max(other.high);
    }

    /// The same moments about a shift that lies `by` lower.
    pub(crate) fn rebase(&mut self, by: f64) {
        self.mean += by;
    }

    /// Variance with weights as frequencies (divisor W), never negative.
    pub(crate) fn variance(&self) -> f64 {
        (self.squares / self.w).max(0.0)
    }

    /// Whether all values are one.
    pub(crate) fn constant(&self) -> bool {
        self.low >= self.high
    }
}

/// Moments by sample and atom, keys ascending.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Moments {
    items: usize,
    shares: usize,
    pub(crate) keys: Vec<MomentKey>,
    pub(crate) rows: Vec<u64>,
    pub(crate) n: Vec<u64>,
    pub(crate) ww: Vec<f64>,
    pub(crate) hits: Vec<u64>,
    pub(crate) means: Vec<MeanMoment>,
}

impl Moments {
    /// Zeros for the given ascending keys.
    pub(crate) fn zeros(layout: &Layout, keys: Vec<MomentKey>) -> Self {
        Self::sized(layout.len(), layout.shares(), keys)
    }

    fn sized(items: usize, shares: usize, keys: Vec<MomentKey>) -> Self {
        let len = keys.len();
        Self {
            items,
            shares,
            keys,
            rows: vec![0; len],
            n: vec![0; len * items],
            ww: vec![0.0; len * items],
            hits: vec![0; len * shares],
            means: vec![MeanMoment::EMPTY; len * (items - shares)],
        }
    }

    /// Sum of two tables: a key that only one of them has keeps its bits.
    pub(crate) fn merge(&self, other: &Self) -> Self {
        let mut keys: Vec<MomentKey> = self.keys.iter().chain(&other.keys).copied().collect();
        keys.sort_unstable();
        keys.dedup();
        let mut all = Self::sized(self.items, self.shares, keys);
        all.add(self);
        all.add(other);
        all
    }

    /// Sum of many tables along a fixed binary tree.
    pub(crate) fn merge_all(layout: &Layout, mut tables: Vec<Self>) -> Self {
        while tables.len() > 1 {
            let pairs = tables.chunks(2);
            tables = pairs
                .map(|pair| match pair {
                    [left, right] => left.merge(right),
                    _ => pair[0].clone(),
                })
                .collect();
        }
        tables.pop().unwrap_or_else(|| Self::zeros(layout, vec![]))
    }

    fn add(&mut self, other: &Self) {
        for (from, key) in other.keys.iter().enumerate() {
            let to = self.keys.partition_point(|mine| mine < key);
            self.rows[to] += other.rows[from];
            self.add_entry(to, other, from);
        }
    }

    /// Adds one entry's items; the rows are the caller's.
    pub(crate) fn add_entry(&mut self, to: usize, other: &Self, from: usize) {
        let (items, shares, means) = (self.items, self.shares, self.items - self.shares);
        add_all(&mut self.n, &other.n, to, from, items);
        add_all(&mut self.ww, &other.ww, to, from, items);
        add_all(&mut self.hits, &other.hits, to, from, shares);
        let theirs = &other.means[from * means..][..means];
        let mine = &mut self.means[to * means..][..means];
        mine.iter_mut().zip(theirs).for_each(|(a, b)| a.add(b));
    }

    /// Entries of one sample.
    pub(crate) fn of_sample(&self, sample: usize) -> std::ops::Range<usize> {
        let before = |end: usize| self.keys.partition_point(|key| (key.0 as usize) < end);
        before(sample)..before(sample + 1)
    }
}

fn add_all<T>(to: &mut [T], from: &[T], at: usize, source: usize, width: usize)
where
    T: std::ops::AddAssign + Copy,
{
    let theirs = &from[source * width..][..width];
    let mine = &mut to[at * width..][..width];
    mine.iter_mut().zip(theirs).for_each(|(a, &b)| *a += b);
}
