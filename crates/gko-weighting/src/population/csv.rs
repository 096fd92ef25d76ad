//! Population figures as a table.
//!
//! # Rule
//! One row a figure, in columns of any order:
//!
//! | column | |
//! |---|---|
//! | `country` or `group` | left out, or blank, where the figure serves every group |
//! | `margin`, `category` | names of columns and their categories, crossings joined by `*` |
//! | `count` or `share` | one of both in a row |
//! | `se` | where the figure is itself an estimate; may be left out |
//! | `unit`, `age_min`, `age_max`, `universe` | whom the figure is about |
//! | `year`, `source` | where it comes from |

use serde::Deserialize;

use super::error::PopulationError;
use super::figures::{About, Figure, Population, Universe};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    #[serde(default, alias = "country")]
    group: Option<String>,
    margin: String,
    category: String,
    #[serde(default)]
    count: Option<f64>,
    #[serde(default)]
    share: Option<f64>,
    #[serde(default)]
    se: Option<f64>,
    unit: String,
    age_min: u8,
    age_max: u8,
    universe: String,
    year: u16,
    source: String,
}

impl Population {
    /// Reads figures from the text of a CSV file.
    ///
    /// # Errors
    /// A header that lacks a column or has one of another name, a row that cannot be
    /// read, a count or a share that is none, a figure twice.
    pub fn parse_csv(text: &str, file: &str) -> Result<Self, PopulationError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut reader =
            csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
        let headers = reader.headers().map_err(|error| malformed(file, &error))?.clone();
        let mut figures = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|error| malformed(file, &error))?;
            let line = record.position().map_or(0, csv::Position::line);
            let row: Row =
                record.deserialize(Some(&headers)).map_err(|error| malformed(file, &error))?;
            let place = format!("line {line}");
            figures.push((place.clone(), row.figure(file, &place)?));
        }
        Self::new(file, figures)
    }
}

fn malformed(file: &str, error: &csv::Error) -> PopulationError {
    let line = error.position().map_or(1, csv::Position::line);
    let message = format!(
        "{error}; expected the columns margin, category, count or share, unit, age_min, age_max, universe, year, source and, where needed, country or group, se"
    );
    PopulationError::Malformed { file: file.to_owned(), place: format!("line {line}"), message }
}

impl Row {
    fn figure(self, file: &str, place: &str) -> Result<Figure, PopulationError> {
        let (value, is_share) = match (self.count, self.share) {
            (Some(count), None) => (count, false),
            (None, Some(share)) => (share, true),
            _ => {
                let message = "give either a count or a share".to_owned();
                let (file, place) = (file.to_owned(), place.to_owned());
                return Err(PopulationError::Malformed { file, place, message });
            }
        };
        let ages = [self.age_min, self.age_max];
        let universe = Universe { unit: self.unit, ages, who: self.universe };
        let figure = Figure {
            group: self.group.filter(|group| !group.is_empty()),
            margin: self.margin,
            category: self.category,
            value,
            is_share,
            se: self.se,
            about: About { universe, year: self.year, source: self.source },
        };
        figure.checked(file, place)
    }
}

impl Figure {
    /// The figure, where its numbers are ones that a population can have.
    pub(super) fn checked(self, file: &str, place: &str) -> Result<Self, PopulationError> {
        let refuse = |what, expected, got: String| {
            let (file, place) = (file.to_owned(), place.to_owned());
            Err(PopulationError::InvalidFigure { file, place, what, expected, got })
        };
        let [from, to] = self.about.universe.ages;
        if !(self.value.is_finite() && self.value >= 0.0) {
            return refuse("the figure", "a finite number of at least 0", self.value.to_string());
        }
        if self.is_share && self.value > 1.0 {
            return refuse(
                "the share",
                "at most 1; shares are not per cent",
                self.value.to_string(),
            );
        }
        if self.se.is_some_and(|se| !(se.is_finite() && se >= 0.0)) {
            return refuse(
                "the standard error",
                "a finite number of at least 0",
                self.se.map_or_else(String::new, |se| se.to_string()),
            );
        }
        if from > to {
            return refuse(
                "the range of ages",
                "from the youngest to the oldest",
                format!("{from} to {to}"),
            );
        }
        if self.about.source.trim().is_empty() {
            return refuse("the source", "who published the figure, and where", "blank".to_owned());
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "margin,category,count,share,unit,age_min,age_max,universe,year,source\n";

    fn code(row: &str) -> &'static str {
        Population::parse_csv(&format!("{HEADER}{row}\n"), "p.csv").unwrap_err().code()
    }

    #[test]
    fn rows_that_are_no_figures_are_refused_with_their_line() {
        assert_eq!(code("sex,boy,,,children,9,17,all,2025,census"), "GKO-W720");
        assert_eq!(code("sex,boy,5,0.5,children,9,17,all,2025,census"), "GKO-W720");
        assert_eq!(code("sex,boy,many,,children,9,17,all,2025,census"), "GKO-W720");
        assert_eq!(code("sex,boy,-5,,children,9,17,all,2025,census"), "GKO-W721");
        assert_eq!(code("sex,boy,inf,,children,9,17,all,2025,census"), "GKO-W721");
        assert_eq!(code("sex,boy,,51,children,9,17,all,2025,census"), "GKO-W721");
        assert_eq!(code("sex,boy,5,,children,17,9,all,2025,census"), "GKO-W721");
        assert_eq!(code("sex,boy,5,,children,9,17,all,2025, "), "GKO-W721");
        let twice = "sex,boy,5,,children,9,17,all,2025,a\nsex,boy,6,,children,9,17,all,2026,b";
        let refused = Population::parse_csv(&format!("{HEADER}{twice}\n"), "p.csv").unwrap_err();
        assert!(refused.to_string().starts_with("GKO-W722: p.csv, line 3"), "{refused}");
    }

    #[test]
    fn a_header_that_lacks_a_column_is_refused() {
        let refused = Population::parse_csv("margin,category\nsex,boy\n", "p.csv").unwrap_err();
        assert!(
            refused.code() == "GKO-W720" && refused.to_string().contains("line 2"),
            "{refused}"
        );
        assert_eq!(Population::parse_csv("", "p.csv").unwrap().figures(), []);
    }
}
