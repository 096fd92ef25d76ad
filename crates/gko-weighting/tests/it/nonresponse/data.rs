//! Cases of two countries, and what R makes of them.

use std::collections::BTreeMap;
use std::path::Path;

use gko_survey::regression::Terms;
use gko_weighting::Categories;
use gko_weighting::nonresponse::{Category, Predictor, Sampled, Status};

pub const COUNTRIES: [&str; 2] = ["BG", "CL"];
const SEXES: [&str; 2] = ["boy", "girl"];
const REGIONS: [&str; 3] = ["north", "centre", "south"];

/// The cases of `cases.csv`.
pub struct Cases {
    pub statuses: Vec<Status>,
    pub weights: Vec<f64>,
    pub country: Categories,
    sex: Categories,
    region: Categories,
    age: Vec<f64>,
}

impl Cases {
    pub fn read() -> Self {
        let rows = rows("cases.csv");
        let code = |column: usize, levels: &[&str]| {
            let at = |name: &str| levels.iter().position(|level| *level == name).unwrap();
            let codes = rows.iter().map(|row| u32::try_from(at(&row[column])).unwrap()).collect();
            Categories { codes, levels: levels.iter().map(|&level| level.to_owned()).collect() }
        };
        let number = |column: usize| rows.iter().map(|row| row[column].parse().unwrap()).collect();
        let status = |name: &String| serde_json::from_str(&format!("\"{name}\"")).unwrap();
        Self {
            statuses: rows.iter().map(|row| status(&row[5])).collect(),
            weights: number(4),
            country: code(0, &COUNTRIES),
            sex: code(1, &SEXES),
            region: code(2, &REGIONS),
            age: number(3),
        }
    }

    pub fn sample(&self) -> Sampled<'_> {
        let group = Category::new("country", &self.country);
        Sampled { statuses: &self.statuses, weights: &self.weights, group: Some(group) }
    }

    pub fn variables(&self) -> [Category<'_>; 2] {
        [Category::new("sex", &self.sex), Category::new("region", &self.region)]
    }

    pub fn predictors(&self) -> [Predictor<'_>; 3] {
        let [sex, region] = self.variables();
        let age = Predictor::Number { name: "age", values: &self.age };
        [Predictor::Category(sex), Predictor::Category(region), age]
    }

    pub fn terms() -> Terms {
        Terms::new().main("sex").main("region").main("age")
    }
}

/// Propensity and factor of each row under one way of adjustment.
pub fn factors(way: &str) -> BTreeMap<usize, (Option<f64>, f64)> {
    let rows = rows("factors.csv");
    let read = |row: &Vec<String>| {
        let p = (!row[2].is_empty()).then(|| row[2].parse().unwrap());
        (row[1].parse().unwrap(), (p, row[3].parse().unwrap()))
    };
    rows.iter().filter(|row| row[0] == way).map(read).collect()
}

/// The figures of a way and country by name.
pub fn figures(way: &str, country: &str) -> BTreeMap<String, f64> {
    let rows = rows("figures.csv");
    let ours = rows.iter().filter(|row| row[0] == way && row[1] == country);
    ours.map(|row| (row[2].clone(), row[3].parse().unwrap())).collect()
}

fn rows(file: &str) -> Vec<Vec<String>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/nonresponse");
    let mut reader = csv::Reader::from_path(folder.join(file)).unwrap();
    let text = |record: csv::StringRecord| record.iter().map(str::to_owned).collect();
    reader.records().map(|record| text(record.unwrap())).collect()
}

/// Whether two numbers agree to a relative tolerance.
#[track_caller]
pub fn assert_close(got: f64, want: f64, tolerance: f64, what: &str) {
    let gap = (got - want).abs() / want.abs().max(1.0);
    assert!(gap <= tolerance, "{what}: got {got}, expected {want}, gap {gap:e}");
}
