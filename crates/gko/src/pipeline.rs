//! A pipeline: which files go through which stages with which settings.

use std::path::{Path, PathBuf};

use gko_codebook::text::Document;
use gko_codebook::{Catalogue, Codebook};
use gko_disclosure::Rules;
use gko_microdata::{Format, Input, Layout, Origin, path_within, read_text};
use gko_survey::Options;

use crate::error::Error;

/// What a pipeline file says.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Pipeline {
    /// Title of the release.
    pub title: String,
    /// The codebook's file, relative to the pipeline's folder.
    pub codebook: String,
    /// The catalogue's file, relative to the pipeline's folder.
    pub indicators: String,
    /// The units, children before parents.
    pub units: Vec<UnitPlan>,
    /// Level, interval and rule for strata with one PSU.
    pub estimation: Options,
    /// Thresholds of disclosure control.
    pub rules: Rules,
    /// The folder of the pipeline file.
    pub folder: PathBuf,
    /// The folder that data paths are relative to; the pipeline's own by default.
    pub data_folder: PathBuf,
    /// The pipeline's text, for its hash.
    pub(crate) text: String,
}

/// The files of one unit and the roles of their columns.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct UnitPlan {
    /// The roles of the columns.
    pub layout: Layout,
    /// The files.
    pub inputs: Vec<InputPlan>,
}

/// One file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct InputPlan {
    /// Its path, relative to the data folder.
    pub path: String,
    /// Its format.
    pub format: Format,
    /// The country, constant or from a column.
    pub country: Origin,
    /// The wave, constant or from a column.
    pub wave: Origin,
}

/// The documents that a pipeline names, parsed, with their texts.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Sources {
    /// The codebook.
    pub codebook: Codebook,
    /// The indicators.
    pub catalogue: Catalogue,
    /// Names and texts of the documents, for their hashes.
    pub texts: Vec<(String, String)>,
}

impl Pipeline {
    /// Parses a pipeline whose paths are relative to `folder`.
    ///
    /// # Errors
    ///
    /// [`Error::Document`] with every fault and its place.
    pub fn parse(text: &str, name: &str, folder: &Path) -> Result<Self, Error> {
        let document = Document::parse(text, name);
        let mut pipeline = crate::pipeline_toml::read(&document);
        pipeline.folder = folder.to_owned();
        pipeline.data_folder = folder.to_owned();
        pipeline.text = text.to_owned();
        Ok(document.into_result(pipeline)?)
    }

    /// Opens a pipeline file.
    ///
    /// # Errors
    ///
    /// [`Error::Microdata`] where it cannot be read, [`Error::Document`].
    pub fn open(path: &Path) -> Result<Self, Error> {
        let text = read_text(path)?;
        // The parent of a bare file name is empty, and means here.
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        Self::parse(&text, &path.display().to_string(), parent.unwrap_or(Path::new(".")))
    }

    /// Takes data files from another folder than the pipeline's own.
    #[must_use]
    pub fn with_data_folder(mut self, folder: &Path) -> Self {
        folder.clone_into(&mut self.data_folder);
        self
    }

    /// Opens and checks the codebook and the catalogue.
    ///
    /// # Errors
    ///
    /// [`Error::Microdata`] where they cannot be read, [`Error::Document`].
    pub fn sources(&self) -> Result<Sources, Error> {
        let open = |name: &str| -> Result<String, Error> {
            Ok(read_text(&path_within(&self.folder, name)?)?)
        };
        let (codebook_text, catalogue_text) = (open(&self.codebook)?, open(&self.indicators)?);
        let shown = |name: &str| shown(&self.folder.join(name));
        let codebook = Codebook::parse(&codebook_text, &shown(&self.codebook))?;
        let catalogue = Catalogue::parse(&catalogue_text, &shown(&self.indicators), &codebook)?;
        let texts = vec![
            ("pipeline".to_owned(), self.text.clone()),
            (self.codebook.clone(), codebook_text),
            (self.indicators.clone(), catalogue_text),
        ];
        Ok(Sources { codebook, catalogue, texts })
    }
}

/// A path in messages, without the dot that stands for the working folder.
fn shown(path: &Path) -> String {
    path.strip_prefix(".").unwrap_or(path).display().to_string()
}

impl UnitPlan {
    /// The inputs with their paths resolved.
    ///
    /// # Errors
    ///
    /// [`Error::Microdata`] where a file is missing or lies outside the folder.
    pub fn inputs(&self, data_folder: &Path) -> Result<Vec<Input>, Error> {
        let inputs = self.inputs.iter().map(|plan| {
            let path = path_within(data_folder, &plan.path)?;
            let (format, country) = (plan.format.clone(), plan.country.clone());
            let input = Input::file(path, format, country, plan.wave.clone());
            // Two folders may hold files of one name.
            Ok(Input { name: plan.path.clone(), ..input })
        });
        inputs.collect()
    }
}
