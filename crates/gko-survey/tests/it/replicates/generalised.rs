//! Replicates from the quadratic form of a variance estimator, and what carrying
//! replicates along keeps.

use std::sync::Arc;

use gko_survey::{
    Design, Error, Generalised, Jackknife, Matrix, Population, Pps, PpsVariance, QuadraticForm,
    Replicates, Scales, Stage, Survey, Tau, Taylor,
};
use proptest::prelude::*;

use super::{near, stratified, total, variance};

const X: [f64; 12] = [3.0, 9.0, 4.0, 1.0, 7.0, 2.0, 8.0, 6.0, 5.0, 5.0, 9.0, 2.0];
const WEIGHTS: [f64; 12] = [2.0, 1.0, 3.0, 2.0, 2.0, 4.0, 1.0, 1.0, 2.0, 3.0, 3.0, 2.0];
const SCHOOL: [u32; 12] = [1, 1, 1, 2, 2, 2, 3, 3, 4, 4, 5, 5];
const REGION: [u32; 12] = [1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2];

fn taylor(design: &Design, x: &[f64]) -> f64 {
    let survey = Survey::linearised(Arc::new(design.clone()), Taylor::default());
    total(&survey, x).covariance()[(0, 0)]
}

/// Two stages, both from finite populations.
fn two_stages() -> Design {
    let first = Stage::units(&SCHOOL).strata(&REGION);
    Design::builder(12)
        .stage(first.population(Population::Counts(&[6.0; 12])))
        .stage(Stage::elements().population(Population::Counts(&[5.0; 12])))
        .weights(&WEIGHTS)
        .build()
        .unwrap()
}

fn with_replacement() -> Design {
    let first = Stage::units(&SCHOOL).strata(&REGION);
    Design::builder(12).stage(first).weights(&WEIGHTS).build().unwrap()
}

/// A probability for each school, and for the pupils within.
fn brewer() -> Design {
    let schools = SCHOOL.map(|school| f64::from(school) / 8.0);
    let first = Stage::units(&SCHOOL).strata(&REGION).population(Population::Fractions(&schools));
    let pupils = Stage::elements().population(Population::Fractions(&[0.4; 12]));
    Design::builder(12).stage(first).stage(pupils).pps(Pps::Brewer).build().unwrap()
}

fn overton(variance: PpsVariance) -> Design {
    let p: Vec<f64> = WEIGHTS.iter().map(|size| size / 6.0).collect();
    let first = Stage::elements().strata(&REGION).population(Population::Fractions(&p));
    Design::builder(12).stage(first).pps(Pps::Overton(variance)).build().unwrap()
}

fn fay(design: &Design, form: QuadraticForm) -> Replicates {
    let choices = Generalised { form, ..Generalised::default() };
    Replicates::generalised_replication(design, choices).unwrap()
}

#[test]
fn fays_replication_of_a_total_is_the_variance_estimator() {
    let designs = [two_stages(), with_replacement(), brewer(), overton(PpsVariance::YatesGrundy)];
    let y: Vec<f64> = X.iter().zip(WEIGHTS).map(|(x, w)| x * x - 7.0 * w).collect();
    for design in &designs {
        let made = fay(design, QuadraticForm::Design);
        assert!((0..made.len()).all(|r| made.factors(r).iter().all(|&one| one >= 0.0099)));
        for x in [&X[..], &y] {
            near(variance(made.clone(), x), taylor(design, x), 1e-11);
            near(variance(made.clone().with_mse(false), x), taylor(design, x), 1e-11);
        }
    }
}

