//! Population figures: what is known about the children that a sample stands for.
//!
//! # Rule
//! A figure is the count (or the share) of one category of one margin, and is never
//! without its metadata ([`About`]): source, year, ages, universe, unit. Targets are
//! taken from the figures whose ages, universe and unit are those of the survey
//! ([`Universe`]). A margin that is known for another universe only is refused, unless
//! a [`Bridge`] says what makes its figures fit, and why: all children of 9 to 17 are
//! not the children of 9 to 17 who use the internet.
//!
//! # Assumptions
//! One figure for each group (as a rule the country), margin, category and universe.
//! A margin that has no group serves every group.

mod bridge;
mod csv;
mod error;
mod figures;
mod toml;

pub use bridge::{Bridge, Fit};
pub use error::PopulationError;
pub(crate) use figures::in_words;
pub use figures::{About, Figure, Population, Targets, Universe};
