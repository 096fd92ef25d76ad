//! Who is in the sample: strata, PSUs, weights, sex, age and dispositions.
//!
//! # Rule
//!
//! PSUs are divided among the strata by the power 0.7 of their share of the
//! population, at least two each, so that small strata are sampled more densely.
//! The weight is `share of the stratum / its share of the sample × age group's
//! share of the population / its share of the sample × eligible children in the
//! household × noise`, scaled to a mean of one; one child in 487 has weight 0.
//!
//! # Assumptions
//!
//! The factors of the weight beside stratum and age are independent of every
//! answer; weighted shares are therefore free of bias.

use std::ops::Range;

use crate::plan::CountryPlan;
use crate::profile::{AGES, Profile, SEXES};
use crate::random::Stream;

/// Sample shares of the age groups: the youngest are the hardest to reach.
const SAMPLED_AGES: [f64; 3] = [0.26, 0.36, 0.38];
/// Eligible children in a household, from one.
const HOUSEHOLDS: [f64; 3] = [0.55, 0.3, 0.15];
const ZERO_WEIGHT_EVERY: usize = 487;
const PARENT_YEARS: [(i16, u32); 4] = [(24, 12), (36, 5), (41, 5), (46, 20)];

/// The sampled respondents of one unit in one country, column by column.
#[derive(Clone, Debug, Default)]
pub(crate) struct People {
    pub(crate) stratum: Vec<usize>,
    /// Label of the PSU, local to the stratum.
    pub(crate) label: Vec<i16>,
    /// Number of the PSU in the country.
    pub(crate) psu: Vec<usize>,
    pub(crate) sex: Vec<usize>,
    pub(crate) years: Vec<i16>,
    pub(crate) cell: Vec<usize>,
    pub(crate) weight: Vec<f64>,
    /// Exposure and support.
    pub(crate) disposition: [Vec<f64>; 2],
    /// What all answers in a PSU share, by number of the PSU.
    pub(crate) psu_effect: Vec<f64>,
}

/// One PSU: its stratum, its label there, its children.
struct Psu {
    stratum: usize,
    label: i16,
    rows: Range<u32>,
}

impl People {
    pub(crate) fn len(&self) -> usize {
        self.cell.len()
    }

    pub(crate) fn children(
        profile: &Profile,
        plan: &CountryPlan,
        take: u32,
        stream: &mut Stream,
    ) -> Self {
        let psus = psus(profile, plan.children, take, stream);
        let mut people = Self::default();
        for (number, psu) in psus.iter().enumerate() {
            people.psu_effect.push(stream.normal());
            for _ in psu.rows.clone() {
                people.psu.push(number);
                people.stratum.push(psu.stratum);
                people.label.push(psu.label);
                people.child(profile, psu.stratum, stream);
            }
        }
        people.weigh_strata(profile);
        people
    }

    fn child(&mut self, profile: &Profile, stratum: usize, stream: &mut Stream) {
        let (sex, age) = (stream.place(&SEXES), stream.place(&SAMPLED_AGES));
        let years = [9_i16, 12, 15][age] + short(stream.below(3));
        let household = [1.0, 2.0, 3.0][stream.place(&HOUSEHOLDS)];
        let noise = stream.between(0.85, 1.15);
        self.sex.push(sex);
        self.years.push(years);
        self.cell.push(profile.children.cell(sex, age, profile.strata[stratum].area));
        self.weight.push(AGES[age] / SAMPLED_AGES[age] * household * noise);
        for disposition in &mut self.disposition {
            disposition.push(stream.normal());
        }
    }

    fn weigh_strata(&mut self, profile: &Profile) {
        let mut sampled = vec![0.0; profile.strata.len()];
        self.stratum.iter().for_each(|stratum| sampled[*stratum] += 1.0);
        for (weight, stratum) in self.weight.iter_mut().zip(&self.stratum) {
            *weight *= profile.strata[*stratum].share / sampled[*stratum];
        }
        let zero = self.weight.iter_mut().skip(ZERO_WEIGHT_EVERY / 2).step_by(ZERO_WEIGHT_EVERY);
        zero.for_each(|weight| *weight = 0.0);
        to_mean_one(&mut self.weight);
    }

    /// The parents of some of the children, spread evenly over the file, and
    /// whose parent each is.
    pub(crate) fn parents(
        children: &Self,
        profile: &Profile,
        wanted: u32,
        stream: &mut Stream,
    ) -> (Self, Vec<usize>) {
        let link = spread(children.len(), wanted);
        let mut people = Self { psu_effect: children.psu_effect.clone(), ..Self::default() };
        for &child in &link {
            people.stratum.push(children.stratum[child]);
            people.label.push(children.label[child]);
            people.psu.push(children.psu[child]);
            people.parent(children, child, profile, stream);
        }
        to_mean_one(&mut people.weight);
        (people, link)
    }

