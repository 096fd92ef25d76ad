//! Against R survey 4.5: `tests/fixtures/quantiles.R` made `quantiles.json`.

use gko_survey::{
    Columns, Design, Domain, Jackknife, QuantileInterval, QuantileRule, Quantiles, Replicates,
    ShareInterval, Survey,
};
use serde_json::Value;

use crate::oracle::{Table, designs, flat};

const DECILES: [f64; 3] = [0.1, 0.5, 0.9];

fn reference() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/quantiles.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn survey(name: &str) -> (Survey, Table, Domain) {
    let base = match name {
        "dstrat" => "dstrat",
        _ => "dgko",
    };
    let (design, data): (Design, Table) = designs::base(base);
    let all = Domain::all(data.rows());
    if name == "rjkn" {
        let replicates = Replicates::jkn(&design, Jackknife::default()).unwrap();
        return (Survey::replicated(replicates), data, all);
    }
    let domain = match name.strip_prefix("dgko_") {
        Some(country) => {
            let marks: Vec<bool> = data.text("country").iter().map(|one| one == country).collect();
            all.and(&marks).unwrap()
        }
        None => all,
    };
    (Survey::new(design), data, domain)
}

fn quantiles(
    name: &str,
    column: &str,
    (rule, interval): (QuantileRule, QuantileInterval),
    level: f64,
) -> Vec<f64> {
    let (survey, data, domain) = survey(name);
    let values = data.numbers(column);
    let asked = Quantiles { rule, interval, level, ..Quantiles::new(column, &values, &DECILES) };
    let got = asked.estimate(&survey, &domain.observed(&values).unwrap()).unwrap();
    let numbers = got.quantiles.iter().flat_map(|one| [one.value, one.low, one.high, one.se]);
    numbers.map(|number| number.unwrap_or(f64::NAN)).collect()
}

fn same(key: &str, got: &[f64], tolerance: f64) {
    let expected = flat(&reference()[key]);
    assert_eq!(got.len(), expected.len(), "{key}");
    for (got, expected) in got.iter().zip(expected) {
        let near = (got - expected).abs() <= tolerance * expected.abs().max(1.0);
        assert!(near || got.is_nan() && expected.is_nan(), "{key}: {got}, R has {expected}");
    }
}

#[test]
fn all_rules_agree_where_weights_differ() {
    for rule in QuantileRule::ALL {
        let got = quantiles("dstrat", "enroll", (rule, QuantileInterval::XLogit), 0.95);
        same(&format!("dstrat/{rule}"), &got, 1e-10);
    }
}

#[test]
fn all_intervals_agree() {
    let rule = QuantileRule::Math;
    for name in ["mean", "beta", "xlogit", "asin", "score"] {
        let interval = name.parse().unwrap();
        let got = quantiles("dstrat", "api00", (rule, interval), 0.9);
        same(&format!("dstrat/{name}"), &got, 1e-10);
        let got = quantiles("dgko_A", "hours", (rule, interval), 0.95);
        same(&format!("dgko_A/{name}"), &got, 1e-10);
    }
}

#[test]
fn intervals_from_replicates_agree() {
    for name in ["mean", "beta", "xlogit", "asin", "quantile"] {
        let how = (QuantileRule::Hf7, name.parse().unwrap());
        same(&format!("rjkn/{name}"), &quantiles("rjkn", "hours", how, 0.95), 1e-9);
    }
}

#[test]
fn shares_agree_by_every_method_in_domains_and_with_replicates() {
    for method in ["logit", "likelihood", "asin", "beta", "mean", "xlogit", "wilson"] {
        for (name, level) in [("dgko_A", 0.95), ("dgko_D", 0.95), ("rjkn", 0.9)] {
            let (survey, data, domain) = survey(name);
            let harm = data.numbers("harm");
            let asked = ShareInterval {
                method: method.parse().unwrap(),
                level,
                ..ShareInterval::new(Columns::new().number("harm", &harm))
            };
            let base = domain.observed(&harm).unwrap();
            let got = asked.estimate(&survey, &base).unwrap()[0].interval.unwrap();
            assert_eq!(got.method, asked.method);
            let tolerance = if method == "likelihood" { 1e-6 } else { 1e-9 };
            same(&format!("{name}/share/{method}"), &[got.low, got.high], tolerance);
        }
    }
}
