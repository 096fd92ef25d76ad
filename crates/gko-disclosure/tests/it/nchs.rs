//! The presentation standards of NCHS at each of their borders.

use gko_disclosure::{Candidate, Mark, Reason, Reliability, Rules, protect};
use gko_survey::{Absent, Estimate, SinglePsu};

use crate::by_hand::{alone, interval, mean, of_rows, share, verdict};

fn shown() -> (Mark, Vec<Reason>) {
    (Mark::Shown, vec![])
}

fn review(reason: Reason) -> (Mark, Vec<Reason>) {
    (Mark::Review, vec![reason])
}

fn suppressed(reason: Reason) -> (Mark, Vec<Reason>) {
    (Mark::Suppressed, vec![reason])
}

/// A share of 100 with an interval of our own.
fn with_ends(p: f64, low: f64, high: f64) -> Estimate {
    Estimate { value: Some(p), nchs_interval: Some(interval(low, high)), ..share(100, 40) }
}

fn judged(estimate: Estimate) -> (Mark, Vec<Reason>) {
    verdict(&alone(estimate, false))
}

#[test]
fn effective_n_must_reach_30_whatever_n_is() {
    let with = |kg_n| Estimate { kg_n: Some(kg_n), ..share(500, 200) };
    assert_eq!(judged(with(29.999)), suppressed(Reason::EffectiveN));
    assert_eq!(judged(with(30.0)), shown());
    assert_eq!(judged(Estimate { kg_n: None, ..share(500, 200) }), suppressed(Reason::EffectiveN));
}

#[test]
fn of_30_and_31_rows_drawn_at_random_the_effective_n_is_29_and_30() {
    // The variance of a share is p(1-p)/(n-1), so that n* = n - 1.
    let half = |n: u32| {
        let answers: Vec<u8> = (0..n).map(|row| u8::from(row % 2 == 0)).collect();
        of_rows(&answers, &(0..n).collect::<Vec<u32>>(), SinglePsu::Fail)
    };
    let (thirty, thirty_two) = (half(30), half(32));
    assert!((thirty.kg_n.unwrap() - 29.0).abs() < 1e-9);
    assert!((thirty_two.kg_n.unwrap() - 31.0).abs() < 1e-9);
    assert_eq!(judged(thirty), suppressed(Reason::EffectiveN));
    assert_eq!(judged(thirty_two), suppressed(Reason::WideInterval));
}

#[test]
fn a_width_of_5_points_is_shown_however_small_the_share() {
    assert_eq!(judged(with_ends(0.01, 0.0, 0.05)), shown());
    let wider = with_ends(0.01, 0.0, 0.05_f64.next_up());
    assert_eq!(judged(wider), suppressed(Reason::RelativeWidth));
}

#[test]
fn a_width_of_30_points_is_not_shown() {
    assert_eq!(judged(with_ends(0.5, 0.0, 0.30)), suppressed(Reason::WideInterval));
    assert_eq!(judged(with_ends(0.5, 0.0, 0.30_f64.next_down())), shown());
}

#[test]
fn a_relative_width_of_130_percent_is_shown_and_more_is_not() {
    assert_eq!(judged(with_ends(0.1, 0.0, 0.13)), shown());
    let wider = with_ends(0.1, 0.0, 0.130_000_000_001);
    assert_eq!(judged(wider), suppressed(Reason::RelativeWidth));
}

#[test]
fn a_width_that_is_large_against_the_complement_is_reviewed() {
    assert_eq!(judged(with_ends(0.875, 0.8375, 1.0)), shown());
    let wider = with_ends(0.875, 0.8374, 1.0);
    assert_eq!(judged(wider), review(Reason::ComplementWidth));
}

#[test]
fn width_is_judged_in_the_order_of_the_standard() {
    // Wide and large against the share: the absolute width speaks first.
    assert_eq!(judged(with_ends(0.05, 0.0, 0.4)), suppressed(Reason::WideInterval));
    let small_n = Estimate { kg_n: Some(12.0), ..with_ends(0.05, 0.0, 0.4) };
    assert_eq!(judged(small_n), suppressed(Reason::EffectiveN));
}

