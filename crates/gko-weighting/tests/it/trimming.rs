//! Trimming: R's limits and weights, Potter's rule, both conditions together.

use gko_survey::calibration::{Margin, RakeOptions, rake};
use gko_weighting::Indicator;
use gko_weighting::trimming::{
    Evidence, Limit, Limits, RecalibrateOptions, Spreading, TrimError, TrimRule, UnsettledError,
    smooth, trim_and_calibrate,
};
use proptest::prelude::*;

use crate::oracle::{close, codes, column, r};

fn settle(limit: Limit, evidence: &Evidence<'_>) -> Limits {
    Limits::settle(&TrimRule::upper(limit), &column("w"), &codes("group"), evidence).unwrap()
}

#[test]
fn limits_are_those_of_r() {
    let rules = [
        ("median_multiple", Limit::MedianMultiple(2.5), 1e-13),
        ("mean_multiple", Limit::MeanMultiple(2.0), 1e-13),
        ("quantile", Limit::Quantile(0.93), 1e-13),
        ("iqr_multiple", Limit::IqrMultiple(1.5), 1e-13),
        ("mean_square", Limit::MeanSquare(3.0), 1e-13),
        ("inverse_beta", Limit::InverseBeta(0.01), 1e-10),
    ];
    for (key, rule, tolerance) in rules {
        let limits = settle(rule, &Evidence::default());
        for (at, group) in limits.groups.iter().enumerate() {
            let want = r(&format!("{key}/{}", at + 1));
            close(&[group.upper.unwrap()], &want, tolerance);
        }
    }
}

#[test]
fn weights_are_cut_within_groups_as_by_trim_weights() {
    let limits = settle(Limit::MedianMultiple(2.5), &Evidence::default());
    let done = limits.trim(&column("w"), &codes("group")).unwrap();
    close(&done.weights, &r("trimmed"), 1e-12);
    assert!(done.groups.iter().all(|group| group.trimmed > 0 && group.excess > 0.0));
}

#[test]
fn potters_errors_are_those_of_r() {
    let (yes, hours, psu) = (column("yes"), column("hours"), codes("psu"));
    let outcomes = [Indicator::new("yes", &yes), Indicator::new("hours", &hours)];
    let rule = Limit::Potter { candidates: 11, from: 0.75 };
    for (key, units) in [("rows", None), ("psus", Some(&psu[..]))] {
        let limits = settle(rule, &Evidence { outcomes: &outcomes, units });
        for (at, group) in limits.groups.iter().enumerate() {
            let errors = r(&format!("potter_{key}/{}", at + 1));
            let tried: Vec<f64> = group.potter.iter().map(|point| point.relative_mse).collect();
            close(&tried, &errors, 1e-10);
            let best = (0..11).min_by(|&a, &b| errors[a].total_cmp(&errors[b])).unwrap();
            let want = r(&format!("potter_limits/{}", at + 1))[best];
            close(&[group.upper.unwrap()], &[want], 1e-13);
        }
    }
}

#[test]
fn outcomes_that_do_not_vary_have_no_voice() {
    let weights = [1.0, 2.0, 9.0, 3.0];
    let rule = TrimRule::upper(Limit::Potter { candidates: 5, from: 0.5 });
    let settle = |outcomes: &[Indicator<'_>]| {
        Limits::settle(&rule, &weights, &[1; 4], &Evidence { outcomes, units: None })
    };
    let varies = Indicator::new("varies", &[0.0, 1.0, 1.0, 0.0]);
    let flat = Indicator::new("flat", &[0.1; 4]);
    let once = Indicator::new("once", &[5.0; 4]).known(&[false, true, false, false]);
    assert_eq!(settle(&[varies]).unwrap(), settle(&[flat, varies, once]).unwrap());
    assert_eq!(settle(&[flat]), Err(TrimError::NoOutcome { group: 1 }));
    assert_eq!(settle(&[]), Err(TrimError::NoOutcome { group: 1 }));
    let wrong = Indicator::new("wrong", &[0.0, f64::NAN, 1.0, 0.0]);
    assert_eq!(settle(&[wrong]).unwrap_err().code(), "GKO-W308");
    assert!(settle(&[wrong.known(&[true, false, true, true])]).is_ok());
}

