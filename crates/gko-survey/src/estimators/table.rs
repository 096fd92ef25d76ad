//! Tables of one, two, three or more ways: weighted counts and shares.
//!
//! # Estimator
//! With T_c the sum of weights in cell c, a table of counts has `T_c`, scaled to a
//! total A `A·T_c/T`. A share within the groups g that some of the ways make is
//! `p_c = T_c/T_g(c)`, score `(1(c) - p_c·1(g)) / T_g`: of no way the share of the
//! total, of the first way of two the share of the row, of the second of the column.
//!
//! # Assumptions
//! Cells without a row are there with 0. A share within a group without a row does
//! not exist: NaN.
//!
//! # References
//! R survey 4.5 `svytable(Ntotal =)`, `svymean(~interaction())`; Stata
//! `svy: tabulate`.

use crate::Matrix;
use crate::columns::{total_weight, used};
use crate::error::{Error, same_length};
use crate::estimators::EstimatorError;
use crate::statistic::{OfTotals, Statistic};

/// Cells that one table may have: its covariance has the square of them.
const CELLS: u64 = 4096;

/// A classification of the rows.
#[derive(Debug, Clone)]
pub struct Way<'a> {
    name: String,
    codes: &'a [u32],
    labels: Vec<String>,
}

impl<'a> Way<'a> {
    /// Codes count from 0 in the order of the labels.
    #[must_use]
    pub fn new<L: AsRef<str>>(name: &str, codes: &'a [u32], labels: &[L]) -> Self {
        let labels = labels.iter().map(|label| label.as_ref().to_owned()).collect();
        Self { name: name.to_owned(), codes, labels }
    }

    fn check(&self, weights: &[f64]) -> Result<(), Error> {
        same_length(&self.name, weights.len(), self.codes.len())?;
        let levels = u32::try_from(self.labels.len()).unwrap_or(u32::MAX);
        match used(weights).find(|(row, _)| self.codes[*row] >= levels) {
            None => Ok(()),
            Some((row, _)) => {
                let (column, code) = (self.name.clone(), self.codes[row]);
                Err(Error::UnknownCode { column, row, code, levels })
            }
        }
    }
}

#[derive(Debug, Clone)]
enum Cells {
    Counts,
    Scaled(f64),
    /// Shares within each of these groups of cells.
    Shares(Vec<usize>),
}

/// A table; cells are in the order in which the first way changes fastest.
///
/// # Example
/// ```
/// use gko_survey::{Design, Domain, Survey, Table, Way};
///
/// let survey = Survey::new(Design::builder(4).weights(&[1.0, 1.0, 2.0, 4.0]).build()?);
/// let ways = [Way::new("sex", &[0, 0, 1, 1], &["boy", "girl"]),
///     Way::new("online", &[0, 1, 0, 1], &["no", "yes"])];
/// let counts = Table::new(&ways)?;
/// let got = survey.estimate(&counts, &Domain::all(4))?;
/// assert_eq!(got.values(), [1.0, 2.0, 1.0, 4.0]);
/// assert_eq!(got.entries()[1].term, "sex=girl:online=no");
/// let of_row = survey.estimate(&counts.clone().shares(&[0])?, &Domain::all(4))?;
/// assert_eq!(of_row.values(), [0.5, 2.0 / 6.0, 0.5, 4.0 / 6.0]);
/// # Ok::<(), gko_survey::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Table<'a> {
    ways: Vec<Way<'a>>,
    cells: Cells,
}

impl<'a> Table<'a> {
    /// Weighted counts.
    ///
    /// # Errors
    /// No way, or more than 4096 cells.
    pub fn new(ways: &[Way<'a>]) -> Result<Self, Error> {
        if ways.is_empty() {
            return Err(Error::NoItems);
        }
        let cells = ways.iter().map(|way| way.labels.len() as u64).fold(1, u64::saturating_mul);
        if cells > CELLS {
            return Err(EstimatorError::TooManyCells { cells, limit: CELLS }.into());
        }
        Ok(Self { ways: ways.to_vec(), cells: Cells::Counts })
    }

    /// Counts scaled so that they sum to this, as R's `Ntotal`.
    #[must_use]
    pub fn scaled_to(self, total: f64) -> Self {
        Self { cells: Cells::Scaled(total), ..self }
    }

    /// Shares within the groups that these ways make: of the total with none, of the
    /// row with the first of two, of the column with the second.
    ///
    /// # Errors
    /// A way that the table has not.
    pub fn shares(self, within: &[usize]) -> Result<Self, Error> {
        let ways = self.ways.len();
        if let Some(&way) = within.iter().find(|&&way| way >= ways) {
            return Err(EstimatorError::NoWay { ways, way }.into());
        }
        let groups = (0..self.len()).map(|cell| self.group(cell, within)).collect();
        Ok(Self { cells: Cells::Shares(groups), ..self })
    }

    /// Levels of each way.
    #[must_use]
    pub fn shape(&self) -> Vec<usize> {
        self.ways.iter().map(|way| way.labels.len()).collect()
    }

    /// Number of cells.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shape().iter().product()
    }

