//! A variable of categories, as tests take it.
//!
//! # Rule
//! Codes count from 0 into the labels; a missing answer has the code
//! [`Factor::MISSING`]. Rows with a missing answer leave the table and are counted,
//! but stay in the design.
//!
//! # Example
//! ```
//! use gko_survey::hypothesis::Factor;
//!
//! let online = Factor::new("online", &[0, 1, Factor::MISSING], &["no", "yes"]);
//! assert_eq!((online.name(), online.labels().len()), ("online", 2));
//! ```

use crate::columns::used;
use crate::domain::Domain;
use crate::error::{Error, same_length};
use crate::hypothesis::error::HypothesisError;

/// What to do with levels that nobody in the domain has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum EmptyLevels {
    /// Refuse the test and name the first of them.
    #[default]
    Refuse,
    /// Leave them out, as R's `factor()` does.
    Drop,
}

named!(EmptyLevels, "rule for empty levels", {
    Refuse => "refuse",
    Drop => "drop",
});

/// Categories of rows: codes, and the labels of the levels that they count into.
#[derive(Debug, Clone)]
pub struct Factor<'a> {
    name: String,
    codes: &'a [u32],
    labels: Vec<String>,
}

impl<'a> Factor<'a> {
    /// The code of a missing answer.
    pub const MISSING: u32 = u32::MAX;

    /// A variable with its codes and labels.
    #[must_use]
    pub fn new<L: AsRef<str>>(name: &str, codes: &'a [u32], labels: &[L]) -> Self {
        let labels = labels.iter().map(|label| label.as_ref().to_owned()).collect();
        Self { name: name.to_owned(), codes, labels }
    }

    /// Name of the variable.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Labels of the levels.
    #[must_use]
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    pub(crate) fn codes(&self) -> &'a [u32] {
        self.codes
    }

    /// The rows of a domain that have an answer.
    pub(crate) fn observed(&self, domain: &Domain) -> Result<Domain, Error> {
        same_length(&self.name, domain.rows(), self.codes.len())?;
        let present: Vec<bool> = self.codes.iter().map(|&code| code != Self::MISSING).collect();
        domain.observed_where(&present)
    }

    /// The levels with a row of positive weight.
    pub(crate) fn levels(&self, weights: &[f64], empty: EmptyLevels) -> Result<Levels, Error> {
        let seen = self.seen(weights)?;
        if !seen.contains(&true) {
            return Err(Error::EmptyDomain);
        }
        if let (EmptyLevels::Refuse, Some(at)) = (empty, seen.iter().position(|seen| !seen)) {
            let (variable, level) = (self.name.clone(), self.labels[at].clone());
            return Err(HypothesisError::EmptyLevel { variable, level }.into());
        }
        let levels = Levels::new(&self.labels, &seen);
        if levels.labels.len() < 2 {
            let (variable, levels) = (self.name.clone(), levels.labels.len());
            return Err(HypothesisError::TooFewLevels { variable, levels }.into());
        }
        Ok(levels)
    }

    /// Whether each level has a row of positive weight.
    pub(crate) fn seen(&self, weights: &[f64]) -> Result<Vec<bool>, Error> {
        let mut seen = vec![false; self.labels.len()];
        for (row, _) in used(weights) {
            let code = self.codes[row];
            match seen.get_mut(code as usize) {
                Some(seen) => *seen = true,
                None => return Err(self.unknown(row, code)),
            }
        }
        Ok(seen)
    }

    fn unknown(&self, row: usize, code: u32) -> Error {
        let levels = u32::try_from(self.labels.len()).unwrap_or(u32::MAX);
        Error::UnknownCode { column: self.name.clone(), row, code, levels }
    }
}

/// The levels that take part, and where each level of the variable went.
#[derive(Debug, Clone)]
pub(crate) struct Levels {
    pub(crate) labels: Vec<String>,
    place: Vec<u32>,
}

impl Levels {
    fn new(labels: &[String], seen: &[bool]) -> Self {
        let mut kept = Self { labels: Vec::new(), place: Vec::new() };
        let mut next = 0;
        for (label, &seen) in labels.iter().zip(seen) {
            kept.place.push(if seen { next } else { Factor::MISSING });
            next += u32::from(seen);
            kept.labels.extend(seen.then(|| label.clone()));
        }
        kept
    }

    /// The place of a code; missing where it takes no part.
    pub(crate) fn place(&self, code: u32) -> u32 {
        self.place.get(code as usize).copied().unwrap_or(Factor::MISSING)
    }

    pub(crate) fn len(&self) -> usize {
        self.labels.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_back() {
        for one in EmptyLevels::ALL {
            assert_eq!(one.as_str().parse(), Ok(one));
            assert!(EmptyLevels::NAMES.contains(one.as_str()));
        }
        assert_eq!("keep".parse::<EmptyLevels>().unwrap_err().code(), "GKO-S042");
    }

    #[test]
    fn empty_levels_are_refused_or_dropped() {
        let factor = Factor::new("online", &[0, 2, 2], &["no", "rarely", "yes"]);
        let refused = factor.levels(&[1.0; 3], EmptyLevels::Refuse).unwrap_err();
        assert_eq!(refused.code(), "GKO-S091");
        assert!(refused.to_string().contains("level rarely of online"));
        let kept = factor.levels(&[1.0; 3], EmptyLevels::Drop).unwrap();
        assert_eq!(kept.labels, ["no", "yes"]);
        assert_eq!((kept.place(0), kept.place(1), kept.place(2)), (0, Factor::MISSING, 1));
    }

    #[test]
    fn one_level_is_too_few_and_a_code_beyond_is_unknown() {
        let factor = Factor::new("online", &[1, 1, 7], &["no", "yes"]);
        let one = factor.levels(&[1.0, 1.0, 0.0], EmptyLevels::Drop).unwrap_err();
        assert_eq!(one.code(), "GKO-S090");
        let beyond = factor.levels(&[1.0; 3], EmptyLevels::Drop).unwrap_err();
        assert_eq!(beyond.code(), "GKO-S082");
        let nobody = factor.levels(&[0.0; 3], EmptyLevels::Drop).unwrap_err();
        assert_eq!(nobody.code(), "GKO-S080");
    }
}
