//! Judging one estimate by itself.
//!
//! # Rule (NCHS 2017)
//!
//! With n* the df-adjusted effective n of Korn and Graubard, capped at n, and
//! the width of their interval at 95 %, in this order: n* < 30: suppress; width
//! ≤ 0.05: show; width ≥ 0.30: suppress; width / p > 1.30: suppress; else show,
//! with a review mark where width / (1 − p) > 1.30. A share of 0 or 1 takes n
//! for n*, 0 for the width, and a review mark. Fewer than 8 degrees of freedom:
//! review mark.
//!
//! # References
//!
//! Parker, Talih, Malec et al. (2017), Vital and Health Statistics 2(175), and
//! the agency's own program for it (R package surveytable, `z_lpe.R`), which
//! takes the df-adjusted n* for the effective n of the rule.

use gko_survey::{Absent, Estimate, Quantity};

use crate::figure::{ProtectedFigure, Reason};
use crate::rules::{Reliability, Rules};

/// Effective sample size below which no share is shown.
const LEAST_EFFECTIVE_N: f64 = 30.0;
/// Width of the interval up to which a share is shown whatever its size.
const NARROW: f64 = 0.05;
/// Width of the interval from which no share is shown.
const WIDE: f64 = 0.30;
/// Width relative to the share beyond which it is not shown.
const RELATIVE: f64 = 1.30;
/// Degrees of freedom below which a statistician looks at the figure.
const FEW_DF: u32 = 8;

/// Protects an estimate without regard to other cells.
pub(crate) fn figure(estimate: &Estimate, sensitive: bool, rules: &Rules) -> ProtectedFigure {
    let Some(value) = estimate.value else {
        return empty(sensitive);
    };
    if estimate.n < rules.minimum_n {
        return ProtectedFigure::suppressed(None, Reason::SmallBase);
    }
    let n = Some((estimate.n, estimate.n_weighted));
    if sensitive && small_count(estimate, rules) {
        return ProtectedFigure::suppressed(n, Reason::SmallCount);
    }
    if estimate.absent == Some(Absent::NoDf) || estimate.se.is_none() {
        return ProtectedFigure::suppressed(n, Reason::NoDf);
    }
    match reliability(estimate, value, rules) {
        Ok(reviews) => ProtectedFigure::shown(estimate, value, reviews),
        Err(reason) => ProtectedFigure::suppressed(n, reason),
    }
}

/// That nobody is in the base of a sensitive follow-up is itself a count of zero.
fn empty(sensitive: bool) -> ProtectedFigure {
    if sensitive {
        return ProtectedFigure::suppressed(None, Reason::SmallBase);
    }
    ProtectedFigure::unavailable(Reason::EmptyBase)
}

/// A mean of equal answers tells what everybody answered, as a share of 0 or 1 does.
fn small_count(estimate: &Estimate, rules: &Rules) -> bool {
    if estimate.quantity == Quantity::Mean {
        return estimate.se == Some(0.0);
    }
    let complement = estimate.n - estimate.hits.min(estimate.n);
    estimate.hits.min(complement) < rules.minimum_count
}

/// The reasons for a review, or the reason to suppress.
fn reliability(estimate: &Estimate, value: f64, rules: &Rules) -> Result<Vec<Reason>, Reason> {
    let mut reviews = match (rules.reliability, estimate.quantity) {
        (Reliability::None, _) => return Ok(Vec::new()),
        (Reliability::Nchs2017, Quantity::Share) => share(estimate, value)?,
        (Reliability::Nchs2017, Quantity::Mean) => mean(estimate)?,
    };
    if estimate.df < FEW_DF {
        reviews.push(Reason::FewDf);
    }
    Ok(reviews)
}

fn share(estimate: &Estimate, p: f64) -> Result<Vec<Reason>, Reason> {
    if estimate.kg_n.unwrap_or(0.0) < LEAST_EFFECTIVE_N {
        return Err(Reason::EffectiveN);
    }
    if estimate.hits == 0 || estimate.hits == estimate.n {
        return Ok(vec![Reason::Extreme]);
    }
    let interval = estimate.nchs_interval.as_ref().ok_or(Reason::NoDf)?;
    let width = interval.high - interval.low;
    if width <= NARROW {
        return Ok(Vec::new());
    }
    if width >= WIDE {
        return Err(Reason::WideInterval);
    }
    if width / p > RELATIVE {
        return Err(Reason::RelativeWidth);
    }
    let complement = width / (1.0 - p) > RELATIVE;
    Ok(if complement { vec![Reason::ComplementWidth] } else { Vec::new() })
}

/// The standard is for shares; a mean must rest on as many effective answers.
fn mean(estimate: &Estimate) -> Result<Vec<Reason>, Reason> {
    let enough = estimate.n_eff.is_some_and(|n_eff| n_eff >= LEAST_EFFECTIVE_N);
    if enough { Ok(Vec::new()) } else { Err(Reason::EffectiveN) }
}
