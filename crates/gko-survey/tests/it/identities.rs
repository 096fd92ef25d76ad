//! Identities that hold for any data.

use gko_survey::{Estimates, IntervalMethod, Options, SinglePsu};
use proptest::prelude::*;

use crate::reference::y;
use crate::table::{AGES, Row, all_close, close, estimates, rows, totals};

fn map(rows: &[Row], change: impl Fn(&Row) -> Row) -> Vec<Row> {
    rows.iter().map(change).collect()
}

/// One sample of a result against the only sample of another.
fn same_sample(all: &Estimates, at: usize, alone: &Estimates) -> bool {
    let domains = 0..all.domains();
    let mut places = domains.flat_map(|d| (0..all.items()).map(move |i| (d, i)));
    places.all(|(d, i)| all.get(at, d, i) == alone.get(0, d, i))
}

proptest! {
    #[test]
    fn the_scale_of_the_weights_does_not_matter(rows in rows(), scale in 0.001..1000.0_f64) {
        let scaled = map(&rows, |row| Row { weight: row.weight * scale, ..*row });
        prop_assert!(all_close(&estimates(&rows), &estimates(&scaled), 1e-11));
    }

    #[test]
    fn the_order_of_the_rows_does_not_matter(rows in rows(), turn in 0..120_usize) {
        let mut other = rows.clone();
        other.rotate_left(turn % rows.len());
        other.reverse();
        prop_assert!(all_close(&estimates(&rows), &estimates(&other), 1e-11));
    }

    #[test]
    fn a_sample_keeps_its_results_beside_another(rows in rows()) {
        let all = estimates(&rows);
        let codes = totals(&rows).unwrap().sample_codes().to_vec();
        for (at, sample) in codes.into_iter().enumerate() {
            let alone: Vec<Row> = rows.iter().copied().filter(|r| r.sample == sample).collect();
            prop_assert!(same_sample(&all, at, &estimates(&alone)));
        }
    }

    #[test]
    fn a_domain_mean_is_the_ratio_of_two_totals(rows in rows()) {
        let all = estimates(&rows);
        let sample = rows.iter().map(|row| row.sample).min().unwrap();
        // Domain 1 is the first age group.
        let inside = |r: &&Row| r.sample == sample && r.age == 0 && y(r, 1).is_some();
        let sum = |f: fn(&Row) -> f64| rows.iter().filter(inside).map(f).sum::<f64>();
        let (w, wy) = (sum(|row| row.weight), sum(|row| row.weight * row.hours));
        let mean = (w > 0.0).then(|| wy / w);
        prop_assert!(close(all.get(0, 1, 1).value, mean, 1e-12));
    }

    #[test]
    fn a_share_and_its_complement_add_up_to_one(rows in rows()) {
        let flip = |code: u8| if code <= 1 { 1 - code } else { code };
        let flipped = map(&rows, |r| Row { answers: r.answers.map(flip), ..*r });
        for (a, b) in estimates(&rows).iter().zip(estimates(&flipped).iter()) {
            if let (Some(p), Some(q), 0) = (a.value, b.value, a.n - b.n)
                && a.quantity == gko_survey::Quantity::Share
            {
                prop_assert!((p + q - 1.0).abs() < 1e-12);
                prop_assert!(close(a.se, b.se, 1e-11));
                let ends = a.interval.zip(b.interval);
                prop_assert!(ends.is_none_or(|(a, b)| (a.low + b.high - 1.0).abs() < 1e-9));
            }
        }
    }

    #[test]
    fn shares_of_the_categories_of_an_item_add_up_to_one(rows in rows()) {
        let share = |category: u8| {
            let code = |r: &Row| if r.age < AGES { u8::from(r.age == category) } else { 9 };
            estimates(&map(&rows, |r| Row { answers: [code(r), 9], ..*r }))
        };
        let all: Vec<Estimates> = (0..AGES).map(share).collect();
        for sample in 0..all[0].samples() {
            let values = all.iter().filter_map(|e| e.get(sample, 0, 0).value);
            let sum: f64 = values.sum();
            prop_assert!(all[0].get(sample, 0, 0).n == 0 || (sum - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn a_row_twice_at_half_the_weight_leaves_the_standard_error(rows in rows()) {
        let half = map(&rows, |row| Row { weight: row.weight / 2.0, ..*row });
        let twice = [half.clone(), half].concat();
        for (a, b) in estimates(&rows).iter().zip(estimates(&twice).iter()) {
            prop_assert_eq!(2 * a.n, b.n);
            prop_assert!(close(a.value, b.value, 1e-12) && close(a.se, b.se, 1e-11));
        }
    }

    #[test]
    fn an_interval_holds_its_estimate_and_a_share_stays_in_bounds(rows in rows()) {
        let totals = totals(&rows).unwrap();
        for interval in [IntervalMethod::KornGraubardNchs, IntervalMethod::KornGraubard, IntervalMethod::Logit] {
            let options = Options { interval, single_psu: SinglePsu::Adjust, level: 0.9 };
            for one in totals.estimates(&options).unwrap().iter() {
                if let (Some(ends), Some(value)) = (one.interval, one.value) {
                    prop_assert!(ends.low <= value && value <= ends.high);
                    let share = one.quantity == gko_survey::Quantity::Share;
                    prop_assert!(!share || (0.0 <= ends.low && ends.high <= 1.0));
                }
            }
        }
    }

    #[test]
    fn a_wider_level_gives_a_wider_interval(rows in rows()) {
        let totals = totals(&rows).unwrap();
        let at = |level| totals.estimates(&Options { level, single_psu: SinglePsu::Adjust, ..Options::default() });
        for (narrow, wide) in at(0.8).unwrap().iter().zip(at(0.99).unwrap().iter()) {
            if let (Some(narrow), Some(wide)) = (narrow.interval, wide.interval) {
                prop_assert!(wide.low <= narrow.low && narrow.high <= wide.high);
            }
        }
    }
}
