//! Empty cells and groups, too few units, missing and infinite values, bad settings.

use std::sync::Arc;

use gko_survey::hypothesis::{
    ChiSquared, Comparisons, EmptyLevels, Factor, GoodnessOfFit, NoPValue, RankTest, TTest,
    TableStatistic, TestWarning,
};
use gko_survey::{Design, Df, Domain, Error, Mean, SinglePsu, Stage, Survey, Taylor};

const NO_YES: [&str; 2] = ["no", "yes"];

fn rows_of(rows: usize) -> Survey {
    Survey::new(Design::builder(rows).weights(&vec![1.0; rows]).build().unwrap())
}

fn clusters(psu: &[u32], single_psu: SinglePsu) -> Survey {
    let weights = vec![1.0; psu.len()];
    let stage = Stage::units(psu);
    let design = Design::builder(psu.len()).stage(stage).weights(&weights).build().unwrap();
    Survey::linearised(Arc::new(design), Taylor { single_psu, ..Taylor::default() })
}

fn table<'a>(one: &'a [u32], two: &'a [u32]) -> ChiSquared<'a> {
    ChiSquared::new(Factor::new("sex", one, &["boy", "girl"]), Factor::new("online", two, &NO_YES))
}

fn code(refused: Result<gko_survey::hypothesis::TestResult, Error>) -> &'static str {
    refused.unwrap_err().code()
}

#[test]
fn an_empty_cell_is_tested_and_named() {
    let (sex, online) = ([0, 0, 0, 1, 1, 1, 1, 1], [0, 0, 0, 0, 0, 1, 1, 1]);
    for statistic in TableStatistic::ALL {
        let got = table(&sex, &online).statistic(statistic);
        let got = got.test(&rows_of(8), &Domain::all(8)).unwrap();
        assert!(got.statistic.is_finite() && got.p_value.is_some(), "{statistic}");
        let empty = TestWarning::EmptyCells { cells: vec!["sex = boy, online = yes".to_owned()] };
        assert!(got.warnings.contains(&empty));
        let small = |warning: &TestWarning| matches!(warning, TestWarning::SmallExpected { .. });
        assert!(got.warnings.iter().any(small));
    }
}

#[test]
fn an_empty_level_is_refused_or_dropped() {
    let (sex, online) = ([0, 0, 1, 1, 1, 0], [0, 2, 2, 0, 2, 0]);
    let labels = ["no", "rarely", "yes"];
    let test = |empty| {
        let (one, two) = (Factor::new("sex", &sex, &["boy", "girl"]), &online);
        let two = Factor::new("online", two, &labels);
        ChiSquared::new(one, two).empty_levels(empty).test(&rows_of(6), &Domain::all(6))
    };
    assert_eq!(code(test(EmptyLevels::Refuse)), "GKO-S091");
    let dropped = test(EmptyLevels::Drop).unwrap();
    let online = online.map(|code| code / 2);
    let without = table(&sex, &online).test(&rows_of(6), &Domain::all(6)).unwrap();
    assert_eq!((dropped.statistic, dropped.p_value), (without.statistic, without.p_value));
    assert!(dropped.warnings.contains(&TestWarning::DroppedLevels { levels: 1 }));
}

#[test]
fn everybody_in_one_level_is_no_table() {
    let (sex, online) = ([0, 0, 1, 1], [1; 4]);
    let test = table(&sex, &online).empty_levels(EmptyLevels::Drop);
    assert_eq!(code(test.test(&rows_of(4), &Domain::all(4))), "GKO-S090");
    let nobody = Domain::of(vec![false; 4]);
    assert_eq!(code(table(&sex, &sex).test(&rows_of(4), &nobody)), "GKO-S080");
    let missing = [Factor::MISSING; 4];
    assert_eq!(code(table(&sex, &missing).test(&rows_of(4), &Domain::all(4))), "GKO-S080");
}

