//! Multi-response sets: what an option's column says about the set.

use gko_microdata::{Column, FindingKind, Input, Layout, read};

use crate::demo::{bound, codebook, found, truth, words};

fn set(rows: &[&str]) -> Vec<String> {
    let lines = rows.iter().enumerate().map(|(i, row)| format!("{},1,{row}\n", i + 1));
    let csv = format!("id,F11,F14_1,F14_2,F14_9,F14_888\n{}", lines.collect::<String>());
    words(&bound(&csv), &codebook(), "F14")
}

#[test]
fn a_tick_answers_the_set_and_blank_options_are_a_no() {
    assert_eq!(
        set(&["1,,,", ",1,,", "1,1,,", ",,1,"]),
        ["{parent}", "{friend}", "{parent friend}", "{nobody}"]
    );
}

#[test]
fn not_ticked_in_so_many_words_answers_the_set_too() {
    assert_eq!(
        set(&["0,,,", "0,0,0,0", "1,,,", ",,,"]),
        ["{}", "{}", "{parent}", "system-missing"]
    );
}

#[test]
fn a_tick_outlives_a_reason_and_a_reason_outlives_a_no() {
    let rows = ["1,777,,", "0,777,,", ",,,1", "0,0,0,1", "1,,,1", "777,,,1"];
    let expected = [
        "{parent}",
        "not-understood",
        "prefer-not-to-say",
        "prefer-not-to-say",
        "{parent}",
        "prefer-not-to-say",
    ];
    assert_eq!(set(&rows), expected);
}

#[test]
fn a_tick_beside_a_missing_code_is_a_finding_and_kept() {
    let rows = "1,1,1,777,,\n2,1,,,1,1\n3,1,1,0,0,0\n4,1,0,777,,\n5,1,,,,1\n6,1,1,,,9\n";
    let data = bound(&format!("id,F11,F14_1,F14_2,F14_9,F14_888\n{rows}"));
    let answers = words(&data, &codebook(), "F14");
    let reasons = ["not-understood", "prefer-not-to-say"].map(str::to_owned);
    assert_eq!(answers[..3], ["{parent}", "{nobody}", "{parent}"]);
    assert_eq!((answers[3..5].to_vec(), answers[5].as_str()), (reasons.to_vec(), "{parent}"));
    let finding = found(&data, FindingKind::ReasonBesideTick, "F14").unwrap();
    assert_eq!(
        (finding.kind.code(), finding.count, finding.first_record),
        ("GKO-F018", 3, Some(1))
    );
    assert_eq!(finding.examples[..2], reasons);
    let none = bound("id,F11,F14_1,F14_2,F14_9,F14_888\n1,1,1,0,,\n2,1,777,,,\n3,1,,,,1\n");
    assert_eq!(found(&none, FindingKind::ReasonBesideTick, "F14"), None);
}

#[test]
fn an_exclusive_option_beside_others_is_a_finding_and_kept() {
    let data =
        bound("id,F11,F14_1,F14_2,F14_9,F14_888\n1,1,1,,,\n2,1,1,,1,\n3,1,,,1,\n4,1,,1,1,\n");
    assert_eq!(words(&data, &codebook(), "F14")[1], "{parent nobody}");
    let finding = found(&data, FindingKind::ExclusiveOption, "F14").unwrap();
    assert_eq!((finding.count, finding.first_record), (2, Some(2)));
}

#[test]
fn blank_sets_are_classified_by_their_universe() {
    let data = bound("id,F11,F14_1,F14_2,F14_9\n1,1,1,,\n2,1,,,\n3,0,,,\n4,999,,,\n5,0,1,,\n");
    let expected = ["{parent}", "system-missing", "routed-out", "universe-unknown", "{parent}"];
    assert_eq!(words(&data, &codebook(), "F14"), expected);
    assert_eq!(found(&data, FindingKind::OutOfUniverse, "F14").unwrap().count, 1);
}

#[test]
fn a_set_blank_in_the_whole_country_was_not_asked() {
    let data = bound("id,F11,F14_1,F14_2,F14_9\n1,1,,,\n2,0,,,\n");
    assert_eq!(words(&data, &codebook(), "F14"), ["not-asked", "not-asked"]);
}

#[test]
fn an_option_that_the_file_does_not_have_is_unknown_and_not_a_no() {
    let codebook = codebook();
    let data = bound("id,F11,F14_1,F14_9\n1,1,1,\n2,1,0,0\n3,0,,\n");
    assert_eq!(truth(&data, &codebook, "F14 has friend"), ["not-asked", "not-asked", "routed-out"]);
    assert_eq!(
        truth(&data, &codebook, "F14 has {parent, friend}"),
        ["true", "not-asked", "routed-out"]
    );
    assert_eq!(truth(&data, &codebook, "F14 has parent"), ["true", "false", "routed-out"]);
    let Some(Column::Multi(multi)) = data.column("F14") else { panic!("a set") };
    assert_eq!(multi.absent, [0b010]);
    assert_eq!(found(&data, FindingKind::ColumnAbsent, "F14_2").unwrap().count, 3);
    assert_eq!(found(&data, FindingKind::ColumnAbsent, "F14_888").unwrap().count, 3);
}

#[test]
fn absent_options_belong_to_the_country_whose_file_lacks_them() {
    let with = Input::csv_text("b.csv", "id,F11,F14_1,F14_2,F14_9\n1,1,0,0,0\n", "XAB", "w1");
    let without = Input::csv_text("a.csv", "id,F11,F14_1,F14_9\n1,1,0,0\n", "XAA", "w1");
    let codebook = codebook();
    for inputs in [[with.clone(), without.clone()], [without, with]] {
        let data = read(&inputs, &Layout::unweighted("id"), &codebook).unwrap();
        let truth = truth(&data, &codebook, "F14 has friend");
        for (row, &sample) in data.sample_of_row().iter().enumerate() {
            let expected = if sample == 0 { "not-asked" } else { "false" };
            assert_eq!(truth[row], expected, "{}", data.samples()[sample as usize].country);
        }
    }
}

#[test]
fn a_code_that_no_option_has_makes_the_set_invalid_and_a_finding() {
    let data = bound("id,F11,F14_1,F14_2,F14_9,F14_888\n1,1,5,,,\n2,1,1,5,,\n3,1,,,,7\n");
    assert_eq!(words(&data, &codebook(), "F14"), ["invalid", "{parent}", "invalid"]);
    assert_eq!(found(&data, FindingKind::UnknownCode, "F14_1").unwrap().examples, ["5"]);
    assert_eq!(found(&data, FindingKind::UnknownCode, "F14_2").unwrap().first_record, Some(2));
    assert_eq!(found(&data, FindingKind::UnknownCode, "F14_888").unwrap().count, 1);
}
