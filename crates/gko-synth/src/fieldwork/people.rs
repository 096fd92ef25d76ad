//! The households of a PSU and the children in them: the generating model.
//!
//! # Rule
//!
//! A PSU `j` of region `r` and area `a` (0 urban, 1 rural) has an effect
//! `u_j ~ N(0, 1)`; a household has `k` children 9 to 17, by the table of its
//! country; a child has sex `s` (0 boy, 1 girl), age `t` and a disposition
//! `z ~ N(0, 1)`. With `b` and `c_r` of the country and `expit(x) = 1/(1 + e^-x)`:
//!
//! ```text
//! internet  yes with expit(b_i + c_r + 0.35(t - 13) - 1.0a + 0.15(k - 1) + 0.3u)
//! harm      yes with expit(b_h + 0.22(t - 13) - 0.9a - 0.4s + 0.25(k - 1) + 0.35z + 0.3u)
//! skills    yes with expit(b_s + 0.35(t - 13) - 0.8a - 0.3s + 0.15(k - 1) + 0.35z + 0.3u)
//! hours     b_t + 0.35(t - 13) - 1.1a - 0.4s + 0.3(k - 1) + 1.0z + 0.3u
//! ```
//!
//! Hours are rounded to halves and kept between 0.5 and 12. The last three hold of
//! internet users; other children have no harm, no high skills and 0 hours.
//!
//! # Assumptions
//!
//! The households of a PSU come from a stream named by country and PSU. So the
//! population is finite and fixed, and is made again when it is needed, PSU by PSU,
//! instead of being kept.

use super::frame::{FieldStratum, Frame, Psu, Quirk, Spec};
use crate::profile::{AGES, SEXES, WORLD, stream_number};
use crate::random::Stream;
use crate::sample::rounded;
use crate::targets::expit;

/// Shares of households with 0, 1, 2 … children 9 to 17, as listed; the list holds
/// a few that have none.
const CHILDREN: [f64; 9] = [0.08, 0.48, 0.3, 0.11, 0.03, 0.0, 0.0, 0.0, 0.0];
const LARGE_FAMILIES: [f64; 9] = [0.08, 0.4, 0.27, 0.13, 0.06, 0.03, 0.015, 0.01, 0.005];

/// Slopes on `t - 13`, `a`, `s`, `k - 1`, `z` and `u`, in this order.
type Slopes = [f64; 6];
const INTERNET: Slopes = [0.35, -1.0, 0.0, 0.15, 0.0, 0.3];
const HARM: Slopes = [0.22, -0.9, -0.4, 0.25, 0.35, 0.3];
const SKILLS: Slopes = [0.35, -0.8, -0.3, 0.15, 0.35, 0.3];
const HOURS: Slopes = [0.35, -1.1, -0.4, 0.3, 1.0, 0.3];

/// One child of the population.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Child {
    /// 0 boy, 1 girl.
    pub(super) sex: usize,
    pub(super) years: i16,
    pub(super) internet: bool,
    pub(super) harm: bool,
    pub(super) skills: bool,
    pub(super) half_hours: u32,
    /// What answers and willingness share beyond what is known of a child.
    pub(super) disposition: f64,
}

impl Child {
    /// 9 to 11, 12 to 14, 15 to 17.
    pub(super) fn age_group(&self) -> usize {
        usize::from(self.years >= 12) + usize::from(self.years >= 15)
    }
}

/// The constants `b` and `c_r` of a country.
#[derive(Clone, Debug)]
pub(super) struct Model {
    code: &'static str,
    children: [f64; 9],
    internet: f64,
    harm: f64,
    skills: f64,
    hours: f64,
    regions: Vec<f64>,
}

/// What a household gives to all its children.
#[derive(Clone, Copy)]
struct Home {
    region: f64,
    area: f64,
    /// Children beside the one.
    others: f64,
    psu: f64,
}

