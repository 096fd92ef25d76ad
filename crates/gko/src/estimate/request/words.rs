//! Settings that the engine knows by name: a wrong one is refused with all that are valid.

use std::borrow::Cow;

use gko_survey::calibration::{Distance, EmptyCells};
use gko_survey::dist::mixture::Method;
use gko_survey::hypothesis::{EmptyLevels, GoodnessStatistic, RankScore, TableStatistic, Ties};
use gko_survey::regression::{Family, Link, TestMethod};
use gko_survey::{IntervalMethod, PAdjust, QuantileInterval, QuantileRule, ReplicateKind};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

macro_rules! word {
    ($(#[$doc:meta])* $name:ident: $of:ty, [$($word:literal),* $(,)?]) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub struct $name(pub(crate) $of);

        impl $name {
            /// The names that a request may use.
            pub const NAMES: &[&str] = &[$($word),*];
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                let text = String::deserialize(input)?;
                text.parse().map(Self).map_err(D::Error::custom)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, output: S) -> Result<S::Ok, S::Error> {
                output.serialize_str(self.0.as_str())
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "enum": [$($word),*] })
            }
        }
    };
}

word!(
    /// Interval of a share.
    IntervalWord: IntervalMethod,
    ["korn-graubard-nchs", "korn-graubard", "beta", "logit", "xlogit", "likelihood", "wilson",
     "asin", "t", "mean"]
);
word!(
    /// How a quantile is read off.
    QuantileRuleWord: QuantileRule,
    ["math", "school", "shahvaish", "hf1", "hf2", "hf3", "hf4", "hf5", "hf6", "hf7", "hf8", "hf9"]
);
word!(
    /// How the interval of a quantile is made.
    QuantileIntervalWord: QuantileInterval,
    ["mean", "beta", "xlogit", "asin", "score", "quantile"]
);
word!(
    /// Family of a generalised linear model.
    FamilyWord: Family,
    ["gaussian", "binomial", "quasibinomial", "poisson", "quasipoisson", "gamma"]
);
word!(
    /// Link of a generalised linear model.
    LinkWord: Link,
    ["identity", "logit", "probit", "log", "inverse", "cloglog"]
);
word!(
    /// Test of the terms of a model.
    TestMethodWord: TestMethod,
    ["wald", "working-wald", "working-lrt"]
);
word!(
    /// Tail of a weighted sum of chi-squared variables.
    TailWord: Method,
    ["satterthwaite", "saddlepoint", "integration"]
);

impl TailWord {
    pub(crate) fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

word!(
    /// Statistic of a test of independence.
    TableStatisticWord: TableStatistic,
    ["rao-scott-f", "rao-scott-chi-squared", "wald", "adjusted-wald", "saddlepoint",
     "linear-combination", "wls-score", "likelihood-ratio", "likelihood-ratio-chi-squared"]
);
word!(
    /// Statistic of a test of fit.
    GoodnessWord: GoodnessStatistic,
    ["pearson", "likelihood-ratio"]
);
word!(
    /// Score of a rank test.
    RankScoreWord: RankScore,
    ["wilcoxon", "van-der-waerden", "median"]
);
word!(
    /// Ranks of equal values.
    TiesWord: Ties,
    ["mean-in-order", "middle"]
);
word!(
    /// What a test does with levels that nobody has.
    EmptyLevelsWord: EmptyLevels,
    ["refuse", "drop"]
);
word!(
    /// Correction of p-values for several tests.
    PAdjustWord: PAdjust,
    ["none", "bonferroni", "holm", "benjamini-hochberg"]
);
word!(
    /// Distance between given and calibrated weights.
    DistanceWord: Distance,
    ["linear", "raking", "logit"]
);
word!(
    /// What post-stratification does with cells that nobody is in.
    EmptyCellsWord: EmptyCells,
    ["refuse", "leave-out"]
);
word!(
    /// How replicate weights are made.
    ReplicateWord: ReplicateKind,
    ["JK1", "JKn", "JK2", "BRR", "Fay", "bootstrap", "subbootstrap", "mrbbootstrap",
     "successive-difference", "ACS", "generalised-bootstrap", "generalized-bootstrap",
     "generalised-replication", "generalized-replication", "other"]
);

macro_rules! default_word {
    ($($name:ident: $of:ty),* $(,)?) => {
        $(impl Default for $name {
            fn default() -> Self {
                Self(<$of>::default())
            }
        })*
    };
}

default_word!(
    IntervalWord: IntervalMethod,
    QuantileRuleWord: QuantileRule,
    QuantileIntervalWord: QuantileInterval,
    TestMethodWord: TestMethod,
    TailWord: Method,
    TableStatisticWord: TableStatistic,
    GoodnessWord: GoodnessStatistic,
    RankScoreWord: RankScore,
    TiesWord: Ties,
    EmptyLevelsWord: EmptyLevels,
    PAdjustWord: PAdjust,
    DistanceWord: Distance,
    EmptyCellsWord: EmptyCells,
);

#[cfg(test)]
mod tests {
    use super::*;

    /// Every name that the schema lists is read, and every setting has one.
    macro_rules! agree {
        ($($name:ident: $of:ty),* $(,)?) => {
            $(
                for word in $name::NAMES {
                    assert!(word.parse::<$of>().is_ok(), "{word}");
                }
                for one in <$of>::ALL {
                    assert!($name::NAMES.contains(&one.as_str()), "{one}");
                }
            )*
        };
    }

    #[test]
    fn names_are_those_of_the_engine() {
        agree!(
            IntervalWord: IntervalMethod,
            QuantileRuleWord: QuantileRule,
            QuantileIntervalWord: QuantileInterval,
            FamilyWord: Family,
            LinkWord: Link,
            TestMethodWord: TestMethod,
            TailWord: Method,
            TableStatisticWord: TableStatistic,
            GoodnessWord: GoodnessStatistic,
            RankScoreWord: RankScore,
            TiesWord: Ties,
            EmptyLevelsWord: EmptyLevels,
            PAdjustWord: PAdjust,
            DistanceWord: Distance,
            EmptyCellsWord: EmptyCells,
            ReplicateWord: ReplicateKind,
        );
    }
}
