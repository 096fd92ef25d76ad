//! The table that a person reads: indicators down, countries across.

use std::collections::BTreeMap;
use std::fmt::Write;

use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use comfy_table::{
    Attribute, Cell, CellAlignment, ColumnConstraint, ContentArrangement, Table, TableComponent,
    Width,
};
use gko_codebook::{IndicatorClass, Region, region_of};
use gko_disclosure::{Mark, ProtectedFigure};
use gko_indicators::FigureKey;
use gko_microdata::Sample;

use crate::release::Release;

/// Columns that the label of an indicator takes.
const LABEL_WIDTH: u16 = 46;
/// Columns that one country takes.
const SAMPLE_WIDTH: usize = 8;

/// Lays the totals of a release out for a width in columns.
///
/// Groups stand in the tidy table only; what is shown here are the figures of
/// whole countries, by class of indicator, countries by region. Where the width
/// does not hold all countries, further blocks follow below.
#[must_use]
pub fn terminal_table(release: &Release, width: usize) -> String {
    let totals = Totals::new(release);
    let mut text = format!("{}\n", release.title);
    if release.synthetic {
        text.push_str("SYNTHETIC DATA: invented children in invented countries.\n");
    }
    let room = width.saturating_sub(usize::from(LABEL_WIDTH));
    let across = (room / SAMPLE_WIDTH).max(1);
    for samples in totals.samples.chunks(across) {
        text.push_str(&totals.block(samples));
    }
    text.push_str(&legend(release));
    text
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
        totals
            .samples
            .sort_by_key(|sample| (region_of(&sample.country), &sample.country, &sample.wave));
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

    fn block(&self, samples: &[&'a Sample]) -> String {
        let mut table = self.empty_table(samples);
        let mut class = None;
        for line in &self.lines {
            if class != Some(line.class) {
                class = Some(line.class);
                let title = line.class.to_string().to_uppercase();
                table.add_row([Cell::new(title).add_attribute(Attribute::Bold)]);
            }
            table.add_row(self.row(line, samples));
        }
        let mut text = String::new();
        // Writing to a String cannot fail.
        let _ = writeln!(text, "\n{}\n{table}", regions(samples));
        text
    }

    fn empty_table(&self, samples: &[&'a Sample]) -> Table {
        let several = self.samples.windows(2).any(|pair| pair[0].wave != pair[1].wave);
        let mut table = Table::new();
        table.load_preset(UTF8_HORIZONTAL_ONLY);
        table.remove_style(TableComponent::HorizontalLines);
        table.remove_style(TableComponent::MiddleIntersections);
        table.set_content_arrangement(ContentArrangement::Dynamic);
        let width = usize::from(LABEL_WIDTH) + samples.len() * SAMPLE_WIDTH;
        table.set_width(u16::try_from(width).unwrap_or(u16::MAX));
        let names = samples.iter().map(|sample| match several {
            true => right(&format!("{} {}", sample.country, sample.wave)),
            false => right(sample.country.as_str()),
        });
        table.set_header(std::iter::once(Cell::new("")).chain(names));
        if let Some(label) = table.column_mut(0) {
            label.set_constraint(ColumnConstraint::Absolute(Width::Fixed(LABEL_WIDTH)));
        }
        table
    }

    fn row(&self, line: &Line<'_>, samples: &[&'a Sample]) -> Vec<Cell> {
        // The share of a reason stands under the indicator it belongs to.
        let label = match line.id.split_once(':') {
            Some((_, reason)) => format!("  answered {reason}"),
            None => line.label.to_owned(),
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

/// A share in per cent, a mean as it is, with its mark.
fn shown(key: &FigureKey, figure: &ProtectedFigure) -> String {
    let mark = if figure.mark() == Mark::Review { "?" } else { "" };
    match (figure.value(), figure.mark()) {
        (Some(value), _) if key.is_mean => format!("{value:.2}{mark}"),
        (Some(value), _) => format!("{:.1}{mark}", value * 100.0),
        (None, Mark::Unavailable) => "..".to_owned(),
        (None, _) => "*".to_owned(),
    }
}

/// The regions of some countries, in the order of the columns.
fn regions(samples: &[&Sample]) -> String {
    let mut groups: Vec<(Option<Region>, Vec<&str>)> = Vec::new();
    for sample in samples {
        let region = region_of(&sample.country);
        match groups.last_mut() {
            Some((last, members)) if *last == region => members.push(sample.country.as_str()),
            _ => groups.push((region, vec![sample.country.as_str()])),
        }
    }
    let name = |region: Option<Region>| region.map_or("Other countries", Region::name);
    let lines =
        groups.iter().map(|(region, members)| format!("{}: {}", name(*region), members.join(" ")));
    lines.collect::<Vec<_>>().join("\n")
}

fn legend(release: &Release) -> String {
    let rules = release.table.rules();
    let n = |mark| release.count(mark);
    format!(
        "Shares in per cent of the base, means as they are; weighted, all groups together.\n\
         *  suppressed   ?  to be reviewed   ..  no figure (not asked, or nobody in the base)\n\
         Rules: n at least {}, numerator and complement of sensitive shares at least {}, reliability {}.\n\
         Figures, groups included: {} shown, {} to review, {} suppressed, {} unavailable.\n",
        rules.minimum_n,
        rules.minimum_count,
        rules.reliability.as_str(),
        n(Mark::Shown),
        n(Mark::Review),
        n(Mark::Suppressed),
        n(Mark::Unavailable),
    )
}
