//! Values of a statistic in every replicate, and their covariance.
//!
//! # Rule
//! Where all rows of a sampling unit share their multiplier m_ur, a total in
//! replicate r is `sum over u of m_ur · t_u`, t_u the unit's total in the domain:
//! a figure that is a function of totals then needs one pass over the rows, and
//! not one for each replicate.
//!
//! # References
//! R survey 4.5 `svrVar`, `withReplicates`.

use rayon::prelude::*;

use super::{ReplicateWeights, Replicates};
use crate::Matrix;
use crate::columns::used;
use crate::domain::Domain;
use crate::error::Error;
use crate::statistic::{OfTotals, Statistic};

impl Replicates {
    /// Values of a statistic at every replicate's weights; NaN where it does not exist.
    pub(crate) fn values(
        &self,
        statistic: &dyn Statistic,
        domain: &Domain,
    ) -> Result<Matrix, Error> {
        let terms = statistic.terms().len();
        let rows = match (&self.weights, statistic.of_totals()) {
            (ReplicateWeights::Units { unit, multipliers }, Some(of_totals)) => {
                let totals =
                    UnitTotals::new(&self.full, unit, multipliers.nrows(), of_totals, domain);
                self.each(|replicate| totals.values(multipliers, replicate, of_totals, terms))?
            }
            _ => self.each(|replicate| self.values_of_rows(statistic, domain, replicate, terms))?,
        };
        Ok(Matrix::from_row_iterator(self.len(), terms, rows.into_iter().flatten()))
    }

    /// One result for each replicate, in their order; the first error in it.
    fn each(
        &self,
        one: impl Fn(usize) -> Result<Vec<f64>, Error> + Sync + Send,
    ) -> Result<Vec<Vec<f64>>, Error> {
        let all: Vec<Result<Vec<f64>, Error>> = (0..self.len()).into_par_iter().map(one).collect();
        all.into_iter().collect()
    }

    fn values_of_rows(
        &self,
        statistic: &dyn Statistic,
        domain: &Domain,
        replicate: usize,
        terms: usize,
    ) -> Result<Vec<f64>, Error> {
        let weights = self.weights_in(replicate, domain);
        match statistic.values(&weights) {
            Err(Error::EmptyDomain) => Ok(vec![f64::NAN; terms]),
            other => other,
        }
    }

    /// Analysis weights of a replicate, 0 outside of a domain.
    fn weights_in(&self, replicate: usize, domain: &Domain) -> Vec<f64> {
        let mut weights = self.analysis_weights(replicate);
        for (row, weight) in weights.iter_mut().enumerate() {
            if !domain.contains(row) {
                *weight = 0.0;
            }
        }
        weights
    }

    /// Covariance of values from their replicates, and how many replicates were
    /// left out of one of them.
    pub(crate) fn covariance(
        &self,
        thetas: &Matrix,
        full: &[f64],
    ) -> Result<(Matrix, usize), Error> {
        let mut distance = Matrix::zeros(self.len(), full.len());
        let mut left_out = vec![false; self.len()];
        for (at, &value) in full.iter().enumerate().filter(|(_, value)| !value.is_nan()) {
            let column: Vec<f64> = thetas.column(at).iter().copied().collect();
            let centre = self.centre(&column, value)?;
            for (replicate, &theta) in column.iter().enumerate() {
                if theta.is_finite() {
                    distance[(replicate, at)] = theta - centre;
                } else {
                    left_out[replicate] = true;
                }
            }
        }
        let covariance = self.cross_products(&distance);
        Ok((covariance, left_out.iter().filter(|&&out| out).count()))
    }

    /// Where the squares of a value are centred.
    fn centre(&self, column: &[f64], full: f64) -> Result<f64, Error> {
        let pairs = column.iter().zip(&self.scales.rscales);
        let counted: Vec<f64> = pairs
            .filter(|(theta, rscale)| theta.is_finite() && **rscale > 0.0)
            .map(|(theta, _)| *theta)
            .collect();
        if counted.is_empty() {
            return Err(Error::NoReplicate { replicates: self.len() });
        }
        if self.mse() {
            return Ok(full);
        }
        // Seen from the full-sample value, so that values far from 0 keep their digits.
        let sum: f64 = counted.iter().map(|theta| theta - full).sum();
        Ok(full + sum / counted.len() as f64)
    }

    fn cross_products(&self, distance: &Matrix) -> Matrix {
        let mut covariance = Matrix::zeros(distance.ncols(), distance.ncols());
        for (row, rscale) in distance.row_iter().zip(&self.scales.rscales) {
            covariance += row.transpose() * row * (self.scales.scale * rscale);
        }
        covariance
    }
}

/// Weights and weighted columns, totalled over the rows of each unit in a domain.
struct UnitTotals {
    width: usize,
    /// The row from which columns are seen: the first one used.
    from: usize,
    weight: Vec<f64>,
    totals: Vec<f64>,
}

impl UnitTotals {
    fn new(
        full: &[f64],
        unit: &[u32],
        units: usize,
        of_totals: &dyn OfTotals,
        domain: &Domain,
    ) -> Self {
        let width = of_totals.columns();
        let inside = || used(full).filter(|(row, _)| domain.contains(*row));
        let from = inside().next().map_or(0, |(row, _)| row);
        let (weight, totals) = (vec![0.0; units], vec![0.0; units * width]);
        let mut all = Self { width, from, weight, totals };
        let mut columns = vec![0.0; width];
        for (row, weight) in inside() {
            of_totals.row(row, from, &mut columns);
            all.add(unit[row] as usize, weight, &columns);
        }
        all
    }

    fn add(&mut self, unit: usize, weight: f64, columns: &[f64]) {
        self.weight[unit] += weight;
        let totals = &mut self.totals[unit * self.width..(unit + 1) * self.width];
        totals.iter_mut().zip(columns).for_each(|(total, column)| *total += weight * column);
    }

    fn values(
        &self,
        multipliers: &Matrix,
        replicate: usize,
        of_totals: &dyn OfTotals,
        terms: usize,
    ) -> Result<Vec<f64>, Error> {
        let (mut weight, mut totals) = (0.0, vec![0.0; self.width]);
        let units = multipliers.column(replicate);
        for (unit, &multiplier) in units.iter().enumerate().filter(|(_, one)| **one > 0.0) {
            weight += multiplier * self.weight[unit];
            let of_unit = &self.totals[unit * self.width..(unit + 1) * self.width];
            totals.iter_mut().zip(of_unit).for_each(|(all, one)| *all += multiplier * one);
        }
        match of_totals.at_totals(&totals, self.from) {
            // Without rows a ratio has no denominator either.
            Err(_) if weight <= 0.0 => Ok(vec![f64::NAN; terms]),
            other => other,
        }
    }
}
