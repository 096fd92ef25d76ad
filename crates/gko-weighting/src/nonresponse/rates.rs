//! AAPOR outcome rates: response, cooperation, refusal and contact.
//!
//! # Estimator
//! A rate is a ratio of sums over statuses, each a number of cases or a sum of
//! their weights; [`AaporRate`] has the sixteen formulas.
//!
//! # Assumptions
//! A rate without cases below the line has no value, and says so; so have RR3,
//! RR4, REF2 and CON2 where e is to be computed and no case's eligibility is known.
//! Weighted rates take the weights before nonresponse.
//!
//! # References
//! AAPOR (2023) *Standard Definitions: Final Dispositions of Case Codes and Outcome
//! Rates for Surveys*, 10th edition; one e for UH and UO.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::dispositions::{Counting, Dispositions, EligibleShare};
use super::error::NonresponseError;
use super::sampled::Sampled;
use super::status::Status;

/// The name of a rate.
///
/// I complete, P partial, R refusal, NC non-contact, O other, U = UH + UO of unknown
/// eligibility, e their eligible share; `K = I + P + R + NC + O` known to be
/// eligible, `C = I + P + R + O` of them reached.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "UPPERCASE")]
pub enum AaporRate {
    /// Response rate 1: `I / (K + U)`.
    Rr1,
    /// Response rate 2: `(I + P) / (K + U)`.
    Rr2,
    /// Response rate 3: `I / (K + eU)`.
    Rr3,
    /// Response rate 4: `(I + P) / (K + eU)`.
    Rr4,
    /// Response rate 5: `I / K`.
    Rr5,
    /// Response rate 6: `(I + P) / K`.
    Rr6,
    /// Cooperation rate 1: `I / C`.
    Coop1,
    /// Cooperation rate 2: `(I + P) / C`.
    Coop2,
    /// Cooperation rate 3: `I / (I + P + R)`.
    Coop3,
    /// Cooperation rate 4: `(I + P) / (I + P + R)`.
    Coop4,
    /// Refusal rate 1: `R / (K + U)`.
    Ref1,
    /// Refusal rate 2: `R / (K + eU)`.
    Ref2,
    /// Refusal rate 3: `R / K`.
    Ref3,
    /// Contact rate 1: `C / (K + U)`.
    Con1,
    /// Contact rate 2: `C / (K + eU)`.
    Con2,
    /// Contact rate 3: `C / K`.
    Con3,
}

impl AaporRate {
    /// All rates, in AAPOR's order.
    pub const ALL: [Self; 16] = [
        Self::Rr1,
        Self::Rr2,
        Self::Rr3,
        Self::Rr4,
        Self::Rr5,
        Self::Rr6,
        Self::Coop1,
        Self::Coop2,
        Self::Coop3,
        Self::Coop4,
        Self::Ref1,
        Self::Ref2,
        Self::Ref3,
        Self::Con1,
        Self::Con2,
        Self::Con3,
    ];
}

/// Why a rate has no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Undefined {
    /// No case is counted below the line.
    NoCases,
    /// e is to be computed, and no case's eligibility is known.
    EligibleShareUnknown,
}

/// A rate, or why there is none.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Rate {
    /// Which rate.
    pub rate: AaporRate,
    /// Its value, from 0 to 1.
    pub value: Option<f64>,
    /// Why there is no value.
    pub undefined: Option<Undefined>,
}

/// All rates of some cases, counted in one way.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Rates {
    /// How cases were counted.
    pub counting: Counting,
    /// e, where it was stated or could be computed.
    pub eligible_share: Option<f64>,
    /// The rates, in AAPOR's order.
    pub rates: Vec<Rate>,
}

