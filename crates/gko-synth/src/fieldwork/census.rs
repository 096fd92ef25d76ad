//! Everybody counted: what is true of a country.
//!
//! # Rule
//!
//! All PSUs are made once and their children counted by stratum, sex and age group.
//! A figure of any margin is a sum of these cells, so that margins agree to the
//! child. Counts are integers and hours are counted in halves: nothing is rounded,
//! and the order of the sums does not matter.

use std::ops::AddAssign;

use rayon::prelude::*;

use super::frame::Frame;
use super::people::{Child, Model};

/// What is counted of the children of a cell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Count {
    pub(super) children: u64,
    pub(super) users: u64,
    pub(super) harm: u64,
    pub(super) skills: u64,
    pub(super) half_hours: u64,
}

/// Sexes by age groups: the cells of a stratum.
const CELLS: usize = 6;

/// The counts of a country, by stratum, sex and age group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Census(Vec<[Count; CELLS]>);

impl AddAssign for Count {
    fn add_assign(&mut self, other: Self) {
        self.children += other.children;
        self.users += other.users;
        self.harm += other.harm;
        self.skills += other.skills;
        self.half_hours += other.half_hours;
    }
}

impl Count {
    fn of(child: &Child) -> Self {
        Self {
            children: 1,
            users: u64::from(child.internet),
            harm: u64::from(child.harm),
            skills: u64::from(child.skills),
            half_hours: u64::from(child.half_hours),
        }
    }
}

impl Census {
    pub(super) fn new(frame: &Frame, model: &Model) -> Self {
        let empty = || Self(vec![[Count::default(); CELLS]; frame.strata.len()]);
        let count = |mut census: Self, psu: &super::frame::Psu| {
            let households = model.households(psu, &frame.strata[psu.stratum]);
            for child in households.iter().flatten() {
                census.0[psu.stratum][3 * child.sex + child.age_group()] += Count::of(child);
            }
            census
        };
        frame.psus.par_iter().fold(empty, count).reduce(empty, Self::plus)
    }

    fn plus(mut self, other: Self) -> Self {
        for (own, others) in self.0.iter_mut().flatten().zip(other.0.iter().flatten()) {
            *own += *others;
        }
        self
    }

    /// The counts by a label that each stratum, sex and age group is given, in the
    /// order in which the labels come up.
    pub(super) fn by(&self, label: impl Fn(usize, usize, usize) -> String) -> Vec<(String, Count)> {
        let mut sums: Vec<(String, Count)> = Vec::new();
        for (stratum, cells) in self.0.iter().enumerate() {
            for (cell, count) in cells.iter().enumerate() {
                let label = label(stratum, cell / 3, cell % 3);
                match sums.iter_mut().find(|(known, _)| *known == label) {
                    Some((_, sum)) => *sum += *count,
                    None => sums.push((label, *count)),
                }
            }
        }
        sums
    }

    /// Everybody.
    pub(super) fn total(&self) -> Count {
        let mut sum = Count::default();
        self.0.iter().flatten().for_each(|count| sum += *count);
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::super::frame::SPECS;
    use super::*;

    #[test]
    fn the_count_by_cells_is_the_count_one_by_one() {
        let frame = Frame::new(&SPECS[1]);
        let model = Model::new(&SPECS[1], &frame);
        let census = Census::new(&frame, &model);
        let mut girls = Count::default();
        for psu in frame.psus_of(2) {
            let households = model.households(psu, &frame.strata[2]);
            let oldest = |c: &&Child| c.sex == 1 && c.years >= 15;
            households.iter().flatten().filter(oldest).for_each(|c| girls += Count::of(c));
        }
        assert!(girls.children > girls.users && girls.users > girls.harm && girls.harm > 0);
        let cells = census.by(|stratum, sex, age| format!("{stratum} {sex} {age}"));
        assert!(cells.contains(&("2 1 2".to_owned(), girls)));
        assert_eq!(census.by(|_, _, _| String::new()), [(String::new(), census.total())]);
    }
}
