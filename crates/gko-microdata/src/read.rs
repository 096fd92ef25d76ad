//! From inputs to microdata: read, bind, check the design, classify the blanks.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use gko_codebook::{Codebook, Country};
use rayon::prelude::*;

use crate::account::{Accounting, FileAccount};
use crate::bind::{Binding, Bound};
use crate::classify;
use crate::column::{Column, retain};
use crate::error::Error;
use crate::finding::{Finding, FindingKind};
use crate::input::{Format, Input, Origin, Source};
use crate::layout::{Layout, MissingWeight, WeightScale};
use crate::microdata::{Microdata, Sample};
use crate::raw::{Cell, RawColumn, RawTable, label};

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

/// A column of labels: a code a row, and the label behind each code.
struct Labels {
    codes: Vec<u32>,
    names: Vec<String>,
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
    respondents: HashSet<Box<str>>,
    links: Vec<Box<str>>,
}

impl<'a> Reading<'a> {
    fn new(layout: &'a Layout, codebook: &'a Codebook) -> Self {
        let empty = || Labels { codes: Vec::new(), names: Vec::new() };
        Self {
            layout,
            codebook,
            samples: Vec::new(),
            sample: Vec::new(),
            strata: empty(),
            psus: empty(),
            weight: Vec::new(),
            columns: BTreeMap::new(),
            absent: BTreeMap::new(),
            findings: Vec::new(),
            accounting: Accounting::default(),
            respondents: HashSet::new(),
            links: Vec::new(),
        }
    }

    fn file(&mut self, input: &Input) -> Result<(), Error> {
        let table = load(input, &self.wanted(input))?;
        if table.rows == 0 {
            return Err(Error::Empty { file: input.name.clone() });
        }
        let keep = self.weights(&table)?;
        let (sample, waves, wave_of_row) = self.sample_of_rows(input, &table)?;
        self.respondents(&table, &sample)?;
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
        let mut faults = WeightFaults::default();
        let mut weights = Vec::with_capacity(table.rows);
        need(table, column, "the weight")?
            .for_each(&table.name, |cell| weights.push(faults.weight(weights.len(), cell)))?;
        faults.check(table, column, self.layout.missing_weight)?;
        for &row in &faults.missing {
            keep[row] = false;
        }
        retain(&mut weights, &keep);
        self.weight.append(&mut weights);
        Ok(keep)
    }

    /// For each row its sample, and its wave for the code maps.
    fn sample_of_rows(
        &mut self,
        input: &Input,
        table: &RawTable,
    ) -> Result<(Vec<u32>, Vec<String>, Vec<u8>), Error> {
        let countries = origin(table, &input.country, "the country")?;
        let waves = origin(table, &input.wave, "the wave")?;
        let file = || table.name.clone();
        let valid: Vec<&str> = self.codebook.waves.iter().map(|wave| wave.id.as_str()).collect();
        if let Some(got) = waves.names.iter().find(|wave| !valid.contains(&wave.as_str())) {
            return Err(Error::UnknownWave {
                file: file(),
                got: got.clone(),
                valid: valid.join(", "),
            });
        }
        let parsed: Result<Vec<Country>, _> =
            countries.names.iter().map(|c| Country::parse(c)).collect();
        let parsed = parsed.map_err(|source| Error::Country { file: file(), source })?;
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
        Ok((sample, waves.names, wave_of_row))
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
        let Some(link) = &self.layout.link else { return Ok(()) };
        let links = labels(table, link, "the child's id")?;
        let keys = links
            .codes
            .iter()
            .zip(sample)
            .map(|(&id, &place)| self.key(place, &links.names[id as usize]));
        let keys: Vec<Box<str>> = keys.collect();
        self.links.extend(keys);
        Ok(())
    }

    fn ids(&mut self, table: &RawTable, column: &str, sample: &[u32]) -> Result<(), Error> {
        let ids = labels(table, column, "the respondent's id")?;
        let (mut count, mut first) = (0, None);
        for (row, (&id, &place)) in ids.codes.iter().zip(sample).enumerate() {
            let key = self.key(place, &ids.names[id as usize]);
            if !self.respondents.insert(key) {
                count += 1;
                first.get_or_insert(row + 1);
            }
        }
        let file = table.name.clone();
        first.map_or(Ok(()), |record| Err(Error::DuplicateId { file, record, count }))
    }

    fn key(&self, place: u32, id: &str) -> Box<str> {
        let sample = &self.samples[place as usize];
        format!("{}\u{1f}{}\u{1f}{id}", sample.wave, sample.country).into_boxed_str()
    }

