//! Running the stages of a pipeline, one after the other, counted.

use std::time::{SystemTime, UNIX_EPOCH};

use chrono::DateTime;
use gko_codebook::{Codebook, Unit};
use gko_disclosure::{Candidate, protect};
use gko_indicators::{BaseAccount, FigureKey, Settings, compute};
use gko_microdata::{Finding, Microdata, MissingWeight, PsuLabels, WeightScale, read_with};
use gko_report::{Manifest, Release};
use serde_json::json;

use crate::error::Error;
use crate::outcome::Outcome;
use crate::pipeline::{Pipeline, Sources, UnitPlan};

/// Where a run stands.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Step {
    /// The stage that begins.
    pub stage: Stage,
    /// What it works on.
    pub what: String,
    /// Steps done before it.
    pub done: usize,
    /// Steps in all.
    pub total: usize,
}

/// The stages, by their names in the process model of official statistics (GSBPM).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stage {
    /// Reading and binding a file.
    Integrate,
    /// Indicators and their totals.
    Aggregate,
    /// Disclosure control.
    Protect,
}

impl Stage {
    /// The stage's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Integrate => "integrate",
            Self::Aggregate => "aggregate",
            Self::Protect => "disclosure control",
        }
    }
}

impl Pipeline {
    /// Runs every stage in memory and calls `progress` before each step.
    ///
    /// Nothing is written: see [`Outcome::write`].
    ///
    /// # Errors
    ///
    /// The first stage that cannot go on; see [`Error`].
    pub fn run(&self, progress: &mut dyn FnMut(&Step)) -> Result<Outcome, Error> {
        let (created, sources) = (created()?, self.sources()?);
        let mut steps = Steps { done: 0, total: self.steps(), progress };
        let mut run = Run::default();
        for unit in &self.units {
            run.unit(self, unit, &sources, &mut steps)?;
        }
        steps.begin(Stage::Protect, "all figures together");
        Ok(run.finish(self, sources, created))
    }

    fn steps(&self) -> usize {
        let inputs: usize = self.units.iter().map(|unit| unit.inputs.len()).sum();
        inputs + self.units.len() + 1
    }
}

struct Steps<'p> {
    done: usize,
    total: usize,
    progress: &'p mut dyn FnMut(&Step),
}

impl Steps<'_> {
    fn begin(&mut self, stage: Stage, what: &str) {
        let step = Step { stage, what: what.to_owned(), done: self.done, total: self.total };
        (self.progress)(&step);
        self.done += 1;
    }
}

/// What the units of a run have come to so far.
#[derive(Default)]
struct Run {
    candidates: Vec<Candidate<FigureKey>>,
    bases: Vec<BaseAccount>,
    findings: Vec<Finding>,
    data: Vec<Microdata>,
}

impl Run {
    fn unit(
        &mut self,
        pipeline: &Pipeline,
        plan: &UnitPlan,
        sources: &Sources,
        steps: &mut Steps<'_>,
    ) -> Result<(), Error> {
        let inputs = plan.inputs(&pipeline.data_folder)?;
        let codebook = &sources.codebook;
        let mut data = read_with(&inputs, &plan.layout, codebook, &mut |input| {
            steps.begin(Stage::Integrate, &input.name);
        })?;
        no_real_country(&data, codebook)?;
        self.link(&mut data);
        steps.begin(Stage::Aggregate, &format!("indicators of the {}", data.unit()));
        let settings = Settings::new(pipeline.estimation);
        let computed = compute(&data, &sources.catalogue, codebook, &settings)?;
        self.add(computed.candidates);
        self.bases.extend(computed.bases);
        self.findings.extend(computed.findings);
        self.findings.extend(data.findings().iter().cloned());
        self.data.push(data);
        Ok(())
    }

    /// Looks for the child of each parent, where both were read.
    fn link(&self, data: &mut Microdata) {
        let children = self.data.iter().find(|earlier| earlier.unit() == Unit::Child);
        if let Some(children) = children {
            data.check_links(children);
        }
    }

