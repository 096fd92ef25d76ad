//! The table that a person reads: indicators down, countries across.
//!
//! # Rule
//!
//! A country takes the width of its widest figure or name, an indicator's label
//! up to 46 columns and at least 20. As many countries stand side by side as the
//! width holds, the others in further blocks below; text around the table wraps.
//! So no line is wider than asked, unless a label of 20 and one country are.
//! The text holds no colours and nothing that steers a terminal: it is the same
//! in a file and on a screen.

use std::collections::BTreeMap;

use comfy_table::presets::{NOTHING, UTF8_HORIZONTAL_ONLY};
use comfy_table::{Cell, CellAlignment, ColumnConstraint, Table, TableComponent, Width};
use gko_codebook::{IndicatorClass, Region, region_of};
use gko_disclosure::{Mark, ProtectedFigure};
use gko_indicators::FigureKey;
use gko_microdata::Sample;

use crate::printable::{one_line, printable};
use crate::release::Release;

/// Columns that the label of an indicator takes where there is room.
const LABEL_WIDTH: usize = 46;
/// Columns that it takes at least.
const LEAST_LABEL_WIDTH: usize = 20;
/// Columns that a share in per cent with its mark takes, blanks around it included.
const SHARE_WIDTH: usize = 7;

/// Lays the totals of a release out for a width in columns.
///
/// Groups stand in the tidy table only; what is shown here are the figures of
/// whole countries, by class of indicator, countries by region.
#[must_use]
pub fn terminal_table(release: &Release, width: usize) -> String {
    let totals = Totals::new(release);
    let mut text = paragraph(&one_line(&release.title), width);
    if release.synthetic {
        text += &paragraph("SYNTHETIC DATA: invented respondents, no real country.", width);
    }
    let widths = Widths::new(&totals, width);
    for samples in totals.samples.chunks(widths.across) {
        text += &format!("\n{}", paragraph(&regions(samples), width));
        text += &totals.block(samples, &widths);
    }
    text + &paragraph(&legend(release), width)
}

/// How a width is shared out.
struct Widths {
    label: usize,
    sample: usize,
    across: usize,
}

impl Widths {
    fn new(totals: &Totals<'_>, width: usize) -> Self {
        let sample = totals.widest().max(SHARE_WIDTH);
        let label = width.saturating_sub(sample).clamp(LEAST_LABEL_WIDTH, LABEL_WIDTH);
        Self { label, sample, across: (width.saturating_sub(label) / sample).max(1) }
    }
}

/// One row of the table: an indicator, or the share of a reason beside it.
struct Line<'a> {
    id: String,
    label: &'a str,
    class: IndicatorClass,
}

struct Totals<'a> {
    samples: Vec<&'a Sample>,
    lines: Vec<Line<'a>>,
    figures: BTreeMap<(&'a Sample, String), (&'a FigureKey, &'a ProtectedFigure)>,
}

impl<'a> Totals<'a> {
    fn new(release: &'a Release) -> Self {
        let mut totals = Self { samples: Vec::new(), lines: Vec::new(), figures: BTreeMap::new() };
        for (key, figure) in release.table.rows() {
            if key.groups.iter().all(Option::is_none) {
                totals.add(key, figure);
            }
        }
        totals.samples.sort_by_key(|sample| {
            (region(sample).is_none(), region(sample), &sample.country, &sample.wave)
        });
        totals.lines.sort_by_key(|line| line.class);
        totals
    }

    fn add(&mut self, key: &'a FigureKey, figure: &'a ProtectedFigure) {
        let (sample, id) = (key.sample.as_ref(), key.indicator_id());
        if !self.samples.contains(&sample) {
            self.samples.push(sample);
        }
        if !self.lines.iter().any(|line| line.id == id) {
            self.lines.push(Line { id: id.clone(), label: &key.label, class: key.class });
        }
        self.figures.insert((sample, id), (key, figure));
    }

    /// The columns that the widest figure or name of a sample takes, with a blank each side.
    fn widest(&self) -> usize {
        let names = self.samples.iter().map(|sample| self.name(sample));
        let names: Vec<String> = names.flat_map(|name| split_lines(&name)).collect();
        let figures = self.figures.values().map(|(key, figure)| shown(key, figure));
        let texts = figures.chain(names);
        texts.map(|text| text.chars().count() + 2).max().unwrap_or_default()
    }

    /// The country, and below it the wave where there are several.
    fn name(&self, sample: &Sample) -> String {
        let several = self.samples.windows(2).any(|pair| pair[0].wave != pair[1].wave);
        let country = sample.country.as_str();
        if several { format!("{country}\n{}", one_line(&sample.wave)) } else { country.to_owned() }
    }

