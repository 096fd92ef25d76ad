//! Figures by groups: values, errors, intervals, covariance, as `svyby` lays them out.

use gko_survey::{Comparison, DesignEffects, Df, Domain, Estimation, Survey};

use super::basic::{Variables, ends, with_statistic};
use super::{Case, Ran, Table, designs};

const FIGURES: [&str; 3] = ["svymean", "svytotal", "svyratio"];

pub(crate) fn run(case: &Case) -> Ran {
    let figure = FIGURES.iter().any(|figure| case.call.contains(figure));
    if !case.call.starts_with("svyby(") || !figure || case.call.contains("svystandardize") {
        return false;
    }
    let (survey, data) = designs::survey(case);
    compare(case, &survey, &data);
    true
}

/// Compares a by-group call for a survey.
pub(crate) fn compare(case: &Case, survey: &Survey, data: &Table) {
    let variables = Variables::new(&case.variables(), data);
    let all = variables.domain(&Domain::all(data.rows()));
    let keep = case.call.contains("drop.empty.groups=FALSE");
    let groups = groups(&by_formula(case), data, keep);
    let domains: Vec<Domain> = groups.iter().map(|group| all.and(group).unwrap()).collect();
    let effects = with_statistic(case, data, &variables, |statistic| {
        let comparison = Comparison::WithReplacement;
        DesignEffects::by(survey, statistic, &domains, comparison).unwrap()
    });
    let got = ByGroup::new(effects.estimation(), domains.len());
    got.compare(case);
    if case.has("deff") {
        let comparison = Comparison::WithoutReplacement;
        let effects = with_statistic(case, data, &variables, |statistic| {
            DesignEffects::by(survey, statistic, &domains, comparison).unwrap().values()
        });
        case.close("deff", &got.by_variable(&effects), 1e-8);
    }
}

/// Terms of the second formula.
fn by_formula(case: &Case) -> Vec<String> {
    let formula = case.call.split('~').nth(2).unwrap();
    let end = formula.rfind(", d").or_else(|| formula.rfind(", r_")).unwrap_or(formula.len());
    let end = formula.find(", ").map_or(end, |first| first.min(end));
    formula[..end].split('+').map(|term| term.trim().to_owned()).collect()
}

/// A classification: its number of levels, and the level of each row.
fn levels(term: &str, data: &Table) -> (usize, Vec<Option<usize>>) {
    let codes = match term {
        "I(x>4)" => truth(&data.numbers("x"), |_, x| x > 4.0),
        "I(age>=17 & country==\"A\")" => {
            let country = data.text("country").to_vec();
            truth(&data.numbers("age"), |row, age| age >= 17.0 && country[row] == "A")
        }
        _ => {
            let code = |&code: &u32| (code != u32::MAX).then_some(code as usize);
            return (data.levels(term).len(), data.codes(term).iter().map(code).collect());
        }
    };
    (2, codes)
}

fn truth(values: &[f64], test: impl Fn(usize, f64) -> bool) -> Vec<Option<usize>> {
    values.iter().enumerate().map(|(row, &x)| Some(usize::from(test(row, x)))).collect()
}

/// Members of all crossed groups, the first classification changing fastest.
pub(crate) fn groups(terms: &[String], data: &Table, keep_empty: bool) -> Vec<Vec<bool>> {
    let ways: Vec<(usize, Vec<Option<usize>>)> =
        terms.iter().map(|term| levels(term, data)).collect();
    let cells: usize = ways.iter().map(|(count, _)| count).product();
    let cell = |row: usize| {
        let mut step = 1;
        let mut at = 0;
        for (count, codes) in &ways {
            at += step * codes[row]?;
            step *= count;
        }
        Some(at)
    };
    let cell: Vec<Option<usize>> = (0..data.rows()).map(cell).collect();
    let members = |at: usize| cell.iter().map(|cell| *cell == Some(at)).collect::<Vec<bool>>();
    let all = (0..cells).map(members);
    all.filter(|group| keep_empty || group.contains(&true)).collect()
}

/// An estimation by groups, laid out as R does.
pub(crate) struct ByGroup<'a> {
    got: &'a Estimation,
    groups: usize,
    terms: usize,
}

impl<'a> ByGroup<'a> {
    pub(crate) fn new(got: &'a Estimation, groups: usize) -> Self {
        Self { got, groups, terms: got.values().len() / groups }
    }

    /// Places of R's order, all groups of a variable first, in ours.
    fn order(&self) -> Vec<usize> {
        let terms = self.terms;
        (0..terms).flat_map(|term| (0..self.groups).map(move |g| g * terms + term)).collect()
    }

    fn by_variable(&self, values: &[f64]) -> Vec<f64> {
        self.order().into_iter().map(|at| values[at]).collect()
    }

    pub(crate) fn compare(&self, case: &Case) {
        let got = self.got;
        case.close("estimate", &self.by_variable(got.values()), 1e-10);
        case.close("se", &self.by_variable(&got.se()), 1e-8);
        if case.has("vcov") {
            let order = self.order();
            let pairs = order.iter().flat_map(|&a| order.iter().map(move |&b| (a, b)));
            let matrix: Vec<f64> = pairs.map(|at| got.covariance()[at]).collect();
            case.close("vcov", &matrix, 1e-8);
        }
        for (field, df) in [("ci95_normal", Df::Infinite), ("ci95_t", Df::Design)] {
            if case.has(field) {
                let all = ends(got, 0.95, df);
                let order = self.order().into_iter();
                let all: Vec<f64> = order.flat_map(|at| [all[2 * at], all[2 * at + 1]]).collect();
                case.close(field, &all, 1e-8);
            }
        }
        if case.has("df_for_t") {
            case.close("df_for_t", &[got.design_df()], 0.0);
        }
        self.compare_table(case);
    }

    /// The table with its columns of errors, intervals and coefficients of variation.
    fn compare_table(&self, case: &Case) {
        let columns: Vec<String> = case.result["columns"]
            .as_array()
            .unwrap()
            .iter()
            .map(|name| name.as_str().unwrap().to_owned())
            .collect();
        let expected = case.numbers("values");
        for (at, name) in columns.iter().enumerate().filter(|(_, name)| !name.starts_with("DEff")) {
            let values = self.column(at, name);
            let column: Vec<f64> =
                (0..self.groups).map(|row| expected[row * columns.len() + at]).collect();
            case.same(&format!("column {name}"), &values, &column, 1e-8);
        }
    }

    fn column(&self, at: usize, name: &str) -> Vec<f64> {
        let ends = ends(self.got, 0.95, Df::Infinite);
        let every = |step: usize| ends.iter().skip(step).step_by(2).copied().collect::<Vec<f64>>();
        let kind = name.split('.').next().unwrap();
        let (all, offset) = match kind {
            _ if at < self.terms => (self.got.values().to_vec(), 0),
            "se" => (self.got.se(), 1),
            "ci_l" => (every(0), 1),
            "ci_u" => (every(1), 1),
            "cv" => (self.got.cv(), 1),
            "cv%" => (self.got.cv().iter().map(|cv| 100.0 * cv).collect(), 1),
            "var" => (self.got.covariance().diagonal().iter().copied().collect(), 1),
            _ => panic!("column {name}"),
        };
        let term = if offset == 0 { at } else { at % self.terms };
        (0..self.groups).map(|group| all[group * self.terms + term]).collect()
    }
}
