//! What the command says about itself, and the codes it exits with.
//!
//! The texts are kept under `tests/snapshots`; after a change that is meant,
//! `UPDATE_SNAPSHOTS=1 cargo test -p gko-cli help` writes them anew.

use std::fs;
use std::path::Path;

use crate::tiny::Tiny;

fn same_as_kept(name: &str, text: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots");
    let path = folder.join(name);
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        fs::write(&path, text).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(text, kept, "{} differs", path.display());
}

#[test]
fn every_help_has_an_example_and_the_exit_codes() {
    let tiny = Tiny::new();
    for (name, arguments) in [
        ("help.txt", &["--help"][..]),
        ("help-run.txt", &["run", "--help"]),
        ("help-check.txt", &["check", "--help"]),
        ("help-draft.txt", &["draft", "--help"]),
        ("help-estimate.txt", &["estimate", "--help"]),
        ("help-schema.txt", &["schema", "--help"]),
        ("help-weight.txt", &["weight", "--help"]),
    ] {
        let ran = tiny.gko(arguments);
        assert_eq!(ran.code, Some(0));
        assert!(ran.out.contains("Example") && ran.out.contains("Exit codes:"), "{}", ran.out);
        assert!(ran.out.lines().all(|line| line.chars().count() <= 100), "{}", ran.out);
        same_as_kept(name, &ran.out);
    }
}

#[test]
fn examples_name_files_of_this_repository() {
    let tiny = Tiny::new();
    let text = tiny.gko(&["run", "--help"]).out + &tiny.gko(&["estimate", "--help"]).out;
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let named = text.split_whitespace().filter(|word| word.starts_with("fixtures/"));
    let named: Vec<&str> = named.collect();
    assert!(named.len() >= 6);
    assert!(named.iter().all(|name| root.join(name).exists()), "{named:?}");
}

#[test]
fn a_wrong_command_line_is_exit_2() {
    let tiny = Tiny::new();
    for arguments in [
        &[][..],
        &["walk"],
        &["run"],
        &["run", "pipeline.toml"],
        &["run", "pipeline.toml", "--out"],
        &["run", "pipeline.toml", "--dry-run", "--threads", "0"],
        &["run", "pipeline.toml", "--dry-run", "--threads", "100000"],
        &["run", "pipeline.toml", "--dry-run", "--width", "-1"],
        &["run", "pipeline.toml", "--dry-run", "--wdith", "80"],
        &["check"],
        &["draft", "x.sav", "--study", "s"],
        &["estimate"],
        &["estimate", "x.json", "--threads", "0"],
        &["schema"],
        &["schema", "pipeline"],
    ] {
        let ran = tiny.gko(arguments);
        assert_eq!(ran.code, Some(2), "{arguments:?}: {ran:?}");
        assert!(ran.out.is_empty() && ran.err.contains("--help"), "{arguments:?}: {ran:?}");
        assert!(!tiny.path("out").exists());
    }
}

#[test]
fn the_version_is_the_workspaces() {
    let ran = Tiny::new().gko(&["--version"]);
    assert_eq!(ran.out, format!("gko {}\n", env!("CARGO_PKG_VERSION")));
}