/// A known joint matrix over all strata: two of three drawn, and a certain unit.
#[test]
fn known_joint_probabilities_are_one_block() {
    let p = 2.0 / 3.0;
    let rows = [p, 1.0 / 3.0, p, 1.0 / 3.0, p, p, p, p, 1.0];
    let joint = Matrix::from_row_slice(3, 3, &rows);
    let known = |variance| {
        let pps = Pps::Joint { probabilities: &joint, unit: &[0, 1, 2], variance };
        Design::builder(3).pps(pps).build().unwrap()
    };
    for variance_of in [PpsVariance::YatesGrundy, PpsVariance::HorvitzThompson] {
        let design = known(variance_of);
        let made = fay(&design, QuadraticForm::Design);
        assert_eq!(made.len(), 2);
        let x = [4.0, 1.0, 8.0];
        near(variance(made, &x), taylor(&design, &x), 1e-12);
    }
}

/// In a stratum of weighted totals 1, 4, 2, 8 the squared differences are 9, 4, 36 and
/// round the chain 49.
#[test]
fn successive_differences_are_those_of_neighbours() {
    let z = [1.0, 4.0, 2.0, 8.0];
    let build = |population: f64| {
        let counts = vec![population; 4];
        let stage = Stage::elements().population(Population::Counts(&counts));
        Design::builder(4).stage(stage).weights(&[1.0; 4]).build().unwrap()
    };
    let endless = build(f64::INFINITY);
    near(variance(fay(&endless, QuadraticForm::Sd1), &z), 4.0 / 6.0 * 49.0, 1e-12);
    near(variance(fay(&endless, QuadraticForm::Sd2), &z), 98.0 / 2.0, 1e-12);
    let half = build(8.0);
    near(variance(fay(&half, QuadraticForm::Sd1), &z), 4.0 / 6.0 * 49.0 / 2.0, 1e-12);
    near(variance(fay(&half, QuadraticForm::Sd2), &z), 98.0 / 4.0, 1e-12);
    let chained = Replicates::successive_differences(&endless, 8).unwrap();
    near(variance(fay(&endless, QuadraticForm::Sd2), &z), variance(chained, &z), 1e-12);
}

