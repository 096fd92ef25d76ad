//! Opening an input: the reader of its format, and the judgement of its header.

use std::collections::{BTreeMap, BTreeSet};

use crate::error::Error;
use crate::input::{Format, Input, Source};
use crate::raw::RawTable;

/// Reads the columns that are wanted; reports the header as a whole.
pub(crate) fn load(input: &Input, wanted: &BTreeSet<String>) -> Result<RawTable, Error> {
    let table = match &input.source {
        Source::File { path, format } => match format {
            Format::Csv(dialect) => crate::read_csv::file(&input.name, path, dialect, wanted),
            Format::Parquet => crate::read_frame::parquet(&input.name, path, wanted),
            Format::ArrowIpc => crate::read_frame::ipc(&input.name, path, wanted),
            Format::Sav => crate::read_sav::table(&input.name, path, wanted),
            Format::Dta => crate::read_dta::table(&input.name, path, wanted),
        },
        Source::Text { text, dialect } => crate::read_csv::text(&input.name, text, dialect, wanted),
        Source::Frame(frame) => Ok(crate::read_frame::frame(&input.name, frame, wanted)),
        Source::Arrow(batches) => crate::read_arrow::batches(&input.name, batches, wanted),
    }?;
    header(&table)?;
    Ok(table)
}

/// Blank, repeated, nearly repeated and padded names make a header ambiguous.
fn header(table: &RawTable) -> Result<(), Error> {
    let mut faults = Vec::new();
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for (place, name) in table.header.iter().enumerate() {
        if name.trim().is_empty() {
            faults.push(format!("column {} has no name", place + 1));
        } else if name.trim() != name {
            faults.push(format!("column {} `{name}` begins or ends with a blank", place + 1));
        } else if let Some(first) = seen.insert(name.to_lowercase(), name) {
            faults.push(format!("column {} `{name}` repeats `{first}`", place + 1));
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(Error::Header { file: table.name.clone(), faults }) }
}

/// The name of a source in the account of rows.
pub(crate) const fn format_name(source: &Source) -> &'static str {
    match source {
        Source::File { format, .. } => format.as_str(),
        Source::Text { .. } => "csv",
        Source::Frame(_) => "memory",
        Source::Arrow(_) => "arrow",
    }
}