    /// Adds the candidates of a unit; its groups of cells count on from the last.
    fn add(&mut self, candidates: Vec<Candidate<FigureKey>>) {
        let next = self.candidates.last().map_or(0, |last| last.group + 1);
        self.candidates.extend(candidates.into_iter().map(|candidate| candidate.shifted(next)));
    }

    fn finish(self, pipeline: &Pipeline, sources: Sources, created: String) -> Outcome {
        let table = protect(self.candidates, &pipeline.rules);
        let breakdowns = sources.catalogue.breakdowns.iter().map(|b| b.id.clone()).collect();
        let (title, synthetic) = (pipeline.title.clone(), sources.codebook.synthetic);
        let release = Release::new(title, synthetic, breakdowns, table);
        let threads = rayon::current_num_threads();
        let mut manifest = Manifest::new(&release, settings(pipeline), created, threads);
        for (name, text) in &sources.texts {
            manifest.document(name, text);
        }
        for wave in &sources.codebook.waves {
            let hash = sources.codebook.code_map_hash(&wave.id);
            manifest.code_map(&sources.codebook.study, &wave.id, &hash);
        }
        for data in &self.data {
            manifest.inputs(data.unit(), data.accounting());
        }
        manifest.bases(&self.bases, &release);
        manifest.findings(&self.findings);
        Outcome { release, manifest, bases: self.bases, findings: self.findings }
    }
}

/// Synthetic figures must not stand under the name of a real country.
fn no_real_country(data: &Microdata, codebook: &Codebook) -> Result<(), Error> {
    let mut countries = data.samples().iter().map(|sample| &sample.country);
    match countries.find(|country| codebook.synthetic && !country.is_user_assigned()) {
        Some(country) => Err(Error::SyntheticCountry { country: country.to_string() }),
        None => Ok(()),
    }
}

fn settings(pipeline: &Pipeline) -> serde_json::Value {
    let (estimation, rules) = (&pipeline.estimation, &pipeline.rules);
    json!({
        "level": estimation.level,
        "interval": estimation.interval.as_str(),
        "single_psu": estimation.single_psu.as_str(),
        "variance": "taylor linearisation, first stage with replacement",
        "minimum_n": rules.minimum_n,
        "minimum_count": rules.minimum_count,
        "reliability": rules.reliability.as_str(),
        "units": pipeline.units.iter().map(design).collect::<Vec<_>>(),
    })
}

/// The design of a unit: every part of it can change a number.
fn design(plan: &UnitPlan) -> serde_json::Value {
    let layout = &plan.layout;
    json!({
        "unit": layout.unit.to_string(),
        "id": layout.id,
        "stratum": layout.stratum,
        "psu": layout.psu,
        "weight": layout.weight,
        "weight_scale": word(&WeightScale::WORDS, layout.weight_scale),
        "psu_labels": word(&PsuLabels::WORDS, layout.psu_labels),
        "missing_weight": word(&MissingWeight::WORDS, layout.missing_weight),
        "link": layout.link,
    })
}

/// The last word that a pipeline may use for a value.
fn word<T: Copy + PartialEq>(words: &[(&'static str, T)], value: T) -> Option<&'static str> {
    words.iter().rfind(|(_, one)| *one == value).map(|(word, _)| *word)
}

/// Now, or the time that a reproducible build is given.
pub(crate) fn created() -> Result<String, Error> {
    const NAME: &str = "SOURCE_DATE_EPOCH";
    let seconds = match std::env::var_os(NAME) {
        Some(given) => given.to_str().and_then(|text| text.parse().ok()),
        None => SystemTime::now().duration_since(UNIX_EPOCH).ok().map(|since| since.as_secs()),
    };
    let moment = seconds.and_then(|seconds| i64::try_from(seconds).ok());
    let moment = moment.and_then(|seconds| DateTime::from_timestamp(seconds, 0));
    moment.map(|moment| moment.to_rfc3339()).ok_or(Error::NoTime { variable: NAME })
}
