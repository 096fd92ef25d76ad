//! Which columns of an export are no answers: id, stratum, PSU, weight, link.

use gko_codebook::Unit;

/// The roles of the columns that make the design of one unit's files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Who the rows are.
    pub unit: Unit,
    /// Identifies a respondent within country and wave; without one copies of a
    /// row cannot be found, which is a finding.
    pub id: Option<String>,
    /// The stratum; without one each country is a single stratum.
    pub stratum: Option<String>,
    /// The primary sampling unit; without one every row is a unit of its own.
    pub psu: Option<String>,
    /// The weight; without one every row counts alike, which is a finding.
    pub weight: Option<String>,
    /// What the weights sum to.
    pub weight_scale: WeightScale,
    /// Whether a PSU label means the same unit in two strata.
    pub psu_labels: PsuLabels,
    /// What happens to a row without a weight.
    pub missing_weight: MissingWeight,
    /// The column of a parent's row that holds the child's id.
    pub link: Option<String>,
}

/// What the weights of one country sum to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WeightScale {
    /// The size of the population.
    Population,
    /// The size of the sample, which is the same as a mean of one.
    MeanOne,
    /// Nothing in particular.
    Relative,
}

impl WeightScale {
    /// The words a pipeline may use.
    pub const WORDS: [(&'static str, Self); 4] = [
        ("population", Self::Population),
        ("sample-size", Self::MeanOne),
        ("mean-one", Self::MeanOne),
        ("relative", Self::Relative),
    ];
}

/// Whether PSU labels are local to their stratum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PsuLabels {
    /// The same label in two strata means two PSUs.
    NestedInStratum,
    /// A label is unique in a country; one that occurs in two strata is an error.
    Unique,
}

impl PsuLabels {
    /// The words a pipeline may use.
    pub const WORDS: [(&'static str, Self); 2] =
        [("nested", Self::NestedInStratum), ("unique", Self::Unique)];
}

/// What happens to a row without a weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MissingWeight {
    /// The file is refused.
    Refuse,
    /// The row is excluded, and counted.
    Exclude,
}

impl MissingWeight {
    /// The words a pipeline may use.
    pub const WORDS: [(&'static str, Self); 2] =
        [("refuse", Self::Refuse), ("exclude", Self::Exclude)];
}

impl Layout {
    /// Children identified by a column, without strata, PSUs and weights.
    #[must_use]
    pub fn unweighted(id: &str) -> Self {
        Self {
            unit: Unit::Child,
            id: Some(id.to_owned()),
            stratum: None,
            psu: None,
            weight: None,
            weight_scale: WeightScale::Relative,
            psu_labels: PsuLabels::NestedInStratum,
            missing_weight: MissingWeight::Refuse,
            link: None,
        }
    }

    /// Children with a full design: columns of the id, stratum, PSU and weight.
    #[must_use]
    pub fn design(id: &str, stratum: &str, psu: &str, weight: &str) -> Self {
        Self {
            stratum: Some(stratum.to_owned()),
            psu: Some(psu.to_owned()),
            weight: Some(weight.to_owned()),
            ..Self::unweighted(id)
        }
    }

    /// The same columns for parents.
    #[must_use]
    pub fn of(mut self, unit: Unit) -> Self {
        self.unit = unit;
        self
    }

    /// Every column that has a role.
    pub(crate) fn columns(&self) -> Vec<&str> {
        let columns = [&self.id, &self.stratum, &self.psu, &self.weight, &self.link];
        columns.into_iter().filter_map(|column| column.as_deref()).collect()
    }
}
