//! Contrasts and smooth functions of estimates.
//!
//! # Estimator
//! Of values T with covariance V, a contrast `L·T` has covariance `L·V·L'`, a
//! smooth function `g(T)` to first order `G·V·G'`, G its gradient at T. With
//! replicates `g` can be worked out anew from each of them instead.
//!
//! # Assumptions
//! The delta method takes `g` as straight within a few standard errors of T. A
//! value with coefficient 0 does not enter, even where it does not exist.
//! Gradients that are not given are central differences, extrapolated to step 0.
//!
//! # References
//! Särndal, Swensson & Wretman (1992) sec. 5.5; Ridders (1982) *Adv. Eng. Software*
//! 4, 75; R survey 4.5 `svycontrast`, Stata `lincom`, `nlcom`.

use crate::Matrix;
use crate::error::Error;
use crate::estimation::{Basis, Entry, Estimation};
use crate::estimators::EstimatorError;
use crate::replicates::Replicates;

/// A function of all values of an estimation.
pub type Function<'f> = &'f dyn Fn(&[f64]) -> Vec<f64>;

/// Where the slopes of a function come from.
#[derive(Clone, Copy, Default)]
#[non_exhaustive]
pub enum Gradient<'f> {
    /// Central differences, to about ten digits for a smooth function.
    #[default]
    Numeric,
    /// This: a row for each value of the function, a column for each estimate.
    Given(&'f dyn Fn(&[f64]) -> Matrix),
}

impl Estimation {
    /// Linear combinations of the values, each with a name.
    ///
    /// The basis of a contrast counts every domain in it once; its degrees of
    /// freedom are the design's.
    ///
    /// # Example
    /// ```
    /// use gko_survey::{Design, Domain, Mean, Survey};
    ///
    /// let survey = Survey::new(Design::builder(4).weights(&[1.0; 4]).build()?);
    /// let girls = Domain::of(vec![true, true, false, false]);
    /// let boys = Domain::of(vec![false, false, true, true]);
    /// let x = [1.0, 3.0, 4.0, 4.0];
    /// let means = survey.estimate_by(&Mean::of("x", &x), &[girls, boys])?;
    /// let gap = means.contrast(&[("girls - boys", vec![1.0, -1.0])])?;
    /// assert_eq!(gap.values(), [-2.0]);
    /// // Only the girls vary: scores -1/2 and 1/2, times 4/3.
    /// assert!((gap.covariance()[(0, 0)] - 2.0 / 3.0).abs() < 1e-15);
    /// # Ok::<(), gko_survey::Error>(())
    /// ```
    ///
    /// # Errors
    /// Another number of coefficients than of values.
    pub fn contrast(&self, contrasts: &[(&str, Vec<f64>)]) -> Result<Self, Error> {
        let mut gradient = Matrix::zeros(contrasts.len(), self.values.len());
        for (at, (name, coefficients)) in contrasts.iter().enumerate() {
            self.check_count(name, coefficients.len())?;
            coefficients.iter().enumerate().for_each(|(j, &c)| gradient[(at, j)] = c);
        }
        let terms: Vec<&str> = contrasts.iter().map(|(name, _)| *name).collect();
        let values = combine(&gradient, &self.values);
        let mut all = self.carried(&terms, values, &gradient);
        all.replicates = self.replicates.as_ref().map(|replicates| {
            let rows: Vec<Vec<f64>> = replicates
                .row_iter()
                .map(|row| combine(&gradient, row.iter().copied().collect::<Vec<_>>().as_slice()))
                .collect();
            Matrix::from_fn(rows.len(), terms.len(), |r, at| rows[r][at])
        });
        Ok(all)
    }

