//! The fieldwork of the weighting fixture: what is blank, what adds up, and that
//! weights made from it lead to the truth.

use std::collections::BTreeMap;

use gko_survey::calibration::{Margin, RakeOptions, rake};
use gko_synth::fieldwork::{COUNTRIES, Country, Fieldwork, SEED, generate};
use polars::prelude::DataFrame;

use super::{codes, country, texts};

fn fieldwork() -> &'static Fieldwork {
    static DATA: std::sync::OnceLock<Fieldwork> = std::sync::OnceLock::new();
    DATA.get_or_init(|| generate(SEED).unwrap())
}

fn some_texts<'a>(frame: &'a DataFrame, column: &str) -> Vec<Option<&'a str>> {
    frame.column(column).unwrap().str().unwrap().iter().collect()
}

fn numbers(frame: &DataFrame, column: &str) -> Vec<Option<f64>> {
    frame.column(column).unwrap().f64().unwrap().iter().collect()
}

fn counts(frame: &DataFrame, column: &str) -> Vec<f64> {
    frame.column(column).unwrap().u32().unwrap().iter().map(|n| f64::from(n.unwrap())).collect()
}

fn statuses(frame: &DataFrame) -> Vec<i16> {
    codes(frame, "status").into_iter().map(|code| code.unwrap()).collect()
}

/// The population figures of a universe, by country, margin and category.
fn figures(universe: &str) -> BTreeMap<[&'static str; 3], u64> {
    let table = &fieldwork().population;
    let counts = table.column("count").unwrap().u64().unwrap();
    let universes = texts(table, "universe");
    let [countries, margins, categories] =
        ["country", "margin", "category"].map(|column| texts(table, column));
    let rows = (0..table.height()).filter(|row| universes[*row] == universe);
    let key = |row: usize| [countries[row], margins[row], categories[row]];
    rows.map(|row| (key(row), counts.get(row).unwrap())).collect()
}

#[test]
fn the_same_seed_gives_the_same_tables_and_every_seed_the_same_population() {
    let (first, again, other) = (fieldwork(), generate(SEED).unwrap(), generate(SEED + 1).unwrap());
    assert!(first.children.equals_missing(&again.children));
    assert!(!first.children.equals_missing(&other.children));
    assert!(first.population.equals_missing(&other.population));
    assert!(first.truth.equals_missing(&other.truth));
    assert!(Country::new("XAE").is_none());
}

#[test]
fn what_was_not_found_out_is_blank() {
    let table = &fieldwork().children;
    let (eligible, age, harm, skills) = (
        codes(table, "eligible"),
        codes(table, "age"),
        codes(table, "harm"),
        codes(table, "skills_high"),
    );
    let (sex, group, internet) =
        (some_texts(table, "sex"), some_texts(table, "age_group"), some_texts(table, "internet"));
    let hours = numbers(table, "hours");
    for (row, status) in statuses(table).into_iter().enumerate() {
        let screened = !matches!(status, 31 | 32);
        assert_eq!(eligible[row].is_some(), screened);
        assert_eq!(eligible[row] == Some(0), status == 40);
        let child = screened && status != 40;
        assert!([sex[row].is_some(), age[row].is_some(), group[row].is_some()] == [child; 3]);
        assert!([internet[row].is_some(), harm[row].is_some()] == [matches!(status, 11 | 12); 2]);
        assert!([skills[row].is_some(), hours[row].is_some()] == [status == 11; 2]);
    }
}

#[test]
fn ids_are_unique_and_every_status_occurs_in_every_country() {
    let table = &fieldwork().children;
    for column in ["id", "household"] {
        let unique: std::collections::BTreeSet<_> = texts(table, column).into_iter().collect();
        assert_eq!(unique.len(), table.height(), "{column}");
    }
    for code in COUNTRIES {
        let rows = country(table, code);
        assert!((1_400..1_700).contains(&rows.height()));
        let found = statuses(&rows);
        let count = |status| found.iter().filter(|found| **found == status).count();
        assert!((850..1_100).contains(&count(11)), "{code}: {}", count(11));
        assert!([12, 21, 22, 23, 31, 32, 40].into_iter().all(|status| count(status) > 15));
    }
}

