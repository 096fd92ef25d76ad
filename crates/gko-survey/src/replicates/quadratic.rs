//! The quadratic form of a variance estimator as the square of a linear map.
//!
//! # Estimator
//! A variance estimator of a total is `z'Sz`, z the weighted totals of sampling units.
//! Here S is kept as M with `M M' = S`, block by block, so that factors `1 + Me`, e
//! uncorrelated with variance 1, have the covariance S. With n units in a block:
//!
//! | block | M e for unit i |
//! |---|---|
//! | simple random sampling | `s·(Helmert contrasts)e`, `s² = a·(1 - f)·n/(n - 1)` |
//! | Brewer | `s·(d_i·e_i - mean of d·e)`, `d_i² = 1 - p_i`, `s² = a·n/(n - 1)` |
//! | successive differences SD1 | `s·(e_(i-1) - e_i)`, `s² = (1 - f)·n/(2(n - 1))` |
//! | closed chain SD2 | the same round the chain, `s² = (1 - f)/2` |
//! | joint probabilities | eigenvectors times roots of eigenvalues of D |
//!
//! a is the product of the sampling fractions (or probabilities) of the units that
//! hold the block; it is 1 at the first stage. Deviations of all stages add up.
//! Yates and Grundy's form is D less its row sums on the diagonal.
//!
//! # Assumptions
//! As the estimator's own: taylor.rs, pps.rs. Successive differences are of the first
//! stage, in the order of the codes; later stages enter as they do without. A design
//! of unequal probabilities is taken as drawn with replacement in them.
//!
//! # References
//! Ash (2014) *Survey Methodology* 40, 47; Wolter (2007) sec. 8.2; Särndal, Swensson &
//! Wretman (1992) sec. 2.8, 3.6; Lancaster (1965) *Am. Math. Mon.* 72, 4 (Helmert).

use super::generalised::QuadraticForm;
use super::{ReplicateError, ReplicateKind};
use crate::Matrix;
use crate::design::Design;
use crate::error::{Error, StratumId};
use crate::pps::{Pairs, PpsDesign, PpsVariance};

/// From here on a unit was drawn with certainty.
const WHOLE: f64 = 1.0 - 1e-7;

/// M of a design: its stages, each a list of blocks over the stage's units in order.
pub(super) struct Root {
    stages: Vec<Vec<Block>>,
}

/// Units that vary together, within a unit of the stage before.
struct Block {
    parent: usize,
    units: usize,
    map: Map,
}

/// M of a block.
enum Map {
    /// Nothing varies.
    Fixed,
    /// Helmert contrasts.
    Contrasts(f64),
    /// Own deviations less their mean.
    Own { scale: f64, roots: Vec<f64> },
    /// Differences of neighbours, round a closed chain or along an open one.
    Differences { scale: f64, closed: bool },
    /// Any map, units by columns.
    Dense(Matrix),
}

impl Map {
    fn columns(&self, units: usize) -> usize {
        match self {
            Self::Fixed => 0,
            Self::Contrasts(_) | Self::Differences { closed: false, .. } => units - 1,
            Self::Own { .. } | Self::Differences { closed: true, .. } => units,
            Self::Dense(map) => map.ncols(),
        }
    }

    /// Adds M e to the deviations of the block's units.
    fn add(&self, e: &[f64], to: &mut [f64]) {
        match self {
            Self::Fixed => {}
            Self::Contrasts(scale) => contrasts(*scale, e, to),
            Self::Own { scale, roots } => own(*scale, roots, e, to),
            Self::Differences { scale, closed } => differences(*scale, *closed, e, to),
            Self::Dense(map) => {
                for (column, e) in map.column_iter().zip(e) {
                    to.iter_mut().zip(&column).for_each(|(to, one)| *to += one * e);
                }
            }
        }
    }
}

