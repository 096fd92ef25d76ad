//! Sums, quantiles and refusals that several areas share.
//!
//! # Rule
//! Sums are compensated, in the order of the rows. A quantile at p of n sorted values lies at
//! position `1 + (n - 1)·p`, between two values by a straight line (R's type 7).
//!
//! # References
//! Hyndman, Fan (1996) *American
//! Statistician* 50, 361-365; R `quantile`.

use gko_survey::Error;
pub(crate) use gko_survey::calibration::sum;

/// The mean of the values; NaN of none.
pub(crate) fn mean(values: &[f64]) -> f64 {
    sum(values.iter().copied()) / values.len() as f64
}

/// The sum of squares.
pub(crate) fn squares(values: &[f64]) -> f64 {
    sum(values.iter().map(|value| value * value))
}

/// The values, ascending.
pub(crate) fn sorted(values: &[f64]) -> Vec<f64> {
    let mut all = values.to_vec();
    all.sort_by(f64::total_cmp);
    all
}

/// The quantile at p of ascending values; NaN of none.
pub(crate) fn quantile(ascending: &[f64], p: f64) -> f64 {
    let Some(last) = ascending.len().checked_sub(1) else { return f64::NAN };
    let position = (last as f64 * p.clamp(0.0, 1.0)).max(0.0);
    let part = position.fract();
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "0 <= position <= number of values"
    )]
    let low = position as usize;
    let (low, high) = (ascending[low.min(last)], ascending[(low + 1).min(last)]);
    low + part * (high - low)
}

/// Rows, each with a finite weight of at least 0.
pub(crate) fn check_weights(weights: &[f64]) -> Result<(), Error> {
    if weights.is_empty() {
        return Err(Error::NoRows);
    }
    let wrong = |&weight: &f64| !(weight.is_finite() && weight >= 0.0);
    match weights.iter().position(wrong) {
        Some(row) => Err(Error::InvalidWeight { row, weight: weights[row] }),
        None => Ok(()),
    }
}

/// A column as long as the table.
pub(crate) fn same_length(column: &str, expected: usize, got: usize) -> Result<(), Error> {
    if got == expected {
        return Ok(());
    }
    Err(Error::LengthDiffers { column: column.to_owned(), expected, got })
}

/// Valid weights and a group for each.
pub(crate) fn check_grouped(weights: &[f64], groups: &[u32]) -> Result<(), Error> {
    check_weights(weights)?;
    same_length("group", weights.len(), groups.len())
}

/// The rows of each group, groups ascending, rows in the caller's order.
pub(crate) fn rows_by_group(groups: &[u32]) -> Vec<(u32, Vec<usize>)> {
    let mut by_group = std::collections::BTreeMap::<u32, Vec<usize>>::new();
    for (row, &group) in groups.iter().enumerate() {
        by_group.entry(group).or_default().push(row);
    }
    by_group.into_iter().collect()
}

/// The rows with a positive weight of each group that has any.
pub(crate) fn used_by_group(weights: &[f64], groups: &[u32]) -> Vec<(u32, Vec<usize>)> {
    let mut by_group = rows_by_group(groups);
    by_group.iter_mut().for_each(|(_, rows)| rows.retain(|&row| weights[row] > 0.0));
    by_group.retain(|(_, rows)| !rows.is_empty());
    by_group
}

/// The values at some rows.
pub(crate) fn at(values: &[f64], rows: &[usize]) -> Vec<f64> {
    rows.iter().map(|&row| values[row]).collect()
}

/// The positive values at some rows.
pub(crate) fn positive_at(values: &[f64], rows: &[usize]) -> Vec<f64> {
    rows.iter().map(|&row| values[row]).filter(|&value| value > 0.0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_r() {
        let values = [1.0, 2.0, 4.0, 8.0];
        for (p, want) in [(0.0, 1.0), (0.1, 1.3), (0.5, 3.0), (0.9, 6.8), (1.0, 8.0)] {
            assert!((quantile(&values, p) - want).abs() < 1e-14, "{p}");
        }
        assert_eq!(quantile(&[7.0], 0.3), 7.0);
        assert!(quantile(&[], 0.3).is_nan() && mean(&[]).is_nan());
    }

    #[test]
    fn weights_and_columns_that_do_not_fit_are_refused() {
        assert_eq!(check_weights(&[]), Err(Error::NoRows));
        assert_eq!(check_weights(&[1.0, f64::NAN]).unwrap_err().code(), "GKO-S004");
        assert_eq!(check_weights(&[-1.0]).unwrap_err().code(), "GKO-S004");
        assert_eq!(check_grouped(&[1.0], &[]).unwrap_err().code(), "GKO-S001");
    }

    #[test]
    fn groups_are_ascending() {
        let want = vec![(2, vec![1]), (7, vec![0, 2])];
        assert_eq!(rows_by_group(&[7, 2, 7]), want);
        assert_eq!(used_by_group(&[0.0, 0.0, 1.0], &[7, 2, 7]), [(7, vec![2])]);
    }
}
