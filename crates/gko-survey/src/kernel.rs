//! The pass over the rows: PSU totals of all items in all atoms at once.
//!
//! # Rule
//! Rows in design order are cut into blocks of whole PSUs of one sample, about
//! 4096 rows each: the cut depends on the design alone, never on the number of
//! threads. A first look at a block lists its cells (PSU and atom with a row of
//! positive weight), so that every block then adds straight into its own part
//! of the result. A tile of rows is turned from columns into lines of bytes, and
//! each line is added without a branch to the line of its cell. Moments of the
//! blocks are merged along a fixed tree. Nothing is allocated in the row loop.

use std::ops::Range;

use rayon::prelude::*;

use crate::design::Design;
use crate::domains::Domains;
use crate::items::Columns;
use crate::moments::{MomentKey, Moments};

/// Rows a block aims at.
const BLOCK_ROWS: usize = 4096;
/// Rows turned from columns into lines at a time: with 64 items 4 KiB.
const TILE_ROWS: usize = 64;

/// A PSU, by its position in the frame, and an atom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Cell {
    pub(crate) psu: u32,
    pub(crate) atom: u32,
}

/// Cells in order, W and Y of every item in each, and the moments.
#[derive(Debug)]
pub(crate) struct Totals {
    pub(crate) cells: Vec<Cell>,
    pub(crate) w: Vec<f64>,
    pub(crate) wy: Vec<f64>,
    pub(crate) moments: Moments,
}

/// Whole PSUs of one sample.
#[derive(Debug)]
struct Block {
    sample: usize,
    psus: Range<usize>,
    rows: Range<usize>,
}

/// What a first look at a block found.
#[derive(Debug)]
struct Plan {
    block: Block,
    cells: Vec<Cell>,
    atoms: Vec<u16>,
}

/// What the pass reads.
#[derive(Debug)]
pub(crate) struct Kernel<'a> {
    pub(crate) design: &'a Design,
    pub(crate) domains: &'a Domains,
    pub(crate) columns: &'a Columns<'a>,
    pub(crate) shifts: &'a [Option<f64>],
}

/// One block's part of the result.
struct Part<'a> {
    plan: &'a Plan,
    w: &'a mut [f64],
    wy: &'a mut [f64],
}

/// A thread's working memory, kept from block to block.
#[derive(Debug, Default)]
struct Scratch {
    /// Position of an atom among the block's atoms.
    slot: Vec<u32>,
    /// Position in the block of the current PSU's cell, by slot.
    cell: Vec<usize>,
    tile: Vec<u8>,
    n: Vec<u32>,
    hits: Vec<u32>,
    rows: Vec<u64>,
}

/// The way through a block's PSUs and their cells.
struct Walk<'a> {
    psus: Range<usize>,
    psu_end: usize,
    cells: &'a [Cell],
    entered: usize,
}

impl<'a> Walk<'a> {
    fn new(plan: &'a Plan) -> Self {
        Self {
            psus: plan.block.psus.clone(),
            psu_end: plan.block.rows.start,
            cells: &plan.cells,
            entered: 0,
        }
    }

    /// Goes to the next PSU and notes where its cells are.
    fn enter(&mut self, design: &Design, scratch: &mut Scratch) {
        let Some(psu) = self.psus.next() else { return };
        self.psu_end = design.psu_rows(psu).end;
        let rest = &self.cells[self.entered..];
        for cell in rest.iter().take_while(|cell| cell.psu as usize == psu) {
            let slot = scratch.slot[cell.atom as usize] as usize;
            scratch.cell[slot] = self.entered;
            self.entered += 1;
        }
    }
}

