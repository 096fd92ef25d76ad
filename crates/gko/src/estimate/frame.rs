//! The columns of a request: numbers and factors, those of the file and those derived.

use std::collections::{BTreeMap, BTreeSet};

use gko_microdata::{Cells, Table, number_label};

use crate::estimate::derive;
use crate::estimate::error::Error;
use crate::estimate::request::{Request, Scalar};

/// The code of a missing value in a factor.
pub(crate) const MISSING: u32 = u32::MAX;

/// Rows from which on a text is no single respondent's.
const COMMON: u32 = 10;

/// A column.
#[derive(Clone, Debug)]
pub(crate) enum Column {
    /// Numbers; NaN where missing.
    Number(Vec<f64>),
    /// Codes into levels; [`MISSING`] where missing.
    Factor(Factor),
}

/// A factor.
#[derive(Clone, Debug, Default)]
pub(crate) struct Factor {
    pub(crate) codes: Vec<u32>,
    pub(crate) levels: Vec<String>,
}

/// All columns of a request.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    rows: usize,
    columns: BTreeMap<String, Column>,
    header: Vec<String>,
    /// Columns of texts, or derived from them.
    texts: BTreeSet<String>,
}

impl Frame {
    /// The columns of a file, with the factors and derived columns of a request.
    pub(crate) fn new(table: &Table, request: &Request) -> Result<Self, Error> {
        let header = table.header().to_vec();
        let mut frame =
            Self { rows: table.rows(), columns: BTreeMap::new(), header, texts: BTreeSet::new() };
        for name in table.header() {
            if let Some(cells) = table.column(name) {
                if matches!(cells, Cells::Texts(_)) {
                    frame.texts.insert(name.clone());
                }
                frame.columns.insert(name.clone(), column(cells));
            }
        }
        for (at, derived) in request.derive.iter().enumerate() {
            frame.declare(request, false)?;
            let made = derive::column(&frame, derived, &format!("/derive/{at}"))?;
            if frame.header.contains(&derived.name) {
                let message = format!("there is a column `{}` already", derived.name);
                return Err(Error::invalid(&format!("/derive/{at}/name"), message));
            }
            if matches!(made, Column::Factor(_)) {
                frame.texts.insert(derived.name.clone());
            }
            frame.header.push(derived.name.clone());
            frame.columns.insert(derived.name.clone(), made);
        }
        frame.declare(request, true)?;
        Ok(frame)
    }

    /// Makes factors of the columns that the request declares to be factors.
    fn declare(&mut self, request: &Request, all: bool) -> Result<(), Error> {
        for (name, levels) in &request.factors {
            let place = format!("/factors/{name}");
            if !all && !self.header.contains(name) {
                continue;
            }
            let factor = self.factor(name, &place)?;
            let factor =
                if levels.is_empty() { factor } else { factor.ordered(name, levels, &place)? };
            self.columns.insert(name.clone(), Column::Factor(factor));
        }
        Ok(())
    }

    /// The same columns with one more, a copy of another under a new name.
    pub(crate) fn with_copy(&self, name: &str, of: &str, place: &str) -> Result<Self, Error> {
        let mut frame = self.clone();
        frame.columns.insert(name.to_owned(), self.get(of, place)?.clone());
        Ok(frame)
    }

    /// Whether a column holds texts, as opposed to codes.
    pub(crate) fn is_text(&self, name: &str) -> bool {
        self.texts.contains(name)
    }

    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// A column by name.
    pub(crate) fn get(&self, name: &str, place: &str) -> Result<&Column, Error> {
        self.columns.get(name).ok_or_else(|| Error::NoColumn {
            place: place.to_owned(),
            column: name.to_owned(),
            nearest: nearest(name, &self.header),
            valid: self.header.clone(),
        })
    }

    /// A column that must hold numbers.
    pub(crate) fn number(&self, name: &str, place: &str) -> Result<&[f64], Error> {
        match self.get(name, place)? {
            Column::Number(values) => Ok(values),
            Column::Factor(_) => {
                Err(Error::NotNumber { place: place.to_owned(), column: name.to_owned() })
            }
        }
    }

    /// A column as a factor: numbers get levels that ascend.
    pub(crate) fn factor(&self, name: &str, place: &str) -> Result<Factor, Error> {
        Ok(match self.get(name, place)? {
            Column::Factor(factor) => factor.clone(),
            Column::Number(values) => Factor::of_numbers(values),
        })
    }

    /// Whether each row has a value.
    pub(crate) fn present(&self, name: &str, place: &str) -> Result<Vec<bool>, Error> {
        Ok(match self.get(name, place)? {
            Column::Number(values) => values.iter().map(|value| !value.is_nan()).collect(),
            Column::Factor(factor) => factor.codes.iter().map(|&code| code != MISSING).collect(),
        })
    }

