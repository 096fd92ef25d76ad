//! Rows of positive weight in the order of their values.
//!
//! # Rule
//! Sums of weights are compensated (Neumaier 1974), so that a probability at which
//! rows are split evenly finds the split: R sums with longer numbers.

use crate::columns::used;

/// Values ascending, with weights and their running sums.
#[derive(Debug, Clone)]
pub(crate) struct Sorted {
    pub(crate) x: Vec<f64>,
    pub(crate) w: Vec<f64>,
    /// Sum of the weights up to each row.
    pub(crate) cumulative: Vec<f64>,
    pub(crate) total: f64,
}

impl Sorted {
    /// Sorts the rows of positive weight.
    pub(crate) fn new(values: &[f64], weights: &[f64]) -> Self {
        let mut rows: Vec<(f64, f64)> =
            used(weights).map(|(row, weight)| (values[row], weight)).collect();
        rows.sort_by(|one, two| one.0.total_cmp(&two.0));
        let (x, w) = rows.into_iter().unzip();
        Self::ascending(x, w)
    }

    fn ascending(x: Vec<f64>, w: Vec<f64>) -> Self {
        let cumulative = running_sums(&w);
        let total = cumulative.last().copied().unwrap_or(0.0);
        Self { x, w, cumulative, total }
    }

    /// Number of rows.
    pub(crate) fn len(&self) -> usize {
        self.x.len()
    }

    /// The same with one row for each value.
    pub(crate) fn distinct(&self) -> Self {
        let starts = (0..self.len()).filter(|&at| at == 0 || self.x[at] > self.x[at - 1]);
        let starts: Vec<usize> = starts.chain([self.len()]).collect();
        let group = |ends: &[usize]| {
            let sums = running_sums(&self.w[ends[0]..ends[1]]);
            (self.x[ends[0]], sums.last().copied().unwrap_or(0.0))
        };
        let (x, w) = starts.windows(2).map(group).unzip();
        Self::ascending(x, w)
    }

    /// The step of the CDF at p.
    pub(crate) fn step(&self, p: f64) -> Step<'_> {
        let upto = self.cumulative.partition_point(|&sum| sum <= p * self.total);
        let low = upto.saturating_sub(1);
        Step { data: self, p, low, high: (low + 1).min(self.len() - 1) }
    }
}

/// Two rows beside each other, between which p lies.
pub(crate) struct Step<'a> {
    data: &'a Sorted,
    p: f64,
    low: usize,
    high: usize,
}

impl Step<'_> {
    /// How far p lies above the sum of the lower row, as a share of all weights.
    fn above(&self) -> f64 {
        self.p - self.data.cumulative[self.low] / self.data.total
    }

    fn values(&self) -> (f64, f64) {
        (self.data.x[self.low], self.data.x[self.high])
    }

    pub(crate) fn inverse(&self) -> f64 {
        let (low, high) = self.values();
        if self.above() <= 0.0 { low } else { high }
    }

    pub(crate) fn averaged(&self) -> f64 {
        let (low, high) = self.values();
        match self.above() {
            above if above > 0.0 => high,
            // Below the first row there is nothing to average with.
            above if above < 0.0 && self.low == 0 => low,
            _ => f64::midpoint(low, high),
        }
    }

    pub(crate) fn even(&self) -> f64 {
        let (low, high) = self.values();
        match self.above() {
            above if above > 0.0 => high,
            above if above < 0.0 && self.low == 0 => low,
            // Rows are counted from 1.
            _ if (self.low + 1).is_multiple_of(2) => low,
            _ => high,
        }
    }

    pub(crate) fn between(&self) -> f64 {
        let (low, high) = self.values();
        let below = self.data.cumulative[self.high] / self.data.total - self.p;
        let part = self.above() / (below + self.above());
        if part > 0.0 && part.is_finite() { low * (1.0 - part) + high * part } else { low }
    }
}

/// Running sums, each within rounding of the exact one.
pub(crate) fn running_sums(values: &[f64]) -> Vec<f64> {
    let (mut sum, mut lost) = (0.0_f64, 0.0_f64);
    let next = |&value: &f64| {
        let more: f64 = sum + value;
        lost += if sum.abs() >= value.abs() { (sum - more) + value } else { (value - more) + sum };
        sum = more;
        sum + lost
    };
    values.iter().map(next).collect()
}
