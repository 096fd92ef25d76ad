//! The finest classes: cases that agree in every class variable.
//!
//! # Rule
//! A cell is a combination of codes, the group's first, that a row of positive
//! weight has. Cells stand in ascending order of their codes.

use std::collections::BTreeMap;

use super::dispositions::Dispositions;
use super::error::NonresponseError;
use super::sampled::{Category, Sampled};

/// Cases with the same codes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Cell {
    pub(super) key: Vec<u32>,
    pub(super) cases: Dispositions,
}

/// All cells of a sample.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Cells<'a> {
    /// The group, if there is one, and the class variables.
    pub(super) variables: Vec<Category<'a>>,
    /// How many of them are the group: 0 or 1.
    pub(super) fixed: usize,
    pub(super) cells: Vec<Cell>,
    /// The cell of each row of positive weight.
    pub(super) of_row: Vec<Option<usize>>,
}

impl<'a> Cells<'a> {
    /// Crosses the variables within the groups.
    pub(super) fn cross(
        sample: &Sampled<'a>,
        variables: &[Category<'a>],
    ) -> Result<Self, NonresponseError> {
        sample.check()?;
        variables.iter().try_for_each(|one| sample.check_category(one))?;
        let all: Vec<Category<'a>> =
            sample.group.into_iter().chain(variables.iter().copied()).collect();
        let mut known: BTreeMap<Vec<u32>, Dispositions> = BTreeMap::new();
        let mut keys = vec![None; sample.weights.len()];
        for row in sample.used() {
            let key: Vec<u32> = all.iter().map(|one| one.code(row)).collect::<Result<_, _>>()?;
            let cases = known.entry(key.clone()).or_default();
            cases.add(sample.statuses[row], sample.weights[row]);
            keys[row] = Some(key);
        }
        let cells: Vec<Cell> = known.into_iter().map(|(key, cases)| Cell { key, cases }).collect();
        let place = |key: &Vec<u32>| cells.partition_point(|cell| cell.key < *key);
        let of_row = keys.iter().map(|key| key.as_ref().map(place)).collect();
        Ok(Self { variables: all, fixed: usize::from(sample.group.is_some()), cells, of_row })
    }

    /// The code of a cell's group, 0 where there are no groups.
    pub(super) fn group(&self, cell: usize) -> u32 {
        let key = self.cells.get(cell).filter(|_| self.fixed > 0);
        key.and_then(|cell| cell.key.first()).copied().unwrap_or(0)
    }

    /// Runs of cells in a range that agree in one variable.
    pub(super) fn runs(
        &self,
        range: std::ops::Range<usize>,
        variable: usize,
    ) -> Vec<std::ops::Range<usize>> {
        let mut start = range.start;
        let cells = self.cells.get(range).unwrap_or(&[]);
        let runs = cells.chunk_by(|a, b| a.key.get(variable) == b.key.get(variable));
        let next = |run: &[Cell]| {
            let from = start;
            start += run.len();
            from..start
        };
        runs.map(next).collect()
    }

    /// Some cells in words: the levels of each variable that are among them.
    pub(super) fn label(&self, cells: &[usize]) -> String {
        let one = |(at, variable): (usize, &Category<'_>)| {
            let codes = cells.iter().filter_map(|&cell| self.cells.get(cell)?.key.get(at).copied());
            let mut codes: Vec<u32> = codes.collect();
            codes.sort_unstable();
            codes.dedup();
            let names: Vec<&str> = codes.iter().map(|&code| variable.level(code)).collect();
            format!("{}={}", variable.name, names.join("+"))
        };
        let parts: Vec<String> = self.variables.iter().enumerate().map(one).collect();
        if parts.is_empty() { "all".to_owned() } else { parts.join(", ") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nonresponse::Status;

    #[test]
    fn cells_are_ordered_and_rows_of_weight_zero_are_in_none() {
        let (sexes, ages) = (["boy", "girl"].map(str::to_owned), ["9", "10"].map(str::to_owned));
        let sex = Category { name: "sex", codes: &[1, 0, 9, 1], levels: &sexes };
        let age = Category { name: "age", codes: &[0, 1, 9, 1], levels: &ages };
        let statuses = [Status::Complete; 4];
        let weights = [1.0, 1.0, 0.0, 1.0];
        let sample = Sampled { statuses: &statuses, weights: &weights, group: None };
        let cells = Cells::cross(&sample, &[sex, age]).unwrap();
        assert_eq!(cells.of_row, [Some(1), Some(0), None, Some(2)]);
        assert_eq!(cells.runs(0..3, 0), [0..1, 1..3]);
        assert_eq!(cells.label(&[1, 2]), "sex=girl, age=9+10");
        let none = Cells::cross(&sample, &[]).unwrap();
        assert_eq!((none.cells.len(), none.label(&[0]).as_str()), (1, "all"));
    }
}
