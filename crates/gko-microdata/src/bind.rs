//! Binding one column of a file to one variable of the codebook.

use gko_codebook::{
    Categories, Codebook, MissingCode, MissingReason, Variable, VariableKind, state,
};

use crate::codes::{CodeMap, reason, shown};
use crate::column::{BLANK, Coded, Column, Number, missing_state};
use crate::dictionary::{DictionaryVariable, declared_reason};
use crate::error::Error;
use crate::finding::{Finding, FindingKind, Tally};
use crate::raw::{Cell, RawColumn, RawTable};

/// What binding a file needs to know beside the column at hand.
pub(crate) struct Binding<'a> {
    pub(crate) table: &'a RawTable,
    pub(crate) codebook: &'a Codebook,
    /// Waves that occur in the file.
    pub(crate) waves: Vec<String>,
    /// For each row the place of its wave in `waves`; empty where there is but one.
    pub(crate) wave_of_row: Vec<u8>,
}

/// A bound column and what was doubtful in it.
pub(crate) type Bound = (Column, Vec<Finding>);

impl Binding<'_> {
    pub(crate) fn wave(&self, row: usize) -> usize {
        self.wave_of_row.get(row).copied().map_or(0, usize::from)
    }

    pub(crate) fn raw(&self, column: &str) -> Option<&RawColumn> {
        self.table.columns.iter().find(|(name, _)| name == column).map(|(_, raw)| raw)
    }

    /// Binds a variable; one whose column is absent was not asked.
    pub(crate) fn variable(&self, variable: &Variable) -> Result<Bound, Error> {
        let Some(raw) = self.raw(&variable.column) else {
            return Ok(self.absent(variable));
        };
        match &variable.kind {
            VariableKind::Categorical(categories) => self.categorical(variable, categories, raw),
            VariableKind::Number { range, missing } => self.number(variable, *range, missing, raw),
            _ => Ok(self.absent(variable)),
        }
    }

    fn absent(&self, variable: &Variable) -> Bound {
        let rows = self.table.rows;
        let not_asked = MissingReason::NotAsked;
        let column = match &variable.kind {
            VariableKind::Categorical(categories) => {
                let mut coded = Coded::with_capacity(categories.list.len(), rows);
                (0..rows).for_each(|_| coded.push(reason(not_asked)));
                Column::Coded(coded)
            }
            _ => Column::Number(Number {
                values: vec![0.0; rows],
                reasons: vec![state::of(not_asked); rows],
            }),
        };
        (column, vec![self.column_absent(&variable.column)])
    }

    pub(crate) fn column_absent(&self, column: &str) -> Finding {
        let rows = self.table.rows as u64;
        Finding::whole(FindingKind::ColumnAbsent, &self.table.name, column, rows)
    }

    fn categorical(
        &self,
        variable: &Variable,
        categories: &Categories,
        raw: &RawColumn,
    ) -> Result<Bound, Error> {
        let maps: Vec<CodeMap> =
            self.waves.iter().map(|wave| CodeMap::categorical(categories, wave)).collect();
        let dictionary = self.table.dictionary.variable(&variable.column);
        let mut coded = Coded::with_capacity(categories.list.len(), self.table.rows);
        let mut doubts = Doubts::default();
        raw.for_each(&self.table.name, |cell| {
            let row = coded.len();
            let found = maps.get(self.wave(row)).and_then(|map| map.get(cell));
            coded.push(match (cell, found) {
                (Cell::Blank | Cell::NotANumber, _) => missing_state(BLANK),
                (_, Some(value)) => doubts.known(row, cell, value),
                (Cell::Declared(code), None) => {
                    doubts.declared(row, code, dictionary, self.codebook)
                }
                (Cell::DeclaredText(_), None) => doubts.declared_text(row, cell),
                (_, None) => doubts.unknown(row, cell),
            });
        })?;
        Ok((Column::Coded(coded), doubts.findings(&self.table.name, &variable.question.id)))
    }

    fn number(
        &self,
        variable: &Variable,
        range: Option<(f64, f64)>,
        missing: &[MissingCode],
        raw: &RawColumn,
    ) -> Result<Bound, Error> {
        let maps: Vec<CodeMap> =
            self.waves.iter().map(|wave| CodeMap::missing(missing, wave)).collect();
        let dictionary = self.table.dictionary.variable(&variable.column);
        let mut number = Number { values: Vec::new(), reasons: Vec::new() };
        let mut doubts = Doubts::default();
        raw.for_each(&self.table.name, |cell| {
            let row = number.reasons.len();
            let coded = maps.get(self.wave(row)).and_then(|map| map.get(cell));
            let state = match (cell, coded) {
                (Cell::Blank | Cell::NotANumber, _) => missing_state(BLANK),
                (_, Some(value)) => value,
                (Cell::Declared(code), None) => {
                    doubts.declared(row, code, dictionary, self.codebook)
                }
                (Cell::Number(value), None) => doubts.in_range(row, value, range),
                (Cell::DeclaredText(_), None) => doubts.declared_text(row, cell),
                (Cell::Text(_), None) => doubts.unknown(row, cell),
            };
            let value = if let (Cell::Number(value), 0) = (cell, state) { value } else { 0.0 };
            number.values.push(value);
            number.reasons.push(state.to_le_bytes()[0]);
        })?;
        Ok((Column::Number(number), doubts.findings(&self.table.name, &variable.question.id)))
    }
}

/// What is doubtful in one column.
#[derive(Default)]
pub(crate) struct Doubts {
    unknown: Tally,
    out_of_range: Tally,
    declared_valid: Tally,
    file_missing: Tally,
}

impl Doubts {
    pub(crate) fn known(&mut self, row: usize, cell: Cell<'_>, value: u16) -> u16 {
        let declared = matches!(cell, Cell::Declared(_) | Cell::DeclaredText(_));
        if declared && value < missing_state(0) {
            self.declared_valid.add(row, || shown(cell));
        }
        value
    }

    pub(crate) fn unknown(&mut self, row: usize, cell: Cell<'_>) -> u16 {
        self.unknown.add(row, || shown(cell));
        reason(MissingReason::Invalid)
    }

    pub(crate) fn declared(
        &mut self,
        row: usize,
        code: f64,
        dictionary: Option<&DictionaryVariable>,
        codebook: &Codebook,
    ) -> u16 {
        let why = declared_reason(dictionary, code, codebook);
        self.file_missing.add(row, || format!("{} ({why})", shown(Cell::Number(code))));
        reason(why)
    }

    /// A text code declared missing has no label that the reader passes on.
    pub(crate) fn declared_text(&mut self, row: usize, cell: Cell<'_>) -> u16 {
        self.file_missing.add(row, || shown(cell));
        reason(MissingReason::Unspecified)
    }

    fn in_range(&mut self, row: usize, value: f64, range: Option<(f64, f64)>) -> u16 {
        let inside = range.is_none_or(|(low, high)| low <= value && value <= high);
        if inside && value.is_finite() {
            return 0;
        }
        self.out_of_range.add(row, || shown(Cell::Number(value)));
        reason(MissingReason::Invalid)
    }

    pub(crate) fn findings(self, file: &str, variable: &str) -> Vec<Finding> {
        let tallies = [
            (self.unknown, FindingKind::UnknownCode),
            (self.out_of_range, FindingKind::OutOfRange),
            (self.declared_valid, FindingKind::DeclaredMissing),
            (self.file_missing, FindingKind::FileMissing),
        ];
        tallies
            .into_iter()
            .filter_map(|(tally, kind)| tally.finding(kind, file, variable))
            .collect()
    }
}
