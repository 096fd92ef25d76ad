//! What one group is calibrated to, and how.

use gko_survey::Matrix;
use gko_survey::calibration::{
    CalibrateOptions, Calibrated, Margin, PostStratifyOptions, RakeOptions, Raking, calibrate,
    post_stratify,
};

use super::margin::GroupMargin;
use super::spec::CalibrateStep;
use crate::error::Error;
use crate::population::Targets;

/// The part of a column's squared length that is left of a dependent one.
const DEPENDENT: f64 = 1e-10;
/// Targets that are nearer to what others imply, relative to them, agree.
const APART: f64 = 1e-6;

/// What one group is calibrated to.
#[derive(Clone, Debug)]
pub(super) struct Problem {
    pub(super) margins: Vec<GroupMargin>,
    pub(super) numbers: Vec<Number>,
    pub(super) method: Method,
}

/// A total that is known.
#[derive(Clone, Debug)]
pub(super) struct Number {
    pub(super) name: String,
    pub(super) target: Targets,
    pub(super) values: Vec<f64>,
    pub(super) cost: Option<f64>,
    pub(super) estimated: bool,
}

#[derive(Clone, Debug)]
pub(super) enum Method {
    PostStratify,
    Rake(Box<Raking>),
    Calibrate { step: CalibrateStep, columns: Vec<Known>, cluster: Option<Vec<u32>> },
}

/// What a regression is made of beside weights and targets.
struct Grouped<'a> {
    step: &'a CalibrateStep,
    columns: &'a [Known],
    cluster: Option<&'a [u32]>,
}

/// An auxiliary of a regression: a category of a margin, or a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Known {
    Category { margin: usize, category: usize },
    Number(usize),
}

impl Problem {
    /// Calibrated weights of the group; a regression may be to other targets than its own.
    pub(super) fn apply(
        &self,
        weights: &[f64],
        targets: Option<&[f64]>,
    ) -> Result<Calibrated, Error> {
        match &self.method {
            Method::PostStratify => {
                let margin = self.margins.first().ok_or(Error::NothingCrossed)?;
                let options = PostStratifyOptions::default();
                let done = post_stratify(weights, &margin.codes, &margin.targets, &options);
                done.map_err(|error| self.with_category(error))
            }
            Method::Rake(raking) => {
                raking.calibrate(weights).map_err(|error| self.with_category(error))
            }
            Method::Calibrate { step, columns, cluster } => {
                let targets = targets.map_or_else(|| self.targets(), <[f64]>::to_vec);
                let group = Grouped { step, columns, cluster: cluster.as_deref() };
                self.regress(weights, &targets, group)
            }
        }
    }

    /// The targets of a regression, in the order of its auxiliaries; none of another step.
    pub(super) fn targets(&self) -> Vec<f64> {
        self.columns().iter().map(|&known| self.target(known)).collect()
    }

    /// Standard errors of the targets, 0 where they are known; none where all are.
    pub(super) fn standard_errors(&self) -> Option<Vec<f64>> {
        let all: Vec<f64> =
            self.columns().iter().map(|&known| self.standard_error(known)).collect();
        all.iter().any(|&se| se > 0.0).then_some(all)
    }

    fn columns(&self) -> &[Known] {
        match &self.method {
            Method::Calibrate { columns, .. } => columns,
            Method::PostStratify | Method::Rake(_) => &[],
        }
    }

    fn standard_error(&self, known: Known) -> f64 {
        let se = match known {
            Known::Number(at) => {
                let number = &self.numbers[at];
                number.target.se.as_ref().filter(|_| number.estimated).and_then(|se| se.first())
            }
            Known::Category { margin, category } => {
                self.margins[margin].se.as_ref().and_then(|se| se.get(category))
            }
        };
        se.copied().unwrap_or(0.0)
    }

