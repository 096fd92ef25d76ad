//! Settings of an estimate; each has one name, and the names are listed when one is wrong.

use crate::error::Error;
use crate::interval::IntervalError;

/// What to do with a stratum that has one PSU in the full design.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SinglePsu {
    /// Refuse, and list all such strata.
    #[default]
    Fail,
    /// The stratum contributes no variance: standard errors are too small.
    Remove,
    /// The PSU was in the sample with certainty and contributes no variance.
    Certainty,
    /// The PSU is compared with the grand mean: conservative.
    Adjust,
    /// The stratum contributes what the others do on average.
    Average,
}

named!(SinglePsu, "rule for single PSUs", {
    Fail => "fail",
    Remove => "remove",
    Certainty => "certainty",
    Adjust => "adjust",
    Average => "average",
});

/// How a confidence interval is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum IntervalMethod {
    /// Clopper-Pearson on the effective n, adjusted for degrees of freedom and
    /// capped at n (NCHS 2017).
    #[default]
    KornGraubardNchs,
    /// The same without the cap, and with t at the domain's rows - 1: R survey's
    /// `svyciprop(method = "beta")`.
    KornGraubard,
    /// Wald on the logit scale; with replicates, by the replicates of the logit.
    Logit,
    /// Wald on the logit scale, always with the linearised standard error.
    XLogit,
    /// By the profile of the working likelihood, scaled by the design effect.
    Likelihood,
    /// The score interval at the effective sample size.
    Wilson,
    /// Wald on the scale of the arcsine of the square root.
    Asin,
    /// Estimate ± t·SE. The only one for means; a share's may leave [0, 1].
    T,
}

named!(IntervalMethod, "interval method", {
    KornGraubardNchs => "korn-graubard-nchs",
    KornGraubard => "korn-graubard" | "beta",
    Logit => "logit",
    XLogit => "xlogit",
    Likelihood => "likelihood",
    Wilson => "wilson",
    Asin => "asin",
    T => "t" | "mean",
});

/// Settings of all estimates of one call.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// Confidence level, between 0 and 1.
    pub level: f64,
    /// Interval of a share; a mean always has [`IntervalMethod::T`].
    pub interval: IntervalMethod,
    /// Rule for strata with one PSU.
    pub single_psu: SinglePsu,
}

impl Default for Options {
    /// 95 %, Korn-Graubard as NCHS has it, strata with one PSU refused.
    fn default() -> Self {
        Self { level: 0.95, interval: IntervalMethod::default(), single_psu: SinglePsu::default() }
    }
}

impl Options {
    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.interval == IntervalMethod::Likelihood {
            return Err(Error::Interval(IntervalError::LikelihoodOfTotals));
        }
        tail(self.level).map(|_| ())
    }

    /// Probability beyond each end of an interval.
    pub(crate) fn tail(&self) -> f64 {
        (1.0 - self.level) / 2.0
    }
}

/// Probability beyond each end at a level.
pub(crate) fn tail(level: f64) -> Result<f64, Error> {
    let valid = level > 0.0 && level < 1.0;
    if valid { Ok((1.0 - level) / 2.0) } else { Err(Error::InvalidLevel { level }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_back_and_listed() {
        for one in SinglePsu::ALL {
            assert_eq!(one.as_str().parse(), Ok(one));
            assert!(SinglePsu::NAMES.contains(one.as_str()));
        }
        for one in IntervalMethod::ALL {
            assert_eq!(one.as_str().parse(), Ok(one));
            assert!(IntervalMethod::NAMES.contains(one.as_str()));
        }
    }

    #[test]
    fn an_unknown_name_is_refused_with_the_valid_ones() {
        let refused = "wald".parse::<IntervalMethod>().unwrap_err();
        assert_eq!(refused.code(), "GKO-S042");
        assert!(refused.to_string().contains("korn-graubard-nchs"));
    }

    #[test]
    fn a_level_that_is_none_is_refused() {
        for level in [0.0, 1.0, 95.0, f64::NAN] {
            let options = Options { level, ..Options::default() };
            assert_eq!(options.check().unwrap_err().code(), "GKO-S041");
        }
    }
}
