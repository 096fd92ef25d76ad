//! A weighting on the terminal: one line a group, one a step.
//!
//! The numbers are about all respondents of a group, and some about single ones (the
//! largest weight): for those who may see the microdata.

use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, Table};
use gko_weighting::diagnostics::{Diagnostics, Distribution};
use gko_weighting::nonresponse::AaporRate;
use gko_weighting::run::History;

use crate::printable::one_line;

/// Lays a weighting out: what it came to in each group, and what each step did.
///
/// `names` are the names of the groups, in the order of their codes.
#[must_use]
pub fn weighting_table(history: &History, diagnostics: &Diagnostics, names: &[String]) -> String {
    let mut text =
        format!("{}\n{}, {}\n", one_line(&history.title), history.universe, history.year);
    text += &format!("\n{}\n", groups(history, diagnostics, names));
    text += &format!("\n{}\n", steps(history));
    text
}

fn groups(history: &History, diagnostics: &Diagnostics, names: &[String]) -> Table {
    let mut table = plain(&[
        "",
        "cases",
        "weighted",
        "RR1",
        "RR3",
        "RR4",
        "sum of weights",
        "deff",
        "n eff.",
        "max/median",
    ]);
    for one in &diagnostics.after {
        let name = usize::try_from(one.group).ok().and_then(|at| names.get(at));
        let name = name.map(String::as_str).filter(|name| !name.is_empty()).unwrap_or("all");
        let mut row = vec![one_line(name), count(one.rows), count(one.positive)];
        row.extend(
            [AaporRate::Rr1, AaporRate::Rr3, AaporRate::Rr4].map(|r| rate(history, name, r)),
        );
        row.extend([
            number(one.sum, 0),
            number(one.kish, 2),
            number(one.effective_n, 0),
            number(to_median(one), 1),
        ]);
        table.add_row(row);
    }
    table
}

fn to_median(one: &Distribution) -> Option<f64> {
    let median = one.quantiles.iter().find(|quantile| quantile.p == 0.5)?;
    Some(one.largest? / median.value)
}

/// A response rate of cases, in per cent.
fn rate(history: &History, name: &str, rate: AaporRate) -> String {
    let own = history.response.iter().find(|one| one.group.as_deref().unwrap_or("all") == name);
    number(own.and_then(|one| one.unweighted.value(rate)).map(|rate| 100.0 * rate), 1)
}

fn steps(history: &History) -> Table {
    let mut table =
        plain(&["step", "", "rows", "sum of weights", "deff, worst", "factors", "", "findings"]);
    for step in &history.steps {
        let all = || step.groups.iter();
        let rows = all().map(|group| group.rows_after).sum::<u64>();
        let worst = all().filter_map(|group| group.deff_after).reduce(f64::max);
        let least = all().filter_map(|group| group.smallest_factor).reduce(f64::min);
        let most = all().filter_map(|group| group.largest_factor).reduce(f64::max);
        table.add_row([
            step.number.to_string(),
            step.name.to_owned(),
            rows.to_string(),
            number(Some(all().map(|group| group.sum_after).sum()), 0),
            number(worst, 2),
            number(least, 3),
            number(most, 3),
            step.findings.len().to_string(),
        ]);
    }
    table
}

fn plain(header: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_preset(NOTHING).set_header(header);
    for (at, column) in table.column_iter_mut().enumerate() {
        let text = header.get(at).is_some_and(|name| name.is_empty() || *name == "step");
        let left = at == 0 || (text && at == 1);
        column.set_cell_alignment(if left { CellAlignment::Left } else { CellAlignment::Right });
    }
    table
}

fn count(count: Option<usize>) -> String {
    count.map_or_else(|| "..".to_owned(), |count| count.to_string())
}

fn number(value: Option<f64>, digits: usize) -> String {
    let text = |value: f64| match value.abs() < 1e15 {
        true => format!("{value:.digits$}"),
        false => format!("{value:.3e}"),
    };
    value.map_or_else(|| "..".to_owned(), text)
}
