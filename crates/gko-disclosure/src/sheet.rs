//! Figures of any kind, each held to the counted cells that it rests on.
//!
//! # Rule
//! Respondents are counted in cells of one crossing; a cell with `None` in some
//! places is a margin. A line (a total, a coefficient, a test) says on which
//! cells it rests and how:
//!
//! 1. a base of it: hidden where n is below `minimum_n`;
//! 2. a count within a base (a numerator, a level of a factor, an outcome): hidden
//!    where the count or its complement is below `minimum_count`, none included;
//! 3. a count that is in no crossing (rows beyond a quantile, degrees of freedom
//!    of a residual): hidden where it is below `minimum_count`;
//! 4. further cells are hidden until no hidden one can be found by subtraction;
//! 5. a share or mean must pass the reliability standard besides.
//!
//! A line is hidden with any cell that it rests on, and its n with it; a line that
//! is merely unreliable keeps its n. What two lines share (a covariance) is
//! hidden with either.
//!
//! # Assumptions
//! The crossing is a partition of the rows. Differences between two answers are
//! not looked at.
//!
//! # Example
//! ```
//! use gko_disclosure::{Line, Mark, Reason, Rest, Rules, Sheet};
//!
//! let mut sheet = Sheet::new();
//! let all = sheet.cell(vec![None], 100);
//! let girls = sheet.cell(vec![Some(0)], 88);
//! let boys = sheet.cell(vec![Some(1)], 12);
//! sheet.line(Line::new("total of all", all));
//! sheet.line(Line::new("total of girls", girls));
//! sheet.line(Line::new("total of boys", boys));
//! let table = sheet.protect(&Rules::default());
//! // Twelve boys are too few, and would follow from the other two totals.
//! assert_eq!(table.lines()[0].content(), Some(&"total of all"));
//! assert_eq!(table.lines()[1].reasons(), [Reason::Complementary]);
//! assert_eq!((table.lines()[2].mark(), table.lines()[2].n()), (Mark::Suppressed, None));
//! ```

use std::collections::BTreeMap;

use gko_survey::{Absent, Estimate, Quantity, SinglePsu};

use crate::complementary::{self, Own, Part};
use crate::figure::{Mark, ProtectedFigure, Reason};
use crate::judge;
use crate::rules::Rules;

/// A cell of a [`Sheet`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CellId(usize);

/// What a line rests on besides its base.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rest {
    /// A further base, such as the other group of a comparison.
    Base(CellId),
    /// A count within a base: neither it nor its complement may be small.
    Count(CellId, CellId),
    /// A group of its own, with no complement to protect.
    Group(CellId),
    /// A count that stands alone.
    Alone(u64),
}

/// A figure on its way to disclosure control, with anything that goes with it.
#[derive(Clone, Debug)]
#[must_use = "a line is protected with its sheet"]
pub struct Line<T> {
    content: T,
    base: CellId,
    rests: Vec<Rest>,
    estimate: Option<Estimate>,
}

impl<T> Line<T> {
    /// A line that rests on a base.
    pub const fn new(content: T, base: CellId) -> Self {
        Self { content, base, rests: Vec::new(), estimate: None }
    }

    /// Rests it on more.
    pub fn rests_on(mut self, rests: impl IntoIterator<Item = Rest>) -> Self {
        self.rests.extend(rests);
        self
    }

    /// Holds it to the reliability standard, as this share or mean.
    pub fn judged_as(mut self, estimate: Estimate) -> Self {
        self.estimate = Some(estimate);
        self
    }
}

/// Lines and the cells that they rest on, before disclosure control: it can be
/// protected, and not be printed.
#[derive(Clone)]
pub struct Sheet<T> {
    cells: BTreeMap<Vec<Option<u8>>, CellId>,
    n: Vec<u64>,
    lines: Vec<Line<T>>,
}

impl<T> Default for Sheet<T> {
    fn default() -> Self {
        Self { cells: BTreeMap::new(), n: Vec::new(), lines: Vec::new() }
    }
}

