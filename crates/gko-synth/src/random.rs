//! Random numbers that are the same on every machine: one named generator, one
//! stream a country.
//!
//! # Rule
//!
//! A uniform number is `(k + 1/2) / 2^53` with `k` the upper 53 bits of a draw,
//! so it is never 0 or 1. A normal number is the quantile of a uniform one.
//!
//! # Assumptions
//!
//! ChaCha with eight rounds; a stream is chosen by `set_stream`, never by adding
//! to the seed. The quantile is rational arithmetic except in the two tails (15
//! in 100 draws), which call the platform's logarithm.
//!
//! # References
//!
//! Wichura (1988), Algorithm AS 241 (PPND16), Applied Statistics 37: relative
//! accuracy about 1e-16. Bernstein (2008), ChaCha.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// One stream of random numbers.
pub(crate) struct Stream(ChaCha8Rng);

impl Stream {
    pub(crate) fn new(seed: u64, stream: u64) -> Self {
        let mut generator = ChaCha8Rng::seed_from_u64(seed);
        generator.set_stream(stream);
        Self(generator)
    }

    /// Uniform on (0, 1).
    pub(crate) fn uniform(&mut self) -> f64 {
        const UNIT: f64 = 1.0 / 9_007_199_254_740_992.0;
        ((self.0.next_u64() >> 11) as f64 + 0.5) * UNIT
    }

    pub(crate) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.uniform()
    }

    /// Standard normal.
    pub(crate) fn normal(&mut self) -> f64 {
        normal_quantile(self.uniform())
    }

    pub(crate) fn bernoulli(&mut self, probability: f64) -> bool {
        self.uniform() < probability
    }

    /// One of `0..limit`.
    pub(crate) fn below(&mut self, limit: u32) -> u32 {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the product lies in 0..limit"
        )]
        let drawn = (self.uniform() * f64::from(limit)) as u32;
        drawn.min(limit.saturating_sub(1))
    }

    /// A place in a list of probabilities that sum to one.
    pub(crate) fn place(&mut self, probabilities: &[f64]) -> usize {
        let drawn = self.uniform();
        let mut sum = 0.0;
        let found = probabilities.iter().position(|probability| {
            sum += probability;
            drawn < sum
        });
        found.unwrap_or(probabilities.len().saturating_sub(1))
    }
}

/// The number below which a standard normal falls with the given probability.
pub(crate) fn normal_quantile(probability: f64) -> f64 {
    let centred = probability - 0.5;
    if centred.abs() <= 0.425 {
        let r = 0.180_625 - centred * centred;
        return centred * ratio(r, &CENTRE);
    }
    let tail = probability.min(1.0 - probability);
    let r = (-tail.ln()).sqrt();
    let size = if r <= 5.0 { ratio(r - 1.6, &TAIL) } else { ratio(r - 5.0, &FAR_TAIL) };
    size.copysign(centred)
}

fn ratio(r: f64, [above, below]: &[[f64; 8]; 2]) -> f64 {
    let polynomial = |c: &[f64; 8]| c.iter().fold(0.0, |sum, coefficient| sum * r + coefficient);
    polynomial(above) / polynomial(below)
}

/// Coefficients of AS 241, highest power first.
const CENTRE: [[f64; 8]; 2] = [
    [
        2.509_080_928_730_122_7e3,
        3.343_057_558_358_813e4,
        6.726_577_092_700_87e4,
        4.592_195_393_154_987e4,
        1.373_169_376_550_946e4,
        1.971_590_950_306_551_4e3,
        1.331_416_678_917_843_8e2,
        3.387_132_872_796_366_6,
    ],
    [
        5.226_495_278_852_854e3,
        2.872_908_573_572_194_3e4,
        3.930_789_580_009_271e4,
        2.121_379_430_158_659_6e4,
        5.394_196_021_424_751e3,
        6.871_870_074_920_579e2,
        4.231_333_070_160_091e1,
        1.0,
    ],
];
const TAIL: [[f64; 8]; 2] = [
    [
        7.745_450_142_783_414e-4,
        2.272_384_498_926_918_5e-2,
        2.417_807_251_774_506e-1,
        1.270_458_252_452_368_4,
        3.647_848_324_763_204_6,
        5.769_497_221_460_691,
        4.630_337_846_156_546,
        1.423_437_110_749_683_6,
    ],
    [
        1.050_750_071_644_416_8e-9,
        5.475_938_084_995_345e-4,
        1.519_866_656_361_645_7e-2,
        1.481_039_764_274_800_7e-1,
        6.897_673_349_851e-1,
        1.676_384_830_183_803_8,
        2.053_191_626_637_759,
        1.0,
    ],
];
const FAR_TAIL: [[f64; 8]; 2] = [
    [
        2.010_334_399_292_288_1e-7,
        2.711_555_568_743_487_6e-5,
        1.242_660_947_388_078_4e-3,
        2.653_218_952_657_612_3e-2,
        2.965_605_718_285_048_9e-1,
        1.784_826_539_917_291_3,
        5.463_784_911_164_114,
        6.657_904_643_501_104,
    ],
    [
        2.044_263_103_389_939_8e-15,
        1.421_511_758_316_446e-7,
        1.846_318_317_510_054_7e-5,
        7.868_691_311_456_133e-4,
        1.487_536_129_085_061_5e-2,
        1.369_298_809_227_358e-1,
        5.998_322_065_558_879e-1,
        1.0,
    ],
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_agree_with_another_implementation() {
        // statrs 0.19, whose inverse error function is Boost's; 1e-9 is the
        // accuracy it keeps in the tails.
        use statrs::distribution::{ContinuousCDF, Normal};
        let normal = Normal::new(0.0, 1.0).unwrap();
        for probability in [1e-14, 1e-6, 0.01, 0.074, 0.076, 0.3, 0.5, 0.8, 0.93, 0.999, 1.0 - 1e-9]
        {
            let (got, expected) = (normal_quantile(probability), normal.inverse_cdf(probability));
            assert!((got - expected).abs() < 1e-9, "{probability}: {got} {expected}");
        }
        // Abramowitz and Stegun, table 26.5.
        assert!((normal_quantile(0.975) - 1.959_963_984_540_054).abs() < 1e-14);
    }

    #[test]
    fn draws_have_the_moments_of_their_distribution() {
        let mut stream = Stream::new(1, 7);
        let draws: Vec<f64> = (0..100_000).map(|_| stream.normal()).collect();
        let mean = draws.iter().sum::<f64>() / 1e5;
        let square = draws.iter().map(|x| x * x).sum::<f64>() / 1e5;
        assert!(mean.abs() < 0.013 && (square - 1.0).abs() < 0.02, "{mean} {square}");
    }

    #[test]
    fn streams_of_one_seed_differ_and_repeat() {
        let first = |stream| Stream::new(5, stream).uniform();
        assert!((first(1) - first(1)).abs() < f64::EPSILON);
        assert!((first(1) - first(2)).abs() > f64::EPSILON);
    }
}
