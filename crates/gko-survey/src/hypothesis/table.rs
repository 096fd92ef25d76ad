//! A two-way table of a domain: its cells, and which rows it rests on.
//!
//! # Rule
//! Cells run down the rows of the first column, then of the next, as in R. Rows of
//! the sample without an answer to either variable leave the table, but count
//! towards the degrees of freedom and towards the N that X² is stated at: that is
//! what R does, and no p-value depends on this N.

use crate::columns::Columns;
use crate::domain::Domain;
use crate::error::Error;
use crate::estimation::Estimation;
use crate::estimators::{Mean, Total};
use crate::hypothesis::factor::{EmptyLevels, Factor, Levels};
use crate::hypothesis::result::{TestResult, TestWarning};
use crate::survey::Survey;

/// The cells of two variables in a domain.
pub(crate) struct Table<'a> {
    survey: &'a Survey,
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    /// Names of the cells.
    pub(crate) labels: Vec<String>,
    codes: Vec<u32>,
    domain: Domain,
    /// Rows of positive weight in the table.
    n: u64,
    /// The same before rows without an answer were taken out.
    pub(crate) asked: f64,
    /// Degrees of freedom of the domain before they were taken out.
    pub(crate) df: f64,
    dropped: usize,
}

impl<'a> Table<'a> {
    pub(crate) fn new(
        (one, two): (&Factor<'_>, &Factor<'_>),
        empty: EmptyLevels,
        survey: &'a Survey,
        whole: &Domain,
    ) -> Result<Self, Error> {
        let domain = two.observed(&one.observed(whole)?)?;
        let weights = domain.weights(survey.weights());
        let (rows, columns) = (one.levels(&weights, empty)?, two.levels(&weights, empty)?);
        let dropped = one.labels().len() + two.labels().len() - rows.len() - columns.len();
        Ok(Self {
            survey,
            rows: rows.len(),
            columns: columns.len(),
            labels: labels((one, &rows), (two, &columns)),
            codes: codes((one, &rows), (two, &columns)),
            n: used_rows(&weights),
            asked: used_rows(&whole.weights(survey.weights())) as f64,
            df: survey.df(whole),
            domain,
            dropped,
        })
    }

    /// Shares of the cells.
    pub(crate) fn shares(&self) -> Result<Estimation, Error> {
        let cells = Columns::new().categories("", &self.codes, &self.labels);
        self.survey.estimate(&Mean::new(cells), &self.domain)
    }

    /// Weighted counts of the cells.
    pub(crate) fn totals(&self) -> Result<Estimation, Error> {
        let cells = Columns::new().categories("", &self.codes, &self.labels);
        self.survey.estimate(&Total::new(cells), &self.domain)
    }

    /// Whether the variance is made of replicates.
    pub(crate) fn is_replicated(&self) -> bool {
        self.survey.replicates().is_some()
    }

    /// Degrees of freedom that a test of independence has: (rows - 1)(columns - 1).
    pub(crate) fn interactions(&self) -> f64 {
        ((self.rows - 1) * (self.columns - 1)) as f64
    }

    /// Sums of the cells over columns and over rows.
    pub(crate) fn margins(&self, cells: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let row = |row: usize| cells.iter().skip(row).step_by(self.rows).sum();
        let rows = (0..self.rows).map(row).collect();
        (rows, cells.chunks(self.rows).map(|column| column.iter().sum()).collect())
    }

    /// What the cells would be if the variables were independent.
    pub(crate) fn expected(&self, cells: &[f64]) -> Vec<f64> {
        let (rows, columns) = self.margins(cells);
        let all: f64 = cells.iter().sum();
        columns.iter().flat_map(|b| rows.iter().map(move |a| a * b / all)).collect()
    }

    /// Puts down what the result rests on.
    pub(crate) fn describe(&self, mut result: TestResult, cells: &[f64]) -> TestResult {
        (result.n, result.excluded, result.df) = (self.n, self.domain.excluded(), self.df);
        result.warnings = self.warnings(cells);
        result
    }

    fn warnings(&self, cells: &[f64]) -> Vec<TestWarning> {
        const FEW: f64 = 5.0;
        let all: f64 = cells.iter().sum();
        let counts = self.expected(cells).into_iter().map(|one| one * self.n as f64 / all);
        let small: Vec<f64> = counts.filter(|&count| count < FEW).collect();
        let empty = self.labels.iter().zip(cells).filter(|(_, cell)| **cell == 0.0);
        let empty: Vec<String> = empty.map(|(label, _)| label.clone()).collect();
        let smallest = small.iter().copied().fold(FEW, f64::min);
        let few = TestWarning::SmallExpected { cells: small.len(), smallest };
        let dropped = TestWarning::DroppedLevels { levels: self.dropped };
        [
            (!small.is_empty()).then_some(few),
            (!empty.is_empty()).then_some(TestWarning::EmptyCells { cells: empty }),
            (self.dropped > 0).then_some(dropped),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// Number of rows with a positive weight.
pub(crate) fn used_rows(weights: &[f64]) -> u64 {
    weights.iter().filter(|&&weight| weight > 0.0).count() as u64
}

type Side<'a, 'b> = (&'b Factor<'a>, &'b Levels);

fn labels((one, rows): Side<'_, '_>, (two, columns): Side<'_, '_>) -> Vec<String> {
    let (one, two) = (one.name(), two.name());
    let column = |b: &String| {
        let cell = |a: &String| format!("{one} = {a}, {two} = {b}");
        rows.labels.iter().map(cell).collect::<Vec<String>>()
    };
    columns.labels.iter().flat_map(column).collect()
}

fn codes((one, rows): Side<'_, '_>, (two, columns): Side<'_, '_>) -> Vec<u32> {
    let step = u32::try_from(rows.len()).unwrap_or(u32::MAX);
    let cell = |(a, b): (&u32, &u32)| match (rows.place(*a), columns.place(*b)) {
        (Factor::MISSING, _) | (_, Factor::MISSING) => Factor::MISSING,
        (a, b) => b.saturating_mul(step).saturating_add(a),
    };
    one.codes().iter().zip(two.codes()).map(cell).collect()
}
