//! A file as plain columns, for those who bring no codebook.
//!
//! # Rule
//! A column whose cells are all numbers or missing holds numbers, any other holds
//! texts; a number among texts has one writing (`12`, never `12.0`). Missing are
//! blanks, NaN, what the file itself declares missing, and the tokens given.
//!
//! # Example
//! ```
//! use gko_microdata::{Cells, Format, CsvDialect, Table};
//!
//! # let folder = std::env::temp_dir().join("gko-table-example");
//! # std::fs::create_dir_all(&folder)?;
//! # let path = folder.join("t.csv");
//! std::fs::write(&path, "sex,hours\ngirl,2\nboy,-9\n")?;
//! let wanted = ["sex", "hours"].map(str::to_owned).into();
//! let table = Table::read(&path, &Format::Csv(CsvDialect::default()), &wanted, &["-9"])?;
//! let Some(Cells::Numbers(hours)) = table.column("hours") else { panic!() };
//! assert_eq!(hours[0], 2.0);
//! assert!(hours[1].is_nan());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::error::Error;
use crate::input::{Format, Input, Origin};
use crate::load::load;
use crate::raw::{Cell, RawColumn, label};

/// Columns of a file.
#[derive(Clone, Debug)]
pub struct Table {
    rows: usize,
    header: Vec<String>,
    columns: BTreeMap<String, Cells>,
    sha256: String,
}

/// The cells of a column.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum Cells {
    /// Numbers; NaN where missing.
    Numbers(Vec<f64>),
    /// Texts; `None` where missing.
    Texts(Vec<Option<String>>),
}

/// Printed, a column shows no cell.
impl std::fmt::Debug for Cells {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Numbers(all) => write!(f, "Numbers({})", all.len()),
            Self::Texts(all) => write!(f, "Texts({})", all.len()),
        }
    }
}

impl Table {
    /// Reads the columns of a file that are wanted; those it lacks are left out.
    ///
    /// # Errors
    /// [`Error`] where the file cannot be read, is damaged or has no rows.
    pub fn read<T: AsRef<str>>(
        path: &Path,
        format: &Format,
        wanted: &BTreeSet<String>,
        missing: &[T],
    ) -> Result<Self, Error> {
        let origin = Origin::Constant(String::new());
        let input = Input::file(path, format.clone(), origin.clone(), origin);
        let raw = load(&input, wanted)?;
        if raw.rows == 0 {
            return Err(Error::Empty { file: raw.name });
        }
        let tokens: BTreeSet<&str> = missing.iter().map(AsRef::as_ref).collect();
        let mut columns = BTreeMap::new();
        for (name, column) in &raw.columns {
            columns.insert(name.clone(), cells(column, &raw.name, &tokens)?);
        }
        let sha256 = raw.sha256.unwrap_or_default();
        Ok(Self { rows: raw.rows, header: raw.header, columns, sha256 })
    }

    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Names of all columns of the file.
    #[must_use]
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// A column, where it was wanted and is there.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&Cells> {
        self.columns.get(name)
    }

    /// SHA-256 of the file.
    #[must_use]
    pub fn sha256(&self) -> &str {
        &self.sha256
    }
}

/// What a plain column may hold.
enum Plain {
    Missing,
    Number(f64),
    Text(String),
}

fn cells(column: &RawColumn, file: &str, tokens: &BTreeSet<&str>) -> Result<Cells, Error> {
    let mut all = Vec::new();
    column.for_each(file, |cell| all.push(plain(cell, tokens)))?;
    if all.iter().any(|cell| matches!(cell, Plain::Text(_))) {
        return Ok(Cells::Texts(all.into_iter().map(Plain::text).collect()));
    }
    Ok(Cells::Numbers(all.into_iter().map(Plain::number).collect()))
}

fn plain(cell: Cell<'_>, tokens: &BTreeSet<&str>) -> Plain {
    match cell {
        Cell::Number(number) if !tokens.is_empty() && tokens.contains(&*label(number)) => {
            Plain::Missing
        }
        Cell::Number(number) => Plain::Number(number),
        Cell::Text(text) if !tokens.contains(text) => Plain::Text(text.to_owned()),
        _ => Plain::Missing,
    }
}

impl Plain {
    fn text(self) -> Option<String> {
        match self {
            Self::Missing => None,
            Self::Number(number) => Some(label(number)),
            Self::Text(text) => Some(text),
        }
    }

    fn number(self) -> f64 {
        match self {
            Self::Number(number) => number,
            Self::Missing | Self::Text(_) => f64::NAN,
        }
    }
}

/// A number in the one writing that it has as a label: `12`, never `12.0`.
#[must_use]
pub fn number_label(number: f64) -> String {
    label(number)
}
