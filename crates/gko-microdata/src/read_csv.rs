//! Reading CSV: the dialect is declared, a fault has its record and column.
//!
//! # Rule
//!
//! Every byte must be of the declared encoding, in columns that nobody asked
//! for too. Every record has the fields of the header. A quote that opens at the
//! start of a field closes at its end: one that does not would swallow the
//! records that follow, so records whose fields span lines, and the last one,
//! are looked at again byte by byte.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::path::Path;

use csv::{ByteRecord, Reader, ReaderBuilder};
use encoding_rs::UTF_8;

use crate::error::Error;
use crate::input::CsvDialect;
use crate::raw::{RawColumn, RawTable};
use crate::read_frame::{io_error, sha256};
use crate::text_encoding::{decode, encoding};

/// Bytes read at a time.
const BUFFER: usize = 1 << 20;

pub(crate) fn file(
    name: &str,
    path: &Path,
    dialect: &CsvDialect,
    wanted: &BTreeSet<String>,
) -> Result<RawTable, Error> {
    let encoding = encoding(dialect)?;
    let sha256 = Some(sha256(path)?);
    let mut file = File::open(path).map_err(io_error(path))?;
    let table = if encoding == UTF_8 {
        records(name, file, dialect, wanted)
    } else {
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(io_error(path))?;
        text(name, &decode(name, &bytes, encoding, dialect)?, dialect, wanted)
    };
    Ok(RawTable { sha256, ..table? })
}

pub(crate) fn text(
    name: &str,
    text: &str,
    dialect: &CsvDialect,
    wanted: &BTreeSet<String>,
) -> Result<RawTable, Error> {
    records(name, Cursor::new(text.as_bytes()), dialect, wanted)
}

pub(crate) fn reader<R: Read>(input: R, dialect: &CsvDialect) -> Reader<R> {
    ReaderBuilder::new()
        .delimiter(dialect.separator)
        .has_headers(false)
        .flexible(true)
        .buffer_capacity(BUFFER)
        .from_reader(input)
}

fn records(
    name: &str,
    input: impl Read + Seek,
    dialect: &CsvDialect,
    wanted: &BTreeSet<String>,
) -> Result<RawTable, Error> {
    let mut reader = reader(input, dialect);
    let mut record = ByteRecord::new();
    let malformed = |error: csv::Error| Error::Malformed {
        file: name.to_owned(),
        format: "csv",
        message: error.to_string(),
    };
    if !reader.read_byte_record(&mut record).map_err(malformed)? {
        return Err(Error::Empty { file: name.to_owned() });
    }
    let head = Extent::of(&record, &reader, 0);
    let Some(header) = header(&record) else {
        let fault = Fault { extent: head, kind: FaultKind::Encoding(None) };
        return Err(Raw { input: reader.into_inner(), name, separator: 0 }.error(fault));
    };
    let mut body = Body::new(name, dialect, header, wanted);
    let mut outcome = Ok(());
    let mut extent = head.clone();
    while outcome.is_ok() && reader.read_byte_record(&mut record).map_err(malformed)? {
        extent = Extent::of(&record, &reader, body.table.rows as u64 + 1);
        outcome = body.push(&record, &extent);
    }
    body.spanning.push(extent);
    let spanning = std::mem::take(&mut body.spanning);
    let mut raw = Raw { input: reader.into_inner(), name, separator: dialect.separator };
    outcome.and_then(|()| raw.quotes(&head, &spanning)).map_err(|fault| raw.error(fault))?;
    Ok(body.table)
}

/// The names of the columns, `None` where one is no UTF-8; the reader has taken
/// off a byte order mark.
fn header(record: &ByteRecord) -> Option<Vec<String>> {
    record.iter().map(|field| std::str::from_utf8(field).ok().map(str::to_owned)).collect()
}

/// Where a record stands in the file.
#[derive(Clone, Debug)]
struct Extent {
    /// Data record, from 1; the header is 0.
    record: u64,
    start: u64,
    end: u64,
    line: u64,
}

impl Extent {
    fn of<R: Read>(record: &ByteRecord, reader: &Reader<R>, number: u64) -> Self {
        let (start, line) = record.position().map_or((0, 0), |at| (at.byte(), at.line()));
        Self { record: number, start, end: reader.position().byte(), line }
    }
}

/// What is wrong with a record.
struct Fault {
    extent: Extent,
    kind: FaultKind,
}

enum FaultKind {
    /// Bytes that are no UTF-8, in a column or in the header.
    Encoding(Option<String>),
    /// Anything else.
    Other(String),
}

