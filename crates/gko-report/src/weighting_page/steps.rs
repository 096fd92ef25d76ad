//! The flow of steps: what each did, in words and by group, and what it found.

use gko_weighting::nonresponse::{ClassReport, Merge, PropensityReport, PropensitySummary};
use gko_weighting::run::{Detail, GroupRecord, StepRecord};
use gko_weighting::selection::{SelectionReport, StageReport};
use gko_weighting::trimming::{GroupLimits, GroupTrimmed, Limits};
use gko_weighting::{Finding, FindingKind};
use maud::{Markup, html};

use super::Page;
use super::text::{Table, amount, count, deff, fixed, maybe, range, spoken};

/// All steps in their order.
pub(super) fn steps(page: &Page<'_>) -> Markup {
    html! {
        @for step in &page.history.steps {
            section.step {
                h3 { (step.number) ". " (heading(step.name)) }
                @for sentence in in_words(&step.detail) { p { (sentence) } }
                (findings(page, &step.findings))
                @if let Some(table) = used(page, &step.detail) { (table.shown()) }
                details open[page.history.steps.len() * step.groups.len() <= 60] {
                    summary { "What it did to the weights" }
                    (by_group(page, step).shown())
                }
            }
        }
    }
}

/// The name of a step as a heading.
fn heading(name: &str) -> String {
    let name = spoken(name);
    let mut letters = name.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

fn by_group(page: &Page<'_>, step: &StepRecord) -> Table {
    let head = ["Group", "Rows before", "Rows after", "Sum before", "Sum after", "Deff before"];
    let mut table = Table::new("Rows with a weight, sums, design effects, factors", 1, &head);
    table.head.extend(["Deff after", "Smallest factor", "Largest factor"].map(str::to_owned));
    table.rows = step.groups.iter().map(|one| row(page, one)).collect();
    table
}

fn row(page: &Page<'_>, one: &GroupRecord) -> Vec<String> {
    vec![
        page.named(&one.group),
        count(one.rows_before),
        count(one.rows_after),
        amount(one.sum_before),
        amount(one.sum_after),
        maybe(one.deff_before, deff),
        maybe(one.deff_after, deff),
        maybe(one.smallest_factor, amount),
        maybe(one.largest_factor, amount),
    ]
}

/// Findings in their order; what is said of several groups is said once.
fn findings(page: &Page<'_>, all: &[Finding]) -> Markup {
    let mut said: Vec<(&Finding, Vec<String>)> = Vec::new();
    for one in all {
        let same = |other: &Finding| {
            (other.kind, &other.subject, &other.message) == (one.kind, &one.subject, &one.message)
                && other.group.is_empty() == one.group.is_empty()
        };
        let group = (!one.group.is_empty()).then(|| page.named(&one.group));
        match said.iter_mut().find(|(other, _)| same(other)) {
            Some((_, groups)) => groups.extend(group),
            None => said.push((one, group.into_iter().collect())),
        }
    }
    html! { @if !said.is_empty() {
        ul.findings { @for (one, groups) in &said { (finding(one, groups)) } }
    } }
}

fn finding(one: &Finding, groups: &[String]) -> Markup {
    html! {
        li {
            b { (kind(one.kind)) }
            @if !groups.is_empty() { (groups.join(", ")) ": " }
            (one.subject) ": " (one.message)
        }
    }
}

fn kind(kind: FindingKind) -> &'static str {
    match kind {
        FindingKind::CategoryWithoutTarget => "Category without a figure",
        FindingKind::TargetWithoutRespondents => "Figure without respondents",
        FindingKind::EmptyMargin => "Margin without respondents",
        FindingKind::MissingValues => "Missing values",
        FindingKind::TotalsDiffer => "Totals differ",
        FindingKind::TargetsContradict => "Figures contradict each other",
        FindingKind::FewRespondents => "Few respondents",
        FindingKind::Collapsed => "Collapsed",
        FindingKind::OldFigures => "Old figures",
        FindingKind::OtherUniverse => "Figures of another universe",
        FindingKind::Weights => "Weights",
        _ => "Note",
    }
}

/// What a step used and made.
fn in_words(detail: &Detail) -> Vec<String> {
    match detail {
        Detail::Selection(report) => selection(report),
        Detail::Nonresponse { classes, merges, .. } => nonresponse(classes, merges),
        Detail::Calibration { groups, iterations, largest_gap, .. } => {
            let margins = groups.iter().map(|one| one.margins.len()).max().unwrap_or(0);
            vec![format!(
                "{} in {}; {}, largest relative gap left {}.",
                plural(margins, "margin"),
                plural(groups.len(), "group"),
                plural(*iterations, "iteration"),
                if *largest_gap == 0.0 { "0".to_owned() } else { format!("{largest_gap:.1e}") },
            )]
        }
        Detail::Trim { rounds, .. } => rounds
            .map(|rounds| format!("{} of trimming and recalibrating.", plural(rounds, "round")))
            .into_iter()
            .collect(),
        Detail::Smooth { classes } => {
            vec![format!("Weights moved to the means of {}.", plural(classes.len(), "class"))]
        }
        Detail::Scale(scaling) => vec![format!("Scale: {}.", scaling.scale.name())],
        _ => Vec::new(),
    }
}

