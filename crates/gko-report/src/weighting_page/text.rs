//! Numbers, tables and frames of figures as they stand on the page.
//!
//! # Rule
//!
//! | number | shown as |
//! |---|---|
//! | count | whole, thousands apart by a narrow blank |
//! | weight, sum, factor | from 100 whole, from 1 with two digits after the point, below with three that count |
//! | design effect | two digits after the point |
//! | share, rate | percent with one digit after the point |
//! | nothing | a dash |

use std::fmt::Display;

use maud::{Markup, html};

/// What stands where there is no number.
pub(super) const NONE: &str = "\u{2013}";

/// Sets the thousands of a written number apart, and gives it a proper minus.
fn apart(number: &str) -> String {
    let (sign, number) = number.strip_prefix('-').map_or(("", number), |rest| ("\u{2212}", rest));
    let (whole, rest) = number.find('.').map_or((number, ""), |at| number.split_at(at));
    let mut text = sign.to_owned();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text + rest
}

/// A whole number.
pub(super) fn count(number: impl Display) -> String {
    apart(&number.to_string())
}

/// A number of so many digits after the point; what rounds to 0 has no sign.
pub(super) fn fixed(number: f64, digits: usize) -> String {
    let text = format!("{number:.digits$}");
    let zero = text.chars().all(|c| matches!(c, '-' | '0' | '.'));
    apart(if zero { text.trim_start_matches('-') } else { &text })
}

/// A weight, a sum of weights, a factor.
pub(super) fn amount(number: f64) -> String {
    let size = number.abs();
    match size {
        _ if size >= 99.5 => fixed(number, 0),
        _ if size >= 0.995 || size == 0.0 => fixed(number, 2),
        _ => {
            let leading = (0..9).take_while(|&zeros| size * 10_f64.powi(zeros) < 0.1).count();
            fixed(number, 3 + leading)
        }
    }
}

/// A design effect.
pub(super) fn deff(number: f64) -> String {
    fixed(number, 2)
}

/// A share or rate.
pub(super) fn percent(share: f64) -> String {
    fixed(share * 100.0, 1) + "\u{a0}%"
}

/// A difference of shares, in points of percent, with its sign.
pub(super) fn points(gap: f64) -> String {
    let text = fixed(gap * 100.0, 1);
    if text.starts_with('\u{2212}') || text == "0.0" { text } else { format!("+{text}") }
}

/// A number that may be absent.
pub(super) fn maybe<T>(number: Option<T>, written: impl Fn(T) -> String) -> String {
    number.map_or_else(|| NONE.to_owned(), written)
}

/// The name of a step as one writes it in a sentence.
pub(super) fn spoken(name: &str) -> String {
    name.replace('_', "-")
}

/// Two numbers with a word between them.
pub(super) fn range(from: Option<f64>, to: Option<f64>, written: fn(f64) -> String) -> String {
    match from.zip(to) {
        Some((from, to)) => format!("{} to {}", written(from), written(to)),
        None => NONE.to_owned(),
    }
}

/// A table.
#[derive(Debug, Default)]
pub(super) struct Table {
    pub(super) caption: String,
    pub(super) head: Vec<String>,
    /// How many of the first columns hold text.
    pub(super) texts: usize,
    pub(super) rows: Vec<Vec<String>>,
}

impl Table {
    pub(super) fn new(caption: &str, texts: usize, head: &[&str]) -> Self {
        let head = head.iter().map(|&name| name.to_owned()).collect();
        Self { caption: caption.to_owned(), head, texts, rows: Vec::new() }
    }

    /// The table, to be scrolled sideways where the page is narrow.
    pub(super) fn shown(&self) -> Markup {
        let class = |at: usize| if at < self.texts { "text" } else { "number" };
        html! {
            div.scroll {
                table {
                    caption { (self.caption) }
                    thead { tr {
                        @for (at, name) in self.head.iter().enumerate() {
                            th scope="col" class=(class(at)) { (name) }
                        }
                    } }
                    tbody { @for row in &self.rows { (self.row(row)) } }
                }
            }
        }
    }

    fn row(&self, row: &[String]) -> Markup {
        html! {
            tr {
                @for (at, cell) in row.iter().enumerate() {
                    @if at == 0 { th.text scope="row" { (cell) } }
                    @else { td class=(if at < self.texts { "text" } else { "number" }) { (cell) } }
                }
            }
        }
    }
}

/// A figure: what it shows, its key, its panels, and its numbers as a table.
pub(super) fn figure(
    title: &str,
    reading: &str,
    key: &Markup,
    panels: &[Markup],
    numbers: &Table,
) -> Markup {
    html! {
        figure {
            figcaption { h3 { (title) } p { (reading) } }
            @if !panels.is_empty() { (key) div.panels { @for panel in panels { (panel) } } }
            details { summary { "The numbers of this figure" } (numbers.shown()) }
        }
    }
}

/// A section with a figure missing: why it is.
pub(super) fn absent(title: &str, why: &str) -> Markup {
    html! { figure { figcaption { h3 { (title) } p.absent { (why) } } } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_sensible_digits() {
        assert_eq!(count(1_311_406), "1\u{202f}311\u{202f}406");
        assert_eq!([amount(0.0), amount(999.6), amount(12.345)], ["0.00", "1\u{202f}000", "12.35"]);
        assert_eq!(
            [amount(0.5), amount(0.012_34), amount(-1.5)],
            ["0.500", "0.0123", "\u{2212}1.50"]
        );
        assert_eq!([fixed(-0.001, 2), percent(0.123_46)], ["0.00", "12.3\u{a0}%"]);
        assert_eq!(
            [points(0.012), points(-0.012), points(-0.0001)],
            ["+1.2", "\u{2212}1.2", "0.0"]
        );
        assert_eq!(range(None, Some(1.0), amount), NONE);
    }
}