impl Rates {
    /// The rates of these cases.
    ///
    /// # Errors
    /// A stated share outside 0 to 1.
    ///
    /// # Example
    /// Of ten cases four are complete, two refused, two are ineligible, two unknown;
    /// `e = 6/8`, so RR3 is `4 / (6 + 1.5)`.
    /// ```
    /// use gko_weighting::nonresponse::{AaporRate, Counting, Dispositions, EligibleShare, Rates};
    /// use gko_weighting::nonresponse::Status::{Complete, Ineligible, Refusal, UnknownHousehold};
    ///
    /// let statuses = [
    ///     Complete, Complete, Complete, Complete, Refusal, Refusal,
    ///     Ineligible, Ineligible, UnknownHousehold, UnknownHousehold,
    /// ];
    /// let cases = Dispositions::tally(&statuses, &[1.0; 10])?;
    /// let rates = Rates::of(&cases, EligibleShare::Computed, Counting::Unweighted)?;
    /// assert_eq!(rates.value(AaporRate::Rr1), Some(0.5));
    /// assert_eq!(rates.value(AaporRate::Rr3), Some(4.0 / 7.5));
    /// assert_eq!(rates.value(AaporRate::Rr5), Some(4.0 / 6.0));
    /// # Ok::<(), gko_weighting::nonresponse::NonresponseError>(())
    /// ```
    pub fn of(
        cases: &Dispositions,
        share: EligibleShare,
        counting: Counting,
    ) -> Result<Self, NonresponseError> {
        share.check()?;
        let eligible_share = share.of(cases, counting);
        let terms = Terms::new(cases, counting, eligible_share);
        let rates = AaporRate::ALL.into_iter().map(|rate| terms.rate(rate)).collect();
        Ok(Self { counting, eligible_share, rates })
    }

    /// The value of a rate, if it has one.
    #[must_use]
    pub fn value(&self, rate: AaporRate) -> Option<f64> {
        self.rates.iter().find(|one| one.rate == rate).and_then(|one| one.value)
    }
}

/// Who answered in one group: cases by status and the rates, counted both ways.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ResponseReport {
    /// Name of the group; none where there are no groups.
    pub group: Option<String>,
    /// Cases by status.
    pub dispositions: Dispositions,
    /// Rates of cases.
    pub unweighted: Rates,
    /// Rates of weights.
    pub weighted: Rates,
}

impl ResponseReport {
    /// A report for each group of a sample, in the order of its levels.
    ///
    /// # Errors
    /// Columns of different lengths, a weight that is negative or not finite, a
    /// code of a group beyond its levels, a stated share outside 0 to 1.
    ///
    /// # Example
    /// ```
    /// use gko_weighting::nonresponse::{AaporRate, Category, EligibleShare, ResponseReport};
    /// use gko_weighting::nonresponse::{Sampled, Status};
    ///
    /// let statuses = [Status::Complete, Status::Refusal, Status::Complete];
    /// let levels = ["BG".to_owned(), "CL".to_owned()];
    /// let country = Category { name: "country", codes: &[0, 0, 1], levels: &levels };
    /// let sample = Sampled { statuses: &statuses, weights: &[3.0, 1.0, 2.0], group: Some(country) };
    /// let reports = ResponseReport::by_group(&sample, EligibleShare::Computed)?;
    /// assert_eq!(reports[0].unweighted.value(AaporRate::Rr1), Some(0.5));
    /// assert_eq!(reports[0].weighted.value(AaporRate::Rr1), Some(0.75));
    /// assert_eq!(reports[1].weighted.value(AaporRate::Rr1), Some(1.0));
    /// # Ok::<(), gko_weighting::nonresponse::NonresponseError>(())
    /// ```
    pub fn by_group(
        sample: &Sampled<'_>,
        share: EligibleShare,
    ) -> Result<Vec<Self>, NonresponseError> {
        sample.check()?;
        let one = |(group, dispositions): (usize, Dispositions)| {
            Ok(Self {
                group: sample.group_name(group),
                dispositions,
                unweighted: Rates::of(&dispositions, share, Counting::Unweighted)?,
                weighted: Rates::of(&dispositions, share, Counting::Weighted)?,
            })
        };
        sample.dispositions()?.into_iter().enumerate().map(one).collect()
    }
}

/// What the formulas are made of.
struct Terms {
    complete: f64,
    partial: f64,
    refusal: f64,
    non_contact: f64,
    other: f64,
    unknown: f64,
    /// e U; none where e is not known and U is not 0.
    eligible_unknown: Option<f64>,
}

impl Terms {
    fn new(cases: &Dispositions, counting: Counting, share: Option<f64>) -> Self {
        let unknown = cases.sum(counting, Status::is_unknown);
        Self {
            complete: cases.amount(Status::Complete, counting),
            partial: cases.amount(Status::Partial, counting),
            refusal: cases.amount(Status::Refusal, counting),
            non_contact: cases.amount(Status::NonContact, counting),
            other: cases.amount(Status::Other, counting),
            unknown,
            eligible_unknown: if unknown > 0.0 { share.map(|e| e * unknown) } else { Some(0.0) },
        }
    }

    fn rate(&self, rate: AaporRate) -> Rate {
        let (value, undefined) = match self.below(rate) {
            None => (None, Some(Undefined::EligibleShareUnknown)),
            Some(below) if below > 0.0 => (Some(self.above(rate) / below), None),
            Some(_) => (None, Some(Undefined::NoCases)),
        };
        Rate { rate, value, undefined }
    }

