//! The same input gives the same bytes, on the fixture of 17 countries.

use std::fs;
use std::path::Path;
use std::process::Command;

const FILES: [&str; 4] =
    ["indicators.csv", "indicators.parquet", "for_checking/findings.csv", "for_checking/bases.csv"];

fn run(out: &Path, threads: &str, epoch: Option<&str>) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut command = Command::new(env!("CARGO_BIN_EXE_gko"));
    command.current_dir(root).args(["run", "fixtures/global/pipeline.toml", "--quiet"]);
    command.args(["--threads", threads, "--out"]).arg(out);
    match epoch {
        Some(epoch) => command.env("SOURCE_DATE_EPOCH", epoch),
        None => command.env_remove("SOURCE_DATE_EPOCH"),
    };
    let output = command.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    fs::read_to_string(out.join("manifest.json")).unwrap()
}

/// Lines in which two manifests differ.
fn differing<'a>(one: &'a str, other: &str) -> Vec<&'a str> {
    assert_eq!(one.lines().count(), other.lines().count());
    let pairs = one.lines().zip(other.lines()).filter(|(one, other)| one != other);
    pairs.map(|(one, _)| one.trim()).collect()
}

#[test]
fn files_are_equal_byte_for_byte_at_1_2_3_and_8_threads() {
    let folder = tempfile::tempdir().unwrap();
    let first = folder.path().join("1");
    let manifest = run(&first, "1", Some("1700000000"));
    assert!(manifest.contains("\"created\": \"2023-11-14T22:13:20+00:00\""));
    for threads in ["2", "3", "8"] {
        let out = folder.path().join(threads);
        let other = run(&out, threads, Some("1700000000"));
        for name in FILES {
            let equal = fs::read(first.join(name)).unwrap() == fs::read(out.join(name)).unwrap();
            assert!(equal, "{name} differs at {threads} threads");
        }
        assert_eq!(differing(&manifest, &other), ["\"threads\": 1"]);
    }
}

#[test]
fn two_runs_differ_in_nothing_but_the_time() {
    let folder = tempfile::tempdir().unwrap();
    let one = run(&folder.path().join("a"), "2", Some("1700000000"));
    let again = run(&folder.path().join("b"), "2", None);
    let differing = differing(&one, &again);
    assert_eq!(differing, ["\"created\": \"2023-11-14T22:13:20+00:00\","]);
}

#[test]
fn a_time_that_is_none_is_refused() {
    let tiny = crate::tiny::Tiny::new();
    for epoch in ["yesterday", "-1", "", "1e9", "99999999999999999999"] {
        let mut command = tiny.command(&["run", "pipeline.toml", "--out", "out"]);
        let output = command.env("SOURCE_DATE_EPOCH", epoch).output().unwrap();
        let ran = crate::tiny::Ran::from(output);
        assert_eq!(ran.code, Some(1), "{epoch}: {ran:?}");
        ran.says(&["SOURCE_DATE_EPOCH", "[GKO-P002]"]);
        assert!(!tiny.path("out").exists());
    }
}
