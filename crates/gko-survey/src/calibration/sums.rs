//! Sums that keep their digits when terms differ by many orders of magnitude.
//!
//! # Rule
//! Neumaier's compensated sum: beside the running sum stands what each addition
//! lost, and the two are added at the end. Terms are taken in the order given.
//!
//! Terms of one sign need no comparison: what an addition lost is `term - (next -
//! total)`, exact unless the term exceeds the running sum. Each such term at least
//! doubles the sum, so what they all lose stays below two roundings of the result,
//! however many terms there are.
//!
//! # References
//! Neumaier (1974) *Z. Angew. Math. Mech.* 54, 39-51.

/// A running sum with what its additions lost.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sum {
    total: f64,
    lost: f64,
}

impl Sum {
    pub(super) fn add(&mut self, term: f64) {
        let next = self.total + term;
        self.lost += if self.total.abs() >= term.abs() {
            (self.total - next) + term
        } else {
            (term - next) + self.total
        };
        self.total = next;
    }

    /// Adds to a sum whose terms have one sign.
    pub(super) fn grow(&mut self, term: f64) {
        let next = self.total + term;
        self.lost += term - (next - self.total);
        self.total = next;
    }

    /// Adds the sum of other terms.
    pub(super) fn join(&mut self, other: Self) {
        self.add(other.total);
        self.lost += other.lost;
    }

    pub(super) fn value(self) -> f64 {
        self.total + self.lost
    }
}

/// The sum of all terms, compensated: small ones keep their digits beside large ones.
#[must_use]
pub fn sum(terms: impl IntoIterator<Item = f64>) -> f64 {
    let mut all = Sum::default();
    terms.into_iter().for_each(|term| all.add(term));
    all.value()
}

/// Position and value of the largest term; the first that is no number wins.
pub(super) fn worst(terms: impl IntoIterator<Item = f64>) -> (usize, f64) {
    let larger = |best: (usize, f64), (at, term): (usize, f64)| {
        if !best.1.is_nan() && (term.is_nan() || term > best.1) { (at, term) } else { best }
    };
    terms.into_iter().enumerate().fold((0, 0.0), larger)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_terms_survive_beside_large_ones() {
        assert_eq!(sum([1.0, 1e100, 1.0, -1e100]), 2.0);
        assert_eq!(sum([]), 0.0);
    }

    /// A hundred thousand terms, each below half the last digit of the first.
    #[test]
    fn terms_of_one_sign_lose_nothing() {
        let mut all = Sum::default();
        let mut halves = [Sum::default(); 2];
        for at in 0..=100_000 {
            let term = if at == 0 { 1.0 } else { 1e-17 };
            all.grow(term);
            halves[at % 2].grow(term);
        }
        halves[0].join(halves[1]);
        let want = 1.0 + 1e-12;
        assert!((all.value() / want - 1.0).abs() < 5e-16);
        assert!((halves[0].value() / want - 1.0).abs() < 5e-16);
    }

    #[test]
    fn what_is_no_number_is_worst() {
        assert_eq!(worst([0.5, 2.0, 1.0]), (1, 2.0));
        let (at, value) = worst([3.0, f64::NAN, 9.0]);
        assert!(at == 1 && value.is_nan());
    }
}
