//! Design effects, variances, tables, standardised figures, agreement, contrasts.

use gko_survey::{
    Columns, Comparison, Covariances, DesignEffects, Df, Domain, Mean, Ratio, SeparateRatios, Total,
};

use super::basic::{self, Variables, with_statistic};
use super::{Case, Ran, designs};

pub(crate) fn run(case: &Case) -> Ran {
    match case.group.as_str() {
        "deff" => deff(case),
        "variance" => variance(case),
        "degf" if !case.design.starts_with("r_") => degf(case),
        "cv" => cv(case),
        "confint" => confint(case),
        _ => match case.id.as_str() {
            "dstrat/ratio/separate" => separate(case),
            "dclus1/ratio/two" => ratios(case),
            "dclus2/ratio" | "dclus1/by/one_psu_domain" | "dfpc/domain/x_gt4" => plain(case),
            "dgko/multi_country_independent" => countries(case),
            _ => return false,
        },
    }
    true
}

/// The design effects of a mean or total.
pub(crate) fn deff(case: &Case) {
    let (survey, data) = designs::survey(case);
    let variables = Variables::new(&case.variables(), &data);
    let domain = variables.domain(&Domain::all(data.rows()));
    let comparison = match case.call.contains("deff=\"replace\"") {
        true => Comparison::WithReplacement,
        false => Comparison::WithoutReplacement,
    };
    let got = with_statistic(case, &data, &variables, |statistic| {
        DesignEffects::of(&survey, statistic, &domain, comparison).unwrap()
    });
    basic::compare(case, got.estimation());
    case.close("deff", &got.values(), 1e-8);
}

/// The variances and covariances of columns.
pub(crate) fn variance(case: &Case) {
    let (survey, data) = designs::survey(case);
    let variables = Variables::new(&case.variables(), &data);
    let covariances = Covariances::new(variables.columns());
    let got = survey.estimate(&covariances, &Domain::all(data.rows())).unwrap();
    let (pairs, se) = (covariances.pairs(), got.se());
    let columns = variables.columns().len();
    let square = |values: &[f64]| {
        let at = |a: usize, b: usize| pairs.iter().position(|&pair| pair == (a.min(b), a.max(b)));
        let all = (0..columns * columns).map(|cell| at(cell / columns, cell % columns).unwrap());
        all.map(|place| values[place]).collect::<Vec<f64>>()
    };
    case.close("estimate", &square(got.values()), 1e-10);
    case.close("se", &square(&se), 1e-8);
}

fn degf(case: &Case) {
    let (survey, data) = designs::survey(case);
    let domain = |column: &str, values: &[&str]| {
        let member = |cell: &String| values.contains(&cell.as_str());
        Domain::of(data.text(column).iter().map(member).collect())
    };
    let all = Domain::all(data.rows());
    let domains = match case.id.as_str() {
        "dgko/degf/subset" => vec![
            all,
            domain("country", &["A"]),
            domain("country", &["A", "B"]),
            domain("sex", &["girl"]),
        ],
        "dclus1/degf/subset" => vec![all, domain("dnum", &["637"])],
        "dnhanes/degf" => vec![all, domain("race", &["3"])],
        _ => vec![all],
    };
    let got: Vec<f64> = domains.iter().map(|domain| survey.df(domain)).collect();
    case.close("value", &got, 0.0);
}

fn cv(case: &Case) {
    let (survey, data) = designs::survey(case);
    let (enroll, students) = (data.numbers("enroll"), data.numbers("api.stu"));
    let columns = Columns::new().number("enroll", &enroll).number("api.stu", &students);
    let got = survey.estimate(&Total::new(columns), &Domain::all(data.rows())).unwrap();
    case.close("value", &got.cv(), 1e-8);
}

fn confint(case: &Case) {
    let (survey, data) = designs::survey(case);
    let (api, enroll) = (data.numbers("api00"), data.numbers("enroll"));
    let columns = Columns::new().number("api00", &api).number("enroll", &enroll);
    let got = survey.estimate(&Mean::new(columns), &Domain::all(data.rows())).unwrap();
    case.close("value", &basic::ends(&got, 0.9, Df::Design), 1e-8);
}

/// Combined ratios and a mean in a subset.
fn plain(case: &Case) {
    let (survey, data) = designs::survey(case);
    let variables = Variables::new(&case.variables(), &data);
    let member = |row: usize| match case.id.as_str() {
        "dclus1/by/one_psu_domain" => data.text("dnum")[row] == "637",
        "dfpc/domain/x_gt4" => data.numbers("x")[row] > 4.0,
        _ => !data.text("enroll")[row].is_empty(),
    };
    let domain = Domain::of((0..data.rows()).map(member).collect());
    let domain = variables.domain(&domain);
    let got = with_statistic(case, &data, &variables, |statistic| {
        survey.estimate(statistic, &domain).unwrap()
    });
    basic::compare(case, &got);
}

/// R leaves the covariance between ratios out (NaN); ours is checked as far as R's goes.
fn ratios(case: &Case) {
    let (survey, data) = designs::survey(case);
    let variables = Variables::new(&case.variables(), &data);
    let all = Domain::all(data.rows());
    let got = with_statistic(case, &data, &variables, |statistic| {
        survey.estimate(statistic, &all).unwrap()
    });
    case.close("estimate", got.values(), 1e-10);
    case.close("se", &got.se(), 1e-8);
    for (at, expected) in case.numbers("vcov").iter().enumerate() {
        if expected.is_finite() {
            case.same("vcov", &[got.covariance()[(at / 4, at % 4)]], &[*expected], 1e-8);
        }
    }
    case.close("ci95_normal", &basic::ends(&got, 0.95, Df::Infinite), 1e-8);
    case.close("ci95_t", &basic::ends(&got, 0.95, Df::Design), 1e-8);
    case.close("df_for_t", &[got.design_df()], 0.0);
}

fn separate(case: &Case) {
    let (survey, data) = designs::survey(case);
    let (students, enroll) = (data.numbers("api.stu"), data.numbers("enroll"));
    let over = Columns::new().number("api.stu", &students);
    let under = Columns::new().number("enroll", &enroll);
    let ratio = Ratio::new(over, under).unwrap();
    let got = SeparateRatios::of(&survey, &ratio, &Domain::all(data.rows())).unwrap();
    let strata: Vec<&str> =
        got.strata().iter().map(|id| ["E", "H", "M"][id.stratum as usize]).collect();
    assert_eq!(case.result["strata"], serde_json::json!(strata));
    case.close("ratio", got.estimation().values(), 1e-10);
    case.close("se", &got.estimation().se(), 1e-8);
}

fn countries(case: &Case) {
    let (survey, data) = designs::survey(case);
    let hours = data.numbers("hours");
    let country = |name: &String| {
        let members = data.text("country").iter().map(|cell| cell == name).collect();
        Domain::of(members).observed(&hours).unwrap()
    };
    let domains: Vec<Domain> = data.levels("country").iter().map(country).collect();
    let got = survey.estimate_by(&Mean::of("hours", &hours), &domains).unwrap();
    case.close("mean", got.values(), 1e-10);
    case.close("se", &got.se(), 1e-8);
}
