//! From inputs to microdata: read, bind, check the design, classify the blanks.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use gko_codebook::{Codebook, Country};
use rayon::prelude::*;

use crate::account::{Accounting, FileAccount};
use crate::bind::{Binding, Bound};
use crate::classify;
use crate::column::{Column, retain};
use crate::error::Error;
use crate::finding::{Finding, FindingKind};
use crate::fingerprint::{Fingerprinter, Respondents};
use crate::input::{Input, Origin};
use crate::labels::{self, Labels, code, labels, origin};
use crate::layout::Layout;
use crate::load::{format_name, load};
use crate::microdata::{Microdata, Sample};
use crate::raw::RawTable;
use crate::weights;

/// Reads all files of one unit and binds them to a codebook.
///
/// # Errors
///
/// The first fault that would make figures wrong: see [`Error`]. Faults of
/// single answers are [`Finding`]s of the result.
pub fn read(inputs: &[Input], layout: &Layout, codebook: &Codebook) -> Result<Microdata, Error> {
    read_with(inputs, layout, codebook, &mut |_| ())
}

/// [`read`], with a call before each file, for those who show progress.
///
/// # Errors
///
/// As [`read`].
pub fn read_with(
    inputs: &[Input],
    layout: &Layout,
    codebook: &Codebook,
    before: &mut dyn FnMut(&Input),
) -> Result<Microdata, Error> {
    let mut reading = Reading::new(layout, codebook);
    for input in inputs {
        before(input);
        reading.file(input)?;
    }
    reading.finish()
}

/// To which sample and wave the rows of a file belong.
struct Origins {
    /// For each row the place of its sample.
    sample: Vec<u32>,
    waves: Vec<String>,
    /// For each row the place of its wave; empty where there is but one.
    wave_of_row: Vec<u8>,
}

/// What has been read so far.
struct Reading<'a> {
    layout: &'a Layout,
    codebook: &'a Codebook,
    samples: Vec<Sample>,
    sample: Vec<u32>,
    strata: Labels,
    psus: Labels,
    weight: Vec<f64>,
    columns: BTreeMap<String, Column>,
    /// For each set the options that a sample's file lacks, by place of the sample.
    absent: BTreeMap<String, BTreeMap<u32, u64>>,
    findings: Vec<Finding>,
    accounting: Accounting,
    respondents: Respondents,
    links: Vec<u128>,
}

impl<'a> Reading<'a> {
    fn new(layout: &'a Layout, codebook: &'a Codebook) -> Self {
        Self {
            layout,
            codebook,
            samples: Vec::new(),
            sample: Vec::new(),
            strata: Labels::empty(),
            psus: Labels::empty(),
            weight: Vec::new(),
            columns: BTreeMap::new(),
            absent: BTreeMap::new(),
            findings: Vec::new(),
            accounting: Accounting::default(),
            respondents: Respondents::new(),
            links: Vec::new(),
        }
    }

    fn file(&mut self, input: &Input) -> Result<(), Error> {
        let table = load(input, &self.wanted(input))?;
        if table.rows == 0 {
            return Err(Error::Empty { file: input.name.clone() });
        }
        let keep = self.weights(&table)?;
        let Origins { sample, waves, wave_of_row } = self.sample_of_rows(input, &table)?;
        self.respondents(&table, &sample)?;
        self.links(&table, &sample, &keep)?;
        self.design_labels(&table, &keep)?;
        let binding = Binding { table: &table, codebook: self.codebook, waves, wave_of_row };
        self.bind(&binding, &sample, &keep)?;
        self.ignored(&table, input);
        self.account(&table, input, &keep);
        let kept =
            sample.into_iter().zip(&keep).filter(|(_, keep)| **keep).map(|(sample, _)| sample);
        self.sample.extend(kept);
        Ok(())
    }

