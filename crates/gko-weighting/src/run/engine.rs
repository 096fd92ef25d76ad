//! The engine: step after step, each recorded.

use gko_survey::calibration::Calibrated;
use gko_survey::{Design, Replicates};

use super::adjust::Done;
use super::history::{self, History, HistoryFormat, ReplicateRecord, StepRecord};
use super::met::Met;
use super::settled::Settled;
use super::weighted::Weighted;
use super::{derive, design};
use crate::calibration::{Calibration, Ground};
use crate::error::Error;
use crate::groups::Groups;
use crate::nonresponse::ResponseReport;
use crate::plan::{Plan, Step};
use crate::population::{Bridge, Population, Targets, in_words};
use crate::sample::Sample;
use crate::scaling::ScaleName;
use crate::selection::Inference;

/// How far a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// The step that begins, from 1.
    pub step: usize,
    /// How many there are.
    pub of: usize,
    /// Its name.
    pub name: &'static str,
}

/// A run on its way.
pub(super) struct State<'a> {
    pub(super) plan: &'a Plan,
    pub(super) sample: &'a Sample,
    pub(super) groups: &'a Groups,
    population: Option<&'a Population>,
    pub(super) weights: Vec<f64>,
    pub(super) base: Vec<f64>,
    pub(super) selected: bool,
    pub(super) inference: Inference,
    pub(super) scale: Option<ScaleName>,
    replicates: Option<Replicates>,
    response: Option<Vec<ResponseReport>>,
    /// Calibrations that the weights meet.
    pub(super) calibrations: Vec<Calibrated>,
    /// All calibrations, in their order.
    met: Vec<Met>,
    records: Vec<StepRecord>,
}

/// Runs a plan on a sample.
///
/// # Errors
/// Columns, categories and figures that are not there, what a step refuses (with its
/// number), what it refuses in a replicate.
///
/// # Example
/// Two girls and a boy were drawn with chance 1/10; there are 30 girls and 30 boys.
/// ```
/// use gko_weighting::plan::Plan;
/// use gko_weighting::population::Population;
/// use gko_weighting::{Sample, run::run};
///
/// let plan = Plan::parse(r#"
/// format = "gko-weighting/1"
/// title = "Three children"
/// year = 2026
/// universe = { unit = "children", ages = [9, 17], who = "all" }
/// population = "population.toml"
/// data = { file = "children.csv" }
/// [[steps]]
/// selection.stages = [{ name = "child", probability = "p" }]
/// [[steps]]
/// post_stratify.margin = { of = ["sex"] }
/// "#, "plan.toml")?;
/// let population = Population::parse_toml(r#"
/// format = "gko-population/1"
/// [[margin]]
/// margin = "sex"
/// counts = { boy = 30, girl = 30 }
/// unit = "children"
/// ages = [9, 17]
/// who = "all"
/// year = 2025
/// source = "register"
/// "#, "population.toml")?;
/// let sample = Sample::new(3)
///     .numbers("p", vec![0.1; 3])?
///     .texts("sex", &[Some("girl"), Some("girl"), Some("boy")])?;
/// let done = run(&plan, sample, Some(&population), &mut |_| ())?;
/// assert_eq!(done.base, [10.0; 3]);
/// assert_eq!(done.weights, [15.0, 15.0, 30.0]);
/// assert_eq!(done.history.steps[1].groups[0].smallest_factor, Some(1.5));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn run(
    plan: &Plan,
    sample: Sample,
    population: Option<&Population>,
    progress: &mut dyn FnMut(Progress),
) -> Result<Weighted, Error> {
    let sample = derive::columns(plan, sample)?;
    let groups = Groups::new(&sample, plan.group.as_deref())?;
    let ones = vec![1.0; sample.rows()];
    let mut state = State {
        plan,
        sample: &sample,
        groups: &groups,
        population,
        weights: ones.clone(),
        base: ones,
        selected: false,
        inference: Inference::DesignBased,
        scale: None,
        replicates: None,
        response: None,
        calibrations: Vec::new(),
        met: Vec::new(),
        records: Vec::new(),
    };
    for (at, step) in plan.steps.iter().enumerate() {
        let (number, name) = (at + 1, step.name());
        progress(Progress { step: number, of: plan.steps.len(), name });
        state.step(number, step).map_err(|source| {
            let source = Box::new(source);
            Error::InStep { number, name, source }
        })?;
    }
    let finished = state.finished()?;
    Ok(finished.weighted(plan, sample, groups))
}

