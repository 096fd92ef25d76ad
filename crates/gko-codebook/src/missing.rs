//! Why a value is missing, and the byte that stands for it in a column.
//!
//! # Rule
//!
//! A missing reason is never collapsed to null on the way in. In memory a coded
//! column holds the index of a category (0 to 239) or a reserved state of 240
//! and above, one for each [`MissingReason`]. The same bytes carry the result of
//! an expression: 0 false, 1 true, 240 and above unknown *for that reason*.
//!
//! The order of the reasons is their precedence: where an expression is unknown
//! for two reasons, the later one in the list wins. A respondent's own refusal
//! thus outlives the routing that follows from it, and "not asked here" outlives
//! everything, since no rule of an indicator can repair it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Why there is no substantive value, in rising order of precedence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
#[repr(u8)]
pub enum MissingReason {
    /// The universe is false, or its own question was routed out: the question
    /// was not put to this respondent.
    RoutedOut = 0,
    /// Blank, and the universe itself is unknown.
    UniverseUnknown = 1,
    /// The file declares the code missing, and nothing tells why.
    Unspecified = 2,
    /// Blank although the universe is true.
    SystemMissing = 3,
    /// "I don't know what this activity means".
    NotUnderstood = 4,
    /// "Don't know".
    DontKnow = 5,
    /// "Prefer not to say", refusal.
    PreferNotToSay = 6,
    /// A code or value that the codebook does not know; always a finding too.
    Invalid = 7,
    /// The question was not asked in this country or wave.
    NotAsked = 8,
}

impl MissingReason {
    /// Every reason, in order of precedence.
    pub const ALL: [Self; 9] = [
        Self::RoutedOut,
        Self::UniverseUnknown,
        Self::Unspecified,
        Self::SystemMissing,
        Self::NotUnderstood,
        Self::DontKnow,
        Self::PreferNotToSay,
        Self::Invalid,
        Self::NotAsked,
    ];

    /// The stable name, as codebooks, definitions and manifests write it.
    ///
    /// ```
    /// # use gko_codebook::MissingReason;
    /// assert_eq!(MissingReason::PreferNotToSay.as_str(), "prefer-not-to-say");
    /// assert_eq!("dont-know".parse(), Ok(MissingReason::DontKnow));
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RoutedOut => "routed-out",
            Self::UniverseUnknown => "universe-unknown",
            Self::Unspecified => "unspecified",
            Self::SystemMissing => "system-missing",
            Self::NotUnderstood => "not-understood",
            Self::DontKnow => "dont-know",
            Self::PreferNotToSay => "prefer-not-to-say",
            Self::Invalid => "invalid",
            Self::NotAsked => "not-asked",
        }
    }
}

impl fmt::Display for MissingReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for MissingReason {
    type Err = String;

    /// # Errors
    ///
    /// The list of valid names, when `name` is none of them.
    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|reason| reason.as_str() == name);
        found.ok_or_else(|| Self::ALL.map(Self::as_str).join(", "))
    }
}

/// The bytes of a coded column and of an evaluated expression.
pub mod state {
    use super::MissingReason;

    /// The first byte that is not a category.
    pub const FIRST_MISSING: u8 = 240;
    /// An expression that is false; also the first category of a column.
    pub const FALSE: u8 = 0;
    /// An expression that is true; also the second category of a column.
    pub const TRUE: u8 = 1;

    /// The state that stands for a reason.
    ///
    /// ```
    /// # use gko_codebook::{MissingReason, state};
    /// let byte = state::of(MissingReason::DontKnow);
    /// assert_eq!(byte, 245);
    /// assert_eq!(state::reason(byte), Some(MissingReason::DontKnow));
    /// assert_eq!(state::reason(3), None);
    /// ```
    #[must_use]
    pub const fn of(reason: MissingReason) -> u8 {
        FIRST_MISSING + reason as u8
    }

    /// The reason behind a state, `None` where it is a category.
    #[must_use]
    pub fn reason(state: u8) -> Option<MissingReason> {
        let index = state.checked_sub(FIRST_MISSING)?;
        MissingReason::ALL.get(usize::from(index)).copied()
    }

    /// Kleene conjunction: false beats unknown, the stronger reason beats the weaker.
    #[must_use]
    pub const fn and(a: u8, b: u8) -> u8 {
        if a == FALSE || b == FALSE {
            FALSE
        } else if a > b {
            a
        } else {
            b
        }
    }

    /// Kleene disjunction: one yes suffices, whatever is missing beside it.
    #[must_use]
    pub const fn or(a: u8, b: u8) -> u8 {
        if a == TRUE || b == TRUE {
            TRUE
        } else if a > b {
            a
        } else {
            b
        }
    }

    /// Kleene negation: unknown stays unknown for its reason.
    #[must_use]
    pub const fn not(a: u8) -> u8 {
        match a {
            FALSE => TRUE,
            TRUE => FALSE,
            unknown => unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::state::{FALSE, TRUE, and, not, of, or};
    use super::*;

    #[test]
    fn names_round_trip_and_an_unknown_one_lists_all() {
        for reason in MissingReason::ALL {
            assert_eq!(reason.as_str().parse(), Ok(reason));
            assert_eq!(state::reason(of(reason)), Some(reason));
        }
        assert!("DK".parse::<MissingReason>().unwrap_err().contains("dont-know"));
    }

    #[test]
    fn kleene_tables_keep_the_reason_of_highest_precedence() {
        let (dk, pnts) = (of(MissingReason::DontKnow), of(MissingReason::PreferNotToSay));
        assert_eq!((and(FALSE, dk), and(dk, TRUE), and(dk, pnts)), (FALSE, dk, pnts));
        assert_eq!((or(TRUE, dk), or(dk, FALSE), or(pnts, dk)), (TRUE, dk, pnts));
        assert_eq!((not(TRUE), not(FALSE), not(dk)), (FALSE, TRUE, dk));
    }

    #[test]
    fn kleene_laws_hold_for_every_state() {
        let mut states = vec![FALSE, TRUE];
        states.extend(MissingReason::ALL.map(of));
        for &a in &states {
            assert_eq!(not(not(a)), a);
            for &b in &states {
                assert_eq!(and(a, b), and(b, a));
                assert_eq!(not(and(a, b)), or(not(a), not(b)), "De Morgan at {a}, {b}");
            }
        }
    }
}
