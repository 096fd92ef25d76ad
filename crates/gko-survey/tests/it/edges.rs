//! Where there is little or nothing to estimate from.

use gko_survey::{
    Absent, Design, DesignColumns, Domains, Error, Estimate, IntervalMethod, Item, Options,
    PsuLabels, PsuTotals, SinglePsu,
};

use crate::table::{Row, options, totals};

const PLAIN: Row = Row {
    sample: 1,
    stratum: 1,
    psu: 1,
    weight: 1.0,
    age: 0,
    sex: 0,
    answers: [0, 0],
    hours: 1.0,
    has_hours: 1,
};

/// Two strata of three PSUs, two rows in each.
fn plain() -> Vec<Row> {
    let row = |at: u32| Row {
        stratum: at / 6,
        psu: at / 2 % 3,
        answers: [u8::try_from(at % 2).unwrap(), u8::from(at == 3)],
        hours: f64::from(at),
        ..PLAIN
    };
    (0..12).map(row).collect()
}

fn first(rows: &[Row], item: usize, options: &Options) -> Estimate {
    let estimates = totals(rows).unwrap().estimates(options).unwrap();
    estimates.get(0, 0, item).clone()
}

#[test]
fn an_empty_domain_has_no_value() {
    let estimates = totals(&plain()).unwrap().estimates(&Options::default()).unwrap();
    // All rows have age 0; domain 2 is age 1.
    let empty = estimates.get(0, 2, 0);
    assert_eq!((empty.value, empty.se, empty.interval), (None, None, None));
    assert_eq!((empty.n, empty.df), (0, 0));
    assert_eq!(empty.absent, Some(Absent::EmptyBase));
}

#[test]
fn a_domain_of_weight_zero_is_empty_but_its_psus_stay() {
    let mut rows = plain();
    for row in rows.iter_mut().filter(|row| row.psu == 2) {
        *row = Row { weight: 0.0, age: 1, ..*row };
    }
    let estimates = totals(&rows).unwrap().estimates(&Options::default()).unwrap();
    assert_eq!(estimates.get(0, 2, 0).absent, Some(Absent::EmptyBase));
    // Two of three PSUs a stratum have weight: df 2·(2 - 1), n_h still 3.
    let total = estimates.get(0, 0, 1);
    assert_eq!((total.n, total.df), (8, 2));
    // Means 0..3 and 6..9 about 4.5; PSU sums of y - R are -8, -4, 4, 8.
    let stratum = |a: f64, b: f64| {
        let mean = (a + b) / 3.0;
        1.5 * ((a - mean).powi(2) + (b - mean).powi(2) + mean * mean)
    };
    let se = ((stratum(-8.0, -4.0) + stratum(4.0, 8.0)) / 64.0).sqrt();
    assert!((total.se.unwrap() - se).abs() < 1e-15);
}

#[test]
fn a_domain_in_one_psu_has_no_interval() {
    let mut rows = plain();
    rows[2].age = 1;
    rows[3].age = 1;
    let estimates = totals(&rows).unwrap().estimates(&Options::default()).unwrap();
    let one = estimates.get(0, 2, 0);
    // R survey 4.5 has a standard error of 0 here, too.
    assert_eq!((one.value, one.se, one.df), (Some(0.5), Some(0.0), 0));
    assert_eq!((one.interval, one.absent), (None, Some(Absent::NoDf)));
    assert_eq!(one.kg_n, Some(0.0));
}

#[test]
fn none_and_all_have_exactly_no_variance_and_an_exact_interval() {
    let mut rows = plain();
    for (at, row) in rows.iter_mut().enumerate() {
        row.weight = 0.1 + 0.3 * f64::from(u8::try_from(at).unwrap());
        row.answers = [0, 1];
    }
    for interval in [IntervalMethod::KornGraubard, IntervalMethod::Logit, IntervalMethod::T] {
        let options = Options { interval, ..Options::default() };
        let (none, all) = (first(&rows, 0, &options), first(&rows, 2, &options));
        assert_eq!((none.value, none.se), (Some(0.0), Some(0.0)));
        assert_eq!((all.value, all.se), (Some(1.0), Some(0.0)));
        assert_eq!((none.n_eff, none.kg_n, none.deff), (Some(12.0), Some(12.0), None));
        let (low, high) = (none.interval.unwrap(), all.interval.unwrap());
        assert_eq!((low.low, high.high), (0.0, 1.0));
        assert_eq!(low.method, IntervalMethod::KornGraubardNchs);
        // Clopper-Pearson at 0 of n: 1 - (α/2)^(1/n).
        let end = 1.0 - 0.025_f64.powf(1.0 / 12.0);
        assert!((low.high - end).abs() < 1e-14 && (high.low - (1.0 - end)).abs() < 1e-14);
    }
}

#[test]
fn one_row_has_a_value_and_nothing_else() {
    let one = first(&[PLAIN], 1, &options(SinglePsu::Adjust));
    assert_eq!((one.value, one.se, one.n, one.df), (Some(1.0), None, 1, 0));
    assert_eq!((one.interval, one.absent), (None, Some(Absent::NoDf)));
}

