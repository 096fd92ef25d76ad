//! Random draws of a replicate: the same on every machine and for any thread count.
//!
//! # Rule
//! ChaCha12 from a seed, one stream for each replicate. A number below n is the
//! upper half of a 64-bit draw times n; draws whose lower half would favour some
//! numbers are drawn again. A uniform number is the upper 53 bits of a draw. A normal
//! number k + x, k whole and x in [0, 1), is proposed with k as exp(-k/2) and kept
//! with probability exp(-k(k - 1)/2 - x(2k + x)/2); each of these exponentials is the
//! chance that a falling run of uniform numbers has an even length. Only comparisons
//! and sums decide, where a logarithm would depend on the machine's library.
//!
//! # References
//! Lemire (2019) *ACM Trans. Model. Comput. Simul.* 29, 3; Bentley & Floyd (1987)
//! *Commun. ACM* 30, 754 for draws without replacement; Karney (2016) *ACM Trans.
//! Math. Softw.* 42, 3, algorithm N, after von Neumann (1951).

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

    /// A number from 0 to 1, 1 excluded.
    fn uniform(&mut self) -> f64 {
        const STEP: f64 = 1.0 / (1_u64 << 53) as f64;
        (self.0.next_u64() >> 11) as f64 * STEP
    }

    /// True with probability exp(-1/2).
    fn half_decay(&mut self) -> bool {
        let (mut last, mut even) = (0.5, true);
        loop {
            let next = self.uniform();
            if next >= last {
                return even;
            }
            (last, even) = (next, !even);
        }
    }

    /// True with probability exp(-x·share), both from 0 to 1.
    fn decay(&mut self, x: f64, share: f64) -> bool {
        let (mut last, mut even) = (x, true);
        loop {
            let next = self.uniform();
            if next >= last || self.uniform() >= share {
                return even;
            }
            (last, even) = (next, !even);
        }
    }

    /// A standard normal number.
    pub(super) fn normal(&mut self) -> f64 {
        loop {
            let mut whole = 0_u32;
            while self.half_decay() {
                whole += 1;
            }
            let tries = u64::from(whole) * u64::from(whole.saturating_sub(1));
            if !(0..tries).all(|_| self.half_decay()) {
                continue;
            }
            let (k, x) = (f64::from(whole), self.uniform());
            let share = (2.0 * k + x) / (2.0 * k + 2.0);
            if (0..=whole).all(|_| self.decay(x, share)) {
                return if self.0.next_u64() >> 63 == 0 { k + x } else { -(k + x) };
            }
        }
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

    /// Probabilities: R `pnorm`. With 400 000 draws a share of 0.16 has a standard
    /// error of 0.0006.
    #[test]
    fn normal_draws_have_the_normal_moments_and_tails() {
        let mut draws = Draws::new(3, 1);
        let all: Vec<f64> = (0..400_000).map(|_| draws.normal()).collect();
        let mean = |power: i32| all.iter().map(|x| x.powi(power)).sum::<f64>() / 400_000.0;
        let moments = [(1, 0.0, 0.008), (2, 1.0, 0.012), (3, 0.0, 0.03), (4, 3.0, 0.08)];
        for (power, expected, tolerance) in moments {
            assert!((mean(power) - expected).abs() < tolerance, "{power}: {}", mean(power));
        }
        let below = |z: f64| all.iter().filter(|&&x| x < z).count() as f64 / 400_000.0;
        let tails = [(-2.0, 0.022_750_13), (-1.0, 0.158_655_25), (-0.25, 0.401_293_67)];
        let tails = tails.into_iter().chain([(0.5, 0.691_462_46), (1.5, 0.933_192_80)]);
        for (z, expected) in tails.chain([(3.0, 0.998_650_10)]) {
            assert!((below(z) - expected).abs() < 0.003, "{z}: {}", below(z));
        }
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
