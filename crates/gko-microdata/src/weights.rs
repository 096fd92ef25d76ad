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
            Cell::Blank | Cell::Declared(_) | Cell::DeclaredText(_) => &mut self.missing,
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

/// Kish's design effect beyond which a country's weights are a finding.
const LARGE_KISH: f64 = 2.0;
/// Largest weight over the median beyond which a country's weights are a finding.
const LARGE_RATIO: f64 = 10.0;

/// Reports the countries whose weights are so unequal that few rows decide:
/// Kish's `n Σw² / (Σw)²` above 2, or a weight above ten times the median.
pub(crate) fn spread(data: &mut Microdata) {
    let mut weights: Vec<Vec<f64>> = vec![Vec::new(); data.samples.len()];
    for (&sample, &weight) in data.sample.iter().zip(&data.weight) {
        if weight > 0.0 {
            weights[sample as usize].push(weight);
        }
    }
    for (sample, mut weights) in data.samples.iter().zip(weights) {
        weights.sort_by(f64::total_cmp);
        let (Some(&median), Some(&most)) = (weights.get(weights.len() / 2), weights.last()) else {
            continue;
        };
        let (kish, ratio) = (kish(&weights), most / median);
        if kish > LARGE_KISH || ratio > LARGE_RATIO {
            let place = format!("{} {}", sample.country, sample.wave);
            let (kind, rows) = (FindingKind::UnequalWeights, weights.len() as u64);
            let mut finding = Finding::whole(kind, &place, "(weight)", rows);
            finding.examples =
                vec![format!("Kish deff {kish:.2}"), format!("largest over median {ratio:.1}")];
            data.findings.push(finding);
        }
    }
}

fn kish(weights: &[f64]) -> f64 {
    let sum: f64 = weights.iter().sum();
    let squares: f64 = weights.iter().map(|weight| weight * weight).sum();
    #[expect(clippy::cast_precision_loss, reason = "a count of rows")]
    let n = weights.len() as f64;
    n * squares / (sum * sum)
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
            let sample = &data.samples[place];
            let place = format!("{} {}", sample.country, sample.wave);
            let mut finding = Finding::whole(FindingKind::WeightScale, &place, "(weight)", rows);
            finding.examples = vec![format!("mean {mean:.4}")];
            data.findings.push(finding);
        }
    }
}
