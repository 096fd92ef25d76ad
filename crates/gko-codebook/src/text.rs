//! Reading a TOML document by hand, so that every fault is found with its place.
//!
//! A [`Document`] is parsed once; a [`Section`] is one of its tables. A reader
//! asks a section for each key it knows and then calls [`Section::finish`],
//! which reports the keys that nobody asked for with the nearest valid one.
//! Faults gather in the document and are turned into one [`Error`] at the end.
//!
//! # Example
//!
//! ```
//! use gko_codebook::text::Document;
//!
//! let document = Document::parse("title = 'x'\nlevell = 0.9", "pipeline.toml");
//! let mut root = document.root();
//! assert_eq!(root.string("title").as_deref(), Some("x"));
//! assert_eq!(root.number("level"), None);
//! root.finish();
//! let error = document.into_result(()).unwrap_err();
//! assert!(error.to_string().starts_with("pipeline.toml has 1 fault"));
//! assert!(error.to_string().contains("pipeline.toml:2:1: unknown key `levell`"));
//! ```

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::error::{Error, Fault, FaultKind, Place};

/// A parsed document and the faults found in it so far.
pub struct Document<'a> {
    text: &'a str,
    name: String,
    root: DeTable<'a>,
    faults: RefCell<Vec<Fault>>,
}

impl<'a> Document<'a> {
    /// Parses a text; syntax faults are kept, not returned.
    #[must_use]
    pub fn parse(text: &'a str, name: &str) -> Self {
        let (root, errors) = DeTable::parse_recoverable(text);
        let document = Self {
            text,
            name: name.to_owned(),
            root: root.into_inner(),
            faults: RefCell::default(),
        };
        for error in errors {
            let message = error.message().to_owned();
            document.fault(&error.span().unwrap_or(0..0), FaultKind::Syntax { message });
        }
        document
    }

    /// The top-level table.
    #[must_use]
    pub fn root(&self) -> Section<'_> {
        Section::new(self, &self.root, "the document".to_owned(), 0..0)
    }

    /// Records a fault at a byte range of the text.
    pub fn fault(&self, span: &Range<usize>, kind: FaultKind) {
        let place = self.place(span.start);
        self.faults.borrow_mut().push(Fault { place, kind });
    }

    /// The value, if the document has no fault.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] with every fault, in the order of their places. Of a
    /// text that is not TOML only the first fault counts: what follows it is
    /// what the parser guessed.
    pub fn into_result<T>(self, value: T) -> Result<T, Error> {
        let mut faults = self.faults.into_inner();
        if faults.is_empty() {
            return Ok(value);
        }
        faults.sort_by_cached_key(|fault| (fault.place.clone(), fault.kind.to_string()));
        faults.dedup();
        let is_syntax = |fault: &Fault| matches!(fault.kind, FaultKind::Syntax { .. });
        if let Some(first) = faults.iter().find(|fault| is_syntax(fault)).cloned() {
            faults = vec![first];
        }
        Err(Error::Invalid { document: self.name, faults })
    }

    fn place(&self, offset: usize) -> Place {
        let before = self.text.get(..offset).unwrap_or(self.text);
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let line = before.matches('\n').count() + 1;
        let column = before.get(start..).unwrap_or("").chars().count() + 1;
        Place { document: self.name.clone(), line, column }
    }
}

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// Its bytes in the document.
    pub span: Range<usize>,
}

/// One table of a document, which remembers the keys that were asked for.
pub struct Section<'d> {
    document: &'d Document<'d>,
    table: &'d DeTable<'d>,
    name: String,
    span: Range<usize>,
    known: Vec<&'static str>,
}

impl<'d> Section<'d> {
    fn new(
        document: &'d Document<'_>,
        table: &'d DeTable<'_>,
        name: String,
        span: Range<usize>,
    ) -> Self {
        Self { document, table, name, span, known: Vec::new() }
    }

    /// Where the table stands.
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// Whether a key is there, without asking for it.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// The keys of a table whose keys are names.
    #[must_use]
    pub fn names(&self) -> Vec<Located<String>> {
        let mut names: Vec<_> = self.table.keys().map(located_key).collect();
        names.sort_by_key(|name| name.span.start);
        names
    }

    /// Records a fault at the table itself.
    pub fn fault(&self, kind: FaultKind) {
        self.document.fault(&self.span, kind);
    }

    /// Records a fault at a place inside the table.
    pub fn fault_at(&self, span: &Range<usize>, kind: FaultKind) {
        self.document.fault(span, kind);
    }

