//! The variables of a model: numbers, and factors with levels.
//!
//! # Rule
//! A factor of L levels enters a model as columns of contrasts. With treatment
//! contrasts, level l other than the reference has the column 1(level = l); the
//! coefficient is its difference from the reference.
//!
//! # Assumptions
//! A missing number is NaN, a missing code is `u32::MAX`; neither may stand in a
//! row that the model uses.
//!
//! # References
//! Chambers and Hastie (1992), Statistical Models in S, section 2.3; R `contr.treatment`.

use super::error::ModelError;

/// The code of a factor that stands for a missing value.
pub const MISSING: u32 = u32::MAX;

/// One variable: a name and a value per row.
#[derive(Debug, Clone, PartialEq)]
pub struct Variable<'a> {
    pub(super) name: String,
    pub(super) values: Values<'a>,
}

/// What a variable holds per row.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Values<'a> {
    Numeric(&'a [f64]),
    Factor { codes: &'a [u32], levels: Vec<String>, reference: usize, present: Vec<bool> },
}

impl<'a> Variable<'a> {
    /// A number per row; NaN is missing.
    #[must_use]
    pub fn numeric(name: &str, values: &'a [f64]) -> Self {
        Self { name: name.to_owned(), values: Values::Numeric(values) }
    }

    /// A code per row into `levels`, counted from 0; [`MISSING`] is missing. The
    /// first level is the reference.
    ///
    /// # Errors
    /// Fewer than two levels, or a code beyond them.
    pub fn factor(name: &str, codes: &'a [u32], levels: &[&str]) -> Result<Self, ModelError> {
        let levels: Vec<String> = levels.iter().map(|&level| level.to_owned()).collect();
        check_levels(name, levels.len(), 0)?;
        let beyond = |&(_, &code): &(usize, &u32)| code != MISSING && index(code) >= levels.len();
        if let Some((row, &value)) = codes.iter().enumerate().find(beyond) {
            let (variable, levels) = (name.to_owned(), levels.len());
            return Err(ModelError::UnknownLevel { variable, row, value, levels });
        }
        let present = vec![true; levels.len()];
        let values = Values::Factor { codes, levels, reference: 0, present };
        Ok(Self { name: name.to_owned(), values })
    }

    /// The same factor with another reference level; a number stays as it is.
    ///
    /// # Errors
    /// A reference that is no level.
    pub fn with_reference(mut self, position: usize) -> Result<Self, ModelError> {
        if let Values::Factor { levels, reference, .. } = &mut self.values {
            check_levels(&self.name, levels.len(), position)?;
            *reference = position;
        }
        Ok(self)
    }

    /// The same factor without columns for levels that no used row has; if the
    /// reference is among them, the first level that is left takes its place.
    ///
    /// # Errors
    /// Fewer than two levels are left.
    pub fn without_empty_levels(mut self, used: &[bool]) -> Result<Self, ModelError> {
        if let Values::Factor { codes, reference, present, .. } = &mut self.values {
            present.fill(false);
            for (&code, _) in codes.iter().zip(used).filter(|&(_, &used)| used) {
                if let Some(here) = present.get_mut(index(code)) {
                    *here = true;
                }
            }
            let count = present.iter().filter(|&&here| here).count();
            check_levels(&self.name, count, 0)?;
            if present.get(*reference) != Some(&true) {
                *reference = present.iter().position(|&here| here).unwrap_or(0);
            }
        }
        Ok(self)
    }

    /// The name under which terms speak of it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The levels of a factor; none for a number.
    #[must_use]
    pub fn levels(&self) -> &[String] {
        match &self.values {
            Values::Numeric(_) => &[],
            Values::Factor { levels, .. } => levels,
        }
    }

    /// Whether it is a factor.
    #[must_use]
    pub fn is_factor(&self) -> bool {
        matches!(self.values, Values::Factor { .. })
    }

    /// Rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        match &self.values {
            Values::Numeric(values) => values.len(),
            Values::Factor { codes, .. } => codes.len(),
        }
    }

    /// Whether the row has a value.
    #[must_use]
    pub fn is_known(&self, row: usize) -> bool {
        match &self.values {
            Values::Numeric(values) => values.get(row).is_some_and(|value| value.is_finite()),
            Values::Factor { codes, .. } => codes.get(row).is_some_and(|&code| code != MISSING),
        }
    }

    /// The code of a row of a factor, if it is known.
    pub(super) fn code(&self, row: usize) -> Option<u32> {
        match &self.values {
            Values::Numeric(_) => None,
            Values::Factor { codes, .. } => codes.get(row).copied().filter(|&code| code != MISSING),
        }
    }

    /// The same factor with other rows; a number stays as it is.
    pub(super) fn with_codes<'b>(&self, new: &'b [u32]) -> Variable<'b>
    where
        'a: 'b,
    {
        let mut other: Variable<'b> = self.clone();
        if let Values::Factor { codes, .. } = &mut other.values {
            *codes = new;
        }
        other
    }

    /// The value of a row: a number, or the position of a level; NaN if missing.
    pub(super) fn at(&self, row: usize) -> f64 {
        match &self.values {
            Values::Numeric(values) => values.get(row).copied().unwrap_or(f64::NAN),
            Values::Factor { .. } => self.code(row).map_or(f64::NAN, f64::from),
        }
    }
}

fn check_levels(name: &str, levels: usize, reference: usize) -> Result<(), ModelError> {
    if levels >= 2 && reference < levels {
        return Ok(());
    }
    Err(ModelError::Levels { variable: name.to_owned(), levels, reference })
}

/// A code as a position.
pub(super) fn index(code: u32) -> usize {
    usize::try_from(code).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_beyond_the_levels_are_refused_with_their_row() {
        let refused = Variable::factor("sex", &[0, MISSING, 2], &["boy", "girl"]).unwrap_err();
        assert_eq!(refused.code(), "GKO-S101");
        assert!(refused.to_string().contains("row 2"));
    }

    #[test]
    fn a_factor_needs_two_levels_and_a_reference_among_them() {
        assert_eq!(Variable::factor("sex", &[0], &["boy"]).unwrap_err().code(), "GKO-S102");
        let sex = Variable::factor("sex", &[0], &["boy", "girl"]).unwrap();
        assert_eq!(sex.clone().with_reference(2).unwrap_err().code(), "GKO-S102");
        assert!(sex.with_reference(1).is_ok());
    }

    #[test]
    fn an_empty_reference_gives_way_to_the_first_level_with_rows() {
        let country = Variable::factor("c", &[1, 2, 0], &["A", "B", "C"]).unwrap();
        let kept = country.clone().without_empty_levels(&[true, true, false]).unwrap();
        let Values::Factor { reference, present, .. } = kept.values else { panic!("a factor") };
        assert_eq!((reference, present), (1, vec![false, true, true]));
        assert!(country.without_empty_levels(&[true, false, false]).is_err());
    }

    #[test]
    fn missing_values_are_known_as_such() {
        let sex = Variable::factor("sex", &[0, MISSING], &["boy", "girl"]).unwrap();
        assert_eq!((sex.is_known(0), sex.is_known(1), sex.is_known(2)), (true, false, false));
        let age = Variable::numeric("age", &[9.0, f64::NAN, f64::INFINITY]);
        assert_eq!((age.is_known(0), age.is_known(1), age.is_known(2)), (true, false, false));
        assert!(age.at(1).is_nan() && sex.at(1).is_nan());
    }
}
