//! Writing frames as survey exports: for fixtures and examples.
//!
//! Every writer fills a file beside the target and renames it, so that an
//! interrupted run leaves no half file behind.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use polars::prelude::{AnyValue, DataFrame, IpcWriter, ParquetWriter, SerWriter};
use polars_readstat_rs::{SpssValueLabelKey, SpssWriter};

use crate::error::Error;
use crate::input::CsvDialect;
use crate::read_frame::io_error;
use crate::text_encoding::{encode, encoding};

/// Writes a frame as CSV in a dialect; nulls are empty fields.
///
/// # Errors
///
/// [`Error::UnknownEncoding`]; [`Error::Io`] where the file cannot be written, or
/// the encoding has no bytes for a character.
pub fn write_csv(frame: &DataFrame, path: &Path, dialect: &CsvDialect) -> Result<(), Error> {
    let encoding = encoding(dialect)?;
    let text = csv_text(frame, dialect).map_err(|error| other(path, &error))?;
    let bytes = encode(&text, encoding).map_err(|character| {
        other(path, &format!("{} cannot write U+{:04X}", encoding.name(), u32::from(character)))
    })?;
    replace(path, |file| file.write_all(&bytes))
}

pub(crate) fn csv_text(frame: &DataFrame, dialect: &CsvDialect) -> Result<String, String> {
    let mut writer = csv::WriterBuilder::new().delimiter(dialect.separator).from_writer(Vec::new());
    let text = |error: csv::Error| error.to_string();
    writer.write_record(frame.get_column_names().iter().map(|name| name.as_str())).map_err(text)?;
    let columns: Vec<_> =
        frame.columns().iter().map(|c| c.as_materialized_series().rechunk()).collect();
    let mut cells: Vec<_> = columns.iter().map(|series| series.iter()).collect();
    for _ in 0..frame.height() {
        let fields = cells
            .iter_mut()
            .map(|column| column.next().map_or_else(String::new, |c| field(&c, dialect)));
        writer.write_record(fields).map_err(text)?;
    }
    let bytes = writer.into_inner().map_err(|error| error.to_string())?;
    String::from_utf8(bytes).map_err(|error| error.to_string())
}

fn field(value: &AnyValue<'_>, dialect: &CsvDialect) -> String {
    match value {
        AnyValue::Null => String::new(),
        AnyValue::Float64(number) => number.to_string().replace('.', &dialect.decimal.to_string()),
        other => other.get_str().map_or_else(|| other.to_string(), str::to_owned),
    }
}

/// Writes a frame as Parquet.
///
/// # Errors
///
/// [`Error::Io`] where the file cannot be written.
pub fn write_parquet(frame: &DataFrame, path: &Path) -> Result<(), Error> {
    let mut frame = frame.clone();
    replace(path, |file| to_io(ParquetWriter::new(file).finish(&mut frame)))
}

/// Writes a frame as an Arrow IPC file.
///
/// # Errors
///
/// [`Error::Io`] where the file cannot be written.
pub fn write_ipc(frame: &DataFrame, path: &Path) -> Result<(), Error> {
    let mut frame = frame.clone();
    replace(path, |file| to_io(IpcWriter::new(file).finish(&mut frame)))
}

/// Writes a frame as SPSS `.sav` with value labels for some columns.
///
/// # Errors
///
/// [`Error::Io`] where the file cannot be written.
pub fn write_sav(
    frame: &DataFrame,
    path: &Path,
    labels: &BTreeMap<String, Vec<(f64, String)>>,
) -> Result<(), Error> {
    let temporary = temporary(path);
    let value_labels = labels.iter().map(|(column, labels)| {
        let labels =
            labels.iter().map(|(code, label)| (SpssValueLabelKey::from_f64(*code), label.clone()));
        (column.clone(), labels.collect())
    });
    let writer = SpssWriter::new(&temporary).with_value_labels(value_labels.collect());
    let written = writer.write_df(frame).map_err(|error| other(path, &error.to_string()));
    let renamed = written.and_then(|_| fs::rename(&temporary, path).map_err(io_error(path)));
    renamed.inspect_err(|_| drop(fs::remove_file(&temporary)))
}

fn to_io<T>(result: polars::error::PolarsResult<T>) -> std::io::Result<()> {
    result.map(drop).map_err(|error| std::io::Error::other(error.to_string()))
}

fn other(path: &Path, message: &str) -> Error {
    Error::Io { path: path.to_owned(), source: std::io::Error::other(message.to_owned()) }
}

/// The name beside the target that is filled first; it keeps the extension,
/// which some writers look at.
fn temporary(path: &Path) -> PathBuf {
    let name = path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
    path.with_file_name(format!(".part-{}-{name}", std::process::id()))
}

fn replace(path: &Path, fill: impl FnOnce(&mut File) -> std::io::Result<()>) -> Result<(), Error> {
    let temporary = temporary(path);
    let written = File::create(&temporary).and_then(|mut file| {
        fill(&mut file)?;
        file.sync_all()
    });
    let renamed = written.and_then(|()| fs::rename(&temporary, path));
    renamed.inspect_err(|_| drop(fs::remove_file(&temporary))).map_err(io_error(path))
}
