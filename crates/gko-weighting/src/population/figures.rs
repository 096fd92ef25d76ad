//! The figures, and the targets that a survey may take from them.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::bridge::Bridge;
use super::error::PopulationError;
use crate::sample::CROSSED;

/// Whom a survey, or a figure, is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Universe {
    /// What is counted: `children`, `parents`, `households`.
    pub unit: String,
    /// The youngest and the oldest, both included.
    pub ages: [u8; 2],
    /// Which of them: `all`, `internet users`. The same words must stand in the
    /// figures and in the plan.
    pub who: String,
}

/// A universe in words.
impl std::fmt::Display for Universe {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [from, to] = self.ages;
        write!(f, "{} {from} to {to} ({})", self.unit, self.who)
    }
}

/// Where a figure comes from and whom it is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct About {
    /// Whom the figure is about.
    pub universe: Universe,
    /// The year that the figure describes.
    pub year: u16,
    /// Who published it, and where.
    pub source: String,
}

/// One figure.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Figure {
    /// The group, as a rule the country; `None` where it serves every group.
    pub group: Option<String>,
    /// The margin: a column, or several joined by `*`.
    pub margin: String,
    /// The category: as many names as columns, joined by `*`.
    pub category: String,
    /// A count, or a share between 0 and 1.
    pub value: f64,
    /// Whether the value is a share.
    pub is_share: bool,
    /// Standard error of the value, where it is itself an estimate.
    pub se: Option<f64>,
    /// Where it comes from.
    pub about: About,
}

/// All figures of a file.
///
/// # Example
/// ```
/// use gko_weighting::population::{Population, Universe};
///
/// let csv = "margin,category,count,unit,age_min,age_max,universe,year,source\n\
///            sex,boy,510,children,9,17,all,2025,census\n\
///            sex,girl,490,children,9,17,all,2025,census\n";
/// let population = Population::parse_csv(csv, "population.csv")?;
/// let survey = Universe { unit: "children".into(), ages: [9, 17], who: "all".into() };
/// let sex = population.targets("sex", "XAA", &survey, None)?;
/// assert_eq!((sex.categories, sex.values), (vec!["boy".into(), "girl".into()], vec![510.0, 490.0]));
/// let users = Universe { who: "internet users".into(), ..survey };
/// let refused = population.targets("sex", "XAA", &users, None).unwrap_err();
/// assert_eq!(refused.code(), "GKO-W724");
/// # Ok::<(), gko_weighting::population::PopulationError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Population {
    /// The file, as messages and the history name it.
    pub file: String,
    figures: Vec<Figure>,
}

/// The known values of one margin in one group, in the order of the file.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Targets {
    /// The margin.
    pub margin: String,
    /// The categories.
    pub categories: Vec<String>,
    /// Counts, or shares that add up to 1.
    pub values: Vec<f64>,
    /// Whether the values are shares.
    pub are_shares: bool,
    /// Standard errors of the values, where all of them are estimates.
    pub se: Option<Vec<f64>>,
    /// Where they come from.
    pub about: About,
    /// What made them fit, where they are of another universe.
    pub bridge: Option<Bridge>,
}

impl Population {
    /// Figures that were read, refused where one stands there twice.
    ///
    /// # Errors
    /// The same group, margin, category and universe twice.
    pub fn new(file: &str, figures: Vec<(String, Figure)>) -> Result<Self, PopulationError> {
        let mut seen = BTreeSet::new();
        for (place, figure) in &figures {
            let universe = &figure.about.universe;
            if !seen.insert((&figure.group, &figure.margin, &figure.category, universe)) {
                return Err(PopulationError::Twice {
                    file: file.to_owned(),
                    place: place.clone(),
                    group: figure.group.clone().unwrap_or_else(|| "every group".to_owned()),
                    margin: figure.margin.clone(),
                    category: figure.category.clone(),
                    universe: universe.to_string(),
                });
            }
        }
        let figures = figures.into_iter().map(|(_, figure)| figure).collect();
        Ok(Self { file: file.to_owned(), figures })
    }

    /// All figures, in the order of the file.
    #[must_use]
    pub fn figures(&self) -> &[Figure] {
        &self.figures
    }

