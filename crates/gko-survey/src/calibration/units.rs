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

use std::borrow::Cow;

use crate::Matrix;

/// The row is in no unit.
pub(super) const NONE: u32 = u32::MAX;

/// Units with their weights, sizes, auxiliaries and variances.
#[derive(Debug)]
pub(super) struct Units<'a> {
    /// The unit of each row, or [`NONE`].
    pub(super) of_row: Vec<u32>,
    pub(super) weight: Vec<f64>,
    /// Rows in the unit.
    pub(super) size: Vec<f64>,
    /// Units by auxiliaries: the caller's own where each row is a unit.
    pub(super) x: Cow<'a, Matrix>,
    /// Proportional to the residual variance of the unit.
    pub(super) variance: Vec<f64>,
}

impl<'a> Units<'a> {
    pub(super) fn new(
        weights: &[f64],
        x: &'a Matrix,
        variance: Option<&[f64]>,
        cluster: Option<&[u32]>,
    ) -> Self {
        let (of_row, count) = number(weights, cluster);
        let (mut weight, mut size) = (vec![0.0; count], vec![0.0; count]);
        for (&unit, &row_weight) in of_row.iter().zip(weights).filter(|(u, _)| **u != NONE) {
            weight[unit as usize] += row_weight;
            size[unit as usize] += 1.0;
        }
        let rows = Rows { of_row: &of_row, weights, unit_weight: &weight };
        let variance = match variance {
            Some(values) => rows.means(values),
            None => vec![1.0; count],
        };
        let x = match cluster {
            None if count == weights.len() => Cow::Borrowed(x),
            _ => Cow::Owned(rows.means_of(x)),
        };
        Self { of_row, weight, size, x, variance }
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.weight.len()
    }
}

/// The rows, and the weight of the unit of each.
struct Rows<'a> {
    of_row: &'a [u32],
    weights: &'a [f64],
    unit_weight: &'a [f64],
}

impl Rows<'_> {
    /// The weighted mean in each unit.
    fn means(&self, values: &[f64]) -> Vec<f64> {
        let mut means = vec![0.0; self.unit_weight.len()];
        let rows = self.of_row.iter().zip(self.weights).zip(values);
        for ((&unit, weight), value) in rows.filter(|((u, _), _)| **u != NONE) {
            means[unit as usize] += weight / self.unit_weight[unit as usize] * value;
        }
        means
    }

    fn means_of(&self, x: &Matrix) -> Matrix {
        let columns = x.as_slice().chunks_exact(x.nrows().max(1));
        let means = columns.flat_map(|column| self.means(column));
        Matrix::from_iterator(self.unit_weight.len(), x.ncols(), means)
    }
}

/// Numbers the units from 0, clusters by ascending code.
fn number(weights: &[f64], cluster: Option<&[u32]>) -> (Vec<u32>, usize) {
    let Some(codes) = cluster else { return number_rows(weights) };
    let used = || (0..weights.len()).filter(|&row| weights[row] > 0.0);
    let mut distinct: Vec<u32> = used().map(|row| codes[row]).collect();
    distinct.sort_unstable();
    distinct.dedup();
    let mut of_row = vec![NONE; weights.len()];
    for row in used() {
        let unit = distinct.partition_point(|&other| other < codes[row]);
        of_row[row] = u32::try_from(unit).unwrap_or(NONE);
    }
    (of_row, distinct.len())
}

fn number_rows(weights: &[f64]) -> (Vec<u32>, usize) {
    let mut units = 0..NONE;
    let number = |&weight: &f64| match weight > 0.0 {
        true => units.next().unwrap_or(NONE),
        false => NONE,
    };
    let of_row: Vec<u32> = weights.iter().map(number).collect();
    let count = of_row.iter().filter(|&&unit| unit != NONE).count();
    (of_row, count)
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
        assert!(matches!(Units::new(&[1.0; 3], &x, None, None).x, Cow::Borrowed(_)));
    }
}
