//! An answer before disclosure control: it has no way to a file or a screen.
//!
//! [`Answer`] can neither be serialised nor printed. It becomes a [`Protected`]
//! document, or, where somebody says so in so many words, an [`Unprotected`] one.

use std::collections::BTreeMap;

use gko_disclosure::{ProtectedSheet, Rules, Sheet};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::estimate::document::{Document, Head, Status};
use crate::estimate::masks::Masks;

/// What a line is.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    pub(crate) domain: BTreeMap<String, String>,
    pub(crate) term: String,
    pub(crate) level: f64,
    /// Whether the line is a test.
    pub(crate) test: bool,
}

/// What a line holds.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    /// An estimate.
    Numbers(Numbers),
    /// A test.
    Test(TestNumbers),
}

/// The numbers of an estimate; what does not exist is NaN or none.
#[derive(Clone, Debug, Default)]
pub(crate) struct Numbers {
    pub(crate) estimate: f64,
    pub(crate) se: f64,
    pub(crate) interval: Option<(f64, f64)>,
    pub(crate) method: &'static str,
    pub(crate) df: f64,
    pub(crate) deff: Option<f64>,
    pub(crate) sum_weights: f64,
    pub(crate) kish_n: f64,
    pub(crate) statistic: Option<f64>,
    pub(crate) p: Option<f64>,
    pub(crate) p_adjusted: Option<f64>,
    pub(crate) missing_information: Option<f64>,
    pub(crate) absent: Option<&'static str>,
}

/// The numbers of a test.
#[derive(Clone, Debug, Default)]
pub(crate) struct TestNumbers {
    pub(crate) method: String,
    pub(crate) statistic: f64,
    pub(crate) df: Option<f64>,
    pub(crate) ddf: Option<f64>,
    pub(crate) p: f64,
    pub(crate) details: BTreeMap<&'static str, f64>,
}

/// The answer to a request, not protected yet.
pub struct Answer {
    pub(crate) head: Head,
    pub(crate) keys: Vec<Key>,
    pub(crate) sheet: Sheet<Content>,
    pub(crate) masks: Masks,
    /// Between the estimates, by rows.
    pub(crate) covariance: Option<Vec<Vec<f64>>>,
}

/// The numbers of an answer are not printed by accident.
impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Answer({} lines, not protected)", self.keys.len())
    }
}

impl Answer {
    /// The document after disclosure control.
    ///
    /// # Example
    /// A raw answer cannot be serialised:
    /// ```compile_fail
    /// fn print(answer: &gko::estimate::Answer) -> String {
    ///     serde_json::to_string(answer).unwrap()
    /// }
    /// ```
    #[must_use]
    pub fn protect(self, rules: &Rules) -> Protected {
        let sheet: ProtectedSheet<Content> = self.sheet.protect(rules);
        let mut document = Document::new(self.head.protected(rules));
        for (key, line) in self.keys.into_iter().zip(sheet.lines()) {
            let status = Status::of(line.mark(), line.reasons());
            document.push(self.masks.key(key), line.content(), line.n(), status);
        }
        document.covariance = self.covariance.map(|rows| {
            let entry = |value: Option<f64>| value.filter(|value| value.is_finite());
            let row = |row: Vec<Option<f64>>| row.into_iter().map(entry).collect();
            sheet.between(&rows).into_iter().map(row).collect()
        });
        document.warn();
        Protected(document)
    }

    /// The document as it is, for those who may see the microdata.
    #[must_use]
    pub fn unprotected(self) -> Unprotected {
        let mut document = Document::new(self.head);
        for (key, (content, n)) in self.keys.into_iter().zip(self.sheet.unprotected()) {
            document.push(key, Some(&content), Some(n), Status::not_judged());
        }
        document.covariance = self.covariance.map(|rows| {
            let entry = |value: f64| value.is_finite().then_some(value);
            rows.into_iter().map(|row| row.into_iter().map(entry).collect()).collect()
        });
        document.warn();
        Unprotected(document)
    }
}

/// An answer that has passed disclosure control.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Protected(Document);

/// An answer that nobody has protected, and that says so.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Unprotected(Document);

impl Protected {
    /// The document.
    #[must_use]
    pub fn document(&self) -> &Document {
        &self.0
    }

    /// The JSON Schema of answers.
    #[must_use]
    pub fn schema() -> Value {
        schemars::schema_for!(Document).to_value()
    }
}

impl Unprotected {
    /// The document.
    #[must_use]
    pub fn document(&self) -> &Document {
        &self.0
    }
}
