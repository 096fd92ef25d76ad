//! The identity of a definition: a hash of what it computes, labels left out.
//!
//! # Rule
//!
//! `SHA-256(RFC 8785(resolved definition))`, in hexadecimal. Resolved means: the
//! study, the unit, the measure, the base, a rule for every missing reason, the
//! groups of its breakdowns, and for every variable it touches (through
//! universes too) the categories with their values, the range, the options and
//! the universe. Ids and labels of the indicator, codes and file columns are
//! left out: renaming a figure or recoding a file does not change what it means.
//! The map from a file's codes to categories has a hash of its own.
//!
//! # References
//!
//! RFC 8785, JSON Canonicalization Scheme (2020); FIPS 180-4.

use std::fmt;

use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::codebook::{Categories, Codebook, SetMissing, VariableKind};
use crate::indicator::{Breakdown, BreakdownSource, Indicator, Measure, MissingRule};
use crate::missing::MissingReason;

/// Identity of a resolved indicator definition.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct DefinitionHash(String);

/// Identity of the map that binds the codes of one study and wave.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct CodeMapHash(String);

impl DefinitionHash {
    /// 64 hexadecimal digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The identity of the share of one missing reason beside an indicator.
    #[must_use]
    pub fn of_reason(&self, reason: MissingReason) -> Self {
        Self(hash(&json!({"definition": self.0, "share_of": reason})))
    }

    pub(crate) fn of(indicator: &Indicator, breakdowns: &[Breakdown], codebook: &Codebook) -> Self {
        Self(hash(&definition(indicator, breakdowns, codebook)))
    }

    pub(crate) const fn unresolved() -> Self {
        Self(String::new())
    }
}

impl fmt::Display for DefinitionHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl CodeMapHash {
    /// 64 hexadecimal digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Codebook {
    /// The identity of the map from codes to categories and reasons in one wave.
    #[must_use]
    pub fn code_map_hash(&self, wave: &str) -> CodeMapHash {
        let variables = self.variables.iter().map(|variable| match &variable.kind {
            VariableKind::Categorical(categories) => {
                json!({"id": variable.question.id, "column": variable.column, "codes": codes(categories, wave)})
            }
            VariableKind::Number { missing, .. } => {
                let missing: Vec<Value> =
                    missing.iter().map(|m| json!([m.code_in(wave), m.reason])).collect();
                json!({"id": variable.question.id, "column": variable.column, "missing": missing})
            }
        });
        let variables: Vec<Value> = variables.collect();
        let sets: Vec<Value> = self.sets.iter().map(set_codes).collect();
        let map = json!({"study": self.study, "wave": wave, "variables": variables, "sets": sets,
            "missing_labels": self.missing_labels});
        CodeMapHash(hash(&map))
    }
}

fn codes(categories: &Categories, wave: &str) -> Value {
    let valid = categories.list.iter().map(|c| json!([c.code_in(wave), c.id]));
    let missing =
        categories.missing.iter().map(|m| json!([m.code_in(wave), {"missing": m.reason}]));
    valid.chain(missing).collect()
}

fn set_codes(set: &crate::codebook::MultiSet) -> Value {
    let options: Vec<Value> = set.options.iter().map(|o| json!([o.column, o.id])).collect();
    let missing = set.missing.iter().map(|missing| match missing {
        SetMissing::Column { column, reason } => json!({"column": column, "reason": reason}),
        SetMissing::Code { code, reason } => json!({"code": code, "reason": reason}),
    });
    let missing: Vec<Value> = missing.collect();
    json!({"id": set.question.id, "options": options, "ticked": set.ticked,
        "not_ticked": set.not_ticked, "missing": missing})
}

fn definition(indicator: &Indicator, breakdowns: &[Breakdown], codebook: &Codebook) -> Value {
    let used: Vec<&Breakdown> =
        indicator.breakdowns.iter().flatten().filter_map(|&i| breakdowns.get(i)).collect();
    let mut names = indicator.measure.variables();
    names.extend(indicator.base.variables());
    names.extend(used.iter().map(|breakdown| breakdown.variable.as_str()));
    let groups = indicator.breakdowns.iter().map(|list| {
        list.iter()
            .filter_map(|&i| breakdowns.get(i))
            .map(|b| grouping(b, codebook))
            .collect::<Value>()
    });
    json!({
        "format": "gko-definition/1",
        "study": codebook.study,
        "unit": indicator.unit,
        "measure": measure(&indicator.measure),
        "base": indicator.base,
        "missing": missing(indicator),
        "breakdowns": groups.collect::<Vec<Value>>(),
        "variables": variables(names, codebook),
    })
}

fn measure(measure: &Measure) -> Value {
    match measure {
        Measure::Share { numerator } => json!({"share": numerator}),
        Measure::Mean { variable } => json!({"mean": variable}),
    }
}

fn missing(indicator: &Indicator) -> Value {
    let rules = MissingReason::ALL.map(|reason| {
        let rule = match indicator.missing.rule(reason) {
            MissingRule::Exclude => json!("exclude"),
            MissingRule::CountAsNo => json!("no"),
            MissingRule::Category => json!("category"),
            MissingRule::Value(value) => json!(value),
        };
        (reason.as_str().to_owned(), rule)
    });
    Value::Object(rules.into_iter().collect())
}

fn grouping(breakdown: &Breakdown, codebook: &Codebook) -> Value {
    let groups: Value = match &breakdown.source {
        BreakdownSource::Categories => json!(breakdown.groups(codebook)),
        BreakdownSource::Groups(groups) => groups
            .iter()
            .map(|g| json!({"id": g.id, "categories": g.categories, "range": g.range}))
            .collect(),
    };
    json!({"id": breakdown.id, "variable": breakdown.variable, "groups": groups})
}

/// The variables named, and those that their universes name in turn.
fn variables(names: Vec<&str>, codebook: &Codebook) -> Value {
    let mut open: Vec<String> = names.into_iter().map(str::to_owned).collect();
    let mut resolved = serde_json::Map::new();
    while let Some(name) = open.pop() {
        let Some(question) = codebook.question(&name).filter(|_| !resolved.contains_key(&name))
        else {
            continue;
        };
        open.extend(question.universe.variables().into_iter().map(str::to_owned));
        let content = json!({"universe": question.universe, "content": content(&name, codebook)});
        resolved.insert(name, content);
    }
    Value::Object(resolved)
}

fn content(name: &str, codebook: &Codebook) -> Value {
    if let Some(set) = codebook.set(name) {
        return set.options.iter().map(|o| json!({"id": o.id, "exclusive": o.exclusive})).collect();
    }
    match codebook.variable(name).map(|variable| &variable.kind) {
        Some(VariableKind::Categorical(categories)) => {
            let list = categories.list.iter().map(|c| json!({"id": c.id, "value": c.value}));
            json!({"ordered": categories.ordered, "categories": list.collect::<Vec<Value>>()})
        }
        Some(VariableKind::Number { range, .. }) => json!({"range": range}),
        None => Value::Null,
    }
}

fn hash(value: &Value) -> String {
    // A `Value` always has a canonical form; the empty fallback would show as
    // one hash for all, which the tests exclude.
    let canonical = serde_json_canonicalizer::to_vec(value).unwrap_or_default();
    sha256_hex(&canonical)
}

/// SHA-256 in hexadecimal.
///
/// ```
/// // FIPS 180-4, the empty message.
/// let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
/// assert_eq!(gko_codebook::sha256_hex(b""), empty);
/// ```
#[must_use]
pub fn sha256_hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
