//! What an adjustment for nonresponse keeps for any cases and weights.

use gko_survey::regression::Terms;
use gko_weighting::nonresponse::{
    AaporRate, Category, ClassOptions, Classes, CollapseRule, Counting, Dispositions,
    EligibleShare, Predictor, Propensity, PropensityClasses, PropensityOptions, PropensityUse,
    Rates, Sampled, Status,
};
use proptest::prelude::*;

#[derive(Debug, Clone)]
struct Drawn {
    statuses: Vec<Status>,
    weights: Vec<f64>,
    country: Vec<u32>,
    first: Vec<u32>,
    second: Vec<u32>,
    levels: Vec<String>,
}

impl Drawn {
    fn sample(&self) -> Sampled<'_> {
        let group = Category { name: "country", codes: &self.country, levels: &self.levels[..2] };
        Sampled { statuses: &self.statuses, weights: &self.weights, group: Some(group) }
    }

    fn variables(&self) -> [Category<'_>; 2] {
        [
            Category { name: "first", codes: &self.first, levels: &self.levels },
            Category { name: "second", codes: &self.second, levels: &self.levels },
        ]
    }

    /// The sum of weights over the cases of a kind in a country.
    fn sum(&self, weights: &[f64], country: u32, of: impl Fn(Status) -> bool) -> f64 {
        let rows = self.statuses.iter().zip(weights).zip(&self.country);
        let ours = rows.filter(|((status, _), code)| **code == country && of(**status));
        ours.map(|((_, weight), _)| weight).sum()
    }

    /// The weight that is eligible in a country, with e from the known weights.
    fn eligible(&self, weights: &[f64], country: u32) -> f64 {
        let known = self.sum(weights, country, Status::is_eligible);
        let ineligible = self.sum(weights, country, |status| status == Status::Ineligible);
        let unknown = self.sum(weights, country, Status::is_unknown);
        known + unknown * known / (known + ineligible)
    }
}

fn levels() -> Vec<String> {
    ["a", "b", "c", "d"].map(str::to_owned).to_vec()
}

/// Cases of which about half respond; each country has a respondent.
fn drawn() -> impl Strategy<Value = Drawn> {
    let status = prop_oneof![
        5 => Just(Status::Complete),
        1 => Just(Status::Partial),
        4 => proptest::sample::select(Status::ALL[2..].to_vec()),
    ];
    let case = (status, 0.1_f64..20.0, 0..2_u32, 0..4_u32, 0..4_u32);
    proptest::collection::vec(case, 20..150).prop_map(|mut cases| {
        cases[0].0 = Status::Complete;
        cases[1].0 = Status::Complete;
        (cases[0].2, cases[1].2) = (0, 1);
        Drawn {
            statuses: cases.iter().map(|case| case.0).collect(),
            weights: cases.iter().map(|case| case.1).collect(),
            country: cases.iter().map(|case| case.2).collect(),
            first: cases.iter().map(|case| case.3).collect(),
            second: cases.iter().map(|case| case.4).collect(),
            levels: levels(),
        }
    })
}

fn options(minimum_respondents: u64, collapse: CollapseRule) -> ClassOptions {
    ClassOptions { minimum_respondents, maximum_factor: None, collapse, ..ClassOptions::default() }
}

fn close(one: f64, two: f64) -> bool {
    (one - two).abs() <= 1e-11 * two.abs().max(1.0)
}