/// Contrast j has 1 in the first j places and -j in the next, over its length.
fn contrasts(scale: f64, e: &[f64], to: &mut [f64]) {
    let length = |j: f64| (j * (j + 1.0)).sqrt();
    let mut later = 0.0;
    for (place, to) in to.iter_mut().enumerate().rev() {
        let at = place as f64;
        let own = if place > 0 { at * e[place - 1] / length(at) } else { 0.0 };
        *to += scale * (later - own);
        later += if place > 0 { e[place - 1] / length(at) } else { 0.0 };
    }
}

fn own(scale: f64, roots: &[f64], e: &[f64], to: &mut [f64]) {
    let moved: Vec<f64> = roots.iter().zip(e).map(|(root, e)| root * e).collect();
    let mean = moved.iter().sum::<f64>() / moved.len() as f64;
    to.iter_mut().zip(moved).for_each(|(to, one)| *to += scale * (one - mean));
}

fn differences(scale: f64, closed: bool, e: &[f64], to: &mut [f64]) {
    let last = if closed { to.len() - 1 } else { usize::MAX };
    for (link, e) in e.iter().enumerate() {
        to[link] -= scale * e;
        to[if link == last { 0 } else { link + 1 }] += scale * e;
    }
}

impl Root {
    /// M of a design under a form.
    pub(super) fn new(
        design: &Design,
        form: QuadraticForm,
        kind: ReplicateKind,
    ) -> Result<Self, Error> {
        let pps = design.pps.as_ref().filter(|_| form == QuadraticForm::Design);
        let mut stages = match pps {
            Some(PpsDesign::Pairs { pairs, variance }) => vec![joint(design, pairs, *variance)?],
            Some(PpsDesign::Brewer(own)) => all_stages(design, form, kind, own)?,
            None => all_stages(design, form, kind, &[])?,
        };
        let fixed = |stage: &Vec<Block>| stage.iter().all(|one| matches!(one.map, Map::Fixed));
        while stages.last().is_some_and(fixed) {
            stages.pop();
        }
        if stages.is_empty() {
            return Err(ReplicateError::WholePopulation.into());
        }
        Ok(Self { stages })
    }

    /// Numbers that a replicate needs.
    pub(super) fn columns(&self) -> usize {
        self.stages.iter().flatten().map(|block| block.map.columns(block.units)).sum()
    }

    /// Where the rows of the units of the last stage that varies begin, and the end.
    pub(super) fn unit_starts<'a>(&self, design: &'a Design) -> &'a [usize] {
        match self.stages.len() {
            0 | 1 => &design.psu_start,
            stages => &design.later[stages - 2].unit_start,
        }
    }

    /// M e of the units of the last stage.
    pub(super) fn deviations(&self, e: &[f64]) -> Vec<f64> {
        let (mut before, mut from) = (vec![0.0], 0);
        for stage in &self.stages {
            let mut units = Vec::with_capacity(stage.iter().map(|block| block.units).sum());
            for block in stage {
                let (start, columns) = (units.len(), block.map.columns(block.units));
                units.resize(start + block.units, before[block.parent]);
                block.map.add(&e[from..from + columns], &mut units[start..]);
                from += columns;
            }
            before = units;
        }
        before
    }
}

/// A stratum of a stage.
struct Drawn<'a> {
    units: usize,
    fraction: f64,
    /// Each unit's own probability, where they differ.
    own: Option<&'a [f64]>,
    /// Product of the fractions of the units that hold it.
    share: f64,
    form: QuadraticForm,
}

