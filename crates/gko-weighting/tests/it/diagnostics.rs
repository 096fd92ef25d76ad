//! Diagnostics: R's values, identities, and what a public table leaves out.

use gko_survey::calibration::Margin;
use gko_weighting::Indicator;
use gko_weighting::diagnostics::{
    Bins, Diagnostics, Weighting, distribution, effects, factors, histogram, kish_effect, margins,
    spencer_effect,
};
use proptest::prelude::*;

use crate::oracle::{close, codes, column, r};

fn of_group(key: &str, at: usize) -> Vec<f64> {
    r(&format!("{key}/{}", at + 1))
}

#[test]
fn distributions_are_those_of_r() {
    for (at, group) in distribution(&column("w"), &codes("group")).unwrap().iter().enumerate() {
        let quantiles: Vec<f64> = group.quantiles.iter().map(|point| point.value).collect();
        close(&quantiles, &of_group("quantiles", at), 1e-13);
        let kish = [group.kish, group.effective_n, group.cv].map(Option::unwrap);
        close(&kish, &of_group("kish", at), 1e-13);
        let top = [group.top_1_percent, group.top_5_percent].map(Option::unwrap);
        close(&top, &of_group("top", at), 1e-13);
    }
}

#[test]
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "counts")]
fn histograms_and_factors_are_those_of_r() {
    let (weights, groups) = (column("w"), codes("group"));
    for (at, group) in histogram(&weights, &groups, Bins::default()).unwrap().iter().enumerate() {
        let counts: Vec<usize> = group.bins.iter().map(|bin| bin.rows).collect();
        let want: Vec<usize> = of_group("histogram", at).iter().map(|&n| n as usize).collect();
        assert_eq!(counts, want);
    }
    for (at, group) in factors(&weights, &column("final"), &groups).unwrap().iter().enumerate() {
        let ends = [group.smallest, group.largest].map(Option::unwrap);
        let quantiles = group.quantiles.iter().map(|point| point.value);
        let got: Vec<f64> = ends.into_iter().chain(quantiles).collect();
        close(&got, &of_group("factors", at), 1e-13);
    }
}

#[test]
fn effects_on_indicators_are_those_of_r() {
    let (yes, hours) = (column("yes"), column("hours"));
    let indicators = [Indicator::new("yes", &yes), Indicator::new("hours", &hours)];
    let done = effects(&column("w"), &column("final"), &codes("group"), &indicators).unwrap();
    assert_eq!(done.len(), 4);
    for effect in done {
        let got =
            [effect.unweighted, effect.before, effect.after, effect.correlation, effect.spencer];
        let want = r(&format!("effect_{}/{}", effect.indicator, effect.group));
        close(&got.map(Option::unwrap), &want, 1e-11);
        close(&[effect.change.unwrap()], &[want[2] - want[1]], 1e-11);
    }
}

#[test]
fn margins_are_those_of_r() {
    let yes = codes("yes");
    let margin = Margin { name: "yes".into(), codes: (&yes).into(), targets: &[11.0, 9.0] };
    let table = &margins(&column("w"), &column("final"), &[margin]).unwrap()[0];
    let shares = |of: &dyn Fn(usize) -> Option<f64>| [of(0).unwrap(), of(1).unwrap()];
    close(&shares(&|at| table.categories[at].before), &r("margin_before"), 1e-13);
    close(&shares(&|at| table.categories[at].after), &r("margin_after"), 1e-13);
    let gap = r("margin_after")[0] - 0.55;
    close(&[table.largest_gap_after.unwrap()], &[gap.abs()], 1e-12);
}

#[test]
fn groups_without_weight_and_of_one_row_have_what_they_can() {
    let done = distribution(&[0.0, 3.0], &[1, 2]).unwrap();
    assert_eq!((done[0].zero, done[0].mean, done[0].kish), (Some(1), None, None));
    assert!(done[0].quantiles.is_empty());
    assert_eq!(
        (done[1].kish, done[1].effective_n, done[1].ratio),
        (Some(1.0), Some(1.0), Some(1.0))
    );
    assert!(histogram(&[0.0], &[1], Bins::default()).unwrap()[0].bins.is_empty());
    let one = Indicator::new("one", &[7.0]);
    let effect = &effects(&[1.0], &[0.0], &[1], &[one]).unwrap()[0];
    assert_eq!((effect.before, effect.after, effect.change), (Some(7.0), None, None));
    assert_eq!((effect.correlation, effect.spencer), (None, None));
    let unknown = one.known(&[false]);
    assert_eq!(effects(&[1.0], &[1.0], &[1], &[unknown]).unwrap()[0].before, None);
}

