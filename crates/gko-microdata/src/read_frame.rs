//! Reading Parquet and Arrow IPC through polars, and frames that are in memory.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use polars::prelude::{DataFrame, IpcReader, ParquetReader, PolarsResult, SerReader};
use sha2::{Digest, Sha256};

use crate::error::Error;
use crate::raw::{RawColumn, RawTable};

pub(crate) fn parquet(
    name: &str,
    path: &Path,
    wanted: &BTreeSet<String>,
) -> Result<RawTable, Error> {
    columnar(name, path, ("parquet", wanted), |file| {
        let mut reader = ParquetReader::new(file);
        let header = names(reader.schema()?.iter_names());
        let columns = projection(&header, wanted);
        Ok((reader.with_columns(Some(columns)).finish()?, header))
    })
}

pub(crate) fn ipc(name: &str, path: &Path, wanted: &BTreeSet<String>) -> Result<RawTable, Error> {
    columnar(name, path, ("Arrow IPC", wanted), |file| {
        let mut reader = IpcReader::new(file);
        let header = names(reader.schema()?.iter_names());
        let columns = projection(&header, wanted);
        Ok((reader.with_columns(Some(columns)).finish()?, header))
    })
}

/// Opens a file, hashes it, and reads the wanted columns and the names of all.
fn columnar(
    name: &str,
    path: &Path,
    (format, wanted): (&'static str, &BTreeSet<String>),
    read: impl FnOnce(File) -> PolarsResult<(DataFrame, Vec<String>)>,
) -> Result<RawTable, Error> {
    let sha256 = Some(sha256(path)?);
    let file = File::open(path).map_err(io_error(path))?;
    let (frame, header) = guarded(name, format, || read(file))?;
    Ok(RawTable { header, sha256, ..self::frame(name, &frame, wanted) })
}

fn names<N: ToString>(names: impl Iterator<Item = N>) -> Vec<String> {
    names.map(|name| name.to_string()).collect()
}

/// The columns that are wanted; where none is there the first, which tells how
/// many rows there are.
fn projection(header: &[String], wanted: &BTreeSet<String>) -> Vec<String> {
    let found: Vec<String> = header.iter().filter(|c| wanted.contains(*c)).cloned().collect();
    if found.is_empty() { header.iter().take(1).cloned().collect() } else { found }
}

pub(crate) fn frame(name: &str, frame: &DataFrame, wanted: &BTreeSet<String>) -> RawTable {
    let header = names(frame.get_column_names().into_iter());
    let columns = frame.columns().iter().filter(|column| wanted.contains(column.name().as_str()));
    let columns = columns.map(|column| {
        let values = column.as_materialized_series().clone();
        (column.name().to_string(), RawColumn::Series { values, declared: None })
    });
    let (name, columns) = (name.to_owned(), columns.collect());
    RawTable { name, rows: frame.height(), columns, header, ..RawTable::default() }
}

/// Runs a reader of somebody else's on a file that may be damaged: its error and
/// its panic become one error of ours.
pub(crate) fn guarded<T, E: std::fmt::Display>(
    file: &str,
    format: &'static str,
    read: impl FnOnce() -> Result<T, E>,
) -> Result<T, Error> {
    let malformed = |message| Error::Malformed { file: file.to_owned(), format, message };
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(result) => result.map_err(|error| malformed(error.to_string())),
        Err(_) => Err(malformed("the reader gave up on its structure".to_owned())),
    }
}

pub(crate) fn io_error(path: &Path) -> impl FnOnce(io::Error) -> Error + '_ {
    |source| Error::Io { path: path.to_owned(), source }
}

/// SHA-256 of a file's bytes, in hexadecimal.
pub(crate) fn sha256(path: &Path) -> Result<String, Error> {
    let mut file = File::open(path).map_err(io_error(path))?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let read = file.read(&mut buffer).map_err(io_error(path))?;
        if read == 0 {
            return Ok(hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect());
        }
        hasher.update(&buffer[..read]);
    }
}
