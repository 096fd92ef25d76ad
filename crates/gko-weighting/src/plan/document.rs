//! The document as a whole.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::check::check;
use super::error::PlanError;
use super::replicates::ReplicateSpec;
use super::steps::{DeriveSpec, Step};
use crate::nonresponse::{EligibleShare, StatusMap};
use crate::population::Universe;

/// A weighting plan.
///
/// # Example
/// ```
/// use gko_weighting::plan::Plan;
///
/// let plan = Plan::parse(r#"
/// format = "gko-weighting/1"
/// title = "Children, wave 2026"
/// year = 2026
/// universe = { unit = "children", ages = [9, 17], who = "all" }
/// population = "population.csv"
/// data = { file = "children.csv" }
///
/// [[steps]]
/// selection.stages = [{ name = "school", probability = "p_school" }]
///
/// [[steps]]
/// rake.margins = [{ of = ["sex"] }, { of = ["age_group"] }]
/// "#, "plan.toml")?;
/// assert_eq!(plan.steps.len(), 2);
/// let refused = Plan::parse("format = \"gko-weighting/1\"\ntitel = 1", "plan.toml").unwrap_err();
/// assert!(refused.to_string().starts_with("GKO-W800: plan.toml, line 2, column 1"));
/// # Ok::<(), gko_weighting::plan::PlanError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Plan {
    /// The version of this format.
    pub format: PlanFormat,
    /// What the weights are called.
    pub title: String,
    /// Who made the plan; it stands in the history of the weights.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// Whom the survey is about; figures must be about the same.
    pub universe: Universe,
    /// When the survey was taken.
    pub year: u16,
    /// The data.
    pub data: DataSpec,
    /// The file of population figures (CSV or TOML), below the plan's folder. Plans
    /// that calibrate to nothing need none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub population: Option<String>,
    /// The column of groups that are weighted apart, as a rule the country.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// How the sample was drawn, for the variance.
    #[serde(default)]
    pub design: DesignSpec,
    /// New columns, made in this order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub derive: Vec<DeriveSpec>,
    /// Columns whose categories have an order of their own, which `neighbour` rules
    /// of collapsing follow.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub levels: BTreeMap<String, Vec<String>>,
    /// Key indicators: columns of numbers. Diagnostics show what weighting does to
    /// them, and Potter's rule trims for them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub indicators: Vec<String>,
    /// What became of the cases, for response rates of the survey as a whole. Steps of
    /// nonresponse have statuses of their own: a household that was screened responded
    /// to the screening.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response: Option<ResponseSpec>,
    /// Replicate weights, made of the weights before the first step that is no
    /// selection, and taken through every step after.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replicates: Option<ReplicateSpec>,
    /// The steps, in their order.
    pub steps: Vec<Step>,
    /// What is written.
    #[serde(default)]
    pub output: OutputSpec,
}

/// Where the statuses of the cases stand, and what they mean.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ResponseSpec {
    /// The column of statuses.
    pub status: String,
    /// What each of its values means.
    pub codes: StatusMap,
    /// The eligible share e of cases of unknown eligibility.
    #[serde(default)]
    pub eligible: EligibleShare,
}

/// Versions of the plan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub enum PlanFormat {
    /// The first.
    #[default]
    #[serde(rename = "gko-weighting/1")]
    V1,
}

/// The data of a plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct DataSpec {
    /// The file, below the plan's folder.
    pub file: String,
    /// Its format; read off the file's ending without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<FileFormat>,
    /// The column that tells the rows apart; row numbers without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Cells that stand for a missing value, besides blanks and what the file itself
    /// declares missing.
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

/// Formats of data files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FileFormat {
    /// Separated values.
    Csv,
    /// Apache Parquet.
    Parquet,
    /// Apache Arrow IPC.
    Arrow,
    /// SPSS.
    Sav,
    /// Stata.
    Dta,
}

/// How the sample was drawn: its first stage, which carries the variance.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct DesignSpec {
    /// The column of strata.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stratum: Option<String>,
    /// The column of primary sampling units, whose labels may repeat in other strata;
    /// rows are drawn one by one without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub psu: Option<String>,
    /// A column with the number of PSUs in the stratum's population, for a finite
    /// population correction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub population: Option<String>,
    /// What is done with strata of one PSU, by Taylor linearisation and by JKn: `fail`
    /// (without it), `remove`, `certainty`, `adjust`, `average`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub single_psu: Option<String>,
}

/// What a run writes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct OutputSpec {
    /// The name of the final weight.
    pub weight: String,
    /// The name of the base weight.
    pub base_weight: String,
    /// What comes before the number of a replicate weight.
    pub replicate_prefix: String,
    /// Digits that the number has at least, filled with zeros in front.
    pub replicate_digits: usize,
    /// The number of the first replicate.
    pub replicate_start: usize,
    /// The format of the data with the weights.
    pub format: OutputFormat,
}

