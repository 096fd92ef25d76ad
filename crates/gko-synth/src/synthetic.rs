//! The invented files: one frame of children, one of parents, and the truth.
//!
//! # Rule
//!
//! Columns are those of an export: ids and design first, then the codebook's
//! columns in its order, as narrow integers with blanks as nulls. Countries
//! stand in the order of the plan. What a real delivery has and a reader must
//! cope with is in it too: see [`generate`].

use gko_codebook::{Codebook, Unit};
use polars::prelude::{
    ChunkFull, Column, DataFrame, Float64Chunked, Int16Chunked, IntoColumn, NewChunkedArray,
    StringChunked,
};
use rayon::prelude::*;

use crate::Error;
use crate::plan::{CountryPlan, Plan};
use crate::profile::{Profile, stream_number};
use crate::random::Stream;
use crate::respond::{Interview, is_asked};
use crate::sample::People;
use crate::truth::Truth;
use crate::universe::{BLANK, Columns};

/// The codebook that the files follow, in the native format.
pub const CODEBOOK: &str = include_str!("../../../fixtures/global/codebook.toml");

/// Countries that deliver a file of their own.
const ALONE: [&str; 3] = ["XAO", "XAP", "XAQ"];
/// Cells with a code that is in no codebook: country, variable, code.
const STRAYS: [(&str, &str, i16); 3] = [("XAB", "C2", 9), ("XAF", "F48", 77), ("XAK", "H1", 55)];

/// Invented microdata of all countries.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Synthetic {
    /// One row a child.
    pub children: DataFrame,
    /// One row a parent; `child_id` says whose.
    pub parents: DataFrame,
    /// What is true of the countries.
    pub truth: Truth,
    codes: Vec<String>,
}

/// One file of a delivery.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct File {
    /// Name without extension, such as `children` or `children-XAO`.
    pub name: String,
    /// The rows.
    pub frame: DataFrame,
}

/// Invents the microdata of a plan; the same plan gives the same bits, for any
/// number of threads.
///
/// What the files have on purpose: every missing reason; questions left out by
/// routing; no F41 columns in the file of XAO; nothing but blanks under G2 in
/// XAH; three cells with codes that are in no codebook; some weights of 0; PSU
/// labels that repeat from stratum to stratum.
///
/// # Example
///
/// ```
/// use gko_synth::{Plan, generate};
///
/// let data = generate(&Plan::global())?;
/// assert_eq!((data.children.height(), data.parents.height()), (17_452, 12_216));
/// # Ok::<(), gko_synth::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::Plan`] and [`Error::CountryTwice`] for a plan that cannot be.
pub fn generate(plan: &Plan) -> Result<Synthetic, Error> {
    plan.check()?;
    let codebook = Codebook::parse(CODEBOOK, "fixtures/global/codebook.toml")?;
    let countries = plan.countries.par_iter();
    let countries: Result<Vec<_>, Error> =
        countries.map(|country| one_country(plan, country, &codebook)).collect();
    let mut data = Synthetic {
        children: DataFrame::empty(),
        parents: DataFrame::empty(),
        truth: Truth::default(),
        codes: plan.countries.iter().map(|country| country.code.to_string()).collect(),
    };
    for (children, parents, truth) in countries? {
        append(&mut data.children, children)?;
        append(&mut data.parents, parents)?;
        data.truth.extend(truth);
    }
    data.children.rechunk_mut();
    data.parents.rechunk_mut();
    Ok(data)
}

fn append(frame: &mut DataFrame, part: DataFrame) -> Result<(), Error> {
    if frame.width() == 0 {
        *frame = part;
    } else {
        frame.vstack_mut_owned(part)?;
    }
    Ok(())
}

fn one_country(
    plan: &Plan,
    country: &CountryPlan,
    codebook: &Codebook,
) -> Result<(DataFrame, DataFrame, Truth), Error> {
    let code = country.code.as_str();
    let field = Field { code, wave: &plan.wave, codebook, profile: &Profile::new(code) };
    let mut stream = Stream::new(plan.seed, stream_number(code));
    let children = People::children(field.profile, country, plan.psu_take, &mut stream);
    let (parents, link) = People::parents(&children, field.profile, country.parents, &mut stream);
    let (mut answers, mut truth) = field.respond(Unit::Child, &children, &mut stream)?;
    stray(code, &mut answers);
    let (parent_answers, parent_truth) = field.respond(Unit::Parent, &parents, &mut stream)?;
    truth.extend(parent_truth);
    let id = vec![ids(code, 0..children.len(), "", "child_id")];
    let children = field.frame(&children, id, answers, Unit::Child)?;
    let own = ids(code, link.iter().copied(), "P", "parent_id");
    let child = ids(code, link.iter().copied(), "", "child_id");
    let parents = field.frame(&parents, vec![own, child], parent_answers, Unit::Parent)?;
    Ok((children, parents, truth))
}

