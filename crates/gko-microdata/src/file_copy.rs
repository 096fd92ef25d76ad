//! A file as it came, with columns added: what is given back to whoever brought it.
//!
//! # Rule
//! Nothing of the file is interpreted: codes that it declares missing are written like
//! others, whole numbers of any size keep their digits. Texts of a CSV file go to CSV as
//! they stand; to a columnar format a column goes as numbers where all its cells are
//! numbers. CSV is written with commas, points and UTF-8, blanks as empty fields, numbers
//! with as many digits as bring them back to the bit.

use std::io::Cursor;
use std::path::Path;

use polars::prelude::{Column, DataFrame, IpcWriter, NamedFrom, ParquetWriter, SerWriter, Series};

use crate::error::Error;
use crate::input::{CsvDialect, Format, Input, Origin};
use crate::load::load;
use crate::raw::{Cell, RawColumn};
use crate::write::csv_text;

/// Formats that a copy is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CopyFormat {
    /// Separated values: comma, point, UTF-8.
    Csv,
    /// Apache Parquet.
    Parquet,
    /// Apache Arrow IPC.
    Arrow,
}

impl CopyFormat {
    /// The ending of its files.
    #[must_use]
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Parquet => "parquet",
            Self::Arrow => "arrow",
        }
    }
}

/// A file as it came, with columns added.
#[derive(Clone)]
pub struct FileCopy {
    frame: DataFrame,
    to: CopyFormat,
    sha256: String,
}

/// Printed, a copy shows no cell.
impl std::fmt::Debug for FileCopy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FileCopy({:?}, {:?})", self.frame.shape(), self.to)
    }
}

impl FileCopy {
    /// Reads all columns of a file, whose header is known, to be written in a format.
    ///
    /// # Errors
    /// [`Error`] where the file cannot be read or is damaged.
    pub fn read(
        path: &Path,
        format: &Format,
        header: &[String],
        to: CopyFormat,
    ) -> Result<Self, Error> {
        let origin = Origin::Constant(String::new());
        let input = Input::file(path, format.clone(), origin.clone(), origin);
        let raw = load(&input, &header.iter().cloned().collect())?;
        let unwritable = |message| Error::Unwritable { format: to.ending(), message };
        let mut columns = Vec::new();
        for name in &raw.header {
            let Some((_, column)) = raw.columns.iter().find(|(own, _)| own == name) else {
                continue;
            };
            let series = series(column, &raw.name, to == CopyFormat::Csv)?;
            columns.push(Column::from(series.with_name(name.as_str().into())));
        }
        let frame = DataFrame::new(raw.rows, columns);
        let frame = frame.map_err(|error| unwritable(error.to_string()))?;
        Ok(Self { frame, to, sha256: raw.sha256.unwrap_or_default() })
    }

    /// SHA-256 of the file that was copied.
    #[must_use]
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// The copy with one more column of numbers, at its end; NaN is missing.
    ///
    /// # Errors
    /// [`Error::ColumnTaken`] where the name is taken, [`Error::ColumnLength`] for another
    /// number of rows.
    pub fn with_numbers(self, name: &str, values: &[f64]) -> Result<Self, Error> {
        let known = |value: &f64| Some(*value).filter(|value| !value.is_nan());
        let values: Vec<Option<f64>> = values.iter().map(known).collect();
        self.with(name, Series::new(name.into(), values))
    }

    /// The copy with one more column of texts, at its end.
    ///
    /// # Errors
    /// As [`FileCopy::with_numbers`].
    pub fn with_texts(self, name: &str, texts: &[Option<&str>]) -> Result<Self, Error> {
        self.with(name, Series::new(name.into(), texts))
    }

    fn with(mut self, name: &str, values: Series) -> Result<Self, Error> {
        let taken = |other: &str| other.eq_ignore_ascii_case(name);
        if self.frame.get_column_names().iter().any(|other| taken(other)) {
            return Err(Error::ColumnTaken { column: name.to_owned() });
        }
        let (column, expected, got) = (name.to_owned(), self.frame.height(), values.len());
        if expected != got {
            return Err(Error::ColumnLength { column, expected, got });
        }
        let format = self.to.ending();
        let added = self.frame.with_column(values.into()).map(drop);
        added.map_err(|error| Error::Unwritable { format, message: error.to_string() })?;
        Ok(self)
    }

    /// The bytes of the file.
    ///
    /// # Errors
    /// [`Error::Unwritable`] where polars cannot write it.
    pub fn encode(mut self) -> Result<Vec<u8>, Error> {
        let unwritable = |message| Error::Unwritable { format: self.to.ending(), message };
        let mut bytes = Cursor::new(Vec::new());
        let written = match self.to {
            CopyFormat::Csv => {
                let text = csv_text(&self.frame, &CsvDialect::default()).map_err(unwritable)?;
                return Ok(text.into_bytes());
            }
            CopyFormat::Parquet => ParquetWriter::new(&mut bytes).finish(&mut self.frame).map(drop),
            CopyFormat::Arrow => IpcWriter::new(&mut bytes).finish(&mut self.frame),
        };
        written.map_err(|error| unwritable(error.to_string()))?;
        Ok(bytes.into_inner())
    }
}

