//! The PSU table of a full design: samples hold strata, strata hold PSUs, all in order.
//!
//! # Rule
//! Keys `(sample, stratum, psu)` are strictly increasing, so a position in the
//! table is an identity, two tables unite by a merge of sorted lists, and every
//! loop over it has one order. A PSU stays in the table when none of its rows
//! has a positive weight or falls into a domain: that is what keeps the full
//! design when a subset is estimated.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::design::PsuLabels;
use crate::error::{Error, StratumId};

/// `(sample, stratum, psu)` codes of one PSU.
pub(crate) type Key = [u32; 3];

/// The sampled PSUs of all samples.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Frame {
    labels: PsuLabels,
    samples: Vec<u32>,
    sample_start: Vec<usize>,
    strata: Vec<u32>,
    stratum_start: Vec<usize>,
    psus: Vec<u32>,
    /// PSUs of each stratum in the population, infinite with replacement.
    population: Vec<f64>,
}

impl Frame {
    /// Builds the table from strictly increasing keys.
    pub(crate) fn new(labels: PsuLabels, keys: impl IntoIterator<Item = Key>) -> Self {
        let mut frame = Self {
            labels,
            samples: Vec::new(),
            sample_start: Vec::new(),
            strata: Vec::new(),
            stratum_start: Vec::new(),
            psus: Vec::new(),
            population: Vec::new(),
        };
        let mut last = None;
        for key in keys {
            frame.push(last, key);
            last = Some(key);
        }
        frame.sample_start.push(frame.strata.len());
        frame.stratum_start.push(frame.psus.len());
        frame.population = vec![f64::INFINITY; frame.strata.len()];
        frame
    }

    /// The same table with the population of each stratum.
    pub(crate) fn with_population(self, population: Vec<f64>) -> Self {
        Self { population, ..self }
    }

    /// Sampling fraction of a stratum's PSUs, 0 with replacement.
    pub(crate) fn fraction(&self, stratum: usize) -> f64 {
        self.psus_of(stratum).len() as f64 / self.population[stratum]
    }

    fn push(&mut self, last: Option<Key>, key: Key) {
        let new_sample = last.is_none_or(|last| last[0] != key[0]);
        if new_sample {
            self.samples.push(key[0]);
            self.sample_start.push(self.strata.len());
        }
        if new_sample || last.is_none_or(|last| last[1] != key[1]) {
            self.strata.push(key[1]);
            self.stratum_start.push(self.psus.len());
        }
        self.psus.push(key[2]);
    }

    pub(crate) fn labels(&self) -> PsuLabels {
        self.labels
    }

    pub(crate) fn samples(&self) -> &[u32] {
        &self.samples
    }

    pub(crate) fn strata_len(&self) -> usize {
        self.strata.len()
    }

    pub(crate) fn psus_len(&self) -> usize {
        self.psus.len()
    }

    /// Positions of a sample's strata.
    pub(crate) fn strata_of(&self, sample: usize) -> Range<usize> {
        self.sample_start[sample]..self.sample_start[sample + 1]
    }

    /// Positions of a stratum's PSUs.
    pub(crate) fn psus_of(&self, stratum: usize) -> Range<usize> {
        self.stratum_start[stratum]..self.stratum_start[stratum + 1]
    }

    /// Positions of a sample's PSUs.
    pub(crate) fn psus_of_sample(&self, sample: usize) -> Range<usize> {
        let strata = self.strata_of(sample);
        self.stratum_start[strata.start]..self.stratum_start[strata.end]
    }

