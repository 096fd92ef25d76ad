//! Who answers: what became of each household of the sample.
//!
//! # Rule
//!
//! A household stays unknown (31) with probability `0.02 + 0.03 urban`, unscreened
//! (32) with `0.04 + 0.06 urban`, whoever lives there. A screened household without
//! a child is not eligible (40). The chosen child of the others answers with
//!
//! ```text
//! expit(0.8 + d_r + 1.0a + 0.5s - 0.22(t - 13) - 0.15(k - 1) - 0.15z)
//! ```
//!
//! with the region's `d_r`, area `a` (0 urban, 1 rural), sex `s` (0 boy, 1 girl), age
//! `t`, `k` children and disposition `z`. All but `z` is known of those who do not
//! answer. What lowers the willingness raises harm, skills and hours: without
//! adjustment the three are too low, with it nearly right.
//!
//! # Assumptions
//!
//! In the silent stratum of a country 4.5 is taken from the exponent. One answer in
//! 25 breaks off (12) after the questions on harm.

use super::frame::{FieldStratum, Frame, Quirk, Spec};
use super::people::Child;
use crate::profile::{WORLD, stream_number};
use crate::random::Stream;
use crate::targets::expit;

/// What became of a household.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Status {
    Complete,
    Partial,
    Refusal,
    NonContact,
    Other,
    Unknown,
    Unscreened,
    Ineligible,
}

impl Status {
    pub(super) const fn code(self) -> i16 {
        match self {
            Self::Complete => 11,
            Self::Partial => 12,
            Self::Refusal => 21,
            Self::NonContact => 22,
            Self::Other => 23,
            Self::Unknown => 31,
            Self::Unscreened => 32,
            Self::Ineligible => 40,
        }
    }

    /// Is it known how many children the household has?
    pub(super) const fn is_screened(self) -> bool {
        !matches!(self, Self::Unknown | Self::Unscreened)
    }

    /// Did the child answer, if only in part?
    pub(super) const fn answered(self) -> bool {
        matches!(self, Self::Complete | Self::Partial)
    }
}

/// How willing the households of a country are.
#[derive(Clone, Debug)]
pub(super) struct Visit {
    regions: Vec<f64>,
    silent: Option<&'static str>,
}

const BREAKS_OFF: f64 = 0.04;
const SILENCE: f64 = 4.5;
/// Refusal, no contact, other reason: in towns and in the country.
const REASONS: [[f64; 3]; 2] = [[0.55, 0.35, 0.1], [0.6, 0.25, 0.15]];

impl Visit {
    pub(super) fn new(spec: &Spec, frame: &Frame) -> Self {
        let mut stream = Stream::new(WORLD, stream_number(&format!("{}/visit", spec.code)));
        let silent = match spec.quirk {
            Quirk::Silent(label) => Some(label),
            _ => None,
        };
        Self { regions: (0..frame.regions()).map(|_| stream.between(-0.4, 0.4)).collect(), silent }
    }

    pub(super) fn status(
        &self,
        stratum: &FieldStratum,
        children: usize,
        child: Option<&Child>,
        stream: &mut Stream,
    ) -> Status {
        let urban = if stratum.area == 0 { 1.0 } else { 0.0 };
        let [unknown, unscreened] = [0.02 + 0.03 * urban, 0.04 + 0.06 * urban];
        match (stream.place(&[unknown, unscreened, 1.0 - unknown - unscreened]), child) {
            (0, _) => Status::Unknown,
            (1, _) => Status::Unscreened,
            (_, None) => Status::Ineligible,
            (_, Some(child)) => {
                let willing = stream.bernoulli(expit(self.willingness(stratum, children, child)));
                if willing { interviewed(stream) } else { lost(stratum.area, stream) }
            }
        }
    }

    fn willingness(&self, stratum: &FieldStratum, children: usize, child: &Child) -> f64 {
        let rural = if stratum.area == 1 { 1.0 } else { 0.0 };
        let girl = if child.sex == 1 { 1.0 } else { 0.0 };
        let silence = if self.silent == Some(stratum.label.as_str()) { SILENCE } else { 0.0 };
        let region = self.regions.get(stratum.region).copied().unwrap_or_default();
        let (older, others) = (f64::from(child.years) - 13.0, children as f64 - 1.0);
        0.8 + region + rural + 0.5 * girl
            - 0.22 * older
            - 0.15 * others
            - 0.15 * child.disposition
            - silence
    }
}

fn interviewed(stream: &mut Stream) -> Status {
    if stream.bernoulli(BREAKS_OFF) { Status::Partial } else { Status::Complete }
}

fn lost(area: usize, stream: &mut Stream) -> Status {
    let reasons = REASONS.get(area).unwrap_or(&REASONS[0]);
    [Status::Refusal, Status::NonContact, Status::Other][stream.place(reasons)]
}

#[cfg(test)]
mod tests {
    use super::super::frame::SPECS;
    use super::*;

    fn answered(stratum: &FieldStratum, visit: &Visit, child: Option<&Child>) -> Vec<Status> {
        let mut stream = Stream::new(3, 3);
        (0..4_000).map(|_| visit.status(stratum, 1, child, &mut stream)).collect()
    }

    fn child(sex: usize, years: i16) -> Child {
        let (internet, harm, skills, half_hours) = (true, false, false, 4);
        Child { sex, years, internet, harm, skills, half_hours, disposition: 0.0 }
    }

    #[test]
    fn boys_older_children_and_towns_answer_less() {
        let frame = Frame::new(&SPECS[0]);
        let visit = Visit::new(&SPECS[0], &frame);
        let rate = |stratum: usize, child: Child| {
            let all = answered(&frame.strata[stratum], &visit, Some(&child));
            all.iter().filter(|status| status.answered()).count()
        };
        let girl = rate(1, child(1, 10));
        assert!(girl > 3_200 && girl > rate(1, child(0, 10)));
        assert!(girl > rate(1, child(1, 17)) && girl > rate(0, child(1, 10)));
    }

    #[test]
    fn a_home_without_children_is_unknown_or_not_eligible() {
        let frame = Frame::new(&SPECS[2]);
        let visit = Visit::new(&SPECS[2], &frame);
        let all = answered(&frame.strata[0], &visit, None);
        let unknown = all.iter().filter(|status| !status.is_screened()).count();
        // 15 in 100 in towns, standard error 23.
        assert!(unknown.abs_diff(600) < 92, "{unknown}");
        assert!(all.iter().all(|s| !s.is_screened() || *s == Status::Ineligible));
    }

    #[test]
    fn hardly_anybody_answers_in_the_silent_stratum() {
        let frame = Frame::new(&SPECS[2]);
        let visit = Visit::new(&SPECS[2], &frame);
        let silent = frame.strata.iter().find(|s| s.label == "north-rural").unwrap();
        let all = answered(silent, &visit, Some(&child(0, 13)));
        assert!(all.iter().filter(|status| status.answered()).count() < 400);
    }
}
