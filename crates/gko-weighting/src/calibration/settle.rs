//! Settling a calibration on the full sample, and applying it to any weights.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use gko_survey::calibration::{Calibrated, RakeOptions, by_group};
use gko_survey::{Matrix, ReplicateTargets, Replicates};

use super::contradiction::{Stated, contradictions};
use super::margin::{GroupMargin, Rows};
use super::problem::{Method, Number, Problem};
use super::spec::{CalibrateStep, MarginSpec, NumberSpec, PostStratifyStep, RakeStep, Totals};
use crate::error::Error;
use crate::finding::{Finding, FindingKind};
use crate::groups::{Groups, pick};
use crate::population::{Population, Targets, Universe};
use crate::sample::{Categories, Sample};

/// Totals that are nearer to one another are the same.
const SAME: f64 = 1e-9;
/// Figures that are older than this against the survey are worth a word.
const OLD: u16 = 5;

/// What a calibration is settled on.
#[derive(Clone, Copy, Debug)]
pub struct Ground<'a> {
    /// The columns.
    pub sample: &'a Sample,
    /// The groups, each of which is calibrated apart.
    pub groups: &'a Groups,
    /// The figures.
    pub population: &'a Population,
    /// Whom the survey is about.
    pub universe: &'a Universe,
    /// When it was taken.
    pub year: u16,
}

/// A calibration that is settled: codes, targets and columns of each group.
#[derive(Clone, Debug)]
pub struct Calibration {
    pub(super) names: Vec<String>,
    pub(super) rows: Vec<Vec<u32>>,
    pub(super) problems: Vec<Problem>,
    /// The relative gap that counts as none.
    pub(super) tolerance: f64,
}

impl Calibration {
    /// Settles a post-stratification.
    ///
    /// # Errors
    /// Columns and figures that are not there; findings that forbid the step.
    pub fn post_stratify(
        step: &PostStratifyStep,
        ground: &Ground<'_>,
        weights: &[f64],
    ) -> Result<(Self, Vec<Finding>), Error> {
        let scheme = |group: &str| vec![step.schemes.get(group).unwrap_or(&step.margin).clone()];
        check_groups(ground.groups, step.schemes.keys())?;
        let method = |_: &[u32], _: &[GroupMargin]| Ok(Method::PostStratify);
        let totals = Totals::Refuse;
        let settling = Settling { ground, weights, totals, numbers: &[], tolerance: 0.0 };
        settling.all(scheme, method)
    }

    /// Settles a raking.
    ///
    /// # Errors
    /// As [`Calibration::post_stratify`].
    pub fn rake(
        step: &RakeStep,
        ground: &Ground<'_>,
        weights: &[f64],
    ) -> Result<(Self, Vec<Finding>), Error> {
        let scheme = |group: &str| step.schemes.get(group).unwrap_or(&step.margins).clone();
        check_groups(ground.groups, step.schemes.keys())?;
        let (tolerance, max_iterations) = (step.tolerance, step.max_iterations);
        let options = RakeOptions { tolerance, max_iterations };
        let method = |rows: &[u32], margins: &[GroupMargin]| Method::rake(rows, margins, &options);
        let totals = step.totals;
        Settling { ground, weights, totals, numbers: &[], tolerance }.all(scheme, method)
    }

    /// Settles a regression calibration.
    ///
    /// # Errors
    /// As [`Calibration::post_stratify`]; a cluster column that is not there.
    pub fn calibrate(
        step: &CalibrateStep,
        ground: &Ground<'_>,
        weights: &[f64],
    ) -> Result<(Self, Vec<Finding>), Error> {
        let scheme = |group: &str| step.schemes.get(group).unwrap_or(&step.margins).clone();
        check_groups(ground.groups, step.schemes.keys())?;
        let cluster = step.cluster.as_ref().map(|name| ground.sample.category_column(name));
        let cluster: Option<Categories> = cluster.transpose()?;
        let method = |rows: &[u32], _: &[GroupMargin]| {
            let cluster = cluster.as_ref().map(|all| pick(&all.codes, rows));
            Ok(Method::Calibrate { step: step.clone(), columns: Vec::new(), cluster })
        };
        let CalibrateStep { totals, ref numbers, tolerance, .. } = *step;
        let settling = Settling { ground, weights, totals, numbers, tolerance };
        let (mut all, findings) = settling.all(scheme, method)?;
        let apart = all.independent(weights);
        if apart.is_empty() { Ok((all, findings)) } else { Err(Error::Unfit { findings: apart }) }
    }