    /// All keys in order.
    pub(crate) fn keys(&self) -> impl Iterator<Item = Key> + '_ {
        self.stratum_ids().flat_map(move |(stratum, id)| {
            let psus = &self.psus[self.psus_of(stratum)];
            psus.iter().map(move |&psu| [id.sample, id.stratum, psu])
        })
    }

    /// All strata in order, with their positions.
    pub(crate) fn stratum_ids(&self) -> impl Iterator<Item = (usize, StratumId)> + '_ {
        self.samples.iter().enumerate().flat_map(move |(at, &sample)| {
            self.strata_of(at).map(move |stratum| {
                let id = StratumId { sample, stratum: self.strata[stratum] };
                (stratum, id)
            })
        })
    }

    /// Strata of the full design with one PSU that is not the whole stratum.
    pub(crate) fn single_psu_strata(&self) -> Vec<StratumId> {
        self.stratum_ids()
            .filter(|(stratum, _)| {
                self.psus_of(*stratum).len() == 1 && self.fraction(*stratum) < 1.0
            })
            .map(|(_, id)| id)
            .collect()
    }

    /// Refuses a PSU code in two strata of a sample when codes were declared unique.
    pub(crate) fn check_labels(&self) -> Result<(), Error> {
        if self.labels == PsuLabels::NestedInStratum {
            return Ok(());
        }
        let mut home: BTreeMap<(u32, u32), u32> = BTreeMap::new();
        for [sample, stratum, psu] in self.keys() {
            let first = *home.entry((sample, psu)).or_insert(stratum);
            if first != stratum {
                return Err(Error::PsuInTwoStrata { sample, psu, first, second: stratum });
            }
        }
        Ok(())
    }

    /// The union of two tables, and where the PSUs of each now stand.
    ///
    /// # Errors
    /// A stratum with two populations, or fewer PSUs in one than both have together.
    pub(crate) fn union(&self, other: &Self) -> Result<(Self, Vec<usize>, Vec<usize>), Error> {
        let (left, right): (Vec<Key>, Vec<Key>) = (self.keys().collect(), other.keys().collect());
        let mut all: Vec<Key> = left.iter().chain(&right).copied().collect();
        all.sort_unstable();
        all.dedup();
        let place = |keys: &[Key]| keys.iter().map(|key| position(&all, key)).collect();
        let places = (place(&left), place(&right));
        let frame = Self::new(self.labels, all);
        let population = self.united_population(other, &frame)?;
        Ok((frame.with_population(population), places.0, places.1))
    }

    fn united_population(&self, other: &Self, all: &Self) -> Result<Vec<f64>, Error> {
        let of = |frame: &Self| -> BTreeMap<StratumId, f64> {
            frame.stratum_ids().map(|(at, id)| (id, frame.population[at])).collect()
        };
        let (left, right) = (of(self), of(other));
        let population = |(at, id): (usize, StratumId)| {
            let (one, two) = (left.get(&id), right.get(&id));
            let value = one.or(two).copied().unwrap_or(f64::INFINITY);
            let alike = two.is_none_or(|two| *two == value);
            if alike && value >= all.psus_of(at).len() as f64 {
                return Ok(value);
            }
            Err(Error::ShapeDiffers { what: "finite populations" })
        };
        all.stratum_ids().map(population).collect()
    }
}

/// Where a key stands in a sorted list that has it.
fn position(all: &[Key], key: &Key) -> usize {
    all.partition_point(|other| other < key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strata_and_psus_are_local_to_what_holds_them() {
        let keys = [[1, 1, 1], [1, 1, 2], [1, 2, 1], [2, 2, 1]];
        let frame = Frame::new(PsuLabels::NestedInStratum, keys);
        assert_eq!(frame.samples(), [1, 2]);
        assert_eq!((frame.strata_len(), frame.psus_len()), (3, 4));
        assert_eq!(frame.psus_of_sample(0), 0..3);
        assert_eq!(frame.keys().collect::<Vec<_>>(), keys);
        assert_eq!(frame.single_psu_strata().len(), 2);
    }

    #[test]
    fn a_union_says_where_each_psu_went() {
        let left = Frame::new(PsuLabels::NestedInStratum, [[1, 1, 1], [1, 2, 4]]);
        let right = Frame::new(PsuLabels::NestedInStratum, [[1, 1, 1], [1, 1, 9]]);
        let (all, at_left, at_right) = left.union(&right).unwrap();
        assert_eq!(all.psus_len(), 3);
        assert_eq!((at_left, at_right), (vec![0, 2], vec![0, 1]));
    }
}
