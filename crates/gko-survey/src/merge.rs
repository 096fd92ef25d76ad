//! The sum of two tables of totals, wherever their rows were read.
//!
//! # Rule
//! PSUs are the same when sample, stratum and PSU code are; cells of the same
//! PSU and atom are added, all others are kept as they are. When the shifts of
//! a mean differ, both sides are first moved to the lower one by algebra:
//! `Y' = Y + d·W`, d being the distance; squares about a mean do not move.

use std::sync::Arc;

use crate::error::Error;
use crate::frame::Frame;
use crate::kernel::Totals;
use crate::totals::PsuTotals;

impl PsuTotals {
    /// Adds another table, accumulated with the same items and domains.
    ///
    /// The parts of a PSU may stand in both: blocks, files and machines merge.
    /// The result agrees with one pass over all rows to rounding (1e-12).
    ///
    /// # Errors
    /// Items, domains or PSU labels that differ, or a PSU declared unique that
    /// now stands in two strata.
    pub fn merge(self, other: Self) -> Result<Self, Error> {
        self.check_alike(&other)?;
        let (frame, at_left, at_right) = self.frame.union(&other.frame)?;
        frame.check_labels()?;
        let shifts = lower_shifts(&frame, &self, &other);
        let left = place(self, &frame, &at_left, &shifts);
        let right = place(other, &frame, &at_right, &shifts);
        let totals = add(&left, &right);
        let (shape, layout) = (left.shape, left.layout);
        Ok(Self::new(Arc::new(frame), shape, layout, shifts, totals))
    }

    fn check_alike(&self, other: &Self) -> Result<(), Error> {
        let alike = [
            ("items", self.layout == other.layout),
            ("domains", self.shape == other.shape),
            ("PSU labels", self.frame.labels() == other.frame.labels()),
        ];
        match alike.into_iter().find(|(_, same)| !same) {
            None => Ok(()),
            Some((what, _)) => Err(Error::ShapeDiffers { what }),
        }
    }
}

/// Where each of a table's samples stands in a wider frame.
fn sample_places(frame: &Frame, totals: &PsuTotals) -> Vec<usize> {
    let codes = frame.samples();
    let place = |code: &u32| codes.partition_point(|other| other < code);
    totals.sample_codes().iter().map(place).collect()
}

/// For every sample and mean the lower of the two shifts.
fn lower_shifts(frame: &Frame, left: &PsuTotals, right: &PsuTotals) -> Vec<Option<f64>> {
    let means = left.layout.means();
    let mut shifts: Vec<Option<f64>> = vec![None; frame.samples().len() * means];
    for side in [left, right] {
        for (from, to) in sample_places(frame, side).into_iter().enumerate() {
            let theirs = &side.shifts[from * means..][..means];
            let ours = &mut shifts[to * means..][..means];
            ours.iter_mut().zip(theirs).for_each(|(a, b)| *a = lower(*a, *b));
        }
    }
    shifts
}

fn lower(a: Option<f64>, b: Option<f64>) -> Option<f64> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        _ => a.or(b),
    }
}

/// The same table in the positions of a wider frame, about lower shifts.
fn place(
    mut totals: PsuTotals,
    frame: &Frame,
    psus: &[usize],
    shifts: &[Option<f64>],
) -> PsuTotals {
    let samples = sample_places(frame, &totals);
    let means = totals.layout.means();
    for (from, &to) in samples.iter().enumerate() {
        let pairs =
            totals.shifts[from * means..][..means].iter().zip(&shifts[to * means..][..means]);
        let by: Vec<f64> = pairs.map(|pair| distance(*pair.0, *pair.1)).collect();
        rebase(&mut totals, from, &by);
    }
    for cell in &mut totals.cells {
        cell.psu = narrow(psus[cell.psu as usize]);
    }
    for key in &mut totals.moments.keys {
        key.0 = narrow(samples[key.0 as usize]);
    }
    totals
}

fn distance(old: Option<f64>, new: Option<f64>) -> f64 {
    old.zip(new).map_or(0.0, |(old, new)| old - new)
}

/// A position that came from 32 bits and still fits: a frame has no more PSUs than rows.
fn narrow(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}

/// Moves one sample's means to shifts that lie lower by `by`.
fn rebase(totals: &mut PsuTotals, sample: usize, by: &[f64]) {
    if by.iter().all(|&by| by == 0.0) {
        return;
    }
    let (items, shares, means) = (totals.layout.len(), totals.layout.shares(), by.len());
    for cell in totals.cells_of_sample(sample) {
        for (mean, by) in by.iter().enumerate() {
            let at = cell * items + shares + mean;
            totals.wy[at] += by * totals.w[at];
        }
    }
    for entry in totals.moments.of_sample(sample) {
        let line = &mut totals.moments.means[entry * means..][..means];
        line.iter_mut().zip(by).for_each(|(m, &by)| m.rebase(by));
    }
}

/// The sum of two tables in the same positions.
fn add(left: &PsuTotals, right: &PsuTotals) -> Totals {
    let mut cells = [&left.cells[..], &right.cells[..]].concat();
    cells.sort_unstable();
    cells.dedup();
    let items = left.layout.len();
    let mut w = vec![0.0; cells.len() * items];
    let mut wy = vec![0.0; cells.len() * items];
    for side in [left, right] {
        let mut to = 0;
        for (from, cell) in side.cells.iter().enumerate() {
            to += cells[to..].iter().take_while(|other| *other < cell).count();
            let (side_w, side_wy) = side.cell(from);
            add_line(&mut w[to * items..][..items], side_w);
            add_line(&mut wy[to * items..][..items], side_wy);
        }
    }
    let moments = left.moments.merge(&right.moments);
    Totals { cells, w, wy, moments }
}

fn add_line(to: &mut [f64], from: &[f64]) {
    to.iter_mut().zip(from).for_each(|(to, from)| *to += from);
}
