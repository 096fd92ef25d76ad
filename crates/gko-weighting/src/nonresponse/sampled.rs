//! The sampled cases as all adjustments of this area take them.
//!
//! # Rule
//! A status and a weight for every case, and perhaps the group (the country) that
//! it belongs to: nothing is ever merged or modelled across groups. A category is
//! a code for each row, counted from 0, into levels in their declared order. Rows
//! of weight 0 are never looked at.

use super::dispositions::Dispositions;
use super::error::NonresponseError;
use super::status::Status;
use crate::sample::{Categories, MISSING};

/// A category of the rows.
///
/// # Example
/// ```
/// use gko_weighting::{Sample, nonresponse::Category};
///
/// let sample = Sample::new(2).texts("sex", &[Some("girl"), Some("boy")])?;
/// let sex = sample.category_column("sex")?;
/// assert_eq!(Category::new("sex", &sex).codes, [1, 0]);
/// # Ok::<(), gko_weighting::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Category<'a> {
    /// Its name.
    pub name: &'a str,
    /// A code per row, a position in `levels`.
    pub codes: &'a [u32],
    /// The names of the codes, in the order in which neighbours stand side by side.
    pub levels: &'a [String],
}

impl<'a> Category<'a> {
    /// A column of a file.
    #[must_use]
    pub fn new(name: &'a str, column: &'a Categories) -> Self {
        Self { name, codes: &column.codes, levels: &column.levels }
    }

    /// The code of a row that takes part.
    pub(super) fn code(&self, row: usize) -> Result<u32, NonresponseError> {
        let value = self.codes.get(row).copied().unwrap_or(u32::MAX);
        if usize::try_from(value).is_ok_and(|value| value < self.levels.len()) {
            return Ok(value);
        }
        let (variable, levels) = (self.name.to_owned(), self.levels.len());
        Err(NonresponseError::UnknownCode { variable, row, value, levels })
    }

    /// The name of a code.
    pub(super) fn level(&self, code: u32) -> &str {
        usize::try_from(code).ok().and_then(|at| self.levels.get(at)).map_or("", String::as_str)
    }

    /// A code with the name of the category.
    pub(super) fn label(&self, code: u32) -> String {
        format!("{}={}", self.name, self.level(code))
    }
}

/// Sampled cases: statuses, weights and groups.
///
/// # Example
/// ```
/// use gko_weighting::nonresponse::{Category, Sampled, Status};
///
/// let levels = ["BG".to_owned(), "CL".to_owned()];
/// let country = Category { name: "country", codes: &[0, 1], levels: &levels };
/// let statuses = [Status::Complete, Status::Refusal];
/// let sample = Sampled { statuses: &statuses, weights: &[1.5, 1.0], group: Some(country) };
/// assert_eq!(sample.statuses.len(), 2);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sampled<'a> {
    /// What became of each case.
    pub statuses: &'a [Status],
    /// The weight of each case before nonresponse.
    pub weights: &'a [f64],
    /// Its group.
    pub group: Option<Category<'a>>,
}

impl Sampled<'_> {
    /// Refuses columns that do not fit and weights that are none.
    pub(super) fn check(&self) -> Result<(), NonresponseError> {
        check_length("weights", self.statuses.len(), self.weights.len())?;
        check_weights(self.weights)?;
        self.group.iter().try_for_each(|group| self.check_category(group))
    }

    /// Refuses a category of another number of rows, or that is not known of all.
    pub(super) fn check_category(&self, one: &Category<'_>) -> Result<(), NonresponseError> {
        check_length(one.name, self.statuses.len(), one.codes.len())?;
        check_known(one.name, self.used().filter(|&row| one.codes[row] == MISSING))
    }

    /// The rows of positive weight.
    pub(super) fn used(&self) -> impl Iterator<Item = usize> {
        let rows = self.weights.iter().enumerate().filter(|(_, weight)| **weight > 0.0);
        rows.map(|(row, _)| row)
    }

    /// The code of a row's group, 0 where there are no groups.
    pub(super) fn group_of(&self, row: usize) -> Result<u32, NonresponseError> {
        self.group.map_or(Ok(0), |group| group.code(row))
    }

    /// How many groups there are.
    pub(super) fn groups(&self) -> usize {
        self.group.map_or(1, |group| group.levels.len())
    }

    /// The name of a group; none where there are no groups.
    pub(super) fn group_name(&self, group: usize) -> Option<String> {
        self.group.and_then(|all| all.levels.get(group).cloned())
    }

    /// The cases of each group.
    pub(super) fn dispositions(&self) -> Result<Vec<Dispositions>, NonresponseError> {
        let mut all = vec![Dispositions::default(); self.groups()];
        for row in self.used() {
            let group = usize::try_from(self.group_of(row)?).unwrap_or(usize::MAX);
            if let Some(cases) = all.get_mut(group) {
                cases.add(self.statuses[row], self.weights[row]);
            }
        }
        Ok(all)
    }
}

