//! Can anything hidden be computed from what is published? Random tables of one
//! and two breakdowns, solved exactly over fractions of whole numbers.

use std::collections::BTreeMap;

use gko_disclosure::{Candidate, Mark, ProtectedFigure, Reason, Rules, protect};
use gko_survey::Estimate;
use proptest::prelude::*;

use crate::by_hand::{alone, share};

type Cell = Vec<Option<u8>>;

/// One group of cells with the share in each.
#[derive(Clone, Debug)]
struct Table {
    sensitive: bool,
    cells: Vec<(Cell, Estimate)>,
}

/// n, share of yes in hundredths, and whether the figure is reliable.
type Drawn = (u64, u64, bool);

fn drawn() -> impl Strategy<Value = Drawn> {
    let n = prop_oneof![1 => Just(0), 3 => 1_u64..40, 4 => 25_u64..400];
    let yes = prop_oneof![1 => Just(0), 1 => Just(100), 6 => 0_u64..=100];
    (n, yes, prop::bool::weighted(0.85))
}

/// A table of all crossings of breakdowns of these sizes, sums included.
fn table(sizes: &[u8], drawn: &[Drawn], margins: bool, sensitive: bool) -> Table {
    let mut sums: BTreeMap<Cell, (u64, u64, bool)> = BTreeMap::new();
    for (place, &(n, yes, reliable)) in drawn.iter().enumerate() {
        let inside = codes(sizes, place);
        for mask in 0..1_usize << sizes.len() {
            let keep = |at: usize| (mask >> at & 1 == 1).then_some(inside[at]);
            let cell: Cell = (0..sizes.len()).map(keep).collect();
            let kept = cell.iter().flatten().count();
            if margins || kept == 0 || kept == sizes.len() {
                let entry = sums.entry(cell).or_insert((0, 0, true));
                *entry = (entry.0 + n, entry.1 + n * yes / 100, reliable || kept < sizes.len());
            }
        }
    }
    let of = |(n, hits, reliable)| {
        let kg_n = Some(if reliable { 60.0 } else { 20.0 });
        Estimate { kg_n, ..share(n, hits) }
    };
    Table { sensitive, cells: sums.into_iter().map(|(cell, sum)| (cell, of(sum))).collect() }
}

fn codes(sizes: &[u8], mut place: usize) -> Vec<u8> {
    let code = |&size: &u8| {
        let code = u8::try_from(place % usize::from(size)).unwrap();
        place /= usize::from(size);
        code
    };
    sizes.iter().map(code).collect()
}

fn of_sizes(sizes: Vec<u8>, margins: bool) -> impl Strategy<Value = Table> {
    let cells = sizes.iter().map(|&size| usize::from(size)).product::<usize>();
    let drawn = prop::collection::vec(drawn(), cells);
    (drawn, any::<bool>())
        .prop_map(move |(drawn, sensitive)| table(&sizes, &drawn, margins, sensitive))
}

fn one_way() -> impl Strategy<Value = Table> {
    (1_u8..7).prop_flat_map(|size| of_sizes(vec![size], true))
}

fn two_way() -> impl Strategy<Value = Table> {
    (2_u8..6, 2_u8..6, prop::bool::weighted(0.8))
        .prop_flat_map(|(rows, columns, margins)| of_sizes(vec![rows, columns], margins))
}

impl Table {
    fn candidates(&self) -> Vec<Candidate<Cell>> {
        let cells = self.cells.iter();
        let candidate = |(cell, estimate): &(Cell, Estimate)| {
            let candidate = Candidate::new(cell.clone(), estimate.clone());
            candidate.sensitive(self.sensitive).cell(7, cell.clone())
        };
        cells.map(candidate).collect()
    }

    fn protected(&self) -> Vec<ProtectedFigure> {
        let table = protect(self.candidates(), &Rules::default());
        table.rows().iter().map(|(_, figure)| figure.clone()).collect()
    }

