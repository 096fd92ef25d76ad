//! How many cases have which status, and what weight they carry.
//!
//! # Estimator
//! For each status the number of cases and the sum of their weights. The eligible
//! share of the unknown by proportional allocation is `e = E / (E + N)`: E the
//! cases known to be eligible, N those known to be ineligible, either counted or
//! weighted.
//!
//! # Assumptions
//! Proportional allocation takes the share of eligible cases among the unknown to
//! be that among the known. Cases of weight 0 are never looked at.
//!
//! # References
//! AAPOR (2023) *Standard Definitions*, 10th edition, on estimating e; Smith (2009)
//! *A Revised Review of Methods to Estimate the Status of Cases with Unknown
//! Eligibility* (proportional allocation, the CASRO method).

use schemars::JsonSchema;
use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};

use super::error::NonresponseError;
use super::sampled::{check_length, check_weights};
use super::status::Status;

/// Whether a case counts as one or with its weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Counting {
    /// With its weight.
    #[default]
    Weighted,
    /// As one.
    Unweighted,
}

/// The eligible share e of the cases of unknown eligibility.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EligibleShare {
    /// This number.
    Stated(f64),
    /// The share of eligible cases among those whose eligibility is known.
    #[default]
    Computed,
}

impl EligibleShare {
    /// A share that was stated lies between 0 and 1.
    pub(super) fn check(self) -> Result<(), NonresponseError> {
        match self {
            Self::Stated(got) if !(0.0..=1.0).contains(&got) => {
                let (setting, expected) = ("the stated eligible share", "a number from 0 to 1");
                Err(NonresponseError::InvalidSetting { setting, expected, got })
            }
            _ => Ok(()),
        }
    }

    /// The share for these cases; none where it cannot be computed.
    pub(super) fn of(self, cases: &Dispositions, counting: Counting) -> Option<f64> {
        match self {
            Self::Stated(share) => Some(share),
            Self::Computed => cases.eligible_share(counting),
        }
    }
}

/// Cases of one status.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Tally {
    /// Number of cases.
    pub cases: u64,
    /// Sum of their weights.
    pub weight: f64,
}

/// Counts and weighted sums by status.
///
/// # Example
/// ```
/// use gko_weighting::nonresponse::{Counting, Dispositions, Status};
///
/// let statuses = [Status::Complete, Status::Refusal, Status::Ineligible, Status::Complete];
/// let cases = Dispositions::tally(&statuses, &[2.0, 1.0, 1.0, 0.0])?;
/// assert_eq!(cases.get(Status::Complete).cases, 1);
/// assert_eq!(cases.eligible_share(Counting::Weighted), Some(0.75));
/// assert_eq!(cases.eligible_share(Counting::Unweighted), Some(2.0 / 3.0));
/// # Ok::<(), gko_weighting::nonresponse::NonresponseError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Dispositions([Tally; 8]);

impl Dispositions {
    /// Counts the cases of positive weight.
    ///
    /// # Errors
    /// Columns of different lengths; a weight that is negative or not finite.
    pub fn tally(statuses: &[Status], weights: &[f64]) -> Result<Self, NonresponseError> {
        check_length("weights", statuses.len(), weights.len())?;
        check_weights(weights)?;
        let mut all = Self::default();
        statuses.iter().zip(weights).for_each(|(&status, &weight)| all.add(status, weight));
        Ok(all)
    }

    /// Cases of a status.
    #[must_use]
    pub fn get(&self, status: Status) -> Tally {
        self.0[status as usize]
    }

    /// e by proportional allocation; none where no case's eligibility is known.
    #[must_use]
    pub fn eligible_share(&self, counting: Counting) -> Option<f64> {
        let eligible = self.sum(counting, Status::is_eligible);
        let known = eligible + self.amount(Status::Ineligible, counting);
        (known > 0.0).then(|| eligible / known)
    }

    /// The cases of a status, counted or weighted.
    #[must_use]
    pub fn amount(&self, status: Status, counting: Counting) -> f64 {
        let tally = self.get(status);
        match counting {
            Counting::Weighted => tally.weight,
            Counting::Unweighted => count(tally.cases),
        }
    }

    /// The cases of all statuses of a kind, counted or weighted.
    pub(super) fn sum(&self, counting: Counting, of: impl Fn(Status) -> bool) -> f64 {
        let kinds = Status::ALL.into_iter().filter(|&status| of(status));
        kinds.map(|status| self.amount(status, counting)).sum()
    }

    /// How many cases have a status of a kind.
    pub(super) fn cases(&self, of: impl Fn(Status) -> bool) -> u64 {
        Status::ALL.into_iter().filter(|&one| of(one)).map(|one| self.get(one).cases).sum()
    }

    /// Adds a case, unless its weight is 0.
    pub(super) fn add(&mut self, status: Status, weight: f64) {
        if weight > 0.0 {
            let tally = &mut self.0[status as usize];
            tally.cases += 1;
            tally.weight += weight;
        }
    }

    /// Adds other cases.
    pub(super) fn merge(&mut self, other: &Self) {
        for (mine, theirs) in self.0.iter_mut().zip(&other.0) {
            mine.cases += theirs.cases;
            mine.weight += theirs.weight;
        }
    }
}

impl Serialize for Dispositions {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(Status::ALL.len()))?;
        for status in Status::ALL {
            map.serialize_entry(&status, &self.get(status))?;
        }
        map.end()
    }
}

/// A count as a number.
#[allow(clippy::cast_precision_loss, reason = "cases are far below 2^52")]
pub(super) fn count(cases: u64) -> f64 {
    cases as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_has_no_eligible_share() {
        let none = Dispositions::tally(&[], &[]).unwrap();
        assert_eq!(none.eligible_share(Counting::Weighted), None);
        let unknown = Dispositions::tally(&[Status::UnknownOther], &[1.0]).unwrap();
        assert_eq!(unknown.eligible_share(Counting::Unweighted), None);
    }

    #[test]
    fn weights_that_are_none_are_refused_and_zero_is_not_looked_at() {
        let refused = |weight| Dispositions::tally(&[Status::Other], &[weight]).unwrap_err();
        assert_eq!(refused(f64::NAN).code(), "GKO-W201");
        assert_eq!(refused(-1.0).code(), "GKO-W201");
        assert_eq!(Dispositions::tally(&[Status::Other], &[]).unwrap_err().code(), "GKO-W200");
        let zero = Dispositions::tally(&[Status::Other], &[0.0]).unwrap();
        assert_eq!(zero, Dispositions::default());
    }

    #[test]
    fn a_history_reads_them_by_status() {
        let one = Dispositions::tally(&[Status::Refusal], &[2.5]).unwrap();
        let json = serde_json::to_value(one).unwrap();
        assert_eq!(json["refusal"]["weight"], 2.5);
        assert_eq!(json["unknown_household"]["cases"], 0);
    }

    #[test]
    fn a_stated_share_is_a_share() {
        assert_eq!(EligibleShare::Stated(1.5).check().unwrap_err().code(), "GKO-W205");
        assert_eq!(EligibleShare::Stated(f64::NAN).check().unwrap_err().code(), "GKO-W205");
        assert_eq!(EligibleShare::Stated(0.0).check(), Ok(()));
    }
}
