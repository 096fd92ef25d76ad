//! The account of a base adds up, and n is what it says, for any rows.

use proptest::prelude::*;

use crate::demo::{computed, country, figures, indicator, unweighted};

/// Q1, Q2, Q3, ladder, sex, age as a file may have them, routing errors included.
fn row() -> impl Strategy<Value = String> {
    let yn = || prop::sample::select(vec!["0", "0", "1", "1", "888", "999", "777", "", "5"]);
    let true4 = prop::sample::select(vec!["1", "2", "3", "4", "888", "999", "", ""]);
    let ladder = prop::sample::select(vec!["0", "3", "10", "888", "999", "", "42"]);
    let sex = prop::sample::select(vec!["1", "2", "888", ""]);
    let age = prop::sample::select(vec!["9", "11", "13", "15", "17", ""]);
    (yn(), true4, yn(), ladder, sex, age)
        .prop_map(|(q1, q2, q3, ladder, sex, age)| format!("{q1},{q2},{q3},{ladder},{sex},{age}"))
}

fn rows() -> impl Strategy<Value = String> {
    prop::collection::vec(row(), 1..60).prop_map(|rows| {
        let numbered = rows.iter().enumerate().map(|(id, row)| format!("{id},{row}\n"));
        format!("id,Q1,Q2,Q3,ladder,sex,age\n{}", numbered.collect::<String>())
    })
}

fn definition() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "numerator = \"Q1 = yes\"",
        "numerator = \"Q1 = yes\"\nmissing = { prefer-not-to-say = \"no\", dont-know = \"category\" }",
        "numerator = \"Q2 >= fairly\"\nbase = \"Q1 = yes\"\nmissing = { dont-know = \"no\" }",
        "numerator = \"Q1 = yes or Q3 = yes\"\nmissing = { prefer-not-to-say = \"no\" }",
        "numerator = \"not Q3 = yes\"\nbase = \"Q1 = yes and ladder >= 3\"",
        "mean = \"ladder\"\nmissing = { dont-know = 5 }",
        "mean = \"Q2\"\nbase = \"Q1 = yes\"",
    ])
    .prop_map(str::to_owned)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn rows_are_out_unknown_excluded_or_in(csv in rows(), rest in definition()) {
        let rest = format!("{rest}\nbreakdowns = [\"sex\", \"age_group\", \"sex * age_group\"]");
        let data = unweighted(&[country("XAA", &csv)]);
        let rows = data.rows() as u64;
        // Without PSUs every row is one, and a single row a stratum with one PSU.
        prop_assume!(rows > 1);
        let computed = computed(&data, &indicator(&rest)).unwrap();
        let base = &computed.bases[0];
        let sum = |counts: &std::collections::BTreeMap<&str, u64>| counts.values().sum::<u64>();
        let outside = base.out_of_base + sum(&base.base_unknown) + sum(&base.excluded);
        prop_assert_eq!(base.rows, rows);
        prop_assert_eq!(base.rows, outside + base.in_base);
        prop_assert!(sum(&base.counted_as_no) <= base.in_base);
        for ((_, id, groups), estimate) in figures(&computed) {
            // All weights are 1, so n of the total is the base.
            let Some(estimate) = estimate else { prop_assert!(base.not_asked); continue };
            prop_assert!(!base.not_asked);
            prop_assert!(estimate.hits <= estimate.n && estimate.n <= base.in_base);
            if groups.iter().all(|group| group == "_T") {
                prop_assert_eq!(estimate.n, base.in_base, "{}", id);
            }
        }
    }
}
