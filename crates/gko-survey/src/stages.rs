//! Stages of sampling: what is drawn, from which strata, out of how many.
//!
//! # Rule
//! A stage draws n units out of N within a stratum; strata of later stages lie
//! inside the unit that was drawn before. Its sampling fraction is f = n/N, 0
//! where units were drawn with replacement.
//!
//! # References
//! R survey 4.5, `svydesign(id = ~psu + ssu, fpc = ~N1 + N2)`, `as.fpc`.

use std::ops::Range;

use crate::design_builder::KeyColumns;
use crate::error::{Error, StratumId, same_length};

/// How many units each stratum has in the population, one value a row.
#[derive(Debug, Clone, Copy)]
pub enum Population<'a> {
    /// The number of units; infinite where they were drawn with replacement.
    Counts(&'a [f64]),
    /// The share of units that was drawn, above 0 and at most 1.
    Fractions(&'a [f64]),
}

/// One stage of sampling.
#[derive(Debug, Clone, Copy)]
pub struct Stage<'a> {
    pub(crate) unit: Option<&'a [u32]>,
    pub(crate) stratum: Option<&'a [u32]>,
    pub(crate) population: Option<Population<'a>>,
}

impl<'a> Stage<'a> {
    /// Draws the units with these codes.
    #[must_use]
    pub fn units(codes: &'a [u32]) -> Self {
        Self { unit: Some(codes), stratum: None, population: None }
    }

    /// Draws the rows themselves.
    #[must_use]
    pub fn elements() -> Self {
        Self { unit: None, stratum: None, population: None }
    }

    /// Draws within strata.
    #[must_use]
    pub fn strata(self, codes: &'a [u32]) -> Self {
        Self { stratum: Some(codes), ..self }
    }

    /// Draws without replacement from a finite population.
    #[must_use]
    pub fn population(self, population: Population<'a>) -> Self {
        Self { population: Some(population), ..self }
    }

    pub(crate) fn check_lengths(&self, rows: usize) -> Result<(), Error> {
        let check =
            |name, len: Option<usize>| len.map_or(Ok(()), |len| same_length(name, rows, len));
        check("unit", self.unit.map(<[u32]>::len))?;
        check("stratum", self.stratum.map(<[u32]>::len))?;
        check("population", self.population.map(|population| population.values().len()))
    }
}

impl<'a> Population<'a> {
    fn values(self) -> &'a [f64] {
        match self {
            Self::Counts(all) | Self::Fractions(all) => all,
        }
    }

    /// N of a stratum, of which `sampled` units were drawn.
    pub(crate) fn of(
        self,
        rows: &[u32],
        sampled: usize,
        stage: usize,
        stratum: Option<StratumId>,
    ) -> Result<f64, Error> {
        let values = self.values();
        let row = rows[0] as usize;
        let value = values[row];
        let units = sampled as f64;
        if let Some(&other) = rows.iter().find(|&&other| values[other as usize] != value) {
            let (row, other) = (row, other as usize);
            return Err(Error::PopulationVaries { stage, row, other });
        }
        let population = match self {
            Self::Counts(_) => value,
            Self::Fractions(_) if value > 0.0 && value <= 1.0 => units / value,
            Self::Fractions(_) => {
                return Err(Error::InvalidFraction { stage, row, fraction: value });
            }
        };
        if population >= units {
            return Ok(population);
        }
        Err(Error::PopulationTooSmall { stage, stratum, row, population, sampled: sampled as u64 })
    }
}

/// A stage after the first, over the rows in design order.
#[derive(Debug, Clone)]
pub(crate) struct LaterStage {
    /// First row of each unit, and the end.
    pub(crate) unit_start: Vec<usize>,
    /// First unit of each stratum, and the end.
    pub(crate) stratum_start: Vec<usize>,
    /// First stratum of each unit of the stage before, and the end.
    pub(crate) parent_start: Vec<usize>,
    /// Sampling fraction of each stratum, 0 with replacement.
    pub(crate) fraction: Vec<f64>,
}

impl LaterStage {
    pub(crate) fn units(&self) -> usize {
        self.unit_start.len() - 1
    }

    /// Strata drawn from within a unit of the stage before.
    pub(crate) fn strata_of(&self, parent: usize) -> Range<usize> {
        self.parent_start[parent]..self.parent_start[parent + 1]
    }

    pub(crate) fn units_of(&self, stratum: usize) -> Range<usize> {
        self.stratum_start[stratum]..self.stratum_start[stratum + 1]
    }

    /// Units drawn from within a unit of the stage before.
    pub(crate) fn units_of_parent(&self, parent: usize) -> Range<usize> {
        let strata = self.strata_of(parent);
        self.stratum_start[strata.start]..self.stratum_start[strata.end]
    }

    /// Rows and sampling fraction of every stratum.
    pub(crate) fn strata_rows(&self) -> impl Iterator<Item = (Range<usize>, f64)> + '_ {
        self.fraction.iter().enumerate().map(|(stratum, &fraction)| {
            let units = self.units_of(stratum);
            (self.unit_start[units.start]..self.unit_start[units.end], fraction)
        })
    }
}

/// Where each run of equal rows begins, and the end.
pub(crate) fn runs(order: &[u32], same: impl Fn(u32, u32) -> bool) -> Vec<usize> {
    let breaks = (1..order.len()).filter(|&at| !same(order[at - 1], order[at]));
    [0].into_iter().chain(breaks).chain([order.len()]).collect()
}

/// All stages after the first.
pub(crate) fn later_stages(
    stages: &[Stage<'_>],
    order: &[u32],
    psu_start: &[usize],
    columns: &KeyColumns<'_>,
) -> Result<Vec<LaterStage>, Error> {
    let mut parents = psu_start.to_vec();
    let mut later = Vec::new();
    for (at, stage) in stages.iter().enumerate().skip(1) {
        let codes = 1 + 2 * at;
        let strata = runs(order, |a, b| columns.same(a, b, codes + 1));
        let unit_start = runs(order, |a, b| columns.same(a, b, codes + 2));
        let stratum_start = places(&strata, &unit_start);
        let parent_start = places(&parents, &strata);
        let fraction = fractions(stage, at + 1, order, &strata, &stratum_start)?;
        parents.clone_from(&unit_start);
        later.push(LaterStage { unit_start, stratum_start, parent_start, fraction });
    }
    Ok(later)
}

/// Where the coarser runs begin among the finer ones.
fn places(coarse: &[usize], fine: &[usize]) -> Vec<usize> {
    coarse.iter().map(|start| fine.partition_point(|other| other < start)).collect()
}

fn fractions(
    stage: &Stage<'_>,
    number: usize,
    order: &[u32],
    strata: &[usize],
    stratum_start: &[usize],
) -> Result<Vec<f64>, Error> {
    let Some(population) = stage.population else {
        return Ok(vec![0.0; strata.len() - 1]);
    };
    let pairs = strata.windows(2).zip(stratum_start.windows(2));
    let fraction = |(rows, units): (&[usize], &[usize])| {
        let sampled = units[1] - units[0];
        let all = population.of(&order[rows[0]..rows[1]], sampled, number, None)?;
        Ok(sampled as f64 / all)
    };
    pairs.map(fraction).collect()
}
