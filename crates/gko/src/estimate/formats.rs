//! Which format a file has.

use gko_microdata::{CsvDialect, Format};

use crate::estimate::error::Error;
use crate::estimate::request::{Data, FileFormat};

/// The format of a file: as declared, or by its ending.
pub(crate) fn of(data: &Data, file: &str) -> Result<Format, Error> {
    let ending = file.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    let declared = data.format.filter(|_| file == data.file);
    let format = match (declared, &*ending) {
        (Some(format), _) => format,
        (None, "csv" | "tsv" | "txt") => FileFormat::Csv,
        (None, "parquet") => FileFormat::Parquet,
        (None, "arrow" | "feather") => FileFormat::ArrowIpc,
        (None, "sav" | "zsav") => FileFormat::Sav,
        (None, "dta") => FileFormat::Dta,
        (None, other) => {
            let message = format!(
                "the ending `{other}` tells no format; give `format`: csv, parquet, arrow-ipc, sav or dta"
            );
            return Err(Error::invalid("/data/format", message));
        }
    };
    Ok(match format {
        FileFormat::Csv => Format::Csv(dialect(data)?),
        FileFormat::Parquet => Format::Parquet,
        FileFormat::ArrowIpc => Format::ArrowIpc,
        FileFormat::Sav => Format::Sav,
        FileFormat::Dta => Format::Dta,
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
