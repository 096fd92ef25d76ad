//! Trimming: weights outside of two limits are cut, and what was cut is spread.
//!
//! # Rule
//! A round sets each weight beyond a limit to that limit and adds the excess (what
//! was cut less what was filled up) to every weight that was neither beyond a limit
//! in this round nor in an earlier one: in equal parts, or in proportion to the
//! weights ([`Spread`]). The total stays. What is spread can carry a weight over the
//! limit: strict trimming repeats the round until no weight is outside, else there
//! is one round.
//!
//! # Assumptions
//! Rows of weight 0 are neither filled up to the lower limit nor given a part of
//! the excess (R's `trimWeights` does both). If no row is left to take the excess,
//! the limits are refused, where R cuts with a warning and changes the total.
//!
//! # References
//! Potter (1990) *Proc. ASA Survey Res. Methods*, 225-230; R survey 4.5,
//! `trimWeights`.

use super::checks;
use super::sums::sum;
use crate::error::Error;

/// Who takes how much of what was cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Spread {
    /// Every weight that takes any takes the same, as in R.
    #[default]
    Equal,
    /// Each takes in proportion to itself: the ratios among them stay.
    Proportional,
}

named!(Spread, "spread of what was cut", {
    Equal => "equal",
    Proportional => "proportional",
});

/// Settings of [`trim`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrimOptions {
    /// The smallest weight that is left alone.
    pub lower: f64,
    /// The largest weight that is left alone; infinite for none.
    pub upper: f64,
    /// Whether to go on until no weight is outside.
    pub strict: bool,
    /// Rounds after which to give up.
    pub max_rounds: usize,
    /// Who takes how much of what was cut.
    pub spread: Spread,
}

impl Default for TrimOptions {
    /// No limits, strict, 1000 rounds, equal parts.
    fn default() -> Self {
        let (lower, upper, spread) = (0.0, f64::INFINITY, Spread::Equal);
        Self { lower, upper, strict: true, max_rounds: 1000, spread }
    }
}

/// Trimmed weights and what was done to them.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Trimmed {
    /// The weights, in the caller's row order, with the same total as before.
    pub weights: Vec<f64>,
    /// Rows that were set to a limit, ascending.
    pub trimmed: Vec<usize>,
    /// What was spread over the other rows, all rounds together: what was cut less
    /// what was filled up.
    pub excess: f64,
    /// Rounds that cut something.
    pub rounds: usize,
}

/// Cuts the weights to the limits and spreads the excess.
///
/// # Errors
/// Weights that are negative or no numbers, limits that are none or cross, limits
/// that leave no row to take the excess, more rounds than allowed.
///
/// # Example
/// A weight of 10 is cut to 6, and 4 / 2 added to the two others.
/// ```
/// use gko_survey::calibration::{TrimOptions, trim};
///
/// let options = TrimOptions { upper: 6.0, ..TrimOptions::default() };
/// let done = trim(&[10.0, 1.0, 3.0], &options)?;
/// assert_eq!(done.weights, [6.0, 3.0, 5.0]);
/// assert_eq!((done.trimmed, done.excess, done.rounds), (vec![0], 4.0, 1));
/// # Ok::<(), gko_survey::Error>(())
/// ```
pub fn trim(weights: &[f64], options: &TrimOptions) -> Result<Trimmed, Error> {
    checks::weights(weights)?;
    check(options)?;
    let rows: Vec<usize> = (0..weights.len()).filter(|&row| weights[row] > 0.0).collect();
    let mut used = Used { weights: rows.iter().map(|&row| weights[row]).collect(), cut: vec![] };
    used.cut.resize(rows.len(), false);
    let (mut excess, mut rounds) = (0.0, 0);
    while used.any_outside(options) && (options.strict || rounds == 0) {
        if rounds == options.max_rounds {
            return Err(Error::TrimmingUnfinished { rounds });
        }
        excess += used.round(options)?;
        rounds += 1;
    }
    let mut all = weights.to_vec();
    rows.iter().zip(&used.weights).for_each(|(&row, &weight)| all[row] = weight);
    let trimmed = rows.iter().zip(&used.cut).filter(|(_, cut)| **cut).map(|(&row, _)| row);
    Ok(Trimmed { weights: all, trimmed: trimmed.collect(), excess, rounds })
}

fn check(options: &TrimOptions) -> Result<(), Error> {
    let (lower, upper) = (options.lower, options.upper);
    if !(lower.is_finite() && lower >= 0.0) {
        return Err(checks::setting("lower", "a finite number of at least 0", lower));
    }
    if upper.is_nan() || upper <= lower {
        return Err(checks::setting("upper", "a number above the lower limit", upper));
    }
    if options.max_rounds == 0 {
        return Err(checks::setting("max_rounds", "at least 1", 0.0));
    }
    Ok(())
}

fn outside(weight: f64, options: &TrimOptions) -> bool {
    weight < options.lower || weight > options.upper
}

/// The rows whose weight was positive, and whether they were cut.
struct Used {
    weights: Vec<f64>,
    cut: Vec<bool>,
}

impl Used {
    fn any_outside(&self, options: &TrimOptions) -> bool {
        self.weights.iter().any(|&weight| outside(weight, options))
    }

