//! Figures of known margins before and after each calibration.
//!
//! # Rule
//! Shares of a margin are of its own sum, before and after, so that a weighted sum that
//! is off does not hide who is over- or underrepresented; the counts are in the table.

use gko_weighting::run::{Detail, GroupMargins, MarginRecord, StepRecord};
use maud::{Markup, html};

use super::Page;
use super::charts::{Axis, DotPanel, DotRow, Mark, key};
use super::text::{Table, absent, amount, count, figure, fixed, maybe, percent, points, spoken};

/// Known shares before and after each calibration.
pub(super) fn margins(page: &Page<'_>) -> Markup {
    let all: Vec<Markup> =
        page.history.steps.iter().filter_map(|step| margins_of(page, step)).collect();
    if all.is_empty() {
        return absent("Known margins", "The plan has no step that calibrates to figures.");
    }
    html! { @for one in all { (one) } }
}

fn margins_of(page: &Page<'_>, step: &StepRecord) -> Option<Markup> {
    let Detail::Calibration { groups, .. } = &step.detail else { return None };
    let title = format!("Margins before and after step {}, {}", step.number, spoken(step.name));
    let head =
        ["Group", "Margin", "Category", "Respondents", "Known", "Before", "After", "Known share"];
    let mut numbers = Table::new("Weighted counts and shares of the margin", 3, &head);
    numbers.head.extend(["Gap before (points)", "Gap after (points)"].map(str::to_owned));
    let seen = groups.iter().flat_map(|one| &one.margins).flat_map(plotted).flatten();
    let axis = Axis::of("share of the margin (%)", seen.chain([0.0]), 4.0);
    let mut panels = Vec::new();
    for group in groups {
        let name = page.named(&group.group);
        group.margins.iter().for_each(|margin| margin_rows(&name, margin, &mut numbers));
        let rows = dumbbells(group);
        if !rows.is_empty() {
            let says = format!("{name}: {}", margins_in_words(group));
            panels.push(DotPanel { title: &name, says, width: 340.0, axis: &axis, rows }.shown());
        }
    }
    let key = key(&[(Mark::Ring, "before"), (Mark::Dot, "after"), (Mark::Stroke, "known")]);
    let reading = "Weighted share of each category in its margin before and after the step, and \
        what is known. Totals of one category are in the table alone.";
    Some(figure(&title, reading, &key, &panels, &numbers))
}

/// A margin's shares in percent, before, after and known; none where there is one
/// category or no weight.
fn plotted(record: &MarginRecord) -> Vec<[f64; 3]> {
    let columns = [&record.before, &record.after, &record.margin.targets];
    let totals = columns.map(|column| column.iter().sum::<f64>());
    let categories = record.margin.categories.len();
    if categories < 2 || totals.iter().any(|total| total.is_nan() || *total <= 0.0) {
        return Vec::new();
    }
    let share = |at: usize, column: usize| {
        columns[column].get(at).copied().unwrap_or(0.0) / totals[column] * 100.0
    };
    (0..categories).map(|at| [0, 1, 2].map(|column| share(at, column))).collect()
}

fn dumbbells(group: &GroupMargins) -> Vec<DotRow> {
    let mut rows = Vec::new();
    for record in &group.margins {
        let shares = plotted(record);
        if !shares.is_empty() {
            rows.push(DotRow::Heading(record.margin.name.clone()));
        }
        for (label, [before, after, known]) in record.margin.categories.iter().zip(shares) {
            let marks = vec![(Mark::Stroke, known), (Mark::Ring, before), (Mark::Dot, after)];
            rows.push(DotRow::Marks { label: label.clone(), marks, note: String::new() });
        }
    }
    rows
}

fn margins_in_words(group: &GroupMargins) -> String {
    let largest = |column: usize| {
        let shares = group.margins.iter().flat_map(plotted);
        shares.map(|share| (share[column] - share[2]).abs() / 100.0).fold(0.0, f64::max)
    };
    format!(
        "{} margins; the largest gap to a known share is {} points before and {} after",
        group.margins.len(),
        fixed(largest(0) * 100.0, 1),
        fixed(largest(1) * 100.0, 1),
    )
}

fn margin_rows(name: &str, record: &MarginRecord, numbers: &mut Table) {
    let (margin, shares) = (&record.margin, plotted(record));
    for (at, category) in margin.categories.iter().enumerate() {
        let share = shares.get(at);
        let gap = |column: usize| maybe(share, |one| points((one[column] - one[2]) / 100.0));
        let written = |all: &[f64]| maybe(all.get(at).copied(), amount);
        numbers.rows.push(vec![
            name.to_owned(),
            margin.name.clone(),
            category.clone(),
            maybe(margin.respondents.get(at), count),
            written(&margin.targets),
            written(&record.before),
            written(&record.after),
            maybe(share, |one| percent(one[2] / 100.0)),
            gap(0),
            gap(1),
        ]);
    }
}