/// What a step used and made group by group.
fn used(page: &Page<'_>, detail: &Detail) -> Option<Table> {
    match detail {
        Detail::Nonresponse { models, .. } if !models.is_empty() => Some(models_of(page, models)),
        Detail::Trim { limits, trimmed, .. } => Some(trim(page, limits, trimmed)),
        _ => None,
    }
}

/// A count with its noun.
fn plural(number: usize, noun: &str) -> String {
    let ending = match number {
        1 => "",
        _ if noun.ends_with('s') => "es",
        _ => "s",
    };
    format!("{} {noun}{ending}", count(number))
}

fn selection(report: &SelectionReport) -> Vec<String> {
    let mut all = vec![format!(
        "Rows with a weight: {}. By this step alone they weigh {} to {} and add up to {}.",
        count(report.rows),
        amount(report.smallest),
        amount(report.largest),
        amount(report.total),
    )];
    all.extend(report.stages.iter().map(stage));
    if !report.empty_strata.is_empty() {
        let strata = count(report.empty_strata.len());
        all.push(format!("Strata with people, left out since nobody responded there: {strata}."));
    }
    all
}

fn stage(stage: &StageReport) -> String {
    let (smallest, largest) = (amount(stage.smallest), amount(stage.largest));
    let mut text = format!("Stage {}: chances {smallest} to {largest}", stage.stage);
    stage.units.iter().for_each(|&units| text += &format!(", {}", plural(units, "unit")));
    let special = [(stage.certain, "drawn with certainty"), (stage.capped, "capped")];
    for (rows, what) in special.into_iter().filter(|(rows, _)| *rows > 0) {
        text += &format!(", {} {what}", count(rows));
    }
    text + "."
}

fn nonresponse(classes: &[ClassReport], merges: &[Merge]) -> Vec<String> {
    if classes.is_empty() {
        return Vec::new();
    }
    let factors = || classes.iter().filter_map(|class| class.factor);
    let factors = range(factors().reduce(f64::min), factors().reduce(f64::max), amount);
    let merged = match merges.len() {
        0 => "none merged".to_owned(),
        merges => format!("after {}", plural(merges, "merger")),
    };
    vec![format!("{}, {merged}; factors {factors}.", plural(classes.len(), "weighting class"))]
}

fn models_of(page: &Page<'_>, models: &[PropensityReport]) -> Table {
    let head = ["Group", "Cases", "Respondents", "Coefficients", "Propensities"];
    let mut table = Table::new("Models of response", 1, &head);
    table.head.extend(["R-indicator", "c-statistic"].map(str::to_owned));
    let row = |model: &PropensityReport| {
        let found = model.propensities.as_ref();
        let end = |of: fn(&PropensitySummary) -> f64| found.map(of);
        vec![
            page.named(model.group.as_deref().unwrap_or_default()),
            count(model.cases),
            count(model.respondents),
            count(model.coefficients.len()),
            range(end(|one| one.smallest), end(|one| one.largest), |p| fixed(p, 3)),
            maybe(end(|one| one.r_indicator), |r| fixed(r, 3)),
            maybe(found.and_then(|one| one.c_statistic), |c| fixed(c, 3)),
        ]
    };
    table.rows = models.iter().map(row).collect();
    table
}

fn trim(page: &Page<'_>, limits: &Limits, trimmed: &[GroupTrimmed]) -> Table {
    let head = ["Group", "Weights", "Lower limit", "Upper limit", "Below", "Above", "Weight cut"];
    let mut table = Table::new("Limits, and what was cut at first", 1, &head);
    let row = |limit: &GroupLimits| {
        let own = trimmed.iter().find(|one| one.group == limit.group);
        vec![
            page.group(limit.group),
            count(limit.rows),
            maybe(limit.lower, amount),
            maybe(limit.upper, amount),
            count(limit.below),
            count(limit.above),
            maybe(own.map(|one| one.excess), amount),
        ]
    };
    table.rows = limits.groups.iter().map(row).collect();
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_nouns_read_well() {
        assert_eq!(heading("post_stratify"), "Post-stratify");
        assert_eq!([plural(1, "class"), plural(2, "class")], ["1 class", "2 classes"]);
        assert_eq!(plural(1200, "row"), "1\u{202f}200 rows");
    }
}
