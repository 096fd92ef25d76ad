//! Random draws of a replicate: the same on every machine and for any thread count.
//!
//! # Rule
//! ChaCha12 from a seed, one stream for each replicate. A number below n is the
//! upper half of a 64-bit draw times n; draws whose lower half would favour some
//! numbers are drawn again.
//!
//! # References
//! Lemire (2019) *ACM Trans. Model. Comput. Simul.* 29, 3; Bentley & Floyd (1987)
//! *Commun. ACM* 30, 754 for draws without replacement.

use std::collections::BTreeSet;

use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// The draws of one replicate.
pub(super) struct Draws(ChaCha12Rng);

impl Draws {
    pub(super) fn new(seed: u64, replicate: u64) -> Self {
        let mut rng = ChaCha12Rng::seed_from_u64(seed);
        rng.set_stream(replicate);
        Self(rng)
    }

    /// A number from 0 to n - 1, each with the same probability.
    pub(super) fn below(&mut self, n: u64) -> u64 {
        let unfair = n.wrapping_neg() % n.max(1);
        loop {
            let product = u128::from(self.0.next_u64()) * u128::from(n);
            let [upper, lower] = [product >> 64, product & u128::from(u64::MAX)];
            if lower >= u128::from(unfair) {
                return u64::try_from(upper).unwrap_or(0);
            }
        }
    }

    /// A position in a list of n.
    pub(super) fn position(&mut self, n: usize) -> usize {
        usize::try_from(self.below(n as u64)).unwrap_or(0)
    }

    /// How often each of n was drawn in a number of draws with replacement.
    pub(super) fn with_replacement(&mut self, n: usize, draws: usize) -> Vec<f64> {
        let mut counts = vec![0.0; n];
        for _ in 0..draws {
            counts[self.position(n)] += 1.0;
        }
        counts
    }

    /// Different numbers below n, ascending; `draws` of them, at most n.
    pub(super) fn without_replacement(&mut self, n: u64, draws: usize) -> BTreeSet<u64> {
        let mut drawn = BTreeSet::new();
        for last in n.saturating_sub(draws as u64)..n {
            let one = self.below(last + 1);
            if !drawn.insert(one) {
                drawn.insert(last);
            }
        }
        drawn
    }

    /// The numbers below n in an order by chance.
    pub(super) fn permutation(&mut self, n: usize) -> Vec<usize> {
        let mut all: Vec<usize> = (0..n).collect();
        for at in (1..n).rev() {
            all.swap(at, self.position(at + 1));
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_are_fair_and_differ_by_replicate() {
        let mut draws = Draws::new(1, 0);
        let counts = draws.with_replacement(3, 30_000);
        // Standard error of each count: sqrt(30000 · 2/9) = 82.
        assert!(counts.iter().all(|count| (count - 10_000.0).abs() < 400.0), "{counts:?}");
        assert_ne!(Draws::new(1, 0).below(u64::MAX), Draws::new(1, 1).below(u64::MAX));
        assert_eq!(Draws::new(7, 3).below(1000), Draws::new(7, 3).below(1000));
    }

    #[test]
    fn without_replacement_all_come_once() {
        let mut draws = Draws::new(2, 0);
        assert_eq!(draws.without_replacement(4, 4).len(), 4);
        assert_eq!(draws.without_replacement(1_000_000, 5).len(), 5);
        let mut order = draws.permutation(9);
        order.sort_unstable();
        assert_eq!(order, (0..9).collect::<Vec<_>>());
    }
}
