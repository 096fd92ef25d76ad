//! What a missing answer does under each rule, worked out by hand.

use std::collections::BTreeMap;

use crate::demo::totals;

/// Two yes, one no, a refusal, a "don't know", a "don't understand" and a blank.
const ANSWERS: &str = "id,Q1\n1,1\n2,1\n3,0\n4,888\n5,999\n6,777\n7,\n";

fn counts<const N: usize>(pairs: [(&'static str, u64); N]) -> BTreeMap<&'static str, u64> {
    pairs.into()
}

/// Figures of `Q1 = yes` by id, as value, n and numerator.
fn of_answers(rules: &str) -> BTreeMap<String, (f64, u64, u64)> {
    let (figures, _) = totals(ANSWERS, &format!("numerator = \"Q1 = yes\"\n{rules}"));
    figures.into_iter().map(|(id, e)| (id, (e.value.unwrap(), e.n, e.hits))).collect()
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-15
}

#[test]
fn without_a_rule_every_missing_answer_is_left_out() {
    let (figures, base) = totals(ANSWERS, "numerator = \"Q1 = yes\"");
    let x = &figures["x"];
    assert_eq!((x.n, x.hits), (3, 2));
    assert!(close(x.value.unwrap(), 2.0 / 3.0));
    let excluded =
        [("dont-know", 1), ("not-understood", 1), ("prefer-not-to-say", 1), ("system-missing", 1)];
    assert_eq!(base.excluded, counts(excluded));
    assert_eq!((base.rows, base.in_base, base.out_of_base), (7, 3, 0));
    assert!(base.counted_as_no.is_empty() && base.base_unknown.is_empty());
}

#[test]
fn as_a_no_it_stays_in_the_base() {
    let figures = of_answers("missing = { prefer-not-to-say = \"no\", dont-know = \"no\" }");
    assert_eq!(figures["x"], (0.4, 5, 2));
    let all = "missing = { prefer-not-to-say = \"no\", dont-know = \"no\", not-understood = \"no\", system-missing = \"no\" }";
    assert_eq!(of_answers(all)["x"], (2.0 / 7.0, 7, 2));
}

#[test]
fn as_a_category_it_has_a_share_of_the_same_base() {
    let figures = of_answers("missing = { prefer-not-to-say = \"category\" }");
    assert_eq!(figures["x"], (0.5, 4, 2));
    assert_eq!(figures["x:prefer-not-to-say"], (0.25, 4, 1));
    assert_eq!(figures.len(), 2);
}

#[test]
fn categories_and_a_no_share_one_base_with_yes() {
    let rules = "missing = { prefer-not-to-say = \"category\", dont-know = \"category\", not-understood = \"no\" }";
    let figures = of_answers(rules);
    assert_eq!(figures["x"], (2.0 / 6.0, 6, 2));
    assert_eq!(figures["x:prefer-not-to-say"], (1.0 / 6.0, 6, 1));
    assert_eq!(figures["x:dont-know"], (1.0 / 6.0, 6, 1));
}

#[test]
fn a_mean_leaves_it_out_or_takes_the_stated_value() {
    let csv = "id,ladder\n1,2\n2,7\n3,999\n4,888\n5,\n";
    let mean = |rules: &str| {
        let (figures, base) = totals(csv, &format!("mean = \"ladder\"\n{rules}"));
        ((figures["x"].value.unwrap(), figures["x"].n), base)
    };
    let (without, base) = mean("");
    assert_eq!(without, (4.5, 2));
    let excluded = [("dont-know", 1), ("prefer-not-to-say", 1), ("system-missing", 1)];
    assert_eq!(base.excluded, counts(excluded));
    let (stated, base) = mean("missing = { dont-know = 0, prefer-not-to-say = 10 }");
    assert_eq!(stated, (4.75, 4));
    assert_eq!(base.counted_as_no, counts([("dont-know", 1), ("prefer-not-to-say", 1)]));
    assert_eq!(mean("missing = { dont-know = -1.5 }").0, (2.5, 3));
}

#[test]
fn a_mean_of_categories_takes_their_values() {
    let (figures, _) = totals("id,skill\n1,1\n2,4\n3,4\n4,999\n5,888\n", "mean = \"skill\"");
    assert_eq!((figures["x"].value, figures["x"].n), (Some(3.0), 3));
}

#[test]
fn a_value_outside_the_range_is_no_number() {
    let (figures, base) = totals("id,ladder\n1,2\n2,7\n3,11\n", "mean = \"ladder\"");
    assert_eq!((figures["x"].value, figures["x"].n), (Some(4.5), 2));
    assert_eq!(base.excluded, counts([("invalid", 1)]));
}

/// Three yes, of them one without a number; a no, a refusal, a blank.
const ROUTED: &str = "id,Q1,Q2\n1,1,4\n2,1,1\n3,1,\n4,0,\n5,888,\n6,,\n";

#[test]
fn an_unknown_base_is_out_and_counted() {
    let (figures, base) = totals(ROUTED, "numerator = \"Q2 >= fairly\"\nbase = \"Q1 = yes\"");
    assert_eq!((figures["x"].value, figures["x"].n), (Some(0.5), 2));
    assert_eq!((base.rows, base.out_of_base, base.in_base), (6, 1, 2));
    assert_eq!(base.base_unknown, counts([("prefer-not-to-say", 1), ("system-missing", 1)]));
    assert_eq!(base.excluded, counts([("system-missing", 1)]));
}

#[test]
fn a_rule_does_not_pull_an_unknown_base_in() {
    let rest = "numerator = \"Q2 >= fairly\"\nbase = \"Q1 = yes\"\nmissing = { prefer-not-to-say = \"no\", system-missing = \"no\" }";
    let (figures, base) = totals(ROUTED, rest);
    assert_eq!((figures["x"].n, figures["x"].hits), (3, 1));
    assert_eq!(base.base_unknown.values().sum::<u64>(), 2);
}

#[test]
fn a_follow_up_as_a_share_of_all_counts_the_routed_out_as_no() {
    // The refusal outlives the routing that follows from it, and counts as no.
    let rest =
        "numerator = \"Q1 = yes and Q2 >= fairly\"\nmissing = { prefer-not-to-say = \"no\" }";
    let (figures, base) = totals(ROUTED, rest);
    assert_eq!((figures["x"].n, figures["x"].hits), (4, 1));
    assert_eq!(base.excluded, counts([("system-missing", 2)]));
}

#[test]
fn a_routed_mean_leaves_the_others_out() {
    let (figures, base) = totals(ROUTED, "mean = \"Q2\"\nbase = \"Q1 = yes\"");
    assert_eq!((figures["x"].value, figures["x"].n), (Some(2.5), 2));
    assert_eq!(base.out_of_base, 1);
    // Without the base they are routed out, and no less excluded.
    let (figures, base) = totals(ROUTED, "mean = \"Q2\"");
    assert_eq!(figures["x"].value, Some(2.5));
    let excluded = [
        ("prefer-not-to-say", 0),
        ("routed-out", 1),
        ("system-missing", 1),
        ("universe-unknown", 2),
    ];
    let excluded = excluded.into_iter().filter(|(_, count)| *count > 0).collect();
    assert_eq!(base.excluded, excluded);
}

#[test]
fn one_yes_suffices_and_no_blank_is_a_no() {
    let csv = "id,Q1,Q3\n1,1,\n2,,1\n3,0,0\n4,0,\n5,888,0\n6,888,1\n";
    let rest = "numerator = \"Q1 = yes or Q3 = yes\"\nmissing = { prefer-not-to-say = \"no\" }";
    let (figures, base) = totals(csv, rest);
    assert_eq!((figures["x"].n, figures["x"].hits), (5, 3));
    assert_eq!(base.excluded, counts([("system-missing", 1)]));
}

#[test]
fn in_a_set_a_blank_option_is_a_no_where_the_set_is_answered() {
    let csv = "id,Q1,told_1,told_2,told_3,told_888\n1,1,1,,,\n2,1,,1,,\n3,1,,,1,\n4,1,,,,1\n5,1,,,,\n6,0,,,,\n";
    let rest = "numerator = \"told has {parent, friend}\"\nbase = \"Q1 = yes\"\nmissing = { prefer-not-to-say = \"no\" }";
    let (figures, base) = totals(csv, rest);
    assert_eq!((figures["x"].n, figures["x"].hits), (4, 2));
    assert_eq!((base.out_of_base, &base.excluded), (1, &counts([("system-missing", 1)])));
}
