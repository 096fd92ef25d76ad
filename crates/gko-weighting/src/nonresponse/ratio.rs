//! How much the respondents of a class must stand for.
//!
//! # Estimator
//! `f = (r + n + e u) / r`: r respondents, n eligible cases without a response,
//! u cases of unknown eligibility and e their eligible share, each counted or
//! weighted.
//!
//! # Assumptions
//! A class with nobody eligible needs no factor. A class with eligible cases and
//! without respondents has none. If e cannot be computed, no case is known to be
//! eligible, so that there is no respondent either.

use super::dispositions::{Counting, Dispositions};
use super::status::Status;

/// Who is counted, and how.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Ratio {
    pub(super) counting: Counting,
    pub(super) partials_respond: bool,
}

/// What a class comes to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Outcome {
    /// Its respondents are multiplied by this.
    Factor(f64),
    /// Nobody in it is eligible.
    Nobody,
    /// This much is eligible, and nobody responded.
    NoRespondents(f64),
}

impl Ratio {
    pub(super) fn of(&self, cases: &Dispositions, share: Option<f64>) -> Outcome {
        let responds = |status: Status| status.responds(self.partials_respond);
        let respondents = cases.sum(self.counting, responds);
        let silent = cases.sum(self.counting, |one| one.is_eligible() && !responds(one));
        let unknown = share.unwrap_or(1.0) * cases.sum(self.counting, Status::is_unknown);
        if respondents > 0.0 {
            return Outcome::Factor((respondents + silent + unknown) / respondents);
        }
        match silent + unknown {
            0.0 => Outcome::Nobody,
            eligible => Outcome::NoRespondents(eligible),
        }
    }

    pub(super) fn respondents(&self, cases: &Dispositions) -> u64 {
        cases.cases(|status| status.responds(self.partials_respond))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Status::{Complete, Ineligible, NonContact, Partial, UnknownOther};

    fn of(statuses: &[Status], partials_respond: bool, share: Option<f64>) -> Outcome {
        let weights: Vec<f64> = (1..=8).map(f64::from).take(statuses.len()).collect();
        let cases = Dispositions::tally(statuses, &weights).unwrap();
        Ratio { counting: Counting::Weighted, partials_respond }.of(&cases, share)
    }

    #[test]
    fn partial_interviews_respond_or_are_spoken_for() {
        let statuses = [Complete, Partial, NonContact, Ineligible, UnknownOther];
        assert_eq!(of(&statuses, true, Some(0.5)), Outcome::Factor((3.0 + 3.0 + 2.5) / 3.0));
        assert_eq!(of(&statuses, false, Some(0.5)), Outcome::Factor(1.0 + 5.0 + 2.5));
    }

    #[test]
    fn nobody_and_no_respondent_are_told_apart() {
        assert_eq!(of(&[Ineligible], true, Some(0.0)), Outcome::Nobody);
        assert_eq!(of(&[UnknownOther], true, Some(0.0)), Outcome::Nobody);
        assert_eq!(of(&[UnknownOther], true, None), Outcome::NoRespondents(1.0));
        assert_eq!(of(&[NonContact], true, None), Outcome::NoRespondents(1.0));
        assert_eq!(of(&[], true, None), Outcome::Nobody);
    }
}
