//! `gko weight`.

use gko::report::weighting_table;
use gko::weighting::WeightingPlan;
use gko::weights::run::StepRecord;

use crate::args::WeightArgs;
use crate::output::{Failure, note, place, print};
use crate::progress::Bar;
use crate::run::threads;

pub(crate) fn weight(args: &WeightArgs) -> Result<(), Failure> {
    threads(args.threads)?;
    let mut plan = WeightingPlan::open(&args.plan)?;
    if let Some(data) = &args.data {
        plan = plan.with_data_folder(data);
    }
    let outcome = {
        let bar = Bar::new();
        plan.run(&mut |step| bar.at(step.step - 1, step.of, step.name))?
    };
    let (history, names) = (&outcome.weighted.history, &outcome.weighted.groups.names);
    if !args.quiet {
        print(&weighting_table(history, &outcome.diagnostics, names))?;
    }
    history.steps.iter().for_each(findings);
    if !outcome.weighted.inference().is_design_based() {
        note(
            "inference is model-based: no chance of selection is known, and standard errors rest on a model",
        );
    }
    let folder = args.out.as_deref().filter(|_| !args.dry_run);
    place(folder, || outcome.files(), |folder| outcome.write(folder))?;
    if folder.is_some() {
        note("these files are for those who may see the microdata, not for release");
    }
    Ok(())
}

/// The findings of a step, a line each.
fn findings(step: &StepRecord) {
    for finding in &step.findings {
        note(&format!("  step {} ({}): {finding}", step.number, step.name));
    }
}
