//! Replicate weights found by the names in a header.

use std::collections::BTreeSet;

use gko_weighting::replicate_files::{Found, Naming, PRESETS, Preset, detect};
use proptest::prelude::*;

use super::refused;

fn header_of(preset: &Preset) -> Vec<String> {
    let columns = preset.naming().columns(preset.replicates).unwrap();
    let others = ["ID", "Q12", "Q12_1", "Q12_2", "Q12_3", "AGE1", "AGE2"].map(str::to_owned);
    [others.to_vec(), vec![preset.full.to_owned()], columns].concat()
}

#[test]
fn every_preset_is_found_by_its_own_names() {
    let names: BTreeSet<&str> = PRESETS.iter().map(|preset| preset.name).collect();
    assert_eq!(names.len(), PRESETS.len());
    for preset in &PRESETS {
        assert_eq!(Preset::named(preset.name), Ok(preset));
        let header = header_of(preset);
        for header in [header.clone(), header.iter().map(|name| name.to_lowercase()).collect()] {
            let found = detect(&header);
            assert_eq!(found.len(), 1, "{}: {found:?}", preset.name);
            let found = &found[0];
            assert!(found.presets.contains(&preset), "{}", preset.name);
            assert_eq!(found.full, Some(7));
            assert_eq!(found.columns, (8..8 + preset.replicates).collect::<Vec<_>>());
            assert_eq!(found.naming.column(0), header[8]);
            found.complete().unwrap();
            let scales = preset.scheme().scales(preset.replicates).unwrap();
            assert_eq!(scales.mse(), preset.mse);
        }
    }
}

/// Documented factors: 4/80 (ACS), 4/160 (CPS), 1/(80·0.25) (PISA), 79/80 (NHES),
/// 59/60 (RECS), 1/999 (CCHS), 1 (CHIS, NAEP), 1/44 (CE), 1/(100·0.49) (MCBS).
#[test]
fn presets_have_the_documented_factors() {
    let factors = [
        ("acs_person", 4.0 / 80.0),
        ("cps_asec", 4.0 / 160.0),
        ("pisa", 0.05),
        ("nhes", 79.0 / 80.0),
        ("recs", 59.0 / 60.0),
        ("cchs", 1.0 / 999.0),
        ("chis", 1.0),
        ("naep", 1.0),
        ("ce", 1.0 / 44.0),
        ("mcbs_cost", 1.0 / 49.0),
        ("sipp", 1.0 / 60.0),
        ("piaac_jk1", 79.0 / 80.0),
    ];
    for (name, factor) in factors {
        let preset = Preset::named(name).unwrap();
        let got = preset.scheme().scales(preset.replicates).unwrap().scale();
        assert!((got - factor).abs() < 1e-15, "{name}: {got}");
    }
    refused(Preset::named("dhs"), "GKO-W609", "pisa");
}

#[test]
fn of_presets_with_the_same_names_the_one_with_as_many_columns_comes_first() {
    let header: Vec<String> = (0..=30).map(|number| format!("SPFWT{number}")).collect();
    let found = detect(&header);
    assert_eq!(found[0].presets[0].name, "pisa_d_out_of_school");
    found[0].complete().unwrap();
    let header: Vec<String> = (0..=80).map(|number| format!("spfwt{number}")).collect();
    let names: Vec<&str> = detect(&header)[0].presets.iter().map(|preset| preset.name).collect();
    assert_eq!(names, ["piaac", "piaac_jk1", "pisa_d_out_of_school"]);
}

#[test]
fn a_missing_replicate_is_named_and_one_too_many_counted() {
    let mut header = header_of(Preset::named("pisa").unwrap());
    header.retain(|name| name != "W_FSTURWT17");
    let found = &detect(&header)[0];
    assert_eq!((found.columns.len(), &found.missing[..]), (79, &[17][..]));
    refused(found.complete(), "GKO-W602", "number 17");
    let mut header = header_of(Preset::named("pisa").unwrap());
    header.pop();
    assert_eq!(detect(&header)[0].missing, [80]);
    header.extend(["W_FSTURWT80".to_owned(), "W_FSTURWT81".to_owned()]);
    refused(detect(&header)[0].complete(), "GKO-W601", "81 columns");
}

