//! The columns of a plan: those of the file and those that it derives.

use crate::error::Error;
use crate::plan::{DeriveSpec, Plan, PlanError};
use crate::sample::Sample;

/// The sample with the derived columns, and categories in their declared order.
pub(super) fn columns(plan: &Plan, mut sample: Sample) -> Result<Sample, Error> {
    for (at, spec) in plan.derive.iter().enumerate() {
        sample = derived(sample, spec, at)?;
    }
    for (column, levels) in &plan.levels {
        sample = sample.ordered(column, levels)?;
    }
    Ok(sample)
}

fn derived(sample: Sample, spec: &DeriveSpec, at: usize) -> Result<Sample, Error> {
    match (spec.bands.is_empty(), spec.recode.is_empty()) {
        (false, true) => {
            let band = |(name, [from, to]): (&String, &[f64; 2])| (name.clone(), *from, *to);
            let bands: Vec<(String, f64, f64)> = spec.bands.iter().map(band).collect();
            let bands: Vec<(&str, f64, f64)> =
                bands.iter().map(|(name, from, to)| (name.as_str(), *from, *to)).collect();
            sample.bands(&spec.name, &spec.of, &bands)
        }
        (true, false) => {
            let names: Vec<(&str, &str)> =
                spec.recode.iter().map(|(from, to)| (from.as_str(), to.as_str())).collect();
            sample.recoded(&spec.name, &spec.of, &names)
        }
        _ => {
            let message = "give either `bands` or `recode`".to_owned();
            Err(PlanError::Contradiction { place: format!("derive {}", at + 1), message }.into())
        }
    }
}
