//! Generalised linear models: coefficients, fit, tests of terms; margins beside them.

use std::collections::BTreeMap;

use gko_disclosure::{CellId, Line, Rest};
use gko_survey::Domain;
use gko_survey::regression::{
    Coefficient, Family, Glm, GlmFit, Iteration, Model, TermTest, TestOptions, Variable,
};

use crate::estimate::analyses::margins;
use crate::estimate::answer::{Content, Numbers, TestNumbers};
use crate::estimate::domains::Group;
use crate::estimate::error::Error;
use crate::estimate::frame::{Column, Factor};
use crate::estimate::models::{self, ModelColumns};
use crate::estimate::request::{RegressionOf, StopSpec, TermTestSpec};
use crate::estimate::support::{Facet, Support};
use crate::estimate::task::{Outcome, Task};

/// Where the request describes the model.
pub(crate) const PLACE: &str = "/analysis/regression";

pub(crate) fn run(task: &Task<'_>, of: &RegressionOf) -> Result<Outcome, Error> {
    let columns = models::columns(task.frame, &of.terms.of, &format!("{PLACE}/terms/of"))?;
    let response = response(task, &of.response)?;
    let binary = Facet::of_numbers(&response);
    let mut lines = ModelLines::new(task, &columns, &of.terms.of, binary);
    let mut covariance = Vec::new();
    let mut fits = Vec::new();
    for group in &task.groups.parts {
        let glm = model(task, of, &columns, &response, group)?;
        let fit = glm.estimate(task.survey, &group.domain)?;
        lines.begin(group, fit.coefficients().len());
        lines.coefficients(fit.table(task.request.options.level)?, &fit);
        covariance.push(fit.covariance().clone());
        let before = lines.count();
        margins::add(task, of, &glm, &fit, &columns, &mut lines, &group.domain)?;
        let more = lines.count() - before;
        covariance.push(gko_survey::Matrix::from_element(more, more, f64::NAN));
        fits.push((group, fit));
    }
    // Estimates come first: the covariance counts them alone.
    for (group, fit) in &fits {
        lines.begin(group, fit.coefficients().len());
        lines.test("model", summary(of, fit));
        for spec in &of.tests {
            lines.test(&spec.of.join(" + "), term_test(fit, spec)?);
        }
    }
    Ok(lines.finish(task, &covariance))
}

/// The response as numbers: the second level of a factor counts as 1.
pub(crate) fn response(task: &Task<'_>, name: &str) -> Result<Vec<f64>, Error> {
    let place = format!("{PLACE}/response");
    match task.frame.get(name, &place)? {
        Column::Number(values) => Ok(values.clone()),
        Column::Factor(Factor { codes, levels }) if levels.len() == 2 => {
            let value = |code: &u32| match code {
                0 => 0.0,
                1 => 1.0,
                _ => f64::NAN,
            };
            Ok(codes.iter().map(value).collect())
        }
        Column::Factor(factor) => {
            let message = format!(
                "`{name}` has {} levels; a response is a number or has two, an ordered factor goes to `ordinal`",
                factor.levels.len()
            );
            Err(Error::invalid(&place, message))
        }
    }
}

/// The model of a domain: levels that nobody there has are left out.
pub(crate) fn model<'a>(
    task: &Task<'a>,
    of: &RegressionOf,
    columns: &ModelColumns<'a>,
    response: &'a [f64],
    group: &Group,
) -> Result<Glm<'a>, Error> {
    let place = format!("{PLACE}/terms/references");
    let variables = present(columns.variables(&of.terms.references, &place)?, task, &group.domain)?;
    let mut terms = models::terms(&of.terms.of);
    if of.terms.no_intercept {
        terms = terms.without_intercept();
    }
    let mut model = Model::new(Variable::numeric(&of.response, response), variables, &terms)?;
    if let Some(name) = &of.offset {
        model = model.with_offset(task.frame.number(name, &format!("{PLACE}/offset"))?)?;
    }
    let family: Family = of.family.0;
    let link = of.link.map_or_else(|| family.canonical(), |link| link.0);
    let glm = Glm::new(model, family, link)?;
    Ok(match of.stop {
        StopSpec::Limit => glm,
        StopSpec::AsR => glm.with_iteration(Iteration::glm_control()),
    })
}

/// Variables without the levels that nobody in a domain has.
pub(crate) fn present<'a>(
    variables: Vec<Variable<'a>>,
    task: &Task<'_>,
    domain: &Domain,
) -> Result<Vec<Variable<'a>>, Error> {
    let weights = domain.weights(task.survey.weights());
    let used: Vec<bool> = weights.iter().map(|&weight| weight > 0.0).collect();
    let kept = variables.into_iter().map(|variable| variable.without_empty_levels(&used));
    let kept: Result<Vec<_>, _> = kept.collect();
    Ok(kept.map_err(gko_survey::Error::from)?)
}

fn summary(of: &RegressionOf, fit: &GlmFit<'_>) -> TestNumbers {
    let link = of.link.map_or_else(|| of.family.0.canonical(), |link| link.0);
    TestNumbers {
        method: format!("{} with link {}", of.family.0.as_str(), link.as_str()),
        statistic: fit.deviance(),
        df: Some(fit.df_residual()),
        ddf: None,
        p: f64::NAN,
        details: BTreeMap::from([
            ("deviance", fit.deviance()),
            ("null_deviance", fit.null_deviance()),
            ("dispersion", fit.dispersion()),
            ("df_residual", fit.df_residual()),
            ("iterations", f64::from(fit.iterations())),
        ]),
    }
}

