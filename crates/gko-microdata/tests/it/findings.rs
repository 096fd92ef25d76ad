//! What is doubtful in the answers: counted, named by code, never an end of the run.

use gko_microdata::FindingKind;

use crate::demo::{bound, codebook, found, words};

#[test]
fn unknown_codes_are_invalid_and_at_most_five_of_them_are_shown() {
    let lines = (0..30).map(|i| format!("{},{}\n", i + 1, if i < 2 { 1 } else { 10 + i % 9 }));
    let data = bound(&format!("id,F11\n{}", lines.collect::<String>()));
    let finding = found(&data, FindingKind::UnknownCode, "F11").unwrap();
    assert_eq!((finding.count, finding.first_record), (28, Some(3)));
    assert_eq!(finding.examples, ["12", "13", "14", "15", "16"]);
    assert_eq!(words(&data, &codebook(), "F11")[2..], ["invalid"; 28]);
    let shown = finding.to_string();
    assert!(shown.starts_with("GKO-F001 demo.csv: F11, codes not in the codebook"), "{shown}");
    assert!(shown.ends_with("28 times, first in record 3, e.g. 12, 13, 14, 15, 16"), "{shown}");
}

#[test]
fn codes_compare_as_numbers_however_they_are_written() {
    let data = bound("id,F11\n1,1.0\n2,+1\n3,01\n4,0.0\n5,888.0\n6,1.5\n7,1e0\n8,0x1\n");
    let expected = ["yes", "yes", "yes", "no", "prefer-not-to-say", "invalid", "yes", "invalid"];
    assert_eq!(words(&data, &codebook(), "F11"), expected);
    let finding = found(&data, FindingKind::UnknownCode, "F11").unwrap();
    assert_eq!(finding.examples, ["1.5", "(a text of 3 characters)"]);
}

#[test]
fn numbers_outside_the_range_are_invalid_and_the_ends_belong_to_it() {
    let data = bound("id,A2\n1,9\n2,17\n3,8.99\n4,18\n5,99\n6,-1\n7,12.5\n8,twelve\n");
    let expected = ["9", "17", "invalid", "invalid", "dont-know", "invalid", "12.5", "invalid"];
    assert_eq!(words(&data, &codebook(), "A2"), expected);
    let finding = found(&data, FindingKind::OutOfRange, "A2").unwrap();
    assert_eq!((finding.count, finding.first_record), (3, Some(3)));
    assert_eq!(finding.examples, ["8.99", "18", "-1"]);
    assert_eq!(found(&data, FindingKind::UnknownCode, "A2").unwrap().count, 1);
}

#[test]
fn columns_that_nobody_asked_for_are_named_and_left_alone() {
    let data = bound("id,F11,notes,P1\n1,1,x,1\n2,0,y,1\n");
    assert_eq!(found(&data, FindingKind::ColumnIgnored, "notes").unwrap().count, 2);
    assert!(found(&data, FindingKind::ColumnIgnored, "P1").is_some(), "the parents' column");
    assert!(data.column("P1").is_none() && data.column("notes").is_none());
    assert!(found(&data, FindingKind::ColumnIgnored, "id").is_none());
}

#[test]
fn the_order_of_columns_does_not_matter() {
    let one = bound("id,F11,F12,A2\n1,1,3,9\n2,0,,10\n");
    let other = bound("A2,F12,id,F11\n9,3,1,1\n10,,2,0\n");
    assert_eq!(
        crate::demo::everything(&one, &codebook()),
        crate::demo::everything(&other, &codebook())
    );
}
