//! What is estimated.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::estimate::request::Scalar;
use crate::estimate::request::words::{
    EmptyLevelsWord, FamilyWord, GoodnessWord, IntervalWord, LinkWord, PAdjustWord,
    QuantileIntervalWord, QuantileRuleWord, RankScoreWord, TableStatisticWord, TailWord,
    TestMethodWord, TiesWord,
};

/// The analysis: exactly one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Analysis {
    /// Means of numbers; for a factor the share of each level. R's `svymean`.
    Mean(Of),
    /// Totals of numbers; for a factor the number of people of each level. R's `svytotal`.
    Total(Of),
    /// Ratios of totals. R's `svyratio`.
    Ratio(RatioOf),
    /// Shares of levels, or of the ones of a column of 0 and 1, with an interval
    /// made for shares. R's `svyciprop`.
    Share(ShareOf),
    /// Quantiles. R's `svyquantile`.
    Quantile(QuantileOf),
    /// The distribution function at given points. R's `svycdf`.
    Cdf(CdfOf),
    /// Variances of the population, and covariances between the columns. R's `svyvar`.
    Variance(Of),
    /// Correlations between the columns.
    Correlation(Of),
    /// A table of counts or shares of one or more factors. R's `svytable`.
    Table(TableOf),
    /// Differences, sums and ratios of estimates. R's `svycontrast`.
    Contrast(ContrastOf),
    /// Means, totals, ratios or regressions of columns that were imputed several
    /// times, or of plausible values, combined by Rubin's rules.
    Imputed(ImputedOf),
    /// All pairs of domains compared, with p-values adjusted for their number.
    Compare(CompareOf),
    /// Independence of two factors. R's `svychisq`.
    ChiSquared(ChiSquaredOf),
    /// Shares of a factor against given ones. R's `svygofchisq`.
    GoodnessOfFit(GoodnessOf),
    /// A mean against a number, or of two groups. R's `svyttest`.
    TTest(TTestOf),
    /// Ranks of two or more groups. R's `svyranktest`.
    RankTest(RankTestOf),
    /// Generalised linear models. R's `svyglm`.
    Regression(RegressionOf),
    /// Proportional odds of an ordered factor. R's `svyolr`.
    Ordinal(OrdinalOf),
    /// Log-linear models of a table. R's `svyloglin`.
    LogLinear(LogLinearOf),
    /// Cronbach's alpha. R's `svycralpha`.
    Alpha(Of),
    /// Cohen's kappa of two factors with the same levels. R's `svykappa`.
    Kappa(KappaOf),
}

impl Analysis {
    /// The name that the request uses.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Mean(_) => "mean",
            Self::Total(_) => "total",
            Self::Ratio(_) => "ratio",
            Self::Share(_) => "share",
            Self::Quantile(_) => "quantile",
            Self::Cdf(_) => "cdf",
            Self::Variance(_) => "variance",
            Self::Correlation(_) => "correlation",
            Self::Table(_) => "table",
            Self::Contrast(_) => "contrast",
            Self::Imputed(_) => "imputed",
            Self::Compare(_) => "compare",
            Self::ChiSquared(_) => "chi_squared",
            Self::GoodnessOfFit(_) => "goodness_of_fit",
            Self::TTest(_) => "t_test",
            Self::RankTest(_) => "rank_test",
            Self::Regression(_) => "regression",
            Self::Ordinal(_) => "ordinal",
            Self::LogLinear(_) => "log_linear",
            Self::Alpha(_) => "alpha",
            Self::Kappa(_) => "kappa",
        }
    }

    /// Whether there is an answer, a null, for a domain without rows: models, tests
    /// and comparisons have none.
    pub(crate) fn has_empty(&self) -> bool {
        match self {
            Self::Imputed(spec) => !matches!(spec.of, Repeated::Regression(_)),
            Self::Contrast(_)
            | Self::Compare(_)
            | Self::ChiSquared(_)
            | Self::GoodnessOfFit(_)
            | Self::TTest(_)
            | Self::RankTest(_)
            | Self::Regression(_)
            | Self::Ordinal(_)
            | Self::LogLinear(_) => false,
            _ => true,
        }
    }
}

