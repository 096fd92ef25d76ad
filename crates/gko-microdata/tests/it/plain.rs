//! Plain tables: columns without a codebook, from every format.

use std::collections::BTreeSet;
use std::path::Path;

use gko_microdata::{Cells, CsvDialect, Format, Table};
use polars::prelude::{DataFrame, NamedFrom, Series};
use polars_readstat_rs::StataWriter;
use tempfile::TempDir;

fn frame() -> DataFrame {
    let sex = Series::new("sex".into(), [Some("girl"), None, Some("boy")]);
    let hours = Series::new("hours".into(), [Some(2.5), Some(-9.0), None]);
    DataFrame::new(3, vec![sex.into(), hours.into()]).unwrap()
}

fn read(path: &Path, format: &Format) -> Table {
    let wanted: BTreeSet<String> = ["sex", "hours", "none"].map(str::to_owned).into();
    Table::read(path, format, &wanted, &["-9"]).unwrap()
}

fn compare(table: &Table) {
    assert_eq!((table.rows(), table.header()), (3, &["sex".to_owned(), "hours".to_owned()][..]));
    let Some(Cells::Texts(sex)) = table.column("sex") else { panic!("{table:?}") };
    assert_eq!(sex, &[Some("girl".to_owned()), None, Some("boy".to_owned())]);
    let Some(Cells::Numbers(hours)) = table.column("hours") else { panic!("{table:?}") };
    assert_eq!(hours[0], 2.5);
    assert!(hours[1].is_nan() && hours[2].is_nan());
    assert!(table.column("none").is_none());
    assert_eq!(table.sha256().len(), 64);
}

#[test]
fn every_format_gives_the_same_columns() {
    let folder = TempDir::new().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("a.csv"), "sex,hours\ngirl,2.5\n,-9\nboy,\n").unwrap();
    compare(&read(&path("a.csv"), &Format::Csv(CsvDialect::default())));
    StataWriter::new(path("a.dta")).write_df(&frame()).unwrap();
    compare(&read(&path("a.dta"), &Format::Dta));
}

#[test]
fn a_damaged_stata_file_is_refused() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.dta");
    StataWriter::new(&path).write_df(&frame()).unwrap();
    let bytes = std::fs::read(&path).unwrap();
    for keep in [0, 10, bytes.len() / 2] {
        std::fs::write(&path, &bytes[..keep]).unwrap();
        let wanted = ["sex".to_owned()].into();
        let refused = Table::read(&path, &Format::Dta, &wanted, &[""]).unwrap_err();
        assert_eq!(refused.code(), "GKO-M003", "{refused}");
    }
}

#[test]
fn a_number_among_texts_is_written_in_one_way() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.csv");
    std::fs::write(&path, "sex\n1\n1.0\nmore\n").unwrap();
    let table = read(&path, &Format::Csv(CsvDialect::default()));
    let Some(Cells::Texts(cells)) = table.column("sex") else { panic!("{table:?}") };
    let cells: Vec<&str> = cells.iter().flatten().map(String::as_str).collect();
    assert_eq!(cells, ["1", "1", "more"]);
    assert!(!format!("{table:?}").contains("more"));
}
