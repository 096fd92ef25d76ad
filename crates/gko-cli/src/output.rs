//! Standard output and standard error, and how a command fails.

use std::io::{self, Write};

/// Why a command ended early.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The input or a document was refused.
    Refused(String),
    /// The output could not be written.
    Output(String),
    /// Whoever read standard output has enough.
    Pipe,
}

impl From<gko::Error> for Failure {
    fn from(error: gko::Error) -> Self {
        if error.is_output() {
            return Self::Output(error.to_string());
        }
        Self::Refused(error.to_string())
    }
}

impl From<gko::microdata::Error> for Failure {
    fn from(error: gko::microdata::Error) -> Self {
        Self::Refused(error.to_string())
    }
}

/// Writes a text to standard output.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    written.map_err(|error| match error.kind() {
        io::ErrorKind::BrokenPipe => Failure::Pipe,
        _ => Failure::Output(format!("cannot write to standard output: {error}")),
    })
}

/// Writes a line to standard error; a closed one is nobody's concern.
pub(crate) fn note(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// Writes the line that ends a run in failure.
pub(crate) fn error_line(message: &str) {
    let label = console::style("error").red().bold().for_stderr();
    note(&format!("{label}: {message}"));
}