    fn design_labels(&mut self, table: &RawTable, keep: &[bool]) -> Result<(), Error> {
        match &self.layout.stratum {
            Some(column) => {
                let mut strata = labels(table, column, "the stratum")?;
                retain(&mut strata.codes, keep);
                self.strata.append(strata);
            }
            None => self.strata.append(constant(table.rows, keep)),
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
        weight_scale(&mut data, scale);
        classify::blanks(&mut data, codebook)?;
        Ok(data)
    }

    /// Sorts the samples and returns the new place of each old one.
    fn sort_samples(&mut self) -> Vec<u32> {
        let mut sorted: Vec<usize> = (0..self.samples.len()).collect();
        sorted.sort_by(|&a, &b| self.samples[a].cmp(&self.samples[b]));
        let mut new_place = vec![0; sorted.len()];
        for (new, &old) in sorted.iter().enumerate() {
            new_place[old] = code(new);
        }
        self.samples.sort();
        for sample in &mut self.sample {
            *sample = new_place[*sample as usize];
        }
        new_place
    }

    fn place_absent_options(&mut self, new_place: &[u32]) {
        for (id, masks) in &self.absent {
            let Some(Column::Multi(multi)) = self.columns.get_mut(id) else { continue };
            multi.absent = vec![0; new_place.len()];
            for (&old, &mask) in masks {
                multi.absent[new_place[old as usize] as usize] = mask;
            }
        }
    }
}

impl Labels {
    /// Appends rows of another file whose codes count on from a table of their own.
    fn append(&mut self, other: Self) {
        let mut known: HashMap<&str, u32> = HashMap::new();
        for (place, name) in self.names.iter().enumerate() {
            known.insert(name, code(place));
        }
        let fresh: Vec<String> =
            other.names.iter().filter(|n| !known.contains_key(n.as_str())).cloned().collect();
        let mut next = code(self.names.len());
        let mut map = Vec::with_capacity(other.names.len());
        for name in &other.names {
            map.push(known.get(name.as_str()).copied().unwrap_or_else(|| {
                next += 1;
                next - 1
            }));
        }
        self.names.extend(fresh);
        self.codes.extend(other.codes.iter().map(|&code| map[code as usize]));
    }

