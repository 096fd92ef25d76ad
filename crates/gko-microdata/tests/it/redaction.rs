//! What a child said is in no message, however wrong the file is.

use std::fmt::Write;

use gko_codebook::Unit;
use gko_microdata::{Error, Input, Layout, Microdata, MissingWeight, Origin, Source, read};

use crate::demo::{codebook, csv, design, file, fixture, write};

const SECRET: &str = "he hit me";

/// Everything that could reach a log.
fn said(result: &Result<Microdata, Error>) -> String {
    let mut text = format!("{result:?}");
    match result {
        Ok(data) => {
            write!(text, "{data:?} {:?}", data.accounting()).unwrap();
            for finding in data.findings() {
                write!(text, "\n{finding}\n{finding:?}").unwrap();
            }
        }
        Err(error) => {
            let mut source: Option<&dyn std::error::Error> = Some(error);
            while let Some(error) = source {
                write!(text, "\n{error}\n{error:?}").unwrap();
                source = error.source();
            }
        }
    }
    text
}

fn silent(case: &str, result: &Result<Microdata, Error>) {
    let text = said(result);
    assert!(!text.contains(SECRET) && !text.contains("hit"), "{case}: {text}");
}

#[test]
fn a_secret_in_any_cell_is_in_no_error_finding_or_debug_output() {
    let header = "id,stratum,psu,weight,F11,F12,A2,F14_1,F14_888,notes,land,round";
    let sound: Vec<&str> = "1,a,1,1,1,2,12,1,0,x,XAA,w1".split(',').collect();
    for (place, column) in header.split(',').enumerate() {
        for twice in [false, true] {
            let mut cells = sound.clone();
            cells[place] = SECRET;
            let mut text = format!("{header}\n{}\n", cells.join(","));
            if twice {
                writeln!(text, "{}", cells.join(",")).unwrap();
            }
            let mut input = Input::csv_text("s.csv", &text, "XAA", "w1");
            silent(column, &read(std::slice::from_ref(&input), &design(), &codebook()));
            input.country = Origin::Column("land".to_owned());
            input.wave = Origin::Column("round".to_owned());
            let layout = Layout { missing_weight: MissingWeight::Exclude, ..design() };
            silent(column, &read(&[input], &layout, &codebook()));
        }
    }
}

#[test]
fn an_unknown_country_or_wave_is_found_by_its_record_and_not_by_its_text() {
    let text = format!("id,F11,land\n1,1,XAA\n2,1,{SECRET}\n");
    let mut input = Input::csv_text("s.csv", &text, "XAA", "w1");
    input.country = Origin::Column("land".to_owned());
    let error =
        read(std::slice::from_ref(&input), &Layout::unweighted("id"), &codebook()).unwrap_err();
    let message = error.to_string();
    assert!(message.contains("a text of 9 characters in column land, record 2"), "{message}");
    input.country = Origin::Constant("XAA".to_owned());
    input.wave = Origin::Column("land".to_owned());
    let message = read(&[input], &Layout::unweighted("id"), &codebook()).unwrap_err().to_string();
    assert!(message.contains("a text of 3 characters") || message.contains("`XAA`"), "{message}");
}

#[test]
fn faults_of_the_text_itself_say_where_and_not_what() {
    let folder = tempfile::tempdir().unwrap();
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("ragged", format!("id,F11\n1,{SECRET},3\n").into_bytes()),
        ("quote", format!("id,F11\n1,\"{SECRET}\n").into_bytes()),
        ("nul", format!("id,F11\n1,{SECRET}\0\n").into_bytes()),
        ("encoding", [format!("id,F11\n1,{SECRET}").as_bytes(), b"\xFF\n"].concat()),
    ];
    for (name, bytes) in cases {
        let path = write(&folder, name, bytes);
        let input = file(&path, csv(b',', "utf-8", '.'));
        let result = read(&[input], &Layout::unweighted("id"), &codebook());
        assert!(result.is_err(), "{name}");
        silent(name, &result);
    }
}

#[test]
fn links_and_ids_of_parents_are_in_no_message() {
    let mut layout = Layout::unweighted("pid").of(Unit::Parent);
    layout.link = Some("child".to_owned());
    let input = Input::csv_text("p.csv", &format!("pid,child,P1\n1,{SECRET},1\n"), "XAA", "w1");
    let mut parents = read(&[input], &layout, &codebook());
    if let Ok(parents) = &mut parents {
        let child = Input::csv_text("c.csv", "id,F11\n1,1\n", "XAA", "w1");
        parents.check_links(&read(&[child], &Layout::unweighted("id"), &codebook()).unwrap());
        assert!(!parents.findings().is_empty());
    }
    silent("link", &parents);
}

#[test]
fn texts_of_an_spss_file_are_in_no_message() {
    let text = std::fs::read(fixture("plain.sav")).unwrap();
    assert!(text.windows(6).any(|bytes| bytes == b"SECRET"), "the file has the words");
    let toml = crate::demo::CODEBOOK
        .replace("id = \"F11\"", "id = \"F11\"\ncolumn = \"said\"")
        .replace("id = \"A2\"", "id = \"A2\"\ncolumn = \"said2\"");
    let codebook = gko_codebook::Codebook::parse(&toml, "c.toml").unwrap();
    let result = read(
        &[file(fixture("plain.sav"), gko_microdata::Format::Sav)],
        &Layout::unweighted("id"),
        &codebook,
    );
    assert!(result.is_ok());
    assert!(!said(&result).contains("SECRET"), "{}", said(&result));
}

#[test]
fn an_input_in_memory_shows_no_cell_when_it_is_printed() {
    let input = Input::csv_text("s.csv", &format!("id,F11\n1,{SECRET}\n"), "XAA", "w1");
    let Source::Text { .. } = &input.source else { panic!("a text") };
    assert!(!format!("{input:?}").contains(SECRET), "{input:?}");
}
