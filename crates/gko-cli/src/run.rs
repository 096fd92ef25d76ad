//! `gko run`.

use std::collections::BTreeMap;
use std::io::ErrorKind;

use gko::Pipeline;
use gko::microdata::{Finding, FindingKind};
use gko::report::{printable, terminal_table};

use crate::args::RunArgs;
use crate::output::{Failure, note, place, print};
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
        pipeline.run(&mut |step| bar.step(step)).map_err(refused)?
    };
    if !args.quiet {
        print(&terminal_table(&outcome.release, usize::from(width(args))))?;
    }
    findings(&outcome.findings, args.dry_run);
    place(
        args.out.as_deref().filter(|_| !args.dry_run),
        || outcome.files(),
        |folder| outcome.write(folder),
    )
}

pub(crate) fn threads(wanted: Option<u16>) -> Result<(), Failure> {
    let Some(threads) = wanted else { return Ok(()) };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(usize::from(threads)).build_global();
    pool.map_err(|error| {
        let message = format!("cannot use {threads} threads: {error}; use fewer [GKO-X002]");
        Failure::Refused(message)
    })
}

/// A file that is not there is most often looked for in the wrong folder.
fn refused(error: gko::Error) -> Failure {
    use gko::microdata::Error::Io;
    let missing = matches!(&error, gko::Error::Microdata(Io { source, .. })
        if source.kind() == ErrorKind::NotFound);
    match (missing, Failure::from(error)) {
        (true, Failure::Refused(message)) => Failure::Refused(format!(
            "{message}\n  the paths in a pipeline start at its own folder, those of data at --data where it is given"
        )),
        (_, failure) => failure,
    }
}

fn width(args: &RunArgs) -> u16 {
    let terminal = console::Term::stdout();
    let own = terminal.is_term().then(|| terminal.size().1);
    args.width.or(own).unwrap_or(WIDTH)
}

/// One line for each kind of finding; the details are in `for_checking`.
fn findings(findings: &[Finding], dry_run: bool) {
    if findings.is_empty() {
        return;
    }
    let file = if dry_run { "" } else { " (each in for_checking/findings.csv)" };
    note(&format!("Findings in the data{file}:"));
    let mut kinds: BTreeMap<FindingKind, Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        kinds.entry(finding.kind).or_default().push(finding);
    }
    for (kind, found) in kinds {
        let (code, meaning) = (kind.code(), kind.meaning());
        let count = found.iter().map(|finding| finding.count).sum();
        let amount = amount(kind, found.len(), count);
        note(&printable(&format!("  {code} {meaning}: {amount} ({})", first_of(&found))));
    }
}

/// The first columns that a kind of finding is about.
fn first_of(found: &[&Finding]) -> String {
    const SHOWN: usize = 3;
    let first = found.iter().take(SHOWN).map(|f| format!("{} in {}", f.variable, f.file));
    let more = if found.len() > SHOWN { ", ..." } else { "" };
    first.collect::<Vec<_>>().join(", ") + more
}

/// How much a kind of finding is about: cells, or columns as a whole.
fn amount(kind: FindingKind, places: usize, count: u64) -> String {
    use FindingKind::{ColumnAbsent, ColumnIgnored, NoId, NotAsked, Unweighted, WeightScale};
    let columns = if places == 1 { "1 column".to_owned() } else { format!("{places} columns") };
    match kind {
        ColumnAbsent | ColumnIgnored | NoId | NotAsked | Unweighted | WeightScale => columns,
        _ if count == 1 => format!("1 cell in {columns}"),
        _ => format!("{count} cells in {columns}"),
    }
}
