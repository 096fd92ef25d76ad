//! The frame that a country's sample is drawn from: its strata and its PSUs.
//!
//! # Rule
//!
//! The PSUs of a country are divided among its strata by the strata's share of the
//! children. A PSU has the size `m` that the last census found, which its chance
//! goes by, and the `N` households that the enumerators list, which are there now.
//!
//! # Assumptions
//!
//! The frame does not depend on the seed of a sample: it is part of the country.

use crate::profile::{Profile, Stratum, WORLD, stream_number};
use crate::random::Stream;
use crate::sample::{allocated, rounded};

/// How a country is laid out and how its sample is drawn.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spec {
    pub(super) code: &'static str,
    /// PSUs of the country, and households a PSU at the last census.
    psus: u32,
    size: f64,
    /// PSUs drawn, and households taken in each.
    drawn: u32,
    take: u32,
    /// What is special about it.
    pub(super) quirk: Quirk,
}

/// What a country has on purpose, for a weighting plan to cope with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quirk {
    None,
    /// A region so small that a handful of children answer.
    Islands,
    /// A stratum, by its label, where hardly anybody answers.
    Silent(&'static str),
    /// PSUs that have outgrown the frame, and very large families.
    Boom,
}

pub(super) const SPECS: [Spec; 4] = [
    Spec { code: "XAA", psus: 3200, size: 240.0, drawn: 98, take: 16, quirk: Quirk::None },
    Spec { code: "XAB", psus: 650, size: 120.0, drawn: 98, take: 16, quirk: Quirk::Islands },
    Spec {
        code: "XAC",
        psus: 5200,
        size: 250.0,
        drawn: 100,
        take: 16,
        quirk: Quirk::Silent("north-rural"),
    },
    Spec { code: "XAD", psus: 1100, size: 250.0, drawn: 98, take: 16, quirk: Quirk::Boom },
];
/// The islands' part of the children, and households taken in a PSU there.
const ISLANDS: f64 = 0.006;
const TAKEN_ON_ISLANDS: u32 = 6;
/// Rural strata get so many times the PSUs of urban ones of their size.
const RURAL: f64 = 1.4;
/// Share of a booming country's PSUs that have outgrown the frame.
const BOOMING: f64 = 0.09;
/// Fewest PSUs of a stratum, in the country and in the sample.
const FEWEST: u32 = 6;
const FEWEST_DRAWN: u32 = 2;

/// A country's strata and PSUs.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    pub(super) strata: Vec<FieldStratum>,
    pub(super) psus: Vec<Psu>,
}

/// One stratum of the frame: a region's urban or rural part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FieldStratum {
    pub(super) label: String,
    /// Number of the region in the country.
    pub(super) region: usize,
    /// 0 urban, 1 rural.
    pub(super) area: usize,
    /// PSUs to be drawn, and households to be taken in each.
    pub(super) drawn: u32,
    pub(super) take: u32,
}

/// One PSU of the frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Psu {
    pub(super) number: u32,
    pub(super) stratum: usize,
    /// Households at the last census: the measure of size.
    pub(super) size: u32,
    /// Households that the enumerators list.
    pub(super) listed: u32,
}

impl FieldStratum {
    /// Name of the region.
    pub(super) fn region_name(&self) -> &str {
        self.label.split('-').next().unwrap_or_default()
    }
}

impl Frame {
    pub(super) fn new(spec: &Spec) -> Self {
        let mut parts = Profile::new(spec.code).strata;
        if spec.quirk == Quirk::Islands {
            parts.push(Stratum { label: "islands-rural".to_owned(), area: 1, share: ISLANDS });
        }
        let shares: Vec<f64> = parts.iter().map(|part| part.share).collect();
        let counts = allocated(spec.psus, &shares, FEWEST);
        Self { strata: strata(spec, &parts), psus: psus(spec, &counts) }
    }

