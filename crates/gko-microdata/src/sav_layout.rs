//! Whether an SPSS file can hold what its header and dictionary state.
//!
//! # Rule
//!
//! Every count and length in the file is held against the bytes that are there,
//! before a reader sets memory aside for it: a damaged or forged number ends in
//! an error and not in an abort for want of memory.
//!
//! # References
//!
//! The System File Format, PSPP Developers Guide, chapter "System File Format"
//! (records 2, 3, 4, 6, 7 and 999, and the zlib data header and trailer).

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use crate::error::Error;
use crate::read_frame::io_error;

/// Bytes of the header record.
const HEADER: u64 = 176;
/// zlib packs at most this many bytes into one.
const DENSEST: u64 = 1032;

/// Refuses a file that states more than it can hold.
///
/// # Errors
///
/// [`Error::Io`]; [`Error::Malformed`] with the byte of the wrong number.
pub(crate) fn plausible(name: &str, path: &Path) -> Result<(), Error> {
    let file = File::open(path).map_err(io_error(path))?;
    let length = file.metadata().map_err(io_error(path))?.len();
    let mut walk = Walk { input: BufReader::new(file), at: 0, length, little: true, segments: 0 };
    walk.file().map_err(|message| Error::Malformed {
        file: name.to_owned(),
        format: "SPSS",
        message,
    })
}

/// A way through the records of a file.
struct Walk {
    input: BufReader<File>,
    at: u64,
    length: u64,
    little: bool,
    /// Dictionary records of variables: 8 bytes of a row each.
    segments: u64,
}

impl Walk {
    fn file(&mut self) -> Result<(), String> {
        let (compression, rows) = self.header()?;
        while self.record()? {}
        match compression {
            0 => self.rows(rows),
            2 => self.blocks(),
            _ => Ok(()),
        }
    }

    /// Checks the header and returns how the data are compressed and how many rows it states.
    fn header(&mut self) -> Result<(i32, u64), String> {
        self.skip(64)?;
        // The layout code, 2 or 3, tells the order of bytes.
        self.little = self.bytes::<4>()?[0] != 0;
        let (segments, compression) = (self.number()?, self.number()?);
        self.skip(4)?;
        let rows = self.number()?;
        if rows < 0 {
            let message =
                "it does not state how many records it has; save it again from SPSS or PSPP";
            return Err(message.to_owned());
        }
        // A segment has a dictionary record of 32 bytes; a compressed row takes a byte at least.
        let densest = if compression == 2 { DENSEST } else { 1 };
        if over(segments, self.length / 32) || over(rows, self.length.saturating_mul(densest)) {
            return Err(format!(
                "its header states {rows} records of {segments} segments, more than its {} bytes can hold",
                self.length
            ));
        }
        self.skip(HEADER - 84)?;
        Ok((compression, u64::from(rows.unsigned_abs())))
    }

    /// Rows that are not compressed can be counted: there are neither fewer nor more.
    fn rows(&self, stated: u64) -> Result<(), String> {
        let found = (self.length - self.at).checked_div(self.segments * 8).unwrap_or(stated);
        if found == stated {
            return Ok(());
        }
        Err(format!("it states {stated} records and has {found}; it is cut off or damaged"))
    }

    /// Steps over one record; false behind the last one of the dictionary, and
    /// at a record that only the reader can judge.
    fn record(&mut self) -> Result<bool, String> {
        match self.number()? {
            2 => self.variable()?,
            3 => self.value_labels()?,
            4 => self.items(4)?,
            6 => self.items(80)?,
            7 => {
                self.skip(4)?;
                let size = self.count()?;
                self.items(size)?;
            }
            999 => {
                self.skip(4)?;
                return Ok(false);
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn variable(&mut self) -> Result<(), String> {
        self.skip(4)?;
        self.segments += 1;
        let (has_label, missing) = (self.number()?, self.number()?);
        self.skip(16)?;
        if has_label != 0 {
            let length = self.count()?;
            self.skip(length.next_multiple_of(4))?;
        }
        self.skip(u64::from(missing.unsigned_abs()) * 8)
    }

    fn value_labels(&mut self) -> Result<(), String> {
        let count = self.count()?;
        self.fits(count.saturating_mul(16))?;
        for _ in 0..count {
            self.skip(8)?;
            let [length] = self.bytes()?;
            self.skip((u64::from(length) + 1).next_multiple_of(8) - 1)?;
        }
        Ok(())
    }

    /// Steps over a count and as many items of one size.
    fn items(&mut self, size: u64) -> Result<(), String> {
        let count = self.count()?;
        self.skip(count.saturating_mul(size))
    }

    /// Checks the list of compressed blocks at the end of the file.
    fn blocks(&mut self) -> Result<(), String> {
        self.skip(8)?;
        let trailer = self.long()?;
        self.seek(trailer)?;
        self.skip(20)?;
        let count = self.count()?;
        self.fits(count.saturating_mul(24))?;
        for _ in 0..count {
            self.skip(8)?;
            let (from, unpacked, packed) = (self.long()?, self.count()?, self.count()?);
            let outside = from.saturating_add(packed) > self.length;
            if outside || unpacked > packed.saturating_mul(DENSEST) {
                return Err(format!("its list of blocks is wrong before byte {}", self.at));
            }
        }
        Ok(())
    }

    fn seek(&mut self, to: u64) -> Result<(), String> {
        self.at = 0;
        self.fits(to)?;
        self.input.seek(SeekFrom::Start(to)).map_err(|error| error.to_string())?;
        self.at = to;
        Ok(())
    }

    fn skip(&mut self, bytes: u64) -> Result<(), String> {
        self.fits(bytes)?;
        let step = i64::try_from(bytes).map_err(|error| error.to_string())?;
        self.input.seek_relative(step).map_err(|error| error.to_string())?;
        self.at += bytes;
        Ok(())
    }

    fn fits(&self, bytes: u64) -> Result<(), String> {
        if bytes <= self.length.saturating_sub(self.at) {
            return Ok(());
        }
        let (at, length) = (self.at, self.length);
        Err(format!(
            "at byte {at} it wants {bytes} more and has {length} in all; it is cut off or damaged"
        ))
    }

    fn bytes<const N: usize>(&mut self) -> Result<[u8; N], String> {
        self.fits(N as u64)?;
        let mut bytes = [0; N];
        self.input.read_exact(&mut bytes).map_err(|error: io::Error| error.to_string())?;
        self.at += N as u64;
        Ok(bytes)
    }

    fn number(&mut self) -> Result<i32, String> {
        let bytes = self.bytes()?;
        Ok(if self.little { i32::from_le_bytes(bytes) } else { i32::from_be_bytes(bytes) })
    }

    /// A number that counts something and so is not negative.
    fn count(&mut self) -> Result<u64, String> {
        let at = self.at;
        let number = self.number()?;
        u64::try_from(number).map_err(|_| format!("at byte {at} it counts {number} of something"))
    }

    fn long(&mut self) -> Result<u64, String> {
        let (at, bytes) = (self.at, self.bytes()?);
        let number =
            if self.little { i64::from_le_bytes(bytes) } else { i64::from_be_bytes(bytes) };
        u64::try_from(number).map_err(|_| format!("at byte {at} it points before its beginning"))
    }
}

/// Whether a number states more than there can be; what is not stated (-1) does not.
fn over(stated: i32, most: u64) -> bool {
    u64::try_from(stated).is_ok_and(|stated| stated > most)
}