    /// The columns that somebody needs from a file.
    fn wanted(&self, input: &Input) -> BTreeSet<String> {
        let answers = self.codebook.columns(self.layout.unit);
        let origins = [&input.country, &input.wave].into_iter().filter_map(|origin| match origin {
            Origin::Column(column) => Some(column.as_str()),
            Origin::Constant(_) => None,
        });
        let all = answers.into_iter().chain(self.layout.columns()).chain(origins);
        all.map(str::to_owned).collect()
    }

    /// Reads the weights and says which rows stay.
    fn weights(&mut self, table: &RawTable) -> Result<Vec<bool>, Error> {
        let mut keep = vec![true; table.rows];
        let Some(column) = &self.layout.weight else {
            self.weight.extend(std::iter::repeat_n(1.0, table.rows));
            let rows = table.rows as u64;
            self.findings.push(Finding::whole(
                FindingKind::Unweighted,
                &table.name,
                "(weight)",
                rows,
            ));
            return Ok(keep);
        };
        let (mut weights, missing) = weights::read(table, column, self.layout.missing_weight)?;
        for row in missing {
            keep[row] = false;
        }
        retain(&mut weights, &keep);
        self.weight.append(&mut weights);
        Ok(keep)
    }

    /// For each row its sample, and its wave for the code maps.
    fn sample_of_rows(&mut self, input: &Input, table: &RawTable) -> Result<Origins, Error> {
        let countries = origin(table, &input.country, "the country")?;
        let waves = origin(table, &input.wave, "the wave")?;
        let file = || table.name.clone();
        let valid: Vec<&str> = self.codebook.waves.iter().map(|wave| wave.id.as_str()).collect();
        if let Some(place) = waves.names.iter().position(|wave| !valid.contains(&wave.as_str())) {
            let got = labels::shown(&input.wave, &waves, place);
            return Err(Error::UnknownWave { file: file(), got, valid: valid.join(", ") });
        }
        let names = countries.names.iter().enumerate();
        let parsed = names.map(|(place, name)| {
            Country::parse(name).map_err(|_| {
                let got = labels::shown(&input.country, &countries, place);
                let source = gko_codebook::Error::UnknownCountry { got };
                Error::Country { file: file(), source }
            })
        });
        let parsed: Vec<Country> = parsed.collect::<Result<_, _>>()?;
        let pairs = countries.codes.iter().zip(&waves.codes);
        let mut places: HashMap<(u32, u32), u32> = HashMap::new();
        let mut sample = Vec::with_capacity(table.rows);
        for (&country, &wave) in pairs {
            let place = *places.entry((country, wave)).or_insert_with(|| {
                self.place(&parsed[country as usize], &waves.names[wave as usize])
            });
            sample.push(place);
        }
        let wave_of_row = if waves.names.len() > 1 { bytes(&waves.codes) } else { Vec::new() };
        Ok(Origins { sample, waves: waves.names, wave_of_row })
    }

    /// The place of a sample, a new one where it is not known yet.
    fn place(&mut self, country: &Country, wave: &str) -> u32 {
        let (study, wave) = (self.codebook.study.clone(), wave.to_owned());
        let sample = Sample { study, wave, country: country.clone() };
        let found = self.samples.iter().position(|known| *known == sample);
        let place = found.unwrap_or_else(|| {
            self.samples.push(sample);
            self.samples.len() - 1
        });
        code(place)
    }

    /// Ids must be there and must not repeat within country and wave.
    fn respondents(&mut self, table: &RawTable, sample: &[u32]) -> Result<(), Error> {
        match self.layout.id.clone() {
            Some(id) => self.ids(table, &id, sample)?,
            None => {
                let rows = table.rows as u64;
                self.findings.push(Finding::whole(FindingKind::NoId, &table.name, "(id)", rows));
            }
        }
        Ok(())
    }

    /// The child behind each parent that stays; one without a child is a broken
    /// link, which is a finding and no error.
    fn links(&mut self, table: &RawTable, sample: &[u32], keep: &[bool]) -> Result<(), Error> {
        let Some(link) = &self.layout.link else { return Ok(()) };
        let fingerprinters = self.fingerprinters();
        let mut row = 0;
        let links = &mut self.links;
        labels::need(table, link, "the child's id")?.for_each_label(&table.name, |label| {
            if keep[row] {
                links.push(fingerprinters[sample[row] as usize].of(label));
            }
            row += 1;
        })
    }

