//! What a test found: its statistic, p-value, and what both rest on.

use std::fmt;

/// The result of a hypothesis test.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct TestResult {
    /// The test in words.
    pub method: String,
    /// Name of the statistic, such as `F` or `t`.
    pub statistic_name: &'static str,
    /// The statistic; NaN where it does not exist.
    pub statistic: f64,
    /// Parameters of the reference distribution by name, such as `ndf` and `ddf`.
    pub parameters: Vec<(&'static str, f64)>,
    /// The p-value, two-sided where there are sides; none where it does not exist.
    pub p_value: Option<f64>,
    /// Why there is no p-value, if so.
    pub no_p_value: Option<NoPValue>,
    /// What is tested, by name, where it is one number.
    pub estimate: Option<(&'static str, f64)>,
    /// Standard error of the estimate.
    pub se: Option<f64>,
    /// Confidence interval of the estimate.
    pub interval: Option<(f64, f64)>,
    /// Rows of positive weight that took part.
    pub n: u64,
    /// Rows taken out since a value was missing.
    pub excluded: u64,
    /// Degrees of freedom of the design that the test's own were derived from.
    pub df: f64,
    /// What to be careful about.
    pub warnings: Vec<TestWarning>,
}

/// Why a p-value does not exist.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum NoPValue {
    /// The design leaves no degrees of freedom.
    NoDegreesOfFreedom {
        /// How many there would be.
        df: f64,
    },
    /// What is tested has no estimated variance.
    NoVariance,
}

impl fmt::Display for NoPValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoDegreesOfFreedom { df } => write!(
                f,
                "the design leaves {df} degrees of freedom for the test, it needs more than 0; widen the domain, or join levels"
            ),
            Self::NoVariance => f.write_str("what is tested has an estimated variance of 0"),
        }
    }
}

/// What to be careful about in a result.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum TestWarning {
    /// Cells in which fewer than 5 rows are expected at this n.
    SmallExpected {
        /// How many cells.
        cells: usize,
        /// The smallest expected number.
        smallest: f64,
    },
    /// Cells that nobody is in.
    EmptyCells {
        /// Their labels.
        cells: Vec<String>,
    },
    /// Levels that nobody has, left out.
    DroppedLevels {
        /// How many levels.
        levels: usize,
    },
}

impl fmt::Display for TestWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SmallExpected { cells, smallest } => write!(
                f,
                "cells with fewer than 5 expected rows: {cells} (the smallest {smallest:.1}); the p-value is rough"
            ),
            Self::EmptyCells { cells } => write!(f, "nobody is in {}", cells.join(", ")),
            Self::DroppedLevels { levels } => {
                write!(f, "levels without respondents that were left out: {levels}")
            }
        }
    }
}

/// A p-value, or why there is none.
pub(crate) type Judged = Result<f64, NoPValue>;

impl TestResult {
    /// A result that is not yet about an estimate.
    pub(crate) fn new(method: String, statistic_name: &'static str, statistic: f64) -> Self {
        Self {
            method,
            statistic_name,
            statistic,
            parameters: Vec::new(),
            p_value: None,
            no_p_value: None,
            estimate: None,
            se: None,
            interval: None,
            n: 0,
            excluded: 0,
            df: f64::NAN,
            warnings: Vec::new(),
        }
    }

    pub(crate) fn judged(mut self, judged: Judged) -> Self {
        self.p_value = judged.ok();
        self.no_p_value = judged.err();
        self
    }

    pub(crate) fn with(mut self, name: &'static str, value: f64) -> Self {
        self.parameters.push((name, value));
        self
    }

    /// A parameter by its name.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<f64> {
        self.parameters.iter().find(|(one, _)| *one == name).map(|(_, value)| *value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warnings_and_reasons_are_sentences() {
        let few = TestWarning::SmallExpected { cells: 2, smallest: 1.25 };
        assert!(few.to_string().contains("rows: 2 (the smallest 1.2)"));
        let empty = TestWarning::EmptyCells { cells: vec!["a".to_owned(), "b".to_owned()] };
        assert_eq!(empty.to_string(), "nobody is in a, b");
        let dropped = TestWarning::DroppedLevels { levels: 1 };
        assert!(dropped.to_string().ends_with("left out: 1"));
        assert!(NoPValue::NoVariance.to_string().contains("variance of 0"));
    }

    #[test]
    fn parameters_are_found_by_name() {
        let result = TestResult::new("t test".to_owned(), "t", 2.0).with("df", 7.0);
        assert_eq!((result.parameter("df"), result.parameter("ddf")), (Some(7.0), None));
    }
}
