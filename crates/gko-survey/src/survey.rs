//! A sample with its weights and its way to a variance: what every estimator asks.
//!
//! # Rule
//! An estimator is a [`Statistic`]. Here it gets its value at the final weights,
//! and its covariance either from its influence scores under the design, after
//! the scores were freed from what the weights were calibrated to (plus `B'·V_t·B` where
//! that has a covariance V_t of its own), or from its values at the replicate weights:
//! `V = scale · sum over r of rscale_r · (T_r - c)(T_r - c)'`, c the mean of the
//! replicates, or T with the MSE form.
//!
//! # Example
//! ```
//! use gko_survey::{Design, Domain, Mean, Stage, Survey};
//!
//! let design = Design::builder(4).stage(Stage::units(&[1, 1, 2, 3])).weights(&[1.0; 4]).build()?;
//! let survey = Survey::new(design);
//! let x = [1.0, 3.0, 2.0, 6.0];
//! let mean = survey.estimate(&Mean::of("x", &x), &Domain::all(4))?;
//! assert_eq!(mean.values(), [3.0]);
//! // PSU totals of (x - 3)/4 are -1/2, -1/4, 3/4: Var = 3/2 · 14/16.
//! assert!((mean.se()[0] - (21.0_f64 / 16.0).sqrt()).abs() < 1e-15);
//! # Ok::<(), gko_survey::Error>(())
//! ```
//!
//! # References
//! R survey 4.5: `svyrecvar`, `svrVar`, `degf`.

use std::sync::Arc;

use rayon::prelude::*;

use crate::Matrix;
use crate::calibration::{Adjustment, Calibrated, uncertainty_of_chain};
use crate::design::Design;
use crate::domain::Domain;
use crate::error::{Error, same_length};
use crate::estimate::Absent;
use crate::estimation::{Basis, Entry, Estimation, VarianceBasis};
use crate::replicates::Replicates;
use crate::statistic::Statistic;
use crate::taylor::{Taylor, UnitTotals, covariance};

/// A sample, its final weights, and its way to a variance.
#[derive(Debug, Clone)]
pub struct Survey {
    weights: Vec<f64>,
    variance: Variance,
}

#[derive(Debug, Clone)]
enum Variance {
    Taylor { design: Arc<Design>, options: Taylor, adjustments: Vec<Adjustment> },
    Replicates(Arc<Replicates>),
}

impl Survey {
    /// Taylor linearisation under a design; strata with one PSU are refused.
    #[must_use]
    pub fn new(design: Design) -> Self {
        Self::linearised(Arc::new(design), Taylor::default())
    }

    /// Taylor linearisation under a design, with choices.
    #[must_use]
    pub fn linearised(design: Arc<Design>, options: Taylor) -> Self {
        let weights = design.row_weights();
        Self { weights, variance: Variance::Taylor { design, options, adjustments: Vec::new() } }
    }

    /// Replicate weights.
    #[must_use]
    pub fn replicated(replicates: Replicates) -> Self {
        let weights = replicates.full_sample_weights().to_vec();
        Self { weights, variance: Variance::Replicates(Arc::new(replicates)) }
    }

    /// The same sample with calibrated weights: the variance knows of it.
    ///
    /// # Errors
    /// Weights of another number of rows; a survey with replicates, whose
    /// replicates are calibrated one by one instead ([`Replicates::recalibrated`]).
    pub fn calibrated(&self, calibrated: Calibrated) -> Result<Self, Error> {
        same_length("calibrated weights", self.rows(), calibrated.weights.len())?;
        let Variance::Taylor { design, options, adjustments } = &self.variance else {
            return Err(Error::ReplicatesNotCalibrated);
        };
        let mut adjustments = adjustments.clone();
        adjustments.push(calibrated.adjustment);
        let variance =
            Variance::Taylor { design: Arc::clone(design), options: *options, adjustments };
        Ok(Self { weights: calibrated.weights, variance })
    }

