//! The columns of a file from which weights are made.
//!
//! # Rule
//! A column holds numbers (NaN where missing) or categories (code [`MISSING`] where
//! missing). Numbers become categories by their one writing: `2` and `2.0` are the
//! category `2`. Categories of texts are in alphabetical order, those of numbers
//! ascend. A crossing of columns has the categories joined by [`CROSSED`], those that
//! occur and no others, the last column running fastest.
//!
//! # Example
//! ```
//! use gko_weighting::Sample;
//!
//! let sample = Sample::new(3)
//!     .texts("sex", &[Some("girl"), Some("boy"), None])?
//!     .numbers("age", vec![9.0, 17.0, 12.0])?
//!     .bands("age_group", "age", &[("9-11", 9.0, 11.0), ("12-17", 12.0, 17.0)])?;
//! let crossed = sample.crossed(&["sex", "age_group"])?;
//! assert_eq!(crossed.levels, ["boy*12-17", "girl*9-11"]);
//! assert_eq!(crossed.codes, [1, 0, u32::MAX]);
//! # Ok::<(), gko_weighting::Error>(())
//! ```

use std::collections::{BTreeMap, BTreeSet};

use crate::error::Error;

/// The code of a missing category.
pub const MISSING: u32 = u32::MAX;
/// What stands between the categories of a crossing.
pub const CROSSED: &str = "*";

/// Named columns of one file.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    rows: usize,
    /// All columns of the file, for messages.
    header: Vec<String>,
    columns: BTreeMap<String, Column>,
}

#[derive(Clone, PartialEq)]
enum Column {
    Numbers(Vec<f64>),
    Categories(Categories),
}

/// Printed, a column shows no cell.
impl std::fmt::Debug for Column {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Numbers(all) => write!(f, "Numbers({})", all.len()),
            Self::Categories(all) => write!(f, "Categories({})", all.codes.len()),
        }
    }
}

/// The category of each row, and what the categories are called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Categories {
    /// Position in `levels`, or [`MISSING`].
    pub codes: Vec<u32>,
    /// Names of the categories.
    pub levels: Vec<String>,
}

impl Sample {
    /// A file of so many rows, without columns.
    #[must_use]
    pub fn new(rows: usize) -> Self {
        Self { rows, header: Vec::new(), columns: BTreeMap::new() }
    }

