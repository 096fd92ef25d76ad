//! Plausible values beside R's `withPV` and `MIcombine`.

use gko_survey::{Columns, Df, Domain, Mean, Survey, combine_imputations};
use serde_json::Value;

use super::schools::Schools;

/// `tests/fixtures/imputations/run.R` has the call and how the values are made.
#[test]
fn plausible_values_agree_with_r() {
    let schools = Schools::read("apiclus1.csv");
    let [before, after, enroll] = ["api99", "api00", "enroll"].map(|name| schools.numbers(name));
    let third = before
        .iter()
        .zip(&after)
        .enumerate()
        .map(|(row, (one, two))| (one + two) / 2.0 + 3.0 * ((row + 1) as f64).cos());
    let plausible =
        [before.clone(), after.iter().map(|x| x - 20.0).collect(), third.collect::<Vec<f64>>()];
    let survey = Survey::new(schools.clusters());
    let one = |pv: &Vec<f64>| {
        let mean = Mean::new(Columns::new().number("pv", pv).number("enroll", &enroll));
        survey.estimate(&mean, &Domain::all(survey.rows())).unwrap()
    };
    let each: Vec<_> = plausible.iter().map(one).collect();
    let got = combine_imputations(&each, Df::Infinite).unwrap();
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
