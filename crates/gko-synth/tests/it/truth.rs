//! The samples scatter about the truth, and the truth is the published one.

use gko_codebook::{Code, Codebook, Unit, Variable};
use gko_survey::{Design, DesignColumns, Domains, Item, Options, PsuLabels, PsuTotals};
use gko_synth::{CODEBOOK, Group};
use polars::prelude::DataFrame;

use crate::{codes, country, global, texts, weights};

/// A share and its standard error under the design.
fn estimate(frame: &DataFrame, answers: &[u8]) -> (f64, f64) {
    let strata: Vec<&str> = texts(frame, "stratum");
    let mut labels = strata.clone();
    labels.sort_unstable();
    labels.dedup();
    let stratum: Vec<u32> = strata
        .iter()
        .map(|found| u32::try_from(labels.binary_search(found).unwrap()).unwrap())
        .collect();
    let psu: Vec<u32> =
        codes(frame, "psu").iter().map(|psu| u32::try_from(psu.unwrap()).unwrap()).collect();
    let design = Design::new(DesignColumns {
        sample: &vec![0; answers.len()],
        stratum: &stratum,
        psu: &psu,
        weight: &weights(frame),
        psu_labels: PsuLabels::NestedInStratum,
    })
    .unwrap();
    let total = Domains::new(answers.len(), &[], &[vec![]]).unwrap();
    let totals = PsuTotals::accumulate(&design, &total, &[Item::Share(answers)]).unwrap();
    let estimates = totals.estimates(&Options::default()).unwrap();
    let estimate = estimates.get(0, 0, 0);
    (estimate.value.unwrap(), estimate.se.unwrap())
}

/// 1 where the code is one of `yes`, 0 where another answer or a missing code, else out.
fn share_of(frame: &DataFrame, column: &str, yes: &[i16]) -> (f64, f64) {
    let judged = |cell: Option<i16>| cell.map_or(255, |code| u8::from(yes.contains(&code)));
    let answers: Vec<u8> = codes(frame, column).into_iter().map(judged).collect();
    estimate(frame, &answers)
}

/// Column, codes, categories, published total of the reference country.
const CHECKED: [(&str, &[i16], &[&str], f64); 13] = [
    ("B3", &[3, 4], &["often", "always"], 0.795),
    ("B6_school", &[4, 5, 6, 7], &["weekly", "daily", "several-daily", "always"], 0.26),
    ("C2", &[3, 4], &["fairly-true", "very-true"], 0.44),
    ("E1_privacy", &[3, 4], &["fairly-true", "very-true"], 0.537),
    ("F2", &[1], &["yes"], 0.25),
    ("F11", &[1], &["yes"], 0.138),
    ("F18", &[1], &["yes"], 0.064),
    ("F28", &[1], &["yes"], 0.158),
    ("F38", &[1], &["yes"], 0.035),
    ("F43_virus", &[1], &["yes"], 0.325),
    ("G2a", &[1], &["yes"], 0.031),
    ("I1", &[1, 2], &["very-easy", "easy"], 0.817),
    ("I6_webcam", &[2, 3], &["with-permission", "not-allowed"], 0.368),
];

#[test]
fn the_truth_of_the_reference_country_is_the_published_one() {
    let truth = &global().truth;
    for (variable, _, categories, published) in CHECKED {
        let share = truth.share("XAA", variable, categories, Group::Total).unwrap();
        assert!((share - published).abs() < 0.001, "{variable}: {share} {published}");
    }
    let girls = truth.share("XAA", "F2", &["yes"], Group::Sex(1)).unwrap();
    let oldest = truth.share("XAA", "F2", &["yes"], Group::Age(2)).unwrap();
    assert!((girls - 0.17).abs() < 0.02 && (oldest - 0.41).abs() < 0.02, "{girls} {oldest}");
    let parent = truth.share("XAA", "F14", &["parent"], Group::Total).unwrap();
    assert!((parent - 0.353).abs() < 0.03, "{parent}");
}

#[test]
fn weighted_shares_lie_within_sampling_error_of_the_truth() {
    let truth = &global().truth;
    for code in ["XAA", "XAD", "XAK"] {
        let frame = country(&global().children, code);
        for (variable, yes, categories, _) in CHECKED {
            let (share, error) = share_of(&frame, variable, yes);
            let expected = truth.share(code, variable, categories, Group::Total).unwrap();
            let away = (share - expected) / error;
            assert!(away.abs() < 3.9, "{code} {variable}: {share} {expected}, {away} errors");
        }
    }
}

