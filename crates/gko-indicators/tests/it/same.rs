//! The same figures whatever the order of rows, the split into files, the
//! threads, and the other countries in the run.

use gko_indicators::Computed;
use gko_microdata::{CsvDialect, Input, Origin, Source};
use gko_survey::Estimate;

use crate::demo::{computed, country, designed, figures, indicator};

const HEADER: &str = "id,stratum,psu,weight,Q1,Q2,ladder,sex,age";

/// Rows that a linear congruential generator makes up: 6 strata, 5 PSUs each.
fn rows(count: u64, seed: u64) -> Vec<String> {
    let mut state = seed;
    let mut draw = |below: u64| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let row = |id: u64| {
        let answers = ["0", "1", "1", "888", ""];
        let q1 = answers[usize::try_from(draw(5)).unwrap()];
        let q2 = if q1 == "1" { (draw(4) + 1).to_string() } else { String::new() };
        let weight = if draw(40) == 0 { 0.0 } else { 0.2 + draw(1000) as f64 / 377.0 };
        let place = format!("s{},{}", id % 6, id / 6 % 5);
        format!("{id},{place},{weight},{q1},{q2},{},{},{}", draw(11), draw(2) + 1, draw(9) + 9)
    };
    (0..count).map(row).collect()
}

fn csv(rows: &[String]) -> String {
    format!("{HEADER}\n{}\n", rows.join("\n"))
}

fn indicators() -> String {
    let breakdowns = "breakdowns = [\"sex\", \"age_group\", \"sex * age_group\"]";
    let definitions = [
        "numerator = \"Q1 = yes\"\nmissing = { prefer-not-to-say = \"category\" }",
        "numerator = \"Q2 >= fairly\"\nbase = \"Q1 = yes\"",
        "mean = \"ladder\"",
    ];
    let each = definitions.iter().enumerate().map(|(at, definition)| {
        let text = indicator(&format!("{definition}\n{breakdowns}"));
        text.replace("id = \"x\"", &format!("id = \"x{at}\""))
    });
    each.collect()
}

fn of(inputs: &[Input]) -> Computed {
    computed(&designed(inputs), &indicators()).unwrap()
}

fn numbers(estimate: &Estimate) -> Vec<f64> {
    let interval = estimate.interval;
    let ends = [interval.map(|i| i.low), interval.map(|i| i.high)];
    let all = [estimate.value, estimate.se, ends[0], ends[1], estimate.deff, estimate.kg_n];
    let counts = [estimate.n as f64, estimate.hits as f64, f64::from(estimate.df)];
    all.into_iter().map(|number| number.unwrap_or(-1.0)).chain(counts).collect()
}

/// Every number of every figure of some countries, as bits.
fn bits(computed: &Computed, countries: &[&str]) -> Vec<u64> {
    let figures = figures(computed).into_iter();
    let wanted = figures.filter(|((country, ..), _)| countries.contains(&country.as_str()));
    wanted.flat_map(|(_, estimate)| numbers(&estimate.unwrap())).map(f64::to_bits).collect()
}

#[test]
fn the_order_of_rows_changes_nothing_beyond_rounding() {
    let mut rows = rows(3_000, 1);
    let before = of(&[country("XAA", &csv(&rows))]);
    rows.reverse();
    rows.rotate_left(777);
    let after = of(&[country("XAA", &csv(&rows))]);
    let (before, after) = (figures(&before), figures(&after));
    assert_eq!(before.len(), after.len());
    for (place, estimate) in before {
        let other = numbers(after[&place].as_ref().unwrap());
        for (a, b) in numbers(&estimate.unwrap()).into_iter().zip(other) {
            assert!((a - b).abs() <= 1e-12 * a.abs().max(1.0), "{place:?}: {a} {b}");
        }
    }
}

#[test]
fn a_pooled_file_gives_each_country_its_own_figures_to_the_bit() {
    let (first, second) = (rows(900, 2), rows(1_100, 3));
    let name = |rows: &[String], code: &str| -> Vec<String> {
        rows.iter().map(|row| format!("{row},{code}")).collect()
    };
    let mut pooled = name(&first, "XAA");
    for (at, row) in name(&second, "XAB").into_iter().enumerate() {
        // Countries alternate in the pooled file; each keeps its order.
        pooled.insert((2 * at + 1).min(pooled.len()), row);
    }
    let text = format!("{HEADER},country\n{}\n", pooled.join("\n"));
    let input = Input {
        name: "pooled.csv".to_owned(),
        source: Source::Text { text, dialect: CsvDialect::default() },
        wave: Origin::Constant("w1".to_owned()),
        country: Origin::Column("country".to_owned()),
    };
    let together = of(&[input]);
    assert_eq!(bits(&together, &["XAA"]), bits(&of(&[country("XAA", &csv(&first))]), &["XAA"]));
    assert_eq!(bits(&together, &["XAB"]), bits(&of(&[country("XAB", &csv(&second))]), &["XAB"]));
}

#[test]
fn the_split_into_files_changes_no_bit() {
    let rows = rows(2_000, 4);
    let whole = of(&[country("XAA", &csv(&rows))]);
    let (head, tail) = rows.split_at(813);
    let parts = of(&[country("XAA", &csv(head)), country("XAA", &csv(tail))]);
    assert_eq!(bits(&whole, &["XAA"]), bits(&parts, &["XAA"]));
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    let inputs = [country("XAA", &csv(&rows(40_000, 5))), country("XAB", &csv(&rows(500, 6)))];
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        bits(&pool.install(|| of(&inputs)), &["XAA", "XAB"])
    };
    let one = with(1);
    assert!(one.len() > 500);
    for threads in [2, 3, 8] {
        assert_eq!(one, with(threads), "{threads} threads");
    }
}