impl<T> Sheet<T> {
    /// No cell and no line yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A cell of the crossing with its unweighted count; the same place is the same cell.
    pub fn cell(&mut self, place: Vec<Option<u8>>, n: u64) -> CellId {
        let next = CellId(self.n.len());
        let id = *self.cells.entry(place).or_insert(next);
        if id == next {
            self.n.push(n);
        }
        id
    }

    /// The count of a cell.
    #[must_use]
    pub fn count(&self, cell: CellId) -> u64 {
        self.n.get(cell.0).copied().unwrap_or(0)
    }

    /// Adds a line.
    pub fn line(&mut self, line: Line<T>) {
        self.lines.push(line);
    }

    /// The lines as they are, for those who may see the microdata: nothing was protected.
    #[must_use]
    pub fn unprotected(self) -> Vec<(T, u64)> {
        let n = self.n;
        self.lines.into_iter().map(|line| (line.content, n[line.base.0])).collect()
    }

    /// Hides every line that rests on too few.
    #[must_use]
    pub fn protect(self, rules: &Rules) -> ProtectedSheet<T> {
        let hidden = self.hidden_cells(rules);
        let n = self.n;
        let lines = self.lines.into_iter().map(|line| {
            let judgement = Judgement::of(&line, &hidden, rules);
            judgement.line(line.content, n[line.base.0])
        });
        ProtectedSheet { lines: lines.collect() }
    }

    /// For each cell why it is hidden, if it is.
    fn hidden_cells(&self, rules: &Rules) -> Vec<Option<Reason>> {
        let mut own: Vec<Option<Reason>> = vec![None; self.n.len()];
        for line in &self.lines {
            for (cell, reason) in self.too_small(line, rules) {
                own[cell.0].get_or_insert(reason);
            }
        }
        let mut figures: Vec<ProtectedFigure> =
            self.n.iter().zip(&own).map(|(&n, own)| stand_in(n, *own)).collect();
        complementary::suppress(&self.parts(&own), &mut figures);
        let late = figures.iter().map(|figure| match figure.mark() {
            Mark::Suppressed => figure.reasons().first().copied(),
            _ => None,
        });
        late.zip(own).map(|(late, own)| own.or(late)).collect()
    }

    fn too_small(&self, line: &Line<T>, rules: &Rules) -> Vec<(CellId, Reason)> {
        let n = |cell: CellId| self.n[cell.0];
        let base = |cell: CellId| (n(cell) < rules.minimum_n).then_some((cell, Reason::SmallBase));
        let rest = |rest: &Rest| match *rest {
            Rest::Base(cell) => base(cell),
            Rest::Group(cell) => {
                (n(cell) < rules.minimum_count).then_some((cell, Reason::SmallCount))
            }
            Rest::Count(cell, of) => {
                let least = n(cell).min(n(of).saturating_sub(n(cell)));
                (least < rules.minimum_count).then_some((cell, Reason::SmallCount))
            }
            Rest::Alone(_) => None,
        };
        line.rests.iter().filter_map(rest).chain(base(line.base)).collect()
    }

    fn parts(&self, own: &[Option<Reason>]) -> Vec<Part<'_>> {
        let mut places: Vec<(&[Option<u8>], CellId)> =
            self.cells.iter().map(|(place, id)| (place.as_slice(), *id)).collect();
        places.sort_by_key(|(_, id)| *id);
        let parts = places.into_iter().map(|(cell, id)| Part {
            group: 0,
            cell,
            n: self.n[id.0],
            hits: 0,
            own: if own[id.0].is_some() { Own::SmallBase } else { Own::Other },
            sensitive_share: false,
        });
        parts.collect()
    }
}