#[test]
fn population_figures_add_up_to_the_child() {
    for universe in ["all children", "internet users"] {
        let figures = figures(universe);
        for code in COUNTRIES {
            let sum = |wanted: &dyn Fn(&str, &str) -> bool| -> u64 {
                let of = figures.iter().filter(|([c, m, k], _)| *c == code && wanted(m, k));
                of.map(|(_, count)| count).sum()
            };
            let total = figures[&[code, "total", "all"]];
            for margin in ["sex", "age_group", "area", "region", "sex*age_group", "region*area"] {
                assert_eq!(sum(&|m, _| m == margin), total, "{code} {margin}");
            }
            let girls = sum(&|m, k| m == "sex*age_group" && k.starts_with("girl*"));
            assert_eq!(girls, figures[&[code, "sex", "girl"]]);
            let urban = sum(&|m, k| m == "region*area" && k.ends_with("*urban"));
            assert_eq!(urban, figures[&[code, "area", "urban"]]);
        }
    }
    let (all, users) = (figures("all children"), figures("internet users"));
    assert!(all.iter().all(|(key, count)| users[key] < *count));
    let sizes = COUNTRIES.map(|code| all[&[code, "total", "all"]]);
    assert!(sizes[1] < 150_000 && sizes[2] > 1_900_000, "{sizes:?}");
}

/// Rows that answered, with their weights as each step left them.
struct Weighted {
    rows: Vec<usize>,
    selection: Vec<f64>,
    raked: Vec<f64>,
}

/// The short way to weights: unknown households spread within their stratum, those
/// who did not answer within sex, age group and area, then raked.
fn weighted(sample: &DataFrame) -> Weighted {
    let status = statuses(sample);
    let strata = texts(sample, "stratum");
    let household = households(sample);
    let known = spread(&household, &strata, |row| !matches!(status[row], 31 | 32));
    let eligible = codes(sample, "eligible");
    let child: Vec<f64> =
        known.iter().zip(&eligible).map(|(weight, k)| weight * f64::from(k.unwrap_or(0))).collect();
    let class = classes(sample, &["sex", "age_group", "area"]);
    let adjusted = spread(&child, &class, |row| matches!(status[row], 11 | 12));
    let rows: Vec<usize> =
        (0..status.len()).filter(|row| matches!(status[*row], 11 | 12)).collect();
    let selection = rows.iter().map(|row| child[*row]).collect();
    let raked = raked(sample, &rows, &adjusted);
    Weighted { rows, selection, raked }
}

fn households(sample: &DataFrame) -> Vec<f64> {
    let (listed, taken) = (counts(sample, "hh_listed"), counts(sample, "hh_taken"));
    let chance = numbers(sample, "p_psu");
    let rows = listed.iter().zip(&taken).zip(&chance);
    rows.map(|((listed, taken), chance)| listed / taken / chance.unwrap()).collect()
}

fn classes(sample: &DataFrame, columns: &[&str]) -> Vec<String> {
    let parts: Vec<_> = columns.iter().map(|column| some_texts(sample, column)).collect();
    let class = |row: usize| parts.iter().map(|part| part[row].unwrap_or("")).collect::<Vec<_>>();
    (0..sample.height()).map(|row| class(row).join("*")).collect()
}

/// Within each class the weight of all rows is carried by those that are kept.
fn spread<T: Ord>(weights: &[f64], class: &[T], keep: impl Fn(usize) -> bool) -> Vec<f64> {
    let mut sums: BTreeMap<&T, [f64; 2]> = BTreeMap::new();
    for (row, (weight, class)) in weights.iter().zip(class).enumerate() {
        let [all, kept] = sums.entry(class).or_default();
        *all += weight;
        *kept += if keep(row) { *weight } else { 0.0 };
    }
    let factor = |class: &T| sums[class][0] / sums[class][1];
    let new = |row: usize| if keep(row) { weights[row] * factor(&class[row]) } else { 0.0 };
    (0..weights.len()).map(new).collect()
}

fn raked(sample: &DataFrame, rows: &[usize], weights: &[f64]) -> Vec<f64> {
    let code = texts(sample, "country")[0];
    let all = figures("all children");
    let margins = ["sex*age_group", "region", "area"].map(|margin| {
        let targets: Vec<_> =
            all.iter().filter(|([c, m, _], _)| *c == code && *m == margin).collect();
        let class = classes(sample, &margin.split('*').collect::<Vec<_>>());
        let at = |row: &usize| targets.iter().position(|([.., k], _)| *k == class[*row]).unwrap();
        let codes: Vec<u32> = rows.iter().map(|row| u32::try_from(at(row)).unwrap()).collect();
        let totals: Vec<f64> = targets.iter().map(|(_, count)| **count as f64).collect();
        (margin, codes, totals)
    });
    let margins = margins.each_ref().map(|(name, codes, targets)| Margin {
        name: (*name).to_owned(),
        codes: codes.into(),
        targets,
    });
    let start: Vec<f64> = rows.iter().map(|row| weights[*row]).collect();
    rake(&start, &margins, &RakeOptions::default()).unwrap().weights
}

