//! The table that a person reads fits the width it was asked for.

use gko_disclosure::{Rules, protect};
use gko_report::{Release, terminal_table};

use crate::demo::{Demo, same_as_kept};

/// Columns that a terminal gives a line: two for a Chinese character.
fn columns(line: &str) -> usize {
    let wide = |c: char| matches!(c, '\u{2e80}'..='\u{a4cf}' | '\u{ff00}'..='\u{ff60}');
    line.chars().map(|c| if wide(c) { 2 } else { 1 }).sum()
}

fn widest(text: &str) -> usize {
    text.lines().map(columns).max().unwrap_or_default()
}

#[test]
fn no_line_is_wider_than_asked() {
    let mut demo = Demo::new();
    demo.release.title = "A title that is far too long for the narrowest of terminals".to_owned();
    for width in [40, 43, 60, 80, 120, 200] {
        let text = terminal_table(&demo.release, width);
        assert!(widest(&text) <= width, "{} of {width}:\n{text}", widest(&text));
    }
}

#[test]
fn a_width_that_holds_no_country_gives_one_country_a_block() {
    let demo = Demo::new();
    let narrow = terminal_table(&demo.release, 1);
    assert_eq!(narrow, terminal_table(&demo.release, 0));
    assert!(widest(&narrow) <= 33, "{narrow}");
    assert_eq!(narrow.matches("SKILL").count(), 3);
}

#[test]
fn the_table_is_the_one_that_was_agreed_on() {
    let totals = Demo::new().totals();
    for width in [40, 80, 120] {
        same_as_kept(&format!("table-{width}.txt"), &terminal_table(&totals, width));
    }
}

#[test]
fn several_waves_have_a_column_each_and_a_country_one_name() {
    let demo = Demo::of(&[("XAA", "2018"), ("XAA", "2020"), ("XAK", "2018"), ("XAK", "2020")]);
    let text = terminal_table(&demo.release, 120);
    assert!(text.contains("Europe and Central Asia: XAA\n"), "{text}");
    assert!(text.contains("Eastern and Southern Africa: XAK\n"), "{text}");
    let heads = |word: &str| text.lines().filter(|line| line.matches(word).count() == 2).count();
    assert_eq!((heads(" 2018"), heads(" 2020")), (1, 1), "{text}");
    for width in [40, 80, 120, 200] {
        assert!(widest(&terminal_table(&demo.release, width)) <= width);
    }
    same_as_kept("table-waves.txt", &terminal_table(&demo.totals(), 120));
}

#[test]
fn figures_of_groups_are_not_in_it() {
    assert!(!terminal_table(&Demo::new().release, 200).contains("=cmd"));
}

#[test]
fn a_title_cannot_steer_the_terminal() {
    let mut demo = Demo::new();
    demo.release.title = "\u{1b}[2JDemo\u{7}\r\n\u{202e}omed".to_owned();
    let text = terminal_table(&demo.release, 80);
    let steers = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
    assert!(!text.contains(steers), "{text:?}");
}

#[test]
fn lines_end_without_blanks() {
    let text = terminal_table(&Demo::new().release, 80);
    assert!(text.lines().all(|line| !line.ends_with(' ')) && text.ends_with('\n'), "{text:?}");
}

#[test]
fn a_release_without_figures_is_a_title_and_a_legend() {
    let table = protect(Vec::new(), &Rules::default());
    let text = terminal_table(&Release::new("Empty".into(), false, Vec::new(), table), 80);
    assert!(text.starts_with("Empty\n") && text.contains("0 shown"), "{text}");
    assert!(!text.contains("SYNTHETIC"), "{text}");
}
