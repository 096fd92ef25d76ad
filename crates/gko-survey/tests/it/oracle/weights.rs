//! Calibrated and trimmed weights, row by row.

use gko_survey::calibration::{TrimOptions, trim};

use super::{Case, Ran, designs};

/// Calibration stops at a gap of 1e-10 here and in R.
const CALIBRATED: f64 = 1e-7;

pub(crate) fn run(case: &Case) -> Ran {
    match case.group.as_str() {
        "calibration_weights" => calibrated(case),
        "trim" => trimmed(case),
        _ => return false,
    }
    true
}

fn calibrated(case: &Case) {
    let (survey, _) = designs::survey(case);
    case.close("weights", survey.weights(), CALIBRATED);
    case.close("degf", &[survey.full_df()], 0.0);
}

fn trimmed(case: &Case) {
    let (survey, _) = designs::survey(case);
    let options = TrimOptions {
        lower: 20.0,
        upper: 300.0,
        strict: case.call.contains("strict=TRUE"),
        ..TrimOptions::default()
    };
    let trimmed = trim(survey.weights(), &options).unwrap();
    case.close("weights", &trimmed.weights, 1e-10);
    case.close("degf", &[survey.full_df()], 0.0);
}
