//! Classes of like propensities, and one factor for each.
//!
//! # Rule
//! Of K classes, the upper bound of the j-th is the smallest propensity at or below
//! which there are at least j/K of the cases (counted or weighted); a case is in
//! the first class whose bound it does not exceed. So equal propensities are never
//! parted, and classes that would be empty are left out. These are R's
//! `cut(p, quantile(p, (0:K)/K, type = 1), include.lowest = TRUE)`.
//!
//! # Estimator
//! The factor of a class is `1 / q`, q over its cases: `sum of m p / sum of m`,
//! `sum of v p / sum of v`, `sum of m r / sum of m`, `sum of v r / sum of v`, or the
//! median of p at weights m. r is 1 for respondents, m is 1 (e for a case of unknown
//! eligibility), `v = d m`.
//!
//! # Assumptions
//! A class with eligible cases has a respondent.
//!
//! # References
//! Valliant, Dever, Kreuter (2018), ch. 13; R PracTools `pclass`, whose cuts are
//! quantiles of type 7 of propensities that are jittered first, and `NRadjClass`,
//! types 1 to 5.

use super::dispositions::Counting;
use super::propensity_options::{ClassFactor, PropensityClasses};

/// Rounding that a sum of weights may have.
const ROUNDING: f64 = 1e-12;

/// The cases of a group at some weights.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cases<'a> {
    /// Propensities.
    pub(super) p: &'a [f64],
    /// 1 for respondents.
    pub(super) responded: &'a [f64],
    /// What a case counts for: 1, or e; 0 without weight.
    pub(super) m: &'a [f64],
    /// What it weighs: d m.
    pub(super) v: &'a [f64],
}

/// The class of each case, counted from 0.
pub(super) fn cut(cases: &Cases<'_>, classes: &PropensityClasses) -> Vec<usize> {
    let counted = match classes.cut {
        Counting::Weighted => cases.v,
        Counting::Unweighted => cases.m,
    };
    let bounds = bounds(&sorted(cases.p, counted), classes.count);
    let mut class: Vec<usize> =
        cases.p.iter().map(|&p| bounds.partition_point(|&bound| bound < p)).collect();
    // A case that does not count may lie beyond all that do.
    class.iter_mut().for_each(|class| *class = (*class).min(bounds.len().saturating_sub(1)));
    class
}

/// Values and what they count for, ascending, without those that do not count.
fn sorted(p: &[f64], counted: &[f64]) -> Vec<(f64, f64)> {
    let pairs = p.iter().copied().zip(counted.iter().copied());
    let mut pairs: Vec<(f64, f64)> = pairs.filter(|&(_, m)| m > 0.0).collect();
    pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
    pairs
}

/// The upper bounds of the classes, ascending and distinct.
fn bounds(sorted: &[(f64, f64)], count: u32) -> Vec<f64> {
    let total: f64 = sorted.iter().map(|(_, m)| m).sum();
    let (mut bounds, mut below, mut next) = (Vec::new(), 0.0, 1);
    for &(p, m) in sorted {
        below += m;
        let reached = |j: u32| below * f64::from(count) >= f64::from(j) * total * (1.0 - ROUNDING);
        if next <= count && reached(next) {
            bounds.push(p);
            while next <= count && reached(next) {
                next += 1;
            }
        }
    }
    bounds.dedup();
    bounds
}

/// The figure that the factor of a class is one over; none if nobody of it, or no
/// respondent, has weight.
pub(super) fn rate(
    cases: &Cases<'_>,
    class_of: &[usize],
    class: usize,
    kind: ClassFactor,
) -> Option<f64> {
    let members = || (0..class_of.len()).filter(|&at| class_of[at] == class);
    if !members().any(|at| cases.v[at] > 0.0 && cases.responded[at] > 0.0) {
        return None;
    }
    let mean = |of: &[f64], weights: &[f64]| {
        let above: f64 = members().map(|at| weights[at] * of[at]).sum();
        above / members().map(|at| weights[at]).sum::<f64>()
    };
    Some(match kind {
        ClassFactor::MeanPropensity => mean(cases.p, cases.m),
        ClassFactor::WeightedMeanPropensity => mean(cases.p, cases.v),
        ClassFactor::ResponseRate => mean(cases.responded, cases.m),
        ClassFactor::WeightedResponseRate => mean(cases.responded, cases.v),
        ClassFactor::MedianPropensity => {
            let values: Vec<f64> = members().map(|at| cases.p[at]).collect();
            median(&values, &members().map(|at| cases.m[at]).collect::<Vec<f64>>())
        }
    })
}

