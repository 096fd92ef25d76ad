//! Small tables for tests: random ones, and the way through the crate.

use gko_survey::{
    Classifier, Design, DesignColumns, Domains, Error, Estimates, Item, Options, PsuLabels,
    PsuTotals, SinglePsu,
};
use proptest::prelude::*;

/// One respondent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row {
    pub sample: u32,
    pub stratum: u32,
    pub psu: u32,
    pub weight: f64,
    pub age: u8,
    pub sex: u8,
    /// Two share items: 0, 1 or out of the base.
    pub answers: [u8; 2],
    pub hours: f64,
    pub has_hours: u8,
}

/// The breakdowns used all over: total, age, sex, age by sex.
pub fn breakdowns() -> [Vec<usize>; 4] {
    [vec![], vec![0], vec![1], vec![0, 1]]
}

pub const AGES: u8 = 3;
pub const SEXES: u8 = 2;

pub fn options(single_psu: SinglePsu) -> Options {
    Options { single_psu, ..Options::default() }
}

pub fn totals(rows: &[Row]) -> Result<PsuTotals, Error> {
    let column = |f: fn(&Row) -> u32| rows.iter().map(f).collect::<Vec<u32>>();
    let bytes = |f: fn(&Row) -> u8| rows.iter().map(f).collect::<Vec<u8>>();
    let weight: Vec<f64> = rows.iter().map(|row| row.weight).collect();
    let design = Design::new(DesignColumns {
        sample: &column(|row| row.sample),
        stratum: &column(|row| row.stratum),
        psu: &column(|row| row.psu),
        weight: &weight,
        psu_labels: PsuLabels::NestedInStratum,
    })?;
    let (age, sex) = (bytes(|row| row.age), bytes(|row| row.sex));
    let classifier = |codes, categories| Classifier { codes, categories };
    let variables = [classifier(&age, AGES), classifier(&sex, SEXES)];
    let domains = Domains::new(rows.len(), &variables, &breakdowns())?;
    let value: Vec<f64> = rows.iter().map(|row| row.hours).collect();
    let (a, b) = (bytes(|row| row.answers[0]), bytes(|row| row.answers[1]));
    let in_base = bytes(|row| row.has_hours);
    let (value, in_base) = (&value[..], &in_base[..]);
    let mean = Item::Mean { value, in_base };
    // The mean stands between the shares: columns are not items.
    PsuTotals::accumulate(&design, &domains, &[Item::Share(&a), mean, Item::Share(&b)])
}

pub const ITEMS: usize = 3;

pub fn estimates(rows: &[Row]) -> Estimates {
    let totals = totals(rows).unwrap();
    totals.estimates(&options(SinglePsu::Adjust)).unwrap()
}

pub fn row() -> impl Strategy<Value = Row> {
    let place = (1..3_u32, 1..4_u32, 1..4_u32);
    let weight = prop_oneof![9 => 0.1..10.0_f64, 1 => Just(0.0)];
    let answer = || prop_oneof![Just(0_u8), Just(1), Just(9)];
    let who = (0..=AGES, 0..=SEXES);
    // Hundredths: the spread of values that lie nearer together is rounding.
    let hours = ((0..2400_u32).prop_map(|one| f64::from(one) / 100.0), 0..2_u8);
    (place, weight, who, [answer(), answer()], hours).prop_map(
        |((sample, stratum, psu), weight, (age, sex), answers, (hours, has_hours))| Row {
            sample,
            stratum,
            psu,
            weight,
            age,
            sex,
            answers,
            hours,
            has_hours,
        },
    )
}

/// Rows of which each sample has at least one with a weight.
pub fn rows() -> impl Strategy<Value = Vec<Row>> {
    proptest::collection::vec(row(), 1..120).prop_map(|mut rows| {
        let heavy = |row: &mut Row| row.weight = row.weight.max(0.1);
        for sample in 1..3 {
            rows.iter_mut().find(|row| row.sample == sample).into_iter().for_each(heavy);
        }
        rows
    })
}

/// Equal to a relative tolerance, or to an absolute one near 0; `None` only with `None`.
pub fn close(a: Option<f64>, b: Option<f64>, tolerance: f64) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() <= tolerance * a.abs().max(b.abs()).max(1e-3),
        _ => a.is_none() && b.is_none(),
    }
}

/// Whether all that two results say is equal to a tolerance.
pub fn all_close(a: &Estimates, b: &Estimates, tolerance: f64) -> bool {
    let pairs = a.iter().zip(b.iter());
    a.samples() == b.samples()
        && pairs.into_iter().all(|(a, b)| {
            let counts = (a.n, a.hits, a.df, a.absent) == (b.n, b.hits, b.df, b.absent);
            let ends = |e: &gko_survey::Estimate| e.interval.map(|i| (i.low, i.high)).unzip();
            counts
                && close(a.value, b.value, tolerance)
                && close(a.se, b.se, tolerance)
                && close(a.deff, b.deff, tolerance * 100.0)
                && close(a.kish_deff, b.kish_deff, tolerance)
                && close(ends(a).0, ends(b).0, tolerance * 100.0)
                && close(ends(a).1, ends(b).1, tolerance * 100.0)
        })
}