/// The records below the header.
struct Body {
    table: RawTable,
    /// For each column of the file its place in the table, if somebody wants it.
    places: Vec<Option<usize>>,
    comma: bool,
    /// Records with a line break in a field.
    spanning: Vec<Extent>,
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
        Self { table, places, comma: dialect.decimal == ',', spanning: Vec::new() }
    }

    fn push(&mut self, record: &ByteRecord, extent: &Extent) -> Result<(), Fault> {
        self.table.rows += 1;
        let fault = |kind| Fault { extent: extent.clone(), kind };
        if record.len() != self.places.len() {
            return Err(fault(ragged(record.len(), self.places.len())));
        }
        let bytes = record.as_slice();
        if bytes.contains(&b'\n') || bytes.contains(&b'\r') {
            self.spanning.push(extent.clone());
        }
        for (place, field) in record.iter().enumerate() {
            let column = &self.table.header[place];
            let text = std::str::from_utf8(field)
                .map_err(|_| fault(FaultKind::Encoding(Some(column.clone()))))?;
            if text.contains('\0') {
                return Err(fault(FaultKind::Other(format!("column `{column}` has a NUL byte"))));
            }
            if let Some(place) = self.places[place] {
                self.table.columns[place].1.push_field(text, self.comma);
            }
        }
        Ok(())
    }
}

fn ragged(found: usize, expected: usize) -> FaultKind {
    FaultKind::Other(format!(
        "{found} fields where the header has {expected}; check the separator, and quotes that do not close"
    ))
}

/// The bytes behind the records, for what the records no longer tell.
struct Raw<'a, R> {
    input: R,
    name: &'a str,
    separator: u8,
}

impl<R: Read + Seek> Raw<'_, R> {
    fn bytes(&mut self, extent: &Extent) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.input.seek(SeekFrom::Start(extent.start))?;
        let length = extent.end.saturating_sub(extent.start);
        self.input.by_ref().take(length).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// The first record of some whose quotes do not close.
    fn quotes(&mut self, head: &Extent, spanning: &[Extent]) -> Result<(), Fault> {
        for extent in std::iter::once(head).chain(spanning) {
            let closes = self.bytes(extent).is_ok_and(|bytes| quotes_close(&bytes, self.separator));
            if !closes {
                let message = "a quote opens a field and does not close at its end, so that it would swallow what follows".to_owned();
                return Err(Fault { extent: extent.clone(), kind: FaultKind::Other(message) });
            }
        }
        Ok(())
    }

    fn error(&mut self, Fault { extent, kind }: Fault) -> Error {
        let (file, record) = (self.name.to_owned(), extent.record);
        let bytes = self.bytes(&extent).unwrap_or_default();
        match kind {
            FaultKind::Encoding(column) => {
                let valid = std::str::from_utf8(&bytes).map_or_else(|e| e.valid_up_to(), str::len);
                let offset = extent.start + valid as u64;
                let record = column.as_ref().map(|_| record);
                Error::Encoding { file, encoding: "UTF-8".to_owned(), offset, record, column }
            }
            FaultKind::Other(message) => {
                // The extent begins with what is left of the line before, and with blank lines.
                let before = bytes.iter().take_while(|byte| b"\r\n".contains(byte));
                let line = extent.line + before.filter(|&&byte| byte == b'\n').count() as u64;
                Error::Record { file, record, line, message }
            }
        }
    }
}

/// Whether every quoted field of a record ends with its closing quote.
fn quotes_close(bytes: &[u8], separator: u8) -> bool {
    #[derive(Clone, Copy, PartialEq)]
    enum At {
        Start,
        Plain,
        Quoted,
        Closed,
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut at = At::Start;
    for &byte in bytes {
        let ends = byte == separator || byte == b'\n' || byte == b'\r';
        at = match at {
            At::Start | At::Closed if byte == b'"' => At::Quoted,
            At::Quoted if byte == b'"' => At::Closed,
            At::Quoted => At::Quoted,
            _ if ends => At::Start,
            At::Closed => return false,
            At::Start | At::Plain => At::Plain,
        };
    }
    at != At::Quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_close_at_the_end_of_their_field_or_not_at_all() {
        for (record, closes) in [
            ("1,2\n", true),
            ("\"1\",\"a \"\"b\"\" c\"\r\n", true),
            ("1,5\" tube\n", true),
            ("\u{feff}\"id\",x\n", true),
            ("1,\"a\nb\"", true),
            ("1,\"a\n", false),
            ("1,\"a\n2,\"b\n", false),
            ("1,\"\"\"", false),
        ] {
            assert_eq!(quotes_close(record.as_bytes(), b','), closes, "{record:?}");
        }
    }
}
