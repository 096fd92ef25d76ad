//! A hidden figure holds no number, in no accessor and in no printed form.

use gko_disclosure::{Candidate, ProtectedFigure, Rules, protect};
use gko_survey::Estimate;

use crate::by_hand::{alone, interval, share};

/// An estimate whose every number would be seen in a printed form.
fn conspicuous(n: u64, hits: u64) -> Estimate {
    Estimate {
        value: Some(0.314_159_265),
        se: Some(0.027_182_818),
        interval: Some(interval(0.141_421_356, 0.173_205_08)),
        n_weighted: 57_721.566_49,
        n_eff: Some(66.260_701_5),
        kg_n: Some(66.743_015),
        deff: Some(1.618_033_98),
        kish_deff: Some(1.380_649),
        df: 97,
        ..share(n, hits)
    }
}

fn holds_nothing(figure: &ProtectedFigure) {
    let numbers = [figure.value(), figure.se(), figure.n_eff(), figure.deff()];
    assert_eq!(numbers, [None; 4]);
    assert_eq!((figure.interval(), figure.df()), (None, None));
    let text = format!("{figure:?}");
    for number in ["3141", "0271", "1414", "1732", "6626", "6674", "1.6", "1.38", "97"] {
        assert!(!text.contains(number), "{number} in {text}");
    }
}

#[test]
fn a_small_base_leaves_not_one_digit() {
    let figure = alone(conspicuous(23, 11), true);
    holds_nothing(&figure);
    let text = format!("{figure:?}");
    assert!(!text.contains(|c: char| c.is_ascii_digit()), "{text}");
}

#[test]
fn a_small_count_leaves_n_alone() {
    let figure = alone(conspicuous(888, 3), true);
    holds_nothing(&figure);
    assert_eq!((figure.n(), figure.n_weighted()), (Some(888), Some(57_721.566_49)));
}

#[test]
fn an_unreliable_figure_leaves_n_alone() {
    let figure = alone(Estimate { kg_n: Some(29.0), ..conspicuous(888, 300) }, true);
    holds_nothing(&figure);
    assert_eq!(figure.n(), Some(888));
}

#[test]
fn a_cell_hidden_for_another_leaves_not_one_digit() {
    let cells = [(None, 500), (Some(0), 23), (Some(1), 230), (Some(2), 247)];
    let candidates = cells.map(|(code, n)| {
        Candidate::new(code, conspicuous(n, n / 2)).sensitive(true).cell(0, vec![code])
    });
    let table = protect(candidates.into(), &Rules::default());
    let figure = &table.rows()[2].1;
    holds_nothing(figure);
    let text = format!("{figure:?}");
    assert!(!text.contains(|c: char| c.is_ascii_digit()), "{text}");
    // The others keep what they have.
    assert_eq!(table.rows()[3].1.value(), Some(0.314_159_265));
}
