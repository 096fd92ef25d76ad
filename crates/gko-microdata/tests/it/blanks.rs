//! Why a cell is blank, in the documented order.

use gko_microdata::{FindingKind, Input, Layout, Origin, read};

use crate::demo::{bound, codebook, found, words};

#[test]
fn a_blank_is_not_asked_routed_out_missing_or_unknown_in_this_order() {
    let data = bound("id,F11,F12\n1,1,\n2,0,\n3,888,\n4,,\n5,1,2\n6,777,\n");
    let f12 = words(&data, &codebook(), "F12");
    let expected = [
        "system-missing",
        "routed-out",
        "universe-unknown",
        "universe-unknown",
        "weekly",
        "universe-unknown",
    ];
    assert_eq!(f12, expected);
    assert_eq!(words(&data, &codebook(), "F11")[3..4], ["system-missing"]);
    assert_eq!(found(&data, FindingKind::UniverseUnknown, "F12").unwrap().count, 3);
}

#[test]
fn an_absent_column_was_not_asked_even_where_the_universe_is_false() {
    let data = bound("id,F11\n1,1\n2,0\n");
    assert_eq!(words(&data, &codebook(), "F12"), ["not-asked", "not-asked"]);
    assert_eq!(words(&data, &codebook(), "F14"), ["not-asked", "not-asked"]);
    assert_eq!(words(&data, &codebook(), "A2"), ["not-asked", "not-asked"]);
    assert!(data.not_asked("F12", 0) && !data.not_asked("F11", 0));
    assert_eq!(found(&data, FindingKind::ColumnAbsent, "F12").unwrap().count, 2);
}

#[test]
fn a_column_without_one_answer_in_a_country_was_not_asked_there() {
    let csv = "id,land,F11,F12\n1,XAA,1,2\n2,XAA,0,\n1,XAB,1,\n2,XAB,0,\n";
    let mut input = Input::csv_text("pooled.csv", csv, "XAA", "w1");
    input.country = Origin::Column("land".to_owned());
    let data = read(&[input], &Layout::unweighted("id"), &codebook()).unwrap();
    let expected = ["weekly", "routed-out", "not-asked", "not-asked"];
    assert_eq!(words(&data, &codebook(), "F12"), expected);
    assert!(!data.not_asked("F12", 0) && data.not_asked("F12", 1));
    let finding = found(&data, FindingKind::NotAsked, "F12").unwrap();
    assert_eq!((finding.file.as_str(), finding.count), ("XAB w1", 2));
}

#[test]
fn a_follow_up_that_concerned_nobody_was_asked_and_is_routed_out() {
    let csv = "id,land,F11,F12\n1,XAA,1,2\n2,XAA,0,\n1,XAB,0,\n2,XAB,0,\n";
    let mut input = Input::csv_text("pooled.csv", csv, "XAA", "w1");
    input.country = Origin::Column("land".to_owned());
    let data = read(&[input], &Layout::unweighted("id"), &codebook()).unwrap();
    assert_eq!(words(&data, &codebook(), "F12")[2..], ["routed-out", "routed-out"]);
    assert!(!data.not_asked("F12", 0) && !data.not_asked("F12", 1));
    assert_eq!(found(&data, FindingKind::NotAsked, "F12"), None);
    // So is a set, and what follows from a question that nobody came to.
    let data = bound("id,F11,F12,F13,F14_1,F14_2,F14_9\n1,0,,,,,\n2,0,,,,,\n");
    assert_eq!(words(&data, &codebook(), "F14"), ["routed-out"; 2]);
    assert_eq!(words(&data, &codebook(), "F13"), ["routed-out"; 2]);
    assert!(!data.not_asked("F14", 0) && !data.not_asked("F13", 0));
}

#[test]
fn a_follow_up_that_concerned_somebody_or_has_no_column_was_not_asked() {
    // One child whom it concerned is enough.
    let data = bound("id,F11,F12\n1,0,\n2,1,\n3,0,\n");
    assert_eq!(words(&data, &codebook(), "F12"), ["not-asked"; 3]);
    assert!(data.not_asked("F12", 0));
    // Without a column it was not asked, even if it concerned nobody.
    let data = bound("id,F11\n1,0\n2,0\n");
    assert_eq!(words(&data, &codebook(), "F12"), ["not-asked"; 2]);
    assert!(data.not_asked("F12", 0) && data.not_asked("F14", 0));
}

#[test]
fn a_missing_code_is_an_answer_so_that_the_question_was_asked() {
    let data = bound("id,F11,F12\n1,1,\n2,1,\n3,999,\n");
    assert_eq!(words(&data, &codebook(), "F12"), ["not-asked"; 3]);
    let data = bound("id,F11\n1,\n2,999\n");
    assert_eq!(words(&data, &codebook(), "F11"), ["system-missing", "dont-know"]);
}

#[test]
fn routing_follows_a_chain_of_universes() {
    let data = bound("id,F11,F12,F13\n1,0,,\n2,1,1,\n3,1,3,\n4,1,2,1\n5,888,,\n");
    let f13 = words(&data, &codebook(), "F13");
    // F12 of row 1 is routed out, and so is what follows from it; in row 5 F11 was
    // refused, and nobody knows whom the others would have concerned.
    assert_eq!(f13, ["routed-out", "routed-out", "system-missing", "yes", "universe-unknown"]);
}

#[test]
fn an_answer_outside_the_universe_is_kept_and_counted() {
    let data = bound("id,F11,F12\n1,0,2\n2,0,\n3,1,3\n");
    assert_eq!(words(&data, &codebook(), "F12"), ["weekly", "routed-out", "daily"]);
    let finding = found(&data, FindingKind::OutOfUniverse, "F12").unwrap();
    // Rows of all files together: no record number of one file names them.
    assert_eq!((finding.count, finding.first_record), (1, None));
}

#[test]
fn white_space_is_a_blank_and_a_padded_code_is_the_code() {
    let data = bound("id,F11,A2\n1, 1 ,\" 12\"\n2,   ,\"\"\n3,\t0, 9\n");
    assert_eq!(words(&data, &codebook(), "F11"), ["yes", "system-missing", "no"]);
    assert_eq!(words(&data, &codebook(), "A2"), ["12", "system-missing", "9"]);
}

#[test]
fn codes_are_read_by_the_wave_of_their_row() {
    let csv = "id,round,F11,F12\n1,w1,1,2\n2,w2,1,4\n3,w1,1,4\n4,w2,1,2\n";
    let mut input = Input::csv_text("waves.csv", csv, "XAA", "w1");
    input.wave = Origin::Column("round".to_owned());
    let data = read(&[input], &Layout::unweighted("id"), &codebook()).unwrap();
    assert_eq!(words(&data, &codebook(), "F12"), ["weekly", "weekly", "invalid", "invalid"]);
    assert_eq!(data.samples().len(), 2);
    let finding = found(&data, FindingKind::UnknownCode, "F12").unwrap();
    assert_eq!(finding.examples, ["4", "2"]);
}
