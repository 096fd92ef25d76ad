//! One row, nobody who answers, quotas, weights of 0, blank cells.

use gko_weighting::Sample;
use gko_weighting::plan::Plan;
use gko_weighting::run::run;

use super::data::{close, figures, run_small, small, small_plan, text_of};

const SEX: &str = "[[steps]]\npost_stratify.margin = { of = [\"sex\"] }\n";

fn with(sample: Sample, steps: &str, lines: &str) -> Result<Vec<f64>, String> {
    let done = run(&small_plan(steps), sample, Some(&figures(lines)), &mut |_| ());
    done.map(|done| done.weights).map_err(|error| error.to_string())
}

fn rows(weights: &[f64], countries: &[Option<&str>], sexes: &[Option<&str>]) -> Sample {
    let sample = Sample::new(weights.len()).numbers("w", weights.to_vec()).unwrap();
    sample.texts("country", countries).unwrap().texts("sex", sexes).unwrap()
}

#[test]
fn one_row_takes_all() {
    let one = rows(&[3.0], &[Some("A")], &[Some("boy")]);
    assert_eq!(with(one, SEX, ",sex,boy,12"), Ok(vec![12.0]));
}

#[test]
fn weights_of_zero_stay_and_may_lack_everything() {
    let sample = rows(&[0.0, 2.0, 0.0], &[Some("A"); 3], &[None, Some("boy"), Some("alien")]);
    assert_eq!(with(sample, SEX, ",sex,boy,8"), Ok(vec![0.0, 8.0, 0.0]));
    // A country without a weight needs no figures and is told of.
    let sample = rows(&[0.0, 2.0], &[Some("A"), Some("B")], &[Some("boy"); 2]);
    assert_eq!(with(sample, SEX, "B,sex,boy,8"), Ok(vec![0.0, 8.0]));
}

#[test]
fn blank_groups_are_counted() {
    let sample = rows(&[1.0; 3], &[Some("A"), None, None], &[Some("boy"); 3]);
    let text = with(sample, SEX, ",sex,boy,8").unwrap_err();
    assert!(text.starts_with("GKO-W708: 2 rows have no value of `country`"), "{text}");
}

#[test]
fn a_country_in_which_nobody_answers_is_named() {
    let steps = "[[steps]]\n[steps.nonresponse]\nstatus = \"country\"\n\
                 codes = { A = \"complete\", B = \"refusal\" }\nmethod.classes = { by = [\"sex\"] }\n";
    let text = with(small(), steps, "").unwrap_err();
    assert!(text.contains("no respondents") && text.contains('B'), "{text}");
    assert!(text.ends_with("(step 2, nonresponse)"), "{text}");
}

#[test]
fn a_quota_sample_says_that_it_is_one() {
    let text = text_of("").replace(
        "selection.given.weights = \"w\"",
        "selection.quota.reason = \"quotas of sex and age\"",
    );
    let plan = Plan::parse(&text, "plan.toml").unwrap();
    let done = run(&plan, small(), None, &mut |_| ()).unwrap();
    assert!(!done.inference().is_design_based());
    close(&done.weights, &[1.0; 8], 0.0);
    let json = serde_json::to_string(&done.history).unwrap();
    assert!(json.contains("quotas of sex and age"));
}

#[test]
fn people_are_counts() {
    let share = "group,margin,category,share,unit,age_min,age_max,universe,year,source\n\
                 ,sex,boy,0.5,children,9,17,all,2025,census\n,sex,girl,0.5,children,9,17,all,2025,census\n";
    let population = gko_weighting::population::Population::parse_csv(share, "p.csv").unwrap();
    let plan = small_plan("[[steps]]\nscale = { to = \"population\", people = \"sex\" }\n");
    let refused = run(&plan, small(), Some(&population), &mut |_| ()).unwrap_err();
    assert_eq!(refused.code(), "GKO-W714");
}

#[test]
fn a_replicate_without_a_category_is_named_with_its_step() {
    // Without its first household nobody in country A is without a value.
    let steps = "[[steps]]\npost_stratify.margin = { of = [\"gap\"], missing = \"keep_share\" }\n\
                 [replicates]\nmethod.jkn = {}\n[design]\npsu = \"hh\"\n";
    let text = run_small(steps, ",gap,a,5 ,gap,b,5").unwrap_err().to_string();
    assert!(text.contains("(in replicate ") && text.contains("(step 2, post_stratify)"), "{text}");
    assert!(text.contains("gap = (missing)") && text.contains("collapse what is small"), "{text}");
}
