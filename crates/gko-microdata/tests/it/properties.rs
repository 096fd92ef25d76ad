//! What holds for any small codebook and any data.

use std::collections::BTreeMap;
use std::fmt::Write;

use gko_codebook::Codebook;
use gko_microdata::{FindingKind, Input, Layout, Microdata, MissingWeight, read};
use proptest::prelude::*;

use crate::demo::everything;

/// One variable: how many categories, and the variable that routes it.
#[derive(Clone, Debug)]
struct Asked {
    categories: u16,
    routed_by: Option<prop::sample::Index>,
}

fn asked() -> impl Strategy<Value = Asked> {
    let categories = prop_oneof![9 => 1_u16..5, 1 => 238_u16..260];
    (categories, prop::option::of(any::<prop::sample::Index>()))
        .prop_map(|(categories, routed_by)| Asked { categories, routed_by })
}

/// A cell: mostly codes, some blank, some missing codes, some nonsense.
fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => (0_i32..4).prop_map(|code| code.to_string()),
        2 => (0_i32..260).prop_map(|code| code.to_string()),
        3 => Just(String::new()),
        2 => prop::sample::select(vec!["888", "999", " 1 ", "1.0", "-5", "x", "1,5", "007", "\"q\""])
            .prop_map(str::to_owned),
    ]
}

#[derive(Clone, Debug)]
struct Case {
    asked: Vec<Asked>,
    /// Answers of each row; the country; the weight.
    rows: Vec<(Vec<String>, bool, Option<u8>)>,
    /// Which columns the files have.
    present: Vec<bool>,
    cut: prop::sample::Index,
}

fn case() -> impl Strategy<Value = Case> {
    prop::collection::vec(asked(), 1..5).prop_flat_map(|asked| {
        let count = asked.len();
        let row = (
            prop::collection::vec(cell(), count),
            any::<bool>(),
            prop::option::weighted(0.9, 0_u8..4),
        );
        let rows = prop::collection::vec(row, 1..12);
        let present = prop::collection::vec(prop::bool::weighted(0.9), count);
        (Just(asked), rows, present, any::<prop::sample::Index>())
            .prop_map(|(asked, rows, present, cut)| Case { asked, rows, present, cut })
    })
}

fn codebook(asked: &[Asked]) -> Codebook {
    let mut text = String::from(
        "format = \"gko-codebook/1\"\nstudy = \"p\"\ntitle = \"p\"\nwave = [{ id = \"w1\", label = \"W\" }]\n",
    );
    for (place, variable) in asked.iter().enumerate() {
        let list = (0..variable.categories).map(|i| format!("{{ id = \"c{i}\", code = {i} }},"));
        let universe = match &variable.routed_by {
            Some(by) if place > 0 => format!("V{} = c0", by.index(place)),
            _ => "all".to_owned(),
        };
        write!(
            text,
            "[[variable]]\nid = \"V{place}\"\nlabel = \"v\"\nmodule = \"V\"\nstatus = \"core\"\nunit = \"child\"\n\
             universe = \"{universe}\"\ncategories = [{}]\n\
             missing = [{{ code = 888, reason = \"prefer-not-to-say\" }}, {{ code = 999, reason = \"dont-know\" }}]\n",
            list.collect::<String>()
        )
        .unwrap();
    }
    Codebook::parse(&text, "p.toml").unwrap_or_else(|error| panic!("{error}"))
}

fn csv(case: &Case, rows: std::ops::Range<usize>) -> String {
    let header = (0..case.asked.len()).filter(|&v| case.present[v]).map(|v| format!(",V{v}"));
    let mut text = format!("id,land,weight{}\n", header.collect::<String>());
    for row in rows {
        let (cells, second, weight) = &case.rows[row];
        let country = if *second { "XAB" } else { "XAA" };
        let weight = weight.map(|weight| weight.to_string()).unwrap_or_default();
        write!(text, "{row},{country},{weight}").unwrap();
        for (cell, _) in cells.iter().zip(&case.present).filter(|(_, present)| **present) {
            write!(text, ",\"{}\"", cell.replace('"', "\"\"")).unwrap();
        }
        text.push('\n');
    }
    text
}

