//! Joint probabilities of selection from a file of their own.
//!
//! # Rule
//! The file has no header, one line for each unit and in it one number for each
//! unit: the probability that both are drawn, on the diagonal that the unit is. It
//! has the separator and the decimal mark that `data` has for CSV files.

use std::path::Path;

use gko_microdata::{path_within, read_text};
use gko_survey::{Matrix, Pps, PpsVariance};

use crate::estimate::error::Error;
use crate::estimate::frame::Frame;
use crate::estimate::request::{Data, PpsSpec, Request};

const PLACE: &str = "/design/pps/joint";

/// The probabilities, and the place of each row's unit in them.
pub(crate) struct Joint {
    matrix: Matrix,
    unit: Vec<u32>,
    variance: PpsVariance,
}

impl Joint {
    /// The probabilities that a request names, if it does.
    pub(crate) fn of(
        frame: &Frame,
        request: &Request,
        folder: &Path,
    ) -> Result<Option<Self>, Error> {
        let Some(PpsSpec::Joint { file, unit, variance }) = &request.design.pps else {
            return Ok(None);
        };
        let matrix = matrix(&read_text(&path_within(folder, file)?)?, file, &request.data)?;
        let unit = match unit {
            Some(name) => units(frame.number(name, &format!("{PLACE}/unit"))?, matrix.nrows())?,
            None => (0..).take(frame.rows()).collect(),
        };
        Ok(Some(Self { matrix, unit, variance: (*variance).into() }))
    }

    /// The same as the engine has it.
    pub(crate) fn pps(&self) -> Pps<'_> {
        Pps::Joint { probabilities: &self.matrix, unit: &self.unit, variance: self.variance }
    }
}

fn matrix(text: &str, file: &str, data: &Data) -> Result<Matrix, Error> {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let size = lines.len();
    let mut values = Vec::with_capacity(size * size);
    for (at, line) in lines.iter().enumerate() {
        let before = values.len();
        for cell in line.split(data.separator) {
            values.push(probability(cell, data.decimal, (file, at + 1))?);
        }
        let got = values.len() - before;
        if got != size {
            let message = format!(
                "`{file}` has {size} lines and {got} cells in line {}; a matrix of joint probabilities has as many of both, and no header",
                at + 1
            );
            return Err(Error::invalid(&format!("{PLACE}/file"), message));
        }
    }
    Ok(Matrix::from_row_slice(size, size, &values))
}

fn probability(cell: &str, decimal: char, (file, line): (&str, usize)) -> Result<f64, Error> {
    let cell = cell.trim().trim_matches('"');
    cell.replace(decimal, ".").parse().map_err(|_| {
        let message = format!("`{file}`, line {line}: `{cell}` is no number; the file has no header and no names of units");
        Error::invalid(&format!("{PLACE}/file"), message)
    })
}

/// Places counted from 1 as places counted from 0.
fn units(places: &[f64], size: usize) -> Result<Vec<u32>, Error> {
    let one = |&place: &f64| {
        let found = (1..=size).zip(0_u32..).find(|&(at, _)| at as f64 == place);
        found.map(|(_, code)| code).ok_or_else(|| {
            let message = format!("{place} is no line of the matrix, which has lines 1 to {size}");
            Error::invalid(&format!("{PLACE}/unit"), message)
        })
    };
    places.iter().map(one).collect()
}
