//! Calibration on auxiliaries: weighted totals equal their targets.
//!
//! # Estimator
//! `w_i = d_i·F(x_i'λ / v_i)` with λ such that `sum of w·x = t`: d are the given
//! weights, x the auxiliaries, t their population totals, F the [`Distance`] within its
//! bounds, and v proportional to the residual variance of a row (1 if not given). Of
//! all weights that reach the targets, these are nearest to d. Linear without bounds
//! is the generalised regression estimator (GREG). With clusters, all rows of one
//! share a factor: persons of a household get one weight. Targets with a cost may be
//! missed (see [`SoftTarget`]).
//!
//! # Assumptions
//! Auxiliaries do not depend on each other and include what should be free of scale,
//! as a rule a column of ones. Bounds leave room for the targets.
//!
//! # References
//! Deville, Särndal (1992) *JASA* 87, 376-382; Särndal, Swensson, Wretman (1992)
//! *Model Assisted Survey Sampling*, ch. 6; R survey 4.5, `calibrate` with `calfun`,
//! `bounds`, `variance` and `aggregate.stage`. For costs: Rao, Singh (1997); Bocci,
//! Beaumont (2008).

use std::borrow::Cow;

use super::adjustment::Adjustment;
use super::distance::{Distance, Link};
use super::fit::Regression;
use super::newton::{Problem, Solved};
use super::result::Calibrated;
use super::soft::{SoftTarget, is_soft};
use super::units::{NONE, Units};
use super::{auxiliaries, basis, blocks};
use crate::Matrix;
use crate::error::Error;

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
    /// What a miss of each target costs, infinite where it must hold: to miss it by a part
    /// of it is as bad as to move all weights by the cost times that part.
    pub costs: Option<&'a [f64]>,
    /// The largest relative gap of any total that is good enough.
    pub tolerance: f64,
    /// Newton steps after which to give up.
    pub max_iterations: usize,
}

impl Default for CalibrateOptions<'_> {
    /// Linear, without bounds, variances, clusters or costs; a gap of 1e-10 within 100 steps.
    fn default() -> Self {
        Self {
            distance: Distance::default(),
            bounds: None,
            heteroscedasticity: None,
            cluster: None,
            costs: None,
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
/// bounds can reach or that no weight above 0 can, a soft target of 0, and no
/// convergence: the message names the worst auxiliary, its gap, and how the gap moved.
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
///
/// # Example
/// A soft target: a total of 2 that is to be r = 2 times as large, at the cost k = 2. All
/// weights move by `δ = k²(r - 1)/(r² + k²)`, which is a half.
/// ```
/// use gko_survey::Matrix;
/// use gko_survey::calibration::{CalibrateOptions, calibrate};
///
/// let options = CalibrateOptions { costs: Some(&[2.0]), ..Default::default() };
/// let done = calibrate(&[1.0; 2], &Matrix::from_element(2, 1, 1.0), &[4.0], &options)?;
/// assert!(done.factors.iter().all(|factor| (factor - 1.5).abs() < 1e-14));
/// assert!((done.report.soft_targets[0].relative_miss() + 0.25).abs() < 1e-14);
/// # Ok::<(), gko_survey::Error>(())
/// ```
pub fn calibrate(
    weights: &[f64],
    auxiliaries: &Matrix,
    targets: &[f64],
    options: &CalibrateOptions<'_>,
) -> Result<Calibrated, Error> {
    let link = Link::new(options.distance, options.bounds)?;
    auxiliaries::check(weights, auxiliaries, targets, options)?;
    let units = Units::new(weights, auxiliaries, options.heteroscedasticity, options.cluster);
    auxiliaries::check_reach(&units, targets, link, options)?;
    let used = Used::new(units, targets, options)?;
    let units = &used.units;
    let root = |unit: usize| (units.weight[unit] / units.variance[unit]).sqrt();
    let solved = used.problem(link, options).solve(&basis::triangle(&units.x, root))?;
    let factor = |&unit: &u32| if unit == NONE { 1.0 } else { solved.factors[unit as usize] };
    let factors = units.of_row.iter().map(factor).collect();
    let adjustment = Adjustment::regression(Regression::new(&used, &solved, link));
    let trace = solved.trace.clone();
    let mut done = Calibrated::new(weights, factors, trace, adjustment);
    done.report.soft_targets = used.soft_targets(&solved, targets, options.costs);
    Ok(done)
}

/// What is left when auxiliaries that are 0 in every row are out.
pub(super) struct Used<'a> {
    pub(super) units: Units<'a>,
    targets: Vec<f64>,
    costs: Option<Vec<f64>>,
    /// Their position in the caller's matrix.
    pub(super) names: Vec<usize>,
    pub(super) auxiliaries: usize,
}

impl<'a> Used<'a> {
    /// A hard target of what is left out is 0 as well, or it were out of reach.
    fn new(
        mut units: Units<'a>,
        targets: &[f64],
        options: &CalibrateOptions<'_>,
    ) -> Result<Self, Error> {
        let zero = |&at: &usize| {
            let of_block =
                |mut block: std::ops::Range<usize>| block.all(|unit| units.x[(unit, at)] == 0.0);
            blocks::each(units.count(), of_block).into_iter().all(|zero| zero)
        };
        let names: Vec<usize> = (0..targets.len()).filter(|at| !zero(at)).collect();
        if names.is_empty() {
            return Err(Error::NothingToCalibrate);
        }
        if names.len() < targets.len() {
            units.x = Cow::Owned(units.x.select_columns(&names));
        }
        let of = |all: &[f64]| names.iter().map(|&at| all[at]).collect::<Vec<f64>>();
        let (costs, auxiliaries) = (options.costs.map(of), targets.len());
        Ok(Self { units, targets: of(targets), costs, names, auxiliaries })
    }

    fn problem(&'a self, link: Link, options: &CalibrateOptions<'_>) -> Problem<'a> {
        Problem {
            units: &self.units,
            targets: &self.targets,
            costs: self.costs.as_deref(),
            link,
            tolerance: options.tolerance,
            max_iterations: options.max_iterations,
            names: &self.names,
            auxiliaries: self.auxiliaries,
        }
    }

    /// Where the totals of soft targets came to; 0 for auxiliaries that are 0.
    fn soft_targets(
        &self,
        solved: &Solved,
        targets: &[f64],
        costs: Option<&[f64]>,
    ) -> Vec<SoftTarget> {
        let total = |auxiliary: usize| {
            let at = self.names.iter().position(|&name| name == auxiliary);
            at.map_or(0.0, |at| solved.totals[at])
        };
        let soft = (0..targets.len()).filter(|&auxiliary| is_soft(costs, auxiliary));
        let one = |auxiliary| SoftTarget {
            auxiliary,
            target: targets[auxiliary],
            total: total(auxiliary),
        };
        soft.map(one).collect()
    }
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
