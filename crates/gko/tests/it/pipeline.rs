//! Pipelines: what a file may say, the steps of a run, and what it comes to.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use gko::codebook::Unit;
use gko::microdata::{Format, MissingWeight, PsuLabels, WeightScale};
use gko::prelude::*;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures")
}

fn global() -> Pipeline {
    Pipeline::open(&root().join("global/pipeline.toml")).unwrap()
}

/// The fixture's outcome, computed once for all tests that only look at it.
fn outcome() -> &'static Outcome {
    static OUTCOME: OnceLock<Outcome> = OnceLock::new();
    OUTCOME.get_or_init(|| global().run(&mut |_| ()).unwrap())
}

const TEXT: &str = r#"
format = "gko-pipeline/1"
title = "Two units"
codebook = "codebook.toml"
indicators = "indicators.toml"
[[unit]]
unit = "parent"
id = "parent_id"
link = "child_id"
[[unit.input]]
path = "parents.parquet"
format = "parquet"
country = "XAA"
wave_column = "wave"
[[unit]]
unit = "child"
id = "id"
stratum = "s"
psu = "p"
weight = "w"
weight_scale = "population"
psu_labels = "unique"
missing_weight = "exclude"
[[unit.input]]
path = "children.csv"
format = "csv"
separator = ";"
encoding = "latin-1"
decimal = ","
country_column = "c"
wave = "2018"
[estimation]
level = 0.9
interval = "logit"
single_psu = "adjust"
[disclosure]
minimum_n = 30
"#;

fn parse(text: &str) -> Result<Pipeline, Error> {
    Pipeline::parse(text, "pipeline.toml", Path::new("folder"))
}

#[track_caller]
fn refused(from: &str, to: &str, words: &[&str]) {
    assert!(TEXT.contains(from), "{from}");
    let message = parse(&TEXT.replacen(from, to, 1)).unwrap_err().to_string();
    for word in words {
        assert!(message.contains(word), "`{word}` is not in {message}");
    }
}

#[test]
fn a_file_says_what_it_says() {
    let pipeline = parse(TEXT).unwrap();
    assert_eq!(pipeline.data_folder, Path::new("folder"));
    let [child, parent] = pipeline.units.as_slice() else { panic!("two units") };
    assert_eq!((child.layout.unit, parent.layout.unit), (Unit::Child, Unit::Parent));
    assert_eq!(child.layout.weight_scale, WeightScale::Population);
    assert_eq!(child.layout.psu_labels, PsuLabels::Unique);
    assert_eq!(child.layout.missing_weight, MissingWeight::Exclude);
    assert_eq!(parent.layout.link.as_deref(), Some("child_id"));
    let dialect = CsvDialect { separator: b';', encoding: "latin-1".into(), decimal: ',' };
    assert_eq!(child.inputs[0].format, Format::Csv(dialect));
    assert_eq!(parent.inputs[0].country, Origin::Constant("XAA".into()));
    assert_eq!(pipeline.estimation.interval, IntervalMethod::Logit);
    assert_eq!(pipeline.estimation.single_psu, SinglePsu::Adjust);
    assert_eq!((pipeline.rules.minimum_n, pipeline.rules.minimum_count), (30, 10));
}

#[test]
fn what_a_file_leaves_out_has_the_strict_default() {
    let cut = TEXT.find("[estimation]").unwrap();
    let text = TEXT[..cut].replace("psu_labels = \"unique\"\nmissing_weight = \"exclude\"\n", "");
    let pipeline = parse(&text).unwrap();
    assert_eq!(pipeline.estimation, Options::default());
    assert_eq!(pipeline.estimation.single_psu, SinglePsu::Fail);
    assert_eq!(pipeline.rules, Rules::default());
    assert_eq!(pipeline.units[0].layout.missing_weight, MissingWeight::Refuse);
    assert_eq!(pipeline.units[0].layout.psu_labels, PsuLabels::NestedInStratum);
}

#[test]
fn contradictions_are_refused_with_their_place() {
    refused("unit = \"parent\"", "unit = \"child\"", &["a unit stands twice"]);
    refused("wave = \"2018\"", "wave = \"2018\"\nwave_column = \"w\"", &["give either `wave`"]);
    refused("country = \"XAA\"\n", "", &["pipeline.toml:10:", "`country`", "`country_column`"]);
    refused("decimal = \",\"", "decimal = \";\"", &["pipeline.toml:", "`decimal`"]);
    refused("format = \"parquet\"", "format = \"parquet\"\nseparator = \",\"", &["GKO-C002"]);
    refused("gko-pipeline/1", "gko-pipeline/2", &["gko-pipeline/1", "GKO-C005"]);
    refused("level = 0.9", "level = 0.1", &["GKO-C011", "0.95"]);
    refused("level = 0.9", "level = 1.0", &["GKO-C011", "0.95"]);
    refused("minimum_n = 30", "minimum_n = \"30\"", &["GKO-C004"]);
}

#[test]
fn a_pipeline_without_a_unit_or_an_input_is_refused() {
    let head = &TEXT[..TEXT.find("[[unit]]").unwrap()];
    assert!(parse(head).unwrap_err().to_string().contains("at least one [[unit]]"));
    let text = format!("{head}[[unit]]\nunit = \"child\"\n");
    assert!(parse(&text).unwrap_err().to_string().contains("the child has no [[unit.input]]"));
    assert_eq!(parse("").unwrap_err().code(), "GKO-C000");
}

