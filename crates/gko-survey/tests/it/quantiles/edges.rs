//! Empty domains, one PSU, one row, equal values, shares of 0 and 1, refusals.

use gko_survey::{
    Absent, Cdf, Columns, Design, Df, Domain, Error, GivenWeights, IntervalError, IntervalMethod,
    Options, QuantileInterval, QuantileRule, Quantiles, ReplicateKind, Replicates, Scales,
    ShareInterval, SinglePsu, Stage, Survey, Taylor,
};

const METHODS: [IntervalMethod; 8] = [
    IntervalMethod::KornGraubardNchs,
    IntervalMethod::KornGraubard,
    IntervalMethod::Logit,
    IntervalMethod::XLogit,
    IntervalMethod::Likelihood,
    IntervalMethod::Wilson,
    IntervalMethod::Asin,
    IntervalMethod::T,
];

const INTERVALS: [QuantileInterval; 5] = [
    QuantileInterval::Mean,
    QuantileInterval::Beta,
    QuantileInterval::XLogit,
    QuantileInterval::Asin,
    QuantileInterval::Score,
];

fn rows(n: usize) -> Survey {
    Survey::new(Design::builder(n).weights(&vec![2.0; n]).build().unwrap())
}

fn share(survey: &Survey, values: &[f64], method: IntervalMethod) -> gko_survey::ShareEstimate {
    let columns = Columns::new().number("share", values);
    let asked = ShareInterval { method, ..ShareInterval::new(columns) };
    asked.estimate(survey, &Domain::all(values.len())).unwrap().swap_remove(0)
}

#[test]
fn an_empty_domain_says_so() {
    let (survey, none) = (rows(3), Domain::of(vec![false; 3]));
    let values = [1.0, 0.0, 1.0];
    let columns = Columns::new().number("share", &values);
    let share = ShareInterval::new(columns).estimate(&survey, &none).unwrap().swap_remove(0);
    assert_eq!((share.value, share.se, share.interval), (None, None, None));
    assert_eq!(share.absent, Some(Absent::EmptyBase));
    for interval in INTERVALS {
        let asked = Quantiles { interval, ..Quantiles::new("x", &values, &[0.5]) };
        let got = asked.estimate(&survey, &none).unwrap();
        assert_eq!(got.absent, Some(Absent::EmptyBase));
        let one = got.quantiles[0];
        assert_eq!((one.value, one.low, one.high, one.se), (None, None, None, None));
    }
    assert_eq!(Cdf::new("x", &values).steps(&survey, &none), Err(Error::EmptyDomain));
}

#[test]
fn one_psu_has_values_and_no_interval() {
    let design = Design::builder(3).stage(Stage::units(&[7, 7, 7])).weights(&[1.0; 3]).build();
    let taylor = Taylor { single_psu: SinglePsu::Adjust, ..Taylor::default() };
    let survey = Survey::linearised(std::sync::Arc::new(design.unwrap()), taylor);
    for method in METHODS {
        let got = share(&survey, &[1.0, 0.0, 1.0], method);
        assert_eq!((got.interval, got.absent), (None, Some(Absent::NoDf)));
        assert!((got.value.unwrap() - 2.0 / 3.0).abs() < 1e-15);
    }
    let median = Quantiles::new("x", &[3.0, 1.0, 2.0], &[0.5]);
    let got = median.estimate(&survey, &Domain::all(3)).unwrap();
    assert_eq!((got.quantiles[0].value, got.quantiles[0].low), (Some(2.0), None));
    assert_eq!((got.df, got.absent), (0.0, Some(Absent::NoDf)));
}

#[test]
fn one_row_is_every_quantile() {
    let survey = rows(4);
    let one = Domain::of(vec![false, true, false, false]);
    for rule in QuantileRule::ALL {
        let asked =
            Quantiles { rule, ..Quantiles::new("x", &[9.0, 4.0, 9.0, 9.0], &[0.0, 0.5, 1.0]) };
        let got = asked.estimate(&survey, &one).unwrap();
        assert!(got.quantiles.iter().all(|one| one.value == Some(4.0)), "{rule}");
        assert_eq!(got.absent, Some(Absent::NoDf));
    }
}

#[test]
fn equal_values_are_their_own_quantiles() {
    let survey = rows(5);
    for rule in QuantileRule::ALL {
        for interval in INTERVALS {
            let asked = Quantiles {
                rule,
                interval,
                ..Quantiles::new("x", &[0.1; 5], &[0.0, 0.3, 0.5, 1.0])
            };
            let got = asked.estimate(&survey, &Domain::all(5)).unwrap();
            for one in got.quantiles {
                assert_eq!(one.value, Some(0.1), "{rule}");
                let ends = [one.low, one.high].into_iter().flatten();
                assert!(ends.into_iter().all(|end| end == 0.1), "{rule} {interval}");
            }
        }
    }
}

#[test]
fn none_and_all_have_an_exact_interval_by_every_method() {
    let survey = rows(12);
    let end = 1.0 - 0.025_f64.powf(1.0 / 12.0);
    for method in METHODS {
        let none = share(&survey, &[0.0; 12], method).interval.unwrap();
        let all = share(&survey, &[1.0; 12], method).interval.unwrap();
        assert_eq!((none.low, all.high), (0.0, 1.0));
        assert!((none.high - end).abs() < 1e-13 && (all.low - 1.0 + end).abs() < 1e-13);
        assert_eq!(none.method, IntervalMethod::KornGraubardNchs);
    }
}

