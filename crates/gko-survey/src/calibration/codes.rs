//! Codes of rows in as few bytes as they need.
//!
//! # Rule
//! A code is a position counted from 0, such as that of a category's target. A column
//! of at most 256 categories fits into bytes; it is used as it lies, without a copy.
//!
//! # Assumptions
//! None: whether a code has a target is checked by whoever uses it.
//!
//! # References
//! The dictionary codes of an Arrow column; the integers under an R factor, less 1.

use std::ops::Range;

/// A column of codes, borrowed as it lies.
///
/// # Example
/// ```
/// use gko_survey::calibration::Codes;
///
/// let sex = [0_u8, 1, 1];
/// let codes = Codes::from(&sex);
/// assert_eq!((codes.len(), codes.get(2), codes.get(3)), (3, Some(1), None));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Codes<'a> {
    /// One byte a row.
    U8(&'a [u8]),
    /// Two bytes a row.
    U16(&'a [u16]),
    /// Four bytes a row.
    U32(&'a [u32]),
}

impl<'a> Codes<'a> {
    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::U8(codes) => codes.len(),
            Self::U16(codes) => codes.len(),
            Self::U32(codes) => codes.len(),
        }
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The code of a row; none beyond the last one.
    #[must_use]
    pub fn get(&self, row: usize) -> Option<u32> {
        match self {
            Self::U8(codes) => codes.get(row).map(|&code| u32::from(code)),
            Self::U16(codes) => codes.get(row).map(|&code| u32::from(code)),
            Self::U32(codes) => codes.get(row).copied(),
        }
    }

    /// The codes in the order of the rows.
    pub fn iter(&self) -> impl Iterator<Item = u32> + use<'a> {
        let codes = *self;
        (0..codes.len()).filter_map(move |row| codes.get(row))
    }

    /// The codes of some rows, which must all be there.
    pub(super) fn part(&self, rows: Range<usize>) -> Self {
        match self {
            Self::U8(codes) => Self::U8(&codes[rows]),
            Self::U16(codes) => Self::U16(&codes[rows]),
            Self::U32(codes) => Self::U32(&codes[rows]),
        }
    }
}

macro_rules! borrowed {
    ($($variant:ident $code:ty),*) => {$(
        impl<'a> From<&'a [$code]> for Codes<'a> {
            fn from(codes: &'a [$code]) -> Self {
                Self::$variant(codes)
            }
        }

        impl<'a> From<&'a Vec<$code>> for Codes<'a> {
            fn from(codes: &'a Vec<$code>) -> Self {
                Self::$variant(codes)
            }
        }

        impl<'a, const ROWS: usize> From<&'a [$code; ROWS]> for Codes<'a> {
            fn from(codes: &'a [$code; ROWS]) -> Self {
                Self::$variant(codes)
            }
        }
    )*};
}

borrowed!(U8 u8, U16 u16, U32 u32);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_width_reads_alike() {
        let (bytes, pairs, words) = ([3_u8, 0, 255], vec![3_u16, 0, 255], [3_u32, 0, 255]);
        for codes in [Codes::from(&bytes), Codes::from(&pairs), Codes::from(&words[..])] {
            assert_eq!(codes.iter().collect::<Vec<_>>(), [3, 0, 255]);
            assert_eq!(codes.part(1..3).iter().collect::<Vec<_>>(), [0, 255]);
            assert!(!codes.is_empty() && codes.part(1..1).is_empty());
        }
    }
}
