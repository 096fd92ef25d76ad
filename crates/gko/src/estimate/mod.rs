//! Estimates on request: one JSON document in, one JSON document out.
//!
//! A [`Request`] names a file, how its sample was drawn, the domains and one
//! analysis; [`answer`] estimates, and what it gives back can be protected or, in
//! so many words, left unprotected, and only then be printed. The purpose: a
//! person with R, Stata or Python can check the engine against their own, and a
//! program can use the engine.
//!
//! # Example
//! ```
//! use gko::disclosure::Rules;
//! use gko::estimate::{Request, answer};
//!
//! let request = Request::parse(r#"{
//!   "data": {"file": "apistrat.csv"},
//!   "design": {
//!     "stages": [{"stratum": "stype", "population": {"counts": "fpc"}}],
//!     "weights": "pw"
//!   },
//!   "analysis": {"mean": {"of": ["api00"]}}
//! }"#, "demo.json")?;
//! # let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/oracle/data");
//! let answer = answer(&request, folder.as_ref())?.protect(&Rules::default());
//! let mean = &answer.document().estimates[0];
//! // R survey 4.5: svymean(~api00, svydesign(~1, strata = ~stype, weights = ~pw, fpc = ~fpc))
//! assert!((mean.estimate.unwrap() - 662.28736).abs() < 1e-5);
//! assert!((mean.se.unwrap() - 9.408941).abs() < 1e-6);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod analyses;
mod answer;
mod calibration;
mod derive;
mod document;
mod domains;
mod error;
mod formats;
mod frame;
mod joint;
mod judge;
mod masks;
mod models;
mod plan;
mod request;
mod sample;
mod separate;
mod support;
mod targets;
mod task;
mod weights;

use std::cell::RefCell;
use std::path::Path;

use gko_microdata::{Table, path_within};
use gko_survey::Survey;

pub use answer::{Answer, Protected, Unprotected};
pub use document::{
    Count, DataEntry, DesignEntry, Document, EstimateEntry, Head, RowsEntry, RulesEntry, TestEntry,
    Warning,
};
pub use error::Error;
pub use plan::{Plan, plan};
pub use request::*;

use crate::estimate::domains::Groups;
use crate::estimate::frame::Frame;
use crate::estimate::masks::Masks;
use crate::estimate::task::Task;

/// Answers a request whose data file lies below a folder.
///
/// # Errors
/// [`Error`] where the request does not fit the data, the file cannot be read, or
/// the engine refuses.
pub fn answer(request: &Request, folder: &Path) -> Result<Answer, Error> {
    let prepared = Prepared::new(request, folder)?;
    let own = request;
    let widened = separate::by_strata(own)?;
    let request = widened.as_ref();
    let groups = prepared.groups(request)?;
    let survey = &prepared.survey;
    let notes = RefCell::default();
    let task = Task { request, frame: &prepared.frame, survey, groups: &groups, notes };
    let outcome = analyses::run(&task)?;
    let mut head = prepared.head(own, &groups);
    head.warnings.extend(outcome.warnings);
    let (keys, sheet, covariance) = (outcome.keys, outcome.sheet, outcome.covariance);
    let named = analyses::columns(&request.analysis).into_iter().map(|(name, _)| name);
    let named: Vec<String> = named.chain(request.by.iter().cloned()).collect();
    let masks = Masks::new(&prepared.frame, request, &named);
    Ok(Answer { head, keys, sheet, masks, covariance })
}

/// A request's file read and its design built.
pub(crate) struct Prepared {
    pub(crate) table: Table,
    pub(crate) frame: Frame,
    pub(crate) survey: Survey,
}

impl Prepared {
    pub(crate) fn new(request: &Request, folder: &Path) -> Result<Self, Error> {
        check(request)?;
        let path = path_within(folder, &request.data.file)?;
        let table = Table::read(
            &path,
            &formats::of(&request.data, &request.data.file)?,
            &request.texts(),
            &request.data.missing,
        )?;
        let frame = Frame::new(&table, request)?;
        let survey = weights::survey(&frame, request, folder)?;
        Ok(Self { table, frame, survey })
    }

    pub(crate) fn groups(&self, request: &Request) -> Result<Groups, Error> {
        let needed = analyses::columns(&request.analysis);
        for (name, place) in &needed {
            self.frame.get(name, place)?;
        }
        Groups::new(&self.frame, request, self.survey.weights(), &needed)
    }

    fn head(&self, request: &Request, groups: &Groups) -> Head {
        let rule: gko_survey::SinglePsu = request.design.single_psu.into();
        let design = DesignEntry::new(&self.survey, rule.as_str());
        let mut warnings = Vec::new();
        if let Some(strata) = design.single_psu_strata.filter(|&strata| strata > 0) {
            let message = format!("{strata} strata have one PSU; the rule is `{rule}`");
            warnings.push(Warning::new("single-psu", message));
        }
        Head {
            format: "gko-answer/1",
            kind: request.analysis.kind().to_owned(),
            protected: false,
            rules: None,
            request_sha256: request.sha256(),
            engine: "gko",
            engine_version: env!("CARGO_PKG_VERSION"),
            data: DataEntry {
                file: request.data.file.clone(),
                sha256: self.table.sha256().to_owned(),
            },
            rows: RowsEntry::new(self.frame.rows(), &groups.account),
            design,
            warnings,
        }
    }
}

/// What can be said of a request before its file is opened.
fn check(request: &Request) -> Result<(), Error> {
    let level = request.options.level;
    if !(level > 0.0 && level < 1.0) {
        let message =
            format!("`level` is {level}; a confidence level is between 0 and 1, such as 0.95");
        return Err(Error::invalid("/options/level", message));
    }
    if let DfSpec::Number(df) = request.options.df
        && df <= 0.0
    {
        let message = format!("`df` is {df}; give a number above 0, or `infinite`");
        return Err(Error::invalid("/options/df", message));
    }
    if request.empty && !request.analysis.has_empty() {
        let message = format!(
            "`{}` needs rows in each of its domains; leave `empty` out",
            request.analysis.kind()
        );
        return Err(Error::invalid("/empty", message));
    }
    Ok(())
}
