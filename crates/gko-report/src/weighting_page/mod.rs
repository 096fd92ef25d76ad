//! A page on a set of weights, for those who must defend it.
//!
//! # Rule
//! One HTML file that asks the network for nothing and runs no script: what the weights
//! are, whom they cost what, the steps with their findings, and five figures (spread of
//! the weights, design effect by step, margins, response rates, key indicators), each
//! with its numbers as a table. The same history gives the same bytes.
//!
//! The HTML is `maud`'s, which escapes all text. The charts are ours: `plotters` draws
//! with fonts that it must find on the machine, and knows no labels for those who cannot
//! see.
//!
//! # Assumptions
//! The page shows single respondents' weights (the largest), so it is for those who may
//! see the microdata, and says so.
//!
//! # References
//! Valliant, Dever, Kreuter (2018) *Practical Tools for Designing and Weighting Survey
//! Samples*, ch. 18 (what to look at); WCAG 2.2, 1.1.1 and 1.4.1.

mod charts;
mod margins;
mod outcomes;
mod steps;
mod text;
mod weights;

use gko_weighting::diagnostics::{Diagnostics, Distribution, Factors, QuantilePoint};
use gko_weighting::nonresponse::{AaporRate, ResponseReport};
use gko_weighting::run::{FileStamp, History};
use gko_weighting::selection::Inference;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::printable;
use outcomes::{Answers, RATES, answers};
use text::{Table, amount, count, deff, maybe, percent, range};

const STYLE: &str = include_str!("page.css");
/// The page may load nothing, and has no scripts to run.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

/// What the page is made of.
struct Page<'a> {
    history: &'a History,
    diagnostics: &'a Diagnostics,
    group_names: &'a [String],
}

/// The page on a set of weights.
///
/// `diagnostics` are those of the whole plan
/// ([`Weighted::diagnostics`](gko_weighting::run::Weighted::diagnostics)), and
/// `group_names` the names of their groups by code
/// ([`Groups::names`](gko_weighting::Groups)).
///
/// # Example
/// Two children drawn with chances 1/10 and 1/30: `2·(10² + 30²)/40² = 1.25`.
/// ```
/// use gko_report::weighting_page;
/// use gko_weighting::{Sample, plan::Plan, run::run};
///
/// let plan = Plan::parse(r#"
/// format = "gko-weighting/1"
/// title = "Two <children>"
/// year = 2026
/// universe = { unit = "children", ages = [9, 17], who = "all" }
/// data = { file = "children.csv" }
/// [[steps]]
/// selection.stages = [{ name = "child", probability = "p" }]
/// "#, "plan.toml")?;
/// let sample = Sample::new(2).numbers("p", vec![0.1, 1.0 / 30.0])?;
/// let done = run(&plan, sample, None, &mut |_| ())?;
/// let page = weighting_page(&done.history, &done.diagnostics()?, &done.groups.names);
/// assert!(page.contains("<h1>Two &lt;children&gt;</h1>"));
/// assert!(page.contains("design effect 1.25"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn weighting_page(
    history: &History,
    diagnostics: &Diagnostics,
    group_names: &[String],
) -> String {
    printable(&Page { history, diagnostics, group_names }.shown().into_string())
}

