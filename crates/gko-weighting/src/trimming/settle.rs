//! Limits are found on the full sample, group by group.
//!
//! # Rule
//! Each rule looks at the positive weights of one group (country) alone; a group
//! without any gets no limits.
//!
//! # References
//! See [`Limit`].

use super::error::TrimError;
use super::inverse_beta;
use super::limit::{Limit, TrimRule};
use super::limits::{GroupLimits, Limits};
use super::potter::{self, Evidence, Grid, GroupRows};
use crate::numbers::{at, check_grouped, sorted, used_by_group};

impl Limits {
    /// Finds the limits of each group.
    ///
    /// `groups` has the group of each row (one code throughout for one group);
    /// `evidence` is what [`Limit::Potter`] needs, and empty for other rules.
    ///
    /// # Errors
    /// A rule without limits or with settings that are none, weights that are none or
    /// all 0, limits that cross, and for Potter's rule no
    /// outcome that varies or an outcome that is no number.
    ///
    /// # Example
    /// The median of the first group is 2, so its limit is 6.
    /// ```
    /// use gko_weighting::trimming::{Evidence, Limit, Limits, TrimRule};
    ///
    /// let rule = TrimRule::upper(Limit::MedianMultiple(3.0));
    /// let weights = [1.0, 2.0, 9.0, 5.0];
    /// let limits = Limits::settle(&rule, &weights, &[1, 1, 1, 2], &Evidence::default())?;
    /// assert_eq!(limits.groups[0].upper, Some(6.0));
    /// assert_eq!((limits.groups[0].above, limits.groups[1].above), (1, 0));
    /// let trimmed = limits.trim(&weights, &[1, 1, 1, 2])?;
    /// assert_eq!(trimmed.weights, [2.5, 3.5, 6.0, 5.0]);
    /// # Ok::<(), gko_weighting::trimming::TrimError>(())
    /// ```
    pub fn settle(
        rule: &TrimRule,
        weights: &[f64],
        groups: &[u32],
        evidence: &Evidence<'_>,
    ) -> Result<Self, TrimError> {
        rule.check()?;
        check_grouped(weights, groups)?;
        evidence.check(weights)?;
        let used = used_by_group(weights, groups);
        if used.is_empty() {
            return Err(TrimError::NoWeight);
        }
        let of_group = |(group, rows): &(u32, Vec<usize>)| {
            of_group(rule, GroupRows { group: *group, rows, weights }, evidence)
        };
        let groups = used.iter().map(of_group).collect::<Result<_, _>>()?;
        Ok(Self { spread: rule.spread, groups })
    }
}

fn of_group(
    rule: &TrimRule,
    rows: GroupRows<'_>,
    evidence: &Evidence<'_>,
) -> Result<GroupLimits, TrimError> {
    let (group, ascending) = (rows.group, sorted(&at(rows.weights, rows.rows)));
    let (upper, potter) = match rule.upper {
        Some(limit) => upper(limit, rule, rows, &ascending, evidence)?,
        None => (None, vec![]),
    };
    let lower = rule.lower.and_then(|limit| limit.of_weights(&ascending, -1.0));
    let (least, most) = (lower.unwrap_or(0.0), upper.unwrap_or(f64::INFINITY));
    if most <= least {
        return Err(TrimError::LimitsCross { group, lower: least, upper: most });
    }
    let below = ascending.iter().filter(|&&weight| weight < least).count();
    let above = ascending.iter().filter(|&&weight| weight > most).count();
    Ok(GroupLimits { group, lower, upper, rows: ascending.len(), below, above, potter })
}

/// The upper limit, and what Potter's rule tried.
fn upper(
    limit: Limit,
    rule: &TrimRule,
    rows: GroupRows<'_>,
    ascending: &[f64],
    evidence: &Evidence<'_>,
) -> Result<(Option<f64>, Vec<potter::PotterPoint>), TrimError> {
    match limit {
        Limit::Potter { candidates, from } => {
            let grid = Grid { candidates, from, spread: rule.spread };
            let points = potter::points(rows, evidence, grid)?;
            Ok((potter::best(&points), points))
        }
        Limit::InverseBeta(q) => Ok((Some(inverse_beta::limit(rows.group, ascending, q)?), vec![])),
        other => Ok((other.of_weights(ascending, 1.0), vec![])),
    }
}
