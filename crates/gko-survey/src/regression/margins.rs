//! Margins: what a model says on average over the rows of a population.
//!
//! # Estimator
//! With `mu_i(b; x)` the mean of row i if x were so, and weights w:
//! predictive mean of level l: `sum of w_i mu_i(b; group = l) / sum of w_i`;
//! effect of a number z: the same average of `d mu_i / d z`; effect of level l of
//! a factor: of `mu_i(l) - mu_i(reference)`. Each is `m = T(h)/T(1)` with
//! `h_i = h(x_i, b)`, and its score `u_i = (h_i - m)/T(1) + G' u_i(b)`, G the
//! weighted mean of `d h_i / d b` and `u_i(b)` the score of the coefficients. So
//! the covariance holds both the sampling of rows and that of b, and what they
//! share.
//!
//! # Assumptions
//! Averages are over the rows that the model uses. A number's effect is the
//! derivative of every product that it is part of; a column derived from it
//! outside of the model (its square, its logarithm) is another variable. R's
//! `svypredmeans` adds the two parts as if they shared nothing:
//! [`GlmFit::predictive_means`](super::GlmFit::predictive_means).
//!
//! # References
//! Graubard and Korn (1999), Biometrics 55, 652-659; Stata `margins,
//! vce(unconditional)`; Bieler et al. (2010), American Journal of Epidemiology 171, 618-623.

use super::error::ModelError;
use super::glm::Glm;
use super::linear::times;
use super::link::{Link, Mean};
use super::variable::{Values, Variable};
use crate::{Error, Matrix, Statistic};

/// What is averaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Margin<'n> {
    /// The mean response if all rows had a level, for each level of a factor.
    Means(&'n str),
    /// The effect of a number, or of each level of a factor against its reference.
    Effect(&'n str),
}

/// Margins of a model; a [`Statistic`] like any other.
///
/// # Example
/// In a straight line the average effect is the slope.
/// ```
/// use gko_survey::Statistic;
/// use gko_survey::regression::{Family, Glm, Link, Margin, Margins, Model, Terms, Variable};
///
/// let (hours, age) = ([1.0, 2.0, 2.0, 5.0], [0.0, 1.0, 2.0, 3.0]);
/// let age = vec![Variable::numeric("age", &age)];
/// let model = Model::new(Variable::numeric("hours", &hours), age, &Terms::new().main("age"))?;
/// let glm = Glm::new(model, Family::Gaussian, Link::Identity)?;
/// let margins = Margins::new(glm, &[Margin::Effect("age")])?;
/// assert!((margins.values(&[1.0; 4])?[0] - 1.2).abs() < 1e-12);
/// # Ok::<(), gko_survey::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Margins<'a> {
    glm: Glm<'a>,
    parts: Vec<Part>,
}

/// One figure: a name, and the matrices that it is made of.
#[derive(Debug, Clone)]
struct Part {
    name: String,
    kind: Kind,
}

#[derive(Debug, Clone)]
enum Kind {
    Mean(Matrix),
    Difference(Matrix, Matrix),
    /// The derivative of the matrix by the variable.
    Slope(Matrix),
}

impl<'a> Margins<'a> {
    /// Margins of a model.
    ///
    /// # Errors
    /// A variable that the model does not have; means over a number.
    pub fn new(glm: Glm<'a>, margins: &[Margin<'_>]) -> Result<Self, Error> {
        let mut parts = Vec::new();
        for margin in margins {
            match *margin {
                Margin::Means(name) => parts.append(&mut means(&glm, name)?),
                Margin::Effect(name) => parts.append(&mut effects(&glm, name)?),
            }
        }
        Ok(Self { glm, parts })
    }
}

/// The matrices with a factor set to each of its levels.
pub(super) fn at_levels(glm: &Glm<'_>, name: &str) -> Result<Vec<(String, Matrix)>, Error> {
    let model = glm.model();
    let Values::Factor { levels, present, .. } = &variable(glm, name)?.values else {
        return Err(ModelError::NotInModel {
            what: "factor",
            name: name.to_owned(),
            known: names(glm, true).join(", "),
        }
        .into());
    };
    let kept = levels.iter().zip(present).enumerate().filter(|(_, (_, present))| **present);
    let set = |(at, (level, _)): (usize, (&String, &bool))| {
        let at = f64::from(u32::try_from(at).unwrap_or(u32::MAX));
        Ok((level.clone(), model.layout().matrix_at(model.variables(), name, at)?))
    };
    kept.map(set).collect()
}

fn means(glm: &Glm<'_>, name: &str) -> Result<Vec<Part>, Error> {
    let part =
        |(level, x): (String, Matrix)| Part { name: format!("{name}{level}"), kind: Kind::Mean(x) };
    Ok(at_levels(glm, name)?.into_iter().map(part).collect())
}

fn effects(glm: &Glm<'_>, name: &str) -> Result<Vec<Part>, Error> {
    let Values::Factor { levels, reference, .. } = &variable(glm, name)?.values else {
        let slope = glm.model().layout().derivative(glm.model().variables(), name)?;
        return Ok(vec![Part { name: name.to_owned(), kind: Kind::Slope(slope) }]);
    };
    let against = levels.get(*reference).cloned().unwrap_or_default();
    let (base, others): (Vec<_>, Vec<_>) =
        at_levels(glm, name)?.into_iter().partition(|(level, _)| *level == against);
    let Some((_, base)) = base.into_iter().next() else { return Ok(Vec::new()) };
    let part = |(level, x): (String, Matrix)| Part {
        name: format!("{name}{level}"),
        kind: Kind::Difference(x, base.clone()),
    };
    Ok(others.into_iter().map(part).collect())
}

