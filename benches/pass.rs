//! The pass over the data: 60 three-state items, 17 countries by 3 ages by 2
//! sexes, with Taylor errors, at one million rows; beside it polars computing
//! the weighted shares alone with one group-by in the same process.
//!
//! `cargo bench --bench pass`

#![allow(missing_docs, clippy::unwrap_used, clippy::cast_possible_truncation)]

use divan::Bencher;
use gko::survey::{
    Classifier, Design, DesignColumns, Domains, Item, Options, PsuLabels, PsuTotals,
};
use polars::prelude::*;

const ROWS: usize = 1_000_000;
const ITEMS: usize = 60;
const COUNTRIES: u32 = 17;

fn main() {
    divan::main();
}

/// Rows sorted by country, stratum and PSU, as files of clustered samples are.
struct Data {
    country: Vec<u32>,
    stratum: Vec<u32>,
    psu: Vec<u32>,
    weight: Vec<f64>,
    age: Vec<u8>,
    sex: Vec<u8>,
    items: Vec<Vec<u8>>,
}

/// splitmix64: enough for bytes that no branch predictor guesses.
fn mix(seed: u64) -> u64 {
    let z = (seed.wrapping_add(0x9E37_79B9_7F4A_7C15) ^ (seed >> 30))
        .wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

impl Data {
    fn new(psus_per_country: usize) -> Self {
        let per_country = ROWS / COUNTRIES as usize + 1;
        let country: Vec<u32> = (0..ROWS).map(|row| (row / per_country) as u32).collect();
        let psu: Vec<u32> = (0..ROWS)
            .map(|row| (row % per_country * psus_per_country / per_country) as u32)
            .collect();
        let stratum = psu.iter().map(|psu| psu * 10 / psus_per_country as u32).collect();
        let draw = |row: usize, salt: u64| mix(row as u64 * 131 + salt);
        let item = |item: u64| -> Vec<u8> {
            // One in ten out of the base, a share of 5 to 64 % of the others.
            (0..ROWS)
                .map(|row| match draw(row, 1000 + item) % 1000 {
                    0..100 => 2,
                    value => u8::from(value < 100 + 9 * (5 + item)),
                })
                .collect()
        };
        Self {
            country,
            stratum,
            psu,
            weight: (0..ROWS).map(|row| 0.5 + (draw(row, 1) % 1000) as f64 / 1000.0).collect(),
            age: (0..ROWS).map(|row| (draw(row, 2) % 3) as u8).collect(),
            sex: (0..ROWS).map(|row| (draw(row, 3) % 2) as u8).collect(),
            items: (0..ITEMS as u64).map(item).collect(),
        }
    }

    fn frame(&self) -> DataFrame {
        let mut columns: Vec<Column> = vec![
            Column::new("country".into(), &self.country),
            Column::new("age".into(), &self.age),
            Column::new("sex".into(), &self.sex),
            Column::new("weight".into(), &self.weight),
        ];
        for (place, item) in self.items.iter().enumerate() {
            let states: Vec<Option<bool>> =
                item.iter().map(|&state| (state < 2).then_some(state == 1)).collect();
            columns.push(Column::new(format!("item{place}").into(), states));
        }
        DataFrame::new(ROWS, columns).unwrap()
    }
}

/// Design, domains, totals and estimates with intervals: everything after reading.
#[divan::bench(args = [100, 3000], sample_count = 10)]
fn gko_shares_with_taylor_errors(bencher: Bencher<'_, '_>, psus_per_country: usize) {
    let data = Data::new(psus_per_country);
    bencher.bench_local(|| {
        let design = Design::new(DesignColumns {
            sample: &data.country,
            stratum: &data.stratum,
            psu: &data.psu,
            weight: &data.weight,
            psu_labels: PsuLabels::NestedInStratum,
        })
        .unwrap();
        let variables = [
            Classifier { codes: &data.age, categories: 3 },
            Classifier { codes: &data.sex, categories: 2 },
        ];
        let domains = Domains::new(ROWS, &variables, &[vec![0, 1]]).unwrap();
        let items: Vec<Item<'_>> = data.items.iter().map(|item| Item::Share(item)).collect();
        let totals = PsuTotals::accumulate(&design, &domains, &items).unwrap();
        totals.estimates(&Options::default()).unwrap()
    });
}

/// The weighted shares alone, without errors, by one group-by.
#[divan::bench(args = ["in-memory", "streaming"], sample_count = 5)]
fn polars_shares_alone(bencher: Bencher<'_, '_>, engine: &str) {
    let frame = Data::new(100).frame();
    let shares: Vec<Expr> = (0..ITEMS)
        .map(|place| {
            let item = || col(format!("item{place}"));
            let counted = (col("weight") * item().cast(DataType::Float64)).sum();
            let base = col("weight").filter(item().is_not_null()).sum();
            (counted / base).alias(format!("share{place}"))
        })
        .collect();
    let engine = if engine == "streaming" { Engine::Streaming } else { Engine::InMemory };
    bencher.bench_local(|| {
        let query = frame
            .clone()
            .lazy()
            .group_by([col("country"), col("age"), col("sex")])
            .agg(shares.clone());
        query.collect_with_engine(engine).unwrap()
    });
}
