//! A request checked against its data, without an estimate.

use std::path::Path;

use schemars::JsonSchema;
use serde::Serialize;

use crate::estimate::document::DesignEntry;
use crate::estimate::error::Error;
use crate::estimate::request::Request;
use crate::estimate::{Prepared, analyses, separate};

/// What would be estimated.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Plan {
    /// Version of this format.
    pub format: &'static str,
    /// The analysis.
    pub kind: String,
    /// SHA-256 over the RFC 8785 form of the request.
    pub request_sha256: String,
    /// The data file.
    pub file: String,
    /// The columns that the analysis needs.
    pub columns: Vec<String>,
    /// The design.
    pub design: DesignEntry,
    /// Number of domains with rows.
    pub domains: usize,
}

/// Checks a request, its columns and its design, and estimates nothing.
///
/// # Errors
/// As [`answer`](crate::estimate::answer()).
pub fn plan(request: &Request, folder: &Path) -> Result<Plan, Error> {
    let prepared = Prepared::new(request, folder)?;
    let groups = prepared.groups(separate::by_strata(request)?.as_ref())?;
    let rule: gko_survey::SinglePsu = request.design.single_psu.into();
    let columns = analyses::columns(&request.analysis).into_iter().map(|(name, _)| name);
    Ok(Plan {
        format: "gko-plan/1",
        kind: request.analysis.kind().to_owned(),
        request_sha256: request.sha256(),
        file: request.data.file.clone(),
        columns: columns.collect(),
        design: DesignEntry::new(&prepared.survey, rule.as_str()),
        domains: groups.parts.len(),
    })
}
