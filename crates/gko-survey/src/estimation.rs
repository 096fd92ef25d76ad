//! The result of one call: values, their covariance, and what they rest on.

use crate::Matrix;
use crate::dist::student;
use crate::error::Error;
use crate::estimate::Absent;
use crate::options::SinglePsu;

/// One of the values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Position of the domain.
    pub domain: usize,
    /// Name of the value.
    pub term: String,
}

/// What the values of a domain rest on.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Basis {
    /// Rows of positive weight.
    pub n: u64,
    /// Rows taken out of the domain since a value was missing.
    pub excluded: u64,
    /// Sum of the weights.
    pub sum_weights: f64,
    /// Kish's effective n, `(sum of w)² / sum of w²`.
    pub kish_n: f64,
    /// Degrees of freedom of the domain.
    pub df: f64,
    /// Why there are no values, if so: they are NaN then.
    pub absent: Option<Absent>,
}

/// How the covariance was worked out.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum VarianceBasis {
    /// Taylor linearisation.
    Taylor {
        /// Rule for strata with one unit.
        single_psu: SinglePsu,
        /// Rule for strata that a domain reduces to one unit.
        domain_single_psu: Option<SinglePsu>,
        /// Strata of the full design with one PSU, to which the rule was applied.
        single_psu_strata: usize,
        /// Adjustments of the weights (calibrations) that entered the variance.
        adjustments: usize,
    },
    /// Replicate weights.
    Replicates {
        /// Name of the method.
        kind: String,
        /// Replicates.
        replicates: usize,
        /// Replicates without a value, left out of the variance.
        dropped: usize,
        /// Whether the squares are about the full-sample value.
        mse: bool,
    },
}

/// Which degrees of freedom an interval or test takes.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Df {
    /// Those of the full design, as R's `degf(design)` and by-group calls.
    #[default]
    Design,
    /// Those of the domain.
    Domain,
    /// Infinitely many: the normal distribution.
    Infinite,
    /// These.
    Given(f64),
}

/// Values, covariance and what they rest on.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimation {
    pub(crate) entries: Vec<Entry>,
    pub(crate) values: Vec<f64>,
    pub(crate) covariance: Matrix,
    pub(crate) design_df: f64,
    pub(crate) bases: Vec<Basis>,
    pub(crate) variance: VarianceBasis,
    pub(crate) replicates: Option<Matrix>,
}

impl Estimation {
    /// Refuses a value or variance of a filled domain that is infinite; NaN is how
    /// a figure says that it does not exist.
    pub(crate) fn check_finite(&self) -> Result<(), Error> {
        for (at, entry) in self.entries.iter().enumerate() {
            let filled = self.bases[entry.domain].absent.is_none();
            let pair = [self.values[at], self.covariance[(at, at)]];
            if filled && pair.iter().any(|number| number.is_infinite()) {
                return Err(Error::TooLarge { term: entry.term.clone() });
            }
        }
        Ok(())
    }

    /// Position of a term in a domain.
    #[must_use]
    pub fn position(&self, domain: usize, term: &str) -> Option<usize> {
        self.entries.iter().position(|entry| entry.domain == domain && entry.term == term)
    }

    /// What each value is.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The values, domain by domain; NaN where a domain is empty.
    #[must_use]
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// Covariance between all values.
    #[must_use]
    pub fn covariance(&self) -> &Matrix {
        &self.covariance
    }

    /// What the values of each domain rest on.
    #[must_use]
    pub fn bases(&self) -> &[Basis] {
        &self.bases
    }

    /// How the covariance was worked out.
    #[must_use]
    pub fn variance(&self) -> &VarianceBasis {
        &self.variance
    }

    /// Replicates by values, where there are replicates.
    #[must_use]
    pub fn replicates(&self) -> Option<&Matrix> {
        self.replicates.as_ref()
    }

    /// Degrees of freedom of the full design.
    #[must_use]
    pub fn design_df(&self) -> f64 {
        self.design_df
    }

    /// Standard errors.
    #[must_use]
    pub fn se(&self) -> Vec<f64> {
        self.covariance.diagonal().iter().map(|variance| variance.sqrt()).collect()
    }

    /// Coefficients of variation, `SE / value`.
    #[must_use]
    pub fn cv(&self) -> Vec<f64> {
        self.se().iter().zip(&self.values).map(|(se, value)| se / value).collect()
    }

    /// The degrees of freedom that a choice means for a value.
    #[must_use]
    pub fn df(&self, at: usize, df: Df) -> f64 {
        match df {
            Df::Design => self.design_df,
            Df::Domain => self.bases[self.entries[at].domain].df,
            Df::Infinite => f64::INFINITY,
            Df::Given(df) => df,
        }
    }

    /// Intervals `value ± t·SE`; none where there are no degrees of freedom or no value.
    ///
    /// # Errors
    /// A level outside (0, 1).
    pub fn intervals(&self, level: f64, df: Df) -> Result<Vec<Option<(f64, f64)>>, Error> {
        if !(level > 0.0 && level < 1.0) {
            return Err(Error::InvalidLevel { level });
        }
        let se = self.se();
        let interval = |at: usize| {
            let df = self.df(at, df);
            let usable = df > 0.0 && self.values[at].is_finite() && se[at].is_finite();
            if !usable {
                return Ok(None);
            }
            let t = student::upper_quantile(0.5 - level / 2.0, df);
            Ok(Some((self.values[at] - t * se[at], self.values[at] + t * se[at])))
        };
        (0..self.values.len()).map(interval).collect()
    }
}
