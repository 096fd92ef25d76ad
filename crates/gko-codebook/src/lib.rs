//! Codebooks and definitions as data: what was asked, of whom, what the codes
//! mean, why a value is missing, and what an indicator counts.
//!
//! The crate parses text and opens no file. Two documents are read, both TOML
//! that a person edits: a [`Codebook`] (studies, waves, variables, response
//! sets, missing codes with their reason, routing) and a [`Catalogue`] of
//! indicator definitions. Both are checked as a whole: a document with faults
//! is refused with *every* fault and its line and column, never the first.
//!
//! # Example
//!
//! ```
//! use gko_codebook::{Codebook, MissingReason};
//!
//! let text = r#"
//! format = "gko-codebook/1"
//! study = "demo"
//! title = "Two questions"
//! wave = [{ id = "2018", label = "First wave" }]
//!
//! [response_set.yn]
//! categories = [{ id = "no", code = 0, label = "No" }, { id = "yes", code = 1, label = "Yes" }]
//! missing = [{ code = 888, reason = "prefer-not-to-say", label = "Prefer not to say" }]
//!
//! [[variable]]
//! id = "F11"
//! label = "Bothered or upset online, past year"
//! module = "F"
//! status = "core"
//! unit = "child"
//! responses = "yn"
//! "#;
//! let codebook = Codebook::parse(text, "demo.toml")?;
//! let missing = &codebook.variable("F11").unwrap().categories().unwrap().missing;
//! assert_eq!(missing[0].reason, MissingReason::PreferNotToSay);
//!
//! let wrong = text.replace("status = \"core\"", "statuss = \"core\"");
//! let error = Codebook::parse(&wrong, "demo.toml").unwrap_err();
//! assert!(error.to_string().contains("did you mean `status`"));
//! # Ok::<(), gko_codebook::Error>(())
//! ```

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod categories_toml;
mod check;
mod codebook;
mod codebook_toml;
mod country;
mod error;
mod expr;
mod identity;
mod indicator;
mod indicator_toml;
mod missing;
mod parse_expr;
pub mod text;

pub use codebook::{
    Categories, Category, Code, Codebook, Keying, MissingCode, ModuleStatus, MultiSet, Question,
    SetMissing, SetOption, Unit, Variable, VariableKind, Wave,
};
pub use country::{Country, Region, region_of};
pub use error::{Error, Fault, FaultKind, Place};
pub use expr::{Comparison, Expr};
pub use identity::{CodeMapHash, DefinitionHash, sha256_hex};
pub use indicator::{
    Breakdown, BreakdownSource, Catalogue, Group, Indicator, IndicatorClass, Measure, MissingRule,
    MissingRules, TABLE_COLUMNS,
};
pub use missing::{MissingReason, state};
