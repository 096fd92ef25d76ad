//! R's propensities, factors and figures.

use gko_weighting::nonresponse::{
    ClassFactor, ClassOptions, Classes, Counting, EligibleShare, Propensity, PropensityClasses,
    PropensityOptions, PropensityUse, ShareScope,
};

use super::data::{COUNTRIES, Cases, assert_close, factors, figures};

fn settle(cases: &Cases, options: PropensityOptions) -> Propensity {
    let (sample, predictors) = (cases.sample(), cases.predictors());
    Propensity::settle(&sample, &predictors, &Cases::terms(), &options).unwrap()
}

fn inverse(model: Counting) -> PropensityOptions {
    PropensityOptions { model, adjustment: PropensityUse::Inverse, ..PropensityOptions::default() }
}

#[test]
fn propensities_and_their_inverses_are_those_of_svyglm_and_glm() {
    let cases = Cases::read();
    for (way, model) in [("inverse", Counting::Weighted), ("unweighted", Counting::Unweighted)] {
        let settled = settle(&cases, inverse(model));
        let (p, weights) = (settled.propensities(), settled.apply(&cases.weights).unwrap());
        let want = factors(way);
        for (row, weight) in weights.iter().enumerate() {
            let Some(&(p_want, factor)) = want.get(&row) else {
                assert_eq!((p[row], *weight), (None, 0.0), "row {row} is ineligible");
                continue;
            };
            assert_close(p[row].unwrap(), p_want.unwrap(), 1e-10, way);
            assert_close(weight / cases.weights[row], factor, 1e-10, way);
        }
    }
}

#[test]
fn coefficients_and_figures_are_those_of_r() {
    let cases = Cases::read();
    for (way, model) in [("inverse", Counting::Weighted), ("unweighted", Counting::Unweighted)] {
        let settled = settle(&cases, inverse(model));
        for (report, country) in settled.reports().iter().zip(COUNTRIES) {
            let want = figures(way, country);
            assert_eq!(report.group.as_deref(), Some(country));
            assert_eq!(report.coefficients.len(), 5);
            for (name, b) in &report.coefficients {
                assert_close(*b, want[name], 1e-9, name);
            }
            let got = report.propensities.unwrap();
            assert_close(got.c_statistic.unwrap(), want["c_statistic"], 1e-12, "c");
            assert_close(got.mean, want["mean"], 1e-11, "mean");
            assert_close(got.r_indicator, want["r_indicator"], 1e-10, "R");
            if let Some(&e) = want.get("e") {
                assert_close(report.eligible_share.unwrap(), e, 1e-14, "e");
            }
        }
    }
}

#[test]
fn the_five_class_factors_are_those_of_nradjclass() {
    let cases = Cases::read();
    for (way, factor) in [
        ("mean_propensity", ClassFactor::MeanPropensity),
        ("weighted_mean_propensity", ClassFactor::WeightedMeanPropensity),
        ("response_rate", ClassFactor::ResponseRate),
        ("weighted_response_rate", ClassFactor::WeightedResponseRate),
        ("median_propensity", ClassFactor::MedianPropensity),
    ] {
        let classes = PropensityClasses { factor, ..PropensityClasses::default() };
        let options = PropensityOptions {
            eligible: EligibleShare::Stated(1.0),
            adjustment: PropensityUse::Classes(classes),
            ..PropensityOptions::default()
        };
        let settled = settle(&cases, options);
        assert!(settled.reports().iter().all(|report| report.classes.len() == 5));
        let weights = settled.apply(&cases.weights).unwrap();
        for (row, (_, want)) in factors(way) {
            assert_close(weights[row] / cases.weights[row], want, 1e-10, way);
        }
    }
}

#[test]
fn weighting_classes_have_the_factors_of_r() {
    let cases = Cases::read();
    let open =
        ClassOptions { minimum_respondents: 1, maximum_factor: None, ..ClassOptions::default() };
    for (way, options) in [
        ("classes_group", open),
        ("classes_class", ClassOptions { eligible_within: ShareScope::Class, ..open }),
        ("classes_cases", ClassOptions { ratio: Counting::Unweighted, ..open }),
    ] {
        let classes = Classes::settle(&cases.sample(), &cases.variables(), &options).unwrap();
        assert_eq!((classes.classes().len(), classes.merges().len()), (12, 0));
        let weights = classes.apply(&cases.weights).unwrap();
        for (row, (_, want)) in factors(way) {
            assert_close(weights[row] / cases.weights[row], want, 1e-13, way);
        }
    }
}
