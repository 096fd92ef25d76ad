//! Where a question was not put there is no figure, and not another one instead.

use crate::demo::{computed, country, figures, indicator, unweighted};

/// Whether the total has a figure in each of two countries.
fn has_figure(first: &str, second: &str, rest: &str) -> [bool; 2] {
    let data = unweighted(&[country("XAA", first), country("XAB", second)]);
    let computed = computed(&data, &indicator(rest)).unwrap();
    let found = ["XAA", "XAB"].map(|code| {
        let total = (code.to_owned(), "x".to_owned(), ["_T", "_T", "_T"].map(str::to_owned));
        figures(&computed)[&total].is_some()
    });
    let accounts = computed.bases.iter().map(|base| !base.not_asked);
    assert_eq!(accounts.collect::<Vec<bool>>(), found, "the accounts say the same");
    found
}

#[test]
fn a_country_without_one_answer_was_not_asked() {
    let blank = "id,Q1\n1,\n2,\n";
    assert_eq!(has_figure("id,Q1\n1,1\n2,0\n", blank, "numerator = \"Q1 = yes\""), [true, false]);
    // One refusal is an answer.
    let refused = "id,Q1\n1,888\n2,\n";
    let rest = "numerator = \"Q1 = yes\"\nmissing = { prefer-not-to-say = \"no\" }";
    assert_eq!(has_figure("id,Q1\n1,1\n2,0\n", refused, rest), [true, true]);
}

#[test]
fn a_column_that_the_file_does_not_have_was_not_asked() {
    let rest = "mean = \"ladder\"";
    assert_eq!(has_figure("id,ladder\n1,3\n2,4\n", "id,Q1\n1,1\n2,0\n", rest), [true, false]);
}

#[test]
fn any_of_over_fewer_questions_is_another_indicator() {
    let (both, one) = ("id,Q1,Q3\n1,1,0\n2,0,0\n", "id,Q1,Q3\n1,1,\n2,1,\n");
    // In the second country every row is known to be a yes, and still.
    let rest = "numerator = \"Q1 = yes or Q3 = yes\"";
    assert_eq!(has_figure(both, one, rest), [true, false]);
    let rest = "numerator = \"Q1 = yes and Q3 = yes\"";
    assert_eq!(has_figure(both, one, rest), [true, false]);
}

#[test]
fn a_base_that_was_not_asked_is_no_base() {
    let (both, one) = ("id,Q1,Q3\n1,1,0\n2,1,1\n", "id,Q3\n1,1\n2,0\n");
    let rest = "numerator = \"Q3 = yes\"\nbase = \"Q1 = yes\"";
    assert_eq!(has_figure(both, one, rest), [true, false]);
}

#[test]
fn no_rule_repairs_what_was_not_asked() {
    let rest = "numerator = \"Q1 = yes\"\nmissing = { not-asked = \"no\" }";
    assert_eq!(has_figure("id,Q1\n1,1\n2,0\n", "id,Q3\n1,1\n2,0\n", rest), [true, false]);
}

#[test]
fn an_option_without_a_column_was_not_offered() {
    let full = "id,Q1,told_1,told_2,told_3\n1,1,1,,\n2,1,,1,\n3,1,,,1\n";
    let without = "id,Q1,told_1,told_3\n1,1,1,\n2,1,,1\n";
    let of = |option| format!("numerator = \"told has {option}\"\nbase = \"Q1 = yes\"");
    assert_eq!(has_figure(full, without, &of("friend")), [true, false]);
    assert_eq!(has_figure(full, without, &of("parent")), [true, true]);
    assert_eq!(has_figure(full, without, &of("{parent, friend}")), [true, false]);
}
