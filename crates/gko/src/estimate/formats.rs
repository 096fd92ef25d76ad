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
    let dialect = CsvDialect::declared(data.separator, &data.encoding, data.decimal);
    dialect.map_err(|(field, message)| Error::invalid(&format!("/data/{field}"), message))
}
