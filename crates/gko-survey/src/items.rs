//! What is totalled: shares and means, each with its own base.
//!
//! # Rule
//! A share reads one byte a row: 0 is in the base and not counted, 1 is in the
//! base and counted, everything else is out of the base. A mean reads a number
//! and whether the row is in the base. A row may be in the base of one item and
//! out of the base of the next: there is no listwise deletion.
//!
//! A mean is accumulated about a shift, the smallest value that its sample has
//! in the base: exact, the same for any order of the rows, and close to the data,
//! so that values near 1e12 keep the digits in which they differ.

use rayon::prelude::*;

use crate::design::Design;
use crate::error::{Error, same_length};

/// One indicator's column.
#[derive(Debug, Clone, Copy)]
pub enum Item<'a> {
    /// 0: in the base, not counted; 1: in the base, counted; else out of the base.
    Share(&'a [u8]),
    /// A number, in the base where `in_base` is 1.
    Mean {
        /// The values; those out of the base are not looked at.
        value: &'a [f64],
        /// 1 where the value is in the base.
        in_base: &'a [u8],
    },
}

/// What an estimate measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantity {
    /// A share, between 0 and 1.
    Share,
    /// A mean, in the item's unit.
    Mean,
}

/// A mean's two columns.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MeanColumns<'a> {
    pub(crate) item: usize,
    pub(crate) value: &'a [f64],
    pub(crate) in_base: &'a [u8],
}

/// Where items stand in a cell: shares first, then means.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Layout {
    kinds: Vec<Quantity>,
    columns: Vec<usize>,
    shares: usize,
}

impl Layout {
    fn new(items: &[Item<'_>]) -> Self {
        let kinds: Vec<Quantity> = items.iter().map(kind).collect();
        let shares = kinds.iter().filter(|&&k| k == Quantity::Share).count();
        let (mut share, mut mean) = (0..shares, shares..);
        let place = |kind: &Quantity| match kind {
            Quantity::Share => share.next(),
            Quantity::Mean => mean.next(),
        };
        let columns = kinds.iter().filter_map(place).collect();
        Self { kinds, columns, shares }
    }

    pub(crate) fn len(&self) -> usize {
        self.kinds.len()
    }

    pub(crate) fn shares(&self) -> usize {
        self.shares
    }

    pub(crate) fn means(&self) -> usize {
        self.len() - self.shares
    }

    /// What item `item` measures, and its column.
    pub(crate) fn get(&self, item: usize) -> (Quantity, usize) {
        (self.kinds[item], self.columns[item])
    }
}

fn kind(item: &Item<'_>) -> Quantity {
    match item {
        Item::Share(_) => Quantity::Share,
        Item::Mean { .. } => Quantity::Mean,
    }
}

/// The items' columns, checked and parted by what they measure.
#[derive(Debug)]
pub(crate) struct Columns<'a> {
    pub(crate) layout: Layout,
    pub(crate) shares: Vec<&'a [u8]>,
    pub(crate) means: Vec<MeanColumns<'a>>,
}

impl<'a> Columns<'a> {
    pub(crate) fn new(rows: usize, items: &[Item<'a>]) -> Result<Self, Error> {
        if items.is_empty() {
            return Err(Error::NoItems);
        }
        let layout = Layout::new(items);
        let (mut shares, mut means) = (Vec::new(), Vec::new());
        for (item, columns) in items.iter().enumerate() {
            let name = format!("item {item}");
            match *columns {
                Item::Share(codes) => {
                    same_length(&name, rows, codes.len())?;
                    shares.push(codes);
                }
                Item::Mean { value, in_base } => {
                    same_length(&name, rows, value.len())?;
                    same_length(&format!("{name} (base)"), rows, in_base.len())?;
                    means.push(MeanColumns { item, value, in_base });
                }
            }
        }
        Ok(Self { layout, shares, means })
    }

    /// The shift of every mean in every sample, `None` where its base is empty.
    pub(crate) fn shifts(&self, design: &Design) -> Result<Vec<Option<f64>>, Error> {
        self.means.par_iter().try_for_each(|mean| mean.check())?;
        let all = (0..design.samples())
            .flat_map(|sample| (0..self.means.len()).map(move |m| (sample, m)));
        let all: Vec<(usize, usize)> = all.collect();
        all.into_par_iter().map(|(sample, mean)| self.means[mean].shift(design, sample)).collect()
    }
}

impl MeanColumns<'_> {
    /// Refuses the first value in the base that is not finite.
    fn check(&self) -> Result<(), Error> {
        let mut rows = self.value.iter().zip(self.in_base);
        match rows.position(|(value, &base)| base == 1 && !value.is_finite()) {
            None => Ok(()),
            Some(row) => Err(Error::NotFinite { item: self.item, row }),
        }
    }

    fn shift(&self, design: &Design, sample: usize) -> Result<Option<f64>, Error> {
        let (mut low, mut high, mut weight) = (f64::INFINITY, f64::NEG_INFINITY, 0.0);
        for at in design.sample_rows(sample) {
            let row = design.order()[at] as usize;
            if self.in_base[row] == 1 {
                low = low.min(self.value[row]);
                high = high.max(self.value[row]);
                weight += design.weights()[at];
            }
        }
        let spread = high - low;
        if low > high || (spread * spread * weight).is_finite() {
            return Ok((low <= high).then_some(low));
        }
        Err(Error::ValuesTooFarApart { item: self.item, sample: design.sample_codes()[sample] })
    }
}