#[test]
fn missing_answers_leave_the_table_but_not_the_degrees_of_freedom() {
    let psu = [0, 0, 0, 1, 1, 1, 2, 2, 2, 3];
    let sex = [0, 1, 0, 0, 1, 1, 0, 1, 0, 1];
    let online = [0, 1, 0, 1, 1, 0, 0, 1, 0, Factor::MISSING];
    let survey = clusters(&psu, SinglePsu::Fail);
    let got = table(&sex, &online).test(&survey, &Domain::all(10)).unwrap();
    assert_eq!((got.n, got.excluded, got.df), (9, 1, 3.0));
}

#[test]
fn rows_of_weight_0_are_never_looked_at() {
    let weights = [1.0, 1.0, 1.0, 1.0, 1.0, 0.0];
    let survey = Survey::new(Design::builder(6).weights(&weights).build().unwrap());
    let all = Domain::all(6);
    let (sex, online) = ([0, 0, 1, 1, 0, 9], [0, 1, 1, 1, 0, 7]);
    assert_eq!(table(&sex, &online).test(&survey, &all).unwrap().n, 5);
    let values = [1.0, 2.0, 3.0, 5.0, 4.0, f64::INFINITY];
    let groups = || Factor::new("sex", &sex, &["boy", "girl"]);
    assert_eq!(TTest::two_groups("x", &values, groups()).test(&survey, &all).unwrap().n, 5);
    assert_eq!(RankTest::new("x", &values, groups()).test(&survey, &all).unwrap().n, 5);
}

#[test]
fn one_psu_is_refused_or_leaves_no_degrees_of_freedom() {
    let (sex, online) = ([0, 0, 1, 1], [0, 1, 0, 1]);
    let all = Domain::all(4);
    let refused = table(&sex, &online).test(&clusters(&[0; 4], SinglePsu::Fail), &all);
    assert_eq!(code(refused), "GKO-S040");
    let certain = clusters(&[0; 4], SinglePsu::Certainty);
    for statistic in TableStatistic::ALL {
        let got = table(&sex, &online).statistic(statistic).test(&certain, &all).unwrap();
        assert!(got.statistic.is_nan() && got.p_value.is_none());
        let why = got.no_p_value.unwrap();
        assert!(matches!(why, NoPValue::NoDegreesOfFreedom { df } if df <= 0.0), "{statistic}");
        assert!(why.to_string().contains("more than 0"));
    }
}

#[test]
fn too_few_units_for_the_cells_name_the_cell() {
    // Two PSUs, so the covariance has rank 1; two rows by three columns need rank 2.
    let psu = [0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1];
    let sex = [0, 0, 0, 1, 1, 1, 1, 0, 0, 1, 1, 1, 0];
    let skill = [0, 1, 2, 0, 1, 2, 2, 0, 1, 1, 2, 0, 1];
    let test = ChiSquared::new(
        Factor::new("sex", &sex, &["boy", "girl"]),
        Factor::new("skill", &skill, &["low", "middle", "high"]),
    );
    let survey = clusters(&psu, SinglePsu::Fail);
    let all = Domain::all(psu.len());
    let refused = test.clone().statistic(TableStatistic::Wald).test(&survey, &all).unwrap_err();
    assert_eq!(refused.code(), "GKO-S093");
    assert!(refused.to_string().contains("sex = girl, skill = high"), "{refused}");
    // Fellegi's correction has no degrees of freedom left; Rao and Scott need no inverse.
    let adjusted = test.clone().statistic(TableStatistic::AdjustedWald);
    let adjusted = adjusted.test(&survey, &all).unwrap();
    assert_eq!(adjusted.no_p_value, Some(NoPValue::NoDegreesOfFreedom { df: 0.0 }));
    assert!(test.test(&survey, &all).unwrap().p_value.is_some());
}

