//! Breakdowns and their crossings.

use std::collections::BTreeMap;

use gko_codebook::{Catalogue, Codebook};
use gko_indicators::{Settings, compute};
use gko_microdata::{Layout, read};

use crate::demo::{computed, country, figures, indicator, unweighted};

/// For each group of the figures of `Q1 = yes` its n and numerator.
fn counts(csv: &str, breakdowns: &str) -> BTreeMap<[String; 3], (u64, u64)> {
    let rest = format!("numerator = \"Q1 = yes\"\nbreakdowns = {breakdowns}");
    let computed = computed(&unweighted(&[country("XAA", csv)]), &indicator(&rest)).unwrap();
    let figures = figures(&computed).into_iter();
    figures
        .map(|((_, _, groups), estimate)| (groups, estimate.map(|e| (e.n, e.hits)).unwrap()))
        .collect()
}

fn at(groups: [&str; 3]) -> [String; 3] {
    groups.map(str::to_owned)
}

#[test]
fn a_row_without_a_group_stays_in_the_total() {
    let csv = "id,Q1,sex\n1,1,1\n2,0,2\n3,1,\n4,1,888\n";
    let found = counts(csv, "[\"sex\"]");
    let expected = [
        (["_T", "_T", "_T"], (4, 3)),
        (["boy", "_T", "_T"], (1, 1)),
        (["girl", "_T", "_T"], (1, 0)),
    ];
    assert_eq!(found, expected.map(|(groups, counts)| (at(groups), counts)).into());
}

#[test]
fn a_number_falls_into_its_range_or_into_none() {
    // 15 is in no range, and 11.5 between two.
    let csv = "id,Q1,age\n1,1,9\n2,1,11\n3,0,12\n4,1,14\n5,1,15\n6,0,16\n7,1,17\n8,1,11.5\n9,1,\n";
    let found = counts(csv, "[\"age_group\"]");
    let expected = [
        (["_T", "_T", "_T"], (9, 7)),
        (["_T", "9-11", "_T"], (2, 2)),
        (["_T", "12-14", "_T"], (2, 1)),
        (["_T", "16-17", "_T"], (2, 1)),
    ];
    assert_eq!(found, expected.map(|(groups, counts)| (at(groups), counts)).into());
}

#[test]
fn categories_are_joined_and_those_in_no_group_left_to_the_total() {
    let csv = "id,Q1,skill\n1,1,1\n2,0,2\n3,1,3\n4,1,4\n5,0,4\n6,1,4\n7,1,999\n";
    let found = counts(csv, "[\"skilled\"]");
    let expected = [
        (["_T", "_T", "_T"], (7, 5)),
        (["_T", "_T", "low"], (2, 1)),
        (["_T", "_T", "high"], (3, 2)),
    ];
    assert_eq!(found, expected.map(|(groups, counts)| (at(groups), counts)).into());
}

/// Every cell of three crossed breakdowns with an n of its own.
fn distinct() -> (String, BTreeMap<[String; 3], u64>) {
    let (mut csv, mut sizes, mut id) = ("id,Q1,sex,age,skill\n".to_owned(), BTreeMap::new(), 0);
    let mut size = 0;
    for (sex, sex_code) in [("boy", 1), ("girl", 2)] {
        for (age, years) in [("9-11", 10), ("12-14", 13), ("16-17", 16)] {
            for (skill, skill_code) in [("low", 2), ("high", 4)] {
                size += 1;
                sizes.insert(at([sex, age, skill]), size);
                for _ in 0..size {
                    id += 1;
                    csv += &format!("{id},{},{sex_code},{years},{skill_code}\n", id % 2);
                }
            }
        }
    }
    (csv, sizes)
}

fn sum(sizes: &BTreeMap<[String; 3], u64>, groups: &[String; 3]) -> u64 {
    let inside = |cell: &[String; 3]| {
        cell.iter().zip(groups).all(|(own, wanted)| wanted == "_T" || own == wanted)
    };
    sizes.iter().filter(|(cell, _)| inside(cell)).map(|(_, size)| size).sum()
}

