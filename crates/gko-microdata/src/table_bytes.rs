//! A table as the bytes of a file.
//!
//! # Rule
//! Whole numbers are written without a decimal point, missing cells as blanks (CSV) or
//! nulls. Numbers have as many digits as bring them back to the bit.

use std::io::Cursor;

use polars::prelude::{Column, DataFrame, IpcWriter, ParquetWriter, PolarsResult, SerWriter};

use crate::error::Error;
use crate::input::CsvDialect;
use crate::table::{Cells, Table};
use crate::write::csv_text;

/// Formats that a table is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TableFormat {
    /// Separated values: comma, point, UTF-8.
    Csv,
    /// Apache Parquet.
    Parquet,
    /// Apache Arrow IPC.
    Arrow,
}

impl TableFormat {
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

impl Table {
    /// The bytes of a file with the columns that were read.
    ///
    /// # Errors
    /// [`Error::Unwritable`] where polars cannot write it.
    pub fn encode(&self, format: TableFormat) -> Result<Vec<u8>, Error> {
        let unwritable = |message: String| Error::Unwritable { format: format.ending(), message };
        let mut frame = self.frame().map_err(|error| unwritable(error.to_string()))?;
        let mut bytes = Cursor::new(Vec::new());
        let written = match format {
            TableFormat::Csv => {
                let text = csv_text(&frame, &CsvDialect::default()).map_err(unwritable)?;
                return Ok(text.into_bytes());
            }
            TableFormat::Parquet => ParquetWriter::new(&mut bytes).finish(&mut frame).map(drop),
            TableFormat::Arrow => IpcWriter::new(&mut bytes).finish(&mut frame),
        };
        written.map_err(|error| unwritable(error.to_string()))?;
        Ok(bytes.into_inner())
    }

    fn frame(&self) -> PolarsResult<DataFrame> {
        let columns = self.columns().map(|(name, cells)| match cells {
            Cells::Numbers(values) => numbers(name, values),
            Cells::Texts(texts) => Column::new(name.into(), texts),
        });
        DataFrame::new(self.rows(), columns.collect())
    }
}

/// Whole numbers where all are, of a size that doubles hold exactly.
fn numbers(name: &str, values: &[f64]) -> Column {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let whole = |value: &f64| value.is_nan() || (value.fract() == 0.0 && value.abs() < EXACT);
    if !values.iter().all(whole) {
        let values: Vec<Option<f64>> =
            values.iter().map(|&value| Some(value).filter(|value| !value.is_nan())).collect();
        return Column::new(name.into(), values);
    }
    let values: Vec<Option<i64>> = values.iter().map(|&value| whole_number(value)).collect();
    Column::new(name.into(), values)
}

#[allow(clippy::cast_possible_truncation, reason = "a whole number below 2^53")]
fn whole_number(value: f64) -> Option<i64> {
    if value.is_nan() { None } else { Some(value as i64) }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::input::Format;

    const CSV: &str = "id,sex,age,x\n007,girl,9,0.1\n008,,-9,\n";

    fn table(folder: &std::path::Path) -> Table {
        let path = folder.join("t.csv");
        std::fs::write(&path, CSV).unwrap();
        let header = ["id", "sex", "age", "x"].map(str::to_owned);
        Table::read_as_is(&path, &Format::Csv(CsvDialect::default()), &header).unwrap()
    }

    #[test]
    fn a_table_is_written_as_it_was_read_with_what_was_added() {
        let folder = tempfile::tempdir().unwrap();
        let table = table(folder.path()).with_numbers("w", vec![1.5, 0.0]).unwrap();
        let text = String::from_utf8(table.encode(TableFormat::Csv).unwrap()).unwrap();
        assert_eq!(text, "id,sex,age,x,w\n007,girl,9,0.1,1.5\n008,,-9,,0\n");
        assert_eq!(table.clone().with_numbers("v", vec![]).unwrap_err().code(), "GKO-M019");
        assert_eq!(table.with_numbers("AGE", vec![1.0, 2.0]).unwrap_err().code(), "GKO-M017");
    }

    #[test]
    fn columnar_files_come_back() {
        let folder = tempfile::tempdir().unwrap();
        let table = table(folder.path());
        for (format, read) in
            [(TableFormat::Parquet, Format::Parquet), (TableFormat::Arrow, Format::ArrowIpc)]
        {
            let path = folder.path().join(format!("t.{}", format.ending()));
            std::fs::write(&path, table.encode(format).unwrap()).unwrap();
            let wanted: BTreeSet<String> = table.header().iter().cloned().collect();
            let again = Table::read::<&str>(&path, &read, &wanted, &[]).unwrap();
            assert_eq!(again.column("sex"), table.column("sex"));
            let Some(Cells::Numbers(age)) = again.column("age") else { panic!() };
            assert_eq!(age, &[9.0, -9.0]);
        }
    }
}
