//! Plausible values beside R's `withPV` and `MIcombine`.

use std::path::Path;

use gko_survey::{
    Columns, CompleteDf, Design, Domain, Mean, Population, Stage, Survey, combine_imputations,
};
use serde_json::Value;

fn schools() -> Vec<csv::StringRecord> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/oracle/data");
    let mut reader = csv::Reader::from_path(folder.join("apiclus1.csv")).unwrap();
    let names = reader.headers().unwrap().clone();
    std::iter::once(names).chain(reader.records().map(Result::unwrap)).collect()
}

fn column(rows: &[csv::StringRecord], name: &str) -> Vec<f64> {
    let at = rows[0].iter().position(|other| other == name).unwrap();
    rows[1..].iter().map(|row| row[at].parse().unwrap()).collect()
}

/// `tests/fixtures/imputations/run.R` has the call and how the values are made.
#[test]
fn plausible_values_agree_with_r() {
    let rows = schools();
    let [before, after, enroll] = ["api99", "api00", "enroll"].map(|name| column(&rows, name));
    let third = before
        .iter()
        .zip(&after)
        .enumerate()
        .map(|(row, (one, two))| (one + two) / 2.0 + 3.0 * ((row + 1) as f64).cos());
    let plausible =
        [before.clone(), after.iter().map(|x| x - 20.0).collect(), third.collect::<Vec<f64>>()];
    let district: Vec<u32> =
        column(&rows, "dnum").iter().map(|code| format!("{code}").parse().unwrap()).collect();
    let (weights, fpc) = (column(&rows, "pw"), column(&rows, "fpc"));
    let stage = Stage::units(&district).population(Population::Counts(&fpc));
    let design = Design::builder(weights.len()).stage(stage).weights(&weights).build().unwrap();
    let survey = Survey::new(design);
    let one = |pv: &Vec<f64>| {
        let mean = Mean::new(Columns::new().number("pv", pv).number("enroll", &enroll));
        survey.estimate(&mean, &Domain::all(weights.len())).unwrap()
    };
    let each: Vec<_> = plausible.iter().map(one).collect();
    let got = combine_imputations(&each, CompleteDf::Infinite).unwrap();
    let text = include_str!("../fixtures/imputations/expected.json");
    let expected: Value = serde_json::from_str(text).unwrap();
    let close = |got: &[f64], field: &str, tolerance: f64| {
        let expected = expected[field].as_array().unwrap();
        assert_eq!(got.len(), expected.len());
        for (got, expected) in got.iter().zip(expected) {
            let expected = expected.as_f64().unwrap();
            assert!((got / expected - 1.0).abs() < tolerance, "{field}: {got} is not {expected}");
        }
    };
    close(got.values(), "value", 1e-10);
    close(got.covariance().as_slice(), "vcov", 1e-8);
    close(&got.df()[..1], "df", 1e-8);
    close(&got.missing_information()[..1], "missing", 1e-8);
    // Enrolment is not imputed: nothing is missing of it.
    assert_eq!(got.df()[1], f64::INFINITY);
    assert_eq!(got.missing_information()[1], 0.0);
}
