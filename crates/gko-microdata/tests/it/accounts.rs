//! Weights, and the account of rows: in = out + excluded, always.

use gko_microdata::{
    Error, FindingKind, Input, Layout, Microdata, MissingWeight, WeightScale, read,
};
use polars::prelude::{DataFrame, NamedFrom, Series};

use crate::demo::{codebook, design, found, weighted, words};

fn rows(weights: &[&str]) -> String {
    let lines = weights.iter().enumerate().map(|(i, w)| format!("{},a,{},{w},1\n", i + 1, i % 2));
    format!("id,stratum,psu,weight,F11\n{}", lines.collect::<String>())
}

fn excluding() -> Layout {
    Layout { missing_weight: MissingWeight::Exclude, ..design() }
}

pub fn balanced(data: &Microdata) {
    let account = data.accounting();
    assert_eq!(account.rows_in(), account.rows_out() + account.excluded());
    assert_eq!(account.rows_out(), data.rows() as u64);
    for file in &account.files {
        assert_eq!(
            file.rows_in,
            file.rows_out + file.excluded.values().sum::<u64>(),
            "{}",
            file.name
        );
    }
}

#[test]
fn weights_that_are_none_refuse_the_file_with_their_number_and_first_record() {
    for (weights, what) in [
        (["1", "-0.5", "-1"], "negative"),
        (["1", "inf", "-Infinity"], "infinite"),
        (["1", "NaN", "nan"], "not numbers"),
        (["1", "n/a", "0,5"], "not numbers"),
        (["1", "1e999", "1e999"], "infinite"),
    ] {
        let csv = rows(&weights).replace("0,5", "\"0,5\"");
        for layout in [design(), excluding()] {
            let error = weighted(&csv, &layout).unwrap_err();
            let Error::Weight { record, count, what: found, .. } = &error else {
                panic!("{error}")
            };
            assert_eq!((*record, *count, *found), (2, 2, what), "{error}");
        }
    }
}

#[test]
fn a_decimal_comma_under_the_wrong_dialect_is_no_weight_and_says_so() {
    let error = weighted("id;weight;F11\n1;0,5;1\n", &design()).unwrap_err();
    assert!(matches!(&error, Error::Record { record: 1, .. }), "one strange column: {error}");
    let csv = rows(&["\"0,5\"", "\"1,5\""]);
    let message = weighted(&csv, &design()).unwrap_err().to_string();
    assert!(
        message.contains("2 weights are not numbers") && message.contains("decimal mark"),
        "{message}"
    );
}

#[test]
fn a_missing_weight_refuses_or_excludes_and_is_counted() {
    let csv = rows(&["1", "", " ", "2"]);
    let error = weighted(&csv, &design()).unwrap_err();
    assert!(matches!(error, Error::Weight { what: "missing", record: 2, count: 2, .. }), "{error}");
    assert!(error.to_string().contains("missing_weight = \"exclude\""), "{error}");
    let data = weighted(&csv, &excluding()).unwrap();
    balanced(&data);
    assert_eq!((data.rows(), data.weights()), (2, [1.0, 2.0].as_slice()));
    assert_eq!(data.psus(), [0, 1], "PSU labels of rows 1 and 4");
    assert_eq!(words(&data, &codebook(), "F11"), ["yes", "yes"]);
    assert_eq!(data.accounting().files[0].excluded["missing-weight"], 2);
    assert_eq!(found(&data, FindingKind::MissingWeightExcluded, "weight").unwrap().count, 2);
}

#[test]
fn when_no_row_is_left_that_is_an_error() {
    let error = weighted(&rows(&["", ""]), &excluding()).unwrap_err();
    assert!(matches!(error, Error::NothingLeft { excluded: 2 }), "{error}");
}

#[test]
fn zero_weights_stay_in_the_design_and_are_counted() {
    let data = weighted(&rows(&["0", "0.0", "1"]), &design()).unwrap();
    balanced(&data);
    assert_eq!((data.rows(), data.accounting().files[0].zero_weight), (3, 2));
    assert_eq!(found(&data, FindingKind::ZeroWeight, "weight").unwrap().count, 2);
}

