//! The statistics of a two-way table, by name.

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

named!(TableStatistic, "statistic of a table", {
    RaoScottF => "rao-scott-f",
    RaoScottChiSquared => "rao-scott-chi-squared",
    Wald => "wald",
    AdjustedWald => "adjusted-wald",
    Saddlepoint => "saddlepoint",
    LinearCombination => "linear-combination",
    WlsScore => "wls-score",
    LikelihoodRatio => "likelihood-ratio",
    LikelihoodRatioChiSquared => "likelihood-ratio-chi-squared",
});

impl TableStatistic {
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