#[test]
fn a_share_of_all_or_none_goes_with_no_weight() {
    for value in [0.0, 0.1, 1.0] {
        let flat = [value; 3];
        let effect =
            &effects(&[1.0; 3], &[1.0, 2.0, 6.0], &[1; 3], &[Indicator::new("flat", &flat)])
                .unwrap()[0];
        assert_eq!((effect.correlation, effect.spencer), (None, None));
    }
    assert_eq!(spencer_effect(&[1.0, 2.0], &[f64::NAN, 1.0]), None);
    assert_eq!(kish_effect(&[f64::NAN]), None);
    close(&[kish_effect(&[1e200, 3e200]).unwrap()], &[1.25], 1e-15);
}

#[test]
fn a_histogram_counts_every_weight_once() {
    let weights = [1e-9, 1.0, 2.0, 3.0, 1e6, 0.0];
    for bins in [Bins::Linear { width: 0.25, bins: 9 }, Bins::Log { per_doubling: 16 }] {
        let done = &histogram(&weights, &[1; 6], bins).unwrap()[0];
        assert_eq!(done.bins.iter().map(|bin| bin.rows).sum::<usize>(), 5);
        assert!(done.bins.last().unwrap().to.is_none());
    }
    let refused = [
        Bins::Linear { width: 0.0, bins: 5 },
        Bins::Linear { width: 1.0, bins: 0 },
        Bins::Log { per_doubling: 17 },
    ];
    for bins in refused {
        assert_eq!(histogram(&weights, &[1; 6], bins).unwrap_err().code(), "GKO-W506");
    }
}

#[test]
fn columns_that_do_not_belong_together_are_refused() {
    let both = |after: &[f64]| factors(&[1.0, 0.0], after, &[1, 1]).map_err(|no| no.code());
    assert_eq!(both(&[1.0, 2.0]), Err("GKO-W501"));
    assert_eq!(both(&[1.0]), Err("GKO-S001"));
    assert_eq!(both(&[1.0, f64::NAN]), Err("GKO-S004"));
    let margin = |codes: &[u32], targets: &[f64], after: f64| {
        let margin = Margin { name: "sex".into(), codes: codes.into(), targets };
        margins(&[1.0, 0.0], &[after, 0.0], &[margin]).map_err(|no| no.code())
    };
    assert_eq!(margin(&[1, 9], &[1.0], 1.0), Err("GKO-W502"));
    assert_eq!(margin(&[0, 9], &[], 1.0), Err("GKO-W503"));
    assert_eq!(margin(&[0, 9], &[0.0], 1.0), Err("GKO-W503"));
    assert_eq!(margin(&[0, 9], &[f64::NAN, 1.0], 1.0), Err("GKO-W503"));
    assert_eq!(margin(&[0, 9], &[1.0], 0.0), Err("GKO-W504"));
    assert!(margin(&[0, 9], &[1.0], 1.0).is_ok());
    let wrong = Indicator::new("wrong", &[f64::NAN, 1.0]);
    let refused = effects(&[1.0, 0.0], &[1.0, 0.0], &[1, 1], &[wrong]).unwrap_err();
    assert_eq!(refused.code(), "GKO-W505");
}

/// 40 rows in categories of 3, 12 and 25, weights 1 to 40.
fn all() -> Diagnostics {
    let after: Vec<f64> = (1..=40).map(f64::from).collect();
    let sizes: Vec<u32> =
        (0..40).map(|row| if row < 3 { 0 } else { 1 + u32::from(row >= 15) }).collect();
    let margin = Margin { name: "size".into(), codes: (&sizes).into(), targets: &[1.0, 1.0, 2.0] };
    let indicator = Indicator::new("late", &after);
    let few: Vec<bool> = (0..40).map(|row| row < 9).collect();
    Diagnostics::of(&Weighting {
        before: &[1.0; 40],
        after: &after,
        groups: &[1; 40],
        margins: &[margin],
        indicators: &[indicator, indicator.known(&few)],
        bins: Bins::Linear { width: 0.25, bins: 8 },
    })
    .unwrap()
}