/// The columns of an analysis.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Of {
    /// The columns.
    pub of: Vec<String>,
}

/// Numerators and denominators.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct RatioOf {
    /// The columns above the line.
    pub numerators: Vec<String>,
    /// The columns below the line; each numerator is divided by each.
    pub denominators: Vec<String>,
    /// A ratio of its own for each stratum of the first stage: R's `separate = TRUE`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub separate: bool,
}

/// Columns whose shares are wanted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ShareOf {
    /// Factors, or columns of 0 and 1.
    pub of: Vec<String>,
    /// How the interval is made.
    #[serde(default)]
    pub interval: IntervalWord,
}

/// Quantiles of columns.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct QuantileOf {
    /// The columns.
    pub of: Vec<String>,
    /// Probabilities from 0 to 1.
    pub probabilities: Vec<f64>,
    /// How a quantile is read off.
    #[serde(default)]
    pub rule: QuantileRuleWord,
    /// How its interval is made.
    #[serde(default)]
    pub interval: QuantileIntervalWord,
}

/// A distribution function.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct CdfOf {
    /// The column.
    pub of: String,
    /// Where it is wanted.
    pub points: Vec<f64>,
    /// How the interval is made.
    #[serde(default)]
    pub interval: IntervalWord,
}

/// A table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct TableOf {
    /// The factors.
    pub of: Vec<String>,
    /// Shares within the groups that these of the factors make, and not counts;
    /// an empty list gives shares of the whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shares_within: Option<Vec<String>>,
    /// Counts scaled to this sum.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<f64>,
}

/// Functions of estimates by domain.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ContrastOf {
    /// What is estimated in every domain of `by`.
    pub of: Contrasted,
    /// The functions.
    pub contrasts: Vec<ContrastSpec>,
}

/// Estimates that contrasts are made of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Contrasted {
    /// Means.
    Mean(Of),
    /// Totals.
    Total(Of),
    /// Ratios.
    Ratio(RatioOf),
}

/// What is estimated once an imputation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Repeated {
    /// Means.
    Mean(Of),
    /// Totals.
    Total(Of),
    /// Ratios.
    Ratio(RatioOf),
    /// Coefficients of a generalised linear model, without tests, margins and
    /// predictions.
    Regression(RegressionOf),
}

/// Columns that were imputed several times.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ImputedOf {
    /// What is estimated, by names of the file or of `columns`.
    pub of: Repeated,
    /// For each new name the columns of its imputations; all have as many.
    pub columns: BTreeMap<String, Vec<String>>,
}

/// One function of estimates.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ContrastSpec {
    /// Its name.
    pub name: String,
    /// How it is made.
    pub from: ContrastFrom,
}

/// How a contrast is made. An estimate is named by the levels of its domain,
/// joined with a point, and where several columns are estimated by `:` and the
/// term behind them (`A:hours`); without `by` by the term alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ContrastFrom {
    /// A sum with these coefficients.
    Sum(BTreeMap<String, f64>),
    /// One estimate divided by another.
    Ratio(String, String),
}

/// Pairs of domains.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct CompareOf {
    /// The column whose means are compared.
    pub of: String,
    /// How p-values are adjusted.
    #[serde(default)]
    pub p_adjust: PAdjustWord,
}

/// A test of independence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ChiSquaredOf {
    /// The rows of the table.
    pub rows: String,
    /// The columns of the table.
    pub columns: String,
    /// The statistic.
    #[serde(default)]
    pub statistic: TableStatisticWord,
    /// What to do with levels that nobody has.
    #[serde(default)]
    pub empty_levels: EmptyLevelsWord,
}

/// A test of fit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct GoodnessOf {
    /// The factor.
    pub of: String,
    /// The part of each level, on any scale.
    pub probabilities: BTreeMap<String, f64>,
    /// The statistic.
    #[serde(default)]
    pub statistic: GoodnessWord,
}

