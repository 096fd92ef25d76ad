//! From a design to a survey: trimmed, calibrated, with replicate weights.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use gko_microdata::{Cells, Table, path_within};
use gko_survey::calibration::{TrimOptions, trim};
use gko_survey::{
    Design, FiniteCorrection, Generalised, GivenWeights, Jackknife, ReplicateKind, Replicates,
    Scales, Survey, Taylor,
};

use crate::estimate::calibration::Step;
use crate::estimate::error::Error;
use crate::estimate::frame::Frame;
use crate::estimate::joint::Joint;
use crate::estimate::request::{
    CalibrationStep, DesignSpec, GivenSpec, ReplicatesSpec, Request, TrimSpec,
};
use crate::estimate::{formats, sample, targets};

/// Most replicates that are made.
const MOST: usize = 10_000;

/// The survey of a request, its weights changed step by step.
pub(crate) fn survey(frame: &Frame, request: &Request, folder: &Path) -> Result<Survey, Error> {
    let calibration = targets::filled(request, folder)?;
    let (trims, steps) = split(&calibration)?;
    let joint = Joint::of(frame, request, folder)?;
    let mut design = sample::design(frame, &request.design, None, joint.as_ref())?;
    let mut weights = design.row_weights();
    for one in &trims {
        weights = trimmed(&weights, one)?;
    }
    let excluded = excluded(frame, steps)?;
    weights.iter_mut().zip(&excluded).filter(|(_, out)| **out).for_each(|(w, _)| *w = 0.0);
    if weights != design.row_weights() {
        design = sample::design(frame, &request.design, Some(&weights), joint.as_ref())?;
    }
    let mut survey = match &request.replicates {
        None => Survey::linearised(Arc::new(design), taylor(&request.design)),
        Some(spec) => Survey::replicated(replicates(&design, request, spec, frame, folder)?),
    };
    for (at, step) in steps.iter().enumerate() {
        let step = Step::new(frame, step, &format!("/calibration/{}", trims.len() + at))?;
        survey = calibrated(&survey, &step)?;
    }
    Ok(survey)
}

fn taylor(spec: &DesignSpec) -> Taylor {
    Taylor {
        single_psu: spec.single_psu.into(),
        domain_single_psu: spec.domain_single_psu.map(Into::into),
        stages: spec.variance_stages.into(),
    }
}

/// The steps that trim, and those after them.
fn split(steps: &[CalibrationStep]) -> Result<(Vec<&TrimSpec>, &[CalibrationStep]), Error> {
    let first = steps.iter().take_while(|step| matches!(step, CalibrationStep::Trim(_))).count();
    let (trims, rest) = steps.split_at(first);
    if let Some(at) = rest.iter().position(|step| matches!(step, CalibrationStep::Trim(_))) {
        let message = "weights are trimmed before they are calibrated; move `trim` to the front";
        return Err(Error::invalid(&format!("/calibration/{}", first + at), message));
    }
    let trims = trims.iter().filter_map(|step| match step {
        CalibrationStep::Trim(spec) => Some(spec),
        _ => None,
    });
    Ok((trims.collect(), rest))
}

fn trimmed(weights: &[f64], spec: &TrimSpec) -> Result<Vec<f64>, Error> {
    let options = TrimOptions {
        lower: spec.lower,
        upper: spec.upper.unwrap_or(f64::INFINITY),
        strict: spec.strict,
        ..TrimOptions::default()
    };
    Ok(trim(weights, &options)?.weights)
}

/// Rows that a standardisation leaves out since they lack a value.
fn excluded(frame: &Frame, steps: &[CalibrationStep]) -> Result<Vec<bool>, Error> {
    let mut out = vec![false; frame.rows()];
    for step in steps {
        let CalibrationStep::Standardise(spec) = step else { continue };
        for name in &spec.excluding_missing {
            let present = frame.present(name, "/calibration/standardise/excluding_missing")?;
            out.iter_mut().zip(present).for_each(|(out, present)| *out |= !present);
        }
    }
    Ok(out)
}

fn calibrated(survey: &Survey, step: &Step) -> Result<Survey, Error> {
    match survey.replicates() {
        None => Ok(survey.calibrated(step.apply(survey.weights())?)?),
        Some(replicates) => {
            let all = replicates.recalibrated(|weights| step.weights(weights))?;
            Ok(Survey::replicated(all))
        }
    }
}

fn replicates(
    design: &Design,
    request: &Request,
    spec: &ReplicatesSpec,
    frame: &Frame,
    folder: &Path,
) -> Result<Replicates, Error> {
    let mut all = match &spec.given {
        Some(given) => {
            let columns = columns(given, request, frame, folder)?;
            let scales = scales(spec, given, columns.len())?;
            let weights = match given.combined {
                true => GivenWeights::Analysis(&columns),
                false => GivenWeights::Factors(&columns),
            };
            Replicates::given(&design.row_weights(), weights, scales)?
        }
        None => made(design, request, spec)?,
    };
    if let Some(mse) = spec.mse {
        all = all.with_mse(mse);
    }
    match spec.df {
        Some(df) => Ok(all.with_df(df)?),
        None => Ok(all),
    }
}

