//! What must hold for any sample: invariance, and one test as another.

use std::sync::Arc;

use gko_survey::hypothesis::{
    ChiSquared, Comparisons, Factor, GoodnessOfFit, RankTest, TTest, TableStatistic, TestResult,
    Ties,
};
use gko_survey::{Design, Df, Domain, Error, Matrix, Mean, Stage, Statistic, Survey, Taylor};

const ROWS: usize = 120;

/// Ten clusters in two strata, unequal weights, answers without any law.
struct Sample {
    weights: Vec<f64>,
    region: Vec<u32>,
    answer: Vec<u32>,
    hours: Vec<f64>,
}

impl Sample {
    fn new() -> Self {
        let noise = |row: usize, step: usize| (row * step + row * row * 7) % 101;
        let code = |value: usize, levels: usize| u32::try_from(value % levels).unwrap();
        let all = || 0..ROWS;
        Self {
            weights: all().map(|row| 1.0 + noise(row, 13) as f64 / 40.0).collect(),
            region: all().map(|row| code(noise(row, 31) / 5, 3)).collect(),
            answer: all().map(|row| code(noise(row, 17) / 7 + row / 60, 4)).collect(),
            hours: all().map(|row| (noise(row, 23) / 4) as f64 + row as f64 / 50.0).collect(),
        }
    }

    fn survey(&self, scale: f64) -> Survey {
        let psu: Vec<u32> = (0..ROWS).map(|row| u32::try_from(row / 12).unwrap()).collect();
        let stratum: Vec<u32> = psu.iter().map(|psu| psu / 5).collect();
        let weights: Vec<f64> = self.weights.iter().map(|weight| weight * scale).collect();
        let stage = Stage::units(&psu).strata(&stratum);
        let design = Design::builder(ROWS).stage(stage).weights(&weights).build().unwrap();
        Survey::linearised(Arc::new(design), Taylor::default())
    }

    fn table(&self, statistic: TableStatistic) -> TestResult {
        self.table_of(&self.region, &self.answer, statistic, 1.0)
    }

    fn table_of(
        &self,
        region: &[u32],
        answer: &[u32],
        statistic: TableStatistic,
        scale: f64,
    ) -> TestResult {
        let names = ["a", "b", "c", "d"];
        let levels = |codes: &[u32]| *codes.iter().max().unwrap() as usize + 1;
        let rows = Factor::new("region", region, &names[..levels(region)]);
        let columns = Factor::new("answer", answer, &names[..levels(answer)]);
        let test = ChiSquared::new(rows, columns).statistic(statistic);
        test.test(&self.survey(scale), &Domain::all(ROWS)).unwrap()
    }
}

fn same(one: &TestResult, two: &TestResult) {
    let near = |a: f64, b: f64| assert!((a - b).abs() <= 1e-9 * b.abs().max(1e-9), "{a} {b}");
    near(one.statistic, two.statistic);
    for (one, two) in one.parameters.iter().zip(&two.parameters) {
        near(one.1, two.1);
    }
    near(one.p_value.unwrap(), two.p_value.unwrap());
    assert_eq!((one.n, one.df), (two.n, two.df));
}

#[test]
fn the_order_of_levels_changes_nothing() {
    let sample = Sample::new();
    let region: Vec<u32> = sample.region.iter().map(|&code| (code + 1) % 3).collect();
    let answer: Vec<u32> = sample.answer.iter().map(|&code| 3 - code).collect();
    for statistic in TableStatistic::ALL {
        same(&sample.table_of(&region, &answer, statistic, 1.0), &sample.table(statistic));
    }
}

#[test]
fn rows_and_columns_are_exchangeable_but_for_the_score_statistic() {
    let sample = Sample::new();
    for statistic in TableStatistic::ALL {
        let turned = sample.table_of(&sample.answer, &sample.region, statistic, 1.0);
        if statistic == TableStatistic::WlsScore {
            // R divides by the square of the number of rows.
            let ratio = sample.table(statistic).statistic / turned.statistic;
            assert!((ratio - 16.0 / 9.0).abs() < 1e-9);
        } else {
            same(&turned, &sample.table(statistic));
        }
    }
}