    fn block(&self, samples: &[&'a Sample], widths: &Widths) -> String {
        let mut table = self.empty_table(samples);
        let mut class = None;
        for line in &self.lines {
            if class != Some(line.class) {
                class = Some(line.class);
                table.add_row([line.class.to_string().to_uppercase()]);
            }
            table.add_row(self.row(line, samples));
        }
        for (place, column) in table.column_iter_mut().enumerate() {
            // A blank stands between columns: it is what a column has on its right.
            let width = if place == 0 { widths.label } else { widths.sample - 1 };
            column.set_padding((1, 0)).set_constraint(fixed(width));
        }
        table.trim_fmt() + "\n"
    }

    fn empty_table(&self, samples: &[&'a Sample]) -> Table {
        let mut table = Table::new();
        table.load_preset(UTF8_HORIZONTAL_ONLY).force_no_tty();
        table.remove_style(TableComponent::HorizontalLines);
        table.remove_style(TableComponent::MiddleIntersections);
        let names = samples.iter().map(|sample| right(&self.name(sample)));
        table.set_header(std::iter::once(Cell::new("")).chain(names));
        table
    }

    fn row(&self, line: &Line<'_>, samples: &[&'a Sample]) -> Vec<Cell> {
        // The share of a reason stands under the indicator it belongs to.
        let label = match line.id.split_once(':') {
            Some((_, reason)) => format!("\u{2514} answered {reason}"),
            None => one_line(line.label),
        };
        let figures = samples.iter().map(|sample| {
            let found = self.figures.get(&(*sample, line.id.clone()));
            right(&found.map_or_else(String::new, |(key, figure)| shown(key, figure)))
        });
        std::iter::once(Cell::new(label)).chain(figures).collect()
    }
}

fn right(text: &str) -> Cell {
    Cell::new(text).set_alignment(CellAlignment::Right)
}

fn fixed(width: usize) -> ColumnConstraint {
    ColumnConstraint::Absolute(Width::Fixed(u16::try_from(width).unwrap_or(u16::MAX)))
}

fn split_lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}

/// Lines of text, wrapped at blanks, by the columns that a terminal gives them.
fn paragraph(text: &str, width: usize) -> String {
    let mut table = Table::new();
    table.load_preset(NOTHING).force_no_tty();
    table.add_row([printable(text)]);
    if let Some(column) = table.column_mut(0) {
        column.set_padding((0, 0)).set_constraint(fixed(width.max(LEAST_LABEL_WIDTH)));
    }
    table.trim_fmt() + "\n"
}

/// A share in per cent, a mean as it is, with its mark.
fn shown(key: &FigureKey, figure: &ProtectedFigure) -> String {
    let mark = if figure.mark() == Mark::Review { "?" } else { "" };
    match (figure.value(), figure.mark()) {
        (Some(value), _) if key.is_mean => format!("{value:.2}{mark}"),
        (Some(value), _) => format!("{:.1}{mark}", value * 100.0),
        (None, Mark::Unavailable) => "..".to_owned(),
        (None, _) if is_confidential(figure) => "*".to_owned(),
        (None, _) => "~".to_owned(),
    }
}

fn is_confidential(figure: &ProtectedFigure) -> bool {
    figure.reasons().iter().any(|reason| reason.is_confidential())
}

/// The region of a sample's country. A user-assigned code means something in its
/// own study only, so those of the fixture have regions nowhere else.
fn region(sample: &Sample) -> Option<Region> {
    const FIXTURE: &str = "gko-v1-synthetic";
    let known = !sample.country.is_user_assigned() || sample.study == FIXTURE;
    region_of(&sample.country).filter(|_| known)
}

/// The regions of some countries, in the order of the columns.
fn regions(samples: &[&Sample]) -> String {
    let mut groups: Vec<(Option<Region>, Vec<&str>)> = Vec::new();
    for sample in samples {
        let (region, country) = (region(sample), sample.country.as_str());
        match groups.last_mut() {
            // A country of several waves has several columns and one name.
            Some((last, members)) if *last == region && members.last() == Some(&country) => {}
            Some((last, members)) if *last == region => members.push(country),
            _ => groups.push((region, vec![country])),
        }
    }
    let others = if groups.len() > 1 { "Other countries" } else { "Countries" };
    let name = |region: Option<Region>| region.map_or(others, Region::name);
    let lines =
        groups.iter().map(|(region, members)| format!("{}: {}", name(*region), members.join(" ")));
    lines.collect::<Vec<_>>().join("\n")
}

fn legend(release: &Release) -> String {
    let rules = release.table.rules();
    let n = |mark| release.count(mark);
    format!(
        "Weighted figures of whole countries: shares in per cent of their base, means as they are. \
         Groups, n, standard errors and intervals are in the tidy table.\n\
         *  hidden to protect respondents\n\
         ~  withheld as too imprecise\n\
         ?  shown, a statistician should look at it before release\n\
         .. no figure: not asked there, or nobody in the base\n\
         Rules: n at least {}; numerator and complement of sensitive shares at least {}; \
         reliability {}.\n\
         Figures, those of groups included: {} shown, {} to review, {} suppressed, {} unavailable.",
        rules.minimum_n,
        rules.minimum_count,
        rules.reliability.as_str(),
        n(Mark::Shown),
        n(Mark::Review),
        n(Mark::Suppressed),
        n(Mark::Unavailable),
    )
}
