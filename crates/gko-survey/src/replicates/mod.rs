//! Replicate weights and the variance that they give.
//!
//! # Estimator
//! `V = scale · sum over r of rscale_r · (T_r - c)(T_r - c)'`: T_r the values at
//! the weights of replicate r, c their mean over the replicates with a positive
//! rscale, or the full-sample value with the MSE form.
//!
//! # Assumptions
//! A replicate in which a figure does not exist (an empty domain) is left out of
//! that figure's variance and counted; that is R's `na.omit`.
//!
//! # References
//! Wolter (2007) *Introduction to Variance Estimation*; R survey 4.5 `svrVar`,
//! `as.svrepdesign`, `svrepdesign`.

mod balanced;
mod bootstrap;
mod carried;
mod draws;
mod error;
mod generalised;
mod given;
mod hadamard;
mod jackknife;
mod kind;
mod multistage;
mod quadratic;
mod rank;
mod scales;
mod successive;
mod targets;
mod variance;

pub use error::ReplicateError;
pub use generalised::{Generalised, QuadraticForm, Tau};
pub use given::GivenWeights;
pub use jackknife::{FiniteCorrection, Jackknife};
pub use kind::ReplicateKind;
pub use scales::Scales;
pub use targets::ReplicateTargets;

use std::sync::OnceLock;

use rayon::prelude::*;

use crate::Matrix;
use crate::design::Design;
use crate::domain::Domain;
use crate::error::Error;
use crate::estimation::VarianceBasis;
use scales::same_count;

/// Replicate weights of a sample, with the scales of their variance.
///
/// # Example
/// Four children drawn at random; the jackknife of a mean is its Taylor variance:
/// `(1/4)·sum of (x - 3)²/3`.
/// ```
/// use gko_survey::{Design, Domain, Jackknife, Mean, Replicates, Survey};
///
/// let design = Design::builder(4).weights(&[10.0; 4]).build()?;
/// let survey = Survey::replicated(Replicates::jk1(&design, Jackknife::default())?);
/// let mean = survey.estimate(&Mean::of("x", &[1.0, 3.0, 2.0, 6.0]), &Domain::all(4))?;
/// assert_eq!(mean.values(), [3.0]);
/// assert!((mean.covariance()[(0, 0)] - 14.0 / 12.0).abs() < 1e-14);
/// assert_eq!(mean.design_df(), 3.0);
/// # Ok::<(), gko_survey::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Replicates {
    full: Vec<f64>,
    weights: ReplicateWeights,
    scales: Scales,
    seed: Option<u64>,
    stated_df: Option<f64>,
    full_df: FullDf,
}

/// Degrees of freedom of the full sample, found when they are asked for: the rank of
/// the weights is dear, and steps of weighting do not look at it.
#[derive(Debug, Clone, Default)]
struct FullDf(OnceLock<f64>);

/// It follows from the weights, which are compared.
impl PartialEq for FullDf {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// How replicate weights are kept.
#[derive(Debug, Clone, PartialEq)]
enum ReplicateWeights {
    /// Analysis weights, rows by replicates.
    Rows(Matrix),
    /// Multipliers of the full-sample weight, units by replicates, and each row's unit.
    Units { unit: Vec<u32>, multipliers: Matrix },
}

impl Replicates {
    fn new(
        full: Vec<f64>,
        weights: ReplicateWeights,
        scales: Scales,
        seed: Option<u64>,
    ) -> Result<Self, Error> {
        let table = weights.table();
        scales.check(table.ncols())?;
        check_weights(table)?;
        Ok(Self { full, weights, scales, seed, stated_df: None, full_df: FullDf::default() })
    }

    /// Multipliers of the PSUs of a design.
    fn of_psus(
        design: &Design,
        multipliers: Matrix,
        scales: Scales,
        seed: Option<u64>,
    ) -> Result<Self, Error> {
        let unit = units_of_rows(design, &design.psu_start);
        let weights = ReplicateWeights::Units { unit, multipliers };
        Self::new(design.row_weights(), weights, scales, seed)
    }

    /// Weights of the full sample.
    #[must_use]
    pub fn full_sample_weights(&self) -> &[f64] {
        &self.full
    }

    /// Number of replicates.
    #[must_use]
    pub fn len(&self) -> usize {
        self.scales.rscales.len()
    }

