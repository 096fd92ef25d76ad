//! From the plan's data file to the columns that the engine takes.

use std::collections::BTreeSet;
use std::path::Path;

use gko_microdata::{
    Cells, CopyFormat, CsvDialect, FileCopy, Format, Table, number_label, path_within,
};
use gko_weighting::Sample;
use gko_weighting::plan::{DataSpec, FileFormat, Plan, PlanError};

use crate::error::Error;

/// The columns of the file that the plan names.
pub(super) fn table(plan: &Plan, folder: &Path) -> Result<Table, Error> {
    let (path, format) = (path_within(folder, &plan.data.file)?, format(&plan.data)?);
    let named = plan.columns();
    Ok(Table::read(&path, &format, &named, &plan.data.missing)?)
}

/// All columns as they stand in the file, to be written in a format.
pub(super) fn copy(
    plan: &Plan,
    folder: &Path,
    header: &[String],
    to: CopyFormat,
) -> Result<FileCopy, Error> {
    let (path, format) = (path_within(folder, &plan.data.file)?, format(&plan.data)?);
    Ok(FileCopy::read(&path, &format, header, to)?)
}

/// The sample, and the ids of its rows where the plan names a column of them.
pub(super) fn sample(plan: &Plan, table: &Table) -> Result<(Sample, Option<Vec<String>>), Error> {
    let mut sample = Sample::new(table.rows()).with_header(table.header());
    // Ids tell rows apart and are no category of theirs.
    for name in table.header().iter().filter(|name| plan.data.id.as_ref() != Some(name)) {
        sample = match table.column(name) {
            Some(Cells::Numbers(values)) => sample.numbers(name, values.clone())?,
            Some(Cells::Texts(texts)) => sample.texts(name, texts)?,
            _ => sample,
        };
    }
    let ids = plan.data.id.as_ref().map(|id| ids(table, id)).transpose()?;
    Ok((sample, ids))
}

/// The ids, each row with one of its own.
fn ids(table: &Table, column: &str) -> Result<Vec<String>, Error> {
    if table.column(column).is_none() {
        let valid = table.header().to_vec();
        return Err(gko_weighting::Error::NoColumn { column: column.to_owned(), valid }.into());
    }
    let ids: Vec<Option<String>> = match table.column(column) {
        Some(Cells::Numbers(values)) => {
            values.iter().map(|id| (!id.is_nan()).then(|| number_label(*id))).collect()
        }
        Some(Cells::Texts(texts)) => texts.clone(),
        _ => Vec::new(),
    };
    let known: BTreeSet<&String> = ids.iter().flatten().collect();
    if known.len() == table.rows() {
        return Ok(ids.into_iter().flatten().collect());
    }
    let mut seen = BTreeSet::new();
    let first = ids.iter().position(|id| id.as_ref().is_none_or(|id| !seen.insert(id)));
    let (rows, known, first) = (table.rows(), known.len(), first.map_or(0, |at| at + 1));
    let message = format!(
        "`{column}` tells {known} of {rows} rows apart (row {first} of the data is the first that has none or one of a row before it); name a column with an id of its own for each row, or leave `id` out"
    );
    Err(plan_error("data.id", message))
}

/// The format of the data: as declared, or by the file's ending.
fn format(data: &DataSpec) -> Result<Format, Error> {
    let dialect = || dialect(data);
    Ok(match data.format {
        Some(FileFormat::Parquet) => Format::Parquet,
        Some(FileFormat::Arrow) => Format::ArrowIpc,
        Some(FileFormat::Sav) => Format::Sav,
        Some(FileFormat::Dta) => Format::Dta,
        Some(_) => Format::Csv(dialect()?),
        None => {
            let refused = || {
                let message = format!(
                    "the ending of `{}` tells no format; give `format`: csv, parquet, arrow, sav or dta",
                    data.file
                );
                plan_error("data.format", message)
            };
            Format::of_ending(&data.file, dialect()?).ok_or_else(refused)?
        }
    })
}

fn dialect(data: &DataSpec) -> Result<CsvDialect, Error> {
    let dialect = CsvDialect::declared(data.separator, &data.encoding, data.decimal);
    dialect.map_err(|(field, message)| plan_error(&format!("data.{field}"), message.to_owned()))
}

fn plan_error(place: &str, message: String) -> Error {
    let error = PlanError::Contradiction { place: place.to_owned(), message };
    gko_weighting::Error::from(error).into()
}
