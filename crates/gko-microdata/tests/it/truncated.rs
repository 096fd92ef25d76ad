//! A file that is cut off is refused: never a panic, never fewer rows in silence.

use std::path::Path;

use gko_microdata::{Error, Format, Layout, read, write_ipc, write_parquet};
use polars::prelude::{DataFrame, NamedFrom, Series};

use crate::demo::{codebook, file, fixture, write};

/// How many lengths every file is cut to.
const CUTS: usize = 60;

fn cut_everywhere(whole: &Path, format: &Format, columns: &[&str]) {
    let codebook_text = crate::demo::CODEBOOK
        .replace("id = \"F11\"", &format!("id = \"F11\"\ncolumn = \"{}\"", columns[0]));
    let codebook = gko_codebook::Codebook::parse(&codebook_text, "c").unwrap();
    let layout = Layout::unweighted("id");
    let bytes = std::fs::read(whole).unwrap();
    let rows = read(&[file(whole, format.clone())], &layout, &codebook).unwrap().rows();
    let folder = tempfile::tempdir().unwrap();
    let spread = (0..CUTS).map(|i| i * bytes.len() / CUTS);
    for length in spread.chain(bytes.len().saturating_sub(20)..bytes.len()) {
        let path = write(&folder, "cut", &bytes[..length]);
        match read(&[file(&path, format.clone())], &layout, &codebook) {
            Err(Error::Malformed { .. }) => {}
            Err(error) => panic!("{length} of {}: {error}", bytes.len()),
            Ok(data) => assert_eq!(data.rows(), rows, "{length} of {}: fewer rows", bytes.len()),
        }
    }
}

/// Enough rows for more than one block.
fn frame() -> DataFrame {
    let rows = 5000_i32;
    let answers: Vec<Option<i32>> =
        (0..rows).map(|row| (row % 7 != 0).then_some(row % 2)).collect();
    let text: Vec<String> = (0..rows).map(|row| format!("stratum {}", row % 100)).collect();
    DataFrame::new_infer_height(vec![
        Series::new("id".into(), (0..rows).collect::<Vec<_>>()).into(),
        Series::new("F11".into(), answers).into(),
        Series::new("stratum".into(), text).into(),
    ])
    .unwrap()
}

#[test]
fn a_parquet_file_cut_anywhere_is_malformed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.parquet");
    write_parquet(&frame(), &path).unwrap();
    cut_everywhere(&path, &Format::Parquet, &["F11"]);
}

#[test]
fn an_ipc_file_cut_anywhere_is_malformed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.arrow");
    write_ipc(&frame(), &path).unwrap();
    cut_everywhere(&path, &Format::ArrowIpc, &["F11"]);
}

#[test]
fn an_uncompressed_spss_file_cut_anywhere_is_malformed() {
    cut_everywhere(&fixture("plain.sav"), &Format::Sav, &["Q1"]);
}

#[test]
fn a_compressed_spss_file_cut_anywhere_is_malformed() {
    cut_everywhere(&fixture("rows.sav"), &Format::Sav, &["Q1"]);
}

#[test]
fn a_zsav_file_cut_anywhere_is_malformed() {
    cut_everywhere(&fixture("blocks.zsav"), &Format::Sav, &["Q1"]);
}

#[test]
fn an_spss_file_of_many_rows_cut_anywhere_is_malformed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.sav");
    gko_microdata::write_sav(&frame(), &path, &std::collections::BTreeMap::new()).unwrap();
    cut_everywhere(&path, &Format::Sav, &["F11"]);
}

#[test]
fn a_csv_file_cut_anywhere_is_refused_or_lacks_only_its_end() {
    let lines: String = (1..=50).map(|i| format!("{i},{},\"a, \"\"b\"\" {i}\"\n", i % 2)).collect();
    let text = format!("id,F11,notes\n{lines}");
    for length in 0..text.len() {
        let input = gko_microdata::Input::csv_text("cut.csv", &text[..length], "XAA", "w1");
        if let Ok(data) = read(&[input], &Layout::unweighted("id"), &codebook()) {
            let whole = text[..length].matches("\"\n").count();
            assert!(data.rows() >= whole, "{length}: {} of {whole} rows", data.rows());
        }
    }
}