    fn regress(
        &self,
        weights: &[f64],
        targets: &[f64],
        Grouped { step, columns, cluster }: Grouped<'_>,
    ) -> Result<Calibrated, Error> {
        let x = self.matrix(weights.len(), columns);
        let costs: Vec<f64> = columns.iter().map(|&known| self.cost(known)).collect();
        let bounds = step.bounds.map(|[lower, upper]| (lower, upper));
        let (distance, tolerance) = (step.distance.distance(), step.tolerance);
        let max_iterations = step.max_iterations;
        let options = CalibrateOptions {
            distance,
            bounds,
            cluster,
            costs: Some(&costs),
            tolerance,
            max_iterations,
            ..CalibrateOptions::default()
        };
        let done = calibrate(weights, &x, targets, &options);
        let done = done.map_err(|error| self.with_names(error, columns))?;
        let Some(se) = self.standard_errors() else { return Ok(done) };
        let variances: Vec<f64> = se.iter().map(|se| se * se).collect();
        Ok(done.with_estimated_targets(&Matrix::from_diagonal(&variances.into()))?)
    }

    /// Chooses the auxiliaries: all categories and numbers but those that follow from
    /// the ones before them, as the last category of a second margin does. Soft targets
    /// all stay: what they ask for may differ from what the others imply.
    ///
    /// Returned are the names of those that follow from others in the sample while their
    /// figures do not: no weights could meet them.
    pub(super) fn independent(&mut self, weights: &[f64]) -> Vec<String> {
        let categories = self.margins.iter().enumerate().flat_map(|(margin, one)| {
            let category = move |category| Known::Category { margin, category };
            (0..one.categories.len()).map(category)
        });
        let all: Vec<Known> =
            categories.chain((0..self.numbers.len()).map(Known::Number)).collect();
        let (soft, hard): (Vec<Known>, Vec<Known>) =
            all.into_iter().partition(|&known| self.cost(known).is_finite());
        let x = self.matrix(weights.len(), &hard);
        let targets: Vec<f64> = hard.iter().map(|&known| self.target(known)).collect();
        let (kept, apart) = independent(&gram(&x, weights), &targets);
        let apart = apart.into_iter().map(|at| self.name(hard[at])).collect();
        if let Method::Calibrate { columns, .. } = &mut self.method {
            *columns = kept.into_iter().map(|at| hard[at]).chain(soft).collect();
        }
        apart
    }

    /// What a miss costs; infinite where the target must be met.
    fn cost(&self, known: Known) -> f64 {
        let cost = match known {
            Known::Number(at) => self.numbers[at].cost,
            Known::Category { margin, .. } => self.margins[margin].cost,
        };
        cost.unwrap_or(f64::INFINITY)
    }

    /// A refusal of the engine, with the name of the auxiliary or category in it.
    fn with_names(&self, source: gko_survey::Error, columns: &[Known]) -> Error {
        use gko_survey::Error as E;
        let of = |at: usize| columns.get(at).map(|&known| self.name(known));
        let name = match &source {
            E::DependentAuxiliary { auxiliary, .. }
            | E::TargetOutOfReach { auxiliary, .. }
            | E::InvalidAuxiliary { auxiliary, .. } => of(*auxiliary),
            E::NotCalibrated { margin, .. } => {
                margin.strip_prefix("auxiliary ").and_then(|at| of(at.parse().ok()?))
            }
            _ => None,
        };
        match name {
            Some(name) => Error::Auxiliary { name, source },
            None => source.into(),
        }
    }

    /// The same for a raking, whose categories have numbers.
    fn with_category(&self, source: gko_survey::Error) -> Error {
        use gko_survey::Error as E;
        let (margin, category) = match &source {
            E::NotCalibrated { margin: label, .. } => {
                let parts =
                    label.strip_prefix("category ").and_then(|rest| rest.split_once(" of "));
                let Some((category, margin)) = parts else { return source.into() };
                (margin.to_owned(), category.parse().ok())
            }
            E::EmptyCell { margin, category, .. } | E::TargetOfZero { margin, category, .. } => {
                (margin.clone(), Some(*category))
            }
            _ => return source.into(),
        };
        // The engine names the margins of a raking; post-strata are one margin.
        let alone = (self.margins.len() == 1).then_some(0);
        let at = self.margins.iter().position(|one| one.name == margin).or(alone);
        let named = at.zip(category).and_then(|(margin, category)| {
            self.margins[margin].categories.get(category)?;
            Some(self.name(Known::Category { margin, category }))
        });
        match named {
            Some(name) => Error::Auxiliary { name, source },
            None => source.into(),
        }
    }

