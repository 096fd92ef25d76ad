//! A suppressed number is in none of the ways out.

use gko_disclosure::{Mark, Reason};
use gko_report::{TidyTable, terminal_table};

use crate::demo::Demo;
use crate::tidy::parquet_of;

/// The numbers that the candidates of suppressed figures had.
fn secrets(demo: &Demo) -> Vec<f64> {
    let rows = demo.release.table.rows().iter().zip(&demo.candidates);
    let hidden = rows.filter(|((_, figure), _)| figure.mark() == Mark::Suppressed);
    let estimates = hidden.filter_map(|(_, candidate)| candidate.estimate.as_ref());
    let numbers = estimates.flat_map(|estimate| {
        let ends = estimate.interval.as_ref().map(|interval| (interval.low, interval.high));
        let ends = ends.into_iter().flat_map(|(low, high)| [low, high]);
        [estimate.value, estimate.se, estimate.n_eff, estimate.deff]
            .into_iter()
            .flatten()
            .chain(ends)
    });
    // 0, 1 and other short numbers may stand elsewhere in their own right.
    numbers.filter(|number| number.to_string().len() > 12).collect()
}

/// The first digits of a number, enough to know it by.
fn digits(number: f64) -> String {
    number.to_string().chars().take(10).collect()
}

#[test]
fn no_text_holds_a_suppressed_number() {
    let demo = Demo::new();
    let secrets = secrets(&demo);
    assert!(secrets.len() > 30, "the demo suppresses too little: {}", secrets.len());
    let csv = String::from_utf8(TidyTable::new(&demo.release).csv().unwrap()).unwrap();
    let manifest = serde_json::to_string_pretty(&demo.manifest()).unwrap();
    let debug = format!("{:?}", demo.release);
    for text in [csv, manifest, terminal_table(&demo.release, 120), debug] {
        let found: Vec<f64> =
            secrets.iter().copied().filter(|secret| text.contains(&digits(*secret))).collect();
        assert!(found.is_empty(), "{found:?}");
    }
}

#[test]
fn no_column_of_parquet_holds_a_suppressed_number() {
    let demo = Demo::new();
    let frame = parquet_of(&TidyTable::new(&demo.release));
    let bits: Vec<u64> = secrets(&demo).into_iter().map(f64::to_bits).collect();
    let numbers = frame.columns().iter().filter_map(|column| column.f64().ok());
    let mut numbers = numbers.flat_map(|column| column.iter().flatten());
    assert!(!numbers.any(|number| bits.contains(&number.to_bits())));
}

#[test]
fn the_search_would_find_a_number_that_is_shown() {
    let demo = Demo::new();
    let csv = String::from_utf8(TidyTable::new(&demo.release).csv().unwrap()).unwrap();
    let shown = demo.release.table.rows().iter().filter_map(|(_, figure)| figure.value());
    let shown: Vec<f64> = shown.filter(|number| number.to_string().len() > 12).collect();
    assert!(!shown.is_empty());
    assert!(shown.iter().all(|number| csv.contains(&digits(*number))));
}

#[test]
fn n_is_hidden_with_a_base_that_is_too_small() {
    let demo = Demo::new();
    let rows = demo.release.table.rows().iter();
    let hidden: Vec<_> =
        rows.filter(|(_, figure)| figure.reasons().contains(&Reason::SmallBase)).collect();
    assert!(!hidden.is_empty(), "the demo has no base that is too small");
    assert!(hidden.iter().all(|(_, figure)| figure.n().is_none() && figure.n_weighted().is_none()));
}

#[test]
fn the_terminal_has_a_star_where_a_figure_is_suppressed() {
    let demo = Demo::new();
    let text = terminal_table(&demo.release, 120);
    let told = text.lines().find(|line| line.contains("Told somebody")).unwrap();
    let totals =
        demo.release.table.rows().iter().filter(|(key, _)| key.indicator.as_ref() == "told");
    let stars = totals.filter(|(_, figure)| figure.mark() == Mark::Suppressed).count();
    assert!(stars > 0 && told.matches('*').count() == stars, "{told}");
}
