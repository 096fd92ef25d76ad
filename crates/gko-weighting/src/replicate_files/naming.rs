//! Names of columns of replicate weights: a prefix and a number.
//!
//! # Rule
//! Replicate r of R, counted from 0, is `prefix` and the number `start + r`, filled with
//! zeros in front up to `digits`. Names are compared without regard to case, as
//! programs differ in it.
//!
//! # Assumptions
//! A name has 1 to 32 letters, digits and underscores and no digit first: R, Stata
//! and SAS take it without quotes.
//!
//! # References
//! Stata 18 *User's Guide* 11.3; SAS 9.4 *Language Reference*, names of variables.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ReplicateFileError;

/// The longest name that Stata and SAS take.
const LONGEST: usize = 32;

/// How the columns of a set of replicate weights are called.
///
/// # Example
/// ```
/// use gko_weighting::replicate_files::Naming;
///
/// let naming = Naming { digits: 3, ..Naming::new("CSPUFWGT", "CSPUF") };
/// assert_eq!(naming.columns(2)?, ["CSPUF001", "CSPUF002"]);
/// assert_eq!(naming.number("cspuf100"), Some(100));
/// assert_eq!(naming.number("CSPUF7"), None);
/// # Ok::<(), gko_weighting::replicate_files::ReplicateFileError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Naming {
    /// Name of the full-sample weight.
    pub full: String,
    /// What stands in front of a replicate's number.
    pub prefix: String,
    /// Digits of a number at least, filled with zeros in front.
    #[serde(default = "one")]
    pub digits: usize,
    /// Number of the first replicate.
    #[serde(default = "one")]
    pub start: usize,
}

fn one() -> usize {
    1
}

impl Naming {
    /// Numbers from 1, not filled with zeros.
    #[must_use]
    pub fn new(full: &str, prefix: &str) -> Self {
        Self { full: full.to_owned(), prefix: prefix.to_owned(), digits: 1, start: 1 }
    }

    /// The name of a replicate, counted from 0.
    #[must_use]
    pub fn column(&self, replicate: usize) -> String {
        let number = self.start.saturating_add(replicate);
        // More digits than a name may have are refused by `columns`.
        let digits = self.digits.min(LONGEST + 1);
        format!("{}{number:0digits$}", self.prefix)
    }

    /// The names of so many replicates, in their order.
    ///
    /// # Errors
    /// A name that programs do not take; the full-sample weight among them.
    pub fn columns(&self, replicates: usize) -> Result<Vec<String>, ReplicateFileError> {
        check_name(&self.full)?;
        let last = replicates.saturating_sub(1);
        check_name(&self.column(last))?;
        if self.number(&self.full).is_some_and(|number| number <= self.start.saturating_add(last)) {
            return Err(ReplicateFileError::NameTaken { name: self.full.clone() });
        }
        Ok((0..replicates).map(|replicate| self.column(replicate)).collect())
    }

    /// The number in a replicate's name; none in that of another column.
    #[must_use]
    pub fn number(&self, name: &str) -> Option<usize> {
        let (front, digits) = name.split_at_checked(self.prefix.len())?;
        let number = canonical(digits, self.digits)?;
        (front.eq_ignore_ascii_case(&self.prefix) && number >= self.start).then_some(number)
    }
}

/// A number as it is written with at least so many digits.
pub(super) fn canonical(text: &str, digits: usize) -> Option<usize> {
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let zeros = text.len() > 1 && text.starts_with('0');
    let fits = if zeros { text.len() == digits } else { text.len() >= digits };
    if plain && fits { text.parse().ok() } else { None }
}

fn check_name(name: &str) -> Result<(), ReplicateFileError> {
    let part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let first = name.bytes().next().is_some_and(|byte| !byte.is_ascii_digit());
    if first && name.len() <= LONGEST && name.bytes().all(part) {
        return Ok(());
    }
    Err(ReplicateFileError::InvalidName { name: name.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeros_in_front_have_to_be_the_stated_ones() {
        assert_eq!(canonical("007", 3), Some(7));
        assert_eq!(canonical("1000", 3), Some(1000));
        assert_eq!(canonical("0", 1), Some(0));
        for (text, digits) in [("07", 3), ("007", 1), ("7", 3), ("", 1), ("1a", 1), ("+1", 1)] {
            assert_eq!(canonical(text, digits), None, "{text}");
        }
        assert_eq!(canonical("99999999999999999999999", 1), None);
    }

    #[test]
    fn a_prefix_may_end_with_a_digit_and_names_be_of_any_script() {
        let naming = Naming { digits: 3, ..Naming::new("V1028", "V1028") };
        assert_eq!(naming.number("V1028001"), Some(1));
        assert_eq!(naming.number("V1028"), None);
        assert_eq!(naming.number("Ü"), None);
        assert_eq!(Naming::new("w", "é").number("aa1"), None);
    }
}
