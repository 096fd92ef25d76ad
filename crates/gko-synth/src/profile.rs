//! What is fixed about an invented country before any sample is drawn: its
//! strata, the make-up of its population, how far its answers lie from those of XAA.
//!
//! # Rule
//!
//! Nothing here depends on the seed of a plan: the truth about a country is the
//! same for every sample of it. Each departure is drawn from a stream that is
//! named by the country and the question, so that a question added to the
//! codebook changes no other.

use crate::cells::Cells;
use crate::random::Stream;
use crate::targets::{Target, expit, logit, override_of};

/// The seed behind everything that is fixed about a country.
pub(crate) const WORLD: u64 = 0x0067_6b6f;
/// The country that has the published figures as they are.
const REFERENCE: &str = "XAA";
/// Shares of the sexes, boys first, and of the age groups of children.
pub(crate) const SEXES: [f64; 2] = [0.5, 0.5];
pub(crate) const AGES: [f64; 3] = [0.301, 0.335, 0.364];
/// The same for parents: men first; up to 35, 36 to 40, 41 to 45, from 46.
pub(crate) const PARENT_SEXES: [f64; 2] = [0.28, 0.72];
pub(crate) const PARENT_AGES: [f64; 4] = [0.25, 0.27, 0.26, 0.22];

/// One stratum: a region's urban or rural part.
#[derive(Clone, Debug)]
pub(crate) struct Stratum {
    pub(crate) label: String,
    pub(crate) area: usize,
    /// Share of the country's children.
    pub(crate) share: f64,
}

/// What is fixed about a country.
#[derive(Clone, Debug)]
pub(crate) struct Profile {
    pub(crate) code: String,
    pub(crate) strata: Vec<Stratum>,
    pub(crate) children: Cells,
    pub(crate) parents: Cells,
    slope: f64,
}

impl Profile {
    pub(crate) fn new(code: &str) -> Self {
        let mut stream = Stream::new(WORLD, stream_number(code));
        let strata = strata(&mut stream);
        let urban = strata.iter().filter(|s| s.area == 0).map(|s| s.share).sum();
        let areas = [urban, 1.0 - urban];
        let slope = if code == REFERENCE { 1.0 } else { stream.between(0.6, 1.2) };
        Self {
            code: code.to_owned(),
            strata,
            children: Cells::new(SEXES, &AGES, areas),
            parents: Cells::new(PARENT_SEXES, &PARENT_AGES, areas),
            slope,
        }
    }

    /// The share of each cell for a target.
    pub(crate) fn shares(&self, variable: &str, target: &Target, cells: &Cells) -> Vec<f64> {
        let away: Vec<f64> = (0..cells.len())
            .map(|cell| {
                let [sex, age, area] = cells.parts(cell);
                let away = target.sex[sex] + target.age[age.min(2)] + target.area[area];
                self.slope * away
            })
            .collect();
        calibrated(&away, self.total(variable, target), cells)
    }

    fn total(&self, variable: &str, target: &Target) -> f64 {
        if self.code == REFERENCE {
            return target.total;
        }
        let moved = || expit(logit(target.total) + self.departure(variable));
        override_of(&self.code, variable).unwrap_or_else(moved)
    }

    /// How far the country lies from the reference: half a module's, half the question's own.
    fn departure(&self, variable: &str) -> f64 {
        let module = variable.get(..1).unwrap_or_default();
        let drawn = |name: &str| Stream::new(WORLD, stream_number(name)).normal();
        0.22 * drawn(&format!("{}/{module}", self.code))
            + 0.25 * drawn(&format!("{}/{variable}", self.code))
    }
}

/// The stream of a name: its 64-bit FNV-1a hash.
pub(crate) fn stream_number(name: &str) -> u64 {
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// Shares `expit(a + away)` whose population mean is the total; `a` by bisection.
fn calibrated(away: &[f64], total: f64, cells: &Cells) -> Vec<f64> {
    let at = |a: f64| away.iter().map(|away| expit(a + away)).collect::<Vec<f64>>();
    let mean = |a: f64| at(a).iter().zip(&cells.share).map(|(p, w)| p * w).sum::<f64>();
    let (mut low, mut high) = (-15.0, 15.0);
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if mean(middle) < total {
            low = middle;
        } else {
            high = middle;
        }
    }
    at(0.5 * (low + high))
}

/// Four to six regions, each with an urban and a rural stratum.
fn strata(stream: &mut Stream) -> Vec<Stratum> {
    const REGIONS: [&str; 6] = ["north", "south", "east", "west", "centre", "coast"];
    let regions = 4 + usize::from(stream.bernoulli(0.5)) + usize::from(stream.bernoulli(0.4));
    let urban = stream.between(0.38, 0.66);
    let mut strata = Vec::new();
    for region in &REGIONS[..regions] {
        let size = stream.between(0.5, 1.8);
        let share = (urban + stream.between(-0.15, 0.15)).clamp(0.2, 0.8);
        for (area, name, part) in [(0, "urban", share), (1, "rural", 1.0 - share)] {
            strata.push(Stratum { label: format!("{region}-{name}"), area, share: size * part });
        }
    }
    let sum: f64 = strata.iter().map(|stratum| stratum.share).sum();
    strata.iter_mut().for_each(|stratum| stratum.share /= sum);
    strata
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cells::Group;
    use crate::targets::target;

    #[test]
    fn the_reference_country_has_the_published_total() {
        let profile = Profile::new("XAA");
        let shares = profile.shares("F2", &target("F2", None).unwrap(), &profile.children);
        let all = vec![1.0; 12];
        let mean = |group| profile.children.mean(group, &shares, &all).unwrap();
        assert!((mean(Group::Total) - 0.25).abs() < 1e-9);
        assert!((mean(Group::Sex(0)) - 0.33).abs() < 0.02, "boys {}", mean(Group::Sex(0)));
        assert!((mean(Group::Age(2)) - 0.41).abs() < 0.02, "oldest {}", mean(Group::Age(2)));
    }

    #[test]
    fn countries_have_eight_to_twelve_strata_and_differ() {
        for code in ["XAA", "XAB", "XAQ"] {
            let profile = Profile::new(code);
            assert!((8..=12).contains(&profile.strata.len()));
            let sum: f64 = profile.strata.iter().map(|s| s.share).sum();
            assert!((sum - 1.0).abs() < 1e-12);
        }
        let total = |code| Profile::new(code).total("F11", &target("F11", None).unwrap());
        assert!((total("XAA") - 0.138).abs() < 1e-12);
        assert!((total("XAC") - total("XAE")).abs() > 1e-4);
        assert!((total("XAL") - 0.26).abs() < 1e-12);
    }
}
