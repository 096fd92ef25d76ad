//! Weighting plans on files: `gko weight`.
//!
//! A [`WeightingPlan`] is a TOML document ([`gko_weighting::plan::Plan`]) with the
//! folder that its files lie in. It is run to an [`Outcome`]: weights, replicate weights,
//! diagnostics and history, which are written together or not at all. Everything that is
//! written is for those who may see the microdata.
//!
//! # Example
//! ```no_run
//! use gko::weighting::WeightingPlan;
//!
//! let plan = WeightingPlan::open("fixtures/weighting/plan.toml".as_ref())?;
//! let outcome = plan.run(&mut |_| ())?;
//! for group in &outcome.diagnostics.after {
//!     println!("{:?} {:?}", group.group, group.kish);
//! }
//! outcome.write("out".as_ref())?;
//! # Ok::<(), gko::Error>(())
//! ```

mod files;
mod read;

use std::path::{Path, PathBuf};

use gko_codebook::sha256_hex;
use gko_microdata::{path_within, read_text};
use gko_weighting::diagnostics::Diagnostics;
use gko_weighting::plan::Plan;
use gko_weighting::population::Population;
use gko_weighting::run::{FileStamp, Progress, Weighted, run};

use crate::error::Error;

/// A plan with its folders.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct WeightingPlan {
    /// The plan.
    pub plan: Plan,
    name: String,
    text: String,
    folder: PathBuf,
    data_folder: PathBuf,
}

/// Weights that were made and are not written yet.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Outcome {
    /// The weights, with replicates and history.
    pub weighted: Weighted,
    /// What weighting did to the respondents.
    pub diagnostics: Diagnostics,
    plan: WeightingPlan,
    header: Vec<String>,
    ids: Option<Vec<String>>,
}

impl WeightingPlan {
    /// Parses a plan whose paths are relative to `folder`.
    ///
    /// # Errors
    /// [`Error::Weighting`] with the place of the fault.
    pub fn parse(text: &str, name: &str, folder: &Path) -> Result<Self, Error> {
        let plan = Plan::parse(text, name).map_err(gko_weighting::Error::from)?;
        let (name, text) = (name.to_owned(), text.to_owned());
        Ok(Self { plan, name, text, folder: folder.to_owned(), data_folder: folder.to_owned() })
    }

    /// Opens a plan.
    ///
    /// # Errors
    /// [`Error::Microdata`] where it cannot be read, [`Error::Weighting`].
    pub fn open(path: &Path) -> Result<Self, Error> {
        let text = read_text(path)?;
        // The parent of a bare file name is empty, and means here.
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        Self::parse(&text, &path.display().to_string(), parent.unwrap_or(Path::new(".")))
    }

    /// Takes the data file from another folder than the plan's own.
    #[must_use]
    pub fn with_data_folder(mut self, folder: &Path) -> Self {
        folder.clone_into(&mut self.data_folder);
        self
    }

    /// Runs the plan.
    ///
    /// # Errors
    /// [`Error::Microdata`] where a file cannot be read, [`Error::Weighting`] for what a
    /// step refuses.
    pub fn run(&self, progress: &mut dyn FnMut(Progress)) -> Result<Outcome, Error> {
        let table = read::table(&self.plan, &self.data_folder)?;
        let (sample, ids) = read::sample(&self.plan, &table)?;
        let population = self.population()?;
        let figures = population.as_ref().map(|(figures, _)| figures);
        let mut weighted = run(&self.plan, sample, figures, progress)?;
        let history = &mut weighted.history;
        let stamp = |file: &str, sha256: String| Some(FileStamp { file: file.to_owned(), sha256 });
        history.plan = stamp(&self.name, sha256_hex(self.text.as_bytes()));
        history.data = stamp(&self.plan.data.file, table.sha256().to_owned());
        history.population = population.map(|(_, stamp)| stamp);
        history.created = Some(crate::run::created()?);
        let diagnostics = weighted.diagnostics()?;
        let header = table.header().to_vec();
        Ok(Outcome { weighted, diagnostics, plan: self.clone(), header, ids })
    }

    /// The figures, and the stamp of their file.
    fn population(&self) -> Result<Option<(Population, FileStamp)>, Error> {
        let Some(file) = &self.plan.population else { return Ok(None) };
        let text = read_text(&path_within(&self.folder, file)?)?;
        let read = match file.ends_with(".toml") {
            true => Population::parse_toml(&text, file),
            false => Population::parse_csv(&text, file),
        };
        let population = read.map_err(gko_weighting::Error::from)?;
        let stamp = FileStamp { file: file.clone(), sha256: sha256_hex(text.as_bytes()) };
        Ok(Some((population, stamp)))
    }
}
