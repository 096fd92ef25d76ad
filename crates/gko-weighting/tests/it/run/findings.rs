//! What cannot hold is found, named, and found in all groups at once.

use gko_weighting::FindingKind;
use gko_weighting::FindingKind::{
    CategoryWithoutTarget, EmptyMargin, FewRespondents, MissingValues, NoFigures,
    TargetWithoutRespondents, TargetsContradict, TotalsDiffer,
};

use gko_weighting::plan::Plan;
use gko_weighting::run::run;

use super::data::{close, figures, found, kinds, run_small, small, text_of};

const SEX: &str = "[[steps]]\nrake.margins = [{ of = [\"sex\"] }]\n";
const BOTH: &str = "[[steps]]\nrake.margins = [{ of = [\"sex\"] }, { of = [\"area\"] }]\n";

/// Findings of one kind in both countries, each with these words.
#[track_caller]
fn in_both(steps: &str, figures: &str, kind: FindingKind, words: &str) {
    let findings = found(run_small(steps, figures));
    assert_eq!(kinds(&findings), [("A", kind), ("B", kind)], "{findings:?}");
    assert!(findings.iter().all(|one| one.message.contains(words)), "{findings:?}");
}

#[test]
fn figures_that_are_not_there_are_named_for_all_countries() {
    in_both(SEX, ",area,urban,5 ,area,rural,5", NoFigures, "there are `area`");
    let steps = SEX.replace(
        "{ of",
        "{ universe = { figures = \"some\", fit = \"shares\", because = \"x\" }, of",
    );
    in_both(&steps, ",sex,boy,5 ,sex,girl,5", NoFigures, "children 9 to 17 (all)");
}

#[test]
fn rates_bridge_one_universe_to_another() {
    let done = |fit: &str| {
        let bridge =
            format!("{{ universe = {{ figures = \"all\", fit = {fit}, because = \"r\" }}, of");
        // The figures are of all, the survey of users.
        let text = text_of(&SEX.replace("{ of", &bridge)).replacen("\"all\"", "\"users\"", 1);
        let plan = Plan::parse(&text, "plan.toml").unwrap();
        let known = figures(",sex,boy,10 ,sex,girl,30");
        let done = run(&plan, small(), Some(&known), &mut |_| ()).unwrap();
        assert_eq!(done.history.steps[1].findings[0].kind, FindingKind::OtherUniverse);
        done.weights
    };
    // Country A: boys weigh 2 and 3, girls 1 and 2.
    close(&done("{ rate = 0.5 }")[..4], &[2.0, 5.0, 3.0, 10.0], 1e-9);
    close(&done("{ rates = { boy = 0.5, girl = 0.2 } }")[..4], &[2.0, 2.0, 3.0, 4.0], 1e-9);
    // Shares have the total of the weights, 8.
    close(&done("\"shares\"")[..4], &[0.8, 2.0, 1.2, 4.0], 1e-9);
}

#[test]
fn categories_and_figures_must_pair() {
    in_both(SEX, ",sex,boy,5", CategoryWithoutTarget, "2 respondents are in `girl`");
    in_both(SEX, ",sex,boy,5 ,sex,girl,0", CategoryWithoutTarget, "the figure 0");
    let more = ",sex,boy,5 ,sex,girl,5 ,sex,other,1";
    in_both(SEX, more, TargetWithoutRespondents, "`other` has the figure 1 and no respondent");
    let none = found(run_small(SEX, ",sex,m,5 ,sex,f,5"));
    assert!(
        kinds(&none).contains(&("A", EmptyMargin)) && kinds(&none).contains(&("B", EmptyMargin))
    );
}

#[test]
fn totals_differ_or_are_brought_to_the_first() {
    let figures = ",sex,boy,10 ,sex,girl,10 ,area,rural,5 ,area,urban,5";
    in_both(BOTH, figures, TotalsDiffer, "adds up to 10, while `sex` adds up to 20");
    let done = run_small(&format!("{BOTH}rake.totals = \"first\"\n"), figures).unwrap();
    close(&[done.weights[0] + done.weights[1]], &[10.0], 1e-9);
}