    fn above(&self, rate: AaporRate) -> f64 {
        use AaporRate::{Con1, Con2, Con3, Coop1, Coop3, Ref1, Ref2, Ref3, Rr1, Rr3, Rr5};
        match rate {
            Rr1 | Rr3 | Rr5 | Coop1 | Coop3 => self.complete,
            Ref1 | Ref2 | Ref3 => self.refusal,
            Con1 | Con2 | Con3 => self.reached(),
            _ => self.complete + self.partial,
        }
    }

    fn below(&self, rate: AaporRate) -> Option<f64> {
        use AaporRate::{Con1, Con2, Coop1, Coop2, Coop3, Coop4, Ref1, Ref2, Rr1, Rr2, Rr3, Rr4};
        let known = self.reached() + self.non_contact;
        match rate {
            Rr1 | Rr2 | Ref1 | Con1 => Some(known + self.unknown),
            Rr3 | Rr4 | Ref2 | Con2 => self.eligible_unknown.map(|unknown| known + unknown),
            Coop1 | Coop2 => Some(self.reached()),
            Coop3 | Coop4 => Some(self.complete + self.partial + self.refusal),
            _ => Some(known),
        }
    }

    /// C: the cases known to be eligible that were reached.
    fn reached(&self) -> f64 {
        self.complete + self.partial + self.refusal + self.other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// I 40, P 10, R 15, NC 20, O 5, ineligible 10, UH 12, UO 8; each of weight 2.
    fn cases() -> Dispositions {
        let mut all = Dispositions::default();
        for (status, cases) in Status::ALL.into_iter().zip([40, 10, 15, 20, 5, 10, 12, 8]) {
            (0..cases).for_each(|_| all.add(status, 2.0));
        }
        all
    }

    #[test]
    fn all_sixteen_rates_are_those_of_the_formulas() {
        let rates = Rates::of(&cases(), EligibleShare::Computed, Counting::Unweighted).unwrap();
        // K = 90, C = 70, U = 20, e = 90/100, eU = 18.
        assert_eq!(rates.eligible_share, Some(0.9));
        let above = [40, 50, 40, 50, 40, 50, 40, 50, 40, 50, 15, 15, 15, 70, 70, 70];
        let below = [110, 110, 108, 108, 90, 90, 70, 70, 65, 65, 110, 108, 90, 110, 108, 90];
        for ((rate, above), below) in AaporRate::ALL.into_iter().zip(above).zip(below) {
            let want = f64::from(above) / f64::from(below);
            assert!((rates.value(rate).unwrap() - want).abs() < 1e-15, "{rate:?}");
        }
        let weighted = Rates::of(&cases(), EligibleShare::Computed, Counting::Weighted).unwrap();
        assert_eq!(weighted.rates, rates.rates);
    }

    #[test]
    fn the_ends_of_e_are_the_first_and_the_last_rates() {
        let of = |e| Rates::of(&cases(), EligibleShare::Stated(e), Counting::Weighted).unwrap();
        assert_eq!(of(1.0).value(AaporRate::Rr3), of(1.0).value(AaporRate::Rr1));
        assert_eq!(of(0.0).value(AaporRate::Rr4), of(0.0).value(AaporRate::Rr6));
        let refused = Rates::of(&cases(), EligibleShare::Stated(-0.1), Counting::Weighted);
        assert_eq!(refused.unwrap_err().code(), "GKO-W205");
    }

    #[test]
    fn a_rate_of_nobody_says_so() {
        let none = Dispositions::default();
        let rates = Rates::of(&none, EligibleShare::Computed, Counting::Weighted).unwrap();
        assert!(rates.rates.iter().all(|one| one.undefined == Some(Undefined::NoCases)));
        assert!(rates.rates.iter().all(|one| one.value.is_none()));
    }

    #[test]
    fn without_a_known_case_e_cannot_be_computed() {
        let unknown = Dispositions::tally(&[Status::UnknownHousehold], &[1.0]).unwrap();
        let rates = Rates::of(&unknown, EligibleShare::Computed, Counting::Weighted).unwrap();
        assert_eq!(rates.value(AaporRate::Rr1), Some(0.0));
        assert_eq!(rates.rates[2].undefined, Some(Undefined::EligibleShareUnknown));
        assert_eq!(rates.rates[4].undefined, Some(Undefined::NoCases));
        let name = serde_json::to_value(rates.rates[9]).unwrap();
        assert_eq!(name["rate"], "COOP4");
    }
}
