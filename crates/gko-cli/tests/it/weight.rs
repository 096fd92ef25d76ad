//! `gko weight` from outside.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/weighting").join(name)
}

/// Exit code, standard output and standard error.
fn gko(arguments: &[&str]) -> (Option<i32>, String, String) {
    let ran = Command::new(env!("CARGO_BIN_EXE_gko"))
        .args(arguments)
        .env("SOURCE_DATE_EPOCH", "1764000000")
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (ran.status.code(), text(ran.stdout), text(ran.stderr))
}

fn weigh(plan: &Path, out: &Path, threads: &str) -> (Option<i32>, String, String) {
    let [plan, out] = [plan, out].map(|path| path.to_str().unwrap());
    gko(&["weight", plan, "--out", out, "--threads", threads])
}

/// The bytes of all files of a folder, by name.
fn bytes(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files
        .map(|p| (p.file_name().unwrap().to_str().unwrap().to_owned(), fs::read(&p).unwrap()))
        .collect()
}

#[test]
fn a_plan_gives_data_weights_history_and_diagnostics() {
    let [one, two] = [TempDir::new().unwrap(), TempDir::new().unwrap()];
    let (code, out, err) = weigh(&fixture("plan.toml"), one.path(), "1");
    assert_eq!(code, Some(0), "{err}");
    assert!(out.contains("XAB") && out.contains("rake"), "{out}");
    assert!(err.contains("`islands` with 12 respondents went into `coast`"), "{err}");
    weigh(&fixture("plan.toml"), two.path(), "2");
    let files = bytes(one.path());
    assert_eq!(files, bytes(two.path()), "the same bytes for any number of threads");
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    let expected = [
        "data.csv",
        "diagnostics.json",
        "history.json",
        "replicates.R",
        "replicates.do",
        "replicates.json",
        "replicates.sas",
        "weighting.html",
        "weights.csv",
    ];
    assert_eq!(names, expected);
    kept(&files);
    history(&files);
    #[cfg(unix)]
    private(one.path());
}

/// Every row is there, its columns as they came.
fn kept(files: &BTreeMap<String, Vec<u8>>) {
    let text = |name: &str| String::from_utf8(files[name].clone()).unwrap();
    let before = fs::read_to_string(fixture("children.csv")).unwrap();
    let after = text("data.csv");
    assert_eq!(before.lines().count(), after.lines().count());
    for (old, new) in before.lines().zip(after.lines()) {
        assert!(new.starts_with(&format!("{old},")), "{old} became {new}");
    }
    assert_eq!(text("weights.csv").lines().count(), before.lines().count());
}

/// The weights of each country add up to its children, and the history says so.
fn history(files: &BTreeMap<String, Vec<u8>>) {
    let history: Value = serde_json::from_slice(&files["history.json"]).unwrap();
    let last = history["steps"].as_array().unwrap().last().unwrap();
    let sums: Vec<f64> = last["groups"]
        .as_array()
        .unwrap()
        .iter()
        .map(|group| group["sum_after"].as_f64().unwrap())
        .collect();
    for (sum, children) in sums.iter().zip([1_311_406.0, 128_940.0, 2_198_515.0, 615_388.0]) {
        assert!((sum / children - 1.0).abs() < 1e-9, "{sum}, {children}");
    }
    assert_eq!(history["weights"]["file"], "weights.csv");
    assert_eq!(history["replicates"]["count"], 100);
}

#[cfg(unix)]
fn private(folder: &Path) {
    use std::os::unix::fs::PermissionsExt;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{}", path.display());
    }
}

#[test]
fn a_dry_run_writes_nothing() {
    let plan = fixture("plan.toml");
    let (code, out, err) = gko(&["weight", plan.to_str().unwrap(), "--dry-run", "--quiet"]);
    assert_eq!((code, out.as_str()), (Some(0), ""));
    assert!(err.contains("would write weights.csv"), "{err}");
}

