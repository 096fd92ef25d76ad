//! Figures that follow from those of other indicators: a follow-up's n is its
//! parent's numerator, and parent times follow-up is a third share.

use gko_disclosure::{Candidate, Links, Mark, ProtectedFigure, Reason, Rules, protect};
use gko_survey::{Estimate, Quantity};
use proptest::prelude::*;

use crate::by_hand::{alone, mean, share};

/// Groups of one chain of questions.
const PARENT: u32 = 0;
const FOLLOW_UP: u32 = 1;
const PRODUCT: u32 = 2;
/// A follow-up of the follow-up, of all that it counts.
const SECOND: u32 = 3;

/// Group and cell; the cell of the total is `None`.
type Place = (u32, Option<u8>);

/// How many were asked, were upset, were harmed, and told of it.
#[derive(Clone, Copy, Debug, Default)]
struct Children {
    asked: u64,
    upset: u64,
    harmed: u64,
    told: u64,
}

/// A chain in some groups of one breakdown.
#[derive(Clone, Debug)]
struct Chain {
    cells: Vec<Children>,
    /// Whether the groups of the chain are sensitive.
    sensitive: [bool; 4],
    /// A place whose figure is unreliable.
    unreliable: Option<Place>,
}

fn children(asked: u64, upset: u64, harmed: u64) -> Children {
    Children { asked, upset, harmed, told: harmed / 2 }
}

/// A sensitive chain in which every figure is reliable.
fn chain(cells: &[Children]) -> Chain {
    Chain { cells: cells.to_vec(), sensitive: [true; 4], unreliable: None }
}

impl Chain {
    fn places(&self) -> impl Iterator<Item = (Option<u8>, Children)> {
        let add = |sum: Children, cell: &Children| Children {
            asked: sum.asked + cell.asked,
            upset: sum.upset + cell.upset,
            harmed: sum.harmed + cell.harmed,
            told: sum.told + cell.told,
        };
        let total = self.cells.iter().fold(Children::default(), add);
        let codes = (0..self.cells.len()).map(|code| u8::try_from(code).ok());
        std::iter::once((None, total)).chain(codes.zip(self.cells.iter().copied()))
    }

    fn estimate(&self, group: u32, cell: Option<u8>, children: Children) -> Estimate {
        let (n, hits) = match group {
            PARENT => (children.asked, children.upset),
            FOLLOW_UP => (children.upset, children.harmed),
            PRODUCT => (children.asked, children.harmed),
            _ => (children.harmed, children.told),
        };
        let kg_n = if self.unreliable == Some((group, cell)) { 20.0 } else { 60.0 };
        Estimate { kg_n: Some(kg_n), ..share(n, hits) }
    }

    fn candidates(&self) -> Vec<Candidate<Place>> {
        let links = [
            Links::default(),
            Links { parents: vec![PARENT], products: vec![PRODUCT] },
            Links::default(),
            Links { parents: vec![FOLLOW_UP], products: vec![] },
        ];
        let mut candidates = Vec::new();
        for ((group, links), sensitive) in (0..).zip(links).zip(self.sensitive) {
            for (cell, children) in self.places() {
                let estimate = self.estimate(group, cell, children);
                let candidate = Candidate::new((group, cell), estimate).sensitive(sensitive);
                candidates.push(candidate.cell(group, vec![cell]).links(links.clone()));
            }
        }
        candidates
    }

    fn protected(&self) -> Figures {
        Figures(protect(self.candidates(), &Rules::default()).rows().to_vec())
    }

    /// Whether a figure is hidden for what it says itself.
    fn is_small(&self, group: u32, cell: Option<u8>) -> bool {
        let (_, children) = self.places().find(|(place, _)| *place == cell).unwrap();
        let estimate = self.estimate(group, cell, children);
        is_confidential(&alone(estimate, self.sensitive[group as usize]))
    }
}

struct Figures(Vec<(Place, ProtectedFigure)>);

impl Figures {
    fn at(&self, group: u32, cell: Option<u8>) -> &ProtectedFigure {
        &self.0.iter().find(|(place, _)| *place == (group, cell)).unwrap().1
    }

