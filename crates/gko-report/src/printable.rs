//! Text for a terminal: what a document or a file name holds cannot steer it.
//!
//! # Rule
//!
//! Control characters (escape sequences begin with one) and the marks that turn
//! the direction of what follows become U+FFFD; line breaks stay. Letters of
//! any script, those written from right to left too, stay as they are.
//!
//! # Example
//!
//! ```
//! use gko_report::printable;
//! assert_eq!(printable("a\u{1b}[2Jb\n"), "a\u{fffd}[2Jb\n");
//! assert_eq!(printable("\u{645}\u{631}\u{62d}\u{628}\u{627}"), "\u{645}\u{631}\u{62d}\u{628}\u{627}");
//! ```
//!
//! # References
//!
//! CWE-150 (escape sequences); Unicode Standard Annex 9, explicit directional
//! formatting characters.

/// A text without characters that steer a terminal; line breaks stay.
#[must_use]
pub fn printable(text: &str) -> String {
    text.chars().map(|c| if steers(c) { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

/// The same on one line, each run of blanks and line breaks one blank.
pub(crate) fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    printable(&words.join(" "))
}

fn steers(c: char) -> bool {
    let turns = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    turns || (c.is_control() && c != '\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_steers_a_terminal_is_left() {
        let text = printable("\u{1b}]0;x\u{7} \u{9b}1m \r \u{202e}abc\u{202c}");
        assert!(!text.contains(|c: char| c.is_control() || steers(c)), "{text:?}");
        assert_eq!(one_line(" two\n  lines\t here "), "two lines here");
    }
}
