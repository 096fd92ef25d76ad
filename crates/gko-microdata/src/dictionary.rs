//! The dictionary that an SPSS file carries: labels and codes declared missing.

use std::collections::BTreeSet;
use std::fmt::Write;

use gko_codebook::{Codebook, MissingReason};

/// What a file says about its own variables.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Dictionary {
    /// The variables, in the order of the file.
    pub variables: Vec<DictionaryVariable>,
}

/// What a file says about one variable.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct DictionaryVariable {
    /// The column.
    pub name: String,
    /// The variable's label.
    pub label: Option<String>,
    /// Whether the values are texts.
    pub text: bool,
    /// Labels of numeric codes, in the order of the codes.
    pub value_labels: Vec<(f64, String)>,
    /// Single codes declared missing.
    pub missing_codes: Vec<f64>,
    /// Text codes declared missing.
    pub missing_texts: Vec<String>,
    /// A range of codes declared missing, both ends included; open ends are infinite.
    pub missing_range: Option<(f64, f64)>,
}

impl DictionaryVariable {
    /// Whether the file declares any code missing.
    #[must_use]
    pub fn declares_any(&self) -> bool {
        let codes = !self.missing_codes.is_empty() || !self.missing_texts.is_empty();
        codes || self.missing_range.is_some()
    }

    /// Whether the file declares a code missing.
    #[must_use]
    pub fn declares_missing(&self, code: f64) -> bool {
        let in_range = self.missing_range.is_some_and(|(low, high)| low <= code && code <= high);
        in_range || self.missing_codes.contains(&code)
    }

    /// The label of a code.
    #[must_use]
    pub fn label_of(&self, code: f64) -> Option<&str> {
        let found = self.value_labels.iter().find(|(labelled, _)| *labelled == code);
        found.map(|(_, label)| label.as_str())
    }
}

impl Dictionary {
    /// A variable by the name of its column.
    #[must_use]
    pub fn variable(&self, name: &str) -> Option<&DictionaryVariable> {
        self.variables.iter().find(|variable| variable.name == name)
    }

    /// A codebook to start from, as TOML: every numeric variable that has value
    /// labels, with its labels and its missing codes as typed reasons.
    ///
    /// The reasons are read off the labels ("Don't know", "Refused", ...) and
    /// are `unspecified` where the label tells nothing; a person must look at
    /// them. Ids of categories are made from the labels.
    ///
    /// ```
    /// use gko_codebook::Codebook;
    /// use gko_microdata::Dictionary;
    ///
    /// let draft = Dictionary::default().draft_codebook("demo", "2018");
    /// assert!(Codebook::parse(&draft, "draft.toml").is_ok());
    /// ```
    #[must_use]
    pub fn draft_codebook(&self, study: &str, wave: &str) -> String {
        let mut text = String::from(
            "# Drafted from the dictionary of a data file: check every line,\n# above all reasons, universes, units and which variables are design columns.\n",
        );
        let mut line = |entry: String| text.push_str(&(entry + "\n"));
        line("format = \"gko-codebook/1\"".to_owned());
        line(format!("study = {}\ntitle = {}", quoted(study), quoted(study)));
        line(format!("wave = [{{ id = {}, label = {} }}]", quoted(wave), quoted(wave)));
        let labelled = self.variables.iter().filter(|v| !v.text && !v.value_labels.is_empty());
        for variable in labelled {
            line(draft_variable(variable));
        }
        text
    }
}

fn draft_variable(variable: &DictionaryVariable) -> String {
    let mut entry = format!("\n[[variable]]\nid = {}\n", quoted(&variable.name));
    let label = variable.label.as_deref().unwrap_or(&variable.name);
    // Writing to a String cannot fail.
    let _ = writeln!(entry, "label = {}", quoted(label));
    let _ = writeln!(entry, "module = \"?\"\nstatus = \"optional\"\nunit = \"child\"");
    let (missing, valid): (Vec<_>, Vec<_>) = variable
        .value_labels
        .iter()
        .filter(|(code, _)| is_code(*code))
        .partition(|(code, _)| variable.declares_missing(*code));
    let _ = if valid.is_empty() {
        writeln!(entry, "type = \"number\"")
    } else {
        writeln!(entry, "categories = [\n{}]", draft_categories(&valid))
    };
    let labelled = missing.iter().map(|(code, label)| (*code, label.as_str()));
    let bare = variable.missing_codes.iter().filter(|code| is_code(**code));
    let bare = bare.filter(|code| variable.label_of(**code).is_none());
    let all = labelled.chain(bare.map(|code| (*code, "")));
    let _ = write!(entry, "missing = [\n{}]", draft_missing(all));
    entry
}

/// Whether a number can stand as a code in a codebook.
fn is_code(number: f64) -> bool {
    number.fract() == 0.0 && number.abs() < 1e15
}

