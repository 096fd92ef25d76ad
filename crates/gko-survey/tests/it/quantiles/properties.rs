//! What holds for any weights and values.

use gko_survey::{
    Cdf, Columns, Design, Domain, IntervalMethod, QuantileRule, Quantiles, ShareInterval, Survey,
};
use proptest::prelude::*;

const PROBABILITIES: [f64; 7] = [0.0, 0.1, 0.25, 0.5, 0.7, 0.95, 1.0];

/// Values with ties, and weights.
fn rows() -> impl Strategy<Value = Vec<(f64, f64)>> {
    let value = (-5_i32..5).prop_map(f64::from);
    prop::collection::vec((value, 0.1_f64..50.0), 2..40)
}

fn survey(weights: &[f64]) -> Survey {
    Survey::new(Design::builder(weights.len()).weights(weights).build().unwrap())
}

fn quantiles(values: &[f64], weights: &[f64], rule: QuantileRule) -> Vec<f64> {
    let asked = Quantiles { rule, ..Quantiles::new("x", values, &PROBABILITIES) };
    let got = asked.estimate(&survey(weights), &Domain::all(values.len())).unwrap();
    got.quantiles.iter().map(|one| one.value.unwrap()).collect()
}

proptest! {
    #[test]
    fn quantiles_rise_within_the_data(rows in rows()) {
        let (values, weights): (Vec<f64>, Vec<f64>) = rows.into_iter().unzip();
        let low = values.iter().copied().fold(f64::INFINITY, f64::min);
        let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        for rule in QuantileRule::ALL {
            let got = quantiles(&values, &weights, rule);
            prop_assert!(got.iter().all(|q| (low..=high).contains(q)), "{} {:?}", rule, got);
            if rule != QuantileRule::ShahVaish {
                prop_assert!(got.is_sorted(), "{} {:?}", rule, got);
            }
        }
    }

    #[test]
    fn the_scale_of_the_weights_is_nothing(rows in rows()) {
        let (values, weights): (Vec<f64>, Vec<f64>) = rows.into_iter().unzip();
        let scaled: Vec<f64> = weights.iter().map(|weight| weight * 1024.0).collect();
        for rule in QuantileRule::ALL.into_iter().filter(|one| *one != QuantileRule::ShahVaish) {
            let pair = (quantiles(&values, &weights, rule), quantiles(&values, &scaled, rule));
            prop_assert_eq!(&pair.0, &pair.1);
        }
    }

    #[test]
    fn the_distribution_function_reaches_p_at_its_quantile(rows in rows()) {
        let (values, weights): (Vec<f64>, Vec<f64>) = rows.into_iter().unzip();
        let (survey, all) = (survey(&weights), Domain::all(values.len()));
        let steps = Cdf::new("x", &values).steps(&survey, &all).unwrap();
        prop_assert!(steps.shares().is_sorted() && steps.points().is_sorted());
        prop_assert_eq!(steps.shares().last().copied(), Some(1.0));
        for (q, p) in quantiles(&values, &weights, QuantileRule::Math).iter().zip(PROBABILITIES) {
            prop_assert!(steps.evaluate(*q) >= p - 1e-12);
        }
    }

    #[test]
    fn intervals_of_shares_hold_the_share_within_0_and_1(rows in rows()) {
        let (values, weights): (Vec<f64>, Vec<f64>) = rows.into_iter().unzip();
        let marks: Vec<f64> = values.iter().map(|&x| f64::from(u8::from(x > 0.0))).collect();
        for method in [
            IntervalMethod::KornGraubardNchs,
            IntervalMethod::KornGraubard,
            IntervalMethod::Logit,
            IntervalMethod::XLogit,
            IntervalMethod::Likelihood,
            IntervalMethod::Wilson,
            IntervalMethod::Asin,
            IntervalMethod::T,
        ] {
            let columns = Columns::new().number("positive", &marks);
            let asked = ShareInterval { method, ..ShareInterval::new(columns) };
            let got = asked.estimate(&survey(&weights), &Domain::all(marks.len())).unwrap();
            let (interval, value) = (got[0].interval.unwrap(), got[0].value.unwrap());
            let holds = interval.low <= value + 1e-12 && value <= interval.high + 1e-12;
            prop_assert!(holds, "{} {:?}", value, interval);
            if method != IntervalMethod::T {
                prop_assert!(interval.low >= 0.0 && interval.high <= 1.0, "{:?}", interval);
            }
        }
    }
}
