//! Preston's rescaled bootstrap of several stages.
//!
//! # Estimator
//! Of the n units drawn in a stratum of a stage, `m = floor(n/2)` are kept,
//! without replacement; d is 1 for a kept unit and 0 for another. The factor of a
//! unit of the last stage is `1 + sum over the stages of (product of
//! sqrt(n/m)·d over the stages before) · (-l + l·(n/m)·d)`, with `l =
//! sqrt(m·F·(1 - f)/(n - m))`, f the stage's sampling fraction and F the product
//! of those before; `V = sum of (T_r - c)²/(R - 1)`.
//!
//! # Assumptions
//! n counts the units within what was kept. A stage drawn with replacement is the
//! last that varies. A factor below 0, which comes where nearly all units of a
//! stage and few within them were drawn, is refused; R keeps it. A single unit that is all there was (f = 1) is kept as it
//! is; R drops what lies within it.
//!
//! # References
//! Preston (2009) *Survey Methodology* 35, 227; R survey 4.5 `mrbweights`. The
//! draws are ours.

use std::ops::Range;

use rayon::prelude::*;

use super::bootstrap::check_replicates;
use super::draws::Draws;
use super::jackknife::refuse_single;
use super::scales::check_size;
use super::{ReplicateError, ReplicateKind, ReplicateWeights, Replicates, Scales, units_of_rows};
use crate::Matrix;
use crate::design::Design;
use crate::error::Error;
use crate::stages::LaterStage;

/// From here on a unit was drawn with certainty.
const WHOLE: f64 = 1.0 - 1e-7;

impl Replicates {
    /// Preston's rescaled bootstrap of all stages: R's "mrbbootstrap".
    ///
    /// # Example
    /// ```
    /// use gko_survey::{Design, Population, Replicates, Stage};
    ///
    /// let design = Design::builder(8)
    ///     .stage(
    ///         Stage::units(&[1, 1, 2, 2, 3, 3, 4, 4]).population(Population::Counts(&[8.0; 8])),
    ///     )
    ///     .stage(Stage::elements().population(Population::Counts(&[4.0; 8])))
    ///     .build()?;
    /// let replicates = Replicates::multistage_bootstrap(&design, 30, 7)?;
    /// // Two of four schools are kept, and one of two pupils in each: within a
    /// // school factors differ by 2·sqrt(1/2 · 1/2)·sqrt(2), or not at all.
    /// let weights = replicates.analysis_weights(0);
    /// let differ = (weights[0] - weights[1]).abs() / 4.0;
    /// assert!(differ < 1e-12 || (differ - 2_f64.sqrt()).abs() < 1e-12);
    /// # Ok::<(), gko_survey::Error>(())
    /// ```
    ///
    /// # Errors
    /// A stratum with one PSU, a unit of a later stage that was drawn alone from
    /// more than one, fewer than two replicates, a factor below 0.
    pub fn multistage_bootstrap(
        design: &Design,
        replicates: usize,
        seed: u64,
    ) -> Result<Self, Error> {
        check_replicates(replicates)?;
        refuse_single(design, ReplicateKind::MultistageBootstrap)?;
        let stages = stages(design);
        refuse_single_units(&stages)?;
        let units = design.later.last().map_or(design.psus(), LaterStage::units);
        check_size(units, replicates)?;
        let one = |replicate: usize| factors(&stages, &mut Draws::new(seed, replicate as u64));
        let mut columns: Vec<Vec<f64>> = (0..replicates).into_par_iter().map(one).collect();
        columns.iter_mut().enumerate().try_for_each(refuse_negative)?;
        let starts = match design.later.get(stages.len().wrapping_sub(2)) {
            Some(last) if stages.len() > 1 => &last.unit_start,
            _ => &design.psu_start,
        };
        let unit = units_of_rows(design, starts);
        let values = columns.into_iter().flatten();
        let multipliers = Matrix::from_iterator(starts.len() - 1, replicates, values);
        let scales = Scales::standard(ReplicateKind::MultistageBootstrap, replicates)?;
        let weights = ReplicateWeights::Units { unit, multipliers };
        Self::new(design.row_weights(), weights, scales, Some(seed))
    }
}

