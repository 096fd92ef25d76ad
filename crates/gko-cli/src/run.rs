//! `gko run`.

use std::collections::BTreeMap;

use gko::microdata::{Finding, FindingKind};
use gko::report::terminal_table;
use gko::{Outcome, Pipeline};

use crate::args::RunArgs;
use crate::output::{Failure, note, print};
use crate::progress::Bar;

/// Width of the table where there is no terminal.
const WIDTH: u16 = 120;

pub(crate) fn run(args: &RunArgs) -> Result<(), Failure> {
    threads(args.threads)?;
    let mut pipeline = Pipeline::open(&args.pipeline)?;
    if let Some(data) = &args.data {
        pipeline = pipeline.with_data_folder(data);
    }
    let outcome = {
        let bar = Bar::new();
        pipeline.run(&mut |step| bar.step(step))?
    };
    if !args.quiet {
        print(&terminal_table(&outcome.release, usize::from(width(args))))?;
    }
    findings(&outcome.findings);
    place(args, &outcome)
}

fn threads(wanted: Option<usize>) -> Result<(), Failure> {
    let Some(threads) = wanted else { return Ok(()) };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build_global();
    pool.map_err(|error| Failure::Refused(format!("cannot use {threads} threads: {error}")))
}

fn width(args: &RunArgs) -> u16 {
    let terminal = console::Term::stdout();
    let own = terminal.is_term().then(|| terminal.size().1);
    args.width.or(own).unwrap_or(WIDTH)
}

/// Writes the files, or says what would be written.
fn place(args: &RunArgs, outcome: &Outcome) -> Result<(), Failure> {
    let Some(folder) = args.out.as_ref().filter(|_| !args.dry_run) else {
        for file in outcome.files()? {
            note(&format!("would write {} ({} bytes)", file.name, file.bytes.len()));
        }
        return Ok(());
    };
    for path in outcome.write(folder)? {
        note(&format!("wrote {}", path.display()));
    }
    Ok(())
}

/// One line for each kind of finding; the details are in `for_checking`.
fn findings(findings: &[Finding]) {
    let mut kinds: BTreeMap<FindingKind, (usize, u64)> = BTreeMap::new();
    for finding in findings {
        let sum = kinds.entry(finding.kind).or_default();
        *sum = (sum.0 + 1, sum.1 + finding.count);
    }
    for (kind, (places, count)) in kinds {
        let (code, meaning) = (kind.code(), kind.meaning());
        note(&format!("{code} {meaning}: {count} rows or cells in {places} places"));
    }
}
