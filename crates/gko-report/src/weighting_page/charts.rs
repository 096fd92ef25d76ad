//! Charts as SVG: rows of dots, bars and lines in small panels of one scale.
//!
//! # Rule
//! A panel has a fixed size in pixels, so that its letters are those of the page, and
//! panels flow like words. Marks differ in shape and in colour (Okabe and Ito's, which
//! the colour-blind can tell apart), so that they can be told apart on grey paper too.
//! Each panel says in words what it shows (`role="img"`, `aria-label`).
//!
//! # References
//! Cleveland (1993) *Visualizing Data* (dot plots, small multiples of one scale);
//! Heckbert (1990) "Nice numbers for graph labels", *Graphics Gems*.

use maud::{Markup, html};

use super::text::fixed;

/// Width of a letter of the panels, in pixels; a guess that is on the safe side.
const LETTER: f64 = 6.1;
/// Height of a row of dots.
const ROW: f64 = 19.0;
/// What the axis needs below a panel.
const AXIS: f64 = 40.0;

/// Values on a straight line of pixels, with round ticks.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Axis {
    pub(super) name: String,
    low: f64,
    high: f64,
    step: f64,
}

impl Axis {
    /// An axis that holds all values, with about so many ticks.
    pub(super) fn of(name: &str, values: impl IntoIterator<Item = f64>, ticks: f64) -> Self {
        let ends = |(low, high): (f64, f64), value: f64| (low.min(value), high.max(value));
        let finite = values.into_iter().filter(|value| value.is_finite());
        let (mut low, mut high) = finite.fold((f64::INFINITY, f64::NEG_INFINITY), ends);
        if low > high {
            (low, high) = (0.0, 1.0);
        }
        if high - low <= 1e-9 * high.abs().max(1e-9) {
            let room = if high == 0.0 { 1.0 } else { high.abs() * 0.1 };
            (low, high) = (low - room, high + room);
        }
        let step = round_step((high - low) / ticks);
        let (low, high) = ((low / step).floor() * step, (high / step).ceil() * step);
        Self { name: name.to_owned(), low, high, step }
    }

    fn at(&self, value: f64, from: f64, to: f64) -> f64 {
        from + (value - self.low) / (self.high - self.low) * (to - from)
    }

    fn ticks(&self) -> Vec<f64> {
        let tick = |number: u32| self.low + f64::from(number) * self.step;
        (0..50).map(tick).take_while(|&tick| tick <= self.high + self.step * 1e-6).collect()
    }

    fn label(&self, tick: f64) -> String {
        let digits = (0..8).take_while(|&at| self.step * 10_f64.powi(at) < 0.999).count();
        fixed(tick, digits)
    }
}

/// The next of 1, 2 and 5 times a power of ten.
fn round_step(step: f64) -> f64 {
    let power = 10_f64.powf(step.log10().floor());
    let round = [1.0, 2.0, 5.0, 10.0].into_iter().find(|&round| round * power >= step * 0.999_999);
    round.unwrap_or(10.0) * power
}

/// The shape of a mark, as its class in the style sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// An open square: no weights.
    Square,
    /// An open circle: before.
    Ring,
    /// A full circle: after.
    Dot,
    /// An upright stroke: what is known.
    Stroke,
}

impl Mark {
    fn shown(self, x: f64, y: f64) -> Markup {
        match self {
            Self::Square => html! {
                rect.square x=(px(x - 4.5)) y=(px(y - 4.5)) width="9" height="9" {}
            },
            Self::Ring => html! { circle.ring cx=(px(x)) cy=(px(y)) r="4.8" {} },
            Self::Dot => html! { circle.dot cx=(px(x)) cy=(px(y)) r="3.4" {} },
            Self::Stroke => html! {
                line.stroke x1=(px(x)) x2=(px(x)) y1=(px(y - 8.0)) y2=(px(y + 8.0)) {}
            },
        }
    }
}

/// What the marks of a figure mean.
pub(super) fn key(marks: &[(Mark, &str)]) -> Markup {
    html! {
        p.key {
            @for (mark, meaning) in marks {
                span {
                    svg width="18" height="18" aria-hidden="true" { (mark.shown(9.0, 9.0)) }
                    (meaning)
                }
                " "
            }
        }
    }
}

/// A row of dots.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum DotRow {
    /// The rows below belong together.
    Heading(String),
    /// Marks, and what stands at the right end.
    Marks { label: String, marks: Vec<(Mark, f64)>, note: String },
}

/// Rows of dots with a common axis.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct DotPanel<'a> {
    pub(super) title: &'a str,
    pub(super) says: String,
    pub(super) width: f64,
    pub(super) axis: &'a Axis,
    pub(super) rows: Vec<DotRow>,
}