    /// Rows of the table.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.weights.len()
    }

    /// Final weights, in the caller's order.
    #[must_use]
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// The design, where the variance is linearised.
    #[must_use]
    pub fn design(&self) -> Option<&Design> {
        match &self.variance {
            Variance::Taylor { design, .. } => Some(design),
            Variance::Replicates(_) => None,
        }
    }

    /// The replicates, where the variance is made of them.
    #[must_use]
    pub fn replicates(&self) -> Option<&Replicates> {
        match &self.variance {
            Variance::Taylor { .. } => None,
            Variance::Replicates(replicates) => Some(replicates),
        }
    }

    /// Degrees of freedom in a domain: PSUs with a row of positive weight in it
    /// minus strata with one; with replicates those of the replicates.
    #[must_use]
    pub fn df(&self, domain: &Domain) -> f64 {
        self.df_at(&domain.weights(&self.weights), domain)
    }

    /// The same, where the weights in the domain are known.
    fn df_at(&self, weights: &[f64], domain: &Domain) -> f64 {
        match &self.variance {
            Variance::Taylor { design, .. } => design.df(weights),
            Variance::Replicates(replicates) => replicates.df(domain),
        }
    }

    /// Degrees of freedom of the full sample.
    #[must_use]
    pub fn full_df(&self) -> f64 {
        self.df(&Domain::all(self.rows()))
    }

    /// Estimates a statistic in a domain.
    ///
    /// # Errors
    /// Another number of rows, what the statistic refuses, a stratum with one
    /// PSU and no rule for it. An empty domain is none: its values are NaN, and
    /// its [`Basis`] says why.
    pub fn estimate(
        &self,
        statistic: &dyn Statistic,
        domain: &Domain,
    ) -> Result<Estimation, Error> {
        self.estimate_by(statistic, std::slice::from_ref(domain))
    }

    /// Estimates a statistic in several domains, with the covariance between them.
    ///
    /// Where a rule for single PSUs looks at the domain (adjust, average, or a rule
    /// for domains), it does so in the blocks of each domain; the blocks between
    /// domains look at their union.
    ///
    /// # Errors
    /// As [`Survey::estimate`].
    pub fn estimate_by(
        &self,
        statistic: &dyn Statistic,
        domains: &[Domain],
    ) -> Result<Estimation, Error> {
        for domain in domains {
            same_length("domain", self.rows(), domain.rows())?;
        }
        let parts: Vec<Part> =
            domains.iter().map(|domain| self.part(statistic, domain)).collect::<Result<_, _>>()?;
        match &self.variance {
            Variance::Taylor { design, options, adjustments } => {
                self.by_scores(statistic, &parts, design, *options, adjustments)
            }
            Variance::Replicates(replicates) => self.by_replicates(statistic, parts, replicates),
        }
    }

    fn part(&self, statistic: &dyn Statistic, domain: &Domain) -> Result<Part, Error> {
        let weights = domain.weights(&self.weights);
        let df = self.df_at(&weights, domain);
        let basis = Basis::new(&weights, domain.excluded(), df);
        let values = match basis.absent {
            Some(_) => vec![f64::NAN; statistic.terms().len()],
            None => statistic.values(&weights)?,
        };
        Ok(Part { domain: domain.clone(), weights, values, basis })
    }

    fn by_scores(
        &self,
        statistic: &dyn Statistic,
        parts: &[Part],
        design: &Design,
        options: Taylor,
        adjustments: &[Adjustment],
    ) -> Result<Estimation, Error> {
        let totals = |part: &Part| {
            let mut scores = part.weighted_scores(statistic)?;
            let of_targets = uncertainty_of_chain(adjustments, &scores);
            adjustments.iter().for_each(|adjustment| adjustment.residualise(&mut scores));
            Ok((self.unit_totals(design, &scores, &part.weights), of_targets))
        };
        let both = parts.iter().map(totals).collect::<Result<Vec<_>, Error>>()?;
        let (totals, of_targets): (Vec<UnitTotals>, Vec<Matrix>) = both.into_iter().unzip();
        let blocks = own_blocks(design, &totals, options)?;
        let across = if blocks.is_empty() { options } else { options.without_domain_rule() };
        let Some(all) = totals.into_iter().reduce(|one, two| one.beside(&two)) else {
            return Ok(self.result(statistic, &[], Matrix::zeros(0, 0), None, self.taylor_basis()));
        };
        let mut matrix = covariance(design, &all, across)?;
        let terms = statistic.terms().len();
        for (at, block) in blocks.iter().enumerate() {
            matrix.view_mut((at * terms, at * terms), (terms, terms)).copy_from(block);
        }
        matrix += cross_products(&of_targets);
        let result = self.result(statistic, parts, matrix, None, self.taylor_basis());
        result.check_finite()?;
        Ok(result)
    }

    /// A domain of calibrated weights keeps all rows in view: residuals outside of
    /// it are not 0.
    fn unit_totals(&self, design: &Design, scores: &Matrix, weights: &[f64]) -> UnitTotals {
        let weights = if self.is_calibrated() { &self.weights } else { weights };
        let present: Vec<bool> = weights.iter().map(|&weight| weight > 0.0).collect();
        UnitTotals::new(design, scores, &present)
    }

    fn is_calibrated(&self) -> bool {
        matches!(&self.variance, Variance::Taylor { adjustments, .. } if !adjustments.is_empty())
    }

    fn taylor_basis(&self) -> VarianceBasis {
        match &self.variance {
            Variance::Taylor { design, options, adjustments } => VarianceBasis::Taylor {
                single_psu: options.single_psu,
                domain_single_psu: options.domain_single_psu,
                single_psu_strata: design.single_psu_strata().len(),
                adjustments: adjustments.len(),
            },
            Variance::Replicates(replicates) => replicates.basis(0),
        }
    }

    fn by_replicates(
        &self,
        statistic: &dyn Statistic,
        parts: Vec<Part>,
        replicates: &Replicates,
    ) -> Result<Estimation, Error> {
        let filled: Vec<&Part> = parts.iter().filter(|part| part.basis.absent.is_none()).collect();
        let thetas: Vec<Matrix> = filled
            .par_iter()
            .map(|part| replicates.values(statistic, &part.domain))
            .collect::<Result<_, _>>()?;
        let terms = statistic.terms().len();
        let mut all = Matrix::from_element(replicates.len(), parts.len() * terms, f64::NAN);
        let places = (0..parts.len()).filter(|&at| parts[at].basis.absent.is_none());
        for (at, theta) in places.zip(&thetas) {
            all.columns_mut(at * terms, terms).copy_from(theta);
        }
        let values: Vec<f64> = parts.iter().flat_map(|part| part.values.clone()).collect();
        let (matrix, dropped) = replicates.covariance(&all, &values)?;
        Ok(self.result(statistic, &parts, matrix, Some(all), replicates.basis(dropped)))
    }

    fn result(
        &self,
        statistic: &dyn Statistic,
        parts: &[Part],
        mut covariance: Matrix,
        replicates: Option<Matrix>,
        variance: VarianceBasis,
    ) -> Estimation {
        let terms = statistic.terms();
        let entry =
            |domain: usize| terms.iter().map(move |term| Entry { domain, term: term.clone() });
        let entries: Vec<Entry> = (0..parts.len()).flat_map(entry).collect();
        for (at, entry) in entries.iter().enumerate() {
            if parts[entry.domain].basis.absent.is_some() {
                covariance.row_mut(at).fill(f64::NAN);
                covariance.column_mut(at).fill(f64::NAN);
            }
        }
        let factor = |entry: &Entry| statistic.multiplier(parts[entry.domain].basis.n);
        let factors: Vec<f64> = entries.iter().map(factor).collect();
        let all = Estimation {
            entries,
            values: parts.iter().flat_map(|part| part.values.clone()).collect(),
            covariance,
            design_df: self.full_df(),
            bases: parts.iter().map(|part| part.basis.clone()).collect(),
            variance,
            replicates,
        };
        all.scaled(&factors)
    }
}

