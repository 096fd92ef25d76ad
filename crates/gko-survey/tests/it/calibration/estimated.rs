//! Targets that are estimates: their covariance comes back, exactly.

use gko_survey::calibration::{
    CalibrateOptions, Distance, Margin, RakeOptions, by_group, calibrate, post_stratify, rake,
};
use gko_survey::{
    Columns, Design, Domain, Estimation, Jackknife, Matrix, Replicates, Stage, Survey, Total,
};

const ROWS: usize = 24;

fn column(of: impl Fn(usize) -> f64) -> Vec<f64> {
    (0..ROWS).map(of).collect()
}

fn weights() -> Vec<f64> {
    column(|row| 3.0 + (row * 7 % 5) as f64)
}

/// Ones, a size, a group.
fn x() -> Matrix {
    Matrix::from_fn(ROWS, 3, |row, j| match j {
        0 => 1.0,
        1 => 10.0 + (row * 11 % 17) as f64,
        _ => f64::from(u8::from(row % 3 == 0)),
    })
}

fn targets() -> [f64; 3] {
    [130.0, 2200.0, 40.0]
}

fn covariance() -> Matrix {
    Matrix::from_row_slice(3, 3, &[16.0, 90.0, 2.0, 90.0, 2500.0, 10.0, 2.0, 10.0, 9.0])
}

fn outcome() -> Vec<f64> {
    column(|row| ((row * 13 + 5) % 19) as f64 + 0.4 * (10.0 + (row * 11 % 17) as f64))
}

fn survey() -> Survey {
    let (weights, units) = (weights(), (0..24).map(|row| row / 2).collect::<Vec<u32>>());
    let design = Design::builder(ROWS).stage(Stage::units(&units)).weights(&weights);
    Survey::new(design.build().unwrap())
}

/// Totals of the three auxiliaries and of the outcome.
fn totals(survey: &Survey, domains: &[Domain]) -> Estimation {
    let (x, y) = (x(), outcome());
    let columns: Vec<Vec<f64>> = x.column_iter().map(|c| c.iter().copied().collect()).collect();
    let all = columns.iter().zip(["one", "size", "group"]);
    let all = all.fold(Columns::new(), |all, (values, name)| all.number(name, values));
    survey.estimate_by(&Total::new(all.number("y", &y)), domains).unwrap()
}

fn options(distance: Distance) -> CalibrateOptions<'static> {
    CalibrateOptions { distance, bounds: Some((0.3, 3.0)), ..Default::default() }
}

fn near(got: &Matrix, expected: &Matrix, tolerance: f64) {
    assert!((got - expected).amax() <= tolerance * expected.amax(), "{got} expected {expected}");
}

/// `(X'DX)⁻¹·X'D·y`, by the normal equations.
fn coefficients(y: &[f64]) -> Matrix {
    let (x, d) = (x(), Matrix::from_diagonal(&weights().into()));
    let left = x.tr_mul(&d) * &x;
    left.try_inverse().unwrap() * x.tr_mul(&d) * Matrix::from_column_slice(ROWS, 1, y)
}

#[test]
fn totals_of_auxiliaries_have_the_covariance_of_their_targets() {
    for distance in Distance::ALL {
        let done = calibrate(&weights(), &x(), &targets(), &options(distance)).unwrap();
        let known = survey().calibrated(done.clone()).unwrap();
        let done = done.with_estimated_targets(&covariance()).unwrap();
        let survey = survey().calibrated(done).unwrap();
        let all = [Domain::all(ROWS)];
        let (found, known) = (totals(&survey, &all), totals(&known, &all));
        near(&found.covariance().view((0, 0), (3, 3)).into_owned(), &covariance(), 1e-11);
        let more = found.covariance()[(3, 3)] - known.covariance()[(3, 3)];
        let b = coefficients(&outcome());
        let expected = (b.transpose() * covariance() * &b)[0];
        assert!((more / expected - 1.0).abs() < 1e-10, "{distance}: {more}, {expected}");
        assert_eq!(found.values(), known.values());
    }
}

/// Two domains that share the sample: the variance of their sum is that of the whole.
#[test]
fn domains_vary_together_with_the_targets() {
    let done = calibrate(&weights(), &x(), &targets(), &options(Distance::Linear)).unwrap();
    let done = done.with_estimated_targets(&covariance()).unwrap();
    let survey = survey().calibrated(done).unwrap();
    let inside: Vec<bool> = (0..ROWS).map(|row| row % 5 < 2).collect();
    let outside = inside.iter().map(|inside| !inside).collect();
    let parts = totals(&survey, &[Domain::of(inside), Domain::of(outside)]);
    let whole = totals(&survey, &[Domain::all(ROWS)]);
    let both = Matrix::from_fn(4, 8, |i, j| f64::from(u8::from(i == j % 4)));
    near(&(&both * parts.covariance() * both.transpose()), whole.covariance(), 1e-10);
}

/// Post-strata are regression on a column for each: the same variance.
#[test]
fn cells_agree_with_columns_of_cells() {
    let codes: Vec<u32> = (0..24).map(|row| row % 3).collect();
    let cells = Matrix::from_fn(ROWS, 3, |row, cell| f64::from(u8::from(row % 3 == cell)));
    let targets = [60.0, 40.0, 30.0];
    let one = post_stratify(&weights(), &codes, &targets, &Default::default()).unwrap();
    let two = calibrate(&weights(), &cells, &targets, &Default::default()).unwrap();
    let both = [one, two].map(|done| {
        let done = done.with_estimated_targets(&covariance()).unwrap();
        assert!(done.adjustment.has_estimated_targets());
        totals(&survey().calibrated(done).unwrap(), &[Domain::all(ROWS)])
    });
    near(both[0].covariance(), both[1].covariance(), 1e-11);
}

