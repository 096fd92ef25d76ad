//! Groups that are weighted apart from one another: as a rule the countries.

use crate::error::Error;
use crate::sample::{MISSING, Sample};

/// The rows of each group, every row in one of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Groups {
    /// Names of the groups.
    pub names: Vec<String>,
    /// The group of each row.
    pub codes: Vec<u32>,
    /// Rows of each group, ascending.
    pub rows: Vec<Vec<u32>>,
}

impl Groups {
    /// The groups that a column tells apart; without one all rows are one group
    /// whose name is empty.
    ///
    /// # Errors
    /// No such column; a row without a group.
    pub fn new(sample: &Sample, column: Option<&str>) -> Result<Self, Error> {
        let Some(column) = column else {
            return Ok(Self::of(vec![0; sample.rows()], vec![String::new()]));
        };
        let all = sample.category_column(column)?;
        match all.codes.iter().filter(|&&code| code == MISSING).count() {
            0 => Ok(Self::of(all.codes, all.levels)),
            rows => Err(Error::NoGroup { column: column.to_owned(), rows }),
        }
    }

    fn of(codes: Vec<u32>, names: Vec<String>) -> Self {
        let mut rows = vec![Vec::new(); names.len()];
        for (row, &code) in (0..).zip(&codes) {
            rows[code as usize].push(row);
        }
        Self { names, codes, rows }
    }

    /// Names with the rows that belong to them.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u32])> {
        self.names.iter().map(String::as_str).zip(self.rows.iter().map(Vec::as_slice))
    }
}

/// The values of some rows.
pub(crate) fn pick<T: Copy>(all: &[T], rows: &[u32]) -> Vec<T> {
    rows.iter().filter_map(|&row| all.get(row as usize).copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_in_one_group() {
        let sample = Sample::new(3).texts("c", &[Some("b"), Some("a"), Some("b")]).unwrap();
        let groups = Groups::new(&sample, Some("c")).unwrap();
        assert_eq!(
            (groups.names, groups.rows),
            (vec!["a".to_owned(), "b".to_owned()], vec![vec![1], vec![0, 2]],)
        );
        assert_eq!(Groups::new(&sample, None).unwrap().rows, [vec![0, 1, 2]]);
        let holes = Sample::new(2).texts("c", &[Some("b"), None]).unwrap();
        assert_eq!(Groups::new(&holes, Some("c")).unwrap_err().code(), "GKO-W708");
    }
}
