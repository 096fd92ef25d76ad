//! Contrasts, functions of estimates, tables, agreement.

use gko_survey::{
    Columns, CronbachAlpha, Domain, Estimation, Gradient, Kappa, Mean, Statistic, Table, Total, Way,
};

use super::basic::{Variables, compare};
use super::{Case, Ran, designs};

pub(crate) fn run(case: &Case) -> Ran {
    match case.id.as_str() {
        "dclus1/table" => table(case, &["sch.wide", "stype"], None),
        "dgko/table/norm" => table(case, &["country", "online_daily"], Some(100.0)),
        "dgko/mean/interaction" => interaction(case),
        "dclus1/kappa" => kappa(case),
        "dgko/cronbach" => alpha(case),
        "dclus1/contrast/total_ratio" => total_ratio(case),
        "dclus1/contrast/covmat_by" => school_types(case),
        "dgko/contrast/ratio" => country_ratio(case),
        _ => return linear(case),
    }
    true
}

/// Contrasts of the four countries.
fn linear(case: &Case) -> Ran {
    let contrasts = match case.id.as_str() {
        "dgko/contrast/diffAB" => vec![vec![1.0, -1.0, 0.0, 0.0], vec![1.0, 0.0, -1.0, 0.0]],
        "dgko/contrast/equal_country_mean" => vec![vec![0.25; 4]],
        "dgko/contrast/vs_avg" => vec![vec![0.75, -0.25, -0.25, -0.25]],
        "r_jkn_mse/contrast" | "r_boot/contrast" | "r_sub/contrast" => {
            vec![vec![1.0, -1.0, 0.0, 0.0]]
        }
        _ => return false,
    };
    let contrasts: Vec<(&str, Vec<f64>)> = contrasts.into_iter().map(|one| ("", one)).collect();
    compare(case, &by(case, "online_daily", "country").contrast(&contrasts).unwrap());
    true
}

fn by(case: &Case, figure: &str, group: &str) -> Estimation {
    let (survey, data) = designs::survey(case);
    let values = data.numbers(figure);
    let member =
        |level: &String| Domain::of(data.text(group).iter().map(|cell| cell == level).collect());
    let domains: Vec<Domain> = data.levels(group).iter().map(member).collect();
    survey.estimate_by(&Mean::of(figure, &values), &domains).unwrap()
}

fn school_types(case: &Case) {
    let contrasts = [("HvE", vec![-1.0, 1.0, 0.0]), ("MvE", vec![-1.0, 0.0, 1.0])];
    compare(case, &by(case, "api00", "stype").contrast(&contrasts).unwrap());
}

fn country_ratio(case: &Case) {
    let means = by(case, "online_daily", "country");
    let ratio = |values: &[f64]| vec![values[0] / values[1]];
    compare(case, &means.transform(&["A/B"], &ratio, Gradient::Numeric).unwrap());
}

fn total_ratio(case: &Case) {
    let (survey, data) = designs::survey(case);
    let (students, enroll) = (data.numbers("api.stu"), data.numbers("enroll"));
    let columns = Columns::new().number("api.stu", &students).number("enroll", &enroll);
    let totals = survey.estimate(&Total::new(columns), &Domain::all(data.rows())).unwrap();
    let ratio = |t: &[f64]| vec![t[0] / t[1]];
    let slopes =
        |t: &[f64]| gko_survey::Matrix::from_row_slice(1, 2, &[1.0 / t[1], -t[0] / (t[1] * t[1])]);
    for gradient in [Gradient::Numeric, Gradient::Given(&slopes)] {
        compare(case, &totals.transform(&["ratio"], &ratio, gradient).unwrap());
    }
}

fn table(case: &Case, names: &[&str], total: Option<f64>) {
    let variables = Classified::new(case, names);
    let table = Table::new(&variables.ways()).unwrap();
    let table = match total {
        Some(total) => table.scaled_to(total),
        None => table,
    };
    case.close("values", variables.estimate(&table).values(), 1e-10);
}

fn interaction(case: &Case) {
    let variables = Classified::new(case, &["country", "sex"]);
    let table = Table::new(&variables.ways()).unwrap().shares(&[]).unwrap();
    compare(case, &variables.estimate(&table));
}

fn kappa(case: &Case) {
    let variables = Classified::new(case, &["comp.imp", "sch.wide"]);
    let kappa = Kappa::new(&variables.codes[0], &variables.codes[1], 2).unwrap();
    compare(case, &variables.estimate(&kappa));
}

fn alpha(case: &Case) {
    let (survey, data) = designs::survey(case);
    let variables = Variables::new(&["online_daily", "harm", "skill"], &data);
    let domain = variables.domain(&Domain::all(data.rows()));
    let alpha = CronbachAlpha::new(variables.columns()).unwrap();
    case.close("value", survey.estimate(&alpha, &domain).unwrap().values(), 1e-10);
}

/// Classifications of a case's data.
struct Classified<'a> {
    case: &'a Case,
    names: Vec<&'a str>,
    codes: Vec<Vec<u32>>,
    labels: Vec<Vec<String>>,
}

impl<'a> Classified<'a> {
    fn new(case: &'a Case, names: &[&'a str]) -> Self {
        let (_, data) = designs::survey(case);
        Self {
            case,
            names: names.to_vec(),
            codes: names.iter().map(|name| data.codes(name)).collect(),
            labels: names.iter().map(|name| data.levels(name)).collect(),
        }
    }

    fn ways(&self) -> Vec<Way<'_>> {
        let all = self.names.iter().zip(&self.codes).zip(&self.labels);
        all.map(|((name, codes), labels)| Way::new(name, codes, labels)).collect()
    }

    fn estimate(&self, statistic: &dyn Statistic) -> Estimation {
        let (survey, data) = designs::survey(self.case);
        let present = (0..data.rows()).map(|row| self.codes.iter().all(|all| all[row] < u32::MAX));
        survey.estimate(statistic, &Domain::of(present.collect())).unwrap()
    }
}
