//! Final dispositions of the sampled cases, and how a file's values name them.
//!
//! # Rule
//! Every sampled case has one status. Known to be eligible are complete and
//! partial interviews, refusals, non-contacts and others; unknown eligibility is
//! split as AAPOR splits it, into unknown whether there is a household (UH) and
//! unknown otherwise (UO).
//!
//! # References
//! AAPOR (2023) *Standard Definitions: Final Dispositions of Case Codes and
//! Outcome Rates for Surveys*, 10th edition.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::error::NonresponseError;

/// What became of a sampled case.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Complete interview (I).
    Complete,
    /// Partial interview (P).
    Partial,
    /// Refusal or break-off (R).
    Refusal,
    /// Eligible, never reached (NC).
    NonContact,
    /// Eligible, reached, no interview for another reason (O).
    Other,
    /// Known not to belong to the population.
    Ineligible,
    /// Unknown whether there is an eligible household (UH).
    UnknownHousehold,
    /// Unknown for another reason whether an eligible person is there (UO).
    UnknownOther,
}

impl Status {
    /// All statuses, in the order of AAPOR's formulas.
    pub const ALL: [Self; 8] = [
        Self::Complete,
        Self::Partial,
        Self::Refusal,
        Self::NonContact,
        Self::Other,
        Self::Ineligible,
        Self::UnknownHousehold,
        Self::UnknownOther,
    ];

    /// Whether it is unknown if the case belongs to the population.
    #[must_use]
    pub fn is_unknown(self) -> bool {
        matches!(self, Self::UnknownHousehold | Self::UnknownOther)
    }

    /// Whether the case is known to belong to the population.
    #[must_use]
    pub fn is_eligible(self) -> bool {
        !self.is_unknown() && self != Self::Ineligible
    }

    /// Whether there is an interview: complete, or partial where those count.
    #[must_use]
    pub fn responds(self, partials_respond: bool) -> bool {
        self == Self::Complete || (partials_respond && self == Self::Partial)
    }
}

/// The status that each value of a file stands for.
///
/// # Example
/// ```
/// use gko_weighting::nonresponse::{Status, StatusMap};
///
/// let map: StatusMap = [("1", Status::Complete), ("2", Status::Refusal)].into_iter().collect();
/// assert_eq!(map.statuses(&["2", "1"])?, [Status::Refusal, Status::Complete]);
/// assert_eq!(map.statuses(&["9"]).unwrap_err().code(), "GKO-W204");
/// # Ok::<(), gko_weighting::nonresponse::NonresponseError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct StatusMap(pub BTreeMap<String, Status>);

impl StatusMap {
    /// The status of each row from its value.
    ///
    /// # Errors
    /// A value without a status, with its row.
    pub fn statuses(&self, values: &[&str]) -> Result<Vec<Status>, NonresponseError> {
        let one = |(row, value): (usize, &&str)| {
            self.0.get(*value).copied().ok_or_else(|| NonresponseError::UnmappedStatus {
                row,
                value: (*value).to_owned(),
                known: self.0.keys().cloned().collect::<Vec<_>>().join(", "),
            })
        };
        values.iter().enumerate().map(one).collect()
    }
}

impl<'a> FromIterator<(&'a str, Status)> for StatusMap {
    fn from_iter<I: IntoIterator<Item = (&'a str, Status)>>(pairs: I) -> Self {
        Self(pairs.into_iter().map(|(value, status)| (value.to_owned(), status)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_a_plan_are_snake_case() {
        let names: Vec<String> =
            Status::ALL.iter().map(|one| serde_json::to_string(one).unwrap()).collect();
        assert_eq!(names[3], "\"non_contact\"");
        assert_eq!(names[6], "\"unknown_household\"");
        let map: StatusMap = toml::from_str("1 = \"complete\"\n7 = \"unknown_other\"").unwrap();
        assert_eq!(map.statuses(&["7"]), Ok(vec![Status::UnknownOther]));
    }

    #[test]
    fn a_value_without_a_status_is_cut_and_a_blank_is_named() {
        let map: StatusMap = [("1", Status::Complete)].into_iter().collect();
        let said = |value: &str| map.statuses(&["1", value]).unwrap_err().to_string();
        let answer = said("My uncle told me that he had seen it");
        assert!(
            answer.contains("row 2 of the data has a disposition that begins with"),
            "{answer}"
        );
        assert!(answer.contains("\"My uncle told me tha\","), "{answer}");
        assert!(said("7").contains("has the disposition \"7\", for which no status"));
        assert!(said("").contains("has no disposition (\"\"), for which no status"));
    }

    #[test]
    fn every_case_is_eligible_ineligible_or_unknown() {
        let eligible = Status::ALL.iter().filter(|one| one.is_eligible()).count();
        let unknown = Status::ALL.iter().filter(|one| one.is_unknown()).count();
        assert_eq!((eligible, unknown), (5, 2));
        assert!(Status::Partial.responds(true) && !Status::Partial.responds(false));
    }

    #[test]
    fn each_status_has_its_own_place() {
        for (at, one) in Status::ALL.into_iter().enumerate() {
            assert_eq!(one as usize, at);
        }
    }
}
