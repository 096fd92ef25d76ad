//! Successive differences: replicates of a systematic sample.
//!
//! # Estimator
//! The units of a stratum in the order in which they were drawn form a closed
//! chain. Unit i gets two rows a, b of an orthogonal matrix of signs, b the first
//! row of the next unit: its factor in replicate r is `1 + 2^(-3/2)·(h_ar - h_br)`.
//! `V = (4/R)·sum of (T_r - T)²`. For a total, and while every unit has a row of
//! its own, that is half the sum of squared differences of neighbours in the chain.
//!
//! # Assumptions
//! The codes of the PSUs ascend in the order of the draw. The matrix's first row,
//! which is constant, is not used. With more units than rows a stratum is cut
//! into chains of about the same length, which take the rows in steps that
//! differ; their cross products do not all cancel. Finite population corrections
//! are dropped.
//!
//! # References
//! Fay & Train (1995) *Proc. Section Gov. Stat., ASA*, 154; Ash (2014) *Survey
//! Methodology* 40, 47; U.S. Census Bureau, *ACS Design and Methodology*, ch. 12;
//! R survey 4.5 `svrepdesign(type = "ACS")`.

use super::hadamard::Hadamard;
use super::jackknife::refuse_single;
use super::scales::check_size;
use super::{ReplicateKind, Replicates, Scales};
use crate::Matrix;
use crate::design::Design;
use crate::error::Error;

/// What a row's sign moves a factor by.
const MOVE: f64 = std::f64::consts::SQRT_2 / 4.0;

impl Replicates {
    /// Successive differences of PSUs in the order of their codes, with at least so
    /// many replicates: the next order of which there is an orthogonal matrix.
    ///
    /// # Example
    /// Three rows in a chain: `((1 - 3)² + (3 - 2)² + (2 - 1)²)/2` is 3.
    /// ```
    /// use gko_survey::{Columns, Design, Domain, Replicates, Survey, Total};
    ///
    /// let design = Design::builder(3).weights(&[1.0; 3]).build()?;
    /// let replicates = Replicates::successive_differences(&design, 4)?;
    /// let total = Total::new(Columns::new().number("x", &[1.0, 3.0, 2.0]));
    /// let got = Survey::replicated(replicates).estimate(&total, &Domain::all(3))?;
    /// assert!((got.covariance()[(0, 0)] - 3.0).abs() < 1e-14);
    /// # Ok::<(), gko_survey::Error>(())
    /// ```
    ///
    /// # Errors
    /// A stratum with one PSU; more replicates than there are orthogonal matrices for.
    pub fn successive_differences(design: &Design, replicates: usize) -> Result<Self, Error> {
        refuse_single(design, ReplicateKind::SuccessiveDifference)?;
        let signs = Hadamard::at_least(replicates.max(4))?;
        check_size(design.psus(), signs.order())?;
        let rows = Rows::new(signs.order() - 1).of_psus(design);
        let multipliers = Matrix::from_fn(design.psus(), signs.order(), |psu, replicate| {
            let [one, two] = rows[psu];
            1.0 + MOVE * (signs.at(one, replicate) - signs.at(two, replicate))
        });
        let scales = Scales::standard(ReplicateKind::SuccessiveDifference, signs.order())?;
        Self::of_psus(design, multipliers, scales, None)
    }
}

/// Hands out rows of the matrix: all of them in steps of 1, then in the next step
/// that reaches all, and so on.
struct Rows {
    rows: usize,
    used: usize,
    step: usize,
}

impl Rows {
    fn new(rows: usize) -> Self {
        Self { rows, used: 0, step: 1 }
    }

    /// The two rows of every PSU.
    fn of_psus(mut self, design: &Design) -> Vec<[usize; 2]> {
        let mut all = Vec::with_capacity(design.psus());
        for stratum in 0..design.strata() {
            let units = design.frame.psus_of(stratum).len();
            let chains = units.div_ceil(self.rows);
            for chain in 0..chains {
                let length = units * (chain + 1) / chains - units * chain / chains;
                let rows: Vec<usize> = (0..length).map(|_| self.next()).collect();
                all.extend((0..length).map(|at| [rows[at], rows[(at + 1) % length]]));
            }
        }
        all
    }

    fn next(&mut self) -> usize {
        if self.used == self.rows {
            self.used = 0;
            let later = (self.step + 1..self.rows).find(|&step| reaches_all(step, self.rows));
            self.step = later.unwrap_or(1);
        }
        self.used += 1;
        1 + (self.used - 1) * self.step % self.rows
    }
}

/// Whether steps of this size come to all of the rows: no common factor.
fn reaches_all(step: usize, rows: usize) -> bool {
    let (mut one, mut two) = (rows, step);
    while two > 0 {
        (one, two) = (two, one % two);
    }
    one == 1
}
