//! Values of a plan that have no meaning, whatever the data.
//!
//! # Rule
//! Ages go from the youngest to the oldest; a margin has columns, and a calibration has
//! margins; weights that miss their figures by more than a thousandth are not calibrated;
//! columns that are written have names of their own.

use super::check::refuse;
use super::document::{OutputSpec, Plan};
use super::error::PlanError;
use super::steps::{SelectionStep, Step};
use crate::calibration::MarginSpec;
use crate::population::Bridge;

/// A gap of a thousandth would show in published figures.
const LOOSEST: f64 = 1e-3;

/// Refuses values of the plan outside of its steps.
pub(super) fn of_plan(plan: &Plan) -> Result<(), PlanError> {
    ages("universe", plan.universe.ages)?;
    output(&plan.output)
}

/// Refuses values of a step.
pub(super) fn of_step(place: &str, step: &Step) -> Result<(), PlanError> {
    match step {
        Step::Selection(SelectionStep::Counts { of, universe, .. }) => {
            columns(place, of)?;
            bridge(place, universe.as_ref())
        }
        Step::PostStratify(step) => {
            margins(place, std::iter::once(&step.margin).chain(step.schemes.values()))
        }
        Step::Rake(step) => {
            some(place, step.margins.is_empty() && step.schemes.is_empty())?;
            close(place, step.tolerance)?;
            margins(place, step.margins.iter().chain(step.schemes.values().flatten()))
        }
        Step::Calibrate(step) => {
            let none = step.margins.is_empty() && step.schemes.is_empty();
            some(place, none && step.numbers.is_empty())?;
            close(place, step.tolerance)?;
            step.numbers.iter().try_for_each(|one| bridge(place, one.universe.as_ref()))?;
            margins(place, step.margins.iter().chain(step.schemes.values().flatten()))
        }
        Step::Scale(step) => bridge(place, step.universe.as_ref()),
        _ => Ok(()),
    }
}

fn ages(place: &str, [from, to]: [u8; 2]) -> Result<(), PlanError> {
    match from > to {
        true => refuse(
            place,
            &format!("`ages` go from the youngest to the oldest; write [{to}, {from}]"),
        ),
        false => Ok(()),
    }
}

fn bridge(place: &str, bridge: Option<&Bridge>) -> Result<(), PlanError> {
    bridge.and_then(|bridge| bridge.ages).map_or(Ok(()), |range| ages(place, range))
}

fn columns(place: &str, of: &[String]) -> Result<(), PlanError> {
    match of.is_empty() {
        true => refuse(
            place,
            "`of` is empty; name at least one column, such as of = [\"sex\"], or leave the margin out",
        ),
        false => Ok(()),
    }
}

fn some(place: &str, nothing: bool) -> Result<(), PlanError> {
    match nothing {
        true => refuse(place, "there is nothing to calibrate to; name at least one margin"),
        false => Ok(()),
    }
}

fn margins<'a>(
    place: &str,
    mut all: impl Iterator<Item = &'a MarginSpec>,
) -> Result<(), PlanError> {
    all.try_for_each(|margin| {
        columns(place, &margin.of)?;
        bridge(place, margin.universe.as_ref())
    })
}

fn close(place: &str, tolerance: f64) -> Result<(), PlanError> {
    match tolerance > LOOSEST {
        true => refuse(
            place,
            &format!(
                "`tolerance` is {tolerance}, expected at most {LOOSEST}: it is the relative gap that final weights may leave to their figures, and weights further off do not meet them; where figures cannot be met, collapse categories, or make a margin soft (`cost`, in `calibrate`)"
            ),
        ),
        false => Ok(()),
    }
}

