//! The chance at one stage, from what the fieldwork wrote down.
//!
//! # Estimator
//!
//! | known | chance |
//! |---|---|
//! | the probability itself | p |
//! | n units taken of N, alike | `n / N` |
//! | one child of m eligible (Kish grid, last birthday) | `1 / m`, at most `cap` children counted |
//! | size M_i of the unit, n units taken in proportion to size | `n·M_i / M`, M the stratum's total |
//!
//! # Assumptions
//! Taken of N and one of m are draws with equal chances. A cap on the number of
//! children lowers the largest weights and favours children of small households in
//! return: the rows it touches are counted. Certainty units belong neither to the
//! taken n nor to the total M of the others.
//!
//! # References
//! Kish (1949) *JASA* 44, 380-387; Hansen, Hurwitz (1943) *Ann. Math. Stat.* 14,
//! 333-362; Lohr (2019) *Sampling: Design and Analysis*, sections 2.3 and 6.2.

use serde::{Deserialize, Serialize};

use super::error::SelectionError;

/// What to do with a unit whose size gives a chance above 1.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum AboveOne {
    /// Refuse, and name the row.
    #[default]
    Refuse,
    /// It was taken with certainty: the chance is 1, and the row is counted.
    Certain,
}

/// The chance at one stage, as columns with one value a row.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Chance<'a> {
    /// The probability itself.
    Probability(&'a [f64]),
    /// Some of all units, each with the same chance.
    TakenOf {
        /// Units taken.
        taken: &'a [f64],
        /// Units that were there.
        of: &'a [f64],
    },
    /// One of the eligible children of the household.
    OneOf {
        /// Eligible children, whole numbers from 1.
        eligible: &'a [f64],
        /// More children than this count as this many.
        cap: Option<u32>,
    },
    /// Units taken in proportion to their size.
    SizeProportional {
        /// Size of the row's unit.
        size: &'a [f64],
        /// Sum of the sizes of all units of the stratum.
        total: &'a [f64],
        /// Units taken in the stratum.
        taken: &'a [f64],
        /// What to do with units too large for one draw.
        above_one: AboveOne,
    },
}

/// The chance of one row, and whether a rule changed it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Drawn {
    pub(super) chance: f64,
    pub(super) capped: bool,
    pub(super) certain: bool,
}

impl Drawn {
    fn with(chance: f64) -> Self {
        Self { chance, capped: false, certain: false }
    }
}

const POSITIVE: &str = "a positive number";

impl<'a> Chance<'a> {
    /// The columns with their names.
    pub(super) fn columns(&self) -> Vec<(&'static str, &'a [f64])> {
        match *self {
            Self::Probability(p) => vec![("probability", p)],
            Self::TakenOf { taken, of } => vec![("taken", taken), ("of", of)],
            Self::OneOf { eligible, .. } => vec![("eligible", eligible)],
            Self::SizeProportional { size, total, taken, .. } => {
                vec![("size", size), ("total", total), ("taken", taken)]
            }
        }
    }

    /// Settings that are none.
    pub(super) fn check(&self, stage: &str) -> Result<(), SelectionError> {
        match *self {
            Self::OneOf { cap: Some(0), .. } => Err(SelectionError::InvalidSetting {
                stage: stage.to_owned(),
                setting: "cap",
                expected: "at least 1 child",
                got: 0.0,
            }),
            _ => Ok(()),
        }
    }

    /// The chance of a row; the columns are long enough.
    pub(super) fn of(&self, stage: &str, row: usize) -> Result<Drawn, SelectionError> {
        let at = Place { stage, row };
        match *self {
            Self::Probability(p) => at.probability(p[row]),
            Self::TakenOf { taken, of } => at.taken_of(taken[row], of[row]),
            Self::OneOf { eligible, cap } => at.one_of(eligible[row], cap),
            Self::SizeProportional { size, total, taken, above_one } => {
                at.proportional(size[row], total[row], taken[row], above_one)
            }
        }
    }
}

/// Where a chance is worked out.
#[derive(Clone, Copy)]
struct Place<'a> {
    stage: &'a str,
    row: usize,
}

impl Place<'_> {
    fn probability(self, chance: f64) -> Result<Drawn, SelectionError> {
        if chance > 0.0 && chance <= 1.0 {
            return Ok(Drawn::with(chance));
        }
        let (stage, row) = (self.stage.to_owned(), self.row);
        Err(SelectionError::InvalidChance { stage, row, chance })
    }

    fn taken_of(self, taken: f64, of: f64) -> Result<Drawn, SelectionError> {
        self.positive("taken", taken)?;
        self.positive("of", of)?;
        if taken > of {
            let (stage, row) = (self.stage.to_owned(), self.row);
            return Err(SelectionError::TakenOfFewer { stage, row, taken, of });
        }
        self.probability(taken / of)
    }

    fn one_of(self, eligible: f64, cap: Option<u32>) -> Result<Drawn, SelectionError> {
        if !(eligible.is_finite() && eligible >= 1.0 && eligible.fract() == 0.0) {
            return Err(self.count("eligible", "a whole number of at least 1", eligible));
        }
        let most = cap.map_or(f64::INFINITY, f64::from);
        Ok(Drawn { capped: eligible > most, ..Drawn::with(1.0 / eligible.min(most)) })
    }

    fn proportional(
        self,
        size: f64,
        total: f64,
        taken: f64,
        above_one: AboveOne,
    ) -> Result<Drawn, SelectionError> {
        for (what, got) in [("size", size), ("total", total), ("taken", taken)] {
            self.positive(what, got)?;
        }
        let chance = taken * (size / total);
        match above_one {
            _ if chance <= 1.0 => self.probability(chance),
            AboveOne::Certain => Ok(Drawn { certain: true, ..Drawn::with(1.0) }),
            AboveOne::Refuse => {
                let (stage, row) = (self.stage.to_owned(), self.row);
                Err(SelectionError::ChanceAboveOne { stage, row, chance })
            }
        }
    }

    fn positive(self, what: &'static str, got: f64) -> Result<(), SelectionError> {
        if got.is_finite() && got > 0.0 { Ok(()) } else { Err(self.count(what, POSITIVE, got)) }
    }

    fn count(self, what: &'static str, expected: &'static str, got: f64) -> SelectionError {
        let (stage, row) = (self.stage.to_owned(), self.row);
        SelectionError::InvalidCount { stage, row, what, expected, got }
    }
}
