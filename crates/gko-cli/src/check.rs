//! `gko check`.

use gko::Pipeline;
use gko::codebook::{Catalogue, IndicatorClass};

use crate::args::CheckArgs;
use crate::output::{Failure, print};

pub(crate) fn check(args: &CheckArgs) -> Result<(), Failure> {
    let pipeline = Pipeline::open(&args.pipeline)?;
    let sources = pipeline.sources()?;
    let (codebook, catalogue) = (&sources.codebook, &sources.catalogue);
    let inputs: usize = pipeline.units.iter().map(|unit| unit.inputs.len()).sum();
    print(&format!(
        "{}\nstudy {}, {} variables, {} multi-response sets\n{} indicators ({})\n{inputs} inputs\nno faults\n",
        pipeline.title,
        codebook.study,
        codebook.variables.len(),
        codebook.sets.len(),
        catalogue.indicators.len(),
        classes(catalogue),
    ))
}

fn classes(catalogue: &Catalogue) -> String {
    let count = |class| catalogue.indicators.iter().filter(|i| i.class == class).count();
    let parts = IndicatorClass::WORDS.map(|(word, class)| format!("{} {word}", count(class)));
    parts.join(", ")
}
