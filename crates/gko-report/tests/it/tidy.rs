//! The tidy table is the same on every face.

use std::io::Cursor;

use arrow::array::{Array, Float64Array, StringArray, UInt64Array};
use gko_disclosure::{Rules, protect};
use gko_report::{Release, TidyTable, Values};
use polars::prelude::{DataFrame, ParquetReader, SerReader};

use crate::demo::Demo;

const COLUMNS: [&str; 20] = [
    "study",
    "wave",
    "country",
    "unit",
    "indicator",
    "group",
    "estimate",
    "se",
    "ci_low",
    "ci_high",
    "ci_method",
    "level",
    "df",
    "n",
    "n_weighted",
    "n_eff",
    "deff",
    "mark",
    "reason",
    "definition",
];

#[test]
fn a_breakdown_cannot_take_the_name_of_any_of_these_columns() {
    let own: Vec<&str> = COLUMNS.into_iter().filter(|column| *column != "group").collect();
    assert_eq!(own, gko_codebook::TABLE_COLUMNS);
}

fn csv_of(table: &TidyTable) -> (Vec<String>, Vec<Vec<String>>) {
    let bytes = table.csv().unwrap();
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let owned = |record: &csv::StringRecord| record.iter().map(str::to_owned).collect();
    let header = owned(reader.headers().unwrap());
    (header, reader.records().map(|record| owned(&record.unwrap())).collect())
}

pub(crate) fn parquet_of(table: &TidyTable) -> DataFrame {
    ParquetReader::new(Cursor::new(table.parquet().unwrap())).finish().unwrap()
}

#[test]
fn the_columns_are_those_that_users_rely_on() {
    let table = TidyTable::new(&Demo::new().release);
    let names: Vec<&str> = table.columns().iter().map(|column| column.name.as_str()).collect();
    assert_eq!(names, COLUMNS);
    assert_eq!(csv_of(&table).0, COLUMNS);
    let batch = table.record_batch().unwrap();
    let fields: Vec<String> = batch.schema().fields().iter().map(|f| f.name().clone()).collect();
    assert_eq!(fields, COLUMNS);
    let frame = parquet_of(&table);
    assert!(frame.get_column_names().iter().map(|name| name.as_str()).eq(COLUMNS));
}

#[test]
fn the_demo_has_every_mark() {
    let table = TidyTable::new(&Demo::new().release);
    let marks = table.columns().iter().find(|column| column.name == "mark").unwrap();
    let Values::Text(marks) = &marks.values else { panic!("marks are texts") };
    for mark in ["shown", "review", "suppressed", "unavailable"] {
        assert!(marks.iter().flatten().any(|found| found == mark), "{mark} is not in {marks:?}");
    }
}

#[test]
fn csv_has_every_cell_of_the_table() {
    let table = TidyTable::new(&Demo::new().release);
    let (_, rows) = csv_of(&table);
    assert_eq!(rows.len(), table.rows());
    for (place, column) in table.columns().iter().enumerate() {
        for (row, fields) in rows.iter().enumerate() {
            let field = fields[place].as_str();
            let filled = (!field.is_empty()).then_some(field);
            match &column.values {
                Values::Text(values) => {
                    let text = filled.map(|text| text.strip_prefix('\'').unwrap_or(text));
                    assert_eq!(text, values[row].as_deref());
                }
                Values::Number(values) => {
                    let bits = filled.map(|text| text.parse::<f64>().unwrap().to_bits());
                    assert_eq!(bits, values[row].map(f64::to_bits));
                }
                Values::Count(values) => {
                    assert_eq!(filled.map(|text| text.parse().unwrap()), values[row]);
                }
                _ => panic!("a kind of values that this test does not know"),
            }
        }
    }
}

#[test]
fn parquet_has_every_cell_of_the_table() {
    let table = TidyTable::new(&Demo::new().release);
    let frame = parquet_of(&table);
    assert_eq!(frame.height(), table.rows());
    for column in table.columns() {
        let read = frame.column(&column.name).unwrap().as_materialized_series().clone();
        match &column.values {
            Values::Text(values) => {
                let read: Vec<Option<&str>> = read.str().unwrap().iter().collect();
                assert_eq!(read, values.iter().map(Option::as_deref).collect::<Vec<_>>());
            }
            Values::Number(values) => {
                assert_eq!(&read.f64().unwrap().iter().collect::<Vec<_>>(), values);
            }
            Values::Count(values) => {
                assert_eq!(&read.u64().unwrap().iter().collect::<Vec<_>>(), values);
            }
            _ => panic!("a kind of values that this test does not know"),
        }
    }
}

#[test]
fn a_record_batch_has_every_cell_of_the_table() {
    let table = TidyTable::new(&Demo::new().release);
    let batch = table.record_batch().unwrap();
    for (column, array) in table.columns().iter().zip(batch.columns()) {
        let any = array.as_any();
        match &column.values {
            Values::Text(values) => {
                let read = any.downcast_ref::<StringArray>().unwrap();
                assert!(read.iter().eq(values.iter().map(Option::as_deref)));
            }
            Values::Number(values) => {
                let read = any.downcast_ref::<Float64Array>().unwrap();
                assert!(read.iter().eq(values.iter().copied()));
            }
            Values::Count(values) => {
                let read = any.downcast_ref::<UInt64Array>().unwrap();
                assert!(read.iter().eq(values.iter().copied()));
            }
            _ => panic!("a kind of values that this test does not know"),
        }
    }
}

#[test]
fn the_schema_does_not_depend_on_the_figures() {
    let full = TidyTable::new(&Demo::new().release).record_batch().unwrap();
    let empty = TidyTable::new(&empty_release());
    assert_eq!(full.schema(), empty.record_batch().unwrap().schema());
    assert!(full.schema().fields().iter().all(|field| field.is_nullable()));
    assert_eq!(parquet_of(&empty).height(), 0);
    assert_eq!(String::from_utf8(empty.csv().unwrap()).unwrap(), COLUMNS.join(",") + "\n");
}

fn empty_release() -> Release {
    let table = protect(Vec::new(), &Rules::default());
    Release::new(String::new(), false, vec!["group".to_owned()], table)
}

#[test]
fn a_name_that_a_spreadsheet_takes_for_a_formula_is_defused_in_csv_alone() {
    let table = TidyTable::new(&Demo::new().release);
    let text = String::from_utf8(table.csv().unwrap()).unwrap();
    for written in
        [",'=cmd(),", ",'@x,", ",\"one, \"\"two\"\"\",", ",\u{645}\u{631}\u{62d}\u{628}\u{627},"]
    {
        assert!(text.contains(written), "{written} is not in the table");
    }
    assert!(!text.contains(",=cmd") && !text.contains(",@x"));
    let frame = parquet_of(&table);
    let groups = frame.column("group").unwrap().as_materialized_series().clone();
    assert!(groups.str().unwrap().iter().flatten().any(|group| group == "=cmd()"));
}

#[test]
fn the_name_of_a_breakdown_is_defused_too() {
    let mut release = empty_release();
    release.breakdowns = vec!["=1+1".to_owned()];
    let text = String::from_utf8(TidyTable::new(&release).csv().unwrap()).unwrap();
    assert!(text.contains(",'=1+1,"), "{text}");
}