#[test]
fn routed_questions_and_sets_have_the_truth_of_those_asked() {
    let truth = &global().truth;
    // All countries pooled country by country: the departures in standard errors
    // have mean 0 and variance 1 if the truth is right.
    let mut squares = Vec::new();
    for code in ["XAA", "XAC", "XAD", "XAG", "XAI", "XAK", "XAM", "XAQ"] {
        let frame = country(&global().children, code);
        for (column, variable, yes, category) in [
            ("F13", "F13", 1_i16, "bit"),
            ("F20_device", "F20_device", 1, "yes"),
            ("F28b_unexpected", "F28b_unexpected", 1, "yes"),
            ("J5_safety", "J5_safety", 1, "never"),
            ("A4_1", "A4", 1, "school"),
        ] {
            let (share, error) = share_of(&frame, column, &[yes]);
            let expected = truth.share(code, variable, &[category], Group::Total).unwrap();
            squares.push(((share - expected) / error).powi(2));
        }
    }
    let mean = squares.iter().sum::<f64>() / squares.len() as f64;
    assert!((0.5..1.8).contains(&mean), "mean square {mean} of {}", squares.len());
}

#[test]
fn departures_from_the_truth_have_mean_0_and_variance_1_over_all_questions() {
    let codebook = Codebook::parse(CODEBOOK, "codebook.toml").unwrap();
    let (mut away, mut questions) = (Vec::new(), 0);
    for code in ["XAA", "XAE", "XAH", "XAJ", "XAO"] {
        for (unit, frame) in [(Unit::Child, &global().children), (Unit::Parent, &global().parents)]
        {
            let frame = country(frame, code);
            for variable in codebook.variables.iter().filter(|v| v.question.unit == unit) {
                questions += 1;
                away.extend(departure(code, &frame, variable));
            }
        }
    }
    let count = away.len() as f64;
    let mean = away.iter().sum::<f64>() / count;
    let square = away.iter().map(|z| z * z).sum::<f64>() / count;
    assert!(away.len() * 10 > questions * 7, "{} of {questions}", away.len());
    assert!(mean.abs() < 0.15 && (0.85..1.2).contains(&square), "{mean} {square} of {count}");
    assert!(away.iter().all(|z| z.abs() < 5.0), "{away:?}");
}

/// How many standard errors the last category's share lies from the truth;
/// `None` where there is no truth, or too few answers for a standard error.
fn departure(code: &str, frame: &DataFrame, variable: &Variable) -> Option<f64> {
    let category = variable.categories()?.list.last()?;
    let truth = &global().truth;
    let expected = truth.share(code, &variable.question.id, &[&category.id], Group::Total)?;
    let Code::Integer(yes) = category.code else { return None };
    let cells = codes(frame, &variable.column);
    let yes = i16::try_from(yes).unwrap();
    let hits = cells.iter().filter(|cell| **cell == Some(yes)).count();
    let base = cells.iter().flatten().count();
    if hits < 25 || base - hits < 25 {
        return None;
    }
    let (share, error) = share_of(frame, &variable.column, &[yes]);
    Some((share - expected) / error)
}

#[test]
fn options_of_a_set_have_the_truth_of_those_asked() {
    let truth = &global().truth;
    let mut squares = Vec::new();
    for code in ["XAA", "XAC", "XAD", "XAG", "XAI", "XAK", "XAM", "XAQ"] {
        let frame = country(&global().children, code);
        let filled: Vec<bool> = (1..=8)
            .map(|option| format!("F14_{option}"))
            .chain(["F14_888".to_owned(), "F14_999".to_owned()])
            .map(|column| codes(&frame, &column))
            .reduce(|a, b| a.into_iter().zip(b).map(|(a, b)| a.or(b)).collect())
            .unwrap()
            .into_iter()
            .map(|cell| cell.is_some())
            .collect();
        for (column, option) in
            [("F14_1", "parent"), ("F14_5", "someone-else"), ("F14_8", "nobody")]
        {
            let ticked = codes(&frame, column).into_iter().zip(&filled);
            let answers: Vec<u8> = ticked
                .map(|(cell, asked)| if *asked { u8::from(cell == Some(1)) } else { 255 })
                .collect();
            let (share, error) = estimate(&frame, &answers);
            let expected = truth.share(code, "F14", &[option], Group::Total).unwrap();
            squares.push(((share - expected) / error).powi(2));
        }
    }
    let mean = squares.iter().sum::<f64>() / squares.len() as f64;
    assert!((0.4..2.0).contains(&mean), "mean square {mean}");
}

#[test]
fn the_mean_of_the_ladder_is_near_the_published_one() {
    let mean = global().truth.mean("XAA", "H1", Group::Total).unwrap();
    assert!((mean - 8.6).abs() < 0.1, "{mean}");
    assert_eq!(global().truth.share("XAO", "F41_drugs", &["yes"], Group::Total), None);
    let asked = global().truth.asked("XAA", "F13", Group::Total).unwrap();
    assert!((asked - 0.138).abs() < 0.002, "{asked}");
}