#[test]
fn lower_limits_fill_up_and_rows_without_weight_stay() {
    let rule = TrimRule {
        upper: Some(Limit::Fixed(8.0)),
        lower: Some(Limit::MedianMultiple(0.5)),
        spread: Spreading::Proportional,
    };
    // Median 4; 1 is filled up to 2, 9 cut to 8: nothing is left to spread.
    let weights = [1.0, 0.0, 4.0, 9.0];
    let limits = Limits::settle(&rule, &weights, &[1; 4], &Evidence::default()).unwrap();
    assert_eq!((limits.groups[0].below, limits.groups[0].above), (1, 1));
    assert_eq!(limits.trim(&weights, &[1; 4]).unwrap().weights, [2.0, 0.0, 4.0, 8.0]);
}

#[test]
fn a_group_without_weight_needs_no_limits() {
    let (weights, groups) = ([1.0, 0.0, 9.0, 3.0], [1, 2, 1, 1]);
    let rule = TrimRule::upper(Limit::Fixed(6.0));
    let limits = Limits::settle(&rule, &weights, &groups, &Evidence::default()).unwrap();
    assert_eq!(limits.groups.len(), 1);
    assert_eq!(limits.trim(&weights, &groups).unwrap().weights, [2.5, 0.0, 6.0, 4.5]);
    let replicate = limits.trim(&[0.0; 4], &groups).unwrap();
    assert_eq!((replicate.weights, replicate.groups.len()), (vec![0.0; 4], 0));
}

#[test]
fn one_row_and_equal_weights_are_left_alone() {
    for weights in [vec![5.0], vec![2.0; 4]] {
        let groups = vec![1; weights.len()];
        for limit in [Limit::MedianMultiple(4.0), Limit::Quantile(0.9), Limit::IqrMultiple(6.0)] {
            let rule = TrimRule::upper(limit);
            let limits = Limits::settle(&rule, &weights, &groups, &Evidence::default()).unwrap();
            assert_eq!(limits.trim(&weights, &groups).unwrap().weights, weights);
        }
    }
}

#[test]
fn rules_and_limits_that_are_none_are_refused() {
    let code = |rule: TrimRule| {
        Limits::settle(&rule, &[1.0, 1.0], &[1, 1], &Evidence::default()).unwrap_err().code()
    };
    for k in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert_eq!(code(TrimRule::upper(Limit::MedianMultiple(k))), "GKO-W301");
        assert_eq!(code(TrimRule::upper(Limit::Quantile(k))), "GKO-W301");
    }
    assert_eq!(code(TrimRule::upper(Limit::Potter { candidates: 1, from: 0.5 })), "GKO-W301");
    assert_eq!(code(TrimRule { upper: None, ..TrimRule::default() }), "GKO-W302");
    let below = TrimRule { lower: Some(Limit::InverseBeta(0.1)), ..TrimRule::default() };
    assert_eq!(code(below), "GKO-W303");
    let crossed = TrimRule { lower: Some(Limit::Fixed(5.0)), ..TrimRule::upper(Limit::Fixed(4.0)) };
    assert_eq!(code(crossed), "GKO-W305");
    assert_eq!(code(TrimRule::upper(Limit::InverseBeta(0.01))), "GKO-W309");
    let rule = TrimRule::default();
    let none = Limits::settle(&rule, &[0.0], &[1], &Evidence::default());
    assert_eq!(none, Err(TrimError::NoWeight));
    assert_eq!(
        Limits::settle(&rule, &[], &[], &Evidence::default()).unwrap_err().code(),
        "GKO-S002"
    );
    let limits = Limits::settle(&rule, &[1.0], &[1], &Evidence::default()).unwrap();
    assert_eq!(limits.trim(&[1.0], &[4]), Err(TrimError::UnknownGroup { group: 4, row: 0 }));
    assert_eq!(limits.trim(&[9.0], &[1]).unwrap_err().code(), "GKO-W310");
}