/// Replicate weights made from the design.
fn made(design: &Design, request: &Request, spec: &ReplicatesSpec) -> Result<Replicates, Error> {
    let correction = || match spec.population_correction {
        true => FiniteCorrection::OfDesign,
        false => FiniteCorrection::None,
    };
    let jackknife =
        || Jackknife { correction: correction(), single_psu: request.design.single_psu.into() };
    let place = "/replicates";
    let count = || match spec.count {
        Some(count) if count <= MOST => Ok(count),
        Some(count) => {
            let message = format!("`count` is {count}; at most {MOST} replicates are made");
            Err(Error::invalid(place, message))
        }
        None => Err(Error::invalid(place, "give `count`, the number of replicates")),
    };
    let seed = || {
        spec.seed.ok_or_else(|| {
            Error::invalid(place, "give `seed`, so that the same request gives the same weights")
        })
    };
    Ok(match spec.method.0 {
        ReplicateKind::Jk1 => Replicates::jk1(design, jackknife())?,
        ReplicateKind::Jkn => Replicates::jkn(design, jackknife())?,
        ReplicateKind::Jk2 => Replicates::jk2(design, spec.seed)?,
        ReplicateKind::Brr => Replicates::brr(design)?,
        ReplicateKind::Fay => {
            let rho = spec.rho.ok_or_else(|| Error::invalid(place, "give `rho`, such as 0.3"))?;
            Replicates::fay(design, rho)?
        }
        ReplicateKind::Bootstrap => {
            Replicates::canty_davison(design, count()?, seed()?, correction())?
        }
        ReplicateKind::Subbootstrap => Replicates::rao_wu(design, count()?, seed()?)?,
        ReplicateKind::MultistageBootstrap => {
            Replicates::multistage_bootstrap(design, count()?, seed()?)?
        }
        ReplicateKind::SuccessiveDifference => {
            Replicates::successive_differences(design, count()?)?
        }
        ReplicateKind::GeneralisedBootstrap => {
            Replicates::generalised(design, count()?, seed()?, Generalised::default())?
        }
        ReplicateKind::GeneralisedReplication => {
            Replicates::generalised_replication(design, Generalised::default())?
        }
        _ => return Err(Error::invalid(place, "weights made in another way must be `given`")),
    })
}

/// The columns of given weights.
fn columns(
    given: &GivenSpec,
    request: &Request,
    frame: &Frame,
    folder: &Path,
) -> Result<Vec<Vec<f64>>, Error> {
    let place = "/replicates/given";
    if given.prefix.is_some() != given.count.is_some() {
        let message = "`prefix` and `count` go together: columns `rep1` to `rep80` are prefix `rep`, count 80";
        return Err(Error::invalid(place, message));
    }
    let mut names = given.names();
    if names.is_empty() && given.file.is_none() {
        return Err(Error::invalid(place, "name `columns`, a `prefix` and `count`, or a `file`"));
    }
    let Some(file) = &given.file else {
        return names.iter().map(|name| Ok(frame.number(name, place)?.to_vec())).collect();
    };
    let path = path_within(folder, file)?;
    let format = formats::of(&request.data, file)?;
    if names.is_empty() {
        let none = BTreeSet::new();
        names = Table::read(&path, &format, &none, &request.data.missing)?.header().to_vec();
    }
    let wanted = names.iter().cloned().collect();
    let table = Table::read(&path, &format, &wanted, &request.data.missing)?;
    if table.rows() != frame.rows() {
        let message =
            format!("`{file}` has {} rows and the data have {}", table.rows(), frame.rows());
        return Err(Error::invalid(place, message));
    }
    let column = |name: &String| match table.column(name) {
        Some(Cells::Numbers(values)) => Ok(values.clone()),
        _ => Err(Error::invalid(place, format!("`{file}` has no numbers in a column `{name}`"))),
    };
    names.iter().map(column).collect()
}

fn scales(spec: &ReplicatesSpec, given: &GivenSpec, count: usize) -> Result<Scales, Error> {
    let kind = spec.method.0;
    let rscales = || match given.rscales.is_empty() {
        true => vec![1.0; count],
        false => given.rscales.clone(),
    };
    Ok(match (given.scale, kind) {
        (Some(scale), _) => Scales::new(kind, scale, rscales()),
        (None, ReplicateKind::Jkn) => Scales::jkn(rscales()),
        (None, ReplicateKind::Fay) => {
            let rho =
                spec.rho.ok_or_else(|| Error::invalid("/replicates", "give `rho`, such as 0.3"))?;
            Scales::fay(rho, count)?
        }
        (None, _) => Scales::standard(kind, count)?,
    })
}