    fn is_hidden(&self, group: u32, cell: Option<u8>) -> bool {
        is_confidential(self.at(group, cell))
    }

    /// The cells of a group that are hidden for confidentiality.
    fn hidden(&self, group: u32) -> Vec<Option<u8>> {
        let own = self.0.iter().filter(|((of, _), figure)| *of == group && is_confidential(figure));
        own.map(|((_, cell), _)| *cell).collect()
    }

    fn sorted(mut self) -> Vec<(Place, ProtectedFigure)> {
        self.0.sort_by_key(|(place, _)| *place);
        self.0
    }
}

fn is_confidential(figure: &ProtectedFigure) -> bool {
    let confidential = [Reason::SmallBase, Reason::SmallCount, Reason::Complementary];
    figure.mark() == Mark::Suppressed && confidential.contains(&figure.reasons()[0])
}

#[test]
fn nothing_is_hidden_where_nothing_is_confidential() {
    let figures = chain(&[children(400, 200, 100), children(300, 160, 80)]).protected();
    assert!(figures.0.iter().all(|(_, figure)| figure.value().is_some()));
}

#[test]
fn a_follow_up_goes_with_its_parents_cell_and_so_does_its_n() {
    // Two small complements hide one another; the follow-ups are large.
    let cells = [children(300, 295, 150), children(400, 395, 200), children(500, 200, 100)];
    let figures = chain(&cells).protected();
    assert_eq!(figures.hidden(PARENT), [Some(0), Some(1)]);
    assert_eq!(figures.hidden(FOLLOW_UP), [Some(0), Some(1)]);
    assert_eq!(figures.hidden(SECOND), [Some(0), Some(1)]);
    for cell in [Some(0), Some(1)] {
        let figure = figures.at(FOLLOW_UP, cell);
        assert_eq!((figure.n(), figure.n_weighted()), (None, None));
        assert_eq!(figure.reasons(), [Reason::Complementary]);
        // Without its parent the product tells nothing about the others.
        assert!(figures.at(PRODUCT, cell).value().is_some());
    }
    assert_eq!(figures.at(FOLLOW_UP, Some(2)).n(), Some(200));
}

#[test]
fn a_follow_up_goes_with_a_cell_that_was_hidden_for_another() {
    let cells = [children(300, 295, 150), children(400, 200, 90), children(500, 200, 100)];
    let figures = chain(&cells).protected();
    assert_eq!(figures.at(PARENT, Some(1)).reasons(), [Reason::Complementary]);
    assert_eq!(figures.hidden(FOLLOW_UP), [Some(0), Some(1)]);
    assert_eq!(figures.at(FOLLOW_UP, Some(1)).n(), None);
}

#[test]
fn a_small_follow_up_hides_the_product_that_keeps_its_n() {
    // The complement of the follow-up is small, and no numerator is.
    let cells = [children(400, 200, 195), children(300, 160, 80), children(500, 200, 90)];
    let figures = chain(&cells).protected();
    assert_eq!(figures.at(FOLLOW_UP, Some(0)).reasons(), [Reason::SmallCount]);
    assert_eq!(figures.hidden(FOLLOW_UP), [Some(0), Some(1)]);
    assert_eq!(figures.hidden(PRODUCT), [Some(0), Some(1)]);
    assert_eq!(figures.at(PRODUCT, Some(0)).n(), Some(400));
    assert!(figures.hidden(PARENT).is_empty());
}

#[test]
fn a_small_product_hides_the_follow_up() {
    let cells = [children(400, 200, 4), children(300, 160, 80), children(500, 200, 90)];
    let sensitive = [true, false, true, false];
    let figures = Chain { sensitive, ..chain(&cells) }.protected();
    assert_eq!(figures.at(PRODUCT, Some(0)).reasons(), [Reason::SmallCount]);
    assert_eq!(figures.at(FOLLOW_UP, Some(0)).reasons(), [Reason::Complementary]);
    assert_eq!(figures.at(FOLLOW_UP, Some(0)).n(), Some(200));
    assert_eq!(figures.hidden(FOLLOW_UP), figures.hidden(PRODUCT));
}