#[test]
fn rules_stand_in_a_plan_and_limits_in_a_history() {
    let text = "spread = \"proportional\"\n[upper]\nmedian_multiple = 3.5\n";
    let rule: TrimRule = toml::from_str(text).unwrap();
    assert_eq!(rule.upper, Some(Limit::MedianMultiple(3.5)));
    let potter = "upper = { potter = { candidates = 20, from = 0.8 } }";
    let want = Limit::Potter { candidates: 20, from: 0.8 };
    assert_eq!(toml::from_str::<TrimRule>(potter).unwrap(), TrimRule::upper(want));
    let limits = settle(Limit::Quantile(0.95), &Evidence::default());
    let written = serde_json::to_string(&limits).unwrap();
    assert_eq!(serde_json::from_str::<Limits>(&written).unwrap(), limits);
}

fn raked(weights: &[f64], total: f64) -> Result<Vec<f64>, gko_survey::Error> {
    let yes: Vec<u32> = codes("yes");
    let group: Vec<u32> = codes("group").iter().map(|code| code - 1).collect();
    let margin = |name: &str, shares: [f64; 2]| (name.to_owned(), shares.map(|s| s * total));
    let ((a, ta), (b, tb)) = (margin("yes", [0.55, 0.45]), margin("group", [0.6, 0.4]));
    let margins = [
        Margin { name: a, codes: (&yes).into(), targets: &ta },
        Margin { name: b, codes: (&group).into(), targets: &tb },
    ];
    rake(weights, &margins, &RakeOptions::default()).map(|done| done.weights)
}

#[test]
fn limits_and_margins_hold_together_where_r_ends() {
    let (weights, groups) = (column("w"), codes("group"));
    let total: f64 = weights.iter().sum();
    let limits = settle(Limit::MedianMultiple(4.0), &Evidence::default());
    let options = RecalibrateOptions { tolerance: 1e-9, ..RecalibrateOptions::default() };
    let calibrate = |weights: &[f64]| raked(weights, total);
    let done = trim_and_calibrate(&weights, &groups, &limits, calibrate, &options).unwrap();
    close(&done.weights, &r("recalibrated"), 1e-7);
    let over = done.weights.iter().zip(r("upper")).map(|(weight, limit)| weight / limit);
    assert!(over.fold(0.0, f64::max) <= 1.0 + 1e-9);
    assert_eq!(done.trace.len(), done.rounds);
    assert!(done.first.iter().any(|group| group.trimmed > 0));
}

#[test]
fn what_cannot_hold_together_ends_with_its_trace() {
    let groups = [1; 3];
    let rule = TrimRule::upper(Limit::Fixed(5.0));
    let limits = Limits::settle(&rule, &[9.0, 1.0, 1.0], &groups, &Evidence::default()).unwrap();
    // The first row alone makes up a cell of 9 people.
    let fixed = |_: &[f64]| Ok::<_, TrimError>(vec![9.0, 1.0, 1.0]);
    let options = RecalibrateOptions { max_rounds: 3, ..RecalibrateOptions::default() };
    let refused = trim_and_calibrate(&[5.5, 1.0, 1.0], &groups, &limits, fixed, &options);
    let refused = refused.unwrap_err();
    assert!(matches!(refused, UnsettledError::Unsettled { rounds: 3, row: 0, .. }), "{refused}");
    assert_eq!(refused.code(), "GKO-W322");
    assert!(refused.to_string().contains("8.0e-1, 8.0e-1, 8.0e-1"), "{refused}");
    // What is cut again and again fills the others up to their limit.
    let filled = |weights: &[f64]| Ok::<_, TrimError>(vec![9.0, weights[1], weights[2]]);
    let refused = trim_and_calibrate(&[5.5, 1.0, 1.0], &groups, &limits, filled, &options);
    let UnsettledError::Trim { round: 3, trace, source } = refused.unwrap_err() else {
        panic!("no room was left in the third round");
    };
    assert_eq!((trace, source.code()), (vec![0.8, 0.8], "GKO-W310"));
}