    /// Gives the codes the order of the names, so that they do not depend on
    /// the order of rows and files.
    fn sort_names(&mut self) {
        let mut order: Vec<usize> = (0..self.names.len()).collect();
        order.sort_by(|&a, &b| self.names[a].cmp(&self.names[b]));
        let mut rank = vec![0; order.len()];
        for (new, &old) in order.iter().enumerate() {
            rank[old] = code(new);
        }
        if !self.names.is_empty() {
            self.codes.iter_mut().for_each(|code| *code = rank[*code as usize]);
        }
        self.names.sort();
    }
}

/// Rows are counted in memory, so their number fits; four billion labels do not occur.
fn code(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

fn bytes(codes: &[u32]) -> Vec<u8> {
    codes.iter().map(|code| code.to_le_bytes()[0]).collect()
}

fn constant(rows: usize, keep: &[bool]) -> Labels {
    let kept = keep.iter().filter(|keep| **keep).count().min(rows);
    Labels { codes: vec![0; kept], names: vec![String::new()] }
}

fn origin(table: &RawTable, origin: &Origin, role: &'static str) -> Result<Labels, Error> {
    match origin {
        Origin::Constant(name) => {
            Ok(Labels { codes: vec![0; table.rows], names: vec![name.clone()] })
        }
        Origin::Column(column) => labels(table, column, role),
    }
}

/// Reads a column of labels; each row must have one.
fn labels(table: &RawTable, column: &str, role: &'static str) -> Result<Labels, Error> {
    let mut known: HashMap<String, u32> = HashMap::new();
    let mut read = Labels { codes: Vec::with_capacity(table.rows), names: Vec::new() };
    let mut blank = Vec::new();
    need(table, column, role)?.for_each(&table.name, |cell| {
        let name = match cell {
            Cell::Blank => {
                blank.push(read.codes.len());
                String::new()
            }
            Cell::Number(number) | Cell::Declared(number) => label(number),
            Cell::Text(text) => text.to_owned(),
        };
        let next = code(known.len());
        read.codes.push(*known.entry(name).or_insert(next));
    })?;
    if let Some(first) = blank.first() {
        let (file, column) = (table.name.clone(), column.to_owned());
        return Err(Error::NoLabel { file, column, role, record: first + 1, count: blank.len() });
    }
    let mut names: Vec<(String, u32)> = known.into_iter().collect();
    names.sort_by_key(|(_, code)| *code);
    read.names = names.into_iter().map(|(name, _)| name).collect();
    Ok(read)
}

fn need<'t>(table: &'t RawTable, column: &str, role: &'static str) -> Result<&'t RawColumn, Error> {
    let found = table.columns.iter().find(|(name, _)| name == column);
    found.map(|(_, raw)| raw).ok_or_else(|| Error::NoColumn {
        file: table.name.clone(),
        column: column.to_owned(),
        role,
        nearest: gko_codebook::text::nearest(column, &table.header),
    })
}

/// Rows whose weight is none, by what is wrong with it.
#[derive(Default)]
struct WeightFaults {
    missing: Vec<usize>,
    negative: Vec<usize>,
    infinite: Vec<usize>,
    not_a_number: Vec<usize>,
}

impl WeightFaults {
    fn weight(&mut self, row: usize, cell: Cell<'_>) -> f64 {
        let faults = match cell {
            Cell::Number(weight) if weight >= 0.0 && weight.is_finite() => return weight,
            Cell::Number(weight) if weight.is_infinite() => &mut self.infinite,
            Cell::Number(_) => &mut self.negative,
            Cell::Blank | Cell::Declared(_) => &mut self.missing,
            Cell::Text(text) if is_infinite(text) => &mut self.infinite,
            Cell::Text(_) => &mut self.not_a_number,
        };
        faults.push(row);
        0.0
    }

    fn check(&self, table: &RawTable, column: &str, missing: MissingWeight) -> Result<(), Error> {
        let correct = "correct the file, or the decimal mark of its dialect";
        let refuse = missing == MissingWeight::Refuse;
        let kinds = [
            (&self.not_a_number, "not numbers", correct),
            (&self.negative, "negative", "correct the file: a weight is zero or positive"),
            (&self.infinite, "infinite", "correct the file: a weight is finite"),
            (
                &self.missing,
                "missing",
                "weight these rows, or set `missing_weight = \"exclude\"` to leave them out and count them",
            ),
        ];
        for (place, (rows, what, way_out)) in kinds.into_iter().enumerate() {
            if let Some(first) = rows.first().filter(|_| place < 3 || refuse) {
                let (file, column) = (table.name.clone(), column.to_owned());
                let (record, count) = (first + 1, rows.len());
                return Err(Error::Weight { file, column, record, count, what, way_out });
            }
        }
        Ok(())
    }
}

fn is_infinite(text: &str) -> bool {
    ["inf", "infinity"].contains(&text.trim_start_matches(['-', '+']).to_lowercase().as_str())
}

/// Compares the weights with the scale they are said to have.
fn weight_scale(data: &mut Microdata, scale: Option<WeightScale>) {
    let Some(scale) = scale else { return };
    let mut sums = vec![(0.0, 0_u64); data.samples.len()];
    for (&sample, &weight) in data.sample.iter().zip(&data.weight) {
        let sum = &mut sums[sample as usize];
        *sum = (sum.0 + weight, sum.1 + 1);
    }
    for (place, (sum, rows)) in sums.into_iter().enumerate() {
        #[expect(clippy::cast_precision_loss, reason = "a count of rows")]
        let mean = sum / rows as f64;
        let wrong = match scale {
            WeightScale::MeanOne => (mean - 1.0).abs() > 0.01,
            WeightScale::Population => mean < 1.0,
            WeightScale::Relative => false,
        };
        if wrong {
            let country = data.samples[place].country.as_str().to_owned();
            let mut finding = Finding::whole(FindingKind::WeightScale, &country, "(weight)", rows);
            finding.examples = vec![format!("mean {mean:.4}")];
            data.findings.push(finding);
        }
    }
}

const fn format_name(source: &Source) -> &'static str {
    match source {
        Source::File { format, .. } => format.as_str(),
        Source::Text { .. } => "csv",
        Source::Frame(_) => "memory",
        Source::Arrow(_) => "arrow",
    }
}

/// Reads the columns that are wanted; reports the header as a whole.
fn load(input: &Input, wanted: &BTreeSet<String>) -> Result<RawTable, Error> {
    let table = match &input.source {
        Source::File { path, format } => match format {
            Format::Csv(dialect) => crate::read_csv::file(&input.name, path, dialect, wanted),
            Format::Parquet => crate::read_frame::parquet(&input.name, path, wanted),
            Format::ArrowIpc => crate::read_frame::ipc(&input.name, path, wanted),
            Format::Sav => crate::read_sav::table(&input.name, path, wanted),
        },
        Source::Text { text, dialect } => crate::read_csv::text(&input.name, text, dialect, wanted),
        Source::Frame(frame) => Ok(crate::read_frame::frame(&input.name, frame, wanted)),
        Source::Arrow(batches) => crate::read_arrow::batches(&input.name, batches, wanted),
    }?;
    header(&table)?;
    Ok(table)
}

/// Blank, repeated, nearly repeated and padded names make a header ambiguous.
fn header(table: &RawTable) -> Result<(), Error> {
    let mut faults = Vec::new();
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for (place, name) in table.header.iter().enumerate() {
        if name.trim().is_empty() {
            faults.push(format!("column {} has no name", place + 1));
        } else if name.trim() != name {
            faults.push(format!("column {} `{name}` begins or ends with a blank", place + 1));
        } else if let Some(first) = seen.insert(name.to_lowercase(), name) {
            faults.push(format!("column {} `{name}` repeats `{first}`", place + 1));
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(Error::Header { file: table.name.clone(), faults }) }
}