#[test]
fn a_public_table_leaves_out_what_stands_for_few() {
    let public = all().public(10);
    let after = &public.after[0];
    assert_eq!((after.smallest, after.largest, after.ratio), (None, None, None));
    assert_eq!((after.top_1_percent, after.top_5_percent, after.positive), (None, None, Some(40)));
    let levels: Vec<f64> = after.quantiles.iter().map(|point| point.p).collect();
    assert_eq!(levels, [0.25, 0.5, 0.75]);
    assert_eq!((public.factors[0].smallest, public.factors[0].quantiles.len()), (None, 3));
    // 3 rows are too few; hiding them alone would give them away, so 12 go with them.
    let shown: Vec<bool> =
        public.margins[0].categories.iter().map(|c| c.before.is_some()).collect();
    assert_eq!(shown, [false, false, true]);
    assert_eq!(public.margins[0].categories[0].target, 0.25);
    assert!(public.indicators[0].rows == Some(40) && public.indicators[1].rows.is_none());
    assert_eq!(public.indicators[1].after, None);
}

#[test]
fn a_rare_answer_is_not_public() {
    let weights = [1.0; 40];
    let effect = |yes: u32| {
        let answers: Vec<f64> = (0..40).map(|row| f64::from(u8::from(row < yes))).collect();
        let indicator = Indicator::new("yes", &answers);
        effects(&weights, &weights, &[1; 40], &[indicator]).unwrap().remove(0)
    };
    let shown = |yes: u32| effect(yes).public(10).after.is_some();
    assert_eq!([0, 3, 10, 30, 31, 40].map(shown), [true, false, true, true, false, true]);
    assert_eq!([effect(3).rarer, effect(31).rarer], [Some(3), Some(9)]);
    assert_eq!(all().indicators[0].rarer, None);
}

#[test]
fn public_bins_are_joined_and_keep_every_row() {
    let done = all().public(10).histograms.remove(0);
    assert!(done.bins.iter().all(|bin| bin.rows >= 10));
    assert_eq!(done.bins.iter().map(|bin| bin.rows).sum::<usize>(), 40);
    assert!(done.bins.windows(2).all(|two| two[0].to == Some(two[1].from)));
    assert_eq!((done.bins[0].from, done.bins.last().unwrap().to), (0.0, None));
}

#[test]
fn a_small_group_is_not_public_at_all() {
    let public = all().public(41);
    assert_eq!((public.after[0].rows, public.after[0].mean), (None, None));
    assert!(public.after[0].quantiles.is_empty() && public.histograms[0].bins.is_empty());
    assert_eq!((public.factors[0].rows, public.factors[0].dropped), (None, None));
    assert!(public.margins[0].categories.iter().all(|share| share.after.is_none()));
    assert_eq!(public.margins[0].largest_gap_after, None);
    assert!(serde_json::to_string(&public).unwrap().contains("\"target\":0.25"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(50))]

    #[test]
    fn kish_is_at_least_one_and_knows_no_scale(
        weights in prop::collection::vec(0.001_f64..1e3, 1..60),
        factor in 1e-6_f64..1e6,
    ) {
        let kish = kish_effect(&weights).unwrap();
        prop_assert!(kish >= 1.0);
        let scaled: Vec<f64> = weights.iter().map(|weight| weight * factor).collect();
        prop_assert!((kish_effect(&scaled).unwrap() / kish - 1.0).abs() < 1e-12);
        let n = weights.len() as f64;
        prop_assert!(kish <= n * (1.0 + 1e-12));
    }

    #[test]
    fn shares_of_a_margin_add_up_to_one_and_gaps_to_zero(
        rows in prop::collection::vec((0.1_f64..9.0, 0.1_f64..9.0, 0_u32..3), 1..40)
    ) {
        let before: Vec<f64> = rows.iter().map(|row| row.0).collect();
        let after: Vec<f64> = rows.iter().map(|row| row.1).collect();
        let codes: Vec<u32> = rows.iter().map(|row| row.2).collect();
        let margin = Margin { name: "m".into(), codes: (&codes).into(), targets: &[1.0, 2.0, 3.0] };
        let table = &margins(&before, &after, &[margin]).unwrap()[0];
        let gaps: f64 = table.categories.iter().filter_map(|share| share.gap_after).sum();
        prop_assert!(gaps.abs() < 1e-12);
    }
}