/// The covariance in each of several domains, if a rule for single PSUs looks at them.
fn own_blocks(
    design: &Design,
    totals: &[UnitTotals],
    options: Taylor,
) -> Result<Vec<Matrix>, Error> {
    if !options.sees_domain() || totals.len() < 2 {
        return Ok(Vec::new());
    }
    totals.iter().map(|one| covariance(design, one, options)).collect()
}

/// Covariances from the uncertainty of targets, between all columns of all parts.
fn cross_products(of_targets: &[Matrix]) -> Matrix {
    let columns: Vec<_> = of_targets.iter().flat_map(|part| part.column_iter()).collect();
    Matrix::from_fn(columns.len(), columns.len(), |i, j| columns[i].dot(&columns[j]))
}

/// A domain with its weights and values.
struct Part {
    domain: Domain,
    weights: Vec<f64>,
    values: Vec<f64>,
    basis: Basis,
}

impl Part {
    /// Scores times weights, 0 outside of the domain.
    fn weighted_scores(&self, statistic: &dyn Statistic) -> Result<Matrix, Error> {
        if self.basis.absent.is_some() {
            return Ok(Matrix::zeros(self.weights.len(), self.values.len()));
        }
        let mut scores = statistic.scores(&self.weights, &self.values)?;
        for mut column in scores.column_iter_mut() {
            let pairs = column.iter_mut().zip(&self.weights);
            pairs.for_each(|(score, &w)| *score = if w > 0.0 { *score * w } else { 0.0 });
        }
        Ok(scores)
    }
}

impl Basis {
    fn new(weights: &[f64], excluded: u64, df: f64) -> Self {
        let n = weights.iter().filter(|&&weight| weight > 0.0).count() as u64;
        let sum_weights: f64 = weights.iter().sum();
        let squares: f64 = weights.iter().map(|weight| weight * weight).sum();
        let kish_n = if squares > 0.0 { sum_weights * sum_weights / squares } else { 0.0 };
        let absent = (n == 0).then_some(Absent::EmptyBase);
        Self { n, excluded, sum_weights, kish_n, df, absent }
    }
}

impl Taylor {
    fn without_domain_rule(self) -> Self {
        Self { domain_single_psu: None, ..self }
    }
}

impl Design {
    /// PSUs with a positive weight minus strata with one.
    pub(crate) fn df(&self, weights: &[f64]) -> f64 {
        let (mut psus, mut strata) = (0.0, 0.0);
        for stratum in 0..self.strata() {
            let inside = |psu: &usize| {
                let weight = |row: u32| weights.get(row as usize).copied().unwrap_or(0.0);
                self.order[self.psu_rows(*psu)].iter().any(|&row| weight(row) > 0.0)
            };
            let seen = self.frame.psus_of(stratum).filter(inside).count();
            psus += seen as f64;
            strata += f64::from(u8::from(seen > 0));
        }
        psus - strata
    }
}
