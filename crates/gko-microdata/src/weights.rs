//! Weights: which are none, and whether they have the scale they are said to have.
//!
//! # Rule
//!
//! A weight is zero or positive and finite. A negative, infinite or non-numeric
//! one refuses the file; a missing one refuses it or excludes the row, as the
//! layout says. Zero keeps a row in the design and outside n.

use crate::error::Error;
use crate::finding::{Finding, FindingKind};
use crate::labels::need;
use crate::layout::{MissingWeight, WeightScale};
use crate::microdata::Microdata;
use crate::raw::{Cell, RawTable};

/// Reads a column of weights and the rows that have none.
pub(crate) fn read(
    table: &RawTable,
    column: &str,
    missing: MissingWeight,
) -> Result<(Vec<f64>, Vec<usize>), Error> {
    let mut faults = WeightFaults::default();
    let mut weights = Vec::with_capacity(table.rows);
    need(table, column, "the weight")?
        .for_each(&table.name, |cell| weights.push(faults.weight(weights.len(), cell)))?;
    faults.check(table, column, missing)?;
    Ok((weights, faults.missing))
}

/// Rows whose weight is none, by what is wrong with it.
#[derive(Default)]
struct WeightFaults {
    missing: Vec<usize>,
    negative: Vec<usize>,
    infinite: Vec<usize>,
    not_a_number: Vec<usize>,
}

impl WeightFaults {
    fn weight(&mut self, row: usize, cell: Cell<'_>) -> f64 {
        let faults = match cell {
            Cell::Number(weight) if weight >= 0.0 && weight.is_finite() => return weight,
            Cell::Number(weight) if weight.is_infinite() => &mut self.infinite,
            Cell::Number(_) => &mut self.negative,
            Cell::Blank | Cell::Declared(_) => &mut self.missing,
            Cell::Text(text) if is_infinite(text) => &mut self.infinite,
            Cell::Text(_) | Cell::NotANumber => &mut self.not_a_number,
        };
        faults.push(row);
        0.0
    }

    fn check(&self, table: &RawTable, column: &str, missing: MissingWeight) -> Result<(), Error> {
        let correct = "correct the file, or the decimal mark of its dialect";
        let refuse = missing == MissingWeight::Refuse;
        let kinds = [
            (&self.not_a_number, "not numbers", correct),
            (&self.negative, "negative", "correct the file: a weight is zero or positive"),
            (&self.infinite, "infinite", "correct the file: a weight is finite"),
            (
                &self.missing,
                "missing",
                "weight these rows, or set `missing_weight = \"exclude\"` to leave them out and count them",
            ),
        ];
        for (place, (rows, what, way_out)) in kinds.into_iter().enumerate() {
            if let Some(first) = rows.first().filter(|_| place < 3 || refuse) {
                let (file, column) = (table.name.clone(), column.to_owned());
                let (record, count) = (first + 1, rows.len());
                return Err(Error::Weight { file, column, record, count, what, way_out });
            }
        }
        Ok(())
    }
}

fn is_infinite(text: &str) -> bool {
    ["inf", "infinity"].contains(&text.trim_start_matches(['-', '+']).to_lowercase().as_str())
}

/// Compares the weights with the scale they are said to have.
pub(crate) fn scale(data: &mut Microdata, scale: Option<WeightScale>) {
    let Some(scale) = scale else { return };
    let mut sums = vec![(0.0, 0_u64); data.samples.len()];
    for (&sample, &weight) in data.sample.iter().zip(&data.weight) {
        let sum = &mut sums[sample as usize];
        *sum = (sum.0 + weight, sum.1 + 1);
    }
    for (place, (sum, rows)) in sums.into_iter().enumerate() {
        #[expect(clippy::cast_precision_loss, reason = "a count of rows")]
        let mean = sum / rows as f64;
        let wrong = match scale {
            WeightScale::MeanOne => (mean - 1.0).abs() > 0.01,
            WeightScale::Population => mean < 1.0,
            WeightScale::Relative => false,
        };
        if wrong {
            let country = data.samples[place].country.as_str().to_owned();
            let mut finding = Finding::whole(FindingKind::WeightScale, &country, "(weight)", rows);
            finding.examples = vec![format!("mean {mean:.4}")];
            data.findings.push(finding);
        }
    }
}
