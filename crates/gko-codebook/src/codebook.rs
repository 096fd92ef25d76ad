//! What was asked: studies, waves, variables, response sets, routing.

use std::fmt;

use serde::Serialize;

use crate::error::Error;
use crate::expr::Expr;
use crate::missing::MissingReason;
use crate::text::Document;

/// Everything that is known about a study's questions before any answer is read.
///
/// A code is a key only inside its study and wave: the same letter and number
/// mean different questions in the first and second Global Kids Online
/// questionnaire, so definitions name category ids, never codes.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Codebook {
    /// Identifier of the study, such as `gko-v1`.
    pub study: String,
    /// The study's title.
    pub title: String,
    /// Where the definitions come from.
    pub source: Option<String>,
    /// Whether the data behind it are invented; the mark travels into every output.
    pub synthetic: bool,
    /// The waves, in the order of the document.
    pub waves: Vec<Wave>,
    /// The variables, in the order of the document.
    pub variables: Vec<Variable>,
    /// The multi-response sets, in the order of the document.
    pub sets: Vec<MultiSet>,
    /// Labels under which missing codes are known that only a file declares.
    pub missing_labels: Vec<(String, MissingReason)>,
}

/// One round of fieldwork.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Wave {
    /// Identifier, such as `2018`.
    pub id: String,
    /// Label.
    pub label: String,
}

/// Who answers, and so whose weight, base and n count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// A child.
    Child,
    /// A parent or carer.
    Parent,
}

impl Unit {
    /// The words a document may use.
    pub const WORDS: [(&'static str, Self); 2] = [("child", Self::Child), ("parent", Self::Parent)];

    /// The stable name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Child => "child",
            Self::Parent => "parent",
        }
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How binding a question is for the countries that use the questionnaire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ModuleStatus {
    /// Asked everywhere in the same words.
    Core,
    /// Taken from the questionnaire if the country wants it.
    Optional,
    /// Worded or listed anew by each country.
    Adaptable,
}

impl ModuleStatus {
    pub(crate) const WORDS: [(&'static str, Self); 3] =
        [("core", Self::Core), ("optional", Self::Optional), ("adaptable", Self::Adaptable)];
}

/// Whether more agreement means more or less of what is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Keying {
    /// The last category has most of what the item measures.
    Positive,
    /// The first category has most of it (a reverse-keyed item).
    Negative,
}

impl Keying {
    pub(crate) const WORDS: [(&'static str, Self); 2] =
        [("positive", Self::Positive), ("negative", Self::Negative)];
}

/// What variables and multi-response sets have in common.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Question {
    /// Identifier that expressions use; unique in the codebook.
    pub id: String,
    /// Short label, not the questionnaire's wording.
    pub label: String,
    /// Module of the questionnaire.
    pub module: String,
    /// Core, optional or adaptable.
    pub status: ModuleStatus,
    /// Who answers.
    pub unit: Unit,
    /// Of whom it was asked; [`Expr::All`] where everybody was.
    pub universe: Expr,
}

/// One question with one answer.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Variable {
    /// Identifier, label, module, unit, universe.
    pub question: Question,
    /// The column of the data file.
    pub column: String,
    /// Whether the item is reverse keyed.
    pub keying: Keying,
    /// What its values are.
    pub kind: VariableKind,
}

/// What the values of a variable are.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum VariableKind {
    /// One of a list of categories.
    Categorical(Categories),
    /// A number, within a closed range where one is given.
    Number {
        /// Smallest and largest admissible value.
        range: Option<(f64, f64)>,
        /// Codes that are no numbers but reasons.
        missing: Vec<MissingCode>,
    },
}

/// A list of categories with their codes, and the codes that mean "missing".
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Categories {
    /// Name of the response set, `None` where the variable lists its own.
    pub response_set: Option<String>,
    /// Whether the order of the categories means something (`>=` is allowed).
    pub ordered: bool,
    /// The substantive categories, in their order.
    pub list: Vec<Category>,
    /// The missing codes with their reason.
    pub missing: Vec<MissingCode>,
}

/// A substantive answer.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Category {
    /// Stable name that definitions use, such as `daily`.
    pub id: String,
    /// Label.
    pub label: String,
    /// The code in the data file.
    pub code: Code,
    /// Other codes for the same answer in particular waves.
    pub wave_codes: Vec<(String, Code)>,
    /// The number a mean takes for it, where it has one.
    pub value: Option<f64>,
}

/// A code that stands for a missing answer.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct MissingCode {
    /// The code in the data file.
    pub code: Code,
    /// Other codes for the same reason in particular waves.
    pub wave_codes: Vec<(String, Code)>,
    /// Why the answer is missing.
    pub reason: MissingReason,
    /// The label in this study, such as "Refusal".
    pub label: String,
}

/// A code as the data file has it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(untagged)]
pub enum Code {
    /// A whole number.
    Integer(i64),
    /// A text, compared after trimming.
    Text(String),
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(code) => write!(f, "{code}"),
            Self::Text(code) => f.write_str(code),
        }
    }
}

