//! Replicate weights: the weights themselves, and what they give.

use gko_survey::{
    Columns, Df, Domain, Error, Matrix, Ratio, ReplicateKind, Replicates, Statistic, Survey,
};

use super::basic::{Variables, compare, ends, with_statistic};
use super::{Case, Ran, Table, designs, estimators};
use crate::calibration::calibrated_from;

pub(crate) fn run(case: &Case) -> Ran {
    if !case.design.starts_with("r_") {
        return false;
    }
    match case.group.as_str() {
        "replicate_weights" => weights(case),
        "replicate_est" if case.call.starts_with("svyratio(") => ratio(case),
        "replicate_est" if case.call.starts_with("svyvar(") => estimators::variance(case),
        "replicate_est" if case.has("deff") => estimators::deff(case),
        "replicate_est" => estimate(case),
        "replicate_recalibration" => recalibrated(case),
        "replicate_by" => by(case),
        "replicate_custom" => custom(case),
        "degf" => degf(case),
        _ => return false,
    }
    true
}

fn estimate(case: &Case) {
    let (survey, data) = designs::survey(case);
    let variables = Variables::new(&case.variables(), &data);
    let domain = variables.domain(&Domain::all(data.rows()));
    let got = with_statistic(case, &data, &variables, |statistic| {
        survey.estimate(statistic, &domain).unwrap()
    });
    compare(case, &got);
}

fn ratio(case: &Case) {
    let (survey, data) = designs::survey(case);
    let names: Vec<&str> = case.call.split('~').skip(1).collect();
    let name = |at: usize| names[at].split(',').next().unwrap();
    let (over, under) = (data.numbers(name(0)), data.numbers(name(1)));
    let domain = Domain::all(data.rows()).observed(&over).unwrap().observed(&under).unwrap();
    let column = |at: usize, values| Columns::new().number(name(at), values);
    let ratio = Ratio::new(column(0, &over), column(1, &under)).unwrap();
    compare(case, &survey.estimate(&ratio, &domain).unwrap());
}

fn by(case: &Case) {
    let (survey, data) = designs::survey(case);
    let variables = Variables::new(&case.variables(), &data);
    let base = variables.domain(&Domain::all(data.rows()));
    let got = with_statistic(case, &data, &variables, |statistic| {
        survey.estimate_by(statistic, &domains(case, &data, &base)).unwrap()
    });
    case.close("estimate", got.values(), 1e-10);
    case.close("se", &got.se(), 1e-8);
    case.close("ci95_normal", &ends(&got, 0.95, Df::Infinite), 1e-8);
    case.close("ci95_t", &ends(&got, 0.95, Df::Design), 1e-8);
    case.close("df_for_t", &[got.design_df()], 0.0);
}

/// The groups of a result as domains.
fn domains(case: &Case, data: &Table, base: &Domain) -> Vec<Domain> {
    let groups = case.result["groups"].as_object().unwrap();
    let count = groups.values().next().unwrap().as_array().unwrap().len();
    let one = |at: usize| {
        let narrow = |domain: Domain, (name, values): (&String, &serde_json::Value)| {
            let wanted = values[at].as_str().unwrap();
            let inside: Vec<bool> = data.text(name).iter().map(|cell| cell == wanted).collect();
            domain.and(&inside).unwrap()
        };
        groups.iter().fold(base.clone(), narrow)
    };
    (0..count).map(one).collect()
}

/// Full-sample weights and those of every replicate calibrated one by one.
fn recalibrated(case: &Case) {
    let (replicates, data) = designs::replicates(&case.design);
    let (name, columns) = match case.id.as_str() {
        "r_jk1/rake_recalibrated" => ("rk1", "api00,enroll"),
        "r_jk1/ps_recalibrated" => ("ps1", "enroll"),
        _ => ("cal_lin", "api00"),
    };
    let calibrate = |weights: &[f64]| Ok(calibrated_from(name, &data, weights).weights);
    let survey = Survey::replicated(replicates.recalibrated(calibrate).unwrap());
    let variables = Variables::new(&columns.split(',').collect::<Vec<_>>(), &data);
    let domain = variables.domain(&Domain::all(data.rows()));
    let got = with_statistic(case, &data, &variables, |statistic| {
        survey.estimate(statistic, &domain).unwrap()
    });
    compare(case, &got);
}

/// R's `withReplicates`: a figure that a user wrote.
struct Custom {
    now: Vec<f64>,
    before: Vec<f64>,
}

impl Statistic for Custom {
    fn terms(&self) -> Vec<String> {
        vec!["growth".to_owned()]
    }

    fn values(&self, weights: &[f64]) -> Result<Vec<f64>, Error> {
        let total = |x: &[f64]| -> f64 { x.iter().zip(weights).map(|(x, w)| x * w).sum() };
        Ok(vec![total(&self.now) / total(&self.before)])
    }

    fn scores(&self, _: &[f64], _: &[f64]) -> Result<Matrix, Error> {
        unreachable!("replicates need no scores")
    }
}