#[test]
fn the_scale_of_weights_changes_nothing() {
    let sample = Sample::new();
    for statistic in TableStatistic::ALL {
        let scaled = sample.table_of(&sample.region, &sample.answer, statistic, 1000.0);
        same(&scaled, &sample.table(statistic));
    }
    let region = || Factor::new("region", &sample.region, &["a", "b", "c"]);
    let rank = RankTest::new("hours", &sample.hours, region());
    let fit = GoodnessOfFit::new(region(), &[1.0, 1.0, 1.0]);
    let all = Domain::all(ROWS);
    let [small, large] = [sample.survey(1.0), sample.survey(1000.0)];
    same(&rank.test(&large, &all).unwrap(), &rank.test(&small, &all).unwrap());
    let [small, large] = [small, large].map(|survey| fit.test(&survey, &all).unwrap());
    // X² counts people; its p-value does not.
    assert!((large.statistic / small.statistic - 1000.0).abs() < 1e-7);
    assert!((large.p_value.unwrap() / small.p_value.unwrap() - 1.0).abs() < 1e-9);
}

/// `N_11 - N_1·N_·1 / N` of a table of two by two.
struct Excess<'a>(&'a [u32], &'a [u32]);

impl Excess<'_> {
    fn totals(&self, weights: &[f64]) -> [f64; 4] {
        let mut totals = [0.0; 4];
        for (row, weight) in weights.iter().enumerate() {
            let (a, b) = (f64::from(self.0[row]), f64::from(self.1[row]));
            let parts = [a * b, a, b, 1.0];
            totals.iter_mut().zip(parts).for_each(|(total, part)| *total += weight * part);
        }
        totals
    }
}

impl Statistic for Excess<'_> {
    fn terms(&self) -> Vec<String> {
        vec!["excess".to_owned()]
    }

    fn values(&self, weights: &[f64]) -> Result<Vec<f64>, Error> {
        let [both, one, two, all] = self.totals(weights);
        Ok(vec![both - one * two / all])
    }

    fn scores(&self, weights: &[f64], _: &[f64]) -> Result<Matrix, Error> {
        let [_, one, two, all] = self.totals(weights);
        Ok(Matrix::from_fn(weights.len(), 1, |row, _| {
            let (a, b) = (f64::from(self.0[row]), f64::from(self.1[row]));
            a * b - a * two / all - b * one / all + one * two / (all * all)
        }))
    }
}

#[test]
fn wald_of_two_by_two_is_the_squared_t_of_the_excess() {
    let sample = Sample::new();
    let halves = |codes: &[u32]| codes.iter().map(|code| code % 2).collect::<Vec<u32>>();
    let (one, two) = (halves(&sample.region), halves(&sample.answer));
    let wald = sample.table_of(&one, &two, TableStatistic::Wald, 1.0);
    let survey = sample.survey(1.0);
    let excess = survey.estimate(&Excess(&one, &two), &Domain::all(ROWS)).unwrap();
    let t = excess.values()[0] / excess.se()[0];
    assert!((wald.statistic - t * t).abs() < 1e-9 * t * t);
    // Two-sided t with nu degrees of freedom is F(1, nu).
    let online: Vec<f64> = two.iter().map(|&code| f64::from(code)).collect();
    let groups = Factor::new("region", &one, &["a", "b"]);
    let test = TTest::two_groups("online", &online, groups).degrees_of_freedom(survey.full_df());
    let t = test.test(&survey, &Domain::all(ROWS)).unwrap();
    assert!((t.statistic * t.statistic / wald.statistic - 1.0).abs() < 0.1);
}

#[test]
fn balanced_two_by_two_has_the_squared_t_of_the_difference() {
    // 8 rows drawn one by one, 4 in each group, 3 and 1 online.
    let survey = Survey::new(Design::builder(8).weights(&[2.0; 8]).build().unwrap());
    let (group, online) = ([0, 0, 0, 0, 1, 1, 1, 1], [0, 0, 0, 1, 0, 1, 1, 1]);
    let groups = Factor::new("group", &group, &["a", "b"]);
    let table = ChiSquared::new(groups.clone(), Factor::new("online", &online, &["no", "yes"]));
    let all = Domain::all(8);
    let wald = table.statistic(TableStatistic::Wald).test(&survey, &all).unwrap();
    let values = online.map(f64::from);
    let t = TTest::two_groups("online", &values, groups).degrees_of_freedom(7.0);
    let t = t.test(&survey, &all).unwrap();
    assert!((wald.statistic - t.statistic.powi(2)).abs() < 1e-12);
    assert!((wald.p_value.unwrap() - t.p_value.unwrap()).abs() < 1e-12);
}

