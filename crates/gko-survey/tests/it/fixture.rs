//! Reads the fixture data and turns a case into a call.

use std::collections::BTreeSet;
use std::path::PathBuf;

use gko_survey::{
    Classifier, Design, DesignColumns, Domains, Error, Estimates, Item, Options, PsuLabels,
    PsuTotals,
};
use serde_json::Value;

/// A CSV file by column; an empty field is missing.
pub struct Data {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

fn path(name: &str) -> PathBuf {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    root.join("tests/fixtures").join(name)
}

pub fn reference() -> Value {
    let text = std::fs::read_to_string(path("r_survey.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

impl Data {
    pub fn read(name: &str) -> Self {
        let mut reader = csv::Reader::from_path(path(name)).unwrap();
        let header = reader.headers().unwrap().iter().map(str::to_owned);
        let header = header.collect();
        let record = |record: csv::StringRecord| record.iter().map(str::to_owned).collect();
        let rows = reader.records().map(|r| record(r.unwrap())).collect();
        Self { header, rows }
    }

    fn text(&self, column: &str) -> Vec<&str> {
        let at = self.header.iter().position(|name| name == column);
        let at = at.unwrap_or_else(|| panic!("no column {column}"));
        self.rows.iter().map(|row| row[at].as_str()).collect()
    }

    fn numbers(&self, column: &str) -> Vec<f64> {
        let parse = |text: &str| text.parse().unwrap_or(f64::NAN);
        self.text(column).into_iter().map(parse).collect()
    }

    /// Distinct texts in order, and each row's position among them.
    fn codes(&self, column: &str) -> (Vec<&str>, Vec<u32>) {
        let text = self.text(column);
        let set: BTreeSet<&str> = text.iter().copied().filter(|t| !t.is_empty()).collect();
        let names: Vec<&str> = set.into_iter().collect();
        let code = |text: &str| names.iter().position(|name| *name == text);
        let code = |text: &str| u32::try_from(code(text).unwrap_or(255)).unwrap();
        let codes = text.into_iter().map(code).collect();
        (names, codes)
    }

    pub fn design(&self, spec: &Value) -> Design {
        let rows = self.rows.len();
        let constant = vec![0; rows];
        let column = |name: &str| spec[name].as_str().map(|column| self.codes(column).1);
        let sample = column("sample").unwrap_or_else(|| constant.clone());
        let stratum = column("stratum").unwrap_or(constant);
        let each = || (0..u32::try_from(rows).unwrap()).collect();
        let psu = column("psu").unwrap_or_else(each);
        let weight = self.numbers(spec["weight"].as_str().unwrap());
        let psu_labels = match spec["labels"].as_str() {
            Some(_) => PsuLabels::Unique,
            None => PsuLabels::NestedInStratum,
        };
        let columns = DesignColumns {
            sample: &sample,
            stratum: &stratum,
            psu: &psu,
            weight: &weight,
            psu_labels,
        };
        Design::new(columns).unwrap()
    }
}

/// An item's owned columns: values and whether in the base, or bytes of a share.
enum Column {
    Share(Vec<u8>),
    Mean(Vec<f64>, Vec<u8>),
}

impl Column {
    fn new(data: &Data, spec: &Value) -> Self {
        if let Some(column) = spec["mean"].as_str() {
            let value = data.numbers(column);
            let base = value.iter().map(|v| u8::from(v.is_finite())).collect();
            return Self::Mean(value, base);
        }
        let mut codes = vec![1; data.rows.len()];
        for pair in spec["share"].as_array().into_iter().flatten() {
            let wanted = pair[1].as_str().unwrap();
            for (code, text) in codes.iter_mut().zip(data.text(pair[0].as_str().unwrap())) {
                *code = match (*code, text) {
                    (9, _) | (_, "") => 9,
                    (code, text) => code * u8::from(text == wanted),
                };
            }
        }
        Self::Share(codes)
    }

    fn has(&self, row: usize) -> bool {
        match self {
            Self::Share(codes) => codes[row] <= 1,
            Self::Mean(_, base) => base[row] == 1,
        }
    }

    fn drop_row(&mut self, row: usize) {
        match self {
            Self::Share(codes) => codes[row] = 9,
            Self::Mean(_, base) => base[row] = 0,
        }
    }

    fn item(&self) -> Item<'_> {
        match self {
            Self::Share(codes) => Item::Share(codes),
            Self::Mean(value, in_base) => Item::Mean { value, in_base },
        }
    }
}

/// Leaves only rows that every item has, as R does within one formula.
fn listwise(columns: &mut [Column], rows: usize) {
    for row in 0..rows {
        if !columns.iter().all(|column| column.has(row)) {
            columns.iter_mut().for_each(|column| column.drop_row(row));
        }
    }
}

/// What a case asks, computed.
pub struct Answer {
    pub estimates: Estimates,
    samples: Vec<String>,
    labels: Vec<Vec<String>>,
}

impl Answer {
    /// Position of a sample by its text; a case without samples has one.
    pub fn sample(&self, name: Option<&str>) -> usize {
        let found = name.map(|name| self.samples.iter().position(|s| s == name));
        found.map_or(0, |found| found.unwrap())
    }

    pub fn domain(&self, group: &Value) -> usize {
        let group: Vec<&str> = group.as_array().unwrap().iter().map(text_of).collect();
        self.labels.iter().position(|l| *l == group).unwrap()
    }
}

fn text_of(value: &Value) -> &str {
    value.as_str().unwrap()
}

pub fn run(reference: &Value, case: &Value) -> Result<Answer, Error> {
    let spec = &reference["designs"][case["design"].as_str().unwrap()];
    let data = Data::read(spec["data"].as_str().unwrap());
    let design = data.design(spec);
    let by: Vec<_> = case["by"].as_array().unwrap().iter().map(text_of).collect();
    let coded: Vec<_> = by.iter().map(|column| data.codes(column)).collect();
    let bytes = |codes: &[u32]| codes.iter().map(|&c| u8::try_from(c).unwrap()).collect();
    let levels: Vec<Vec<u8>> = coded.iter().map(|(_, codes)| bytes(codes)).collect();
    let classifier = |(codes, (names, _)): (_, &(Vec<&str>, _))| Classifier {
        codes,
        categories: u8::try_from(names.len()).unwrap(),
    };
    let slices = levels.iter().map(Vec::as_slice);
    let variables: Vec<Classifier<'_>> = slices.zip(&coded).map(classifier).collect();
    let crossing = (0..by.len()).collect();
    let domains = Domains::new(design.rows(), &variables, &[crossing])?;
    let specs = case["items"].as_array().unwrap();
    let mut columns: Vec<Column> = specs.iter().map(|s| Column::new(&data, s)).collect();
    if case["listwise"] == true {
        listwise(&mut columns, design.rows());
    }
    let items: Vec<Item<'_>> = columns.iter().map(Column::item).collect();
    let totals = PsuTotals::accumulate(&design, &domains, &items)?;
    let estimates = totals.estimates(&options(case))?;
    let name = |domain: usize, at: usize| {
        let code = usize::from(domains.label(domain)[at].unwrap());
        coded[at].0[code].to_owned()
    };
    let label = |domain| (0..by.len()).map(|at| name(domain, at)).collect();
    let samples = spec["sample"].as_str().map(|column| data.codes(column).0);
    let samples = samples.unwrap_or_default();
    Ok(Answer {
        estimates,
        samples: samples.into_iter().map(str::to_owned).collect(),
        labels: (0..domains.len()).map(label).collect(),
    })
}

fn options(case: &Value) -> Options {
    let default = Options::default();
    let method = case["method"].as_str().map(|name| name.parse().unwrap());
    Options {
        level: case["level"].as_f64().unwrap_or(default.level),
        interval: method.unwrap_or_default(),
        single_psu: text_of(&case["single_psu"]).parse().unwrap(),
    }
}
