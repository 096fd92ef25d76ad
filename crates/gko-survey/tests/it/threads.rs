//! The same bits at any number of threads.

use gko_survey::{Estimates, SinglePsu};

use crate::table::{Row, options, totals};

/// Rows without a pattern, spread over many blocks.
fn rows() -> Vec<Row> {
    let mut state = 7_u64;
    let mut next = move |below: u64| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from((state >> 33) % below).unwrap()
    };
    let mut byte = move |below: u64| u8::try_from(next(below)).unwrap();
    let row = |_| Row {
        sample: u32::from(byte(3)),
        stratum: u32::from(byte(20)),
        psu: u32::from(byte(40)),
        weight: 0.1 + f64::from(byte(200)) / 7.0,
        age: byte(4),
        sex: byte(3),
        answers: [byte(3), byte(3)],
        hours: f64::from(byte(240)) / 9.7,
        has_hours: byte(2),
    };
    (0..60_000).map(row).collect()
}

fn at(threads: usize, rows: &[Row]) -> (Estimates, Estimates) {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
    pool.build().unwrap().install(|| {
        let (left, right) = rows.split_at(rows.len() / 3);
        let merged = totals(left).unwrap().merge(totals(right).unwrap()).unwrap();
        let whole = totals(rows).unwrap();
        let options = options(SinglePsu::Fail);
        (merged.estimates(&options).unwrap(), whole.estimates(&options).unwrap())
    })
}

/// All numbers as bits, so that -0.0 and 0.0 differ.
fn bits(estimates: &Estimates) -> Vec<[Option<u64>; 8]> {
    let bits = |value: Option<f64>| value.map(f64::to_bits);
    let line = |e: &gko_survey::Estimate| {
        let ends = e.interval.map(|i| (i.low, i.high)).unzip();
        [e.value, e.se, Some(e.n_weighted), e.n_eff, e.deff, e.kish_deff, ends.0, ends.1].map(bits)
    };
    estimates.iter().map(line).collect()
}

#[test]
fn bits_do_not_depend_on_the_number_of_threads() {
    let rows = rows();
    let one = at(1, &rows);
    for threads in [2, 3, 8] {
        let other = at(threads, &rows);
        assert_eq!(bits(&one.0), bits(&other.0), "merged at {threads} threads");
        assert_eq!(bits(&one.1), bits(&other.1), "whole at {threads} threads");
    }
}
