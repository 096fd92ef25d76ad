//! One finite population that can be sampled again and again, so that an
//! interval's coverage is counted and not believed.
//!
//! # Rule
//!
//! Ten strata of forty PSUs of 80 to 120 children each have a sex and the answers
//! to [`ITEMS`], cut from a disposition of the child, an effect of the PSU and
//! one of the stratum. The population is drawn once; from then on its own shares
//! are the truth. A sample takes in each stratum a fixed number of PSUs by simple
//! random sampling with replacement and in each of them [`TAKE`] children without
//! replacement; a child's weight is the inverse of the expected number of times
//! it is taken, `PSUs of the stratum / PSUs drawn × children of the PSU / TAKE`.
//!
//! # Assumptions
//!
//! A PSU that is drawn twice counts as two PSUs, each with a fresh draw of
//! children; the with-replacement variance is then free of bias.
//!
//! # Example
//!
//! ```
//! use gko_synth::population::Population;
//!
//! let population = Population::new(1);
//! let sample = population.draw(0);
//! assert_eq!(sample.weight.len(), 1200);
//! let estimated: f64 = sample.weight.iter().sum();
//! assert!((estimated / f64::from(population.children()) - 1.0).abs() < 0.1);
//! ```

use crate::random::{Stream, normal_quantile};

/// Items with the share at which they are aimed.
pub const ITEMS: [(&str, f64); 6] = [
    ("one in a hundred", 0.01),
    ("three in a hundred", 0.03),
    ("one in twenty", 0.05),
    ("one in seven", 0.15),
    ("one in three", 0.35),
    ("three in five", 0.6),
];
/// Children taken in a PSU.
pub const TAKE: u32 = 20;
/// PSUs drawn in each stratum.
const DRAWN: [u32; 10] = [4, 4, 5, 5, 6, 6, 7, 7, 8, 8];
const PSUS: u32 = 40;
/// Parts of the variance of what stands behind an answer.
const BETWEEN_PSUS: f64 = 0.04;
const BETWEEN_STRATA: f64 = 0.005;
const DISPOSITION: f64 = 0.25;
/// Boys lie so far above the mean, girls below, in standard deviations.
const BOYS: f64 = 0.1;

/// A finite population of children.
#[derive(Clone, Debug)]
pub struct Population {
    seed: u64,
    /// By stratum, its PSUs; each a list of children.
    strata: Vec<Vec<Vec<Child>>>,
}

#[derive(Clone, Copy, Debug)]
struct Child {
    sex: u8,
    answers: [u8; ITEMS.len()],
}

/// A sample, column by column.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Sample {
    /// Number of the stratum.
    pub stratum: Vec<u32>,
    /// Number of the draw inside the stratum.
    pub psu: Vec<u32>,
    /// Inverse of the expected number of times the child is taken.
    pub weight: Vec<f64>,
    /// 0 boy, 1 girl.
    pub sex: Vec<u8>,
    /// By item, 0 no and 1 yes.
    pub items: Vec<Vec<u8>>,
}

impl Population {
    /// Draws the population itself; samples are numbered streams of the same seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let mut stream = Stream::new(seed, 0);
        let strata = DRAWN.iter().map(|_| stratum(&mut stream)).collect();
        Self { seed, strata }
    }

    /// How many children the population has.
    #[must_use]
    pub fn children(&self) -> u32 {
        self.everybody().map(|_| 1).sum()
    }

    /// The true share of an item: of all, or of boys (0) or girls (1).
    /// `None` for an item that the population does not have.
    #[must_use]
    pub fn truth(&self, item: usize, sex: Option<u8>) -> Option<f64> {
        let group = self.everybody().filter(|child| sex.is_none_or(|sex| sex == child.sex));
        let (mut yes, mut all) = (0.0, 0.0);
        for child in group {
            yes += f64::from(*child.answers.get(item)?);
            all += 1.0;
        }
        (all > 0.0).then(|| yes / all)
    }

    fn everybody(&self) -> impl Iterator<Item = &Child> {
        self.strata.iter().flatten().flatten()
    }

    /// The sample of a number; the same number gives the same sample.
    #[must_use]
    pub fn draw(&self, number: u32) -> Sample {
        let mut stream = Stream::new(self.seed, 1 + u64::from(number));
        let mut sample = Sample { items: vec![Vec::new(); ITEMS.len()], ..Sample::default() };
        for ((psus, drawn), stratum) in self.strata.iter().zip(DRAWN).zip(0..) {
            for label in 0..drawn {
                let psu = &psus[place(stream.below(PSUS))];
                let stages = f64::from(PSUS) / f64::from(drawn) / f64::from(TAKE);
                let weight = stages * psu.len() as f64;
                for child in taken(psu, &mut stream) {
                    sample.push((stratum, label), weight, child);
                }
            }
        }
        sample
    }
}

