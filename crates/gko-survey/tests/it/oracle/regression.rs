//! Generalized linear models, ordered responses, log-linear models, tests of terms,
//! predictions and margins.
//!
//! R ends its iteration at 1e-8 of the deviance, which leaves up to 7e-6 of a
//! standard error: these cases are run with R's rule (`Iteration::glm_control`).

use gko_survey::regression::{
    DenominatorDf, Family, Glm, GlmFit, Iteration, Link, LogLinear, Model, ProportionalOdds, Scale,
    TermTest, Terms, TestMethod, TestOptions, Variable,
};
use gko_survey::{Domain, Survey};

use super::{Case, Ran, Table, designs, flat};

const GROUPS: [&str; 7] =
    ["glm", "replicate_glm", "regtermtest", "olr", "loglinear", "predict", "predictive_margins"];
/// The models that the calls name.
const M1: &str = "svyglm(harm~country+agegrp+sex, design=dgko, family=quasibinomial())";
const M2: &str = "svyglm(api00~ell+meals+mobility, design=dstrat)";

pub(crate) fn run(case: &Case) -> Ran {
    if !GROUPS.contains(&case.group.as_str()) {
        return false;
    }
    let (survey, data) = designs::survey(case);
    let call = case.call.as_str();
    match case.group.as_str() {
        "glm" | "replicate_glm" => glm(case, &survey, &data),
        "regtermtest" if call.contains("anova(") => anova(case, &survey, &data),
        "regtermtest" => term_test(case, &survey, &data),
        "predict" => predict(case, &survey, &data),
        "predictive_margins" => predictive_means(case, &survey, &data),
        "olr" => ordinal(case, &survey, &data),
        _ => loglinear(case, &survey, &data),
    }
    true
}

/// The columns of a formula, with their names in it.
struct Formula {
    response: Column,
    explaining: Vec<Column>,
    terms: Terms,
    offset: Option<Vec<f64>>,
}

struct Column {
    name: String,
    numbers: Vec<f64>,
    codes: Vec<u32>,
    levels: Vec<String>,
    is_number: bool,
}

impl Column {
    /// A column as a formula names it: a number, a factor, or `factor(x)`.
    fn new(name: &str, data: &Table) -> Self {
        let inner = name.strip_prefix("factor(").map(|rest| rest.trim_end_matches(')'));
        let column = inner.unwrap_or(name);
        let is_number = inner.is_none() && data.is_number(column);
        Self {
            name: name.to_owned(),
            numbers: if is_number { data.numbers(column) } else { Vec::new() },
            codes: data.codes(column),
            levels: data.levels(column),
            is_number,
        }
    }

    fn variable(&self) -> Variable<'_> {
        if self.is_number {
            return Variable::numeric(&self.name, &self.numbers);
        }
        let levels: Vec<&str> = self.levels.iter().map(String::as_str).collect();
        Variable::factor(&self.name, &self.codes, &levels).unwrap()
    }
}

impl Formula {
    /// Reads `y~a+b*c+offset(log(z))`.
    fn new(text: &str, data: &Table) -> Self {
        let (response, right) = text.split_once('~').unwrap();
        let mut formula = Self {
            response: Column::new(response.trim(), data),
            explaining: Vec::new(),
            terms: Terms::new(),
            offset: None,
        };
        for term in right.split('+').map(str::trim) {
            if let Some(inner) = term.strip_prefix("offset(log(") {
                let values = data.numbers(inner.trim_end_matches(')'));
                formula.offset = Some(values.iter().map(|value| value.ln()).collect());
                continue;
            }
            let parts: Vec<&str> = term.split('*').map(str::trim).collect();
            for part in &parts {
                if !formula.explaining.iter().any(|one| one.name == *part) {
                    formula.explaining.push(Column::new(part, data));
                }
            }
            formula.terms = formula.terms.clone().crossed(&parts);
        }
        formula
    }

    fn model(&self) -> Model<'_> {
        let variables = self.explaining.iter().map(Column::variable).collect();
        let model = Model::new(self.response.variable(), variables, &self.terms).unwrap();
        match &self.offset {
            Some(offset) => model.with_offset(offset).unwrap(),
            None => model,
        }
    }
}

/// The formula of the first model call in a text: up to its first bare comma.
fn formula(call: &str) -> &str {
    let from = call.find('(').map_or(0, |at| at + 1);
    let mut depth = 0;
    let end = call[from..].find(|letter| {
        depth += i32::from(letter == '(') - i32::from(letter == ')');
        depth < 0 || depth == 0 && letter == ','
    });
    &call[from..end.map_or(call.len(), |end| from + end)]
}