#[test]
fn cells_of_a_crossing_carry_their_own_names_in_whatever_order_it_is_written() {
    let (csv, sizes) = distinct();
    for breakdowns in [
        "[\"sex * age_group\"]",
        "[\"age_group * sex\"]",
        "[\"skilled * sex\", \"age_group\", \"sex * age_group\"]",
        "[\"skilled * age_group * sex\"]",
        "[\"sex * age_group * skilled\", \"sex * skilled\"]",
    ] {
        let found = counts(&csv, breakdowns);
        for (groups, (n, _)) in &found {
            assert_eq!(*n, sum(&sizes, groups), "{groups:?} of {breakdowns}");
        }
    }
    assert_eq!(counts(&csv, "[\"skilled * age_group * sex\"]").len(), 13);
}

#[test]
fn indicators_with_breakdowns_of_their_own_do_not_disturb_one_another() {
    let (csv, sizes) = distinct();
    let other =
        indicator("numerator = \"Q1 = no\"\nbreakdowns = [\"skilled\", \"age_group * sex\"]");
    let other = other.replace("id = \"x\"", "id = \"y\"");
    let own = indicator("numerator = \"Q1 = yes\"\nbreakdowns = [\"age_group\", \"sex\"]");
    let data = unweighted(&[country("XAA", &csv)]);
    let computed = computed(&data, &format!("{own}\n{other}")).unwrap();
    let found = figures(&computed);
    assert_eq!(found.keys().filter(|(_, id, _)| id == "x").count(), 6);
    assert_eq!(found.keys().filter(|(_, id, _)| id == "y").count(), 9);
    for ((_, id, groups), estimate) in found {
        assert_eq!(estimate.unwrap().n, sum(&sizes, &groups), "{id} {groups:?}");
    }
}

#[test]
fn cells_of_a_candidate_match_its_names() {
    let (csv, _) = distinct();
    let rest = "numerator = \"Q1 = yes\"\nbreakdowns = [\"age_group * sex\"]";
    let computed = computed(&unweighted(&[country("XAA", &csv)]), &indicator(rest)).unwrap();
    let names = [["boy", "girl", ""], ["9-11", "12-14", "16-17"], ["low", "high", ""]];
    for candidate in &computed.candidates {
        for (breakdown, code) in candidate.cell.iter().enumerate() {
            let name = code.map_or("_T", |code| names[breakdown][usize::from(code)]);
            assert_eq!(candidate.key.group(breakdown), name);
        }
    }
}

/// A codebook whose one variable has as many categories as wanted.
fn districts(count: usize) -> Result<usize, String> {
    let categories: String =
        (0..count).map(|i| format!("{{ id = \"d{i}\", code = {i} }},")).collect();
    let codebook = format!(
        "format = \"gko-codebook/1\"\nstudy = \"demo\"\ntitle = \"Demo\"\nwave = [{{ id = \"w1\", label = \"First\" }}]\n[[variable]]\nid = \"district\"\nlabel = \"District\"\nmodule = \"A\"\nstatus = \"core\"\nunit = \"child\"\ncategories = [{categories}]\n"
    );
    let codebook = Codebook::parse(&codebook, "codebook.toml").unwrap();
    let catalogue = format!(
        "format = \"gko-indicators/1\"\ntitle = \"Demo\"\n[[breakdown]]\nid = \"by_district\"\nlabel = \"District\"\nvariable = \"district\"\n{}",
        indicator("numerator = \"district = d0\"\nbreakdowns = [\"by_district\"]")
    );
    let catalogue = Catalogue::parse(&catalogue, "indicators.toml", &codebook).unwrap();
    let rows: String = (0..count).map(|i| format!("{i},{i}\n")).collect();
    let input = country("XAA", &format!("id,district\n{rows}"));
    let data = read(&[input], &Layout::unweighted("id"), &codebook).unwrap();
    let computed = compute(&data, &catalogue, &codebook, &Settings::default());
    computed.map(|computed| computed.candidates.len()).map_err(|error| {
        assert_eq!(error.code(), "GKO-I003");
        error.to_string()
    })
}

#[test]
fn more_groups_than_a_table_has_room_for_are_refused() {
    assert_eq!(districts(255), Ok(256));
    let refused = districts(256).unwrap_err();
    assert!(refused.contains("`by_district` has 256 groups"), "{refused}");
    assert!(refused.contains("at most 255"), "{refused}");
}
