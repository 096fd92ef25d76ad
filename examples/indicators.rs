//! The pipeline of the fixture, stage by stage in Rust: exports in, protected table out.
//!
//! `cargo run --example indicators -- out`

#![allow(clippy::print_stdout, reason = "an example shows what it made")]

use std::error::Error;
use std::path::Path;

use gko::prelude::*;

fn main() -> Result<(), Box<dyn Error>> {
    let pipeline = Pipeline::open("fixtures/global/pipeline.toml".as_ref())?;
    let sources = pipeline.sources()?;
    let (codebook, catalogue) = (&sources.codebook, &sources.catalogue);

    let mut candidates: Vec<Candidate> = Vec::new();
    for unit in &pipeline.units {
        let data = read(&unit.inputs(&pipeline.data_folder)?, &unit.layout, codebook)?;
        let settings = Settings::new(pipeline.estimation);
        let computed = compute(&data, catalogue, codebook, &settings)?;
        let next = candidates.last().map_or(0, |last| last.group + 1);
        candidates.extend(computed.candidates.into_iter().map(|figure| figure.shifted(next)));
    }
    let table = protect(candidates, &pipeline.rules);

    let breakdowns = catalogue.breakdowns.iter().map(|b| b.id.clone()).collect();
    let release = Release::new(pipeline.title, codebook.synthetic, breakdowns, table);
    println!("{}", terminal_table(&release, 120));
    let out = std::env::args().nth(1).unwrap_or_else(|| "target/example-indicators".to_owned());
    let csv = TidyTable::new(&release).csv()?;
    write(Path::new(&out), &[OutputFile::new("indicators.csv", csv)])?;
    Ok(())
}
