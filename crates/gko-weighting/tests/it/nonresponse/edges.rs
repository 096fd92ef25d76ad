//! Nobody, one, everybody, and what is refused.

use gko_survey::regression::Terms;
use gko_weighting::nonresponse::Status::{
    Complete, Ineligible, NonContact, Partial, Refusal, UnknownHousehold,
};
use gko_weighting::nonresponse::{
    Category, ClassOptions, Classes, CollapseRule, EligibleShare, Predictor, Propensity,
    PropensityClasses, PropensityOptions, PropensityUse, ReplicateModel, ResponseReport, Sampled,
    ShareScope, Status,
};

use super::data::assert_close;

fn names(levels: &[&str]) -> Vec<String> {
    levels.iter().map(|&level| level.to_owned()).collect()
}

fn small() -> ClassOptions {
    ClassOptions { minimum_respondents: 1, ..ClassOptions::default() }
}

fn classes(
    statuses: &[Status],
    weights: &[f64],
    sex: &[u32],
    options: &ClassOptions,
) -> Result<Classes, String> {
    let sample = Sampled { statuses, weights, group: None };
    let levels = names(&["boy", "girl"]);
    let sex = Category { name: "sex", codes: sex, levels: &levels };
    Classes::settle(&sample, &[sex], options).map_err(|error| error.code().to_owned())
}

fn propensity(
    statuses: &[Status],
    weights: &[f64],
    sex: &[u32],
    adjustment: PropensityUse,
) -> Result<Propensity, String> {
    let sample = Sampled { statuses, weights, group: None };
    let levels = names(&["boy", "girl"]);
    let sex = Predictor::Category(Category { name: "sex", codes: sex, levels: &levels });
    let options = PropensityOptions { adjustment, ..PropensityOptions::default() };
    Propensity::settle(&sample, &[sex], &Terms::new().main("sex"), &options)
        .map_err(|error| error.code().to_owned())
}

#[test]
fn no_row_and_no_weight_give_no_weight() {
    let none = classes(&[], &[], &[], &small()).unwrap();
    assert_eq!((none.classes().len(), none.apply(&[])), (0, Ok(vec![])));
    let zero = classes(&[Complete], &[0.0], &[9], &small()).unwrap();
    assert_eq!(zero.apply(&[0.0]), Ok(vec![0.0]));
    assert_eq!(zero.apply(&[1.0]).unwrap_err().code(), "GKO-W208");
    let zero = propensity(&[Complete], &[0.0], &[9], PropensityUse::Inverse).unwrap();
    assert_eq!(zero.apply(&[0.0]), Ok(vec![0.0]));
    assert_eq!(zero.apply(&[1.0]).unwrap_err().code(), "GKO-W208");
    assert!(zero.reports()[0].propensities.is_none());
}

#[test]
fn one_respondent_keeps_its_weight() {
    let one = classes(&[Complete], &[2.5], &[0], &ClassOptions::default()).unwrap();
    assert_eq!(one.apply(&[2.5]), Ok(vec![2.5]));
    for adjustment in [PropensityUse::Inverse, PropensityUse::default()] {
        let one = propensity(&[Complete], &[2.5], &[0], adjustment).unwrap();
        assert_eq!(one.apply(&[2.5]), Ok(vec![2.5]));
    }
}

#[test]
fn where_all_responded_nothing_changes_and_no_model_is_needed() {
    let (statuses, weights) = ([Complete, Partial, Ineligible], [1.0, 2.0, 3.0]);
    let all = classes(&statuses, &weights, &[0, 1, 1], &ClassOptions::default()).unwrap();
    assert_eq!(all.apply(&weights), Ok(vec![1.0, 2.0, 0.0]));
    let all = propensity(&statuses, &weights, &[0, 1, 1], PropensityUse::default()).unwrap();
    assert_eq!(all.apply(&weights), Ok(vec![1.0, 2.0, 0.0]));
    assert_eq!(all.propensities(), [Some(1.0), Some(1.0), None]);
    assert!(all.reports()[0].coefficients.is_empty());
}

#[test]
fn where_nobody_responded_nobody_can_stand_for_them() {
    let (statuses, weights) = ([Refusal, NonContact], [1.0, 1.0]);
    assert_eq!(classes(&statuses, &weights, &[0, 1], &small()), Err("GKO-W206".to_owned()));
    let refused = propensity(&statuses, &weights, &[0, 1], PropensityUse::default());
    assert_eq!(refused, Err("GKO-W207".to_owned()));
    let unknown = propensity(&[UnknownHousehold], &[1.0], &[0], PropensityUse::Inverse);
    assert_eq!(unknown, Err("GKO-W207".to_owned()));
}

