//! A sampling design, checked once and put into one order.
//!
//! # Rule
//! Rows are sorted, stably, by sample, stratum and PSU. A sample is one study,
//! wave and country and is a design of its own: strata codes are local to it and
//! PSU codes are local to the stratum, unless the PSU codes are declared unique.
//!
//! # Assumptions
//! Single-stage variance: PSUs are taken as drawn with replacement within their
//! stratum, later stages enter through the PSU totals. A row of weight 0 was
//! sampled and stays in the design (its stratum and PSU count), but it is
//! outside n, degrees of freedom and totals, and is counted.
//!
//! # Example
//! ```
//! use gko_survey::{Design, DesignColumns, PsuLabels};
//!
//! let design = Design::new(DesignColumns {
//!     sample: &[1, 1, 1, 1],
//!     stratum: &[1, 1, 2, 2],
//!     psu: &[1, 2, 1, 2],
//!     weight: &[1.0, 1.0, 2.0, 0.0],
//!     psu_labels: PsuLabels::NestedInStratum,
//! })?;
//! assert_eq!((design.strata(), design.psus()), (2, 4));
//! assert_eq!(design.zero_weight_rows(), 1);
//! # Ok::<(), gko_survey::Error>(())
//! ```
//!
//! # References
//! Lumley, T. (2010) *Complex Surveys*, ch. 2. `svydesign(nest = TRUE)` of R
//! survey 4.5 is `PsuLabels::NestedInStratum`.

use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;

use crate::error::{Error, StratumId, same_length};
use crate::frame::{Frame, Key};

/// How far a PSU code reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PsuLabels {
    /// The code names a PSU only inside its stratum.
    #[default]
    NestedInStratum,
    /// The code names one PSU of the sample: two strata with it are an error.
    Unique,
}

/// The columns of a design, one value a row.
#[derive(Debug, Clone, Copy)]
pub struct DesignColumns<'a> {
    /// Code of the study, wave and country.
    pub sample: &'a [u32],
    /// Code of the stratum inside the sample.
    pub stratum: &'a [u32],
    /// Code of the primary sampling unit.
    pub psu: &'a [u32],
    /// Weight; 0 keeps the row in the design alone.
    pub weight: &'a [f64],
    /// How far a PSU code reaches.
    pub psu_labels: PsuLabels,
}

impl DesignColumns<'_> {
    fn key(&self, row: usize) -> Key {
        [self.sample[row], self.stratum[row], self.psu[row]]
    }

    fn check(&self) -> Result<(), Error> {
        let rows = self.sample.len();
        same_length("stratum", rows, self.stratum.len())?;
        same_length("psu", rows, self.psu.len())?;
        same_length("weight", rows, self.weight.len())?;
        if rows == 0 {
            return Err(Error::NoRows);
        }
        let valid = |weight: &f64| weight.is_finite() && *weight >= 0.0;
        match self.weight.iter().position(|weight| !valid(weight)) {
            None => Ok(()),
            Some(row) => Err(Error::InvalidWeight { row, weight: self.weight[row] }),
        }
    }

    /// Row numbers in design order.
    fn order(&self) -> Result<Vec<u32>, Error> {
        let rows = self.sample.len();
        let last = u32::try_from(rows).map_err(|_| Error::TooManyRows { rows, limit: u32::MAX })?;
        let mut order: Vec<u32> = (0..last).collect();
        if !(1..rows).all(|row| self.key(row - 1) <= self.key(row)) {
            order.par_sort_by_key(|&row| self.key(row as usize));
        }
        Ok(order)
    }
}

/// A checked design: which rows stand in which PSU, and their weights.
#[derive(Debug, Clone)]
pub struct Design {
    frame: Arc<Frame>,
    order: Vec<u32>,
    weight: Vec<f64>,
    psu_start: Vec<usize>,
    zero_weight_rows: u64,
}

impl Design {
    /// Checks the columns and sorts the rows.
    ///
    /// # Errors
    /// Columns of different lengths, no rows, a weight that is negative or not
    /// finite, a sample without a positive weight, a PSU declared unique in two
    /// strata.
    pub fn new(columns: DesignColumns<'_>) -> Result<Self, Error> {
        columns.check()?;
        let order = columns.order()?;
        let (keys, psu_start) = runs(&columns, &order);
        let frame = Arc::new(Frame::new(columns.psu_labels, keys));
        frame.check_labels()?;
        let weight: Vec<f64> = order.iter().map(|&row| columns.weight[row as usize]).collect();
        let zero_weight_rows = weight.iter().filter(|&&weight| weight == 0.0).count() as u64;
        let design = Self { frame, order, weight, psu_start, zero_weight_rows };
        (0..design.samples()).try_for_each(|sample| design.check_weights(sample))?;
        Ok(design)
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

    /// Rows, those of weight 0 included.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.order.len()
    }

    /// Sampled PSUs of all samples.
    #[must_use]
    pub fn psus(&self) -> usize {
        self.frame.psus_len()
    }

    /// Strata of all samples.
    #[must_use]
    pub fn strata(&self) -> usize {
        self.frame.strata_len()
    }

    /// Samples.
    #[must_use]
    pub fn samples(&self) -> usize {
        self.frame.samples().len()
    }

    /// Codes of the samples, ascending: the order of every result.
    #[must_use]
    pub fn sample_codes(&self) -> &[u32] {
        self.frame.samples()
    }

    /// Rows of weight 0.
    #[must_use]
    pub fn zero_weight_rows(&self) -> u64 {
        self.zero_weight_rows
    }

    /// Strata with one PSU, in order: their variance needs a rule.
    #[must_use]
    pub fn single_psu_strata(&self) -> Vec<StratumId> {
        self.frame.single_psu_strata()
    }

    pub(crate) fn frame(&self) -> &Arc<Frame> {
        &self.frame
    }

    /// The caller's row numbers in design order.
    pub(crate) fn order(&self) -> &[u32] {
        &self.order
    }

    /// Weights in design order.
    pub(crate) fn weights(&self) -> &[f64] {
        &self.weight
    }

    /// Rows of a PSU, in design order.
    pub(crate) fn psu_rows(&self, psu: usize) -> Range<usize> {
        self.psu_start[psu]..self.psu_start[psu + 1]
    }

    /// Rows of a sample, in design order.
    pub(crate) fn sample_rows(&self, sample: usize) -> Range<usize> {
        let psus = self.frame.psus_of_sample(sample);
        self.psu_start[psus.start]..self.psu_start[psus.end]
    }
}

/// The distinct keys in order, and where each one's rows begin.
fn runs(columns: &DesignColumns<'_>, order: &[u32]) -> (Vec<Key>, Vec<usize>) {
    let (mut keys, mut starts): (Vec<Key>, Vec<usize>) = (Vec::new(), Vec::new());
    for (at, &row) in order.iter().enumerate() {
        let key = columns.key(row as usize);
        if keys.last() != Some(&key) {
            keys.push(key);
            starts.push(at);
        }
    }
    starts.push(order.len());
    (keys, starts)
}
