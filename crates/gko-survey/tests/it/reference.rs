//! The kernel against a row loop that is obviously right.

use std::collections::BTreeMap;

use gko_survey::SinglePsu;
use proptest::prelude::*;

use crate::table::{AGES, ITEMS, Row, SEXES, breakdowns, close, options, rows, totals};

/// Value, variance, df, n and hits, straight from the formulas.
#[derive(Debug, Default)]
struct Truth {
    value: Option<f64>,
    variance: f64,
    df: u32,
    n: u64,
    hits: u64,
}

/// y of an item in a row, if the row is in the item's base.
pub fn y(row: &Row, item: usize) -> Option<f64> {
    let share = |code: u8| (code <= 1).then(|| f64::from(code));
    match item {
        0 => share(row.answers[0]),
        1 => (row.has_hours == 1).then_some(row.hours),
        _ => share(row.answers[1]),
    }
}

/// The domains by brute force: a row is in if its categories are the wanted ones.
fn labels() -> Vec<[Option<u8>; 2]> {
    let mut labels = Vec::new();
    for breakdown in breakdowns() {
        let choices = |variable: usize, categories: u8| match breakdown.contains(&variable) {
            true => (0..categories).map(Some).collect(),
            false => vec![None],
        };
        for age in choices(0, AGES) {
            labels.extend(choices(1, SEXES).into_iter().map(|sex| [age, sex]));
        }
    }
    labels
}

fn inside(row: &Row, label: [Option<u8>; 2]) -> bool {
    label[0].is_none_or(|age| age == row.age) && label[1].is_none_or(|sex| sex == row.sex)
}

fn truth(rows: &[Row], sample: u32, label: [Option<u8>; 2], item: usize) -> Truth {
    let rows: Vec<&Row> = rows.iter().filter(|row| row.sample == sample).collect();
    let base = |row: &Row| inside(row, label) && row.weight > 0.0;
    let base = |row: &&&Row| base(row) && y(row, item).is_some();
    let used: Vec<&&Row> = rows.iter().filter(base).collect();
    let w: f64 = used.iter().map(|row| row.weight).sum();
    if used.is_empty() {
        return Truth::default();
    }
    let total: f64 = used.iter().map(|r| r.weight * y(r, item).unwrap()).sum();
    let r = total / w;
    let mut z: BTreeMap<u32, BTreeMap<u32, (f64, bool)>> = BTreeMap::new();
    for row in &rows {
        z.entry(row.stratum).or_default().entry(row.psu).or_default();
    }
    for row in &used {
        let psu = z.get_mut(&row.stratum).unwrap().get_mut(&row.psu).unwrap();
        psu.0 += row.weight * (y(row, item).unwrap() - r) / w;
        psu.1 = true;
    }
    let present = |psus: &BTreeMap<u32, (f64, bool)>| psus.values().filter(|p| p.1).count();
    let psus: usize = z.values().map(present).sum();
    let strata = z.values().filter(|psus| present(psus) > 0).count();
    Truth {
        value: Some(r),
        variance: z.values().map(stratum_variance).sum(),
        df: u32::try_from(psus - strata).unwrap(),
        n: used.len() as u64,
        hits: used.iter().filter(|row| item != 1 && y(row, item) == Some(1.0)).count() as u64,
    }
}

fn stratum_variance(psus: &BTreeMap<u32, (f64, bool)>) -> f64 {
    let n = psus.len() as f64;
    let mean = psus.values().map(|psu| psu.0).sum::<f64>() / n;
    if psus.len() == 1 {
        return mean * mean;
    }
    let squares = psus.values().map(|psu| (psu.0 - mean).powi(2));
    squares.sum::<f64>() * n / (n - 1.0)
}

proptest! {
    #[test]
    fn the_kernel_agrees_with_a_row_loop(rows in rows()) {
        let totals = totals(&rows).unwrap();
        let estimates = totals.estimates(&options(SinglePsu::Adjust)).unwrap();
        for (at, &sample) in totals.sample_codes().iter().enumerate() {
            for (domain, label) in labels().into_iter().enumerate() {
                for item in 0..ITEMS {
                    let truth = truth(&rows, sample, label, item);
                    let got = estimates.get(at, domain, item);
                    prop_assert_eq!((got.n, got.hits, got.df), (truth.n, truth.hits, truth.df));
                    prop_assert!(close(got.value, truth.value, 1e-12));
                    let variance = got.se.map_or(0.0, |se| se * se);
                    prop_assert!(close(Some(variance), Some(truth.variance), 1e-11));
                }
            }
        }
    }
}

#[test]
fn many_blocks_and_psus_larger_than_a_tile_agree_too() {
    let row = |at: u32| Row {
        sample: at / 10_000,
        stratum: at % 7,
        psu: at % 13,
        weight: 1.0 + f64::from(at % 5),
        age: u8::try_from(at % 4).unwrap(),
        sex: u8::try_from(at / 3 % 3).unwrap(),
        answers: [u8::try_from(at * at % 3).unwrap(), u8::try_from(at / 7 % 2).unwrap()],
        hours: f64::from(at % 17),
        has_hours: u8::try_from(at % 3 / 2).unwrap(),
    };
    let rows: Vec<Row> = (0..20_000).map(row).collect();
    let totals = totals(&rows).unwrap();
    let estimates = totals.estimates(&options(SinglePsu::Fail)).unwrap();
    for (domain, label) in labels().into_iter().enumerate() {
        for item in 0..ITEMS {
            let truth = truth(&rows, 1, label, item);
            let got = estimates.get(1, domain, item);
            assert_eq!((got.n, got.hits, got.df), (truth.n, truth.hits, truth.df));
            assert!(close(got.value, truth.value, 1e-12));
            assert!(close(got.se, Some(truth.variance.sqrt()), 1e-11));
        }
    }
}