    /// Cuts and spreads once, and returns what was spread.
    fn round(&mut self, options: &TrimOptions) -> Result<f64, Error> {
        let (lower, upper) = (options.lower, options.upper);
        let excess = sum(self.weights.iter().map(|&w| w - w.clamp(lower, upper)));
        let part = self.part(excess, options)?;
        for (weight, cut) in self.weights.iter_mut().zip(&mut self.cut) {
            if outside(*weight, options) {
                (*weight, *cut) = (weight.clamp(lower, upper), true);
            } else if !*cut {
                *weight += part.of(*weight);
            }
        }
        Ok(excess)
    }

    /// What a weight that is neither outside nor cut takes of the excess.
    fn part(&self, excess: f64, options: &TrimOptions) -> Result<Part, Error> {
        let takes = |&(&weight, &cut): &(&f64, &bool)| !cut && !outside(weight, options);
        let takers = self.weights.iter().zip(&self.cut).filter(takes).map(|(&weight, _)| weight);
        let (count, total) = (takers.clone().count(), sum(takers));
        let (lower, upper) = (options.lower, options.upper);
        match options.spread {
            _ if excess == 0.0 => Ok(Part::Same(0.0)),
            Spread::Equal if count > 0 => Ok(Part::Same(excess / count as f64)),
            Spread::Proportional if total > 0.0 => Ok(Part::Share(excess / total)),
            _ => Err(Error::ExcessUnspread { lower, upper, excess }),
        }
    }
}

/// A part of the excess.
enum Part {
    Same(f64),
    Share(f64),
}

impl Part {
    fn of(&self, weight: f64) -> f64 {
        match *self {
            Self::Same(part) => part,
            Self::Share(share) => share * weight,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(lower: f64, upper: f64, strict: bool) -> TrimOptions {
        TrimOptions { lower, upper, strict, ..TrimOptions::default() }
    }

    /// 10 is cut to 6; 5 and 1 take 2 each; 7 is over 6 and cut; 3 takes 1.
    #[test]
    fn strict_trimming_cuts_what_spreading_carried_over() {
        let strict = trim(&[10.0, 5.0, 1.0], &limits(0.0, 6.0, true)).unwrap();
        assert_eq!(strict.weights, [6.0, 6.0, 4.0]);
        assert_eq!((strict.trimmed, strict.excess, strict.rounds), (vec![0, 1], 5.0, 2));
        let once = trim(&[10.0, 5.0, 1.0], &limits(0.0, 6.0, false)).unwrap();
        assert_eq!((once.weights, once.rounds), (vec![6.0, 7.0, 3.0], 1));
    }

    /// 1 is filled up to 2, 9 cut to 8: nothing is left to spread.
    #[test]
    fn both_limits_hold_and_rows_of_weight_zero_stay() {
        let done = trim(&[1.0, 0.0, 5.0, 9.0], &limits(2.0, 8.0, true)).unwrap();
        assert_eq!(done.weights, [2.0, 0.0, 5.0, 8.0]);
        assert_eq!((done.trimmed, done.excess), (vec![0, 3], 0.0));
    }

    /// 1 is filled up to 3, which takes 1 from each of the two others: 3, 2, 9. Then
    /// the 2 is filled up, which takes 1 from the last.
    #[test]
    fn what_filling_up_costs_is_taken_from_the_others() {
        let done = trim(&[1.0, 3.0, 10.0], &limits(3.0, f64::INFINITY, true)).unwrap();
        assert_eq!((done.weights, done.excess), (vec![3.0, 3.0, 8.0], -3.0));
    }

    /// 10 is cut to 6; 1 and 3 take 4 in the ratio 1:3, so that they double.
    #[test]
    fn in_proportion_the_ratios_of_those_who_take_stay() {
        let options =
            TrimOptions { spread: Spread::Proportional, ..limits(0.0, f64::INFINITY, true) };
        let done = trim(&[10.0, 1.0, 3.0], &TrimOptions { upper: 6.0, ..options }).unwrap();
        assert_eq!((done.weights, done.excess), (vec![6.0, 2.0, 6.0], 4.0));
        let refused = trim(&[10.0, 12.0], &TrimOptions { upper: 6.0, ..options }).unwrap_err();
        assert_eq!(refused.code(), "GKO-S143");
    }

    #[test]
    fn weights_inside_are_left_alone() {
        let done = trim(&[1.0, 2.0], &TrimOptions::default()).unwrap();
        assert_eq!((done.weights, done.rounds, done.excess), (vec![1.0, 2.0], 0, 0.0));
    }

    #[test]
    fn limits_that_cannot_keep_the_total_are_refused() {
        let refused = trim(&[10.0, 12.0], &limits(0.0, 6.0, true)).unwrap_err();
        assert_eq!(refused, Error::ExcessUnspread { lower: 0.0, upper: 6.0, excess: 10.0 });
        let short = TrimOptions { max_rounds: 1, ..limits(0.0, 6.0, true) };
        assert_eq!(trim(&[10.0, 5.0, 1.0], &short), Err(Error::TrimmingUnfinished { rounds: 1 }));
    }

    #[test]
    fn limits_that_are_none_are_refused() {
        for (lower, upper) in [(-1.0, 5.0), (f64::NAN, 5.0), (5.0, 5.0), (1.0, f64::NAN)] {
            let refused = trim(&[1.0], &limits(lower, upper, true)).unwrap_err();
            assert_eq!(refused.code(), "GKO-S141");
        }
        let none = TrimOptions { max_rounds: 0, ..TrimOptions::default() };
        assert_eq!(trim(&[1.0], &none).unwrap_err().code(), "GKO-S141");
    }
}
