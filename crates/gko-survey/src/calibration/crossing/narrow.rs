//! Cells that fit into two bytes.
//!
//! # Rule
//! Each classification in turn multiplies the places of a block by its number of
//! categories and adds its codes: plain loops over columns, for which the compiler
//! takes several rows at a time. A block in which some code is too large is then
//! looked through row by row.

use rayon::prelude::*;

use super::{BLOCK, Classified, Codes, Crossing, Outside, Places, outside};

/// Crosses classifications with fewer than 65535 crossings.
pub(super) fn cross(rows: usize, all: &[Classified<'_>], cells: usize) -> Crossing {
    let mut places = vec![0; rows];
    let blocks = places.par_chunks_mut(BLOCK).enumerate();
    let strays: Vec<_> = blocks.map(|(at, places)| fill(places, all, at * BLOCK, cells)).collect();
    let categories = categories(all, cells);
    Crossing { places: Places::Narrow(places), categories, cells, outside: strays.concat() }
}

/// The places of a block, and what stands outside of the cells there.
fn fill(places: &mut [u16], all: &[Classified<'_>], first: usize, cells: usize) -> Vec<Outside> {
    let rows = first..first + places.len();
    let mut inside = true;
    for one in all {
        inside &= place(places, one.codes.part(rows.clone()), one.categories);
    }
    if inside {
        return Vec::new();
    }
    let mut strays = Vec::new();
    for (place, row) in places.iter_mut().zip(rows) {
        if let Some(stray) = outside(all, row) {
            *place = short(cells);
            strays.push(stray);
        }
    }
    strays
}

/// One more classification; whether all its codes have a category.
fn place(places: &mut [u16], codes: Codes<'_>, categories: usize) -> bool {
    let width = short(categories);
    let largest = match codes {
        Codes::U8(codes) => u32::from(digit(places, codes, width, u16::from)),
        Codes::U16(codes) => u32::from(digit(places, codes, width, u16::from)),
        Codes::U32(codes) => digit(places, codes, width, low),
    };
    places.is_empty() || (largest as usize) < categories
}

/// Codes as one more digit of the places, and the largest code. Places of codes that
/// are too large wrap around, and are overwritten.
fn digit<C: Copy + Ord + Default>(
    places: &mut [u16],
    codes: &[C],
    width: u16,
    digit: impl Fn(C) -> u16,
) -> C {
    let mut largest = C::default();
    for (place, &code) in places.iter_mut().zip(codes) {
        *place = place.wrapping_mul(width).wrapping_add(digit(code));
        largest = largest.max(code);
    }
    largest
}

#[allow(clippy::cast_possible_truncation, reason = "larger codes are outside of the cells")]
fn low(code: u32) -> u16 {
    code as u16
}

/// A number of cells or categories, which fits.
fn short(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX)
}

/// By classification the category of each cell: the digits of its number.
fn categories(all: &[Classified<'_>], cells: usize) -> Vec<Vec<u32>> {
    let mut stride = cells;
    let mut digits = |one: &Classified<'_>| {
        stride /= one.categories.max(1);
        let digit = |cell: usize| u32::from(short(cell / stride % one.categories));
        (0..cells).map(digit).collect()
    };
    all.iter().map(&mut digits).collect()
}