    fn ids(&mut self, table: &RawTable, column: &str, sample: &[u32]) -> Result<(), Error> {
        let (role, fingerprinters) = ("the respondent's id", self.fingerprinters());
        let (mut row, mut blank, mut again) = (0, Vec::new(), Vec::new());
        labels::need(table, column, role)?.for_each_label(&table.name, |label| {
            row += 1;
            let respondent = fingerprinters[sample[row - 1] as usize].of(label);
            if label.is_empty() {
                blank.push(row);
            } else if !self.respondents.insert(respondent) {
                again.push(row);
            }
        })?;
        let file = table.name.clone();
        if let Some(&record) = blank.first() {
            let (column, count) = (column.to_owned(), blank.len());
            return Err(Error::NoLabel { file, column, role, record, count });
        }
        let count = again.len();
        again.first().map_or(Ok(()), |&record| Err(Error::DuplicateId { file, record, count }))
    }

    fn fingerprinters(&self) -> Vec<Fingerprinter> {
        self.samples.iter().map(Fingerprinter::new).collect()
    }

    fn design_labels(&mut self, table: &RawTable, keep: &[bool]) -> Result<(), Error> {
        match &self.layout.stratum {
            Some(column) => {
                let mut strata = labels(table, column, "the stratum")?;
                retain(&mut strata.codes, keep);
                self.strata.append(strata);
            }
            None => self.strata.append(Labels::constant(keep)),
        }
        match &self.layout.psu {
            Some(column) => {
                let mut psus = labels(table, column, "the PSU")?;
                retain(&mut psus.codes, keep);
                self.psus.append(psus);
            }
            None => {
                let start = self.psus.codes.len();
                let kept = keep.iter().filter(|keep| **keep).count();
                self.psus.codes.extend((start..start + kept).map(code));
            }
        }
        Ok(())
    }

    fn bind(&mut self, binding: &Binding<'_>, sample: &[u32], keep: &[bool]) -> Result<(), Error> {
        let unit = self.layout.unit;
        let variables: Vec<_> =
            self.codebook.variables.iter().filter(|v| v.question.unit == unit).collect();
        let sets: Vec<_> = self.codebook.sets.iter().filter(|s| s.question.unit == unit).collect();
        let known = self.codebook.columns(unit);
        if !known.is_empty() && known.iter().all(|column| binding.raw(column).is_none()) {
            let (file, expected) = (binding.table.name.clone(), known.len());
            return Err(Error::NothingBound { file, expected, unit });
        }
        let bound: Result<Vec<Bound>, Error> =
            variables.par_iter().map(|v| binding.variable(v)).collect();
        for (variable, bound) in variables.iter().zip(bound?) {
            self.append(&variable.question.id, bound, keep);
        }
        let bound: Result<Vec<Bound>, Error> =
            sets.par_iter().map(|set| binding.set(set)).collect();
        for (set, bound) in sets.iter().zip(bound?) {
            self.options_absent(&set.question.id, &bound.0, sample);
            self.append(&set.question.id, bound, keep);
        }
        Ok(())
    }

    fn append(&mut self, id: &str, (mut column, findings): Bound, keep: &[bool]) {
        self.findings.extend(findings);
        column.retain(keep);
        match self.columns.get_mut(id) {
            Some(before) => before.append(column),
            None => drop(self.columns.insert(id.to_owned(), column)),
        }
    }

    fn options_absent(&mut self, id: &str, column: &Column, sample: &[u32]) {
        let Column::Multi(multi) = column else { return };
        let missing = multi.absent.first().copied().unwrap_or(0);
        let places: BTreeSet<u32> = sample.iter().copied().collect();
        let masks = self.absent.entry(id.to_owned()).or_default();
        for place in places {
            *masks.entry(place).or_default() |= missing;
        }
    }