fn term_test(fit: &GlmFit<'_>, spec: &TermTestSpec) -> Result<TestNumbers, Error> {
    let labels: Vec<&str> = spec.of.iter().map(String::as_str).collect();
    Ok(term_numbers(&fit.test(&labels, options(spec))?))
}

/// The settings of a test of terms.
pub(crate) fn options(spec: &TermTestSpec) -> TestOptions {
    TestOptions::by(spec.method.0).with_mixture(spec.tail.0)
}

/// The numbers of a test of terms.
pub(crate) fn term_numbers(test: &TermTest) -> TestNumbers {
    #[expect(clippy::cast_precision_loss, reason = "coefficients are few")]
    let df = test.df as f64;
    TestNumbers {
        method: test.method.as_str().to_owned(),
        statistic: test.chi_squared,
        df: Some(df),
        ddf: Some(test.ddf),
        p: test.p.unwrap_or(f64::NAN),
        details: BTreeMap::from([("f", test.f()), ("chi_squared", test.chi_squared)]),
    }
}

/// The lines of a model: all of them rest on its rows, levels and outcomes.
pub(crate) struct ModelLines<'t> {
    task: &'t Task<'t>,
    support: Support,
    /// The facet of each variable that has levels.
    facets: Vec<usize>,
    /// Variables of an interaction, as facets.
    crossed: Vec<Vec<usize>>,
    current: Option<(Group, CellId, Vec<Rest>)>,
    estimates: usize,
}

impl<'t> ModelLines<'t> {
    pub(crate) fn new(
        task: &'t Task<'t>,
        columns: &ModelColumns<'_>,
        terms: &[String],
        response: Option<Facet>,
    ) -> Self {
        let (mut facets, places) = columns.facets();
        let crossed = terms.iter().map(|term| {
            models::parts(term).into_iter().filter_map(|name| places.get(name).copied()).collect()
        });
        let crossed = crossed.filter(|facets: &Vec<usize>| facets.len() > 1).collect();
        facets.extend(response);
        let all = (0..facets.len()).collect();
        let support = task.support(facets);
        Self { task, support, facets: all, crossed, current: None, estimates: 0 }
    }

    /// Begins the lines of a domain.
    pub(crate) fn begin(&mut self, group: &Group, parameters: usize) {
        let base = self.support.cell(&group.place, &[]);
        let mut rests = Vec::new();
        for &facet in &self.facets {
            for cell in self.support.levels(&group.place, facet) {
                if self.support.count(cell) > 0 {
                    rests.push(Rest::Group(cell));
                }
            }
        }
        for facets in &self.crossed {
            for cell in self.support.crossed(&group.place, facets) {
                if self.support.count(cell) > 0 {
                    rests.push(Rest::Group(cell));
                }
            }
        }
        let n = self.support.count(base);
        rests.push(Rest::Alone(n.saturating_sub(parameters as u64)));
        self.current = Some((group.clone(), base, rests));
    }

    /// Adds the table of coefficients.
    pub(crate) fn coefficients(&mut self, table: Vec<Coefficient>, fit: &GlmFit<'_>) {
        let basis = fit.estimation().bases().first().cloned();
        for one in table {
            let numbers = Numbers {
                sum_weights: basis.as_ref().map_or(f64::NAN, |basis| basis.sum_weights),
                kish_n: basis.as_ref().map_or(f64::NAN, |basis| basis.kish_n),
                ..coefficient(&one, fit.df_residual())
            };
            self.estimate(&one.name, numbers);
        }
    }

    /// Adds an estimate.
    pub(crate) fn estimate(&mut self, term: &str, numbers: Numbers) {
        let Some((group, base, rests)) = self.current.clone() else { return };
        let line = Line::new(Content::Numbers(numbers), base).rests_on(rests);
        self.support.line(self.task.key(&group.labels, term), line);
        self.estimates += 1;
    }

    /// Adds a test.
    pub(crate) fn test(&mut self, term: &str, numbers: TestNumbers) {
        let Some((group, base, rests)) = self.current.clone() else { return };
        let line = Line::new(Content::Test(numbers), base).rests_on(rests);
        self.support.line(self.task.test(&group.labels, term), line);
    }

    /// How many estimates there are.
    pub(crate) fn count(&self) -> usize {
        self.estimates
    }

    /// The outcome; models of different domains have no covariance here.
    pub(crate) fn finish(self, task: &Task<'_>, blocks: &[gko_survey::Matrix]) -> Outcome {
        let size = self.estimates;
        let mut rows = vec![vec![f64::NAN; size]; size];
        let mut start = 0;
        for block in blocks {
            for row in 0..block.nrows() {
                for column in 0..block.ncols() {
                    rows[start + row][start + column] = block[(row, column)];
                }
            }
            start += block.nrows();
        }
        let wanted = task.request.options.covariance;
        task.outcome(self.support, wanted.then_some(rows))
    }
}

/// The numbers of a coefficient.
pub(crate) fn coefficient(one: &Coefficient, df: f64) -> Numbers {
    Numbers {
        estimate: one.estimate,
        se: one.se,
        interval: one.interval,
        method: "t",
        df,
        statistic: Some(one.t),
        p: one.p,
        sum_weights: f64::NAN,
        kish_n: f64::NAN,
        ..Numbers::default()
    }
}
