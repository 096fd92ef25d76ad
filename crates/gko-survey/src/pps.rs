//! Units drawn with unequal probabilities and without replacement.
//!
//! # Estimator
//! PSU i was drawn with probability p_i, two of them together with p_ij; z_i is its
//! total of weighted scores, `D_ij = (p_ij - p_i·p_j)/p_ij`, `D_ii = 1 - p_i`.
//! Horvitz–Thompson: `V = sum over i, j of D_ij·z_i·z_j'`. Yates–Grundy (Sen), for a
//! fixed number of units: `V = -1/2 · sum over i, j of D_ij·(z_i - z_j)(z_i - z_j)'`.
//! Where p_ij is not known it is approximated within a stratum of n units:
//!
//! | method | D_ij, for i other than j |
//! |---|---|
//! | Overton | `1 - (n - (p_i + p_j)/2)/(n - 1)` |
//! | Hartley–Rao | `1 - (n - p_i - p_j + P)/(n - 1)`, P the population's sum of p²/n |
//!
//! Brewer's method needs no pairs: `V = sum of (1 - p_i)·n/(n - 1)·(z_i - mean)(…)'`,
//! at every stage, the units within unit i times the product of the p above.
//!
//! # Assumptions
//! Overton and Hartley–Rao are for draws of a fixed size in random order. Without P
//! it is taken from the sample as the mean of p. Two units that are certain (p = 1)
//! vary in nothing: D is 0.
//!
//! # References
//! Särndal, Swensson & Wretman (1992) sec. 2.8, 3.6; Berger (2004) *Aust. N. Z. J.
//! Stat.* 46, 305; Hartley & Rao (1962) *Ann. Math. Stat.* 33, 350; R survey 4.5
//! `svydesign(pps = "brewer" | "overton" | HR() | ppsmat())`, of which `ppsmat` takes
//! |D| below 1e-4 for 0 and `HR` pairs with `p_i + p_j = 1`; here they stay.

use std::ops::Range;

use crate::Matrix;
use crate::design::Design;
use crate::error::{Error, same_length};
use crate::stages::{Population, Stage};
use crate::taylor::UnitTotals;

/// How units were drawn with unequal probabilities.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Pps<'a> {
    /// Brewer's approximation, for any number of stages.
    Brewer,
    /// Overton's approximation of joint probabilities.
    Overton(PpsVariance),
    /// Hartley and Rao's approximation of joint probabilities.
    HartleyRao {
        /// `sum of p²/n` over the population of the row's stratum, one value a row;
        /// without it the mean of p in the sample.
        squares: Option<&'a [f64]>,
        /// The estimator.
        variance: PpsVariance,
    },
    /// Joint probabilities that are known.
    Joint {
        /// Units by units; the diagonal has each unit's own probability.
        probabilities: &'a Matrix,
        /// The place of each row's unit in it.
        unit: &'a [u32],
        /// The estimator.
        variance: PpsVariance,
    },
}

/// The estimator that takes the joint probabilities.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PpsVariance {
    /// Unbiased for any design; may be negative.
    #[default]
    HorvitzThompson,
    /// For designs of a fixed number of units.
    YatesGrundy,
}

