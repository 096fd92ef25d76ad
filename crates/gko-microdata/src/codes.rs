//! From the cells of a file to the states of a categorical column.

use std::collections::BTreeMap;

use gko_codebook::{Categories, Code, MissingCode, MissingReason, state};

use crate::column::missing_state;
use crate::raw::Cell;

/// The codes of one variable in one wave, with a table for the small ones.
#[derive(Debug)]
pub(crate) struct CodeMap {
    small: Vec<Option<u16>>,
    integers: BTreeMap<i64, u16>,
    texts: BTreeMap<String, u16>,
}

/// Codes from -100 to 1023 are looked up in a table.
const LOWEST: i64 = -100;
const TABLE: usize = 1124;

impl CodeMap {
    pub(crate) fn categorical(categories: &Categories, wave: &str) -> Self {
        let mut map = Self::missing(&categories.missing, wave);
        for (place, category) in categories.list.iter().enumerate() {
            // The codebook allows fewer categories than a u16 counts.
            map.insert(category.code_in(wave), u16::try_from(place).unwrap_or(u16::MAX));
        }
        map
    }

    pub(crate) fn missing(codes: &[MissingCode], wave: &str) -> Self {
        let (integers, texts) = (BTreeMap::new(), BTreeMap::new());
        let mut map = Self { small: vec![None; TABLE], integers, texts };
        for missing in codes {
            map.insert(missing.code_in(wave), reason(missing.reason));
        }
        map
    }

    pub(crate) fn insert(&mut self, code: &Code, value: u16) {
        match code {
            Code::Integer(code) => match slot(*code) {
                Some(slot) => self.small[slot] = Some(value),
                None => drop(self.integers.insert(*code, value)),
            },
            Code::Text(code) => drop(self.texts.insert(code.clone(), value)),
        }
    }

    /// What a cell stands for, `None` where the codebook does not have it.
    pub(crate) fn get(&self, cell: Cell<'_>) -> Option<u16> {
        match cell {
            Cell::Blank | Cell::NotANumber => None,
            Cell::Number(number) | Cell::Declared(number) => self.number(number),
            Cell::Text(text) | Cell::DeclaredText(text) => {
                let found = self.texts.get(text).copied();
                found.or_else(|| text.parse().ok().and_then(|number| self.number(number)))
            }
        }
    }

    fn number(&self, number: f64) -> Option<u16> {
        #[expect(clippy::cast_possible_truncation, reason = "checked by the way back")]
        let code = number as i64;
        // The way back is cheaper than `fract`, which is a call on older processors.
        #[expect(clippy::cast_precision_loss, reason = "what does not come back is no code")]
        let whole = code as f64 == number && code.unsigned_abs() < 1 << 53;
        if !whole {
            return None;
        }
        match slot(code) {
            Some(slot) => self.small[slot].or_else(|| self.as_text(code)),
            None => self.integers.get(&code).copied().or_else(|| self.as_text(code)),
        }
    }

    /// A text code such as "1" that a reader has turned into a number.
    fn as_text(&self, code: i64) -> Option<u16> {
        if self.texts.is_empty() { None } else { self.texts.get(&code.to_string()).copied() }
    }
}

fn slot(code: i64) -> Option<usize> {
    usize::try_from(code - LOWEST).ok().filter(|&slot| slot < TABLE)
}

pub(crate) const fn reason(reason: MissingReason) -> u16 {
    missing_state(state::of(reason))
}

/// How a cell is shown in a finding: a code as it is, a text only by its length,
/// since it may be something that a child said.
pub(crate) fn shown(cell: Cell<'_>) -> String {
    match cell {
        Cell::Blank | Cell::NotANumber => String::new(),
        Cell::Number(number) | Cell::Declared(number) => crate::raw::label(number),
        Cell::Text(text) | Cell::DeclaredText(text) => {
            format!("(a text of {} characters)", text.chars().count())
        }
    }
}
