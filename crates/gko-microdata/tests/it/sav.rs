//! SPSS files from another program: declared missing codes keep their reasons.

use std::path::Path;

use gko_codebook::{Codebook, MissingReason};
use gko_microdata::{Error, FindingKind, Format, Layout, Microdata, read, sav_dictionary};

use crate::demo::{file, fixture, found, words, write};

const FILES: [&str; 3] = ["plain.sav", "rows.sav", "blocks.zsav"];

const CODEBOOK: &str = r#"format = "gko-codebook/1"
study = "demo"
title = "SPSS"
wave = [{ id = "w1", label = "First" }]
missing_label = [{ label = "Keine Angabe", reason = "prefer-not-to-say" }]

[response_set.yn]
categories = [{ id = "no", code = 0 }, { id = "yes", code = 1 }]

[[battery]]
id = "Q"
label = "Q"
module = "Q"
status = "core"
unit = "child"
responses = "yn"
items = [{ id = "Q1", label = "Bothered" }, { id = "Q5", label = "Valid here" }]

[[variable]]
id = "Q2"
label = "How often"
module = "Q"
status = "core"
unit = "child"
categories = [{ id = "never", code = 1 }, { id = "sometimes", code = 2 }, { id = "often", code = 3 }]

[[battery]]
id = "N"
label = "Numbers"
module = "Q"
status = "core"
unit = "child"
type = "number"
items = [{ id = "Q3", label = "To HI" }, { id = "Q4", label = "From LO" }, { id = "age", label = "Age" }]

[[variable]]
id = "region"
label = "Region"
module = "Q"
status = "core"
unit = "child"
categories = [{ id = "north", code = "n" }, { id = "south", code = "s" }]
"#;

fn codebook() -> Codebook {
    Codebook::parse(CODEBOOK, "sav.toml").unwrap_or_else(|error| panic!("{error}"))
}

fn bound(path: impl AsRef<Path>) -> Result<Microdata, Error> {
    let layout = Layout::design("id", "stratum", "psu", "weight");
    read(&[file(path, Format::Sav)], &layout, &codebook())
}

#[test]
fn reasons_come_from_the_codebook_then_the_labels_then_are_unspecified() {
    for name in FILES {
        let data = bound(fixture(name)).unwrap();
        let words = |id| words(&data, &codebook(), id);
        assert_eq!(
            words("Q1"),
            [
                "no",
                "yes",
                "yes",
                "no",
                "dont-know",
                "prefer-not-to-say",
                "unspecified",
                "system-missing",
                "invalid",
                "yes",
                "no",
                "dont-know",
            ],
            "{name}"
        );
        assert_eq!(
            words("Q2"),
            [
                "never",
                "sometimes",
                "often",
                "not-understood",
                "prefer-not-to-say",
                "not-asked",
                "prefer-not-to-say",
                "invalid",
                "system-missing",
                "never",
                "sometimes",
                "often",
            ],
            "{name}"
        );
        let q3 = words("Q3");
        assert_eq!(
            q3[..7],
            ["10", "unspecified", "unspecified", "unspecified", "899", "11", "system-missing"]
        );
        let q4 = words("Q4");
        assert_eq!(
            q4[..7],
            ["10", "unspecified", "unspecified", "unspecified", "0", "11", "system-missing"]
        );
        assert_eq!(words("age")[8..], ["17", "dont-know", "9.5", "system-missing"], "{name}");
        assert_eq!(words("region")[8..], ["north", "system-missing", "north", "south"], "{name}");
    }
}

#[test]
fn what_the_file_declares_is_a_finding_and_the_codebook_decides() {
    let data = bound(fixture("plain.sav")).unwrap();
    let valid = words(&data, &codebook(), "Q5");
    assert_eq!(valid, ["no", "yes"].repeat(6));
    let finding = found(&data, FindingKind::DeclaredMissing, "Q5").unwrap();
    assert_eq!((finding.count, finding.examples.as_slice()), (6, ["1".to_owned()].as_slice()));
    let finding = found(&data, FindingKind::FileMissing, "Q1").unwrap();
    let examples = ["98 (dont-know)", "99 (prefer-not-to-say)", "97 (unspecified)"];
    assert_eq!(
        (finding.count, finding.examples.clone()),
        (4, examples.map(str::to_owned).to_vec())
    );
    assert_eq!(found(&data, FindingKind::UnknownCode, "Q1").unwrap().examples, ["5"]);
    assert_eq!(found(&data, FindingKind::UnknownCode, "Q2").unwrap().examples, ["-1"]);
    assert!(found(&data, FindingKind::ColumnIgnored, "said").is_some());
}

#[test]
fn design_columns_are_read_as_labels_and_weights() {
    for name in FILES {
        let data = bound(fixture(name)).unwrap();
        let names: Vec<_> =
            data.strata().iter().map(|&code| data.stratum_name(code).unwrap()).collect();
        assert_eq!(
            (names[0], names[4], names[8]),
            ("Nord", "S\u{fc}d", "\u{15a}l\u{105}sk"),
            "{name}"
        );
        assert_eq!(data.weights()[..2], [0.5, 1.5]);
        assert_eq!((data.rows(), data.accounting().files[0].zero_weight), (12, 1));
        let sha = data.accounting().files[0].sha256.as_deref().unwrap();
        assert_eq!(sha, gko_codebook::sha256_hex(&std::fs::read(fixture(name)).unwrap()));
    }
}

