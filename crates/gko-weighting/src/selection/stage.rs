//! A stage of the draw: its chances, and whether they fit its units.
//!
//! # Rule
//! A unit is drawn once, so all rows of a unit have one chance at its stage: with
//! unit codes given, chances of one unit that differ by more than 1e-9 of their
//! size are refused.
//!
//! # Assumptions
//! Unit codes are unique over the whole table, not only within the unit above.

use std::collections::BTreeMap;

use serde::Serialize;

use super::chance::{Chance, Drawn};
use super::error::SelectionError;
use crate::numbers::same_length;

/// How far chances of one unit may differ, relative to their size: rounding of files.
const SAME_CHANCE: f64 = 1e-9;

/// A stage: a name, the chances, and the units that were drawn if they are known.
#[derive(Debug, Clone, PartialEq)]
pub struct Stage<'a> {
    name: String,
    chance: Chance<'a>,
    units: Option<&'a [u32]>,
}

/// What a stage did.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct StageReport {
    /// The stage's name.
    pub stage: String,
    /// The smallest chance of a row.
    pub smallest: f64,
    /// The largest chance of a row.
    pub largest: f64,
    /// Units, if their codes are known.
    pub units: Option<usize>,
    /// Rows in which the number of children was capped.
    pub capped: usize,
    /// Rows of units taken with certainty since their size gave a chance above 1.
    pub certain: usize,
}

impl<'a> Stage<'a> {
    /// A stage whose units are not known.
    #[must_use]
    pub fn new(name: impl Into<String>, chance: Chance<'a>) -> Self {
        Self { name: name.into(), chance, units: None }
    }

    /// States the unit of each row, whose chance is then checked to be one.
    #[must_use]
    pub fn within(self, units: &'a [u32]) -> Self {
        Self { units: Some(units), ..self }
    }

    /// The chances of the rows in use, in their order, and what was done.
    pub(super) fn chances(
        &self,
        table: usize,
        rows: &[usize],
    ) -> Result<(Vec<f64>, StageReport), SelectionError> {
        self.chance.check(&self.name)?;
        self.check_lengths(table)?;
        let drawn: Result<Vec<Drawn>, _> =
            rows.iter().map(|&row| self.chance.of(&self.name, row)).collect();
        let drawn = drawn?;
        let chances: Vec<f64> = drawn.iter().map(|drawn| drawn.chance).collect();
        let units = self.units.map(|units| self.check_units(units, rows, &chances)).transpose()?;
        let report = StageReport {
            stage: self.name.clone(),
            smallest: chances.iter().copied().fold(f64::INFINITY, f64::min),
            largest: chances.iter().copied().fold(0.0, f64::max),
            units,
            capped: drawn.iter().filter(|drawn| drawn.capped).count(),
            certain: drawn.iter().filter(|drawn| drawn.certain).count(),
        };
        Ok((chances, report))
    }

    fn check_lengths(&self, table: usize) -> Result<(), SelectionError> {
        for (column, values) in self.chance.columns() {
            same_length(&format!("{column} of stage {}", self.name), table, values.len())?;
        }
        let units = self.units.map_or(table, <[u32]>::len);
        Ok(same_length(&format!("units of stage {}", self.name), table, units)?)
    }

    /// Refuses units with two chances, and counts the units.
    fn check_units(
        &self,
        units: &[u32],
        rows: &[usize],
        chances: &[f64],
    ) -> Result<usize, SelectionError> {
        let mut seen: BTreeMap<u32, (usize, f64)> = BTreeMap::new();
        for (&row, &chance) in rows.iter().zip(chances) {
            let unit = units[row];
            let (first_row, first) = *seen.entry(unit).or_insert((row, chance));
            if (chance - first).abs() > SAME_CHANCE * first {
                let stage = self.name.clone();
                let varies =
                    SelectionError::ChanceVaries { stage, unit, first_row, first, row, chance };
                return Err(varies);
            }
        }
        Ok(seen.len())
    }
}
