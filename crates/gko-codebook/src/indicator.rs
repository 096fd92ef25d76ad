//! Indicators as data: what is counted, among whom, and what a missing answer does.
//!
//! # Rule
//!
//! A row is in the base when the unit matches, the base expression is true and
//! the numerator is known, or unknown for a reason whose rule keeps the row. A
//! base that is unknown puts the row outside and counts it. The rule stands in
//! the definition for every reason; where the document is silent it is
//! [`MissingRule::Exclude`].
//!
//! # References
//!
//! The published Global Kids Online tables keep "don't know" and refusals in the
//! base of shares (top-two boxes are computed on all who were asked) and leave
//! them out of means: rules `no` and `exclude` of this module.

use std::collections::BTreeMap;
use std::fmt;

use crate::codebook::{Codebook, Unit};
use crate::error::Error;
use crate::expr::Expr;
use crate::identity::DefinitionHash;
use crate::missing::MissingReason;
use crate::text::Document;

/// The indicators of a release and the breakdowns they use.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Catalogue {
    /// Title.
    pub title: String,
    /// The breakdowns, in the order of the output's columns.
    pub breakdowns: Vec<Breakdown>,
    /// The indicators, in the order of the output's rows.
    pub indicators: Vec<Indicator>,
}

/// One indicator, resolved against a codebook.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Indicator {
    /// Stable identifier.
    pub id: String,
    /// Label.
    pub label: String,
    /// What kind of thing it measures.
    pub class: IndicatorClass,
    /// Module of the questionnaire.
    pub module: String,
    /// Whose weight, base and n count.
    pub unit: Unit,
    /// What is computed.
    pub measure: Measure,
    /// Among whom.
    pub base: Expr,
    /// What a missing answer does.
    pub missing: MissingRules,
    /// For which groups, beside the total: lists of places in [`Catalogue::breakdowns`].
    pub breakdowns: Vec<Vec<usize>>,
    /// Whether small numerators and complements must be hidden too.
    pub sensitive: bool,
    /// Identity of the resolved definition.
    pub definition: DefinitionHash,
}

/// What kind of thing an indicator measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum IndicatorClass {
    /// Getting online.
    Access,
    /// What children do online.
    Opportunity,
    /// What children can do online.
    Skill,
    /// Encounters that may, and need not, lead to harm.
    Risk,
    /// Being bothered, upset or worse, and what follows.
    Harm,
    /// What parents, teachers and peers do, and where children turn for help.
    Mediation,
    /// How children fare.
    WellBeing,
}

impl IndicatorClass {
    /// The words a document may use.
    pub const WORDS: [(&'static str, Self); 7] = [
        ("access", Self::Access),
        ("opportunity", Self::Opportunity),
        ("skill", Self::Skill),
        ("risk", Self::Risk),
        ("harm", Self::Harm),
        ("mediation", Self::Mediation),
        ("well-being", Self::WellBeing),
    ];

    /// The stable name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::WORDS.iter().find(|(_, class)| *class == self).map_or("", |(word, _)| word)
    }
}

impl fmt::Display for IndicatorClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What is computed over the base.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Measure {
    /// The weighted share of the base for which an expression is true, 0 to 1.
    Share {
        /// The expression.
        numerator: Expr,
    },
    /// The weighted mean of a number, or of the values of categories.
    Mean {
        /// The variable.
        variable: String,
    },
}

impl Measure {
    /// The variables and sets it names.
    #[must_use]
    pub fn variables(&self) -> Vec<&str> {
        match self {
            Self::Share { numerator } => numerator.variables(),
            Self::Mean { variable } => vec![variable],
        }
    }
}

/// What a missing answer does to an indicator.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum MissingRule {
    /// The row leaves the base, and is counted.
    Exclude,
    /// The row stays in the base and counts as "no" (shares only).
    CountAsNo,
    /// The row stays in the base, counts as "no", and the reason gets a share of
    /// its own beside the indicator (shares only).
    Category,
    /// The row stays in the base with this value (means only).
    Value(f64),
}

/// The rule for each reason.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct MissingRules(BTreeMap<MissingReason, MissingRule>);

impl MissingRules {
    /// The rule for a reason; `Exclude` where none was given.
    #[must_use]
    pub fn rule(&self, reason: MissingReason) -> MissingRule {
        self.0.get(&reason).copied().unwrap_or(MissingRule::Exclude)
    }

    /// Sets a rule.
    pub fn set(&mut self, reason: MissingReason, rule: MissingRule) {
        self.0.insert(reason, rule);
    }

    /// The reasons that get a share of their own.
    pub fn categories(&self) -> impl Iterator<Item = MissingReason> {
        let rules = self.0.iter().filter(|(_, rule)| **rule == MissingRule::Category);
        rules.map(|(reason, _)| *reason)
    }
}

/// A way to divide the base into groups.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Breakdown {
    /// Stable identifier; a column of the output.
    pub id: String,
    /// Label.
    pub label: String,
    /// Who is divided.
    pub unit: Unit,
    /// The variable it is made from.
    pub variable: String,
    /// How.
    pub source: BreakdownSource,
}

/// How groups are made from a variable.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum BreakdownSource {
    /// Each category is a group.
    Categories,
    /// Groups of categories, or ranges of a number.
    Groups(Vec<Group>),
}

/// One group of a breakdown.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Group {
    /// Stable identifier; a value in the output.
    pub id: String,
    /// Label.
    pub label: String,
    /// The categories, for a categorical variable.
    pub categories: Vec<String>,
    /// Smallest and largest value, both included, for a number.
    pub range: Option<(f64, f64)>,
}

/// Columns that every output table has beside those of the breakdowns, which
/// cannot take their names.
pub const TABLE_COLUMNS: [&str; 19] = [
    "study",
    "wave",
    "country",
    "unit",
    "indicator",
    "estimate",
    "se",
    "ci_low",
    "ci_high",
    "ci_method",
    "level",
    "df",
    "n",
    "n_weighted",
    "n_eff",
    "deff",
    "mark",
    "reason",
    "definition",
];

impl Breakdown {
    /// Ids of the groups, in order.
    #[must_use]
    pub fn groups<'a>(&'a self, codebook: &'a Codebook) -> Vec<&'a str> {
        match &self.source {
            BreakdownSource::Groups(groups) => {
                groups.iter().map(|group| group.id.as_str()).collect()
            }
            BreakdownSource::Categories => {
                let categories = codebook.variable(&self.variable).and_then(|v| v.categories());
                let list =
                    categories.map(|categories| categories.list.as_slice()).unwrap_or_default();
                list.iter().map(|category| category.id.as_str()).collect()
            }
        }
    }
}

impl Catalogue {
    /// Parses a catalogue and resolves it against a codebook.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] with every fault and its place: besides the form, names
    /// that the codebook does not have, categories that a variable does not have,
    /// variables of another unit, rules that do not fit the measure.
    pub fn parse(text: &str, name: &str, codebook: &Codebook) -> Result<Self, Error> {
        let document = Document::parse(text, name);
        let catalogue = crate::indicator_toml::read(&document, codebook);
        document.into_result(catalogue)
    }

    /// An indicator by its id.
    #[must_use]
    pub fn indicator(&self, id: &str) -> Option<&Indicator> {
        self.indicators.iter().find(|indicator| indicator.id == id)
    }
}