#[test]
fn a_replicate_without_a_logit_leaves_the_linearised_one() {
    let factors = [vec![2.0, 2.0, 0.0, 0.0], vec![0.0, 0.0, 2.0, 2.0]];
    let scales = Scales::standard(ReplicateKind::Brr, 2).unwrap();
    let given = GivenWeights::Factors(&factors);
    let survey = Survey::replicated(Replicates::given(&[1.0; 4], given, scales).unwrap());
    let got = share(&survey, &[1.0, 1.0, 1.0, 0.0], IntervalMethod::Logit);
    assert_eq!(got.interval.unwrap().method, IntervalMethod::XLogit);
    let other = share(&survey, &[1.0, 1.0, 1.0, 0.0], IntervalMethod::XLogit);
    assert_eq!(got.interval, other.interval);
}

#[test]
fn categories_and_their_0_1_columns_are_the_same() {
    let survey = rows(6);
    let codes = [0, 1, 1, 2, 1, 0];
    let columns = Columns::new().categories("use", &codes, &["never", "weekly", "daily"]);
    let all = ShareInterval::new(columns).estimate(&survey, &Domain::all(6)).unwrap();
    let weekly = share(&survey, &[0.0, 1.0, 1.0, 0.0, 1.0, 0.0], all[1].interval.unwrap().method);
    assert_eq!(all[1].term, "useweekly");
    assert_eq!((all[1].value, all[1].interval), (weekly.value, weekly.interval));
    assert_eq!(all.iter().map(|one| one.hits).collect::<Vec<_>>(), [2, 3, 1]);
}

#[test]
fn missing_rows_count_where_r_counts_them() {
    let survey = rows(6);
    let values = [1.0, 0.0, f64::NAN, 1.0, 0.0, 0.0];
    let base = Domain::all(6).observed(&values).unwrap();
    let columns = Columns::new().number("share", &values);
    let method = IntervalMethod::KornGraubard;
    let asked = ShareInterval { method, ..ShareInterval::new(columns) };
    let got = asked.estimate(&survey, &base).unwrap().swap_remove(0);
    assert_eq!((got.basis.n, got.basis.excluded, got.df), (5, 1, 4.0));
    // t at 5 (six rows) over t at 4, not 1 as without the missing row.
    let short = [1.0, 0.0, 1.0, 0.0, 0.0];
    let without = share(&rows(5), &short, method).interval.unwrap();
    assert!(got.interval.unwrap().low < without.low);
}

#[test]
fn what_cannot_be_is_refused() {
    let survey = rows(2);
    let all = Domain::all(2);
    let code = |error: Error| error.code();
    let estimate = |asked: Quantiles<'_>| asked.estimate(&survey, &all).map_err(code).unwrap_err();
    let values = [1.0, 2.0];
    let median = Quantiles::new("x", &values, &[0.5]);
    assert_eq!(estimate(Quantiles { probabilities: &[50.0], ..median }), "GKO-S161");
    assert_eq!(estimate(Quantiles { probabilities: &[f64::NAN], ..median }), "GKO-S161");
    assert_eq!(estimate(Quantiles { probabilities: &[], ..median }), "GKO-S020");
    assert_eq!(estimate(Quantiles { level: 95.0, ..median }), "GKO-S041");
    assert_eq!(estimate(Quantiles { values: &[1.0, f64::NAN], ..median }), "GKO-S021");
    assert_eq!(estimate(Quantiles { values: &[1.0], ..median }), "GKO-S001");
    let by_replicates = Quantiles { interval: QuantileInterval::Quantile, ..median };
    assert_eq!(estimate(by_replicates), "GKO-S162");
    let asked = ShareInterval::new(Columns::new().number("hours", &values));
    let (column, row, value) = ("hours".to_owned(), 1, 2.0);
    let refused = asked.estimate(&survey, &all);
    assert_eq!(refused, Err(Error::Interval(IntervalError::NotBinary { column, row, value })));
}

#[test]
fn psu_totals_refuse_the_likelihood() {
    use gko_survey::{DesignColumns, Domains, Item, PsuLabels, PsuTotals};
    let design = Design::new(DesignColumns {
        sample: &[1; 4],
        stratum: &[1; 4],
        psu: &[1, 2, 3, 4],
        weight: &[1.0; 4],
        psu_labels: PsuLabels::NestedInStratum,
    });
    let domains = Domains::new(4, &[], &[vec![]]).unwrap();
    let item = Item::Share(&[1, 0, 1, 0]);
    let totals = PsuTotals::accumulate(&design.unwrap(), &domains, &[item]).unwrap();
    let options = |interval| Options { interval, ..Options::default() };
    let refused = totals.estimates(&options(IntervalMethod::Likelihood)).unwrap_err();
    assert_eq!(refused.code(), "GKO-S163");
    let survey = rows(4);
    for method in METHODS.into_iter().filter(|one| *one != IntervalMethod::Likelihood) {
        let fast = totals.estimates(&options(method)).unwrap();
        let fast = fast.get(0, 0, 0).interval.unwrap();
        let slow = share(&survey, &[1.0, 0.0, 1.0, 0.0], method).interval.unwrap();
        assert_eq!(fast.method, slow.method);
        assert!((fast.low - slow.low).abs() < 1e-13 && (fast.high - slow.high).abs() < 1e-13);
    }
}

#[test]
fn degrees_of_freedom_are_those_that_were_chosen() {
    let survey = rows(6);
    let values = [1.0, 0.0, 1.0, 1.0, 0.0, 0.0];
    let domain = Domain::of(vec![true, true, true, true, false, false]);
    let columns = Columns::new().number("share", &values);
    let of = |df: Df| {
        let asked = ShareInterval { df, ..ShareInterval::new(columns.clone()) };
        asked.estimate(&survey, &domain).unwrap()[0].df
    };
    assert_eq!((of(Df::Domain), of(Df::Design)), (3.0, 5.0));
    assert_eq!((of(Df::Infinite), of(Df::Given(2.5))), (f64::INFINITY, 2.5));
}
