//! What a figure is: study, wave, country, unit, indicator, group, definition.

use std::sync::Arc;

use gko_codebook::{DefinitionHash, IndicatorClass, MissingReason, Unit};
use gko_microdata::Sample;

/// Marks the total in the column of a breakdown.
pub const TOTAL: &str = "_T";

/// Everything that tells one figure from another; travels with its number.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FigureKey {
    /// Study, wave and country.
    pub sample: Arc<Sample>,
    /// Whose weight, base and n count.
    pub unit: Unit,
    /// The indicator.
    pub indicator: Arc<str>,
    /// The indicator's label.
    pub label: Arc<str>,
    /// What kind of thing it measures.
    pub class: IndicatorClass,
    /// The reason whose share this is, where a missing answer is a category of its own.
    pub category: Option<MissingReason>,
    /// Whether the figure is a mean and not a share.
    pub is_mean: bool,
    /// For each breakdown of the catalogue a group, `None` for the total.
    pub groups: Vec<Option<Arc<str>>>,
    /// Identity of the resolved definition.
    pub definition: DefinitionHash,
}

impl FigureKey {
    /// The indicator's id, with the reason behind a colon where the figure is
    /// the share of one.
    #[must_use]
    pub fn indicator_id(&self) -> String {
        match self.category {
            Some(reason) => format!("{}:{reason}", self.indicator),
            None => self.indicator.to_string(),
        }
    }

    /// The group in a breakdown, [`TOTAL`] for all groups together.
    #[must_use]
    pub fn group(&self, breakdown: usize) -> &str {
        self.groups.get(breakdown).and_then(Option::as_deref).unwrap_or(TOTAL)
    }
}
