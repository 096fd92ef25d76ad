//! The statistics of a two-way table, by name.

use std::fmt;
use std::str::FromStr;

use crate::error::Error;

/// How independence in a two-way table is tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum TableStatistic {
    /// Pearson's X² over its mean, against F: Rao & Scott's second order. R's `"F"`.
    #[default]
    RaoScottF,
    /// Pearson's X² over the mean eigenvalue, against chi-square: first order. R's `"Chisq"`.
    RaoScottChiSquared,
    /// Wald's statistic against F with the degrees of freedom of the design. R's `"Wald"`.
    Wald,
    /// The same with Fellegi's correction for few degrees of freedom. R's `"adjWald"`.
    AdjustedWald,
    /// Pearson's X² against its own distribution, by saddlepoint. R's `"saddlepoint"`,
    /// with its cut of the denominator's degrees of freedom to a whole number, which
    /// makes p-values too large where the design has few. Prefer the next.
    Saddlepoint,
    /// Pearson's X² against its own distribution, by integration: exact. R's `"lincom"`.
    LinearCombination,
    /// The working least squares score statistic as R 4.5 has it: `"wls-score"`.
    WlsScore,
    /// The deviance G² with Rao & Scott's second-order correction.
    LikelihoodRatio,
    /// The deviance G² with Rao & Scott's first-order correction.
    LikelihoodRatioChiSquared,
}

impl TableStatistic {
    const NAMES: &'static str = "rao-scott-f, rao-scott-chi-squared, wald, adjusted-wald, \
        saddlepoint, linear-combination, wls-score, likelihood-ratio, likelihood-ratio-chi-squared";

    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::RaoScottF,
        Self::RaoScottChiSquared,
        Self::Wald,
        Self::AdjustedWald,
        Self::Saddlepoint,
        Self::LinearCombination,
        Self::WlsScore,
        Self::LikelihoodRatio,
        Self::LikelihoodRatioChiSquared,
    ];

    /// The name used in settings and results.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RaoScottF => "rao-scott-f",
            Self::RaoScottChiSquared => "rao-scott-chi-squared",
            Self::Wald => "wald",
            Self::AdjustedWald => "adjusted-wald",
            Self::Saddlepoint => "saddlepoint",
            Self::LinearCombination => "linear-combination",
            Self::WlsScore => "wls-score",
            Self::LikelihoodRatio => "likelihood-ratio",
            Self::LikelihoodRatioChiSquared => "likelihood-ratio-chi-squared",
        }
    }

    /// The test in words.
    pub(crate) fn in_words(self) -> &'static str {
        match self {
            Self::RaoScottF => "Pearson's chi-square, Rao-Scott second order",
            Self::RaoScottChiSquared => "Pearson's chi-square, Rao-Scott first order",
            Self::Wald => "Wald test of independence",
            Self::AdjustedWald => "adjusted Wald test of independence",
            Self::Saddlepoint => "Pearson's chi-square, saddlepoint approximation",
            Self::LinearCombination => "Pearson's chi-square, linear combination of chi-squares",
            Self::WlsScore => "working least squares score test of independence",
            Self::LikelihoodRatio => "likelihood ratio, Rao-Scott second order",
            Self::LikelihoodRatioChiSquared => "likelihood ratio, Rao-Scott first order",
        }
    }

    pub(crate) fn name_of_statistic(self) -> &'static str {
        match self {
            Self::RaoScottChiSquared | Self::Saddlepoint | Self::LinearCombination => "X-squared",
            Self::LikelihoodRatioChiSquared => "G-squared",
            _ => "F",
        }
    }

    pub(crate) fn is_wald(self) -> bool {
        matches!(self, Self::Wald | Self::AdjustedWald | Self::WlsScore)
    }

    pub(crate) fn is_deviance(self) -> bool {
        matches!(self, Self::LikelihoodRatio | Self::LikelihoodRatioChiSquared)
    }
}

impl fmt::Display for TableStatistic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for TableStatistic {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        let found = Self::ALL.into_iter().find(|one| one.as_str() == name);
        let (setting, got, valid) = ("statistic of a table", name.to_owned(), Self::NAMES);
        found.ok_or(Error::UnknownName { setting, got, valid })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_back_and_listed() {
        for one in TableStatistic::ALL {
            assert_eq!(one.as_str().parse(), Ok(one));
            assert!(TableStatistic::NAMES.contains(one.as_str()));
        }
        let refused = "fisher".parse::<TableStatistic>().unwrap_err();
        assert!(refused.to_string().contains("adjusted-wald"));
    }
}
