//! One step of calibration, made ready to be applied to any weights.

use std::collections::BTreeMap;

use gko_survey::Matrix;
use gko_survey::calibration::{
    CalibrateOptions, Calibrated, EmptyCells, Margin, PostStratifyOptions, RakeOptions, Raking,
    calibrate, post_stratify,
};
use gko_survey::regression::{Contrasts, Layout};

use crate::estimate::derive::cross;
use crate::estimate::error::Error;
use crate::estimate::frame::{Factor, Frame, MISSING, named};
use crate::estimate::models;
use crate::estimate::request::{
    CalibrateSpec, CalibrationStep, PostStratifySpec, RakeSpec, StandardiseSpec,
};

/// A step with its columns.
pub(crate) enum Step {
    /// Cells and their counts.
    Cells { codes: Vec<u32>, targets: Vec<f64>, empty: EmptyCells },
    /// Margins with their counts.
    Margins(Raking),
    /// Auxiliaries and their totals.
    Totals(Totals),
    /// Cells within groups, and the part of each in its group.
    Composition { cells: Factor, groups: Factor, parts: Vec<f64>, group: Vec<u32> },
}

/// Auxiliaries and their totals.
pub(crate) struct Totals {
    matrix: Matrix,
    targets: Vec<f64>,
    spec: CalibrateSpec,
    variance: Option<Vec<f64>>,
    cluster: Option<Vec<u32>>,
}

impl Step {
    pub(crate) fn new(frame: &Frame, step: &CalibrationStep, place: &str) -> Result<Self, Error> {
        match step {
            CalibrationStep::PostStratify(spec) => cells(frame, spec, place),
            CalibrationStep::Rake(spec) => margins(frame, spec, place),
            CalibrationStep::Calibrate(spec) => totals(frame, spec, place),
            CalibrationStep::Standardise(spec) => composition(frame, spec, place),
            CalibrationStep::Trim(_) => Err(Error::invalid(place, "`trim` stands first")),
        }
    }

    /// The calibrated weights alone, as a replicate needs them.
    pub(crate) fn weights(&self, weights: &[f64]) -> Result<Vec<f64>, gko_survey::Error> {
        match self {
            Self::Margins(raking) => raking.apply(weights),
            _ => Ok(self.apply(weights)?.weights),
        }
    }

    /// Calibrates weights.
    pub(crate) fn apply(&self, weights: &[f64]) -> Result<Calibrated, gko_survey::Error> {
        match self {
            Self::Cells { codes, targets, empty } => {
                let options = PostStratifyOptions { empty: *empty };
                post_stratify(weights, codes, targets, &options)
            }
            Self::Margins(raking) => raking.calibrate(weights),
            Self::Totals(totals) => totals.apply(weights),
            Self::Composition { cells, groups, parts, group } => {
                let mut sums = vec![0.0; groups.levels.len()];
                for (&code, weight) in groups.codes.iter().zip(weights) {
                    if let Some(sum) = sums.get_mut(code as usize) {
                        *sum += weight;
                    }
                }
                let sum = |group: &u32| sums.get(*group as usize).copied().unwrap_or(0.0);
                let targets: Vec<f64> =
                    parts.iter().zip(group).map(|(part, group)| part * sum(group)).collect();
                let options = PostStratifyOptions { empty: EmptyCells::LeaveOut };
                post_stratify(weights, &cells.codes, &targets, &options)
            }
        }
    }
}

impl Totals {
    fn apply(&self, weights: &[f64]) -> Result<Calibrated, gko_survey::Error> {
        let options = CalibrateOptions {
            distance: self.spec.distance.0,
            bounds: self.spec.bounds.map(|[low, high]| (low, high)),
            heteroscedasticity: self.variance.as_deref(),
            cluster: self.cluster.as_deref(),
            ..CalibrateOptions::default()
        };
        calibrate(weights, &self.matrix, &self.targets, &options)
    }
}

/// The targets of levels, every level with one; a target of no level is refused.
/// Messages name the public levels alone: others few rows have.
fn targets(
    name: &str,
    levels: &[String],
    public: &[String],
    given: &BTreeMap<String, f64>,
    place: &str,
) -> Result<Vec<f64>, Error> {
    if let Some(got) = given.keys().find(|key| !levels.contains(key)) {
        return Err(Error::UnknownLevel {
            place: place.to_owned(),
            column: name.to_owned(),
            got: got.clone(),
            valid: public.to_vec(),
        });
    }
    let one = |level: &String| {
        given.get(level).copied().ok_or_else(|| {
            let level = named(level, public);
            Error::invalid(place, format!("{level} of `{name}` has no target"))
        })
    };
    levels.iter().map(one).collect()
}

