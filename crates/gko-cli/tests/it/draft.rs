//! `gko draft`: from a labelled SPSS file to a codebook.

use std::collections::BTreeMap;
use std::fs;

use gko::codebook::Codebook;
use gko::microdata::write_sav;

use crate::formats::frame;
use crate::tiny::{Ran, Tiny};

fn drafted(labels: &[(f64, &str)]) -> (Tiny, Ran) {
    let tiny = Tiny::new();
    let labels = labels.iter().map(|(code, label)| (*code, (*label).to_owned())).collect();
    let labels = BTreeMap::from([("Q1".to_owned(), labels)]);
    write_sav(&frame(&tiny), &tiny.path("data.sav"), &labels).unwrap();
    let ran = tiny.gko(&["draft", "data.sav", "--study", "my-study", "--wave", "2024"]);
    (tiny, ran)
}

#[test]
fn a_draft_is_a_codebook_of_the_labelled_variables() {
    let (_, ran) = drafted(&[(0.0, "No"), (1.0, "Yes"), (888.0, "Don't know")]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    let codebook = Codebook::parse(&ran.out, "draft").unwrap();
    assert_eq!(codebook.study, "my-study");
    assert_eq!(codebook.waves[0].id, "2024");
    let ids: Vec<&str> = codebook.variables.iter().map(|v| v.question.id.as_str()).collect();
    assert_eq!(ids, ["Q1"], "columns without labels are no questions");
}

#[test]
fn labels_of_any_script_and_with_quotes_make_a_codebook() {
    let (_, ran) = drafted(&[
        (0.0, "\u{645}\u{631}\u{62d}\u{628}\u{627}"),
        (1.0, "say \"yes\" \\ or so"),
        (2.0, "\u{4e2d}\u{6587}"),
        (3.0, "=cmd()"),
    ]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    assert!(Codebook::parse(&ran.out, "draft").is_ok(), "{}", ran.out);
}

#[test]
fn what_is_no_spss_file_is_exit_1() {
    let (tiny, _) = drafted(&[(0.0, "No")]);
    for (name, code) in [("data.csv", "[GKO-M003]"), ("nowhere.sav", "[GKO-M001]")] {
        let ran = tiny.gko(&["draft", name, "--study", "s", "--wave", "w"]);
        assert_eq!(ran.code, Some(1), "{ran:?}");
        ran.says(&[name, code]);
        assert!(ran.out.is_empty());
    }
    let whole = fs::read(tiny.path("data.sav")).unwrap();
    fs::write(tiny.path("data.sav"), &whole[..200]).unwrap();
    let ran = tiny.gko(&["draft", "data.sav", "--study", "s", "--wave", "w"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    ran.says(&["[GKO-M003]"]);
}