fn draft_categories(valid: &[&(f64, String)]) -> String {
    let mut ids = BTreeSet::new();
    let lines = valid.iter().map(|(code, label)| {
        let base = id_from(label);
        let numbered = (2..).map(|count| format!("{base}-{count}"));
        let mut candidates = std::iter::once(base.clone()).chain(numbered);
        let id = candidates.find(|id| ids.insert(id.clone())).unwrap_or_default();
        format!("  {{ id = {}, code = {code:.0}, label = {} }},\n", quoted(&id), quoted(label))
    });
    lines.collect()
}

fn draft_missing<'a>(codes: impl Iterator<Item = (f64, &'a str)>) -> String {
    let lines = codes.map(|(code, label)| {
        let reason = reason_from(label, &[]).unwrap_or(MissingReason::Unspecified);
        format!("  {{ code = {code:.0}, reason = \"{reason}\", label = {} }},\n", quoted(label))
    });
    lines.collect()
}

/// A category id from a label: lower case, hyphens, starting with a letter.
fn id_from(label: &str) -> String {
    let words = label.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let id = words.collect::<Vec<_>>().join("-").to_lowercase();
    if id.starts_with(|c: char| c.is_alphabetic()) { id } else { format!("c-{id}") }
}

fn quoted(text: &str) -> String {
    let escaped: String = text.chars().map(escaped).collect();
    format!("\"{escaped}\"")
}

fn escaped(character: char) -> String {
    match character {
        '"' | '\\' => format!("\\{character}"),
        c if c.is_control() => " ".to_owned(),
        c => c.to_string(),
    }
}

/// The reason behind a label: first as the codebook says, then by usual words.
pub(crate) fn reason_from(label: &str, known: &[(String, MissingReason)]) -> Option<MissingReason> {
    let plain = |text: &str| text.to_lowercase().replace(['\u{2019}', '\''], "");
    let label = plain(label.trim());
    let declared = known.iter().find(|(text, _)| plain(text) == label);
    declared.map(|(_, reason)| *reason).or_else(|| usual_reason(&label))
}

fn usual_reason(label: &str) -> Option<MissingReason> {
    let any = |words: &[&str]| words.iter().any(|word| label.contains(word));
    if any(&["what this", "not understand", "doesnt understand"]) {
        Some(MissingReason::NotUnderstood)
    } else if any(&["dont know", "doesnt know", "do not know", "not sure"]) {
        Some(MissingReason::DontKnow)
    } else if any(&["prefer not", "refus", "no answer"]) || label == "rf" {
        Some(MissingReason::PreferNotToSay)
    } else if any(&["not applicable", "does not apply", "skip"]) {
        Some(MissingReason::RoutedOut)
    } else if any(&["not asked"]) {
        Some(MissingReason::NotAsked)
    } else {
        None
    }
}

/// The reason of a code that only the file declares missing.
pub(crate) fn declared_reason(
    variable: Option<&DictionaryVariable>,
    code: f64,
    codebook: &Codebook,
) -> MissingReason {
    let label = variable.and_then(|variable| variable.label_of(code));
    let reason = label.and_then(|label| reason_from(label, &codebook.missing_labels));
    reason.unwrap_or(MissingReason::Unspecified)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_spellings_of_one_country_file_get_their_reasons() {
        for (label, reason) in [
            ("Don't know", MissingReason::DontKnow),
            ("Doesn\u{2019}t know", MissingReason::DontKnow),
            ("Don't know \u{2013} don't read", MissingReason::DontKnow),
            ("Refusal", MissingReason::PreferNotToSay),
            ("Refuse \u{2013} don't read", MissingReason::PreferNotToSay),
            ("RF", MissingReason::PreferNotToSay),
            ("Prefer not to say", MissingReason::PreferNotToSay),
            ("I don't know what this activity means", MissingReason::NotUnderstood),
        ] {
            assert_eq!(reason_from(label, &[]), Some(reason), "{label}");
        }
        assert_eq!(reason_from("Weather", &[]), None);
        let known = [("Keine Angabe".to_owned(), MissingReason::PreferNotToSay)];
        assert_eq!(reason_from("keine angabe", &known), Some(MissingReason::PreferNotToSay));
    }

    #[test]
    fn a_draft_is_a_codebook_with_typed_reasons() {
        let variable = DictionaryVariable {
            name: "Q1".to_owned(),
            label: Some("A \"quoted\" question".to_owned()),
            text: false,
            value_labels: vec![
                (1.0, "Yes".to_owned()),
                (2.0, "No".to_owned()),
                (3.0, "No".to_owned()),
                (99.0, "Don't know".to_owned()),
            ],
            missing_codes: vec![99.0, 98.0],
            missing_texts: Vec::new(),
            missing_range: None,
        };
        let dictionary = Dictionary { variables: vec![variable] };
        let codebook = Codebook::parse(&dictionary.draft_codebook("s", "w"), "draft").unwrap();
        let categories = codebook.variable("Q1").unwrap().categories().unwrap();
        let ids: Vec<&str> = categories.list.iter().map(|c| c.id.as_str()).collect();
        assert_eq!(ids, ["yes", "no", "no-2"]);
        let reasons: Vec<_> = categories.missing.iter().map(|m| m.reason).collect();
        assert_eq!(reasons, [MissingReason::DontKnow, MissingReason::Unspecified]);
    }
}
