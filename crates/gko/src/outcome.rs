//! What a run has come to: a protected release, its manifest, and what to check.

use std::path::{Path, PathBuf};

use gko_indicators::BaseAccount;
use gko_microdata::Finding;
use gko_report::{
    Manifest, OutputEntry, OutputFile, Release, TidyTable, bases_csv, findings_csv, write,
};

use crate::error::Error;

/// A run that is done and not written yet.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Outcome {
    /// The protected figures.
    pub release: Release,
    /// The manifest, its outputs still to be listed.
    pub manifest: Manifest,
    /// Exact accounts of the bases: for those who may see the microdata.
    pub bases: Vec<BaseAccount>,
    /// Exact findings: for those who may see the microdata.
    pub findings: Vec<Finding>,
}

impl Outcome {
    /// The files of the release, the manifest last.
    ///
    /// # Errors
    ///
    /// [`Error::Report`] where a table cannot be made.
    pub fn files(&self) -> Result<Vec<OutputFile>, Error> {
        let table = TidyTable::new(&self.release);
        let mut files = vec![
            OutputFile::new("indicators.csv", table.csv()?),
            OutputFile::new("indicators.parquet", table.parquet()?),
            OutputFile::private("for_checking/findings.csv", findings_csv(&self.findings)?),
            OutputFile::private("for_checking/bases.csv", bases_csv(&self.bases)?),
        ];
        let mut manifest = self.manifest.clone();
        // A hash of exact counts would let them be found by trying.
        let released = files.iter().filter(|file| !file.is_private);
        manifest.outputs = released.map(OutputEntry::of).collect();
        let text = serde_json::to_string_pretty(&manifest);
        let text = text.map_err(|error| gko_report::Error::Format {
            what: "manifest.json",
            message: error.to_string(),
        })?;
        files.push(OutputFile::new("manifest.json", text.into_bytes()));
        Ok(files)
    }

    /// Writes all files into a folder: all of them, or none.
    ///
    /// # Errors
    ///
    /// [`Error::Report`] where the folder cannot be written.
    pub fn write(&self, folder: &Path) -> Result<Vec<PathBuf>, Error> {
        Ok(write(folder, &self.files()?)?)
    }
}
