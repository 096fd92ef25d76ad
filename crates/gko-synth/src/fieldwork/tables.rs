//! Sample, population figures and truth as the tables that a study would have.
//!
//! # Rule
//!
//! A table of figures has a row for each category of a margin; a crossed margin is
//! named `sex*age_group` and its categories `girl*9-11`. What the fieldwork did not
//! find out is blank in the sample, whatever is true of the household.

use polars::prelude::{
    Column, DataFrame, Float64Chunked, Int16Chunked, IntoColumn, NewChunkedArray, StringChunked,
    UInt32Chunked, UInt64Chunked,
};

use super::census::{Census, Count};
use super::draw::Case;
use super::frame::Frame;
use super::people::Child;
use crate::Error;

const SEXES: [&str; 2] = ["boy", "girl"];
const AGE_GROUPS: [&str; 3] = ["9-11", "12-14", "15-17"];
const AREAS: [&str; 2] = ["urban", "rural"];
/// The margins of the population table, crossings by an asterisk.
const MARGINS: [&str; 7] =
    ["total", "sex", "age_group", "area", "region", "sex*age_group", "region*area"];
/// What the figures of the invented census say about themselves.
const YEAR: i16 = 2024;
const SOURCE: &str = "invented census";

/// Of whom a figure speaks, and how many of a count those are.
type Universe = (&'static str, fn(&Count) -> u64);
/// An indicator, what its figure is, and the sum behind it.
type Indicator = (&'static str, &'static str, fn(&Count) -> f64);

const UNIVERSES: [Universe; 2] =
    [("all children", |count| count.children), ("internet users", |count| count.users)];
const INDICATORS: [Indicator; 4] = [
    ("internet", "share", |count| count.users as f64),
    ("harm", "share", |count| count.harm as f64),
    ("skills_high", "share", |count| count.skills as f64),
    ("hours", "mean", |count| count.half_hours as f64 / 2.0),
];

/// The sample: a row a household.
pub(super) fn children(code: &str, frame: &Frame, cases: &[Case]) -> Result<DataFrame, Error> {
    let mut columns = design(code, frame, cases);
    columns.extend(known(cases));
    columns.extend(answers(cases));
    Ok(DataFrame::new(cases.len(), columns)?)
}

/// Where a household was drawn, and with what chance.
fn design(code: &str, frame: &Frame, cases: &[Case]) -> Vec<Column> {
    let stratum = |case: &Case| &frame.strata[case.psu.stratum];
    let id = |(row, _): (usize, &Case)| format!("{code}-{:04}", row + 1);
    let household = |case: &Case| format!("{code}-{}-{}", case.psu.number, case.line);
    vec![
        texts("country", cases.iter().map(|_| code)),
        texts("id", cases.iter().enumerate().map(id)),
        texts("household", cases.iter().map(household)),
        texts("region", cases.iter().map(|case| stratum(case).region_name())),
        texts("area", cases.iter().map(|case| AREAS[stratum(case).area])),
        texts("stratum", cases.iter().map(|case| stratum(case).label.as_str())),
        counts("psu", cases.iter().map(|case| case.psu.number)),
        numbers("p_psu", cases.iter().map(|case| Some(case.probability))),
        counts("hh_listed", cases.iter().map(|case| case.psu.listed)),
        counts("hh_taken", cases.iter().map(|case| case.taken)),
    ]
}

/// What the screening found out.
fn known(cases: &[Case]) -> Vec<Column> {
    let screened = |case: &Case| case.status.is_screened().then_some(case.eligible);
    let child = |case: &Case| case.child.filter(|_| case.status.is_screened());
    let children = cases.iter().map(|case| i16::try_from(screened(case)?).ok());
    vec![
        shorts("eligible", children),
        shorts("status", cases.iter().map(|case| Some(case.status.code()))),
        some_texts("sex", cases.iter().map(|case| child(case).map(|c| SEXES[c.sex]))),
        shorts("age", cases.iter().map(|case| child(case).map(|c| c.years))),
        some_texts("age_group", cases.iter().map(|c| Some(AGE_GROUPS[child(c)?.age_group()]))),
    ]
}

/// What the children answered.
fn answers(cases: &[Case]) -> Vec<Column> {
    let child = |case: &Case| case.child.filter(|_| case.status.answered());
    let to_the_end = |case: &Case| case.child.filter(|_| case.status == super::Status::Complete);
    let yes_no = |c: Child| if c.internet { "yes" } else { "no" };
    vec![
        some_texts("internet", cases.iter().map(|case| child(case).map(yes_no))),
        shorts("harm", cases.iter().map(|case| child(case).map(|c| i16::from(c.harm)))),
        shorts(
            "skills_high",
            cases.iter().map(|case| to_the_end(case).map(|c| i16::from(c.skills))),
        ),
        numbers(
            "hours",
            cases.iter().map(|case| to_the_end(case).map(|c| f64::from(c.half_hours) / 2.0)),
        ),
    ]
}

/// One population figure.
struct Figure {
    margin: &'static str,
    category: String,
    universe: &'static str,
    count: u64,
}

/// The population figures of a country, by universe and margin.
pub(super) fn population(code: &str, frame: &Frame, census: &Census) -> Result<DataFrame, Error> {
    let mut figures = Vec::new();
    for (universe, of) in UNIVERSES {
        for margin in MARGINS {
            for (category, count) in census.by(|s, sex, age| label(margin, frame, [s, sex, age])) {
                figures.push(Figure { margin, category, universe, count: of(&count) });
            }
        }
    }
    let columns = vec![
        texts("country", figures.iter().map(|_| code)),
        texts("margin", figures.iter().map(|figure| figure.margin)),
        texts("category", figures.iter().map(|figure| figure.category.as_str())),
        UInt64Chunked::from_iter_values("count".into(), figures.iter().map(|f| f.count))
            .into_column(),
        texts("unit", figures.iter().map(|_| "children")),
        shorts("age_min", figures.iter().map(|_| Some(9))),
        shorts("age_max", figures.iter().map(|_| Some(17))),
        texts("universe", figures.iter().map(|figure| figure.universe)),
        shorts("year", figures.iter().map(|_| Some(YEAR))),
        texts("source", figures.iter().map(|_| SOURCE)),
    ];
    Ok(DataFrame::new(figures.len(), columns)?)
}

/// The category of a cell in a margin.
fn label(margin: &str, frame: &Frame, [stratum, sex, age]: [usize; 3]) -> String {
    let of = |column: &str| match column {
        "sex" => SEXES[sex],
        "age_group" => AGE_GROUPS[age],
        "area" => AREAS[frame.strata[stratum].area],
        "region" => frame.strata[stratum].region_name(),
        _ => "all",
    };
    margin.split('*').map(of).collect::<Vec<_>>().join("*")
}

/// The true figures of a country's indicators.
pub(super) fn truth(code: &str, census: &Census) -> Result<DataFrame, Error> {
    let total = census.total();
    let of = |universe: usize| {
        let (name, base) = (UNIVERSES[universe].0, (UNIVERSES[universe].1)(&total));
        // All internet users use the internet: that is no figure.
        let indicators = INDICATORS.iter().skip(universe);
        indicators.map(move |(id, statistic, sum)| {
            (name, *id, *statistic, sum(&total) / base as f64, base)
        })
    };
    let rows: Vec<_> = of(0).chain(of(1)).collect();
    let columns = vec![
        texts("country", rows.iter().map(|_| code)),
        texts("universe", rows.iter().map(|row| row.0)),
        texts("indicator", rows.iter().map(|row| row.1)),
        texts("statistic", rows.iter().map(|row| row.2)),
        numbers("value", rows.iter().map(|row| Some(row.3))),
        UInt64Chunked::from_iter_values("children".into(), rows.iter().map(|row| row.4))
            .into_column(),
    ];
    Ok(DataFrame::new(rows.len(), columns)?)
}

fn texts<T: AsRef<str>>(name: &str, cells: impl Iterator<Item = T>) -> Column {
    some_texts(name, cells.map(Some))
}

fn some_texts<T: AsRef<str>>(name: &str, cells: impl Iterator<Item = Option<T>>) -> Column {
    StringChunked::from_iter_options(name.into(), cells).into_column()
}

fn numbers(name: &str, cells: impl Iterator<Item = Option<f64>>) -> Column {
    Float64Chunked::from_iter_options(name.into(), cells).into_column()
}

fn counts(name: &str, cells: impl Iterator<Item = u32>) -> Column {
    UInt32Chunked::from_iter_values(name.into(), cells).into_column()
}

fn shorts(name: &str, cells: impl Iterator<Item = Option<i16>>) -> Column {
    Int16Chunked::from_iter_options(name.into(), cells).into_column()
}
