//! Calibration on auxiliaries: weighted totals equal their targets.
//!
//! # Estimator
//! `w_i = d_i·F(x_i'λ / v_i)` with λ such that `sum of w·x = t`: d are the given
//! weights, x the auxiliaries, t their population totals, F the [`Distance`] within its
//! bounds, and v proportional to the residual variance of a row (1 if not given). Of
//! all weights that reach the targets, these are nearest to d. Linear without bounds
//! is the generalised regression estimator (GREG). With clusters, all rows of one
//! share a factor: persons of a household get one weight.
//!
//! # Assumptions
//! Auxiliaries do not depend on each other and include what should be free of scale,
//! as a rule a column of ones. Bounds leave room for the targets.
//!
//! # References
//! Deville, Särndal (1992) *JASA* 87, 376-382; Särndal, Swensson, Wretman (1992)
//! *Model Assisted Survey Sampling*, ch. 6; R survey 4.5, `calibrate` with `calfun`,
//! `bounds`, `variance` and `aggregate.stage`.

use super::adjustment::{Adjustment, Regression};
use super::distance::{Distance, Link};
use super::newton::Problem;
use super::result::Calibrated;
use super::units::{NONE, Units};
use super::{basis, checks};
use crate::Matrix;
use crate::error::{Error, same_length};

/// Settings of [`calibrate`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CalibrateOptions<'a> {
    /// The distance between given and final weights.
    pub distance: Distance,
    /// The least and the largest factor, with 1 between them; logit needs them.
    pub bounds: Option<(f64, f64)>,
    /// What the residual variance of each row is proportional to; for a ratio
    /// estimator the auxiliary itself.
    pub heteroscedasticity: Option<&'a [f64]>,
    /// The cluster of each row, all of whose rows get one factor.
    pub cluster: Option<&'a [u32]>,
    /// The largest relative gap of any total that is good enough.
    pub tolerance: f64,
    /// Newton steps after which to give up.
    pub max_iterations: usize,
}

impl Default for CalibrateOptions<'_> {
    /// Linear, without bounds, variances or clusters; a gap of 1e-10 within 100 steps.
    fn default() -> Self {
        Self {
            distance: Distance::default(),
            bounds: None,
            heteroscedasticity: None,
            cluster: None,
            tolerance: 1e-10,
            max_iterations: 100,
        }
    }
}

/// Finds weights near the given ones whose totals of the auxiliaries are the targets.
///
/// `auxiliaries` has a row for each weight and a column for each target.
///
/// # Errors
/// Lengths that differ, numbers that are none, bounds without a 1 between them, an
/// auxiliary that depends on those before it, a target that no factors within the
/// bounds can reach, and no convergence: the message names the worst auxiliary, its
/// gap, and how the gap moved.
///
/// # Example
/// The ratio estimator: with one auxiliary x to which the variance is proportional,
/// each weight is multiplied by t over the weighted total of x, here 24/12.
/// ```
/// use gko_survey::Matrix;
/// use gko_survey::calibration::{CalibrateOptions, calibrate};
///
/// let x = [1.0, 2.0, 3.0];
/// let options = CalibrateOptions { heteroscedasticity: Some(&x), ..Default::default() };
/// let done = calibrate(&[2.0; 3], &Matrix::from_column_slice(3, 1, &x), &[24.0], &options)?;
/// assert!(done.factors.iter().all(|factor| (factor - 2.0).abs() < 1e-14));
/// # Ok::<(), gko_survey::Error>(())
/// ```
pub fn calibrate(
    weights: &[f64],
    auxiliaries: &Matrix,
    targets: &[f64],
    options: &CalibrateOptions<'_>,
) -> Result<Calibrated, Error> {
    let link = Link::new(options.distance, options.bounds)?;
    check(weights, auxiliaries, targets, options)?;
    let units = Units::new(weights, auxiliaries, options.heteroscedasticity, options.cluster);
    check_reach(&units, targets, link, options.tolerance)?;
    let (units, targets, names) = without_zeros(units, targets)?;
    let triangle = basis::triangle(&weighed(&units, |unit| 1.0 / units.variance[unit]));
    let triangle = triangle.map_err(|column| dependent(names[column], auxiliaries.ncols()))?;
    let (tolerance, max_iterations) = (options.tolerance, options.max_iterations);
    let (units, targets, names) = (&units, &targets[..], &names[..]);
    let problem = Problem { units, targets, link, tolerance, max_iterations, names };
    let (by_unit, trace) = problem.solve(triangle)?;
    let factor = |&unit: &u32| if unit == NONE { 1.0 } else { by_unit[unit as usize] };
    let factors = units.of_row.iter().map(factor).collect();
    let adjustment = regression(units, &by_unit, link.is_unbounded_linear());
    Ok(Calibrated::new(weights, factors, trace, adjustment))
}

