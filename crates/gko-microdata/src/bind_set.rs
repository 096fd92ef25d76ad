//! Binding the columns of a multi-response set to one bit set and one reason.

use gko_codebook::{Code, MissingReason, MultiSet, SetMissing, state};

use crate::bind::{Binding, Bound, Doubts};
use crate::codes::CodeMap;
use crate::column::{BLANK, Column, MultiResponse, missing_state};
use crate::error::Error;
use crate::finding::{Finding, FindingKind, Tally};
use crate::raw::Cell;

/// What a cell of an option says; places in the code map below the reasons.
const TICKED: u16 = 1;
const NOT_TICKED: u16 = 0;

/// The set while its columns are read.
struct Ticks {
    bits: Vec<u64>,
    /// Whether some column said "not ticked" in so many words.
    answered: Vec<bool>,
    /// The strongest reason that some column gave, 0 for none.
    reasons: Vec<u8>,
}

impl Binding<'_> {
    /// Binds a set; one whose options are all absent was not asked.
    pub(crate) fn set(&self, set: &MultiSet) -> Result<Bound, Error> {
        let rows = self.table.rows;
        let mut ticks =
            Ticks { bits: vec![0; rows], answered: vec![false; rows], reasons: vec![0; rows] };
        let mut findings = Vec::new();
        let mut absent = 0_u64;
        for (place, option) in set.options.iter().enumerate() {
            if self.raw(&option.column).is_none() {
                absent |= 1 << place;
                findings.push(self.column_absent(&option.column));
            } else {
                findings.extend(self.option(set, &option.column, place, &mut ticks)?);
            }
        }
        findings.extend(self.missing_columns(set, &mut ticks)?);
        findings.extend(self.exclusive(set, &ticks));
        findings.extend(self.reason_beside_tick(set, &ticks));
        let all_absent = absent.count_ones() as usize == set.options.len();
        Ok((Column::Multi(resolve(ticks, absent, all_absent)), findings))
    }

    fn option(
        &self,
        set: &MultiSet,
        column: &str,
        place: usize,
        ticks: &mut Ticks,
    ) -> Result<Vec<Finding>, Error> {
        let Some(raw) = self.raw(column) else { return Ok(Vec::new()) };
        let map = option_codes(set);
        let dictionary = self.table.dictionary.variable(column);
        let mut doubts = Doubts::default();
        let mut row = 0;
        raw.for_each(&self.table.name, |cell| {
            let value = match (cell, map.get(cell)) {
                (Cell::Blank | Cell::NotANumber, _) => None,
                (_, Some(value)) => Some(doubts.known(row, cell, value)),
                (Cell::Declared(code), None) => {
                    Some(doubts.declared(row, code, dictionary, self.codebook))
                }
                (Cell::DeclaredText(_), None) => Some(doubts.declared_text(row, cell)),
                (_, None) => Some(doubts.unknown(row, cell)),
            };
            ticks.see(row, place, value);
            row += 1;
        })?;
        Ok(doubts.findings(&self.table.name, column))
    }

    fn missing_columns(&self, set: &MultiSet, ticks: &mut Ticks) -> Result<Vec<Finding>, Error> {
        let mut findings = Vec::new();
        for missing in &set.missing {
            let SetMissing::Column { column, reason } = missing else { continue };
            if self.raw(column).is_none() {
                findings.push(self.column_absent(column));
            } else {
                findings.extend(self.missing_column(set, column, *reason, ticks)?);
            }
        }
        Ok(findings)
    }

    /// A tick in this column gives the set its reason.
    fn missing_column(
        &self,
        set: &MultiSet,
        column: &str,
        meaning: MissingReason,
        ticks: &mut Ticks,
    ) -> Result<Vec<Finding>, Error> {
        let Some(raw) = self.raw(column) else { return Ok(Vec::new()) };
        let (map, dictionary) = (option_codes(set), self.table.dictionary.variable(column));
        let mut doubts = Doubts::default();
        let mut row = 0;
        raw.for_each(&self.table.name, |cell| {
            match (cell, map.get(cell)) {
                (Cell::Blank | Cell::NotANumber, _) => {}
                (_, Some(TICKED)) => ticks.strengthen(row, state::of(meaning)),
                (_, Some(value)) => ticks.see(row, 0, Some(value)),
                (Cell::Declared(code), None) => {
                    let value = doubts.declared(row, code, dictionary, self.codebook);
                    ticks.see(row, 0, Some(value));
                }
                (Cell::DeclaredText(_), None) => {
                    ticks.see(row, 0, Some(doubts.declared_text(row, cell)));
                }
                (_, None) => ticks.see(row, 0, Some(doubts.unknown(row, cell))),
            }
            row += 1;
        })?;
        Ok(doubts.findings(&self.table.name, column))
    }

    fn reason_beside_tick(&self, set: &MultiSet, ticks: &Ticks) -> Option<Finding> {
        let mut tally = Tally::default();
        for (row, (&bits, &reason)) in ticks.bits.iter().zip(&ticks.reasons).enumerate() {
            if bits != 0 && reason != 0 {
                tally
                    .add(row, || state::reason(reason).map_or_else(String::new, |r| r.to_string()));
            }
        }
        tally.finding(FindingKind::ReasonBesideTick, &self.table.name, &set.question.id)
    }

    fn exclusive(&self, set: &MultiSet, ticks: &Ticks) -> Option<Finding> {
        let bits = |(place, _): (usize, _)| 1_u64 << place;
        let options = set.options.iter().enumerate();
        let exclusive: u64 = options.filter(|(_, option)| option.exclusive).map(bits).sum();
        let mut tally = Tally::default();
        for (row, &ticked) in ticks.bits.iter().enumerate() {
            if ticked & exclusive != 0 && ticked.count_ones() > 1 {
                tally.add(row, String::new);
            }
        }
        tally.finding(FindingKind::ExclusiveOption, &self.table.name, &set.question.id)
    }
}

fn option_codes(set: &MultiSet) -> CodeMap {
    let mut map = CodeMap::missing(&[], "");
    for missing in &set.missing {
        if let SetMissing::Code { code, reason } = missing {
            map.insert(code, crate::codes::reason(*reason));
        }
    }
    map.insert(set.not_ticked.as_ref().unwrap_or(&Code::Integer(0)), NOT_TICKED);
    map.insert(&set.ticked, TICKED);
    map
}

impl Ticks {
    fn see(&mut self, row: usize, place: usize, value: Option<u16>) {
        match value {
            None => {}
            Some(TICKED) => self.bits[row] |= 1 << place,
            Some(NOT_TICKED) => self.answered[row] = true,
            Some(reason) => self.strengthen(row, reason.to_le_bytes()[0]),
        }
    }

    fn strengthen(&mut self, row: usize, reason: u8) {
        self.reasons[row] = self.reasons[row].max(reason);
    }
}

/// A tick answers the set; without one a reason speaks; then an explicit "not
/// ticked"; else the set is blank and its universe decides.
fn resolve(ticks: Ticks, absent: u64, all_absent: bool) -> MultiResponse {
    debug_assert!(missing_state(BLANK) > TICKED);
    let not_asked = state::of(MissingReason::NotAsked);
    let reason = |row: usize| match (ticks.bits[row], ticks.reasons[row], ticks.answered[row]) {
        _ if all_absent => not_asked,
        (0, 0, false) => BLANK,
        (0, reason, _) => reason,
        _ => 0,
    };
    let reasons = (0..ticks.bits.len()).map(reason).collect();
    MultiResponse { ticks: ticks.bits, reasons, absent: vec![absent] }
}
