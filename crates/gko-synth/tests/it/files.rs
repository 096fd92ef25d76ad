//! Ids, links, columns, missing reasons, determinism.

use std::collections::BTreeSet;

use gko_codebook::{Codebook, Unit};
use gko_synth::{CODEBOOK, Plan, generate};

use crate::{codes, country, global, texts, weights};

#[test]
fn the_same_seed_gives_the_same_cells_and_another_seed_others() {
    let again = generate(&Plan::global()).unwrap();
    assert!(again.children.equals_missing(&global().children));
    assert!(again.parents.equals_missing(&global().parents));
    let other = generate(&Plan::global().with_seed(7)).unwrap();
    assert!(!other.children.equals_missing(&global().children));
}

#[test]
fn a_country_is_the_same_alone_and_in_any_company() {
    let mut plan = Plan::global();
    plan.countries.reverse();
    plan.countries.truncate(4);
    let some = generate(&plan).unwrap();
    for code in ["XAQ", "XAN"] {
        assert!(country(&some.children, code).equals_missing(&country(&global().children, code)));
        assert!(country(&some.parents, code).equals_missing(&country(&global().parents, code)));
    }
}

#[test]
fn ids_are_unique_and_every_parent_has_a_child_of_the_same_psu() {
    let (children, parents) = (&global().children, &global().parents);
    let place = |frame, id: &str| -> Vec<String> {
        let psu = codes(frame, "psu");
        let rows = texts(frame, id).into_iter().zip(texts(frame, "stratum")).zip(psu);
        rows.map(|((id, stratum), psu)| format!("{id} {stratum} {}", psu.unwrap())).collect()
    };
    let known: BTreeSet<String> = place(children, "child_id").into_iter().collect();
    let ids: BTreeSet<&str> = texts(children, "child_id").into_iter().collect();
    assert_eq!((known.len(), ids.len()), (children.height(), children.height()));
    let linked: BTreeSet<String> = place(parents, "child_id").into_iter().collect();
    assert_eq!(linked.len(), parents.height());
    assert!(linked.is_subset(&known));
    let own: BTreeSet<&str> = texts(parents, "parent_id").into_iter().collect();
    assert_eq!(own.len(), parents.height());
}

#[test]
fn the_columns_are_those_of_the_codebook() {
    let codebook = Codebook::parse(CODEBOOK, "codebook.toml").unwrap();
    for (frame, unit, design) in
        [(&global().children, Unit::Child, 6), (&global().parents, Unit::Parent, 7)]
    {
        let names: Vec<&str> = frame.get_column_names().iter().map(|n| n.as_str()).collect();
        assert_eq!(names[design..], codebook.columns(unit));
    }
}

#[test]
fn every_way_of_being_missing_occurs() {
    let children = &global().children;
    let has = |column: &str, code: i16| codes(children, column).contains(&Some(code));
    assert!(has("F38", 888) && has("F34", 999) && has("B1", 999));
    assert!(has("C4_petition", 7) && has("E1_programming", 5));
    assert!(has("F14_888", 1) && has("F14_999", 1) && has("F16_1", 888) && has("A4_1", 888));
    assert!(codes(children, "F2").contains(&None));
    assert!(has("C2", 9) && has("F48", 77) && has("H1", 55), "codes in no codebook");
    let blank = |code: &str, column: &str| {
        codes(&country(children, code), column).iter().all(|cell| cell.is_none())
    };
    assert!(blank("XAH", "G2a") && blank("XAO", "F41_drugs"));
    assert!(!blank("XAO", "G2a") && !blank("XAH", "F41_drugs"));
}

#[test]
fn weights_have_mean_one_in_every_country_and_a_few_are_zero() {
    for code in ["XAA", "XAG", "XAQ"] {
        for frame in [&global().children, &global().parents] {
            let weights = weights(&country(frame, code));
            let mean = weights.iter().sum::<f64>() / weights.len() as f64;
            assert!((mean - 1.0).abs() < 1e-9);
        }
    }
    let zero = weights(&global().children).into_iter().filter(|weight| *weight == 0.0).count();
    assert!((20..60).contains(&zero), "{zero}");
}

#[test]
fn the_delivery_is_one_pooled_file_three_single_ones_and_the_parents() {
    let files = global().files().unwrap();
    let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, ["children", "children-XAO", "children-XAP", "children-XAQ", "parents"]);
    let rows: usize = files[..4].iter().map(|file| file.frame.height()).sum();
    assert_eq!(rows, global().children.height());
    let width = global().children.width();
    let widths: Vec<usize> = files[..4].iter().map(|file| file.frame.width()).collect();
    assert_eq!(widths, [width, width - 5, width, width]);
}
