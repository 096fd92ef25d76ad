//! P-values adjusted for the number of tests.
//!
//! # Rule
//! With p-values `p_(1) <= ... <= p_(m)`, adjusted values are never above 1:
//! - Bonferroni `m·p`,
//! - Holm: the largest `(m - j + 1)·p_(j)` over j <= i,
//! - Benjamini-Hochberg: the smallest `(m/j)·p_(j)` over j >= i.
//!
//! The first two hold the chance of any false rejection, the third the expected
//! share of false ones among the rejections.
//!
//! # Assumptions
//! Bonferroni and Holm: none. Benjamini-Hochberg: tests are independent or
//! positively dependent.
//!
//! # References
//! Holm (1979) *Scand. J. Statist.* 6, 65; Benjamini & Hochberg (1995) *JRSS B* 57,
//! 289; R `p.adjust`, to the bit.

use crate::error::Error;

/// How p-values are adjusted for the number of tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum PAdjust {
    /// As they are.
    None,
    /// Each times the number of tests.
    Bonferroni,
    /// Step-down Bonferroni: never larger, and holds the same error.
    #[default]
    Holm,
    /// False discovery rate.
    BenjaminiHochberg,
}

named!(PAdjust, "adjustment of p-values", {
    None => "none",
    Bonferroni => "bonferroni",
    Holm => "holm",
    BenjaminiHochberg => "benjamini-hochberg",
});

/// The adjusted p-values, in the order of `p`.
///
/// # Example
/// Three tests; R: `p.adjust(c(0.01, 0.04, 0.03), "holm")` and `"BH"`.
/// ```
/// use gko_survey::adjust_p::{PAdjust, adjust};
///
/// let p = [0.01, 0.04, 0.03];
/// assert_eq!(adjust(&p, PAdjust::Holm)?, [0.03, 0.06, 0.06]);
/// assert_eq!(adjust(&p, PAdjust::BenjaminiHochberg)?, [0.03, 0.04, 0.04]);
/// # Ok::<(), gko_survey::Error>(())
/// ```
///
/// # Errors
/// A p-value is not a number from 0 to 1. R leaves such values out instead: leave
/// them out before, so that the number of tests is yours to say.
pub fn adjust(p: &[f64], method: PAdjust) -> Result<Vec<f64>, Error> {
    let (what, expected) = ("p-value", "a number from 0 to 1");
    if let Some(&got) = p.iter().find(|value| !(0.0..=1.0).contains(*value)) {
        return Err(Error::InvalidParameter { what, got, expected });
    }
    let m = p.len() as f64;
    Ok(match method {
        PAdjust::None => p.to_vec(),
        PAdjust::Bonferroni => p.iter().map(|value| (m * value).min(1.0)).collect(),
        PAdjust::Holm => holm(p),
        PAdjust::BenjaminiHochberg => benjamini_hochberg(p),
    })
}

fn holm(p: &[f64]) -> Vec<f64> {
    let left = (1..=p.len()).rev().map(|left| left as f64);
    let steps = ascending(p).into_iter().zip(left).map(|((at, value), left)| (at, left * value));
    running(p.len(), steps, 0.0, f64::max)
}

fn benjamini_hochberg(p: &[f64]) -> Vec<f64> {
    let m = p.len() as f64;
    let ranks = (1..=p.len()).map(|rank| rank as f64);
    let steps =
        ascending(p).into_iter().zip(ranks).map(|((at, value), rank)| (at, m / rank * value));
    let steps: Vec<(usize, f64)> = steps.collect();
    running(p.len(), steps.into_iter().rev(), 1.0, f64::min)
}

/// Positions and values from the smallest value on.
fn ascending(p: &[f64]) -> Vec<(usize, f64)> {
    let mut sorted: Vec<(usize, f64)> = p.iter().copied().enumerate().collect();
    sorted.sort_by(|a, b| a.1.total_cmp(&b.1));
    sorted
}

/// The running extreme of the steps, each at its position and never above 1.
fn running(
    len: usize,
    steps: impl Iterator<Item = (usize, f64)>,
    start: f64,
    extreme: fn(f64, f64) -> f64,
) -> Vec<f64> {
    let mut adjusted = vec![0.0; len];
    let mut so_far = start;
    for (at, value) in steps {
        so_far = extreme(so_far, value);
        if let Some(slot) = adjusted.get_mut(at) {
            *slot = so_far.min(1.0);
        }
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;

    const P: [f64; 8] = [0.011, 0.9, 0.0002, 0.04, 0.04, 0.5, 0.003, 0.021];

    #[test]
    fn values_are_those_of_r() {
        let holm = [0.066, 1.0, 0.0016, 0.16, 0.16, 1.0, 0.021, 0.10500000000000001];
        assert_eq!(adjust(&P, PAdjust::Holm).unwrap(), holm);
        let bh = [
            0.02933333333333333,
            0.9,
            0.0016,
            0.05333333333333333,
            0.05333333333333333,
            0.5714285714285714,
            0.012,
            0.042,
        ];
        assert_eq!(adjust(&P, PAdjust::BenjaminiHochberg).unwrap(), bh);
        let bonferroni = [0.088, 1.0, 0.0016, 0.32, 0.32, 1.0, 0.024, 0.168];
        assert_eq!(adjust(&P, PAdjust::Bonferroni).unwrap(), bonferroni);
        assert_eq!(adjust(&P, PAdjust::None).unwrap(), P);
    }

    #[test]
    fn nothing_and_one_stay_as_they_are() {
        for method in PAdjust::ALL {
            assert_eq!(adjust(&[], method).unwrap(), Vec::<f64>::new());
            assert_eq!(adjust(&[0.3], method).unwrap(), [0.3]);
            assert_eq!(adjust(&[0.0, 1.0], method).unwrap(), [0.0, 1.0]);
        }
    }

    #[test]
    fn what_is_no_p_value_is_refused() {
        for value in [f64::NAN, -0.1, 1.1] {
            let refused = adjust(&[0.5, value], PAdjust::None).unwrap_err();
            assert_eq!(refused.code(), "GKO-S130");
        }
    }

    #[test]
    fn every_name_is_read_back_and_listed() {
        for one in PAdjust::ALL {
            assert_eq!(one.to_string().parse(), Ok(one));
            assert!(PAdjust::NAMES.contains(one.as_str()));
        }
        assert_eq!("BH".parse::<PAdjust>().unwrap_err().code(), "GKO-S042");
    }
}