    /// Whether each row has one of these values; rows without a value have none.
    pub(crate) fn is_in(
        &self,
        name: &str,
        values: &[Scalar],
        place: &str,
    ) -> Result<Vec<bool>, Error> {
        match self.get(name, place)? {
            Column::Number(all) => {
                let wanted: Vec<f64> = values
                    .iter()
                    .map(|value| number_of(name, value, place))
                    .collect::<Result<_, _>>()?;
                Ok(all.iter().map(|value| wanted.contains(value)).collect())
            }
            Column::Factor(factor) => {
                let wanted: BTreeSet<u32> = values
                    .iter()
                    .map(|value| factor.code_of(name, &text_of(value), place))
                    .collect::<Result<_, _>>()?;
                Ok(factor.codes.iter().map(|code| wanted.contains(code)).collect())
            }
        }
    }
}

/// A level in a message: its name where it may be shown.
pub(crate) fn named(level: &str, public: &[String]) -> String {
    match public.iter().any(|other| other == level) {
        true => format!("level `{level}`"),
        false => format!("a level that fewer than {COMMON} rows have"),
    }
}

impl Factor {
    /// Distinct numbers, ascending.
    pub(crate) fn of_numbers(values: &[f64]) -> Self {
        let mut distinct: Vec<f64> = values.iter().copied().filter(|v| !v.is_nan()).collect();
        distinct.sort_by(f64::total_cmp);
        distinct.dedup();
        let code = |value: &f64| match value.is_nan() {
            true => MISSING,
            false => place_of(distinct.partition_point(|other| other < value)),
        };
        let codes = values.iter().map(code).collect();
        Self { codes, levels: distinct.into_iter().map(number_label).collect() }
    }

    /// Texts in alphabetical order.
    pub(crate) fn of_texts<'a>(texts: impl Iterator<Item = Option<&'a str>> + Clone) -> Self {
        let distinct: BTreeSet<&str> = texts.clone().flatten().collect();
        let codes: BTreeMap<&str, u32> =
            distinct.iter().enumerate().map(|(at, text)| (*text, place_of(at))).collect();
        let code = |text: Option<&str>| text.and_then(|text| codes.get(text)).copied();
        Self {
            codes: texts.map(|text| code(text).unwrap_or(MISSING)).collect(),
            levels: distinct.into_iter().map(str::to_owned).collect(),
        }
    }

    /// The same factor with its levels in another order, all of them named.
    fn ordered(self, name: &str, levels: &[String], place: &str) -> Result<Self, Error> {
        let public = self.public_levels();
        let code = |level: &String| {
            let at = levels.iter().position(|other| other == level);
            at.map(place_of).ok_or_else(|| {
                let level = named(level, &public);
                let message = format!("{level} of `{name}` is not stated; state all of them");
                Error::invalid(place, message)
            })
        };
        let map: Vec<u32> = self.levels.iter().map(code).collect::<Result<_, _>>()?;
        let moved = |code: &u32| map.get(*code as usize).copied().unwrap_or(MISSING);
        Ok(Self { codes: self.codes.iter().map(moved).collect(), levels: levels.to_vec() })
    }

    /// The code of a level.
    pub(crate) fn code_of(&self, name: &str, level: &str, place: &str) -> Result<u32, Error> {
        let at = self.levels.iter().position(|other| other == level);
        at.map(place_of).ok_or_else(|| Error::UnknownLevel {
            place: place.to_owned(),
            column: name.to_owned(),
            got: level.to_owned(),
            valid: self.public_levels(),
        })
    }

    /// Levels that a message may show: a text that few rows have is not for others.
    pub(crate) fn public_levels(&self) -> Vec<String> {
        let mut counts = vec![0_u32; self.levels.len()];
        for &code in &self.codes {
            if let Some(count) = counts.get_mut(code as usize) {
                *count += 1;
            }
        }
        let common = self.levels.iter().zip(&counts).filter(|(_, count)| **count >= COMMON);
        common.map(|(level, _)| level.clone()).collect()
    }

    /// Levels that fewer rows have.
    pub(crate) fn rare_levels(&self) -> Vec<String> {
        let common = self.public_levels();
        self.levels.iter().filter(|level| !common.contains(level)).cloned().collect()
    }
}

fn column(cells: &Cells) -> Column {
    match cells {
        Cells::Numbers(values) => Column::Number(values.clone()),
        Cells::Texts(texts) => Column::Factor(Factor::of_texts(texts.iter().map(Option::as_deref))),
        _ => Column::Factor(Factor::default()),
    }
}

/// A position as a code.
pub(crate) fn place_of(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(MISSING)
}

pub(crate) fn text_of(value: &Scalar) -> String {
    match value {
        Scalar::Number(number) => number_label(*number),
        Scalar::Text(text) => text.clone(),
    }
}

fn number_of(name: &str, value: &Scalar, place: &str) -> Result<f64, Error> {
    match value {
        Scalar::Number(number) => Ok(*number),
        Scalar::Text(text) => text.parse().map_err(|_| {
            Error::invalid(place, format!("`{name}` holds numbers, and `{text}` is none"))
        }),
    }
}

/// The name that is spelled most alike, where one is close.
fn nearest(name: &str, names: &[String]) -> Option<String> {
    let same = names.iter().find(|other| other.eq_ignore_ascii_case(name));
    let starts = || names.iter().find(|other| other.starts_with(name) || name.starts_with(*other));
    same.or_else(starts).cloned()
}