fn cells(frame: &Frame, spec: &PostStratifySpec, place: &str) -> Result<Step, Error> {
    let place = format!("{place}/post_stratify");
    let factor = known(cross(frame, &spec.columns, &place)?, &spec.columns.join("."), &place)?;
    let (mut levels, public) = (factor.levels.clone(), factor.public_levels());
    if spec.empty.0 == EmptyCells::LeaveOut {
        let more: Vec<String> =
            spec.targets.keys().filter(|key| !levels.contains(key)).cloned().collect();
        levels.extend(more);
    }
    let targets = targets(&spec.columns.join("."), &levels, &public, &spec.targets, &place)?;
    Ok(Step::Cells { codes: factor.codes, targets, empty: spec.empty.0 })
}

fn margins(frame: &Frame, spec: &RakeSpec, place: &str) -> Result<Step, Error> {
    let mut columns = Vec::new();
    for (at, margin) in spec.margins.iter().enumerate() {
        let place = format!("{place}/rake/margins/{at}");
        let factor = frame.factor(&margin.column, &place)?;
        let factor = known(factor, &margin.column, &place)?;
        let public = factor.public_levels();
        let targets = targets(&margin.column, &factor.levels, &public, &margin.targets, &place)?;
        columns.push((&margin.column, factor.codes, targets));
    }
    let margins: Vec<Margin<'_>> =
        columns.iter().map(|(name, codes, targets)| Margin::new(name, codes, targets)).collect();
    let default = RakeOptions::default();
    let options = RakeOptions {
        tolerance: spec.tolerance.unwrap_or(default.tolerance),
        max_iterations: spec.max_iterations.unwrap_or(default.max_iterations),
    };
    Ok(Step::Margins(Raking::new(frame.rows(), &margins, &options)?))
}

/// A factor that every row has a level of.
fn known(factor: Factor, name: &str, place: &str) -> Result<Factor, Error> {
    match factor.codes.iter().filter(|&&code| code == MISSING).count() {
        0 => Ok(factor),
        count => {
            let message = format!(
                "{count} rows have no value of `{name}`; calibration needs one for each row"
            );
            Err(Error::invalid(place, message))
        }
    }
}

fn totals(frame: &Frame, spec: &CalibrateSpec, place: &str) -> Result<Step, Error> {
    let place = format!("{place}/calibrate");
    let terms = models::terms(&spec.terms);
    let own = models::columns(frame, &spec.terms, &place)?;
    let variables = own.variables(&BTreeMap::new(), &place)?;
    let layout =
        Layout::new(&variables, &terms, Contrasts::Treatment).map_err(gko_survey::Error::from)?;
    let matrix = layout.matrix(&variables).map_err(gko_survey::Error::from)?;
    let names = layout.names();
    let targets = targets("the model matrix", &names, &names, &spec.totals, &place)?;
    let variance = spec.variance.as_ref();
    let variance =
        variance.map(|name| frame.number(name, &place).map(<[f64]>::to_vec)).transpose()?;
    let cluster = spec.cluster.as_ref();
    let cluster =
        cluster.map(|name| frame.factor(name, &place).map(|one| one.codes)).transpose()?;
    Ok(Step::Totals(Totals { matrix, targets, spec: spec.clone(), variance, cluster }))
}

fn composition(frame: &Frame, spec: &StandardiseSpec, place: &str) -> Result<Step, Error> {
    let place = format!("{place}/standardise");
    let own = cross(frame, &spec.columns, &place)?;
    let groups = match spec.over.is_empty() {
        true => Factor { codes: vec![0; frame.rows()], levels: vec![String::new()] },
        false => cross(frame, &spec.over, &place)?,
    };
    let (name, public) = (spec.columns.join("."), own.public_levels());
    let parts = targets(&name, &own.levels, &public, &spec.population, &place)?;
    let sum: f64 = parts.iter().sum();
    let code = |(&own, &group): (&u32, &u32)| match own == MISSING || group == MISSING {
        true => MISSING,
        false => crate::estimate::frame::place_of(group as usize * parts.len() + own as usize),
    };
    let codes: Vec<u32> = own.codes.iter().zip(&groups.codes).map(code).collect();
    let cells = known(Factor { codes, levels: Vec::new() }, "the composition", &place)?;
    let each = groups.levels.len();
    let group = (0..each).flat_map(|group| {
        std::iter::repeat_n(crate::estimate::frame::place_of(group), parts.len())
    });
    let group = group.collect();
    let all = (0..each).flat_map(|_| parts.iter().map(|part| part / sum)).collect();
    Ok(Step::Composition { cells, groups, parts: all, group })
}