fn custom(case: &Case) {
    let (survey, data) = designs::survey(case);
    let growth = Custom { now: data.numbers("api00"), before: data.numbers("api99") };
    compare(case, &survey.estimate(&growth, &Domain::all(data.rows())).unwrap());
}

fn degf(case: &Case) {
    let (survey, _) = designs::survey(case);
    case.close("value", &[survey.full_df()], 0.0);
}

fn weights(case: &Case) {
    let (ours, data) = designs::replicates(&case.design);
    case.close("full_sample_weights", ours.full_sample_weights(), 1e-12);
    case.close("degf", &[ours.df(&Domain::all(data.rows()))], 0.0);
    case.close("n_reps", &[ours.len() as f64], 0.0);
    assert_eq!(case.result["mse"].as_bool(), Some(ours.mse()));
    assert_eq!(case.result["type"], ours.kind().as_str());
    assert_eq!(ours.kind().as_str().parse(), Ok(ours.kind()));
    scales(case, &ours);
    let stored = designs::stored_weights(&case.design);
    match ours.kind() {
        ReplicateKind::Brr | ReplicateKind::Fay => balance(case, &ours, &stored),
        ReplicateKind::MultistageBootstrap => drawn_factors(&ours),
        _ => same_columns(case, &ours, &stored),
    }
}

/// What a replicate counts for: R splits it between `scale` and `rscales` otherwise.
fn scales(case: &Case, ours: &Replicates) {
    let product = |scale: f64, rscales: &[f64]| -> Vec<f64> {
        let mut all: Vec<f64> = rscales.iter().map(|rscale| scale * rscale).collect();
        all.sort_by(f64::total_cmp);
        all
    };
    let theirs = product(case.numbers("scale")[0], &case.numbers("rscales"));
    let got = product(ours.scales().scale(), ours.scales().rscales());
    case.same("scales", &got, &theirs, 1e-12);
}

/// Every column of R is one of ours with the same rscale, whatever their order.
fn same_columns(case: &Case, ours: &Replicates, stored: &[Vec<f64>]) {
    let mut open: Vec<usize> = (0..ours.len()).collect();
    let rscales = case.numbers("rscales");
    for (column, rscale) in stored.iter().zip(rscales) {
        let alike = |at: &usize| {
            let near = |(a, b): (&f64, &f64)| (a - b).abs() <= 1e-12 * b.abs();
            (ours.scales().rscales()[*at] - rscale).abs() < 1e-12
                && ours.analysis_weights(*at).iter().zip(column).all(near)
        };
        let place = open.iter().position(alike);
        open.remove(place.unwrap_or_else(|| panic!("{}: a column of R is missing", case.id)));
    }
    assert!(open.is_empty());
}

/// The same factors in every row, and strata that do not go together.
fn balance(case: &Case, ours: &Replicates, stored: &[Vec<f64>]) {
    let columns: Vec<Vec<f64>> = (0..ours.len()).map(|at| ours.analysis_weights(at)).collect();
    let row = |all: &[Vec<f64>], row: usize| -> Vec<f64> { all.iter().map(|c| c[row]).collect() };
    for at in 0..stored[0].len() {
        let (mut got, mut theirs) = (row(&columns, at), row(stored, at));
        got.sort_by(f64::total_cmp);
        theirs.sort_by(f64::total_cmp);
        case.same("factors", &got, &theirs, 1e-12);
    }
    for pair in [0, 2, 4] {
        let sums: Vec<f64> = columns.iter().map(|c| c[pair] + c[pair + 1]).collect();
        assert!(sums.iter().all(|sum| (sum - 2.0).abs() < 1e-12));
    }
    for (one, two) in [(0, 2), (0, 4), (2, 4)] {
        let products: f64 = columns.iter().map(|c| (c[one] - 1.0) * (c[two] - 1.0)).sum();
        assert!(products.abs() < 1e-12);
    }
}

/// Every factor that R drew is one that we draw for the same row.
fn drawn_factors(stored: &Replicates) {
    let (design, _) = designs::base("dclus2");
    let ours = Replicates::multistage_bootstrap(&design, 400, 1).unwrap();
    let full = stored.full_sample_weights().to_vec();
    let of_row = |all: &Replicates, row: usize| -> Vec<f64> {
        (0..all.len()).map(|at| all.analysis_weights(at)[row] / full[row]).collect()
    };
    for row in (0..full.len()).step_by(5) {
        let got = of_row(&ours, row);
        for factor in of_row(stored, row) {
            assert!(got.iter().any(|one| (one - factor).abs() < 1e-9), "row {row}: {factor}");
        }
    }
}

/// Surveys of replicates are what other groups of cases ask for by the same name.
#[test]
fn a_design_of_replicates_is_a_survey() {
    let (replicates, data) = designs::replicates("r_brr_nh");
    let survey = Survey::replicated(replicates);
    assert_eq!((survey.rows(), survey.full_df()), (data.rows(), 14.0));
}
