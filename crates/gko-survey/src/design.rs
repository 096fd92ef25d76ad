//! A sampling design, checked once and put into one order.
//!
//! # Rule
//! Rows are sorted, stably, by sample, stratum and PSU, then by the strata and
//! units of later stages. A sample is one study, wave and country and is a design
//! of its own: strata codes are local to it, PSU codes are local to the stratum
//! unless declared unique, units of later stages are local to the unit they were
//! drawn from. With a finite population of N units, n of them drawn, a stage's
//! sampling fraction is f = n/N; a stage without one was drawn with replacement.
//!
//! # Assumptions
//! A row of weight 0 was sampled and stays in the design (its stratum and PSU
//! count), but it is outside n, degrees of freedom and totals, and is counted.
//!
//! # Example
//! Two schools of ten, three and two pupils of 30 and 40; the weights follow.
//! ```
//! use gko_survey::{Design, Population, Stage};
//!
//! let design = Design::builder(5)
//!     .stage(Stage::units(&[1, 1, 1, 2, 2]).population(Population::Counts(&[10.0; 5])))
//!     .stage(Stage::elements().population(Population::Counts(&[30.0, 30.0, 30.0, 40.0, 40.0])))
//!     .build()?;
//! assert_eq!((design.strata(), design.psus(), design.stages()), (1, 2, 2));
//! assert_eq!(design.row_weights()[0], 10.0 / 2.0 * 30.0 / 3.0);
//! # Ok::<(), gko_survey::Error>(())
//! ```
//!
//! # References
//! Lumley, T. (2010) *Complex Surveys*, ch. 2 and 3. `svydesign(nest = TRUE)` of R
//! survey 4.5 is `PsuLabels::NestedInStratum`; `svyset psu, strata() fpc() || ssu`
//! of Stata names the same stages.

use std::ops::Range;
use std::sync::Arc;

use crate::design_builder::DesignBuilder;
use crate::error::{Error, StratumId};
use crate::frame::Frame;
use crate::pps::PpsDesign;
use crate::stages::LaterStage;

/// How far a PSU code reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PsuLabels {
    /// The code names a PSU only inside its stratum.
    #[default]
    NestedInStratum,
    /// The code names one PSU of the sample: two strata with it are an error.
    Unique,
}

/// The columns of a design of one stage with replacement, one value a row.
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

/// A checked design: which rows stand in which PSU, and their weights.
#[derive(Debug, Clone)]
pub struct Design {
    pub(crate) rows: usize,
    pub(crate) frame: Arc<Frame>,
    pub(crate) order: Vec<u32>,
    pub(crate) weight: Vec<f64>,
    pub(crate) psu_start: Vec<usize>,
    pub(crate) later: Vec<LaterStage>,
    pub(crate) zero_weight_rows: u64,
    pub(crate) excluded_rows: u64,
    pub(crate) collapsed: Vec<(StratumId, u32)>,
    pub(crate) pps: Option<PpsDesign>,
}

impl Design {
    /// Checks the columns of a single-stage design and sorts the rows.
    ///
    /// # Errors
    /// Columns of different lengths, no rows, a weight that is negative or not
    /// finite, a sample without a positive weight, a PSU declared unique in two
    /// strata.
    pub fn new(columns: DesignColumns<'_>) -> Result<Self, Error> {
        let stage = crate::Stage::units(columns.psu).strata(columns.stratum);
        Self::builder(columns.sample.len())
            .samples(columns.sample)
            .stage(stage)
            .weights(columns.weight)
            .psu_labels(columns.psu_labels)
            .build()
    }

    /// Begins a design of any number of stages.
    pub fn builder<'a>(rows: usize) -> DesignBuilder<'a> {
        DesignBuilder::new(rows)
    }

    /// Rows, those of weight 0 included.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
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

    /// Stages of sampling.
    #[must_use]
    pub fn stages(&self) -> usize {
        1 + self.later.len()
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

    /// Rows left out of the design since their weight is missing.
    #[must_use]
    pub fn excluded_rows(&self) -> u64 {
        self.excluded_rows
    }

    /// Strata that were collapsed, each with the neighbour it went into.
    #[must_use]
    pub fn collapsed(&self) -> &[(StratumId, u32)] {
        &self.collapsed
    }

    /// Strata with one PSU, in order: their variance needs a rule.
    #[must_use]
    pub fn single_psu_strata(&self) -> Vec<StratumId> {
        self.frame.single_psu_strata()
    }

    /// Weights in the caller's order; 0 where a row was left out.
    #[must_use]
    pub fn row_weights(&self) -> Vec<f64> {
        let mut weights = vec![0.0; self.rows];
        for (&row, &weight) in self.order.iter().zip(&self.weight) {
            weights[row as usize] = weight;
        }
        weights
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
