//! Crossings too many for two bytes: only those that some row has are cells.
//!
//! # Rule
//! Each classification in turn: a row's key is its number so far times the number of
//! categories plus its code. The keys that occur are numbered in their order, so there
//! are never more numbers than rows, whatever the product of the categories.

use rayon::prelude::*;

use super::{Classified, Crossing, Outside, Places, outside};

/// The number of a row outside of the cells, until their count is known.
const NOWHERE: u32 = u32::MAX;
/// The same among keys.
const NO_KEY: u64 = u64::MAX;

/// Crosses any classifications, one by one.
pub(super) fn cross(rows: usize, all: &[Classified<'_>]) -> Crossing {
    let start = Numbered { of_row: vec![0; rows], categories: Vec::new(), count: 1 };
    let done = all.iter().fold(start, Numbered::crossed);
    let stray = |(row, _): (usize, &u32)| outside(all, row);
    let rows = done.of_row.par_iter().enumerate().filter(|(_, cell)| **cell == NOWHERE);
    let strays: Vec<Outside> = rows.filter_map(stray).collect();
    let (places, categories, cells) = (stored(&done), done.categories, done.count);
    Crossing { places, categories, cells, outside: strays }
}

/// The cell of each row in as few bytes as it needs.
fn stored(done: &Numbered) -> Places {
    let last = u32::try_from(done.count).unwrap_or(NOWHERE);
    let place = |&cell: &u32| cell.min(last);
    match u16::try_from(last) {
        Ok(last) => {
            let short = |cell: &u32| u16::try_from(place(cell)).unwrap_or(last);
            Places::Narrow(done.of_row.par_iter().map(short).collect())
        }
        Err(_) => Places::Wide(done.of_row.par_iter().map(place).collect()),
    }
}

/// Crossings that occur, numbered.
struct Numbered {
    of_row: Vec<u32>,
    categories: Vec<Vec<u32>>,
    count: usize,
}

impl Numbered {
    /// With one more classification.
    fn crossed(self, next: &Classified<'_>) -> Self {
        let width = next.categories.max(1) as u64;
        let keys = self.keys(next, width);
        let found = Found::of(&keys, self.count as u64 * width);
        let of_row = keys.par_iter().map(|&key| found.number(key)).collect();
        let before = |key: &u64| whole(key / width);
        let mut categories: Vec<Vec<u32>> = self.categories;
        for category in &mut categories {
            *category = found.keys.iter().map(|key| category[before(key)]).collect();
        }
        let last = |key: &u64| u32::try_from(key % width).unwrap_or(NOWHERE);
        categories.push(found.keys.iter().map(last).collect());
        Self { of_row, categories, count: found.keys.len() }
    }

    fn keys(&self, next: &Classified<'_>, width: u64) -> Vec<u64> {
        let key = |(row, &number): (usize, &u32)| match next.codes.get(row) {
            Some(code) if number != NOWHERE && (code as usize) < next.categories => {
                u64::from(number) * width + u64::from(code)
            }
            _ => NO_KEY,
        };
        self.of_row.par_iter().enumerate().map(key).collect()
    }
}

/// The keys that occur, in their order.
struct Found {
    keys: Vec<u64>,
    /// The number of each key there could be, when those are few enough for a table.
    numbers: Vec<u32>,
}

impl Found {
    /// Of keys below `bound`: by marks in a table, or by sorting.
    fn of(keys: &[u64], bound: u64) -> Self {
        const SMALL: usize = 1 << 20;
        let used = keys.iter().copied().filter(|&key| key != NO_KEY);
        if whole(bound) > keys.len().max(SMALL) {
            let mut sorted: Vec<u64> = used.collect();
            sorted.par_sort_unstable();
            sorted.dedup();
            return Self { keys: sorted, numbers: Vec::new() };
        }
        let mut numbers = vec![NOWHERE; whole(bound)];
        used.for_each(|key| numbers[whole(key)] = 0);
        let marked = (0..bound).zip(&mut numbers).filter(|(_, number)| **number == 0);
        let number = |(at, (key, number)): (u32, (u64, &mut u32))| {
            *number = at;
            key
        };
        let keys = (0..).zip(marked).map(number).collect();
        Self { keys, numbers }
    }

    fn number(&self, key: u64) -> u32 {
        if key == NO_KEY {
            return NOWHERE;
        }
        match self.numbers.get(whole(key)) {
            Some(&number) => number,
            None => self.keys.binary_search(&key).map_or(NOWHERE, number),
        }
    }
}

fn number(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(NOWHERE)
}

/// A key as a position.
fn whole(key: u64) -> usize {
    usize::try_from(key).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::super::Codes;
    use super::*;

    /// Codes whose crossings number 10^15, so that keys are sorted.
    #[test]
    fn few_rows_among_very_many_crossings_have_few_cells() {
        let one = [7_u32, 99_999, 0, 7, 99_999, 100_000];
        let two = [5_u32, 0, 99_999, 5, 0, 3];
        let classified = |codes| Classified { codes: Codes::U32(codes), categories: 100_000 };
        let crossing = Crossing::new(6, &[classified(&one), classified(&two), classified(&one)]);
        assert_eq!(crossing.cells(), 3);
        let cells: Vec<_> = (0..6).map(|row| crossing.cell(row)).collect();
        assert_eq!(cells, [Some(1), Some(2), Some(0), Some(1), Some(2), None]);
        assert_eq!(crossing.categories()[1], [99_999, 5, 0]);
        assert_eq!(crossing.categories()[2], [0, 7, 99_999]);
    }

    /// More cells than two bytes can number.
    #[test]
    fn many_cells_have_four_bytes() {
        let codes: Vec<u32> = (0..70_000).rev().collect();
        let all = [Classified { codes: Codes::from(&codes), categories: 70_000 }];
        let crossing = Crossing::new(70_000, &all);
        assert!(matches!(crossing.places, Places::Wide(_)));
        assert!((0..70_000).all(|row| crossing.cell(row) == Some(codes[row] as usize)));
    }
}
