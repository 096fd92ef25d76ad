//! The whole plan on the fieldwork, against R.

use gko_survey::{Domain, Mean, Survey};
use gko_weighting::plan::Plan;
use gko_weighting::run::{Detail, Weighted, run};

use super::data::{children, close, plan, population, r};

fn done(plan: &Plan) -> Weighted {
    run(plan, children(|n| (0..n).collect()), Some(&population()), &mut |_| ()).unwrap()
}

#[test]
fn every_step_has_the_weights_of_r() {
    for (steps, column) in
        [(1, "base"), (4, "adjusted"), (5, "raked"), (6, "trimmed"), (7, "final")]
    {
        let mut plan = plan();
        plan.steps.truncate(steps);
        plan.replicates = None;
        let done = done(&plan);
        close(&done.weights, &r("children_weights.csv", column), 1e-8);
        assert_eq!(done.history.steps.len(), steps);
    }
}

fn harm(done: &Weighted, survey: &Survey) -> Vec<(f64, f64)> {
    let y = done.sample.number_column("harm").unwrap();
    let inside = |row: usize| done.weights[row] > 0.0;
    let of = |country: u32| {
        let members = (0..y.len()).map(|row| inside(row) && done.groups.codes[row] == country);
        let mean = survey.estimate(&Mean::of("harm", y), &Domain::of(members.collect())).unwrap();
        (mean.values()[0], mean.se()[0])
    };
    (0..4).map(of).collect()
}

#[test]
fn standard_errors_are_those_of_r_and_know_of_the_calibration() {
    let done = done(&plan());
    let ways =
        [done.survey().unwrap(), done.naive_survey().unwrap(), done.replicated_survey().unwrap()];
    let got: Vec<Vec<(f64, f64)>> = ways.iter().map(|survey| harm(&done, survey)).collect();
    let (share, se) = (r("children_se.csv", "share"), r("children_se.csv", "se"));
    for country in 0..4 {
        for (way, got) in got.iter().enumerate() {
            let at = 3 * country + way;
            close(&[got[country].0], &[share[at]], 1e-8);
            close(&[got[country].1], &[se[at]], 1e-7);
        }
        let (calibrated, naive) = (got[0][country].1, got[1][country].1);
        assert!((calibrated - naive).abs() > 1e-3 * naive, "{calibrated} {naive}");
    }
}

#[test]
fn limits_and_figures_hold_together_and_the_history_says_how() {
    let mut plan = plan();
    plan.replicates = None;
    plan.steps.truncate(6);
    let done = done(&plan);
    let Detail::Trim { limits, rounds, .. } = &done.history.steps[5].detail else { panic!() };
    let slowest = r("children_se.csv", "rounds").into_iter().fold(0.0, f64::max);
    assert_eq!(rounds.unwrap() as f64, slowest);
    for (row, weight) in done.weights.iter().enumerate() {
        let limit = limits.groups[done.groups.codes[row] as usize].upper.unwrap();
        assert!(*weight <= limit * (1.0 + 1e-6), "row {row}");
    }
    let Detail::Calibration { groups, .. } = &done.history.steps[4].detail else { panic!() };
    for group in groups {
        for margin in &group.margins {
            close(&margin.after, &margin.margin.targets, 1e-9);
        }
    }
    let findings = &done.history.steps[4].findings;
    assert!(findings.iter().any(|one| one.message.contains("`islands` with 12 respondents")));
}

/// Replicates meet the figures that the full sample meets, and a row that did not
/// answer has no weight in any of them.
#[test]
fn replicates_meet_the_figures() {
    let mut plan = plan();
    plan.steps.truncate(6);
    let done = done(&plan);
    let replicates = done.replicates.as_ref().unwrap();
    assert!(replicates.unit_multipliers().is_none());
    let area = done.sample.crossed(&["country", "area"]).unwrap();
    let sums = |weights: &[f64]| {
        let mut sums = vec![0.0; area.levels.len()];
        area.codes.iter().zip(weights).for_each(|(code, weight)| sums[*code as usize] += weight);
        sums
    };
    let want = sums(&done.weights);
    for at in (0..replicates.len()).step_by(37) {
        let weights = replicates.analysis_weights(at);
        close(&sums(&weights), &want, 1e-9);
        assert!(weights.iter().zip(&done.weights).all(|(one, full)| *full > 0.0 || *one == 0.0));
    }
    assert_eq!((done.weights.len(), done.base.len()), (6275 - 1, 6274));
}

#[test]
fn a_model_of_response_has_the_weights_of_svyglm() {
    let mut plan = plan();
    plan.replicates = None;
    plan.steps.truncate(4);
    let mut step = serde_json::to_value(&plan.steps[3]).unwrap();
    step["nonresponse"]["method"] = serde_json::json!({ "propensity": {
        "categories": ["area", "sex"], "numbers": ["age"], "options": { "adjustment": "inverse" },
    } });
    plan.steps[3] = serde_json::from_value(step).unwrap();
    let want = r("propensity.csv", "weight");
    // The country is the first in the file.
    let done = run(&plan, children(|_| (0..want.len()).collect()), None, &mut |_| ()).unwrap();
    assert_eq!(done.groups.names, ["XAA"]);
    close(&done.weights, &want, 1e-8);
}
