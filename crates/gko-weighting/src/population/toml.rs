//! Population figures as a document.
//!
//! # Rule
//! ```toml
//! format = "gko-population/1"
//!
//! [[margin]]
//! margin = "sex"
//! group = "XAA"                 # left out where it serves every group
//! counts = { boy = 510, girl = 490 }      # or `shares`
//! se = { boy = 12, girl = 11 }            # where the figures are estimates
//! unit = "children"
//! ages = [9, 17]
//! who = "all"
//! year = 2025
//! source = "Census 2025, table 4"
//! ```

use std::collections::BTreeMap;

use serde::Deserialize;

use super::error::PopulationError;
use super::figures::{About, Figure, Population, Universe};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    format: Format,
    #[serde(default)]
    margin: Vec<Margin>,
}

#[derive(Deserialize)]
enum Format {
    #[serde(rename = "gko-population/1")]
    V1,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Margin {
    margin: String,
    group: Option<String>,
    counts: Option<BTreeMap<String, f64>>,
    shares: Option<BTreeMap<String, f64>>,
    #[serde(default)]
    se: BTreeMap<String, f64>,
    unit: String,
    ages: [u8; 2],
    who: String,
    year: u16,
    source: String,
}

impl Population {
    /// Reads figures from the text of a TOML document.
    ///
    /// # Errors
    /// No TOML, fields that are missing or have another name, a count or a share that
    /// is none, a figure twice.
    pub fn parse_toml(text: &str, file: &str) -> Result<Self, PopulationError> {
        let document: Document = toml::from_str(text).map_err(|error| {
            let message = error.message().to_owned();
            PopulationError::Malformed {
                file: file.to_owned(),
                place: place(text, &error),
                message,
            }
        })?;
        let Format::V1 = document.format;
        let mut figures = Vec::new();
        for (at, margin) in document.margin.into_iter().enumerate() {
            figures.append(&mut margin.figures(file, &format!("margin {}", at + 1))?);
        }
        Self::new(file, figures)
    }
}

/// The line of an error in a TOML text.
fn place(text: &str, error: &toml::de::Error) -> String {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    format!("line {}", before.matches('\n').count() + 1)
}

impl Margin {
    fn figures(self, file: &str, place: &str) -> Result<Vec<(String, Figure)>, PopulationError> {
        let universe = Universe { unit: self.unit, ages: self.ages, who: self.who };
        let about = About { universe, year: self.year, source: self.source };
        let malformed = |message: String| {
            let (file, place) = (file.to_owned(), place.to_owned());
            PopulationError::Malformed { file, place, message }
        };
        let (values, is_share) = match (self.counts, self.shares) {
            (Some(counts), None) => (counts, false),
            (None, Some(shares)) => (shares, true),
            _ => return Err(malformed("give either `counts` or `shares`".to_owned())),
        };
        if let Some(other) = self.se.keys().find(|category| !values.contains_key(*category)) {
            return Err(malformed(format!("`se` has a category `{other}` without a figure")));
        }
        let figure = |(category, value): (String, f64)| {
            let figure = Figure {
                group: self.group.clone(),
                margin: self.margin.clone(),
                se: self.se.get(&category).copied(),
                category,
                value,
                is_share,
                about: about.clone(),
            };
            Ok((place.to_owned(), figure.checked(file, place)?))
        };
        values.into_iter().map(figure).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ABOUT: &str =
        "unit = \"children\"\nages = [9, 17]\nwho = \"all\"\nyear = 2025\nsource = \"c\"\n";

    fn parse(margin: &str) -> Result<Population, PopulationError> {
        let text = format!(
            "format = \"gko-population/1\"\n[[margin]]\nmargin = \"sex\"\n{margin}\n{ABOUT}"
        );
        Population::parse_toml(&text, "p.toml")
    }

    #[test]
    fn a_document_has_the_figures_of_the_same_table() {
        let read = parse("counts = { boy = 5, girl = 6.5 }\nse = { girl = 2 }").unwrap();
        let csv = "margin,category,count,se,unit,age_min,age_max,universe,year,source\n\
                   sex,boy,5,,children,9,17,all,2025,c\nsex,girl,6.5,2,children,9,17,all,2025,c\n";
        let table = Population::parse_csv(csv, "p.csv").unwrap();
        assert_eq!(read.figures(), table.figures());
    }

    #[test]
    fn what_is_no_figure_is_refused_with_its_place() {
        let text = |margin: &str| parse(margin).unwrap_err().to_string();
        assert!(text("").starts_with("GKO-W720: p.toml, margin 1"), "{}", text(""));
        assert!(text("count = 4").starts_with("GKO-W720: p.toml, line 4"), "{}", text("count = 4"));
        assert!(text("counts = { boy = -1 }").starts_with("GKO-W721"));
        assert!(text("counts = { boy = 1 }\nse = { girl = 1 }").contains("`girl`"));
    }
}
