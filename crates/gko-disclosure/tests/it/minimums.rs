//! Minimum counts, sensitive and not; bases that are empty or do not exist.

use gko_disclosure::{Candidate, Error, Mark, Reason, Reliability, Rules, protect};

use crate::by_hand::{alone, mean, share, verdict};

#[test]
fn fewer_than_25_in_the_base_are_hidden_with_their_n() {
    for sensitive in [false, true] {
        let hidden = alone(share(24, 12), sensitive);
        assert_eq!(verdict(&hidden), (Mark::Suppressed, vec![Reason::SmallBase]));
        assert_eq!((hidden.n(), hidden.n_weighted()), (None, None));
        assert_eq!(alone(share(25, 12), sensitive).n(), Some(25));
        assert_eq!(alone(mean(24, 24.0), sensitive).reasons(), [Reason::SmallBase]);
    }
    assert_eq!(alone(share(25, 12), false).mark(), Mark::Shown);
}

#[test]
fn a_small_numerator_or_complement_is_hidden_on_a_sensitive_item_only() {
    for hits in [0, 1, 9, 191, 199, 200] {
        let hidden = alone(share(200, hits), true);
        assert_eq!(verdict(&hidden), (Mark::Suppressed, vec![Reason::SmallCount]), "{hits}");
        assert_eq!((hidden.n(), hidden.value()), (Some(200), None));
        assert!(alone(share(200, hits), false).value().is_some(), "{hits}");
    }
    for hits in [10, 100, 190] {
        assert_eq!(alone(share(200, hits), true).mark(), Mark::Shown, "{hits}");
    }
}

#[test]
fn a_sensitive_mean_has_no_numerator_to_hide() {
    assert_eq!(alone(mean(200, 150.0), true).value(), Some(3.25));
}

#[test]
fn an_empty_base_tells_something_on_a_sensitive_item_only() {
    let (open, sensitive) = (alone(share(0, 0), false), alone(share(0, 0), true));
    assert_eq!(verdict(&open), (Mark::Unavailable, vec![Reason::EmptyBase]));
    assert_eq!(verdict(&sensitive), (Mark::Suppressed, vec![Reason::SmallBase]));
    assert_eq!((open.n(), sensitive.n()), (None, None));
}

#[test]
fn a_question_that_was_not_asked_has_no_figure_to_hide() {
    let candidates =
        vec![Candidate::not_asked("open"), Candidate::not_asked("sensitive").sensitive(true)];
    for (key, figure) in protect(candidates, &Rules::default()).rows() {
        assert_eq!(verdict(figure), (Mark::Unavailable, vec![Reason::NotAsked]), "{key}");
        assert_eq!((figure.n(), figure.value()), (None, None));
    }
}

#[test]
fn thresholds_of_ones_own_are_the_borders() {
    let rules = Rules::new(40, 3, Reliability::Nchs2017).unwrap();
    let judge = |n, hits| {
        let candidate = Candidate::new((), share(n, hits)).sensitive(true);
        protect(vec![candidate], &rules).rows()[0].1.reasons().to_vec()
    };
    assert_eq!(judge(39, 20), [Reason::SmallBase]);
    assert_eq!(judge(40, 20), []);
    assert_eq!(judge(400, 2), [Reason::SmallCount]);
    assert_eq!(judge(400, 3), []);
}

#[test]
fn thresholds_that_protect_nobody_are_refused_with_their_floor() {
    let rules = |n, count| Rules::new(n, count, Reliability::None);
    assert!(rules(5, 3).is_ok());
    let low_n = rules(4, 3).unwrap_err();
    assert_eq!(low_n, Error::TooLow { threshold: "minimum_n", got: 4, floor: 5 });
    let low_count = rules(5, 2).unwrap_err();
    assert_eq!(low_count.code(), "GKO-D001");
    let text = low_count.to_string();
    assert!(text.contains("`minimum_count` is 2") && text.contains("raise it to 3"), "{text}");
}

#[test]
fn keys_and_order_come_out_as_they_went_in_and_the_rules_with_them() {
    let candidates = (0..5).map(|key| Candidate::new(key, share(100 + key, 50))).collect();
    let table = protect(candidates, &Rules::default());
    let keys: Vec<u64> = table.rows().iter().map(|(key, _)| *key).collect();
    assert_eq!(keys, [0, 1, 2, 3, 4]);
    assert_eq!(table.rules(), &Rules::default());
}