/// Refuses a column of another length.
pub(super) fn check_length(
    column: &str,
    expected: usize,
    got: usize,
) -> Result<(), NonresponseError> {
    if expected == got {
        return Ok(());
    }
    Err(NonresponseError::LengthDiffers { column: column.to_owned(), expected, got })
}

/// Refuses rows that lack a value of a variable.
pub(super) fn check_known(
    variable: &str,
    mut lacking: impl Iterator<Item = usize>,
) -> Result<(), NonresponseError> {
    let Some(row) = lacking.next() else { return Ok(()) };
    let variable = variable.to_owned();
    Err(NonresponseError::NoValue { variable, row, rows: 1 + lacking.count() })
}

/// Refuses weights that are negative or not finite, or that have no finite sum.
pub(super) fn check_weights(weights: &[f64]) -> Result<(), NonresponseError> {
    let mut sum = 0.0_f64;
    let mut fits = |weight: f64| {
        sum += weight;
        sum.is_finite() && weight >= 0.0
    };
    match weights.iter().enumerate().find(|&(_, &weight)| !fits(weight)) {
        Some((row, &weight)) => Err(NonresponseError::InvalidWeight { row, weight }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_beyond_the_levels_are_refused_where_they_take_part() {
        let levels = ["BG".to_owned()];
        let group = Category { name: "country", codes: &[0, 7], levels: &levels };
        let cases = |weights: &[f64]| {
            let statuses = [Status::Complete; 2];
            Sampled { statuses: &statuses, weights, group: Some(group) }.dispositions()
        };
        assert_eq!(cases(&[1.0, 0.0]).unwrap().len(), 1);
        let refused = cases(&[1.0, 1.0]).unwrap_err();
        assert_eq!(refused.code(), "GKO-W202");
        assert!(refused.to_string().contains("row 2 of the data"), "{refused}");
    }

    #[test]
    fn blanks_are_counted_and_named() {
        let levels = ["boy".to_owned()];
        let sex = Category { name: "sex", codes: &[0, MISSING, MISSING, MISSING], levels: &levels };
        let statuses = [Status::Complete; 4];
        let refused = |weights: &[f64]| {
            let sample = Sampled { statuses: &statuses, weights, group: None };
            sample.check_category(&sex).unwrap_err().to_string()
        };
        let two = refused(&[1.0, 0.0, 1.0, 1.0]);
        let said = "GKO-W210: 2 cases have no value of `sex` (the first: row 3 of the data)";
        assert!(two.starts_with(said), "{two}");
        assert!(two.contains("a category `unknown` of their own"), "{two}");
        assert!(refused(&[1.0, 0.0, 0.0, 1.0]).contains("1 case has no value of `sex`"));
    }

    #[test]
    fn weights_have_a_finite_sum() {
        for bad in [f64::NAN, f64::INFINITY, -1.0, f64::MAX] {
            let refused = check_weights(&[f64::MAX, 0.0, bad]).unwrap_err();
            assert!(refused.to_string().contains("row 3 of the data"), "{refused}");
        }
        assert_eq!(check_weights(&[f64::MAX, 0.0]), Ok(()));
    }

    #[test]
    fn columns_of_other_lengths_are_named() {
        let group = Category { name: "country", codes: &[], levels: &[] };
        let sample = Sampled { statuses: &[Status::Other], weights: &[1.0], group: Some(group) };
        assert!(sample.check().unwrap_err().to_string().contains("column country has 0 rows"));
    }
}