/// What this kind of design refuses.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PpsError {
    /// Probabilities that are not stated.
    #[error("{code}: stage {stage} has no sampling fractions; state each unit's probability as Population::Fractions", code = self.code())]
    NoFractions {
        /// Number of the stage.
        stage: usize,
    },
    /// Two probabilities for one unit.
    #[error("{code}: rows {row} and {other} are of one unit of stage {stage} and have different probabilities; a unit has one", code = self.code())]
    FractionVaries {
        /// Number of the stage.
        stage: usize,
        /// Row in the caller's order.
        row: usize,
        /// A row of the same unit.
        other: usize,
    },
    /// Stages below units whose joint probabilities count.
    #[error("{code}: the design has {stages} stages, expected 1; use Brewer's approximation for more", code = self.code())]
    OneStage {
        /// Stages of the design.
        stages: usize,
    },
    /// A matrix that is not square, or a place outside of it.
    #[error("{code}: row {row} has place {place} in a matrix of {rows} by {columns}, expected a place in a square matrix of at least 1 unit", code = self.code())]
    OutsideMatrix {
        /// Row in the caller's order.
        row: usize,
        /// The place as it stands.
        place: u32,
        /// Rows of the matrix.
        rows: usize,
        /// Columns of the matrix.
        columns: usize,
    },
    /// A joint probability that cannot be.
    #[error("{code}: units {first} and {second} have joint probability {probability}, expected more than 0, at most that of either unit, and a symmetric matrix", code = self.code())]
    InvalidJoint {
        /// Place of a unit.
        first: usize,
        /// Place of the other.
        second: usize,
        /// The probability as it stands.
        probability: f64,
    },
    /// A population's sum of squared probabilities that cannot be.
    #[error("{code}: row {row} has a sum of p²/n of {squares}, expected a number from 0 to 1", code = self.code())]
    InvalidSquares {
        /// Row in the caller's order.
        row: usize,
        /// The sum as it stands.
        squares: f64,
    },
    /// A one-pass estimate, which has no such variance.
    #[error("{code}: the one-pass totals know no unequal probabilities without replacement; estimate with Survey", code = self.code())]
    OnePass,
}

impl PpsError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoFractions { .. } => "GKO-S200",
            Self::FractionVaries { .. } => "GKO-S201",
            Self::OneStage { .. } => "GKO-S202",
            Self::OutsideMatrix { .. } => "GKO-S203",
            Self::InvalidJoint { .. } => "GKO-S204",
            Self::OnePass => "GKO-S205",
            Self::InvalidSquares { .. } => "GKO-S206",
        }
    }
}

/// The probabilities of a built design.
#[derive(Debug, Clone)]
pub(crate) enum PpsDesign {
    /// By stage, of each unit in design order; 0 where drawn with replacement.
    Brewer(Vec<Vec<f64>>),
    /// Joint inclusion of PSUs.
    Pairs { pairs: Pairs, variance: PpsVariance },
}

/// What is known of pairs of PSUs.
#[derive(Debug, Clone)]
pub(crate) enum Pairs {
    /// Within strata: each PSU's probability.
    Overton(Vec<f64>),
    /// Within strata: each PSU's probability, and P of its stratum.
    HartleyRao { own: Vec<f64>, squares: Vec<f64> },
    /// Over all strata: D itself.
    Known(Matrix),
}

/// A stage's probabilities, a value a row.
fn fractions<'a>(stages: &[Stage<'a>], at: usize) -> Result<Option<&'a [f64]>, Error> {
    match stages[at].population {
        Some(Population::Fractions(all)) => Ok(Some(all)),
        None if at > 0 => Ok(None),
        _ => Err(PpsError::NoFractions { stage: at + 1 }.into()),
    }
}