/// Formats in which weights are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum OutputFormat {
    /// Separated values.
    #[default]
    Csv,
    /// Apache Parquet.
    Parquet,
    /// Apache Arrow IPC.
    Arrow,
}

impl Default for OutputSpec {
    /// `weight`, `base_weight`, `repwt1` and so on, as CSV.
    fn default() -> Self {
        Self {
            weight: "weight".to_owned(),
            base_weight: "base_weight".to_owned(),
            replicate_prefix: "repwt".to_owned(),
            replicate_digits: 1,
            replicate_start: 1,
            format: OutputFormat::Csv,
        }
    }
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

impl Plan {
    /// Reads a plan.
    ///
    /// # Errors
    /// No TOML, a field that is missing, unknown or of another type, with its place;
    /// steps that do not go together.
    pub fn parse(text: &str, file: &str) -> Result<Self, PlanError> {
        let plan: Self = toml::from_str(text).map_err(|error| malformed(text, file, &error))?;
        check(&plan)?;
        Ok(plan)
    }

    /// Every name in the plan that may be a column of the data: whoever reads a file
    /// needs no others.
    #[must_use]
    pub fn columns(&self) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        texts(&serde_json::to_value(self).unwrap_or_default(), &mut names);
        names
    }

    /// The JSON Schema of the document.
    #[must_use]
    pub fn schema() -> schemars::Schema {
        schemars::schema_for!(Plan)
    }
}

/// All texts of a document, keys included.
fn texts(value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => {
            names.insert(text.clone());
        }
        Value::Array(all) => all.iter().for_each(|one| texts(one, names)),
        Value::Object(all) => all.iter().for_each(|(key, one)| {
            names.insert(key.clone());
            texts(one, names);
        }),
        _ => {}
    }
}

fn malformed(text: &str, file: &str, error: &toml::de::Error) -> PlanError {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |start| start.chars().count()) + 1;
    let found = error.span().and_then(|span| text.get(span)).unwrap_or_default();
    PlanError::Malformed {
        file: file.to_owned(),
        line,
        column,
        message: super::words::in_words(error.message(), found),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "format = \"gko-weighting/1\"\ntitle = \"t\"\nyear = 2026\n\
        universe = { unit = \"children\", ages = [9, 17], who = \"all\" }\n\
        data = { file = \"d.csv\" }\n";

    fn message(rest: &str) -> String {
        Plan::parse(&format!("{HEAD}{rest}"), "p.toml").unwrap_err().to_string()
    }

    const SELECTION: &str = "[[steps]]\nselection.given = { weights = \"w\" }\n";

    #[test]
    fn a_plan_begins_with_a_selection() {
        assert!(message("steps = []").contains("first step is a `selection`"));
        let trimmed = format!("{SELECTION}[[steps]]\ntrim = {{ recalibrate = {{}} }}\n");
        assert!(message(&trimmed).contains("GKO-W801: steps 2"));
        let raked = format!("{SELECTION}[[steps]]\nrake.margins = [{{ of = [\"sex\"] }}]\n");
        assert!(message(&raked).contains("file of population figures"));
    }

    #[test]
    fn choices_are_named_as_a_plan_names_them() {
        let jkn = message(&format!("replicates = {{ method = \"jkn\" }}\n{SELECTION}"));
        assert!(jkn.contains("write { jkn = { } }"), "{jkn}");
        let rao = message(&format!("replicates = {{ method = \"rao_wu\" }}\n{SELECTION}"));
        assert!(rao.contains("`rao_wu` is a table") && !rao.contains("variant"), "{rao}");
        let two = message("[[steps]]\nselection.quota = { reason = \"r\" }\ntrim = {}\n");
        assert!(two.contains("one kind only") && two.contains("`post_stratify`"), "{two}");
    }

    #[test]
    fn files_of_spss_and_stata_are_not_written() {
        let sav = message(&format!("output = {{ format = \"sav\" }}\n{SELECTION}"));
        assert!(sav.contains("`csv`, `parquet`, `arrow`") || sav.contains("`parquet`"), "{sav}");
        assert!(
            !serde_json::to_string(&schemars::schema_for!(OutputFormat)).unwrap().contains("sav")
        );
    }

    #[test]
    fn faults_have_their_line() {
        let message = message(&format!("{SELECTION}[[steps]]\nrake.margin = 5\n"));
        assert!(message.starts_with("GKO-W800: p.toml, line 9"), "{message}");
        assert!(message.contains("margin"), "{message}");
    }

    #[test]
    fn a_plan_is_written_as_it_is_read() {
        let plan = Plan::parse(&format!("{HEAD}{SELECTION}"), "p.toml").unwrap();
        let text = toml::to_string(&plan).unwrap();
        assert_eq!(Plan::parse(&text, "q.toml").unwrap(), plan);
    }
}
