//! Complementary suppression on tables small enough to reason about.

use gko_disclosure::{Candidate, ProtectedFigure, Reason, Rules, protect};
use gko_survey::Estimate;

use crate::by_hand::share;

type Cell = Vec<Option<u8>>;

/// Protects sensitive shares of one group: cell, n and numerator of each.
fn protected(cells: &[(&[Option<u8>], u64, u64)]) -> Vec<(Cell, ProtectedFigure)> {
    let candidates = cells.iter().map(|(cell, n, hits)| {
        Candidate::new(cell.to_vec(), share(*n, *hits)).sensitive(true).cell(0, cell.to_vec())
    });
    protect(candidates.collect(), &Rules::default()).rows().to_vec()
}

/// The cells hidden for others.
fn complementary(rows: &[(Cell, ProtectedFigure)]) -> Vec<Cell> {
    let hidden = rows.iter().filter(|(_, f)| f.reasons() == [Reason::Complementary]);
    hidden.map(|(cell, _)| cell.clone()).collect()
}

fn one_way(cells: &[(u64, u64)]) -> Vec<Cell> {
    let total = cells.iter().fold((0, 0), |sum, cell| (sum.0 + cell.0, sum.1 + cell.1));
    let codes: Vec<Cell> = (0..cells.len()).map(|code| vec![u8::try_from(code).ok()]).collect();
    let inside = codes.iter().zip(cells).map(|(code, &(n, hits))| (code.as_slice(), n, hits));
    let rows: Vec<_> =
        std::iter::once(([None].as_slice(), total.0, total.1)).chain(inside).collect();
    complementary(&protected(&rows))
}

#[test]
fn the_smallest_other_cell_goes_with_the_only_hidden_one() {
    assert_eq!(one_way(&[(20, 10), (300, 150), (200, 100)]), [[Some(2)]]);
    assert_eq!(one_way(&[(200, 3), (300, 150), (400, 100)]), [[Some(1)]]);
}

#[test]
fn nothing_is_hidden_for_two_that_hide_one_another() {
    assert!(one_way(&[(20, 10), (15, 10), (200, 100)]).is_empty());
    assert!(one_way(&[(300, 3), (200, 2), (200, 100)]).is_empty());
    assert!(one_way(&[(200, 100), (200, 100)]).is_empty());
}

#[test]
fn a_known_n_does_not_hide_another() {
    // The second cell is hidden for its count and keeps its n: 300 - 200 - 80.
    let rows = [
        ([None].as_slice(), 300, 112),
        (&[Some(0)], 20, 10),
        (&[Some(1)], 80, 2),
        (&[Some(2)], 200, 100),
    ];
    let rows = protected(&rows);
    assert_eq!(complementary(&rows), [[Some(1)]]);
    assert_eq!((rows[2].1.n(), rows[3].1.n()), (None, Some(200)));
}

#[test]
fn two_empty_cells_do_not_hide_one_another() {
    // Two hidden amounts that sum to 0 are both 0.
    assert_eq!(one_way(&[(0, 0), (0, 0), (200, 100), (300, 100)]), [[Some(2)]]);
    assert_eq!(one_way(&[(90, 0), (80, 0), (200, 100), (300, 100)]), [[Some(2)]]);
    // And two that sum to their bases are all of them.
    assert_eq!(one_way(&[(90, 90), (80, 80), (200, 100), (300, 100)]), [[Some(2)]]);
    assert!(one_way(&[(90, 90), (80, 0), (200, 100), (300, 100)]).is_empty());
}

#[test]
fn the_total_goes_where_nothing_else_is_left() {
    let rows = [([None].as_slice(), 200, 100), (&[Some(0)], 200, 5), (&[Some(1)], 0, 0)];
    assert!(!complementary(&protected(&rows)).is_empty());
    let alone = [([None].as_slice(), 200, 100), (&[Some(0)], 190, 5)];
    assert_eq!(complementary(&protected(&alone)), [[None]]);
}

#[test]
fn a_mean_and_an_open_share_are_protected_by_n_alone() {
    let cells = [(None, 300), (Some(0), 20), (Some(1), 120), (Some(2), 160)];
    let candidates = cells.map(|(code, n)| Candidate::new(code, share(n, 0)).cell(0, vec![code]));
    let table = protect(candidates.into(), &Rules::default());
    let reasons: Vec<_> = table.rows().iter().map(|(_, figure)| figure.reasons()[0]).collect();
    let expected = [Reason::Extreme, Reason::SmallBase, Reason::Complementary, Reason::Extreme];
    assert_eq!(reasons, expected);
}

/// 500 children by age, the last group's figure unreliable.
fn with_an_unreliable_cell(first: (u64, u64)) -> Vec<ProtectedFigure> {
    let cells = [
        (None, 500, 250, 60.0),
        (Some(0), first.0, first.1, 60.0),
        (Some(1), 120, 60, 60.0),
        (Some(2), 360, 180, 20.0),
    ];
    let candidates = cells.map(|(code, n, hits, kg_n)| {
        let estimate = Estimate { kg_n: Some(kg_n), ..share(n, hits) };
        Candidate::new(code, estimate).sensitive(true).cell(0, vec![code])
    });
    let table = protect(candidates.into(), &Rules::default());
    table.rows().iter().map(|(_, figure)| figure.clone()).collect()
}

#[test]
fn for_a_small_count_goes_what_is_gone_already() {
    let figures = with_an_unreliable_cell((100, 4));
    assert!(figures[2].value().is_some());
    assert_eq!(figures[3].reasons(), [Reason::Complementary]);
}

#[test]
fn for_a_small_base_n_decides_alone_since_other_indicators_have_it_too() {
    let figures = with_an_unreliable_cell((20, 10));
    assert_eq!(figures[2].reasons(), [Reason::Complementary]);
    assert_eq!(figures[3].reasons(), [Reason::EffectiveN]);
}

#[test]
fn a_crossing_without_its_margins_is_not_found_from_the_total_either() {
    let mut rows: Vec<(Cell, u64, u64)> = vec![(vec![None, None], 620, 310)];
    for sex in 0..2 {
        let of_sex = (0..3).map(|age| (vec![Some(sex), Some(age)], 120, 60));
        rows.extend(of_sex);
    }
    rows[1].1 = 20;
    let rows: Vec<_> = rows.iter().map(|(cell, n, hits)| (cell.as_slice(), *n, *hits)).collect();
    assert_eq!(complementary(&protected(&rows)).len(), 1);
}

#[test]
fn groups_do_not_hide_for_one_another() {
    let candidates = (0..2).flat_map(|group| {
        let small = if group == 0 { 20 } else { 100 };
        [(None, 400), (Some(0), small), (Some(1), 300)]
            .map(|(code, n)| Candidate::new((group, code), share(n, n / 2)).cell(group, vec![code]))
    });
    let table = protect(candidates.collect(), &Rules::default());
    let hidden = table.rows().iter().filter(|(_, figure)| figure.value().is_none());
    let keys: Vec<_> = hidden.map(|(key, _)| *key).collect();
    assert_eq!(keys, [(0, Some(0)), (0, Some(1))]);
}
