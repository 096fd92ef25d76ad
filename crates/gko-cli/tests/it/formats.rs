//! The same rows in every format, damaged files, and files under a wrong name.

use std::collections::BTreeMap;
use std::fs;

use gko::microdata::{write_ipc, write_parquet, write_sav};
use polars::prelude::{Column, DataFrame};

use crate::tiny::Tiny;

const BINARY: [(&str, &str); 3] = [("parquet", "parquet"), ("arrow-ipc", "arrow"), ("sav", "sav")];

/// The rows of the tiny pipeline as a frame: names as text, all else as numbers.
pub(crate) fn frame(tiny: &Tiny) -> DataFrame {
    let text = tiny.read("data.csv");
    let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let header = lines.next().unwrap();
    let rows: Vec<Vec<&str>> = lines.collect();
    let column = |(place, name): (usize, &&str)| {
        let cells: Vec<&str> = rows.iter().map(|row| row[place]).collect();
        let numbers: Result<Vec<f64>, _> = cells.iter().map(|cell| cell.parse()).collect();
        match numbers {
            Ok(numbers) => Column::new((*name).into(), numbers),
            Err(_) => Column::new((*name).into(), cells),
        }
    };
    let columns = header.iter().enumerate().map(column).collect();
    DataFrame::new(rows.len(), columns).unwrap()
}

/// The tiny pipeline with its rows in another format.
fn in_format(format: &str, extension: &str) -> Tiny {
    let tiny = Tiny::new();
    let (frame, name) = (frame(&tiny), format!("data.{extension}"));
    match format {
        "parquet" => write_parquet(&frame, &tiny.path(&name)).unwrap(),
        "arrow-ipc" => write_ipc(&frame, &tiny.path(&name)).unwrap(),
        _ => write_sav(&frame, &tiny.path(&name), &BTreeMap::new()).unwrap(),
    }
    declare(&tiny, &name, format);
    tiny
}

fn declare(tiny: &Tiny, name: &str, format: &str) {
    let dialect = "separator = \",\"\nencoding = \"utf-8\"\ndecimal = \".\"\n";
    tiny.change("pipeline.toml", dialect, "");
    tiny.change("pipeline.toml", "data.csv", name);
    tiny.change("pipeline.toml", "\"csv\"", &format!("\"{format}\""));
}

#[test]
fn every_format_gives_the_same_bytes() {
    let csv = Tiny::new();
    csv.runs();
    for (format, extension) in BINARY {
        let tiny = in_format(format, extension);
        tiny.runs();
        for name in ["out/indicators.csv", "out/indicators.parquet"] {
            let (ours, expected) = (fs::read(tiny.path(name)), fs::read(csv.path(name)));
            assert_eq!(ours.unwrap(), expected.unwrap(), "{format} {name}");
        }
    }
}

#[test]
fn a_file_that_was_cut_off_is_refused() {
    for (format, extension) in BINARY {
        let tiny = in_format(format, extension);
        let path = tiny.path(&format!("data.{extension}"));
        let whole = fs::read(&path).unwrap();
        for eighths in 0..8 {
            let end = whole.len() * eighths / 8;
            fs::write(&path, &whole[..end]).unwrap();
            let words = [format!("data.{extension}"), "fetch it again".to_owned()];
            tiny.refused("GKO-M003", &words.each_ref().map(String::as_str));
        }
        fs::write(&path, &whole[..whole.len() - 1]).unwrap();
        tiny.refused("GKO-M003", &[]);
    }
}

#[test]
fn a_file_under_a_wrong_format_is_refused() {
    for (format, _) in BINARY {
        let tiny = Tiny::new();
        declare(&tiny, "data.csv", format);
        tiny.refused("GKO-M003", &["data.csv is no readable", "correct `format`"]);
    }
    let written = BINARY.map(|(format, extension)| (in_format(format, extension), extension));
    for (tiny, extension) in &written {
        for (format, own) in BINARY {
            if own != *extension {
                let from = BINARY.iter().find(|(_, own)| own == extension).unwrap().0;
                tiny.change("pipeline.toml", &format!("\"{from}\""), &format!("\"{format}\""));
                tiny.refused("GKO-M003", &[&format!("data.{extension}"), "correct `format`"]);
                tiny.change("pipeline.toml", &format!("\"{format}\""), &format!("\"{from}\""));
            }
        }
        tiny.change("pipeline.toml", &format!("data.{extension}"), "data.csv");
    }
}

#[test]
fn a_binary_file_read_as_csv_is_refused() {
    for (format, extension) in BINARY {
        let tiny = in_format(format, extension);
        fs::copy(tiny.path(&format!("data.{extension}")), tiny.path("data.csv")).unwrap();
        let pipeline = Tiny::new().read("pipeline.toml");
        tiny.write("pipeline.toml", &pipeline);
        let ran = tiny.run();
        assert_eq!(ran.code, Some(1), "{format}: {ran:?}");
        ran.says(&["data.csv", "[GKO-M0"]);
        assert!(!tiny.path("out").exists());
    }
}