    /// The targets of a margin in a group, for a survey of a universe.
    ///
    /// # Errors
    /// No such margin; figures of another universe and no bridge, or one that does
    /// not lead there; counts among shares, shares that do not add up to 1.
    pub fn targets(
        &self,
        margin: &str,
        group: &str,
        survey: &Universe,
        bridge: Option<&Bridge>,
    ) -> Result<Targets, PopulationError> {
        let all = self.of_margin(margin, group)?;
        let by_universe = |universe: &Universe| -> Vec<&Figure> {
            all.iter().filter(|figure| figure.about.universe == *universe).collect()
        };
        let own = by_universe(survey);
        let found: BTreeSet<&Universe> = all.iter().map(|figure| &figure.about.universe).collect();
        match bridge {
            None if own.is_empty() => Err(PopulationError::OtherUniverse {
                margin: margin.to_owned(),
                group: group.to_owned(),
                expected: survey.to_string(),
                found: found.iter().map(ToString::to_string).collect(),
            }),
            None => Targets::new(margin, group, &own),
            Some(bridge) => {
                let from = bridge.from(margin, &found, survey)?;
                bridge.applied(Targets::new(margin, group, &by_universe(from))?)
            }
        }
    }

    /// Figures of a margin for a group: its own, or those without a group; where there are
    /// none, those of the same columns crossed in another order.
    fn of_margin(&self, margin: &str, group: &str) -> Result<Vec<Figure>, PopulationError> {
        let of_group = |wanted: Option<&str>, take: &dyn Fn(&Figure) -> Option<Figure>| {
            let own = self.figures.iter().filter(|figure| figure.group.as_deref() == wanted);
            own.filter_map(take).collect::<Vec<Figure>>()
        };
        let same = |figure: &Figure| (figure.margin == margin).then(|| figure.clone());
        let crossed = |figure: &Figure| figure.crossed_as(margin);
        for take in [&same as &dyn Fn(&Figure) -> Option<Figure>, &crossed] {
            let own = of_group(Some(group), take);
            let all = if own.is_empty() { of_group(None, take) } else { own };
            if !all.is_empty() {
                return Ok(all);
            }
        }
        let here = |figure: &&Figure| figure.group.as_deref().is_none_or(|other| other == group);
        let valid: BTreeSet<String> =
            self.figures.iter().filter(here).map(|figure| figure.margin.clone()).collect();
        let (margin, group) = (margin.to_owned(), in_words(group));
        Err(PopulationError::NoMargin { margin, group, valid: valid.into_iter().collect() })
    }
}

impl Figure {
    /// The figure of the same columns crossed in the order of `margin`, if it is one.
    fn crossed_as(&self, margin: &str) -> Option<Self> {
        let own: Vec<&str> = self.margin.split(CROSSED).collect();
        let parts: Vec<&str> = self.category.split(CROSSED).collect();
        let wanted: Vec<&str> = margin.split(CROSSED).collect();
        if own.len() != wanted.len() || own.len() != parts.len() || own.len() < 2 {
            return None;
        }
        let part = |column: &&str| parts.get(own.iter().position(|one| one == column)?).copied();
        let category: Vec<&str> = wanted.iter().map(part).collect::<Option<_>>()?;
        let distinct: BTreeSet<&&str> = wanted.iter().collect();
        (distinct.len() == own.len()).then(|| Self {
            margin: margin.to_owned(),
            category: category.join(CROSSED),
            ..self.clone()
        })
    }
}

impl Targets {
    fn new(margin: &str, group: &str, figures: &[&Figure]) -> Result<Self, PopulationError> {
        let refuse = |message: &str| PopulationError::Shares {
            margin: margin.to_owned(),
            group: in_words(group),
            message: message.to_owned(),
        };
        let Some(first) = figures.first() else {
            return Err(refuse("are none"));
        };
        if figures.iter().any(|figure| figure.is_share != first.is_share) {
            return Err(refuse("are counts and shares; give one of both"));
        }
        let sum: f64 = figures.iter().map(|figure| figure.value).sum();
        if first.is_share && (sum - 1.0).abs() > 1e-6 {
            return Err(refuse(&format!("are shares that add up to {sum}, expected 1")));
        }
        let se: Option<Vec<f64>> = figures.iter().map(|figure| figure.se).collect();
        Ok(Self {
            margin: margin.to_owned(),
            categories: figures.iter().map(|figure| figure.category.clone()).collect(),
            values: figures.iter().map(|figure| figure.value).collect(),
            are_shares: first.is_share,
            se,
            about: first.about.clone(),
            bridge: None,
        })
    }

    /// The value of each category.
    #[must_use]
    pub fn by_category(&self) -> BTreeMap<&str, f64> {
        self.categories.iter().map(String::as_str).zip(self.values.iter().copied()).collect()
    }

    /// Multiplies all values and their errors; they are counts from then on.
    pub(crate) fn multiply(&mut self, factor: f64) {
        self.values.iter_mut().for_each(|value| *value *= factor);
        self.se.iter_mut().flatten().for_each(|se| *se *= factor);
        self.are_shares = false;
    }

