//! The rows that an analysis is about, and the domains it is asked for.

use std::collections::{BTreeMap, BTreeSet};

use gko_survey::Domain;

use crate::estimate::error::Error;
use crate::estimate::frame::{Factor, Frame, MISSING};
use crate::estimate::request::{Filter, Missing, Request};

/// Most categories of a column that is crossed.
const LIMIT: usize = 250;

/// Most combinations where empty ones are wanted.
const COMBINATIONS: usize = 5_000;

/// Rows lost on the way to the domain.
#[derive(Clone, Debug, Default)]
pub(crate) struct Account {
    /// Rows without a weight, which are in no design.
    pub(crate) without_weight: u64,
    /// Rows that a filter leaves out.
    pub(crate) outside: u64,
    /// Rows without a value in a column of `by`.
    pub(crate) no_group: u64,
    /// Rows that lack a value of the analysis.
    pub(crate) missing: u64,
    /// Rows of weight 0 in the domain.
    pub(crate) weight_zero: u64,
    /// Rows in the domain with a positive weight.
    pub(crate) inside: u64,
}

/// One of the domains asked for.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    /// Its level of each column of `by`.
    pub(crate) labels: BTreeMap<String, String>,
    /// The same as codes, in the order of `by`.
    pub(crate) place: Vec<Option<u8>>,
    pub(crate) domain: Domain,
}

/// The domain as a whole and its parts.
#[derive(Clone, Debug)]
pub(crate) struct Groups {
    pub(crate) all: Domain,
    pub(crate) parts: Vec<Group>,
    /// The columns of `by`.
    pub(crate) factors: Vec<Factor>,
    pub(crate) account: Account,
}

impl Groups {
    /// The domains of a request whose analysis needs these columns.
    pub(crate) fn new(
        frame: &Frame,
        request: &Request,
        weights: &[f64],
        needed: &[(String, String)],
    ) -> Result<Self, Error> {
        let mut account = Account::default();
        let mut all = Domain::of(weighted(frame, request)?);
        let weighted = all.rows_inside();
        account.without_weight = frame.rows() as u64 - weighted;
        for (at, filter) in request.domain.iter().enumerate() {
            all = all.and(&matches(frame, filter, &format!("/domain/{at}"))?)?;
        }
        account.outside = weighted - all.rows_inside();
        let factors = by_factors(frame, &request.by)?;
        let before = all.rows_inside();
        for factor in &factors {
            all = all.observed_where(&present(factor))?;
        }
        account.no_group = before - all.rows_inside();
        let before = all.rows_inside();
        all = observed(frame, request.missing, all, weights, needed)?;
        account.missing = before - all.rows_inside();
        account.inside = all.weights(weights).iter().filter(|&&weight| weight > 0.0).count() as u64;
        account.weight_zero = all.rows_inside() - account.inside;
        let keys = match request.empty {
            true => combinations(&factors)?,
            false => found(&factors, &all, weights),
        };
        let parts = parts(&request.by, &factors, &all, keys)?;
        Ok(Self { all, parts, factors, account })
    }
}

/// Whether each row has a weight.
fn weighted(frame: &Frame, request: &Request) -> Result<Vec<bool>, Error> {
    let design = &request.design;
    match design.weights.as_ref().or(design.probabilities.as_ref()) {
        Some(name) => frame.present(name, "/design"),
        None => Ok(vec![true; frame.rows()]),
    }
}

fn present(factor: &Factor) -> Vec<bool> {
    factor.codes.iter().map(|&code| code != MISSING).collect()
}

fn by_factors(frame: &Frame, by: &[String]) -> Result<Vec<Factor>, Error> {
    let one = |(at, name): (usize, &String)| {
        let place = format!("/by/{at}");
        let factor = frame.factor(name, &place)?;
        limited(name, factor, &place)
    };
    by.iter().enumerate().map(one).collect()
}

/// Refuses a factor that has too many levels to be crossed.
pub(crate) fn limited(name: &str, factor: Factor, place: &str) -> Result<Factor, Error> {
    if factor.levels.len() <= LIMIT {
        return Ok(factor);
    }
    Err(Error::TooManyCategories {
        place: place.to_owned(),
        column: name.to_owned(),
        got: factor.levels.len(),
        limit: LIMIT,
    })
}