    /// Whether a way has no level.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The level of each way in a cell.
    fn levels(&self, mut cell: usize) -> Vec<usize> {
        let level = |size: usize| {
            let level = cell % size;
            cell /= size;
            level
        };
        self.shape().into_iter().map(level).collect()
    }

    /// Position of the group of a cell: the levels of some ways, read as a number.
    fn group(&self, cell: usize, within: &[usize]) -> usize {
        let levels = self.levels(cell);
        let shape = self.shape();
        let digits = (0..shape.len()).filter(|way| within.contains(way));
        digits.fold(0, |group, way| group * shape[way] + levels[way])
    }

    fn cell_of(&self, row: usize) -> usize {
        let ways = self.ways.iter().rev();
        ways.fold(0, |cell, way| cell * way.labels.len() + way.codes[row] as usize)
    }

    fn totals(&self, weights: &[f64]) -> Vec<f64> {
        let mut totals = vec![0.0; self.len()];
        used(weights).for_each(|(row, w)| totals[self.cell_of(row)] += w);
        totals
    }

    /// The total that each cell is a share of, where it is one.
    fn bases(&self, totals: &[f64]) -> Vec<f64> {
        let all: f64 = totals.iter().sum();
        match &self.cells {
            Cells::Counts | Cells::Scaled(_) => vec![all; totals.len()],
            Cells::Shares(groups) => {
                let mut sums = vec![0.0; totals.len()];
                groups.iter().zip(totals).for_each(|(&group, total)| sums[group] += total);
                groups.iter().map(|&group| sums[group]).collect()
            }
        }
    }

    /// Whether a row of one cell has a part in the figure of another.
    fn moves(&self, own: usize, cell: usize) -> bool {
        match &self.cells {
            Cells::Counts => own == cell,
            Cells::Scaled(_) => true,
            Cells::Shares(groups) => groups[own] == groups[cell],
        }
    }

    fn share(total: f64, base: f64) -> f64 {
        if base > 0.0 { total / base } else { f64::NAN }
    }
}

impl Statistic for Table<'_> {
    fn terms(&self) -> Vec<String> {
        let term = |cell: usize| {
            let levels = self.ways.iter().zip(self.levels(cell));
            let names = levels.map(|(way, at)| format!("{}={}", way.name, way.labels[at]));
            names.collect::<Vec<String>>().join(":")
        };
        (0..self.len()).map(term).collect()
    }

    fn values(&self, weights: &[f64]) -> Result<Vec<f64>, Error> {
        self.ways.iter().try_for_each(|way| way.check(weights))?;
        total_weight(weights)?;
        self.of(&self.totals(weights))
    }

    fn scores(&self, weights: &[f64], values: &[f64]) -> Result<Matrix, Error> {
        let bases = self.bases(&self.totals(weights));
        let mut scores = Matrix::zeros(weights.len(), values.len());
        for (row, _) in used(weights) {
            let own = self.cell_of(row);
            for cell in (0..values.len()).filter(|&cell| self.moves(own, cell)) {
                let inside = f64::from(u8::from(cell == own));
                scores[(row, cell)] = match self.cells {
                    Cells::Counts => inside,
                    Cells::Scaled(total) => (total * inside - values[cell]) / bases[cell],
                    Cells::Shares(_) => (inside - values[cell]) / bases[cell],
                };
            }
        }
        Ok(scores)
    }

    fn of_totals(&self) -> Option<&dyn OfTotals> {
        Some(self)
    }
}

impl OfTotals for Table<'_> {
    fn columns(&self) -> usize {
        self.len()
    }

    fn row(&self, row: usize, _: usize, columns: &mut [f64]) {
        columns.fill(0.0);
        columns[self.cell_of(row)] = 1.0;
    }

    fn at_totals(&self, totals: &[f64], _: usize) -> Result<Vec<f64>, Error> {
        self.of(totals)
    }
}

impl Table<'_> {
    /// The cells at their totals.
    fn of(&self, totals: &[f64]) -> Result<Vec<f64>, Error> {
        let all: f64 = totals.iter().sum();
        let bases = self.bases(totals);
        let shares = totals.iter().zip(bases).map(|(&total, base)| Self::share(total, base));
        match &self.cells {
            Cells::Counts => Ok(totals.to_vec()),
            _ if all <= 0.0 => Err(Error::EmptyDomain),
            Cells::Scaled(total) => Ok(shares.map(|share| total * share).collect()),
            Cells::Shares(_) => Ok(shares.collect()),
        }
    }
}