    /// What the values add up to.
    #[must_use]
    pub fn total(&self) -> f64 {
        self.values.iter().sum()
    }
}

/// A group in a message; a file without groups has one without a name.
pub(crate) fn in_words(group: &str) -> String {
    if group.is_empty() { "the whole file".to_owned() } else { group.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::population::Fit;

    const CSV: &str = "country,margin,category,count,unit,age_min,age_max,universe,year,source
XAA,sex,boy,60,children,9,17,all,2025,census
XAA,sex,girl,40,children,9,17,all,2025,census
XAA,sex,boy,30,children,9,17,internet users,2025,survey
XAA,sex,girl,10,children,9,17,internet users,2025,survey
,area,urban,7,children,9,17,all,2025,census
";

    fn survey(who: &str) -> Universe {
        Universe { unit: "children".into(), ages: [9, 17], who: who.into() }
    }

    #[test]
    fn the_figures_of_the_surveys_own_universe_are_taken() {
        let population = Population::parse_csv(CSV, "p.csv").unwrap();
        let values = |who| population.targets("sex", "XAA", &survey(who), None).unwrap().values;
        assert_eq!((values("all"), values("internet users")), (vec![60.0, 40.0], vec![30.0, 10.0]));
        assert_eq!(population.targets("area", "XAB", &survey("all"), None).unwrap().total(), 7.0);
    }

    #[test]
    fn other_ages_are_another_universe() {
        let population = Population::parse_csv(CSV, "p.csv").unwrap();
        let older = Universe { ages: [12, 17], ..survey("all") };
        let refused = population.targets("sex", "XAA", &older, None).unwrap_err();
        assert_eq!(refused.code(), "GKO-W724");
        assert!(refused.to_string().contains("children 9 to 17 (all)"), "{refused}");
    }

    #[test]
    fn a_bridge_says_what_makes_figures_fit() {
        let population = Population::parse_csv(CSV, "p.csv").unwrap();
        let bridge = Bridge::new("all", Fit::Rate(0.5), "no census of users");
        let users = Universe { who: "internet users".into(), ..survey("all") };
        let targets = population.targets("area", "XAA", &users, Some(&bridge)).unwrap();
        assert_eq!((targets.values, targets.bridge), (vec![3.5], Some(bridge)));
        let nowhere = Bridge::new("some", Fit::AsTheyAre, "why not");
        let refused = population.targets("area", "XAA", &users, Some(&nowhere)).unwrap_err();
        assert_eq!(refused.code(), "GKO-W726");
    }

    #[test]
    fn columns_may_be_crossed_in_any_order() {
        let text =
            CSV.replace("sex,boy", "sex*area,boy*town").replace("sex,girl", "sex*area,girl*land");
        let population = Population::parse_csv(&text, "p.csv").unwrap();
        let targets = population.targets("area*sex", "XAA", &survey("all"), None).unwrap();
        assert_eq!(targets.categories, ["town*boy", "land*girl"]);
        assert_eq!((targets.margin.as_str(), targets.values), ("area*sex", vec![60.0, 40.0]));
        let other = population.targets("area*age", "XAA", &survey("all"), None).unwrap_err();
        assert_eq!(other.code(), "GKO-W723");
    }

    #[test]
    fn universes_that_differ_in_case_only_are_told() {
        let population = Population::parse_csv(CSV, "p.csv").unwrap();
        let refused = population.targets("area", "XAA", &survey("All"), None).unwrap_err();
        let hint = "they differ in upper and lower case only";
        assert!(refused.to_string().contains(hint), "{refused}");
        let users = population.targets("area", "XAA", &survey("users"), None).unwrap_err();
        assert!(!users.to_string().contains(hint), "{users}");
    }

    #[test]
    fn a_bridge_leads_somewhere_else() {
        let population = Population::parse_csv(CSV, "p.csv").unwrap();
        let said = |bridge: &Bridge| {
            population.targets("sex", "XAA", &survey("all"), Some(bridge)).unwrap_err().to_string()
        };
        let own = said(&Bridge::new("all", Fit::Rate(0.5), "why"));
        assert!(own.contains("begins at the survey's own universe"), "{own}");
        let mut turned = Bridge::new("internet users", Fit::Rate(0.5), "why");
        turned.ages = Some([17, 9]);
        assert!(said(&turned).contains("ages from 17 to 9"), "{}", said(&turned));
    }

    #[test]
    fn a_margin_that_is_not_there_is_refused_with_those_that_are() {
        let population = Population::parse_csv(CSV, "p.csv").unwrap();
        let refused = population.targets("age", "XAA", &survey("all"), None).unwrap_err();
        assert!(refused.to_string().contains("`area`, `sex`"), "{refused}");
    }
}