#[test]
fn a_country_of_ineligible_cases_is_no_mistake() {
    let weights = [1.0, 1.0];
    let none = classes(&[Ineligible; 2], &weights, &[0, 1], &small()).unwrap();
    assert_eq!(none.apply(&weights), Ok(vec![0.0, 0.0]));
    assert_eq!(none.classes()[0].factor, None);
    let none = propensity(&[Ineligible; 2], &weights, &[0, 1], PropensityUse::Inverse).unwrap();
    assert_eq!(none.apply(&weights), Ok(vec![0.0, 0.0]));
}

#[test]
fn a_category_in_which_all_responded_separates() {
    let statuses = [Complete, Complete, Complete, Refusal];
    let refused = propensity(&statuses, &[1.0; 4], &[0, 0, 1, 1], PropensityUse::Inverse);
    assert_eq!(refused, Err("GKO-W209".to_owned()));
    let constant = propensity(&statuses, &[1.0; 4], &[0; 4], PropensityUse::Inverse);
    assert_eq!(constant, Err("GKO-W209".to_owned()));
}

#[test]
fn a_replicate_without_respondents_names_its_class() {
    let statuses = [Complete, Refusal, Complete, Refusal];
    let settled = classes(&statuses, &[1.0; 4], &[0, 0, 1, 1], &small()).unwrap();
    let refused = settled.apply(&[2.0, 2.0, 0.0, 3.0]).unwrap_err();
    assert_eq!(refused.code(), "GKO-W207");
    assert!(refused.to_string().contains("sex=girl has eligible weight 3"), "{refused}");
    // A class that is not in the replicate at all is no mistake.
    assert_eq!(settled.apply(&[2.0, 2.0, 0.0, 0.0]), Ok(vec![4.0, 0.0, 0.0, 0.0]));
    assert_eq!(settled.apply(&[1.0, f64::NAN, 1.0, 1.0]).unwrap_err().code(), "GKO-W201");
    assert_eq!(settled.apply(&[1.0]).unwrap_err().code(), "GKO-W200");
}

#[test]
fn a_replicate_without_respondents_is_refused_by_every_model() {
    let statuses = [Complete, Refusal, Complete, Refusal];
    let sample = Sampled { statuses: &statuses, weights: &[1.0; 4], group: None };
    for replicates in [ReplicateModel::Refit, ReplicateModel::Fixed] {
        for adjustment in [PropensityUse::Inverse, PropensityUse::default()] {
            let options =
                PropensityOptions { adjustment, replicates, ..PropensityOptions::default() };
            let settled = Propensity::settle(&sample, &[], &Terms::new(), &options).unwrap();
            let refused = settled.apply(&[0.0, 1.0, 0.0, 1.0]).unwrap_err();
            assert_eq!(refused.code(), "GKO-W207", "{replicates:?}, {adjustment:?}");
            assert!(settled.apply(&[1.0, 0.0, 1.0, 0.0]).is_ok());
        }
    }
}

#[test]
fn a_sum_that_overflows_is_refused() {
    let (statuses, weights) = ([Complete, Refusal], [f64::MAX, f64::MAX]);
    assert_eq!(classes(&statuses, &weights, &[0, 0], &small()), Err("GKO-W201".to_owned()));
    let settled = classes(&statuses, &[1.0; 2], &[0, 0], &small()).unwrap();
    // A factor of 1e300 / 1e-300 has no number.
    assert_eq!(settled.apply(&[1e-300, 1e300]).unwrap_err().code(), "GKO-W201");
}

#[test]
fn values_that_are_not_known_are_refused_by_row() {
    let statuses = [Complete, Refusal, Complete, Refusal];
    let missing = [0, 1, u32::MAX, 1];
    assert_eq!(classes(&statuses, &[1.0; 4], &missing, &small()), Err("GKO-W210".to_owned()));
    assert!(classes(&statuses, &[1.0, 1.0, 0.0, 1.0], &missing, &small()).is_ok());
    let sample = Sampled { statuses: &statuses, weights: &[1.0; 4], group: None };
    let ages = [9.0, 10.0, f64::NAN, 12.0];
    let age = Predictor::Number { name: "age", values: &ages };
    let terms = Terms::new().main("age");
    let options = PropensityOptions::default();
    let refused = Propensity::settle(&sample, &[age], &terms, &options).unwrap_err();
    assert_eq!(refused.code(), "GKO-W210");
    assert!(
        refused.to_string().contains("1 case has no value of `age` (the first: row 3 of the data)"),
        "{refused}"
    );
    let unknown = Propensity::settle(&sample, &[], &terms, &options).unwrap_err();
    assert!(unknown.to_string().contains("age"), "{unknown}");
}

