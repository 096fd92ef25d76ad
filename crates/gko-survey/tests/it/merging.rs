//! Totals of parts add up to the totals of the whole.

use gko_survey::SinglePsu;
use proptest::prelude::*;

use crate::table::{Row, all_close, options, rows, totals};

/// Whether merging two parts gives the estimates of the whole.
fn adds_up(rows: &[Row], first: impl Fn(&Row) -> bool) -> bool {
    let (left, right): (Vec<Row>, Vec<Row>) = rows.iter().copied().partition(first);
    // A part whose sample has no weight is no design of its own.
    let (Ok(left), Ok(right)) = (totals(&left), totals(&right)) else {
        return true;
    };
    let options = options(SinglePsu::Average);
    let merged = left.merge(right).unwrap().estimates(&options).unwrap();
    let whole = totals(rows).unwrap().estimates(&options).unwrap();
    all_close(&merged, &whole, 1e-11)
}

proptest! {
    #[test]
    fn halves_split_by_psu_add_up(rows in rows()) {
        prop_assert!(adds_up(&rows, |row| row.psu == 1));
    }

    #[test]
    fn halves_split_across_psus_add_up(rows in rows()) {
        prop_assert!(adds_up(&rows, |row| row.hours < 12.0));
    }

    #[test]
    fn samples_add_up(rows in rows()) {
        prop_assert!(adds_up(&rows, |row| row.sample == 1));
    }

    #[test]
    fn the_order_of_merging_does_not_matter(rows in rows()) {
        let (left, right): (Vec<Row>, Vec<Row>) = rows.iter().partition(|row| row.sex == 0);
        if let (Ok(left), Ok(right)) = (totals(&left), totals(&right)) {
            let options = options(SinglePsu::Remove);
            let one = left.clone().merge(right.clone()).unwrap();
            let other = right.merge(left).unwrap();
            prop_assert_eq!(one.estimates(&options), other.estimates(&options));
        }
    }
}

/// Found by proptest: moments about the sample's shift, not about the group's
/// own mean, lost the variance of near-equal values far from the shift.
#[test]
fn near_equal_values_far_from_the_smallest_keep_their_variance() {
    let row = |psu: u32, age: u8, weight: f64, hours: f64| Row {
        sample: 1,
        stratum: 1,
        psu,
        weight,
        age,
        sex: 0,
        answers: [0, 0],
        hours,
        has_hours: 1,
    };
    let rows = [
        row(1, 0, 0.1, 0.0),
        row(1, 1, 0.1, 20.817_210_256_028_815),
        row(2, 1, 0.388_129_624_899_615_9, 20.831_224_991_846_238),
    ];
    assert!(adds_up(&rows, |row| row.hours < 12.0));
}
