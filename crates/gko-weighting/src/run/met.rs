//! Calibrations of a run, and what became of their figures at its end.

use gko_survey::calibration::Margin;

use crate::calibration::{Calibration, GroupMargin};
use crate::diagnostics::{DiagnosticsError, MarginTable, margins};
use crate::finding::Finding;
use crate::groups::Groups;

/// A calibration that a run made.
#[derive(Clone, Debug)]
pub(super) struct Met {
    record: usize,
    calibration: Calibration,
    /// The sums of the groups' weights right after it.
    sums: Vec<f64>,
}

impl Met {
    /// A calibration that the weights meet; `record` is the place of its step.
    pub(super) fn new(record: usize, calibration: Calibration, weights: &[f64]) -> Self {
        let sums = calibration.sums(weights);
        Self { record, calibration, sums }
    }

    pub(super) fn record(&self) -> usize {
        self.record
    }

    pub(super) fn calibration(&self) -> &Calibration {
        &self.calibration
    }

    /// The figures that the final weights do not meet.
    pub(super) fn lost(&self, weights: &[f64]) -> Vec<Finding> {
        self.calibration.lost(&self.sums, weights)
    }
}

/// Known shares by the weights of the draw and by the final ones: of each group and name
/// of a margin the last that was calibrated to. Respondents without a value, and rows
/// without a final weight, are left out.
pub(super) fn margin_tables(
    all: &[Met],
    groups: &Groups,
    base: &[f64],
    weights: &[f64],
) -> Result<Vec<MarginTable>, DiagnosticsError> {
    let mut tables = Vec::new();
    for (group, _) in groups.iter() {
        for (rows, margin) in last_of_each(all, group) {
            tables.extend(
                table(rows, margin, base, weights)?
                    .map(|table| table.named(group, &margin.categories)),
            );
        }
    }
    Ok(tables)
}

/// The margins of a group with its rows; of one name the last.
fn last_of_each<'a>(all: &'a [Met], group: &str) -> Vec<(&'a [u32], &'a GroupMargin)> {
    let mut last: Vec<(&[u32], &GroupMargin)> = Vec::new();
    let groups = all.iter().flat_map(|met| met.calibration.groups());
    for own in groups.filter(|own| own.name == group) {
        for margin in own.margins {
            last.retain(|(_, earlier)| earlier.name != margin.name);
            last.push((own.rows, margin));
        }
    }
    last
}

/// None where nobody with a final weight has a value.
fn table(
    rows: &[u32],
    margin: &GroupMargin,
    base: &[f64],
    weights: &[f64],
) -> Result<Option<MarginTable>, DiagnosticsError> {
    let known = margin.known();
    let part = |all: &[f64]| -> Vec<f64> {
        let own = rows.iter().map(|&row| row as usize).zip(&margin.codes);
        let used = |row: usize, code: u32| weights[row] != 0.0 && (code as usize) < known;
        own.map(|(row, &code)| if used(row, code) { all[row] } else { 0.0 }).collect()
    };
    let (before, after) = (part(base), part(weights));
    if after.iter().all(|&weight| weight == 0.0) {
        return Ok(None);
    }
    let margin = Margin::new(&margin.name, &margin.codes, &margin.targets[..known]);
    Ok(margins(&before, &after, &[margin])?.pop())
}
