//! The `gko` command: from survey exports to a protected indicator table.
//!
//! Tables go to standard output, everything else to standard error. Exit codes:
//! 0 done; 1 the pipeline, its documents or its data were refused; 2 the command
//! line was wrong; 3 the output could not be written.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod args;
mod check;
mod draft;
mod estimate;
mod output;
mod progress;
mod run;
mod weight;

use std::process::ExitCode;

use clap::Parser;

use crate::args::{Args, Command};
use crate::output::{Failure, error_line};

fn main() -> ExitCode {
    let result = match Args::parse().command {
        Command::Run(args) => run::run(&args),
        Command::Check(args) => check::check(&args),
        Command::Draft(args) => draft::draft(&args),
        Command::Estimate(args) => estimate::estimate(&args),
        Command::Weight(args) => weight::weight(&args),
        Command::Schema(args) => estimate::schema(&args),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Refused(message)) => {
            error_line(&message);
            ExitCode::from(1)
        }
        Err(Failure::Output(message)) => {
            error_line(&message);
            ExitCode::from(3)
        }
    }
}
