//! Means, totals, shares and ratios, in the whole sample and by domains.

use gko_survey::{Columns, Df, Domain, Error, Estimation, Mean, Ratio, Statistic, Total};

use super::{Case, Ran, Table, designs};

pub(crate) fn run(case: &Case) -> Ran {
    if case.id == "dlonely/fail" {
        return fail(case);
    }
    let groups = [
        "mean",
        "total",
        "proportion",
        "ratio",
        "fpc",
        "lonely",
        "multistage",
        "pooling",
        "calibrated_estimate",
    ];
    let simple = ["svymean(", "svytotal(", "svyratio("];
    let plain = simple.iter().any(|call| case.call.starts_with(call));
    if !groups.contains(&case.group.as_str()) || !plain || case.call.contains("interaction") {
        return false;
    }
    let (survey, data) = designs::survey(case);
    let variables = Variables::new(&case.variables(), &data);
    let mut domain = variables.domain(&Domain::all(data.rows()));
    if case.call.contains("svyratio") {
        let under = denominators(case);
        domain = under.iter().fold(domain, |all, name| all.observed(&data.numbers(name)).unwrap());
    }
    let got = with_statistic(case, &data, &variables, |statistic| {
        survey.estimate(statistic, &domain).unwrap()
    });
    compare(case, &got);
    if case.has("deff") {
        super::estimators::deff(case);
    }
    true
}

fn fail(case: &Case) -> Ran {
    let (survey, data) = designs::survey(case);
    let x = data.numbers("api00");
    let refused = survey.estimate(&Mean::of("api00", &x), &Domain::all(data.rows()));
    assert!(matches!(refused, Err(Error::SinglePsuStrata { .. })));
    true
}

/// The columns that a formula names.
pub(crate) struct Variables {
    names: Vec<String>,
    numbers: Vec<Option<Vec<f64>>>,
    codes: Vec<Vec<u32>>,
    levels: Vec<Vec<String>>,
    present: Vec<Vec<bool>>,
}

impl Variables {
    pub(crate) fn new(formula: &[&str], data: &Table) -> Self {
        let mut all = Self {
            names: Vec::new(),
            numbers: Vec::new(),
            codes: Vec::new(),
            levels: Vec::new(),
            present: Vec::new(),
        };
        for term in formula {
            let inner = term.strip_prefix("factor(").map(|rest| rest.trim_end_matches(')'));
            let name = inner.unwrap_or(term);
            all.names.push((*term).to_owned());
            let number = inner.is_none() && data.is_number(name);
            all.numbers.push(number.then(|| data.numbers(name)));
            all.codes.push(data.codes(name));
            all.levels.push(data.levels(name));
            all.present.push(data.present(name));
        }
        all
    }

    /// Rows where all have a value.
    pub(crate) fn domain(&self, domain: &Domain) -> Domain {
        let keep = |domain: Domain, present: &Vec<bool>| domain.observed_where(present).unwrap();
        self.present.iter().fold(domain.clone(), keep)
    }

    pub(crate) fn columns(&self) -> Columns<'_> {
        let mut columns = Columns::new();
        for at in 0..self.names.len() {
            columns = match &self.numbers[at] {
                Some(values) => columns.number(&self.names[at], values),
                None => columns.categories(&self.names[at], &self.codes[at], &self.levels[at]),
            };
        }
        columns
    }
}

/// Hands over the statistic that a call names.
pub(crate) fn with_statistic<T>(
    case: &Case,
    data: &Table,
    variables: &Variables,
    then: impl Fn(&dyn Statistic) -> T,
) -> T {
    if case.call.contains("svyratio") {
        return then(&ratio(case, data, variables));
    }
    if case.call.contains("svytotal") {
        return then(&Total::new(variables.columns()));
    }
    then(&Mean::new(variables.columns()))
}

/// R crosses all numerators with all denominators, numerators fastest.
fn ratio<'a>(case: &Case, data: &Table, over: &'a Variables) -> Ratio<'a> {
    let under = denominators(case);
    let (mut tops, mut bottoms) = (Columns::new(), Columns::new());
    for name in under {
        for (at, top) in over.names.iter().enumerate() {
            tops = tops.number(top, over.numbers[at].as_ref().unwrap());
            bottoms = bottoms.number(name, Vec::leak(data.numbers(name)));
        }
    }
    Ratio::new(tops, bottoms).unwrap()
}

/// Variables of the second formula.
fn denominators(case: &Case) -> Vec<&str> {
    let under = case.call.split('~').find(|part| part.starts_with("enroll")).unwrap();
    under.split([',', ')']).next().unwrap().split('+').collect()
}

/// Values, errors, covariance and intervals.
pub(crate) fn compare(case: &Case, got: &Estimation) {
    case.close("estimate", got.values(), 1e-10);
    case.close("se", &got.se(), 1e-8);
    let matrix: Vec<f64> = got.covariance().transpose().iter().copied().collect();
    if case.has("vcov") && !case.call.contains("svyratio") {
        case.close("vcov", &matrix, 1e-8);
    }
    if case.has("cv") {
        case.close("cv", &got.cv(), 1e-8);
    }
    for (field, df) in [("ci95_normal", Df::Infinite), ("ci95_t", Df::Design)] {
        if case.has(field) {
            case.close(field, &ends(got, 0.95, df), 1e-8);
        }
    }
    if case.has("df_for_t") {
        case.close("df_for_t", &[got.design_df()], 0.0);
    }
}

/// Ends of all intervals in a row.
pub(crate) fn ends(got: &Estimation, level: f64, df: Df) -> Vec<f64> {
    let all = got.intervals(level, df).unwrap();
    all.into_iter().flat_map(|one| one.map_or([f64::NAN; 2], |(a, b)| [a, b])).collect()
}
