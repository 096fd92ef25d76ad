//! The command line, with its help.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

const EXIT_CODES: &str = "Exit codes:
  0  done
  1  the pipeline, its documents or its data were refused; the message says why and what to do
  2  the command line was wrong
  3  the output could not be written; nothing half written is left

Files of a release, all in the folder given with --out:
  indicators.csv, indicators.parquet   one row a figure, protected
  manifest.json                        inputs, settings, rows in and out, hashes
  for_checking/                        exact counts, not for release";

/// Comparable indicators on children's lives online, from survey exports.
///
/// Reads the exports of one or many countries, binds them to a codebook,
/// computes indicators with design-based errors, and writes a table in which
/// every figure has passed disclosure control.
#[derive(Debug, Parser)]
#[command(name = "gko", version, after_help = EXIT_CODES, after_long_help = EXIT_CODES)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run a pipeline: exports in, protected indicator table out.
    #[command(after_help = "Examples:
  gko run fixtures/global/pipeline.toml --out out
  gko run fixtures/global/pipeline.toml --dry-run
  gko run fixtures/yrbs/pipeline.toml --data /path/to/data --out yrbs

The table of totals goes to standard output; groups (sex, age, ...) stand in
indicators.csv. A progress bar shows on a terminal and nowhere else.")]
    Run(RunArgs),
    /// Check a pipeline, its codebook and its indicators without reading data.
    #[command(after_help = "Example:
  gko check fixtures/global/pipeline.toml

Every fault is listed with its file, line and column.")]
    Check(CheckArgs),
    /// Draft a codebook from the labels and missing codes of an SPSS file.
    #[command(after_help = "Example:
  gko draft survey.sav --study my-study --wave 2024 > codebook.toml

Value labels become categories, codes declared missing become missing codes
with a reason read off their label. A draft is to be checked by a person.")]
    Draft(DraftArgs),
}

/// Arguments of `gko run`.
#[derive(Debug, clap::Args)]
pub(crate) struct RunArgs {
    /// The pipeline file (TOML).
    pub(crate) pipeline: PathBuf,
    /// Folder for the output; made where it is missing, files in it replaced.
    #[arg(long, value_name = "DIR", required_unless_present = "dry_run")]
    pub(crate) out: Option<PathBuf>,
    /// Folder that the pipeline's data paths are relative to [default: the pipeline's own].
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Do everything but write: show the table and what would be written.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Width of the table in columns [default: the terminal's, else 120].
    #[arg(long, value_name = "COLUMNS")]
    pub(crate) width: Option<u16>,
    /// Threads to use; the figures are the same to the bit for any number.
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<usize>,
    /// No table on standard output.
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

/// Arguments of `gko check`.
#[derive(Debug, clap::Args)]
pub(crate) struct CheckArgs {
    /// The pipeline file (TOML).
    pub(crate) pipeline: PathBuf,
}

/// Arguments of `gko draft`.
#[derive(Debug, clap::Args)]
pub(crate) struct DraftArgs {
    /// An SPSS file (.sav, .zsav).
    pub(crate) file: PathBuf,
    /// Identifier of the study.
    #[arg(long)]
    pub(crate) study: String,
    /// Identifier of the wave.
    #[arg(long)]
    pub(crate) wave: String,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::Args;

    #[test]
    fn the_command_line_is_consistent() {
        Args::command().debug_assert();
    }
}