impl Page<'_> {
    fn shown(&self) -> Markup {
        html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta http-equiv="Content-Security-Policy" content=(POLICY);
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    title { (self.history.title) " \u{2013} weighting" }
                    style { (PreEscaped(STYLE)) }
                }
                body { main { (self.body()) } }
            }
        }
    }

    fn body(&self) -> Markup {
        html! {
            (self.head())
            h2 { "By group" }
            (self.summary().shown())
            h2 { "Steps" }
            (steps::steps(self))
            h2 { "Figures" }
            (weights::histograms(self))
            (weights::effects_by_step(self))
            (margins::margins(self))
            (outcomes::response(self))
            (outcomes::indicators(self))
        }
    }

    fn head(&self) -> Markup {
        let history = self.history;
        html! {
            h1 { (history.title) }
            p { "Diagnostics of survey weights" @if let Some(author) = &history.author { ", by " (author) } }
            p.notice {
                strong { "Not for release. " }
                "This page shows weights of single respondents. It is for those who may see the \
                microdata."
            }
            (mark(&history.inference))
            (self.origin())
        }
    }

    /// Where the weights come from.
    fn origin(&self) -> Markup {
        let history = self.history;
        html! {
            dl {
                (entry("Universe", &format!("{}, in {}", history.universe, history.year)))
                (file("Plan", history.plan.as_ref()))
                (file("Data", history.data.as_ref()))
                (file("Population figures", history.population.as_ref()))
                (file("Weights", history.weights.as_ref()))
                (entry("Groups", history.group.as_deref().unwrap_or("none; all rows together")))
                (entry("Scale", &self.scale()))
                @if let Some(made) = &history.replicates {
                    (entry("Replicates", &format!("{} ({})", count(made.count), made.kind)))
                }
                (entry("Software", &history.software))
                @if let Some(created) = &history.created { (entry("Made", created)) }
            }
        }
    }

    fn scale(&self) -> String {
        match self.history.scale {
            Some(scale) => scale.to_string(),
            None => "as the last step left it; no step scales".to_owned(),
        }
    }

    /// One line a group.
    fn summary(&self) -> Table {
        let answers = answers(self.history);
        let mut table = Table::new(&caption(&answers), 1, &["Group", "Rows", "Respondents"]);
        table.head.extend(rates(&answers).into_iter().map(|one| one.title));
        let rest = ["Sum of weights", "Design effect", "Effective n", "Median weight"];
        table.head.extend(rest.map(str::to_owned));
        let relative = ["Largest / median", "Final / base weight (median\u{a0}=\u{a0}1)"];
        table.head.extend(relative.map(str::to_owned));
        let row = |after| self.group_row(after, &rates(&answers));
        table.rows = self.diagnostics.after.iter().map(row).collect();
        table
    }

    fn group_row(&self, after: &Distribution, rates: &[RateColumn<'_>]) -> Vec<String> {
        let name = self.group(after.group);
        let mut row = vec![name.clone(), maybe(after.rows, count), maybe(after.positive, count)];
        row.extend(rates.iter().map(|column| {
            let own =
                |one: &&ResponseReport| self.named(one.group.as_deref().unwrap_or("")) == name;
            let own = column.reports.iter().find(own);
            maybe(own.and_then(|one| one.unweighted.value(column.rate)), percent)
        }));
        let median = median(&after.quantiles);
        let ratio = after.largest.zip(median).map(|(largest, median)| largest / median);
        row.extend([
            maybe(after.sum, amount),
            maybe(after.kish, deff),
            maybe(after.effective_n, amount),
            maybe(median, amount),
            maybe(ratio, deff),
            self.relative_factors(after.group),
        ]);
        row
    }

    /// How unevenly the steps after the draw moved the weights of a group.
    fn relative_factors(&self, group: u32) -> String {
        let own = self.diagnostics.factors.iter().find(|one| one.group == group);
        let middle = own.and_then(|one| median(&one.quantiles));
        let relative = |factor: Option<f64>| Some(factor? / middle?);
        let end = |of: fn(&Factors) -> Option<f64>| relative(own.and_then(of));
        range(end(|one| one.smallest), end(|one| one.largest), deff)
    }

    /// The name of a group by its code.
    fn group(&self, code: u32) -> String {
        match self.group_names.get(code as usize) {
            Some(name) => self.named(name),
            None => format!("group {code}"),
        }
    }

    /// The name of a group, one in words where it has none.
    fn named(&self, name: &str) -> String {
        match name.trim() {
            "" if self.history.group.is_none() => "All rows".to_owned(),
            "" => "(no name)".to_owned(),
            _ => name.to_owned(),
        }
    }
}

/// A response rate of a step, as a column.
struct RateColumn<'a> {
    title: String,
    rate: AaporRate,
    reports: &'a [ResponseReport],
}

/// Whether rates are of one base: the survey as a whole, or its only step of nonresponse.
fn one_base(answers: &[Answers<'_>]) -> bool {
    answers.len() == 1 || answers.first().is_some_and(|first| first.step.is_none())
}

/// All rates of one base; of several steps RR2 and RR4 each.
fn rates<'a>(answers: &[Answers<'a>]) -> Vec<RateColumn<'a>> {
    if let (true, Some(Answers { reports, .. })) = (one_base(answers), answers.first()) {
        let column = |(rate, name): (_, &str)| RateColumn { title: name.to_owned(), rate, reports };
        return RATES.into_iter().map(column).collect();
    }
    let of_step = |one: &Answers<'a>| {
        let (reports, number) = (one.reports, one.step.map_or(0, |step| step.number));
        let two = [(AaporRate::Rr2, "RR2"), (AaporRate::Rr4, "RR4")];
        two.map(|(rate, name)| RateColumn {
            title: format!("{name}, step\u{a0}{number}"),
            rate,
            reports,
        })
    };
    answers.iter().flat_map(of_step).collect()
}

fn caption(answers: &[Answers<'_>]) -> String {
    let response = match answers {
        [] => "",
        _ if one_base(answers) => " Response rates are AAPOR's, of cases without weights.",
        _ => {
            " Response rates are AAPOR's, of cases without weights, each among the cases that came \
            to its step."
        }
    };
    "Respondents are rows with a final weight; design effect and effective n are Kish's.".to_owned()
        + response
}

fn median(quantiles: &[QuantilePoint]) -> Option<f64> {
    quantiles.iter().find(|one| one.p == 0.5).map(|one| one.value)
}

/// On what conclusions rest, loud where it is a model.
fn mark(inference: &Inference) -> Markup {
    match inference {
        Inference::DesignBased => html! {
            p.mark.design { strong { "Design-based" } "Conclusions rest on the chances of the draw." }
        },
        Inference::ModelBased { reason } => html! {
            p.mark.model role="note" {
                strong { "Model-based" }
                "Chances of being drawn are not known: " (reason) ". Standard errors describe a \
                model of who is in the sample, not the chances of a draw."
            }
        },
    }
}

fn entry(name: &str, value: &str) -> Markup {
    html! { dt { (name) } dd { (value) } }
}

fn file(name: &str, stamp: Option<&FileStamp>) -> Markup {
    html! {
        @if let Some(stamp) = stamp {
            dt { (name) }
            dd { (stamp.file) " " code { "SHA-256 " (stamp.sha256) } }
        }
    }
}