    /// Smooth functions of the values, by the delta method.
    ///
    /// # Example
    /// ```
    /// use gko_survey::{Columns, Design, Domain, Gradient, Survey, Total};
    ///
    /// let survey = Survey::new(Design::builder(2).weights(&[1.0, 1.0]).build()?);
    /// let both = Columns::new().number("y", &[1.0, 3.0]).number("x", &[2.0, 2.0]);
    /// let totals = survey.estimate(&Total::new(both), &Domain::all(2))?;
    /// let ratio = totals.transform(&["y/x"], &|t| vec![t[0] / t[1]], Gradient::Numeric)?;
    /// assert_eq!(ratio.values(), [1.0]);
    /// // Scores (y - x)/4 are -1/4 and 1/4: Var = 2·(1/16 + 1/16).
    /// assert!((ratio.covariance()[(0, 0)] - 0.25).abs() < 1e-10);
    /// # Ok::<(), gko_survey::Error>(())
    /// ```
    ///
    /// # Errors
    /// A function with another number of values than names, a gradient of another
    /// shape, or no finite slope where the values are.
    pub fn transform(
        &self,
        terms: &[&str],
        function: Function<'_>,
        gradient: Gradient<'_>,
    ) -> Result<Self, Error> {
        let values = checked("the function", terms.len(), function(&self.values))?;
        let gradient = match gradient {
            Gradient::Numeric => self.numeric_gradient(terms, function, &values)?,
            Gradient::Given(gradient) => gradient(&self.values),
        };
        wrong_count("the gradient's rows", terms.len(), gradient.nrows())?;
        wrong_count("the gradient's columns", self.values.len(), gradient.ncols())?;
        Ok(self.carried(terms, values, &gradient))
    }

    /// Functions of the values, worked out anew from each replicate: nothing is
    /// taken as straight. The replicates are those of the survey.
    ///
    /// # Errors
    /// An estimation made of other replicates, a function with another number of
    /// values than names, or that exists in no replicate.
    pub fn transform_replicates(
        &self,
        replicates: &Replicates,
        terms: &[&str],
        function: Function<'_>,
    ) -> Result<Self, Error> {
        let (expected, got) = (replicates.len(), self.replicates.as_ref().map_or(0, Matrix::nrows));
        let thetas = self.replicates.as_ref().filter(|all| all.nrows() == expected);
        let thetas = thetas.ok_or(EstimatorError::OtherReplicates { expected, got })?;
        let values = checked("the function", terms.len(), function(&self.values))?;
        let rows = thetas.row_iter().map(|row| {
            let row: Vec<f64> = row.iter().copied().collect();
            checked("the function", terms.len(), function(&row))
        });
        let rows = rows.collect::<Result<Vec<_>, _>>()?;
        let thetas = Matrix::from_fn(expected, terms.len(), |r, at| rows[r][at]);
        let (covariance, dropped) = replicates.covariance(&thetas, &values)?;
        let mut all =
            self.carried(terms, values, &Matrix::from_element(terms.len(), self.values.len(), 1.0));
        all.covariance = covariance;
        all.variance = replicates.basis(dropped);
        all.replicates = Some(thetas);
        Ok(all)
    }

    /// The same figures in other units, value by value.
    pub(crate) fn scaled(mut self, factors: &[f64]) -> Self {
        for (at, &factor) in factors.iter().enumerate() {
            self.values[at] *= factor;
            self.covariance.row_mut(at).scale_mut(factor);
            self.covariance.column_mut(at).scale_mut(factor);
            if let Some(replicates) = &mut self.replicates {
                replicates.column_mut(at).scale_mut(factor);
            }
        }
        self
    }

    /// Values with the covariance that a gradient carries over.
    fn carried(&self, terms: &[&str], values: Vec<f64>, gradient: &Matrix) -> Self {
        let used: Vec<usize> = (0..gradient.ncols())
            .filter(|&j| gradient.column(j).iter().any(|&g| g != 0.0))
            .collect();
        let entry = |(domain, term): (usize, &&str)| Entry { domain, term: (*term).to_owned() };
        let product = |a: usize, b: usize| {
            let row = |at: usize| used.iter().filter(move |&&j| gradient[(at, j)] != 0.0);
            let one = |&i: &usize| {
                let inner = row(b).map(|&j| self.covariance[(i, j)] * gradient[(b, j)]);
                gradient[(a, i)] * inner.sum::<f64>()
            };
            row(a).map(one).sum::<f64>()
        };
        let basis = |at: usize| self.joint_basis(|j| gradient[(at, j)] != 0.0);
        Self {
            entries: terms.iter().enumerate().map(entry).collect(),
            values,
            covariance: Matrix::from_fn(terms.len(), terms.len(), product),
            design_df: self.design_df,
            bases: (0..terms.len()).map(basis).collect(),
            variance: self.variance.clone(),
            replicates: None,
        }
    }

