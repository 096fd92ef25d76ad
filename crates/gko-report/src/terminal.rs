//! The table that a person reads: indicators down, countries across.

use std::collections::BTreeMap;
use std::fmt::Write;

use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use comfy_table::{Cell, CellAlignment, ContentArrangement, Table};
use gko_codebook::{Country, IndicatorClass, Region, region_of};
use gko_disclosure::{Mark, ProtectedFigure};
use gko_indicators::FigureKey;

use crate::release::Release;

/// Columns that the label of an indicator takes.
const LABEL_WIDTH: usize = 44;
/// Columns that one country takes.
const COUNTRY_WIDTH: usize = 8;

/// Lays the totals of a release out for a width in columns.
///
/// Groups stand in the tidy table only; what is shown here are the figures of
/// whole countries, by class of indicator, countries by region.
#[must_use]
pub fn terminal_table(release: &Release, width: usize) -> String {
    let totals = Totals::new(release);
    let mut text = format!("{}\n", release.title);
    if release.synthetic {
        text.push_str("SYNTHETIC DATA: invented children in invented countries.\n");
    }
    let across = width.saturating_sub(LABEL_WIDTH).checked_div(COUNTRY_WIDTH).unwrap_or(1).max(1);
    for countries in totals.countries.chunks(across) {
        text.push_str(&totals.block(countries));
    }
    text.push_str(&legend(release));
    text
}

/// What a table of one class has in its rows: an indicator and whether it is a mean.
struct Line<'a> {
    id: String,
    label: &'a str,
    class: IndicatorClass,
}

struct Totals<'a> {
    countries: Vec<&'a Country>,
    lines: Vec<Line<'a>>,
    figures: BTreeMap<(&'a Country, String), (&'a FigureKey, &'a ProtectedFigure)>,
}

impl<'a> Totals<'a> {
    fn new(release: &'a Release) -> Self {
        let mut totals =
            Self { countries: Vec::new(), lines: Vec::new(), figures: BTreeMap::new() };
        for (key, figure) in release.table.rows() {
            if key.groups.iter().all(Option::is_none) {
                totals.add(key, figure);
            }
        }
        totals.countries.sort_by_key(|country| (region_of(country), *country));
        totals.lines.sort_by_key(|line| line.class);
        totals
    }

    fn add(&mut self, key: &'a FigureKey, figure: &'a ProtectedFigure) {
        let (country, id) = (&key.sample.country, key.indicator_id());
        if !self.countries.contains(&country) {
            self.countries.push(country);
        }
        if !self.lines.iter().any(|line| line.id == id) {
            self.lines.push(Line { id: id.clone(), label: &key.label, class: key.class });
        }
        self.figures.insert((country, id), (key, figure));
    }

    fn block(&self, countries: &[&'a Country]) -> String {
        let mut text = format!("\n{}\n", regions(countries));
        let mut table = Table::new();
        table
            .load_preset(UTF8_HORIZONTAL_ONLY)
            .set_content_arrangement(ContentArrangement::Disabled);
        table.set_header(
            std::iter::once(Cell::new("")).chain(countries.iter().map(|c| right(c.as_str()))),
        );
        let mut class = None;
        for line in &self.lines {
            if class != Some(line.class) {
                class = Some(line.class);
                table.add_row([line.class.to_string().to_uppercase()]);
            }
            table.add_row(self.row(line, countries));
        }
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{table}");
        text
    }

    fn row(&self, line: &Line<'_>, countries: &[&'a Country]) -> Vec<Cell> {
        let mut label = line.label.to_owned();
        if let Some((_, reason)) = line.id.split_once(':') {
            // The share of a reason stands under the indicator it belongs to.
            label = format!("   of whom: {reason}");
        }
        let label: String = label.chars().take(LABEL_WIDTH - 2).collect();
        let figures = countries.iter().map(|country| {
            let found = self.figures.get(&(*country, line.id.clone()));
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
fn regions(countries: &[&Country]) -> String {
    let mut groups: Vec<(Option<Region>, Vec<&str>)> = Vec::new();
    for country in countries {
        let region = region_of(country);
        match groups.last_mut() {
            Some((last, members)) if *last == region => members.push(country.as_str()),
            _ => groups.push((region, vec![country.as_str()])),
        }
    }
    let name = |region: Option<Region>| region.map_or("Other countries", Region::name);
    let lines =
        groups.iter().map(|(region, members)| format!("{}: {}", name(*region), members.join(" ")));
    lines.collect::<Vec<_>>().join(" \u{b7} ")
}

fn legend(release: &Release) -> String {
    let rules = release.table.rules();
    let n = |mark| release.count(mark);
    format!(
        "Shares in per cent of the base, means as they are; weighted, all groups together.\n\
         *  suppressed   ?  to be reviewed   ..  no figure (not asked, or nobody in the base)\n\
         Rules: n at least {}, numerator and complement of sensitive shares at least {}, reliability {}.\n\
         Figures with all groups: {} shown, {} to review, {} suppressed, {} unavailable.\n",
        rules.minimum_n,
        rules.minimum_count,
        rules.reliability.as_str(),
        n(Mark::Shown),
        n(Mark::Review),
        n(Mark::Suppressed),
        n(Mark::Unavailable),
    )
}