#[test]
fn fewer_than_8_degrees_of_freedom_are_reviewed() {
    assert_eq!(judged(Estimate { df: 8, ..share(500, 200) }), shown());
    assert_eq!(judged(Estimate { df: 7, ..share(500, 200) }), review(Reason::FewDf));
    let both = Estimate { df: 7, ..with_ends(0.875, 0.8, 1.0) };
    let reasons = vec![Reason::ComplementWidth, Reason::FewDf];
    assert_eq!(judged(both), (Mark::Review, reasons));
}

#[test]
fn degrees_of_freedom_are_those_of_the_psus() {
    // PSUs of 400 rows, two in five of each a yes, give or take the PSU's number.
    let of_psus = |psus: u32| {
        let answer = |row: u32| u8::from(row % 400 < 160 + row / 400);
        let answers: Vec<u8> = (0..400 * psus).map(answer).collect();
        let psu: Vec<u32> = (0..400 * psus).map(|row| row / 400).collect();
        of_rows(&answers, &psu, SinglePsu::Fail)
    };
    assert_eq!(of_psus(9).df, 8);
    assert_eq!(judged(of_psus(9)), shown());
    assert_eq!(judged(of_psus(8)), review(Reason::FewDf));
}

#[test]
fn nobody_and_everybody_are_reviewed_on_n_and_not_on_the_interval() {
    for answer in [0, 1] {
        let of = |n: u32| {
            of_rows(&vec![answer; n as usize], &(0..n).collect::<Vec<_>>(), SinglePsu::Fail)
        };
        assert_eq!(judged(of(29)), suppressed(Reason::EffectiveN));
        assert_eq!(judged(of(30)), review(Reason::Extreme));
        assert_eq!(alone(of(30), false).value(), Some(f64::from(answer)));
    }
}

#[test]
fn no_degrees_of_freedom_means_no_figure() {
    let answers: Vec<u8> = (0..200).map(|row| u8::from(row % 3 == 0)).collect();
    let one_psu = of_rows(&answers, &[0; 200], SinglePsu::Certainty);
    assert_eq!((one_psu.df, one_psu.absent), (0, Some(Absent::NoDf)));
    assert_eq!(judged(one_psu), suppressed(Reason::NoDf));
    let no_se = Estimate { se: None, ..share(500, 200) };
    assert_eq!(judged(no_se), suppressed(Reason::NoDf));
    let no_interval = Estimate { nchs_interval: None, ..share(500, 200) };
    assert_eq!(judged(no_interval), suppressed(Reason::NoDf));
}

#[test]
fn a_mean_must_rest_on_30_effective_answers_and_is_not_judged_by_width() {
    assert_eq!(judged(mean(100, 29.999)), suppressed(Reason::EffectiveN));
    assert_eq!(judged(mean(100, 30.0)), shown());
    assert_eq!(judged(Estimate { df: 7, ..mean(100, 30.0) }), review(Reason::FewDf));
    let wide = Estimate { interval: Some(interval(1.0, 9.0)), ..mean(100, 30.0) };
    assert_eq!(judged(wide), shown());
}

#[test]
fn without_a_standard_only_the_minimum_counts_and_df_are_asked() {
    let rules = Rules::new(25, 10, Reliability::None).unwrap();
    let judge =
        |estimate| verdict(&protect(vec![Candidate::new((), estimate)], &rules).rows()[0].1);
    assert_eq!(judge(Estimate { df: 3, ..with_ends(0.5, 0.0, 0.9) }), shown());
    assert_eq!(judge(share(24, 12)), suppressed(Reason::SmallBase));
    let no_df = Estimate { absent: Some(Absent::NoDf), ..share(500, 200) };
    assert_eq!(judge(no_df), suppressed(Reason::NoDf));
}