    /// Whether there is no replicate.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.scales.rscales.is_empty()
    }

    /// How the weights were made.
    #[must_use]
    pub fn kind(&self) -> ReplicateKind {
        self.scales.kind
    }

    /// Scales of the variance.
    #[must_use]
    pub fn scales(&self) -> &Scales {
        &self.scales
    }

    /// The seed of weights that were drawn at random.
    #[must_use]
    pub fn seed(&self) -> Option<u64> {
        self.seed
    }

    /// Whether squares are about the full-sample value, and not the replicates' mean.
    #[must_use]
    pub fn mse(&self) -> bool {
        self.scales.mse
    }

    /// Squares about the full-sample value (true), or about the mean of the
    /// replicates, which is the default but for JK2 and successive differences.
    #[must_use]
    pub fn with_mse(self, mse: bool) -> Self {
        Self { scales: self.scales.with_mse(mse), ..self }
    }

    /// States the degrees of freedom, for all domains.
    ///
    /// # Errors
    /// A number below 0.
    pub fn with_df(self, df: f64) -> Result<Self, Error> {
        if df >= 0.0 {
            return Ok(Self { stated_df: Some(df), ..self });
        }
        let expected = "a number of at least 0";
        Err(ReplicateError::InvalidSetting { what: "df", expected, got: df }.into())
    }

    /// Analysis weights of a replicate, counted from 0; none where there is none.
    #[must_use]
    pub fn analysis_weights(&self, replicate: usize) -> Vec<f64> {
        if replicate >= self.len() {
            return Vec::new();
        }
        match &self.weights {
            ReplicateWeights::Rows(all) => all.column(replicate).iter().copied().collect(),
            ReplicateWeights::Units { unit, multipliers } => {
                let column = multipliers.column(replicate);
                let rows = self.full.iter().zip(unit);
                rows.map(|(weight, &unit)| weight * column[unit as usize]).collect()
            }
        }
    }

    /// The same sample with the full-sample weights and those of every replicate
    /// calibrated, one by one.
    ///
    /// The result keeps a weight of 8 bytes for each row and replicate: a million rows
    /// in 200 replicates are 1.6 GB. A step whose factor is the same in all replicates
    /// is [`Replicates::multiplied`], which keeps what was compact.
    ///
    /// # Example
    /// ```
    /// use gko_survey::{Design, Domain, Jackknife, Mean, Replicates, Survey};
    ///
    /// let design = Design::builder(3).build()?;
    /// let to_60 = |weights: &[f64]| {
    ///     let sum: f64 = weights.iter().sum();
    ///     Ok(weights.iter().map(|w| w * 60.0 / sum).collect())
    /// };
    /// let replicates = Replicates::jk1(&design, Jackknife::default())?.recalibrated(to_60)?;
    /// assert_eq!(replicates.full_sample_weights(), [20.0; 3]);
    /// assert_eq!(replicates.analysis_weights(0), [0.0, 30.0, 30.0]);
    /// # Ok::<(), gko_survey::Error>(())
    /// ```
    ///
    /// # Errors
    /// What the calibration refuses, with the replicate; weights of another number
    /// of rows, negative or not finite.
    pub fn recalibrated(
        &self,
        calibrate: impl Fn(&[f64]) -> Result<Vec<f64>, Error> + Sync,
    ) -> Result<Self, Error> {
        self.recalibrated_each(|replicate, weights| {
            calibrate(weights).map_err(|source| match replicate {
                None => source,
                Some(replicate) => {
                    ReplicateError::NotCalibrated { replicate, source: Box::new(source) }.into()
                }
            })
        })
    }

    /// The same, where the calibration knows which replicate's weights it gets (none for
    /// those of the full sample) and has errors of its own. Its targets may differ by
    /// replicate ([`Replicates::targets`]).
    ///
    /// # Errors
    /// As [`Replicates::recalibrated`].
    pub fn recalibrated_each<E: From<Error> + Send>(
        &self,
        calibrate: impl Fn(Option<usize>, &[f64]) -> Result<Vec<f64>, E> + Sync,
    ) -> Result<Self, E> {
        let full = calibrate(None, &self.full)?;
        check_full(&full, self.full.len())?;
        let one = |replicate: usize| {
            let weights = calibrate(Some(replicate), &self.analysis_weights(replicate))?;
            let what = format!("calibrated replicate {replicate}");
            same_count(&what, "rows", self.full.len(), weights.len())?;
            Ok(weights)
        };
        let all: Vec<Result<Vec<f64>, E>> = (0..self.len()).into_par_iter().map(one).collect();
        let all = all.into_iter().collect::<Result<Vec<_>, _>>()?;
        let table = carried::table(full.len(), all);
        let weights = ReplicateWeights::Rows(table);
        let calibrated = Self::new(full, weights, self.scales.clone(), self.seed)?;
        Ok(Self { stated_df: self.stated_df, ..calibrated })
    }

