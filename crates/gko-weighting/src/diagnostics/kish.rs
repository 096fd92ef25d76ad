//! The design effect of uneven weights.
//!
//! # Estimator
//! Over the n rows of positive weight, Kish: `K = n·sum of w² / (sum of w)²`, which is
//! `1 + cv²` with cv the coefficient of variation of the weights (n in its
//! denominator). Spencer, for the total of a quantity y: `S = (1 - ρ²)·K +
//! (α/σ)²·(K - 1)`, with α the intercept of the regression of y on `1/w`, ρ the
//! correlation of the two, σ the standard deviation of y, all weighted by w.
//!
//! # Assumptions
//! Kish: the weights have nothing to do with y. Spencer: one stage, drawn with
//! replacement with chances in proportion to 1/w, y known in every row that is passed.
//!
//! # References
//! Kish (1992) *J. Official Statistics* 8, 183-200; Spencer (2000) *Survey
//! Methodology* 26, 137-138; Henry, Valliant (2015) *Survey Methodology* 41, 315-331;
//! R PracTools `deffK`, `deffS`.

use crate::numbers::sum;

/// Kish's design effect of the positive weights; none if there are none, or if one is
/// no finite number.
///
/// # Example
/// ```
/// use gko_weighting::diagnostics::kish_effect;
///
/// assert_eq!(kish_effect(&[1.0, 3.0, 0.0]), Some(1.25));
/// assert_eq!(kish_effect(&[0.0]), None);
/// ```
#[must_use]
pub fn kish_effect(weights: &[f64]) -> Option<f64> {
    let most = weights.iter().copied().fold(0.0, f64::max);
    if most == 0.0 || weights.iter().any(|weight| !weight.is_finite()) {
        return None;
    }
    // Beside the largest weight's power of two no square overflows, and none rounds.
    let unit = most.log2().floor().exp2();
    let relative = || weights.iter().filter(|&&weight| weight > 0.0).map(|weight| weight / unit);
    let (n, total) = (relative().count() as f64, sum(relative()));
    Some((n * sum(relative().map(|w| w * w)) / (total * total)).max(1.0))
}

/// Spencer's design effect for the total of a quantity, over rows of positive weight.
///
/// None for fewer than two such rows, for a quantity that does not vary, and for
/// values or weights that are no finite numbers.
///
/// # Example
/// With equal weights nothing is lost.
/// ```
/// use gko_weighting::diagnostics::spencer_effect;
///
/// assert_eq!(spencer_effect(&[2.0, 2.0, 2.0], &[1.0, 0.0, 1.0]), Some(1.0));
/// ```
#[must_use]
pub fn spencer_effect(weights: &[f64], values: &[f64]) -> Option<f64> {
    let pairs = weights.iter().zip(values).filter(|(weight, _)| **weight > 0.0);
    let (w, y): (Vec<f64>, Vec<f64>) = pairs.unzip();
    let finite = |column: &[f64]| column.iter().all(|value| value.is_finite());
    let kish = kish_effect(&w).filter(|_| w.len() > 1 && finite(&y))?;
    let chances: Vec<f64> = w.iter().map(|weight| 1.0 / weight).collect();
    let moments = Moments::new(&w, &chances, &y);
    let intercept = moments.mean_y - moments.slope() * moments.mean_x;
    let rho = moments.correlation().unwrap_or(0.0);
    let varies = moments.var_y > 0.0 && y.iter().any(|value| *value != y[0]);
    varies.then(|| (1.0 - rho * rho) * kish + intercept.powi(2) / moments.var_y * (kish - 1.0))
}

/// Weighted moments of two columns.
pub(super) struct Moments {
    mean_x: f64,
    mean_y: f64,
    var_x: f64,
    var_y: f64,
    covariance: f64,
}

impl Moments {
    pub(super) fn new(w: &[f64], x: &[f64], y: &[f64]) -> Self {
        let total = sum(w.iter().copied());
        let mean = |of: &dyn Fn(usize) -> f64| sum((0..w.len()).map(|at| w[at] * of(at))) / total;
        let (mean_x, mean_y) = (mean(&|at| x[at]), mean(&|at| y[at]));
        let var_x = mean(&|at| (x[at] - mean_x).powi(2));
        let var_y = mean(&|at| (y[at] - mean_y).powi(2));
        let covariance = mean(&|at| (x[at] - mean_x) * (y[at] - mean_y));
        // Rounding leaves traces of a variance where all values are one.
        let flat = |values: &[f64]| values.windows(2).all(|pair| pair[0] == pair[1]);
        let (var_x, covariance) = if flat(x) { (0.0, 0.0) } else { (var_x, covariance) };
        let (var_y, covariance) = if flat(y) { (0.0, 0.0) } else { (var_y, covariance) };
        Self { mean_x, mean_y, var_x, var_y, covariance }
    }

    fn slope(&self) -> f64 {
        if self.var_x > 0.0 { self.covariance / self.var_x } else { 0.0 }
    }

    /// None if one of the two does not vary.
    pub(super) fn correlation(&self) -> Option<f64> {
        let product = self.var_x.sqrt() * self.var_y.sqrt();
        (product > 0.0).then(|| (self.covariance / product).clamp(-1.0, 1.0))
    }
}
