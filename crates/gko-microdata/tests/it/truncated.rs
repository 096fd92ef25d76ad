//! A file that is cut off is refused: never a panic, never fewer rows in silence.
//! One that is damaged elsewhere is read or refused, and never ends the process.

use std::path::Path;

use gko_codebook::Codebook;
use gko_microdata::{Error, Format, Layout, read, write_ipc, write_parquet};
use polars::prelude::{DataFrame, NamedFrom, Series};

use crate::demo::{codebook, file, fixture, write};

/// How many lengths every file is cut to.
const CUTS: usize = 60;

/// How often every file is damaged.
const DAMAGES: u64 = 300;

/// The codebook of the tests with `F11` in a column of the file.
fn codebook_of(column: &str) -> Codebook {
    let named = format!("id = \"F11\"\ncolumn = \"{column}\"");
    Codebook::parse(&crate::demo::CODEBOOK.replace("id = \"F11\"", &named), "c.toml").unwrap()
}

/// Numbers that are spread evenly and the same in every run (Marsaglia 2003, xorshift).
fn numbers() -> impl FnMut() -> usize {
    let mut state = 88_172_645_463_325_252_u64;
    move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state >> 33).unwrap()
    }
}

/// Overwrites bytes at random and reads; whatever comes back has all its rows.
fn damage_everywhere(whole: &Path, format: &Format, column: &str) {
    let (codebook, layout) = (codebook_of(column), Layout::unweighted("id"));
    let bytes = std::fs::read(whole).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut number = numbers();
    for _ in 0..DAMAGES {
        let mut damaged = bytes.clone();
        for _ in 0..=number() % 3 {
            let at = number() % damaged.len();
            damaged[at] = [0x00, 0xFF, 0x7F, number().to_le_bytes()[0]][number() % 4];
        }
        let path = write(&folder, "damaged", &damaged);
        if let Ok(data) = read(&[file(&path, format.clone())], &layout, &codebook) {
            crate::accounts::balanced(&data);
        }
    }
}

fn cut_everywhere(whole: &Path, format: &Format, column: &str) {
    let codebook = codebook_of(column);
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
    cut_everywhere(&path, &Format::Parquet, "F11");
}

#[test]
fn an_ipc_file_cut_anywhere_is_malformed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.arrow");
    write_ipc(&frame(), &path).unwrap();
    cut_everywhere(&path, &Format::ArrowIpc, "F11");
}

#[test]
fn an_uncompressed_spss_file_cut_anywhere_is_malformed() {
    cut_everywhere(&fixture("plain.sav"), &Format::Sav, "Q1");
}

#[test]
fn a_compressed_spss_file_cut_anywhere_is_malformed() {
    cut_everywhere(&fixture("rows.sav"), &Format::Sav, "Q1");
}

#[test]
fn a_zsav_file_cut_anywhere_is_malformed() {
    cut_everywhere(&fixture("blocks.zsav"), &Format::Sav, "Q1");
}

#[test]
fn an_spss_file_of_many_rows_cut_anywhere_is_malformed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.sav");
    gko_microdata::write_sav(&frame(), &path, &std::collections::BTreeMap::new()).unwrap();
    cut_everywhere(&path, &Format::Sav, "F11");
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

#[test]
fn a_damaged_spss_file_is_read_or_refused() {
    for name in ["plain.sav", "rows.sav", "blocks.zsav"] {
        damage_everywhere(&fixture(name), &Format::Sav, "Q1");
    }
}

#[test]
fn a_damaged_columnar_file_is_read_or_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a");
    write_parquet(&frame().head(Some(60)), &path).unwrap();
    damage_everywhere(&path, &Format::Parquet, "F11");
    write_ipc(&frame().head(Some(60)), &path).unwrap();
    damage_everywhere(&path, &Format::ArrowIpc, "F11");
}
