//! Texts and numbers that few rows have are not shown in a protected answer.
//!
//! # Rule
//! A text column whose levels the request does not state may hold anything, names
//! of respondents too. A level of it that fewer than ten rows have is called
//! `(rare 1)`, `(rare 2)`, ... in domains and terms. So may a number that stands as
//! a level, an income or a code of a person: it is called `(rare)`, as its place in
//! their order would tell its size.

use std::collections::BTreeMap;

use crate::estimate::answer::Key;
use crate::estimate::frame::{Column, Factor, Frame};
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
            // A number is a level where it makes groups, and nowhere else.
            let factor = match frame.get(name, "") {
                Ok(Column::Factor(factor)) => factor.clone(),
                Ok(Column::Number(values)) if request.by.contains(name) => {
                    Factor::of_numbers(values)
                }
                _ => continue,
            };
            if stated {
                continue;
            }
            let rare = factor.rare_levels().into_iter().enumerate();
            let mask = |at: usize| match frame.is_text(name) {
                true => format!("(rare {})", at + 1),
                false => "(rare)".to_owned(),
            };
            let named = rare.map(|(at, level)| (level, mask(at)));
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
                let number = text.parse::<f64>().is_ok();
                if number && !term.contains(" - ") {
                    continue;
                }
                let mut parts = term.split(" - ").flat_map(|part| part.split(['.', '|']));
                if parts.any(|level| level == text) {
                    term = term.replace(text, mask);
                }
            }
        }
        term
    }
}