    /// What the domains of the values that are used rest on together.
    fn joint_basis(&self, used: impl Fn(usize) -> bool) -> Basis {
        let has = |domain: usize| {
            self.entries.iter().enumerate().any(|(at, entry)| entry.domain == domain && used(at))
        };
        let all: Vec<&Basis> = self
            .bases
            .iter()
            .enumerate()
            .filter(|(at, _)| has(*at))
            .map(|(_, basis)| basis)
            .collect();
        if let [one] = all.as_slice() {
            return (*one).clone();
        }
        let sum_weights: f64 = all.iter().map(|basis| basis.sum_weights).sum();
        let filled = all.iter().filter(|basis| basis.kish_n > 0.0);
        let squares: f64 = filled.map(|basis| basis.sum_weights.powi(2) / basis.kish_n).sum();
        Basis {
            n: all.iter().map(|basis| basis.n).sum(),
            excluded: all.iter().map(|basis| basis.excluded).sum(),
            sum_weights,
            kish_n: if squares > 0.0 { sum_weights * sum_weights / squares } else { 0.0 },
            df: self.design_df,
            absent: all.iter().find_map(|basis| basis.absent),
        }
    }

    fn check_count(&self, name: &str, got: usize) -> Result<(), Error> {
        wrong_count(&format!("the contrast {name}"), self.values.len(), got)
    }

    /// Slopes by central differences. A value that does not exist has slope 0: a
    /// function that exists without it does not depend on it.
    fn numeric_gradient(
        &self,
        terms: &[&str],
        function: Function<'_>,
        values: &[f64],
    ) -> Result<Matrix, Error> {
        let mut gradient = Matrix::zeros(terms.len(), self.values.len());
        let se = self.se();
        for (j, &value) in self.values.iter().enumerate().filter(|(_, value)| value.is_finite()) {
            let spread = if se[j].is_finite() { 1e-3 * se[j] } else { 0.0 };
            let step = (1e-2 * value.abs()).max(spread);
            let step = if step > 0.0 { step } else { 1e-3 };
            for (at, term) in terms.iter().enumerate().filter(|(at, _)| values[*at].is_finite()) {
                let moved = |by: f64| {
                    let mut point = self.values.clone();
                    point[j] += by;
                    function(&point).get(at).copied().unwrap_or(f64::NAN)
                };
                let slope = slope(&moved, step);
                let term = (*term).to_owned();
                gradient[(at, j)] = slope.ok_or(EstimatorError::NotSmooth { term, value: j })?;
            }
        }
        Ok(gradient)
    }
}

/// Rows of a gradient times values; those with coefficient 0 do not enter.
fn combine(gradient: &Matrix, values: &[f64]) -> Vec<f64> {
    let row = |at: usize| {
        let pairs = values.iter().enumerate().map(|(j, value)| (gradient[(at, j)], value));
        pairs.filter(|(c, _)| *c != 0.0).map(|(c, value)| c * value).sum()
    };
    (0..gradient.nrows()).map(row).collect()
}

fn checked(what: &str, expected: usize, values: Vec<f64>) -> Result<Vec<f64>, Error> {
    wrong_count(what, expected, values.len())?;
    Ok(values)
}

fn wrong_count(what: &str, expected: usize, got: usize) -> Result<(), Error> {
    if expected == got {
        return Ok(());
    }
    Err(EstimatorError::WrongCount { what: what.to_owned(), expected, got }.into())
}

/// Central differences at halved steps, extrapolated (Ridders): the entry of the
/// table that changed least is taken.
fn slope(moved: &dyn Fn(f64) -> f64, step: f64) -> Option<f64> {
    const HALVINGS: usize = 30;
    const LEVELS: usize = 7;
    let difference = |h: f64| (moved(h) - moved(-h)) / (2.0 * h);
    let mut steps = std::iter::successors(Some(step), |h| Some(0.5 * h));
    let start = steps.by_ref().take(HALVINGS).find(|&h| difference(h).is_finite())?;
    let mut last = vec![difference(start)];
    let mut best = (f64::INFINITY, last[0]);
    for h in steps.take(LEVELS - 1) {
        let row = extrapolated(difference(h), &last);
        for (at, old) in last.iter().enumerate() {
            let (newest, next) = (row[at], row[at + 1]);
            let change = (next - newest).abs().max((next - old).abs());
            if change < best.0 {
                best = (change, next);
            }
        }
        last = row;
    }
    best.1.is_finite().then_some(best.1)
}

/// The next row of the table: each entry rids the one before it of a power of the step.
fn extrapolated(difference: f64, last: &[f64]) -> Vec<f64> {
    let mut row = vec![difference];
    let mut power = 1.0;
    for old in last {
        power *= 4.0;
        let newest = row.last().copied().unwrap_or(difference);
        row.push((newest * power - old) / (power - 1.0));
    }
    row
}
