//! Data that are refused, and data that are doubtful and go on.

use crate::tiny::Tiny;

/// One cell of the first record changed.
fn cell(from: &str, to: &str) -> Tiny {
    let first = "XAA,XAA-0,1,1,0.5,1,1";
    assert!(first.contains(from));
    Tiny::with("data.csv", first, &first.replacen(from, to, 1))
}

#[test]
fn a_path_that_leaves_the_folder_is_refused() {
    for path in ["../data.csv", "a/../../data.csv", "/etc/passwd", "https://example.org/data.csv"] {
        let tiny = Tiny::with("pipeline.toml", "data.csv", path);
        tiny.refused("GKO-M016", &[path, "without `..`"]);
    }
    let tiny = Tiny::with("pipeline.toml", "codebook.toml", "../codebook.toml");
    tiny.refused("GKO-M016", &["../codebook.toml"]);
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_out_is_refused_and_one_within_is_not() {
    let (tiny, other) = (Tiny::new(), Tiny::new());
    std::os::unix::fs::symlink(other.path("data.csv"), tiny.path("link.csv")).unwrap();
    tiny.change("pipeline.toml", "data.csv", "link.csv");
    tiny.refused("GKO-M016", &["link.csv", "links that lead out"]);
    std::fs::remove_file(tiny.path("link.csv")).unwrap();
    std::os::unix::fs::symlink(tiny.path("data.csv"), tiny.path("link.csv")).unwrap();
    tiny.runs();
}

#[test]
fn a_folder_or_an_empty_file_is_no_data() {
    Tiny::with("pipeline.toml", "\"data.csv\"", "\".\"").refused("GKO-M001", &["directory"]);
    let tiny = Tiny::new();
    let text = tiny.read("data.csv");
    let header = text.lines().next().unwrap();
    for content in ["", header, &format!("{header}\n")] {
        tiny.write("data.csv", content);
        tiny.refused("GKO-M002", &["data.csv has no rows"]);
    }
}

#[test]
fn a_column_of_the_layout_that_is_not_there_is_named_with_the_nearest() {
    let tiny = Tiny::with("data.csv", "stratum,psu,weight", "stratum,psu,weigth");
    tiny.refused("GKO-M008", &["`weight`", "did you mean `weigth`"]);
    let tiny = Tiny::with("pipeline.toml", "psu = \"psu\"", "psu = \"cluster\"");
    tiny.refused("GKO-M008", &["`cluster`", "PSU"]);
    let tiny =
        Tiny::with("pipeline.toml", "country_column = \"country\"", "country_column = \"c\"");
    tiny.refused("GKO-M008", &["`c`", "country"]);
}

#[test]
fn weights_that_are_none_are_refused() {
    for (weight, what) in [
        ("heavy", "1 weights"),
        ("-0.5", "negative"),
        ("inf", "1 weights"),
        ("1e999", "1 weights"),
        ("NaN", "1 weights"),
        ("", "missing"),
    ] {
        cell("0.5", weight).refused("GKO-M010", &["`weight`", "record 1", what]);
    }
}

#[test]
fn a_missing_weight_is_excluded_and_counted_where_the_pipeline_says_so() {
    let tiny = cell("0.5", "");
    tiny.change(
        "pipeline.toml",
        "weight = \"weight\"",
        "weight = \"weight\"\nmissing_weight = \"exclude\"",
    );
    tiny.runs().says(&["GKO-F012"]);
    let manifest = tiny.read("out/manifest.json");
    assert!(manifest.contains("\"missing_weight\": \"exclude\""), "the setting is in the manifest");
    assert!(manifest.contains("\"rows_in\": 60") && manifest.contains("\"rows_out\": 59"));
}

#[test]
fn weights_that_are_all_zero_are_refused() {
    let tiny = Tiny::new();
    let zero = |line: &str| {
        let mut cells: Vec<&str> = line.split(',').collect();
        if cells[0] == "XAB" {
            cells[4] = "0";
        }
        cells.join(",") + "\n"
    };
    let text: String = tiny.read("data.csv").lines().map(zero).collect();
    tiny.write("data.csv", &text);
    let ran = tiny.run();
    assert_eq!(ran.code, Some(1), "{ran:?}");
    ran.says(&["GKO-I004"]);
}

#[test]
fn rows_that_cannot_be_placed_are_refused() {
    cell("XAA-0", "XAA-1").refused("GKO-M012", &["repeat an id", "record 2"]);
    cell("XAA-0", "").refused("GKO-M011", &["record 1", "id"]);
    cell("XAA,", "XXXX,").refused("GKO-C020", &["data.csv", "ISO 3166-1"]);
    cell("XAA,", ",").refused("GKO-M011", &["country"]);
    cell(",1,1,0.5", ",,1,0.5").refused("GKO-M011", &["stratum"]);
    cell(",1,1,0.5", ",1,,0.5").refused("GKO-M011", &["PSU"]);
}

#[test]
fn a_psu_in_two_strata_is_refused_where_labels_are_unique() {
    let tiny = cell(",1,1,0.5", ",2,1,0.5");
    tiny.runs();
    std::fs::remove_dir_all(tiny.path("out")).unwrap();
    tiny.change("pipeline.toml", "psu = \"psu\"", "psu = \"psu\"\npsu_labels = \"unique\"");
    let ran = tiny.run();
    assert_eq!(ran.code, Some(1), "{ran:?}");
    ran.says(&["GKO-I005"]);
    assert!(!tiny.path("out").exists());
}

#[test]
fn a_damaged_csv_is_refused_with_record_and_line() {
    cell(",1,1,0.5,1,1", ",1,1,0.5,1").refused("GKO-M004", &["record 1 (line 2)", "6 fields"]);
    cell("XAA-0", "\"XAA-0").refused("GKO-M004", &["quotes that do not close"]);
    cell("XAA-0", "X\0").refused("GKO-M004", &["NUL"]);
    let tiny = Tiny::with("data.csv", "SEX,Q1", "SEX,SEX");
    tiny.refused("GKO-M007", &["SEX", "rename"]);
    let tiny = Tiny::new();
    let bytes = tiny.read("data.csv").replacen("XAA-0", "XAA-?", 1).into_bytes();
    let bytes: Vec<u8> = bytes.into_iter().map(|b| if b == b'?' { 0xE9 } else { b }).collect();
    std::fs::write(tiny.path("data.csv"), bytes).unwrap();
    tiny.refused("GKO-M005", &["record 1", "column `id`", "windows-1252"]);
}

#[test]
fn a_code_that_the_codebook_does_not_have_is_counted_and_the_run_goes_on() {
    let tiny = cell("0.5,1,1", "0.5,1,7");
    tiny.runs().says(&["GKO-F001 codes not in the codebook (kept as invalid): 1 cell in 1 column"]);
    let findings = tiny.read("out/for_checking/findings.csv");
    assert!(findings.contains("data.csv,Q1,1,1,7"), "{findings}");
    assert!(!tiny.read("out/manifest.json").contains("\"examples\""));
}

#[test]
fn what_a_child_said_is_in_no_message_and_no_file() {
    let tiny = cell("0.5,1,1", "0.5,1,my uncle hurt me");
    let ran = tiny.runs();
    let files = ["out/for_checking/findings.csv", "out/manifest.json", "out/indicators.csv"];
    let all: Vec<String> =
        files.iter().map(|name| tiny.read(name)).chain([ran.out, ran.err]).collect();
    assert!(all.iter().all(|text| !text.contains("uncle")), "{all:?}");
}

#[test]
fn a_stratum_with_one_psu_names_four_ways_out_and_each_works() {
    // Stratum 3 of XAA gets the five children of PSU 6, and nobody else.
    let tiny = Tiny::new();
    let text = tiny.read("data.csv");
    let moved = |line: &str| match line.starts_with("XAA") && line.contains(",2,6,") {
        true => line.replacen(",2,6,", ",3,6,", 1) + "\n",
        false => line.to_owned() + "\n",
    };
    tiny.write("data.csv", &text.lines().map(moved).collect::<String>());
    let ways = ["remove", "certainty", "adjust", "average"];
    tiny.refused("GKO-I002", &["1 strata have one PSU", "XAA 2018 stratum 3"]);
    tiny.refused("GKO-I002", &ways.map(|way| format!("\"{way}\"")).each_ref().map(String::as_str));
    let mut errors = Vec::new();
    for (before, way) in ["level = 0.95"].into_iter().chain(ways).zip(ways) {
        tiny.change(
            "pipeline.toml",
            before,
            &match before {
                "level = 0.95" => format!("single_psu = \"{way}\""),
                _ => way.to_owned(),
            },
        );
        tiny.runs();
        assert!(tiny.read("out/manifest.json").contains(&format!("\"single_psu\": \"{way}\"")));
        errors.push(standard_error(&tiny));
    }
    assert_eq!(errors[0], errors[1], "neither gives the stratum a variance");
    assert!(errors[2] != errors[0] && errors[3] != errors[0], "{errors:?}");
}

/// The standard error of the share in XAA.
fn standard_error(tiny: &Tiny) -> String {
    let csv = tiny.read("out/indicators.csv");
    let total = csv.lines().find(|line| line.contains(",XAA,") && line.contains(",_T,")).unwrap();
    total.split(',').nth(7).unwrap().to_owned()
}

#[test]
fn a_finding_about_whole_columns_counts_columns() {
    let tiny = Tiny::with("data.csv", "SEX,Q1", "SEX,Q1,EXTRA");
    let text = tiny.read("data.csv").replace(",0\n", ",0,9\n").replace(",1\n", ",1,9\n");
    tiny.write("data.csv", &text);
    tiny.runs()
        .says(&["GKO-F007 column not in the codebook (ignored): 1 column (EXTRA in data.csv)\n"]);
}
