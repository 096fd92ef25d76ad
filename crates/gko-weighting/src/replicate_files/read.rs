//! Replicate weights out of the columns of a file.
//!
//! # Rule
//! A scheme says how columns are called, what they hold and how they were made; the
//! columns become [`Replicates`] after everything that can be told from them agrees
//! with it: their number, their size beside the full-sample weights, and weights that
//! the method never gives.
//!
//! # Assumptions
//! A replicate's weights add up to about what the full-sample weights do: a mean that
//! differs by more than a factor of 5 is a column of another kind. Negative weights,
//! as some public-use files have after rounding, are refused by the engine.
//!
//! # References
//! R survey 4.5 `svrepdesign(combined.weights = )`, which warns by the same factor of
//! 5; Martin, Mullis & Hooper (2016) *Methods and Procedures in TIMSS 2015*, ch. 4, for
//! zones.

use gko_survey::{Design, GivenWeights, Jackknife, Replicates, Scales, Stage};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Method, Naming, ReplicateFileError};

/// What a file of replicate weights holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scheme {
    /// How the columns are called.
    pub naming: Naming,
    /// How they were made.
    pub method: Method,
    /// Squares about the full-sample value, or about the replicates' mean; without it
    /// as is usual for the method.
    #[serde(default)]
    pub mse: Option<bool>,
    /// Whether columns are weights, and not factors of the full-sample weight.
    #[serde(default = "yes")]
    pub combined: bool,
    /// Replicates that there should be.
    #[serde(default)]
    pub replicates: Option<usize>,
}

fn yes() -> bool {
    true
}

impl Scheme {
    /// Columns of weights of any number.
    #[must_use]
    pub fn new(naming: Naming, method: Method) -> Self {
        Self { naming, method, mse: None, combined: true, replicates: None }
    }

    /// The scales of a variance from so many columns.
    ///
    /// # Errors
    /// Fewer than two; another number than declared.
    pub fn scales(&self, columns: usize) -> Result<Scales, ReplicateFileError> {
        if columns < 2 {
            return Err(ReplicateFileError::TooFew { got: columns });
        }
        let full = || self.naming.full.clone();
        for expected in self.replicates.into_iter().chain(self.method.replicates()) {
            if expected != columns {
                let got = columns;
                return Err(ReplicateFileError::CountDiffers { full: full(), expected, got });
            }
        }
        let scales = self.method.scales(columns)?;
        Ok(match self.mse {
            Some(mse) => scales.with_mse(mse),
            None => scales,
        })
    }

    /// Replicate weights from the columns, a column for each replicate.
    ///
    /// # Example
    /// Two half samples; the mean is 2, and 1 or 3 in a half.
    /// ```
    /// use gko_survey::{Domain, Mean, Survey};
    /// use gko_weighting::replicate_files::{Method, Naming, Scheme};
    ///
    /// let scheme = Scheme::new(Naming::new("W", "W"), Method::Brr);
    /// let replicates = scheme.read(&[5.0, 5.0], &[vec![10.0, 0.0], vec![0.0, 10.0]])?;
    /// let mean = Survey::replicated(replicates)
    ///     .estimate(&Mean::of("x", &[1.0, 3.0]), &Domain::all(2))?;
    /// assert_eq!((mean.values()[0], mean.se()[0]), (2.0, 1.0));
    /// # Ok::<(), gko_weighting::replicate_files::ReplicateFileError>(())
    /// ```
    ///
    /// # Errors
    /// As [`Scheme::scales`]; columns of another number of rows; a weight that is
    /// negative or not finite; a replicate without weight; factors declared as weights
    /// or the reverse; zeros under Fay's method.
    pub fn read(
        &self,
        full: &[f64],
        columns: &[Vec<f64>],
    ) -> Result<Replicates, ReplicateFileError> {
        let scales = self.scales(columns.len())?;
        let given = match self.combined {
            true => GivenWeights::Analysis(columns),
            false => GivenWeights::Factors(columns),
        };
        let replicates = Replicates::given(full, given, scales)?;
        self.check_zeros(full, columns)?;
        self.check_size(full, columns)?;
        Ok(replicates)
    }

    fn check_zeros(&self, full: &[f64], columns: &[Vec<f64>]) -> Result<(), ReplicateFileError> {
        let softened = matches!(self.method, Method::Fay { rho } if rho > 0.0);
        for (at, column) in columns.iter().enumerate() {
            let replicate = || self.naming.column(at);
            let used = || full.iter().zip(column).enumerate().filter(|(_, (full, _))| **full > 0.0);
            if used().all(|(_, (_, weight))| *weight == 0.0) {
                return Err(ReplicateFileError::EmptyReplicate { replicate: replicate() });
            }
            let zero = used().find(|(_, (_, weight))| **weight == 0.0);
            if let Some((row, _)) = zero.filter(|_| softened) {
                return Err(ReplicateFileError::WrongMethod { replicate: replicate(), row });
            }
        }
        Ok(())
    }

    fn check_size(&self, full: &[f64], columns: &[Vec<f64>]) -> Result<(), ReplicateFileError> {
        const FAR: f64 = 5.0;
        let used = full.iter().filter(|weight| **weight > 0.0).count() as f64;
        let sum = |column: &Vec<f64>| -> f64 {
            let rows = full.iter().zip(column).filter(|(full, _)| **full > 0.0);
            rows.map(|(_, weight)| weight).sum()
        };
        let mean = columns.iter().map(sum).sum::<f64>() / (used * columns.len() as f64);
        let (declared, expected) = match self.combined {
            true => ("weights", full.iter().sum::<f64>() / used),
            false => ("factors", 1.0),
        };
        if mean <= FAR * expected && expected <= FAR * mean {
            return Ok(());
        }
        let instead = !self.combined;
        Err(ReplicateFileError::NotAsDeclared { declared, mean, expected, instead })
    }
}

/// How pairs of schools, a zone each, become replicates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Zones {
    /// Two replicates a zone, each half once without weight and once doubled, and half
    /// the sum of squares: TIMSS and PIRLS from 2015 on, LaNA.
    Both,
    /// One replicate a zone, the half with code 1 doubled: TIMSS and PIRLS before,
    /// ICCS, ICILS.
    One,
}

impl Zones {
    /// Replicates from each row's zone (`JKZONE`) and half (`JKREP`), 0 or 1.
    ///
    /// # Example
    /// ```
    /// use gko_weighting::replicate_files::Zones;
    ///
    /// let (zone, half) = ([1, 1, 2, 2], [0, 1, 0, 1]);
    /// let replicates = Zones::One.replicates(&[3.0; 4], &zone, &half)?;
    /// assert_eq!(replicates.analysis_weights(1), [3.0, 3.0, 0.0, 6.0]);
    /// assert_eq!(Zones::Both.replicates(&[3.0; 4], &zone, &half)?.len(), 4);
    /// # Ok::<(), gko_weighting::replicate_files::ReplicateFileError>(())
    /// ```
    ///
    /// # Errors
    /// Columns of different lengths; a zone with another number of halves than two; no
    /// rows; weights that cannot be.
    pub fn replicates(
        self,
        full: &[f64],
        zone: &[u32],
        half: &[u32],
    ) -> Result<Replicates, ReplicateFileError> {
        let halves = Stage::units(half).strata(zone);
        let design = Design::builder(full.len()).stage(halves).weights(full).build()?;
        // Also refuses zones that are no pair, which the other form would take.
        let one = Replicates::jk2(&design, None)?;
        Ok(match self {
            Self::One => one,
            Self::Both => Replicates::jkn(&design, Jackknife::default())?.with_mse(true),
        })
    }
}