fn check(
    weights: &[f64],
    x: &Matrix,
    targets: &[f64],
    options: &CalibrateOptions<'_>,
) -> Result<(), Error> {
    checks::weights(weights)?;
    checks::steps(options.tolerance, options.max_iterations)?;
    same_length("auxiliaries", weights.len(), x.nrows())?;
    same_length("targets", x.ncols(), targets.len())?;
    if targets.is_empty() {
        return Err(Error::NothingToCalibrate);
    }
    check_targets(targets)?;
    check_auxiliaries(weights, x)?;
    if let Some(variance) = options.heteroscedasticity {
        same_length("heteroscedasticity", weights.len(), variance.len())?;
        check_variance(weights, variance)?;
    }
    options.cluster.map_or(Ok(()), |codes| same_length("cluster", weights.len(), codes.len()))
}

fn check_targets(targets: &[f64]) -> Result<(), Error> {
    let Some(at) = targets.iter().position(|target| !target.is_finite()) else {
        return Ok(());
    };
    let (margin, expected) = (format!("auxiliary {at}"), "a finite number");
    Err(Error::InvalidTarget { margin, target: targets[at], expected })
}

fn check_auxiliaries(weights: &[f64], x: &Matrix) -> Result<(), Error> {
    for auxiliary in 0..x.ncols() {
        for row in (0..x.nrows()).filter(|&row| weights[row] > 0.0) {
            let value = x[(row, auxiliary)];
            if !value.is_finite() {
                return Err(Error::InvalidAuxiliary { row, auxiliary, value });
            }
        }
    }
    Ok(())
}

fn check_variance(weights: &[f64], variance: &[f64]) -> Result<(), Error> {
    let wrong = |row: usize| !(variance[row].is_finite() && variance[row] > 0.0);
    match (0..weights.len()).find(|&row| weights[row] > 0.0 && wrong(row)) {
        Some(row) => Err(Error::InvalidHeteroscedasticity { row, value: variance[row] }),
        None => Ok(()),
    }
}

/// Refuses a target beyond what factors at their bounds would give.
fn check_reach(units: &Units, targets: &[f64], link: Link, tolerance: f64) -> Result<(), Error> {
    let (least, most) = link.range();
    for (auxiliary, &target) in targets.iter().enumerate() {
        let (mut lowest, mut highest) = (0.0, 0.0);
        let column = units.x.column(auxiliary);
        let terms = units.weight.iter().zip(column.iter()).map(|(d, x)| d * x);
        for term in terms.filter(|term| *term != 0.0) {
            lowest += term * if term > 0.0 { least } else { most };
            highest += term * if term > 0.0 { most } else { least };
        }
        let slack = tolerance * target.abs();
        if target < lowest - slack || target > highest + slack {
            return Err(Error::TargetOutOfReach { auxiliary, target, lowest, highest });
        }
    }
    Ok(())
}

/// Units with the auxiliaries that are used, their targets and positions.
type Used = (Units, Vec<f64>, Vec<usize>);

/// Leaves out auxiliaries that are 0 in every row; their targets are 0 as well.
fn without_zeros(mut units: Units, targets: &[f64]) -> Result<Used, Error> {
    let zero = |at: &usize| units.x.column(*at).iter().all(|x| *x == 0.0);
    let kept: Vec<usize> = (0..targets.len()).filter(|at| !zero(at)).collect();
    if kept.is_empty() {
        return Err(Error::NothingToCalibrate);
    }
    units.x = units.x.select_columns(&kept);
    let targets = kept.iter().map(|&at| targets[at]).collect();
    Ok((units, targets, kept))
}

