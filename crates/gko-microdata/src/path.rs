//! Opening what a pipeline names, and nothing outside the folder it was given.

use std::path::{Component, Path, PathBuf};

use crate::error::Error;
use crate::read_frame::io_error;

/// Resolves a path that a document names against the folder it belongs to.
///
/// Absolute paths, `..`, URLs and links that lead out are refused: a pipeline
/// that somebody sends must not read files that its sender could not.
///
/// ```
/// use gko_microdata::path_within;
/// use std::path::Path;
/// assert_eq!(path_within(Path::new("."), "../secret.csv").unwrap_err().code(), "GKO-M016");
/// ```
///
/// # Errors
///
/// [`Error::PathOutsideRoot`]; [`Error::Io`] where there is no such file.
pub fn path_within(root: &Path, path: &str) -> Result<PathBuf, Error> {
    let outside = || Error::PathOutsideRoot { path: path.to_owned(), root: root.to_owned() };
    let plain = |part| matches!(part, Component::Normal(_) | Component::CurDir);
    if path.contains("://") || !Path::new(path).components().all(plain) {
        return Err(outside());
    }
    let joined = root.join(path);
    let real = joined.canonicalize().map_err(io_error(&joined))?;
    let real_root = root.canonicalize().map_err(io_error(root))?;
    if real.starts_with(real_root) { Ok(joined) } else { Err(outside()) }
}

/// Whether two paths lead to one file that is there.
#[must_use]
pub fn same_file(one: &Path, two: &Path) -> bool {
    let real = |path: &Path| path.canonicalize().ok();
    real(one).is_some_and(|one| real(two) == Some(one))
}

/// Reads a document such as a codebook as text.
///
/// # Errors
///
/// [`Error::Io`] where it cannot be read or is not UTF-8.
pub fn read_text(path: &Path) -> Result<String, Error> {
    std::fs::read_to_string(path).map_err(io_error(path))
}