    /// The reason by which a cell is hidden for its own sake.
    fn own(&self, place: usize) -> Option<Reason> {
        alone(self.cells[place].1.clone(), self.sensitive).reasons().first().copied()
    }

    /// Each pair of crossings, one finer: a cell and the cells in it.
    fn sums(&self) -> Vec<(usize, Vec<usize>)> {
        let pattern = |place: usize| -> Vec<bool> {
            self.cells[place].0.iter().map(Option::is_some).collect()
        };
        let mut sums = Vec::new();
        for margin in 0..self.cells.len() {
            let mut finer: BTreeMap<Vec<bool>, Vec<usize>> = BTreeMap::new();
            for inside in 0..self.cells.len() {
                let mut pairs = self.cells[inside].0.iter().zip(&self.cells[margin].0);
                if inside != margin && pairs.all(|(a, b)| b.is_none() || a == b) {
                    finer.entry(pattern(inside)).or_default().push(inside);
                }
            }
            sums.extend(finer.into_values().map(|inside| (margin, inside)));
        }
        sums
    }

    /// The unknown cells whose amount the equations leave one value.
    fn found(&self, unknown: &[bool]) -> Vec<usize> {
        let places: Vec<usize> = (0..unknown.len()).filter(|&place| unknown[place]).collect();
        let mut rows: Vec<Vec<i128>> = Vec::new();
        for (margin, inside) in self.sums() {
            let sign = |place| i128::from(inside.contains(&place)) - i128::from(place == margin);
            rows.push(places.iter().map(|&place| sign(place)).collect());
        }
        solved(rows).into_iter().map(|column| places[column]).collect()
    }
}

/// Columns that reduced row echelon form leaves alone in their row.
fn solved(mut rows: Vec<Vec<i128>>) -> Vec<usize> {
    let columns = rows.first().map_or(0, Vec::len);
    let mut top = 0;
    for column in 0..columns {
        let Some(pivot) = (top..rows.len()).find(|&row| rows[row][column] != 0) else { continue };
        rows.swap(top, pivot);
        let leading = rows[top].clone();
        for (at, row) in rows.iter_mut().enumerate() {
            let (own, others) = (row[column], leading[column]);
            if at != top && own != 0 {
                let values = row.iter().zip(&leading);
                let reduced: Vec<i128> = values.map(|(a, b)| a * others - b * own).collect();
                *row = simplest(reduced);
            }
        }
        top += 1;
    }
    let alone = rows.iter().filter(|row| row.iter().filter(|value| **value != 0).count() == 1);
    alone.map(|row| row.iter().position(|value| *value != 0).unwrap()).collect()
}

fn simplest(row: Vec<i128>) -> Vec<i128> {
    fn divisor(a: i128, b: i128) -> i128 {
        if b == 0 { a.abs() } else { divisor(b, a % b) }
    }
    let by = row.iter().copied().fold(0, divisor).max(1);
    row.into_iter().map(|value| value / by).collect()
}

fn is_confidential(figure: &ProtectedFigure) -> bool {
    let confidential = [Reason::SmallBase, Reason::SmallCount, Reason::Complementary];
    figure.mark() == Mark::Suppressed && confidential.contains(&figure.reasons()[0])
}

/// No n and no numerator that must stay hidden follows from what is published.
fn nothing_is_found(table: &Table) {
    let figures = table.protected();
    let is_unknown =
        |figure: &ProtectedFigure| figure.mark() != Mark::Unavailable && figure.n().is_none();
    let found_n = table.found(&figures.iter().map(is_unknown).collect::<Vec<_>>());
    // Unreliable figures count as known: a reader may have them from elsewhere.
    let found_y = table.found(&figures.iter().map(is_confidential).collect::<Vec<_>>());
    for place in 0..figures.len() {
        let own = table.own(place);
        let cell = &table.cells[place];
        assert!(own != Some(Reason::SmallBase) || !found_n.contains(&place), "n of {cell:?}");
        let small = own == Some(Reason::SmallBase) || own == Some(Reason::SmallCount);
        assert!(!small || !found_y.contains(&place), "numerator of {cell:?}");
    }
}

