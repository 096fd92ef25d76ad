//! Files, standard output, and what happens where they cannot be written.

use std::fs;
use std::io::Read;
use std::process::Stdio;

use crate::tiny::{Ran, Tiny};

const FILES: [&str; 5] = [
    "indicators.csv",
    "indicators.parquet",
    "for_checking/findings.csv",
    "for_checking/bases.csv",
    "manifest.json",
];

#[test]
fn a_run_writes_its_files_and_nothing_else() {
    let tiny = Tiny::new();
    tiny.runs().says(&FILES.map(|name| format!("wrote out/{name}")).each_ref().map(String::as_str));
    let mut found = names(&tiny, "out");
    found
        .extend(names(&tiny, "out/for_checking").iter().map(|name| format!("for_checking/{name}")));
    found.retain(|name| name != "for_checking");
    found.sort();
    let mut expected = FILES.map(str::to_owned);
    expected.sort();
    assert_eq!(found, expected);
}

fn names(tiny: &Tiny, folder: &str) -> Vec<String> {
    let entries = fs::read_dir(tiny.path(folder)).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn a_second_run_replaces_the_files_of_the_first() {
    let tiny = Tiny::new();
    tiny.runs();
    fs::write(tiny.path("out/indicators.csv"), "old").unwrap();
    fs::write(tiny.path("out/notes.txt"), "mine").unwrap();
    tiny.runs();
    assert!(tiny.read("out/indicators.csv").starts_with("study,wave,country,unit,indicator,sex,"));
    assert_eq!(tiny.read("out/notes.txt"), "mine");
}

#[cfg(unix)]
#[test]
fn released_files_are_as_open_as_any_file_of_the_user() {
    use std::os::unix::fs::PermissionsExt;
    let tiny = Tiny::new();
    tiny.runs();
    let mode = |name| fs::metadata(tiny.path(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("out/indicators.csv"), mode("data.csv"));
}

#[test]
fn a_dry_run_writes_nothing_and_says_what_it_would() {
    let tiny = Tiny::new();
    let ran = tiny.gko(&["run", "pipeline.toml", "--out", "out", "--dry-run"]);
    assert_eq!(ran.code, Some(0));
    ran.says(&FILES.map(|name| format!("would write {name} (")).each_ref().map(String::as_str));
    assert!(!tiny.path("out").exists());
    assert_eq!(ran.out, tiny.runs().out, "the table is the same");
    assert_eq!(tiny.gko(&["run", "pipeline.toml", "--dry-run"]).code, Some(0));
}

#[test]
fn quiet_leaves_the_table_out() {
    let tiny = Tiny::new();
    let ran = tiny.gko(&["run", "pipeline.toml", "--out", "out", "--quiet"]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), ""));
    ran.says(&["wrote out/manifest.json"]);
}

#[test]
fn no_line_of_the_table_is_wider_than_asked() {
    let tiny = Tiny::new();
    for width in [40, 80, 120, 200] {
        let ran = tiny.gko(&["run", "pipeline.toml", "--dry-run", "--width", &width.to_string()]);
        let widest = ran.out.lines().map(|line| line.chars().count()).max();
        assert!(widest <= Some(width), "{widest:?} of {width}\n{}", ran.out);
    }
}

#[test]
fn data_can_lie_in_another_folder() {
    let tiny = Tiny::new();
    fs::create_dir(tiny.path("elsewhere")).unwrap();
    fs::rename(tiny.path("data.csv"), tiny.path("elsewhere/data.csv")).unwrap();
    tiny.refused("GKO-M001", &["data.csv", "--data"]);
    let ran = tiny.gko(&["run", "pipeline.toml", "--out", "out", "--data", "elsewhere"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let ran = tiny.gko(&["run", "pipeline.toml", "--out", "out", "--data", "nowhere"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
}

#[test]
fn an_output_folder_that_cannot_be_is_exit_3() {
    let tiny = Tiny::new();
    fs::write(tiny.path("file"), "kept").unwrap();
    for out in ["file", "file/below"] {
        let ran = tiny.gko(&["run", "pipeline.toml", "--out", out]);
        assert_eq!(ran.code, Some(3), "{ran:?}");
        ran.says(&["[GKO-R001]", out, "--out"]);
    }
    assert_eq!(tiny.read("file"), "kept");
}

#[test]
fn a_folder_in_the_place_of_a_file_leaves_the_earlier_run_whole() {
    let tiny = Tiny::new();
    tiny.runs();
    fs::remove_file(tiny.path("out/manifest.json")).unwrap();
    fs::create_dir(tiny.path("out/manifest.json")).unwrap();
    fs::write(tiny.path("out/indicators.csv"), "earlier").unwrap();
    let ran = tiny.run();
    assert_eq!(ran.code, Some(3), "{ran:?}");
    ran.says(&["[GKO-R001]", "manifest.json"]);
    assert_eq!(tiny.read("out/indicators.csv"), "earlier");
    assert_eq!(names(&tiny, "out").len(), 4, "no temporary file is left");
}

#[test]
fn a_reader_that_has_enough_is_no_failure_and_the_files_are_written() {
    let tiny = Tiny::new();
    let mut command = tiny.command(&["run", "pipeline.toml", "--out", "out"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let mut err = String::new();
    child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
    let ran = Ran { code: child.wait().unwrap().code(), out: String::new(), err };
    assert_eq!(ran.code, Some(0), "{ran:?}");
    ran.says(&["wrote out/manifest.json"]);
    assert!(!ran.err.contains("panicked"));
    assert!(tiny.path("out/manifest.json").is_file());
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_under_standard_output_is_exit_3() {
    let tiny = Tiny::new();
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut command = tiny.command(&["run", "pipeline.toml", "--out", "out"]);
    let ran = Ran::from(command.stdout(full).output().unwrap());
    assert_eq!(ran.code, Some(3), "{ran:?}");
    ran.says(&["standard output", "[GKO-X001]"]);
    assert!(!tiny.path("out").exists());
}
