//! Weights, strata and PSUs reach the estimate as the file has them.

use gko_indicators::Settings;
use gko_survey::{Options, SinglePsu};

use crate::demo::{catalogue, codebook, computed, country, designed, indicator};

const YES: &str = "numerator = \"Q1 = yes\"";

#[test]
fn the_worked_example_of_the_survey_crate_comes_out_of_a_file() {
    let csv = "id,stratum,psu,weight,Q1\n1,a,1,2,1\n2,a,1,1,0\n3,a,2,3,1\n4,b,1,2,0\n5,b,2,4,1\n";
    let computed = computed(&designed(&[country("XAA", csv)]), &indicator(YES)).unwrap();
    let share = computed.candidates[0].estimate.clone().unwrap();
    assert_eq!((share.value, share.n, share.df), (Some(0.75), 5, 2));
    assert!((share.se.unwrap() - (7.25_f64 / 144.0).sqrt()).abs() < 1e-15);
}

#[test]
fn weight_zero_stays_in_the_design_and_out_of_n_and_df() {
    // z = 1/4, -1/4 and 0: Var = 3/2 · 2/16. The third PSU has no df to give.
    let csv = "id,stratum,psu,weight,Q1\n1,a,1,1,1\n2,a,2,1,0\n3,a,3,0,1\n";
    let computed = computed(&designed(&[country("XAA", csv)]), &indicator(YES)).unwrap();
    let share = computed.candidates[0].estimate.clone().unwrap();
    assert_eq!((share.value, share.n, share.hits, share.df), (Some(0.5), 2, 1, 1));
    assert!((share.se.unwrap() - 0.1875_f64.sqrt()).abs() < 1e-15);
    // The account is of rows, and this one is in the base.
    assert_eq!((computed.bases[0].rows, computed.bases[0].in_base), (3, 3));
}

#[test]
fn weights_count_in_each_group_and_each_category() {
    let csv =
        "id,stratum,psu,weight,Q1,sex\n1,a,1,3,1,1\n2,a,2,1,888,1\n3,a,3,2,0,2\n4,a,4,6,888,2\n";
    let rest = "numerator = \"Q1 = yes\"\nmissing = { prefer-not-to-say = \"category\" }\nbreakdowns = [\"sex\"]";
    let computed = computed(&designed(&[country("XAA", csv)]), &indicator(rest)).unwrap();
    let values = computed.candidates.iter().map(|c| c.estimate.as_ref().unwrap().value.unwrap());
    let values: Vec<f64> = values.collect();
    assert_eq!(values, [3.0 / 12.0, 0.75, 0.0, 7.0 / 12.0, 0.25, 0.75]);
}

const LONELY: &str =
    "id,stratum,psu,weight,Q1\n1,north,1,1,1\n2,north,2,1,0\n3,south,1,1,1\n4,south,1,1,0\n";
const PAIRED: &str = "id,stratum,psu,weight,Q1\n1,east,1,1,1\n2,east,2,1,0\n";

#[test]
fn a_stratum_with_one_psu_is_named_with_the_ways_out() {
    let data = designed(&[country("XAA", PAIRED), country("XAB", LONELY)]);
    let refused = computed(&data, &indicator(YES)).unwrap_err();
    assert_eq!(refused.code(), "GKO-I002");
    let text = refused.to_string();
    assert!(text.contains("1 strata") && text.contains("XAB w1 stratum south"), "{text}");
    for rule in ["remove", "certainty", "adjust", "average"] {
        assert!(text.contains(&format!("\"{rule}\"")), "{text}");
    }
}

#[test]
fn many_such_strata_are_counted_and_the_first_named() {
    let rows: String = (0..9).map(|i| format!("{i},s{i},1,1,1\n")).collect();
    let data = designed(&[country("XAA", &format!("id,stratum,psu,weight,Q1\n{rows}"))]);
    let text = computed(&data, &indicator(YES)).unwrap_err().to_string();
    assert!(text.contains("9 strata") && text.contains("XAA w1 stratum s4, ..."), "{text}");
    assert!(!text.contains("s5"), "{text}");
}

#[test]
fn a_chosen_rule_lets_it_pass_and_is_in_the_result() {
    let data = designed(&[country("XAB", LONELY)]);
    let settings =
        Settings::new(Options { single_psu: SinglePsu::Certainty, ..Options::default() });
    let found = gko_indicators::compute(&data, &catalogue(&indicator(YES)), &codebook(), &settings)
        .unwrap();
    let share = found.candidates[0].estimate.clone().unwrap();
    assert_eq!((share.value, share.single_psu), (Some(0.5), SinglePsu::Certainty));
}

#[test]
fn psu_labels_are_local_to_their_stratum() {
    // Two strata with PSUs 1 and 2 each are four PSUs.
    let csv = "id,stratum,psu,weight,Q1\n1,a,1,1,1\n2,a,2,1,0\n3,b,1,1,1\n4,b,2,1,0\n";
    let computed = computed(&designed(&[country("XAA", csv)]), &indicator(YES)).unwrap();
    assert_eq!(computed.candidates[0].estimate.as_ref().unwrap().df, 2);
}

#[test]
fn a_unit_without_indicators_has_no_figures_and_is_no_error() {
    let nothing = computed(&designed(&[country("XAA", PAIRED)]), "").unwrap();
    assert!(nothing.candidates.is_empty() && nothing.bases.is_empty());
}

#[test]
fn the_design_is_complained_of_by_the_names_of_the_file() {
    let zero = "id,stratum,psu,weight,Q1\n1,east,1,0,1\n2,east,2,0,0\n";
    let data = designed(&[country("XAA", PAIRED), country("XAB", zero)]);
    let refused = computed(&data, &indicator(YES)).unwrap_err();
    assert_eq!(refused.code(), "GKO-I004");
    assert!(refused.to_string().contains("every weight of XAB w1 is 0"), "{refused}");
}
