//! The draw: PSUs by size, households from the list, one child of a household.
//!
//! # Rule
//!
//! In a stratum with `n` PSUs to be drawn, PSU `j` of size `m_j` comes in with
//! `p_j = n m_j / sum m` (systematic selection with a random start). Of its `N_j`
//! listed households `b` are taken by simple random sampling without replacement,
//! and of the `k` children of a household one by chance. So a child is drawn with
//! `p_j · b / N_j · 1 / k`, and the inverse of that estimates totals without bias.
//!
//! # References
//!
//! Madow (1949), On the theory of systematic sampling II. Särndal, Swensson and
//! Wretman (1992), Model Assisted Survey Sampling, 3.6.2.

use super::frame::{Frame, Psu};
use super::people::{Child, Model};
use super::response::{Status, Visit};
use crate::random::Stream;

/// One household of the sample, with all that is true of it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Case {
    pub(super) psu: Psu,
    /// Probability of the PSU.
    pub(super) probability: f64,
    /// Households taken in the PSU.
    pub(super) taken: u32,
    /// Line of the household on the list, from one.
    pub(super) line: usize,
    /// Children 9 to 17 in it.
    pub(super) eligible: usize,
    /// The child that was chosen.
    pub(super) child: Option<Child>,
    pub(super) status: Status,
}

/// The whole sample of a country, in the order of strata, PSUs and lines.
pub(super) fn sample(
    frame: &Frame,
    model: &Model,
    visit: &Visit,
    stream: &mut Stream,
) -> Vec<Case> {
    let mut cases = Vec::new();
    for stratum in 0..frame.strata.len() {
        for (psu, probability) in psus(frame, stratum, stream) {
            cases.extend(households(frame, model, visit, (psu, probability), stream));
        }
    }
    cases
}

/// The PSUs drawn in a stratum, and the probability of each.
fn psus(frame: &Frame, stratum: usize, stream: &mut Stream) -> Vec<(Psu, f64)> {
    let drawn = f64::from(frame.strata[stratum].drawn);
    let total = f64::from(frame.psus_of(stratum).map(|psu| psu.size).sum::<u32>());
    let (mut point, mut passed) = (stream.uniform(), 0.0);
    let mut chosen = Vec::new();
    for psu in frame.psus_of(stratum) {
        passed += f64::from(psu.size);
        if point * total < passed * drawn {
            chosen.push((*psu, drawn * f64::from(psu.size) / total));
            point += 1.0;
        }
    }
    chosen
}

fn households(
    frame: &Frame,
    model: &Model,
    visit: &Visit,
    (psu, probability): (Psu, f64),
    stream: &mut Stream,
) -> Vec<Case> {
    let stratum = &frame.strata[psu.stratum];
    let listed = model.households(&psu, stratum);
    let lines = lines(psu.listed, stratum.take, stream);
    let case = |line: usize| {
        let home = &listed[line];
        let child = chosen(home, stream);
        let status = visit.status(stratum, home.len(), child.as_ref(), stream);
        let (taken, eligible) = (stratum.take, home.len());
        Case { psu, probability, taken, line: line + 1, eligible, child, status }
    };
    lines.into_iter().map(case).collect()
}

/// A simple random sample of places on a list, in the list's order.
fn lines(listed: u32, take: u32, stream: &mut Stream) -> Vec<usize> {
    let mut left: Vec<usize> = (0..listed).map(place).collect();
    let draw = |still: u32| left.swap_remove(place(stream.below(still)));
    let mut taken: Vec<usize> = (listed - take + 1..=listed).rev().map(draw).collect();
    taken.sort_unstable();
    taken
}

fn chosen(home: &[Child], stream: &mut Stream) -> Option<Child> {
    let children = u32::try_from(home.len()).unwrap_or(u32::MAX);
    home.get(place(stream.below(children))).copied()
}

fn place(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::super::Country;
    use super::*;

    /// Estimated totals of a sample in which everybody answers: children, girls,
    /// children in the first stratum, half hours.
    fn estimated(cases: &[Case]) -> [f64; 4] {
        let mut totals = [0.0; 4];
        for case in cases {
            let Some(child) = case.child else { continue };
            let listed = f64::from(case.psu.listed) / f64::from(case.taken);
            let weight = listed * case.eligible as f64 / case.probability;
            let first = u32::from(case.psu.stratum == 0);
            let girl = u32::from(child.sex == 1);
            for (total, value) in totals.iter_mut().zip([1, girl, first, child.half_hours]) {
                *total += weight * f64::from(value);
            }
        }
        totals
    }

    fn truth(country: &Country) -> [f64; 4] {
        let all = country.census.total();
        let sexes = country.census.by(|_, sex, _| sex.to_string());
        let strata = country.census.by(|stratum, _, _| stratum.to_string());
        let counts = [all.children, sexes[1].1.children, strata[0].1.children, all.half_hours];
        counts.map(|count| count as f64)
    }

    #[test]
    fn weights_of_selection_estimate_the_population_without_bias() {
        const SAMPLES: u32 = 200;
        let runs = f64::from(SAMPLES);
        for code in ["XAB", "XAD"] {
            let country = Country::new(code).unwrap();
            let draws: Vec<[f64; 4]> =
                (0..SAMPLES).map(|seed| estimated(&country.cases(u64::from(seed)))).collect();
            for (place, truth) in truth(&country).into_iter().enumerate() {
                let mean = draws.iter().map(|draw| draw[place]).sum::<f64>() / runs;
                let squares = draws.iter().map(|draw| (draw[place] - mean).powi(2)).sum::<f64>();
                let error = (squares / (runs - 1.0) / runs).sqrt();
                assert!((mean - truth).abs() < 4.0 * error, "{code} {place}: {mean} {truth}");
                assert!(error < 0.02 * truth, "{code} {place}: {error} {truth}");
            }
        }
    }

    #[test]
    fn each_stratum_gets_its_psus_and_each_psu_its_households() {
        let country = Country::new("XAA").unwrap();
        let cases = country.cases(1);
        for (number, stratum) in country.frame.strata.iter().enumerate() {
            let own = || cases.iter().filter(|case| case.psu.stratum == number);
            let psus: std::collections::BTreeSet<u32> = own().map(|case| case.psu.number).collect();
            assert_eq!(psus.len(), place(stratum.drawn));
            assert_eq!(own().count(), place(stratum.drawn * stratum.take));
        }
        assert!(cases.iter().all(|case| case.child.is_some() == (case.eligible > 0)));
    }

    #[test]
    fn lines_are_different_and_every_line_has_the_same_chance() {
        let mut stream = Stream::new(1, 1);
        let mut hits = [0_u32; 5];
        for _ in 0..10_000 {
            let lines = lines(5, 2, &mut stream);
            assert!(lines[0] < lines[1]);
            lines.into_iter().for_each(|line| hits[line] += 1);
        }
        // Expected 4,000 each, standard error 49.
        assert!(hits.iter().all(|hits| hits.abs_diff(4_000) < 200), "{hits:?}");
        assert_eq!(lines(3, 3, &mut stream), [0, 1, 2]);
    }
}
