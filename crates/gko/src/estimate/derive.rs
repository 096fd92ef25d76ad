//! Derived columns, row by row; what needs a missing value is missing.

use std::collections::BTreeMap;

use crate::estimate::error::Error;
use crate::estimate::frame::{Column, Factor, Frame, MISSING};
use crate::estimate::request::{Derived, Expression};

/// Makes a column.
pub(crate) fn column(frame: &Frame, derived: &Derived, place: &str) -> Result<Column, Error> {
    let place = &format!("{place}/from");
    let number = |name: &str| frame.number(name, place);
    Ok(Column::Number(match &derived.from {
        Expression::Cross(names) => return Ok(Column::Factor(cross(frame, names, place)?)),
        Expression::IsIn(name, values) => {
            flags(frame.is_in(name, values, place)?, &frame.present(name, place)?)
        }
        Expression::Above(name, limit) => each(number(name)?, |x| f64::from(u8::from(x > *limit))),
        Expression::Difference(one, two) => both(number(one)?, number(two)?, |a, b| a - b),
        Expression::Quotient(one, two) => both(number(one)?, number(two)?, |a, b| a / b),
        Expression::Product(names) => {
            let mut all = vec![1.0; frame.rows()];
            for name in names {
                all = both(&all, number(name)?, |a, b| a * b);
            }
            all
        }
        Expression::Log(name) => each(number(name)?, f64::ln),
        Expression::Power(name, power) => each(number(name)?, |x| x.powf(*power)),
        Expression::Scaled(name, factor) => each(number(name)?, |x| x * factor),
        Expression::ShareOf { column, within, total } => {
            share(number(column)?, &cross(frame, within, place)?, *total)
        }
    }))
}

/// Applies a function to numbers; a missing one stays missing.
fn each(values: &[f64], apply: impl Fn(f64) -> f64) -> Vec<f64> {
    values.iter().map(|&x| if x.is_nan() { x } else { apply(x) }).collect()
}

fn both(one: &[f64], two: &[f64], apply: impl Fn(f64, f64) -> f64) -> Vec<f64> {
    one.iter().zip(two).map(|(&a, &b)| apply(a, b)).collect()
}

fn flags(inside: Vec<bool>, present: &[bool]) -> Vec<f64> {
    let flag = |(inside, present): (bool, &bool)| match (inside, present) {
        (_, false) => f64::NAN,
        (true, _) => 1.0,
        (false, _) => 0.0,
    };
    inside.into_iter().zip(present).map(flag).collect()
}

/// The combinations of columns that are in the data, in the order of their levels.
pub(crate) fn cross(frame: &Frame, names: &[String], place: &str) -> Result<Factor, Error> {
    let factors: Vec<Factor> =
        names.iter().map(|name| frame.factor(name, place)).collect::<Result<_, _>>()?;
    if factors.is_empty() {
        return Err(Error::invalid(place, "no column is named; name at least one"));
    }
    let key = |row: usize| -> Option<Vec<u32>> {
        let codes: Vec<u32> = factors.iter().map(|factor| factor.codes[row]).collect();
        (!codes.contains(&MISSING)).then_some(codes)
    };
    let mut places: BTreeMap<Vec<u32>, u32> =
        (0..frame.rows()).filter_map(key).map(|key| (key, 0)).collect();
    for (at, place) in places.values_mut().enumerate() {
        *place = super::frame::place_of(at);
    }
    let label = |key: &Vec<u32>| {
        let parts = key.iter().zip(&factors).map(|(&code, factor)| &*factor.levels[code as usize]);
        parts.collect::<Vec<&str>>().join(".")
    };
    let code = |row: usize| key(row).and_then(|key| places.get(&key).copied()).unwrap_or(MISSING);
    let codes = (0..frame.rows()).map(code).collect();
    Ok(Factor { codes, levels: places.keys().map(label).collect() })
}

fn share(values: &[f64], groups: &Factor, total: f64) -> Vec<f64> {
    let mut sums = vec![0.0; groups.levels.len()];
    for (&value, &group) in values.iter().zip(&groups.codes) {
        if let (Some(sum), false) = (sums.get_mut(group as usize), value.is_nan()) {
            *sum += value;
        }
    }
    let one = |(&value, &group): (&f64, &u32)| match sums.get(group as usize) {
        Some(sum) => value * total / sum,
        None => f64::NAN,
    };
    values.iter().zip(&groups.codes).map(one).collect()
}