#[test]
fn the_dictionary_has_labels_codes_and_ranges() {
    for name in FILES {
        let dictionary = sav_dictionary(&fixture(name)).unwrap();
        let variable = |id| dictionary.variable(id).unwrap();
        let label = variable("Q1").label.as_deref();
        assert_eq!(label, Some("Bothered online (\u{c4}rger, k\u{142}opot, \u{56f0}\u{6270})"));
        assert_eq!(variable("Q1").missing_codes, [97.0, 98.0, 99.0]);
        assert_eq!(variable("Q2").missing_range, Some((90.0, 92.0)));
        assert_eq!(variable("Q2").missing_codes, [99.0]);
        assert_eq!(variable("Q2").label_of(3.0), Some("\u{10c}asto"));
        assert_eq!(variable("Q3").missing_range, Some((900.0, f64::INFINITY)));
        assert_eq!(variable("Q4").missing_range, Some((f64::NEG_INFINITY, -1.0)));
        assert!(variable("said").text && !variable("Q1").text);
        assert!(variable("Q2").declares_missing(91.0) && !variable("Q2").declares_missing(93.0));
        assert_eq!(dictionary.variables.len(), 12, "long texts are one variable");
    }
}

#[test]
fn a_draft_of_the_dictionary_is_a_codebook_with_typed_reasons() {
    let dictionary = sav_dictionary(&fixture("plain.sav")).unwrap();
    let draft = dictionary.draft_codebook("demo", "w1");
    let codebook =
        Codebook::parse(&draft, "draft.toml").unwrap_or_else(|error| panic!("{error}\n{draft}"));
    let reasons = |id: &str| -> Vec<(String, MissingReason)> {
        let categories = codebook.variable(id).unwrap().categories().unwrap();
        categories.missing.iter().map(|m| (m.code.to_string(), m.reason)).collect()
    };
    assert_eq!(
        reasons("Q1"),
        [
            ("98".to_owned(), MissingReason::DontKnow),
            ("99".to_owned(), MissingReason::PreferNotToSay),
            ("97".to_owned(), MissingReason::Unspecified),
        ]
    );
    let q2: Vec<MissingReason> = reasons("Q2").into_iter().map(|(_, reason)| reason).collect();
    assert_eq!(
        q2,
        [
            MissingReason::NotUnderstood,
            MissingReason::PreferNotToSay,
            MissingReason::NotAsked,
            MissingReason::Unspecified,
        ]
    );
    // Its only label is that of a missing code: a number, and no empty list of categories.
    let age = codebook.variable("age").unwrap();
    assert!(
        matches!(&age.kind, gko_codebook::VariableKind::Number { missing, .. } if missing.len() == 1)
    );
    let layout = Layout::design("id", "stratum", "psu", "weight");
    let data = read(&[file(fixture("plain.sav"), Format::Sav)], &layout, &codebook).unwrap();
    assert_eq!(words(&data, &codebook, "age")[8..10], ["17", "dont-know"]);
}

#[test]
fn labels_that_make_the_same_id_get_different_ones() {
    let mut dictionary = sav_dictionary(&fixture("plain.sav")).unwrap();
    let labels = ["No", "No", "No 2", "no!", "", "2", "Dont \"know\"\\\u{7}"];
    let coded = labels.iter().enumerate().map(|(code, label)| (code as f64, (*label).to_owned()));
    dictionary.variables[4].value_labels = coded.collect();
    let draft = dictionary.draft_codebook("demo", "w1");
    let codebook =
        Codebook::parse(&draft, "draft.toml").unwrap_or_else(|error| panic!("{error}\n{draft}"));
    assert_eq!(codebook.variable("Q1").unwrap().categories().unwrap().list.len(), labels.len());
}

fn patched(name: &str, at: usize, value: i32) -> Error {
    let folder = tempfile::tempdir().unwrap();
    let mut bytes = std::fs::read(fixture(name)).unwrap();
    bytes[at..at + 4].copy_from_slice(&value.to_le_bytes());
    bound(write(&folder, name, bytes)).map(|data| data.rows()).unwrap_err()
}

#[test]
fn a_header_that_states_too_much_is_refused_before_memory_is_set_aside() {
    for name in FILES {
        // One record fewer shows only where the rows are not compressed.
        let fewer = (name == "plain.sav").then_some((80, 11));
        for (at, value) in [(68, i32::MAX), (80, i32::MAX), (80, 13)].into_iter().chain(fewer) {
            let error = patched(name, at, value);
            assert_eq!(error.code(), "GKO-M003", "{name} {at}: {error}");
        }
        let error = patched(name, 80, -1);
        assert!(error.to_string().contains("does not state how many records"), "{name}: {error}");
    }
}

#[test]
fn a_file_of_another_format_is_refused_as_what_it_is_not() {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in [
        ("text.sav", b"id,F11\n1,1\n".repeat(50)),
        ("empty.sav", Vec::new()),
        ("zeros.sav", vec![0; 4096]),
        ("head.sav", b"$FL2".to_vec()),
        ("parquet.sav", [b"PAR1".as_slice(), &[0; 500]].concat()),
    ] {
        let path = write(&folder, name, bytes);
        let error = bound(&path).unwrap_err();
        assert_eq!(error.code(), "GKO-M003", "{name}: {error}");
        assert!(error.to_string().contains("no readable SPSS file"), "{error}");
        assert_eq!(sav_dictionary(&path).unwrap_err().code(), "GKO-M003", "{name}");
        for (format, named) in [(Format::Parquet, "parquet"), (Format::ArrowIpc, "Arrow IPC")] {
            let layout = Layout::unweighted("id");
            let error = read(&[file(&path, format)], &layout, &codebook()).unwrap_err();
            assert_eq!(error.code(), "GKO-M003", "{name}: {error}");
            assert!(error.to_string().contains(named), "{error}");
        }
    }
}
