//! Standard output and standard error, and how a command fails.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use gko::report::{OutputFile, printable};

/// Why a command ended early.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The input or a document was refused.
    Refused(String),
    /// The output could not be written.
    Output(String),
}

impl From<gko::Error> for Failure {
    fn from(error: gko::Error) -> Self {
        if error.is_output() {
            return Self::Output(error.to_string());
        }
        Self::Refused(error.to_string())
    }
}

impl From<gko::estimate::Error> for Failure {
    fn from(error: gko::estimate::Error) -> Self {
        Self::Refused(error.to_string())
    }
}

impl From<gko::microdata::Error> for Failure {
    fn from(error: gko::microdata::Error) -> Self {
        Self::Refused(error.to_string())
    }
}

/// Writes files into a folder, or says what would be written where there is none.
pub(crate) fn place(
    folder: Option<&Path>,
    files: impl FnOnce() -> Result<Vec<OutputFile>, gko::Error>,
    write: impl FnOnce(&Path) -> Result<Vec<PathBuf>, gko::Error>,
) -> Result<(), Failure> {
    let Some(folder) = folder else {
        for file in files()? {
            note(&format!("would write {} ({} bytes)", file.name, file.bytes.len()));
        }
        return Ok(());
    };
    for path in write(folder)? {
        note(&format!("wrote {}", path.display()));
    }
    Ok(())
}

/// Writes a text to standard output.
///
/// A reader that has enough (`| head`) is no failure, and what comes after the
/// text, such as the files of a release, is still done.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            let message = format!(
                "cannot write to standard output: {error}; free space, or leave the table out with --quiet [GKO-X001]"
            );
            Err(Failure::Output(message))
        }
        _ => Ok(()),
    }
}

/// Writes a line to standard error; a closed one is nobody's concern.
///
/// Names of files and keys of documents come from outside, so nothing in the
/// line may steer the terminal.
pub(crate) fn note(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", printable(line));
}

/// Writes the line that ends a run in failure.
pub(crate) fn error_line(message: &str) {
    let label = console::style("error").red().bold().for_stderr();
    let _ = writeln!(io::stderr().lock(), "{label}: {}", printable(message));
}