fn bound(case: &Case, texts: &[String]) -> Option<Microdata> {
    let inputs: Vec<Input> = texts
        .iter()
        .map(|text| {
            let mut input = Input::csv_text("p.csv", text, "", "w1");
            input.country = gko_microdata::Origin::Column("land".to_owned());
            input
        })
        .collect();
    let layout = Layout {
        weight: Some("weight".to_owned()),
        missing_weight: MissingWeight::Exclude,
        ..Layout::unweighted("id")
    };
    match read(&inputs, &layout, &codebook(&case.asked)) {
        Ok(data) => Some(data),
        Err(error) => {
            let expected = if case.present.contains(&true) { "GKO-M014" } else { "GKO-M009" };
            assert_eq!(error.code(), expected, "{error}");
            None
        }
    }
}

/// How many cells of each column ended in each category or reason.
fn counts(words: &[String]) -> BTreeMap<&str, u64> {
    let mut counts = BTreeMap::new();
    for word in words {
        *counts.entry(word.as_str()).or_default() += 1;
    }
    counts
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn every_cell_ends_in_one_category_or_reason_and_rows_add_up(case in case()) {
        let Some(data) = bound(&case, &[csv(&case, 0..case.rows.len())]) else { return Ok(()) };
        crate::accounts::balanced(&data);
        let unweighted = case.rows.iter().filter(|(_, _, weight)| weight.is_none()).count() as u64;
        prop_assert_eq!(data.accounting().excluded(), unweighted);
        prop_assert_eq!(data.accounting().rows_in(), case.rows.len() as u64);
        for (id, words) in everything(&data, &codebook(&case.asked)) {
            prop_assert_eq!(words.len(), data.rows(), "{}", &id);
            prop_assert_eq!(counts(&words).values().sum::<u64>(), data.rows() as u64);
            let place: usize = id[1..].parse().unwrap();
            let kept = case.rows.iter().filter(|(_, _, weight)| weight.is_some());
            for ((cells, ..), word) in kept.zip(&words) {
                prop_assert!(possible(&cells[place], &case, place, word), "{} -> {}", cells[place], word);
            }
        }
    }

    #[test]
    fn a_file_cut_in_two_gives_the_same(case in case()) {
        let rows = case.rows.len();
        let cut = case.cut.index(rows);
        if cut == 0 || cut == rows { return Ok(()); }
        let whole = bound(&case, &[csv(&case, 0..rows)]);
        let parts = bound(&case, &[csv(&case, 0..cut), csv(&case, cut..rows)]);
        let (Some(whole), Some(parts)) = (whole, parts) else { return Ok(()) };
        let codebook = codebook(&case.asked);
        prop_assert_eq!(everything(&whole, &codebook), everything(&parts, &codebook));
        prop_assert_eq!(whole.weights(), parts.weights());
        prop_assert_eq!(whole.samples(), parts.samples());
        prop_assert_eq!(whole.sample_of_row(), parts.sample_of_row());
        let total = |data: &Microdata, kind| -> u64 {
            data.findings().iter().filter(|f| f.kind == kind).map(|f| f.count).sum()
        };
        for kind in [FindingKind::UnknownCode, FindingKind::OutOfUniverse, FindingKind::UniverseUnknown,
            FindingKind::NotAsked, FindingKind::ColumnAbsent, FindingKind::ZeroWeight] {
            prop_assert_eq!(total(&whole, kind), total(&parts, kind), "{:?}", kind);
        }
    }
}

/// What a cell may become, read off the rule and not off the code.
fn possible(cell: &str, case: &Case, place: usize, word: &str) -> bool {
    if !case.present[place] {
        return word == "not-asked";
    }
    let cell = cell.trim();
    if cell.is_empty() {
        return ["not-asked", "routed-out", "system-missing", "universe-unknown"].contains(&word);
    }
    match cell {
        "888" => word == "prefer-not-to-say",
        "999" => word == "dont-know",
        _ => match cell.parse::<f64>() {
            Ok(code)
                if code >= 0.0
                    && code.fract() == 0.0
                    && code < f64::from(case.asked[place].categories) =>
            {
                word == format!("c{code}")
            }
            _ => word == "invalid",
        },
    }
}