    fn ignored(&mut self, table: &RawTable, input: &Input) {
        let wanted = self.wanted(input);
        let ignored = table.header.iter().filter(|column| !wanted.contains(*column));
        let rows = table.rows as u64;
        let findings =
            ignored.map(|c| Finding::whole(FindingKind::ColumnIgnored, &table.name, c, rows));
        self.findings.extend(findings);
    }

    fn account(&mut self, table: &RawTable, input: &Input, keep: &[bool]) {
        let out = keep.iter().filter(|keep| **keep).count();
        let dropped = (table.rows - out) as u64;
        let mut excluded = BTreeMap::new();
        let column = self.layout.weight.clone().unwrap_or_default();
        if dropped > 0 {
            excluded.insert("missing-weight", dropped);
            let kind = FindingKind::MissingWeightExcluded;
            self.findings.push(Finding::whole(kind, &table.name, &column, dropped));
        }
        let added = &self.weight[self.weight.len() - out..];
        let zero_weight = added.iter().filter(|weight| **weight == 0.0).count() as u64;
        if zero_weight > 0 {
            let kind = FindingKind::ZeroWeight;
            self.findings.push(Finding::whole(kind, &table.name, &column, zero_weight));
        }
        self.accounting.files.push(FileAccount {
            name: input.name.clone(),
            format: format_name(&input.source),
            sha256: table.sha256.clone(),
            rows_in: table.rows as u64,
            excluded,
            rows_out: out as u64,
            zero_weight,
        });
    }

    fn finish(mut self) -> Result<Microdata, Error> {
        if self.sample.is_empty() {
            return Err(Error::NothingLeft { excluded: self.accounting.excluded() });
        }
        let order = self.sort_samples();
        self.place_absent_options(&order);
        self.strata.sort_names();
        self.psus.sort_names();
        let codebook = self.codebook;
        let scale = self.layout.weight.is_some().then_some(self.layout.weight_scale);
        let mut data = Microdata {
            unit: self.layout.unit,
            samples: self.samples,
            sample: self.sample,
            stratum: self.strata.codes,
            psu: self.psus.codes,
            psu_names: self.psus.names,
            psu_labels: self.layout.psu_labels,
            stratum_names: self.strata.names,
            weight: self.weight,
            columns: self.columns,
            not_asked: BTreeMap::new(),
            findings: self.findings,
            accounting: self.accounting,
            respondents: self.respondents,
            links: self.links,
        };
        weights::scale(&mut data, scale);
        weights::spread(&mut data);
        classify::blanks(&mut data, codebook)?;
        Ok(data)
    }

    /// Sorts the samples that have rows left and returns the new place of each
    /// old one. A country without rows is no sample: its place would shift the
    /// figures of those behind it.
    fn sort_samples(&mut self) -> Vec<Option<u32>> {
        let left: BTreeSet<u32> = self.sample.iter().copied().collect();
        let mut sorted: Vec<u32> = left.into_iter().collect();
        sorted.sort_by(|&a, &b| self.samples[a as usize].cmp(&self.samples[b as usize]));
        let mut new_place = vec![None; self.samples.len()];
        for (new, &old) in sorted.iter().enumerate() {
            new_place[old as usize] = Some(code(new));
        }
        self.samples = sorted.iter().map(|&old| self.samples[old as usize].clone()).collect();
        for sample in &mut self.sample {
            *sample = new_place[*sample as usize].unwrap_or_default();
        }
        new_place
    }

    fn place_absent_options(&mut self, new_place: &[Option<u32>]) {
        for (id, masks) in &self.absent {
            let Some(Column::Multi(multi)) = self.columns.get_mut(id) else { continue };
            multi.absent = vec![0; self.samples.len()];
            for (&old, &mask) in masks {
                if let Some(new) = new_place[old as usize] {
                    multi.absent[new as usize] = mask;
                }
            }
        }
    }
}

fn bytes(codes: &[u32]) -> Vec<u8> {
    codes.iter().map(|code| code.to_le_bytes()[0]).collect()
}
