//! Columns in memory: narrow, without nulls, a state for each missing reason.

use gko_codebook::{MissingReason, state};

/// The answers to one question.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Column {
    /// One of a list of categories.
    Coded(Coded),
    /// A number.
    Number(Number),
    /// Any number of ticks.
    Multi(MultiResponse),
}

/// States of a categorical variable, in the narrowest type that holds them.
///
/// A state below the number of categories is the place of a category in the
/// codebook; the reasons stand at the upper end of the type.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Coded {
    /// At most 240 categories: a byte a row.
    Narrow(Vec<u8>),
    /// More: two bytes a row, the high byte of a reason being 255.
    Wide(Vec<u16>),
}

/// Numbers beside a reason byte; where the reason is not 0 the number is 0.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Number {
    /// The numbers.
    pub values: Vec<f64>,
    /// 0 where the number counts, else the state of the reason.
    pub reasons: Vec<u8>,
}

/// One bit an option, and one reason for the whole set.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MultiResponse {
    /// Bit i is set where option i of the codebook is ticked.
    pub ticks: Vec<u64>,
    /// 0 where the set is answered, else the state of the reason.
    pub reasons: Vec<u8>,
    /// For each sample the options that its file does not have.
    pub absent: Vec<u64>,
}

/// Blank, until the blanks are classified; never seen outside this crate.
pub(crate) const BLANK: u8 = 255;
/// The high byte of a reason in a wide column.
const WIDE: u16 = 0xFF00;

impl Coded {
    pub(crate) fn with_capacity(categories: usize, rows: usize) -> Self {
        if categories <= usize::from(state::FIRST_MISSING) {
            Self::Narrow(Vec::with_capacity(rows))
        } else {
            Self::Wide(Vec::with_capacity(rows))
        }
    }

    /// Appends a category (below 0xFF00) or a state made by [`missing_state`].
    pub(crate) fn push(&mut self, value: u16) {
        match self {
            // A narrow column has at most 240 categories, and a reason's low byte is its state.
            Self::Narrow(states) => states.push(value.to_le_bytes()[0]),
            Self::Wide(states) => states.push(value),
        }
    }

    /// How many rows.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Narrow(states) => states.len(),
            Self::Wide(states) => states.len(),
        }
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The category of a row, `None` where it is missing.
    #[must_use]
    pub fn category(&self, row: usize) -> Option<usize> {
        match self {
            Self::Narrow(s) => Some(usize::from(s[row])).filter(|_| s[row] < state::FIRST_MISSING),
            Self::Wide(s) => Some(usize::from(s[row])).filter(|_| s[row] < WIDE),
        }
    }

    /// The state of a row: 240 and above for a reason, else 0, whatever the category.
    #[must_use]
    pub fn reason_state(&self, row: usize) -> u8 {
        let low = match self {
            Self::Narrow(states) => states[row],
            Self::Wide(states) if states[row] >= WIDE => states[row].to_le_bytes()[0],
            Self::Wide(_) => 0,
        };
        if low >= state::FIRST_MISSING { low } else { 0 }
    }

    /// The state of a row as one byte; categories beyond 239 show as 239.
    #[must_use]
    pub fn state(&self, row: usize) -> u8 {
        let last = state::FIRST_MISSING - 1;
        self.category(row).map_or_else(
            || self.reason_state(row),
            |category| u8::try_from(category).map_or(last, |byte| byte.min(last)),
        )
    }

    fn append(&mut self, other: Self) {
        match (self, other) {
            (Self::Narrow(a), Self::Narrow(mut b)) => a.append(&mut b),
            (Self::Wide(a), Self::Wide(mut b)) => a.append(&mut b),
            // Both come from one codebook, which fixes the width.
            _ => unreachable!("columns of one variable have one width"),
        }
    }
}

/// A reason or [`BLANK`] as [`Coded::push`] takes it.
pub(crate) const fn missing_state(state: u8) -> u16 {
    WIDE | state as u16
}

/// The byte of a wide state: its reason, or 0 for any category.
const fn wide_byte(state: u16) -> u8 {
    if state >= WIDE { state.to_le_bytes()[0] } else { 0 }
}

impl Column {
    /// How many rows.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Coded(coded) => coded.len(),
            Self::Number(number) => number.reasons.len(),
            Self::Multi(multi) => multi.reasons.len(),
        }
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// 0 where a row has a substantive answer, else the state of the reason.
    #[must_use]
    pub fn reason_state(&self, row: usize) -> u8 {
        match self {
            Self::Coded(coded) => coded.reason_state(row),
            Self::Number(number) => number.reasons[row],
            Self::Multi(multi) => multi.reasons[row],
        }
    }

    /// Why a row has no answer.
    #[must_use]
    pub fn missing_reason(&self, row: usize) -> Option<MissingReason> {
        state::reason(self.reason_state(row))
    }

    /// Calls `see` with the byte of each row: a reason or [`BLANK`] from 240 on,
    /// anything below for an answer.
    pub(crate) fn each_reason(&self, mut see: impl FnMut(usize, u8)) {
        let bytes = match self {
            Self::Coded(Coded::Narrow(states)) => states,
            Self::Number(number) => &number.reasons,
            Self::Multi(multi) => &multi.reasons,
            Self::Coded(Coded::Wide(states)) => {
                return states
                    .iter()
                    .enumerate()
                    .for_each(|(row, state)| see(row, wide_byte(*state)));
            }
        };
        bytes.iter().enumerate().for_each(|(row, byte)| see(row, *byte));
    }

    /// Replaces the byte of each row by what `decide` makes of it; an answer must
    /// stay as it is, or become a reason.
    pub(crate) fn map_reasons(&mut self, mut decide: impl FnMut(usize, u8) -> u8) {
        let bytes = match self {
            Self::Coded(Coded::Narrow(states)) => states,
            Self::Number(number) => &mut number.reasons,
            Self::Multi(multi) => &mut multi.reasons,
            Self::Coded(Coded::Wide(states)) => {
                for (row, state) in states.iter_mut().enumerate() {
                    let byte = decide(row, wide_byte(*state));
                    *state = if byte < state::FIRST_MISSING { *state } else { missing_state(byte) };
                }
                return;
            }
        };
        bytes.iter_mut().enumerate().for_each(|(row, byte)| *byte = decide(row, *byte));
    }

    pub(crate) fn append(&mut self, other: Self) {
        match (self, other) {
            (Self::Coded(a), Self::Coded(b)) => a.append(b),
            (Self::Number(a), Self::Number(mut b)) => {
                a.values.append(&mut b.values);
                a.reasons.append(&mut b.reasons);
            }
            (Self::Multi(a), Self::Multi(mut b)) => {
                a.ticks.append(&mut b.ticks);
                a.reasons.append(&mut b.reasons);
            }
            _ => unreachable!("columns of one variable have one kind"),
        }
    }

    /// Keeps the rows whose flag is set.
    pub(crate) fn retain(&mut self, keep: &[bool]) {
        match self {
            Self::Coded(Coded::Narrow(states)) => retain(states, keep),
            Self::Coded(Coded::Wide(states)) => retain(states, keep),
            Self::Number(number) => {
                retain(&mut number.values, keep);
                retain(&mut number.reasons, keep);
            }
            Self::Multi(multi) => {
                retain(&mut multi.ticks, keep);
                retain(&mut multi.reasons, keep);
            }
        }
    }
}

pub(crate) fn retain<T>(values: &mut Vec<T>, keep: &[bool]) {
    if keep.iter().all(|keep| *keep) {
        return;
    }
    let mut flags = keep.iter();
    values.retain(|_| *flags.next().unwrap_or(&true));
}
