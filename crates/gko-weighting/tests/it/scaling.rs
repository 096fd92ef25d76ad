//! Scaling: R's values, sums that are exact, pools that are refused.

use std::collections::BTreeMap;

use gko_weighting::scaling::{
    LooksLike, Pool, PoolFile, Scale, ScaleName, Scaling, ScalingError, looks_like, mixed,
};
use proptest::prelude::*;

use crate::oracle::{close, codes, column, r};

fn people() -> BTreeMap<u32, f64> {
    BTreeMap::from([(1, 9000.0), (2, 21000.0), (3, 1.0)])
}

#[test]
fn every_scale_is_that_of_r() {
    let (weights, groups) = (column("w"), codes("group"));
    let scales = [
        ("population", Scale::Population),
        ("mean_one", Scale::MeanOne),
        ("senate", Scale::Senate { total: None }),
        ("proportional", Scale::Proportional { total: None }),
    ];
    for (key, scale) in scales {
        let scaling = Scaling::settle(scale, &weights, &groups, &people()).unwrap();
        close(&scaling.apply(&weights, &groups).unwrap(), &r(key), 1e-13);
    }
    let given = Scaling::settle(Scale::Given, &weights, &groups, &people()).unwrap();
    assert_eq!(given.apply(&weights, &groups).unwrap(), weights);
}

#[test]
fn a_stated_total_is_shared_out() {
    let (weights, groups) = ([1.0, 3.0, 5.0, 0.0], [1, 1, 2, 2]);
    let sums = |scale| {
        let scaling = Scaling::settle(scale, &weights, &groups, &people()).unwrap();
        scaling.groups.iter().map(|group| group.after).collect::<Vec<_>>()
    };
    assert_eq!(sums(Scale::Senate { total: Some(1000.0) }), [500.0, 500.0]);
    assert_eq!(sums(Scale::Proportional { total: Some(100.0) }), [30.0, 70.0]);
    assert_eq!(sums(Scale::MeanOne), [2.0, 1.0]);
}

#[test]
fn what_cannot_be_scaled_is_refused() {
    let code = |scale, groups: &[u32], people: &[(u32, f64)]| {
        let people = people.iter().copied().collect();
        Scaling::settle(scale, &[1.0, 2.0], groups, &people).unwrap_err().code()
    };
    assert_eq!(code(Scale::Population, &[1, 2], &[(1, 0.0), (2, 1.0)]), "GKO-W401");
    assert_eq!(code(Scale::Population, &[1, 2], &[(1, 5.0)]), "GKO-W402");
    assert_eq!(code(Scale::Proportional { total: None }, &[1, 2], &[(1, 5.0)]), "GKO-W402");
    assert_eq!(code(Scale::Senate { total: Some(f64::NAN) }, &[1, 2], &[]), "GKO-W404");
    assert_eq!(code(Scale::MeanOne, &[1], &[]), "GKO-S001");
    let none = Scaling::settle(Scale::MeanOne, &[0.0, 0.0], &[1, 2], &people());
    assert_eq!(none, Err(ScalingError::NoWeight));
    let scaling = Scaling::settle(Scale::MeanOne, &[1.0], &[1], &people()).unwrap();
    let unknown = ScalingError::UnknownGroup { group: 8, row: 1 };
    assert_eq!(scaling.apply(&[1.0, 1.0], &[1, 8]), Err(unknown));
    assert_eq!(scaling.apply(&[1.0, 0.0], &[1, 8]), Ok(vec![1.0, 0.0]));
}

#[test]
fn a_scale_stands_in_a_plan() {
    #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
    struct Step {
        scale: Scale,
    }
    let cases = [
        ("scale = \"mean_one\"", Scale::MeanOne),
        ("scale = { senate = { total = 1000.0 } }", Scale::Senate { total: Some(1000.0) }),
        ("scale = { proportional = {} }", Scale::Proportional { total: None }),
    ];
    for (text, scale) in cases {
        assert_eq!(toml::from_str::<Step>(text).unwrap(), Step { scale });
    }
}

fn file<'a>(
    name: &'a str,
    weights: &'a [f64],
    group: &'a [u32],
    of: Option<ScaleName>,
) -> PoolFile<'a> {
    PoolFile { name, weights, groups: group, scale: of }
}