impl DotPanel<'_> {
    pub(super) fn shown(&self) -> Markup {
        let bottom = 24.0 + ROW * self.rows.len() as f64;
        let (left, right) = self.ends();
        let y = |row: usize| 24.0 + ROW * (row as f64 + 0.5);
        html! {
            (panel(self.title, &self.says, self.width, bottom + AXIS, &html! {
                (bottom_axis(self.axis, left, right, 24.0, bottom))
                @for (at, row) in self.rows.iter().enumerate() { (self.row(row, y(at), left, right)) }
            }))
        }
    }

    /// From where to where the marks go.
    fn ends(&self) -> (f64, f64) {
        let (mut label, mut note) = (4.0_f64, 2.0_f64);
        for row in &self.rows {
            if let DotRow::Marks { label: text, note: end, .. } = row {
                (label, note) = (label.max(width(text)), note.max(width(end)));
            }
        }
        (label.min(self.width * 0.42) + 16.0, self.width - note.min(self.width * 0.25) - 10.0)
    }

    fn row(&self, row: &DotRow, y: f64, left: f64, right: f64) -> Markup {
        let base = px(y + 4.0);
        match row {
            DotRow::Heading(text) => html! {
                text.heading x="4" y=(base) { (fitted(text, self.width)) }
            },
            DotRow::Marks { label, marks, note } => html! {
                text.end x=(px(left - 8.0)) y=(base) { (fitted(label, left - 12.0)) }
                line.rule x1=(px(left)) x2=(px(right)) y1=(px(y)) y2=(px(y)) {}
                (self.marks(marks, y, left, right))
                text.note x=(px(self.width - 4.0)) y=(base) { (note) }
            },
        }
    }

    fn marks(&self, marks: &[(Mark, f64)], y: f64, left: f64, right: f64) -> Markup {
        let x = |value: f64| self.axis.at(value, left, right);
        let moved = || marks.iter().filter(|(mark, _)| *mark != Mark::Stroke).map(|mark| mark.1);
        let (low, high) = (moved().reduce(f64::min), moved().reduce(f64::max));
        html! {
            @if let Some((low, high)) = low.zip(high) {
                line.way x1=(px(x(low))) x2=(px(x(high))) y1=(px(y)) y2=(px(y)) {}
            }
            @for (mark, value) in marks { (mark.shown(x(*value), y)) }
        }
    }
}

/// Bars side by side, with edges that have values.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct BarPanel<'a> {
    pub(super) title: &'a str,
    pub(super) says: String,
    pub(super) heights: Vec<f64>,
    /// Values of edges by their position, counted in bars.
    pub(super) edges: &'a [(f64, String)],
    /// Where the mean is, counted in bars.
    pub(super) mean: Option<f64>,
    pub(super) axis_name: &'a str,
    pub(super) axis: &'a Axis,
}

/// Width of a small panel, the left and right of what it holds, its top and its bottom.
const SMALL: [f64; 5] = [272.0, 46.0, 262.0, 30.0, 134.0];

/// A small panel with an axis at its left, and names along its bottom.
fn small(words: [&str; 3], axis: &Axis, along: &[(f64, String)], inside: &Markup) -> Markup {
    let [title, says, name] = words;
    let [width, left, right, top, bottom] = SMALL;
    let inside = html! {
        (left_axis(axis, left, right, top, bottom))
        (inside)
        @for (x, label) in along { text.tick x=(px(*x)) y=(px(bottom + 14.0)) { (label) } }
        (under(name, left, right, bottom))
    };
    panel(title, says, width, bottom + AXIS, &inside)
}

impl BarPanel<'_> {
    pub(super) fn shown(&self) -> Markup {
        let [_, left, right, top, bottom] = SMALL;
        let bar = (right - left) / self.heights.len().max(1) as f64;
        let x = |at: f64| left + at * bar;
        let y = |height: f64| self.axis.at(height, bottom, top);
        let inside = html! {
            @for (at, &height) in self.heights.iter().enumerate().filter(|(_, height)| **height > 0.0) {
                rect.bar x=(px(x(at as f64) + 0.5)) width=(px((bar - 1.0).max(0.5)))
                    y=(px(y(height))) height=(px(bottom - y(height))) {}
            }
            @if let Some(mean) = self.mean {
                line.stroke x1=(px(x(mean))) x2=(px(x(mean))) y1=(px(top)) y2=(px(bottom)) {}
            }
        };
        let along: Vec<_> = self.edges.iter().map(|(at, label)| (x(*at), label.clone())).collect();
        small([self.title, &self.says, self.axis_name], self.axis, &along, &inside)
    }
}

/// One line among others that are shown faintly.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct LinePanel<'a> {
    pub(super) title: &'a str,
    pub(super) says: String,
    pub(super) values: &'a [Option<f64>],
    pub(super) others: &'a [Vec<Option<f64>>],
    pub(super) axis_name: &'a str,
    pub(super) axis: &'a Axis,
}

