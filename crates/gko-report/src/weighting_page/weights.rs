//! Figures of the weights themselves: their spread, and what each step costs.
//!
//! # Rule
//! Panels of one figure have one scale, so that countries can be compared.

use gko_weighting::diagnostics::{Bin, Histogram};
use gko_weighting::run::StepRecord;
use maud::{Markup, html};

use super::Page;
use super::charts::{Axis, BarPanel, LinePanel};
use super::text::{Table, absent, amount, count, deff, figure, fixed, maybe, percent, spoken};

/// How the final weights are spread.
pub(super) fn histograms(page: &Page<'_>) -> Markup {
    let title = "Final weights, by group";
    let all: Vec<&Histogram> =
        page.diagnostics.histograms.iter().filter(|one| !one.bins.is_empty()).collect();
    let Some((first, last)) = filled(&all) else {
        return absent(title, "No row has a weight.");
    };
    let part = |one: &&Histogram| one.bins.get(first..=last).unwrap_or_default().to_vec();
    let all: Vec<(u32, Vec<Bin>)> = all.iter().map(|one| (one.group, part(one))).collect();
    let reading = "Weights of respondents relative to the mean of their group (the upright line). \
        Each bar spans the same ratio of weights: far to the right are the few respondents who \
        stand for many.";
    figure(title, reading, &html! {}, &bars(page, &all), &spread_table(page, &all))
}

fn bars(page: &Page<'_>, all: &[(u32, Vec<Bin>)]) -> Vec<Markup> {
    let edges = all.first().map_or(vec![], |(_, bins)| edges(bins));
    let heights = all.iter().flat_map(|(_, bins)| shares(bins));
    let axis = Axis::of("Respondents (%)", heights.chain([0.0]), 4.0);
    let one = |(group, bins): &(u32, Vec<Bin>)| {
        let title = &page.group(*group);
        let says = spread_in_words(page, *group, title);
        let (heights, mean, edges) = (shares(bins), mean_at(bins), &edges[..]);
        let axis_name = "weight / mean weight of the group";
        BarPanel { title, says, heights, edges, mean, axis_name, axis: &axis }.shown()
    };
    all.iter().map(one).collect()
}

/// The first and last bin in which a group has a respondent, wide enough to be read.
fn filled(all: &[&Histogram]) -> Option<(usize, usize)> {
    let bins = all.iter().flat_map(|one| one.bins.iter().enumerate());
    let used: Vec<usize> = bins.filter(|(_, bin)| bin.rows > 0).map(|(at, _)| at).collect();
    let most = all.iter().map(|one| one.bins.len()).max()?.checked_sub(1)?;
    let (first, last) = (*used.iter().min()?, *used.iter().max()?);
    Some((first.saturating_sub(1), (last + 1).min(most)))
}

fn shares(bins: &[Bin]) -> Vec<f64> {
    let all = bins.iter().map(|bin| bin.rows).sum::<usize>().max(1) as f64;
    bins.iter().map(|bin| 100.0 * bin.rows as f64 / all).collect()
}

/// Edges that get a label, counted from the mean.
fn edges(bins: &[Bin]) -> Vec<(f64, String)> {
    let mean = bins.iter().position(|bin| (bin.from - 1.0).abs() < 1e-9).unwrap_or(0);
    let every = bins.len().div_ceil(6).next_multiple_of(2);
    let labelled = bins.iter().enumerate().filter(|(at, _)| at.abs_diff(mean) % every == 0);
    labelled.map(|(at, bin)| (at as f64, plain(bin.from))).collect()
}

/// A number without zeros at its end.
fn plain(number: f64) -> String {
    let text = fixed(number, 3);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Where the mean is, counted in bins.
fn mean_at(bins: &[Bin]) -> Option<f64> {
    let at = bins.iter().position(|bin| bin.to.is_none_or(|to| to > 1.0 + 1e-9))?;
    let bin = bins.get(at)?;
    let within = bin.to.map_or(0.0, |to| (1.0 - bin.from) / (to - bin.from));
    (within > -1e-6).then_some(at as f64 + within)
}

fn spread_table(page: &Page<'_>, all: &[(u32, Vec<Bin>)]) -> Table {
    let head = ["Group", "Weight / mean", "Respondents", "Share"];
    let mut table = Table::new("Respondents by weight", 2, &head);
    for (group, bins) in all {
        for (bin, share) in bins.iter().zip(shares(bins)).filter(|(bin, _)| bin.rows > 0) {
            let range = match bin.to {
                Some(to) => format!("{} to {}", amount(bin.from), amount(to)),
                None => format!("{} and more", amount(bin.from)),
            };
            let share = percent(share / 100.0);
            table.rows.push(vec![page.group(*group), range, count(bin.rows), share]);
        }
    }
    table
}

fn spread_in_words(page: &Page<'_>, group: u32, name: &str) -> String {
    let after = page.diagnostics.after.iter().find(|one| one.group == group);
    let largest = after.and_then(|one| Some(one.largest? / one.mean?));
    format!(
        "Histogram of the final weights of {name}: {} respondents, design effect {}, the largest weight {} times the mean",
        maybe(after.and_then(|one| one.positive), count),
        maybe(after.and_then(|one| one.kish), deff),
        maybe(largest, amount),
    )
}

/// What each step adds to the design effect.
pub(super) fn effects_by_step(page: &Page<'_>) -> Markup {
    let steps = &page.history.steps;
    let groups = steps.first().map_or(&[][..], |step| &step.groups);
    let names: Vec<String> = groups.iter().map(|one| page.named(&one.group)).collect();
    let paths: Vec<Path> = groups.iter().map(|one| path(steps, &one.group)).collect();
    let step = |step: &StepRecord| format!("{} {}", step.number, spoken(step.name));
    let steps: Vec<String> = steps.iter().map(step).collect();
    let reading = format!(
        "Kish's n\u{b7}\u{3a3}w\u{b2}/(\u{3a3}w)\u{b2} before the first step (0) and after each: {}. \
        Faint lines are the other groups. A step of nonresponse changes who is counted, too.",
        steps.join(", ")
    );
    let mut numbers = Table::new("Kish's design effect after each step", 1, &["Group", "0 before"]);
    numbers.head.extend(steps);
    for (name, path) in names.iter().zip(&paths) {
        numbers.rows.push([name.clone()].into_iter().chain(written(path)).collect());
    }
    let title = "Design effect of the weights, step by step";
    figure(title, &reading, &html! {}, &lines(&names, &paths), &numbers)
}

/// Design effects before the first step and after each.
type Path = Vec<Option<f64>>;

fn written(path: &Path) -> impl Iterator<Item = String> {
    path.iter().map(|&value| maybe(value, deff))
}

fn lines(names: &[String], paths: &[Path]) -> Vec<Markup> {
    let seen = paths.iter().flatten().copied().flatten();
    let axis = Axis::of("Design effect", seen.chain([1.0]), 4.0);
    let one = |(title, values): (&String, &Path)| {
        let effects: Vec<String> = written(values).collect();
        let effects = effects.join(", ");
        let says = format!("{title}: design effect before and after each step: {effects}");
        LinePanel { title, says, values, others: paths, axis_name: "step", axis: &axis }.shown()
    };
    names.iter().zip(paths).map(one).collect()
}

fn path(steps: &[StepRecord], group: &str) -> Path {
    let of = |step: &StepRecord| step.groups.iter().find(|one| one.group == group).cloned();
    let before = steps.first().and_then(of).and_then(|one| one.deff_before);
    let after = steps.iter().map(|step| of(step).and_then(|one| one.deff_after));
    std::iter::once(before).chain(after).collect()
}