#[test]
fn values_far_from_zero_keep_their_digits() {
    let rows = plain();
    let far: Vec<Row> = rows.iter().map(|row| Row { hours: row.hours + 1e12, ..*row }).collect();
    let (near, far) = (first(&rows, 1, &Options::default()), first(&far, 1, &Options::default()));
    assert_eq!(near.se, far.se);
    assert_eq!(near.deff, far.deff);
    assert_eq!(near.value.map(|value| value + 1e12), far.value);
}

#[test]
fn equal_values_have_exactly_no_variance() {
    let rows: Vec<Row> =
        plain().iter().map(|row| Row { hours: 0.1, weight: 0.3, ..*row }).collect();
    let mean = first(&rows, 1, &Options::default());
    assert_eq!((mean.value, mean.se, mean.deff), (Some(0.1), Some(0.0), None));
}

#[test]
fn a_subset_keeps_the_full_design() {
    let mut rows = plain();
    rows.iter_mut().filter(|row| row.psu == 2).for_each(|row| row.age = 1);
    let whole = totals(&rows).unwrap().estimates(&Options::default()).unwrap();
    rows.retain(|row| row.age == 0);
    let filtered = first(&rows, 1, &Options::default());
    let domain = whole.get(0, 1, 1);
    assert_eq!((domain.value, domain.df), (filtered.value, filtered.df));
    assert!(domain.se > filtered.se, "{:?} {:?}", domain.se, filtered.se);
}

#[test]
fn all_strata_with_one_psu_are_listed() {
    let mut rows = plain();
    rows.push(Row { stratum: 7, ..PLAIN });
    rows.push(Row { stratum: 9, ..PLAIN });
    let refused = totals(&rows).unwrap().estimates(&Options::default()).unwrap_err();
    let text = refused.to_string();
    assert_eq!(refused.code(), "GKO-S040");
    for part in ["2 strata", "sample 1 stratum 7", "stratum 9", "certainty", "average"] {
        assert!(text.contains(part), "{text}");
    }
}

fn design(weight: &[f64], stratum: &[u32], psu_labels: PsuLabels) -> Result<Design, Error> {
    let rows = weight.len();
    Design::new(DesignColumns {
        sample: &vec![1; rows],
        stratum,
        psu: &vec![1; rows],
        weight,
        psu_labels,
    })
}

#[test]
fn a_bad_design_is_refused_with_its_place() {
    let nested = PsuLabels::NestedInStratum;
    for weight in [-1.0, f64::NAN, f64::INFINITY] {
        let refused = design(&[1.0, weight], &[1, 2], nested).unwrap_err();
        assert!(matches!(refused, Error::InvalidWeight { row: 1, .. }));
    }
    let code = |result: Result<Design, Error>| result.unwrap_err().code();
    assert_eq!(code(design(&[], &[], nested)), "GKO-S002");
    assert_eq!(code(design(&[1.0], &[1, 2], nested)), "GKO-S001");
    assert_eq!(code(design(&[0.0, 0.0], &[1, 2], nested)), "GKO-S005");
    assert_eq!(code(design(&[1e300], &[1], nested)), "GKO-S006");
    assert_eq!(code(design(&[1.0, 1.0], &[1, 2], PsuLabels::Unique)), "GKO-S007");
    assert!(design(&[1.0, 1.0], &[1, 2], nested).is_ok());
}

#[test]
fn a_bad_item_is_refused_with_its_row() {
    let design = design(&[1.0, 1.0], &[1, 2], PsuLabels::NestedInStratum).unwrap();
    let domains = Domains::new(2, &[], &[vec![]]).unwrap();
    let asked = |value: [f64; 2], in_base: [u8; 2]| {
        let item = Item::Mean { value: &value, in_base: &in_base };
        PsuTotals::accumulate(&design, &domains, &[item]).map(|totals| totals.items())
    };
    let refused = asked([1.0, f64::NAN], [1, 1]).unwrap_err();
    assert_eq!(refused, Error::NotFinite { item: 0, row: 1 });
    assert_eq!(asked([1.0, f64::NAN], [1, 0]), Ok(1));
    assert_eq!(asked([1e300, -1e300], [1, 1]).unwrap_err().code(), "GKO-S022");
    let none = PsuTotals::accumulate(&design, &domains, &[]).unwrap_err();
    assert_eq!(none.code(), "GKO-S020");
}

#[test]
fn tables_of_other_items_or_domains_do_not_merge() {
    let design = design(&[1.0, 1.0], &[1, 2], PsuLabels::NestedInStratum).unwrap();
    let table = |breakdowns: &[Vec<usize>], items: &[Item<'_>]| {
        let domains = Domains::new(2, &[], breakdowns).unwrap();
        PsuTotals::accumulate(&design, &domains, items).unwrap()
    };
    let share = Item::Share(&[0, 1]);
    let one = table(&[vec![]], &[share]);
    let items = one.clone().merge(table(&[vec![]], &[share, share])).unwrap_err();
    assert_eq!(items, Error::ShapeDiffers { what: "items" });
    let domains = one.merge(table(&[vec![], vec![]], &[share])).unwrap_err();
    assert_eq!(domains, Error::ShapeDiffers { what: "domains" });
}