#[test]
fn a_code_without_a_label_and_a_short_column_are_refused() {
    let all = Domain::all(4);
    let refused = table(&[0, 1, 2, 1], &[0, 1, 0, 1]).test(&rows_of(4), &all);
    assert_eq!(code(refused), "GKO-S082");
    assert_eq!(code(table(&[0, 1], &[0, 1, 0, 1]).test(&rows_of(4), &all)), "GKO-S001");
    let short = TTest::one_sample("hours", &[1.0, 2.0]).test(&rows_of(4), &all).unwrap_err();
    assert!(short.to_string().contains("hours"));
    assert_eq!(TTest::paired("x", &[1.0], &[1.0, 2.0]).unwrap_err().code(), "GKO-S001");
}

#[test]
fn t_tests_say_what_is_missing() {
    let all = Domain::all(4);
    let values = [1.0, 2.0, 4.0, f64::NAN];
    let test = |codes: &[u32], labels: &[&str]| {
        TTest::two_groups("hours", &values, Factor::new("sex", codes, labels))
            .test(&rows_of(4), &all)
    };
    assert_eq!(code(test(&[0, 1, 2, 0], &["a", "b", "c"])), "GKO-S092");
    assert_eq!(code(test(&[0, 0, 0, 1], &["a", "b"])), "GKO-S091");
    let got = test(&[0, 1, 1, 0], &["a", "b"]).unwrap();
    assert_eq!((got.n, got.excluded, got.df), (3, 1, 2.0));
    let infinite = TTest::one_sample("hours", &[1.0, f64::INFINITY, 2.0, 3.0]);
    assert_eq!(code(infinite.test(&rows_of(4), &all)), "GKO-S097");
    let level = TTest::one_sample("hours", &values).level(95.0);
    assert_eq!(code(level.test(&rows_of(4), &all)), "GKO-S041");
    let nobody = Domain::of(vec![false; 4]);
    assert_eq!(code(TTest::one_sample("hours", &values).test(&rows_of(4), &nobody)), "GKO-S080");
}

#[test]
fn no_variance_and_no_degrees_of_freedom_give_no_p_value() {
    let all = Domain::all(4);
    let same = TTest::one_sample("hours", &[2.0; 4]).test(&rows_of(4), &all).unwrap();
    assert_eq!((same.p_value, same.no_p_value), (None, Some(NoPValue::NoVariance)));
    let two = TTest::one_sample("hours", &[1.0, 2.0]).test(&rows_of(2), &Domain::all(2)).unwrap();
    assert_eq!(two.no_p_value, Some(NoPValue::NoDegreesOfFreedom { df: 0.0 }));
    assert_eq!((two.estimate, two.interval), (Some(("mean", 1.5)), None));
    let groups = [0, 0, 1, 1];
    let ranked = RankTest::new("x", &[3.0; 4], Factor::new("g", &groups, &["a", "b"]));
    let ranked = ranked.test(&rows_of(4), &all).unwrap();
    assert_eq!(ranked.no_p_value, Some(NoPValue::NoVariance));
}

#[test]
fn paired_values_leave_out_rows_with_one_missing() {
    let (before, after) = ([1.0, 2.0, 3.0, f64::NAN], [2.0, 2.5, 3.0, 1.0]);
    let test = TTest::paired("change", &after, &before).unwrap();
    let got = test.test(&rows_of(4), &Domain::all(4)).unwrap();
    assert_eq!((got.estimate, got.n, got.excluded), (Some(("mean", 0.5)), 3, 1));
}

#[test]
fn rank_tests_refuse_empty_groups_and_scores_without_a_number() {
    let (groups, values) = ([0, 0, 1, 1], [1.0, 2.0, 3.0, 4.0]);
    let all = Domain::all(4);
    let test = || RankTest::new("x", &values, Factor::new("g", &groups, &["a", "b", "c"]));
    assert_eq!(code(test().test(&rows_of(4), &all)), "GKO-S091");
    let dropped = test().empty_levels(EmptyLevels::Drop).test(&rows_of(4), &all).unwrap();
    assert_eq!(dropped.estimate, Some(("difference in mean rank score", 0.5)));
    let groups = Factor::new("g", &groups, &["a", "b"]);
    let broken = RankTest::new("x", &values, groups).scored_by("broken", |_, _| f64::NAN);
    assert_eq!(code(broken.test(&rows_of(4), &all)), "GKO-S096");
}

