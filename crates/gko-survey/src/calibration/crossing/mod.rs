//! The cells in which several classifications cross, and the cell of each row.
//!
//! # Rule
//! While all crossings fit into two bytes, the cell of a row is `((c1·K2 + c2)·K3 +
//! c3)...` with its codes c and the numbers of categories K. Beyond that only
//! crossings that some row has are cells, in the same order. A row with a code that
//! has no category stands outside of the cells; only a row of weight 0 may.
//!
//! Sums by cell are made in blocks of rows whose size depends on the number of cells
//! alone, and the blocks' sums are added in their order: the same bits come out at
//! any number of threads.

mod narrow;
mod wide;

use std::ops::Range;

use rayon::prelude::*;

use super::codes::Codes;
use super::sums::Sum;

/// Rows that one thread takes at a time.
const BLOCK: usize = 1 << 16;

/// One classification: the codes of the rows, and how many categories there are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Classified<'a> {
    pub(super) codes: Codes<'a>,
    pub(super) categories: usize,
}

/// The cell of each row, and the categories of each cell.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Crossing {
    places: Places,
    /// By classification, the category of each cell.
    categories: Vec<Vec<u32>>,
    cells: usize,
    /// Rows outside of the cells, in their order.
    outside: Vec<Outside>,
}

/// The cell of each row, or the number of cells for a row outside of them.
#[derive(Debug, Clone, PartialEq)]
enum Places {
    Narrow(Vec<u16>),
    Wide(Vec<u32>),
}

/// The first classification in which a row has a code without a category.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Outside {
    classification: u32,
    code: u32,
}

/// A cell's number as it is stored.
trait Place: Copy + Send + Sync {
    fn at(self) -> usize;
}

impl Place for u16 {
    fn at(self) -> usize {
        usize::from(self)
    }
}

impl Place for u32 {
    fn at(self) -> usize {
        self as usize
    }
}

macro_rules! with_places {
    ($crossing:expr, $places:ident => $result:expr) => {
        match &$crossing.places {
            Places::Narrow($places) => $result,
            Places::Wide($places) => $result,
        }
    };
}

