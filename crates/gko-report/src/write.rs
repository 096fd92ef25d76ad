//! Putting the files of a release in place: all of them, or none.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::error::Error;

/// A file of a release: its name within the output folder, and its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OutputFile {
    /// The name, with `/` for a folder.
    pub name: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

impl OutputFile {
    /// A file of a release.
    #[must_use]
    pub fn new(name: &str, bytes: Vec<u8>) -> Self {
        Self { name: name.to_owned(), bytes }
    }
}

/// Writes files into a folder, which is made where it is missing.
///
/// Every file is written in full under a temporary name in its folder first;
/// only then are they renamed, one after another, replacing what was there. A
/// full disk or an interrupted run so leaves the files of an earlier run, or
/// nothing, and never half a file.
///
/// # Errors
///
/// [`Error::Io`] with the path; [`Error::SameName`].
pub fn write(folder: &Path, files: &[OutputFile]) -> Result<Vec<PathBuf>, Error> {
    for (place, file) in files.iter().enumerate() {
        if files[..place].iter().any(|other| other.name == file.name) {
            return Err(Error::SameName { name: file.name.clone() });
        }
    }
    let staged: Result<Vec<(NamedTempFile, PathBuf)>, Error> =
        files.iter().map(|file| stage(folder, file)).collect();
    let placed = staged?.into_iter().map(|(temporary, path)| {
        let failed =
            |source: tempfile::PersistError| Error::Io { path: path.clone(), source: source.error };
        temporary.persist(&path).map_err(failed)?;
        Ok(path)
    });
    placed.collect()
}

fn stage(folder: &Path, file: &OutputFile) -> Result<(NamedTempFile, PathBuf), Error> {
    let path = folder.join(&file.name);
    let parent = path.parent().unwrap_or(folder).to_owned();
    let failed = |source| Error::Io { path: path.clone(), source };
    fs::create_dir_all(&parent).map_err(failed)?;
    let mut temporary = NamedTempFile::new_in(&parent).map_err(failed)?;
    temporary.write_all(&file.bytes).map_err(failed)?;
    temporary.as_file().sync_all().map_err(failed)?;
    Ok((temporary, path))
}