impl Sample {
    fn push(&mut self, (stratum, psu): (u32, u32), weight: f64, child: Child) {
        self.stratum.push(stratum);
        self.psu.push(psu);
        self.weight.push(weight);
        self.sex.push(child.sex);
        for (column, answer) in self.items.iter_mut().zip(child.answers) {
            column.push(answer);
        }
    }
}

fn place(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

fn stratum(stream: &mut Stream) -> Vec<Vec<Child>> {
    let effects = ITEMS.map(|_| BETWEEN_STRATA.sqrt() * stream.normal());
    (0..PSUS).map(|_| psu(effects, stream)).collect()
}

fn psu(stratum: [f64; ITEMS.len()], stream: &mut Stream) -> Vec<Child> {
    let effects = stratum.map(|effect| effect + BETWEEN_PSUS.sqrt() * stream.normal());
    let size = 80 + stream.below(41);
    (0..size).map(|_| child(effects, stream)).collect()
}

fn child(effects: [f64; ITEMS.len()], stream: &mut Stream) -> Child {
    let boy = stream.bernoulli(0.5);
    let disposition = DISPOSITION.sqrt() * stream.normal() + if boy { BOYS } else { -BOYS };
    let noise = (1.0 - DISPOSITION - BETWEEN_PSUS - BETWEEN_STRATA).sqrt();
    let mut answers = [0; ITEMS.len()];
    for ((answer, effect), (_, share)) in answers.iter_mut().zip(effects).zip(ITEMS) {
        let position = disposition + effect + noise * stream.normal();
        *answer = u8::from(position > normal_quantile(1.0 - share));
    }
    Child { sex: u8::from(!boy), answers }
}

/// A simple random sample of a PSU's children without replacement.
fn taken(psu: &[Child], stream: &mut Stream) -> Vec<Child> {
    let mut left = psu.to_vec();
    let draw = |_| {
        let at = stream.below(u32::try_from(left.len()).unwrap_or(u32::MAX));
        left.swap_remove(place(at))
    };
    (0..TAKE).map(draw).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shares_are_near_their_aim_and_boys_lie_above_girls() {
        let population = Population::new(1);
        for (item, (name, aim)) in ITEMS.into_iter().enumerate() {
            let truth = population.truth(item, None).unwrap();
            assert!((truth / aim - 1.0).abs() < 0.25, "{name}: {truth}");
            assert!(population.truth(item, Some(0)) > population.truth(item, Some(1)), "{name}");
        }
        assert_eq!(population.truth(6, None), None);
    }

    #[test]
    fn a_sample_repeats_by_its_number_and_is_free_of_bias() {
        let population = Population::new(2);
        assert_eq!(population.draw(3), population.draw(3));
        assert_ne!(population.draw(3), population.draw(4));
        let share = |number| {
            let sample = population.draw(number);
            let rows = sample.weight.iter().zip(&sample.items[4]);
            let yes: f64 = rows.map(|(weight, yes)| weight * f64::from(*yes)).sum();
            yes / f64::from(population.children())
        };
        let shares: Vec<f64> = (0..400).map(share).collect();
        let mean = shares.iter().sum::<f64>() / 400.0;
        // The standard error of one sample's share is about 0.025.
        assert!((mean - population.truth(4, None).unwrap()).abs() < 4.0 * 0.025 / 20.0);
    }
}