#[test]
fn an_unreliable_follow_up_hides_nothing_else() {
    let cells = [children(400, 200, 100), children(300, 160, 80)];
    let figures = Chain { unreliable: Some((FOLLOW_UP, Some(0))), ..chain(&cells) }.protected();
    let hidden = figures.0.iter().filter(|(_, figure)| figure.value().is_none());
    let places: Vec<Place> = hidden.map(|(place, _)| *place).collect();
    assert_eq!(places, [(FOLLOW_UP, Some(0))]);
    assert_eq!(figures.at(FOLLOW_UP, Some(0)).reasons(), [Reason::EffectiveN]);
}

#[test]
fn a_product_is_not_found_by_subtraction_where_parents_are_hidden() {
    // The follow-up's first cell is small. Those beside it are hidden with their
    // parents, and their products are not.
    let cells = [children(500, 200, 196), children(300, 295, 150), children(400, 395, 200)];
    let figures = chain(&cells).protected();
    assert!(figures.at(PARENT, Some(0)).value().is_some());
    assert!(figures.is_hidden(PRODUCT, Some(0)));
    assert!(figures.hidden(PRODUCT).len() > 1, "196 is the total less the others");
}

/// Asked, treated hurtfully, so by a device, and upset by that: of four questions
/// and the product of the last three, where the last has two parents.
fn two_parents(cells: &[[u64; 4]]) -> Vec<Candidate<Place>> {
    let total = (0..4).map(|at| cells.iter().map(|cell| cell[at]).sum()).collect::<Vec<u64>>();
    let codes = (0..cells.len()).map(|code| u8::try_from(code).ok());
    let inside = codes.zip(cells.iter().map(|cell| cell.to_vec()));
    let all: Vec<_> = std::iter::once((None, total)).chain(inside).collect();
    let groups = [(0, 1, vec![], None), (1, 2, vec![0], Some(2)), (0, 2, vec![], None)];
    let last = [(2, 3, vec![1, 2], Some(4)), (0, 3, vec![], None)];
    let mut candidates = Vec::new();
    for (group, (base, counted, parents, product)) in (0..).zip(groups.into_iter().chain(last)) {
        for (cell, counts) in &all {
            let products = product.into_iter().collect();
            let links = Links { parents: parents.clone(), products };
            let estimate = share(counts[base], counts[counted]);
            let candidate = Candidate::new((group, *cell), estimate).sensitive(true);
            candidates.push(candidate.cell(group, vec![*cell]).links(links));
        }
    }
    candidates
}

#[test]
fn one_parent_that_is_shown_is_enough_for_a_product_to_tell() {
    // Of the first cell the first question is hidden, and so what follows it; the
    // second parent and the product share a base that is shown.
    let cells = [[300, 295, 150, 145], [400, 395, 200, 100], [500, 300, 150, 75]];
    let table = protect(two_parents(&cells), &Rules::default());
    let figures = Figures(table.rows().to_vec());
    assert_eq!(
        (figures.hidden(0), figures.hidden(1)),
        (vec![Some(0), Some(1)], vec![Some(0), Some(1)])
    );
    assert!(figures.at(2, Some(0)).value().is_some());
    assert!(figures.is_hidden(3, Some(0)));
    assert!(figures.is_hidden(4, Some(0)), "145 of 150 follow");
    let mut reversed = two_parents(&cells);
    reversed.reverse();
    let reversed = Figures(protect(reversed, &Rules::default()).rows().to_vec());
    assert_eq!(figures.sorted(), reversed.sorted());
}

#[test]
fn a_small_count_that_lost_its_n_is_protected_still() {
    // The second cell loses its n for the first, and both numerators are 0.
    let cells = [(None, 200, 40), (Some(0), 20, 0), (Some(1), 60, 0), (Some(2), 120, 40)];
    let candidates = cells.map(|(code, n, hits)| {
        Candidate::new(code, share(n, hits)).sensitive(true).cell(0, vec![code])
    });
    let table = protect(candidates.into(), &Rules::default());
    let figures: Vec<&ProtectedFigure> = table.rows().iter().map(|(_, figure)| figure).collect();
    assert_eq!((figures[1].n(), figures[2].n()), (None, None));
    // Two that sum to nothing are both nothing: a third numerator is not known.
    let unknown = figures.iter().filter(|figure| is_confidential(figure)).count();
    assert!(unknown > 2, "{figures:?}");
}

