//! From a test's result to a line.

use gko_survey::hypothesis::TestResult;

use crate::estimate::answer::TestNumbers;
use crate::estimate::document::Warning;

/// The numbers of a test.
pub(crate) fn numbers(result: &TestResult) -> TestNumbers {
    let first = |names: &[&str]| names.iter().find_map(|name| result.parameter(name));
    let mut details: std::collections::BTreeMap<&'static str, f64> =
        result.parameters.iter().copied().collect();
    if let Some((_, value)) = result.estimate {
        details.insert("estimate", value);
    }
    let (low, high) = result.interval.unzip();
    for (name, value) in [("se", result.se), ("low", low), ("high", high)] {
        if let Some(value) = value {
            details.insert(name, value);
        }
    }
    details.insert("design_df", result.df);
    TestNumbers {
        method: result.method.clone(),
        statistic: result.statistic,
        df: first(&["ndf", "df"]),
        ddf: first(&["ddf"]),
        p: result.p_value.unwrap_or(f64::NAN),
        details,
    }
}

/// What to be careful about.
pub(crate) fn warnings(result: &TestResult) -> Vec<Warning> {
    let no_p =
        result.no_p_value.iter().map(|reason| Warning::new("no-p-value", reason.to_string()));
    let own = result.warnings.iter().map(|one| Warning::new("test", one.to_string()));
    no_p.chain(own).collect()
}
