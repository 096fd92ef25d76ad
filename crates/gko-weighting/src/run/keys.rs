//! The key indicators of a plan, known where the sample has a number.

use crate::Indicator;
use crate::error::Error;
use crate::plan::Plan;
use crate::sample::Sample;

/// A key indicator with the rows in which it is known.
pub(super) struct KeyIndicator<'a> {
    name: &'a str,
    values: &'a [f64],
    known: Vec<bool>,
}

impl KeyIndicator<'_> {
    pub(super) fn indicator(&self) -> Indicator<'_> {
        Indicator::new(self.name, self.values).known(&self.known)
    }
}

/// The key indicators of a plan.
pub(super) fn key_indicators<'a>(
    plan: &'a Plan,
    sample: &'a Sample,
) -> Result<Vec<KeyIndicator<'a>>, Error> {
    let one = |name: &'a String| {
        let values = sample.number_column(name)?;
        let known = values.iter().map(|value| value.is_finite()).collect();
        Ok(KeyIndicator { name, values, known })
    };
    plan.indicators.iter().map(one).collect()
}