    /// Names the columns of the file that the sample is of, for messages: only those that
    /// somebody needs are added.
    #[must_use]
    pub fn with_header(self, header: &[String]) -> Self {
        Self { header: header.to_vec(), ..self }
    }

    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Names of the columns.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.keys().map(String::as_str)
    }

    /// Adds a column of numbers; NaN is a missing one.
    ///
    /// # Errors
    /// Another number of rows; a name that is taken.
    pub fn numbers(self, name: &str, values: Vec<f64>) -> Result<Self, Error> {
        let rows = values.len();
        self.with(name, rows, Column::Numbers(values))
    }

    /// Adds a column of texts; `None` is a missing one.
    ///
    /// # Errors
    /// Another number of rows; a name that is taken.
    pub fn texts<T: AsRef<str>>(self, name: &str, texts: &[Option<T>]) -> Result<Self, Error> {
        let all = || texts.iter().map(|text| text.as_ref().map(AsRef::as_ref));
        let levels: BTreeSet<&str> = all().flatten().collect();
        let levels: Vec<&str> = levels.into_iter().collect();
        let code = |text: Option<&str>| {
            text.and_then(|text| levels.binary_search(&text).ok()).map_or(MISSING, place)
        };
        let codes = all().map(code).collect();
        let levels = levels.into_iter().map(str::to_owned).collect();
        self.categories(name, Categories { codes, levels })
    }

    /// Adds a column of categories.
    ///
    /// # Errors
    /// Another number of rows; a name that is taken; a code without a level.
    pub fn categories(self, name: &str, all: Categories) -> Result<Self, Error> {
        let beyond = |code: &u32| *code != MISSING && *code as usize >= all.levels.len();
        if let Some(row) = all.codes.iter().position(beyond) {
            return Err(Error::CodeWithoutLevel {
                column: name.to_owned(),
                row,
                levels: all.levels.len(),
            });
        }
        let rows = all.codes.len();
        self.with(name, rows, Column::Categories(all))
    }

    /// Adds a column with the band of each number of another column; numbers in no
    /// band are missing.
    ///
    /// # Errors
    /// No such column, one that holds texts, bands that overlap or end before they
    /// begin, a name that is taken.
    pub fn bands(self, name: &str, of: &str, bands: &[(&str, f64, f64)]) -> Result<Self, Error> {
        let mut sorted: Vec<_> = bands.to_vec();
        sorted.sort_by(|one, two| one.1.total_cmp(&two.1));
        let turned =
            sorted.iter().any(|band| band.1 > band.2 || band.1.is_nan() || band.2.is_nan());
        if turned || sorted.windows(2).any(|pair| pair[0].2 >= pair[1].1) {
            return Err(Error::Bands { column: name.to_owned() });
        }
        let band = |value: &f64| {
            let inside = |band: &(&str, f64, f64)| band.1 <= *value && *value <= band.2;
            sorted.iter().position(inside).map_or(MISSING, place)
        };
        let codes = self.number_column(of)?.iter().map(band).collect();
        let levels = sorted.iter().map(|band| band.0.to_owned()).collect();
        self.categories(name, Categories { codes, levels })
    }

    /// Adds a column in which categories of another have new names; those that are
    /// not named are missing. Several may get one name.
    ///
    /// # Errors
    /// No such column, a category that it does not have, a name that is taken.
    pub fn recoded(self, name: &str, of: &str, names: &[(&str, &str)]) -> Result<Self, Error> {
        let old = self.category_column(of)?;
        for (from, _) in names {
            if !old.levels.iter().any(|level| level == from) {
                let (column, category) = (of.to_owned(), (*from).to_owned());
                return Err(Error::NoCategory { column, category, valid: old.levels });
            }
        }
        let mut levels: Vec<String> = Vec::new();
        let mut codes = vec![MISSING; old.levels.len()];
        for (from, to) in names {
            let at = levels.iter().position(|level| level == to).unwrap_or_else(|| {
                levels.push((*to).to_owned());
                levels.len() - 1
            });
            let from = old.levels.iter().position(|level| level == from).unwrap_or_default();
            codes[from] = place(at);
        }
        let code = |old: &u32| codes.get(*old as usize).copied().unwrap_or(MISSING);
        let codes = old.codes.iter().map(code).collect();
        self.categories(name, Categories { codes, levels })
    }

    /// The same columns, the categories of one in an order that is declared.
    ///
    /// # Errors
    /// No such column; a category of it that is not named.
    pub fn ordered(mut self, name: &str, levels: &[String]) -> Result<Self, Error> {
        let old = self.category_column(name)?;
        let to = |level: &String| levels.iter().position(|other| other == level).map(place);
        let places: Vec<Option<u32>> = old.levels.iter().map(to).collect();
        if let Some(at) = places.iter().position(Option::is_none) {
            let (column, category) = (name.to_owned(), old.levels[at].clone());
            return Err(Error::NotNamed { column, category });
        }
        let code = |code: &u32| places.get(*code as usize).copied().flatten().unwrap_or(MISSING);
        let codes = old.codes.iter().map(code).collect();
        let column = Column::Categories(Categories { codes, levels: levels.to_vec() });
        self.columns.insert(name.to_owned(), column);
        Ok(self)
    }

    fn with(mut self, name: &str, rows: usize, column: Column) -> Result<Self, Error> {
        if rows != self.rows {
            let (column, expected) = (name.to_owned(), self.rows);
            return Err(Error::Rows { column, expected, got: rows });
        }
        if self.columns.contains_key(name) {
            return Err(Error::ColumnTwice { column: name.to_owned() });
        }
        self.columns.insert(name.to_owned(), column);
        Ok(self)
    }

    fn column(&self, name: &str) -> Result<&Column, Error> {
        self.columns.get(name).ok_or_else(|| Error::NoColumn {
            column: name.to_owned(),
            valid: self
                .header
                .iter()
                .chain(self.columns.keys())
                .cloned()
                .collect::<BTreeSet<_>>()
                .into_iter()
                .collect(),
        })
    }

    /// A column that must hold numbers.
    ///
    /// # Errors
    /// No such column; one that holds texts.
    pub fn number_column(&self, name: &str) -> Result<&[f64], Error> {
        match self.column(name)? {
            Column::Numbers(values) => Ok(values),
            Column::Categories(_) => Err(Error::NotNumbers { column: name.to_owned() }),
        }
    }

    /// A column as categories.
    ///
    /// # Errors
    /// No such column.
    pub fn category_column(&self, name: &str) -> Result<Categories, Error> {
        Ok(match self.column(name)? {
            Column::Categories(all) => all.clone(),
            Column::Numbers(values) => Categories::of_numbers(values),
        })
    }

    /// The crossing of columns; one column is itself. A row without a value in one of
    /// them has none.
    ///
    /// # Errors
    /// No such column; no column at all.
    pub fn crossed<N: AsRef<str>>(&self, names: &[N]) -> Result<Categories, Error> {
        let mut names = names.iter().map(AsRef::as_ref);
        let first = names.next().ok_or(Error::NothingCrossed)?;
        let mut all = self.category_column(first)?;
        for name in names {
            all = all.times(&self.category_column(name)?);
        }
        Ok(all)
    }
}