/// The rows with all values that an analysis needs.
fn observed(
    frame: &Frame,
    rule: Missing,
    mut domain: Domain,
    weights: &[f64],
    needed: &[(String, String)],
) -> Result<Domain, Error> {
    let mut lacking = Vec::new();
    let used = |domain: &Domain| domain.weights(weights).iter().filter(|&&w| w > 0.0).count();
    for (name, place) in needed {
        let next = domain.observed_where(&frame.present(name, place)?)?;
        if used(&next) < used(&domain) {
            lacking.push(name.clone());
        }
        domain = next;
    }
    match (rule, lacking.is_empty()) {
        (Missing::Refuse, false) => Err(Error::MissingValues { columns: lacking }),
        _ => Ok(domain),
    }
}

/// Whether each row meets a condition.
fn matches(frame: &Frame, filter: &Filter, place: &str) -> Result<Vec<bool>, Error> {
    let mut inside = vec![true; frame.rows()];
    let mut conditions = 0;
    let mut keep = |met: Vec<bool>| {
        inside.iter_mut().zip(met).for_each(|(inside, met)| *inside &= met);
        conditions += 1;
    };
    let column = &filter.column;
    if let Some(values) = &filter.one_of {
        keep(frame.is_in(column, values, place)?);
    }
    if let Some(values) = &filter.not_in {
        let found = frame.is_in(column, values, place)?;
        let present = frame.present(column, place)?;
        keep(found.into_iter().zip(present).map(|(found, present)| !found && present).collect());
    }
    type Test = fn(f64, f64) -> bool;
    let limits: [(Option<f64>, Test); 4] = [
        (filter.above, |x, limit| x > limit),
        (filter.at_least, |x, limit| x >= limit),
        (filter.below, |x, limit| x < limit),
        (filter.at_most, |x, limit| x <= limit),
    ];
    for (limit, test) in limits {
        if let Some(limit) = limit {
            keep(frame.number(column, place)?.iter().map(|&x| test(x, limit)).collect());
        }
    }
    if conditions == 0 {
        let message = "a filter needs a condition: in, not_in, above, at_least, below, at_most";
        return Err(Error::invalid(place, message));
    }
    Ok(inside)
}

/// The combinations of levels that have a row of positive weight.
fn found(factors: &[Factor], all: &Domain, weights: &[f64]) -> Vec<Vec<u32>> {
    let key = |row: usize| -> Vec<u32> { factors.iter().map(|factor| factor.codes[row]).collect() };
    let used = |&row: &usize| all.contains(row) && weights[row] > 0.0;
    let keys: BTreeSet<Vec<u32>> = (0..weights.len()).filter(used).map(key).collect();
    keys.into_iter().collect()
}

/// All combinations of levels.
fn combinations(factors: &[Factor]) -> Result<Vec<Vec<u32>>, Error> {
    let count = factors.iter().fold(1_usize, |all, one| all.saturating_mul(one.levels.len()));
    if count > COMBINATIONS {
        let message = format!(
            "`by` has {count} combinations; with the empty ones at most {COMBINATIONS} can be asked for"
        );
        return Err(Error::invalid("/empty", message));
    }
    let longer = |keys: Vec<Vec<u32>>, factor: &Factor| {
        let codes = || (0_u32..).take(factor.levels.len());
        let with = |key: &Vec<u32>| {
            codes().map(|code| [key.as_slice(), &[code]].concat()).collect::<Vec<_>>()
        };
        keys.iter().flat_map(with).collect()
    };
    Ok(factors.iter().fold(vec![Vec::new()], longer))
}

/// The domains of combinations.
fn parts(
    by: &[String],
    factors: &[Factor],
    all: &Domain,
    keys: Vec<Vec<u32>>,
) -> Result<Vec<Group>, Error> {
    if by.is_empty() {
        let labels = BTreeMap::new();
        return Ok(vec![Group { labels, place: Vec::new(), domain: all.clone() }]);
    }
    let group = |key: Vec<u32>| {
        let members: Vec<bool> = (0..all.rows())
            .map(|row| factors.iter().zip(&key).all(|(factor, &code)| factor.codes[row] == code))
            .collect();
        let level = |(factor, &code): (&Factor, &u32)| factor.levels[code as usize].clone();
        let labels = by.iter().cloned().zip(factors.iter().zip(&key).map(level)).collect();
        let place = key.iter().map(|&code| u8::try_from(code).ok()).collect();
        Ok(Group { labels, place, domain: all.and(&members)? })
    };
    keys.into_iter().map(group).collect()
}
