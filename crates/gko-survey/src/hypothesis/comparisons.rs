//! Differences of a figure between all pairs of domains.
//!
//! # Estimator
//! `D = second - first`, `Var(D) = V_11 + V_22 - 2·V_12`, `t = D/SE(D)`.
//!
//! # Assumptions
//! With [`Df::Domain`] the smaller degrees of freedom of the two domains are taken.
//! The adjustment is over all pairs that have a p-value.
//!
//! # References
//! R survey 4.5 `svycontrast` on `svyby(covmat = TRUE)`; `p.adjust`.

use crate::adjust_p::{PAdjust, adjust};
use crate::error::Error;
use crate::estimation::{Df, Estimation};
use crate::hypothesis::error::HypothesisError;
use crate::hypothesis::result::{Judged, NoPValue};
use crate::hypothesis::tails;

/// The difference between two domains.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Comparison {
    /// Position of the first domain.
    pub first: usize,
    /// Position of the second domain.
    pub second: usize,
    /// The second domain's value less the first's.
    pub difference: f64,
    /// Its standard error.
    pub se: f64,
    /// `difference / se`.
    pub statistic: f64,
    /// Degrees of freedom.
    pub df: f64,
    /// Two-sided p-value of this pair alone.
    pub p_value: Option<f64>,
    /// Why there is none, if so.
    pub no_p_value: Option<NoPValue>,
    /// The p-value adjusted for the number of pairs, once there is one.
    pub adjusted: Option<f64>,
    /// Confidence interval of the difference, for this pair alone.
    pub interval: Option<(f64, f64)>,
}

/// All pairs of domains.
///
/// # Example
/// Two boys (1, 3) and two girls (4, 6) drawn one by one:
/// ```
/// use gko_survey::hypothesis::Comparisons;
/// use gko_survey::{Design, Df, Domain, Mean, Survey};
///
/// let survey = Survey::new(Design::builder(4).weights(&[1.0; 4]).build()?);
/// let boys = Domain::of(vec![true, true, false, false]);
/// let girls = Domain::of(vec![false, false, true, true]);
/// let hours = [1.0, 3.0, 4.0, 6.0];
/// let means = survey.estimate_by(&Mean::of("hours", &hours), &[boys, girls])?;
/// let pairs = Comparisons::pairwise(&means, "hours", Df::Design, 0.95)?;
/// assert_eq!(pairs.all()[0].difference, 3.0);
/// // Scores are ±1/2: Var = 4/3 · 4 · 1/4.
/// assert!((pairs.all()[0].se - (4.0_f64 / 3.0).sqrt()).abs() < 1e-12);
/// # Ok::<(), gko_survey::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Comparisons {
    all: Vec<Comparison>,
}

impl Comparisons {
    /// Compares a term between all pairs of domains, with intervals of a level.
    ///
    /// A pair with an empty domain has NaN and no p-value.
    ///
    /// # Errors
    /// A term that the estimation does not have, fewer than two domains, a level
    /// outside (0, 1).
    pub fn pairwise(
        estimation: &Estimation,
        term: &str,
        df: Df,
        level: f64,
    ) -> Result<Self, Error> {
        if !(level > 0.0 && level < 1.0) {
            return Err(Error::InvalidLevel { level });
        }
        let places = places(estimation, term)?;
        let mut all = Vec::new();
        for (at, &one) in places.iter().enumerate() {
            for &two in &places[at + 1..] {
                all.push(compare(estimation, (one, two), df, level)?);
            }
        }
        Ok(Self { all })
    }

    /// The same with p-values adjusted for the number of pairs that have one.
    ///
    /// # Errors
    /// As [`adjust`].
    pub fn adjusted(mut self, method: PAdjust) -> Result<Self, Error> {
        let known: Vec<f64> = self.all.iter().filter_map(|one| one.p_value).collect();
        let mut adjusted = adjust(&known, method)?.into_iter();
        for one in &mut self.all {
            one.adjusted = one.p_value.and_then(|_| adjusted.next());
        }
        Ok(self)
    }

    /// All comparisons: of the first domain with each later one, and so on.
    #[must_use]
    pub fn all(&self) -> &[Comparison] {
        &self.all
    }
}

/// Where a term stands in each domain.
fn places(estimation: &Estimation, term: &str) -> Result<Vec<usize>, Error> {
    let entries = estimation.entries();
    let places: Vec<usize> = (0..entries.len()).filter(|&at| entries[at].term == term).collect();
    let domains = estimation.bases().len();
    if places.is_empty() {
        let first = entries.iter().filter(|entry| entry.domain == 0);
        let terms = first.map(|entry| entry.term.as_str()).collect::<Vec<_>>().join(", ");
        return Err(HypothesisError::UnknownTerm { term: term.to_owned(), terms }.into());
    }
    if domains < 2 {
        return Err(HypothesisError::TooFewDomains { domains }.into());
    }
    Ok(places)
}

fn compare(
    estimation: &Estimation,
    (one, two): (usize, usize),
    df: Df,
    level: f64,
) -> Result<Comparison, Error> {
    let difference = estimation.values()[two] - estimation.values()[one];
    let se = se_of_difference(estimation, one, two);
    let df = estimation.df(one, df).min(estimation.df(two, df));
    let statistic = if se > 0.0 { difference / se } else { f64::NAN };
    let judged: Judged = tails::student(statistic, df)?;
    let interval = tails::student_interval(difference, se, level, df)?;
    Ok(Comparison {
        first: estimation.entries()[one].domain,
        second: estimation.entries()[two].domain,
        difference,
        se,
        statistic,
        df,
        p_value: judged.ok(),
        no_p_value: judged.err(),
        adjusted: None,
        interval: interval.filter(|_| se > 0.0),
    })
}

fn se_of_difference(estimation: &Estimation, one: usize, two: usize) -> f64 {
    let v = estimation.covariance();
    let variance = v[(one, one)] + v[(two, two)] - 2.0 * v[(one, two)];
    // Rounding may leave a variance of 0 slightly below.
    if variance < 0.0 { 0.0 } else { variance.sqrt() }
}
