//! From the design of a request to a design of the engine.

use gko_survey::{Design, DesignBuilder, Population, Pps, Stage, StratumId};

use crate::estimate::error::Error;
use crate::estimate::frame::{Factor, Frame, MISSING};
use crate::estimate::joint::Joint;
use crate::estimate::request::{DesignSpec, PopulationSpec, PpsSpec, StageSpec};

/// The columns of a stage.
struct StageColumns {
    unit: Option<Factor>,
    stratum: Option<Factor>,
    counts: Option<Vec<f64>>,
    fractions: Option<Vec<f64>>,
}

impl StageColumns {
    fn new(frame: &Frame, spec: &StageSpec, at: usize) -> Result<Self, Error> {
        let place = format!("/design/stages/{at}");
        let codes = |name: &Option<String>, what: &str| match name {
            None => Ok(None),
            Some(name) => codes(frame, name, &format!("{place}/{what}")).map(Some),
        };
        let place = format!("{place}/population");
        let (mut counts, mut fractions) = (None, None);
        match &spec.population {
            Some(PopulationSpec::Counts(name)) => {
                counts = Some(frame.number(name, &place)?.to_vec());
            }
            Some(PopulationSpec::Fractions(name)) => {
                fractions = Some(frame.number(name, &place)?.to_vec());
            }
            None => {}
        }
        let (unit, stratum) = (codes(&spec.unit, "unit")?, codes(&spec.stratum, "stratum")?);
        Ok(Self { unit, stratum, counts, fractions })
    }

    fn stage(&self) -> Stage<'_> {
        let unit = self.unit.as_ref();
        let mut stage = unit.map_or_else(Stage::elements, |unit| Stage::units(&unit.codes));
        if let Some(stratum) = &self.stratum {
            stage = stage.strata(&stratum.codes);
        }
        if let Some(counts) = &self.counts {
            stage = stage.population(Population::Counts(counts));
        }
        if let Some(fractions) = &self.fractions {
            stage = stage.population(Population::Fractions(fractions));
        }
        stage
    }
}

/// A column of the design: every row needs a value.
fn codes(frame: &Frame, name: &str, place: &str) -> Result<Factor, Error> {
    let factor = frame.factor(name, place)?;
    match factor.codes.iter().filter(|&&code| code == MISSING).count() {
        0 => Ok(factor),
        count => {
            let message =
                format!("{count} rows have no value of `{name}`; a design needs one for each row");
            Err(Error::invalid(place, message))
        }
    }
}

/// The design of a request, with other weights than its own where they were trimmed.
pub(crate) fn design(
    frame: &Frame,
    spec: &DesignSpec,
    weights: Option<&[f64]>,
    joint: Option<&Joint>,
) -> Result<Design, Error> {
    let stages = spec.stages.iter().enumerate();
    let stages: Vec<StageColumns> =
        stages.map(|(at, stage)| StageColumns::new(frame, stage, at)).collect::<Result<_, _>>()?;
    let sample = spec.sample.as_ref().map(|name| codes(frame, name, "/design/sample"));
    let sample = sample.transpose()?;
    let mut builder = Design::builder(frame.rows())
        .psu_labels(spec.psu_labels.into())
        .missing_weights(spec.missing_weights.into());
    match &spec.pps {
        None => {}
        Some(PpsSpec::Brewer) => builder = builder.pps(Pps::Brewer),
        Some(PpsSpec::Overton(variance)) => {
            builder = builder.pps(Pps::Overton((*variance).into()));
        }
        Some(PpsSpec::HartleyRao { squares, variance }) => {
            let column = |name: &String| frame.number(name, "/design/pps/hartley_rao/squares");
            let squares = squares.as_ref().map(column).transpose()?;
            builder = builder.pps(Pps::HartleyRao { squares, variance: (*variance).into() });
        }
        Some(PpsSpec::Joint { .. }) => {
            if let Some(joint) = joint {
                builder = builder.pps(joint.pps());
            }
        }
    }
    for stage in &stages {
        builder = builder.stage(stage.stage());
    }
    if let Some(sample) = &sample {
        builder = builder.samples(&sample.codes);
    }
    if let Some(weights) = weights {
        return Ok(collapsed(builder, spec, sample.as_ref(), &stages)?.weights(weights).build()?);
    }
    match (&spec.weights, &spec.probabilities) {
        (Some(_), Some(_)) => {
            let message = "give either `weights` or `probabilities`";
            return Err(Error::invalid("/design", message));
        }
        (Some(name), None) => builder = builder.weights(weights_of(frame, name)?),
        (None, Some(name)) => {
            builder = builder.probabilities(frame.number(name, "/design/probabilities")?);
        }
        (None, None) => {}
    }
    Ok(collapsed(builder, spec, sample.as_ref(), &stages)?.build()?)
}

/// Weights; a message must not tell the value of a row, whatever column is named.
fn weights_of<'a>(frame: &'a Frame, name: &str) -> Result<&'a [f64], Error> {
    let place = "/design/weights";
    let weights = frame.number(name, place)?;
    if weights.iter().any(|&weight| weight < 0.0 || weight.is_infinite()) {
        let message = format!(
            "`{name}` has negative or infinite values; a weight is a number of at least 0, correct it or leave it blank with `missing_weights` set to `exclude`"
        );
        return Err(Error::invalid(place, message));
    }
    Ok(weights)
}

fn collapsed<'a>(
    mut builder: DesignBuilder<'a>,
    spec: &DesignSpec,
    sample: Option<&Factor>,
    stages: &[StageColumns],
) -> Result<DesignBuilder<'a>, Error> {
    for (at, collapse) in spec.collapse.iter().enumerate() {
        let place = format!("/design/collapse/{at}");
        let (from, into) = neighbours(collapse, sample, stages, &place)?;
        builder = builder.collapse(from, into);
    }
    Ok(builder)
}

fn neighbours(
    collapse: &crate::estimate::request::CollapseSpec,
    sample: Option<&Factor>,
    stages: &[StageColumns],
    place: &str,
) -> Result<(StratumId, u32), Error> {
    let stratum = stages.first().and_then(|stage| stage.stratum.as_ref());
    let stratum = stratum.ok_or_else(|| Error::invalid(place, "the first stage has no strata"))?;
    let sample = match (sample, &collapse.sample) {
        (None, None) => 0,
        (Some(factor), Some(name)) => factor.code_of("sample", name, place)?,
        _ => {
            let message =
                "name the `sample` of the stratum where samples are combined, and not else";
            return Err(Error::invalid(place, message));
        }
    };
    let from = stratum.code_of("stratum", &collapse.stratum, place)?;
    let into = stratum.code_of("stratum", &collapse.into, place)?;
    Ok((StratumId { sample, stratum: from }, into))
}