/// A question with any number of ticks, each option in a column of its own.
///
/// # Rule
///
/// A set is answered when an option is ticked, or when some column says "not
/// ticked" in so many words; in an answered set a blank option is a valid no. A
/// set without a tick whose columns carry a missing code has that reason; a set
/// that is blank throughout is classified by its universe.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct MultiSet {
    /// Identifier, label, module, unit, universe.
    pub question: Question,
    /// The options, at most 64.
    pub options: Vec<SetOption>,
    /// The code of a ticked option.
    pub ticked: Code,
    /// The code of an option that was read out and not ticked, if the file has one.
    pub not_ticked: Option<Code>,
    /// Ways to say that the whole question went unanswered.
    pub missing: Vec<SetMissing>,
}

/// One option of a multi-response set.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SetOption {
    /// Stable name that definitions use, such as `parent`.
    pub id: String,
    /// Label.
    pub label: String,
    /// The column of the data file.
    pub column: String,
    /// Whether it excludes all others ("told nobody").
    pub exclusive: bool,
}

/// How a multi-response set says that it has no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SetMissing {
    /// A tick in a column of its own.
    Column {
        /// The column.
        column: String,
        /// What a tick there means.
        reason: MissingReason,
    },
    /// A code in the columns of the options.
    Code {
        /// The code.
        code: Code,
        /// What it means.
        reason: MissingReason,
    },
}

impl Codebook {
    /// Parses and checks a codebook.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] with every fault and its place: syntax, unknown and
    /// missing keys, wrong types, duplicate names and columns, codes that stand
    /// for two things, universes that name unknown variables or categories or
    /// form a circle.
    pub fn parse(text: &str, name: &str) -> Result<Self, Error> {
        let document = Document::parse(text, name);
        let codebook = crate::codebook_toml::read(&document);
        crate::check::codebook(&codebook, &document);
        document.into_result(codebook.value)
    }

    /// A variable by its id.
    #[must_use]
    pub fn variable(&self, id: &str) -> Option<&Variable> {
        self.variables.iter().find(|variable| variable.question.id == id)
    }

    /// A multi-response set by its id.
    #[must_use]
    pub fn set(&self, id: &str) -> Option<&MultiSet> {
        self.sets.iter().find(|set| set.question.id == id)
    }

    /// The question behind an id, variable or set.
    #[must_use]
    pub fn question(&self, id: &str) -> Option<&Question> {
        let variable = self.variable(id).map(|variable| &variable.question);
        variable.or_else(|| self.set(id).map(|set| &set.question))
    }

    /// Every question, variables first, in the order of the document.
    pub fn questions(&self) -> impl Iterator<Item = &Question> {
        let variables = self.variables.iter().map(|variable| &variable.question);
        variables.chain(self.sets.iter().map(|set| &set.question))
    }

    /// The columns that a data file of one unit may have for this codebook.
    #[must_use]
    pub fn columns(&self, unit: Unit) -> Vec<&str> {
        let variables = self.variables.iter().filter(|v| v.question.unit == unit);
        let sets = self.sets.iter().filter(|set| set.question.unit == unit);
        let columns = variables.map(|variable| variable.column.as_str());
        columns.chain(sets.flat_map(MultiSet::columns)).collect()
    }
}

impl Variable {
    /// The categories, where the variable has them.
    #[must_use]
    pub const fn categories(&self) -> Option<&Categories> {
        match &self.kind {
            VariableKind::Categorical(categories) => Some(categories),
            VariableKind::Number { .. } => None,
        }
    }
}

impl Categories {
    /// The place of a category in the list, which is also its state in memory.
    #[must_use]
    pub fn position(&self, id: &str) -> Option<usize> {
        self.list.iter().position(|category| category.id == id)
    }
}

impl Category {
    /// The code in one wave.
    #[must_use]
    pub fn code_in(&self, wave: &str) -> &Code {
        code_in(&self.code, &self.wave_codes, wave)
    }
}

impl MissingCode {
    /// The code in one wave.
    #[must_use]
    pub fn code_in(&self, wave: &str) -> &Code {
        code_in(&self.code, &self.wave_codes, wave)
    }
}

fn code_in<'a>(code: &'a Code, wave_codes: &'a [(String, Code)], wave: &str) -> &'a Code {
    let own = wave_codes.iter().find(|(id, _)| id == wave);
    own.map_or(code, |(_, code)| code)
}

impl MultiSet {
    /// The columns of the options, then those that say why there is no answer.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        let options = self.options.iter().map(|option| option.column.as_str());
        let missing = self.missing.iter().filter_map(|missing| match missing {
            SetMissing::Column { column, .. } => Some(column.as_str()),
            SetMissing::Code { .. } => None,
        });
        options.chain(missing)
    }

    /// The place of an option in the list, which is also its bit in memory.
    #[must_use]
    pub fn position(&self, id: &str) -> Option<usize> {
        self.options.iter().position(|option| option.id == id)
    }
}
