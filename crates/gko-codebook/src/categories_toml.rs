//! From TOML to categories and codes.
//!
//! # Rule
//!
//! Within one wave a code stands for one thing: one category, or one reason why
//! there is no answer. The same holds for the codes in the columns of a
//! multi-response set. A code is compared by its writing, since a data file does
//! not tell the code 1 from the code "1".

use std::collections::{BTreeMap, BTreeSet};

use crate::codebook::{Categories, Category, Code, MissingCode, SetMissing};
use crate::codebook_toml::required;
use crate::error::FaultKind;
use crate::missing::MissingReason;
use crate::text::Section;

/// Categories a variable may have: the states of the widest column.
const MAX_CATEGORIES: usize = 0xFF00;

pub(crate) fn categories(section: &mut Section<'_>, owner: &str) -> Categories {
    let ordered = section.boolean("ordered").unwrap_or(false);
    let list: Vec<Category> =
        section.tables("categories").into_iter().filter_map(category).collect();
    let missing = missing_codes(section);
    if list.is_empty() {
        let message = format!("`{owner}` has no categories; list at least one");
        section.fault(FaultKind::Contradiction { message });
    }
    if list.len() > MAX_CATEGORIES {
        let message = format!("`{owner}` has more than {MAX_CATEGORIES} categories");
        section.fault(FaultKind::Contradiction { message });
    }
    section.ids_once("categories", "category");
    let categories = Categories { response_set: None, ordered, list, missing };
    codes_once(section, owner, &categories);
    categories
}

fn category(mut section: Section<'_>) -> Option<Category> {
    let id = section.required_string("id");
    if let Some(id) = id.as_ref().filter(|id| id.value == "_T") {
        let message = "`_T` means the total and cannot name a category".to_owned();
        section.fault_at(&id.span, FaultKind::Contradiction { message });
    }
    let label = section.string("label");
    let (code, wave_codes) = (code(&mut section), wave_codes(&mut section));
    let value = section.number("value");
    if value.is_some_and(f64::is_infinite) {
        let message = "`value` enters a mean and must be finite".to_owned();
        section.fault(FaultKind::Contradiction { message });
    }
    section.finish();
    let id = id?.value;
    let label = label.unwrap_or_else(|| id.clone());
    // A category without a code is reported; it stays, so that universes still find it.
    let code = code.unwrap_or_else(|| Code::Text(id.clone()));
    Some(Category { id, label, code, wave_codes, value })
}

pub(crate) fn missing_codes(section: &mut Section<'_>) -> Vec<MissingCode> {
    let sections = section.tables("missing").into_iter();
    let codes = sections.filter_map(|mut section| {
        let reason = section.required_word("reason", &reason_words());
        let label = section.string("label");
        let (code, wave_codes) = (code(&mut section), wave_codes(&mut section));
        section.finish();
        let (reason, code) = (reason?, code?);
        let label = label.unwrap_or_else(|| reason.to_string());
        Some(MissingCode { code, wave_codes, reason, label })
    });
    codes.collect()
}

/// The codes of a number that mean "missing": told apart from one another and
/// from the values in the range.
pub(crate) fn number_codes(section: &mut Section<'_>, range: Option<(f64, f64)>) -> Categories {
    let missing = missing_codes(section);
    let codes = Categories { response_set: None, ordered: false, list: Vec::new(), missing };
    codes_once(section, "this number", &codes);
    let own = codes.missing.iter().map(|missing| &missing.code);
    let others = codes.missing.iter().flat_map(|missing| &missing.wave_codes).map(|(_, code)| code);
    for code in own.chain(others).filter(|code| lies_in(code, range)) {
        let message = format!("missing code {code} lies inside `range`, where it is a value");
        section.fault(FaultKind::Contradiction { message });
    }
    codes
}

/// By its writing, as codes are compared: a file does not tell 12 from "12".
fn lies_in(code: &Code, range: Option<(f64, f64)>) -> bool {
    let (Ok(code), Some((low, high))) = (code.to_string().parse::<f64>(), range) else {
        return false;
    };
    low <= code && code <= high
}

fn code(section: &mut Section<'_>) -> Option<Code> {
    if !section.has("code") {
        section.required_string("code");
        return None;
    }
    section.integer_or_string("code").map(|found| to_code(found.value))
}

pub(crate) fn to_code(code: Result<i64, String>) -> Code {
    match code {
        Ok(integer) => Code::Integer(integer),
        Err(text) => Code::Text(text.trim().to_owned()),
    }
}

fn wave_codes(section: &mut Section<'_>) -> Vec<(String, Code)> {
    let sections = section.tables("in_wave").into_iter();
    let codes = sections.filter_map(|mut section| {
        let wave = required(&mut section, "wave");
        let code = code(&mut section);
        section.finish();
        Some((wave, code?))
    });
    codes.collect()
}

/// No code of one wave may stand for two answers, or for an answer and a reason.
pub(crate) fn codes_once(section: &Section<'_>, owner: &str, categories: &Categories) {
    let valid = categories.list.iter().flat_map(|c| c.wave_codes.iter().map(|(wave, _)| wave));
    let missing = categories.missing.iter().flat_map(|m| m.wave_codes.iter().map(|(wave, _)| wave));
    let mut waves: BTreeSet<&str> = valid.chain(missing).map(String::as_str).collect();
    waves.insert("");
    for wave in waves {
        let mut meanings: BTreeMap<String, String> = BTreeMap::new();
        let valid = categories.list.iter().map(|c| (c.code_in(wave), c.id.clone()));
        let missing =
            categories.missing.iter().map(|m| (m.code_in(wave), format!("missing ({})", m.label)));
        for (code, meaning) in valid.chain(missing) {
            once(section, owner, &mut meanings, (code, meaning));
        }
    }
}

/// Reports a code that already has a meaning.
fn once(
    section: &Section<'_>,
    owner: &str,
    meanings: &mut BTreeMap<String, String>,
    (code, second): (&Code, String),
) {
    let code = code.to_string();
    if let Some(first) = meanings.insert(code.clone(), second.clone()) {
        section.fault(FaultKind::CodeTwice { variable: owner.to_owned(), code, first, second });
    }
}

/// No code in the columns of a set may stand for a tick and for something else.
pub(crate) fn set_codes_once(
    section: &Section<'_>,
    owner: &str,
    (ticked, not_ticked): (&Code, Option<&Code>),
    missing: &[SetMissing],
) {
    let mut meanings = BTreeMap::from([(ticked.to_string(), "ticked".to_owned())]);
    if let Some(code) = not_ticked {
        once(section, owner, &mut meanings, (code, "not ticked".to_owned()));
    }
    for missing in missing {
        if let SetMissing::Code { code, reason } = missing {
            once(section, owner, &mut meanings, (code, format!("missing ({reason})")));
        }
    }
}

pub(crate) fn reason_words() -> Vec<(&'static str, MissingReason)> {
    MissingReason::ALL.into_iter().map(|reason| (reason.as_str(), reason)).collect()
}