impl Crossing {
    /// Crosses classifications of the same rows.
    pub(super) fn new(rows: usize, all: &[Classified<'_>]) -> Self {
        let crossings = all.iter().try_fold(1_u16, |product, one| {
            product.checked_mul(u16::try_from(one.categories).ok()?)
        });
        match crossings {
            Some(cells) if cells < u16::MAX => narrow::cross(rows, all, usize::from(cells)),
            _ => wide::cross(rows, all),
        }
    }

    pub(super) fn rows(&self) -> usize {
        with_places!(self, places => places.len())
    }

    pub(super) fn cells(&self) -> usize {
        self.cells
    }

    /// The cell of a row; none for a row outside of the cells, or beyond the last row.
    pub(super) fn cell(&self, row: usize) -> Option<usize> {
        let place = with_places!(self, places => places.get(row).map(|place| place.at()));
        place.filter(|&cell| cell < self.cells)
    }

    /// The category of each cell, by classification.
    pub(super) fn categories(&self) -> &[Vec<u32>] {
        &self.categories
    }

    /// The sum of the rows' terms in each cell, and after them that of the rows outside.
    pub(super) fn tally<I: Iterator<Item = f64>>(
        &self,
        terms: impl Fn(Range<usize>) -> I + Sync,
    ) -> Vec<f64> {
        let sums = with_places!(self, places => tally(places, self.cells + 1, terms));
        sums.into_iter().map(Sum::value).collect()
    }

    /// Changes the value of each row, given its cell and its position.
    pub(super) fn change(
        &self,
        values: &mut [f64],
        change: impl Fn(usize, usize, &mut f64) + Sync,
    ) {
        with_places!(self, places => change_all(places, values, change));
    }

    /// A new value for each row, given its cell and its position.
    pub(super) fn values(&self, value: impl Fn(usize, usize) -> f64 + Sync) -> Vec<f64> {
        with_places!(self, places => {
            let places = places.par_iter().with_min_len(BLOCK).enumerate();
            places.map(|(row, place)| value(place.at(), row)).collect()
        })
    }

    /// The first row of a positive weight outside of the cells, in the first
    /// classification that has such a row: row, classification and code.
    pub(super) fn first_outside(&self, weights: &[f64]) -> Option<(usize, usize, u32)> {
        if self.outside.is_empty() {
            return None;
        }
        let rows = (0..weights.len()).filter(|&row| self.cell(row).is_none());
        let used = rows.zip(&self.outside).filter(|(row, _)| weights[*row] > 0.0);
        let first = used.min_by_key(|(_, outside)| outside.classification);
        first.map(|(row, outside)| (row, outside.classification as usize, outside.code))
    }
}

fn tally<P: Place, I: Iterator<Item = f64>>(
    places: &[P],
    cells: usize,
    terms: impl Fn(Range<usize>) -> I + Sync,
) -> Vec<Sum> {
    let block = BLOCK.max(4 * cells);
    let one = |(at, places): (usize, &[P])| {
        let mut sums = vec![Sum::default(); cells];
        let first = at * block;
        for (place, term) in places.iter().zip(terms(first..first + places.len())) {
            sums[place.at()].grow(term);
        }
        sums
    };
    let blocks: Vec<Vec<Sum>> = places.par_chunks(block).enumerate().map(one).collect();
    let mut sums = vec![Sum::default(); cells];
    for block in &blocks {
        sums.iter_mut().zip(block).for_each(|(sum, part)| sum.join(*part));
    }
    sums
}

fn change_all<P: Place>(
    places: &[P],
    values: &mut [f64],
    change: impl Fn(usize, usize, &mut f64) + Sync,
) {
    let blocks = values.par_chunks_mut(BLOCK).zip(places.par_chunks(BLOCK)).enumerate();
    blocks.for_each(|(at, (values, places))| {
        for (row, (value, place)) in values.iter_mut().zip(places).enumerate() {
            change(place.at(), at * BLOCK + row, value);
        }
    });
}

/// The first code of a row that has no category.
fn outside(all: &[Classified<'_>], row: usize) -> Option<Outside> {
    (0..).zip(all).find_map(|(classification, one)| {
        let code = one.codes.get(row).filter(|&code| code as usize >= one.categories)?;
        Some(Outside { classification, code })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEX: [u8; 6] = [0, 1, 1, 0, 9, 1];
    const AGE: [u32; 6] = [2, 0, 2, 70_000, 0, 2];

    /// Two classifications; `classes` of the second.
    fn crossing(classes: usize) -> Crossing {
        let sex = Classified { codes: Codes::from(&SEX), categories: 2 };
        let age = Classified { codes: Codes::from(&AGE), categories: classes };
        Crossing::new(6, &[sex, age])
    }

    fn place(crossing: &Crossing, row: usize) -> Option<(u32, u32)> {
        let at = crossing.cell(row)?;
        Some((crossing.categories()[0][at], crossing.categories()[1][at]))
    }

    #[test]
    fn cells_are_all_crossings_or_those_that_occur() {
        let (dense, sparse) = (crossing(3), crossing(60_000));
        assert_eq!((dense.cells(), sparse.cells()), (6, 3));
        for crossing in [dense, sparse] {
            let places: Vec<_> = (0..6).map(|row| place(&crossing, row)).collect();
            let inside = [Some((0, 2)), Some((1, 0)), Some((1, 2)), None, None, Some((1, 2))];
            assert_eq!(places, inside);
            assert_eq!((crossing.rows(), crossing.cell(6)), (6, None));
        }
    }

    #[test]
    fn sums_of_cells_are_those_of_their_rows() {
        let weights = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0];
        for crossing in [crossing(3), crossing(60_000)] {
            let sums = crossing.tally(|rows| weights[rows].iter().copied());
            assert_eq!(sums[crossing.cells()], 24.0);
            let of = |row| sums[crossing.cell(row).unwrap()];
            assert_eq!([0, 1, 2].map(of), [1.0, 2.0, 36.0]);
            let values = crossing.values(|cell, row| sums[cell] - weights[row]);
            assert_eq!(values, [0.0, 0.0, 32.0, 16.0, 8.0, 4.0]);
            let mut changed = weights;
            crossing.change(&mut changed, |cell, _, value| *value = sums[cell] - *value);
            assert_eq!(changed[..], values);
        }
    }

    #[test]
    fn the_first_row_outside_is_of_the_first_classification_with_one() {
        for crossing in [crossing(3), crossing(60_000)] {
            assert_eq!(crossing.first_outside(&[1.0; 6]), Some((4, 0, 9)));
            let without = [1.0, 1.0, 1.0, 1.0, 0.0, 1.0];
            assert_eq!(crossing.first_outside(&without), Some((3, 1, 70_000)));
            assert_eq!(crossing.first_outside(&[1.0, 1.0, 1.0, 0.0, 0.0, 1.0]), None);
        }
    }

    #[test]
    fn without_categories_every_row_is_outside() {
        let none = Classified { codes: Codes::from(&[0_u8; 2]), categories: 0 };
        let crossing = Crossing::new(2, &[none]);
        assert_eq!((crossing.cells(), crossing.cell(0)), (0, None));
        assert_eq!(crossing.first_outside(&[0.0, 1.0]), Some((1, 0, 0)));
    }
}
