//! The command line, with its help.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

const EXIT_CODES: &str = "Example:
  gko run fixtures/global/pipeline.toml --out out

Exit codes:
  0  done
  1  the pipeline, its documents or its data were refused; the message says why and what to do
  2  the command line was wrong
  3  the output could not be written; nothing half written is left

Files of a release, all in the folder given with --out:
  indicators.csv, indicators.parquet   one row a figure, protected
  manifest.json                        inputs, settings, rows in and out, hashes
  for_checking/                        exact counts, not for release";

const ESTIMATE_HELP: &str = "Examples:
  gko estimate fixtures/requests/mean.json --data fixtures/oracle/data --pretty
  gko estimate fixtures/requests/regression.json --data fixtures/oracle/data --dry-run
  gko estimate - --data fixtures/oracle/data --out answer.json < fixtures/requests/mean.json
  gko schema estimate > request.schema.json

A request names a file, how its sample was drawn, the domains and one analysis:
  {\"data\": {\"file\": \"apistrat.csv\"},
   \"design\": {\"stages\": [{\"stratum\": \"stype\", \"population\": {\"counts\": \"fpc\"}}],
              \"weights\": \"pw\"},
   \"by\": [\"sch.wide\"],
   \"analysis\": {\"mean\": {\"of\": [\"api00\"]}}}

fixtures/requests has an example of every analysis; `gko schema estimate` has every field.

Figures that rest on too few people are hidden, and figures that would give
them away by subtraction; `status` and `reasons` say so. --unprotected leaves
disclosure control out; such an answer says \"protected\": false and is not for
release.

Exit codes: 0 done; 1 request or data refused; 2 wrong command line;
3 output not written.";

const WEIGHT_HELP: &str = "Examples:
  gko weight fixtures/weighting/plan.toml --out weighted
  gko weight fixtures/weighting/plan.toml --dry-run
  gko weight plan.toml --data /path/to/data --out weighted --threads 2
  gko schema plan > plan.schema.json

A plan names the data, whom the survey is about, a file of population figures, the
design, and the steps:
  format = \"gko-weighting/1\"
  title = \"Children, wave 2026\"
  year = 2026
  universe = { unit = \"children\", ages = [9, 17], who = \"all\" }
  population = \"population.csv\"
  group = \"country\"
  data = { file = \"children.csv\", id = \"id\" }
  design = { stratum = \"stratum\", psu = \"psu\" }
  replicates = { method = { jkn = {} } }
  [[steps]]
  selection.stages = [{ name = \"school\", probability = \"p_school\" }]
  [[steps]]
  rake.margins = [{ of = [\"sex\", \"age_group\"] }, { of = [\"region\"] }]

Steps: selection, nonresponse, post_stratify, rake, calibrate, trim, smooth, scale.
fixtures/weighting/plan.toml has most of them; `gko schema plan` has every field.

Written into --out, all or nothing, readable by their owner alone:
  data.csv            all columns with base, final and replicate weights
  weights.csv         id, group, base weight, final weight
  history.json        what was done, step by step, with the hashes of all files
  diagnostics.json    what it did to the respondents
  weighting.html      the same to look at
  replicates.*        how R, Stata, SAS and programs read the replicate weights

The table on standard output has a line a group; what a step found (collapsed
categories, other universes) goes to standard error.

Exit codes: 0 done; 1 plan, figures or data refused; 2 wrong command line;
3 output not written.";

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
  gko run fixtures/global/pipeline.toml --out out --width 200 > table.txt

The table of whole countries goes to standard output; groups (sex, age, ...), n,
standard errors and intervals are in indicators.csv. Findings and the names of
the files written go to standard error. A progress bar shows on a terminal and
nowhere else.

The same input gives the same files; only `created` and `threads` in
manifest.json differ. SOURCE_DATE_EPOCH (seconds since 1970) sets `created`.

Exit codes: 0 done; 1 documents or data refused; 2 wrong command line;
3 output not written.")]
    Run(RunArgs),
    /// Check a pipeline, its codebook and its indicators without reading data.
    #[command(after_help = "Example:
  gko check fixtures/global/pipeline.toml

Every fault is listed with its file, line and column. Data files are not opened.

Exit codes: 0 no faults; 1 faults, all of them listed; 2 wrong command line.")]
    Check(CheckArgs),
    /// Draft a codebook from the labels and missing codes of an SPSS file.
    #[command(after_help = "Example:
  gko draft survey.sav --study my-study --wave 2024 > codebook.toml

Value labels become categories, codes declared missing become missing codes
with a reason read off their label. A draft is to be checked by a person.

Exit codes: 0 done; 1 the file is no readable SPSS file; 2 wrong command line;
3 standard output cannot be written.")]
    Draft(DraftArgs),
    /// Answer a request for estimates: one JSON document in, one out.
    #[command(after_help = ESTIMATE_HELP)]
    Estimate(EstimateArgs),
    /// Make weights by a plan: selection, nonresponse, calibration, trimming, scaling.
    #[command(after_help = WEIGHT_HELP)]
    Weight(WeightArgs),
    /// Print the JSON Schema of a document.
    #[command(after_help = "Example:
  gko schema estimate > request.schema.json

Exit codes: 0 done; 2 wrong command line; 3 standard output cannot be written.")]
    Schema(SchemaArgs),
}

/// Arguments of `gko estimate`.
#[derive(Debug, clap::Args)]
pub(crate) struct EstimateArgs {
    /// The request (JSON), or `-` for standard input.
    pub(crate) request: PathBuf,
    /// Write the answer to this file, whole or not at all, instead of standard output.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Folder that the request's data file is in [default: the request's own, with `-` the current one].
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Break the answer into lines.
    #[arg(long)]
    pub(crate) pretty: bool,
    /// Check the request, its columns and its design; print what would be estimated.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// No disclosure control: raw figures, for those who may see the microdata.
    #[arg(long)]
    pub(crate) unprotected: bool,
    /// Threads to use; the figures are the same to the bit for any number.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) threads: Option<u16>,
}

/// Arguments of `gko weight`.
#[derive(Debug, clap::Args)]
pub(crate) struct WeightArgs {
    /// The plan (TOML).
    pub(crate) plan: PathBuf,
    /// Folder for the output; made where it is missing, files in it replaced.
    #[arg(long, value_name = "DIR", required_unless_present = "dry_run")]
    pub(crate) out: Option<PathBuf>,
    /// Folder that the plan's data file is in [default: the plan's own].
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Do everything but write: show the table and what would be written.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Threads to use; the weights are the same to the bit for any number.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) threads: Option<u16>,
    /// No table on standard output.
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

/// Arguments of `gko schema`.
#[derive(Debug, clap::Args)]
pub(crate) struct SchemaArgs {
    /// The document.
    #[arg(value_enum)]
    pub(crate) of: SchemaOf,
}

/// Documents that have a schema.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(crate) enum SchemaOf {
    /// The request of `gko estimate`.
    Estimate,
    /// The answer of `gko estimate`.
    Answer,
    /// The plan of `gko weight`.
    Plan,
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
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) threads: Option<u16>,
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
