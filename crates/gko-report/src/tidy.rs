//! The tidy table: a row a figure, a column a fact, the same on every face.
//!
//! # Rule
//!
//! Shares are on the scale 0 to 1. An empty cell means that there is no such
//! number or that it may not be known; `mark` and `reason` say which. A text
//! that a spreadsheet would take for a formula gets a leading apostrophe in CSV
//! (OWASP ASVS 1.2.10), names of columns too; numbers, negative ones too, stay
//! numbers. Types and nullability of the columns do not depend on the figures.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, RecordBatch, StringArray, UInt64Array};
use gko_disclosure::ProtectedFigure;
use gko_indicators::FigureKey;
use polars::prelude::{Column, DataFrame, NamedFrom, ParquetWriter, Series};

use crate::error::Error;
use crate::release::Release;

/// A protected table as columns.
#[derive(Clone, Debug, PartialEq)]
pub struct TidyTable {
    columns: Vec<TidyColumn>,
    rows: usize,
}

/// One column of a tidy table.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct TidyColumn {
    /// The column's name.
    pub name: String,
    /// Its values.
    pub values: Values,
}

/// The values of a column.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Values {
    /// Names and codes.
    Text(Vec<Option<String>>),
    /// Measured numbers.
    Number(Vec<Option<f64>>),
    /// Counts.
    Count(Vec<Option<u64>>),
}

/// A row of a release.
type Row = (FigureKey, ProtectedFigure);

impl TidyTable {
    /// Lays a release out in columns.
    #[must_use]
    pub fn new(release: &Release) -> Self {
        let rows = release.table.rows();
        let mut columns = vec![
            text("study", rows, |(key, _)| key.sample.study.clone()),
            text("wave", rows, |(key, _)| key.sample.wave.clone()),
            text("country", rows, |(key, _)| key.sample.country.to_string()),
            text("unit", rows, |(key, _)| key.unit.to_string()),
            text("indicator", rows, |(key, _)| key.indicator_id()),
        ];
        let breakdowns = release.breakdowns.iter().enumerate();
        columns.extend(
            breakdowns.map(|(place, id)| text(id, rows, |(key, _)| key.group(place).to_owned())),
        );
        columns.extend(figure_columns(rows));
        Self { columns, rows: rows.len() }
    }

    /// The columns.
    #[must_use]
    pub fn columns(&self) -> &[TidyColumn] {
        &self.columns
    }

    /// How many rows.
    #[must_use]
    pub const fn rows(&self) -> usize {
        self.rows
    }

    /// The table as CSV, UTF-8, comma-separated, decimal point.
    ///
    /// # Errors
    ///
    /// [`Error::Format`], which does not occur for a table made by [`TidyTable::new`].
    pub fn csv(&self) -> Result<Vec<u8>, Error> {
        let failed = |error: csv::Error| format("indicators.csv", &error);
        let mut writer = csv::Writer::from_writer(Vec::new());
        let names = self.columns.iter().map(|column| safe_text(&column.name));
        writer.write_record(names).map_err(failed)?;
        for row in 0..self.rows {
            let fields = self.columns.iter().map(|column| column.values.field(row));
            writer.write_record(fields).map_err(failed)?;
        }
        writer.into_inner().map_err(|error| format("indicators.csv", &error))
    }

    /// The table as Parquet.
    ///
    /// # Errors
    ///
    /// [`Error::Format`] where the writer fails.
    pub fn parquet(&self) -> Result<Vec<u8>, Error> {
        let columns: Vec<Column> = self.columns.iter().map(TidyColumn::series).collect();
        let failed = |error: polars::error::PolarsError| format("indicators.parquet", &error);
        let mut frame = DataFrame::new(self.rows, columns).map_err(failed)?;
        let mut bytes = Vec::new();
        ParquetWriter::new(&mut bytes).finish(&mut frame).map_err(failed)?;
        Ok(bytes)
    }

    /// The table as an Arrow record batch, for programs that go on with it.
    ///
    /// # Errors
    ///
    /// [`Error::Format`], which does not occur for a table made by [`TidyTable::new`].
    pub fn record_batch(&self) -> Result<RecordBatch, Error> {
        let columns =
            self.columns.iter().map(|column| (column.name.as_str(), column.array(), true));
        RecordBatch::try_from_iter_with_nullable(columns)
            .map_err(|error| format("a record batch", &error))
    }
}

