//! How a design is stated: samples, stages, weights, and what may not be as it is.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use crate::design::{Design, PsuLabels};
use crate::error::{Error, StratumId, same_length};
use crate::frame::{Frame, Key};
use crate::pps::Pps;
use crate::stages::{Population, Stage, later_stages};

/// What to do with a row whose weight is missing (NaN).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MissingWeights {
    /// Refuse the design and name the first such row.
    #[default]
    Refuse,
    /// Leave the rows out of the design and count them.
    Exclude,
}

#[derive(Debug, Clone, Copy)]
enum Weights<'a> {
    FromPopulation,
    Given(&'a [f64]),
    Probabilities(&'a [f64]),
}

/// A design as it is stated, before it is checked.
#[derive(Debug, Clone)]
#[must_use = "a builder does nothing until it is built"]
pub struct DesignBuilder<'a> {
    rows: usize,
    samples: Option<&'a [u32]>,
    stages: Vec<Stage<'a>>,
    weights: Weights<'a>,
    labels: PsuLabels,
    missing: MissingWeights,
    collapse: Vec<(StratumId, u32)>,
    pps: Option<Pps<'a>>,
}

impl<'a> DesignBuilder<'a> {
    pub(crate) fn new(rows: usize) -> Self {
        Self {
            rows,
            samples: None,
            stages: Vec::new(),
            weights: Weights::FromPopulation,
            labels: PsuLabels::default(),
            missing: MissingWeights::default(),
            collapse: Vec::new(),
            pps: None,
        }
    }

    /// Codes of the samples (study, wave and country) that are combined; one
    /// sample without. Strata and PSUs are made unique by them.
    pub fn samples(mut self, codes: &'a [u32]) -> Self {
        self.samples = Some(codes);
        self
    }

    /// Adds a stage of sampling, the outermost first. Without any, rows are
    /// drawn as elements.
    pub fn stage(mut self, stage: Stage<'a>) -> Self {
        self.stages.push(stage);
        self
    }

    /// Weights; without weights or probabilities they are the product of N/n over the stages.
    pub fn weights(mut self, weights: &'a [f64]) -> Self {
        self.weights = Weights::Given(weights);
        self
    }

    /// Probabilities of selection instead of weights: the weight is 1/p.
    pub fn probabilities(mut self, probabilities: &'a [f64]) -> Self {
        self.weights = Weights::Probabilities(probabilities);
        self
    }

    /// How far a PSU code reaches.
    pub fn psu_labels(mut self, labels: PsuLabels) -> Self {
        self.labels = labels;
        self
    }

    /// What to do with rows without a weight.
    pub fn missing_weights(mut self, missing: MissingWeights) -> Self {
        self.missing = missing;
        self
    }

    /// Collapses a stratum into a named neighbour of the same sample, as a way
    /// out where it has one PSU. Its population is added to the neighbour's.
    pub fn collapse(mut self, stratum: StratumId, into: u32) -> Self {
        self.collapse.push((stratum, into));
        self
    }

    /// Units were drawn with unequal probabilities and without replacement. Each
    /// stage's [`Population::Fractions`] are then the units' own probabilities and
    /// may differ within a stratum; weights follow from them unless they are given.
    pub fn pps(mut self, pps: Pps<'a>) -> Self {
        self.pps = Some(pps);
        self
    }

    /// Checks everything and puts the rows into the design's order.
    ///
    /// # Errors
    /// Columns of different lengths, no rows, weights that are negative, not
    /// finite or all 0, a probability outside (0, 1], a population that varies
    /// within a stratum or is smaller than the sample, a PSU declared unique in
    /// two strata, a stratum to be collapsed that does not exist.
    pub fn build(mut self) -> Result<Design, Error> {
        if self.stages.is_empty() {
            self.stages.push(Stage::elements());
        }
        self.check_lengths()?;
        let given = self.given_weights()?;
        let columns = KeyColumns::new(&self)?;
        let order = columns.order(self.rows, given.as_deref())?;
        if order.is_empty() {
            return Err(Error::NoRows);
        }
        self.assemble(given, &columns, order)
    }

