//! Who is in the base of an indicator, and why the others are not.

use std::collections::BTreeMap;
use std::sync::Arc;

use gko_codebook::{MissingReason, state};
use gko_microdata::Sample;

/// The account of one indicator in one sample, in unweighted rows.
///
/// `rows = out_of_base + base_unknown + excluded + in_base`, and `in_base`
/// includes those counted as no, the categories of their own and the rows of
/// weight zero.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BaseAccount {
    /// The indicator.
    pub indicator: Arc<str>,
    /// Study, wave and country.
    pub sample: Arc<Sample>,
    /// Rows of the sample.
    pub rows: u64,
    /// Rows for which the base expression is false.
    pub out_of_base: u64,
    /// Rows for which it is unknown, by reason.
    pub base_unknown: BTreeMap<&'static str, u64>,
    /// Rows in the base whose answer is missing and excluded, by reason.
    pub excluded: BTreeMap<&'static str, u64>,
    /// Rows whose missing answer stays in the base, by reason: as a no, and as a
    /// category of its own where the rule says so; in a mean as the stated value.
    pub counted_as_no: BTreeMap<&'static str, u64>,
    /// Rows in the base.
    pub in_base: u64,
    /// Whether a question that the indicator needs was not asked here.
    pub not_asked: bool,
}

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    OutOfBase,
    BaseUnknown(MissingReason),
    Excluded(MissingReason),
    /// In the base, with the reason of a missing answer that stays.
    InBase(Option<MissingReason>),
}

/// Reasons, and one slot for no reason.
const SLOTS: usize = MissingReason::ALL.len() + 1;
const NO_REASON: usize = MissingReason::ALL.len();

/// The counts of one indicator in one sample while rows are worked off.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counts {
    out_of_base: u64,
    base_unknown: [u64; SLOTS],
    excluded: [u64; SLOTS],
    in_base: [u64; SLOTS],
}

impl Counts {
    pub(crate) fn add(&mut self, place: Place) {
        match place {
            Place::OutOfBase => self.out_of_base += 1,
            Place::BaseUnknown(reason) => self.base_unknown[reason as usize] += 1,
            Place::Excluded(reason) => self.excluded[reason as usize] += 1,
            Place::InBase(reason) => self.in_base[reason.map_or(NO_REASON, |r| r as usize)] += 1,
        }
    }

    /// Whether some row is out of the base because nobody asked, and no rule of
    /// the definition says what that means.
    pub(crate) fn not_asked(&self) -> bool {
        let place = MissingReason::NotAsked as usize;
        self.base_unknown[place] + self.excluded[place] > 0
    }

    pub(crate) fn account(
        &self,
        indicator: Arc<str>,
        sample: Arc<Sample>,
        not_asked: bool,
    ) -> BaseAccount {
        let sum = |counts: &[u64]| counts.iter().sum::<u64>();
        let in_base = sum(&self.in_base);
        let others = self.out_of_base + sum(&self.base_unknown) + sum(&self.excluded);
        BaseAccount {
            indicator,
            sample,
            rows: others + in_base,
            out_of_base: self.out_of_base,
            base_unknown: by_reason(&self.base_unknown),
            excluded: by_reason(&self.excluded),
            counted_as_no: by_reason(&self.in_base),
            in_base,
            not_asked,
        }
    }
}

fn by_reason(counts: &[u64; SLOTS]) -> BTreeMap<&'static str, u64> {
    let pairs = MissingReason::ALL.into_iter().zip(counts).filter(|(_, count)| **count > 0);
    pairs.map(|(reason, &count)| (reason.as_str(), count)).collect()
}

/// The reason behind the truth of an expression; only called where it is unknown.
pub(crate) fn reason_of(truth: u8) -> MissingReason {
    state::reason(truth).unwrap_or(MissingReason::Invalid)
}