impl Drawn<'_> {
    /// M of the stratum; none where one unit stands for others that were not drawn.
    fn map(&self) -> Option<Map> {
        let n = self.units as f64;
        let whole = match self.own {
            Some(own) => own.iter().all(|&p| p >= WHOLE),
            None => self.fraction >= WHOLE,
        };
        if whole || self.share == 0.0 {
            return Some(Map::Fixed);
        }
        if self.units < 2 {
            return None;
        }
        let left = self.share * (1.0 - self.fraction);
        let scale = (left * n / (n - 1.0)).sqrt();
        Some(match (self.form, self.own) {
            (QuadraticForm::Sd1, _) => {
                Map::Differences { scale: scale * 0.5_f64.sqrt(), closed: false }
            }
            (QuadraticForm::Sd2, _) => {
                Map::Differences { scale: (0.5 * left).sqrt(), closed: true }
            }
            (QuadraticForm::Design, None) => Map::Contrasts(scale),
            (QuadraticForm::Design, Some(own)) => {
                Map::Own { scale, roots: own.iter().map(|p| (1.0 - p).max(0.0).sqrt()).collect() }
            }
        })
    }

    /// What the stages within its units are multiplied by.
    fn shares(&self) -> Vec<f64> {
        let of = |at: usize| self.share * self.own.map_or(self.fraction, |own| own[at]);
        (0..self.units).map(of).collect()
    }
}

fn all_stages(
    design: &Design,
    form: QuadraticForm,
    kind: ReplicateKind,
    own: &[Vec<f64>],
) -> Result<Vec<Vec<Block>>, Error> {
    let (first, mut shares) = first_stage(design, form, kind, own.first())?;
    let mut stages = vec![first];
    for stage in 0..design.later.len() {
        if shares.iter().all(|&share| share == 0.0) {
            break;
        }
        let (blocks, next) = later_stage(design, stage, own.get(stage + 1), &shares)?;
        stages.push(blocks);
        shares = next;
    }
    Ok(stages)
}

type Stage = (Vec<Block>, Vec<f64>);

fn first_stage(
    design: &Design,
    form: QuadraticForm,
    kind: ReplicateKind,
    own: Option<&Vec<f64>>,
) -> Result<Stage, Error> {
    let (mut blocks, mut shares) = (Vec::new(), Vec::new());
    let mut single: Vec<StratumId> = Vec::new();
    for (stratum, id) in design.frame.stratum_ids() {
        let psus = design.frame.psus_of(stratum);
        let (units, fraction) = (psus.len(), design.frame.fraction(stratum));
        let drawn = Drawn { units, fraction, own: own.map(|own| &own[psus]), share: 1.0, form };
        shares.extend(drawn.shares());
        match drawn.map() {
            Some(map) => blocks.push(Block { parent: 0, units, map }),
            None => single.push(id),
        }
    }
    match single.first() {
        None => Ok((blocks, shares)),
        Some(&first) => Err(ReplicateError::SinglePsu { kind, count: single.len(), first }.into()),
    }
}

fn later_stage(
    design: &Design,
    at: usize,
    own: Option<&Vec<f64>>,
    before: &[f64],
) -> Result<Stage, Error> {
    let stage = &design.later[at];
    let (mut blocks, mut shares) = (Vec::new(), Vec::new());
    for (parent, &share) in before.iter().enumerate() {
        for stratum in stage.strata_of(parent) {
            let within = stage.units_of(stratum);
            let (units, fraction) = (within.len(), stage.fraction[stratum]);
            let form = QuadraticForm::Design;
            let drawn = Drawn { units, fraction, own: own.map(|own| &own[within]), share, form };
            shares.extend(drawn.shares());
            let map = drawn.map().ok_or(ReplicateError::SingleUnit { stage: at + 2 })?;
            blocks.push(Block { parent, units, map });
        }
    }
    Ok((blocks, shares))
}

/// Blocks of PSUs with joint probabilities.
fn joint(design: &Design, pairs: &Pairs, variance: PpsVariance) -> Result<Vec<Block>, Error> {
    let strata = match pairs {
        Pairs::Known(_) => std::iter::once(0..design.psus()).collect::<Vec<_>>(),
        _ => (0..design.strata()).map(|stratum| design.frame.psus_of(stratum)).collect(),
    };
    let block = |psus: std::ops::Range<usize>| {
        let (units, start) = (psus.len(), psus.start);
        let n = units as f64;
        let mut form = Matrix::from_fn(units, units, |a, b| pairs.within(start + a, start + b, n));
        if variance == PpsVariance::YatesGrundy {
            for unit in 0..units {
                form[(unit, unit)] -= form.row(unit).sum();
            }
        }
        Ok(Block { parent: 0, units, map: dense(form)? })
    };
    strata.into_iter().map(block).collect()
}