impl LinePanel<'_> {
    pub(super) fn shown(&self) -> Markup {
        let inside = html! {
            @for other in self.others { (line("other", &self.points(other))) }
            (line("line", &self.points(self.values)))
            @for (x, y) in self.points(self.values) { (Mark::Dot.shown(x, y)) }
        };
        let every = self.values.len().div_ceil(12).max(1);
        let numbers = (0..self.values.len()).step_by(every);
        let along: Vec<_> = numbers.map(|at| (self.x(at), at.to_string())).collect();
        small([self.title, &self.says, self.axis_name], self.axis, &along, &inside)
    }

    fn x(&self, at: usize) -> f64 {
        let [_, left, right, ..] = SMALL;
        let steps = self.values.len().saturating_sub(1).max(1) as f64;
        left + 10.0 + at as f64 / steps * (right - left - 20.0)
    }

    fn points(&self, values: &[Option<f64>]) -> Vec<(f64, f64)> {
        let [.., top, bottom] = SMALL;
        let seen = values.iter().enumerate().filter_map(|(at, value)| Some((at, (*value)?)));
        seen.map(|(at, value)| (self.x(at), self.axis.at(value, bottom, top))).collect()
    }
}

fn line(class: &str, points: &[(f64, f64)]) -> Markup {
    let points: Vec<String> =
        points.iter().map(|(x, y)| format!("{},{}", px(*x), px(*y))).collect();
    html! { polyline class=(class) points=(points.join(" ")) {} }
}

/// A panel with its title, and what it says to those who do not see it.
fn panel(title: &str, says: &str, width: f64, height: f64, inside: &Markup) -> Markup {
    html! {
        svg.panel width=(px(width)) height=(px(height)) role="img" aria-label=(says)
            viewBox=(format!("0 0 {} {}", px(width), px(height))) {
            text.title x="4" y="15" { (fitted(title, (width - 8.0) * 0.8)) }
            (inside)
        }
    }
}

fn bottom_axis(axis: &Axis, left: f64, right: f64, top: f64, bottom: f64) -> Markup {
    html! {
        @for tick in axis.ticks() {
            @let x = px(axis.at(tick, left, right));
            line.grid x1=(x) x2=(x) y1=(px(top)) y2=(px(bottom)) {}
            text.tick x=(x) y=(px(bottom + 14.0)) { (axis.label(tick)) }
        }
        line.axis x1=(px(left)) x2=(px(right)) y1=(px(bottom)) y2=(px(bottom)) {}
        (under(&axis.name, left, right, bottom))
    }
}

/// Ticks at the left, and the name of the axis above them.
fn left_axis(axis: &Axis, left: f64, right: f64, top: f64, bottom: f64) -> Markup {
    html! {
        @for tick in axis.ticks() {
            @let y = axis.at(tick, bottom, top);
            line.grid x1=(px(left)) x2=(px(right)) y1=(px(y)) y2=(px(y)) {}
            text.note x=(px(left - 5.0)) y=(px(y + 4.0)) { (axis.label(tick)) }
        }
        line.axis x1=(px(left)) x2=(px(right)) y1=(px(bottom)) y2=(px(bottom)) {}
        text.upright transform=(format!("translate(11 {}) rotate(-90)", px((top + bottom) / 2.0))) {
            (axis.name)
        }
    }
}

fn under(name: &str, left: f64, right: f64, bottom: f64) -> Markup {
    html! { text.name x=(px((left + right) / 2.0)) y=(px(bottom + 31.0)) { (name) } }
}

/// A text with its full form to be pointed at, cut where it is too wide.
fn fitted(text: &str, room: f64) -> Markup {
    if width(text) <= room {
        return html! { (text) };
    }
    let mut cut = String::new();
    for letter in text.chars() {
        if width(&cut) + 2.0 * LETTER > room {
            break;
        }
        cut.push(letter);
    }
    html! { title { (text) } (cut.trim_end()) "\u{2026}" }
}

/// The width of a text; letters of East Asian scripts are twice as wide.
fn width(text: &str) -> f64 {
    let wide =
        |c: char| ('\u{1100}'..'\u{1160}').contains(&c) || ('\u{2e80}'..'\u{fe00}').contains(&c);
    let letter = |c: char| if wide(c) { 2.0 } else { 1.0 };
    text.chars().map(letter).sum::<f64>() * LETTER
}

/// Pixels, to the tenth.
fn px(at: f64) -> String {
    let text = format!("{at:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_hold_all_values() {
        let axis = Axis::of("x", [0.13, 0.87], 5.0);
        let labels: Vec<String> = axis.ticks().into_iter().map(|tick| axis.label(tick)).collect();
        assert_eq!(labels, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
        assert_eq!(axis.at(0.5, 0.0, 100.0), 50.0);
        let one = Axis::of("x", [3.0, f64::NAN], 4.0);
        assert!(one.low < 3.0 && 3.0 < one.high);
        assert_eq!(Axis::of("x", [], 4.0).ticks().len(), 3);
    }

    #[test]
    fn long_texts_are_cut_and_can_be_read_in_full() {
        let long = "children who live with neither of their parents";
        let shown = fitted(long, 100.0).into_string();
        assert!(shown.starts_with("<title>children who live"), "{shown}");
        assert!(shown.ends_with('\u{2026}') && shown.len() < long.len() + 40, "{shown}");
        assert_eq!(fitted("a<b", 100.0).into_string(), "a&lt;b");
    }
}
