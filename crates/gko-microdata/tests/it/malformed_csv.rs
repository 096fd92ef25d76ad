//! CSV files that are refused: where the fault stands, and what to do.

use gko_microdata::{Error, Layout, Microdata, read};

use crate::demo::{codebook, csv, file, try_bound, words, write};

fn from_bytes(bytes: &[u8], separator: u8, encoding: &str) -> Result<Microdata, Error> {
    let folder = tempfile::tempdir().unwrap();
    let path = write(&folder, "f.csv", bytes);
    let input = file(&path, csv(separator, encoding, '.'));
    read(&[input], &Layout::unweighted("id"), &codebook())
}

/// Record and line of a fault of the text, the same in a file and in memory.
fn place(text: &str, words: &str) -> (u64, u64) {
    let from_file = from_bytes(text.as_bytes(), b',', "utf-8").unwrap_err();
    let from_text = try_bound(text).unwrap_err();
    let Error::Record { record, line, message, .. } = &from_file else {
        panic!("{text:?}: {from_file}")
    };
    assert!(message.contains(words), "{message}");
    let Error::Record { record: r, line: l, .. } = &from_text else { panic!("{from_text}") };
    assert_eq!((r, l), (record, line));
    (*record, *line)
}

#[test]
fn a_ragged_row_has_its_record_and_line() {
    let words = "fields where the header has 2; check the separator";
    assert_eq!(place("id,F11\n1,1\n2,1,9\n3,1\n", words), (2, 3));
    assert_eq!(place("id,F11\n1,1\n2\n", words), (2, 3));
    assert_eq!(place("id,F11\r\n1,1\r\n2,1,9\r\n3,1\r\n", words), (2, 3));
    assert_eq!(place("id,F11\n1,1\n\n\n2,1,9\n", words), (2, 5));
    assert_eq!(place("id,F11,notes\n1,1,\"two\nlines\"\n2,1,9,9\n", "fields where"), (2, 4));
    assert_eq!(
        place("id,F11,notes\r\n1,1,\"two\r\nlines\"\r\n2,1,9,9\r\n", "fields where"),
        (2, 4)
    );
}

#[test]
fn a_file_read_with_another_separator_is_refused() {
    let error = from_bytes(b"id;F11\n1;1\n", b',', "utf-8").unwrap_err();
    assert!(matches!(&error, Error::NoColumn { column, .. } if column == "id"), "{error}");
    assert!(error.to_string().contains("did you mean `id;F11`?"), "{error}");
}

#[test]
fn a_quote_that_does_not_close_never_swallows_rows() {
    let words = "a quote opens a field and does not close";
    assert_eq!(place("id,F11\n1,1\n2,\"1\n3,0\n", words), (2, 3));
    assert_eq!(place("id,F11\n1,\"1\n2,0\n3,\"0\n4,1\n", words), (1, 2));
    assert_eq!(place("id,F11,notes\n1,1,x\n2,1,\"said\n3,0,\"y\"\n4,1,z\n", words), (2, 3));
    assert_eq!(place("id,F11\n1,1\n2,\"1", words), (2, 3));
    assert_eq!(place("id,\"F11\n1,1\n2,0\n", words), (0, 1));
    assert_eq!(place("id,F11,notes\n1,\"1\n2,0\n", "fields where"), (1, 2));
}

#[test]
fn quotes_that_close_may_hold_anything() {
    let text =
        "id,F11,notes\n1,1,\"a, \"\"b\"\"\nand c\"\n2,\"0\",\"\"\n3,1,5\" tube\n4,0,\"\r\n\"\n";
    let data = try_bound(text).unwrap();
    assert_eq!(words(&data, &codebook(), "F11"), ["yes", "no", "yes", "no"]);
    let data = try_bound("id,F11\n\"1\",\"1\"").unwrap();
    assert_eq!(data.rows(), 1, "no line end behind the last record");
}

#[test]
fn line_ends_may_be_mixed() {
    let data = try_bound("id,F11\r\n1,1\n2,0\r\n\r\n3,1\r4,0\n").unwrap();
    assert_eq!(words(&data, &codebook(), "F11"), ["yes", "no", "yes", "no"]);
}

#[test]
fn a_nul_byte_is_refused_in_every_column() {
    assert_eq!(place("id,F11\n1,1\n2,1\0\n", "column `F11` has a NUL byte"), (2, 3));
    assert_eq!(place("id,F11,notes\n1,1,\0\n", "column `notes` has a NUL byte"), (1, 2));
}

