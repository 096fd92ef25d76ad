//! Which format a file has.

use gko_microdata::{CsvDialect, Format};

use crate::estimate::error::Error;
use crate::estimate::request::{Data, FileFormat};

/// The format of a file: as declared, or by its ending.
pub(crate) fn of(data: &Data, file: &str) -> Result<Format, Error> {
    let dialect = || dialect(data);
    Ok(match data.format.filter(|_| file == data.file) {
        Some(FileFormat::Csv) => Format::Csv(dialect()?),
        Some(FileFormat::Parquet) => Format::Parquet,
        Some(FileFormat::ArrowIpc) => Format::ArrowIpc,
        Some(FileFormat::Sav) => Format::Sav,
        Some(FileFormat::Dta) => Format::Dta,
        None => {
            let refused = || {
                let message = format!(
                    "the ending of `{file}` tells no format; give `format`: csv, parquet, arrow-ipc, sav or dta"
                );
                Error::invalid("/data/format", message)
            };
            Format::of_ending(file, dialect()?).ok_or_else(refused)?
        }
    })
}

fn dialect(data: &Data) -> Result<CsvDialect, Error> {
    let separator = u8::try_from(data.separator).map_err(|_| {
        Error::invalid("/data/separator", "a separator is one ASCII character such as `,` or `;`")
    })?;
    if !['.', ','].contains(&data.decimal) {
        return Err(Error::invalid("/data/decimal", "a decimal mark is `.` or `,`"));
    }
    Ok(CsvDialect { separator, encoding: data.encoding.clone(), decimal: data.decimal })
}
