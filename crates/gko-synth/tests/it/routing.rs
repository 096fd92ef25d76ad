//! A question is put where its universe is true, and nowhere else.

use crate::{codes, global};

/// Checks that a column is blank wherever `asked` is false, and seldom elsewhere.
fn follows(column: &str, asked: &[bool]) {
    let cells = codes(&global().children, column);
    let count = |want: bool, blank: bool| {
        let rows = cells.iter().zip(asked);
        rows.filter(|(cell, asked)| **asked == want && cell.is_none() == blank).count()
    };
    assert_eq!(count(false, false), 0, "{column} is filled where it was not asked");
    let (filled, blank) = (count(true, false), count(true, true));
    assert!(filled > 20 && blank * 50 < filled, "{column}: {filled} filled, {blank} blank");
}

fn is(column: &str, code: i16) -> Vec<bool> {
    codes(&global().children, column).into_iter().map(|cell| cell == Some(code)).collect()
}

#[test]
fn single_questions_follow_their_filter() {
    for (column, filter) in [
        ("F13", "F11"),
        ("F20_person", "F18"),
        ("F20_device", "F18"),
        ("F28b_shown", "F28"),
        ("F35", "F34"),
        ("F39", "F38"),
        ("F4", "F3"),
    ] {
        follows(column, &is(filter, 1));
    }
}

#[test]
fn a_filter_behind_a_filter_is_followed() {
    let both: Vec<bool> =
        is("F18", 1).into_iter().zip(is("F20_device", 1)).map(|(a, b)| a && b).collect();
    follows("F23", &both);
}

#[test]
fn school_questions_are_put_to_those_in_school() {
    follows("J4_belong", &is("A4_1", 1));
    follows("J5_safety", &is("A4_1", 1));
}

/// Whether any of the columns of a set is filled.
fn any_filled(columns: &[String]) -> Vec<bool> {
    let filled = |column: &String| -> Vec<bool> {
        codes(&global().children, column).iter().map(Option::is_some).collect()
    };
    let columns: Vec<Vec<bool>> = columns.iter().map(filled).collect();
    (0..columns[0].len()).map(|row| columns.iter().any(|column| column[row])).collect()
}

fn set_follows(columns: &[String], asked: &[bool]) {
    let filled = any_filled(columns);
    let wrong = filled.iter().zip(asked).filter(|(filled, asked)| **filled && !**asked).count();
    let open = filled.iter().zip(asked).filter(|(filled, asked)| !**filled && **asked).count();
    let put = asked.iter().filter(|asked| **asked).count();
    assert_eq!(wrong, 0, "{columns:?}");
    assert!(open * 50 < put, "{columns:?}: {open} of {put} without an answer");
}

fn columns(prefix: &str, options: u32) -> Vec<String> {
    let named = |suffix: u32| format!("{prefix}_{suffix}");
    (1..=options).chain([888, 999]).map(named).collect()
}

#[test]
fn sets_follow_their_filter_and_nobody_stands_alone() {
    let upset = is("F11", 1);
    set_follows(&columns("F14", 8), &upset);
    set_follows(&columns("F16", 9)[..9], &upset);
    let often: Vec<bool> = codes(&global().children, "B3")
        .into_iter()
        .map(|cell| matches!(cell, Some(1..=3)))
        .collect();
    set_follows(&columns("B4", 13), &often);
    let others = any_filled(&columns("F14", 7));
    let nobody = is("F14_8", 1);
    assert!(nobody.iter().filter(|nobody| **nobody).count() > 100);
    assert!(!nobody.iter().zip(others).any(|(nobody, other)| *nobody && other));
}

#[test]
fn nobody_was_online_before_their_age() {
    let (first, age) = (codes(&global().children, "B1"), codes(&global().children, "A2"));
    let fits = |(first, age): (&Option<i16>, &Option<i16>)| {
        first.is_none_or(|first| first >= 888 || first <= age.unwrap())
    };
    assert!(first.iter().zip(&age).all(fits));
}