/// The value with half of the weight on either side; the mean of two where the
/// half falls between them.
fn median(values: &[f64], weights: &[f64]) -> f64 {
    let sorted = sorted(values, weights);
    let half = sorted.iter().map(|(_, m)| m).sum::<f64>() / 2.0;
    let mut below = 0.0;
    for (at, &(value, m)) in sorted.iter().enumerate() {
        below += m;
        if (below - half).abs() <= ROUNDING * half {
            let next = sorted.get(at + 1).map_or(value, |next| next.0);
            return (value + next) / 2.0;
        }
        if below > half {
            return value;
        }
    }
    f64::NAN
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classes(p: &[f64], m: &[f64], count: u32) -> Vec<usize> {
        let cases = Cases { p, responded: m, m, v: m };
        cut(&cases, &PropensityClasses { count, ..PropensityClasses::default() })
    }

    #[test]
    fn fifths_of_ten_are_pairs_and_ties_stay_together() {
        let p: Vec<f64> = (0..10).map(|at| 0.05 + 0.09 * f64::from(at)).collect();
        assert_eq!(classes(&p, &[1.0; 10], 5), [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]);
        assert_eq!(classes(&[0.5; 4], &[1.0; 4], 5), [0; 4]);
        assert_eq!(classes(&[0.2, 0.2, 0.2, 0.7], &[1.0; 4], 2), [0, 0, 0, 1]);
        assert_eq!(classes(&[0.2, 0.7], &[1.0; 2], 1), [0, 0]);
    }

    #[test]
    fn a_case_counts_for_what_it_is() {
        assert_eq!(classes(&[0.1, 0.2, 0.3, 0.9], &[3.0, 1.0, 2.0, 0.0], 2), [0, 1, 1, 1]);
        assert_eq!(classes(&[0.1, 0.2], &[0.0, 0.0], 2), [0, 0]);
    }

    #[test]
    fn the_median_is_the_usual_one() {
        assert_eq!(median(&[0.4, 0.1, 0.2], &[1.0; 3]), 0.2);
        assert_eq!(median(&[0.4, 0.1, 0.2, 0.3], &[1.0; 4]), 0.25);
        assert_eq!(median(&[0.4, 0.1, 0.2], &[1.0, 1.0, 0.5]), 0.2);
    }

    #[test]
    fn rates_are_those_of_the_class() {
        let (p, r) = ([0.5, 0.7, 0.9], [1.0, 0.0, 1.0]);
        let (m, v) = ([1.0, 0.5, 1.0], [2.0, 1.0, 9.0]);
        let cases = Cases { p: &p, responded: &r, m: &m, v: &v };
        let of = |kind| rate(&cases, &[0, 0, 1], 0, kind).unwrap();
        assert!((of(ClassFactor::MeanPropensity) - 0.85 / 1.5).abs() < 1e-15);
        assert!((of(ClassFactor::WeightedMeanPropensity) - 1.7 / 3.0).abs() < 1e-15);
        assert!((of(ClassFactor::ResponseRate) - 1.0 / 1.5).abs() < 1e-15);
        assert!((of(ClassFactor::WeightedResponseRate) - 2.0 / 3.0).abs() < 1e-15);
        assert_eq!(of(ClassFactor::MedianPropensity), 0.5);
        assert_eq!(rate(&cases, &[0, 1, 0], 1, ClassFactor::ResponseRate), None);
    }
}