/// A t test.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct TTestOf {
    /// The column.
    pub of: String,
    /// The factor of two levels; one sample without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub groups: Option<String>,
    /// The value of the mean or difference that is tested.
    #[serde(default)]
    pub null: f64,
}

/// A rank test.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct RankTestOf {
    /// The column.
    pub of: String,
    /// The factor.
    pub groups: String,
    /// The score.
    #[serde(default)]
    pub score: RankScoreWord,
    /// Ranks of equal values.
    #[serde(default)]
    pub ties: TiesWord,
    /// What to do with levels that nobody has.
    #[serde(default)]
    pub empty_levels: EmptyLevelsWord,
}

/// What stands on the right of a model.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct TermsSpec {
    /// The terms: `age`, `sex:age` for a product alone, `sex*age` for a product
    /// with its parts.
    pub of: Vec<String>,
    /// Whether there is no intercept.
    pub no_intercept: bool,
    /// Reference levels of factors; the first without.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub references: BTreeMap<String, String>,
}

/// A generalised linear model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct RegressionOf {
    /// The response; a factor of two levels counts its second as 1.
    pub response: String,
    /// The terms.
    pub terms: TermsSpec,
    /// The family.
    #[serde(default = "gaussian")]
    pub family: FamilyWord,
    /// The link; that of the family without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<LinkWord>,
    /// A column that enters with coefficient 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<String>,
    /// When the iteration ends.
    #[serde(default)]
    pub stop: StopSpec,
    /// Terms that are tested.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tests: Vec<TermTestSpec>,
    /// Mean responses if all rows had a level, and effects of variables.
    #[serde(default, skip_serializing_if = "MarginsSpec::is_empty")]
    pub margins: MarginsSpec,
    /// Rows to predict: a value for every variable of the model.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub predict: Vec<BTreeMap<String, Scalar>>,
    /// Whether predictions are on the scale of the link.
    #[serde(default)]
    pub predict_link: bool,
}

/// When the iteration of a model ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum StopSpec {
    /// At the limit.
    #[default]
    Limit,
    /// Where R's `glm.control()` ends, about one step earlier: standard errors
    /// differ by up to 1e-5 of their size.
    AsR,
}

fn gaussian() -> FamilyWord {
    FamilyWord(gko_survey::regression::Family::Gaussian)
}

/// A test of terms.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct TermTestSpec {
    /// The terms, tested together.
    pub of: Vec<String>,
    /// The method.
    #[serde(default)]
    pub method: TestMethodWord,
    /// How the tail of the statistic is worked out, for methods other than `wald`.
    #[serde(default, skip_serializing_if = "TailWord::is_default")]
    pub tail: TailWord,
}

/// Margins of a model.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct MarginsSpec {
    /// Factors for whose levels the mean response is wanted.
    pub means: Vec<String>,
    /// Variables whose effect is wanted.
    pub effects: Vec<String>,
    /// Factors for predictive means as R's `svypredmeans` has them; they may be no
    /// term of the model.
    pub predictive_means: Vec<String>,
}

impl MarginsSpec {
    fn is_empty(&self) -> bool {
        self.means.is_empty() && self.effects.is_empty() && self.predictive_means.is_empty()
    }
}

/// A proportional odds model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct OrdinalOf {
    /// The ordered factor.
    pub response: String,
    /// The terms.
    pub terms: TermsSpec,
    /// Terms that are tested.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tests: Vec<TermTestSpec>,
}

/// A log-linear model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct LogLinearOf {
    /// The factors of the table.
    pub of: Vec<String>,
    /// The terms.
    pub terms: Vec<String>,
    /// The terms of a second model of the same table, against which the first is tested.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub against: Option<Vec<String>>,
}

/// Two ratings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct KappaOf {
    /// The first rating.
    pub first: String,
    /// The second rating.
    pub second: String,
    /// How far disagreement counts.
    #[serde(default)]
    pub agreement: AgreementSpec,
}

/// How far disagreement counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum AgreementSpec {
    /// In full.
    #[default]
    Exact,
    /// More with each step.
    Linear,
    /// More with the square of the steps.
    Quadratic,
}
