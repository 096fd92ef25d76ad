//! What makes figures of one universe fit a survey of another, stated and kept.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::error::PopulationError;
use super::figures::{Targets, Universe};

/// How figures of another universe are used, and why that is right. It is kept in the
/// history of the weights.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Bridge {
    /// Whose figures are used: the `who` of their universe.
    pub figures: String,
    /// Their ages, where the figures have more than one range of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ages: Option<[u8; 2]>,
    /// What is done with them.
    pub fit: Fit,
    /// Why that is right, for the reader of the history.
    pub because: String,
}

/// What is done with figures of another universe.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Fit {
    /// Only their distribution is used: shares, while the total comes from elsewhere.
    Shares,
    /// They are multiplied by one rate above 0 and at most 1, such as the share of
    /// children who are online.
    Rate(f64),
    /// Each category is multiplied by a rate of its own, above 0 and at most 1.
    Rates(BTreeMap<String, f64>),
    /// They are used as they are.
    AsTheyAre,
}

impl Bridge {
    /// A bridge from the figures of somebody.
    #[must_use]
    pub fn new(figures: &str, fit: Fit, because: &str) -> Self {
        Self { figures: figures.to_owned(), ages: None, fit, because: because.to_owned() }
    }

    /// The universe that the bridge starts at.
    pub(super) fn from<'a>(
        &self,
        margin: &str,
        found: &BTreeSet<&'a Universe>,
        survey: &Universe,
    ) -> Result<&'a Universe, PopulationError> {
        if self.because.trim().is_empty() {
            return Err(refusal(margin, "does not say why; fill in `because`".to_owned()));
        }
        if let Some([from, to]) = self.ages.filter(|[from, to]| from > to) {
            let message = format!("has ages from {from} to {to}, expected the youngest first");
            return Err(refusal(margin, message));
        }
        let fits = |universe: &&&Universe| {
            universe.who == self.figures && self.ages.is_none_or(|ages| ages == universe.ages)
        };
        let fitting: Vec<&&Universe> = found.iter().filter(fits).collect();
        let there = found.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
        match fitting[..] {
            [one] if **one == *survey => Err(refusal(
                margin,
                "begins at the survey's own universe, whose figures fit as they are; leave `universe` out"
                    .to_owned(),
            )),
            [one] => Ok(one),
            [] => Err(refusal(
                margin,
                format!(
                    "begins where there are no figures (`{}`); there are {there}; `figures` is the word in brackets, in the same upper and lower case",
                    self.figures
                ),
            )),
            _ => Err(refusal(
                margin,
                format!("begins at more than one universe, state `ages`: {there}"),
            )),
        }
    }

    /// The targets as the survey may use them.
    pub(super) fn applied(&self, targets: Targets) -> Result<Targets, PopulationError> {
        let mut targets = Targets { bridge: Some(self.clone()), ..targets };
        match &self.fit {
            Fit::AsTheyAre => {}
            Fit::Shares => {
                let total = targets.total();
                targets.scale(|_| 1.0 / total);
                targets.are_shares = true;
            }
            Fit::Rate(rate) => {
                check_rate(&targets.margin, *rate)?;
                targets.scale(|_| *rate);
            }
            Fit::Rates(rates) => {
                for category in &targets.categories {
                    let rate = rates.get(category).ok_or_else(|| {
                        refusal(&targets.margin, format!("has no rate of `{category}`"))
                    })?;
                    check_rate(&targets.margin, *rate)?;
                }
                targets.scale(|category| rates.get(category).copied().unwrap_or(1.0));
            }
        }
        Ok(targets)
    }
}

impl Targets {
    fn scale(&mut self, rate: impl Fn(&str) -> f64) {
        for (at, category) in self.categories.iter().enumerate() {
            self.values[at] *= rate(category);
            if let Some(se) = &mut self.se {
                se[at] *= rate(category);
            }
        }
    }
}

fn check_rate(margin: &str, rate: f64) -> Result<(), PopulationError> {
    if rate > 0.0 && rate <= 1.0 {
        return Ok(());
    }
    Err(refusal(margin, format!("has the rate {rate}, expected a number above 0 and at most 1")))
}

fn refusal(margin: &str, message: String) -> PopulationError {
    PopulationError::Bridge { margin: margin.to_owned(), message }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::population::Population;

    const CSV: &str = "margin,category,count,se,unit,age_min,age_max,universe,year,source
sex,boy,60,3,children,9,17,all,2025,census
sex,girl,40,2,children,9,17,all,2025,census
";

    fn bridged(fit: Fit) -> Result<Targets, PopulationError> {
        let survey = Universe { unit: "children".into(), ages: [9, 17], who: "users".into() };
        let population = Population::parse_csv(CSV, "p.csv")?;
        population.targets("sex", "", &survey, Some(&Bridge::new("all", fit, "none better")))
    }

    #[test]
    fn figures_are_scaled_with_their_errors() {
        let shares = bridged(Fit::Shares).unwrap();
        assert_eq!((shares.values, shares.are_shares), (vec![0.6, 0.4], true));
        let rates = BTreeMap::from([("boy".to_owned(), 0.5), ("girl".to_owned(), 1.0)]);
        let rates = bridged(Fit::Rates(rates)).unwrap();
        assert_eq!((rates.values, rates.se), (vec![30.0, 40.0], Some(vec![1.5, 2.0])));
        assert_eq!(bridged(Fit::AsTheyAre).unwrap().total(), 100.0);
    }

    #[test]
    fn rates_that_are_none_are_refused() {
        for fit in
            [Fit::Rate(0.0), Fit::Rate(1.5), Fit::Rate(f64::NAN), Fit::Rates(BTreeMap::new())]
        {
            assert_eq!(bridged(fit).unwrap_err().code(), "GKO-W726");
        }
    }
}
