//! Columns of labels: ids, strata, PSUs, countries, waves.
//!
//! # Rule
//!
//! A label is a name, even where it looks like a number: a code of 18 digits
//! keeps them all, and `1E3` is not `1000`. Only a plain decimal number of at
//! most 15 digits is written in one way, so that `12`, `12.0` and the number 12
//! of another file are one label. Codes have the order of the labels and do not
//! depend on the order of rows and files.

use std::collections::HashMap;

use crate::error::Error;
use crate::input::Origin;
use crate::raw::{RawColumn, RawTable};

/// A column of labels: a code a row, and the label behind each code.
pub(crate) struct Labels {
    pub(crate) codes: Vec<u32>,
    pub(crate) names: Vec<String>,
}

impl Labels {
    pub(crate) const fn empty() -> Self {
        Self { codes: Vec::new(), names: Vec::new() }
    }

    /// One label for every row that is kept.
    pub(crate) fn constant(keep: &[bool]) -> Self {
        let kept = keep.iter().filter(|keep| **keep).count();
        Self { codes: vec![0; kept], names: vec![String::new()] }
    }

    /// Appends rows of another file whose codes count on from a table of their own.
    pub(crate) fn append(&mut self, other: Self) {
        let mut known: HashMap<&str, u32> = HashMap::new();
        for (place, name) in self.names.iter().enumerate() {
            known.insert(name, code(place));
        }
        let fresh: Vec<String> =
            other.names.iter().filter(|n| !known.contains_key(n.as_str())).cloned().collect();
        let mut next = code(self.names.len());
        let mut map = Vec::with_capacity(other.names.len());
        for name in &other.names {
            map.push(known.get(name.as_str()).copied().unwrap_or_else(|| {
                next += 1;
                next - 1
            }));
        }
        self.names.extend(fresh);
        self.codes.extend(other.codes.iter().map(|&code| map[code as usize]));
    }

    /// Gives the codes the order of the names.
    pub(crate) fn sort_names(&mut self) {
        let mut order: Vec<usize> = (0..self.names.len()).collect();
        order.sort_by(|&a, &b| self.names[a].cmp(&self.names[b]));
        let mut rank = vec![0; order.len()];
        for (new, &old) in order.iter().enumerate() {
            rank[old] = code(new);
        }
        if !self.names.is_empty() {
            self.codes.iter_mut().for_each(|code| *code = rank[*code as usize]);
        }
        self.names.sort();
    }
}

/// Rows are counted in memory, so their number fits; four billion labels do not occur.
pub(crate) fn code(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

/// The labels of a country or wave.
pub(crate) fn origin(
    table: &RawTable,
    origin: &Origin,
    role: &'static str,
) -> Result<Labels, Error> {
    match origin {
        Origin::Constant(name) => {
            Ok(Labels { codes: vec![0; table.rows], names: vec![name.clone()] })
        }
        Origin::Column(column) => labels(table, column, role),
    }
}

/// How a label that is none of the known ones is shown: one from the pipeline as
/// it stands; one from a column as it stands only where it is as short as a
/// code, since the column may be the wrong one and hold what a child said.
pub(crate) fn shown(origin: &Origin, labels: &Labels, place: usize) -> String {
    let name = &labels.names[place];
    let Origin::Column(column) = origin else { return name.clone() };
    let number = name.len() <= 4 && name.bytes().all(|byte| byte.is_ascii_digit());
    if name.chars().count() <= 3 || number {
        return name.clone();
    }
    let row = labels.codes.iter().position(|&code| code as usize == place).unwrap_or(0);
    let length = name.chars().count();
    format!("(a text of {length} characters in column {column}, record {})", row + 1)
}

/// Reads a column of labels; each row must have one.
pub(crate) fn labels(table: &RawTable, column: &str, role: &'static str) -> Result<Labels, Error> {
    let read = optional(table, column, role)?;
    let Some(place) = read.names.iter().position(String::is_empty) else { return Ok(read) };
    let blank = |code: &&u32| **code as usize == place;
    let first = read.codes.iter().position(|code| code as &u32 == &self::code(place));
    let (file, column) = (table.name.clone(), column.to_owned());
    let (record, count) = (first.unwrap_or(0) + 1, read.codes.iter().filter(blank).count());
    Err(Error::NoLabel { file, column, role, record, count })
}

/// Reads a column of labels; a blank is the empty label.
pub(crate) fn optional(
    table: &RawTable,
    column: &str,
    role: &'static str,
) -> Result<Labels, Error> {
    let mut known: HashMap<Box<str>, u32> = HashMap::new();
    let mut read = Labels { codes: Vec::with_capacity(table.rows), names: Vec::new() };
    need(table, column, role)?.for_each_label(&table.name, |label| {
        let code = known.get(label).copied().unwrap_or_else(|| {
            let next = code(read.names.len());
            known.insert(label.into(), next);
            read.names.push(label.to_owned());
            next
        });
        read.codes.push(code);
    })?;
    Ok(read)
}

/// A column that the layout names.
pub(crate) fn need<'t>(
    table: &'t RawTable,
    column: &str,
    role: &'static str,
) -> Result<&'t RawColumn, Error> {
    let found = table.columns.iter().find(|(name, _)| name == column);
    found.map(|(_, raw)| raw).ok_or_else(|| Error::NoColumn {
        file: table.name.clone(),
        column: column.to_owned(),
        role,
        nearest: gko_codebook::text::nearest(column, &table.header),
    })
}
