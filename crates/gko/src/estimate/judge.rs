//! Shares and means as the reliability standard wants to see them.

use gko_disclosure::{CellId, Line, Rest};
use gko_survey::dist::student;
use gko_survey::{
    Absent, Basis, Columns, Df, Domain, Estimate, Interval, IntervalMethod, Quantity,
    ShareInterval, SinglePsu, Survey,
};

use crate::estimate::answer::{Content, Numbers};
use crate::estimate::error::Error;

/// Confidence level of the interval that the standard judges.
const LEVEL: f64 = 0.95;

/// A share or mean with its counts, before it is judged.
pub(crate) struct Facts {
    pub(crate) quantity: Quantity,
    pub(crate) value: f64,
    pub(crate) se: f64,
    pub(crate) n: u64,
    pub(crate) hits: u64,
    pub(crate) basis: Basis,
    /// p(1-p), or the variance of the population.
    pub(crate) spread: f64,
    pub(crate) interval: Option<Interval>,
}

impl Facts {
    /// What the reliability standard judges.
    pub(crate) fn estimate(&self) -> Estimate {
        let variance = self.se * self.se;
        let n = self.n as f64;
        let exists = self.value.is_finite();
        let effective = match self.quantity {
            Quantity::Share => self.spread / variance,
            Quantity::Mean => self.spread * n / ((n - 1.0) * variance),
        };
        let n_eff = if variance > 0.0 { effective.min(n) } else { n };
        Estimate {
            quantity: self.quantity,
            value: exists.then_some(self.value),
            se: self.se.is_finite().then_some(self.se),
            interval: self.interval,
            df: whole(self.basis.df),
            n: self.n,
            hits: self.hits,
            n_weighted: self.basis.sum_weights,
            n_eff: Some(n_eff),
            kg_n: Some(self.adjusted(effective, n)),
            nchs_interval: self.interval,
            deff: None,
            kish_deff: None,
            single_psu: SinglePsu::Fail,
            absent: self.basis.absent.or((self.basis.df <= 0.0).then_some(Absent::NoDf)),
        }
    }

    /// Effective n times the squared ratio of the t quantiles, at most n.
    fn adjusted(&self, effective: f64, n: f64) -> f64 {
        if self.value == 0.0 || self.value == 1.0 {
            return n;
        }
        let tail = 0.5 + LEVEL / 2.0;
        let t = |df: f64| student::quantile(tail, df.max(1.0)).unwrap_or(f64::INFINITY);
        let ratio = t(n - 1.0) / t(self.basis.df);
        if self.basis.df > 0.0 { (effective * ratio * ratio).min(n) } else { 0.0 }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "degrees of freedom are small whole numbers, held to the range"
)]
fn whole(df: f64) -> u32 {
    if df.is_nan() { 0 } else { df.clamp(0.0, f64::from(u32::MAX)) as u32 }
}

/// The intervals that the standard judges, for all shares of columns in a domain.
pub(crate) fn standard_intervals(
    survey: &Survey,
    columns: &Columns<'_>,
    domain: &Domain,
) -> Result<Vec<Option<Interval>>, Error> {
    let shares = ShareInterval {
        method: IntervalMethod::KornGraubardNchs,
        level: LEVEL,
        df: Df::Domain,
        ..ShareInterval::new(columns.clone())
    };
    Ok(shares.estimate(survey, domain)?.into_iter().map(|share| share.interval).collect())
}

/// A line for a share: its count is protected, its reliability judged.
pub(crate) fn share_line(
    numbers: Numbers,
    (cell, base): (CellId, CellId),
    facts: &Facts,
) -> Line<Content> {
    Line::new(Content::Numbers(numbers), base)
        .rests_on([Rest::Count(cell, base)])
        .judged_as(facts.estimate())
}