/// What the sample itself answers: sex, age, kind of settlement.
fn sampled(unit: Unit, people: &People, profile: &Profile) -> Columns {
    let sex = people.sex.iter().map(|sex| if *sex == 0 { 1 } else { 2 }).collect();
    let area = |stratum: &usize| if profile.strata[*stratum].area == 0 { 1 } else { 2 };
    let named = |name: &str, column: Vec<i16>| (name.to_owned(), column);
    let columns = match unit {
        Unit::Child => vec![
            named("A1", sex),
            named("A2", people.years.clone()),
            named("area", people.stratum.iter().map(area).collect()),
        ],
        Unit::Parent => vec![named("Dem1", sex), named("Dem2", ages(&people.years))],
    };
    columns.into_iter().collect()
}

/// Ages of parents; one in 97 prefers not to say.
fn ages(years: &[i16]) -> Vec<i16> {
    let told = |(row, years): (usize, &i16)| if row % 97 == 48 { 888 } else { *years };
    years.iter().enumerate().map(told).collect()
}

/// A code that nobody knows, in one cell.
fn stray(country: &str, columns: &mut Columns) {
    for (_, column, code) in STRAYS.iter().filter(|(code, ..)| *code == country) {
        let cells = columns.get_mut(*column);
        if let Some(cell) = cells.and_then(|c| c.iter_mut().find(|cell| **cell != BLANK)) {
            *cell = *code;
        }
    }
}

fn ids(country: &str, rows: impl Iterator<Item = usize>, suffix: &str, name: &str) -> Column {
    let ids = rows.map(|row| format!("{country}-{:07}{suffix}", row + 1));
    StringChunked::from_iter_values(name.into(), ids).into_column()
}

/// One country's fieldwork.
struct Field<'a> {
    code: &'a str,
    wave: &'a str,
    codebook: &'a Codebook,
    profile: &'a Profile,
}

impl Field<'_> {
    fn respond(
        &self,
        unit: Unit,
        people: &People,
        stream: &mut Stream,
    ) -> Result<(Columns, Truth), Error> {
        let columns = sampled(unit, people, self.profile);
        let (codebook, profile, wave) = (self.codebook, self.profile, self.wave);
        let truth = Truth::default();
        let mut interview = Interview { codebook, profile, wave, unit, people, columns, truth };
        interview.run(stream)?;
        Ok((interview.columns, interview.truth))
    }

    /// Ids, design and answers, in the order of an export.
    fn frame(
        &self,
        people: &People,
        mut columns: Vec<Column>,
        mut answers: Columns,
        unit: Unit,
    ) -> Result<DataFrame, Error> {
        let rows = people.len();
        columns.extend(self.design(people));
        for name in self.codebook.columns(unit) {
            let raw = answers.remove(name).unwrap_or_else(|| vec![BLANK; rows]);
            let cells = raw.into_iter().map(|code| (code != BLANK).then_some(code));
            columns.push(Int16Chunked::from_iter_options(name.into(), cells).into_column());
        }
        Ok(DataFrame::new(rows, columns)?)
    }

    /// The columns that say how the sample was drawn.
    fn design(&self, people: &People) -> [Column; 5] {
        let rows = people.len();
        let stratum = people.stratum.iter().map(|s| self.profile.strata[*s].label.as_str());
        [
            StringChunked::full("country".into(), self.code, rows).into_column(),
            StringChunked::full("wave".into(), self.wave, rows).into_column(),
            StringChunked::from_iter_values("stratum".into(), stratum).into_column(),
            Int16Chunked::from_vec("psu".into(), people.label.clone()).into_column(),
            Float64Chunked::from_vec("weight".into(), people.weight.clone()).into_column(),
        ]
    }
}

impl Synthetic {
    /// The files of a delivery: the children of most countries pooled, XAO, XAP
    /// and XAQ each alone, the parents pooled.
    ///
    /// # Errors
    ///
    /// [`Error::Frame`] where a country's rows cannot be cut out.
    pub fn files(&self) -> Result<Vec<File>, Error> {
        let alone = |code: &&String| ALONE.contains(&code.as_str());
        let mut pooled = DataFrame::empty();
        for code in self.codes.iter().filter(|code| !alone(code)) {
            append(&mut pooled, self.country(code)?)?;
        }
        pooled.rechunk_mut();
        let mut files = vec![File { name: "children".to_owned(), frame: pooled }];
        for code in self.codes.iter().filter(alone) {
            let frame = without_unasked(code, &self.country(code)?);
            files.push(File { name: format!("children-{code}"), frame });
        }
        files.push(File { name: "parents".to_owned(), frame: self.parents.clone() });
        Ok(files)
    }

    /// The children of one country.
    fn country(&self, code: &str) -> Result<DataFrame, Error> {
        let countries = self.children.column("country")?.str()?;
        let first = countries.iter().position(|found| found == Some(code)).unwrap_or_default();
        let rows = countries.iter().filter(|found| *found == Some(code)).count();
        Ok(self.children.slice(i64::try_from(first).unwrap_or(i64::MAX), rows))
    }
}

/// A file that one country delivers has no column for what it did not ask.
fn without_unasked(code: &str, frame: &DataFrame) -> DataFrame {
    let names = frame.get_column_names().into_iter().map(|name| name.as_str());
    let unasked: Vec<&str> = names.filter(|name| !is_asked(code, name)).collect();
    frame.drop_many(unasked)
}
