//! Text in the encoding that a CSV dialect declares, in and out.
//!
//! # Rule
//!
//! The declared encoding is taken at its word: the first byte sequence that has
//! no meaning in it is an error with its offset, and so is a character on the
//! way out that it cannot write. Nothing is replaced.

use encoding_rs::{DecoderResult, EncoderResult, Encoding, UTF_16BE, UTF_16LE};

use crate::error::Error;
use crate::input::CsvDialect;

/// The encoding behind a dialect's label.
pub(crate) fn encoding(dialect: &CsvDialect) -> Result<&'static Encoding, Error> {
    // The WHATWG list knows latin-1 by other spellings only, as windows-1252.
    let label =
        if dialect.encoding.eq_ignore_ascii_case("latin-1") { "latin1" } else { &dialect.encoding };
    let found = Encoding::for_label(label.as_bytes());
    found.ok_or_else(|| Error::UnknownEncoding { got: dialect.encoding.clone() })
}

/// Decodes a whole file and refuses the first bytes that have no meaning.
pub(crate) fn decode(
    name: &str,
    bytes: &[u8],
    encoding: &'static Encoding,
    dialect: &CsvDialect,
) -> Result<String, Error> {
    let mut decoder = encoding.new_decoder_with_bom_removal();
    let most = decoder.max_utf8_buffer_length_without_replacement(bytes.len());
    let mut text = String::with_capacity(most.unwrap_or(bytes.len()));
    let (result, read) = decoder.decode_to_string_without_replacement(bytes, &mut text, true);
    let behind = match result {
        DecoderResult::InputEmpty => return Ok(text),
        DecoderResult::Malformed(wrong, after) => usize::from(wrong) + usize::from(after),
        DecoderResult::OutputFull => 0,
    };
    let (record, column) = place(&text, dialect);
    let (file, encoding) = (name.to_owned(), encoding.name().to_owned());
    let offset = read.saturating_sub(behind) as u64;
    Err(Error::Encoding { file, encoding, offset, record, column })
}

/// The data record and the column in which a text breaks off.
fn place(text: &str, dialect: &CsvDialect) -> (Option<u64>, Option<String>) {
    // A mark at the end, so that a text that breaks off after a separator or a
    // line end has begun the field that follows.
    let marked = format!("{text}?");
    let mut reader = crate::read_csv::reader(marked.as_bytes(), dialect);
    let mut records = reader.byte_records().filter_map(Result::ok);
    let Some(header) = records.next() else { return (None, None) };
    let (mut count, mut fields) = (0, 0);
    for record in records {
        (count, fields) = (count + 1, record.len());
    }
    if count == 0 {
        return (None, None);
    }
    let name = header.get(fields.saturating_sub(1));
    (Some(count), name.map(|name| String::from_utf8_lossy(name).into_owned()))
}

/// A text as bytes; `Err` holds the first character that the encoding does not have.
pub(crate) fn encode(text: &str, encoding: &'static Encoding) -> Result<Vec<u8>, char> {
    if encoding == UTF_16LE {
        return Ok(text.encode_utf16().flat_map(u16::to_le_bytes).collect());
    }
    if encoding == UTF_16BE {
        return Ok(text.encode_utf16().flat_map(u16::to_be_bytes).collect());
    }
    let mut encoder = encoding.new_encoder();
    let most = encoder.max_buffer_length_from_utf8_without_replacement(text.len());
    let mut bytes = Vec::with_capacity(most.unwrap_or(text.len()));
    match encoder.encode_from_utf8_to_vec_without_replacement(text, &mut bytes, true).0 {
        EncoderResult::Unmappable(character) => Err(character),
        EncoderResult::InputEmpty | EncoderResult::OutputFull => Ok(bytes),
    }
}
