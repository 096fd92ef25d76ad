//! Why output cannot be made or put in place.

use std::path::PathBuf;

use thiserror::Error;

/// An output that failed; nothing half written is left behind.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// A file or folder cannot be written.
    #[error("cannot write {}: {source}; choose another folder with --out, or free space [GKO-R001]", path.display())]
    Io {
        /// The path.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A table does not fit its format.
    #[error("cannot make {what}: {message} [GKO-R002]")]
    Format {
        /// The output.
        what: &'static str,
        /// What the library said.
        message: String,
    },
    /// Two outputs of one name.
    #[error("two outputs have the name `{name}`; give one of them another name [GKO-R003]")]
    SameName {
        /// The name.
        name: String,
    },
    /// A name that leads out of the output folder.
    #[error(
        "`{name}` is no name of a file inside the output folder; use names such as `tables/skills.csv`, without `..` [GKO-R004]"
    )]
    OutsideFolder {
        /// The name.
        name: String,
    },
}

impl Error {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Io { .. } => "GKO-R001",
            Self::Format { .. } => "GKO-R002",
            Self::SameName { .. } => "GKO-R003",
            Self::OutsideFolder { .. } => "GKO-R004",
        }
    }
}
