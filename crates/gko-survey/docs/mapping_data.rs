use std::f64::NAN;

use gko_survey::{Design, Error, Stage, Survey};

/// Pupils: three in each of eight schools, two schools in each of four regions.
pub const ROWS: usize = 24;
/// Stratum of the first stage.
pub static REGION: [u32; ROWS] =
    [1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4];
/// Primary sampling unit.
pub static SCHOOL: [u32; ROWS] =
    [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5, 5, 5, 6, 6, 6, 7, 7, 7, 8, 8, 8];
/// Schools of the region, of which two were drawn.
pub static SCHOOLS: [f64; ROWS] = [
    10.0, 10.0, 10.0, 10.0, 10.0, 10.0, 8.0, 8.0, 8.0, 8.0, 8.0, 8.0, 12.0, 12.0, 12.0, 12.0, 12.0,
    12.0, 6.0, 6.0, 6.0, 6.0, 6.0, 6.0,
];
/// Pupils of the school, of whom three were drawn.
pub static PUPILS: [f64; ROWS] = [
    30.0, 30.0, 30.0, 24.0, 24.0, 24.0, 36.0, 36.0, 36.0, 27.0, 27.0, 27.0, 21.0, 21.0, 21.0, 33.0,
    33.0, 33.0, 18.0, 18.0, 18.0, 30.0, 30.0, 30.0,
];
/// `SCHOOLS/2 · PUPILS/3`.
pub static WEIGHT: [f64; ROWS] = [
    50.0, 50.0, 50.0, 40.0, 40.0, 40.0, 48.0, 48.0, 48.0, 36.0, 36.0, 36.0, 42.0, 42.0, 42.0, 66.0,
    66.0, 66.0, 18.0, 18.0, 18.0, 30.0, 30.0, 30.0,
];
/// A school's probability, where schools are drawn with unequal ones.
pub static PROBABILITY: [f64; ROWS] = [
    0.2, 0.2, 0.2, 0.25, 0.25, 0.25, 0.3, 0.3, 0.3, 0.2, 0.2, 0.2, 0.15, 0.15, 0.15, 0.25, 0.25,
    0.25, 0.4, 0.4, 0.4, 0.3, 0.3, 0.3,
];
/// 0 boy, 1 girl.
pub static SEX: [u32; ROWS] =
    [0, 1, 1, 0, 1, 0, 1, 0, 1, 0, 0, 1, 1, 1, 0, 0, 1, 0, 0, 1, 0, 1, 0, 1];
/// Years.
pub static AGE: [f64; ROWS] = [
    9.0, 12.0, 15.0, 10.0, 13.0, 16.0, 9.0, 11.0, 14.0, 12.0, 10.0, 16.0, 11.0, 13.0, 9.0, 15.0,
    12.0, 10.0, 14.0, 9.0, 13.0, 16.0, 11.0, 10.0,
];
/// 0 under 13, 1 from 13 on.
pub static TEEN: [u32; ROWS] =
    [0, 0, 1, 0, 1, 1, 0, 0, 1, 0, 0, 1, 0, 1, 0, 1, 0, 0, 1, 0, 1, 1, 0, 0];
/// Hours online on a school day.
pub static HOURS: [f64; ROWS] = [
    1.0, 2.5, 2.0, 1.5, 3.0, 4.0, 0.5, 1.5, 3.0, 2.5, 1.0, 1.5, 2.0, 2.5, 0.5, 4.0, 1.0, 3.0, 2.5,
    1.0, 2.0, 5.0, 2.0, 1.5,
];
/// Hours online on a day of the weekend; two pupils did not answer.
pub static WEEKEND: [f64; ROWS] = [
    2.0, 3.0, 5.5, 1.5, NAN, 6.0, 2.0, 1.5, 4.0, 3.0, 2.5, 5.0, 2.0, 4.0, 1.0, 4.5, 3.5, NAN, 5.0,
    1.5, 3.0, 6.0, 2.0, 2.5,
];
/// Devices at home.
pub static DEVICES: [f64; ROWS] = [
    1.0, 3.0, 2.0, 1.0, 1.0, 4.0, 2.0, 2.0, 3.0, 1.0, 2.0, 3.0, 2.0, 1.0, 1.0, 5.0, 3.0, 2.0, 2.0,
    1.0, 4.0, 3.0, 2.0, 1.0,
];
/// Whether online every day.
pub static ONLINE: [f64; ROWS] = [
    0.0, 1.0, 1.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 1.0,
    0.0, 0.0, 1.0, 1.0, 0.0,
];
/// 0 low, 1 some, 2 high.
pub static SKILL: [u32; ROWS] =
    [0, 1, 2, 0, 0, 2, 1, 0, 1, 2, 0, 2, 1, 0, 0, 2, 1, 1, 2, 1, 0, 2, 0, 1];

/// Labels of the codes.
pub const SEXES: [&str; 2] = ["boy", "girl"];
/// Labels of the codes.
pub const SKILLS: [&str; 3] = ["low", "some", "high"];

/// R: `des <- svydesign(ids = ~school, strata = ~region, weights = ~weight, data = d)`.
pub fn survey() -> Result<Survey, Error> {
    let stage = Stage::units(&SCHOOL).strata(&REGION);
    Ok(Survey::new(Design::builder(ROWS).stage(stage).weights(&WEIGHT).build()?))
}

/// Which rows have a code: for domains.
pub fn has(codes: &[u32], code: u32) -> Vec<bool> {
    codes.iter().map(|&one| one == code).collect()
}

/// Panics unless the numbers are R's, to nine digits.
pub fn near(got: &[f64], expected: &[f64]) {
    near_to(1e-9, got, expected);
}

/// Panics unless the numbers are R's, to this share of them.
pub fn near_to(tolerance: f64, got: &[f64], expected: &[f64]) {
    let close = |(got, want): (&f64, &f64)| (got - want).abs() <= tolerance * want.abs();
    let all = got.len() == expected.len() && got.iter().zip(expected).all(close);
    assert!(all, "got {got:?}, expected {expected:?}");
}