#[test]
fn in_memory_a_null_weight_is_missing_and_a_nan_is_no_number() {
    let frame = |weights: &[Option<f64>]| {
        let columns = vec![
            Series::new("id".into(), (0..weights.len() as i64).collect::<Vec<_>>()).into(),
            Series::new("land".into(), vec!["XAA"; weights.len()]).into(),
            Series::new("round".into(), vec!["w1"; weights.len()]).into(),
            Series::new("weight".into(), weights).into(),
            Series::new(
                "F11".into(),
                vec![Some(1.0), Some(f64::NAN), None][..weights.len()].to_vec(),
            )
            .into(),
        ];
        Input::frame("frame", DataFrame::new_infer_height(columns).unwrap(), "land", "round")
    };
    let layout = Layout { stratum: None, psu: None, ..excluding() };
    let read = |weights: &[Option<f64>]| read(&[frame(weights)], &layout, &codebook());
    let error = read(&[Some(1.0), Some(f64::NAN)]).unwrap_err();
    assert!(matches!(error, Error::Weight { what: "not numbers", record: 2, .. }), "{error}");
    let error = read(&[Some(f64::NEG_INFINITY)]).unwrap_err();
    assert!(matches!(error, Error::Weight { what: "infinite", .. }), "{error}");
    let data = read(&[Some(1.0), Some(1.0), None]).unwrap();
    balanced(&data);
    // A NaN answer is a blank one.
    assert_eq!(words(&data, &codebook(), "F11"), ["yes", "system-missing"]);
}

#[test]
fn weights_are_held_against_their_declared_scale() {
    let with = |scale| Layout { weight_scale: scale, ..design() };
    let csv = rows(&["1.5", "2.5"]);
    let mean = weighted(&csv, &with(WeightScale::MeanOne)).unwrap();
    assert_eq!(
        found(&mean, FindingKind::WeightScale, "(weight)").unwrap().examples,
        ["mean 2.0000"]
    );
    let population = weighted(&csv, &with(WeightScale::Population)).unwrap();
    assert!(found(&population, FindingKind::WeightScale, "(weight)").is_none());
    let small = weighted(&rows(&["0.5", "0.7"]), &with(WeightScale::Population)).unwrap();
    assert!(found(&small, FindingKind::WeightScale, "(weight)").is_some());
    let relative = weighted(&csv, &with(WeightScale::Relative)).unwrap();
    assert!(found(&relative, FindingKind::WeightScale, "(weight)").is_none());
}

#[test]
fn every_file_has_an_account_of_its_own() {
    let a = Input::csv_text("a.csv", &rows(&["1", ""]), "XAA", "w1");
    let b = Input::csv_text("b.csv", &rows(&["", "", "0"]), "XAB", "w1");
    let data = read(&[a, b], &excluding(), &codebook()).unwrap();
    balanced(&data);
    let files = data.accounting().files.iter();
    let counts: Vec<_> =
        files.map(|f| (f.name.as_str(), f.rows_in, f.rows_out, f.format)).collect();
    assert_eq!(counts, [("a.csv", 2, 1, "csv"), ("b.csv", 3, 1, "csv")]);
    assert_eq!(data.sample_of_row(), [0, 1]);
}

#[test]
fn a_country_whose_rows_are_all_excluded_is_no_sample() {
    let inputs = [
        Input::csv_text("a.csv", &rows(&["", ""]), "XAA", "w1"),
        Input::csv_text("b.csv", &rows(&["1", "2"]), "XAB", "w1"),
    ];
    let data = read(&inputs, &excluding(), &codebook()).unwrap();
    let countries: Vec<&str> = data.samples().iter().map(|s| s.country.as_str()).collect();
    assert_eq!(countries, ["XAB"]);
    assert_eq!(data.sample_of_row(), [0, 0]);
    balanced(&data);
}