impl Kernel<'_> {
    pub(crate) fn run(&self) -> Totals {
        let plans = self.plans();
        let items = self.columns.layout.len();
        let cells: Vec<Cell> = plans.iter().flat_map(|p| &p.cells).copied().collect();
        let mut w = vec![0.0; cells.len() * items];
        let mut wy = vec![0.0; cells.len() * items];
        let parts = split(&plans, items, &mut w, &mut wy);
        let moments: Vec<Moments> = parts
            .into_par_iter()
            .map_init(Scratch::default, |scratch, part| self.fill(part, scratch))
            .collect();
        let moments = Moments::merge_all(&self.columns.layout, moments);
        Totals { cells, w, wy, moments }
    }

    fn plans(&self) -> Vec<Plan> {
        let unseen = || vec![u32::MAX; self.domains.shape().atoms()];
        blocks(self.design)
            .into_par_iter()
            .map_init(unseen, |seen, block| self.plan(block, seen))
            .collect()
    }

    /// Lists the block's cells and atoms. `seen` holds the last PSU an atom was met in.
    fn plan(&self, block: Block, seen: &mut [u32]) -> Plan {
        let (mut cells, mut atoms) = (Vec::new(), Vec::new());
        for psu in block.psus.clone() {
            let from = cells.len();
            self.meet(psu, seen, &mut cells, &mut atoms);
            cells[from..].sort_unstable();
        }
        atoms.sort_unstable();
        atoms.dedup();
        Plan { block, cells, atoms }
    }

    fn meet(&self, psu: usize, seen: &mut [u32], cells: &mut Vec<Cell>, atoms: &mut Vec<u16>) {
        // Rows are counted in 32 bits, and a PSU has at least one.
        let psu_code = u32::try_from(psu).unwrap_or(u32::MAX);
        for at in self.design.psu_rows(psu) {
            let atom = self.atom(at);
            let last = &mut seen[usize::from(atom)];
            let weighted = self.design.weights()[at] > 0.0;
            if weighted && *last != psu_code {
                *last = psu_code;
                let atom = u32::from(atom);
                cells.push(Cell { psu: psu_code, atom });
                atoms.push(u16::try_from(atom).unwrap_or(u16::MAX));
            } else if !weighted {
                atoms.push(atom);
            }
        }
    }

    fn atom(&self, at: usize) -> u16 {
        self.domains.atoms()[self.design.order()[at] as usize]
    }

    /// Adds the rows of a block.
    fn fill(&self, mut part: Part<'_>, scratch: &mut Scratch) -> Moments {
        let plan = part.plan;
        // Zero already, but a page that is read before it is written faults twice.
        part.w.fill(0.0);
        part.wy.fill(0.0);
        let mut moments = self.start(plan, scratch);
        let mut walk = Walk::new(plan);
        for from in plan.block.rows.clone().step_by(TILE_ROWS) {
            let to = plan.block.rows.end.min(from + TILE_ROWS);
            self.gather(from..to, &mut scratch.tile);
            for at in from..to {
                if at == walk.psu_end {
                    walk.enter(self.design, scratch);
                }
                self.add_row(at, at - from, &mut part, scratch, &mut moments);
            }
        }
        finish(moments, scratch)
    }

    /// Clears the working memory and gives every atom of the block a slot.
    fn start(&self, plan: &Plan, scratch: &mut Scratch) -> Moments {
        let layout = &self.columns.layout;
        let sample = u32::try_from(plan.block.sample).unwrap_or(u32::MAX);
        let keys: Vec<MomentKey> = plan.atoms.iter().map(|&a| (sample, u32::from(a))).collect();
        scratch.slot.resize(self.domains.shape().atoms(), 0);
        for (slot, &atom) in (0_u32..).zip(&plan.atoms) {
            scratch.slot[usize::from(atom)] = slot;
        }
        scratch.cell.resize(plan.atoms.len(), 0);
        scratch.tile.resize(TILE_ROWS * layout.shares(), 0);
        reset(&mut scratch.n, plan.atoms.len() * layout.shares());
        reset(&mut scratch.hits, plan.atoms.len() * layout.shares());
        scratch.rows.clear();
        scratch.rows.resize(plan.atoms.len(), 0);
        Moments::zeros(layout, keys)
    }

    /// Turns columns into lines, a row each.
    #[inline(never)]
    fn gather(&self, rows: Range<usize>, tile: &mut [u8]) {
        let order = &self.design.order()[rows];
        let shares = self.columns.shares.len();
        for (share, codes) in self.columns.shares.iter().enumerate() {
            let to = tile[share..].iter_mut().step_by(shares);
            to.zip(order).for_each(|(to, &row)| *to = codes[row as usize]);
        }
    }

    #[inline]
    fn add_row(
        &self,
        at: usize,
        line: usize,
        part: &mut Part<'_>,
        scratch: &mut Scratch,
        moments: &mut Moments,
    ) {
        let weight = self.design.weights()[at];
        let slot = scratch.slot[usize::from(self.atom(at))] as usize;
        scratch.rows[slot] += 1;
        if weight == 0.0 {
            return;
        }
        let (items, shares) = (self.columns.layout.len(), self.columns.layout.shares());
        let cell = scratch.cell[slot] * items;
        let codes = &scratch.tile[line * shares..][..shares];
        let w = &mut part.w[cell..][..items];
        let wy = &mut part.wy[cell..][..items];
        let ww = &mut moments.ww[slot * items..][..items];
        add_weights(codes, weight, &mut w[..shares], &mut wy[..shares], &mut ww[..shares]);
        let count = slot * shares..(slot + 1) * shares;
        add_counts(codes, &mut scratch.n[count.clone()], &mut scratch.hits[count]);
        if items > shares {
            self.add_means(at, slot, w, wy, moments);
        }
    }

    /// The few means of a row, one by one.
    fn add_means(
        &self,
        at: usize,
        slot: usize,
        w: &mut [f64],
        wy: &mut [f64],
        moments: &mut Moments,
    ) {
        let row = self.design.order()[at] as usize;
        let weight = self.design.weights()[at];
        let (items, shares) = (self.columns.layout.len(), self.columns.layout.shares());
        let means = items - shares;
        let shifts = &self.shifts[moments.keys[slot].0 as usize * means..][..means];
        for (mean, columns) in self.columns.means.iter().enumerate() {
            if columns.in_base[row] != 1 {
                continue;
            }
            let (value, shift) = (columns.value[row], shifts[mean].unwrap_or(0.0));
            w[shares + mean] += weight;
            wy[shares + mean] += weight * (value - shift);
            moments.n[slot * items + shares + mean] += 1;
            moments.ww[slot * items + shares + mean] += weight * weight;
            moments.means[slot * means + mean].push(weight, value, shift);
        }
    }
}

