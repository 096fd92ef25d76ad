//! The figures of `tests/oracle/global.json`: R survey's, from the data files alone.

use std::collections::BTreeMap;
use std::path::PathBuf;

use gko::indicators::FigureKey;
use serde_json::Value;

/// What tells one figure from another: country, unit, indicator, groups by breakdown.
pub type Place = (String, String, String, BTreeMap<String, String>);

/// One figure as R has it.
pub struct Figure {
    pub decision: String,
    numbers: BTreeMap<String, Option<f64>>,
}

impl Figure {
    pub fn number(&self, column: &str) -> Option<f64> {
        self.numbers[column]
    }

    pub fn count(&self, column: &str) -> u64 {
        // Counts are written without a fraction.
        format!("{:.0}", self.numbers[column].unwrap()).parse().unwrap()
    }
}

/// All of them, with the hashes of the files they were made from.
pub struct Reference {
    pub figures: BTreeMap<Place, Figure>,
    pub sha256: BTreeMap<String, String>,
}

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The fixture's pipeline.
pub fn pipeline() -> gko::Pipeline {
    gko::Pipeline::open(&path("../../fixtures/global/pipeline.toml")).unwrap()
}

fn words(object: &Value) -> BTreeMap<String, String> {
    let pairs = object.as_object().unwrap().iter();
    pairs.map(|(key, value)| (key.clone(), value.as_str().unwrap().to_owned())).collect()
}

pub fn reference() -> Reference {
    let text = std::fs::read_to_string(path("tests/oracle/global.json")).unwrap();
    let json: Value = serde_json::from_str(&text).unwrap();
    let columns = json["columns"].as_array().unwrap().iter();
    let columns: Vec<&str> = columns.map(|column| column.as_str().unwrap()).collect();
    let rows = json["figures"].as_array().unwrap();
    let figures: BTreeMap<Place, Figure> = rows.iter().map(|row| figure(&columns, row)).collect();
    assert_eq!(figures.len(), rows.len(), "a figure stands twice");
    Reference { figures, sha256: words(&json["sha256"]) }
}

fn figure(columns: &[&str], row: &Value) -> (Place, Figure) {
    let text = |at: usize| row[at].as_str().unwrap().to_owned();
    let place = (text(0), text(1), text(2), words(&row[3]));
    let numbers = columns.iter().enumerate().skip(5);
    let numbers = numbers.map(|(at, &column)| (column.to_owned(), row[at].as_f64())).collect();
    (place, Figure { decision: text(4), numbers })
}

/// The place of one of our figures.
pub fn place(key: &FigureKey, breakdowns: &[String]) -> Place {
    let groups = breakdowns.iter().enumerate().filter_map(|(at, breakdown)| {
        let group = key.groups[at].as_deref()?;
        Some((breakdown.clone(), group.to_owned()))
    });
    let (country, unit) = (key.sample.country.to_string(), key.unit.to_string());
    (country, unit, key.indicator_id(), groups.collect())
}
