//! Texts that an SPSS file declares missing: answers with a reason, never blanks.

use gko_codebook::Codebook;
use gko_microdata::{FindingKind, Format, Layout, Microdata, read, sav_dictionary};

use crate::demo::{file, fixture, found, words};

const CODEBOOK: &str = r#"format = "gko-codebook/1"
study = "demo"
title = "SPSS texts"
wave = [{ id = "w1", label = "First" }]

[[variable]]
id = "region"
label = "Region"
module = "Q"
status = "core"
unit = "child"
categories = [{ id = "north", code = "n" }, { id = "south", code = "s" }]
missing = [{ code = "r", reason = "prefer-not-to-say" }]

[[variable]]
id = "kind"
label = "Kind of school"
module = "Q"
status = "core"
unit = "child"
categories = [{ id = "private", code = "private" }, { id = "state", code = "state" }]

[[variable]]
id = "shift"
label = "Shift"
module = "Q"
status = "core"
unit = "child"
categories = [{ id = "morning", code = "a" }, { id = "evening", code = "b" }]

[[variable]]
id = "Q1"
label = "Bothered"
module = "Q"
status = "core"
unit = "child"
categories = [{ id = "no", code = 0 }, { id = "yes", code = 1 }]
"#;

fn codebook() -> Codebook {
    Codebook::parse(CODEBOOK, "texts.toml").unwrap_or_else(|error| panic!("{error}"))
}

fn bound() -> Microdata {
    let input = file(fixture("texts.sav"), Format::Sav);
    read(&[input], &Layout::unweighted("id"), &codebook()).unwrap()
}

#[test]
fn the_dictionary_has_the_declared_texts() {
    let dictionary = sav_dictionary(&fixture("texts.sav")).unwrap();
    let texts = |name| &dictionary.variable(name).unwrap().missing_texts;
    assert_eq!(
        (texts("region").as_slice(), texts("kind").as_slice()),
        (["r", "z"].map(str::to_owned).as_slice(), ["refused".to_owned()].as_slice())
    );
    assert!(dictionary.variable("kind").unwrap().declares_any());
    assert!(!dictionary.variable("id").unwrap().declares_any());
}

#[test]
fn a_declared_text_has_the_codebooks_reason_or_none_that_is_known() {
    let data = bound();
    let expected = [
        "north",
        "south",
        "prefer-not-to-say",
        "unspecified",
        "system-missing",
        "north",
        "invalid",
        "prefer-not-to-say",
    ];
    assert_eq!(words(&data, &codebook(), "region"), expected);
    let finding = found(&data, FindingKind::FileMissing, "region").unwrap();
    assert_eq!(
        (finding.kind.code(), finding.count, finding.first_record),
        ("GKO-F010", 1, Some(4))
    );
    assert_eq!(found(&data, FindingKind::UnknownCode, "region").unwrap().count, 1);
}

#[test]
fn a_declared_text_that_the_codebook_lacks_is_unspecified_and_never_blank() {
    let data = bound();
    let kind = words(&data, &codebook(), "kind");
    assert_eq!((kind[2].as_str(), kind[6].as_str()), ("unspecified", "unspecified"));
    assert_eq!(kind[4], "system-missing");
    let finding = found(&data, FindingKind::FileMissing, "kind").unwrap();
    assert_eq!((finding.count, finding.first_record), (2, Some(3)));
    // What was written is not repeated.
    assert!(!finding.to_string().contains("refused"), "{finding}");
    assert_eq!(found(&data, FindingKind::UnknownCode, "kind"), None);
}

#[test]
fn a_declared_text_that_the_codebook_holds_valid_stays_an_answer() {
    let data = bound();
    assert_eq!(words(&data, &codebook(), "shift"), ["morning", "evening"].repeat(4));
    assert_eq!(found(&data, FindingKind::DeclaredMissing, "shift").unwrap().count, 4);
}

#[test]
fn no_row_is_lost_beside_declared_texts() {
    let data = bound();
    assert_eq!(data.rows(), 8);
    let expected = ["no", "yes", "yes", "no", "yes", "no", "yes", "unspecified"];
    assert_eq!(words(&data, &codebook(), "Q1"), expected);
}