fn family(call: &str) -> (Family, Link) {
    let name = call.split("family=").nth(1).unwrap_or("gaussian(");
    let name = name.split('(').next().unwrap().to_lowercase();
    let family: Family = name.parse().unwrap();
    let after = call.split("link=").nth(1);
    let link = after.map(|rest| rest.trim_start_matches('"').split(['"', ')']).next().unwrap());
    (family, link.map_or(family.canonical(), |link| link.parse().unwrap()))
}

/// Reads a `svyglm` call and hands its model over, to be iterated as R does.
fn with_glm<T>(call: &str, data: &Table, then: impl FnOnce(&Glm<'_>) -> T) -> T {
    let formula = Formula::new(formula(call), data);
    let (family, link) = family(call);
    let glm = Glm::new(formula.model(), family, link).unwrap();
    then(&glm.with_iteration(Iteration::glm_control()))
}

fn with_fit<T>(
    call: &str,
    survey: &Survey,
    data: &Table,
    then: impl FnOnce(&GlmFit<'_>) -> T,
) -> T {
    let all = Domain::all(data.rows());
    with_glm(call, data, |glm| then(&glm.estimate(survey, &all).unwrap()))
}

fn glm(case: &Case, survey: &Survey, data: &Table) {
    with_fit(&case.call, survey, data, |fit| {
        let names: Vec<String> = serde_json::from_value(case.result["names"].clone()).unwrap();
        assert_eq!(fit.names(), names, "{}", case.id);
        let table = fit.table(0.95).unwrap();
        let column = |get: fn(&_) -> f64| -> Vec<f64> { table.iter().map(get).collect() };
        case.close("estimate", fit.coefficients(), 1e-10);
        case.close("se", &column(|row: &gko_survey::regression::Coefficient| row.se), 1e-8);
        case.close("t", &column(|row| row.t), 1e-8);
        case.close("p", &column(|row| row.p.unwrap_or(f64::NAN)), 1e-6);
        case.close("vcov", fit.covariance().transpose().as_slice(), 1e-7);
        case.close("df_residual", &[fit.df_residual()], 1e-12);
        case.close("dispersion", &[fit.dispersion()], 1e-8);
        case.close("deviance", &[fit.deviance()], 1e-10);
        case.close("null_deviance", &[fit.null_deviance()], 1e-10);
        let ends =
            table.iter().flat_map(|row| row.interval.map_or([f64::NAN; 2], <[f64; 2]>::from));
        case.close("ci95_wald", &ends.collect::<Vec<_>>(), 1e-8);
    });
}

/// The model that a test or prediction speaks of.
fn model_call(call: &str) -> &str {
    match call.find("svyglm(") {
        Some(at) => &call[at..],
        None if call.contains("m2") => M2,
        None => M1,
    }
}

fn options(call: &str) -> TestOptions {
    let method = match call {
        _ if call.contains("\"WorkingWald\"") => TestMethod::WorkingWald,
        _ if call.contains("\"LRT\"") => TestMethod::WorkingLikelihoodRatio,
        _ => TestMethod::Wald,
    };
    let infinite = call.contains("df=Inf");
    let df = if infinite { DenominatorDf::Infinite } else { DenominatorDf::Residual };
    TestOptions::by(method).with_df(df)
}

fn term_test(case: &Case, survey: &Survey, data: &Table) {
    let after = case.call.rsplit('~').next().unwrap();
    let terms: Vec<&str> =
        after.split([',', ')']).next().unwrap().split('+').map(str::trim).collect();
    let test: TermTest = with_fit(model_call(&case.call), survey, data, |fit| {
        fit.test(&terms, options(&case.call)).unwrap()
    });
    case.close("df", &[f64::from(u32::try_from(test.df).unwrap())], 1e-12);
    // The saddlepoint's p is R's to the accuracy of its root.
    let tolerance = if test.method == TestMethod::Wald { 1e-8 } else { 1e-6 };
    case.close("p", &[test.p.unwrap()], tolerance);
    if case.has("F") {
        case.close("F", &[test.f()], 1e-8);
    }
    if case.has("chisq") {
        case.close("chisq", &[test.chi_squared], 1e-8);
    }
    if case.has("ddf") {
        case.close("ddf", &[test.ddf], 1e-12);
    }
    if case.has("lambda") {
        case.close("lambda", &test.lambda, 1e-8);
    }
}

fn anova(case: &Case, survey: &Survey, data: &Table) {
    let all = Domain::all(data.rows());
    let tests = with_glm(model_call(&case.call), data, |glm| {
        glm.anova(survey, &all, TestOptions::default()).unwrap()
    });
    let column = |get: fn(&TermTest) -> f64| -> Vec<f64> { tests.iter().map(get).collect() };
    case.close("F", &column(TermTest::f), 1e-8);
    case.close("p", &column(|test| test.p.unwrap()), 1e-8);
    case.close("ddf", &column(|test| test.ddf), 1e-12);
    let terms: Vec<String> = serde_json::from_value(case.result["terms"].clone()).unwrap();
    assert_eq!(tests.iter().flat_map(|test| test.terms.clone()).collect::<Vec<_>>(), terms);
}

/// New rows as `name=factor(c("a","b"),levels=...)` or `name=c(1,2)`.
fn new_rows(call: &str, data: &Table) -> Vec<Column> {
    let frame = call.split("data.frame(").nth(1).unwrap();
    let mut columns = Vec::new();
    for Column { name, .. } in Formula::new(formula(model_call(call)), data).explaining {
        let Some(at) = frame.find(&format!("{name}=")) else { continue };
        let cells = frame[at..].split("c(").nth(1).unwrap().split(')').next().unwrap();
        let cells: Vec<&str> = cells.split(',').map(|cell| cell.trim().trim_matches('"')).collect();
        let mut column = Column::new(&name, data);
        let code = |cell: &&str| column.levels.iter().position(|level| level == cell);
        column.codes =
            cells.iter().map(|cell| u32::try_from(code(cell).unwrap()).unwrap()).collect();
        if column.is_number {
            column.numbers = cells.iter().map(|cell| cell.parse().unwrap()).collect();
        }
        columns.push(column);
    }
    columns
}

fn predict(case: &Case, survey: &Survey, data: &Table) {
    let rows = new_rows(&case.call, data);
    let variables: Vec<Variable<'_>> = rows.iter().map(Column::variable).collect();
    let scale = if case.call.contains("\"response\"") { Scale::Response } else { Scale::Link };
    with_fit(model_call(&case.call), survey, data, |fit| {
        let got = fit.predict(&variables, None, scale).unwrap();
        case.close("fit", &got.values, 1e-10);
        case.close("se", &got.se(), 1e-8);
    });
}

fn predictive_means(case: &Case, survey: &Survey, data: &Table) {
    let group = case.call.rsplit('~').next().unwrap().trim_end_matches(')');
    let inner = model_call(&case.call);
    let (head, tail) = inner.split_once(',').unwrap();
    let call = format!("{head}+{group},{tail}");
    let all = Domain::all(data.rows());
    // R averages over the rows of the model without the group.
    let over = with_glm(inner, data, |glm| glm.model().observed(&all).unwrap());
    with_fit(&call, survey, data, |fit| {
        let got = fit.predictive_means(survey, &over, group).unwrap();
        case.close("estimate", &got.values, 1e-10);
        case.close("se", &got.se(), 1e-8);
        case.close("vcov", got.covariance.transpose().as_slice(), 1e-8);
    });
}

fn ordinal(case: &Case, survey: &Survey, data: &Table) {
    let formula = Formula::new(formula(&case.call), data);
    let odds = ProportionalOdds::new(formula.model()).unwrap();
    let fit = odds.estimate(survey, &Domain::all(data.rows())).unwrap();
    let names: Vec<String> = serde_json::from_value(case.result["names"].clone()).unwrap();
    assert_eq!(fit.names(), names, "{}", case.id);
    case.close("estimate", fit.values(), 1e-10);
    case.close("se", &fit.estimation().se(), 1e-8);
}

fn loglinear(case: &Case, survey: &Survey, data: &Table) {
    let formula = case.between("svyloglin(~", ",").unwrap();
    // A table's variables are categories, whatever they are written as.
    let names: Vec<&str> = formula.split('+').map(str::trim).collect();
    let columns: Vec<Column> =
        names.iter().map(|name| Column { is_number: false, ..Column::new(name, data) }).collect();
    let variables: Vec<Variable<'_>> = columns.iter().map(Column::variable).collect();
    let main = names.iter().fold(Terms::new(), |terms, name| terms.main(name));
    let pairs = main.clone().crossed(&names);
    let all = Domain::all(data.rows());
    let fit =
        |terms: &Terms| LogLinear::new(&variables, terms).unwrap().estimate(survey, &all).unwrap();
    let (small, large) = (fit(&main), fit(&pairs));
    let test = large.compare(&small).unwrap();
    case.close("coef", large.coefficients(), 1e-10);
    let se: Vec<f64> = large.covariance().diagonal().iter().map(|value| value.sqrt()).collect();
    case.close("se", &se, 1e-8);
    case.close("score_chisq", &[test.pearson], 1e-10);
    let deviance = flat(&case.result["dev_chisq"]);
    assert!(deviance.iter().all(|value| value.is_nan()), "{}: a deviance to compare", case.id);
}
