//! Quantiles, distribution functions and intervals of shares.

use gko_survey::{
    Cdf, Columns, Df, Domain, IntervalMethod, QuantileEstimate, Quantiles, ShareEstimate,
    ShareInterval, Survey,
};

use super::basic::Variables;
use super::{Case, Ran, Table, designs, flat};

pub(crate) fn run(case: &Case) -> Ran {
    match case.group.as_str() {
        "quantile_rule" | "quantile_ci" | "replicate_quantile" => quantiles(case),
        "cdf" => cdf(case),
        "ciprop" | "replicate_ciprop" => share(case),
        "ciprop_by" => shares_by(case),
        _ if case.id == "dgko/by/country_median" => medians_by(case),
        _ => return false,
    }
    true
}

/// The value of an argument that is a word in quotes.
fn word<'a>(case: &'a Case, argument: &str) -> Option<&'a str> {
    case.between(&format!("{argument}=\""), "\"")
}

/// The value of an argument that is a number.
fn number(case: &Case, argument: &str) -> Option<f64> {
    let rest = case.between(&format!("{argument}="), ")")?;
    match rest.split(',').next().unwrap() {
        "Inf" => Some(f64::INFINITY),
        text => Some(text.parse().unwrap()),
    }
}

/// R takes the domain's where nothing else is stated.
fn df(case: &Case) -> Df {
    number(case, "df").map_or(Df::Domain, Df::Given)
}

fn quantiles(case: &Case) {
    let (survey, data) = designs::survey(case);
    let variables = Variables::new(&case.variables(), &data);
    let domain = variables.domain(&Domain::all(data.rows()));
    let list = case.between("c(", ")").unwrap();
    let probabilities: Vec<f64> = list.split(',').map(|one| one.parse().unwrap()).collect();
    for name in case.variables() {
        let values = data.numbers(name);
        let quantiles = Quantiles {
            rule: word(case, "qrule").unwrap_or("math").parse().unwrap(),
            interval: word(case, "interval.type").unwrap_or("mean").parse().unwrap(),
            level: 1.0 - number(case, "alpha").unwrap_or(0.05),
            df: df(case),
            ..Quantiles::new(name, &values, &probabilities)
        };
        let got = quantiles.estimate(&survey, &domain).unwrap();
        let got: Vec<f64> = got.quantiles.iter().flat_map(numbers).collect();
        let expected = flat(&case.result["variables"][name]["values"]);
        let iterated = case.call.contains("\"beta\"") || case.call.contains("\"score\"");
        case.same(name, &got, &expected, if iterated { 1e-5 } else { 1e-10 });
    }
}

fn numbers(one: &QuantileEstimate) -> [f64; 4] {
    [one.value, one.low, one.high, one.se].map(|number| number.unwrap_or(f64::NAN))
}

fn cdf(case: &Case) {
    let (survey, data) = designs::survey(case);
    let (income, all) = (data.numbers("income"), Domain::all(data.rows()));
    let cdf = Cdf::new("income", &income);
    let steps = cdf.steps(&survey, &all).unwrap();
    let points = case.numbers("x");
    let at: Vec<f64> = points.iter().map(|&x| steps.evaluate(x)).collect();
    case.close("F", &at, 1e-10);
    let shares = cdf.at(&survey, &all, &points).unwrap();
    let shares: Vec<f64> = shares.iter().map(|share| share.value.unwrap()).collect();
    case.close("F", &shares, 1e-10);
}

/// The 0/1 column of a call, and the rows where it has a value.
fn indicator(case: &Case, data: &Table) -> (Vec<f64>, Domain) {
    let all = Domain::all(data.rows());
    let mark = |name: &str, is: fn(f64) -> bool| {
        let values = data.numbers(name).into_iter().map(|x| f64::from(u8::from(is(x))));
        (values.collect(), all.clone())
    };
    match case.variables()[0] {
        "I(ell==0" => mark("ell", |x| x == 0.0),
        "I(api00>5000" => mark("api00", |x| x > 5000.0),
        name => {
            let values = data.numbers(name);
            let base = all.observed(&values).unwrap();
            (values, base)
        }
    }
}

