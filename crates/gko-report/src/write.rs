//! Putting the files of a release in place: all of them, or none.
//!
//! # Rule
//!
//! 1. Names are checked: each stays inside the folder, and no two are one file,
//!    also where the file system does not tell capitals from small letters.
//! 2. Every file is written in full under a temporary name in its own folder.
//! 3. No target may be a folder.
//! 4. The temporary files are renamed, one after another, replacing what was there.
//!
//! A fault in 1 to 3 (a full disk, a folder without permission, a name that is
//! taken) leaves the files of an earlier run as they were and removes the
//! temporary ones; folders that were made for them stay.
//!
//! # Assumptions
//!
//! Step 4 is atomic for each file and not for all together: a machine that
//! stops between two renames leaves some files of this run and some of the run
//! before, each of them whole. The manifest is renamed last, and its hashes
//! tell whether the files beside it are the ones it describes.

use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Component, Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

use crate::error::Error;

/// A file of a release: its name within the output folder, and its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OutputFile {
    /// The name, with `/` for a folder.
    pub name: String,
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Whether it is for its owner alone, and no part of the release.
    pub is_private: bool,
}

impl OutputFile {
    /// A file of a release.
    #[must_use]
    pub fn new(name: &str, bytes: Vec<u8>) -> Self {
        Self { name: name.to_owned(), bytes, is_private: false }
    }

    /// A file for those who may see the microdata: readable by its owner alone.
    #[must_use]
    pub fn private(name: &str, bytes: Vec<u8>) -> Self {
        Self { is_private: true, ..Self::new(name, bytes) }
    }
}

/// Writes files into a folder, which is made where it is missing.
///
/// ```
/// use gko_report::{OutputFile, write};
/// let folder = tempfile::tempdir()?;
/// let file = OutputFile::new("for_checking/bases.csv", b"country\n".to_vec());
/// let paths = write(folder.path(), &[file])?;
/// assert_eq!(std::fs::read(&paths[0])?, b"country\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// [`Error::OutsideFolder`], [`Error::SameName`], and [`Error::Io`] with the path.
pub fn write(folder: &Path, files: &[OutputFile]) -> Result<Vec<PathBuf>, Error> {
    names(files)?;
    let staged: Result<Vec<Staged>, Error> =
        files.iter().map(|file| Staged::new(folder, file)).collect();
    let staged = staged?;
    staged.iter().try_for_each(Staged::target_is_free)?;
    staged.into_iter().map(Staged::place).collect()
}

/// Writes files into a folder as [`write()`] does, and removes those of `earlier` that they
/// do not replace: what another run left would pass for this one's.
///
/// # Errors
///
/// As [`write()`]; [`Error::Io`] where a file of an earlier run cannot be removed.
pub fn write_instead(
    folder: &Path,
    files: &[OutputFile],
    earlier: &[&str],
) -> Result<Vec<PathBuf>, Error> {
    let written = write(folder, files)?;
    for name in earlier.iter().filter(|name| !files.iter().any(|file| file.name == **name)) {
        let path = folder.join(name);
        match fs::remove_file(&path) {
            Err(source) if source.kind() != ErrorKind::NotFound => {
                return Err(Error::Io { path, source });
            }
            _ => {}
        }
    }
    Ok(written)
}

fn names(files: &[OutputFile]) -> Result<(), Error> {
    for (place, file) in files.iter().enumerate() {
        let mut parts = Path::new(&file.name).components();
        if file.name.is_empty() || !parts.all(|part| matches!(part, Component::Normal(_))) {
            return Err(Error::OutsideFolder { name: file.name.clone() });
        }
        let same = |other: &OutputFile| one_file(&other.name) == one_file(&file.name);
        if files[..place].iter().any(same) {
            return Err(Error::SameName { name: file.name.clone() });
        }
    }
    Ok(())
}

/// What two names of one file have in common on any file system.
fn one_file(name: &str) -> PathBuf {
    Path::new(&name.to_lowercase()).components().collect()
}

/// A file written in full under a temporary name.
struct Staged {
    temporary: NamedTempFile,
    path: PathBuf,
}

impl Staged {
    fn new(folder: &Path, file: &OutputFile) -> Result<Self, Error> {
        let path = folder.join(&file.name);
        let parent = path.parent().unwrap_or(folder);
        match filled(parent, file) {
            Ok(temporary) => Ok(Self { temporary, path }),
            Err(source) => Err(Error::Io { path, source }),
        }
    }

    fn target_is_free(&self) -> Result<(), Error> {
        if self.path.is_dir() {
            return Err(Error::Io {
                path: self.path.clone(),
                source: ErrorKind::IsADirectory.into(),
            });
        }
        Ok(())
    }

    fn place(self) -> Result<PathBuf, Error> {
        let Self { temporary, path } = self;
        match temporary.persist(&path) {
            Ok(_) => Ok(path),
            Err(error) => Err(Error::Io { path, source: error.error }),
        }
    }
}

fn filled(parent: &Path, file: &OutputFile) -> io::Result<NamedTempFile> {
    fs::create_dir_all(parent)?;
    let mut temporary = builder(file).tempfile_in(parent)?;
    temporary.write_all(&file.bytes)?;
    temporary.as_file().sync_all()?;
    Ok(temporary)
}

/// Temporary files are for their owner alone; a release is to be read by
/// whomever the user's umask lets.
#[cfg(unix)]
fn builder(file: &OutputFile) -> Builder<'static, 'static> {
    use std::os::unix::fs::PermissionsExt;
    let mut builder = Builder::new();
    builder.permissions(fs::Permissions::from_mode(if file.is_private { 0o600 } else { 0o666 }));
    builder
}

#[cfg(not(unix))]
fn builder(_: &OutputFile) -> Builder<'static, 'static> {
    Builder::new()
}
