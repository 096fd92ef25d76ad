//! Base weights: R's values, identities, and what is refused.

use std::collections::BTreeMap;

use gko_weighting::selection::{
    AboveOne, Chance, EmptyStrata, Inference, SelectionError, Stage, from_counts, from_stages,
    given, quota,
};
use proptest::prelude::*;

use crate::oracle::{close, codes, column, r};

#[test]
fn a_blank_among_given_weights_is_named_by_its_row() {
    let blank = given(&[3.0, f64::NAN]).unwrap_err().to_string();
    assert!(blank.starts_with("GKO-W115: the weight in row 2 of the data is missing,"), "{blank}");
    assert_eq!(given(&[-1.0]).unwrap_err().code(), "GKO-W115");
    assert_eq!(given(&[]), Err(SelectionError::NoRows));
}

#[test]
fn stages_multiply_as_in_r() {
    let (p1, p2, psu) = (column("p1"), column("p2"), codes("psu"));
    let stages = [
        Stage::new("PSU", Chance::Probability(&p1)).within(&psu),
        Stage::new("household", Chance::Probability(&p2)),
    ];
    let base = from_stages(90, &stages, None).unwrap();
    close(&base.weights, &r("stages"), 1e-13);
    assert_eq!((base.report.stages[0].units, base.report.stages[1].units), (Some(18), None));
    assert_eq!(base.inference, Inference::DesignBased);
}

#[test]
fn counts_of_strata_give_the_weights_of_r() {
    let people = BTreeMap::from([(1, 5400.0), (2, 1800.0)]);
    let base = from_counts(&codes("group"), &people, EmptyStrata::Refuse, None).unwrap();
    close(&base.weights, &r("counts"), 1e-13);
    close(&[base.report.total], &[7200.0], 1e-14);
}

#[test]
fn a_cap_on_children_is_counted() {
    let chance = Chance::OneOf { eligible: &[1.0, 6.0, 3.0], cap: Some(4) };
    let base = from_stages(3, &[Stage::new("child", chance)], None).unwrap();
    assert_eq!(base.weights, [1.0, 4.0, 3.0]);
    assert_eq!(base.report.stages[0].capped, 1);
}

#[test]
fn a_certainty_unit_is_refused_unless_declared() {
    let schools = |above_one| {
        let (size, total, taken) = (&[600.0, 50.0], &[1000.0; 2], &[2.0; 2]);
        let chance = Chance::SizeProportional { size, total, taken, above_one };
        from_stages(2, &[Stage::new("school", chance)], None)
    };
    let stage = "school".to_owned();
    let refused = SelectionError::ChanceAboveOne { stage, row: 0, chance: 1.2 };
    assert_eq!(schools(AboveOne::Refuse), Err(refused));
    let base = schools(AboveOne::Certain).unwrap();
    assert_eq!((base.weights, base.report.stages[0].certain), (vec![1.0, 10.0], 1));
}

#[test]
fn one_unit_has_one_chance() {
    let chance = |p: &[f64]| {
        let stage = Stage::new("PSU", Chance::Probability(p)).within(&[3, 4, 3]);
        from_stages(3, &[stage], None)
    };
    let refused = chance(&[0.5, 0.1, 0.4]).unwrap_err();
    assert!(matches!(refused, SelectionError::ChanceVaries { unit: 3, first_row: 0, row: 2, .. }));
    assert_eq!(refused.code(), "GKO-W105");
    // What a file's rounding does is no second chance.
    assert!(chance(&[0.5, 0.1, 0.5 * (1.0 + 1e-12)]).is_ok());
}

#[test]
fn rows_that_are_not_in_use_are_not_looked_at() {
    let used = [true, false];
    let stage = Stage::new("person", Chance::Probability(&[0.25, f64::NAN])).within(&[1, 1]);
    assert_eq!(from_stages(2, &[stage], Some(&used)).unwrap().weights, [4.0, 0.0]);
    let people = BTreeMap::from([(1, 5.0)]);
    let base = from_counts(&[1, 9], &people, EmptyStrata::Refuse, Some(&used)).unwrap();
    assert_eq!((base.weights, base.report.rows), (vec![5.0, 0.0], 1));
    assert_eq!(quota(2, "quota", Some(&used)).unwrap().weights, [1.0, 0.0]);
}