/// Hands every block its own part of the result.
fn split<'a>(
    plans: &'a [Plan],
    items: usize,
    w: &'a mut [f64],
    wy: &'a mut [f64],
) -> Vec<Part<'a>> {
    let mut rest = (w, wy);
    let part = |plan: &'a Plan| {
        let len = plan.cells.len() * items;
        let (w, w_rest) = std::mem::take(&mut rest.0).split_at_mut(len);
        let (wy, wy_rest) = std::mem::take(&mut rest.1).split_at_mut(len);
        rest = (w_rest, wy_rest);
        Part { plan, w, wy }
    };
    plans.iter().map(part).collect()
}

/// W, Y and the squared weights of the shares. A select, not a branch: the
/// answers of a survey cannot be predicted. Kept out of line: as arguments the
/// slices are known not to overlap, which makes the loop five times faster.
#[inline(never)]
fn add_weights(codes: &[u8], weight: f64, w: &mut [f64], wy: &mut [f64], ww: &mut [f64]) {
    let square = weight * weight;
    for (((&code, w), wy), ww) in codes.iter().zip(w).zip(wy).zip(ww) {
        *w += if code <= 1 { weight } else { 0.0 };
        *wy += if code == 1 { weight } else { 0.0 };
        *ww += if code <= 1 { square } else { 0.0 };
    }
}

/// n and hits of the shares, out of line for the same reason.
#[inline(never)]
fn add_counts(codes: &[u8], n: &mut [u32], hits: &mut [u32]) {
    for ((&code, n), hits) in codes.iter().zip(n).zip(hits) {
        *n += u32::from(code <= 1);
        *hits += u32::from(code == 1);
    }
}

fn reset(counts: &mut Vec<u32>, len: usize) {
    counts.clear();
    counts.resize(len, 0);
}

/// Moves the block's counters into its moments.
fn finish(mut moments: Moments, scratch: &Scratch) -> Moments {
    moments.rows.copy_from_slice(&scratch.rows);
    let slots = moments.keys.len();
    let (items, shares) = (moments.n.len() / slots, moments.hits.len() / slots);
    for slot in 0..slots {
        for share in 0..shares {
            let from = slot * shares + share;
            moments.n[slot * items + share] = u64::from(scratch.n[from]);
            moments.hits[from] = u64::from(scratch.hits[from]);
        }
    }
    moments
}

/// Cuts the design into blocks of whole PSUs of one sample.
fn blocks(design: &Design) -> Vec<Block> {
    let mut blocks = Vec::new();
    for sample in 0..design.samples() {
        let psus = design.frame().psus_of_sample(sample);
        let mut first = psus.start;
        while first < psus.end {
            let start = design.psu_rows(first).start;
            let full = |psu: &usize| design.psu_rows(*psu).end - start >= BLOCK_ROWS;
            let end = (first..psus.end).find(full).map_or(psus.end, |psu| psu + 1);
            let rows = start..design.psu_rows(end - 1).end;
            let psus = first..end;
            blocks.push(Block { sample, psus, rows });
            first = end;
        }
    }
    blocks
}
