//! Reading CSV: the dialect is declared, a fault has its record and column.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use csv::{ByteRecord, ReaderBuilder};
use encoding_rs::{DecoderResult, Encoding, UTF_8};

use crate::error::Error;
use crate::input::CsvDialect;
use crate::raw::{RawColumn, RawTable};
use crate::read_frame::{io_error, sha256};

pub(crate) fn file(
    name: &str,
    path: &Path,
    dialect: &CsvDialect,
    wanted: &BTreeSet<String>,
) -> Result<RawTable, Error> {
    let encoding = encoding(dialect)?;
    let sha256 = Some(sha256(path)?);
    let mut file = BufReader::with_capacity(1 << 20, File::open(path).map_err(io_error(path))?);
    let table = if encoding == UTF_8 {
        records(name, file, dialect, wanted)
    } else {
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(io_error(path))?;
        let text = decode(name, &bytes, encoding)?;
        records(name, text.as_bytes(), dialect, wanted)
    };
    Ok(RawTable { sha256, ..table? })
}

pub(crate) fn text(
    name: &str,
    text: &str,
    dialect: &CsvDialect,
    wanted: &BTreeSet<String>,
) -> Result<RawTable, Error> {
    records(name, text.as_bytes(), dialect, wanted)
}

fn encoding(dialect: &CsvDialect) -> Result<&'static Encoding, Error> {
    // The WHATWG list knows latin-1 by other spellings only, as windows-1252.
    let label =
        if dialect.encoding.eq_ignore_ascii_case("latin-1") { "latin1" } else { &dialect.encoding };
    let found = Encoding::for_label(label.as_bytes());
    found.ok_or_else(|| Error::UnknownEncoding { got: dialect.encoding.clone() })
}

/// Decodes a whole file and refuses the first byte that has no meaning.
fn decode(name: &str, bytes: &[u8], encoding: &'static Encoding) -> Result<String, Error> {
    let mut decoder = encoding.new_decoder_with_bom_removal();
    let most = decoder.max_utf8_buffer_length_without_replacement(bytes.len());
    let mut text = String::with_capacity(most.unwrap_or(bytes.len()));
    let (result, read) = decoder.decode_to_string_without_replacement(bytes, &mut text, true);
    match result {
        DecoderResult::InputEmpty => Ok(text),
        DecoderResult::Malformed(..) | DecoderResult::OutputFull => Err(Error::Encoding {
            file: name.to_owned(),
            encoding: encoding.name().to_owned(),
            offset: read as u64,
            record: None,
            column: None,
        }),
    }
}

fn records(
    name: &str,
    input: impl Read,
    dialect: &CsvDialect,
    wanted: &BTreeSet<String>,
) -> Result<RawTable, Error> {
    let mut reader = ReaderBuilder::new()
        .delimiter(dialect.separator)
        .has_headers(false)
        .flexible(true)
        .from_reader(input);
    let mut record = ByteRecord::new();
    if !reader.read_byte_record(&mut record).map_err(|error| csv_error(name, &error))? {
        return Err(Error::Empty { file: name.to_owned() });
    }
    let header = header(name, &record)?;
    let mut body = Body::new(name, dialect, header, wanted);
    while reader.read_byte_record(&mut record).map_err(|error| csv_error(name, &error))? {
        body.push(&record)?;
    }
    Ok(body.table)
}

/// The names of the columns, a byte order mark taken off.
fn header(name: &str, record: &ByteRecord) -> Result<Vec<String>, Error> {
    let fields = record.iter().enumerate().map(|(place, field)| {
        let field =
            if place == 0 { field.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(field) } else { field };
        let text = std::str::from_utf8(field).map_err(|error| Error::Encoding {
            file: name.to_owned(),
            encoding: "UTF-8".to_owned(),
            offset: error.valid_up_to() as u64,
            record: None,
            column: None,
        })?;
        Ok(text.to_owned())
    });
    fields.collect()
}

/// The records below the header.
struct Body {
    table: RawTable,
    /// For each column of the file its place in the table, if somebody wants it.
    places: Vec<Option<usize>>,
    comma: bool,
}

impl Body {
    fn new(
        name: &str,
        dialect: &CsvDialect,
        header: Vec<String>,
        wanted: &BTreeSet<String>,
    ) -> Self {
        let mut columns = Vec::new();
        let places = header.iter().map(|column| {
            wanted.contains(column).then(|| {
                columns.push((column.clone(), RawColumn::integers()));
                columns.len() - 1
            })
        });
        let places = places.collect();
        let table = RawTable { name: name.to_owned(), columns, header, ..RawTable::default() };
        Self { table, places, comma: dialect.decimal == ',' }
    }

    fn push(&mut self, record: &ByteRecord) -> Result<(), Error> {
        self.table.rows += 1;
        if record.len() != self.places.len() {
            return Err(self.ragged(record));
        }
        for (place, field) in record.iter().enumerate() {
            let Some(column) = self.places[place] else { continue };
            let text =
                std::str::from_utf8(field).map_err(|error| self.not_utf8(record, place, &error))?;
            if text.contains('\0') {
                return Err(self.error(
                    record,
                    format!("column `{}` has a NUL byte", self.table.header[place]),
                ));
            }
            self.table.columns[column].1.push_field(text, self.comma);
        }
        Ok(())
    }

    fn ragged(&self, record: &ByteRecord) -> Error {
        let (found, expected) = (record.len(), self.places.len());
        let message = format!(
            "{found} fields where the header has {expected}; check the separator, and quotes that do not close"
        );
        self.error(record, message)
    }

    fn error(&self, record: &ByteRecord, message: String) -> Error {
        let line = record.position().map_or(0, csv::Position::line);
        Error::Record {
            file: self.table.name.clone(),
            record: self.table.rows as u64,
            line,
            message,
        }
    }

    fn not_utf8(&self, record: &ByteRecord, place: usize, error: &std::str::Utf8Error) -> Error {
        let start = record.position().map_or(0, csv::Position::byte);
        let before = record.range(place).map_or(0, |range| range.start) + error.valid_up_to();
        Error::Encoding {
            file: self.table.name.clone(),
            encoding: "UTF-8".to_owned(),
            // Separators before the field are not part of the record's buffer.
            offset: start + before as u64 + place as u64,
            record: Some(self.table.rows as u64),
            column: Some(self.table.header[place].clone()),
        }
    }
}

fn csv_error(name: &str, error: &csv::Error) -> Error {
    let (file, format) = (name.to_owned(), "csv");
    Error::Malformed { file, format, message: error.to_string() }
}