/// With 4000 replicates a variance has a relative error of sqrt(2/4000) = 0.022.
#[test]
fn the_bootstrap_gives_the_variance_estimator_on_average() {
    for design in [two_stages(), with_replacement(), brewer(), overton(PpsVariance::YatesGrundy)] {
        let made = Replicates::generalised(&design, 4000, 11, Generalised::default()).unwrap();
        near(variance(made, &X), taylor(&design, &X), 0.08);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn simple_random_samples_within_strata_are_exact(
        rows in proptest::collection::vec((0..3_u32, -9.0..9.0_f64, 0.5..4.0_f64), 2..40),
        finite: bool,
    ) {
        let rows: Vec<_> = rows.iter().copied().chain((0..3).flat_map(|h| [(h, 1.0, 1.0); 2])).collect();
        let strata: Vec<u32> = rows.iter().map(|row| row.0).collect();
        let x: Vec<f64> = rows.iter().map(|row| row.1).collect();
        let weights: Vec<f64> = rows.iter().map(|row| row.2).collect();
        let counts: Vec<f64> =
            strata.iter().map(|&h| if finite { 50.0 + f64::from(h) } else { f64::INFINITY }).collect();
        let stage = Stage::elements().strata(&strata).population(Population::Counts(&counts));
        let design = Design::builder(rows.len()).stage(stage).weights(&weights).build().unwrap();
        near(variance(fay(&design, QuadraticForm::Design), &x), taylor(&design, &x), 1e-10);
    }

    #[test]
    fn multiplied_replicates_are_those_of_the_multiplied_weights(
        factors in proptest::collection::vec(0.1..9.0_f64, 12), by_rows: bool,
    ) {
        let base = Replicates::rao_wu(&with_replacement(), 9, 4).unwrap();
        let base = if by_rows { base.recalibrated(|w| Ok(w.to_vec())).unwrap() } else { base };
        let made = base.multiplied(&factors).unwrap();
        prop_assert_eq!(made.unit_multipliers(), base.unit_multipliers());
        prop_assert_eq!((made.seed(), made.scales()), (base.seed(), base.scales()));
        for replicate in 0..9 {
            let expected = base.analysis_weights(replicate);
            for (row, weight) in made.analysis_weights(replicate).into_iter().enumerate() {
                near(weight, expected[row] * factors[row], 1e-14);
            }
            let pairs = made.factors(replicate).into_iter().zip(base.factors(replicate));
            pairs.for_each(|(one, two)| near(one, two, 1e-12));
        }
    }
}

#[test]
fn tau_is_the_smallest_that_will_do_and_is_reported() {
    let design = with_replacement();
    let made = |tau| {
        let choices = Generalised { tau, ..Generalised::default() };
        Replicates::generalised(&design, 200, 5, choices)
    };
    let lowest = |made: &Replicates| {
        let all = (0..made.len()).flat_map(|r| made.factors(r));
        all.fold(f64::INFINITY, f64::min)
    };
    let smallest = made(Tau::default()).unwrap();
    let tau = smallest.scales().tau().unwrap();
    assert!((0.01..0.03).contains(&lowest(&smallest)), "{}", lowest(&smallest));
    // A number of hundredths; the next smaller one would have gone below.
    assert!(((tau * 100.0).round() - tau * 100.0).abs() < 1e-9);
    let x = variance(smallest, &X);
    near(variance(made(Tau::Given(tau + 3.0)).unwrap(), &X), x, 1e-10);
    let refused = made(Tau::Given(1.0)).unwrap_err();
    assert_eq!(refused.code(), "GKO-S176", "{refused}");
    assert!(refused.to_string().contains("at least"));
    for tau in [Tau::Given(f64::NAN), Tau::Given(0.0), Tau::Given(-1.0)] {
        assert_eq!(made(tau).unwrap_err().code(), "GKO-S065");
    }
    for factor in [1.0, -0.1, f64::NAN] {
        assert_eq!(made(Tau::Smallest { factor }).unwrap_err().code(), "GKO-S065");
    }
}

fn refused(result: Result<Replicates, Error>, code: &str) {
    let error = result.unwrap_err();
    assert_eq!(error.code(), code, "{error}");
}

#[test]
fn what_has_no_variance_is_refused() {
    let both = |design: &Design, code| {
        refused(Replicates::generalised(design, 9, 1, Generalised::default()), code);
        refused(Replicates::generalised_replication(design, Generalised::default()), code);
    };
    both(&stratified(&[1, 1, 2], &[1.0; 3]), "GKO-S066");
    both(&stratified(&[1], &[1.0]), "GKO-S066");
    let whole = Stage::elements().population(Population::Counts(&[3.0; 3]));
    both(&Design::builder(3).stage(whole).build().unwrap(), "GKO-S171");
    let first = Stage::units(&[1, 1, 2]).population(Population::Counts(&[9.0; 3]));
    let alone = Stage::elements().population(Population::Counts(&[5.0, 5.0, 2.0]));
    both(&Design::builder(3).stage(first).stage(alone).build().unwrap(), "GKO-S069");
    // Two units that are together more often than by chance: Yates and Grundy's is negative.
    let joint = Matrix::from_row_slice(2, 2, &[0.9, 0.899, 0.899, 0.9]);
    let variance = PpsVariance::YatesGrundy;
    let pps = Pps::Joint { probabilities: &joint, unit: &[0, 1], variance };
    both(&Design::builder(2).pps(pps).build().unwrap(), "GKO-S177");
    both(&overton(PpsVariance::HorvitzThompson), "GKO-S177");
    let pair = stratified(&[1, 1], &[1.0; 2]);
    refused(Replicates::generalised(&pair, 1, 1, Generalised::default()), "GKO-S065");
    let many = stratified(&[1; 5000], &[1.0; 5000]);
    refused(Replicates::generalised_replication(&many, Generalised::default()), "GKO-S170");
}

/// All of a region's schools were drawn, and five of eight pupils in each.
#[test]
fn a_stage_that_was_drawn_completely_leaves_the_next() {
    let first = Stage::units(&[1, 1, 1, 2, 2, 2]).population(Population::Counts(&[2.0; 6]));
    let second = Stage::elements().population(Population::Counts(&[8.0; 6]));
    let builder = Design::builder(6).stage(first).stage(second);
    let design = builder.weights(&[1.0; 6]).build().unwrap();
    let x = [1.0, 4.0, 2.0, 5.0, 5.0, 0.0];
    near(variance(fay(&design, QuadraticForm::Design), &x), taylor(&design, &x), 1e-12);
}

#[test]
fn bits_do_not_depend_on_the_number_of_threads() {
    let design = two_stages();
    let drawn = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| Replicates::generalised(&design, 64, 7, Generalised::default()).unwrap())
    };
    let one = drawn(1);
    assert_eq!(one, drawn(3));
    let given = Generalised { tau: Tau::Given(4.0), ..Generalised::default() };
    let few = Replicates::generalised(&design, 10, 7, given).unwrap();
    let more = Replicates::generalised(&design, 20, 7, given).unwrap();
    assert_eq!(few.analysis_weights(9), more.analysis_weights(9));
}