    fn name(&self, known: Known) -> String {
        match known {
            Known::Number(at) => self.numbers[at].name.clone(),
            Known::Category { margin, category } => {
                let margin = &self.margins[margin];
                format!("{} = {}", margin.name, margin.categories[category])
            }
        }
    }

    fn matrix(&self, rows: usize, columns: &[Known]) -> Matrix {
        Matrix::from_fn(rows, columns.len(), |row, column| match columns[column] {
            Known::Number(at) => self.numbers[at].values[row],
            Known::Category { margin, category } => {
                f64::from(u8::from(self.margins[margin].codes[row] as usize == category))
            }
        })
    }

    fn target(&self, known: Known) -> f64 {
        match known {
            Known::Number(at) => self.numbers[at].target.values[0],
            Known::Category { margin, category } => self.margins[margin].targets[category],
        }
    }
}

impl Method {
    /// Crosses the margins once, for any weights.
    pub(super) fn rake(
        rows: &[u32],
        margins: &[GroupMargin],
        options: &RakeOptions,
    ) -> Result<Self, Error> {
        let margins: Vec<Margin<'_>> =
            margins.iter().map(|one| Margin::new(&one.name, &one.codes, &one.targets)).collect();
        Ok(Self::Rake(Box::new(Raking::new(rows.len(), &margins, options)?)))
    }
}

/// The weighted sums of products of the columns.
fn gram(x: &Matrix, weights: &[f64]) -> Matrix {
    let mut weighed = x.clone();
    for (row, mut values) in weighed.row_iter_mut().enumerate() {
        // A row without a weight may have no values.
        let root = weights[row].sqrt();
        values.iter_mut().for_each(|value| *value = if root > 0.0 { *value * root } else { 0.0 });
    }
    weighed.tr_mul(&weighed)
}

/// Columns that do not follow from those before them, by Cholesky's method, and those
/// that do while their targets do not: what is left of these is then not 0.
fn independent(gram: &Matrix, targets: &[f64]) -> (Vec<usize>, Vec<usize>) {
    let (size, mut left, mut targets_left) = (gram.ncols(), gram.clone(), targets.to_vec());
    let (mut kept, mut apart) = (Vec::new(), Vec::new());
    for at in 0..size {
        let pivot = left[(at, at)];
        if pivot <= DEPENDENT * gram[(at, at)] || pivot <= 0.0 {
            if targets_left[at].abs() > APART * targets[at].abs() {
                apart.push(at);
            }
            continue;
        }
        kept.push(at);
        let column = left.column(at).clone_owned();
        let step = targets_left[at] / pivot;
        targets_left.iter_mut().zip(column.iter()).for_each(|(left, part)| *left -= step * part);
        left -= &column * column.transpose() / pivot;
    }
    (kept, apart)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two margins of two categories: the last category follows from the others.
    #[test]
    fn columns_that_follow_from_others_are_left_out() {
        let x = Matrix::from_row_slice(
            4,
            5,
            &[1., 0., 1., 0., 3., 1., 0., 0., 1., 1., 0., 1., 1., 0., 1., 0., 1., 0., 1., 8.],
        );
        let of = |weights: &[f64], targets: &[f64]| independent(&gram(&x, weights), targets);
        let weights = [1.0, 2.0, 0.5, 1.0];
        assert_eq!(of(&weights, &[6.0, 4.0, 5.0, 5.0, 7.0]), (vec![0, 1, 2, 4], vec![]));
        // The second margin adds up to 11, the first to 10.
        assert_eq!(of(&weights, &[6.0, 4.0, 5.0, 6.0, 7.0]), (vec![0, 1, 2, 4], vec![3]));
        // Without a weight a row tells nothing apart.
        assert_eq!(of(&[1.0, 0.0, 0.0, 0.0], &[1.0, 0.0, 1.0, 0.0, 3.0]), (vec![0], vec![]));
    }
}
