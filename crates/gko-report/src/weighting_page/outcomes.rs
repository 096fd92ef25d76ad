//! Figures of who answered, and of what the weights do to key indicators.
//!
//! # Rule
//! What a plan does not have (cases that did not respond, key indicators) is said, not
//! left out.

use gko_weighting::diagnostics::IndicatorEffect;
use gko_weighting::nonresponse::{AaporRate, Rates, ResponseReport};
use gko_weighting::run::{Detail, History, StepRecord};
use maud::{Markup, html};

use super::Page;
use super::charts::{Axis, DotPanel, DotRow, Mark, key};
use super::text::{
    Table, absent, amount, count, deff, figure, fixed, maybe, percent, points, spoken,
};

/// Response rates by group.
pub(super) fn response(page: &Page<'_>) -> Markup {
    let all = answers(page.history);
    if all.is_empty() {
        let why = "The plan names no statuses and has no step of nonresponse: who was asked and \
            did not answer is not known.";
        return absent("Response rates", why);
    }
    html! { @for one in &all { (rates_of(page, one)) } }
}

/// Who answered: the survey as a whole, or those who came to a step.
pub(super) struct Answers<'a> {
    pub(super) step: Option<&'a StepRecord>,
    pub(super) reports: &'a [ResponseReport],
}

/// The survey as a whole, and the steps of nonresponse that say something else.
pub(super) fn answers(history: &History) -> Vec<Answers<'_>> {
    let whole = Answers { step: None, reports: &history.response };
    let steps = history.steps.iter().filter_map(|step| match &step.detail {
        Detail::Nonresponse { response, .. } if *response != history.response => {
            Some(Answers { step: Some(step), reports: response })
        }
        _ => None,
    });
    let all = std::iter::once(whole).chain(steps);
    all.filter(|one| !one.reports.is_empty()).collect()
}

/// AAPOR's response rates, with their names.
pub(super) const RATES: [(AaporRate, &str); 6] = [
    (AaporRate::Rr1, "RR1"),
    (AaporRate::Rr2, "RR2"),
    (AaporRate::Rr3, "RR3"),
    (AaporRate::Rr4, "RR4"),
    (AaporRate::Rr5, "RR5"),
    (AaporRate::Rr6, "RR6"),
];

fn rates_of(page: &Page<'_>, answers: &Answers<'_>) -> Markup {
    let reports = answers.reports;
    let axis = Axis::of("response rate (%)", [0.0, 100.0], 5.0);
    let panel = |(rate, title)| rate_panel(page, reports, rate, title, &axis);
    let panels = [
        (AaporRate::Rr2, "RR2: all of unknown eligibility count as eligible"),
        (AaporRate::Rr4, "RR4: the eligible share of them counts"),
    ];
    let key = key(&[(Mark::Square, "cases"), (Mark::Dot, "weighted")]);
    let title = match answers.step {
        Some(step) => format!("Response rates at step {}, {}", step.number, spoken(step.name)),
        None => "Response rates of the survey as a whole".to_owned(),
    };
    let reading = "AAPOR (2023); complete and partial interviews. The number at the right end is \
        the weighted rate, by the weights before it was adjusted for; where they move it, response differs \
        between strata drawn at different rates.";
    figure(&title, reading, &key, &panels.map(panel), &rate_table(page, reports))
}

fn rate_table(page: &Page<'_>, reports: &[ResponseReport]) -> Table {
    let mut numbers = Table::new("AAPOR response rates", 2, &["Group", "Counted"]);
    numbers.head.extend(RATES.map(|(_, name)| name.to_owned()));
    for report in reports {
        let name = page.named(report.group.as_deref().unwrap_or_default());
        for (counted, rates) in [("cases", &report.unweighted), ("weights", &report.weighted)] {
            let values = RATES.map(|(rate, _)| maybe(rates.value(rate), percent));
            numbers
                .rows
                .push([name.clone(), counted.to_owned()].into_iter().chain(values).collect());
        }
    }
    numbers
}