/// Base weights, then a calibration: as if both were one step.
#[test]
fn a_compact_step_before_a_calibration_changes_nothing_else() {
    let choices = Generalised::default();
    let base = Replicates::generalised(&two_stages(), 12, 3, choices).unwrap();
    let factors: Vec<f64> = X.iter().map(|x| 1.0 + x / 4.0).collect();
    let to_100 = |weights: &[f64]| -> Result<Vec<f64>, Error> {
        let sum: f64 = weights.iter().sum();
        Ok(weights.iter().map(|weight| weight * 100.0 / sum).collect())
    };
    let steps = base.multiplied(&factors).unwrap().recalibrated(to_100).unwrap();
    let at_once = |weights: &[f64]| -> Result<Vec<f64>, Error> {
        let both: Vec<f64> = weights.iter().zip(&factors).map(|(w, f)| w * f).collect();
        to_100(&both)
    };
    let once = base.recalibrated(at_once).unwrap();
    assert!(base.unit_multipliers().is_some() && steps.unit_multipliers().is_none());
    assert_eq!((steps.seed(), steps.scales()), (Some(3), base.scales()));
    for replicate in 0..12 {
        let pairs = steps.analysis_weights(replicate).into_iter();
        pairs.zip(once.analysis_weights(replicate)).for_each(|(a, b)| near(a, b, 1e-13));
    }
}

#[test]
fn factors_that_cannot_be_are_refused_and_rows_of_weight_zero_not_looked_at() {
    let design = Design::builder(3).weights(&[1.0, 2.0, 0.0]).build().unwrap();
    let base = Replicates::jk1(&design, Jackknife::default()).unwrap();
    let made = base.multiplied(&[2.0, 1.0, f64::NAN]).unwrap();
    assert_eq!(made.full_sample_weights(), [2.0, 2.0, 0.0]);
    assert_eq!(made.factors(0), [0.0, 1.5, 0.0]);
    assert!(made.factors(3).is_empty());
    refused(base.multiplied(&[1.0; 2]), "GKO-S063");
    refused(base.multiplied(&[1.0, -1.0, 1.0]), "GKO-S004");
    refused(base.multiplied(&[f64::NAN, 1.0, 1.0]), "GKO-S004");
    let stated = base.with_df(5.0).unwrap().multiplied(&[0.0, 1.0, 1.0]).unwrap();
    assert_eq!(stated.df(&gko_survey::Domain::all(3)), 5.0);
    assert_eq!(Scales::generalised(2.0, 8).unwrap().scale(), 0.5);
    assert_eq!(Scales::generalised(0.0, 8).unwrap_err().code(), "GKO-S065");
    let kind = "generalized-bootstrap".parse().unwrap();
    assert_eq!(Scales::standard(kind, 8).unwrap_err().code(), "GKO-S172");
}