/// Two calibrations to the same count: the later one holds, and its variance counts.
#[test]
fn a_later_target_takes_the_place_of_an_earlier_one() {
    let ones = Matrix::from_element(ROWS, 1, 1.0);
    let to = |weights: &[f64], x: &Matrix, targets: &[f64], covariance: &Matrix| {
        let done = calibrate(weights, x, targets, &CalibrateOptions::default()).unwrap();
        done.with_estimated_targets(covariance).unwrap()
    };
    let first = to(&weights(), &x(), &targets(), &covariance());
    let second = to(&first.weights, &ones, &[150.0], &Matrix::from_element(1, 1, 49.0));
    let survey = survey().calibrated(first).unwrap().calibrated(second).unwrap();
    let found = totals(&survey, &[Domain::all(ROWS)]);
    assert!((found.values()[0] - 150.0).abs() < 1e-9);
    assert!((found.covariance()[(0, 0)] - 49.0).abs() < 1e-9, "{}", found.covariance());
    assert!(found.covariance()[(1, 1)] > 49.0);
}

/// Two groups apart with estimated counts are two post-strata whose counts are independent.
#[test]
fn groups_apart_vary_independently() {
    let codes: Vec<u32> = (0..24).map(|row| row % 2).collect();
    let (targets, variances) = ([70.0, 60.0], [25.0, 16.0]);
    let groups: [Vec<u32>; 2] =
        [0, 1].map(|group| (0..24).filter(|row| row % 2 == group).collect());
    let apart = by_group(&weights(), &groups, |group, weights| {
        let options = Default::default();
        let done = post_stratify(weights, &[0_u32; 12], &targets[group..=group], &options)?;
        done.with_estimated_targets(&Matrix::from_element(1, 1, variances[group]))
    });
    let (apart, options) = (apart.unwrap(), Default::default());
    let refused = apart.clone().with_estimated_targets(&Matrix::identity(2, 2)).unwrap_err();
    assert_eq!(refused.code(), "GKO-S149");
    let whole = post_stratify(&weights(), &codes, &targets, &options).unwrap();
    let diagonal = Matrix::from_diagonal(&variances.to_vec().into());
    let whole = whole.with_estimated_targets(&diagonal).unwrap();
    assert!(apart.adjustment.uncertainty(&Matrix::zeros(3, 1))[0].is_nan());
    let both = [apart, whole]
        .map(|done| totals(&survey().calibrated(done).unwrap(), &[Domain::all(ROWS)]));
    near(both[0].covariance(), both[1].covariance(), 1e-11);
}

/// Every replicate holds its own targets; their squares add up to the covariance.
#[test]
fn replicates_give_the_covariance_of_their_targets() {
    let design = Design::builder(ROWS).weights(&weights()).build().unwrap();
    let made = Replicates::jk1(&design, Jackknife::default()).unwrap();
    assert_eq!(made.targets(&targets(), &covariance(), 5).unwrap_err().code(), "GKO-S179");
    let made = made.with_mse(true);
    let shifted = made.targets(&targets(), &covariance(), 5).unwrap();
    assert_eq!(shifted, made.targets(&targets(), &covariance(), 5).unwrap());
    assert_ne!(shifted, made.targets(&targets(), &covariance(), 6).unwrap());
    assert_eq!((shifted.shifted().count(), shifted.of(None)), (3, &targets()[..]));
    let options = CalibrateOptions { tolerance: 1e-13, ..Default::default() };
    let calibrated = made.recalibrated_each::<gko_survey::Error>(|replicate, weights| {
        Ok(calibrate(weights, &x(), shifted.of(replicate), &options)?.weights)
    });
    let survey = Survey::replicated(calibrated.unwrap());
    let found = totals(&survey, &[Domain::all(ROWS)]);
    near(&found.covariance().view((0, 0), (3, 3)).into_owned(), &covariance(), 1e-8);
}

#[test]
fn too_few_replicates_are_refused() {
    let design = Design::builder(2).weights(&[1.0; 2]).build().unwrap();
    let made = Replicates::jk1(&design, Jackknife::default()).unwrap().with_mse(true);
    assert_eq!(made.targets(&targets(), &covariance(), 1).unwrap_err().code(), "GKO-S178");
    assert_eq!(made.targets(&[1.0], &covariance(), 1).unwrap_err().code(), "GKO-S147");
    let known = made.targets(&targets(), &Matrix::zeros(3, 3), 1).unwrap();
    assert_eq!((known.shifted().count(), known.of(Some(1))), (0, &targets()[..]));
}

#[test]
fn raked_margins_and_odd_sizes_are_refused() {
    let margin = Margin { name: "m".into(), codes: (&[0_u8, 1]).into(), targets: &[2.0, 3.0] };
    let raked = rake(&[1.0; 2], &[margin], &RakeOptions::default()).unwrap();
    let refused = raked.with_estimated_targets(&Matrix::identity(2, 2)).unwrap_err();
    assert!(refused.code() == "GKO-S148" && refused.to_string().contains("calibrate"));
    let done = post_stratify(&[1.0], &[0_u8], &[2.0], &Default::default()).unwrap();
    let adjustment = done.adjustment.with_estimated_targets(&Matrix::identity(1, 1)).unwrap();
    assert!(adjustment.uncertainty(&Matrix::zeros(3, 1))[0].is_nan());
    assert!(adjustment.with_estimated_targets(&Matrix::identity(2, 2)).is_err());
}