#[test]
fn a_byte_of_another_encoding_is_found_where_it_stands() {
    for (before, after, record, column) in [
        ("id,F11,notes\n1,1,x\n2,0,caf", "\n3,1,y\n", 2, "notes"),
        ("id,F11,notes\r\n\"1\",\"1\",\"a \"\"b\"\"\"\r\n\"2\",\"", "\",x\r\n", 2, "F11"),
        ("id,F11,notes\n\n\n1,", ",x\n", 1, "F11"),
        ("\u{feff}id,F11,notes\n1,1,\"two\nlines\"\n2,1,\"\u{e9}\n", "\"\n", 2, "notes"),
        ("id,F11\n", ",1\n", 1, "id"),
    ] {
        let bytes = [before.as_bytes(), b"\xE9", after.as_bytes()].concat();
        let error = from_bytes(&bytes, b',', "utf-8").unwrap_err();
        let Error::Encoding { offset, record: r, column: c, encoding, .. } = &error else {
            panic!("{before:?}: {error}")
        };
        assert_eq!((*offset, *r, c.as_deref()), (before.len() as u64, Some(record), Some(column)));
        assert_eq!(encoding, "UTF-8");
        assert!(error.to_string().contains("declare the encoding"), "{error}");
    }
    let error = from_bytes(b"id,caf\xE9\n1,1\n", b',', "utf-8").unwrap_err();
    assert!(matches!(error, Error::Encoding { offset: 6, record: None, .. }), "{error}");
}

#[test]
fn a_decoder_that_stops_tells_the_first_byte_that_it_did_not_know() {
    let utf16 =
        |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
    let before = utf16("id,F11,notes\n1,1,x\n2,0,y");
    for (wrong, after) in [(0xDC00_u16, "z\n"), (0xD800, "z\n")] {
        let bytes = [before.clone(), wrong.to_le_bytes().to_vec(), utf16(after)].concat();
        let error = from_bytes(&bytes, b',', "utf-16le").unwrap_err();
        let Error::Encoding { offset, record, column, .. } = &error else { panic!("{error}") };
        assert_eq!(*offset, before.len() as u64, "{wrong:X}");
        assert_eq!((*record, column.as_deref()), (Some(2), Some("notes")));
    }
    let before = b"id,F11,notes\n1,1,\x93\xFA\n2,";
    let bytes = [before.as_slice(), b"\x81\x20,x\n"].concat();
    let error = from_bytes(&bytes, b',', "shift_jis").unwrap_err();
    let Error::Encoding { offset, record, column, .. } = &error else { panic!("{error}") };
    assert_eq!((*offset, *record, column.as_deref()), (before.len() as u64, Some(2), Some("F11")));
    let odd = [utf16("id,F11\n1,1\n"), vec![b'2']].concat();
    assert_eq!(from_bytes(&odd, b',', "utf-16le").unwrap_err().code(), "GKO-M005");
}

#[test]
fn utf_16_read_as_utf_8_is_refused_at_its_first_byte() {
    let bytes: Vec<u8> =
        "\u{feff}id,F11\n1,1\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let error = from_bytes(&bytes, b',', "utf-8").unwrap_err();
    assert!(matches!(error, Error::Encoding { offset: 0, .. }), "{error}");
}

#[test]
fn an_encoding_that_nobody_knows_names_some_that_are() {
    let error = from_bytes(b"id,F11\n1,1\n", b',', "utf-9").unwrap_err();
    assert_eq!(error.code(), "GKO-M006");
    assert!(
        error.to_string().contains("`utf-9`") && error.to_string().contains("windows-1252"),
        "{error}"
    );
}

#[test]
fn a_header_with_faults_lists_them_all() {
    let error = try_bound("id,, F11,A2,a2,F12,F12,F14_1 \n1,1,1,1,1,1,1,1\n").unwrap_err();
    let Error::Header { faults, .. } = &error else { panic!("{error}") };
    assert_eq!(
        faults,
        &[
            "column 2 has no name",
            "column 3 ` F11` begins or ends with a blank",
            "column 5 `a2` repeats `A2`",
            "column 7 `F12` repeats `F12`",
            "column 8 `F14_1 ` begins or ends with a blank",
        ]
    );
    assert!(error.to_string().ends_with("rename the columns [GKO-M007]"), "{error}");
}

#[test]
fn a_file_without_rows_is_an_error_and_no_zero() {
    for text in ["", "id,F11\n", "id,F11", "\n\n", "\u{feff}", "id,F11\r\n\r\n"] {
        let error = try_bound(text).unwrap_err();
        assert_eq!(error.code(), "GKO-M002", "{text:?}: {error}");
        let error = from_bytes(text.as_bytes(), b',', "utf-8").unwrap_err();
        assert_eq!(error.code(), "GKO-M002", "{text:?}: {error}");
    }
}
