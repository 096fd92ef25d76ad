//! Direct standardisation: groups compared as if all had one make-up.
//!
//! # Estimator
//! In group g with weighted total T_g, the rows of category k (an age group, say)
//! are weighted to `T_g·S_k`, S_k the share of k in the standard population. A mean
//! is then the sum over k of S_k times its mean in category k, and a group's total
//! stays what it was.
//!
//! # Assumptions
//! The standard is known without error. The variance is that of post-strata made of
//! groups and categories, with targets that count as known: for means within groups
//! the T_g do not matter. Replicates are weighted to the same targets one by one.
//!
//! # References
//! Graubard & Korn (1999) *Health Services Research* 34, appendix; R survey 4.5
//! `svystandardize`.

use std::collections::BTreeMap;

use crate::calibration::{EmptyCells, PostStratifyOptions, post_stratify};
use crate::columns::used;
use crate::domain::Domain;
use crate::error::{Error, same_length};
use crate::estimators::EstimatorError;
use crate::survey::Survey;

/// A standard population, and the groups that shall have its make-up.
#[derive(Debug, Clone, Copy)]
pub struct Standard<'a> {
    category: &'a [u32],
    population: &'a [f64],
    over: Option<&'a [u32]>,
    empty: EmptyCells,
}

impl<'a> Standard<'a> {
    /// Each row's category and the population's counts or shares of them; codes are
    /// positions in it. The whole domain is one group.
    #[must_use]
    pub fn new(category: &'a [u32], population: &'a [f64]) -> Self {
        Self { category, population, over: None, empty: EmptyCells::default() }
    }

    /// Standardises each of these groups.
    #[must_use]
    pub fn over(self, groups: &'a [u32]) -> Self {
        Self { over: Some(groups), ..self }
    }

    /// What to do with a category that a group has not; R leaves it out, and the
    /// group then has another make-up.
    #[must_use]
    pub fn empty_cells(self, empty: EmptyCells) -> Self {
        Self { empty, ..self }
    }

    /// Shares of the standard population.
    fn shares(&self) -> Result<Vec<f64>, Error> {
        let fits = |count: f64| count.is_finite() && count >= 0.0;
        let sum: f64 = self.population.iter().sum();
        let bad = self.population.iter().position(|&count| !fits(count));
        match bad.or((sum.is_nan() || sum <= 0.0).then_some(0)) {
            None => Ok(self.population.iter().map(|count| count / sum).collect()),
            Some(category) => {
                let count = self.population.get(category).copied().unwrap_or(0.0);
                Err(EstimatorError::InvalidStandard { category, count }.into())
            }
        }
    }

    fn check(&self, weights: &[f64]) -> Result<(), Error> {
        same_length("category", weights.len(), self.category.len())?;
        self.over.map_or(Ok(()), |over| same_length("over", weights.len(), over.len()))?;
        let levels = u32::try_from(self.population.len()).unwrap_or(u32::MAX);
        match used(weights).find(|(row, _)| self.category[*row] >= levels) {
            None => Ok(()),
            Some((row, _)) => {
                let (column, code) = ("category".to_owned(), self.category[row]);
                Err(Error::UnknownCode { column, row, code, levels })
            }
        }
    }

    fn group(&self, row: usize) -> u32 {
        self.over.map_or(0, |over| over[row])
    }

    /// The cell of each row, and each cell's target: those of a group stand together.
    fn cells(&self, weights: &[f64]) -> Result<(Vec<u32>, Vec<f64>), Error> {
        self.check(weights)?;
        let shares = self.shares()?;
        let mut totals: BTreeMap<u32, f64> = BTreeMap::new();
        used(weights).for_each(|(row, w)| *totals.entry(self.group(row)).or_default() += w);
        let starts: BTreeMap<u32, u32> = totals.keys().copied().zip(0..).collect();
        let categories = u32::try_from(shares.len()).unwrap_or(u32::MAX);
        let mut cells = vec![0; weights.len()];
        for (row, _) in used(weights) {
            cells[row] = starts[&self.group(row)] * categories + self.category[row];
        }
        let target = |total: &f64| shares.iter().map(|share| share * total).collect::<Vec<f64>>();
        let targets: Vec<f64> = totals.values().flat_map(target).collect();
        if self.empty == EmptyCells::Refuse {
            self.check_filled(weights, &cells, &targets, &starts)?;
        }
        Ok((cells, targets))
    }

    fn check_filled(
        &self,
        weights: &[f64],
        cells: &[u32],
        targets: &[f64],
        starts: &BTreeMap<u32, u32>,
    ) -> Result<(), Error> {
        let mut seen = vec![false; targets.len()];
        used(weights).for_each(|(row, _)| seen[cells[row] as usize] = true);
        let missing = targets.iter().zip(&seen).position(|(target, seen)| *target > 0.0 && !seen);
        match missing {
            None => Ok(()),
            Some(at) => Err(self.empty_cell(at, &starts.keys().copied().collect::<Vec<u32>>())),
        }
    }

    fn empty_cell(&self, at: usize, groups: &[u32]) -> Error {
        let categories = self.population.len();
        let group = groups.get(at / categories).copied().unwrap_or(u32::MAX);
        let category = u32::try_from(at % categories).unwrap_or(u32::MAX);
        EstimatorError::EmptyStandardCell { group, category }.into()
    }
}

impl Survey {
    /// The same sample with weights that give each group the standard's make-up.
    ///
    /// Rows outside of the domain, such as those where the figure is missing, get
    /// weight 0 and stay in the design.
    ///
    /// # Example
    /// Half of the standard is young, a quarter of the sample:
    /// ```
    /// use gko_survey::{Design, Domain, Mean, Standard, Survey};
    ///
    /// let survey = Survey::new(Design::builder(4).weights(&[1.0; 4]).build()?);
    /// let young = [0, 1, 1, 1];
    /// let standard = Standard::new(&young, &[50.0, 50.0]);
    /// let even = survey.standardized(&standard, &Domain::all(4))?;
    /// assert_eq!(even.weights(), [2.0, 2.0 / 3.0, 2.0 / 3.0, 2.0 / 3.0]);
    /// let mean = even.estimate(&Mean::of("x", &[1.0, 5.0, 6.0, 7.0]), &Domain::all(4))?;
    /// assert!((mean.values()[0] - (0.5 * 1.0 + 0.5 * 6.0)).abs() < 1e-15);
    /// # Ok::<(), gko_survey::Error>(())
    /// ```
    ///
    /// # Errors
    /// Columns of another length, a category that the standard has not, a standard
    /// that is negative or 0, a group without a category (unless left out), an empty
    /// domain.
    pub fn standardized(&self, standard: &Standard<'_>, domain: &Domain) -> Result<Self, Error> {
        same_length("domain", self.rows(), domain.rows())?;
        let weights = domain.weights(self.weights());
        let (cells, targets) = standard.cells(&weights)?;
        if targets.is_empty() {
            return Err(Error::EmptyDomain);
        }
        let options = PostStratifyOptions { empty: standard.empty };
        let Some(replicates) = self.replicates() else {
            return self.calibrated(post_stratify(&weights, &cells, &targets, &options)?);
        };
        let one = |all: &[f64]| {
            let weights = domain.weights(all);
            post_stratify(&weights, &cells, &targets, &options).map(|done| done.weights)
        };
        Ok(Self::replicated(replicates.recalibrated(one)?))
    }
}