    /// Chooses the auxiliaries of each group; finds figures that no weights can meet.
    fn independent(&mut self, weights: &[f64]) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (at, problem) in self.problems.iter_mut().enumerate() {
            for name in problem.independent(&pick(weights, &self.rows[at])) {
                let message = "is given by the margins before it in this sample, while its figure is not what theirs imply; leave it out, collapse it, or make it soft (cost)".to_owned();
                let kind = FindingKind::TargetsContradict;
                findings.push(Finding::new(kind, &self.names[at], &name, message));
            }
        }
        findings
    }

    /// Names of the groups, each with its margins.
    pub fn margins(&self) -> impl Iterator<Item = (&str, &[GroupMargin])> {
        let margins = self.problems.iter().map(|problem| &problem.margins[..]);
        self.names.iter().map(String::as_str).zip(margins)
    }

    /// Rows, margins and numbers of each group.
    pub(crate) fn groups(&self) -> impl Iterator<Item = CalibratedGroup<'_>> {
        let parts = self.names.iter().zip(&self.rows).zip(&self.problems);
        parts.map(|((name, rows), problem)| CalibratedGroup {
            name,
            rows,
            margins: &problem.margins,
            numbers: &problem.numbers,
        })
    }

    /// Calibrated weights of one group's rows; those of a group that has none stay.
    pub(crate) fn apply_in(&self, group: &str, weights: &[f64]) -> Result<Vec<f64>, Error> {
        match self.names.iter().position(|name| name == group) {
            Some(at) => Ok(self.problems[at].apply(weights, None)?.weights),
            None => Ok(weights.to_vec()),
        }
    }

    /// Applies the calibration to weights of all rows.
    ///
    /// # Errors
    /// What the calibration of a group refuses, with the group: first of all that it
    /// does not converge, with the worst margin, its gap and how the gap moved.
    pub fn apply(&self, weights: &[f64]) -> Result<Calibrated, Error> {
        self.apply_to(weights, None)
    }

    /// The same in a replicate, whose targets may be shifted.
    ///
    /// # Errors
    /// As [`Calibration::apply`].
    pub fn apply_to(&self, weights: &[f64], targets: Option<&[f64]>) -> Result<Calibrated, Error> {
        let parts = targets.map(|targets| self.split(targets));
        by_group(weights, &self.rows, |at, given| {
            let own = parts.as_ref().and_then(|parts| parts.get(at).copied());
            let done = self.problems[at].apply(given, own);
            done.map_err(|error| Error::in_group(&self.names[at], error))
        })
    }

    /// The targets of each replicate, where some of them are estimates: the directions in
    /// which they vary, of all groups, go to replicates of their own.
    ///
    /// # Errors
    /// Replicates about their mean; fewer replicates than directions.
    pub fn replicate_targets(
        &self,
        replicates: &Replicates,
    ) -> Result<Option<ReplicateTargets>, Error> {
        let se: Vec<Option<Vec<f64>>> =
            self.problems.iter().map(Problem::standard_errors).collect();
        if se.iter().all(Option::is_none) {
            return Ok(None);
        }
        let targets: Vec<f64> = self.problems.iter().flat_map(Problem::targets).collect();
        let own = |(problem, se): (&Problem, Option<Vec<f64>>)| {
            se.unwrap_or_else(|| vec![0.0; problem.targets().len()])
        };
        let variances: Vec<f64> =
            self.problems.iter().zip(se).flat_map(own).map(|se| se * se).collect();
        let covariance = Matrix::from_diagonal(&variances.into());
        let seed = replicates.seed().unwrap_or_default();
        Ok(Some(replicates.targets(&targets, &covariance, seed)?))
    }

    /// The targets of each group out of those of all.
    fn split<'t>(&self, mut targets: &'t [f64]) -> Vec<&'t [f64]> {
        let mut parts = Vec::new();
        for problem in &self.problems {
            let (own, rest) = targets.split_at(problem.targets().len().min(targets.len()));
            parts.push(own);
            targets = rest;
        }
        parts
    }
}