    /// A string, if the key is there.
    pub fn string(&mut self, key: &'static str) -> Option<String> {
        self.located_string(key).map(|found| found.value)
    }

    /// A string with its place.
    pub fn located_string(&mut self, key: &'static str) -> Option<Located<String>> {
        let value = self.get(key)?;
        let text = value.get_ref().as_str().map(str::to_owned);
        self.typed(key, value, text, "a string")
    }

    /// A string that must be there; its absence is a fault.
    pub fn required_string(&mut self, key: &'static str) -> Option<Located<String>> {
        let found = self.located_string(key);
        if !self.has(key) {
            self.missing(key);
        }
        found
    }

    /// One of the words of a closed list, `None` where the key is not there or wrong.
    pub fn word<T: Copy>(&mut self, key: &'static str, words: &[(&str, T)]) -> Option<T> {
        let found = self.located_string(key)?;
        let hit = words.iter().find(|(word, _)| *word == found.value);
        if hit.is_none() {
            self.not_in_list(key, &found, words.iter().map(|(word, _)| *word));
        }
        hit.map(|(_, value)| *value)
    }

    /// A word that must be there.
    pub fn required_word<T: Copy>(&mut self, key: &'static str, words: &[(&str, T)]) -> Option<T> {
        if !self.has(key) {
            self.missing(key);
        }
        self.word(key, words)
    }

    /// A number, whole or not; `inf` is one, `nan` is none.
    pub fn number(&mut self, key: &'static str) -> Option<f64> {
        let value = self.get(key)?;
        let number = number_of(value.get_ref());
        self.typed(key, value, number, "a number").map(|found| found.value)
    }

    /// Whether a number stands under a key.
    #[must_use]
    pub fn is_number(&self, key: &str) -> bool {
        self.table.get(key).is_some_and(|value| number_of(value.get_ref()).is_some())
    }

    /// A whole number.
    pub fn integer(&mut self, key: &'static str) -> Option<i64> {
        let value = self.get(key)?;
        let number = integer_of(value.get_ref());
        self.typed(key, value, number, "a whole number").map(|found| found.value)
    }

    /// True or false.
    pub fn boolean(&mut self, key: &'static str) -> Option<bool> {
        let value = self.get(key)?;
        self.typed(key, value, value.get_ref().as_bool(), "true or false").map(|found| found.value)
    }

    /// A list of strings with their places; an empty list where the key is not there.
    pub fn strings(&mut self, key: &'static str) -> Vec<Located<String>> {
        let items = self.items(key);
        let strings = items.into_iter().filter_map(|item| {
            let text = item.get_ref().as_str().map(str::to_owned);
            self.typed(key, item, text, "a list of strings")
        });
        strings.collect()
    }

    /// A list of numbers.
    pub fn numbers(&mut self, key: &'static str) -> Vec<f64> {
        let items = self.items(key);
        let numbers = items.into_iter().filter_map(|item| {
            self.typed(key, item, number_of(item.get_ref()), "a list of numbers")
        });
        numbers.map(|found| found.value).collect()
    }

    /// A whole number or a string, as codes are written.
    pub fn integer_or_string(&mut self, key: &'static str) -> Option<Located<Result<i64, String>>> {
        let value = self.get(key)?;
        let code = match value.get_ref() {
            DeValue::String(text) => Some(Err(text.clone().into_owned())),
            other => integer_of(other).map(Ok),
        };
        self.typed(key, value, code, "a whole number or a string")
    }

