//! `gko check`.

use gko::codebook::{Catalogue, IndicatorClass};
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
        "{}\n{}{}{units}{}no faults in the documents; data were not read\n",
        pipeline.title,
        codebook(sources),
        classes(&sources.catalogue),
        settings(pipeline),
    )
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
