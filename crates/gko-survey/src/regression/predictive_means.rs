//! Predictive margins of a group as R's `svypredmeans` has them.
//!
//! # Estimator
//! For level l of the group, `m_l = sum of w_i mu_i(l) / sum of w_i`, mu_i(l) the
//! fitted mean of row i if its group were l. Covariance `G' V G + Var(m | b)`: G the
//! weighted mean of `d mu_i(l) / d b`, V that of b, and the second part the
//! design's covariance of the averages with b held fixed.
//!
//! # Assumptions
//! The two parts are added as if the errors of b and of the averages shared
//! nothing; [`Margins`](super::Margins) keeps what they share. Where the model has
//! an offset, rows keep theirs; R leaves it out.
//!
//! # References
//! Graubard and Korn (1999), Biometrics 55, 652-659; R survey 4.5 `svypredmeans`.

use nalgebra::DVector;

use super::fit::GlmFit;
use super::linear::times;
use super::margins::at_levels;
use super::predict::Prediction;
use crate::{Columns, Domain, Error, Matrix, Mean, Survey};

impl GlmFit<'_> {
    /// Predictive means of a factor of the model over the rows of a domain: the one
    /// of the fit, or a wider one. Rows with a missing value are left out. One
    /// value per level, in the order of the levels.
    ///
    /// # Errors
    /// A factor that the model does not have; what the design refuses.
    pub fn predictive_means(
        &self,
        survey: &Survey,
        over: &Domain,
        group: &str,
    ) -> Result<Prediction, Error> {
        let levels = at_levels(&self.glm, group)?;
        let fitted: Vec<Vec<f64>> = levels.iter().map(|(_, x)| self.fitted(x)).collect();
        let known =
            |row: usize| fitted.iter().all(|one| one.get(row).is_some_and(|mu| mu.is_finite()));
        let rows: Vec<bool> = (0..survey.rows()).map(known).collect();
        let over = over.observed_where(&rows)?;
        let columns = levels.iter().zip(&fitted);
        let columns = columns.fold(Columns::new(), |all, ((level, _), mu)| all.number(level, mu));
        let averages = survey.estimate(&Mean::new(columns), &over)?;
        let weights = over.weights(survey.weights());
        let gradients: Vec<DVector<f64>> =
            levels.iter().map(|(_, x)| self.gradient(x, &weights)).collect();
        let g = Matrix::from_columns(&gradients);
        let covariance = g.tr_mul(&(self.covariance() * &g)) + averages.covariance();
        let each = Matrix::identity(levels.len(), levels.len());
        Ok(Prediction::new(averages.values().to_vec(), each, covariance))
    }

    fn fitted(&self, x: &Matrix) -> Vec<f64> {
        let eta = times(x, self.coefficients()).into_iter().enumerate();
        eta.map(|(row, eta)| self.glm.link().mean(eta + self.model().offset_of(row)).mu).collect()
    }

    /// The weighted mean of d mu / d b.
    fn gradient(&self, x: &Matrix, weights: &[f64]) -> DVector<f64> {
        let total: f64 = weights.iter().sum();
        let eta = times(x, self.coefficients());
        // Rows outside may be missing, and 0 times NaN is NaN: they are left out.
        let rows: Vec<usize> =
            (0..x.nrows()).filter(|row| weights.get(*row) > Some(&0.0)).collect();
        let slope = |&row: &usize| {
            let eta = eta.get(row).copied().unwrap_or(f64::NAN) + self.model().offset_of(row);
            weights.get(row).map_or(0.0, |weight| weight * self.glm.link().mean(eta).slope / total)
        };
        let slopes = DVector::from_iterator(rows.len(), rows.iter().map(slope));
        x.select_rows(&rows).tr_mul(&slopes)
    }
}
