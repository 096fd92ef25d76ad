//! Reading Arrow record batches that another program has in memory.

use std::collections::BTreeSet;

use arrow::array::{Array, ArrayRef, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type, Int64Type};
use polars::prelude::{NamedFrom, Series};

use crate::error::Error;
use crate::raw::{RawColumn, RawTable};

pub(crate) fn batches(
    name: &str,
    batches: &[RecordBatch],
    wanted: &BTreeSet<String>,
) -> Result<RawTable, Error> {
    let Some(first) = batches.first() else { return Err(Error::Empty { file: name.to_owned() }) };
    let malformed = |message| Error::Malformed { file: name.to_owned(), format: "Arrow", message };
    if batches.iter().any(|batch| batch.schema() != first.schema()) {
        return Err(malformed("its batches have different schemas".to_owned()));
    }
    let header: Vec<String> = first.schema().fields().iter().map(|f| f.name().clone()).collect();
    let mut columns = Vec::new();
    for (place, column) in header.iter().enumerate().filter(|(_, column)| wanted.contains(*column))
    {
        let arrays: Vec<&ArrayRef> = batches.iter().map(|batch| batch.column(place)).collect();
        let values = series(column, &arrays).map_err(|error| malformed(error.to_string()))?;
        columns.push((column.clone(), RawColumn::Series { values, declared: None }));
    }
    let rows = batches.iter().map(RecordBatch::num_rows).sum();
    Ok(RawTable { name: name.to_owned(), rows, columns, header, ..RawTable::default() })
}

/// Whole numbers as they are, other numbers and flags as `f64`, everything else
/// as text; dictionaries by their values.
fn series(name: &str, arrays: &[&ArrayRef]) -> Result<Series, arrow::error::ArrowError> {
    let kind = arrays.first().map_or(&DataType::Null, |array| array.data_type());
    let values = if let DataType::Dictionary(_, values) = kind { values.as_ref() } else { kind };
    if values.is_integer() && *values != DataType::UInt64 {
        return integers(name, arrays);
    }
    if values.is_numeric() || *values == DataType::Boolean {
        return numbers(name, arrays);
    }
    texts(name, arrays)
}

/// Ids of more than 15 digits would not survive as `f64`.
fn integers(name: &str, arrays: &[&ArrayRef]) -> Result<Series, arrow::error::ArrowError> {
    let mut values: Vec<Option<i64>> = Vec::new();
    for array in arrays {
        let cast = cast(array, &DataType::Int64)?;
        let numbers = arrow::array::AsArray::as_primitive::<Int64Type>(&cast);
        values.extend(numbers.iter());
    }
    Ok(Series::new(name.into(), values))
}

fn numbers(name: &str, arrays: &[&ArrayRef]) -> Result<Series, arrow::error::ArrowError> {
    let mut values: Vec<Option<f64>> = Vec::new();
    for array in arrays {
        let cast = cast(array, &DataType::Float64)?;
        let numbers = arrow::array::AsArray::as_primitive::<Float64Type>(&cast);
        values.extend(numbers.iter());
    }
    Ok(Series::new(name.into(), values))
}

fn texts(name: &str, arrays: &[&ArrayRef]) -> Result<Series, arrow::error::ArrowError> {
    let mut values: Vec<Option<String>> = Vec::new();
    for array in arrays {
        let cast = cast(array, &DataType::Utf8)?;
        let texts = arrow::array::AsArray::as_string::<i32>(&cast);
        values.extend(texts.iter().map(|text| text.map(str::to_owned)));
    }
    Ok(Series::new(name.into(), values))
}