/// The code of what two weights with a limit of 5 end with.
fn end(
    weights: &[f64],
    to: impl Fn(&[f64]) -> Result<Vec<f64>, TrimError>,
    options: RecalibrateOptions,
) -> &'static str {
    let rule = TrimRule::upper(Limit::Fixed(5.0));
    let limits = Limits::settle(&rule, &[1.0, 1.0], &[1; 2], &Evidence::default()).unwrap();
    trim_and_calibrate(weights, &[1; 2], &limits, to, &options).unwrap_err().code()
}

#[test]
fn failures_on_the_way_have_their_codes() {
    let options = RecalibrateOptions::default();
    let keep = |weights: &[f64]| Ok(weights.to_vec());
    assert_eq!(end(&[8.0, 8.0], keep, options), "GKO-W310");
    assert_eq!(end(&[1.0, 1.0], |_| Ok(vec![1.0]), options), "GKO-W321");
    assert_eq!(end(&[1.0, 1.0], |_| Err(TrimError::NoLimit), options), "GKO-W320");
    assert_eq!(end(&[1.0, 1.0], |_| Ok(vec![-1.0, 1.0]), options), "GKO-S004");
    let none = RecalibrateOptions { max_rounds: 0, ..options };
    assert_eq!(end(&[1.0, 1.0], keep, none), "GKO-W301");
    let exact = RecalibrateOptions { tolerance: 0.0, ..options };
    assert_eq!(end(&[1.0, 1.0], keep, exact), "GKO-W301");
}

#[test]
fn smoothed_weights_are_a_regression_on_classes() {
    let yes = codes("yes");
    let classes: Vec<u32> = codes("group").iter().zip(&yes).map(|(g, y)| g * 2 + y).collect();
    let done = smooth(&column("w"), &classes, 1.0).unwrap();
    close(&done.weights, &r("smoothed"), 1e-12);
    assert_eq!(smooth(&column("w"), &classes, 0.0).unwrap().weights, column("w"));
    for share in [-0.1, 1.1, f64::NAN] {
        assert_eq!(smooth(&[1.0], &[1], share).unwrap_err().code(), "GKO-W301");
    }
    let none = smooth(&[0.0, 3.0], &[1, 2], 1.0).unwrap();
    assert_eq!((none.weights, none.classes.len()), (vec![0.0, 3.0], 1));
    assert_eq!((none.classes[0].class, none.classes[0].mean), (2, 3.0));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn totals_of_groups_stay_and_limits_hold(
        rows in prop::collection::vec((0.0_f64..50.0, 0_u32..3), 4..60),
        multiple in 1.5_f64..5.0,
        proportional in any::<bool>(),
    ) {
        let (weights, groups): (Vec<f64>, Vec<u32>) = rows.into_iter().unzip();
        let spread = if proportional { Spreading::Proportional } else { Spreading::Equal };
        let rule = TrimRule { spread, ..TrimRule::upper(Limit::MeanMultiple(multiple)) };
        let Ok(limits) = Limits::settle(&rule, &weights, &groups, &Evidence::default()) else {
            return Ok(());
        };
        let done = limits.trim(&weights, &groups).unwrap();
        for group in &limits.groups {
            let sum = |all: &[f64]| -> f64 {
                all.iter().zip(&groups).filter(|(_, g)| **g == group.group).map(|(w, _)| w).sum()
            };
            prop_assert!((sum(&done.weights) / sum(&weights) - 1.0).abs() < 1e-12);
        }
        for (weight, group) in done.weights.iter().zip(&groups) {
            prop_assert!(*weight <= limits.of(*group).unwrap().upper.unwrap());
        }
    }

    #[test]
    fn smoothing_keeps_the_total_of_each_class(
        rows in prop::collection::vec((0.0_f64..50.0, 0_u32..3), 1..40),
        share in 0.0_f64..=1.0,
    ) {
        let (weights, classes): (Vec<f64>, Vec<u32>) = rows.into_iter().unzip();
        let done = smooth(&weights, &classes, share).unwrap();
        for class in 0..3 {
            let sum = |all: &[f64]| -> f64 {
                all.iter().zip(&classes).filter(|(_, c)| **c == class).map(|(w, _)| w).sum()
            };
            prop_assert!((sum(&done.weights) - sum(&weights)).abs() < 1e-10);
        }
    }
}