/// A variable that a term of the model names.
fn variable<'g, 'a>(glm: &'g Glm<'a>, name: &str) -> Result<&'g Variable<'a>, Error> {
    let known = names(glm, false);
    let found = glm.model().variables().iter().find(|one| one.name() == name);
    found.filter(|_| known.iter().any(|one| one == name)).ok_or_else(|| {
        let (name, known) = (name.to_owned(), known.join(", "));
        ModelError::NotInModel { what: "variable", name, known }.into()
    })
}

fn names(glm: &Glm<'_>, factors: bool) -> Vec<String> {
    let labels = glm.model().layout().terms().labels();
    let used = |one: &&Variable<'_>| {
        labels.iter().any(|label| label.split(':').any(|part| part == one.name()))
    };
    let all = glm.model().variables().iter().filter(used);
    all.filter(|one| !factors || one.is_factor()).map(|one| one.name().to_owned()).collect()
}

/// A row's figure, and its slope along the linear predictors of its matrices.
struct Cell {
    value: f64,
    slopes: [f64; 2],
}

impl Part {
    /// Matrices in the rows used: what the figure depends on b through.
    fn matrices(&self, glm: &Glm<'_>, rows: &[usize]) -> [Matrix; 2] {
        let of = |matrix: &Matrix| matrix.select_rows(rows);
        match &self.kind {
            Kind::Mean(x) => [of(x), Matrix::zeros(rows.len(), x.ncols())],
            Kind::Difference(x, base) => [of(x), of(base)],
            Kind::Slope(slope) => [of(glm.model().matrix()), of(slope)],
        }
    }

    fn cell(&self, link: Link, first: f64, second: f64, offset: f64) -> Cell {
        let at = |eta: f64| -> Mean { link.mean(eta + offset) };
        let one = at(first);
        match self.kind {
            Kind::Mean(_) => Cell { value: one.mu, slopes: [one.slope, 0.0] },
            Kind::Difference(..) => {
                let base = at(second);
                Cell { value: one.mu - base.mu, slopes: [one.slope, -base.slope] }
            }
            Kind::Slope(_) => {
                let bend = link.bend(first + offset);
                Cell { value: one.slope * second, slopes: [bend * second, one.slope] }
            }
        }
    }

    /// The figure of every row used, and the weighted mean of its derivative by b.
    fn rows(
        &self,
        glm: &Glm<'_>,
        rows: &[usize],
        weights: &[f64],
        b: &[f64],
    ) -> (Vec<f64>, Matrix) {
        let matrices = self.matrices(glm, rows);
        let [first, second] = matrices.each_ref().map(|matrix| times(matrix, b));
        let eta = rows.iter().zip(first.iter().zip(&second));
        let cells: Vec<Cell> = eta
            .map(|(&row, (&one, &two))| self.cell(glm.link(), one, two, glm.model().offset_of(row)))
            .collect();
        let total: f64 = weights.iter().sum();
        let mut gradient = Matrix::zeros(b.len(), 1);
        for (at, matrix) in matrices.iter().enumerate() {
            let slopes = cells.iter().zip(weights).map(|(cell, w)| w / total * cell.slopes[at]);
            gradient += matrix.tr_mul(&Matrix::from_iterator(rows.len(), 1, slopes));
        }
        (cells.iter().map(|cell| cell.value).collect(), gradient)
    }
}

impl Statistic for Margins<'_> {
    fn terms(&self) -> Vec<String> {
        self.parts.iter().map(|part| part.name.clone()).collect()
    }

    fn values(&self, weights: &[f64]) -> Result<Vec<f64>, Error> {
        let b = self.glm.values(weights)?;
        let rows = self.glm.model().used(weights)?;
        let own: Vec<f64> = rows.iter().filter_map(|&row| weights.get(row).copied()).collect();
        let mean = |part: &Part| average(&part.rows(&self.glm, &rows, &own, &b).0, &own);
        Ok(self.parts.iter().map(mean).collect())
    }

    fn scores(&self, weights: &[f64], values: &[f64]) -> Result<Matrix, Error> {
        let b = self.glm.values(weights)?;
        let of_b = self.glm.scores(weights, &b)?;
        let rows = self.glm.model().used(weights)?;
        let own: Vec<f64> = rows.iter().filter_map(|&row| weights.get(row).copied()).collect();
        let total: f64 = own.iter().sum();
        let mut scores = Matrix::zeros(weights.len(), self.parts.len());
        for (at, (part, value)) in self.parts.iter().zip(values).enumerate() {
            let (figures, gradient) = part.rows(&self.glm, &rows, &own, &b);
            scores.column_mut(at).copy_from(&(&of_b * gradient).column(0));
            for (&row, figure) in rows.iter().zip(&figures) {
                scores[(row, at)] += (figure - value) / total;
            }
        }
        Ok(scores)
    }
}

fn average(values: &[f64], weights: &[f64]) -> f64 {
    let sum: f64 = values.iter().zip(weights).map(|(value, weight)| value * weight).sum();
    sum / weights.iter().sum::<f64>()
}
