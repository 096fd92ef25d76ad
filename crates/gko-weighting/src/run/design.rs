//! The design of a plan, as the engine takes it.

use gko_survey::{Design, Population, SinglePsu, Stage, Taylor};

use crate::error::Error;
use crate::groups::Groups;
use crate::plan::Plan;
use crate::sample::{MISSING, Sample};

/// The first stage of the draw, each group a sample of its own, with weights.
pub(super) fn design(
    plan: &Plan,
    sample: &Sample,
    groups: &Groups,
    weights: &[f64],
) -> Result<Design, Error> {
    let spec = &plan.design;
    let strata = spec.stratum.as_deref().map(|name| codes(sample, name)).transpose()?;
    let psus = spec.psu.as_deref().map(|name| codes(sample, name)).transpose()?;
    let counts = spec.population.as_deref().map(|name| sample.number_column(name)).transpose()?;
    let mut stage = psus.as_ref().map_or_else(Stage::elements, |psus| Stage::units(psus));
    if let Some(strata) = &strata {
        stage = stage.strata(strata);
    }
    if let Some(counts) = counts {
        stage = stage.population(Population::Counts(counts));
    }
    let builder = Design::builder(sample.rows()).samples(&groups.codes).stage(stage);
    Ok(builder.weights(weights).build()?)
}

/// The rule of a plan for strata with one PSU.
pub(super) fn taylor(plan: &Plan) -> Result<Taylor, Error> {
    let single: Option<SinglePsu> =
        plan.design.single_psu.as_deref().map(str::parse).transpose()?;
    Ok(single.map_or_else(Taylor::default, |single_psu| Taylor { single_psu, ..Taylor::default() }))
}

/// A column of the design, which every row has.
fn codes(sample: &Sample, name: &str) -> Result<Vec<u32>, Error> {
    let all = sample.category_column(name)?;
    match all.codes.iter().filter(|&&code| code == MISSING).count() {
        0 => Ok(all.codes),
        rows => Err(Error::NoGroup { column: name.to_owned(), rows }),
    }
}
