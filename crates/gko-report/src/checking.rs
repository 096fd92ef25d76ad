//! Exact counts for those who may see the microdata: not for release.

use std::collections::BTreeMap;

use gko_indicators::BaseAccount;
use gko_microdata::Finding;

use crate::error::Error;
use crate::tidy::safe_text;

/// The findings as CSV, with exact counts and record numbers.
///
/// # Errors
///
/// [`Error::Format`] where the writer fails.
pub fn findings_csv(findings: &[Finding]) -> Result<Vec<u8>, Error> {
    let header = ["code", "meaning", "file", "variable", "count", "first_record", "examples"];
    let rows = findings.iter().map(|finding| {
        vec![
            finding.kind.code().to_owned(),
            finding.kind.meaning().to_owned(),
            safe_text(&finding.file),
            safe_text(&finding.variable),
            finding.count.to_string(),
            finding.first_record.map_or_else(String::new, |record| record.to_string()),
            safe_text(&finding.examples.join(" ")),
        ]
    });
    csv_of("findings.csv", &header, rows)
}

/// The bases of all indicators as CSV: `rows = out_of_base + base_unknown +
/// excluded + in_base`.
///
/// # Errors
///
/// [`Error::Format`] where the writer fails.
pub fn bases_csv(bases: &[BaseAccount]) -> Result<Vec<u8>, Error> {
    let header = [
        "country",
        "wave",
        "indicator",
        "rows",
        "out_of_base",
        "base_unknown",
        "excluded",
        "counted_as_no",
        "in_base",
        "not_asked",
    ];
    let rows = bases.iter().map(|base| {
        vec![
            base.sample.country.to_string(),
            base.sample.wave.clone(),
            base.indicator.to_string(),
            base.rows.to_string(),
            base.out_of_base.to_string(),
            listed(&base.base_unknown),
            listed(&base.excluded),
            listed(&base.counted_as_no),
            base.in_base.to_string(),
            base.not_asked.to_string(),
        ]
    });
    csv_of("bases.csv", &header, rows)
}

fn listed(counts: &BTreeMap<&'static str, u64>) -> String {
    let parts: Vec<String> =
        counts.iter().map(|(reason, count)| format!("{reason}={count}")).collect();
    parts.join(" ")
}

fn csv_of(
    what: &'static str,
    header: &[&str],
    rows: impl Iterator<Item = Vec<String>>,
) -> Result<Vec<u8>, Error> {
    let failed = |error: csv::Error| Error::Format { what, message: error.to_string() };
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(header).map_err(failed)?;
    for row in rows {
        writer.write_record(row).map_err(failed)?;
    }
    writer.into_inner().map_err(|error| Error::Format { what, message: error.to_string() })
}
