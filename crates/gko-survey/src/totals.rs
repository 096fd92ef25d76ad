//! PSU totals: the table from which every estimate is read, and its sum with another.
//!
//! # Estimator
//! For PSU i of stratum h, atom a and item: `W = sum of w` and `Y = sum of w·y`
//! over the rows in the item's base; for a mean, y is seen from a stored shift.
//! Beside them, a sample and atom, stand the [counts and moments](PsuTotals::merge)
//! that need no PSU. The PSUs of the full design are part of the table, so a
//! domain never loses those in which it has no row.
//!
//! # Assumptions
//! Weights are final. Rows of weight 0 are counted as rows and nothing else.
//!
//! # Example
//! ```
//! use gko_survey::{Design, DesignColumns, Domains, Item, Options, PsuLabels, PsuTotals};
//!
//! let design = Design::new(DesignColumns {
//!     sample: &[1; 4],
//!     stratum: &[1; 4],
//!     psu: &[1, 1, 2, 2],
//!     weight: &[1.0, 3.0, 2.0, 2.0],
//!     psu_labels: PsuLabels::NestedInStratum,
//! })?;
//! let domains = Domains::new(4, &[], &[vec![]])?;
//! let totals = PsuTotals::accumulate(&design, &domains, &[Item::Share(&[1, 0, 1, 9])])?;
//! let estimate = totals.estimates(&Options::default())?;
//! // (1 + 2) / (1 + 3 + 2); the last row is out of the base.
//! assert_eq!(estimate.get(0, 0, 0).value, Some(0.5));
//! # Ok::<(), gko_survey::Error>(())
//! ```

use std::ops::Range;
use std::sync::Arc;

use crate::design::Design;
use crate::domains::{Domains, Shape};
use crate::error::{Error, same_length};
use crate::frame::Frame;
use crate::items::{Columns, Item, Layout};
use crate::kernel::{Cell, Kernel, Totals};
use crate::moments::Moments;

/// Totals of all items in all domains, by PSU.
#[derive(Debug, Clone)]
pub struct PsuTotals {
    pub(crate) frame: Arc<Frame>,
    pub(crate) shape: Arc<Shape>,
    pub(crate) layout: Layout,
    /// Sample by mean.
    pub(crate) shifts: Vec<Option<f64>>,
    pub(crate) cells: Vec<Cell>,
    /// Cell by item.
    pub(crate) w: Vec<f64>,
    pub(crate) wy: Vec<f64>,
    pub(crate) moments: Moments,
    stratum_cells: Vec<usize>,
}

impl PsuTotals {
    /// Reads the rows once and totals all items in all domains.
    ///
    /// The result has the same bits for any number of threads.
    ///
    /// # Errors
    /// No item, columns of different lengths, a value in a base that is not
    /// finite, values so far apart that their squares overflow.
    pub fn accumulate(
        design: &Design,
        domains: &Domains,
        items: &[Item<'_>],
    ) -> Result<Self, Error> {
        design.check_single_stage()?;
        same_length("domains", design.rows(), domains.atoms().len())?;
        let columns = Columns::new(design.rows(), items)?;
        let shifts = columns.shifts(design)?;
        let kernel = Kernel { design, domains, columns: &columns, shifts: &shifts };
        let totals = kernel.run();
        let (frame, shape) = (Arc::clone(design.frame()), Arc::clone(domains.shape()));
        Ok(Self::new(frame, shape, columns.layout, shifts, totals))
    }

    pub(crate) fn new(
        frame: Arc<Frame>,
        shape: Arc<Shape>,
        layout: Layout,
        shifts: Vec<Option<f64>>,
        totals: Totals,
    ) -> Self {
        let stratum_cells = stratum_cells(&frame, &totals.cells);
        Self {
            frame,
            shape,
            layout,
            shifts,
            cells: totals.cells,
            w: totals.w,
            wy: totals.wy,
            moments: totals.moments,
            stratum_cells,
        }
    }

    /// Number of samples.
    #[must_use]
    pub fn samples(&self) -> usize {
        self.frame.samples().len()
    }

    /// Codes of the samples, ascending.
    #[must_use]
    pub fn sample_codes(&self) -> &[u32] {
        self.frame.samples()
    }

    /// Number of domains.
    #[must_use]
    pub fn domains(&self) -> usize {
        self.shape.domains()
    }

    /// Number of items.
    #[must_use]
    pub fn items(&self) -> usize {
        self.layout.len()
    }

    /// Sampled PSUs of the full design.
    #[must_use]
    pub fn psus(&self) -> usize {
        self.frame.psus_len()
    }

    /// Pairs of a PSU and an atom with a row of positive weight.
    #[must_use]
    pub fn cells(&self) -> usize {
        self.cells.len()
    }

    /// Cells of a stratum.
    pub(crate) fn cells_of(&self, stratum: usize) -> Range<usize> {
        self.stratum_cells[stratum]..self.stratum_cells[stratum + 1]
    }

    /// Cells of a sample.
    pub(crate) fn cells_of_sample(&self, sample: usize) -> Range<usize> {
        let strata = self.frame.strata_of(sample);
        self.stratum_cells[strata.start]..self.stratum_cells[strata.end]
    }

    /// W and Y of all items in a cell.
    pub(crate) fn cell(&self, at: usize) -> (&[f64], &[f64]) {
        let items = self.layout.len();
        let line = at * items..(at + 1) * items;
        (&self.w[line.clone()], &self.wy[line])
    }
}

/// First cell of every stratum, and the end.
fn stratum_cells(frame: &Frame, cells: &[Cell]) -> Vec<usize> {
    let before = |psu: usize| cells.partition_point(|cell| (cell.psu as usize) < psu);
    let starts = (0..frame.strata_len()).map(|stratum| before(frame.psus_of(stratum).start));
    starts.chain([cells.len()]).collect()
}
