//! What is said of a response model: its coefficients, its propensities, its classes.
//!
//! # Estimator
//! Means, the c-statistic and the R-indicator are weighted by d m: the weight
//! before nonresponse, times e for cases of unknown eligibility.
//!
//! # References
//! As [`super::quality`] and [`super::propensity_classes`].

use serde::Serialize;

use super::propensity::{Fit, Weighed};
use super::quality::{c_statistic, mean, r_indicator};
use super::response_model::ResponseModel;

/// A response model of one group at the weights of the full sample.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct PropensityReport {
    /// Name of the group; none where there are no groups.
    pub group: Option<String>,
    /// Cases that are or may be eligible.
    pub cases: usize,
    /// Those that responded.
    pub respondents: usize,
    /// e of the cases of unknown eligibility, where it can be computed.
    pub eligible_share: Option<f64>,
    /// Coefficients on the scale of log odds; none where all responded.
    pub coefficients: Vec<(String, f64)>,
    /// What the propensities are like; none where there is no case of any weight.
    pub propensities: Option<PropensitySummary>,
    /// The classes, from the least likely to respond; one for all where each case
    /// has a factor of its own.
    pub classes: Vec<PropensityClassReport>,
}

/// The propensities of a group.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct PropensitySummary {
    /// The smallest.
    pub smallest: f64,
    /// The weighted mean.
    pub mean: f64,
    /// The largest.
    pub largest: f64,
    /// Area under the ROC curve; none where all responded.
    pub c_statistic: Option<f64>,
    /// R-indicator: 1 where all respond alike.
    pub r_indicator: f64,
}

/// One class of propensities.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct PropensityClassReport {
    /// The smallest propensity in it.
    pub smallest: f64,
    /// The largest.
    pub largest: f64,
    /// Its cases.
    pub cases: usize,
    /// Those that responded.
    pub respondents: usize,
    /// The smallest factor of a respondent.
    pub smallest_factor: f64,
    /// The largest: the same, but where each case has its own.
    pub largest_factor: f64,
}

impl PropensityReport {
    pub(super) fn of(
        group: Option<String>,
        eligible_share: Option<f64>,
        model: &ResponseModel,
        fit: &Fit,
        weighed: &Weighed,
        factors: &[f64],
    ) -> Self {
        let count = fit.class.iter().max().map_or(0, |last| last + 1);
        let class = |class| class_report(model, fit, weighed, factors, class);
        Self {
            group,
            cases: model.rows.len(),
            respondents: model.responded.iter().filter(|&&one| one > 0.0).count(),
            eligible_share,
            coefficients: fit.propensities.coefficients.clone(),
            propensities: summary(model, fit, weighed),
            classes: (0..count).filter_map(class).collect(),
        }
    }
}

/// The summary of the cases that weigh something.
fn summary(model: &ResponseModel, fit: &Fit, weighed: &Weighed) -> Option<PropensitySummary> {
    let (p, v) = (&fit.propensities.values, &weighed.v);
    let (smallest, largest) = range(p.iter().zip(v).filter(|(_, v)| **v > 0.0).map(|(&p, _)| p))?;
    Some(PropensitySummary {
        smallest,
        mean: mean(p, v),
        largest,
        c_statistic: c_statistic(p, &model.responded, v),
        r_indicator: r_indicator(p, v),
    })
}

fn class_report(
    model: &ResponseModel,
    fit: &Fit,
    weighed: &Weighed,
    factors: &[f64],
    class: usize,
) -> Option<PropensityClassReport> {
    let counts = |at: &usize| fit.class[*at] == class && weighed.v[*at] > 0.0;
    let members: Vec<usize> = (0..fit.class.len()).filter(counts).collect();
    let responds = |&at: &usize| model.responded[at] > 0.0;
    let respondents: Vec<usize> = members.iter().copied().filter(responds).collect();
    let (smallest, largest) = range(members.iter().map(|&at| fit.propensities.values[at]))?;
    let (smallest_factor, largest_factor) = range(respondents.iter().map(|&at| factors[at]))?;
    Some(PropensityClassReport {
        smallest,
        largest,
        cases: members.len(),
        respondents: respondents.len(),
        smallest_factor,
        largest_factor,
    })
}

/// The smallest and the largest; none of nothing.
fn range(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    let wider = |(low, high): (f64, f64), value: f64| (low.min(value), high.max(value));
    values.fold(None, |range, value| Some(wider(range.unwrap_or((value, value)), value)))
}
