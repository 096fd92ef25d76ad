//! Sheets: figures of any kind and the counts that they rest on.

use gko_disclosure::{Line, Mark, ProtectedSheet, Reason, Rest, Rules, Sheet};
use proptest::prelude::*;

fn reasons<T>(sheet: &ProtectedSheet<T>) -> Vec<Option<Reason>> {
    sheet.lines().iter().map(|line| line.reasons().first().copied()).collect()
}

#[test]
fn a_line_is_hidden_with_any_cell_that_it_rests_on() {
    let mut sheet = Sheet::new();
    let all = sheet.cell(vec![None], 60);
    let (yes, no) = (sheet.cell(vec![Some(1)], 9), sheet.cell(vec![Some(0)], 51));
    sheet.line(Line::new("mean of another column", all));
    sheet.line(Line::new("share", all).rests_on([Rest::Count(yes, all)]));
    sheet.line(Line::new("its complement", all).rests_on([Rest::Count(no, all)]));
    sheet.line(Line::new("model", all).rests_on([Rest::Group(no), Rest::Group(yes)]));
    sheet.line(Line::new("median", all).rests_on([Rest::Alone(10)]));
    sheet.line(Line::new("maximum", all).rests_on([Rest::Alone(1)]));
    let table = sheet.protect(&Rules::default());
    let small = Some(Reason::SmallCount);
    assert_eq!(reasons(&table), [None, small, small, small, None, small]);
    assert!(table.lines().iter().all(|line| line.n() == Some(60)));
    assert!(table.lines()[1].content().is_none());
}

#[test]
fn what_two_lines_share_is_hidden_with_either() {
    let mut sheet = Sheet::new();
    let (one, two) = (sheet.cell(vec![Some(0)], 100), sheet.cell(vec![Some(1)], 24));
    sheet.line(Line::new((), one));
    sheet.line(Line::new((), two));
    let table = sheet.protect(&Rules::default());
    let between = table.between(&[vec![1.0, 2.0], vec![2.0, 4.0]]);
    assert_eq!(between, [vec![Some(1.0), None], vec![None, None]]);
    // Rows and columns of no line are no business of a protected answer.
    assert_eq!(table.between(&vec![vec![0.0; 3]; 3])[2], [None, None, None]);
}

#[test]
fn an_empty_base_is_hidden_like_a_small_one() {
    let mut sheet = Sheet::new();
    let none = sheet.cell(vec![Some(3)], 0);
    sheet.line(Line::new(0.0, none));
    let table = sheet.protect(&Rules::default());
    let line = &table.lines()[0];
    assert_eq!((line.mark(), line.n(), line.content()), (Mark::Suppressed, None, None));
}

proptest! {
    /// In a two-way table with all its margins, each row and column that has a
    /// hidden cell has another, unless its own margin is hidden too.
    #[test]
    fn no_hidden_cell_follows_from_its_row_or_column(
        counts in proptest::collection::vec(0_u64..60, 12),
    ) {
        let mut sheet = Sheet::new();
        let mut cells = Vec::new();
        let place = |row: Option<usize>, column: Option<usize>| {
            [row, column].map(|at| at.map(|at| u8::try_from(at).unwrap())).to_vec()
        };
        for row in (0..3).map(Some).chain([None]) {
            for column in (0..4).map(Some).chain([None]) {
                let inside = |at: &usize| {
                    row.is_none_or(|row| at / 4 == row) && column.is_none_or(|c| at % 4 == c)
                };
                let n = (0..12).filter(inside).map(|at| counts[at]).sum();
                let cell = sheet.cell(place(row, column), n);
                cells.push((row, column));
                sheet.line(Line::new(n, cell));
            }
        }
        let table = sheet.protect(&Rules::default());
        let hidden = |row: Option<usize>, column: Option<usize>| {
            let at = cells.iter().position(|cell| *cell == (row, column)).unwrap();
            table.lines()[at].n().is_none()
        };
        for row in 0..3 {
            let gone = (0..4).filter(|column| hidden(Some(row), Some(*column))).count();
            prop_assert!(gone != 1 || hidden(Some(row), None), "row {row} of {counts:?}");
        }
        for column in 0..4 {
            let gone = (0..3).filter(|row| hidden(Some(*row), Some(column))).count();
            prop_assert!(gone != 1 || hidden(None, Some(column)), "column {column} of {counts:?}");
        }
        for (line, (row, column)) in table.lines().iter().zip(&cells) {
            let small = line.content().is_some_and(|n| *n < 25);
            prop_assert!(!small, "{row:?} {column:?} of {counts:?}");
        }
    }
}
