//! What must not matter does not matter.

use gko_weighting::run::{Weighted, run};
use proptest::prelude::*;

use super::data::{children, close, figures, plan, population, small, small_plan};

fn weighted(pick: impl Fn(usize) -> Vec<usize>, replicates: bool) -> Weighted {
    let mut plan = plan();
    if !replicates {
        plan.replicates = None;
    }
    run(&plan, children(pick), Some(&population()), &mut |_| ()).unwrap()
}

#[test]
fn countries_weigh_alone_what_they_weigh_together() {
    let together = weighted(|n| (0..n).collect(), false);
    let codes = &together.groups.codes;
    for country in 0..4 {
        let rows: Vec<usize> = (0..codes.len()).filter(|&row| codes[row] == country).collect();
        let mut plan = plan();
        plan.replicates = None;
        plan.steps.truncate(6);
        if country != 1 {
            // A scheme for a country that is not there is refused.
            let rake = serde_json::to_string(&plan.steps[4]).unwrap();
            let mut rake: serde_json::Value = serde_json::from_str(&rake).unwrap();
            rake["rake"]["schemes"] = serde_json::json!({});
            plan.steps[4] = serde_json::from_value(rake).unwrap();
        }
        let alone =
            run(&plan, children(|_| rows.clone()), Some(&population()), &mut |_| ()).unwrap();
        let sum: f64 = alone.weights.iter().sum();
        let alone: Vec<f64> = alone.weights.iter().map(|weight| weight * 1000.0 / sum).collect();
        let want: Vec<f64> = rows.iter().map(|&row| together.weights[row]).collect();
        close(&alone, &want, 1e-12);
    }
}

#[test]
fn the_order_of_rows_does_not_matter() {
    let (forth, back) =
        (weighted(|n| (0..n).collect(), false), weighted(|n| (0..n).rev().collect(), false));
    let turned: Vec<f64> = back.weights.iter().rev().copied().collect();
    close(&turned, &forth.weights, 1e-11);
}

#[test]
fn threads_change_no_bit_and_the_history_no_byte() {
    let under = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| weighted(|n| (0..n).collect(), true))
    };
    let (one, two) = (under(1), under(3));
    assert_eq!((&one.weights, &one.replicates), (&two.weights, &two.replicates));
    let text = |done: &Weighted| serde_json::to_string(&done.history).unwrap();
    assert_eq!(text(&one), text(&two));
    let read: serde_json::Value = serde_json::from_str(&text(&one)).unwrap();
    let steps = read["steps"].as_array().unwrap();
    assert_eq!(steps.len(), 7);
    for step in steps {
        assert_eq!(step["groups"].as_array().unwrap().len(), 4);
        assert!(step["spec"].is_object() && step["findings"].is_array());
    }
}

#[test]
fn replicates_stay_compact_until_rows_have_weights_of_their_own() {
    let mut plan = plan();
    plan.steps.truncate(1);
    let sample = || children(|n| (0..n).collect());
    let drawn = run(&plan, sample(), None, &mut |_| ()).unwrap();
    assert!(drawn.replicates.unwrap().unit_multipliers().is_some());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Weights of the draw times a number are calibrated to the same weights, and a
    /// scaling between two rakings is lost.
    #[test]
    fn the_level_of_the_draw_is_lost_in_calibration(times in 0.01_f64..100.0, boys in 4.0_f64..9.0) {
        let rake = "[[steps]]\nrake.margins = [{ of = [\"sex\"] }, { of = [\"area\"] }]\n\
                    rake.tolerance = 1e-13\n";
        let lines = format!(",sex,boy,{boys} ,sex,girl,{} ,area,rural,5 ,area,urban,{}", 14.0 - boys, 9.0);
        let of = |steps: &str, times: f64| {
            let old = small();
            let scaled = old.number_column("w").unwrap().iter().map(|w| w * times).collect();
            let mut sample = gko_weighting::Sample::new(8).numbers("w", scaled).unwrap();
            for name in ["country", "sex", "area"] {
                sample = sample.categories(name, old.category_column(name).unwrap()).unwrap();
            }
            run(&small_plan(steps), sample, Some(&figures(&lines)), &mut |_| ()).unwrap().weights
        };
        let once = of(rake, 1.0);
        close(&of(rake, times), &once, 1e-10);
        let between = format!("[[steps]]\nscale.to = \"mean_one\"\n{rake}");
        close(&of(&between, 1.0), &once, 1e-10);
    }
}