#[test]
fn the_pipelines_of_the_repository_are_without_fault() {
    for name in ["global", "yrbs"] {
        let pipeline = Pipeline::open(&root().join(name).join("pipeline.toml")).unwrap();
        let sources = pipeline.sources().unwrap();
        let names: Vec<&str> = sources.texts.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["pipeline", "codebook.toml", "indicators.toml"]);
    }
}

#[test]
fn every_step_is_announced_once_and_in_order() {
    let mut steps = Vec::new();
    global().run(&mut |step| steps.push(step.clone())).unwrap();
    let places: Vec<usize> = steps.iter().map(|step| step.done).collect();
    assert_eq!(places, (0..8).collect::<Vec<_>>(), "five files, two units, one release");
    assert!(steps.iter().all(|step| step.total == 8));
    let stages: Vec<&str> = steps.iter().map(|step| step.stage.as_str()).collect();
    let (read, sum) = ("integrate", "aggregate");
    assert_eq!(stages, [read, read, read, read, sum, read, sum, "disclosure control"]);
    assert_eq!(
        (steps[0].what.as_str(), steps[5].what.as_str()),
        ("data/children.csv", "data/parents.parquet")
    );
}

#[test]
fn an_outcome_is_whole_before_anything_is_written() {
    let outcome = outcome();
    let files = outcome.files().unwrap();
    let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names.last(), Some(&"manifest.json"), "the manifest is put in place last");
    let folder = tempfile::tempdir().unwrap();
    let paths = outcome.write(folder.path()).unwrap();
    for (file, path) in files.iter().zip(&paths) {
        assert_eq!(fs::read(path).unwrap(), file.bytes, "{}", file.name);
    }
}

#[test]
fn the_manifest_lists_the_released_files_by_the_hash_of_their_bytes() {
    let files = outcome().files().unwrap();
    let (manifest, others) = files.split_last().unwrap();
    let (private, others): (Vec<_>, Vec<_>) = others.iter().partition(|file| file.is_private);
    assert!(private.iter().all(|file| file.name.starts_with("for_checking/")));
    assert_eq!(private.len(), 2);
    let manifest: serde_json::Value = serde_json::from_slice(&manifest.bytes).unwrap();
    let outputs = manifest["outputs"].as_array().unwrap();
    assert_eq!(outputs.len(), others.len());
    for (entry, file) in outputs.iter().zip(others) {
        assert_eq!(entry["name"], file.name.as_str());
        assert_eq!(entry["sha256"], gko::codebook::sha256_hex(&file.bytes).as_str());
    }
}

#[test]
fn every_setting_that_can_change_a_number_is_in_the_manifest() {
    let manifest = &outcome().manifest;
    let settings = &manifest.settings;
    assert_eq!((&settings["level"], &settings["minimum_n"]), (&0.95.into(), &25.into()));
    assert_eq!(settings["single_psu"], "fail");
    let children = &settings["units"][0];
    for (key, value) in [
        ("unit", "child"),
        ("stratum", "stratum"),
        ("psu", "psu"),
        ("weight", "weight"),
        ("weight_scale", "mean-one"),
        ("psu_labels", "nested"),
        ("missing_weight", "refuse"),
    ] {
        assert_eq!(children[key], value, "{key}");
    }
    assert_eq!(settings["units"][1]["link"], "child_id");
    assert_eq!(manifest.documents.len(), 3);
    assert_eq!(manifest.code_maps.len(), 1);
}

#[test]
fn rows_are_accounted_for_in_files_and_bases() {
    let outcome = outcome();
    for input in &outcome.manifest.inputs {
        let excluded: u64 = input.account.excluded.values().sum();
        assert_eq!(
            input.account.rows_in,
            excluded + input.account.rows_out,
            "{}",
            input.account.name
        );
    }
    let catalogue = global().sources().unwrap().catalogue;
    for unit in [Unit::Child, Unit::Parent] {
        let inputs = outcome.manifest.inputs.iter().filter(|input| input.unit == unit.as_str());
        let rows_out: u64 = inputs.map(|input| input.account.rows_out).sum();
        for indicator in catalogue.indicators.iter().filter(|i| i.unit == unit) {
            let bases = outcome.bases.iter().filter(|b| b.indicator.as_ref() == indicator.id);
            assert_eq!(bases.map(|base| base.rows).sum::<u64>(), rows_out, "{}", indicator.id);
        }
    }
}

#[test]
fn threads_change_no_byte() {
    let files = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let files = pool.install(|| global().run(&mut |_| ()).unwrap().files().unwrap());
        files.into_iter().filter(|file| file.name != "manifest.json").collect::<Vec<_>>()
    };
    let one = files(1);
    assert_eq!(one.len(), 4);
    for threads in [2, 3, 8] {
        assert!(files(threads) == one, "{threads} threads");
    }
}

#[test]
fn errors_say_on_which_side_they_are() {
    let missing = Pipeline::open(Path::new("nowhere.toml")).unwrap_err();
    assert_eq!((missing.code(), missing.is_output()), ("GKO-M001", false));
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("file"), "").unwrap();
    let outcome = outcome();
    let error = outcome.write(&folder.path().join("file")).unwrap_err();
    assert_eq!((error.code(), error.is_output()), ("GKO-R001", true));
}

#[test]
fn data_of_another_folder_are_looked_for_there_alone() {
    let empty = tempfile::tempdir().unwrap();
    let error = global().with_data_folder(empty.path()).run(&mut |_| ()).unwrap_err();
    assert_eq!(error.code(), "GKO-M001");
    let outcome = global().with_data_folder(&root().join("global")).run(&mut |_| ()).unwrap();
    assert!(outcome.release.synthetic);
}