#[test]
fn a_sensitive_mean_of_equal_answers_tells_what_everybody_said() {
    let equal = Estimate { se: Some(0.0), ..mean(200, 150.0) };
    assert_eq!(equal.quantity, Quantity::Mean);
    let figure = alone(equal.clone(), true);
    assert_eq!((figure.value(), figure.reasons()), (None, [Reason::SmallCount].as_slice()));
    assert_eq!(alone(equal, false).value(), Some(3.25));
    assert_eq!(alone(mean(200, 150.0), true).value(), Some(3.25));
}

fn drawn() -> impl Strategy<Value = Children> {
    let asked = prop_oneof![1 => 0_u64..40, 5 => 40_u64..600];
    let part = || prop_oneof![1 => 0_u64..=8, 4 => 20_u64..=80, 2 => 93_u64..=100];
    (asked, part(), part(), part()).prop_map(|(asked, upset, harmed, told)| {
        let upset = asked * upset / 100;
        let harmed = upset * harmed / 100;
        Children { asked, upset, harmed, told: harmed * told / 100 }
    })
}

fn chains() -> impl Strategy<Value = Chain> {
    let place = (0_u32..4, prop::option::of(0_u8..3));
    let sensitive = prop_oneof![3 => Just([true; 4]), 2 => any::<[bool; 4]>()];
    let cells = prop::collection::vec(drawn(), 3);
    (cells, sensitive, prop::option::weighted(0.3, place))
        .prop_map(|(cells, sensitive, unreliable)| Chain { cells, sensitive, unreliable })
}

const CELLS: [Option<u8>; 4] = [None, Some(0), Some(1), Some(2)];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_follow_up_tells_its_parents_hidden_numerator(chain in chains()) {
        let figures = chain.protected();
        for (parent, follow_up) in [(PARENT, FOLLOW_UP), (FOLLOW_UP, SECOND)] {
            for cell in figures.hidden(parent) {
                let figure = figures.at(follow_up, cell);
                prop_assert_eq!((figure.value(), figure.n(), figure.n_weighted()), (None, None, None));
            }
        }
    }

    #[test]
    fn two_of_three_shares_never_give_the_third(chain in chains()) {
        let figures = chain.protected();
        for cell in CELLS {
            let groups = [PARENT, FOLLOW_UP, PRODUCT];
            let shown = groups.iter().filter(|&&g| figures.at(g, cell).value().is_some()).count();
            let hidden = groups.iter().any(|&group| figures.is_hidden(group, cell));
            prop_assert!(shown < 2 || !hidden, "{:?}", cell);
        }
    }

    /// Follow-up and product count the same children, so that a reader subtracts
    /// in one group what the other hides.
    #[test]
    fn what_two_groups_count_is_found_in_neither(chain in chains()) {
        let figures = chain.protected();
        let is_unknown =
            |&cell: &Option<u8>| [FOLLOW_UP, PRODUCT].iter().all(|&g| figures.is_hidden(g, cell));
        let unknown: Vec<Option<u8>> = CELLS.into_iter().filter(is_unknown).collect();
        if let [cell] = unknown.as_slice() {
            // Where the parent is hidden, so are n and the complement.
            let parent_is_known = !figures.is_hidden(PARENT, *cell);
            let small = chain.sensitive[1] && chain.is_small(FOLLOW_UP, *cell);
            prop_assert!(!(small && parent_is_known), "{:?} follows from the others", cell);
        }
    }

    #[test]
    fn the_order_of_candidates_does_not_matter(
        (chain, keys) in (chains(), prop::collection::vec(any::<u32>(), 16))
    ) {
        let mut shuffled: Vec<_> = keys.into_iter().zip(chain.candidates()).collect();
        shuffled.sort_by_key(|(key, _)| *key);
        let shuffled = shuffled.into_iter().map(|(_, candidate)| candidate).collect();
        let after = Figures(protect(shuffled, &Rules::default()).rows().to_vec());
        prop_assert_eq!(chain.protected().sorted(), after.sorted());
    }
}