/// A column of answers as numbers.
fn answer(sample: &DataFrame, indicator: &str) -> Vec<Option<f64>> {
    if indicator == "hours" {
        return numbers(sample, indicator);
    }
    codes(sample, indicator).into_iter().map(|code| code.map(f64::from)).collect()
}

fn mean(values: &[Option<f64>], rows: &[usize], weights: &[f64]) -> f64 {
    let (mut sum, mut base) = (0.0, 0.0);
    for (row, weight) in rows.iter().zip(weights) {
        if let Some(value) = values[*row] {
            sum += weight * value;
            base += weight;
        }
    }
    sum / base
}

fn truth(code: &str, indicator: &str) -> f64 {
    let table = &fieldwork().truth;
    let [countries, universes, indicators] =
        ["country", "universe", "indicator"].map(|column| texts(table, column));
    let wanted = |row: &usize| {
        [countries[*row], universes[*row], indicators[*row]] == [code, "all children", indicator]
    };
    let row = (0..table.height()).find(wanted).unwrap();
    numbers(table, "value")[row].unwrap()
}

const INDICATORS: [&str; 3] = ["harm", "skills_high", "hours"];

/// Distance from the truth, relative to it: unweighted and raked.
fn errors(code: &str, indicator: &str, sample: &DataFrame) -> [f64; 2] {
    let weighted = weighted(sample);
    let (values, rows) = (answer(sample, indicator), &weighted.rows);
    let truth = truth(code, indicator);
    let plain = mean(&values, rows, &vec![1.0; rows.len()]);
    [plain / truth - 1.0, mean(&values, rows, &weighted.raked) / truth - 1.0]
}

#[test]
fn raked_figures_of_the_fixture_are_nearer_to_the_truth_than_unweighted_ones() {
    for code in COUNTRIES {
        let sample = country(&fieldwork().children, code);
        for indicator in INDICATORS {
            let [plain, raked] = errors(code, indicator, &sample);
            assert!(raked.abs() < plain.abs().min(0.1), "{code} {indicator}: {plain} {raked}");
        }
    }
}

#[test]
fn over_many_samples_weighting_takes_away_most_of_the_bias() {
    const SAMPLES: u64 = 30;
    for code in COUNTRIES {
        let country = Country::new(code).unwrap();
        let samples: Vec<DataFrame> = (0..SAMPLES).map(|s| country.sample(s).unwrap()).collect();
        for indicator in INDICATORS {
            let errors = samples.iter().map(|sample| errors(code, indicator, sample));
            let mut bias = [0.0; 2];
            errors.for_each(|e| (0..2).for_each(|i| bias[i] += e[i] / SAMPLES as f64));
            assert!(bias[0] < -0.05, "{code} {indicator}: {bias:?}");
            assert!(bias[1].abs() < 0.35 * bias[0].abs(), "{code} {indicator}: {bias:?}");
        }
    }
}

#[test]
fn each_country_has_its_difficulty() {
    let of = |code| country(&fieldwork().children, code);
    let answered = |sample: &DataFrame, column: &str, category: &str| {
        let cells = texts(sample, column).into_iter().zip(statuses(sample));
        let own: Vec<i16> = cells.filter(|(c, _)| *c == category).map(|(_, s)| s).collect();
        let answers = own.iter().filter(|status| matches!(status, 11 | 12)).count();
        (answers, own.len())
    };
    let islands = answered(&of("XAB"), "region", "islands");
    assert!((5..20).contains(&islands.0), "{islands:?}");
    let silent = answered(&of("XAC"), "stratum", "north-rural");
    assert!(silent.0 >= 5 && 10 * silent.0 < silent.1, "{silent:?}");
    let spread = |code| {
        let mut weights = weighted(&of(code)).selection;
        weights.sort_by(f64::total_cmp);
        weights[weights.len() - 1] / weights[weights.len() / 2]
    };
    assert!(spread("XAA") < 6.0 && spread("XAD") > 12.0);
}