impl Categories {
    /// Distinct numbers, ascending.
    #[must_use]
    pub fn of_numbers(values: &[f64]) -> Self {
        // Adding 0 makes -0 the 0 that it equals.
        let known = values.iter().filter(|value| !value.is_nan());
        let mut distinct: Vec<f64> = known.map(|value| value + 0.0).collect();
        distinct.sort_by(f64::total_cmp);
        distinct.dedup();
        let code = |value: &f64| match value.is_nan() {
            true => MISSING,
            false => place(distinct.partition_point(|other| other < value)),
        };
        let codes = values.iter().map(code).collect();
        Self { codes, levels: distinct.iter().map(f64::to_string).collect() }
    }

    /// The crossing with another column, with the categories that occur.
    #[must_use]
    fn times(&self, other: &Self) -> Self {
        let width = other.levels.len() as u64;
        let pair = |(&one, &two): (&u32, &u32)| match one == MISSING || two == MISSING {
            true => None,
            false => Some(u64::from(one) * width + u64::from(two)),
        };
        let pairs: Vec<Option<u64>> = self.codes.iter().zip(&other.codes).map(pair).collect();
        let used: BTreeSet<u64> = pairs.iter().flatten().copied().collect();
        let used: Vec<u64> = used.into_iter().collect();
        let code = |pair: &Option<u64>| {
            pair.and_then(|pair| used.binary_search(&pair).ok()).map_or(MISSING, place)
        };
        let name = |pair: &u64| {
            let at = |part: u64| usize::try_from(part).unwrap_or(usize::MAX);
            let (one, two) = (&self.levels[at(pair / width)], &other.levels[at(pair % width)]);
            format!("{one}{CROSSED}{two}")
        };
        Self { codes: pairs.iter().map(code).collect(), levels: used.iter().map(name).collect() }
    }

    /// The position of a category.
    #[must_use]
    pub fn position(&self, level: &str) -> Option<usize> {
        self.levels.iter().position(|other| other == level)
    }
}

/// A position as a code.
pub(crate) fn place(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(MISSING)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Sample {
        let sexes = [Some("girl"), None, Some("boy"), Some("girl")];
        let sample = Sample::new(4).texts("sex", &sexes).unwrap();
        sample.numbers("age", vec![9.0, 10.0, f64::NAN, 17.0]).unwrap()
    }

    #[test]
    fn numbers_are_categories_too() {
        let ages = sample().category_column("age").unwrap();
        assert_eq!(
            (ages.levels, ages.codes),
            (vec!["9".to_owned(), "10".to_owned(), "17".to_owned()], vec![0, 1, MISSING, 2],)
        );
    }

    #[test]
    fn a_crossing_has_what_occurs() {
        let crossed = sample().crossed(&["sex", "age"]).unwrap();
        assert_eq!(crossed.levels, ["girl*9", "girl*17"]);
        assert_eq!(crossed.codes, [0, MISSING, MISSING, 1]);
        assert_eq!(crossed.position("girl*17"), Some(1));
    }

    #[test]
    fn bands_that_overlap_are_refused_and_gaps_are_missing() {
        let bands = [("young", 9.0, 9.0), ("old", 11.0, 17.0)];
        let banded = sample().bands("group", "age", &bands).unwrap();
        let group = banded.category_column("group").unwrap();
        assert_eq!(group.codes, [0, MISSING, MISSING, 1]);
        let wrong = [("young", 9.0, 12.0), ("old", 12.0, 17.0)];
        assert_eq!(sample().bands("group", "age", &wrong).unwrap_err().code(), "GKO-W705");
        assert_eq!(sample().bands("group", "sex", &bands).unwrap_err().code(), "GKO-W703");
    }

    #[test]
    fn recoding_merges_and_leaves_out() {
        let recoded = sample().recoded("s", "sex", &[("girl", "f")]).unwrap();
        let s = recoded.category_column("s").unwrap();
        assert_eq!((s.levels, s.codes), (vec!["f".to_owned()], vec![0, MISSING, MISSING, 0]));
        let refused = sample().recoded("s", "sex", &[("woman", "f")]).unwrap_err();
        assert_eq!(refused.code(), "GKO-W706");
    }

    #[test]
    fn columns_that_do_not_fit_are_refused() {
        assert_eq!(sample().numbers("x", vec![1.0]).unwrap_err().code(), "GKO-W700");
        assert_eq!(sample().numbers("age", vec![1.0; 4]).unwrap_err().code(), "GKO-W701");
        assert_eq!(sample().number_column("agee").unwrap_err().code(), "GKO-W702");
        let codes = Categories { codes: vec![0, 0, 1, 0], levels: vec!["a".to_owned()] };
        assert_eq!(sample().categories("x", codes).unwrap_err().code(), "GKO-W704");
    }
}