/// A square root of a form: eigenvectors times roots of eigenvalues.
fn dense(form: Matrix) -> Result<Map, Error> {
    const ROUNDING: f64 = 1e-10;
    let units = form.nrows();
    let eigen = form.symmetric_eigen();
    let largest = eigen.eigenvalues.amax();
    let smallest = eigen.eigenvalues.min();
    if smallest < -ROUNDING * largest {
        return Err(ReplicateError::NotPositive { eigenvalue: smallest, units }.into());
    }
    let kept: Vec<usize> =
        (0..units).filter(|&at| eigen.eigenvalues[at] > ROUNDING * largest).collect();
    if kept.is_empty() {
        return Ok(Map::Fixed);
    }
    let mut map = eigen.eigenvectors.select_columns(&kept);
    for (mut column, &at) in map.column_iter_mut().zip(&kept) {
        column *= eigen.eigenvalues[at].sqrt();
    }
    Ok(Map::Dense(map))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// M M', from what M does to each unit vector.
    fn square(map: &Map, units: usize) -> Matrix {
        let columns = map.columns(units);
        let mut all = Matrix::zeros(units, columns);
        for column in 0..columns {
            let mut e = vec![0.0; columns];
            e[column] = 1.0;
            let mut to = vec![0.0; units];
            map.add(&e, &mut to);
            all.set_column(column, &nalgebra::DVector::from_vec(to));
        }
        &all * all.transpose()
    }

    fn near(one: &Matrix, two: &Matrix) {
        assert!((one - two).amax() < 1e-13, "{one} {two}");
    }

    #[test]
    fn contrasts_have_the_covariance_of_a_simple_random_sample() {
        for units in 2..7 {
            let n = units as f64;
            let expected =
                Matrix::from_fn(units, units, |a, b| 3.0 * (f64::from(a == b) - 1.0 / n));
            near(&square(&Map::Contrasts(3_f64.sqrt()), units), &expected);
            let roots = vec![1.0; units];
            near(&square(&Map::Own { scale: 3_f64.sqrt(), roots }, units), &expected);
        }
    }

    /// `z'Sz` is a sum of squared differences: of three units in a row, and round.
    #[test]
    fn differences_of_neighbours_are_squared() {
        let open = Matrix::from_row_slice(3, 3, &[1.0, -1.0, 0.0, -1.0, 2.0, -1.0, 0.0, -1.0, 1.0]);
        near(&square(&Map::Differences { scale: 1.0, closed: false }, 3), &open);
        let round =
            Matrix::from_row_slice(3, 3, &[2.0, -1.0, -1.0, -1.0, 2.0, -1.0, -1.0, -1.0, 2.0]);
        near(&square(&Map::Differences { scale: 1.0, closed: true }, 3), &round);
        let pair = Matrix::from_row_slice(2, 2, &[2.0, -2.0, -2.0, 2.0]);
        near(&square(&Map::Differences { scale: 1.0, closed: true }, 2), &pair);
    }

    #[test]
    fn a_form_has_a_root_unless_it_can_be_negative() {
        let form = Matrix::from_row_slice(2, 2, &[2.0, -2.0, -2.0, 2.0]);
        let map = dense(form.clone()).unwrap();
        assert_eq!(map.columns(2), 1);
        near(&square(&map, 2), &form);
        let negative = dense(Matrix::from_row_slice(2, 2, &[0.0, 1.0, 1.0, 0.0]));
        assert!(negative.is_err_and(|error| error.code() == "GKO-S177"));
        assert!(matches!(dense(Matrix::zeros(2, 2)), Ok(Map::Fixed)));
    }
}