    fn check_lengths(&self) -> Result<(), Error> {
        if self.rows == 0 {
            return Err(Error::NoRows);
        }
        self.samples.map_or(Ok(()), |codes| same_length("sample", self.rows, codes.len()))?;
        for stage in &self.stages {
            stage.check_lengths(self.rows)?;
        }
        match self.weights {
            Weights::FromPopulation => Ok(()),
            Weights::Given(all) => same_length("weight", self.rows, all.len()),
            Weights::Probabilities(all) => same_length("probability", self.rows, all.len()),
        }
    }

    /// Weights in the caller's order, missing ones NaN; none where the populations give them.
    fn given_weights(&self) -> Result<Option<Cow<'a, [f64]>>, Error> {
        let weights: Cow<'a, [f64]> = match self.weights {
            Weights::FromPopulation => {
                let weights = self.pps.map(|pps| pps.weights(self.rows, &self.stages));
                return Ok(weights.transpose()?.map(Cow::Owned));
            }
            Weights::Given(all) => Cow::Borrowed(all),
            Weights::Probabilities(all) => {
                check_probabilities(all, self.missing)?;
                all.iter().map(|p| 1.0 / p).collect()
            }
        };
        let missing = |weight: f64| weight.is_nan() && self.missing == MissingWeights::Exclude;
        let fits = |weight: &f64| missing(*weight) || (weight.is_finite() && *weight >= 0.0);
        match weights.iter().position(|weight| !fits(weight)) {
            None => Ok(Some(weights)),
            Some(row) => Err(Error::InvalidWeight { row, weight: weights[row] }),
        }
    }

    fn assemble(
        self,
        given: Option<Cow<'_, [f64]>>,
        columns: &KeyColumns<'_>,
        order: Vec<u32>,
    ) -> Result<Design, Error> {
        let psu_start = columns.psu_starts(&order);
        let keys = psu_start[..psu_start.len() - 1].iter().map(|&at| columns.key(order[at]));
        let frame = Frame::new(self.labels, keys);
        frame.check_labels()?;
        let stages = self.stages_of_strata();
        let population = stages[0].first_populations(&frame, &psu_start, &order, columns)?;
        let frame = Arc::new(frame.with_population(population));
        let later = later_stages(&stages, &order, &psu_start, columns)?;
        let mut design = Design {
            rows: self.rows,
            frame,
            weight: Vec::new(),
            psu_start,
            later,
            zero_weight_rows: 0,
            excluded_rows: (self.rows - order.len()) as u64,
            collapsed: self.collapse,
            pps: None,
            order,
        };
        design.pps = self.pps.map(|pps| pps.build(&self.stages, &design)).transpose()?;
        design.weight = given.map_or_else(|| design.implied_weights(), |all| design.sorted(&all));
        design.check_all_weights()?;
        Ok(design)
    }
}

impl<'a> DesignBuilder<'a> {
    /// The stages with the fractions that hold for whole strata: units of unequal
    /// probability have none.
    fn stages_of_strata(&self) -> Vec<Stage<'a>> {
        let stage = |stage: &Stage<'a>| match self.pps {
            Some(_) => Stage { population: None, ..*stage },
            None => *stage,
        };
        self.stages.iter().map(stage).collect()
    }
}

fn check_probabilities(all: &[f64], missing: MissingWeights) -> Result<(), Error> {
    let skipped = |p: f64| p.is_nan() && missing == MissingWeights::Exclude;
    let fits = |p: &f64| skipped(*p) || (*p > 0.0 && *p <= 1.0);
    match all.iter().position(|p| !fits(p)) {
        None => Ok(()),
        Some(row) => Err(Error::InvalidProbability { row, probability: all[row] }),
    }
}

impl Design {
    fn sorted(&self, weights: &[f64]) -> Vec<f64> {
        self.order.iter().map(|&row| weights[row as usize]).collect()
    }

    /// The product of N/n over the stages; 1 for a stage without a population.
    fn implied_weights(&self) -> Vec<f64> {
        let mut weights = vec![1.0; self.order.len()];
        for stratum in 0..self.strata() {
            let psus = self.frame.psus_of(stratum);
            let rows = self.psu_start[psus.start]..self.psu_start[psus.end];
            let fraction = self.frame.fraction(stratum);
            scale(&mut weights[rows], fraction);
        }
        for stage in &self.later {
            stage.strata_rows().for_each(|(rows, f)| scale(&mut weights[rows], f));
        }
        weights
    }