/// A column without a name; texts as they stand where they are wanted so.
fn series(column: &RawColumn, file: &str, verbatim: bool) -> Result<Series, Error> {
    let name = || "".into();
    match column {
        RawColumn::Integers(_) => {
            let mut all = Vec::new();
            column.for_each(file, |cell| all.push(number(cell)))?;
            Ok(Series::new(name(), all.into_iter().map(whole).collect::<Vec<Option<i64>>>()))
        }
        RawColumn::Texts { texts, comma: false } if verbatim => {
            Ok(Series::new(name(), texts.iter().collect::<Vec<&str>>()))
        }
        RawColumn::Series { values, declared: None } => Ok(values.clone()),
        _ => typed(column, file),
    }
}

/// Numbers where all cells are numbers, texts otherwise.
fn typed(column: &RawColumn, file: &str) -> Result<Series, Error> {
    let (mut numbers, mut texts) = (Vec::new(), false);
    column.for_each(file, |cell| {
        texts |= matches!(cell, Cell::Text(_) | Cell::DeclaredText(_));
        numbers.push(number(cell));
    })?;
    if !texts {
        return Ok(Series::new("".into(), numbers));
    }
    let mut all: Vec<Option<String>> = Vec::new();
    column.for_each(file, |cell| {
        all.push(match cell {
            Cell::Text(text) | Cell::DeclaredText(text) => Some(text.to_owned()),
            Cell::Number(number) | Cell::Declared(number) => Some(crate::raw::label(number)),
            Cell::Blank | Cell::NotANumber => None,
        });
    })?;
    Ok(Series::new("".into(), all))
}

fn number(cell: Cell<'_>) -> Option<f64> {
    match cell {
        Cell::Number(number) | Cell::Declared(number) => Some(number),
        _ => None,
    }
}

#[allow(clippy::cast_possible_truncation, reason = "it was a 32-bit integer")]
fn whole(number: Option<f64>) -> Option<i64> {
    number.map(|number| number as i64)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::table::{Cells, Table};

    const CSV: &str = "id,sex,age,x,long\n007,girl,9,1.50,9007199254740993\n008,,-9,,1\n";

    fn copy(folder: &Path, to: CopyFormat) -> FileCopy {
        let path = folder.join("t.csv");
        std::fs::write(&path, CSV).unwrap();
        let header = ["id", "sex", "age", "x", "long"].map(str::to_owned);
        FileCopy::read(&path, &Format::Csv(CsvDialect::default()), &header, to).unwrap()
    }

    #[test]
    fn csv_goes_to_csv_as_it_stands() {
        let folder = tempfile::tempdir().unwrap();
        let copy = copy(folder.path(), CopyFormat::Csv).with_numbers("w", &[0.1, f64::NAN]);
        let copy = copy.unwrap().with_texts("g", &[None, Some("a,b")]).unwrap();
        assert_eq!(copy.clone().with_numbers("AGE", &[1.0; 2]).unwrap_err().code(), "GKO-M017");
        assert_eq!(copy.clone().with_numbers("v", &[]).unwrap_err().code(), "GKO-M019");
        let text = String::from_utf8(copy.encode().unwrap()).unwrap();
        let expected = "id,sex,age,x,long,w,g\n007,girl,9,1.50,9007199254740993,0.1,\n\
                        008,,-9,,1,,\"a,b\"\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn columnar_files_come_back_with_every_digit() {
        let folder = tempfile::tempdir().unwrap();
        for (to, read) in
            [(CopyFormat::Parquet, Format::Parquet), (CopyFormat::Arrow, Format::ArrowIpc)]
        {
            let path = folder.path().join(format!("t.{}", to.ending()));
            std::fs::write(&path, copy(folder.path(), to).encode().unwrap()).unwrap();
            let wanted: BTreeSet<String> = ["age", "x", "long"].map(str::to_owned).into();
            let again = Table::read::<&str>(&path, &read, &wanted, &[]).unwrap();
            let Some(Cells::Numbers(age)) = again.column("age") else { panic!() };
            let Some(Cells::Numbers(x)) = again.column("x") else { panic!() };
            let Some(Cells::Texts(long)) = again.column("long") else { panic!() };
            assert_eq!((age.as_slice(), x[0]), (&[9.0, -9.0][..], 1.5));
            assert_eq!(long[0].as_deref(), Some("9007199254740993"));
        }
    }

    /// Ids beyond 2^53 are told apart, in CSV as in columns of 64-bit integers.
    #[test]
    fn large_whole_numbers_are_labels() {
        let folder = tempfile::tempdir().unwrap();
        let ids = [9_007_199_254_740_992_i64, 9_007_199_254_740_993, 5];
        let path = folder.path().join("ids.parquet");
        let frame = DataFrame::new(3, vec![Column::new("id".into(), ids)]).unwrap();
        crate::write_parquet(&frame, &path).unwrap();
        let wanted: BTreeSet<String> = ["id".to_owned()].into();
        let table = Table::read::<&str>(&path, &Format::Parquet, &wanted, &[]).unwrap();
        let Some(Cells::Texts(read)) = table.column("id") else { panic!() };
        let read: Vec<&str> = read.iter().flatten().map(String::as_str).collect();
        assert_eq!(read, ["9007199254740992", "9007199254740993", "5"]);
    }
}
