//! What a run of a plan writes.
//!
//! | file | what it is |
//! |---|---|
//! | `data.csv`, `.parquet` or `.arrow` | all columns as they came, derived columns, base, final and replicate weights |
//! | `weights.csv` | id (or row number), group, base weight, final weight |
//! | `history.json` | what was done, step by step, with the hashes of all files |
//! | `diagnostics.json` | what it did to the respondents |
//! | `weighting.html` | the same to look at |
//! | `replicates.json`, `.R`, `.do`, `.sas` | how other programs read the replicate weights |

use std::path::{Path, PathBuf};

use gko_codebook::sha256_hex;
use gko_microdata::{CopyFormat, same_file};
use gko_report::{OutputFile, weighting_page, write_instead};
use gko_weighting::plan::OutputFormat;
use gko_weighting::replicate_files::{Description, Naming};
use gko_weighting::run::FileStamp;

use super::Outcome;
use super::read::copy;
use crate::error::Error;

/// Every file that a run may write.
const WRITTEN: [&str; 11] = [
    "data.csv",
    "data.parquet",
    "data.arrow",
    "weights.csv",
    "diagnostics.json",
    "replicates.json",
    "replicates.R",
    "replicates.do",
    "replicates.sas",
    "weighting.html",
    "history.json",
];

impl Outcome {
    /// The files, the history last.
    ///
    /// # Errors
    /// A name of a weight that the data have already; a format that is not written.
    pub fn files(&self) -> Result<Vec<OutputFile>, Error> {
        let mut files = vec![self.data()?, self.weights()?];
        files.push(private("diagnostics.json", json("diagnostics.json", &self.diagnostics)?));
        files.append(&mut self.replicate_files()?);
        let mut history = self.weighted.history.clone();
        let weights = &files[1];
        history.weights =
            Some(FileStamp { file: weights.name.clone(), sha256: sha256_hex(&weights.bytes) });
        let page = weighting_page(&history, &self.diagnostics, &self.weighted.groups.names);
        files.push(private("weighting.html", page.into_bytes()));
        files.push(private("history.json", json("history.json", &history)?));
        Ok(files)
    }

    /// Writes all files into a folder: all of them, or none. Files of an earlier run
    /// that this one does not have are removed, since the history would not be theirs.
    ///
    /// # Errors
    /// [`Error::OverInput`] where a file would take the place of one that the plan reads;
    /// [`Error::Report`] where the folder cannot be written; as [`Outcome::files`].
    pub fn write(&self, folder: &Path) -> Result<Vec<PathBuf>, Error> {
        self.check_folder(folder)?;
        Ok(write_instead(folder, &self.files()?, &WRITTEN)?)
    }

    /// Refuses a folder in which an output would take the place of an input.
    fn check_folder(&self, folder: &Path) -> Result<(), Error> {
        let plan = &self.plan;
        let figures = plan.plan.population.as_ref().map(|file| plan.folder.join(file));
        let data = plan.data_folder.join(&plan.plan.data.file);
        let inputs: Vec<PathBuf> =
            [data, PathBuf::from(&plan.name)].into_iter().chain(figures).collect();
        let over = |name: &&&str| {
            let output = folder.join(name);
            inputs.iter().any(|input| same_file(input, &output))
        };
        match WRITTEN.iter().find(over) {
            None => Ok(()),
            Some(name) => Err(Error::OverInput { file: (*name).to_owned() }),
        }
    }

    /// All columns as they came, those that the plan derives, and the weights.
    fn data(&self) -> Result<OutputFile, Error> {
        let (plan, weighted) = (&self.plan.plan, &self.weighted);
        let output = &plan.output;
        let format = copy_format(output.format);
        let mut copy = copy(plan, &self.plan.data_folder, &self.header, format)?;
        // Weights belong to the rows that were read; another file's would get them by place.
        if weighted.history.data.as_ref().is_some_and(|data| data.sha256 != copy.sha256()) {
            return Err(Error::DataChanged { file: plan.data.file.clone() });
        }
        for derived in &plan.derive {
            let all = weighted.sample.category_column(&derived.name)?;
            let name = |code: &u32| all.levels.get(*code as usize).map(String::as_str);
            let texts: Vec<Option<&str>> = all.codes.iter().map(name).collect();
            copy = copy.with_texts(&derived.name, &texts)?;
        }
        copy = copy.with_numbers(&output.base_weight, &weighted.base)?;
        copy = copy.with_numbers(&output.weight, &weighted.weights)?;
        if let Some((replicates, naming)) = weighted.replicates.as_ref().zip(self.naming()) {
            let names = naming.columns(replicates.len()).map_err(gko_weighting::Error::from)?;
            for (at, name) in names.into_iter().enumerate() {
                copy = copy.with_numbers(&name, &replicates.analysis_weights(at))?;
            }
        }
        Ok(private(&format!("data.{}", format.ending()), copy.encode()?))
    }