#[test]
fn numbered_answers_are_no_weights() {
    let answers: Vec<String> = (1..10).map(|number| format!("Q12_{number}")).collect();
    assert!(detect(&answers).is_empty());
    assert!(
        detect(&[answers.clone(), vec!["Q12".to_owned(), "Q12_".to_owned()]].concat()).is_empty()
    );
    // Numbered weights without a full-sample weight beside them.
    assert!(detect(&["REPWTP1", "REPWTP2", "PERWT"]).is_empty());
    assert!(detect(&["weight", "weight1"]).is_empty());
    assert!(detect::<&str>(&[]).is_empty());
    assert!(detect(&["", "1", "2", "ü1", "ü2", "ü"]).is_empty());
    // Numbers that no file has, and that no machine counts to.
    let far = ["rep", "rep1", "rep18446744073709551615", "rep99999999999999999999999"];
    assert_eq!(detect(&far)[0].columns, [1, 2]);
    // Two or three numbered columns are not an agency's eighty.
    assert!(detect(&["PW", "PW1", "PW2"]).is_empty());
}

#[test]
fn a_naming_finds_what_names_do_not_tell() {
    let header = ["PERWT", "REPWTP1", "REPWTP2", "Q12_1", "Q12_2"];
    let weights = Found::of(&header, &Naming::new("PERWT", "REPWTP"));
    assert_eq!((weights.full, &weights.columns[..]), (Some(0), &[1, 2][..]));
    weights.complete().unwrap();
    let answers = Found::of(&header, &Naming::new("W", "q12_"));
    assert_eq!((answers.full, &answers.columns[..]), (None, &[3, 4][..]));
    let none = Found::of(&header, &Naming::new("PERWT", "BSW"));
    assert!(none.columns.is_empty() && none.missing.is_empty());
    refused(none.complete(), "GKO-W603", "0 replicates");
}

#[test]
fn several_sets_of_one_header_stay_apart() {
    let sets = ["acs_person", "acs_housing"].map(|name| header_of(Preset::named(name).unwrap()));
    let found = detect(&sets.concat());
    let names: Vec<&str> = found.iter().map(|one| one.presets[0].name).collect();
    assert_eq!(names, ["acs_person", "acs_housing"]);
    let header = ["wt", "wt1", "wt2", "wt01", "wt02", "rep_", "rep_5", "rep_6", "rep_9"];
    let found = detect(&header);
    assert_eq!(found.len(), 2);
    assert_eq!((found[0].naming.start, &found[0].missing[..]), (5, &[7, 8][..]));
    assert_eq!(found[1].naming.digits, 2);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn names_that_are_written_are_found_again(
        prefix in "[A-Za-z_]{1,12}", digits in 1..5_usize, start in 1..200_usize,
        count in 2..120_usize, zero: bool,
    ) {
        let prefix = format!("{prefix}WGT");
        let full = if zero { format!("{prefix}{:0digits$}", 0) } else { prefix.clone() };
        let naming = Naming { digits, start, ..Naming::new(&full, &prefix) };
        let columns = naming.columns(count).unwrap();
        prop_assert_eq!(columns.len(), count);
        for (at, name) in columns.iter().enumerate() {
            prop_assert_eq!(naming.number(name), Some(start + at));
            prop_assert_eq!(naming.number(&name.to_uppercase()), Some(start + at));
        }
        let found = detect(&[vec![full], columns].concat());
        prop_assert_eq!(found.len(), 1);
        prop_assert_eq!(found[0].full, Some(0));
        prop_assert_eq!(&found[0].columns, &(1..=count).collect::<Vec<_>>());
        prop_assert!(found[0].missing.is_empty());
        prop_assert_eq!(found[0].naming.column(count - 1), naming.column(count - 1));
    }
}
