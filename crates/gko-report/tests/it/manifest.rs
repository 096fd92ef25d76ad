//! The manifest: what it promises a machine, and what it does not tell.

use std::collections::BTreeSet;

use gko_report::{CountOrFew, OutputEntry, OutputFile, bases_csv, findings_csv};
use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};
use serde_json::Value;

use crate::demo::Demo;

fn manifest(demo: &Demo) -> Value {
    serde_json::to_value(demo.manifest()).unwrap()
}

#[test]
fn it_says_what_it_is_and_what_made_it() {
    let manifest = manifest(&Demo::new());
    assert_eq!(manifest["kind"], "gko-manifest");
    assert_eq!(manifest["schema_version"], "1.0");
    assert_eq!(manifest["tool"]["name"], "gko");
    assert_eq!(manifest["tool"]["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(manifest["synthetic"], true);
    assert_eq!(manifest["created"], "2024-01-01T00:00:00+00:00");
    assert_eq!(manifest["documents"]["codebook.toml"].as_str().map(str::len), Some(64));
}

#[test]
fn its_keys_are_those_that_programs_rely_on() {
    let manifest = manifest(&Demo::new());
    let keys: BTreeSet<&str> = manifest.as_object().unwrap().keys().map(String::as_str).collect();
    let expected = [
        "bases",
        "code_maps",
        "count_rule",
        "created",
        "documents",
        "figures",
        "findings",
        "inputs",
        "kind",
        "outputs",
        "schema_version",
        "settings",
        "synthetic",
        "title",
        "tool",
    ];
    assert_eq!(keys, BTreeSet::from(expected));
}

#[test]
fn rows_of_every_file_add_up() {
    let manifest = manifest(&Demo::new());
    let inputs = manifest["inputs"].as_array().unwrap();
    assert_eq!(inputs.len(), 3);
    for input in inputs {
        let count = |key: &str| input[key].as_u64().unwrap();
        let excluded = input["excluded"].as_object().unwrap().values();
        let excluded: u64 = excluded.map(|count| count.as_u64().unwrap()).sum();
        assert_eq!((count("rows_in"), count("zero_weight")), (241, 1));
        assert_eq!(count("rows_in"), excluded + count("rows_out"));
    }
}

#[test]
fn rows_of_every_base_add_up_before_they_are_protected() {
    for base in Demo::new().bases {
        let unknown: u64 = base.base_unknown.values().sum();
        let excluded: u64 = base.excluded.values().sum();
        assert_eq!(base.rows, base.out_of_base + unknown + excluded + base.in_base, "{base:?}");
    }
}

#[test]
fn figures_are_counted_by_mark() {
    let demo = Demo::new();
    let figures = &manifest(&demo)["figures"];
    let counts = figures.as_object().unwrap().values().map(|count| count.as_u64().unwrap());
    assert_eq!(counts.sum::<u64>(), demo.release.table.rows().len() as u64);
}

#[test]
fn counts_of_respondents_are_multiples_of_five_or_few() {
    fn check(value: &Value) {
        match value {
            Value::Object(entries) => entries.values().for_each(check),
            Value::Number(number) => assert_eq!(number.as_u64().unwrap() % 5, 0, "{number}"),
            Value::String(text) if text.starts_with('<') => assert_eq!(text, "<10"),
            _ => {}
        }
    }
    let manifest = manifest(&Demo::new());
    let bases = manifest["bases"].as_array().unwrap();
    let findings = manifest["findings"].as_array().unwrap();
    assert!(!bases.is_empty() && !findings.is_empty());
    bases.iter().chain(findings).for_each(check);
    assert!(manifest["findings"][0].get("examples").is_none());
}

proptest! {
    #[test]
    fn a_count_is_few_or_within_two_of_the_truth(count in any::<u64>(), small in 0_u64..2000) {
        for count in [count, small] {
            match CountOrFew::of(count) {
                CountOrFew::Few => prop_assert!(count < 10),
                CountOrFew::Hidden => prop_assert!(false, "a count by itself is never hidden"),
                CountOrFew::Count(rounded) => {
                    prop_assert!(count >= 10 && rounded >= 10);
                    prop_assert_eq!(rounded % 5, 0);
                    prop_assert!(rounded.abs_diff(count) <= 2);
                }
            }
        }
    }
}

#[test]
fn the_largest_count_does_not_overflow() {
    assert_eq!(CountOrFew::of(u64::MAX), CountOrFew::Count(u64::MAX));
    assert_eq!(CountOrFew::of(10), CountOrFew::Count(10));
    assert_eq!(CountOrFew::of(0), CountOrFew::Few);
}

#[test]
fn the_hash_of_an_output_is_that_of_its_bytes() {
    let entry = OutputEntry::of(&OutputFile::new("abc.txt", b"abc".to_vec()));
    // FIPS 180-2, appendix B.1.
    let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!((entry.name.as_str(), entry.sha256.as_str()), ("abc.txt", expected));
}

#[test]
fn the_files_for_checking_are_exact_and_rectangular() {
    let demo = Demo::new();
    let bases = bases_csv(&demo.bases).unwrap();
    let rows: Vec<csv::StringRecord> =
        csv::Reader::from_reader(bases.as_slice()).records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 18, "six indicators in three countries");
    assert!(rows.iter().all(|row| row.len() == 10 && &row[3] == "241"));
    let findings = String::from_utf8(findings_csv(demo.data.findings()).unwrap()).unwrap();
    let header = "code,meaning,file,variable,count,first_record,examples";
    assert_eq!(findings.lines().next(), Some(header));
    assert!(findings.contains("GKO-F011"), "{findings}");
}