    /// Ids with weights, to be joined to anything.
    fn weights(&self) -> Result<OutputFile, Error> {
        let (plan, weighted) = (&self.plan.plan, &self.weighted);
        let id = plan.data.id.as_deref().unwrap_or("row");
        let group = plan.group.as_deref().unwrap_or("group");
        let mut writer = csv::Writer::from_writer(Vec::new());
        let header = [id, group, &plan.output.base_weight, &plan.output.weight];
        writer.write_record(header).map_err(|error| unwritable("weights.csv", &error))?;
        for row in 0..weighted.weights.len() {
            let own = || (row + 1).to_string();
            let id = self.ids.as_ref().and_then(|ids| ids.get(row).cloned()).unwrap_or_else(own);
            let group = weighted.groups.codes[row] as usize;
            let (base, weight) = (weighted.base[row], weighted.weights[row]);
            let group = &weighted.groups.names[group];
            let fields = [&id, group, &base.to_string(), &weight.to_string()];
            writer.write_record(fields).map_err(|error| unwritable("weights.csv", &error))?;
        }
        let bytes = writer.into_inner().map_err(|error| unwritable("weights.csv", &error))?;
        Ok(private("weights.csv", bytes))
    }

    fn naming(&self) -> Option<Naming> {
        let output = &self.plan.plan.output;
        self.weighted.replicates.as_ref()?;
        let (digits, start) = (output.replicate_digits, output.replicate_start);
        Some(Naming { digits, start, ..Naming::new(&output.weight, &output.replicate_prefix) })
    }

    /// R's call, with the reading of the data before it where R reads them by itself.
    fn r(&self, description: &Description) -> Result<String, Error> {
        let call = description.r().map_err(gko_weighting::Error::from)?;
        Ok(match self.plan.plan.output.format {
            OutputFormat::Csv => format!("weighted <- read.csv(\"data.csv\")\n{call}"),
            OutputFormat::Parquet => {
                format!("weighted <- as.data.frame(arrow::read_parquet(\"data.parquet\"))\n{call}")
            }
            _ => format!("weighted <- as.data.frame(arrow::read_feather(\"data.arrow\"))\n{call}"),
        })
    }

    fn replicate_files(&self) -> Result<Vec<OutputFile>, Error> {
        let Some((replicates, naming)) = self.weighted.replicates.as_ref().zip(self.naming())
        else {
            return Ok(Vec::new());
        };
        let weighting = gko_weighting::Error::from;
        let description = Description::of(replicates, naming, true).map_err(weighting)?;
        Ok(vec![
            private("replicates.json", json("replicates.json", &description)?),
            private("replicates.R", self.r(&description)?.into_bytes()),
            private("replicates.do", description.stata().map_err(weighting)?.into_bytes()),
            private("replicates.sas", description.sas().map_err(weighting)?.into_bytes()),
        ])
    }
}

fn copy_format(format: OutputFormat) -> CopyFormat {
    match format {
        OutputFormat::Parquet => CopyFormat::Parquet,
        OutputFormat::Arrow => CopyFormat::Arrow,
        _ => CopyFormat::Csv,
    }
}

fn private(name: &str, bytes: Vec<u8>) -> OutputFile {
    OutputFile::private(name, bytes)
}

fn json(what: &'static str, document: &impl serde::Serialize) -> Result<Vec<u8>, Error> {
    let text = serde_json::to_string_pretty(document).map_err(|error| unwritable(what, &error))?;
    Ok((text + "\n").into_bytes())
}

fn unwritable(what: &'static str, error: &dyn std::fmt::Display) -> Error {
    gko_report::Error::Format { what, message: error.to_string() }.into()
}
