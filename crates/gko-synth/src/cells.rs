//! The cells of a population: sex by age group by kind of settlement.
//!
//! # Rule
//!
//! The cell of a respondent is `(sex · ages + age) · 2 + area`, with sex 0 boy or
//! man, 1 girl or woman; age the place of the age group; area 0 urban, 1 rural.
//! A cell's share of the population is the product of the three shares.

/// The cells of one unit in one country and their shares of the population.
#[derive(Clone, Debug)]
pub(crate) struct Cells {
    pub(crate) ages: usize,
    pub(crate) share: Vec<f64>,
}

/// A group of the population, as the breakdowns of a catalogue name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Everybody.
    Total,
    /// 0 boys or men, 1 girls or women.
    Sex(usize),
    /// The place of the age group: 9 to 11, 12 to 14, 15 to 17 for children; up
    /// to 35, 36 to 40, 41 to 45, from 46 for parents.
    Age(usize),
    /// 0 urban, 1 rural.
    Area(usize),
}

impl Cells {
    pub(crate) fn new(sex: [f64; 2], age: &[f64], area: [f64; 2]) -> Self {
        let shares = sex.into_iter().flat_map(|s| {
            age.iter().flat_map(move |a| area.into_iter().map(move |area| s * a * area))
        });
        Self { ages: age.len(), share: shares.collect() }
    }

    pub(crate) fn len(&self) -> usize {
        self.share.len()
    }

    pub(crate) const fn cell(&self, sex: usize, age: usize, area: usize) -> usize {
        (sex * self.ages + age) * 2 + area
    }

    /// Sex, age group and area of a cell.
    pub(crate) const fn parts(&self, cell: usize) -> [usize; 3] {
        [cell / 2 / self.ages, cell / 2 % self.ages, cell % 2]
    }

    pub(crate) fn holds(&self, group: Group, cell: usize) -> bool {
        let [sex, age, area] = self.parts(cell);
        match group {
            Group::Total => true,
            Group::Sex(wanted) => sex == wanted,
            Group::Age(wanted) => age == wanted,
            Group::Area(wanted) => area == wanted,
        }
    }

    /// The mean over a group of a value a cell, weighted by population and `asked`.
    pub(crate) fn mean(&self, group: Group, value: &[f64], asked: &[f64]) -> Option<f64> {
        let (mut sum, mut base) = (0.0, 0.0);
        for cell in (0..self.len()).filter(|cell| self.holds(group, *cell)) {
            let weight = self.share[cell] * asked[cell];
            sum += weight * value[cell];
            base += weight;
        }
        (base > 0.0).then(|| sum / base)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_and_their_parts_are_each_other_s_inverse() {
        let cells = Cells::new([0.5, 0.5], &[0.3, 0.3, 0.4], [0.6, 0.4]);
        assert_eq!(cells.len(), 12);
        assert!((cells.share.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        for cell in 0..12 {
            let [sex, age, area] = cells.parts(cell);
            assert_eq!(cells.cell(sex, age, area), cell);
        }
    }

    #[test]
    fn the_mean_of_a_group_is_over_those_asked() {
        let cells = Cells::new([0.5, 0.5], &[1.0], [0.25, 0.75]);
        let (value, asked) = ([0.0, 0.0, 1.0, 0.0], [1.0, 1.0, 1.0, 0.0]);
        let close = |group, expected: f64| {
            (cells.mean(group, &value, &asked).unwrap() - expected).abs() < 1e-12
        };
        assert!(close(Group::Total, 0.2) && close(Group::Sex(1), 1.0));
        assert_eq!(cells.mean(Group::Total, &value, &[0.0; 4]), None);
    }
}