fn code_of(chance: Chance<'_>) -> &'static str {
    from_stages(1, &[Stage::new("stage", chance)], None).unwrap_err().code()
}

#[test]
fn chances_that_are_none_are_refused_by_row() {
    for p in [0.0, -0.1, 1.1, f64::NAN, f64::INFINITY] {
        assert_eq!(code_of(Chance::Probability(&[p])), "GKO-W101", "{p}");
    }
    for eligible in [0.0, 1.5, -1.0, f64::NAN, f64::INFINITY] {
        let chance = Chance::OneOf { eligible: &[eligible], cap: None };
        assert_eq!(code_of(chance), "GKO-W102", "{eligible}");
    }
    assert_eq!(code_of(Chance::TakenOf { taken: &[3.0], of: &[2.0] }), "GKO-W103");
    assert_eq!(code_of(Chance::TakenOf { taken: &[0.0], of: &[2.0] }), "GKO-W102");
    assert_eq!(code_of(Chance::TakenOf { taken: &[1.0], of: &[f64::NAN] }), "GKO-W102");
    assert_eq!(code_of(Chance::OneOf { eligible: &[1.0], cap: Some(0) }), "GKO-W106");
    assert_eq!(code_of(Chance::Probability(&[])), "GKO-S001");
}

#[test]
fn no_stage_no_row_and_a_vanishing_chance_are_refused() {
    assert_eq!(from_stages(1, &[], None), Err(SelectionError::NoStages));
    let stage = || Stage::new("stage", Chance::Probability(&[1e-200]));
    assert_eq!(from_stages(1, &[stage()], Some(&[false])), Err(SelectionError::NoRows));
    let refused = from_stages(1, &[stage(), stage()], None).unwrap_err();
    assert_eq!(refused.code(), "GKO-W109");
    let other = stage().within(&[1, 2]);
    assert_eq!(from_stages(1, &[other], None).unwrap_err().code(), "GKO-S001");
}

#[test]
fn counts_that_cannot_be_are_refused() {
    let code = |people: &[(u32, f64)], empty| {
        let people = people.iter().copied().collect();
        from_counts(&[1, 1, 2], &people, empty, None).map_err(|refused| refused.code())
    };
    let refuse = EmptyStrata::Refuse;
    assert_eq!(code(&[(1, 9.0)], refuse), Err("GKO-W110"));
    assert_eq!(code(&[(1, 9.0), (2, f64::NAN)], refuse), Err("GKO-W111"));
    assert_eq!(code(&[(1, 1.0), (2, 5.0)], refuse), Err("GKO-W112"));
    assert_eq!(code(&[(1, 9.0), (2, 5.0), (3, 7.0)], refuse), Err("GKO-W113"));
    let open = code(&[(1, 9.0), (2, 5.0), (3, 7.0)], EmptyStrata::LeaveOut).unwrap();
    assert_eq!((open.report.empty_strata, open.report.total), (vec![3], 14.0));
}

#[test]
fn a_quota_sample_says_why() {
    assert_eq!(quota(2, "  ", None), Err(SelectionError::NoReason));
    assert_eq!(quota(0, "quota", None), Err(SelectionError::NoRows));
    let written = serde_json::to_value(quota(1, "quota of age", None).unwrap()).unwrap();
    let want = serde_json::json!({"basis": "model_based", "reason": "quota of age"});
    assert_eq!(written["inference"], want);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn weight_times_all_chances_is_one(
        rows in prop::collection::vec((0.01_f64..1.0, 1_u32..9, 1_u32..50, 0_u32..50), 1..40)
    ) {
        let p: Vec<f64> = rows.iter().map(|row| row.0).collect();
        let eligible: Vec<f64> = rows.iter().map(|row| f64::from(row.1)).collect();
        let taken: Vec<f64> = rows.iter().map(|row| f64::from(row.2)).collect();
        let of: Vec<f64> = rows.iter().map(|row| f64::from(row.2 + row.3)).collect();
        let stages = [
            Stage::new("one", Chance::Probability(&p)),
            Stage::new("two", Chance::TakenOf { taken: &taken, of: &of }),
            Stage::new("three", Chance::OneOf { eligible: &eligible, cap: None }),
        ];
        let base = from_stages(rows.len(), &stages, None).unwrap();
        for (row, weight) in base.weights.iter().enumerate() {
            let product = p[row] * (taken[row] / of[row]) / eligible[row];
            prop_assert!((weight * product - 1.0).abs() < 1e-14);
        }
    }

    #[test]
    fn weights_of_counts_add_up_to_the_people(
        strata in prop::collection::vec(0_u32..4, 1..60)
    ) {
        let people = (0..4).map(|code| (code, 100.0 + f64::from(code))).collect();
        let base = from_counts(&strata, &people, EmptyStrata::LeaveOut, None).unwrap();
        let there: f64 = people.iter().filter(|(code, _)| strata.contains(code)).map(|(_, n)| n).sum();
        prop_assert!((base.report.total / there - 1.0).abs() < 1e-13);
    }
}
