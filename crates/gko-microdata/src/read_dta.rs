//! Reading Stata files: numbers and texts; extended missing values are blanks.

use std::collections::BTreeSet;
use std::path::Path;

use polars_readstat_rs::StataReader;

use crate::error::Error;
use crate::raw::RawTable;
use crate::read_frame::{guarded, sha256};

pub(crate) fn table(name: &str, path: &Path, wanted: &BTreeSet<String>) -> Result<RawTable, Error> {
    let sha256 = Some(sha256(path)?);
    let reader = guarded(name, "Stata", || StataReader::open(path))?;
    let header: Vec<String> =
        reader.metadata().variables.iter().map(|variable| variable.name.clone()).collect();
    let mut columns: Vec<String> = header.iter().filter(|c| wanted.contains(*c)).cloned().collect();
    if columns.is_empty() {
        columns = header.iter().take(1).cloned().collect();
    }
    let read = || {
        let all = reader.read().with_columns(columns).value_labels_as_strings(false);
        all.missing_string_as_null(true).finish()
    };
    let frame = guarded(name, "Stata", read)?;
    Ok(RawTable { header, sha256, ..crate::read_frame::frame(name, &frame, wanted) })
}
