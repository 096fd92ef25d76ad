//! Designs of many stages: what they mean by algebra, and what they refuse.

use std::sync::Arc;

use gko_survey::{
    Absent, Columns, Design, Domain, Error, Mean, MissingWeights, Population, SinglePsu, Stage,
    StratumId, Survey, Taylor, Total,
};

const X: [f64; 6] = [1.0, 4.0, 2.0, 8.0, 5.0, 7.0];
const STRATUM: [u32; 6] = [1, 1, 2, 2, 3, 3];
const PSU: [u32; 6] = [1, 2, 1, 2, 1, 1];

fn total(values: &[f64]) -> Total<'_> {
    Total::new(Columns::new().number("x", values))
}

fn variance(survey: &Survey, values: &[f64]) -> f64 {
    let all = Domain::all(values.len());
    survey.estimate(&total(values), &all).unwrap().covariance()[(0, 0)]
}

fn close(got: f64, expected: f64) {
    assert!((got - expected).abs() <= 1e-12 * expected.abs(), "{got} and {expected}");
}

/// Two of four schools, two of three and two of five pupils: by hand, weights 3 and 5.
#[test]
fn two_stages_without_replacement_add_up_as_by_hand() {
    let x = [1.0, 2.0, 4.0, 8.0];
    let design = Design::builder(4)
        .stage(Stage::units(&[1, 1, 2, 2]).population(Population::Counts(&[4.0; 4])))
        .stage(Stage::elements().population(Population::Counts(&[3.0, 3.0, 5.0, 5.0])))
        .build()
        .unwrap();
    assert_eq!(design.row_weights(), [3.0, 3.0, 5.0, 5.0]);
    // School totals 9 and 60: (1 - 1/2) · 2 · 2 · 25.5². Within: 1/2 of
    // (1 - 2/3) · 2 · (3² + 3²)/4 and (1 - 2/5) · 2 · (20² + 20²)/4.
    let first = 0.5 * 2.0 * 2.0 * 25.5 * 25.5;
    let within = 0.5 * ((1.0 / 3.0) * 2.0 * 4.5 + 0.6 * 2.0 * 200.0);
    close(variance(&Survey::new(design), &x), first + within);
}

#[test]
fn fractions_and_counts_say_the_same() {
    let counts = Stage::units(&PSU).strata(&STRATUM[..]);
    let weights = [2.0; 6];
    let with = |population| {
        let stage = counts.population(population);
        let design = Design::builder(6).stage(stage).weights(&weights).build().unwrap();
        let options = Taylor { single_psu: SinglePsu::Adjust, ..Taylor::default() };
        variance(&Survey::linearised(Arc::new(design), options), &X)
    };
    let by_count = with(Population::Counts(&[4.0, 4.0, 8.0, 8.0, 2.0, 2.0]));
    close(with(Population::Fractions(&[0.5, 0.5, 0.25, 0.25, 0.5, 0.5])), by_count);
}

#[test]
fn a_stratum_drawn_completely_needs_no_rule() {
    let population = [9.0, 9.0, 9.0, 9.0, 1.0, 1.0];
    let stage = Stage::units(&PSU).strata(&STRATUM).population(Population::Counts(&population));
    let design = Design::builder(6).stage(stage).weights(&[1.0; 6]).build().unwrap();
    assert!(design.single_psu_strata().is_empty());
    // Stratum 1: (1 - 2/9) · 2 · 1.5² · 2; stratum 2: the same with 3².
    close(variance(&Survey::new(design), &X), 7.0 / 9.0 * 2.0 * 2.0 * (2.25 + 9.0));
}

#[test]
fn a_collapsed_stratum_is_part_of_its_neighbour() {
    let lone = StratumId { sample: 0, stratum: 3 };
    let stage = Stage::units(&PSU).strata(&STRATUM);
    let build = |stage| Design::builder(6).stage(stage).weights(&[1.0; 6]);
    let refused = Survey::new(build(stage).build().unwrap());
    let refused = refused.estimate(&total(&X), &Domain::all(6)).unwrap_err();
    assert_eq!(refused.code(), "GKO-S040");
    let collapsed = build(stage).collapse(lone, 2).build().unwrap();
    assert_eq!(collapsed.collapsed(), [(lone, 2)]);
    assert_eq!((collapsed.strata(), collapsed.psus()), (2, 5));
    let by_hand = build(Stage::units(&[1, 2, 1, 2, 3, 3]).strata(&[1, 1, 2, 2, 2, 2]));
    let expected = variance(&Survey::new(by_hand.build().unwrap()), &X);
    close(variance(&Survey::new(collapsed), &X), expected);
}