    fn check_all_weights(&mut self) -> Result<(), Error> {
        let zero = self.weight.iter().filter(|&&weight| weight == 0.0).count();
        self.zero_weight_rows = zero as u64;
        (0..self.samples()).try_for_each(|sample| self.check_weights(sample))
    }

    fn check_weights(&self, at: usize) -> Result<(), Error> {
        let sample = self.frame.samples()[at];
        let weights = &self.weight[self.sample_rows(at)];
        if weights.iter().all(|&weight| weight == 0.0) {
            return Err(Error::NoWeight { sample });
        }
        let squares: f64 = weights.iter().map(|weight| weight * weight).sum();
        if squares.is_finite() { Ok(()) } else { Err(Error::WeightsTooLarge { sample }) }
    }
}

fn scale(weights: &mut [f64], fraction: f64) {
    if fraction > 0.0 {
        weights.iter_mut().for_each(|weight| *weight /= fraction);
    }
}

/// The codes by which rows are sorted: sample, stratum and PSU, then stratum and
/// unit of each later stage.
pub(crate) struct KeyColumns<'a> {
    columns: Vec<Codes<'a>>,
    /// Stratum of the first stage before strata were collapsed.
    stated: Option<Codes<'a>>,
}

enum Codes<'a> {
    One,
    Row,
    Given(&'a [u32]),
    Made(Vec<u32>),
}

impl Codes<'_> {
    #[inline]
    fn at(&self, row: u32) -> u32 {
        match self {
            Self::One => 0,
            Self::Row => row,
            Self::Given(codes) => codes[row as usize],
            Self::Made(codes) => codes[row as usize],
        }
    }
}

impl<'a> KeyColumns<'a> {
    fn new(design: &DesignBuilder<'a>) -> Result<Self, Error> {
        let mut columns = vec![design.samples.map_or(Codes::One, Codes::Given)];
        for stage in &design.stages {
            columns.push(stage.stratum.map_or(Codes::One, Codes::Given));
            columns.push(stage.unit.map_or(Codes::Row, Codes::Given));
        }
        let mut all = Self { columns, stated: None };
        if !design.collapse.is_empty() {
            all.collapse(design)?;
        }
        Ok(all)
    }

    fn collapse(&mut self, design: &DesignBuilder<'a>) -> Result<(), Error> {
        let rows = u32::try_from(design.rows)
            .map_err(|_| Error::TooManyRows { rows: design.rows, limit: u32::MAX })?;
        let stated = |row: u32| [self.columns[0].at(row), self.columns[1].at(row)];
        let known: std::collections::BTreeSet<[u32; 2]> = (0..rows).map(stated).collect();
        let mut moves = BTreeMap::new();
        for &(from, into) in &design.collapse {
            for stratum in [from, StratumId { sample: from.sample, stratum: into }] {
                if !known.contains(&[stratum.sample, stratum.stratum]) {
                    return Err(Error::UnknownStratum { stratum });
                }
            }
            moves.insert([from.sample, from.stratum], into);
        }
        let strata = (0..rows).map(|row| {
            let [sample, stratum] = stated(row);
            moves.get(&[sample, stratum]).copied().unwrap_or(stratum)
        });
        let strata = strata.collect();
        if design.labels == PsuLabels::NestedInStratum {
            self.columns[2] = Codes::Made(self.unique_psus(rows));
        }
        self.stated = Some(std::mem::replace(&mut self.columns[1], Codes::Made(strata)));
        Ok(())
    }

    /// PSU codes that stay apart when their strata become one.
    fn unique_psus(&self, rows: u32) -> Vec<u32> {
        let keys: Vec<Key> = (0..rows).map(|row| self.key(row)).collect();
        let mut distinct = keys.clone();
        distinct.sort_unstable();
        distinct.dedup();
        let place = |key: &Key| distinct.partition_point(|other| other < key);
        keys.iter().map(|key| u32::try_from(place(key)).unwrap_or(u32::MAX)).collect()
    }

    pub(crate) fn key(&self, row: u32) -> Key {
        [self.columns[0].at(row), self.columns[1].at(row), self.columns[2].at(row)]
    }