    fn parent(&mut self, children: &Self, child: usize, profile: &Profile, stream: &mut Stream) {
        let sex = stream.place(&crate::profile::PARENT_SEXES);
        let age = stream.place(&crate::profile::PARENT_AGES);
        let (youngest, range) = PARENT_YEARS[age];
        let area = profile.strata[children.stratum[child]].area;
        self.sex.push(sex);
        self.years.push(youngest + short(stream.below(range)));
        self.cell.push(profile.parents.cell(sex, age, area));
        self.weight.push(children.weight[child] * stream.between(0.8, 1.2));
        for (own, child_s) in self.disposition.iter_mut().zip(&children.disposition) {
            own.push(0.6 * child_s[child] + 0.8 * stream.normal());
        }
    }
}

fn short(small: u32) -> i16 {
    i16::try_from(small).unwrap_or(i16::MAX)
}

fn to_mean_one(weights: &mut [f64]) {
    let mean = weights.iter().sum::<f64>() / weights.len().max(1) as f64;
    weights.iter_mut().for_each(|weight| *weight /= mean);
}

/// So many of the rows, at even distances.
fn spread(rows: usize, wanted: u32) -> Vec<usize> {
    let wanted = usize::try_from(wanted).unwrap_or(usize::MAX);
    let below = |row: usize| row * wanted / rows;
    (0..rows).filter(|row| below(row + 1) > below(*row)).collect()
}

/// The PSUs in the order of strata; their sizes vary by about a third.
fn psus(profile: &Profile, children: u32, take: u32, stream: &mut Stream) -> Vec<Psu> {
    let count = (children / take).max(2 * short_len(profile.strata.len()));
    let power: Vec<f64> = profile.strata.iter().map(|s| s.share.powf(0.7)).collect();
    let counts = allocated(count, &power, 2);
    let sizes: Vec<f64> = (0..count).map(|_| stream.between(0.7, 1.3)).collect();
    let total: f64 = sizes.iter().sum();
    let labels =
        counts.iter().zip(0..).flat_map(|(n, stratum)| (1..=*n).map(move |l| (stratum, l)));
    let (mut before, mut first) = (0.0, 0);
    let psu = |((stratum, label), size): ((usize, u32), &f64)| {
        before += size;
        let last = rounded(before / total * f64::from(children));
        let rows = first..last;
        first = last;
        Psu { stratum, label: short(label), rows }
    };
    labels.zip(&sizes).map(psu).collect()
}

fn short_len(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

pub(crate) fn rounded(number: f64) -> u32 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and the number of children"
    )]
    let whole = number.round() as u32;
    whole
}

/// A total divided by shares, at least `least` each; the last parts take the rest.
pub(crate) fn allocated(total: u32, shares: &[f64], least: u32) -> Vec<u32> {
    let sum: f64 = shares.iter().sum();
    let free = f64::from(total - least * short_len(shares.len()));
    let (mut before, mut given) = (0.0, 0);
    let part = |share: &f64| {
        before += share;
        let until = rounded(before / sum * free);
        let part = least + until - given;
        given = until;
        part
    };
    shares.iter().map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Plan;

    fn sampled() -> (Profile, People) {
        let (profile, plan) = (Profile::new("XAA"), Plan::global());
        let people = People::children(&profile, &plan.countries[0], 10, &mut Stream::new(3, 1));
        (profile, people)
    }

    #[test]
    fn the_sample_has_the_planned_size_and_two_psus_in_every_stratum() {
        let (profile, people) = sampled();
        assert_eq!((people.len(), people.psu_effect.len()), (1000, 100));
        for stratum in 0..profile.strata.len() {
            let rows = (0..1000).filter(|row| people.stratum[*row] == stratum);
            let labels: std::collections::BTreeSet<i16> =
                rows.map(|row| people.label[row]).collect();
            assert!(labels.len() >= 2 && labels.first() == Some(&1));
        }
    }

    #[test]
    fn weights_have_mean_one_and_a_kish_effect_as_surveys_have() {
        let (_, people) = sampled();
        let sum: f64 = people.weight.iter().sum();
        let squares: f64 = people.weight.iter().map(|w| w * w).sum();
        assert!((sum - 1000.0).abs() < 1e-9);
        let kish = 1000.0 * squares / (sum * sum);
        assert!((1.2..1.4).contains(&kish), "{kish}");
        assert_eq!(people.weight.iter().filter(|w| **w == 0.0).count(), 2);
    }

    #[test]
    fn parents_are_spread_over_the_children() {
        assert_eq!(spread(10, 7).len(), 7);
        assert_eq!(spread(4, 4), [0, 1, 2, 3]);
        assert_eq!(allocated(100, &[1.0, 1.0, 2.0], 2), [26, 25, 49]);
    }
}
