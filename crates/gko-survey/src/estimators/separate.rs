//! Ratios stratum by stratum, and the totals that separate and combined ratios give.
//!
//! # Estimator
//! With known population totals X_h of the denominator, `T = sum over h of R_h·X_h`,
//! R_h the ratio of stratum h; the combined estimator is `T = R·X`. As strata are
//! drawn apart, `Var T = sum over h of X_h²·Var R_h`.
//!
//! # Assumptions
//! Each stratum is large enough for a ratio of its own: the separate estimator's
//! bias adds up over strata. A stratum of a design of one sample is one domain.
//!
//! # References
//! Cochran (1977) *Sampling Techniques*, sec. 6.10 to 6.12; R survey 4.5
//! `svyratio(separate = TRUE)` and `predict`.

use crate::design::Design;
use crate::domain::Domain;
use crate::error::{Error, StratumId};
use crate::estimation::Estimation;
use crate::estimators::Ratio;
use crate::survey::Survey;

/// Ratios of the strata of the first stage.
///
/// # Example
/// ```
/// use gko_survey::{Columns, Design, Domain, Ratio, SeparateRatios, Stage, Survey};
///
/// let design = Design::builder(4).stage(Stage::elements().strata(&[1, 1, 2, 2]));
/// let survey = Survey::new(design.weights(&[1.0; 4]).build()?);
/// let y = Columns::new().number("y", &[1.0, 3.0, 4.0, 4.0]);
/// let x = Columns::new().number("x", &[2.0, 2.0, 1.0, 1.0]);
/// let ratios = SeparateRatios::of(&survey, &Ratio::new(y, x)?, &Domain::all(4))?;
/// assert_eq!(ratios.estimation().values(), [1.0, 4.0]);
/// assert_eq!(ratios.total(&[100.0, 10.0])?.values(), [140.0]);
/// # Ok::<(), gko_survey::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct SeparateRatios {
    strata: Vec<StratumId>,
    estimation: Estimation,
    terms: Vec<String>,
}

impl SeparateRatios {
    /// Ratios of every stratum of a domain.
    ///
    /// # Errors
    /// As [`Survey::estimate_by`]; a survey with replicates, which knows no strata.
    pub fn of(survey: &Survey, ratio: &Ratio<'_>, domain: &Domain) -> Result<Self, Error> {
        let design = survey.design().ok_or(Error::ScoresWithReplicates)?;
        let (strata, domains): (Vec<StratumId>, Vec<Domain>) =
            design.stratum_domains(domain)?.into_iter().unzip();
        let estimation = survey.estimate_by(ratio, &domains)?;
        let terms = crate::Statistic::terms(ratio);
        Ok(Self { strata, estimation, terms })
    }

    /// The strata, in the order of the ratios.
    #[must_use]
    pub fn strata(&self) -> &[StratumId] {
        &self.strata
    }

    /// The ratios, stratum by stratum.
    #[must_use]
    pub fn estimation(&self) -> &Estimation {
        &self.estimation
    }

    /// The total of each numerator, from the denominators' totals in the strata.
    ///
    /// # Errors
    /// Another number of totals than of strata.
    pub fn total(&self, known: &[f64]) -> Result<Estimation, Error> {
        let terms = self.terms.len();
        let expected = self.strata.len();
        if known.len() != expected {
            let what = "the known totals".to_owned();
            let got = known.len();
            return Err(super::EstimatorError::WrongCount { what, expected, got }.into());
        }
        let contrasts = self.terms.iter().enumerate().map(|(at, term)| {
            let mut coefficients = vec![0.0; expected * terms];
            known.iter().enumerate().for_each(|(h, &x)| coefficients[h * terms + at] = x);
            (term.as_str(), coefficients)
        });
        self.estimation.contrast(&contrasts.collect::<Vec<_>>())
    }
}

impl Design {
    /// The rows of each stratum of the first stage that are in a domain.
    ///
    /// # Errors
    /// Another number of rows.
    pub fn stratum_domains(&self, domain: &Domain) -> Result<Vec<(StratumId, Domain)>, Error> {
        let one = |(at, stratum): (usize, StratumId)| {
            let psus = self.frame.psus_of(at);
            let rows = &self.order[self.psu_start[psus.start]..self.psu_start[psus.end]];
            let mut members = vec![false; self.rows];
            rows.iter().for_each(|&row| members[row as usize] = true);
            Ok((stratum, domain.and(&members)?))
        };
        self.frame.stratum_ids().map(one).collect()
    }
}