    /// Where each PSU's rows begin, and the end.
    fn psu_starts(&self, order: &[u32]) -> Vec<usize> {
        match self.given() {
            Some(codes) => key_starts(order, |row| codes.map(|column| column[row as usize])),
            None => key_starts(order, |row| self.key(row)),
        }
    }

    /// The stratum of the first stage as it was stated.
    pub(crate) fn stated_stratum(&self, row: u32) -> u32 {
        self.stated.as_ref().unwrap_or(&self.columns[1]).at(row)
    }

    /// Whether two rows agree in the first codes.
    pub(crate) fn same(&self, a: u32, b: u32, codes: usize) -> bool {
        self.columns[..codes].iter().all(|column| column.at(a) == column.at(b))
    }

    fn compare(&self, a: u32, b: u32) -> std::cmp::Ordering {
        let parts = self.columns.iter().map(|column| column.at(a).cmp(&column.at(b)));
        parts.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then)
    }

    /// Row numbers in design order, those with a missing weight left out.
    fn order(&self, rows: usize, weights: Option<&[f64]>) -> Result<Vec<u32>, Error> {
        let last = u32::try_from(rows).map_err(|_| Error::TooManyRows { rows, limit: u32::MAX })?;
        let mut order: Vec<u32> = (0..last).collect();
        if let Some(weights) = weights.filter(|all| all.iter().any(|weight| weight.is_nan())) {
            order.retain(|&row| !weights[row as usize].is_nan());
        }
        match self.given() {
            Some(codes) => sort(&mut order, |row| codes.map(|column| column[row as usize])),
            None if self.columns.len() == 3 => sort(&mut order, |row| self.key(row)),
            None => order.par_sort_by(|&a, &b| self.compare(a, b)),
        }
        Ok(order)
    }

    /// The columns of a single stage, where all three are given: the usual case,
    /// read without asking each row what kind of column it is in.
    fn given(&self) -> Option<[&[u32]; 3]> {
        match self.columns.as_slice() {
            [Codes::Given(sample), Codes::Given(stratum), Codes::Given(psu)] => {
                Some([sample, stratum, psu])
            }
            _ => None,
        }
    }
}

fn sort(order: &mut [u32], key: impl Fn(u32) -> Key + Sync) {
    if !order.is_sorted_by_key(|&row| key(row)) {
        order.par_sort_by_key(|&row| key(row));
    }
}

/// Where each key's rows begin, and the end.
fn key_starts(order: &[u32], key: impl Fn(u32) -> Key) -> Vec<usize> {
    let mut starts = Vec::new();
    let mut last = None;
    for (at, &row) in order.iter().enumerate() {
        let key = key(row);
        if last != Some(key) {
            starts.push(at);
            last = Some(key);
        }
    }
    starts.push(order.len());
    starts
}

impl<'a> Stage<'a> {
    /// Population of every stratum of the first stage; those of collapsed strata are added.
    fn first_populations(
        &self,
        frame: &Frame,
        psu_start: &[usize],
        order: &[u32],
        columns: &KeyColumns<'_>,
    ) -> Result<Vec<f64>, Error> {
        let Some(population) = self.population else {
            return Ok(vec![f64::INFINITY; frame.strata_len()]);
        };
        let strata = frame.stratum_ids().map(|(at, stratum)| {
            let psus = frame.psus_of(at);
            let sampled = psus.len();
            let rows = &order[psu_start[psus.start]..psu_start[psus.end]];
            let parts = stated_parts(rows, columns);
            if parts.len() == 1 || matches!(population, Population::Fractions(_)) {
                return population.of(rows, sampled, 1, Some(stratum));
            }
            let one = |part: &Vec<u32>| population.of(part, 1, 1, Some(stratum));
            parts.iter().map(one).sum()
        });
        strata.collect()
    }
}

/// Rows of a stratum by the strata of which it was collapsed.
fn stated_parts(rows: &[u32], columns: &KeyColumns<'_>) -> Vec<Vec<u32>> {
    let mut parts: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for &row in rows {
        parts.entry(columns.stated_stratum(row)).or_default().push(row);
    }
    parts.into_values().collect()
}
