//! Replicate weights: R's numbers where no reference case has them, identities, refusals.

mod draws;
mod edges;
mod generalised;
mod identities;
mod r_results;

use gko_survey::{Columns, Design, Domain, Estimation, Replicates, Stage, Survey, Total};

/// Rows in strata as they were drawn, one PSU each.
pub(crate) fn stratified(strata: &[u32], weights: &[f64]) -> Design {
    let stage = Stage::elements().strata(strata);
    Design::builder(strata.len()).stage(stage).weights(weights).build().unwrap()
}

/// The total of a column in all rows.
pub(crate) fn total(survey: &Survey, x: &[f64]) -> Estimation {
    let total = Total::new(Columns::new().number("x", x));
    survey.estimate(&total, &Domain::all(x.len())).unwrap()
}

/// The variance of that total from replicates.
pub(crate) fn variance(replicates: Replicates, x: &[f64]) -> f64 {
    total(&Survey::replicated(replicates), x).covariance()[(0, 0)]
}

pub(crate) fn near(got: f64, expected: f64, tolerance: f64) {
    let gap = (got - expected).abs() / expected.abs().max(1e-300);
    assert!(gap <= tolerance || got == expected, "{got} is not {expected}: {gap:e}");
}