fn figure_columns(rows: &[Row]) -> Vec<TidyColumn> {
    let interval = |(_, figure): &Row| figure.interval().copied();
    vec![
        number("estimate", rows, |(_, figure)| figure.value()),
        number("se", rows, |(_, figure)| figure.se()),
        number("ci_low", rows, |row| interval(row).map(|interval| interval.low)),
        number("ci_high", rows, |row| interval(row).map(|interval| interval.high)),
        maybe("ci_method", rows, |row| interval(row).map(|i| i.method.to_string())),
        number("level", rows, |row| interval(row).map(|interval| interval.level)),
        count("df", rows, |(_, figure)| figure.df().map(u64::from)),
        count("n", rows, |(_, figure)| figure.n()),
        number("n_weighted", rows, |(_, figure)| figure.n_weighted()),
        number("n_eff", rows, |(_, figure)| figure.n_eff()),
        number("deff", rows, |(_, figure)| figure.deff()),
        text("mark", rows, |(_, figure)| figure.mark().to_string()),
        maybe("reason", rows, |(_, figure)| reasons(figure)),
        text("definition", rows, |(key, _)| key.definition.to_string()),
    ]
}

fn reasons(figure: &ProtectedFigure) -> Option<String> {
    let names: Vec<&str> = figure.reasons().iter().map(|reason| reason.as_str()).collect();
    (!names.is_empty()).then(|| names.join(";"))
}

fn text(name: &str, rows: &[Row], of: impl Fn(&Row) -> String) -> TidyColumn {
    maybe(name, rows, |row| Some(of(row)))
}

fn maybe(name: &str, rows: &[Row], of: impl Fn(&Row) -> Option<String>) -> TidyColumn {
    TidyColumn { name: name.to_owned(), values: Values::Text(rows.iter().map(of).collect()) }
}

fn number(name: &str, rows: &[Row], of: impl Fn(&Row) -> Option<f64>) -> TidyColumn {
    TidyColumn { name: name.to_owned(), values: Values::Number(rows.iter().map(of).collect()) }
}

fn count(name: &str, rows: &[Row], of: impl Fn(&Row) -> Option<u64>) -> TidyColumn {
    TidyColumn { name: name.to_owned(), values: Values::Count(rows.iter().map(of).collect()) }
}

fn format(what: &'static str, error: &dyn std::fmt::Display) -> Error {
    Error::Format { what, message: error.to_string() }
}

impl Values {
    /// A cell as text; empty where there is nothing.
    fn field(&self, row: usize) -> String {
        match self {
            Self::Text(values) => values[row].as_deref().map_or_else(String::new, safe_text),
            Self::Number(values) => values[row].map_or_else(String::new, |value| value.to_string()),
            Self::Count(values) => values[row].map_or_else(String::new, |value| value.to_string()),
        }
    }
}

/// What makes a spreadsheet take a text for a formula; the wide forms where the
/// reader's keyboard is Chinese, Japanese or Korean.
const FORMULA_STARTS: [char; 12] =
    ['=', '+', '-', '@', '\t', '\r', '\n', '\0', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];

/// A text that no spreadsheet takes for a formula.
pub(crate) fn safe_text(text: &str) -> String {
    let risky = text.starts_with(FORMULA_STARTS);
    if risky { format!("'{text}") } else { text.to_owned() }
}

impl TidyColumn {
    fn series(&self) -> Column {
        let name = self.name.as_str().into();
        match &self.values {
            Values::Text(values) => Series::new(name, values),
            Values::Number(values) => Series::new(name, values),
            Values::Count(values) => Series::new(name, values),
        }
        .into()
    }

    fn array(&self) -> ArrayRef {
        match &self.values {
            Values::Text(values) => Arc::new(values.iter().collect::<StringArray>()),
            Values::Number(values) => Arc::new(values.iter().collect::<Float64Array>()),
            Values::Count(values) => Arc::new(values.iter().collect::<UInt64Array>()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_defused_and_numbers_are_not() {
        assert_eq!(safe_text("=cmd()"), "'=cmd()");
        assert_eq!(safe_text("@x"), "'@x");
        assert_eq!(safe_text("9-11"), "9-11");
        let number = Values::Number(vec![Some(-0.12), None]);
        assert_eq!((number.field(0), number.field(1)), ("-0.12".to_owned(), String::new()));
    }
}