#[test]
fn files_of_different_scales_have_no_total_until_one_is_named() {
    let one = file("a.sav", &[1.5, 0.5], &[1, 1], Some(ScaleName::MeanOne));
    let two = file("b.sav", &[300.0, 200.0], &[2, 2], Some(ScaleName::Population));
    let refused = Pool::of(&[one, two]).unwrap_err();
    assert_eq!(refused.code(), "GKO-W406");
    let message = refused.to_string();
    assert!(message.contains("a.sav: mean one, b.sav: population"), "{message}");
    let unnamed = PoolFile { scale: None, ..one };
    assert!(Pool::of(&[unnamed]).unwrap_err().to_string().contains("a.sav: not named"));

    let people = BTreeMap::from([(1, 900.0), (2, 500.0)]);
    let pool = Pool::rescaled(&[unnamed, two], Scale::Population, &people).unwrap();
    let total = pool.total(&[&[1.0, 1.0], &[1.0, 0.0]]).unwrap();
    close(&[total.value], &[900.0 + 300.0], 1e-14);
    assert_eq!((total.scale, pool.scale()), (ScaleName::Population, ScaleName::Population));
    assert_eq!(pool.weights().count(), 2);
    let given = Pool::rescaled(&[unnamed, two], Scale::Given, &people).unwrap_err();
    assert_eq!(given.code(), "GKO-W406");
}

#[test]
fn a_name_that_the_sums_refute_is_refused() {
    let named = |weights: &[f64], groups: &[u32], scale| {
        Pool::of(&[file("a", weights, groups, Some(scale))]).map_err(|refused| refused.code())
    };
    let groups = [1, 1, 2, 2];
    assert_eq!(named(&[9.0, 1.0, 1.0, 1.0], &groups, ScaleName::MeanOne), Err("GKO-W407"));
    assert_eq!(named(&[9.0, 1.0, 1.0, 1.0], &groups, ScaleName::Senate), Err("GKO-W407"));
    assert_eq!(named(&[9.0, 1.0, 1.5, 0.5], &groups, ScaleName::Population), Err("GKO-W413"));
    assert!(named(&[1.2, 0.8, 1.0, 1.0], &groups, ScaleName::MeanOne).is_ok());
    assert!(named(&[1.0, 4.0, 3.0, 2.0], &groups, ScaleName::Senate).is_ok());
    assert!(named(&[9.0, 1.0, 1.0, 1.0], &groups, ScaleName::Proportional).is_ok());
}

#[test]
fn pools_that_are_none_are_refused() {
    let one = file("a", &[3.0, 0.0], &[1, 1], Some(ScaleName::Population));
    assert_eq!(Pool::of(&[]).unwrap_err(), ScalingError::NoFiles);
    assert_eq!(Pool::of(&[one, one]).unwrap_err().code(), "GKO-W408");
    let pool = Pool::of(&[one]).unwrap();
    assert_eq!(pool.total(&[]).unwrap_err().code(), "GKO-W410");
    assert_eq!(pool.total(&[&[f64::NAN, 1.0]]).unwrap_err().code(), "GKO-W411");
    assert_eq!(pool.total(&[&[1.0]]).unwrap_err().code(), "GKO-S001");
    assert_eq!(pool.total(&[&[2.0, f64::NAN]]).unwrap().value, 6.0);
}

#[test]
fn sums_are_recognised() {
    let sums = looks_like(&[2.0, 2.0, 0.0, 4.4], &[1, 1, 1, 2], &people(), 0.0).unwrap();
    assert!(sums.iter().all(|sum| sum.looks_like == LooksLike::Neither) && !mixed(&sums));
    assert_eq!((sums[0].rows, sums[0].sum, sums[1].people), (2, 4.0, Some(21000.0)));
    let refused = looks_like(&[1.0], &[1], &people(), f64::NAN).unwrap_err();
    assert_eq!(refused.code(), "GKO-W412");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn sums_are_what_the_scale_says(
        rows in prop::collection::vec((0.001_f64..1e4, 0_u32..4), 1..60)
    ) {
        let (weights, groups): (Vec<f64>, Vec<u32>) = rows.into_iter().unzip();
        let people: BTreeMap<u32, f64> = (0..4).map(|g| (g, 1e6 * f64::from(g + 1))).collect();
        let scales = [
            Scale::Population,
            Scale::MeanOne,
            Scale::Senate { total: None },
            Scale::Proportional { total: Some(77.0) },
        ];
        for scale in scales {
            let scaling = Scaling::settle(scale, &weights, &groups, &people).unwrap();
            let scaled = scaling.apply(&weights, &groups).unwrap();
            for group in &scaling.groups {
                let own = scaled.iter().zip(&groups).filter(|(_, code)| **code == group.group);
                let sum: f64 = own.map(|(weight, _)| weight).sum();
                prop_assert!((sum / group.after - 1.0).abs() < 1e-12);
            }
            let alike = scaling.groups.windows(2).all(|two| two[0].after == two[1].after);
            prop_assert!(alike || scale.name() != ScaleName::Senate);
        }
    }
}