/// The plan of the fixture with one text in the place of another.
fn refused(from: &str, to: &str) -> String {
    let folder = TempDir::new().unwrap();
    let text = fs::read_to_string(fixture("plan.toml")).unwrap();
    assert!(text.contains(from), "{from}");
    let plan = folder.path().join("plan.toml");
    fs::write(&plan, text.replace(from, to)).unwrap();
    for name in ["children.csv", "population.csv"] {
        fs::copy(fixture(name), folder.path().join(name)).unwrap();
    }
    let out = folder.path().join("out");
    let (code, _, err) = weigh(&plan, &out, "1");
    assert_eq!(code, Some(1), "{err}");
    assert!(!out.exists(), "nothing half written");
    err
}

#[test]
fn what_does_not_fit_is_refused_with_its_place() {
    let err = refused("who = \"all children\"", "who = \"children at school\"");
    assert!(err.contains("GKO-W724") && err.contains("internet users"), "{err}");
    let err = refused("of = [\"area\"]", "of = [\"areas\"]");
    assert!(err.contains("GKO-W723") && err.contains("`area`"), "{err}");
    let err = refused("eligible = \"eligible\"", "eligble = \"eligible\"");
    assert!(err.contains("GKO-W800") && err.contains("line"), "{err}");
    let err = refused("median_multiple = 5.0", "median_multiple = -5.0");
    assert!(err.contains("step 6, trim"), "{err}");
    let err = refused("id = \"id\"", "id = \"country\"");
    assert!(err.contains("tells 4 of 6274 rows apart"), "{err}");
    let err = refused("file = \"children.csv\"", "file = \"../children.csv\"");
    assert!(err.contains("GKO-M016"), "{err}");
}

/// A plan on a small file, in a folder of its own.
fn small(data: &str, rest: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    let head = "format = \"gko-weighting/1\"\ntitle = \"small\"\nyear = 2026\n\
        universe = { unit = \"children\", ages = [9, 17], who = \"all\" }\n\
        data = { file = \"data.csv\" }\n";
    fs::write(folder.path().join("plan.toml"), format!("{head}{rest}")).unwrap();
    fs::write(folder.path().join("data.csv"), data).unwrap();
    folder
}

const JACKKNIFE: &str = "design = { psu = \"hh\" }\nreplicates = { method = { jk1 = {} } }\n\
    [[steps]]\nselection.given = { weights = \"d\" }\n";

#[test]
fn large_ids_are_told_apart_and_written_as_they_came() {
    let data = "hh,d\n9007199254740992,1\n9007199254740993,2\n9007199254740994,3\n";
    let folder = small(data, JACKKNIFE);
    let out = folder.path().join("out");
    let (code, _, err) = weigh(&folder.path().join("plan.toml"), &out, "1");
    assert_eq!(code, Some(0), "{err}");
    let written = fs::read_to_string(out.join("data.csv")).unwrap();
    assert!(written.contains("\n9007199254740993,2,2,2,"), "{written}");
    assert!(written.lines().next().unwrap().ends_with("repwt1,repwt2,repwt3"), "{written}");
}

#[test]
fn an_input_is_never_overwritten() {
    let folder = small("hh,d\n1,1\n2,2\n", JACKKNIFE);
    let (code, _, err) = weigh(&folder.path().join("plan.toml"), folder.path(), "1");
    assert_eq!(code, Some(3));
    assert!(err.contains("GKO-P003") && err.contains("`data.csv`"), "{err}");
    assert_eq!(fs::read_to_string(folder.path().join("data.csv")).unwrap(), "hh,d\n1,1\n2,2\n");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
}

#[test]
fn what_an_earlier_run_wrote_does_not_stay() {
    let folder = small("hh,d\n1,1\n2,2\n", JACKKNIFE);
    let (plan, out) = (folder.path().join("plan.toml"), folder.path().join("out"));
    weigh(&plan, &out, "1");
    assert!(out.join("replicates.R").exists());
    let text = fs::read_to_string(&plan).unwrap();
    fs::write(&plan, text.replace("replicates = { method = { jk1 = {} } }\n", "")).unwrap();
    weigh(&plan, &out, "1");
    assert!(out.join("data.csv").exists() && !out.join("replicates.R").exists());
}