impl Model {
    pub(super) fn new(spec: &Spec, frame: &Frame) -> Self {
        let mut stream = Stream::new(WORLD, stream_number(&format!("{}/people", spec.code)));
        let mut around = |centre: f64, width: f64| stream.between(centre - width, centre + width);
        Self {
            code: spec.code,
            children: if spec.quirk == Quirk::Boom { LARGE_FAMILIES } else { CHILDREN },
            internet: around(2.2, 0.4),
            harm: around(-0.1, 0.3),
            skills: around(0.4, 0.3),
            hours: around(3.8, 0.4),
            regions: (0..frame.regions()).map(|_| around(0.0, 0.6)).collect(),
        }
    }

    /// The children 9 to 17 of each household that is listed in the PSU.
    pub(super) fn households(&self, psu: &Psu, stratum: &FieldStratum) -> Vec<Vec<Child>> {
        let name = format!("{}/psu/{}", self.code, psu.number);
        let mut stream = Stream::new(WORLD, stream_number(&name));
        let region = self.regions.get(stratum.region).copied().unwrap_or_default();
        let area = if stratum.area == 0 { 0.0 } else { 1.0 };
        let home = Home { region, area, others: 0.0, psu: stream.normal() };
        (0..psu.listed).map(|_| self.household(home, &mut stream)).collect()
    }

    fn household(&self, home: Home, stream: &mut Stream) -> Vec<Child> {
        let children = stream.place(&self.children);
        let home = Home { others: children as f64 - 1.0, ..home };
        (0..children).map(|_| self.child(home, stream)).collect()
    }

    fn child(&self, home: Home, stream: &mut Stream) -> Child {
        let Home { region, area, others, psu } = home;
        let (sex, group) = (stream.place(&SEXES), stream.place(&AGES));
        let years = [9, 12, 15][group] + [0, 1, 2][stream.place(&[1.0 / 3.0; 3])];
        let (z, girl) = (stream.normal(), if sex == 1 { 1.0 } else { 0.0 });
        let away = [f64::from(years) - 13.0, area, girl, others, z, psu];
        let mut yes = |level: f64, slopes| stream.bernoulli(expit(moved(level, slopes, &away)));
        let internet = yes(self.internet + region, &INTERNET);
        let (harm, skills) = (yes(self.harm, &HARM), yes(self.skills, &SKILLS));
        let half_hours = rounded((2.0 * moved(self.hours, &HOURS, &away)).clamp(1.0, 24.0));
        Child {
            sex,
            years,
            internet,
            harm: internet && harm,
            skills: internet && skills,
            half_hours: half_hours * u32::from(internet),
            disposition: z,
        }
    }
}

/// A level moved by what a child has, times its slopes.
fn moved(level: f64, slopes: &Slopes, away: &Slopes) -> f64 {
    level + slopes.iter().zip(away).map(|(slope, away)| slope * away).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::super::frame::SPECS;
    use super::*;

    #[test]
    fn a_psu_has_the_households_of_its_list_and_is_the_same_each_time() {
        let frame = Frame::new(&SPECS[3]);
        let model = Model::new(&SPECS[3], &frame);
        let psu = &frame.psus[11];
        let households = model.households(psu, &frame.strata[psu.stratum]);
        assert_eq!(households.len(), usize::try_from(psu.listed).unwrap());
        assert_eq!(households, model.households(psu, &frame.strata[psu.stratum]));
        assert!(households.iter().any(Vec::is_empty));
        let children = households.iter().flatten();
        assert!(children.clone().all(|child| (9..=17).contains(&child.years)));
        assert!(children.clone().all(|c| c.internet || !(c.harm || c.skills || c.half_hours > 0)));
    }

    #[test]
    fn age_groups_have_three_years_each() {
        let child = Child {
            sex: 0,
            years: 9,
            internet: true,
            harm: false,
            skills: false,
            half_hours: 1,
            disposition: 0.0,
        };
        let group = |years| Child { years, ..child }.age_group();
        assert_eq!([9, 11, 12, 14, 15, 17].map(group), [0, 0, 1, 1, 2, 2]);
    }
}