fn output(output: &OutputSpec) -> Result<(), PlanError> {
    let names = [
        ("weight", &output.weight),
        ("base_weight", &output.base_weight),
        ("replicate_prefix", &output.replicate_prefix),
    ];
    if let Some((key, _)) = names.iter().find(|(_, name)| name.trim().is_empty()) {
        return refuse("output", &format!("`{key}` is empty; give it a name, or leave it out"));
    }
    match output.weight == output.base_weight {
        true => refuse(
            "output",
            &format!(
                "`weight` and `base_weight` are both called `{}`; give each a name of its own",
                output.weight
            ),
        ),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use crate::plan::Plan;

    fn message(ages: &str, rest: &str) -> String {
        let text = format!(
            "format = \"gko-weighting/1\"\ntitle = \"t\"\nyear = 2026\npopulation = \"p.csv\"\n\
             universe = {{ unit = \"children\", ages = {ages}, who = \"all\" }}\n\
             data = {{ file = \"d.csv\" }}\n{rest}"
        );
        Plan::parse(&text, "p.toml").map_or_else(|error| error.to_string(), |_| "read".to_owned())
    }

    fn step(step: &str) -> String {
        let given = "[[steps]]\nselection.given = { weights = \"w\" }\n";
        message("[9, 17]", &format!("{given}[[steps]]\n{step}\n"))
    }

    fn output(output: &str) -> String {
        let given = "[[steps]]\nselection.given = { weights = \"w\" }\n";
        message("[9, 17]", &format!("output = {output}\n{given}"))
    }

    #[test]
    fn ages_are_in_their_order() {
        let given = "[[steps]]\nselection.given = { weights = \"w\" }\n";
        assert_eq!(message("[9, 17]", given), "read");
        assert!(message("[17, 9]", given).contains("universe: `ages`"), "plan");
        let bridged = step(
            "rake.margins = [{ of = [\"sex\"], universe = { figures = \"a\", ages = [17, 9], fit = \"shares\", because = \"b\" } }]",
        );
        assert!(bridged.contains("steps 2: `ages`") && bridged.contains("[9, 17]"), "{bridged}");
    }

    #[test]
    fn a_margin_has_columns_and_a_calibration_margins() {
        assert!(step("rake.margins = [{ of = [] }]").contains("`of` is empty"));
        assert!(step("post_stratify.margin = { of = [] }").contains("`of` is empty"));
        assert!(step("rake.margins = []").contains("nothing to calibrate to"));
        assert!(step("calibrate.margins = []").contains("nothing to calibrate to"));
        assert_eq!(step("rake.margins = [{ of = [\"sex\"] }]"), "read");
    }

    #[test]
    fn a_loose_tolerance_is_refused() {
        for name in ["rake", "calibrate"] {
            let with = |value: &str| {
                step(&format!(
                    "{name} = {{ margins = [{{ of = [\"sex\"] }}], tolerance = {value} }}"
                ))
            };
            assert!(with("0.01").contains("`tolerance` is 0.01, expected at most 0.001"));
            assert_eq!(with("1e-3"), "read");
        }
    }

    #[test]
    fn columns_that_are_written_have_names() {
        assert!(output("{ weight = \"\" }").contains("`weight` is empty"));
        assert!(output("{ replicate_prefix = \" \" }").contains("`replicate_prefix` is empty"));
        let twice = output("{ weight = \"w\", base_weight = \"w\" }");
        assert!(twice.contains("both called `w`"), "{twice}");
    }

    #[test]
    fn other_selections_stand_first() {
        let again = step("selection.quota = { reason = \"r\" }");
        assert!(again.contains("`quota` stands as the first step only"), "{again}");
        let stage = "selection.stages = [{ name = \"child\", probability = \"p\" }]";
        assert_eq!(step(stage), "read");
    }

    #[test]
    fn people_stand_where_the_scale_uses_them() {
        let unused = step("scale = { to = \"mean_one\", people = \"sex\" }");
        assert!(unused.contains("does not use `people`"), "{unused}");
        assert_eq!(step("scale = { to = \"population\", people = \"sex\" }"), "read");
    }
}