/// A line is cells that differ in one breakdown; their margin is the sum.
fn no_line_has_one_hidden_cell(table: &Table) {
    let figures = table.protected();
    for (margin, inside) in table.sums() {
        let hidden = inside.iter().filter(|&&place| is_confidential(&figures[place])).count();
        let knowable = figures[margin].n().is_some() && !is_confidential(&figures[margin]);
        assert!(!knowable || hidden != 1, "{:?}", table.cells[margin]);
    }
}

/// A figure loses its value only where some other one needs it.
fn nothing_is_hidden_for_nothing(table: &Table) {
    let figures = table.protected();
    let needy =
        |place: usize| matches!(table.own(place), Some(Reason::SmallBase | Reason::SmallCount));
    if !(0..figures.len()).any(needy) {
        assert!(figures.iter().all(|figure| figure.reasons() != [Reason::Complementary]));
    }
    for (place, figure) in figures.iter().enumerate() {
        let kept = alone(table.cells[place].1.clone(), table.sensitive);
        assert!(figure == &kept || figure.reasons() == [Reason::Complementary]);
    }
}

fn lost(table: &Table) -> Vec<usize> {
    let figures = table.protected();
    let had =
        |place: &usize| alone(table.cells[*place].1.clone(), table.sensitive).value().is_some();
    (0..figures.len()).filter(had).filter(|&place| figures[place].value().is_none()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn nothing_hidden_in_one_breakdown_can_be_computed(table in one_way()) {
        nothing_is_found(&table);
        no_line_has_one_hidden_cell(&table);
        nothing_is_hidden_for_nothing(&table);
    }

    #[test]
    fn nothing_hidden_in_two_breakdowns_can_be_computed(table in two_way()) {
        nothing_is_found(&table);
        no_line_has_one_hidden_cell(&table);
        nothing_is_hidden_for_nothing(&table);
    }

    #[test]
    fn one_breakdown_loses_at_most_one_figure_and_its_total_last(table in one_way()) {
        let lost = lost(&table);
        prop_assert!(lost.len() <= 1);
        // The total stands first: it goes only where no cell beside it is left.
        if lost == [0] {
            let figures = table.protected();
            prop_assert!(figures[1..].iter().all(|figure| figure.n().is_none()));
        }
    }

    #[test]
    fn the_order_of_candidates_does_not_matter(
        (table, keys) in two_way().prop_flat_map(|table| {
            let keys = prop::collection::vec(any::<u32>(), table.cells.len());
            (Just(table), keys)
        })
    ) {
        let before = protect(table.candidates(), &Rules::default());
        let mut shuffled: Vec<_> = keys.into_iter().zip(table.candidates()).collect();
        shuffled.sort_by_key(|(key, _)| *key);
        let shuffled = shuffled.into_iter().map(|(_, candidate)| candidate).collect();
        let after = protect(shuffled, &Rules::default());
        let find = |cell| after.rows().iter().find(|(key, _)| key == cell);
        for (cell, figure) in before.rows() {
            prop_assert_eq!(Some(figure), find(cell).map(|(_, figure)| figure));
        }
    }
}

/// A cell hidden in each corner, joined by one cell that lies on both of their
/// lines: each line has two hidden cells, and the joining one can be computed
/// unless whole circuits are asked for.
#[test]
fn a_bridge_between_two_circuits_is_not_found() {
    let mut drawn = vec![(200_u64, 50_u64, true); 25];
    for (row, column) in [(0, 0), (0, 1), (1, 0), (1, 1), (1, 2), (2, 3), (2, 2), (3, 3), (3, 2)] {
        drawn[row + 5 * column].1 = 2;
    }
    let table = table(&[5, 5], &drawn, true, true);
    nothing_is_found(&table);
    assert!(!lost(&table).is_empty());
}
