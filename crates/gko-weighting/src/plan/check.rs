//! Steps and settings that do not go together.
//!
//! # Rule
//! What can be seen of a plan without data is refused when it is read: a plan begins
//! with a selection, figures come from somewhere, a repeated calibration was made on
//! the scale of its figures, and no setting stands where nothing would look at it.

use super::document::Plan;
use super::error::PlanError;
use super::steps::{SelectionStep, Step};
use super::values;
use crate::calibration::{CalibrateStep, DistanceName, MarginSpec};
use crate::scaling::Scale;

/// Refuses a plan that has no meaning.
pub(super) fn check(plan: &Plan) -> Result<(), PlanError> {
    if !matches!(plan.steps.first(), Some(Step::Selection(_))) {
        return refuse(
            "steps",
            "the first step is a `selection`: the chances of the draw, counts of strata, weights that are given, or a quota sample",
        );
    }
    if plan.population.is_none() && plan.steps.iter().any(needs_figures) {
        return refuse("population", "a plan that calibrates names a file of population figures");
    }
    if let Some(rule) = &plan.design.single_psu {
        let known = rule.parse::<gko_survey::SinglePsu>();
        known.map_err(|error| contradiction("design", &error.to_string()))?;
    }
    values::of_plan(plan)?;
    plan.steps.iter().enumerate().try_for_each(|(at, step)| {
        let place = format!("steps {}", at + 1);
        later_selection(&place, at, step)?;
        recalibrates(&place, step, &plan.steps[..at])?;
        settings(&place, step)?;
        values::of_step(&place, step)
    })
}

fn contradiction(place: &str, message: &str) -> PlanError {
    PlanError::Contradiction { place: place.to_owned(), message: message.to_owned() }
}

pub(super) fn refuse(place: &str, message: &str) -> Result<(), PlanError> {
    Err(contradiction(place, message))
}

fn calibrates(step: &Step) -> bool {
    matches!(step, Step::PostStratify(_) | Step::Rake(_) | Step::Calibrate(_))
}

fn needs_figures(step: &Step) -> bool {
    calibrates(step) || matches!(step, Step::Selection(SelectionStep::Counts { .. }))
}

/// After the first step a selection is a stage of the draw.
fn later_selection(place: &str, at: usize, step: &Step) -> Result<(), PlanError> {
    let name = match step {
        Step::Selection(SelectionStep::Counts { .. }) => "counts",
        Step::Selection(SelectionStep::Given { .. }) => "given",
        Step::Selection(SelectionStep::Quota { .. }) => "quota",
        _ => return Ok(()),
    };
    let message = format!(
        "`{name}` stands as the first step only, since it makes the weights of the whole draw; a later selection is one of `stages`"
    );
    if at > 0 { refuse(place, &message) } else { Ok(()) }
}

/// A calibration that is repeated is there, and on the scale of its figures.
fn recalibrates(place: &str, step: &Step, before: &[Step]) -> Result<(), PlanError> {
    let Step::Trim(trim) = step else { return Ok(()) };
    if trim.recalibrate.is_none() {
        return Ok(());
    }
    let Some(last) = before.iter().rposition(calibrates) else {
        return refuse(place, "`recalibrate` repeats the calibration before it, and there is none");
    };
    match before[last..].iter().any(|step| matches!(step, Step::Scale(_))) {
        true => refuse(
            place,
            "`recalibrate` goes back to the figures, from which a `scale` led away; scale after trimming",
        ),
        false => Ok(()),
    }
}

/// No setting stands where nothing would look at it, none is missing that is needed.
fn settings(place: &str, step: &Step) -> Result<(), PlanError> {
    match step {
        Step::Selection(SelectionStep::Stages(stages)) => stages.iter().try_for_each(|stage| {
            stage.chance(&format!("{place}, stage `{}`", stage.name)).map(drop)
        }),
        Step::PostStratify(step) => {
            exact(place, std::iter::once(&step.margin).chain(step.schemes.values()))
        }
        Step::Rake(step) => {
            exact(place, step.margins.iter().chain(step.schemes.values().flatten()))
        }
        Step::Calibrate(step) => bounded(place, step),
        Step::Scale(step) => match (needs_people(step.to), step.people.is_some()) {
            (true, false) => {
                refuse(place, "this scale needs `people`, a margin of the figures that are counts")
            }
            (false, true) => refuse(
                place,
                "this scale does not use `people`; leave it out, or scale to `population` or `proportional`",
            ),
            _ => Ok(()),
        },
        _ => Ok(()),
    }
}

fn needs_people(scale: Scale) -> bool {
    matches!(scale, Scale::Population | Scale::Proportional { .. })
}

/// Raking and post-stratification meet their figures, as if these were known.
fn exact<'a>(
    place: &str,
    mut margins: impl Iterator<Item = &'a MarginSpec>,
) -> Result<(), PlanError> {
    match margins.any(|margin| margin.cost.is_some() || margin.estimated) {
        true => refuse(place, "`cost` and `estimated` are settings of `calibrate`; use that step"),
        false => Ok(()),
    }
}

fn bounded(place: &str, step: &CalibrateStep) -> Result<(), PlanError> {
    let needs = matches!(step.distance, DistanceName::Truncated | DistanceName::Logit);
    match needs && step.bounds.is_none() {
        true => refuse(
            place,
            "this distance needs `bounds`, the least and the largest factor, such as [0.3, 3]",
        ),
        false => Ok(()),
    }
}