/// Refuses factors below 0; those that are so by rounding alone become 0.
fn refuse_negative((replicate, factors): (usize, &mut Vec<f64>)) -> Result<(), Error> {
    const ROUNDING: f64 = 1e-12;
    let factor = factors.iter().copied().fold(0.0, f64::min);
    if factor < -ROUNDING {
        return Err(ReplicateError::NegativeFactor { replicate, factor }.into());
    }
    factors.iter_mut().for_each(|factor| *factor = factor.max(0.0));
    Ok(())
}

/// A stratum of units drawn within one unit of the stage before.
struct Draw {
    parent: usize,
    units: Range<usize>,
    fraction: f64,
}

/// The stages that vary: up to the first that was drawn with replacement.
fn stages(design: &Design) -> Vec<Vec<Draw>> {
    let first = (0..design.strata()).map(|h| Draw {
        parent: 0,
        units: design.frame.psus_of(h),
        fraction: design.frame.fraction(h),
    });
    let mut stages: Vec<Vec<Draw>> = vec![first.collect()];
    for (at, stage) in design.later.iter().enumerate() {
        if stages[at].iter().all(|draw| draw.fraction == 0.0) {
            break;
        }
        let parents = stages[at].last().map_or(0, |draw| draw.units.end);
        let draws = (0..parents).flat_map(|parent| {
            stage.strata_of(parent).map(move |h| {
                let (units, fraction) = (stage.units_of(h), stage.fraction[h]);
                Draw { parent, units, fraction }
            })
        });
        stages.push(draws.collect());
    }
    stages
}

/// Later units that stand alone though they were drawn from several; within a
/// stratum with replacement they do not matter.
fn refuse_single_units(stages: &[Vec<Draw>]) -> Result<(), Error> {
    let mut matters = vec![true];
    for (at, draws) in stages.iter().enumerate() {
        let alone =
            |draw: &&Draw| matters[draw.parent] && draw.units.len() == 1 && draw.fraction < WHOLE;
        if draws.iter().any(|draw| alone(&draw)) {
            return Err(ReplicateError::SingleUnit { stage: at + 1 }.into());
        }
        let within = draws.iter().flat_map(|draw| {
            let matters = matters[draw.parent] && draw.fraction > 0.0;
            draw.units.clone().map(move |_| matters)
        });
        matters = within.collect();
    }
    Ok(())
}

/// What a unit hands down to the stage within it.
#[derive(Debug, Clone, Copy)]
struct State {
    /// The factor so far.
    factor: f64,
    /// Product of `sqrt(n/m)` over the stages, 0 where the unit was not kept.
    reach: f64,
    /// Product of the sampling fractions.
    fraction: f64,
}

/// Factors of the units of the last stage in one replicate.
fn factors(stages: &[Vec<Draw>], draws: &mut Draws) -> Vec<f64> {
    let mut states = vec![State { factor: 1.0, reach: 1.0, fraction: 1.0 }];
    for stage in stages {
        let next = stage.iter().flat_map(|draw| within(draw, states[draw.parent], draws));
        states = next.collect();
    }
    states.into_iter().map(|state| state.factor).collect()
}

/// The units of one stratum.
fn within(draw: &Draw, parent: State, draws: &mut Draws) -> Vec<State> {
    let units = draw.units.len();
    let fraction = parent.fraction * draw.fraction;
    // What was not kept varies no more, and a single unit not at all.
    if parent.reach == 0.0 || units == 1 {
        return vec![State { fraction, ..parent }; units];
    }
    let keep = units / 2;
    let (n, m) = (units as f64, keep as f64);
    let lambda = (m * parent.fraction * (1.0 - draw.fraction) / (n - m)).sqrt();
    let mut states =
        vec![State { factor: parent.factor - parent.reach * lambda, reach: 0.0, fraction }; units];
    for kept in draws.without_replacement(units as u64, keep) {
        let state = &mut states[usize::try_from(kept).unwrap_or(0)];
        state.factor += parent.reach * lambda * n / m;
        state.reach = parent.reach * (n / m).sqrt();
    }
    states
}
