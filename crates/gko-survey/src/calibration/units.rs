//! What gets a factor of its own: a row, or a cluster of rows.
//!
//! # Rule
//! Rows of weight 0 are in no unit. Without clusters each other row is one. A
//! cluster has the weight `D = sum of d`, and its auxiliaries and variance are the
//! means of its rows weighted by d, so that `D·x` are its totals and the factors
//! of the clusters reproduce the targets whatever the weights inside.
//!
//! # References
//! Lemaître, Dufour (1987) *Survey Methodology* 13, 199-207; R survey 4.5,
//! `calibrate(aggregate.stage =)`, which averages weights and auxiliaries apart:
//! the same where a cluster has one weight, else its totals miss the targets.

use crate::Matrix;

/// The row is in no unit.
pub(super) const NONE: u32 = u32::MAX;

/// Units with their weights, sizes, auxiliaries and variances.
#[derive(Debug)]
pub(super) struct Units {
    /// The unit of each row, or [`NONE`].
    pub(super) of_row: Vec<u32>,
    pub(super) weight: Vec<f64>,
    /// Rows in the unit.
    pub(super) size: Vec<f64>,
    /// Units by auxiliaries.
    pub(super) x: Matrix,
    /// Proportional to the residual variance of the unit.
    pub(super) variance: Vec<f64>,
}

impl Units {
    pub(super) fn new(
        weights: &[f64],
        x: &Matrix,
        variance: Option<&[f64]>,
        cluster: Option<&[u32]>,
    ) -> Self {
        let (of_row, count) = number(weights, cluster);
        let (weight, size) = (vec![0.0; count], vec![0.0; count]);
        let (means, spread) = (Matrix::zeros(count, x.ncols()), vec![0.0; count]);
        let mut units = Self { of_row, weight, size, x: means, variance: spread };
        units.weigh(weights);
        units.average(weights, x, variance);
        units
    }

    fn weigh(&mut self, weights: &[f64]) {
        for (&unit, &weight) in self.of_row.iter().zip(weights).filter(|(u, _)| **u != NONE) {
            self.weight[unit as usize] += weight;
            self.size[unit as usize] += 1.0;
        }
    }

    fn average(&mut self, weights: &[f64], x: &Matrix, variance: Option<&[f64]>) {
        for (row, &unit) in self.of_row.iter().enumerate().filter(|(_, u)| **u != NONE) {
            let unit = unit as usize;
            let part = weights[row] / self.weight[unit];
            self.variance[unit] += part * variance.map_or(1.0, |all| all[row]);
            for column in 0..x.ncols() {
                self.x[(unit, column)] += part * x[(row, column)];
            }
        }
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.weight.len()
    }
}

/// Numbers the units from 0, clusters by ascending code.
fn number(weights: &[f64], cluster: Option<&[u32]>) -> (Vec<u32>, usize) {
    let code = |row: usize| match cluster {
        Some(codes) => u64::from(codes[row]),
        None => row as u64,
    };
    let used = || (0..weights.len()).filter(|&row| weights[row] > 0.0);
    let mut codes: Vec<u64> = used().map(code).collect();
    codes.sort_unstable();
    codes.dedup();
    let mut of_row = vec![NONE; weights.len()];
    for row in used() {
        let unit = codes.partition_point(|&other| other < code(row));
        of_row[row] = u32::try_from(unit).unwrap_or(NONE);
    }
    (of_row, codes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cluster_has_the_weighted_means_of_its_rows() {
        let x = Matrix::from_row_slice(4, 1, &[1.0, 5.0, 9.0, f64::NAN]);
        let units = Units::new(&[3.0, 1.0, 2.0, 0.0], &x, None, Some(&[7, 7, 2, 7]));
        assert_eq!(units.of_row, [1, 1, 0, NONE]);
        assert_eq!((&units.weight[..], &units.size[..]), (&[2.0, 4.0][..], &[1.0, 2.0][..]));
        assert_eq!(units.x.as_slice(), [9.0, 2.0]);
        assert_eq!(units.variance, [1.0, 1.0]);
    }

    #[test]
    fn each_row_with_a_weight_is_a_unit() {
        let x = Matrix::from_row_slice(3, 1, &[4.0, 5.0, 6.0]);
        let units = Units::new(&[3.0, 0.0, 2.0], &x, Some(&[2.0, 0.0, 8.0]), None);
        assert_eq!(units.of_row, [0, NONE, 1]);
        assert_eq!((units.x.as_slice(), &units.variance[..]), (&[4.0, 6.0][..], &[2.0, 8.0][..]));
        assert_eq!(units.count(), 2);
    }
}
