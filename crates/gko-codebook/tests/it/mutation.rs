//! No text makes a reader panic: valid documents, damaged at random.

use gko_codebook::{Catalogue, Codebook, Error};
use proptest::prelude::*;

use crate::demo::{CATALOGUE, CODEBOOK, codebook};

/// One way to damage a text; places are fractions, so that they fit any text.
#[derive(Clone, Debug)]
enum Damage {
    Delete(usize),
    Insert(usize, char),
    Replace(usize, char),
    DeleteLine(usize),
    DoubleLine(usize),
    MoveLine(usize, usize),
    CutOff(usize),
}

fn damage() -> impl Strategy<Value = Damage> {
    let place = any::<prop::sample::Index>().prop_map(|index| index.index(1 << 20));
    let strange = prop::sample::select(
        "\"'[]{}=,.#\\\n\r\t \u{0}09-+_eT\u{e9}\u{1f4f1}\u{feff}<>!()".chars().collect::<Vec<_>>(),
    );
    prop_oneof![
        place.clone().prop_map(Damage::Delete),
        (place.clone(), strange.clone()).prop_map(|(at, c)| Damage::Insert(at, c)),
        (place.clone(), strange).prop_map(|(at, c)| Damage::Replace(at, c)),
        place.clone().prop_map(Damage::DeleteLine),
        place.clone().prop_map(Damage::DoubleLine),
        (place.clone(), place.clone()).prop_map(|(from, to)| Damage::MoveLine(from, to)),
        place.prop_map(Damage::CutOff),
    ]
}

fn damaged(text: &str, damages: &[Damage]) -> String {
    let mut text = text.to_owned();
    for damage in damages {
        text = match damage {
            Damage::DeleteLine(at) => lines(&text, |lines| {
                lines.remove(at % lines.len());
            }),
            Damage::DoubleLine(at) => lines(&text, |lines| {
                let line = lines[at % lines.len()];
                lines.insert(at % lines.len(), line);
            }),
            Damage::MoveLine(from, to) => lines(&text, |lines| {
                let line = lines.remove(from % lines.len());
                lines.insert(to % (lines.len() + 1), line);
            }),
            other => characters(&text, other),
        };
    }
    text
}

fn lines(text: &str, change: impl FnOnce(&mut Vec<&str>)) -> String {
    let mut lines: Vec<&str> = text.split('\n').collect();
    change(&mut lines);
    lines.join("\n")
}

fn characters(text: &str, damage: &Damage) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    let places = characters.len().max(1);
    match damage {
        Damage::Delete(at) if !characters.is_empty() => drop(characters.remove(at % places)),
        Damage::Insert(at, new) => characters.insert(at % places, *new),
        Damage::Replace(at, new) if !characters.is_empty() => characters[at % places] = *new,
        Damage::CutOff(at) => characters.truncate(at % places),
        _ => {}
    }
    characters.into_iter().collect()
}

/// What a refused document owes its reader, and what an accepted one can do.
fn check<T>(text: &str, result: Result<T, Error>) -> Option<T> {
    let error = match result {
        Ok(value) => return Some(value),
        Err(error) => error,
    };
    let lines = text.matches('\n').count() + 1;
    assert!(!error.faults().is_empty() && !error.to_string().is_empty());
    for fault in error.faults() {
        assert!(fault.place.line >= 1 && fault.place.line <= lines, "{fault}");
        assert!(fault.place.column >= 1, "{fault}");
    }
    let places: Vec<_> = error.faults().iter().map(|fault| fault.place.clone()).collect();
    assert!(places.is_sorted(), "{error}");
    None
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_damaged_codebook_is_read_or_refused(damages in prop::collection::vec(damage(), 1..4)) {
        let text = damaged(CODEBOOK, &damages);
        if let Some(codebook) = check(&text, Codebook::parse(&text, "damaged.toml")) {
            assert_eq!(codebook.code_map_hash("w1").as_str().len(), 64);
            check(CATALOGUE, Catalogue::parse(CATALOGUE, "indicators.toml", &codebook));
        }
    }

    #[test]
    fn a_damaged_catalogue_is_read_or_refused(damages in prop::collection::vec(damage(), 1..4)) {
        let text = damaged(CATALOGUE, &damages);
        let sound = codebook(CODEBOOK);
        if let Some(catalogue) = check(&text, Catalogue::parse(&text, "damaged.toml", &sound)) {
            let hashes = catalogue.indicators.iter().map(|i| i.definition.as_str().len());
            prop_assert!(hashes.into_iter().all(|length| length == 64));
        }
    }

    #[test]
    fn any_text_at_all_is_read_or_refused(text in "(?s).{0,200}") {
        check(&text, Codebook::parse(&text, "any.toml"));
        check(&text, Catalogue::parse(&text, "any.toml", &codebook(CODEBOOK)));
    }
}

#[test]
fn every_codebook_cut_off_after_some_line_is_read_or_refused() {
    for (at, _) in CODEBOOK.match_indices('\n') {
        let text = &CODEBOOK[..at];
        check(text, Codebook::parse(text, "cut.toml"));
    }
}
