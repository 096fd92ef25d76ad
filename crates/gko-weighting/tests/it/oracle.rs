//! R's results on the 90 rows of `fixtures/weights`.

use std::collections::BTreeMap;

const DATA: &str = include_str!("../fixtures/weights/weights.csv");
const RESULTS: &str = include_str!("../fixtures/weights/weights_r.csv");

/// A column of the data.
pub fn column(name: &str) -> Vec<f64> {
    let mut reader = csv::Reader::from_reader(DATA.as_bytes());
    let at = reader.headers().unwrap().iter().position(|header| header == name).unwrap();
    reader.records().map(|record| record.unwrap()[at].parse().unwrap()).collect()
}

/// A column of codes.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small codes")]
pub fn codes(name: &str) -> Vec<u32> {
    column(name).into_iter().map(|code| code as u32).collect()
}

/// R's values under a key.
pub fn r(key: &str) -> Vec<f64> {
    let mut reader = csv::Reader::from_reader(RESULTS.as_bytes());
    let mut values = BTreeMap::new();
    for record in reader.records() {
        let record = record.unwrap();
        if &record[0] == key {
            values.insert(record[1].parse::<usize>().unwrap(), record[2].parse().unwrap());
        }
    }
    assert!(!values.is_empty(), "no result {key}");
    values.into_values().collect()
}

/// All within a relative distance.
pub fn close(got: &[f64], want: &[f64], tolerance: f64) {
    assert_eq!(got.len(), want.len());
    for (at, (got, want)) in got.iter().zip(want).enumerate() {
        let gap = (got - want).abs();
        assert!(gap <= tolerance * want.abs().max(1e-3), "{at}: {got}, expected {want}");
    }
}
