//! A small codebook, and microdata shown as words.

use std::path::{Path, PathBuf};

use gko_codebook::{Codebook, state};
use gko_microdata::{
    Column, CsvDialect, Error, Finding, FindingKind, Format, Input, Layout, Microdata, Origin, read,
};

pub const CODEBOOK: &str = r#"format = "gko-codebook/1"
study = "demo"
title = "Demo"
wave = [{ id = "w1", label = "First" }, { id = "w2", label = "Second" }]

[response_set.yn]
categories = [{ id = "no", code = 0 }, { id = "yes", code = 1 }]
missing = [{ code = 888, reason = "prefer-not-to-say" }, { code = 999, reason = "dont-know" }]

[response_set.often]
ordered = true
categories = [
  { id = "never", code = 1 },
  { id = "weekly", code = 2, in_wave = [{ wave = "w2", code = 4 }] },
  { id = "daily", code = 3 },
]

[[variable]]
id = "F11"
label = "Upset"
module = "F"
status = "core"
unit = "child"
responses = "yn"

[[variable]]
id = "F12"
label = "How often"
module = "F"
status = "core"
unit = "child"
responses = "often"
universe = "F11 = yes"

[[variable]]
id = "F13"
label = "Told"
module = "F"
status = "core"
unit = "child"
responses = "yn"
universe = "F12 >= weekly"

[[variable]]
id = "A2"
label = "Age"
module = "A"
status = "core"
unit = "child"
type = "number"
range = [9, 17]
missing = [{ code = 99, reason = "dont-know" }]

[[set]]
id = "F14"
label = "Whom"
module = "F"
status = "core"
unit = "child"
universe = "F11 = yes"
not_ticked = 0
options = [
  { id = "parent", column = "F14_1" },
  { id = "friend", column = "F14_2" },
  { id = "nobody", column = "F14_9", exclusive = true },
]
missing = [{ column = "F14_888", reason = "prefer-not-to-say" }, { code = 777, reason = "not-understood" }]

[[variable]]
id = "P1"
label = "Parent online"
module = "P"
status = "core"
unit = "parent"
responses = "yn"
"#;

pub fn codebook() -> Codebook {
    Codebook::parse(CODEBOOK, "demo.toml").unwrap_or_else(|error| panic!("{error}"))
}

/// Reads a CSV text of country XAA, wave w1, without weights.
pub fn bound(csv: &str) -> Microdata {
    try_bound(csv).unwrap_or_else(|error| panic!("{error}"))
}

pub fn try_bound(csv: &str) -> Result<Microdata, Error> {
    let input = Input::csv_text("demo.csv", csv, "XAA", "w1");
    read(&[input], &Layout::unweighted("id"), &codebook())
}

/// Reads a CSV text with columns stratum, psu and weight.
pub fn weighted(csv: &str, layout: &Layout) -> Result<Microdata, Error> {
    read(&[Input::csv_text("demo.csv", csv, "XAA", "w1")], layout, &codebook())
}

pub fn design() -> Layout {
    Layout::design("id", "stratum", "psu", "weight")
}

/// A column in words: category ids, numbers, ticked options, or reasons.
pub fn words(data: &Microdata, codebook: &Codebook, id: &str) -> Vec<String> {
    let column = data.column(id).unwrap_or_else(|| panic!("no column {id}"));
    (0..column.len()).map(|row| word(column, codebook, id, row)).collect()
}

fn word(column: &Column, codebook: &Codebook, id: &str, row: usize) -> String {
    if let Some(reason) = column.missing_reason(row) {
        return reason.to_string();
    }
    match column {
        Column::Coded(coded) => {
            let categories = codebook.variable(id).unwrap().categories().unwrap();
            categories.list[coded.category(row).unwrap()].id.clone()
        }
        Column::Number(number) => number.values[row].to_string(),
        Column::Multi(multi) => {
            let options = codebook.set(id).unwrap().options.iter().enumerate();
            let ticked = options.filter(|(place, _)| multi.ticks[row] >> place & 1 == 1);
            let names: Vec<&str> = ticked.map(|(_, option)| option.id.as_str()).collect();
            format!("{{{}}}", names.join(" "))
        }
        _ => panic!("a column of a new kind"),
    }
}

/// The truth of an expression in words.
pub fn truth(data: &Microdata, codebook: &Codebook, expression: &str) -> Vec<String> {
    let expression = expression.parse().unwrap();
    let bytes = gko_microdata::evaluate(&expression, data, codebook).unwrap();
    let word = |byte: &u8| match state::reason(*byte) {
        Some(reason) => reason.to_string(),
        None => if *byte == state::TRUE { "true" } else { "false" }.to_owned(),
    };
    bytes.iter().map(word).collect()
}

/// Every bound column in words, by id.
pub fn everything(data: &Microdata, codebook: &Codebook) -> Vec<(String, Vec<String>)> {
    let questions = codebook.questions().filter(|question| question.unit == data.unit());
    questions.map(|q| (q.id.clone(), words(data, codebook, &q.id))).collect()
}

pub fn found<'a>(data: &'a Microdata, kind: FindingKind, variable: &str) -> Option<&'a Finding> {
    data.findings().iter().find(|f| f.kind == kind && f.variable == variable)
}

/// A file of country XAA, wave w1.
pub fn file(path: impl AsRef<Path>, format: Format) -> Input {
    let constant = |name: &str| Origin::Constant(name.to_owned());
    Input::file(path.as_ref(), format, constant("XAA"), constant("w1"))
}

pub fn csv(separator: u8, encoding: &str, decimal: char) -> Format {
    Format::Csv(CsvDialect { separator, encoding: encoding.to_owned(), decimal })
}

pub fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

/// A file of some bytes that lasts as long as its folder.
pub fn write(folder: &tempfile::TempDir, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}