fn interval<'a>(case: &Case, values: &'a [f64]) -> ShareInterval<'a> {
    ShareInterval {
        method: word(case, "method").unwrap().parse().unwrap(),
        level: number(case, "level").unwrap_or(0.95),
        df: df(case),
        ..ShareInterval::new(Columns::new().number("share", values))
    }
}

/// R's methods logit and likelihood report a share that stopped at about 1e-9.
fn tolerance(method: IntervalMethod) -> (f64, f64) {
    match method {
        IntervalMethod::Likelihood => (1e-8, 1e-4),
        IntervalMethod::Logit => (1e-8, 1e-7),
        _ => (1e-10, 1e-8),
    }
}

fn share(case: &Case) {
    let (survey, data) = designs::survey(case);
    let (values, domain) = indicator(case, &data);
    let asked = interval(case, &values);
    let got = &asked.estimate(&survey, &domain).unwrap()[0];
    let (estimate, ends) = tolerance(asked.method);
    case.close("estimate", &[got.value.unwrap()], estimate);
    case.close("se", &[got.se.unwrap()], 1e-8);
    case.close("ci", &both_ends(got), ends);
}

fn both_ends(got: &ShareEstimate) -> [f64; 2] {
    let interval = got.interval.unwrap();
    [interval.low, interval.high]
}

/// The domains of a call by groups, the first group fastest.
fn groups(case: &Case, data: &Table, base: &Domain) -> Vec<Domain> {
    let formula = case.call.split('~').nth(2).unwrap().split(',').next().unwrap();
    let names: Vec<&str> = formula.trim().split('+').collect();
    let first = names.first().unwrap();
    let rows = case.result["groups"][first].as_array().unwrap().len();
    let one = |row: usize| {
        names.iter().fold(base.clone(), |domain, name| {
            let level = case.result["groups"][name][row].as_str().unwrap();
            let marks: Vec<bool> = data.text(name).iter().map(|text| text == level).collect();
            domain.and(&marks).unwrap()
        })
    };
    (0..rows).map(one).collect()
}

fn shares_by(case: &Case) {
    let (survey, data) = designs::survey(case);
    let (values, base) = indicator(case, &data);
    let asked = interval(case, &values);
    let mut got = Vec::new();
    for domain in groups(case, &data, &base) {
        let one = asked.estimate(&survey, &domain).unwrap().swap_remove(0);
        let ends = both_ends(&one);
        got.push(one.value.unwrap());
        if case.has("se") {
            got.push(one.se.unwrap());
        }
        got.extend(ends);
    }
    case.close("values", &got, 1e-7);
    compare_normal(case, &survey, &got.chunks(got.len() / case.numbers("estimate").len()));
}

/// What R makes of the estimates and errors of `svyby` afterwards.
fn compare_normal(case: &Case, survey: &Survey, rows: &std::slice::Chunks<'_, f64>) {
    let estimates: Vec<f64> = rows.clone().map(|row| row[0]).collect();
    case.close("estimate", &estimates, 1e-8);
    if case.has("se") {
        let se: Vec<f64> = rows.clone().map(|row| row[1]).collect();
        case.close("se", &se, 1e-8);
        case.close("df_for_t", &[survey.full_df()], 0.0);
    }
}

fn medians_by(case: &Case) {
    let (survey, data) = designs::survey(case);
    let hours = data.numbers("hours");
    let base = Domain::all(data.rows()).observed(&hours).unwrap();
    let median = Quantiles::new("hours", &hours, &[0.5]);
    let mut got = Vec::new();
    for domain in groups(case, &data, &base) {
        let one = median.estimate(&survey, &domain).unwrap().quantiles[0];
        got.extend([one.value.unwrap(), one.se.unwrap()]);
    }
    case.close("values", &got, 1e-8);
    compare_normal(case, &survey, &got.chunks(2));
}
