//! Texts that few rows have are not shown in a protected answer.
//!
//! # Rule
//! A text column whose levels the request does not state may hold anything, names
//! of respondents too. A level of it that fewer than ten rows have is called
//! `(rare 1)`, `(rare 2)`, ... in domains and terms.

use std::collections::BTreeMap;

use crate::estimate::answer::Key;
use crate::estimate::frame::{Column, Frame};
use crate::estimate::request::Request;

/// The rare texts of the columns of an answer.
#[derive(Clone, Debug, Default)]
pub(crate) struct Masks {
    /// By column: the text and what stands for it.
    texts: BTreeMap<String, Vec<(String, String)>>,
}

impl Masks {
    /// The rare texts of columns that a request uses.
    pub(crate) fn new(frame: &Frame, request: &Request, columns: &[String]) -> Self {
        let mut texts = BTreeMap::new();
        for name in columns {
            let stated = request.factors.get(name).is_some_and(|levels| !levels.is_empty());
            let Ok(Column::Factor(factor)) = frame.get(name, "") else { continue };
            if stated || !frame.is_text(name) {
                continue;
            }
            let rare = factor.rare_levels().into_iter().enumerate();
            let named = rare.map(|(at, level)| (level, format!("(rare {})", at + 1)));
            // Longer texts first: one may be the beginning of another.
            let mut named: Vec<(String, String)> = named.collect();
            named.sort_by_key(|(level, _)| std::cmp::Reverse(level.len()));
            texts.insert(name.clone(), named);
        }
        Self { texts }
    }

    /// A key without rare texts.
    pub(crate) fn key(&self, key: Key) -> Key {
        let domain = key.domain.iter().map(|(column, level)| {
            let mut rare = self.texts.get(column).into_iter().flatten();
            let found = rare.find(|(text, _)| text == level);
            (column.clone(), found.map_or_else(|| level.clone(), |(_, mask)| mask.clone()))
        });
        let domain = domain.collect();
        Key { term: self.term(&key.term), domain, ..key }
    }

    /// A term without rare texts: they stand behind their column, or between the
    /// marks that join domains.
    fn term(&self, term: &str) -> String {
        let mut term = term.to_owned();
        for (column, rare) in &self.texts {
            for (text, mask) in rare {
                term = term.replace(&format!("{column}{text}"), &format!("{column}{mask}"));
                term = term.replace(&format!("{column}={text}"), &format!("{column}={mask}"));
                if term.split(" - ").any(|part| part.split('.').any(|level| level == text)) {
                    term = term.replace(text, mask);
                }
            }
        }
        term
    }
}