#[test]
fn collapsing_adds_the_populations() {
    let lone = StratumId { sample: 0, stratum: 3 };
    let counts = [4.0, 4.0, 10.0, 10.0, 5.0, 5.0];
    let stage = Stage::units(&PSU).strata(&STRATUM).population(Population::Counts(&counts));
    let design = Design::builder(6).stage(stage).weights(&[1.0; 6]).collapse(lone, 2);
    let together = [4.0, 4.0, 15.0, 15.0, 15.0, 15.0];
    let by_hand = Stage::units(&[1, 2, 1, 2, 3, 3]).strata(&[1, 1, 2, 2, 2, 2]);
    let by_hand = by_hand.population(Population::Counts(&together));
    let by_hand = Design::builder(6).stage(by_hand).weights(&[1.0; 6]).build().unwrap();
    let expected = variance(&Survey::new(by_hand), &X);
    close(variance(&Survey::new(design.build().unwrap()), &X), expected);
}

#[test]
fn a_stratum_that_does_not_exist_cannot_be_collapsed() {
    let stage = Stage::units(&PSU).strata(&STRATUM);
    let design = Design::builder(6).stage(stage).weights(&[1.0; 6]);
    let refused = design.collapse(StratumId { sample: 0, stratum: 3 }, 7).build().unwrap_err();
    assert_eq!(refused.code(), "GKO-S054");
}

#[test]
fn probabilities_are_weights_turned_over() {
    let p = [0.5, 0.25, 0.5, 1.0, 0.125, 0.5];
    let weights = p.map(|p| 1.0 / p);
    let one = Survey::new(Design::builder(6).probabilities(&p).build().unwrap());
    let two = Survey::new(Design::builder(6).weights(&weights).build().unwrap());
    assert_eq!(variance(&one, &X), variance(&two, &X));
    let refused = Design::builder(2).probabilities(&[0.5, 1.5]).build().unwrap_err();
    assert_eq!(refused, Error::InvalidProbability { row: 1, probability: 1.5 });
}

#[test]
fn missing_weights_are_refused_or_left_out_and_counted() {
    let weights = [1.0, 2.0, f64::NAN, 3.0, 1.0, 2.0];
    let build = |missing| {
        let design = Design::builder(6).stage(Stage::units(&[1, 2, 3, 4, 5, 6]));
        design.weights(&weights).missing_weights(missing).build()
    };
    assert_eq!(build(MissingWeights::Refuse).unwrap_err().code(), "GKO-S004");
    let design = build(MissingWeights::Exclude).unwrap();
    assert_eq!((design.excluded_rows(), design.psus(), design.rows()), (1, 5, 6));
    let without = Design::builder(5).weights(&[1.0, 2.0, 3.0, 1.0, 2.0]).build().unwrap();
    let expected = variance(&Survey::new(without), &[1.0, 4.0, 8.0, 5.0, 7.0]);
    close(variance(&Survey::new(design), &X), expected);
}

#[test]
fn combined_samples_keep_their_own_strata_and_psus() {
    let design = Design::builder(6)
        .samples(&[1, 1, 1, 2, 2, 2])
        .stage(Stage::units(&[1, 2, 3, 1, 2, 3]))
        .weights(&[1.0; 6])
        .build()
        .unwrap();
    let alone = |x: &[f64]| {
        let design = Design::builder(3).weights(&[1.0; 3]).build().unwrap();
        variance(&Survey::new(design), x)
    };
    let survey = Survey::new(design);
    assert_eq!(survey.full_df(), 4.0);
    close(variance(&survey, &X), alone(&X[..3]) + alone(&X[3..]));
}

#[test]
fn an_empty_domain_says_so_and_leaves_the_others_alone() {
    let survey = Survey::new(Design::builder(6).weights(&[1.0; 6]).build().unwrap());
    let inside = Domain::of(vec![true, true, true, false, false, false]);
    let none = Domain::of(vec![false; 6]);
    let mean = Mean::of("x", &X);
    let got = survey.estimate_by(&mean, &[inside.clone(), none]).unwrap();
    let alone = survey.estimate(&mean, &inside).unwrap();
    assert_eq!(got.values()[0], alone.values()[0]);
    assert_eq!(got.se()[0], alone.se()[0]);
    assert!(got.values()[1].is_nan() && got.se()[1].is_nan());
    assert_eq!(got.bases()[1].absent, Some(Absent::EmptyBase));
    assert_eq!(got.intervals(0.95, gko_survey::Df::Domain).unwrap()[1], None);
}