#[test]
fn margins_that_share_a_column_agree() {
    let steps = "[[steps]]\nrake.margins = [{ of = [\"sex\"] }, { of = [\"sex\", \"area\"] }]\n";
    let figures = ",sex,boy,11 ,sex,girl,9 ,sex*area,boy*rural,5 ,sex*area,boy*urban,5 \
                   ,sex*area,girl*rural,5 ,sex*area,girl*urban,5";
    let findings = found(run_small(steps, figures));
    assert_eq!(findings.len(), 4);
    assert!(findings.iter().all(|one| one.kind == TargetsContradict));
    assert!(findings[0].message.contains("says 11 of `boy`, while `sex*area` says 10"));
}

#[test]
fn a_soft_margin_may_contradict() {
    let steps = "[[steps]]\ncalibrate.margins = [{ of = [\"sex\"] }, { of = [\"sex\", \"area\"], cost = 1 }]\n";
    let figures = ",sex,boy,11 ,sex,girl,9 ,sex*area,boy*rural,5 ,sex*area,boy*urban,5 \
                   ,sex*area,girl*rural,5 ,sex*area,girl*urban,5";
    let done = run_small(steps, figures).unwrap();
    close(&[done.weights[0] + done.weights[2]], &[11.0], 1e-9);
}

#[test]
fn respondents_without_a_value_are_refused_or_keep_their_share() {
    let steps = "[[steps]]\nrake.margins = [{ of = [\"gap\"] }]\n";
    let figures = ",gap,a,10 ,gap,b,10";
    in_both(steps, figures, MissingValues, "1 respondents have no value; complete it");
    let kept = steps.replace("{ of", "{ missing = \"keep_share\", of");
    let done = run_small(&kept, figures).unwrap();
    // Country A: weight 1 of 8 is without a value, so 2.5 of 20; a and b share 17.5.
    close(&done.weights[..4], &[3.5, 2.5, 5.25, 8.75], 1e-9);
}

#[test]
fn small_categories_collapse_by_the_rule_alone() {
    let plan = |into: &str| {
        format!(
            "[[steps]]\nrake.margins = [{{ of = [\"gap\"], missing = \"keep_share\", collapse = {{ min_respondents = 2, into = {into} }} }}]\n"
        )
    };
    let figures = ",gap,a,10 ,gap,b,10";
    // A has one b, B has one a.
    let done = run_small(&plan("\"next\""), figures).unwrap();
    let lines: Vec<&str> =
        done.history.steps[1].findings.iter().map(|one| one.message.as_str()).collect();
    assert!(lines.contains(&"`b` with 1 respondents went into `a` with 2"), "{lines:?}");
    let findings = found(run_small(&plan("{ named = { b = \"a\" } }"), figures));
    assert_eq!(kinds(&findings), [("B", FewRespondents)]);
    assert!(findings[0].message.contains("`a` has 1 respondents, fewer than the 2"));
}

#[test]
fn a_raking_that_does_not_end_names_the_worst_category() {
    // Two sweeps are too few for figures so far from the sample.
    let steps = format!("{BOTH}rake.max_iterations = 2\n");
    let figures = ",sex,boy,19 ,sex,girl,1 ,area,rural,2 ,area,urban,18";
    let text = run_small(&steps, figures).unwrap_err().to_string();
    for words in ["in A", "(step 2, rake)", "that is `", "2 "] {
        assert!(text.contains(words), "{words}: {text}");
    }
}

/// In a household all live in one area: figures of both can only be met where they agree.
#[test]
fn a_margin_that_follows_from_another_in_the_sample_is_not_dropped_in_silence() {
    let steps = "[[steps]]\ncalibrate.margins = [{ of = [\"hh\"] }, { of = [\"area\"] }]\n";
    let figures = |rural: u32| {
        format!(
            "A,hh,1,10 A,hh,2,10 B,hh,3,10 B,hh,4,10 ,area,rural,{rural} ,area,urban,{}",
            20 - rural
        )
    };
    assert!(run_small(steps, &figures(10)).is_ok());
    let findings = found(run_small(steps, &figures(8)));
    assert!(kinds(&findings).iter().all(|(_, kind)| *kind == TargetsContradict));
    let subjects: Vec<&str> = findings.iter().map(|one| one.subject.as_str()).collect();
    assert_eq!(subjects, ["area = rural", "area = urban", "area = rural", "area = urban"]);
}
