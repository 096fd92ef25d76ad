//! Expressions over answers: universes, bases, numerators.
//!
//! # Rule
//!
//! Kleene logic over missing reasons: a comparison with a missing value is
//! unknown for that reason; `and` is false as soon as one side is false, `or`
//! true as soon as one side is true; two unknowns give the reason of higher
//! precedence (see [`MissingReason`](crate::MissingReason)).
//!
//! | written | means |
//! |---|---|
//! | `all` | everybody |
//! | `F11 = yes`, `F11 != yes` | the category |
//! | `F13 in {fairly, very}` | one of several categories |
//! | `B6_home >= weekly` | at or after a category of an ordered response set |
//! | `A2 >= 12` | a number |
//! | `F14 has parent`, `F14 has {parent, teacher}` | ticked in a multi-response set; of several, any |
//! | `answered(D1)` | a substantive answer is there; never unknown |
//! | `not`, `and`, `or`, `( )` | in this order of binding |
//!
//! # Example
//!
//! ```
//! use gko_codebook::Expr;
//!
//! let expression: Expr = "F18 = yes and (F20_device = yes or A2 >= 15)".parse().unwrap();
//! assert_eq!(expression.variables(), ["F18", "F20_device", "A2"]);
//! let error = "F18 = yes and".parse::<Expr>().unwrap_err();
//! assert_eq!(error.at, 14);
//! ```

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

pub use crate::parse_expr::ParseError;

/// A parsed expression; categories and variables are still names.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Expr {
    /// True for everybody.
    All,
    /// Negation.
    Not(Box<Expr>),
    /// Conjunction.
    And(Vec<Expr>),
    /// Disjunction.
    Or(Vec<Expr>),
    /// One of several categories; the list is sorted and without repetition.
    In {
        /// The variable.
        variable: String,
        /// Category ids.
        categories: Vec<String>,
    },
    /// Place in an ordered response set.
    Rank {
        /// The variable.
        variable: String,
        /// The comparison.
        comparison: Comparison,
        /// The category compared with.
        category: String,
    },
    /// Comparison of a number.
    Number {
        /// The variable.
        variable: String,
        /// The comparison.
        comparison: Comparison,
        /// The number compared with.
        value: f64,
    },
    /// Any of several options ticked; the list is sorted and without repetition.
    Has {
        /// The multi-response set.
        set: String,
        /// Option ids.
        options: Vec<String>,
    },
    /// Whether there is a substantive answer.
    Answered {
        /// The variable or set.
        variable: String,
    },
}

/// How two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Comparison {
    /// `=`
    #[serde(rename = "=")]
    Equal,
    /// `<`
    #[serde(rename = "<")]
    Less,
    /// `<=`
    #[serde(rename = "<=")]
    AtMost,
    /// `>`
    #[serde(rename = ">")]
    Greater,
    /// `>=`
    #[serde(rename = ">=")]
    AtLeast,
}

impl Comparison {
    /// Whether `left` stands in this relation to `right`.
    ///
    /// ```
    /// # use gko_codebook::Comparison;
    /// assert!(Comparison::AtLeast.holds(&3, &3) && !Comparison::Less.holds(&3, &3));
    /// ```
    pub fn holds<T: PartialOrd>(self, left: &T, right: &T) -> bool {
        match self {
            Self::Equal => left == right,
            Self::Less => left < right,
            Self::AtMost => left <= right,
            Self::Greater => left > right,
            Self::AtLeast => left >= right,
        }
    }

    /// The sign.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::Greater => ">",
            Self::AtLeast => ">=",
        }
    }
}

impl Expr {
    /// The variables and sets it names, each once, in the order of their appearance.
    #[must_use]
    pub fn variables(&self) -> Vec<&str> {
        let mut names = Vec::new();
        self.visit(&mut |part| {
            if let Some(name) = part.variable().filter(|name| !names.contains(name)) {
                names.push(name);
            }
        });
        names
    }

    /// Calls `see` for this expression and every part of it, outermost first.
    pub fn visit<'a>(&'a self, see: &mut impl FnMut(&'a Self)) {
        see(self);
        match self {
            Self::Not(inner) => inner.visit(see),
            Self::And(parts) | Self::Or(parts) => {
                for part in parts {
                    part.visit(see);
                }
            }
            _ => {}
        }
    }

    /// The variable or set that a single comparison names.
    #[must_use]
    pub fn variable(&self) -> Option<&str> {
        match self {
            Self::In { variable, .. }
            | Self::Rank { variable, .. }
            | Self::Number { variable, .. }
            | Self::Answered { variable } => Some(variable),
            Self::Has { set, .. } => Some(set),
            Self::All | Self::Not(_) | Self::And(_) | Self::Or(_) => None,
        }
    }
}

impl FromStr for Expr {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        crate::parse_expr::parse(text)
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("all"),
            Self::Not(inner) => write!(f, "not ({inner})"),
            Self::And(parts) => joined(f, parts, " and "),
            Self::Or(parts) => joined(f, parts, " or "),
            Self::In { variable, categories } => listed(f, variable, ("=", "in"), categories),
            Self::Has { set, options } => listed(f, set, ("has", "has"), options),
            Self::Rank { variable, comparison, category } => {
                write!(f, "{variable} {} {category}", comparison.as_str())
            }
            Self::Number { variable, comparison, value } => {
                write!(f, "{variable} {} {value}", comparison.as_str())
            }
            Self::Answered { variable } => write!(f, "answered({variable})"),
        }
    }
}

fn joined(f: &mut fmt::Formatter<'_>, parts: &[Expr], word: &str) -> fmt::Result {
    for (i, part) in parts.iter().enumerate() {
        let open = matches!(part, Expr::And(_) | Expr::Or(_));
        f.write_str(if i > 0 { word } else { "" })?;
        if open { write!(f, "({part})")? } else { write!(f, "{part}")? }
    }
    Ok(())
}

fn listed(
    f: &mut fmt::Formatter<'_>,
    variable: &str,
    (one, many): (&str, &str),
    names: &[String],
) -> fmt::Result {
    match names {
        [name] => write!(f, "{variable} {one} {name}"),
        _ => write!(f, "{variable} {many} {{{}}}", names.join(", ")),
    }
}
