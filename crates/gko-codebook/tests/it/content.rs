//! What a sound codebook says: waves, batteries, sets.

use gko_codebook::{Code, Keying, MissingReason, ModuleStatus, SetMissing, Unit, VariableKind};

use crate::demo::{CODEBOOK, codebook, with};

#[test]
fn a_code_of_one_wave_replaces_the_usual_one_there_and_only_there() {
    let codebook = codebook(CODEBOOK);
    let often = codebook.variable("F12").unwrap().categories().unwrap();
    let codes = |wave| often.list.iter().map(|c| c.code_in(wave).clone()).collect::<Vec<_>>();
    assert_eq!(codes("w1"), [1, 2, 3].map(Code::Integer));
    assert_eq!(codes("w2"), [1, 4, 3].map(Code::Integer));
    assert!(often.ordered && often.response_set.as_deref() == Some("often"));
}

#[test]
fn the_same_code_may_mean_different_things_in_different_waves() {
    let swap = "code = 3, value = 2, in_wave = [{ wave = \"w2\", code = 2 }]";
    let codebook = codebook(&with(CODEBOOK, "code = 3, value = 2", swap));
    let often = codebook.variable("F12").unwrap().categories().unwrap();
    let meaning = |wave: &str, code| {
        let found = often.list.iter().find(|c| *c.code_in(wave) == Code::Integer(code));
        found.map(|category| category.id.as_str())
    };
    assert_eq!((meaning("w1", 2), meaning("w2", 2)), (Some("weekly"), Some("daily")));
}

#[test]
fn items_of_a_battery_share_what_they_do_not_say_themselves() {
    let codebook = codebook(CODEBOOK);
    let home = codebook.variable("B1_home").unwrap();
    let school = codebook.variable("B1_school").unwrap();
    assert_eq!((home.column.as_str(), school.column.as_str()), ("b1a", "B1_school"));
    assert_eq!((home.keying, school.keying), (Keying::Positive, Keying::Negative));
    assert_eq!(home.question.universe.to_string(), "A2 >= 12");
    assert_eq!(school.question.universe.to_string(), "all");
    assert_eq!((home.question.status, home.question.unit), (ModuleStatus::Core, Unit::Child));
    assert_eq!(home.kind, school.kind);
    assert!(codebook.question("B1").is_none(), "the battery itself has no answers");
}

#[test]
fn missing_codes_of_a_variable_are_added_to_those_of_its_response_set() {
    let own = "responses = \"yn\"\nmissing = [{ code = 999, reason = \"dont-know\" }]\n\n[[variable]]\nid = \"F12\"";
    let text = with(CODEBOOK, "responses = \"yn\"\n\n[[variable]]\nid = \"F12\"", own);
    let codebook = codebook(&text);
    let reasons = |id| -> Vec<MissingReason> {
        let categories = codebook.variable(id).unwrap().categories().unwrap();
        categories.missing.iter().map(|missing| missing.reason).collect()
    };
    assert_eq!(reasons("F11"), [MissingReason::PreferNotToSay, MissingReason::DontKnow]);
    assert_eq!(reasons("P1"), [MissingReason::PreferNotToSay]);
}

#[test]
fn a_set_lists_its_options_and_the_ways_to_have_no_answer() {
    let codebook = codebook(CODEBOOK);
    let set = codebook.set("F14").unwrap();
    assert_eq!(set.columns().collect::<Vec<_>>(), ["F14_1", "F14_9", "F14_888"]);
    assert_eq!((set.position("nobody"), set.position("teacher")), (Some(1), None));
    assert!(set.options[1].exclusive && !set.options[0].exclusive);
    assert_eq!((&set.ticked, &set.not_ticked), (&Code::Integer(1), &None));
    let [SetMissing::Column { reason: refused, .. }, SetMissing::Code { code, .. }] =
        set.missing.as_slice()
    else {
        panic!("a column and a code")
    };
    assert_eq!((*refused, code), (MissingReason::PreferNotToSay, &Code::Integer(777)));
}

#[test]
fn columns_are_those_of_one_unit() {
    let codebook = codebook(CODEBOOK);
    let child = ["F11", "F12", "A2", "b1a", "B1_school", "F14_1", "F14_9", "F14_888"];
    assert_eq!(codebook.columns(Unit::Child), child);
    assert_eq!(codebook.columns(Unit::Parent), ["P1"]);
    assert!(!codebook.synthetic);
    let age = &codebook.variable("A2").unwrap().kind;
    assert!(matches!(age, VariableKind::Number { range: Some((9.0, 17.0)), .. }));
}

#[test]
fn a_range_may_have_an_open_end() {
    let codebook = codebook(&with(CODEBOOK, "[9, 17]", "[9, inf]"));
    let age = &codebook.variable("A2").unwrap().kind;
    assert!(matches!(age, VariableKind::Number { range: Some((9.0, f64::INFINITY)), .. }));
}
