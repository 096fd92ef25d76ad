//! Raking on the cells: sweeps over the margins until all hold.
//!
//! # Rule
//! Rows of one cell have one factor, so that a sweep needs the weight of each cell
//! and not the rows. A margin's cells stand listed by category; a category's sum adds
//! up short runs of its cells, four at a time, and the runs with compensation.

use super::crossing::Crossing;
use super::rake::RakeOptions;
use super::sums::{Sum, worst};
use super::targets::Targets;
use crate::error::Error;

/// The cells that have weight, and the margins' categories as lists of them.
#[derive(Debug)]
pub(super) struct Sweeps<'a> {
    margins: Vec<Listed<'a>>,
    /// The weight of each cell as it stands.
    weights: Vec<f64>,
}

/// A margin's cells, category by category.
#[derive(Debug)]
struct Listed<'a> {
    targets: &'a Targets,
    cells: Vec<u32>,
    /// Where each category's cells start, and after the last one their number.
    starts: Vec<usize>,
}

impl<'a> Sweeps<'a> {
    /// Cells of a crossing with a positive weight, in the order of `used`.
    pub(super) fn new(
        margins: &'a [Targets],
        crossing: &Crossing,
        used: &[usize],
        weights: Vec<f64>,
    ) -> Self {
        let listed = |(targets, categories): (&'a Targets, &Vec<u32>)| {
            let of_cell = used.iter().map(|&cell| categories[cell] as usize);
            Listed::new(targets, of_cell)
        };
        let margins = margins.iter().zip(crossing.categories()).map(listed).collect();
        Self { margins, weights }
    }

    /// Refuses targets without rows and rows without a target.
    pub(super) fn check_reachable(&self) -> Result<(), Error> {
        let check = |margin: &Listed<'_>| {
            margin.targets.check_reachable(&margin.sums(&self.weights), false)
        };
        self.margins.iter().try_for_each(check)
    }

    /// Sweeps until all margins hold: the weights of the cells, and the gaps on the way.
    pub(super) fn run(mut self, options: &RakeOptions) -> Result<(Vec<f64>, Vec<f64>), Error> {
        let mut trace = Vec::new();
        loop {
            let sums: Vec<_> = self.margins.iter().map(|m| m.sums(&self.weights)).collect();
            let gaps = self.gaps(&sums);
            let (at, gap) = worst(gaps.iter().map(|&(_, gap)| gap));
            trace.push(gap);
            let iterations = trace.len() - 1;
            if gap <= options.tolerance {
                return Ok((self.weights, trace));
            }
            if gap.is_nan() || iterations == options.max_iterations {
                let margin = self.margins[at].targets.label(gaps[at].0);
                let tolerance = options.tolerance;
                return Err(Error::NotCalibrated { margin, gap, tolerance, iterations, trace });
            }
            self.sweep(sums.into_iter().next());
        }
    }

    /// The worst category of each margin.
    fn gaps(&self, sums: &[Vec<f64>]) -> Vec<(usize, f64)> {
        self.margins.iter().zip(sums).map(|(margin, sums)| margin.targets.gap(sums)).collect()
    }

    /// Scales to each margin in turn; `known` has the sums of the first one.
    fn sweep(&mut self, mut known: Option<Vec<f64>>) {
        for margin in &self.margins {
            let sums = known.take().unwrap_or_else(|| margin.sums(&self.weights));
            margin.scale(&mut self.weights, &margin.targets.factors(&sums));
        }
    }
}

impl<'a> Listed<'a> {
    fn new(targets: &'a Targets, of_cell: impl Iterator<Item = usize> + Clone) -> Self {
        let mut starts = vec![0; targets.counts.len() + 1];
        of_cell.clone().for_each(|category| starts[category + 1] += 1);
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut next = starts.clone();
        let mut cells = vec![0; starts[starts.len() - 1]];
        for (cell, category) in (0..).zip(of_cell) {
            cells[next[category]] = cell;
            next[category] += 1;
        }
        Self { targets, cells, starts }
    }

    /// The cells of each category.
    fn categories(&self) -> impl Iterator<Item = &[u32]> {
        self.starts.windows(2).map(|ends| &self.cells[ends[0]..ends[1]])
    }

    /// The weight of each category.
    fn sums(&self, weights: &[f64]) -> Vec<f64> {
        self.categories().map(|cells| total(cells, weights)).collect()
    }

    fn scale(&self, weights: &mut [f64], factors: &[f64]) {
        for (cells, factor) in self.categories().zip(factors) {
            cells.iter().for_each(|&cell| weights[cell as usize] *= factor);
        }
    }
}

/// The weight of some cells.
fn total(cells: &[u32], weights: &[f64]) -> f64 {
    const RUN: usize = 128;
    let mut all = Sum::default();
    cells.chunks(RUN).for_each(|run| all.grow(short_total(run, weights)));
    all.value()
}

/// The weight of a few cells; four sums side by side do not wait for each other.
fn short_total(cells: &[u32], weights: &[f64]) -> f64 {
    let (fours, rest) = cells.as_chunks::<4>();
    let mut sums = [0.0; 4];
    for four in fours {
        for (sum, &cell) in sums.iter_mut().zip(four) {
            *sum += weights[cell as usize];
        }
    }
    let rest: f64 = rest.iter().map(|&cell| weights[cell as usize]).sum();
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_category_has_its_cells_in_their_order() {
        let targets = Targets::new("sex", &[1.0, 1.0, 1.0]).unwrap();
        let listed = Listed::new(&targets, [2, 0, 2, 0, 2].into_iter());
        let cells: Vec<_> = listed.categories().collect();
        assert_eq!(cells, [&[1, 3][..], &[], &[0, 2, 4]]);
        assert_eq!(listed.sums(&[1.0, 2.0, 4.0, 8.0, 16.0]), [10.0, 0.0, 21.0]);
    }

    #[test]
    fn long_lists_add_up() {
        let cells: Vec<u32> = (0..1003).collect();
        let weights: Vec<f64> = cells.iter().map(|&cell| f64::from(cell)).collect();
        assert_eq!(total(&cells, &weights), 1002.0 * 1003.0 / 2.0);
    }
}
