//! Pipelines, codebooks and catalogues that are refused, before any data are read.

use crate::tiny::Tiny;

#[test]
fn the_tiny_pipeline_itself_runs() {
    let ran = Tiny::new().runs();
    assert!(ran.out.contains("SYNTHETIC DATA"), "{}", ran.out);
    assert!(ran.out.contains("Can change privacy settings"), "{}", ran.out);
}

#[test]
fn a_document_that_is_not_there_is_named() {
    let tiny = Tiny::new();
    let ran = tiny.gko(&["run", "nowhere.toml", "--out", "out"]);
    assert_eq!(ran.code, Some(1));
    ran.says(&["nowhere.toml", "[GKO-M001]"]);
    for file in ["codebook.toml", "indicators.toml", "data.csv"] {
        let tiny = Tiny::new();
        std::fs::remove_file(tiny.path(file)).unwrap();
        tiny.refused("GKO-M001", &[file, "start at its own folder", "--data"]);
    }
}

#[test]
fn an_unknown_key_is_named_with_its_place_and_the_nearest() {
    for (file, from, to, place, nearest) in [
        ("pipeline.toml", "title = ", "titel = ", "pipeline.toml:2:1", "`title`"),
        ("pipeline.toml", "psu = ", "psus = ", "pipeline.toml:10:1", "`psu`"),
        ("pipeline.toml", "minimum_n ", "minimun_n ", "pipeline.toml:26:1", "`minimum_n`"),
        ("codebook.toml", "title = ", "titel = ", "codebook.toml:3:1", "`title`"),
        ("codebook.toml", "responses = ", "response = ", "codebook.toml:25:1", "`responses`"),
        ("indicators.toml", "class = ", "klass = ", "indicators.toml:12:1", "`class`"),
        ("indicators.toml", "numerator = ", "numerater = ", "indicators.toml:15:1", "`numerator`"),
    ] {
        let words = [place, &format!("did you mean {nearest}"), "Valid keys"];
        Tiny::with(file, from, to).refused("GKO-C002", &words);
    }
}

#[test]
fn all_faults_of_a_document_come_in_one_run() {
    let tiny = Tiny::with("pipeline.toml", "title = ", "titel = ");
    tiny.change("pipeline.toml", "minimum_n ", "minimun_n ");
    tiny.refused("GKO-C002", &["pipeline.toml:2:1", "pipeline.toml:26:1", "GKO-C003"]);
}

#[test]
fn settings_that_make_no_sense_are_refused_with_the_way_out() {
    let change = |from, to| Tiny::with("pipeline.toml", from, to);
    change("0.95", "95").refused("GKO-C011", &["level", "like 0.95"]);
    change("0.95", "nan").refused("GKO-C004", &["level"]);
    change("minimum_n = 5", "minimum_n = 1").refused("GKO-C011", &["raise it to 5"]);
    change("minimum_n = 5", "minimum_n = -30").refused("GKO-C011", &["minimum_n", "5 or more"]);
    change("minimum_count = 3", "minimum_count = 0").refused("GKO-C011", &["raise it to 3"]);
    change("\"none\"", "\"nchs\"").refused("GKO-C005", &["nchs-2017"]);
    change("level = 0.95", "interval = \"wald\"").refused("GKO-C011", &["logit"]);
    change("level = 0.95", "single_psu = \"ignore\"").refused("GKO-C011", &["certainty"]);
    change("\"csv\"", "\"dta\"").refused("GKO-C005", &["csv, parquet, arrow-ipc, sav"]);
    change("separator = \",\"\n", "").refused("GKO-C003", &["separator"]);
    change("\"utf-8\"", "\"utf-9\"").refused("GKO-M006", &["windows-1252"]);
    change("wave = \"2018\"", "wave = \"2019\"").refused("GKO-M013", &["2019", "it has 2018"]);
}

#[test]
fn a_name_that_no_codebook_has_is_found_before_data_are_read() {
    let words = ["`Q2` does not exist", "error: indicators.toml has", "indicators.toml:15:13"];
    Tiny::with("indicators.toml", "Q1 = yes", "Q2 = yes").refused("GKO-C007", &words);
    Tiny::with("indicators.toml", "Q1 = yes", "Q1 = maybe").refused("GKO-C011", &["no, yes"]);
    Tiny::with("indicators.toml", "\"sex\"\nlabel", "\"country\"\nlabel")
        .refused("GKO-C011", &["column of every table"]);
}

#[test]
fn invented_data_never_stand_under_a_real_country() {
    let tiny = Tiny::with("pipeline.toml", "country_column = \"country\"", "country = \"ALB\"");
    tiny.refused("GKO-P001", &["ALB", "XAA"]);
    let tiny = Tiny::with("codebook.toml", "tiny-synthetic", "tiny");
    tiny.refused("GKO-C011", &["tiny-synthetic"]);
}

#[test]
fn check_counts_what_the_documents_hold_and_opens_no_data() {
    let tiny = Tiny::new();
    std::fs::remove_file(tiny.path("data.csv")).unwrap();
    let ran = tiny.gko(&["check", "pipeline.toml"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    for words in [
        "tiny-synthetic (synthetic data)",
        "2 variables, 0 multi-response sets",
        "indicators   1 (1 skill)",
        "1 file; stratum `stratum`, PSU `psu`, weight `weight`",
        "no faults",
    ] {
        assert!(ran.out.contains(words), "`{words}` is not in {}", ran.out);
    }
}

#[test]
fn check_lists_faults_with_exit_1() {
    let ran = Tiny::with("codebook.toml", "title = ", "titel = ").gko(&["check", "pipeline.toml"]);
    assert_eq!(ran.code, Some(1));
    ran.says(&["codebook.toml:3:1", "[GKO-C002]", "[GKO-C003]"]);
    assert!(ran.out.is_empty());
}

#[test]
fn a_document_cannot_steer_the_terminal() {
    // `Ran` refuses control characters in whatever the command prints.
    let tiny = Tiny::with("pipeline.toml", "\"Tiny\"", "\"\\u001b[2JTiny\\u0007\"");
    assert!(tiny.runs().out.contains("[2JTiny"));
    let tiny = Tiny::with("pipeline.toml", "\"csv\"", "\"\\u001b]0;x\\u0007\"");
    tiny.refused("GKO-C005", &["]0;x"]);
    let tiny = Tiny::with("indicators.toml", "\"Can change", "\"\\u001b[31mCan change");
    assert!(tiny.runs().out.contains("[31mCan change"));
}
