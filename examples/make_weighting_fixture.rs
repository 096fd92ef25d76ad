//! Makes the data of the weighting fixture: fieldwork in four invented countries.
//!
//! `cargo run --example make_weighting_fixture -- fixtures/weighting`
//!
//! The same seed gives the same bytes; CI compares.

#![allow(clippy::print_stdout, reason = "an example shows what it made")]

use std::error::Error;
use std::path::PathBuf;

use gko::microdata::{CsvDialect, write_csv};
use gko::synth::fieldwork::{SEED, generate};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("give the folder to write to")?;
    let folder = PathBuf::from(folder);
    std::fs::create_dir_all(&folder)?;
    let fieldwork = generate(SEED)?;
    let tables = [
        ("children.csv", &fieldwork.children),
        ("population.csv", &fieldwork.population),
        ("truth.csv", &fieldwork.truth),
    ];
    for (name, table) in tables {
        write_csv(table, &folder.join(name), &CsvDialect::default())?;
        println!("{name}: {} rows, {} columns", table.height(), table.width());
    }
    Ok(())
}
