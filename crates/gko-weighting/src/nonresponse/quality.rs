//! How well a model tells respondents from the others, and how unlike they are.
//!
//! # Estimator
//! With weights v over the cases that are or may be eligible:
//! c-statistic (area under the ROC curve), the weighted share of pairs of a
//! respondent and a nonrespondent in which the respondent has the larger
//! propensity, ties counting one half. R-indicator `R = 1 - 2 S`, `S² = sum of v
//! (p - P)² / sum of v`, P the weighted mean of p: 1 where all respond alike.
//!
//! # Assumptions
//! The divisor of S² is the sum of weights and not one less, so that weights may be
//! on any scale. R is that of the model: what it leaves out, R does not see.
//!
//! # References
//! Schouten, Cobben, Bethlehem (2009) *Survey Methodology* 35, 101-113; Hanley,
//! McNeil (1982) *Radiology* 143, 29-36.

/// The weighted mean.
pub(super) fn mean(values: &[f64], weights: &[f64]) -> f64 {
    let sum: f64 = values.iter().zip(weights).map(|(value, weight)| value * weight).sum();
    sum / weights.iter().sum::<f64>()
}

/// R = 1 - 2 S.
pub(super) fn r_indicator(p: &[f64], v: &[f64]) -> f64 {
    let centre = mean(p, v);
    let squares: Vec<f64> = p.iter().map(|p| (p - centre) * (p - centre)).collect();
    1.0 - 2.0 * mean(&squares, v).sqrt()
}

/// The c-statistic; none where all or none responded.
pub(super) fn c_statistic(p: &[f64], responded: &[f64], v: &[f64]) -> Option<f64> {
    let mut cases: Vec<(f64, f64, f64)> =
        p.iter().zip(responded).zip(v).map(|((&p, &r), &v)| (p, r * v, (1.0 - r) * v)).collect();
    cases.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut pairs, mut respondents, mut below) = (0.0, 0.0, 0.0);
    for tied in cases.chunk_by(|a, b| a.0 == b.0) {
        let responding: f64 = tied.iter().map(|case| case.1).sum();
        let silent: f64 = tied.iter().map(|case| case.2).sum();
        pairs += responding * (below + silent / 2.0);
        respondents += responding;
        below += silent;
    }
    let all = respondents * below;
    (all > 0.0).then(|| pairs / all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_counted_with_their_weights() {
        let c = c_statistic(&[0.2, 0.5, 0.5, 0.9], &[0.0, 1.0, 0.0, 1.0], &[1.0, 2.0, 3.0, 1.0]);
        // Pairs: 0.5 over 0.2: 2, 0.5 with 0.5: 6 halved, 0.9 over both: 4; of 3 times 4.
        assert_eq!(c, Some((2.0 + 3.0 + 4.0) / 12.0));
        assert_eq!(c_statistic(&[0.2], &[1.0], &[1.0]), None);
    }

    #[test]
    fn all_alike_are_representative_and_the_extreme_is_not() {
        assert_eq!(r_indicator(&[0.3; 4], &[1.0, 2.0, 3.0, 4.0]), 1.0);
        assert_eq!(r_indicator(&[0.0, 1.0], &[2.0, 2.0]), 0.0);
    }
}