/// A cell as the search for complements sees it: its n published or not.
fn stand_in(n: u64, hidden: Option<Reason>) -> ProtectedFigure {
    if hidden.is_some() {
        return ProtectedFigure::suppressed(None, Reason::SmallBase);
    }
    let estimate = Estimate {
        quantity: Quantity::Mean,
        value: Some(0.0),
        se: None,
        interval: None,
        df: 0,
        n,
        hits: 0,
        n_weighted: 0.0,
        n_eff: None,
        kg_n: None,
        nchs_interval: None,
        deff: None,
        kish_deff: None,
        single_psu: SinglePsu::Fail,
        absent: Some(Absent::NoDf),
    };
    ProtectedFigure::shown(&estimate, 0.0, Vec::new())
}

/// What is said of a line.
struct Judgement {
    mark: Mark,
    reasons: Vec<Reason>,
    keeps_n: bool,
}

impl Judgement {
    fn of<T>(line: &Line<T>, hidden: &[Option<Reason>], rules: &Rules) -> Self {
        let at = |cell: CellId| hidden[cell.0];
        let rest = |rest: &Rest| match *rest {
            Rest::Base(cell) | Rest::Group(cell) | Rest::Count(cell, _) => at(cell),
            Rest::Alone(count) => (count < rules.minimum_count).then_some(Reason::SmallCount),
        };
        if let Some(reason) = at(line.base) {
            return Self::secret(reason, false);
        }
        if let Some(reason) = line.rests.iter().find_map(rest) {
            return Self::secret(reason, true);
        }
        let judged = line.estimate.as_ref().map(|estimate| judge::figure(estimate, true, rules));
        judged.map_or(Self { mark: Mark::Shown, reasons: Vec::new(), keeps_n: true }, |figure| {
            let keeps_n = figure.n().is_some();
            Self { mark: figure.mark(), reasons: figure.reasons().to_vec(), keeps_n }
        })
    }

    fn secret(reason: Reason, keeps_n: bool) -> Self {
        Self { mark: Mark::Suppressed, reasons: vec![reason], keeps_n }
    }

    fn line<T>(self, content: T, n: u64) -> ProtectedLine<T> {
        let shown = matches!(self.mark, Mark::Shown | Mark::Review);
        ProtectedLine {
            content: shown.then_some(content),
            n: self.keeps_n.then_some(n),
            mark: self.mark,
            reasons: self.reasons,
        }
    }
}

/// Lines that may leave, in the order in which they were added.
#[derive(Clone, Debug, PartialEq)]
pub struct ProtectedSheet<T> {
    lines: Vec<ProtectedLine<T>>,
}

impl<T> ProtectedSheet<T> {
    /// The lines.
    #[must_use]
    pub fn lines(&self) -> &[ProtectedLine<T>] {
        &self.lines
    }

    /// A matrix between lines, given by rows: what is left are the entries of each
    /// shown line with itself. A covariance between two lines tells how many rows
    /// count in both, which no line's own cells say.
    #[must_use]
    pub fn between(&self, rows: &[Vec<f64>]) -> Vec<Vec<Option<f64>>> {
        let shown = |at: usize| self.lines.get(at).is_some_and(|line| line.content.is_some());
        let entry =
            |row: usize, column: usize, value: f64| (shown(row) && row == column).then_some(value);
        let row = |(row, all): (usize, &Vec<f64>)| {
            all.iter().enumerate().map(|(column, &value)| entry(row, column, value)).collect()
        };
        rows.iter().enumerate().map(row).collect()
    }
}

/// A line that may leave; a hidden one has lost its content.
#[derive(Clone, Debug, PartialEq)]
pub struct ProtectedLine<T> {
    content: Option<T>,
    n: Option<u64>,
    mark: Mark,
    reasons: Vec<Reason>,
}

impl<T> ProtectedLine<T> {
    /// What it holds, where it is shown.
    #[must_use]
    pub fn content(&self) -> Option<&T> {
        self.content.as_ref()
    }

    /// Unweighted n of its base, where it may be known.
    #[must_use]
    pub fn n(&self) -> Option<u64> {
        self.n
    }

    /// What became of it.
    #[must_use]
    pub const fn mark(&self) -> Mark {
        self.mark
    }

    /// Why.
    #[must_use]
    pub fn reasons(&self) -> &[Reason] {
        &self.reasons
    }
}
