//! Every case of `fixtures/hypothesis.json`, made by `fixtures/hypothesis.R`.

use std::sync::Arc;

use gko_survey::adjust_p::PAdjust;
use gko_survey::hypothesis::{
    ChiSquared, Comparisons, Factor, GoodnessOfFit, RankScore, RankTest, TTest, TableStatistic,
    TestResult,
};
use gko_survey::{Df, Domain, Mean, Survey, Taylor};
use serde_json::Value;

use crate::oracle::{Table, designs};

struct Sample {
    survey: Survey,
    data: Table,
}

impl Sample {
    fn new() -> Self {
        let (design, data) = designs::base("dgko");
        Self { survey: Survey::linearised(Arc::new(design), Taylor::default()), data }
    }

    fn domain(&self, name: &str) -> Domain {
        let rows = self.data.rows();
        let text = |column: &str, row: usize| self.data.text(column)[row].as_str();
        let member = |row: usize| match name {
            "girls" => text("sex", row) == "girl",
            "hole" => !(text("agegrp", row) == "9-11" && text("country", row) == "A"),
            "a" => text("country", row) == "A",
            _ => true,
        };
        Domain::of((0..rows).map(member).collect())
    }

    /// A variable without the levels that a domain leaves out, as R's `factor()`.
    fn levels(&self, name: &str) -> (Vec<u32>, Vec<String>) {
        (self.data.codes(name), self.data.levels(name))
    }
}

fn text<'a>(case: &'a Value, field: &str) -> &'a str {
    case[field].as_str().unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    match value {
        Value::Number(number) => vec![number.as_f64().unwrap()],
        Value::Array(all) => all.iter().flat_map(numbers).collect(),
        _ => Vec::new(),
    }
}

fn close(case: &Value, what: &str, got: &[f64], tolerance: f64) {
    let expected = numbers(&case[what]);
    assert_eq!(got.len(), expected.len(), "{}: {what}: {got:?}", case["id"]);
    for (got, expected) in got.iter().zip(expected) {
        let near = (got - expected).abs() <= tolerance * expected.abs();
        assert!(near, "{}: {what} is {got}, R has {expected}", case["id"]);
    }
}

fn compare(case: &Value, got: &TestResult) {
    let rough = ["saddlepoint", "lincom"].contains(&text(case, "kind"));
    close(case, "statistic", &[got.statistic], 1e-8);
    let parameters: Vec<f64> = got.parameters.iter().map(|(_, value)| *value).collect();
    close(case, "parameters", &parameters, 1e-8);
    close(case, "p", &[got.p_value.unwrap()], if rough { 1e-6 } else { 1e-8 });
    if !case["estimate"].is_null() {
        close(case, "estimate", &[got.estimate.unwrap().1], 1e-10);
    }
    if !case["interval"].is_null() {
        let (lower, upper) = got.interval.unwrap();
        close(case, "interval", &[lower, upper], 1e-8);
    }
}

fn table(case: &Value, sample: &Sample, statistic: TableStatistic) -> TestResult {
    let (rows, columns) = (text(case, "rows"), text(case, "columns"));
    let (one, two) = (sample.levels(rows), sample.levels(columns));
    let rows = Factor::new(rows, &one.0, &one.1);
    let columns = Factor::new(columns, &two.0, &two.1);
    let test = ChiSquared::new(rows, columns).statistic(statistic);
    test.test(&sample.survey, &sample.domain(text(case, "domain"))).unwrap()
}

fn fit(case: &Value, sample: &Sample) -> TestResult {
    let name = text(case, "variable");
    let (codes, labels) = sample.levels(name);
    let test =
        GoodnessOfFit::new(Factor::new(name, &codes, &labels), &numbers(&case["probabilities"]));
    test.test(&sample.survey, &sample.domain(text(case, "domain"))).unwrap()
}

fn t_test(case: &Value, sample: &Sample) -> TestResult {
    let harm = sample.data.numbers("harm");
    let young: Vec<u32> =
        sample.data.text("agegrp").iter().map(|age| u32::from(age == "9-11")).collect();
    let test = match text(case, "kind") {
        "t one" => TTest::one_sample("harm", &harm),
        _ => TTest::two_groups("harm", &harm, Factor::new("young", &young, &["no", "yes"])),
    };
    test.test(&sample.survey, &sample.domain(text(case, "domain"))).unwrap()
}

fn rank_test(case: &Value, sample: &Sample) -> TestResult {
    let (value, group) = (text(case, "value"), text(case, "group"));
    let (values, (codes, labels)) = (sample.data.numbers(value), sample.levels(group));
    let test = RankTest::new(value, &values, Factor::new(group, &codes, &labels));
    let test = match text(case, "score") {
        "vanderWaerden" => test.score(RankScore::VanDerWaerden),
        "median" => test.score(RankScore::Median),
        "square" => test.scored_by("square", |rank, total| (rank / total).powi(2)),
        _ => test,
    };
    test.test(&sample.survey, &sample.domain(text(case, "domain"))).unwrap()
}

fn pairs(sample: &Sample) -> Comparisons {
    let online = sample.data.numbers("online_daily");
    let country = sample.data.codes("country");
    let domain = |code: u32| Domain::of(country.iter().map(|&one| one == code).collect());
    let domains: Vec<Domain> = (0..4).map(domain).collect();
    let means = sample.survey.estimate_by(&Mean::of("online", &online), &domains).unwrap();
    Comparisons::pairwise(&means, "online", Df::Design, 0.95).unwrap()
}

fn compare_pairs(cases: &[Value], sample: &Sample) {
    let pairs = pairs(sample).adjusted(PAdjust::Holm).unwrap();
    let of_kind = |kind: &'static str| cases.iter().filter(move |case| case["kind"] == kind);
    assert_eq!(of_kind("pair").count(), pairs.all().len());
    for (case, pair) in of_kind("pair").zip(pairs.all()) {
        close(case, "statistic", &[pair.statistic], 1e-8);
        close(case, "estimate", &[pair.difference], 1e-10);
        close(case, "se", &[pair.se], 1e-8);
        close(case, "p", &[pair.p_value.unwrap()], 1e-8);
    }
    let adjusted: Vec<f64> = pairs.all().iter().map(|pair| pair.adjusted.unwrap()).collect();
    of_kind("pairs").for_each(|case| close(case, "p", &adjusted, 1e-8));
}

#[test]
fn cases_beyond_the_oracle_agree_with_r_survey() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/hypothesis.json");
    let cases: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let cases = cases.as_array().unwrap();
    let sample = Sample::new();
    let mut compared = 0;
    for case in cases {
        let statistic = match text(case, "kind") {
            "F" => TableStatistic::RaoScottF,
            "Chisq" => TableStatistic::RaoScottChiSquared,
            "Wald" => TableStatistic::Wald,
            "adjWald" => TableStatistic::AdjustedWald,
            "saddlepoint" => TableStatistic::Saddlepoint,
            "lincom" => TableStatistic::LinearCombination,
            "wls-score" => TableStatistic::WlsScore,
            "LR" => TableStatistic::LikelihoodRatio,
            "LR1" => TableStatistic::LikelihoodRatioChiSquared,
            "fit" => {
                compare(case, &fit(case, &sample));
                continue;
            }
            "t one" | "t two" => {
                compare(case, &t_test(case, &sample));
                continue;
            }
            "rank" => {
                compare(case, &rank_test(case, &sample));
                continue;
            }
            _ => continue,
        };
        compare(case, &table(case, &sample, statistic));
        compared += 1;
    }
    assert_eq!(compared, 35);
    compare_pairs(cases, &sample);
}
