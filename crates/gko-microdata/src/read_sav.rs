//! Reading SPSS files, with the codes that they declare missing kept as codes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use polars::prelude::DataFrame;
use polars_readstat_rs::{
    InformativeNullColumns, InformativeNullMode, InformativeNullOpts, SpssMetadata, SpssReader,
    spss_metadata_json_from_meta,
};
use serde::Deserialize;

use crate::dictionary::{Dictionary, DictionaryVariable};
use crate::error::Error;
use crate::raw::{RawColumn, RawTable};
use crate::read_frame::{guarded, sha256};
use crate::sav_layout::plausible;

/// Names the column of codes that the reader makes beside a variable's own.
const SUFFIX: &str = "\u{1f}declared";

/// Reads the dictionary of an SPSS file: labels, missing codes and ranges.
///
/// # Errors
///
/// [`Error::Io`] where there is no such file, [`Error::Malformed`] where it is no
/// SPSS file or is cut off.
pub fn dictionary(path: &Path) -> Result<Dictionary, Error> {
    let name = path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
    dictionary_of(&name, &reader(&name, path)?)
}

fn reader(name: &str, path: &Path) -> Result<SpssReader, Error> {
    plausible(name, path)?;
    guarded(name, "SPSS", || SpssReader::open(path))
}

pub(crate) fn table(name: &str, path: &Path, wanted: &BTreeSet<String>) -> Result<RawTable, Error> {
    let sha256 = Some(sha256(path)?);
    let reader = reader(name, path)?;
    let dictionary = dictionary_of(name, &reader)?;
    let header: Vec<String> = dictionary.variables.iter().map(|v| v.name.clone()).collect();
    let columns: Vec<String> = header.iter().filter(|c| wanted.contains(*c)).cloned().collect();
    if columns.is_empty() {
        return Ok(RawTable {
            name: name.to_owned(),
            rows: rows(reader.metadata()),
            header,
            sha256,
            ..RawTable::default()
        });
    }
    let frame = guarded(name, "SPSS", || read(&reader, &columns, &dictionary))?;
    complete(name, &frame, reader.metadata())?;
    let raw = columns.iter().filter_map(|column| Some((column.clone(), raw(&frame, column)?)));
    let columns = raw.collect();
    Ok(RawTable {
        name: name.to_owned(),
        rows: frame.height(),
        columns,
        header,
        dictionary,
        sha256,
    })
}

fn rows(metadata: &SpssMetadata) -> usize {
    usize::try_from(metadata.row_count).unwrap_or(0)
}

fn read(
    reader: &SpssReader,
    columns: &[String],
    dictionary: &Dictionary,
) -> Result<DataFrame, polars_readstat_rs::SpssError> {
    let declares = |name: &&String| dictionary.variable(name).is_some_and(|v| v.declares_any());
    let declared: Vec<String> = columns.iter().filter(declares).cloned().collect();
    let mut options = InformativeNullOpts::new(InformativeNullColumns::Selected(declared.clone()));
    options.mode = InformativeNullMode::SeparateColumn { suffix: SUFFIX.to_owned() };
    // Labels may repeat; codes do not.
    options.use_value_labels = false;
    reader
        .read()
        .with_columns(columns.to_vec())
        .value_labels_as_strings(false)
        .missing_string_as_null(true)
        .informative_nulls((!declared.is_empty()).then_some(options))
        .finish()
}

/// A file that is cut off between two records reads without error but short.
fn complete(name: &str, frame: &DataFrame, metadata: &SpssMetadata) -> Result<(), Error> {
    let (found, stated) = (frame.height(), rows(metadata));
    if found == stated {
        return Ok(());
    }
    let message = format!("it states {stated} records and has {found}; it is cut off");
    Err(Error::Malformed { file: name.to_owned(), format: "SPSS", message })
}

fn raw(frame: &DataFrame, column: &str) -> Option<RawColumn> {
    let values = frame.column(column).ok()?.as_materialized_series().clone();
    let declared = frame.column(&format!("{column}{SUFFIX}")).ok();
    let declared = declared.map(|column| column.as_materialized_series().clone());
    Some(RawColumn::Series { values, declared })
}

/// What the reader tells of a file; its own types for it are not public.
#[derive(Deserialize)]
struct Described {
    variables: Vec<DescribedVariable>,
}

#[derive(Deserialize)]
struct DescribedVariable {
    name: String,
    #[serde(rename = "type")]
    kind: String,
    label: Option<String>,
    #[serde(default)]
    value_labels: BTreeMap<String, String>,
    missing_range: bool,
    missing_doubles: Vec<f64>,
    #[serde(default)]
    missing_strings: Vec<String>,
}

fn dictionary_of(name: &str, reader: &SpssReader) -> Result<Dictionary, Error> {
    let json =
        guarded(name, "SPSS", || spss_metadata_json_from_meta(reader.metadata(), reader.header()))?;
    let described: Described = guarded(name, "SPSS", || serde_json::from_str(&json))?;
    Ok(Dictionary { variables: described.variables.into_iter().map(variable).collect() })
}

fn variable(described: DescribedVariable) -> DictionaryVariable {
    let pairs = described.value_labels.into_iter();
    let mut value_labels: Vec<(f64, String)> =
        pairs.filter_map(|(code, label)| Some((code.parse().ok()?, label))).collect();
    value_labels.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (missing_codes, missing_range) =
        missing(described.missing_range, &described.missing_doubles);
    DictionaryVariable {
        name: described.name,
        label: described.label.filter(|label| !label.is_empty()),
        text: described.kind == "Str",
        value_labels,
        missing_codes,
        missing_range,
        missing_texts: described
            .missing_strings
            .iter()
            .map(|text| text.trim().to_owned())
            .collect(),
    }
}

/// A range comes first among the declared numbers; a third one stands alone.
fn missing(range: bool, numbers: &[f64]) -> (Vec<f64>, Option<(f64, f64)>) {
    match numbers {
        [a, b, rest @ ..] if range => (rest.to_vec(), Some((open(a.min(*b)), open(a.max(*b))))),
        codes => (codes.to_vec(), None),
    }
}

/// `LO` and `HI` are the ends of what a double can hold.
fn open(end: f64) -> f64 {
    if end.abs() > 1e300 { f64::INFINITY.copysign(end) } else { end }
}
