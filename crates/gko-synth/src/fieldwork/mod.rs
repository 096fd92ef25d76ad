//! Fieldwork in four invented countries, from the draw of the PSUs to the answers:
//! what weights are made from, with the truth that they should lead to.
//!
//! # Rule
//!
//! Each country is a finite population of strata (region by urban or rural), PSUs,
//! households and children 9 to 17, fixed once and for all. A sample draws PSUs by
//! size, households from the list of the PSU and one child of a household; the
//! chance of a child is
//!
//! ```text
//! n m_j / M_h  ·  b / N_j  ·  1 / k
//! ```
//!
//! with `n` PSUs drawn in stratum `h`, `m_j` the size of PSU `j` and `M_h` the sum of
//! the sizes in the stratum, `b` households taken of the `N_j` listed, `k` children in
//! the household. The first factor is the column `p_psu`, `b` is `hh_taken`, `N_j` is
//! `hh_listed`, `k` is `eligible`.
//!
//! Answers depend on age, area, sex, region, the size of the household, its PSU and
//! a disposition `z` of the child:
//!
//! ```text
//! internet  yes with expit(b_i + c_r + 0.35(t - 13) - 1.0a + 0.15(k - 1) + 0.3u)
//! harm      yes with expit(b_h + 0.22(t - 13) - 0.9a - 0.4s + 0.25(k - 1) + 0.35z + 0.3u)
//! skills    yes with expit(b_s + 0.35(t - 13) - 0.8a - 0.3s + 0.15(k - 1) + 0.35z + 0.3u)
//! hours     b_t + 0.35(t - 13) - 1.1a - 0.4s + 0.3(k - 1) + 1.0z + 0.3u
//! ```
//!
//! and so does the willingness of a household that was screened,
//!
//! ```text
//! expit(0.8 + d_r + 1.0a + 0.5s - 0.22(t - 13) - 0.15(k - 1) - 0.15z)
//! ```
//!
//! where `expit(x) = 1 / (1 + e^-x)`, `a` is 0 in towns and 1 in the country, `s` 0 for
//! boys and 1 for girls, `t` the age, `u` and `z` standard normal by PSU and by child;
//! `b`, `c_r` and `d_r` belong to the country and its regions. Of the answers the last
//! three hold of internet users; other children have no harm, no high skills, 0 hours.
//!
//! Those who answer are younger, more rural and more often girls than the population,
//! and what is asked about is rarer among them. All of it but `z` is known of the whole
//! sample or of the population: weights can repair it.
//!
//! What a weighting plan must cope with, one thing a country:
//!
//! - XAB has a region, `islands`, where a handful of children answer.
//! - XAC has a stratum, `north-rural`, where hardly any child answers.
//! - XAD has PSUs that have outgrown their size on the frame by far, and families of
//!   up to eight children: some weights are very large.
//!
//! # Assumptions
//!
//! The population figures are those of the population itself: they carry no error
//! and are of the same day as the fieldwork.
//!
//! # Example
//!
//! ```
//! use gko_synth::fieldwork::Country;
//!
//! let country = Country::new("XAB").unwrap();
//! let sample = country.sample(7)?;
//! let population = country.population()?;
//! assert!((1_400..1_700).contains(&sample.height()));
//! let total = population.column("count").unwrap().u64().unwrap().get(0);
//! assert_eq!(total, Some(country.children()));
//! # Ok::<(), gko_synth::Error>(())
//! ```

mod census;
mod draw;
mod frame;
mod people;
mod response;
mod tables;

use polars::prelude::DataFrame;

use crate::Error;
use crate::profile::stream_number;
use crate::random::Stream;
use census::Census;
use draw::Case;
use frame::{Frame, SPECS};
use people::Model;
use response::{Status, Visit};

/// The countries that can be asked for.
pub const COUNTRIES: [&str; 4] = ["XAA", "XAB", "XAC", "XAD"];
/// Seed of the committed fixture.
pub const SEED: u64 = 2024;

/// The three tables of all countries.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Fieldwork {
    /// A row a sampled household, answered or not.
    pub children: DataFrame,
    /// A row a population figure.
    pub population: DataFrame,
    /// A row an indicator: its true share or mean.
    pub truth: DataFrame,
}

/// Fieldwork in all [`COUNTRIES`]; the same seed gives the same bits, for any number
/// of threads. The population and the truth are the same for every seed.
///
/// # Example
///
/// ```
/// use gko_synth::fieldwork::{SEED, generate};
///
/// let fieldwork = generate(SEED)?;
/// assert_eq!(fieldwork.children.width(), 19);
/// assert_eq!(fieldwork.truth.height(), 4 * 7);
/// # Ok::<(), gko_synth::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::Frame`] where a table cannot be put together.
pub fn generate(seed: u64) -> Result<Fieldwork, Error> {
    let countries: Vec<Country> = COUNTRIES.into_iter().filter_map(Country::new).collect();
    Ok(Fieldwork {
        children: pooled(&countries, |country| country.sample(seed))?,
        population: pooled(&countries, Country::population)?,
        truth: pooled(&countries, Country::truth)?,
    })
}

fn pooled(
    countries: &[Country],
    table: impl Fn(&Country) -> Result<DataFrame, Error>,
) -> Result<DataFrame, Error> {
    let mut tables = countries.iter().map(table);
    let mut pool = tables.next().unwrap_or_else(|| Ok(DataFrame::empty()))?;
    for table in tables {
        pool.vstack_mut_owned(table?)?;
    }
    pool.rechunk_mut();
    Ok(pool)
}

/// One country: a finite population that can be sampled again and again.
#[derive(Clone, Debug)]
pub struct Country {
    code: &'static str,
    frame: Frame,
    model: Model,
    visit: Visit,
    census: Census,
}

impl Country {
    /// The country of a code, its population counted; `None` for a code that is
    /// not one of [`COUNTRIES`].
    #[must_use]
    pub fn new(code: &str) -> Option<Self> {
        let spec = SPECS.iter().find(|spec| spec.code == code)?;
        let frame = Frame::new(spec);
        let (model, visit) = (Model::new(spec, &frame), Visit::new(spec, &frame));
        let census = Census::new(&frame, &model);
        Some(Self { code: spec.code, frame, model, visit, census })
    }

    /// How many children 9 to 17 live in the country.
    #[must_use]
    pub fn children(&self) -> u64 {
        self.census.total().children
    }

    /// The sample of a seed, a row a household; the columns are those of the fixture
    /// `fixtures/weighting/children.csv`.
    ///
    /// # Errors
    ///
    /// [`Error::Frame`] where the table cannot be put together.
    pub fn sample(&self, seed: u64) -> Result<DataFrame, Error> {
        tables::children(self.code, &self.frame, &self.cases(seed))
    }

    /// The population figures, a row a category of a margin and a universe.
    ///
    /// # Errors
    ///
    /// [`Error::Frame`] where the table cannot be put together.
    pub fn population(&self) -> Result<DataFrame, Error> {
        tables::population(self.code, &self.frame, &self.census)
    }

    /// What is true of the country, a row an indicator and a universe.
    ///
    /// # Errors
    ///
    /// [`Error::Frame`] where the table cannot be put together.
    pub fn truth(&self) -> Result<DataFrame, Error> {
        tables::truth(self.code, &self.census)
    }

    fn cases(&self, seed: u64) -> Vec<Case> {
        let mut stream = Stream::new(seed, stream_number(&format!("{}/fieldwork", self.code)));
        draw::sample(&self.frame, &self.model, &self.visit, &mut stream)
    }
}
