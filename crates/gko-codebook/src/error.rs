//! What a document can be refused for: every fault, with its place and a way out.

use std::fmt;

use thiserror::Error;

/// Where in a document a fault stands; lines and columns count from 1.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The document's name, as the caller gave it.
    pub document: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.document, self.line, self.column)
    }
}

/// One thing that is wrong in a document.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{place}: {kind} [{}]", kind.code())]
#[non_exhaustive]
pub struct Fault {
    /// Where it stands.
    pub place: Place,
    /// What is wrong.
    pub kind: FaultKind,
}

/// The kinds of fault, each with a stable code.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum FaultKind {
    /// The text is not TOML.
    #[error("not valid TOML: {message}")]
    Syntax {
        /// The parser's words.
        message: String,
    },
    /// A key that no reader asks for.
    #[error("unknown key `{key}` in {section}; {}", nearest_hint(nearest.as_deref(), valid))]
    UnknownKey {
        /// The key as written.
        key: String,
        /// The table that holds it.
        section: String,
        /// The valid key that is spelled most alike.
        nearest: Option<String>,
        /// Every valid key of that table.
        valid: Vec<String>,
    },
    /// A key that must be there.
    #[error("{section} needs the key `{key}`")]
    MissingKey {
        /// The key.
        key: String,
        /// The table that lacks it.
        section: String,
    },
    /// A value of another type.
    #[error("`{key}` must be {expected}, found {got}")]
    WrongType {
        /// The key.
        key: String,
        /// What is wanted.
        expected: String,
        /// The type found.
        got: String,
    },
    /// A value outside a closed list.
    #[error("`{key}` is `{got}`; valid: {valid}{}", also(nearest.as_deref()))]
    NotInList {
        /// The key.
        key: String,
        /// What was written.
        got: String,
        /// The closed list.
        valid: String,
        /// The valid value that is spelled most alike.
        nearest: Option<String>,
    },
    /// Two things with one name.
    #[error("{what} `{name}` is defined twice")]
    Duplicate {
        /// The kind of thing.
        what: &'static str,
        /// Its name.
        name: String,
    },
    /// A name that is defined nowhere.
    #[error("{what} `{name}` does not exist{}", also(nearest.as_deref()))]
    UnknownName {
        /// The kind of thing.
        what: &'static str,
        /// The name as written.
        name: String,
        /// The existing name that is spelled most alike.
        nearest: Option<String>,
    },
    /// A code that stands for two things.
    #[error("code {code} of `{variable}` stands for both {first} and {second}")]
    CodeTwice {
        /// The variable or response set.
        variable: String,
        /// The code.
        code: String,
        /// The one meaning.
        first: String,
        /// The other meaning.
        second: String,
    },
    /// An expression that cannot be parsed or does not fit its variables.
    #[error("expression `{expression}`: {message} (at character {at})")]
    Expression {
        /// The whole expression.
        expression: String,
        /// What is wrong, and what would be right.
        message: String,
        /// Character within the expression, from 1.
        at: usize,
    },
    /// Universes that refer to one another in a circle.
    #[error("universes refer to one another in a circle: {}", cycle.join(" -> "))]
    Cycle {
        /// The variables along the circle.
        cycle: Vec<String>,
    },
    /// Anything else that contradicts itself.
    #[error("{message}")]
    Contradiction {
        /// What contradicts what, and the way out.
        message: String,
    },
}

impl FaultKind {
    /// The stable code of this kind.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Syntax { .. } => "GKO-C001",
            Self::UnknownKey { .. } => "GKO-C002",
            Self::MissingKey { .. } => "GKO-C003",
            Self::WrongType { .. } => "GKO-C004",
            Self::NotInList { .. } => "GKO-C005",
            Self::Duplicate { .. } => "GKO-C006",
            Self::UnknownName { .. } => "GKO-C007",
            Self::CodeTwice { .. } => "GKO-C008",
            Self::Expression { .. } => "GKO-C009",
            Self::Cycle { .. } => "GKO-C010",
            Self::Contradiction { .. } => "GKO-C011",
        }
    }
}

fn nearest_hint(nearest: Option<&str>, valid: &[String]) -> String {
    match nearest {
        Some(name) => format!("did you mean `{name}`? Valid keys: {}", valid.join(", ")),
        None => format!("valid keys: {}", valid.join(", ")),
    }
}

fn also(nearest: Option<&str>) -> String {
    nearest.map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
}

/// A document that was refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Error {
    /// The document has faults; all of them are listed, in the order of their places.
    #[error("{document} has {} fault{}:\n{}", faults.len(), if faults.len() == 1 { "" } else { "s" }, lines(faults))]
    Invalid {
        /// The document's name.
        document: String,
        /// Every fault found.
        faults: Vec<Fault>,
    },
    /// A country that ISO 3166-1 does not have.
    #[error(
        "`{got}` is no country code of ISO 3166-1 (alpha-2, alpha-3 or numeric) nor a user-assigned one (such as XAA); correct the column or the pipeline [GKO-C020]"
    )]
    UnknownCountry {
        /// The code as found.
        got: String,
    },
}

impl Error {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Invalid { .. } => "GKO-C000",
            Self::UnknownCountry { .. } => "GKO-C020",
        }
    }

    /// The faults of a refused document; empty for other errors.
    #[must_use]
    pub fn faults(&self) -> &[Fault] {
        match self {
            Self::Invalid { faults, .. } => faults,
            Self::UnknownCountry { .. } => &[],
        }
    }
}

fn lines(faults: &[Fault]) -> String {
    let lines: Vec<String> = faults.iter().map(|fault| format!("  {fault}")).collect();
    lines.join("\n")
}