    /// Degrees of freedom: those stated, or the rank of the weights in the domain minus 1.
    #[must_use]
    pub fn df(&self, domain: &Domain) -> f64 {
        let whole = domain.rows_inside() == domain.rows() as u64;
        match self.stated_df {
            Some(df) => df,
            None if whole => *self.full_df.0.get_or_init(|| self.rank_df(domain)),
            None => self.rank_df(domain),
        }
    }

    /// Rank of the weights in a domain minus 1; 0 in an empty one.
    fn rank_df(&self, domain: &Domain) -> f64 {
        let rank = match &self.weights {
            ReplicateWeights::Rows(all) => {
                let inside: Vec<usize> =
                    (0..all.nrows()).filter(|&at| domain.contains(at)).collect();
                if inside.len() == all.nrows() {
                    rank::rank(all)
                } else {
                    rank::rank(&all.select_rows(&inside))
                }
            }
            ReplicateWeights::Units { unit, multipliers } => {
                rank::rank(&self.unit_table(unit, multipliers, domain))
            }
        };
        rank.saturating_sub(1) as f64
    }

    /// Multipliers of the units in a domain, times the root of their squared weights.
    fn unit_table(&self, unit: &[u32], multipliers: &Matrix, domain: &Domain) -> Matrix {
        let mut squares = vec![0.0; multipliers.nrows()];
        for (row, &weight) in self.full.iter().enumerate().filter(|(row, _)| domain.contains(*row))
        {
            squares[unit[row] as usize] += weight * weight;
        }
        let inside: Vec<usize> = (0..squares.len()).filter(|&at| squares[at] > 0.0).collect();
        let mut table = multipliers.select_rows(&inside);
        for (mut row, &unit) in table.row_iter_mut().zip(&inside) {
            row *= squares[unit].sqrt();
        }
        table
    }

    pub(crate) fn basis(&self, dropped: usize) -> VarianceBasis {
        VarianceBasis::Replicates {
            kind: self.kind().to_string(),
            replicates: self.len(),
            dropped,
            mse: self.mse(),
        }
    }
}

impl ReplicateWeights {
    fn table(&self) -> &Matrix {
        match self {
            Self::Rows(table) | Self::Units { multipliers: table, .. } => table,
        }
    }
}

fn check_weights(table: &Matrix) -> Result<(), Error> {
    let fits = |weight: f64| weight.is_finite() && weight >= 0.0;
    match table.iter().position(|&weight| !fits(weight)) {
        None => Ok(()),
        Some(at) => {
            let (replicate, row) = (at / table.nrows(), at % table.nrows());
            Err(ReplicateError::InvalidWeight { replicate, row, weight: table[at] }.into())
        }
    }
}

/// Checks weights of the full sample.
fn check_full(full: &[f64], rows: usize) -> Result<(), Error> {
    same_count("the full-sample weight", "rows", rows, full.len())?;
    let fits = |weight: f64| weight.is_finite() && weight >= 0.0;
    match full.iter().position(|&weight| !fits(weight)) {
        None if full.is_empty() => Err(Error::NoRows),
        None => Ok(()),
        Some(row) => Err(Error::InvalidWeight { row, weight: full[row] }),
    }
}

/// The unit of every row, in the caller's order; rows outside of the design have
/// weight 0 and go to the first unit.
fn units_of_rows(design: &Design, starts: &[usize]) -> Vec<u32> {
    let mut units = vec![0; design.rows];
    for (unit, rows) in (0_u32..).zip(starts.windows(2)) {
        for &row in &design.order[rows[0]..rows[1]] {
            units[row as usize] = unit;
        }
    }
    units
}
