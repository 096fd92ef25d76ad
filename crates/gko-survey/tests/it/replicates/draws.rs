//! Bootstraps: what they give on average, and the same bits at any number of threads.

use std::sync::Arc;

use gko_survey::{Design, FiniteCorrection, Population, Replicates, Stage, Survey, Taylor};

use super::{near, total, variance};

const STRATA: [u32; 12] = [1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3];
const X: [f64; 12] = [3.0, 9.0, 4.0, 1.0, 7.0, 2.0, 8.0, 6.0, 5.0, 5.0, 9.0, 2.0];

fn design(population: Option<f64>) -> Design {
    let counts = vec![population.unwrap_or(f64::INFINITY); 12];
    let stage = Stage::elements().strata(&STRATA).population(Population::Counts(&counts));
    Design::builder(12).stage(stage).weights(&[2.0; 12]).build().unwrap()
}

fn taylor(design: &Design, x: &[f64]) -> f64 {
    let survey = Survey::linearised(Arc::new(design.clone()), Taylor::default());
    total(&survey, x).covariance()[(0, 0)]
}

/// With 4000 replicates a variance has a relative error of sqrt(2/4000) = 0.022.
#[test]
fn the_bootstrap_variance_of_a_total_is_taylors_on_average() {
    let endless = design(None);
    let expected = taylor(&endless, &X);
    near(variance(Replicates::rao_wu(&endless, 4000, 1).unwrap(), &X), expected, 0.08);
    let plain = FiniteCorrection::OfDesign;
    let drawn = Replicates::canty_davison(&endless, 4000, 2, plain).unwrap();
    near(variance(drawn, &X), expected, 0.08);
}

/// Draws without replacement from N have the variance (N - n)/(N - 1) of draws with.
#[test]
fn a_finite_population_lowers_it() {
    let finite = design(Some(8.0));
    let drawn = |correction| Replicates::canty_davison(&finite, 4000, 3, correction).unwrap();
    let expected = taylor(&design(None), &X) * 4.0 / 7.0;
    near(variance(drawn(FiniteCorrection::OfDesign), &X), expected, 0.08);
    let half = FiniteCorrection::Fractions(&[0.5]);
    near(variance(drawn(half), &X), expected, 0.08);
    let all = drawn(FiniteCorrection::None);
    near(variance(all, &X), taylor(&design(None), &X), 0.08);
}

/// Taylor over both stages: units of 2 or 4 pupils from 6 in 3 of 9 schools a stratum.
#[test]
fn the_multistage_bootstrap_sees_every_stage() {
    let rows = 30;
    let school: Vec<u32> = (0..rows).map(|row| row / 5).collect();
    let stratum: Vec<u32> = (0..rows).map(|row| row / 15).collect();
    let x: Vec<f64> = (0..rows).map(|row| f64::from(row * row % 23)).collect();
    let (schools, pupils) = (vec![6.0; 30], vec![8.0; 30]);
    let build = |later: bool| {
        let first = Stage::units(&school).strata(&stratum);
        let builder = Design::builder(30).stage(first.population(Population::Counts(&schools)));
        let second = Stage::elements().population(Population::Counts(&pupils));
        let builder = if later { builder.stage(second) } else { builder };
        builder.weights(&[3.2; 30]).build().unwrap()
    };
    for later in [true, false] {
        let design = build(later);
        let drawn = Replicates::multistage_bootstrap(&design, 4000, 4).unwrap();
        near(variance(drawn, &x), taylor(&design, &x), 0.08);
    }
    assert!(taylor(&build(true), &x) > 1.1 * taylor(&build(false), &x));
}

#[test]
fn bits_do_not_depend_on_the_number_of_threads() {
    let design = design(Some(20.0));
    let drawn = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let all = [
                Replicates::rao_wu(&design, 50, 7).unwrap(),
                Replicates::canty_davison(&design, 50, 7, FiniteCorrection::OfDesign).unwrap(),
                Replicates::multistage_bootstrap(&design, 50, 7).unwrap(),
            ];
            let variances = all.clone().map(|one| variance(one, &X).to_bits());
            (all, variances)
        })
    };
    let one = drawn(1);
    assert_eq!(one, drawn(2));
    assert_eq!(one, drawn(5));
    let again = Replicates::rao_wu(&design, 60, 7).unwrap();
    assert_eq!(again.analysis_weights(49), one.0[0].analysis_weights(49));
    let other = Replicates::rao_wu(&design, 50, 8).unwrap();
    assert_ne!(other.analysis_weights(0), one.0[0].analysis_weights(0));
}

/// The first stage drawn with replacement: what lies within does not vary.
#[test]
fn stages_after_one_with_replacement_are_left_out() {
    let units = [1, 1, 2, 2, 3, 3];
    let build = |later: bool| {
        let builder = Design::builder(6).stage(Stage::units(&units)).weights(&[3.0; 6]);
        let builder = if later { builder.stage(Stage::elements()) } else { builder };
        Replicates::multistage_bootstrap(&builder.build().unwrap(), 20, 5).unwrap()
    };
    assert_eq!(build(false), build(true));
}
