//! Replicate weights and the variance that they give.
//!
//! # Estimator
//! `V = scale · sum over r of rscale_r · (T_r - c)(T_r - c)'`: T_r the values at
//! the weights of replicate r, c their mean over the replicates with a positive
//! rscale, or the full-sample value with the MSE form.
//!
//! # Assumptions
//! A replicate in which the figure does not exist (an empty domain) is left out
//! and counted; that is R's `na.omit`.
//!
//! # References
//! Wolter (2007) *Introduction to Variance Estimation*; R survey 4.5 `svrVar`,
//! `svrepdesign(combined.weights = TRUE)`.

use rayon::prelude::*;

use crate::Matrix;
use crate::domain::Domain;
use crate::error::Error;
use crate::estimation::VarianceBasis;
use crate::statistic::Statistic;

/// Replicate weights of a sample, with the scales of their variance.
#[derive(Debug, Clone, PartialEq)]
pub struct Replicates {
    pub(crate) full: Vec<f64>,
    pub(crate) weights: ReplicateWeights,
    pub(crate) scale: f64,
    pub(crate) rscales: Vec<f64>,
    pub(crate) mse: bool,
    pub(crate) kind: String,
    pub(crate) df: Option<f64>,
}

/// How replicate weights are kept.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum ReplicateWeights {
    /// Analysis weights, rows by replicates.
    Rows(Matrix),
    /// Multipliers of the full-sample weight, units by replicates, and each row's unit.
    Units { unit: Vec<u32>, multipliers: Matrix },
}

impl Replicates {
    /// Weights of the full sample.
    #[must_use]
    pub fn full_sample_weights(&self) -> &[f64] {
        &self.full
    }

    /// Number of replicates.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rscales.len()
    }

    /// Whether there is no replicate.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rscales.is_empty()
    }

    /// Analysis weights of a replicate.
    #[must_use]
    pub fn analysis_weights(&self, replicate: usize) -> Vec<f64> {
        match &self.weights {
            ReplicateWeights::Rows(all) => all.column(replicate).iter().copied().collect(),
            ReplicateWeights::Units { unit, multipliers } => {
                let column = multipliers.column(replicate);
                let rows = self.full.iter().zip(unit);
                rows.map(|(weight, &unit)| weight * column[unit as usize]).collect()
            }
        }
    }

    /// Degrees of freedom: those stated, or the rank of the weights in the domain minus 1.
    #[must_use]
    pub fn df(&self, domain: &Domain) -> f64 {
        match self.df {
            Some(df) if domain.rows_inside() == domain.rows() as u64 => df,
            _ => self.rank(domain) - 1.0,
        }
    }

    /// Rank of the analysis weights, as R's `qr(tol = 1e-5)` judges it.
    fn rank(&self, domain: &Domain) -> f64 {
        const TOLERANCE: f64 = 1e-5;
        let columns: Vec<Vec<f64>> =
            (0..self.len()).map(|r| domain.weights(&self.analysis_weights(r))).collect();
        let gram = Matrix::from_fn(columns.len(), columns.len(), |a, b| {
            columns[a].iter().zip(&columns[b]).map(|(one, two)| one * two).sum::<f64>()
        });
        let values = gram.symmetric_eigenvalues();
        let largest = values.iter().copied().fold(0.0, f64::max);
        let limit = TOLERANCE * TOLERANCE * largest;
        values.iter().filter(|&&value| value > limit).count() as f64
    }

    pub(crate) fn basis(&self, dropped: usize) -> VarianceBasis {
        VarianceBasis::Replicates {
            kind: self.kind.clone(),
            replicates: self.len(),
            dropped,
            mse: self.mse,
        }
    }

    /// Values of a statistic at every replicate's weights; NaN where it does not exist.
    pub(crate) fn values(
        &self,
        statistic: &dyn Statistic,
        domain: &Domain,
    ) -> Result<Matrix, Error> {
        let terms = statistic.terms().len();
        let one = |replicate: usize| match statistic
            .values(&domain.weights(&self.analysis_weights(replicate)))
        {
            Err(Error::EmptyDomain) => Ok(vec![f64::NAN; terms]),
            other => other,
        };
        let rows: Vec<Vec<f64>> =
            (0..self.len()).into_par_iter().map(one).collect::<Result<_, _>>()?;
        Ok(Matrix::from_row_iterator(self.len(), terms, rows.into_iter().flatten()))
    }

    /// Covariance of values from their replicates, and how many were left out.
    pub(crate) fn covariance(
        &self,
        thetas: &Matrix,
        full: &[f64],
    ) -> Result<(Matrix, usize), Error> {
        let exists: Vec<usize> = (0..full.len()).filter(|&at| !full[at].is_nan()).collect();
        let good = |r: &usize| exists.iter().all(|&at| thetas[(*r, at)].is_finite());
        let kept: Vec<usize> = (0..self.len()).filter(good).collect();
        if kept.is_empty() && !exists.is_empty() {
            return Err(Error::NoReplicate { replicates: self.len() });
        }
        let centre = self.centre(thetas, full, &kept);
        let mut covariance = Matrix::zeros(full.len(), full.len());
        for &r in &kept {
            let distance = thetas.row(r) - &centre;
            covariance += distance.transpose() * distance * (self.scale * self.rscales[r]);
        }
        Ok((covariance, self.len() - kept.len()))
    }

    fn centre(&self, thetas: &Matrix, full: &[f64], kept: &[usize]) -> nalgebra::RowDVector<f64> {
        if self.mse {
            return nalgebra::RowDVector::from_row_slice(full);
        }
        let counted: Vec<usize> = kept.iter().copied().filter(|&r| self.rscales[r] > 0.0).collect();
        let mut sum = nalgebra::RowDVector::zeros(full.len());
        counted.iter().for_each(|&r| sum += thetas.row(r));
        sum / (counted.len() as f64)
    }
}
