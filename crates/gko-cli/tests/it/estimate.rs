//! `gko estimate` and `gko schema` from outside.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures")
}

/// Exit code, standard output and standard error.
fn gko(arguments: &[&str], input: &str) -> (Option<i32>, String, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_gko"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

fn paths(request: &str) -> [String; 2] {
    let request = fixtures().join("requests").join(request);
    let data = fixtures().join("oracle/data");
    [request, data].map(|path| path.to_str().unwrap().to_owned())
}

#[test]
fn an_answer_is_one_json_document_on_standard_output() {
    let [request, data] = paths("mean.json");
    let (code, out, err) = gko(&["estimate", &request, "--data", &data], "");
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert_eq!(out.lines().count(), 1);
    let answer: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(answer["format"], "gko-answer/1");
    assert_eq!(answer["protected"], true);
    let (_, pretty, _) = gko(&["estimate", &request, "--data", &data, "--pretty"], "");
    assert!(pretty.lines().count() > 50);
    assert_eq!(serde_json::from_str::<Value>(&pretty).unwrap(), answer);
    let text = fs::read_to_string(&request).unwrap();
    let (code, piped, _) = gko(&["estimate", "-", "--data", &data, "--threads", "1"], &text);
    assert_eq!((code, piped), (Some(0), out));
}

#[test]
fn unprotected_figures_are_marked_and_said_to_be_so() {
    let [request, data] = paths("total.json");
    let (code, out, err) = gko(&["estimate", &request, "--data", &data, "--unprotected"], "");
    assert_eq!(code, Some(0));
    assert!(err.contains("not for release"), "{err}");
    let answer: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(answer["protected"], false);
    // Fourteen high schools: shown here, and nowhere else.
    assert_eq!(answer["estimates"][1]["n"], 14);
    let (_, out, _) = gko(&["estimate", &request, "--data", &data], "");
    let answer: Value = serde_json::from_str(&out).unwrap();
    assert!(answer["estimates"][1]["n"].is_null() && answer["estimates"][1]["estimate"].is_null());
}

#[test]
fn an_answer_goes_to_a_file_whole_or_not_at_all() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("answers/mean.json");
    let [request, data] = paths("mean.json");
    let file = path.to_str().unwrap();
    let (code, out, _) = gko(&["estimate", &request, "--data", &data, "--out", file], "");
    assert_eq!((code, out.as_str()), (Some(0), ""));
    assert!(serde_json::from_str::<Value>(&fs::read_to_string(&path).unwrap()).is_ok());
    let taken = folder.path().to_str().unwrap();
    let (code, _, err) = gko(&["estimate", &request, "--data", &data, "--out", taken], "");
    assert_eq!(code, Some(3), "{err}");
    let before = fs::read(&path).unwrap();
    let (code, ..) = gko(&["estimate", "-", "--data", &data, "--out", file], "{}");
    assert_eq!(code, Some(1));
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn a_dry_run_has_a_plan_and_no_figure() {
    let [request, data] = paths("regression.json");
    let (code, out, _) = gko(&["estimate", &request, "--data", &data, "--dry-run"], "");
    assert_eq!(code, Some(0));
    let plan: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(plan["kind"], "regression");
    assert_eq!(plan["design"]["strata"], 3);
    assert!(plan["estimates"].is_null());
}

#[test]
fn a_request_that_is_wrong_is_exit_1_and_its_place_is_named() {
    let [request, data] = paths("mean.json");
    let text = fs::read_to_string(&request).unwrap();
    for (from, to, said) in [
        ("\"mean\"", "\"median\"", "/analysis"),
        ("\"api00\"", "\"api2000\"", "/analysis/mean/of/0"),
        ("\"pw\"", "\"weight\"", "/design/weights"),
        ("\"of\"", "\"columns\"", "expected `of`"),
        ("apistrat.csv", "nothing.csv", "GKO-M001"),
        ("{", "", "line 2"),
    ] {
        let wrong = text.replacen(from, to, 1);
        let (code, out, err) = gko(&["estimate", "-", "--data", &data], &wrong);
        assert_eq!((code, out.as_str()), (Some(1), ""), "{err}");
        assert!(err.contains(said), "{err}");
    }
}

#[test]
fn schemas_are_json_and_name_every_analysis() {
    let (code, out, _) = gko(&["schema", "estimate"], "");
    assert_eq!(code, Some(0));
    assert!(serde_json::from_str::<Value>(&out).unwrap()["properties"]["analysis"].is_object());
    for entry in fs::read_dir(fixtures().join("requests")).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        let request: Value = serde_json::from_str(&text).unwrap();
        let kind = request["analysis"].as_object().unwrap().keys().next().unwrap();
        assert!(out.contains(&format!("\"{kind}\"")), "{kind}");
    }
    let (code, out, _) = gko(&["schema", "answer"], "");
    assert_eq!(code, Some(0));
    assert!(serde_json::from_str::<Value>(&out).unwrap()["properties"]["estimates"].is_object());
}