/// What one group is calibrated to.
pub(crate) struct CalibratedGroup<'a> {
    pub(crate) name: &'a str,
    pub(crate) rows: &'a [u32],
    pub(crate) margins: &'a [GroupMargin],
    pub(crate) numbers: &'a [Number],
}

fn check_groups<'a>(groups: &Groups, named: impl Iterator<Item = &'a String>) -> Result<(), Error> {
    for name in named {
        if !groups.names.contains(name) {
            return Err(Error::UnknownGroup { group: name.clone(), valid: groups.names.clone() });
        }
    }
    Ok(())
}

/// Crossings of the sample's columns, each made once for all groups.
struct Crossed<'a> {
    sample: &'a Sample,
    known: BTreeMap<Vec<String>, Categories>,
}

impl Crossed<'_> {
    fn of(&mut self, names: &[String]) -> Result<&Categories, Error> {
        Ok(match self.known.entry(names.to_vec()) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => place.insert(self.sample.crossed(names)?),
        })
    }
}

/// Everything that settling one step needs.
struct Settling<'a> {
    ground: &'a Ground<'a>,
    weights: &'a [f64],
    totals: Totals,
    numbers: &'a [NumberSpec],
    tolerance: f64,
}

impl Settling<'_> {
    fn all(
        &self,
        scheme: impl Fn(&str) -> Vec<MarginSpec>,
        method: impl Fn(&[u32], &[GroupMargin]) -> Result<Method, Error>,
    ) -> Result<(Calibration, Vec<Finding>), Error> {
        let (mut findings, mut known) = (Vec::new(), Vec::new());
        let (mut names, mut all_rows) = (Vec::new(), Vec::new());
        let mut crossed = Crossed { sample: self.ground.sample, known: BTreeMap::new() };
        for (group, rows) in self.ground.groups.iter() {
            let given = pick(self.weights, rows);
            if given.iter().all(|&weight| weight == 0.0) {
                let message = "has no row with a weight and is left as it is".to_owned();
                findings.push(Finding::new(FindingKind::Note, group, "group", message));
                continue;
            }
            let of_group = Rows { group, rows, weights: &given };
            let margins = self.margins(&scheme(group), &of_group, &mut crossed, &mut findings)?;
            known.push((margins, self.numbers(&of_group, &mut findings)?));
            names.push(group.to_owned());
            all_rows.push(rows.to_vec());
        }
        let fatal: Vec<Finding> = findings.iter().filter(|f| f.kind.is_fatal()).cloned().collect();
        if !fatal.is_empty() {
            return Err(Error::Unfit { findings: fatal });
        }
        let problem = |((margins, numbers), rows): ((Vec<GroupMargin>, _), &Vec<u32>)| {
            let method = method(rows, &margins)?;
            Ok(Problem { margins, numbers, method })
        };
        let problems = known.into_iter().zip(&all_rows).map(problem);
        let problems = problems.collect::<Result<_, Error>>()?;
        let (rows, tolerance) = (all_rows, self.tolerance);
        Ok((Calibration { names, rows, problems, tolerance }, findings))
    }

    /// The figures of a margin; where they are refused that is found, with the others.
    fn targets(
        &self,
        spec: &MarginSpec,
        group: &str,
        findings: &mut Vec<Finding>,
    ) -> Option<Targets> {
        let (name, universe) = (spec.name(), self.ground.universe);
        let population = self.ground.population;
        let mut find = |kind, message| findings.push(Finding::new(kind, group, &name, message));
        let targets = population.targets(&name, group, universe, spec.universe.as_ref());
        let targets =
            targets.map_err(|error| find(FindingKind::NoFigures, error.to_string())).ok()?;
        if let Some(bridge) = &targets.bridge {
            let found = &targets.about.universe;
            let message =
                format!("figures of {found} for a survey of {universe}: {}", bridge.because);
            find(FindingKind::OtherUniverse, message);
        }
        let (of, taken) = (targets.about.year, self.ground.year);
        if of.abs_diff(taken) > OLD {
            let message = format!("figures of {of} for a survey of {taken}");
            find(FindingKind::OldFigures, message);
        }
        Some(targets)
    }

    fn margins(
        &self,
        specs: &[MarginSpec],
        rows: &Rows<'_>,
        crossed: &mut Crossed<'_>,
        findings: &mut Vec<Finding>,
    ) -> Result<Vec<GroupMargin>, Error> {
        let known =
            |spec: &MarginSpec| Some((spec.clone(), self.targets(spec, rows.group, findings)?));
        let (specs, mut targets): (Vec<MarginSpec>, Vec<Targets>) =
            specs.iter().filter_map(known).unzip();
        let written = targets.clone();
        self.one_total(&specs, &mut targets, rows, findings);
        let stated = specs.iter().zip(&targets).zip(&written);
        let stated: Vec<Stated<'_>> =
            stated.map(|((spec, scaled), written)| Stated { spec, scaled, written }).collect();
        findings.append(&mut contradictions(rows.group, &stated));
        let mut margins = Vec::new();
        for (spec, targets) in specs.iter().zip(targets) {
            let categories = crossed.of(&spec.of)?;
            margins.push(GroupMargin::new(spec, targets, categories, rows, findings));
        }
        Ok(margins)
    }

    /// Brings all margins to the total of the first one of counts, or of the weights.
    fn one_total(
        &self,
        specs: &[MarginSpec],
        targets: &mut [Targets],
        rows: &Rows<'_>,
        findings: &mut Vec<Finding>,
    ) {
        let counts = (0..targets.len())
            .filter(|&at| !targets[at].are_shares)
            .min_by_key(|&at| (specs[at].cost.is_some(), at));
        let total = counts.map_or_else(|| rows.weights.iter().sum(), |at| targets[at].total());
        let first = counts.map_or_else(String::new, |at| specs[at].name());
        for (spec, one) in specs.iter().zip(targets) {
            let own = one.total();
            if own == 0.0 || (spec.cost.is_some() && !one.are_shares) {
                // What is 0 throughout is found later; a soft margin may be missed.
                continue;
            }
            let apart = (own - total).abs() > SAME * total.max(own);
            let mut find = |kind, message| {
                findings.push(Finding::new(kind, rows.group, &spec.name(), message))
            };
            match (apart && !one.are_shares, self.totals) {
                (true, Totals::Refuse) => find(
                    FindingKind::TotalsDiffer,
                    format!(
                        "adds up to {own}, while `{first}` adds up to {total}; use figures of one source, or let all have the total of the first (totals = \"first\")"
                    ),
                ),
                (true, Totals::First) => {
                    let factor = total / own;
                    one.multiply(factor);
                    let message = format!(
                        "adds up to {own} and was multiplied by {factor:.6}, since `{first}` adds up to {total} (totals = \"first\")"
                    );
                    find(FindingKind::Note, message);
                }
                _ => one.multiply(total / own),
            }
        }
    }

    fn numbers(&self, rows: &Rows<'_>, findings: &mut Vec<Finding>) -> Result<Vec<Number>, Error> {
        let mut all = Vec::new();
        for spec in self.numbers {
            let margin = MarginSpec {
                figures: Some(spec.figures.clone().unwrap_or_else(|| spec.of.clone())),
                universe: spec.universe.clone(),
                ..MarginSpec::of(&[&spec.of])
            };
            let Some(target) = self.targets(&margin, rows.group, findings) else { continue };
            if target.are_shares || target.values.len() != 1 {
                return Err(Error::NoTotal {
                    column: spec.of.clone(),
                    group: rows.group.to_owned(),
                });
            }
            let values = pick(self.ground.sample.number_column(&spec.of)?, rows.rows);
            let missing = |(value, weight): &(&f64, &f64)| **weight > 0.0 && !value.is_finite();
            let missing = values.iter().zip(rows.weights).filter(missing).count();
            if missing > 0 {
                let message = format!("{missing} respondents have no value; complete it");
                findings.push(Finding::new(
                    FindingKind::MissingValues,
                    rows.group,
                    &spec.of,
                    message,
                ));
            }
            let (name, cost, estimated) = (spec.of.clone(), spec.cost, spec.estimated);
            all.push(Number { name, target, values, cost, estimated });
        }
        Ok(all)
    }
}