impl State<'_> {
    fn step(&mut self, number: usize, step: &Step) -> Result<(), Error> {
        if !matches!(step, Step::Selection(_)) {
            self.selection_done()?;
        }
        let before = self.weights.clone();
        let (settled, detail, findings) = self.settled(step)?;
        self.weights = settled.full(&before)?;
        if let (Step::Selection(_), Settled::Factors(factors)) = (step, &settled) {
            self.base.iter_mut().zip(factors).for_each(|(base, factor)| *base *= factor);
        }
        self.carry(step, settled)?;
        let groups = history::groups(self.groups, &before, &self.weights);
        let (name, spec) = (step.name(), step.clone());
        self.records.push(StepRecord { number, name, spec, groups, findings, detail });
        Ok(())
    }

    fn settled(&mut self, step: &Step) -> Result<Done, Error> {
        match step {
            Step::Selection(step) => self.select(step),
            Step::Nonresponse(step) => self.nonresponse(step),
            Step::Trim(step) => self.trim(step),
            Step::Smooth(step) => self.smooth(step),
            Step::Scale(step) => self.scale(step),
            Step::PostStratify(_) | Step::Rake(_) | Step::Calibrate(_) => self.calibrate(step),
        }
    }

    /// Takes a step to the replicates, and notes which figures are met from now on.
    fn carry(&mut self, step: &Step, settled: Settled) -> Result<(), Error> {
        if let Some(replicates) = &self.replicates {
            self.replicates = Some(settled.replicates(replicates, &self.weights)?);
        }
        // What keeps the sum of each group keeps the name of its scale.
        let keeps = matches!(settled, Settled::Factors(_)) && !matches!(step, Step::Selection(_));
        if !keeps {
            self.scale = None;
        }
        match (step, settled) {
            (_, Settled::Calibration(last, done)) => {
                self.calibrations.push(*done);
                self.met.push(Met::new(self.records.len(), last, &self.weights));
            }
            (Step::Scale(_), _) => {}
            (_, Settled::Recalibrated(_, last)) => {
                self.calibrations = vec![last.apply(&self.weights)?];
            }
            _ => self.calibrations.clear(),
        }
        Ok(())
    }

    /// What is done once, with the weights before the first step that is no selection:
    /// response rates, and the replicates that the plan wants.
    fn selection_done(&mut self) -> Result<(), Error> {
        if self.response.is_none() {
            self.response = Some(self.response()?);
        }
        if let (Some(plan), None) = (self.plan.replicates, &self.replicates) {
            self.replicates =
                Some(plan.make(&self.design()?, design::taylor(self.plan)?.single_psu)?);
        }
        Ok(())
    }

    /// The last calibration, for trimming to repeat.
    pub(super) fn last(&self) -> Option<&Calibration> {
        self.met.last().map(Met::calibration)
    }

    fn design(&self) -> Result<Design, Error> {
        design::design(self.plan, self.sample, self.groups, &self.weights)
    }

    pub(super) fn population(&self) -> Result<&Population, Error> {
        self.population.ok_or(Error::NoPopulation)
    }

    /// The people of a group by the figures of a margin.
    pub(super) fn people(
        &self,
        margin: &str,
        group: &str,
        universe: Option<&Bridge>,
    ) -> Result<Targets, Error> {
        let targets = self.population()?.targets(margin, group, &self.plan.universe, universe)?;
        match targets.are_shares {
            false => Ok(targets),
            true => Err(Error::NotCounts { margin: margin.to_owned(), group: in_words(group) }),
        }
    }

    pub(super) fn ground(&self) -> Result<Ground<'_>, Error> {
        let (sample, groups, universe) = (self.sample, self.groups, &self.plan.universe);
        let population = self.population()?;
        Ok(Ground { sample, groups, population, universe, year: self.plan.year })
    }

    /// The PSUs of the rows, where the plan names them.
    pub(super) fn psus(&self) -> Result<Option<Vec<u32>>, Error> {
        self.plan.design.psu.as_ref().map(|psu| self.units(psu)).transpose()
    }

    /// The units of a column, told apart by group and stratum.
    pub(super) fn units(&self, unit: &String) -> Result<Vec<u32>, Error> {
        let stratum = self.plan.design.stratum.iter().filter(|stratum| *stratum != unit);
        let names: Vec<&String> = self.plan.group.iter().chain(stratum).chain([unit]).collect();
        Ok(self.sample.crossed(&names)?.codes)
    }

    /// Notes in the record of each calibration what became of its figures.
    fn lost(&mut self) {
        for met in &self.met {
            if let Some(record) = self.records.get_mut(met.record()) {
                record.findings.extend(met.lost(&self.weights));
            }
        }
    }

    fn finished(mut self) -> Result<Finished, Error> {
        self.selection_done()?;
        self.lost();
        let record =
            |replicates| self.plan.replicates.map(|made| ReplicateRecord::new(made, replicates));
        let history = History {
            format: HistoryFormat::V1,
            title: self.plan.title.clone(),
            author: self.plan.author.clone(),
            software: concat!("gko-weighting ", env!("CARGO_PKG_VERSION")).to_owned(),
            plan: None,
            data: None,
            population: None,
            weights: None,
            created: None,
            universe: self.plan.universe.clone(),
            year: self.plan.year,
            group: self.plan.group.clone(),
            inference: self.inference,
            scale: self.scale,
            response: self.response.unwrap_or_default(),
            steps: self.records,
            replicates: self.replicates.as_ref().and_then(record),
        };
        let (base, weights, replicates) = (self.base, self.weights, self.replicates);
        let (calibrations, met) = (self.calibrations, self.met);
        Ok(Finished { base, weights, replicates, history, calibrations, met })
    }
}

/// What is left of a run when its columns are given back.
struct Finished {
    base: Vec<f64>,
    weights: Vec<f64>,
    replicates: Option<Replicates>,
    history: History,
    calibrations: Vec<Calibrated>,
    met: Vec<Met>,
}

impl Finished {
    fn weighted(self, plan: &Plan, sample: Sample, groups: Groups) -> Weighted {
        let Self { base, weights, replicates, history, calibrations, met } = self;
        let plan = plan.clone();
        Weighted { sample, groups, base, weights, replicates, history, plan, calibrations, met }
    }
}
