//! Refusals that all calibrations share.

use crate::error::Error;

/// Rows, each with a finite weight of at least 0.
pub(super) fn weights(weights: &[f64]) -> Result<(), Error> {
    if weights.is_empty() {
        return Err(Error::NoRows);
    }
    match weights.iter().position(|&weight| !fits(weight)) {
        Some(row) => Err(Error::InvalidWeight { row, weight: weights[row] }),
        None => Ok(()),
    }
}

/// Whether some have a minus sign: looks at bits alone, which is fast.
pub(super) fn some_negative(weights: &[f64]) -> bool {
    weights.iter().fold(0, |bits, weight| bits | weight.to_bits()) >> 63 == 1
}

fn fits(weight: f64) -> bool {
    (0.0..f64::INFINITY).contains(&weight)
}

/// A tolerance above 0 and at least one step.
pub(super) fn steps(tolerance: f64, max_iterations: usize) -> Result<(), Error> {
    if !(tolerance.is_finite() && tolerance > 0.0) {
        return Err(setting("tolerance", "a positive number such as 1e-10", tolerance));
    }
    match max_iterations {
        0 => Err(setting("max_iterations", "at least 1", 0.0)),
        _ => Ok(()),
    }
}

/// The refusal of a setting.
pub(super) fn setting(setting: &'static str, expected: &'static str, got: f64) -> Error {
    Error::InvalidCalibrationSetting { setting, expected, got }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_that_are_none_are_refused_by_row() {
        assert_eq!(weights(&[]), Err(Error::NoRows));
        for weight in [-1.0, f64::INFINITY] {
            assert_eq!(weights(&[0.0, weight]), Err(Error::InvalidWeight { row: 1, weight }));
        }
        assert_eq!(weights(&[1.0, f64::NAN]).unwrap_err().code(), "GKO-S004");
        assert!(some_negative(&[-1.0, 2.0]) && !some_negative(&[0.0, 2.0]));
        assert_eq!(weights(&[-0.0]), Ok(()));
    }

    #[test]
    fn a_tolerance_of_nothing_and_no_step_are_refused() {
        for tolerance in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(steps(tolerance, 5).unwrap_err().code(), "GKO-S141");
        }
        assert_eq!(steps(1e-10, 0).unwrap_err().code(), "GKO-S141");
        assert_eq!(steps(1e-10, 1), Ok(()));
    }
}
