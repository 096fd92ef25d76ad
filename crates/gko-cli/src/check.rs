//! `gko check`.

use gko::codebook::{Catalogue, Expr, Indicator, IndicatorClass, MissingReason, MissingRule};
use gko::report::printable;
use gko::{Pipeline, Sources, UnitPlan};

use crate::args::CheckArgs;
use crate::output::{Failure, print};

pub(crate) fn check(args: &CheckArgs) -> Result<(), Failure> {
    let pipeline = Pipeline::open(&args.pipeline)?;
    let sources = pipeline.sources()?;
    print(&printable(&summary(&pipeline, &sources)))
}

fn summary(pipeline: &Pipeline, sources: &Sources) -> String {
    let units: String = pipeline.units.iter().map(unit).collect();
    format!(
        "{}\n{}{}{units}{}{}no faults in the documents; data were not read\n",
        pipeline.title,
        codebook(sources),
        classes(&sources.catalogue),
        settings(pipeline),
        without_base(sources),
    )
}

/// Indicators that state no base although none of their questions was put to
/// everybody: what looks like a share of all is one of those asked.
fn without_base(Sources { codebook, catalogue, .. }: &Sources) -> String {
    let is_routed = |name: &str| codebook.question(name).is_some_and(|q| q.universe != Expr::All);
    let of_those_asked = |indicator: &&Indicator| {
        let kept = indicator.missing.rule(MissingReason::RoutedOut) != MissingRule::Exclude;
        let names = indicator.measure.variables();
        indicator.base == Expr::All && !kept && names.iter().all(|name| is_routed(name))
    };
    let notes = catalogue.indicators.iter().filter(of_those_asked).map(|indicator| {
        format!(
            "note: `{}` has no `base`, and its questions were not put to everybody: it is a share of those asked; write the base, or missing = {{ routed-out = \"no\" }}\n",
            indicator.id
        )
    });
    notes.collect()
}

fn codebook(Sources { codebook, .. }: &Sources) -> String {
    let waves: Vec<&str> = codebook.waves.iter().map(|wave| wave.id.as_str()).collect();
    format!(
        "  study        {}{}, waves {}\n  codebook     {} variables, {} multi-response sets\n",
        codebook.study,
        if codebook.synthetic { " (synthetic data)" } else { "" },
        waves.join(", "),
        codebook.variables.len(),
        codebook.sets.len(),
    )
}

fn classes(catalogue: &Catalogue) -> String {
    let count = |class| catalogue.indicators.iter().filter(|i| i.class == class).count();
    let parts = IndicatorClass::WORDS.map(|(word, class)| (count(class), word));
    let parts = parts.into_iter().filter(|(count, _)| *count > 0);
    let parts: Vec<String> = parts.map(|(count, word)| format!("{count} {word}")).collect();
    format!("  indicators   {} ({})\n", catalogue.indicators.len(), parts.join(", "))
}

/// The files of a unit and its design.
fn unit(plan: &UnitPlan) -> String {
    let layout = &plan.layout;
    let named = |role: &str, column: &Option<String>, without: &str| match column {
        Some(column) => format!("{role} `{column}`"),
        None => without.to_owned(),
    };
    let design = [
        named("stratum", &layout.stratum, "no strata"),
        named("PSU", &layout.psu, "every row a PSU"),
        named("weight", &layout.weight, "no weight"),
    ];
    let inputs = plan.inputs.len();
    let files = if inputs == 1 { "file" } else { "files" };
    format!("  {:<12} {inputs} {files}; {}\n", layout.unit.as_str(), design.join(", "))
}

fn settings(pipeline: &Pipeline) -> String {
    let (estimation, rules) = (&pipeline.estimation, &pipeline.rules);
    format!(
        "  estimation   intervals {} at {}, strata with one PSU: {}\n  disclosure   n at least {}, counts of sensitive shares at least {}, reliability {}\n",
        estimation.interval,
        estimation.level,
        estimation.single_psu,
        rules.minimum_n,
        rules.minimum_count,
        rules.reliability.as_str(),
    )
}