#[test]
fn an_ineligible_case_needs_no_predictor() {
    let statuses = [Complete, Refusal, Ineligible];
    let settled = propensity(&statuses, &[1.0; 3], &[0, 1, 7], PropensityUse::default());
    assert_eq!(settled, Err("GKO-W209".to_owned()), "separated, but the code is not looked at");
    let sample = Sampled { statuses: &statuses, weights: &[1.0; 3], group: None };
    let one = Propensity::settle(&sample, &[], &Terms::new(), &PropensityOptions::default());
    assert_eq!(one.unwrap().apply(&[1.0; 3]), Ok(vec![2.0, 0.0, 0.0]));
}

#[test]
fn countries_keep_to_themselves() {
    let statuses = [Complete, Refusal, Complete, Complete];
    let levels = names(&["BG", "CL", "GH"]);
    let country = Category { name: "country", codes: &[1, 1, 0, 0], levels: &levels };
    let sample = Sampled { statuses: &statuses, weights: &[5.0; 4], group: Some(country) };
    let settled = Classes::settle(&sample, &[], &small()).unwrap();
    assert_eq!(settled.apply(&[5.0; 4]), Ok(vec![10.0, 0.0, 5.0, 5.0]));
    assert_eq!(settled.classes()[0].name, "country=BG");
    assert_eq!(settled.class_of_row(), [Some(1), Some(1), Some(0), Some(0)]);
    let options = PropensityOptions::default();
    let models = Propensity::settle(&sample, &[], &Terms::new(), &options).unwrap();
    let got = models.apply(&[5.0; 4]).unwrap();
    assert_close(got[0], 10.0, 1e-12, "CL");
    assert_eq!((got[1], got[2]), (0.0, 5.0));
    assert_eq!(models.reports().len(), 3);
    let reports = ResponseReport::by_group(&sample, EligibleShare::Computed).unwrap();
    assert_eq!(reports[2].group.as_deref(), Some("GH"));
    assert!(reports[2].unweighted.rates.iter().all(|rate| rate.value.is_none()));
}

#[test]
fn e_may_be_that_of_the_class() {
    // Boys: 1 eligible, 1 ineligible, 2 unknown; girls: 2 eligible, none unknown.
    let statuses = [Complete, Ineligible, UnknownHousehold, UnknownHousehold, Complete, Complete];
    let sex = [0, 0, 0, 0, 1, 1];
    let weights = [1.0; 6];
    let options = ClassOptions { maximum_factor: None, ..small() };
    let group = classes(&statuses, &weights, &sex, &options).unwrap();
    assert_eq!(group.apply(&weights).unwrap()[0], 2.5);
    let options = ClassOptions { eligible_within: ShareScope::Class, ..options };
    let class = classes(&statuses, &weights, &sex, &options).unwrap();
    assert_eq!(class.apply(&weights).unwrap()[0], 2.0);
    assert_eq!(class.classes()[0].eligible_share, Some(0.5));
}

#[test]
fn a_history_can_hold_what_was_settled() {
    let statuses = [Complete, Refusal, Complete, Complete];
    let options = ClassOptions { minimum_respondents: 2, ..ClassOptions::default() };
    let settled = classes(&statuses, &[1.0; 4], &[0, 0, 1, 1], &options).unwrap();
    let json = serde_json::to_value(&settled).unwrap();
    assert_eq!(json["classes"][0]["name"], "sex=boy+girl");
    assert_eq!(json["merges"][0]["reason"]["too_few_respondents"]["respondents"], 1);
    assert_eq!(json["class_of_row"][3], 0);
    let refuse = ClassOptions { collapse: CollapseRule::Refuse, ..options };
    let refused = classes(&statuses, &[1.0; 4], &[0, 0, 1, 1], &refuse);
    assert_eq!(refused, Err("GKO-W206".to_owned()));
    let one = PropensityUse::Classes(PropensityClasses { count: 1, ..Default::default() });
    let settled =
        propensity(&[Complete, Refusal, Complete, Refusal], &[1.0; 4], &[0, 0, 1, 1], one);
    let json = serde_json::to_value(settled.unwrap().reports()).unwrap();
    assert_eq!(json[0]["classes"][0]["largest_factor"], 2.0);
}