    /// The PSUs of a stratum.
    pub(super) fn psus_of(&self, stratum: usize) -> impl Iterator<Item = &Psu> {
        self.psus.iter().filter(move |psu| psu.stratum == stratum)
    }

    /// How many regions there are.
    pub(super) fn regions(&self) -> usize {
        self.strata.iter().map(|stratum| stratum.region + 1).max().unwrap_or_default()
    }
}

/// Small strata are sampled more densely, by the power 0.7 of their share, and so
/// are rural ones.
fn strata(spec: &Spec, parts: &[Stratum]) -> Vec<FieldStratum> {
    let density = |part: &Stratum| if part.area == 1 { RURAL } else { 1.0 };
    let power: Vec<f64> = parts.iter().map(|p| density(p) * p.share.powf(0.7)).collect();
    let drawn = allocated(spec.drawn, &power, FEWEST_DRAWN);
    let mut strata: Vec<FieldStratum> = Vec::new();
    for (part, drawn) in parts.iter().zip(drawn) {
        let take = if part.label.starts_with("islands") { TAKEN_ON_ISLANDS } else { spec.take };
        let (label, area) = (part.label.clone(), part.area);
        let mut stratum = FieldStratum { label, region: 0, area, drawn, take };
        if let Some(last) = strata.last() {
            let same = last.region_name() == stratum.region_name();
            stratum.region = last.region + usize::from(!same);
        }
        strata.push(stratum);
    }
    strata
}

fn psus(spec: &Spec, counts: &[u32]) -> Vec<Psu> {
    let mut stream = Stream::new(WORLD, stream_number(&format!("{}/frame", spec.code)));
    let strata = counts.iter().enumerate();
    let places = strata.flat_map(|(stratum, count)| (0..*count).map(move |_| stratum));
    places.zip(1..).map(|(stratum, number)| psu(spec, stratum, number, &mut stream)).collect()
}

fn psu(spec: &Spec, stratum: usize, number: u32, stream: &mut Stream) -> Psu {
    let (size, growth) = (spec.size * stream.between(0.5, 1.6), stream.between(0.85, 1.25));
    if spec.quirk == Quirk::Boom && stream.bernoulli(BOOMING) {
        let (size, listed) = (80 + stream.below(41), 400 + stream.below(101));
        return Psu { number, stratum, size, listed };
    }
    Psu { number, stratum, size: rounded(size), listed: rounded(size * growth) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stratum_has_more_psus_than_are_drawn_and_no_psu_is_certain() {
        for spec in &SPECS {
            let frame = Frame::new(spec);
            for (number, stratum) in frame.strata.iter().enumerate() {
                let sizes: Vec<u32> = frame.psus_of(number).map(|psu| psu.size).collect();
                let (sum, most) = (sizes.iter().sum::<u32>(), sizes.iter().max().unwrap());
                assert!(stratum.drawn >= 2 && stratum.drawn * most < sum, "{}", stratum.label);
                assert!(frame.psus_of(number).all(|psu| psu.listed > stratum.take));
            }
        }
    }

    #[test]
    fn a_region_is_both_its_parts_and_the_islands_are_one_of_their_own() {
        let frame = Frame::new(&SPECS[1]);
        let labels: Vec<&str> = frame.strata.iter().map(|s| s.label.as_str()).collect();
        assert_eq!(labels[..2], ["north-urban", "north-rural"]);
        assert_eq!((frame.strata[0].region, frame.strata[1].region), (0, 0));
        assert_eq!(frame.strata.last().unwrap().region_name(), "islands");
        assert_eq!(frame.regions(), labels.len() / 2 + 1);
    }

    #[test]
    fn the_psus_that_boomed_are_in_one_country() {
        let boomed = |spec| {
            let grown = |psu: &&Psu| psu.listed > 2 * psu.size;
            Frame::new(spec).psus.iter().filter(grown).count()
        };
        assert_eq!(boomed(&SPECS[0]), 0);
        assert!((80..150).contains(&boomed(&SPECS[3])), "{}", boomed(&SPECS[3]));
    }
}