    /// A table under a key.
    pub fn table(&mut self, key: &'static str) -> Option<Section<'d>> {
        let value = self.get(key)?;
        let name = format!("[{key}]");
        self.section(key, value, name)
    }

    /// The tables of an array of tables; empty where the key is not there.
    pub fn tables(&mut self, key: &'static str) -> Vec<Section<'d>> {
        let items = self.items(key);
        let sections = items.into_iter().enumerate();
        sections
            .filter_map(|(i, item)| self.section(key, item, format!("{key} {}", i + 1)))
            .collect()
    }

    /// Every table of a table whose keys are names.
    pub fn named_tables(&mut self, key: &'static str) -> Vec<(Located<String>, Section<'d>)> {
        let Some(outer) = self.table(key) else { return Vec::new() };
        let mut sections = Vec::new();
        for name in outer.names() {
            let Some(value) = outer.table.get(name.value.as_str()) else { continue };
            let title = format!("[{key}.{}]", name.value);
            if let Some(section) = outer.section(key, value, title) {
                sections.push((name, section));
            }
        }
        sections
    }

    /// Reports each table of an array whose `id` an earlier one has.
    pub fn ids_once(&self, key: &str, what: &'static str) {
        let array = self.table.get(key).and_then(|value| value.get_ref().as_array());
        let tables = array.into_iter().flatten().filter_map(|item| item.get_ref().as_table());
        let mut seen = BTreeSet::new();
        for id in tables.filter_map(|table| table.get("id")) {
            let Some(name) = id.get_ref().as_str().map(str::to_owned) else { continue };
            if !seen.insert(name.clone()) {
                self.document.fault(&id.span(), FaultKind::Duplicate { what, name });
            }
        }
    }

    /// Reports every key that nobody asked for.
    pub fn finish(self) {
        for key in self.table.keys().filter(|key| !self.known.contains(&key.get_ref().as_ref())) {
            let valid: Vec<String> = self.known.iter().map(|&k| k.to_owned()).collect();
            let nearest = nearest(key.get_ref(), &self.known);
            let key_name = key.get_ref().clone().into_owned();
            let section = self.name.clone();
            let kind = FaultKind::UnknownKey { key: key_name, section, nearest, valid };
            self.document.fault(&key.span(), kind);
        }
    }

    /// Reports a value that is not in a closed list.
    pub fn not_in_list<'w>(
        &self,
        key: &str,
        found: &Located<String>,
        valid: impl Iterator<Item = &'w str>,
    ) {
        let valid: Vec<&str> = valid.collect();
        let kind = FaultKind::NotInList {
            key: key.to_owned(),
            got: found.value.clone(),
            nearest: nearest(&found.value, &valid),
            valid: valid.join(", "),
        };
        self.document.fault(&found.span, kind);
    }

    fn get(&mut self, key: &'static str) -> Option<&'d Spanned<DeValue<'d>>> {
        if !self.known.contains(&key) {
            self.known.push(key);
        }
        self.table.get(key)
    }

    fn items(&mut self, key: &'static str) -> Vec<&'d Spanned<DeValue<'d>>> {
        let Some(value) = self.get(key) else { return Vec::new() };
        if let Some(array) = value.get_ref().as_array() {
            return array.iter().collect();
        }
        self.typed::<()>(key, value, None, "a list");
        Vec::new()
    }

    fn section(
        &self,
        key: &str,
        value: &'d Spanned<DeValue<'d>>,
        name: String,
    ) -> Option<Section<'d>> {
        let table = value.get_ref().as_table();
        let found = self.typed(key, value, table, "a table")?;
        Some(Section::new(self.document, found.value, name, found.span))
    }

    fn typed<T>(
        &self,
        key: &str,
        value: &Spanned<DeValue<'_>>,
        converted: Option<T>,
        expected: &str,
    ) -> Option<Located<T>> {
        if converted.is_none() {
            let got = value.get_ref().type_str().to_owned();
            let (key, expected) = (key.to_owned(), expected.to_owned());
            self.document.fault(&value.span(), FaultKind::WrongType { key, expected, got });
        }
        converted.map(|converted| Located { value: converted, span: value.span() })
    }

    fn missing(&self, key: &str) {
        self.fault(FaultKind::MissingKey { key: key.to_owned(), section: self.name.clone() });
    }
}

/// The candidate spelled most like `name`, if any is close; of equals the first.
#[must_use]
pub fn nearest<S: AsRef<str>>(name: &str, candidates: &[S]) -> Option<String> {
    let scored = candidates.iter().map(|c| (strsim::jaro_winkler(name, c.as_ref()), c.as_ref()));
    let best = scored.rev().max_by(|a, b| a.0.total_cmp(&b.0))?;
    (best.0 > 0.75).then(|| best.1.to_owned())
}

fn located_key(key: &Spanned<std::borrow::Cow<'_, str>>) -> Located<String> {
    Located { value: key.get_ref().clone().into_owned(), span: key.span() }
}

fn number_of(value: &DeValue<'_>) -> Option<f64> {
    let text = match value {
        DeValue::Float(float) => float.as_str(),
        DeValue::Integer(_) => {
            #[expect(clippy::cast_precision_loss, reason = "settings are small numbers")]
            return integer_of(value).map(|integer| integer as f64);
        }
        _ => return None,
    };
    text.replace('_', "").parse().ok().filter(|number: &f64| !number.is_nan())
}

fn integer_of(value: &DeValue<'_>) -> Option<i64> {
    let integer = value.as_integer()?;
    i64::from_str_radix(&integer.as_str().replace('_', ""), integer.radix()).ok()
}
