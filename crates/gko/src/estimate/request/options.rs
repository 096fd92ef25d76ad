//! Choices that hold for the whole answer.

use gko_survey::Df;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Level, degrees of freedom, and what is wanted beside the estimates.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct OptionsSpec {
    /// Confidence level.
    pub level: f64,
    /// Degrees of freedom of intervals and tests.
    pub df: DfSpec,
    /// Design effects of means, totals and ratios.
    pub deff: DeffSpec,
    /// Whether the covariance of all estimates is wanted.
    pub covariance: bool,
}

impl Default for OptionsSpec {
    fn default() -> Self {
        Self { level: 0.95, df: DfSpec::Design, deff: DeffSpec::None, covariance: false }
    }
}

/// Design effects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DeffSpec {
    /// None.
    #[default]
    None,
    /// Against simple random sampling without replacement: R's `deff = TRUE`.
    WithoutReplacement,
    /// Against simple random sampling with replacement: R's `deff = "replace"`.
    WithReplacement,
}

/// Degrees of freedom.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DfSpec {
    /// PSUs minus strata of the whole design: R's `degf(design)`.
    #[default]
    Design,
    /// The same of each domain.
    Domain,
    /// Infinitely many: the normal distribution.
    Infinite,
    /// These.
    Number(f64),
}

impl From<DfSpec> for Df {
    fn from(spec: DfSpec) -> Self {
        match spec {
            DfSpec::Design => Self::Design,
            DfSpec::Domain => Self::Domain,
            DfSpec::Infinite => Self::Infinite,
            DfSpec::Number(df) => Self::Given(df),
        }
    }
}