#[test]
fn simple_random_sampling_has_pearsons_own_distribution() {
    let sample = Sample::new();
    let survey = Survey::new(Design::builder(ROWS).weights(&[1.0; ROWS]).build().unwrap());
    let labels = ["a", "b", "c", "d"];
    let test = |statistic| {
        let region = Factor::new("region", &sample.region, &labels[..3]);
        let answer = Factor::new("answer", &sample.answer, &labels);
        let test = ChiSquared::new(region, answer).statistic(statistic);
        test.test(&survey, &Domain::all(ROWS)).unwrap()
    };
    // Each delta is n / (n - 1).
    let (x2, f) = (test(TableStatistic::RaoScottChiSquared), test(TableStatistic::RaoScottF));
    let n = ROWS as f64;
    assert!((f.statistic - x2.statistic * (n - 1.0) / n / 6.0).abs() < 1e-10);
    assert!((f.parameter("ndf").unwrap() - 6.0).abs() < 1e-9);
    assert!((f.parameter("ddf").unwrap() - 6.0 * (n - 1.0)).abs() < 1e-6);
}

#[test]
fn a_t_test_is_the_comparison_of_two_domains() {
    let sample = Sample::new();
    let survey = sample.survey(1.0);
    let groups: Vec<u32> = sample.region.iter().map(|code| code % 2).collect();
    let domain = |code: u32| Domain::of(groups.iter().map(|&group| group == code).collect());
    let means = Mean::of("hours", &sample.hours);
    let means = survey.estimate_by(&means, &[domain(0), domain(1)]).unwrap();
    let df = Df::Given(survey.full_df() - 1.0);
    let pairs = Comparisons::pairwise(&means, "hours", df, 0.9).unwrap();
    let test = TTest::two_groups("hours", &sample.hours, Factor::new("g", &groups, &["a", "b"]));
    let t = test.level(0.9).test(&survey, &Domain::all(ROWS)).unwrap();
    let pair = &pairs.all()[0];
    assert!((pair.statistic - t.statistic).abs() < 1e-9);
    assert!((pair.p_value.unwrap() - t.p_value.unwrap()).abs() < 1e-9);
    let ((a, b), (c, d)) = (pair.interval.unwrap(), t.interval.unwrap());
    assert!((a - c).abs() < 1e-9 && (b - d).abs() < 1e-9);
}

#[test]
fn the_null_moves_the_statistic_and_not_the_interval() {
    let sample = Sample::new();
    let survey = sample.survey(1.0);
    let all = Domain::all(ROWS);
    let zero = TTest::one_sample("hours", &sample.hours).test(&survey, &all).unwrap();
    let mean = zero.estimate.unwrap().1;
    let there = TTest::one_sample("hours", &sample.hours).null(mean).test(&survey, &all).unwrap();
    assert_eq!((there.statistic, there.interval), (0.0, zero.interval));
    assert!((there.p_value.unwrap() - 1.0).abs() < 1e-12);
}

#[test]
fn middle_ranks_do_not_depend_on_the_order_of_rows() {
    let sample = Sample::new();
    let values: Vec<f64> = sample.hours.iter().map(|hours| hours.floor()).collect();
    let turn = |all: &[f64]| all.iter().rev().copied().collect::<Vec<f64>>();
    let test = |weights: &[f64], values: &[f64], region: &[u32], ties: Ties| {
        let survey = Survey::new(Design::builder(ROWS).weights(weights).build().unwrap());
        let groups = Factor::new("region", region, &["a", "b", "c"]);
        let test = RankTest::new("hours", values, groups).ties(ties);
        test.test(&survey, &Domain::all(ROWS)).unwrap().statistic
    };
    let turned: Vec<u32> = sample.region.iter().rev().copied().collect();
    let both = |ties: Ties| {
        let there = test(&sample.weights, &values, &sample.region, ties);
        let back = test(&turn(&sample.weights), &turn(&values), &turned, ties);
        ((there - back) / there).abs()
    };
    assert!(both(Ties::Middle) < 1e-10);
    assert!(both(Ties::MeanInOrder) > 1e-6, "R's ranks depend on it");
}