/// The auxiliaries of each unit times the root of its weight and a factor of its own.
fn weighed(units: &Units, factor: impl Fn(usize) -> f64) -> Matrix {
    let mut x = units.x.clone();
    for (unit, mut row) in x.row_iter_mut().enumerate() {
        row *= (units.weight[unit] * factor(unit)).sqrt();
    }
    x
}

fn dependent(auxiliary: usize, auxiliaries: usize) -> Error {
    Error::DependentAuxiliary { auxiliary, auxiliaries }
}

/// The residual on the auxiliaries; units whose factor is 0 are left out.
fn regression(units: &Units, factors: &[f64], with_variance: bool) -> Adjustment {
    let variance = |unit: usize| if with_variance { units.variance[unit] } else { 1.0 };
    let counts = |unit: usize| if factors[unit] == 0.0 { 0.0 } else { 1.0 / variance(unit) };
    let mut basis = basis::orthonormal(weighed(units, counts));
    for (mut row, size) in basis.row_iter_mut().zip(&units.size) {
        row /= size.sqrt();
    }
    let mean = |unit: usize| units.weight[unit] / units.size[unit];
    let scale = |unit: usize| factors[unit] * (mean(unit) * variance(unit)).sqrt();
    let scale = (0..units.count()).map(scale).collect();
    Adjustment::regression(Regression { of_row: units.of_row.clone(), basis, scale })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(rows: usize, by_row: &[f64]) -> Matrix {
        Matrix::from_row_slice(rows, by_row.len() / rows, by_row)
    }

    fn near(got: &[f64], expected: &[f64]) {
        let off = |(got, expected): (&f64, &f64)| (got - expected).abs() > 1e-10;
        assert!(!got.iter().zip(expected).any(off), "{got:?}, expected {expected:?}");
    }

    fn refusal(weights: &[f64], x: &Matrix, targets: &[f64]) -> &'static str {
        calibrate(weights, x, targets, &Default::default()).unwrap_err().code()
    }

    /// Ones and x = 0, 1, 2 have the totals 3 and 3. With targets 3 and 4 the normal
    /// equations 3a + 3b = 0, 3a + 5b = 1 give 1 + a + bx = 0.5, 1, 1.5.
    #[test]
    fn linear_factors_solve_the_normal_equations() {
        let x = columns(4, &[1., 0., 1., 1., 1., 2., f64::NAN, f64::NAN]);
        let weights = [1.0, 1.0, 1.0, 0.0];
        let done = calibrate(&weights, &x, &[3.0, 4.0], &Default::default()).unwrap();
        near(&done.factors, &[0.5, 1.0, 1.5, 1.0]);
        near(&done.weights, &[0.5, 1.0, 1.5, 0.0]);
        assert!((done.report.trace[0] - 0.25).abs() < 1e-15);
        assert!((done.report.smallest_factor - 0.5).abs() < 1e-12);
    }

    /// With targets 3 and 5 the factors are 0, 1, 2: the first row leaves the fit, and
    /// a line goes through the two others.
    #[test]
    fn a_row_whose_factor_is_zero_is_left_out_of_the_residual() {
        let x = columns(3, &[1., 0., 1., 1., 1., 2.]);
        let bounds = Some((0.0, 5.0));
        let options = CalibrateOptions { bounds, ..Default::default() };
        let done = calibrate(&[1.0; 3], &x, &[3.0, 5.0], &options).unwrap();
        near(&done.weights, &[0.0, 1.0, 2.0]);
        let mut scores = Matrix::from_column_slice(3, 1, &[0.0, 7.0, 3.0]);
        done.adjustment.residualise(&mut scores);
        near(scores.as_slice(), &[0.0, 0.0, 0.0]);
    }

    /// One auxiliary of ones: every distance multiplies all weights alike.
    #[test]
    fn a_single_total_scales_the_weights() {
        for distance in [Distance::Linear, Distance::Raking, Distance::Logit] {
            let bounds = Some((0.1, 9.0));
            let options = CalibrateOptions { distance, bounds, ..Default::default() };
            let done = calibrate(&[1.0, 3.0], &columns(2, &[1., 1.]), &[6.0], &options).unwrap();
            near(&done.weights, &[1.5, 4.5]);
            let one = calibrate(&[4.0], &columns(1, &[1.]), &[6.0], &options).unwrap();
            near(&one.weights, &[6.0]);
        }
    }

    /// Clusters of weights {3, 1} and {2}, each an auxiliary of its own: targets 8 and 1
    /// are twice the one total and half of the other.
    #[test]
    fn a_cluster_has_one_factor() {
        let x = columns(3, &[1., 0., 1., 0., 0., 1.]);
        let options = CalibrateOptions { cluster: Some(&[5, 5, 2]), ..Default::default() };
        let done = calibrate(&[3.0, 1.0, 2.0], &x, &[8.0, 1.0], &options).unwrap();
        near(&done.factors, &[2.0, 2.0, 0.5]);
    }

    #[test]
    fn an_auxiliary_of_zeros_is_left_out_if_its_target_is_zero() {
        let x = columns(2, &[0., 1., 0., 1.]);
        let done = calibrate(&[1.0, 3.0], &x, &[0.0, 8.0], &Default::default()).unwrap();
        near(&done.weights, &[2.0, 6.0]);
        assert_eq!(refusal(&[1.0, 3.0], &x, &[1.0, 8.0]), "GKO-S077");
        assert_eq!(refusal(&[0.0, 0.0], &x, &[0.0, 0.0]), "GKO-S142");
    }

    #[test]
    fn a_target_out_of_reach_is_refused_with_the_range() {
        let bounds = Some((0.5, 2.0));
        let options = CalibrateOptions { bounds, ..Default::default() };
        let refused = calibrate(&[1.0, 3.0], &columns(2, &[1., 1.]), &[9.0], &options);
        let (target, lowest, highest) = (9.0, 2.0, 8.0);
        let want = Error::TargetOutOfReach { auxiliary: 0, target, lowest, highest };
        assert_eq!(refused, Err(want));
    }

    /// Each total alone is within reach, the two together are not.
    #[test]
    fn bounds_without_room_end_with_a_trace() {
        let x = columns(2, &[1., 0., 1., 1.]);
        let bounds = Some((0.5, 2.0));
        let options =
            CalibrateOptions { bounds, max_iterations: 20, ..CalibrateOptions::default() };
        let refused = calibrate(&[1.0, 1.0], &x, &[2.0, 1.9], &options).unwrap_err();
        let Error::NotCalibrated { iterations, trace, gap, .. } = &refused else {
            panic!("{refused}");
        };
        assert!(*iterations == 20 && trace.len() == 21 && *gap > 0.01);
        assert!(refused.to_string().contains("auxiliary"));
    }

    #[test]
    fn an_auxiliary_that_depends_on_others_is_named() {
        let x = columns(3, &[1., 0., 1., 1., 1., 2., 1., 0., 1.]);
        let refused = calibrate(&[1.0; 3], &x, &[3.0, 1.0, 4.0], &Default::default());
        assert_eq!(refused, Err(Error::DependentAuxiliary { auxiliary: 2, auxiliaries: 3 }));
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let x = columns(2, &[1., f64::NAN]);
        assert_eq!(refusal(&[1.0, 1.0], &x, &[1.0]), "GKO-S079");
        assert_eq!(refusal(&[1.0], &x, &[1.0]), "GKO-S001");
        assert_eq!(refusal(&[1.0, 1.0], &x, &[]), "GKO-S001");
        assert_eq!(refusal(&[1.0, 1.0], &x, &[f64::NAN]), "GKO-S070");
        assert_eq!(refusal(&[1.0, 1.0], &Matrix::zeros(2, 0), &[]), "GKO-S142");
        assert_eq!(refusal(&[0.0, 0.0], &columns(2, &[1., 1.]), &[5.0]), "GKO-S077");
        let v = CalibrateOptions { heteroscedasticity: Some(&[1.0, 0.0]), ..Default::default() };
        let refused = calibrate(&[1.0; 2], &columns(2, &[1., 1.]), &[5.0], &v).unwrap_err();
        assert_eq!(refused.code(), "GKO-S140");
        let short = CalibrateOptions { cluster: Some(&[1]), ..Default::default() };
        let refused = calibrate(&[1.0; 2], &columns(2, &[1., 1.]), &[5.0], &short).unwrap_err();
        assert_eq!(refused.code(), "GKO-S001");
    }
}