impl<'a> Pps<'a> {
    /// The weights that the probabilities give: 1 over their product.
    pub(crate) fn weights(self, rows: usize, stages: &[Stage<'a>]) -> Result<Vec<f64>, Error> {
        self.check_lengths(rows)?;
        let mut weights = vec![1.0; rows];
        for at in 0..stages.len() {
            let all = self.row_probabilities(stages, at)?;
            for (row, (weight, p)) in weights.iter_mut().zip(&all).enumerate() {
                if !(*p > 0.0 && *p <= 1.0) {
                    return Err(Error::InvalidProbability { row, probability: *p });
                }
                *weight /= p;
            }
        }
        Ok(weights)
    }

    fn check_lengths(self, rows: usize) -> Result<(), Error> {
        match self {
            Self::Joint { unit, .. } => same_length("place in the joint matrix", rows, unit.len()),
            _ => Ok(()),
        }
    }

    /// Each row's probability at a stage; none are given where it is with replacement.
    fn row_probabilities(self, stages: &[Stage<'a>], at: usize) -> Result<Vec<f64>, Error> {
        if let Self::Joint { probabilities, unit, .. } = self {
            return own_probabilities(probabilities, unit);
        }
        Ok(fractions(stages, at)?.unwrap_or_default().to_vec())
    }

    /// Checks the probabilities and puts them into the design's order.
    pub(crate) fn build(self, stages: &[Stage<'a>], design: &Design) -> Result<PpsDesign, Error> {
        self.check_lengths(design.rows())?;
        if let Self::Brewer = self {
            let stage = |at: usize| self.unit_probabilities(stages, at, design);
            return (0..stages.len()).map(stage).collect::<Result<_, _>>().map(PpsDesign::Brewer);
        }
        if stages.len() > 1 {
            return Err(PpsError::OneStage { stages: stages.len() }.into());
        }
        let (pairs, variance) = self.pairs(self.unit_probabilities(stages, 0, design)?, design)?;
        Ok(PpsDesign::Pairs { pairs, variance })
    }

    /// What is known of pairs; with Brewer's method nothing needs to be.
    fn pairs(self, own: Vec<f64>, design: &Design) -> Result<(Pairs, PpsVariance), Error> {
        Ok(match self {
            Self::Brewer => (Pairs::Overton(own), PpsVariance::default()),
            Self::Overton(variance) => (Pairs::Overton(own), variance),
            Self::HartleyRao { squares, variance } => {
                let squares = hartley_rao(squares, &own, design)?;
                (Pairs::HartleyRao { own, squares }, variance)
            }
            Self::Joint { probabilities, unit, variance } => {
                let places: Vec<usize> = first_rows(design).map(|row| unit[row] as usize).collect();
                (Pairs::Known(delta(probabilities, &places)?), variance)
            }
        })
    }

    fn unit_probabilities(
        self,
        stages: &[Stage<'a>],
        at: usize,
        design: &Design,
    ) -> Result<Vec<f64>, Error> {
        let all = self.row_probabilities(stages, at)?;
        let starts = if at == 0 { &design.psu_start } else { &design.later[at - 1].unit_start };
        let of_unit = |rows: &[usize]| {
            let rows = &design.order[rows[0]..rows[1]];
            one_of_unit(&all, rows, at + 1)
        };
        if all.is_empty() {
            return Ok(vec![0.0; starts.len() - 1]);
        }
        starts.windows(2).map(of_unit).collect()
    }
}

/// The probability that all rows of a unit have.
fn one_of_unit(all: &[f64], rows: &[u32], stage: usize) -> Result<f64, Error> {
    let row = rows[0] as usize;
    let p = all[row];
    if !(p > 0.0 && p <= 1.0) {
        return Err(Error::InvalidProbability { row, probability: p });
    }
    match rows.iter().find(|&&other| all[other as usize] != p) {
        None => Ok(p),
        Some(&other) => Err(PpsError::FractionVaries { stage, row, other: other as usize }.into()),
    }
}

/// The first row of each PSU.
fn first_rows(design: &Design) -> impl Iterator<Item = usize> + '_ {
    (0..design.psus()).map(|psu| design.order[design.psu_start[psu]] as usize)
}

fn own_probabilities(matrix: &Matrix, unit: &[u32]) -> Result<Vec<f64>, Error> {
    let (rows, columns) = matrix.shape();
    let own = |(row, &place): (usize, &u32)| {
        let inside = rows == columns && (place as usize) < rows;
        let outside = PpsError::OutsideMatrix { row, place, rows, columns };
        inside.then(|| matrix[(place as usize, place as usize)]).ok_or(Error::from(outside))
    };
    unit.iter().enumerate().map(own).collect()
}

/// P of each PSU's stratum.
fn hartley_rao(given: Option<&[f64]>, own: &[f64], design: &Design) -> Result<Vec<f64>, Error> {
    if let Some(all) = given {
        same_length("sum of squared probabilities", design.rows(), all.len())?;
        if let Some(row) = first_rows(design).find(|&row| !(0.0..=1.0).contains(&all[row])) {
            return Err(PpsError::InvalidSquares { row, squares: all[row] }.into());
        }
        return Ok(first_rows(design).map(|row| all[row]).collect());
    }
    let mean = |stratum: usize| {
        let psus = design.frame.psus_of(stratum);
        let n = psus.len();
        vec![own[psus].iter().sum::<f64>() / n as f64; n]
    };
    Ok((0..design.strata()).flat_map(mean).collect())
}

/// D of the PSUs at these places.
fn delta(joint: &Matrix, places: &[usize]) -> Result<Matrix, Error> {
    let mut all = Matrix::zeros(places.len(), places.len());
    for (a, &first) in places.iter().enumerate() {
        for (b, &second) in places.iter().enumerate() {
            let (p, q) = (joint[(first, first)], joint[(second, second)]);
            let probability = joint[(first, second)];
            let fits = probability > 0.0 && probability <= p.min(q) * (1.0 + 1e-12);
            let symmetric = (probability - joint[(second, first)]).abs() <= 1e-12 * probability;
            if !(fits && symmetric) {
                return Err(PpsError::InvalidJoint { first, second, probability }.into());
            }
            all[(a, b)] = if a == b { 1.0 - p } else { 1.0 - p * q / probability };
        }
    }
    Ok(all)
}

impl Pairs {
    /// D of two PSUs of a stratum of n.
    pub(crate) fn within(&self, a: usize, b: usize, n: f64) -> f64 {
        match self {
            Self::Known(delta) => delta[(a, b)],
            Self::Overton(own) | Self::HartleyRao { own, .. } if a == b => 1.0 - own[a],
            Self::Overton(own) | Self::HartleyRao { own, .. } if own[a] + own[b] >= 2.0 => 0.0,
            Self::Overton(own) => 1.0 - (n - 0.5 * (own[a] + own[b])) / (n - 1.0),
            Self::HartleyRao { own, squares } => {
                1.0 - (n - own[a] - own[b] + squares[a]) / (n - 1.0)
            }
        }
    }
}

impl Pairs {
    /// `sum over b of D_ab·z_b` for a PSU a, or `D_ab·(z_b - z_a)`.
    fn weighted(
        &self,
        a: usize,
        psus: Range<usize>,
        totals: &UnitTotals,
        variance: PpsVariance,
    ) -> Vec<f64> {
        let n = psus.len() as f64;
        let mut sum = vec![0.0; totals.columns()];
        for b in psus {
            let d = self.within(a, b, n);
            let both = totals.unit(0, b).iter().zip(totals.unit(0, a));
            sum.iter_mut().zip(both).for_each(|(sum, (zb, za))| match variance {
                PpsVariance::HorvitzThompson => *sum += d * zb,
                PpsVariance::YatesGrundy => *sum += d * (zb - za),
            });
        }
        sum
    }
}

/// Covariance of totals whose PSUs have joint probabilities.
pub(crate) fn covariance(
    design: &Design,
    totals: &UnitTotals,
    pairs: &Pairs,
    variance: PpsVariance,
) -> Matrix {
    let blocks: Vec<Range<usize>> = match pairs {
        Pairs::Known(_) => std::iter::once(0..design.psus()).collect(),
        _ => (0..design.strata()).map(|stratum| design.frame.psus_of(stratum)).collect(),
    };
    let mut all = Matrix::zeros(totals.columns(), totals.columns());
    for psus in blocks {
        for psu in psus.clone() {
            let others = pairs.weighted(psu, psus.clone(), totals, variance);
            add_outer(&mut all, totals.unit(0, psu), &others);
        }
    }
    all
}

fn add_outer(to: &mut Matrix, one: &[f64], two: &[f64]) {
    for (column, b) in two.iter().enumerate() {
        one.iter().enumerate().for_each(|(row, a)| to[(row, column)] += a * b);
    }
}
