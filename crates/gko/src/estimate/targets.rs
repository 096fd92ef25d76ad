//! Targets of calibration from files of their own.
//!
//! # Rule
//! The file has the columns `category` and `target`, a row for each category, none
//! twice and none without a value. A number as a category is written as the level
//! of a numeric column is: `12`, never `12.0`.

use std::collections::BTreeMap;
use std::path::Path;

use gko_microdata::{Cells, Table, number_label, path_within};

use crate::estimate::error::Error;
use crate::estimate::formats;
use crate::estimate::request::{CalibrationStep, Request};

/// The steps of a request with all targets written out.
pub(crate) fn filled(request: &Request, folder: &Path) -> Result<Vec<CalibrationStep>, Error> {
    let mut steps = request.calibration.clone();
    for (at, step) in steps.iter_mut().enumerate() {
        let place = format!("/calibration/{at}");
        let fill = |targets: &mut BTreeMap<String, f64>, file: Option<&String>, place: &str| {
            fill(targets, file, (request, folder), place)
        };
        match step {
            CalibrationStep::PostStratify(spec) => {
                let place = format!("{place}/post_stratify");
                fill(&mut spec.targets, spec.targets_file.as_ref(), &place)?;
            }
            CalibrationStep::Rake(spec) => {
                for (at, margin) in spec.margins.iter_mut().enumerate() {
                    let place = format!("{place}/rake/margins/{at}");
                    fill(&mut margin.targets, margin.targets_file.as_ref(), &place)?;
                }
            }
            _ => {}
        }
    }
    Ok(steps)
}

fn fill(
    targets: &mut BTreeMap<String, f64>,
    file: Option<&String>,
    (request, folder): (&Request, &Path),
    place: &str,
) -> Result<(), Error> {
    match (file, targets.is_empty()) {
        (None, false) => Ok(()),
        (None, true) => Err(Error::invalid(place, "give `targets` or a `targets_file`")),
        (Some(_), false) => {
            Err(Error::invalid(place, "give either `targets` or `targets_file`, not both"))
        }
        (Some(file), true) => {
            *targets = read(file, request, folder, &format!("{place}/targets_file"))?;
            Ok(())
        }
    }
}

fn read(
    file: &str,
    request: &Request,
    folder: &Path,
    place: &str,
) -> Result<BTreeMap<String, f64>, Error> {
    let wanted = ["category", "target"].map(str::to_owned).into_iter().collect();
    let none: [&str; 0] = [];
    let format = formats::of(&request.data, file)?;
    let table = Table::read(&path_within(folder, file)?, &format, &wanted, &none)?;
    let (Some(categories), Some(Cells::Numbers(values))) =
        (table.column("category"), table.column("target"))
    else {
        let message = format!("`{file}` needs a column `category`, and one of numbers, `target`");
        return Err(Error::invalid(place, message));
    };
    let mut targets = BTreeMap::new();
    for (row, (category, value)) in labels(categories).into_iter().zip(values).enumerate() {
        let category = category.filter(|_| !value.is_nan()).ok_or_else(|| {
            let message = format!("`{file}`, row {}: a category or its target is missing", row + 1);
            Error::invalid(place, message)
        })?;
        if targets.insert(category.clone(), *value).is_some() {
            let message = format!("`{file}` has `{category}` twice; give each category one target");
            return Err(Error::invalid(place, message));
        }
    }
    Ok(targets)
}

fn labels(cells: &Cells) -> Vec<Option<String>> {
    match cells {
        Cells::Texts(texts) => texts.clone(),
        Cells::Numbers(numbers) => {
            numbers.iter().map(|&one| (!one.is_nan()).then(|| number_label(one))).collect()
        }
        _ => Vec::new(),
    }
}