fn rule() -> impl Strategy<Value = CollapseRule> {
    prop_oneof![Just(CollapseRule::Neighbour), Just(CollapseRule::Siblings)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_eligible_weight_of_each_country_is_kept(cases in drawn(), rule in rule()) {
        let classes = Classes::settle(&cases.sample(), &cases.variables(), &options(1, rule));
        let weights = classes.unwrap().apply(&cases.weights).unwrap();
        for country in 0..2 {
            let got = cases.sum(&weights, country, |_| true);
            prop_assert!(close(got, cases.eligible(&cases.weights, country)));
        }
    }

    #[test]
    fn factors_are_at_least_one_and_only_respondents_have_them(cases in drawn()) {
        let classes = options(3, CollapseRule::Neighbour);
        let Ok(classes) = Classes::settle(&cases.sample(), &cases.variables(), &classes) else {
            return Ok(());
        };
        let weights = classes.apply(&cases.weights).unwrap();
        for ((status, before), after) in cases.statuses.iter().zip(&cases.weights).zip(weights) {
            let fits = if status.responds(true) { after >= *before } else { after == 0.0 };
            prop_assert!(fits, "{status:?}: {before} became {after}");
        }
    }

    #[test]
    fn no_class_fails_where_its_country_as_one_class_does_not(
        cases in drawn(),
        rule in rule(),
        minimum in 1..15_u64,
        maximum in 1.2_f64..4.0,
    ) {
        let options = ClassOptions { maximum_factor: Some(maximum), ..options(minimum, rule) };
        let whole = Classes::settle(&cases.sample(), &[], &options);
        let split = Classes::settle(&cases.sample(), &cases.variables(), &options);
        prop_assert_eq!(whole.is_ok(), split.is_ok());
        for class in split.iter().flat_map(Classes::classes) {
            let counts = |status| class.dispositions.get(status).cases;
            let respondents = counts(Status::Complete) + counts(Status::Partial);
            let factor = class.factor.unwrap_or(1.0);
            prop_assert!(factor == 1.0 || (respondents >= minimum && factor <= maximum));
        }
    }

    #[test]
    fn classes_never_cross_a_country(cases in drawn()) {
        let classes = options(5, CollapseRule::Neighbour);
        let Ok(classes) = Classes::settle(&cases.sample(), &cases.variables(), &classes) else {
            return Ok(());
        };
        for (class, country) in classes.class_of_row().iter().zip(&cases.country) {
            prop_assert_eq!(classes.classes()[class.unwrap()].group, *country);
        }
        let rows: u64 = classes.classes().iter()
            .map(|class| Status::ALL.iter().map(|&one| class.dispositions.get(one).cases).sum::<u64>())
            .sum();
        prop_assert_eq!(rows, cases.weights.len() as u64);
    }

    #[test]
    fn a_larger_unit_of_weight_changes_no_factor(cases in drawn(), unit in 0.01_f64..1000.0) {
        let classes = options(2, CollapseRule::Neighbour);
        let Ok(classes) = Classes::settle(&cases.sample(), &cases.variables(), &classes) else {
            return Ok(());
        };
        let scaled: Vec<f64> = cases.weights.iter().map(|weight| weight * unit).collect();
        let (one, two) = (classes.apply(&cases.weights).unwrap(), classes.apply(&scaled).unwrap());
        prop_assert!(one.iter().zip(two).all(|(one, two)| close(two / unit, *one)));
    }

    #[test]
    fn one_rate_of_response_gives_one_factor(
        pairs in 1..12_usize,
        silent in 0..3_usize,
        weight in 0.5_f64..9.0,
    ) {
        // Each class has `pairs` respondents and `silent` refusals for each of them.
        let mut all = Drawn {
            statuses: vec![], weights: vec![], country: vec![], first: vec![], second: vec![],
            levels: levels(),
        };
        for class in 0..4_u32 {
            let size = pairs * (1 + silent);
            all.statuses.extend(vec![Status::Complete; pairs]);
            all.statuses.extend(vec![Status::Refusal; pairs * silent]);
            all.weights.extend(vec![weight * f64::from(class + 1); size]);
            all.country.extend(vec![class % 2; size]);
            all.first.extend(vec![class; size]);
            all.second.extend(vec![0; size]);
        }
        let classes = options(1, CollapseRule::Neighbour);
        let classes = Classes::settle(&all.sample(), &all.variables(), &classes).unwrap();
        for class in classes.classes() {
            prop_assert!(close(class.factor.unwrap(), 1.0 + silent as f64));
        }
    }

    #[test]
    fn rates_are_ordered_and_between_none_and_all(cases in drawn()) {
        let tally = Dispositions::tally(&cases.statuses, &cases.weights).unwrap();
        for counting in [Counting::Weighted, Counting::Unweighted] {
            let rates = Rates::of(&tally, EligibleShare::Computed, counting).unwrap();
            let value = |rate| rates.value(rate).unwrap();
            for rate in AaporRate::ALL {
                prop_assert!((0.0..=1.0).contains(&value(rate)));
            }
            prop_assert!(value(AaporRate::Rr1) <= value(AaporRate::Rr3));
            prop_assert!(value(AaporRate::Rr3) <= value(AaporRate::Rr5));
            prop_assert!(value(AaporRate::Rr5) <= value(AaporRate::Rr6));
            prop_assert!(close(
                value(AaporRate::Con3) * value(AaporRate::Coop2), value(AaporRate::Rr6),
            ));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn propensity_classes_keep_the_eligible_weight(cases in drawn(), count in 1..5_u32) {
        let adjustment =
            PropensityUse::Classes(PropensityClasses { count, ..PropensityClasses::default() });
        let options = PropensityOptions { adjustment, ..PropensityOptions::default() };
        let age: Vec<f64> = cases.weights.iter().map(|weight| (weight * 7.0).sin()).collect();
        let age = Predictor::Number { name: "age", values: &age };
        let terms = Terms::new().main("age");
        let settled = Propensity::settle(&cases.sample(), &[age], &terms, &options);
        // A class without a respondent and a separated model are refused.
        let Ok(settled) = settled else { return Ok(()) };
        let weights = settled.apply(&cases.weights).unwrap();
        for country in 0..2 {
            let got = cases.sum(&weights, country, |_| true);
            prop_assert!(close(got, cases.eligible(&cases.weights, country)));
        }
        let doubled: Vec<f64> = cases.weights.iter().map(|weight| weight * 2.0).collect();
        let twice = settled.apply(&doubled).unwrap();
        prop_assert!(weights.iter().zip(twice).all(|(one, two)| close(two, 2.0 * one)));
    }

    #[test]
    fn a_model_of_nothing_is_one_weighting_class(cases in drawn()) {
        let options = PropensityOptions { adjustment: PropensityUse::Inverse, ..Default::default() };
        let settled = Propensity::settle(&cases.sample(), &[], &Terms::new(), &options).unwrap();
        let by_model = settled.apply(&cases.weights).unwrap();
        let classes = self::options(1, CollapseRule::Neighbour);
        let classes = Classes::settle(&cases.sample(), &[], &classes).unwrap();
        let by_class = classes.apply(&cases.weights).unwrap();
        prop_assert!(by_model.iter().zip(by_class).all(|(one, two)| close(*one, two)));
    }
}