fn rate_panel(
    page: &Page<'_>,
    reports: &[ResponseReport],
    rate: AaporRate,
    title: &str,
    axis: &Axis,
) -> Markup {
    let mark = |mark, rates: &Rates| Some((mark, rates.value(rate)? * 100.0));
    let mut rows = Vec::new();
    let mut said = Vec::new();
    for report in reports {
        let label = page.named(report.group.as_deref().unwrap_or_default());
        let marks = [mark(Mark::Square, &report.unweighted), mark(Mark::Dot, &report.weighted)];
        let note = maybe(report.weighted.value(rate), percent);
        said.push(format!("{label} {note}"));
        rows.push(DotRow::Marks { label, marks: marks.into_iter().flatten().collect(), note });
    }
    let says = format!("{title}; weighted: {}", said.join(", "));
    DotPanel { title, says, width: 560.0, axis, rows }.shown()
}

/// Key indicators without weights, with those of the draw, and with the final ones.
pub(super) fn indicators(page: &Page<'_>) -> Markup {
    let title = "Key indicators";
    let all = &page.diagnostics.indicators;
    if all.is_empty() {
        return absent(title, "The plan names no key indicators.");
    }
    let head = ["Indicator", "Group", "Respondents", "Unweighted", "Base weights", "Final weights"];
    let mut numbers = Table::new("Means of key indicators among respondents", 2, &head);
    numbers
        .head
        .extend(["Change", "Correlation with weights", "Spencer's deff"].map(str::to_owned));
    let mut panels = Vec::new();
    for of_one in all.chunk_by(|one, next| one.indicator == next.indicator) {
        numbers.rows.extend(of_one.iter().map(|one| effect_row(page, one)));
        panels.push(effect_panel(page, of_one));
    }
    let marks =
        [(Mark::Square, "unweighted"), (Mark::Ring, "base weights"), (Mark::Dot, "final weights")];
    let reading = "What the weights do to what the survey is about. At the right end the \
        correlation r of the final weights with the indicator: where it is near 0, uneven weights \
        cost precision and hardly move the figure.";
    figure(title, reading, &key(&marks), &panels, &numbers)
}

/// Whether an indicator says yes or no, so that its mean is a share.
fn is_share(one: &IndicatorEffect) -> bool {
    one.rarer.is_some()
}

/// A mean or a change of it as it is written for this indicator.
fn written(one: &IndicatorEffect, mean: Option<f64>) -> String {
    maybe(mean, if is_share(one) { percent } else { amount })
}

fn effect_row(page: &Page<'_>, one: &IndicatorEffect) -> Vec<String> {
    vec![
        one.indicator.clone(),
        page.group(one.group),
        maybe(one.rows, count),
        written(one, one.unweighted),
        written(one, one.before),
        written(one, one.after),
        maybe(one.change, if is_share(one) { points } else { amount }),
        maybe(one.correlation, |r| fixed(r, 2)),
        maybe(one.spencer, deff),
    ]
}

fn means(one: &IndicatorEffect) -> [Option<f64>; 3] {
    [one.unweighted, one.before, one.after]
}

fn effect_panel(page: &Page<'_>, of_one: &[IndicatorEffect]) -> Markup {
    let share = of_one.iter().any(is_share);
    let (unit, factor) =
        if share { ("share (%)", 100.0) } else { ("mean (units of the column)", 1.0) };
    let seen = of_one.iter().flat_map(means).flatten().map(|mean| mean * factor);
    let axis = &Axis::of(unit, seen, 4.0);
    let title = of_one.first().map_or("", |one| one.indicator.as_str());
    let words = |one: &IndicatorEffect| {
        let (from, to) = (written(one, one.unweighted), written(one, one.after));
        format!("{} {from} to {to}", page.group(one.group))
    };
    let said: Vec<String> = of_one.iter().map(words).collect();
    let says = format!("{title}, unweighted to final: {}", said.join(", "));
    let rows = of_one.iter().map(|one| effect_marks(page, one, factor)).collect();
    DotPanel { title, says, width: 340.0, axis, rows }.shown()
}

fn effect_marks(page: &Page<'_>, one: &IndicatorEffect, factor: f64) -> DotRow {
    let marks = [Mark::Square, Mark::Ring, Mark::Dot].into_iter().zip(means(one));
    let marks = marks.filter_map(|(mark, value)| Some((mark, value? * factor))).collect();
    let note = format!("r {}", maybe(one.correlation, |r| fixed(r, 2)));
    DotRow::Marks { label: page.group(one.group), marks, note }
}
