//! Whether weights meet the figures of a calibration, and how far soft ones are missed.
//!
//! # Rule
//! Hard figures are looked at as shares, which a later factor of the whole group does not
//! change: the gap of a category is `|s - t| / t`, with s its share of the weights and t
//! its share of the targets. The gap of a total T is `|S·W/V - T| / |T|`, with S the
//! weighted sum of its column, V the sum of the weights and W what it was when the total
//! was met (`|T|` is taken to be at least a ten thousandth of the sum of the absolute
//! values), or `|S - T| / |T|` where that is smaller: a total that was met again. Soft targets are looked at when they are calibrated to, as they stand.
//!
//! # References
//! Deville, Särndal (1992) *JASA* 87, 376-382: the calibration equations.

use super::margin::GroupMargin;
use super::problem::{Number, Problem};
use super::settle::Calibration;
use crate::finding::{Finding, FindingKind};
use crate::groups::pick;
use crate::numbers::sum;

/// A smaller gap is not worth a word.
const MET: f64 = 1e-6;
/// A category and its margin may both miss by the tolerance, and so its share by two.
const TOLERANCES: f64 = 2.0;
/// The part of a sum of absolute values below which a target counts as 0.
const NEAR_ZERO: f64 = 1e-4;

/// A figure that is not met.
struct Miss {
    /// The margin or number.
    of: String,
    gap: f64,
    message: String,
}

impl Calibration {
    /// The sum of the weights of each group.
    pub(crate) fn sums(&self, weights: &[f64]) -> Vec<f64> {
        self.rows.iter().map(|rows| sum(pick(weights, rows))).collect()
    }

    /// Of each group the hard figure that is farthest from being met, where one is not;
    /// `sums` are those of the weights that met them all.
    pub(crate) fn lost(&self, sums: &[f64], weights: &[f64]) -> Vec<Finding> {
        let enough = (TOLERANCES * self.tolerance).max(MET);
        let groups = self.names.iter().zip(&self.rows).zip(self.problems.iter().zip(sums));
        let found = groups.filter_map(|((group, rows), (problem, &met))| {
            let worst = problem.worst(met, &pick(weights, rows))?;
            let Miss { of, gap, message } = worst;
            let message = format!(
                "{message}: it was met here, and a later step moved the weights away from it; move this calibration behind that step, or repeat it at the end (a `trim` does so with recalibrate = {{}})"
            );
            (gap > enough)
                .then(|| Finding::new(FindingKind::FiguresLost, group, &of, message))
        });
        found.collect()
    }

    /// How far the soft targets of each margin are missed, and soft totals.
    pub(crate) fn missed(&self, weights: &[f64]) -> Vec<Finding> {
        let groups = self.names.iter().zip(&self.rows).zip(&self.problems);
        let found = groups.flat_map(|((group, rows), problem)| {
            let missed = problem.missed(&pick(weights, rows));
            let note = |(of, message): (String, String)| {
                Finding::new(FindingKind::Note, group, &of, message)
            };
            missed.into_iter().map(note).collect::<Vec<_>>()
        });
        found.collect()
    }
}

impl Problem {
    /// The hard figure that is farthest from being met; none without weights.
    fn worst(&self, met: f64, weights: &[f64]) -> Option<Miss> {
        let total = sum(weights.iter().copied());
        if total == 0.0 {
            return None;
        }
        let margins = self.margins.iter().filter(|one| one.cost.is_none());
        let numbers = self.numbers.iter().filter(|one| one.cost.is_none());
        let categories = margins.flat_map(|one| one.misses(weights));
        let totals = numbers.map(|one| one.miss(weights, met / total));
        categories.chain(totals).max_by(|one, two| one.gap.total_cmp(&two.gap))
    }

    /// Soft margins and totals that are missed, each with the misses in words.
    fn missed(&self, weights: &[f64]) -> Vec<(String, String)> {
        let margins = self.margins.iter().filter(|one| one.cost.is_some());
        let margins = margins.map(|one| {
            let names = one.categories.iter().zip(&one.targets);
            let each = names.zip(one.weighted(weights)).filter_map(|((name, &target), after)| {
                Some(format!("`{name}` {}", missed(target, after, target)?))
            });
            (one.name.clone(), each.collect::<Vec<_>>())
        });
        let numbers = self.numbers.iter().filter(|one| one.cost.is_some()).map(|one| {
            let line = missed(one.target(), one.weighted(weights), one.size(weights));
            (one.name.clone(), line.into_iter().collect())
        });
        let some = margins.chain(numbers).filter(|(_, lines)| !lines.is_empty());
        some.map(|(of, lines)| (of, format!("missed, being soft: {}", lines.join("; ")))).collect()
    }
}

impl GroupMargin {
    fn misses(&self, weights: &[f64]) -> Vec<Miss> {
        let counts = self.weighted(weights);
        let (all, targets) = (sum(counts.iter().copied()), self.total());
        let known = self.categories.iter().zip(&self.targets).zip(counts);
        let miss = |((name, target), count): ((&String, &f64), f64)| {
            let (share, want) = (count / all, target / targets);
            let gap = (share - want).abs() / want;
            let message = format!(
                "`{name}` has {share:.6} of the final weights, its figure is {want:.6} (relative gap {gap:.1e})"
            );
            Miss { of: self.name.clone(), gap, message }
        };
        known.filter(|((_, target), _)| **target > 0.0).map(miss).collect()
    }
}

impl Number {
    /// The known total.
    pub(crate) fn target(&self) -> f64 {
        self.target.values[0]
    }

    /// The weighted sum of the column.
    pub(crate) fn weighted(&self, weights: &[f64]) -> f64 {
        let used = self.values.iter().zip(weights).filter(|(_, weight)| **weight != 0.0);
        sum(used.map(|(value, weight)| value * weight))
    }

    /// What a miss is measured against.
    fn size(&self, weights: &[f64]) -> f64 {
        let used = self.values.iter().zip(weights).filter(|(_, weight)| **weight != 0.0);
        let size = sum(used.map(|(value, weight)| value.abs() * weight));
        self.target().abs().max(NEAR_ZERO * size)
    }

    fn miss(&self, weights: &[f64], factor: f64) -> Miss {
        let (after, target) = (self.weighted(weights), self.target());
        let size = self.size(weights).max(f64::MIN_POSITIVE);
        let gap = |after: f64| (after - target).abs() / size;
        // Met again at another sum of the weights, a total is met.
        let gap = gap(after).min(gap(after * factor));
        let message = format!(
            "the final weights give {after}, its figure is {target} (relative gap {gap:.1e})"
        );
        Miss { of: self.name.clone(), gap, message }
    }
}

/// A miss in words, where it is worth some.
fn missed(target: f64, after: f64, size: f64) -> Option<String> {
    let gap = (after - target) / size.max(f64::MIN_POSITIVE);
    (gap.abs() > MET).then(|| format!("{after:.6} of {target} ({:+.4} %)", 100.0 * gap))
}