#[test]
fn fits_check_their_probabilities() {
    let codes = [0, 1, 1, 1];
    let all = Domain::all(4);
    let fit = |p: &[f64]| {
        let online = Factor::new("online", &codes, &NO_YES);
        GoodnessOfFit::new(online, p).test(&rows_of(4), &all)
    };
    assert_eq!(code(fit(&[1.0])), "GKO-S094");
    assert_eq!(code(fit(&[1.0, 0.0])), "GKO-S095");
    assert_eq!(code(fit(&[1.0, f64::NAN])), "GKO-S095");
    let lone = GoodnessOfFit::new(Factor::new("online", &[0; 4], &["no"]), &[1.0]);
    assert_eq!(code(lone.test(&rows_of(4), &all)), "GKO-S090");
    // Everybody in one level: the shares do not vary, so nothing can be judged.
    let online = [1; 4];
    let full = GoodnessOfFit::new(Factor::new("online", &online, &NO_YES), &[1.0, 1.0]);
    assert!(full.test(&rows_of(4), &all).unwrap().statistic > 0.0);
}

#[test]
fn comparisons_need_a_term_and_two_domains() {
    let hours = [1.0, 3.0, 4.0, 6.0];
    let survey = rows_of(4);
    let mean = Mean::of("hours", &hours);
    let half = |first: bool| Domain::of((0..4).map(|row| (row < 2) == first).collect());
    let one = survey.estimate(&mean, &half(true)).unwrap();
    let refused = |got: Result<Comparisons, Error>| got.unwrap_err().code();
    assert_eq!(refused(Comparisons::pairwise(&one, "hours", Df::Design, 0.95)), "GKO-S099");
    assert_eq!(refused(Comparisons::pairwise(&one, "days", Df::Design, 0.95)), "GKO-S098");
    assert_eq!(refused(Comparisons::pairwise(&one, "hours", Df::Design, 1.0)), "GKO-S041");
    let nobody = Domain::of(vec![false; 4]);
    let three = survey.estimate_by(&mean, &[half(true), half(false), nobody]).unwrap();
    let pairs = Comparisons::pairwise(&three, "hours", Df::Domain, 0.95).unwrap();
    let known: Vec<bool> = pairs.all().iter().map(|pair| pair.p_value.is_some()).collect();
    assert_eq!(known, [true, false, false]);
    let pairs = pairs.adjusted(gko_survey::adjust_p::PAdjust::Bonferroni).unwrap();
    // Of three pairs one has a p-value, so there is nothing to adjust for.
    assert_eq!(pairs.all()[0].adjusted, pairs.all()[0].p_value);
    assert_eq!(pairs.all()[1].adjusted, None);
}

#[test]
fn a_domain_of_other_rows_is_refused() {
    let (survey, short) = (rows_of(4), Domain::all(2));
    assert_eq!(survey.df(&short), 1.0);
    let hours = [1.0, 3.0];
    assert_eq!(code(TTest::one_sample("hours", &hours).test(&survey, &short)), "GKO-S001");
    let sex = Factor::new("sex", &[0, 1], &["boy", "girl"]);
    let two = TTest::two_groups("hours", &hours, sex.clone());
    assert_eq!(code(two.test(&survey, &short)), "GKO-S001");
    assert_eq!(code(table(&[0, 1], &[1, 0]).test(&survey, &short)), "GKO-S001");
    assert_eq!(code(GoodnessOfFit::new(sex, &[1.0, 1.0]).test(&survey, &short)), "GKO-S001");
}