#[test]
fn a_domain_of_one_psu_can_be_refused() {
    let stage = Stage::units(&[1, 1, 2, 2, 3, 3]).strata(&[1, 1, 1, 1, 2, 2]);
    let population = [2.0, 2.0, 2.0, 2.0, 1.0, 1.0].map(|n| n * 1.0);
    let stage = stage.population(Population::Counts(&population));
    let whole = Design::builder(6).stage(stage).weights(&[1.0; 6]).build().unwrap();
    close(variance(&Survey::new(whole), &X) + 1.0, 1.0);
    let stage = Stage::units(&[1, 1, 2, 2, 3, 3]);
    let design = Arc::new(Design::builder(6).stage(stage).weights(&[1.0; 6]).build().unwrap());
    let domain = Domain::of(vec![true, true, false, false, false, false]);
    let strict = Taylor { domain_single_psu: Some(SinglePsu::Fail), ..Taylor::default() };
    let refused = Survey::linearised(design, strict).estimate(&total(&X), &domain).unwrap_err();
    assert_eq!(refused.code(), "GKO-S043");
}

#[test]
fn populations_are_checked() {
    let with = |population| {
        let stage = Stage::units(&PSU).strata(&STRATUM).population(population);
        Design::builder(6).stage(stage).weights(&[1.0; 6]).build().unwrap_err().code()
    };
    assert_eq!(with(Population::Counts(&[4.0, 4.0, 1.0, 1.0, 4.0, 4.0])), "GKO-S053");
    assert_eq!(with(Population::Counts(&[4.0, 5.0, 4.0, 4.0, 4.0, 4.0])), "GKO-S052");
    assert_eq!(with(Population::Fractions(&[1.5; 6])), "GKO-S051");
    assert_eq!(with(Population::Fractions(&[f64::NAN; 6])), "GKO-S052");
    assert_eq!(with(Population::Counts(&[4.0; 5])), "GKO-S001");
}

#[test]
fn data_far_from_zero_and_extreme_weights_keep_their_digits() {
    let shifted = X.map(|x| x + 1e12);
    let mean = |values: &[f64], scale: f64| {
        let weights = [1.0, 2.0, 1.0, 3.0, 1.0, 2.0].map(|w| w * scale);
        let survey = Survey::new(Design::builder(6).weights(&weights).build().unwrap());
        let got = survey.estimate(&Mean::of("x", values), &Domain::all(6)).unwrap();
        (got.values()[0], got.se()[0])
    };
    let (value, se) = mean(&X, 1.0);
    for scale in [1e-9, 1e9] {
        let (far, far_se) = mean(&shifted, scale);
        // A double near 1e12 has steps of 1.2e-4.
        assert!((far - 1e12 - value).abs() < 1e-3);
        assert!((far_se - se).abs() < 1e-4 * se);
        let (near, near_se) = mean(&X, scale);
        close(near, value);
        close(near_se, se);
    }
}

#[test]
fn a_single_row_has_a_value_and_no_error_without_a_rule() {
    let design = Arc::new(Design::builder(1).weights(&[2.0]).build().unwrap());
    let refused = Survey::linearised(Arc::clone(&design), Taylor::default());
    let mean = Mean::of("x", &X[..1]);
    assert!(refused.estimate(&mean, &Domain::all(1)).is_err());
    let certain = Taylor { single_psu: SinglePsu::Certainty, ..Taylor::default() };
    let got = Survey::linearised(design, certain).estimate(&mean, &Domain::all(1)).unwrap();
    assert_eq!((got.values()[0], got.se()[0], got.design_df()), (1.0, 0.0, 0.0));
    assert_eq!(got.intervals(0.95, gko_survey::Df::Design).unwrap(), [None]);
}

#[test]
fn values_whose_squares_leave_the_numbers_are_refused() {
    let huge = X.map(|x| x * 1e200);
    let survey = Survey::new(Design::builder(6).weights(&[1.0; 6]).build().unwrap());
    let refused = survey.estimate(&total(&huge), &Domain::all(6)).unwrap_err();
    assert_eq!(refused.code(), "GKO-S211");
}
