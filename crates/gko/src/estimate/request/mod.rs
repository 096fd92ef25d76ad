//! What is asked: data, design, domains and one analysis, as a JSON document.

mod analysis;
mod derive;
mod design;
mod options;
mod weights;
mod words;

use std::collections::BTreeMap;

use gko_codebook::sha256_hex;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use analysis::*;
pub use derive::{Derived, Expression};
pub use design::{
    CollapseSpec, DesignSpec, MissingWeightsSpec, PopulationSpec, PpsSpec, PpsVarianceSpec,
    PsuLabelsSpec, SinglePsuSpec, StageSpec, VarianceStagesSpec,
};
pub use options::{DeffSpec, DfSpec, OptionsSpec};
pub use weights::*;
pub use words::*;

use crate::estimate::error::Error;

/// A request for estimates: `gko estimate` answers it with one JSON document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Request {
    /// The version of this format.
    #[serde(default)]
    pub format: RequestFormat,
    /// The file.
    pub data: Data,
    /// Columns that are factors, with the order of their levels. A text column is
    /// a factor whose levels are in alphabetical order; a numeric column that
    /// stands here with an empty list is one whose levels ascend.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub factors: BTreeMap<String, Vec<String>>,
    /// New columns, made in this order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub derive: Vec<Derived>,
    /// How the sample was drawn; rows drawn one by one without it.
    #[serde(default)]
    pub design: DesignSpec,
    /// Replicate weights, for a variance by replication.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replicates: Option<ReplicatesSpec>,
    /// Steps that change the weights, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calibration: Vec<CalibrationStep>,
    /// The rows that the analysis is about: all these conditions hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub domain: Vec<Filter>,
    /// One estimate for each combination of these columns that is in the data.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub by: Vec<String>,
    /// Whether combinations of `by` that no row has are there too, as nulls with
    /// their reason: R's `drop.empty.groups = FALSE`. Models, tests and comparisons
    /// have no answer for them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub empty: bool,
    /// What to do with rows that lack a value which the analysis needs.
    #[serde(default)]
    pub missing: Missing,
    /// What is estimated.
    pub analysis: Analysis,
    /// Level, degrees of freedom and what else is wanted.
    #[serde(default)]
    pub options: OptionsSpec,
}

/// Versions of the request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub enum RequestFormat {
    /// The first.
    #[default]
    #[serde(rename = "gko-request/1")]
    V1,
}

/// The file with the rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Data {
    /// Its path below the folder of the request.
    pub file: String,
    /// Its format; read off the file's ending without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<FileFormat>,
    /// Cells that stand for a missing value, besides blanks and what the file
    /// itself declares missing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
    /// Separator of a CSV file.
    #[serde(default = "comma")]
    pub separator: char,
    /// Decimal mark of a CSV file, `.` or `,`.
    #[serde(default = "point")]
    pub decimal: char,
    /// Encoding of a CSV file.
    #[serde(default = "utf8")]
    pub encoding: String,
}

fn comma() -> char {
    ','
}

fn point() -> char {
    '.'
}

fn utf8() -> String {
    "utf-8".to_owned()
}

/// Formats of data files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum FileFormat {
    /// Text with separators.
    Csv,
    /// Apache Parquet.
    Parquet,
    /// Arrow IPC file.
    ArrowIpc,
    /// SPSS `.sav` or `.zsav`.
    Sav,
    /// Stata `.dta`.
    Dta,
}

/// A condition on the rows; a row without a value does not meet it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Filter {
    /// The column.
    pub column: String,
    /// The value is one of these.
    #[serde(default, rename = "in", skip_serializing_if = "Option::is_none")]
    pub one_of: Option<Vec<Scalar>>,
    /// The value is none of these.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_in: Option<Vec<Scalar>>,
    /// The number is above this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub above: Option<f64>,
    /// The number is this or above.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<f64>,
    /// The number is below this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub below: Option<f64>,
    /// The number is this or below.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<f64>,
}

/// A value as the file has it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Scalar {
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
}

/// What becomes of rows that lack a value which the analysis needs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Missing {
    /// The request fails, and the error counts them.
    #[default]
    Refuse,
    /// They leave the domain and are counted; they stay in the design.
    Exclude,
}

impl Request {
    /// Reads a request.
    ///
    /// # Errors
    /// [`Error::Request`] with the place of the fault, what was found and what is valid.
    ///
    /// # Example
    /// ```
    /// use gko::estimate::Request;
    ///
    /// let wrong = r#"{"data": {"file": "a.csv"}, "analysis": {"mean": {"off": ["x"]}}}"#;
    /// let message = Request::parse(wrong, "demo.json").unwrap_err().to_string();
    /// assert!(message.contains("/analysis/mean") && message.contains("expected `of`"), "{message}");
    /// ```
    pub fn parse(text: &str, name: &str) -> Result<Self, Error> {
        let mut reader = serde_json::Deserializer::from_str(text);
        let request = serde_path_to_error::deserialize(&mut reader);
        let request = request.map_err(|error| {
            let place = pointer(error.path());
            Error::Request { name: name.to_owned(), place, message: error.inner().to_string() }
        })?;
        reader.end().map_err(|error| Error::Request {
            name: name.to_owned(),
            place: "/".to_owned(),
            message: error.to_string(),
        })?;
        Ok(request)
    }

    /// SHA-256 over the RFC 8785 form of the request, all defaults written out.
    #[must_use]
    pub fn sha256(&self) -> String {
        let bytes = serde_json_canonicalizer::to_vec(self).unwrap_or_default();
        sha256_hex(&bytes)
    }

    /// The JSON Schema of requests.
    #[must_use]
    pub fn schema() -> Value {
        schemars::schema_for!(Self).to_value()
    }

    /// Every text in the request: the names of all columns are among them.
    pub(crate) fn texts(&self) -> std::collections::BTreeSet<String> {
        let mut found = std::collections::BTreeSet::new();
        collect(&serde_json::to_value(self).unwrap_or_default(), &mut found);
        let given = self.replicates.as_ref().and_then(|replicates| replicates.given.as_ref());
        found.extend(given.map(GivenSpec::names).unwrap_or_default());
        found
    }
}

fn collect(value: &Value, found: &mut std::collections::BTreeSet<String>) {
    match value {
        Value::String(text) => {
            found.extend(text.split(['*', ':', '+']).map(|part| part.trim().to_owned()));
            found.insert(text.clone());
        }
        Value::Array(all) => all.iter().for_each(|one| collect(one, found)),
        Value::Object(all) => all.iter().for_each(|(key, one)| {
            found.insert(key.clone());
            collect(one, found);
        }),
        _ => {}
    }
}

/// The place of a fault as a JSON pointer (RFC 6901).
fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let mut text = String::new();
    for segment in path {
        let part = match segment {
            Segment::Seq { index } => index.to_string(),
            Segment::Map { key } => key.replace('~', "~0").replace('/', "~1"),
            Segment::Enum { variant } => variant.clone(),
            Segment::Unknown => continue,
        };
        text.push('/');
        text.push_str(&part);
    }
    if text.is_empty() { "/".to_owned() } else { text }
}
