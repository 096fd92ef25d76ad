//! The whole pipeline at one million synthetic rows: a Parquet file in, all
//! indicators of the fixture's catalogue for 17 countries with Taylor errors,
//! protected and laid out; beside it polars reading the same file and computing
//! weighted shares alone with one group-by in the same process.
//!
//! `cargo bench --bench pipeline`

#![allow(missing_docs, clippy::unwrap_used)]

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use divan::Bencher;
use gko::codebook::{Measure, VariableKind};
use gko::microdata::write_parquet;
use gko::prelude::*;
use gko::synth::{Plan, generate};
use polars::prelude::{DataFrame, DataType, Expr, IntoLazy, ParquetReader, SerReader, col, lit};

const ROWS: u32 = 1_000_000;

fn main() {
    divan::main();
}

/// The root of the repository, wherever the bench is started.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// One million children in a Parquet file, made once.
static FILE: LazyLock<(tempfile::TempDir, PathBuf)> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("children.parquet");
    let children = generate(&Plan::scaled(ROWS)).unwrap().children;
    write_parquet(&children, &path).unwrap();
    (folder, path)
});

fn documents() -> (Codebook, Catalogue) {
    let text = |name: &str| read_text(&root().join("fixtures/global").join(name)).unwrap();
    let codebook = Codebook::parse(&text("codebook.toml"), "codebook.toml").unwrap();
    let catalogue =
        Catalogue::parse(&text("indicators.toml"), "indicators.toml", &codebook).unwrap();
    (codebook, catalogue)
}

fn load(codebook: &Codebook) -> Microdata {
    let origin = |column: &str| Origin::Column(column.to_owned());
    let input = Input::file(&FILE.1, Format::Parquet, origin("country"), origin("wave"));
    let layout = Layout::design("child_id", "stratum", "psu", "weight");
    read(&[input], &layout, codebook).unwrap()
}

/// Read, bind, classify blanks, compute, protect, lay out as CSV.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn gko_file_to_protected_table(bencher: Bencher<'_, '_>) {
    let (codebook, catalogue) = documents();
    bencher.bench_local(|| {
        let data = load(&codebook);
        let computed = compute(&data, &catalogue, &codebook, &Settings::default()).unwrap();
        let table = protect(computed.candidates, &Rules::default());
        let breakdowns = catalogue.breakdowns.iter().map(|b| b.id.clone()).collect();
        let release = Release::new("bench".into(), true, breakdowns, table);
        TidyTable::new(&release).csv().unwrap()
    });
}

/// The part of it before any figure: read, bind, classify blanks.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn gko_read_and_bind(bencher: Bencher<'_, '_>) {
    let (codebook, _) = documents();
    bencher.bench_local(|| load(&codebook));
}

/// The part of it after reading: definitions to candidates.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn gko_compute(bencher: Bencher<'_, '_>) {
    let (codebook, catalogue) = documents();
    let data = load(&codebook);
    bencher.bench_local(|| compute(&data, &catalogue, &codebook, &Settings::default()).unwrap());
}

/// Reading the columns and one weighted share a variable by country, sex and
/// age, without errors, bases, missing reasons or protection.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn polars_file_to_shares_alone(bencher: Bencher<'_, '_>) {
    let (codebook, catalogue) = documents();
    let variables = shares_of(&codebook, &catalogue);
    bencher.bench_local(|| {
        let mut columns = vec!["country", "A1", "A2", "weight"];
        columns.extend(variables.iter().map(|(column, _)| column.as_str()));
        let columns = columns.into_iter().map(str::to_owned).collect();
        let file = std::fs::File::open(&FILE.1).unwrap();
        let frame = ParquetReader::new(file).with_columns(Some(columns)).finish().unwrap();
        grouped(frame, &variables)
    });
}

/// For each variable that a share of the catalogue names first, its highest code.
fn shares_of(codebook: &Codebook, catalogue: &Catalogue) -> Vec<(String, i64)> {
    let mut variables = Vec::new();
    for indicator in catalogue.indicators.iter().filter(|i| i.unit == Unit::Child) {
        let Measure::Share { numerator } = &indicator.measure else { continue };
        let Some(variable) = numerator.variables().first().and_then(|id| codebook.variable(id))
        else {
            continue;
        };
        let VariableKind::Categorical(categories) = &variable.kind else { continue };
        let Some(gko::codebook::Code::Integer(code)) =
            categories.list.last().map(|c| c.code.clone())
        else {
            continue;
        };
        if !variables.contains(&(variable.column.clone(), code)) {
            variables.push((variable.column.clone(), code));
        }
    }
    variables
}

fn grouped(frame: DataFrame, variables: &[(String, i64)]) -> DataFrame {
    let shares: Vec<Expr> = variables
        .iter()
        .map(|(column, code)| {
            let counted =
                (col("weight") * col(column.as_str()).eq(lit(*code)).cast(DataType::Float64)).sum();
            let base = col("weight").filter(col(column.as_str()).is_not_null()).sum();
            (counted / base).alias(column.as_str())
        })
        .collect();
    let age = (col("A2").cast(DataType::Int32) - lit(9)) / lit(3);
    frame
        .lazy()
        .group_by([col("country"), col("A1"), age.alias("age")])
        .agg(shares)
        .collect()
        .unwrap()
}
