//! Replicate weights through settled adjustments.

use gko_survey::{Design, Jackknife, Replicates};
use gko_weighting::nonresponse::{
    ClassFactor, ClassOptions, Classes, EligibleShare, Propensity, PropensityClasses,
    PropensityOptions, PropensityUse, ReplicateModel,
};

use super::data::{Cases, assert_close};

/// The weights of a jackknife of fifteen random groups.
fn replicates(cases: &Cases) -> Vec<Vec<f64>> {
    let groups: Vec<u32> = (0..15).cycle().take(cases.weights.len()).collect();
    let stage = gko_survey::Stage::units(&groups);
    let design =
        Design::builder(groups.len()).stage(stage).weights(&cases.weights).build().unwrap();
    let jackknife = Replicates::jk1(&design, Jackknife::default()).unwrap();
    (0..jackknife.len()).map(|at| jackknife.analysis_weights(at)).collect()
}

/// The weight that is eligible in each country, with a stated e.
fn eligible(cases: &Cases, weights: &[f64], e: f64) -> [f64; 2] {
    let mut sums = [0.0; 2];
    for ((status, weight), country) in cases.statuses.iter().zip(weights).zip(&cases.country.codes)
    {
        let counts = f64::from(u8::from(status.is_eligible()));
        let unknown = f64::from(u8::from(status.is_unknown()));
        sums[*country as usize] += weight * (counts + e * unknown);
    }
    sums
}

#[test]
fn every_replicate_keeps_its_own_eligible_weight() {
    let cases = Cases::read();
    let eligible_share = EligibleShare::Stated(0.7);
    let options = ClassOptions { eligible: eligible_share, ..ClassOptions::default() };
    let classes = Classes::settle(&cases.sample(), &cases.variables(), &options).unwrap();
    let fifths = |replicates| PropensityOptions {
        eligible: eligible_share,
        replicates,
        ..PropensityOptions::default()
    };
    let settle = |model| {
        let (predictors, terms) = (cases.predictors(), Cases::terms());
        Propensity::settle(&cases.sample(), &predictors, &terms, &fifths(model)).unwrap()
    };
    let (refit, fixed) = (settle(ReplicateModel::Refit), settle(ReplicateModel::Fixed));
    for weights in replicates(&cases) {
        let want = eligible(&cases, &weights, 0.7);
        for adjusted in [classes.apply(&weights), refit.apply(&weights), fixed.apply(&weights)] {
            let got = eligible(&cases, &adjusted.unwrap(), 0.0);
            assert_close(got[0], want[0], 1e-12, "BG");
            assert_close(got[1], want[1], 1e-12, "CL");
        }
    }
}

#[test]
fn fixed_propensities_stay_and_refitted_ones_move() {
    let cases = Cases::read();
    let settle = |replicates| {
        let adjustment = PropensityUse::Inverse;
        let options = PropensityOptions { adjustment, replicates, ..PropensityOptions::default() };
        let (predictors, terms) = (cases.predictors(), Cases::terms());
        Propensity::settle(&cases.sample(), &predictors, &terms, &options).unwrap()
    };
    let (refit, fixed) = (settle(ReplicateModel::Refit), settle(ReplicateModel::Fixed));
    assert_eq!(refit.apply(&cases.weights), fixed.apply(&cases.weights));
    let replicate = &replicates(&cases)[3];
    let (moved, stayed) = (refit.apply(replicate).unwrap(), fixed.apply(replicate).unwrap());
    let full = fixed.apply(&cases.weights).unwrap();
    for (row, weight) in replicate.iter().enumerate().filter(|(row, _)| full[*row] > 0.0) {
        let factor = full[row] / cases.weights[row];
        assert_close(stayed[row], weight * factor, 1e-14, "fixed");
    }
    assert!(moved.iter().zip(&stayed).any(|(a, b)| (a - b).abs() > 1e-3 * b));
}

#[test]
fn a_step_goes_through_the_replicates_of_a_survey() {
    let cases = Cases::read();
    let groups: Vec<u32> = (0..15).cycle().take(cases.weights.len()).collect();
    let stage = gko_survey::Stage::units(&groups);
    let design =
        Design::builder(groups.len()).stage(stage).weights(&cases.weights).build().unwrap();
    let options = ClassOptions::default();
    let classes = Classes::settle(&cases.sample(), &cases.variables(), &options).unwrap();
    let jackknife = Replicates::jk1(&design, Jackknife::default()).unwrap();
    let apply = |weights: &[f64]| Ok(classes.apply(weights).unwrap());
    let adjusted = jackknife.recalibrated(apply).unwrap();
    let full = classes.apply(&cases.weights).unwrap();
    assert_eq!(adjusted.full_sample_weights(), full);
    assert_eq!(adjusted.analysis_weights(2), classes.apply(&replicates(&cases)[2]).unwrap());
}

#[test]
fn threads_do_not_change_a_bit() {
    let cases = Cases::read();
    let median = PropensityClasses { factor: ClassFactor::MedianPropensity, ..Default::default() };
    let adjustment = PropensityUse::Classes(median);
    let options = PropensityOptions { adjustment, ..PropensityOptions::default() };
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let (predictors, terms) = (cases.predictors(), Cases::terms());
            let settled = Propensity::settle(&cases.sample(), &predictors, &terms, &options);
            settled.unwrap().apply(&cases.weights).unwrap()
        })
    };
    let bits = |weights: Vec<f64>| weights.into_iter().map(f64::to_bits).collect::<Vec<_>>();
    assert_eq!(bits(run(1)), bits(run(4)));
}
